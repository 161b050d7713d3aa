/* nd_wire.c - writes neighbour discovery messages. nd.c reads them. */
#include "base/sum.h"
#include "lib/nd/nd.h"
#include "lib/parts/parts.h"

static void write_link(struct writer *w, u8 kind, struct mac link)
{
	if (mac_is_none(link))
		return;
	write_u8(w, kind);
	write_u8(w, 1);
	write_mac(w, link);
}

static u32 preference_bits(i32 preference)
{
	return (preference > 0 ? 1u : preference < 0 ? 3u : 0u) * 8u;
}

static void write_route(struct writer *w, const struct nd_route *n)
{
	u32 words = n->to.bits == 0 ? 0 : n->to.bits <= 64 ? 1 : 2;

	write_u8(w, 24);
	write_u8(w, (u8)(1u + words));
	write_u8(w, n->to.bits);
	write_u8(w, (u8)preference_bits(n->preference));
	write_be32(w, n->lifetime_s);
	if (words > 0)
		write_be64(w, n->to.ip.hi);
	if (words > 1)
		write_be64(w, n->to.ip.lo);
}

static void write_resolvers(struct writer *w, const struct nd *m)
{
	u32 resolvers = m->resolvers < ND_RESOLVERS ? m->resolvers : ND_RESOLVERS;

	if (resolvers == 0)
		return;
	write_u8(w, 25);
	write_u8(w, (u8)(1u + 2u * resolvers));
	write_be16(w, 0);
	write_be32(w, m->resolver_s);
	for (u32 i = 0; i < resolvers; i += 1)
		write_ip6(w, m->resolver[i]);
}

/* RFC 8106 5.2, padded with empty names. */
static void write_search(struct writer *w, const struct search *s, u32 lifetime_s)
{
	u8 room[SEARCH_WIRE_BYTES];
	struct writer names = writer_of(span_of(room));

	search_write(&names, s);
	usize n = write_len(&names), words = (n + 7u) / 8u;

	if (n == 0)
		return;
	write_u8(w, 31);
	write_u8(w, (u8)(1u + words));
	write_be16(w, 0);
	write_be32(w, lifetime_s);
	write_view(w, write_done(&names));
	write_fill(w, 0, (8u - n % 8u) % 8u);
}

static void write_ra(struct writer *w, const struct nd *m)
{
	write_u8(w, m->hop_limit);
	write_u8(w,
		(u8)((m->managed ? 0x80u : 0u) + (m->other ? 0x40u : 0u) + preference_bits(m->preference)));
	write_be16(w, m->lifetime_s);
	write_be32(w, m->reachable_ms);
	write_be32(w, m->retrans_ms);
	write_link(w, 1, m->link);
	if (m->mtu > 0) {
		write_be32(w, 0x05010000u);
		write_be32(w, m->mtu);
	}
	for (u32 i = 0; i < m->prefixes && i < ND_PREFIXES; i += 1) {
		const struct nd_prefix *p = &m->prefix[i];

		write_be16(w, 0x0304u);
		write_u8(w, p->prefix.bits);
		write_u8(w, (u8)((p->on_link ? 0x80u : 0u) + (p->autonomous ? 0x40u : 0u)));
		write_be32(w, p->valid_s);
		write_be32(w, p->preferred_s);
		write_be32(w, 0);
		write_ip6(w, p->prefix.ip);
	}
	for (u32 i = 0; i < m->routes && i < ND_ROUTES; i += 1)
		write_route(w, &m->route[i]);
	write_resolvers(w, m);
}

static void write_na(struct writer *w, const struct nd *m)
{
	u32 flags = (m->router ? 0x80u : 0u) + (m->solicited ? 0x40u : 0u) + (m->override ? 0x20u : 0u);

	write_be32(w, flags * 0x1000000u);
	write_ip6(w, m->target);
	write_link(w, 2, m->link);
}

/* The ICMPv6 header and its checksum in front of the rest. */
static void write_message(
	struct writer *w, struct ip from, struct ip to, enum nd_type type, const struct writer *rest)
{
	struct view body = write_done(rest);
	u16 start = (u16)((u32)type * 0x100u);
	u64 sum = ip_pseudo_sum(from, to, IP_ICMP6, (u32)body.n + 4u);

	write_be16(w, start);
	write_be16(w, sum_finish(sum_bytes(sum_word(sum, start), body)));
	write_view(w, body);
}

void nd_write(struct writer *w, struct ip from, struct ip to, const struct nd *m)
{
	u8 room[ND_BYTES_MAX];
	struct writer body = writer_of(span_of(room));

	switch (m->type) {
	case ND_NA: write_na(&body, m); break;
	case ND_NS:
		write_be32(&body, 0);
		if (m->type == ND_NS)
			write_ip6(&body, m->target);
		write_link(&body, 1, m->link);
		break;
	case ND_RS:
	case ND_RA:
	case ND_REDIRECT:
		require(m->type == ND_RS);
		write_be32(&body, 0);
		write_link(&body, 1, m->link);
		break;
	}
	write_message(w, from, to, m->type, &body);
}

void nd_write_router(
	struct writer *w, struct ip from, struct ip to, const struct nd *m, const struct search *list)
{
	u8 room[ND_ROUTER_BYTES_MAX];
	struct writer body = writer_of(span_of(room));

	if (m->type == ND_RA) {
		write_ra(&body, m);
		write_search(&body, list, m->resolver_s);
	} else {
		write_be32(&body, 0);
		write_ip6(&body, m->target);
		write_ip6(&body, m->destination);
		write_link(&body, 2, m->link);
	}
	write_message(w, from, to, m->type == ND_RA ? ND_RA : ND_REDIRECT, &body);
}
