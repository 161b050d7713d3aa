#include "lib/nd/nd.h"
#include "lib/parts/parts.h"
#include "base/sum.h"
#include "lib/neigh/neigh.h"

/* RFC 4861 4.6, RFC 4191 2.3, RFC 8106 5.1. */
enum {
	OPTION_SOURCE_LINK = 1,
	OPTION_TARGET_LINK = 2,
	OPTION_PREFIX = 3,
	OPTION_MTU = 5,
	OPTION_ROUTE = 24,
	OPTION_RDNSS = 25
};

/* Flags, from the high bit: NA (4.4), RA (4.2, RFC 4191 2.2), prefix (4.6.2). */
enum { NA_ROUTER = 0x80, NA_SOLICITED = 0x40, NA_OVERRIDE = 0x20 };
enum { RA_MANAGED = 0x80, RA_OTHER = 0x40, RA_PREFERENCE_UNIT = 0x08 };
enum { PREFIX_ON_LINK = 0x80, PREFIX_AUTONOMOUS = 0x40 };

/* Ethernet's link-layer address option is 8 bytes long (RFC 2464 6). */
#define LINK_OPTION_BYTES 8u

struct view nd_verdict_name(enum nd_verdict v)
{
	switch (v) {
	case ND_OK: return text("ok");
	case ND_TRUNCATED: return text("truncated");
	case ND_BAD_HOP_LIMIT: return text("bad hop limit");
	case ND_BAD_CODE: return text("bad code");
	case ND_BAD_ADDRESS: return text("bad address");
	case ND_BAD_OPTION: return text("bad option");
	case ND_BAD_TYPE: return text("bad type");
	}
	return text("?");
}

struct ip nd_all_nodes(void)
{
	return (struct ip){ 0xff02000000000000ull, 1 };
}

struct ip nd_all_routers(void)
{
	return (struct ip){ 0xff02000000000000ull, 2 };
}

/* An address from the inside of a message: IPv4-mapped ones would be taken for IPv4. */
static struct ip read_inner(struct reader *r)
{
	struct ip a = read_ip6(r);

	if (ip_is4(a))
		read_fail(r);
	return a;
}

/* ---- options ---- */

static void read_prefix(struct reader *o, struct nd *m)
{
	struct nd_prefix p;
	u8 bits = read_u8(o);
	u8 flags = read_u8(o);

	p.on_link = (flags & PREFIX_ON_LINK) != 0;
	p.autonomous = (flags & PREFIX_AUTONOMOUS) != 0;
	p.valid_s = read_be32(o);
	p.preferred_s = read_be32(o);
	(void)read_be32(o);
	p.prefix.ip = read_ip6(o);
	p.prefix.bits = bits;
	/* 6.3.4: link-local prefixes are ignored; the rest cannot be prefixes. */
	if (read_bad(o) || bits > 128 || ip_is_link_local(p.prefix.ip) || ip_is_multicast(p.prefix.ip))
		return;
	if (p.preferred_s > p.valid_s || ip_is4(p.prefix.ip)) /* RFC 4862 5.5.3 c */
		return;
	if (m->prefixes < ND_PREFIXES) {
		m->prefix[m->prefixes] = p;
		m->prefixes += 1;
	}
}

/* RFC 4191 2.1: two bits. False: 10, which is reserved. */
static bool read_preference(u8 flags, i32 *out)
{
	u32 two = flags / RA_PREFERENCE_UNIT % 4u;

	*out = two == 1 ? 1 : two == 3 ? -1 : 0;
	return two != 2;
}

/* RFC 4191 2.3: 0, 8 or 16 bytes of prefix, whatever is enough for its bits. */
static void read_route(struct reader *o, struct nd *m)
{
	struct nd_route n;
	u8 bits = read_u8(o);
	bool valid = read_preference(read_u8(o), &n.preference);

	n.lifetime_s = read_be32(o);
	usize given = read_left(o);
	n.to.ip.hi = given >= 8 ? read_be64(o) : 0;
	n.to.ip.lo = given >= 16 ? read_be64(o) : 0;
	n.to.bits = bits;
	if (read_bad(o) || !valid || bits > 128 || given * 8u < bits || given > 16)
		return;
	if (ip_is_link_local(n.to.ip) || ip_is_multicast(n.to.ip) || ip_is4(n.to.ip))
		return;
	if (m->routes < ND_ROUTES) {
		m->route[m->routes] = n;
		m->routes += 1;
	}
}

