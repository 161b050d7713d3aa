/* nd_facts.c - what autoconfiguration knows, for those who send: source addresses, what is on the link. */
#include "lib/nd/nd.h"

struct slaac_address slaac_address(const struct slaac *s, u32 i)
{
	if (i >= SLAAC_ADDRESSES)
		return (struct slaac_address){ .state = SLAAC_NONE };
	return s->address[i];
}

static bool in_use(enum slaac_state state)
{
	return state == SLAAC_PREFERRED || state == SLAAC_DEPRECATED;
}

bool slaac_owns(const struct slaac *s, struct ip a)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (in_use(s->address[i].state) && ip_equal(s->address[i].ip.ip, a))
			return true;
	return false;
}

/* RFC 6724 3.1: a multicast address says its scope; unicast is link-local or global. */
static u32 scope_of(struct ip a)
{
	if (ip_is_multicast(a))
		return (u32)(a.hi >> 48 & 15u);
	return ip_is_link_local(a) ? 2 : 14;
}

/* How many leading bits two addresses share, within the first 64 (rule 8 does not
 * look at the interface identifier: RFC 6724 2.2). */
static u32 common_bits(struct ip a, struct ip b)
{
	u64 differ = a.hi ^ b.hi;
	u32 n = 0;

	while (n < 64 && differ >> (63 - n) == 0)
		n += 1;
	return n;
}

/* RFC 6724 5: whether a is the better source for this destination. */
static bool better(const struct slaac_address *a, const struct slaac_address *b, struct ip to)
{
	u32 scope_a = scope_of(a->ip.ip), scope_b = scope_of(b->ip.ip), scope = scope_of(to);

	/* Rule 1: the destination itself. */
	if (ip_equal(a->ip.ip, to) || ip_equal(b->ip.ip, to))
		return ip_equal(a->ip.ip, to);
	/* Rule 2: the smallest scope that is large enough. */
	if (scope_a != scope_b)
		return scope_a < scope_b ? scope_a >= scope : scope_b < scope;
	/* Rule 3: not a deprecated one. */
	if (a->state != b->state)
		return a->state == SLAAC_PREFERRED;
	/* Rule 8: the longest prefix in common. */
	return common_bits(a->ip.ip, to) > common_bits(b->ip.ip, to);
}

struct ip slaac_source(const struct slaac *s, struct ip to)
{
	u32 best = SLAAC_ADDRESSES;

	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		if (!in_use(s->address[i].state))
			continue;
		if (best == SLAAC_ADDRESSES || better(&s->address[i], &s->address[best], to))
			best = i;
	}
	return best < SLAAC_ADDRESSES ? s->address[best].ip.ip : ip_none();
}

static void covers(struct ip to, struct ip_prefix p, bool *on_link, u8 *bits)
{
	if (!ip_in(to, p))
		return;
	*on_link = true;
	*bits = p.bits > *bits ? p.bits : *bits;
}

bool slaac_is_on_link(const struct slaac *s, struct ip to, u8 *bits)
{
	bool on_link = ip_is_link_local(to) || ip_is_multicast(to);

	*bits = on_link ? 128 : 0;
	for (u32 i = 0; i < SLAAC_PREFIXES; i += 1)
		if (s->prefix[i].until_ns != 0)
			covers(to, s->prefix[i].prefix, &on_link, bits);
	/* A static address was given with its network. What came by advertisement is on
	 * the link only if the advertisement said so (RFC 5942 3). */
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (s->address[i].fixed && in_use(s->address[i].state))
			covers(to, s->address[i].ip, &on_link, bits);
	return on_link;
}

struct ip slaac_resolver(const struct slaac *s, u32 i)
{
	return i < ND_RESOLVERS ? s->resolver[i] : ip_none();
}
