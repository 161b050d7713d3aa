#include "lib/dhcp6/dhcp6_server.h"
#include "lib/dhcp6/dhcp6_wire.h"

#define LEASE_LEAST_S 10u
/* Delegated prefixes have a number of five bits in the first word of the address. */
#define PREFIX_BITS_LEAST 32u
#define PREFIX_BITS_MOST  64u

/* The first of as many as fit a table lies on a boundary of as many: numbers are added without a carry. */
static bool is_first(u64 word, u32 below)
{
	return (word & (((u64)DHCP6_SERVER_LEASES << below) - 1u)) == 0;
}

static u32 below_of(struct ip_prefix first)
{
	require(first.bits >= PREFIX_BITS_LEAST);
	require(first.bits <= PREFIX_BITS_MOST);
	require(is_first(first.ip.hi, PREFIX_BITS_MOST - first.bits));
	require(first.ip.lo == 0);
	return PREFIX_BITS_MOST - first.bits;
}

void dhcp6_server_init(struct dhcp6_server *s, const struct dhcp6_server_config *c)
{
	require(c->addresses <= DHCP6_SERVER_LEASES);
	require(c->prefixes <= DHCP6_SERVER_LEASES);
	require(c->preferred_s >= LEASE_LEAST_S);
	require(c->preferred_s <= c->valid_s);
	require(c->valid_s < DHCP6_FOREVER);
	require(is_first(c->first.ip.lo, 0));
	*s = (struct dhcp6_server){ .config = *c,
		.address = { .first = c->first, .count = c->addresses },
		.prefix = { .first = c->prefix, .count = c->prefixes, .prefix = true } };
	if (c->prefixes > 0)
		s->prefix.below = below_of(c->prefix);
}

/* ---- what there is to give, and who has it ---- */

static struct ip_prefix lease_of(const struct dhcp6_stock *k, u32 slot)
{
	struct ip first = k->first.ip;

	if (!k->prefix)
		return (struct ip_prefix){ { first.hi, first.lo | slot }, 128 };
	return (struct ip_prefix){ { first.hi | (u64)slot << k->below, 0 }, k->first.bits };
}

static bool same(struct ip_prefix a, struct ip_prefix b)
{
	return ip_equal(a.ip, b.ip) && a.bits == b.bits;
}

/* The slot of this association, or DHCP6_SERVER_LEASES. */
static u32 slot_of(const struct dhcp6_stock *k, const struct dhcp6_duid *client, u32 iaid)
{
	for (u32 i = 0; i < k->count; i += 1)
		if (k->given[i].end_ns != 0 && k->given[i].iaid == iaid &&
			dhcp6_duid_equal(&k->given[i].client, client))
			return i;
	return DHCP6_SERVER_LEASES;
}

/* The association's own, else the one it wishes for if that is free, else one never given, else the one that
 * has been free for the longest. The wish matters after a restart of ours: everybody keeps what they have.
 * DHCP6_SERVER_LEASES: all are in use. */
static u32 choose(
	const struct dhcp6_stock *k, const struct dhcp6_duid *client, const struct dhcp6_ia *asked, u64 now)
{
	u32 best = slot_of(k, client, asked->iaid);
	u64 best_end = TIME_NEVER;

	if (best < DHCP6_SERVER_LEASES)
		return best;
	for (u32 i = 0; i < k->count; i += 1) {
		u64 end = k->given[i].end_ns;

		if (end > now)
			continue;
		if (same(asked->ip, lease_of(k, i)))
			return i;
		if (end < best_end) {
			best = i;
			best_end = end;
		}
	}
	return best;
}

static struct ip_prefix in_force(const struct dhcp6_stock *k, u32 i, u64 now)
{
	if (i >= k->count || k->given[i].end_ns <= now || k->given[i].client.count == 0)
		return (struct ip_prefix){ { 0, 0 }, 0 };
	return lease_of(k, i);
}

struct ip_prefix dhcp6_server_address(const struct dhcp6_server *s, u32 i, u64 now)
{
	return in_force(&s->address, i, now);
}

struct ip_prefix dhcp6_server_prefix(const struct dhcp6_server *s, u32 i, u64 now)
{
	return in_force(&s->prefix, i, now);
}

/* ---- answers about one association: 18.3, in its order ---- */