/* 8106 6.2: options count in their order, so what is said last of a resolver does; a lifetime of 0 withdraws it. As with
 * search lists, the shortest lifetime counts for all. */
static void tell_resolver(struct nd *m, struct ip a, u32 lifetime_s)
{
	u32 others = 0;

	m->tells_resolvers = true;
	for (u32 i = 0; i < m->resolvers && i < ND_RESOLVERS; i += 1) {
		if (ip_equal(m->resolver[i], a))
			continue;
		m->resolver[others] = m->resolver[i];
		others += 1;
	}
	m->resolvers = others;
	if (lifetime_s > 0 && others < ND_RESOLVERS) {
		m->resolver[others] = a;
		m->resolvers += 1;
	}
	if (others == 0 || (lifetime_s > 0 && lifetime_s < m->resolver_s))
		m->resolver_s = lifetime_s;
}

static void read_resolvers(struct reader *o, struct nd *m)
{
	(void)read_be16(o);
	u32 lifetime_s = read_be32(o);

	while (read_left(o) >= 16) {
		struct ip a = read_ip6(o);

		if (!read_bad(o) && !ip_is4(a) && !ip_is_none(a) && !ip_is_multicast(a))
			tell_resolver(m, a, lifetime_s);
	}
}

/* Which link-layer address option each message has. */
static u8 link_option(enum nd_type type)
{
	return type == ND_NA || type == ND_REDIRECT ? OPTION_TARGET_LINK : OPTION_SOURCE_LINK;
}

/* 4861 4.6: unknown options are skipped; a length of 0 makes the message invalid. */
static enum nd_verdict read_options(struct reader *r, struct nd *m)
{
	while (read_left(r) > 0) {
		u8 kind = read_u8(r);
		u32 bytes = read_u8(r) * 8u;

		if (read_bad(r) || bytes == 0)
			return ND_BAD_OPTION;
		struct reader o = reader_of(read_view(r, bytes - 2u));
		if (read_bad(r))
			return ND_BAD_OPTION;
		if (kind == link_option(m->type) && bytes == LINK_OPTION_BYTES) {
			struct mac link = read_mac(&o);

			if (!mac_is_station(link))
				return ND_BAD_OPTION;
			m->link = link;
		} else if (m->type == ND_RA && kind == OPTION_PREFIX && bytes == 32) {
			read_prefix(&o, m);
		} else if (m->type == ND_RA && kind == OPTION_MTU && bytes == 8) {
			(void)read_be16(&o);
			m->mtu = read_be32(&o);
		} else if (image_parts.routes && m->type == ND_RA && kind == OPTION_ROUTE) {
			read_route(&o, m);
		} else if (image_parts.resolvers && m->type == ND_RA && kind == OPTION_RDNSS && bytes >= 24) {
			read_resolvers(&o, m);
		}
	}
	return ND_OK;
}

/* ---- messages: RFC 4861 4.1 to 4.5, and the checks of 6.1 and 7.1 ---- */

static void read_ra(struct reader *r, struct nd *m)
{
	m->hop_limit = read_u8(r);
	u8 flags = read_u8(r);
	m->managed = (flags & RA_MANAGED) != 0;
	m->other = (flags & RA_OTHER) != 0;
	m->lifetime_s = read_be16(r);
	m->reachable_ms = read_be32(r);
	m->retrans_ms = read_be32(r);
	if (image_parts.routes)
		(void)read_preference(flags, &m->preference); /* RFC 4191 2.2: reserved means medium */
}

static enum nd_verdict check(const struct nd *m, struct ip from, struct ip to)
{
	bool nobody = ip_is_none(from);
	bool has_link = !mac_is_none(m->link);

