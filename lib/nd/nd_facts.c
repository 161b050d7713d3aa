/* nd_facts.c - what autoconfiguration knows, for those who send: source addresses, what is on the link. */
#include "lib/nd/nd.h"
#include "lib/parts/parts.h"

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

void slaac_sources(const struct slaac *s, struct select_sources *out)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES && out->count < SELECT_SOURCES; i += 1) {
		const struct slaac_address *a = &s->address[i];

		if (!in_use(a->state))
			continue;
		out->source[out->count] = (struct select_source){
			.ip = a->ip, .deprecated = a->state == SLAAC_DEPRECATED, .temporary = a->temporary
		};
		out->count += 1;
	}
}

/* Without a choice (image_parts.routes): the last that reaches so far as `to`, rather one that is preferred. */
static struct ip fitting(const struct slaac *s, struct ip to)
{
	bool near = ip_is_link_local(to) || ip_is_multicast(to);
	struct ip best = ip_none();

	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		const struct slaac_address *a = &s->address[i];

		if (!in_use(a->state) || ip_is_link_local(a->ip.ip) != near)
			continue;
		if (a->state == SLAAC_PREFERRED || ip_is_none(best))
			best = a->ip.ip;
	}
	return best;
}

struct ip slaac_source(const struct slaac *s, struct ip to)
{
	struct select_sources ours = { 0 };
	u32 i;

	if (!image_parts.routes)
		return fitting(s, to);
	slaac_sources(s, &ours);
	i = select_source(&ours, to);
	return i < SELECT_SOURCES ? ours.source[i].ip.ip : ip_none();
}

static void covers(struct ip to, struct ip_prefix p, bool *on_link, u8 *bits)
{
	if (!ip_in(to, p))
		return;
	*on_link = true;
	if (image_parts.routes)
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

struct view slaac_search(const struct slaac *s, u32 i)
{
	return search_name(&s->search, i);
}