/* What this slot's holder is told: T1 and T2 at 0.5 and 0.8 of the preferred lifetime (21.4). */
static void describe(
	const struct dhcp6_server *s, const struct dhcp6_stock *k, u32 slot, struct dhcp6_ia *out)
{
	out->ip = lease_of(k, slot);
	out->preferred_s = s->config.preferred_s;
	out->valid_s = s->config.valid_s;
	out->t1_s = s->config.preferred_s / 2u;
	out->t2_s = s->config.preferred_s / 5u * 4u;
}

static void commit(const struct dhcp6_server *s, struct dhcp6_stock *k, u32 slot,
	const struct dhcp6_duid *client, u32 iaid, u64 now)
{
	k->given[slot] = (struct dhcp6_given){ *client, iaid, now + s->config.valid_s * NS_PER_S };
}

/* 18.3.1, 18.3.9. */
static void solicited(const struct dhcp6_server *s, struct dhcp6_stock *k, const struct dhcp6_duid *client,
	u64 now, bool rapid, struct dhcp6_ia *ia)
{
	struct dhcp6_ia asked = *ia;
	u32 slot = choose(k, client, &asked, now);

	*ia = (struct dhcp6_ia){ .present = true, .iaid = asked.iaid };
	if (slot >= DHCP6_SERVER_LEASES) {
		ia->status = k->prefix ? DHCP6_NO_PREFIXES : DHCP6_NO_ADDRESSES;
		return;
	}
	describe(s, k, slot, ia);
	if (rapid)
		commit(s, k, slot, client, asked.iaid, now);
}

static bool off_link(const struct dhcp6_stock *k, struct ip_prefix asked)
{
	return !k->prefix && !ip_is_none(asked.ip) && !ip_in(asked.ip, k->first);
}

/* 18.3.2. */
static void requested(const struct dhcp6_server *s, struct dhcp6_stock *k, const struct dhcp6_duid *client,
	u64 now, struct dhcp6_ia *ia)
{
	if (off_link(k, ia->ip))
		*ia = (struct dhcp6_ia){ .present = true, .iaid = ia->iaid, .status = DHCP6_NOT_ON_LINK };
	else
		solicited(s, k, client, now, true, ia);
}

/* 18.3.4, 18.3.5. One that we do not know may be of a time before our restart, or another server's: it keeps
 * what it has if that is ours to give and free. */
static void renewed(const struct dhcp6_server *s, struct dhcp6_stock *k, const struct dhcp6_duid *client,
	u64 now, bool rebind, struct dhcp6_ia *ia)
{
	struct dhcp6_ia asked = *ia;
	u32 slot = choose(k, client, &asked, now);
	bool known = slot_of(k, client, asked.iaid) < DHCP6_SERVER_LEASES;

	*ia = (struct dhcp6_ia){ .present = true, .iaid = asked.iaid };
	if (slot < DHCP6_SERVER_LEASES && (known || same(asked.ip, lease_of(k, slot)))) {
		describe(s, k, slot, ia);
		commit(s, k, slot, client, asked.iaid, now);
		if (!same(asked.ip, ia->ip))
			ia->gone = asked.ip;
	} else if (!rebind) {
		ia->status = DHCP6_NO_BINDING;
	} else if (off_link(k, asked.ip)) {
		ia->gone = asked.ip;
	} else {
		ia->present = false; /* another server may know */
	}
}

/* 18.3.7, 18.3.8: what is released is remembered for the same client until another needs it. Prefixes
 * are not declined. */
static void returned(const struct dhcp6_server *s, struct dhcp6_stock *k, const struct dhcp6_duid *client,
	u64 now, bool decline, struct dhcp6_ia *ia)
{
	struct dhcp6_ia asked = *ia;
	u32 slot = slot_of(k, client, asked.iaid);

	*ia = (struct dhcp6_ia){ .present = false };
	if (decline && k->prefix)
		return;
	if (slot >= DHCP6_SERVER_LEASES || !same(asked.ip, lease_of(k, slot))) {
		*ia = (struct dhcp6_ia){ .present = true, .iaid = asked.iaid, .status = DHCP6_NO_BINDING };
		return;
	}
	struct dhcp6_given *g = &k->given[slot];
	g->end_ns = now > 0 ? now : 1;
	if (decline)
		*g = (struct dhcp6_given){ .end_ns = now + s->config.valid_s * NS_PER_S };
}