	switch (m->type) {
	case ND_RS: /* 6.1.1 */ return nobody && has_link ? ND_BAD_OPTION : ND_OK;
	case ND_RA: /* 6.1.2 */ return ip_is_link_local(from) ? ND_OK : ND_BAD_ADDRESS;
	case ND_NS: /* 7.1.1 */
		if (ip_is_multicast(m->target) || ip_is_none(m->target))
			return ND_BAD_ADDRESS;
		if (nobody && !ip_equal(to, ip_solicited_of(m->target)))
			return ND_BAD_ADDRESS;
		return nobody && has_link ? ND_BAD_OPTION : ND_OK;
	case ND_NA: /* 7.1.2 */
		if (ip_is_multicast(m->target) || ip_is_none(m->target))
			return ND_BAD_ADDRESS;
		return m->solicited && ip_is_multicast(to) ? ND_BAD_ADDRESS : ND_OK;
	case ND_REDIRECT: /* 8.1 */
		if (!image_parts.router || !ip_is_link_local(from) || ip_is_multicast(m->destination))
			return ND_BAD_ADDRESS;
		return ip_is_link_local(m->target) || ip_equal(m->target, m->destination) ? ND_OK
											  : ND_BAD_ADDRESS;
	}
	return ND_BAD_TYPE;
}

/* The part between the ICMPv6 header and the options. */
static void read_fixed(struct reader *r, struct nd *m)
{
	switch (m->type) {
	case ND_RS: (void)read_be32(r); break;
	case ND_RA: read_ra(r, m); break;
	case ND_NS:
		(void)read_be32(r);
		m->target = read_inner(r);
		break;
	case ND_NA: {
		u8 flags = read_u8(r);

		m->router = (flags & NA_ROUTER) != 0;
		m->solicited = (flags & NA_SOLICITED) != 0;
		m->override = (flags & NA_OVERRIDE) != 0;
		read_skip(r, 3);
		m->target = read_inner(r);
		break;
	}
	case ND_REDIRECT:
		if (!image_parts.router)
			break;
		(void)read_be32(r);
		m->target = read_inner(r);
		m->destination = read_inner(r);
		break;
	}
}

static bool type_of(u8 number, enum nd_type *out)
{
	*out = ND_RS;
	/* What only a router hears (RFC 4861 6.2.6), and what a host may refuse to hear (8.3). */
	if (!image_parts.router && (number == ND_RS || number == ND_REDIRECT))
		return false;
	switch (number) {
	case ND_RS: *out = ND_RS; return true;
	case ND_RA: *out = ND_RA; return true;
	case ND_NS: *out = ND_NS; return true;
	case ND_NA: *out = ND_NA; return true;
	case ND_REDIRECT: *out = ND_REDIRECT; return true;
	default: return false;
	}
}

enum nd_verdict nd_read(struct view message, struct ip from, struct ip to, u8 hop_limit, struct nd *out)
{
	struct reader r = reader_of(message);
	struct nd m = { .type = ND_RS };
	enum nd_type type;

	*out = m;
	bool known = type_of(read_u8(&r), &type);
	u8 code = read_u8(&r);
	(void)read_be16(&r);
	m.type = type;
	if (read_bad(&r))
		return ND_TRUNCATED;
	if (!known)
		return ND_BAD_TYPE;
	if (hop_limit != ND_HOP_LIMIT)
		return ND_BAD_HOP_LIMIT;
	if (code != 0)
		return ND_BAD_CODE;
	read_fixed(&r, &m);
	if (read_bad(&r))
		return ND_TRUNCATED;
	enum nd_verdict v = read_options(&r, &m);
	if (v == ND_OK)
		v = check(&m, from, to);
	if (v == ND_OK)
		*out = m;
	return v;
}

u32 nd_learn(const struct nd *na)
{
	u32 how = 0;

	if (na->solicited)
		how |= NEIGH_SOLICITED;
	if (na->override)
		how |= NEIGH_OVERRIDE;
	return how;
}

struct nd nd_solicit(struct mac own, struct ip target)
{
	return (struct nd){ .type = ND_NS, .link = own, .target = target };
}

struct nd nd_advertise(struct mac own, struct ip target, struct ip asker)
{
	return (struct nd){ .type = ND_NA,
		.link = own,
		.target = target,
		.solicited = !ip_is_none(asker),
		.override = true };
}

struct ip nd_advertise_to(struct ip asker)
{
	return ip_is_none(asker) ? nd_all_nodes() : asker;
}

struct nd nd_announce(struct mac own, struct ip target)
{
	return nd_advertise(own, target, ip_none());
}