static void answer_ia(struct dhcp6_server *s, struct dhcp6_stock *k, const struct dhcp6_message *asked,
	u64 now, bool rapid, struct dhcp6_ia *ia)
{
	const struct dhcp6_duid *client = &asked->client;

	if (!ia->present)
		return;
	switch (asked->type) {
	case DHCP6_SOLICIT: solicited(s, k, client, now, rapid, ia); break;
	case DHCP6_REQUEST: requested(s, k, client, now, ia); break;
	case DHCP6_RENEW: renewed(s, k, client, now, false, ia); break;
	case DHCP6_REBIND: renewed(s, k, client, now, true, ia); break;
	case DHCP6_RELEASE: returned(s, k, client, now, false, ia); break;
	case DHCP6_DECLINE: returned(s, k, client, now, true, ia); break;
	default: break;
	}
}

/* ---- whole messages ---- */

/* 16: who must be named in which message. */
static bool is_heard(const struct dhcp6_server *s, const struct dhcp6_message *m)
{
	struct dhcp6_duid own = dhcp6_duid_of(s->config.mac);
	bool ours = dhcp6_duid_equal(&m->server, &own), nobody = m->server.count == 0;

	switch (m->type) {
	case DHCP6_SOLICIT:
	case DHCP6_CONFIRM:
	case DHCP6_REBIND: return m->client.count > 0 && nobody;
	case DHCP6_REQUEST:
	case DHCP6_RENEW:
	case DHCP6_RELEASE:
	case DHCP6_DECLINE: return m->client.count > 0 && ours;
	case DHCP6_INFORMATION: return (ours || nobody) && !m->address.present && !m->prefix.present;
	default: return false;
	}
}

/* What was asked for of what there is (18.3, 21.7). */
static void tell(const struct dhcp6_server *s, const struct dhcp6_message *asked, struct dhcp6_message *out)
{
	if (asked->asks_search)
		out->search = s->config.search;
	for (u32 i = 0; asked->asks_resolvers && i < DHCP6_RESOLVERS; i += 1) {
		if (ip_is_none(s->config.resolver[i]))
			break;
		out->resolver[i] = s->config.resolver[i];
		out->resolvers = i + 1u;
	}
}

static bool gives(const struct dhcp6_ia *ia)
{
	return ia->present && ia->status == DHCP6_SUCCESS;
}

/* 18.3.3: of the link or not is all that is said, and nothing if there is no address to say it of. */
static bool confirmed(const struct dhcp6_server *s, const struct dhcp6_ia *asked, struct dhcp6_message *out)
{
	if (off_link(&s->address, asked->ip))
		out->status = DHCP6_NOT_ON_LINK;
	return asked->present && !ip_is_none(asked->ip.ip);
}

static bool handle(struct dhcp6_server *s, const struct dhcp6_message *m, u64 now, struct dhcp6_message *out)
{
	bool rapid = m->rapid && s->config.rapid && m->type == DHCP6_SOLICIT;
	bool ends = m->type == DHCP6_RELEASE || m->type == DHCP6_DECLINE;

	*out = (struct dhcp6_message){ .type = DHCP6_REPLY,
		.xid = m->xid,
		.client = m->client,
		.server = dhcp6_duid_of(s->config.mac) };
	if (m->type == DHCP6_CONFIRM)
		return confirmed(s, &m->address, out);
	tell(s, m, out);
	if (m->type == DHCP6_INFORMATION)
		return true;
	out->address = m->address;
	out->prefix = m->prefix;
	answer_ia(s, &s->address, m, now, rapid, &out->address);
	answer_ia(s, &s->prefix, m, now, rapid, &out->prefix);
	out->rapid = rapid && (gives(&out->address) || gives(&out->prefix));
	if (m->type == DHCP6_SOLICIT && !out->rapid)
		out->type = DHCP6_ADVERTISE;
	return ends || out->address.present || out->prefix.present;
}

bool dhcp6_answer(struct dhcp6_server *s, struct view request, u64 now, struct span out, usize *n)
{
	struct writer w = writer_of(out);
	struct dhcp6_message asked, m;

	require(out.n >= DHCP6_ANSWER_BYTES_MAX);
	*n = 0;
	if (!dhcp6_message_read(request, &asked) || !is_heard(s, &asked) || !handle(s, &asked, now, &m))
		return false;
	dhcp6_message_write(&w, &m);
	*n = write_len(&w);
	return true;
}
