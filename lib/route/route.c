#include "lib/route/route.h"

struct view route_origin_name(enum route_origin o)
{
	switch (o) {
	case ROUTE_NONE: return text("none");
	case ROUTE_STATIC: return text("static");
	case ROUTE_DHCP: return text("DHCP");
	case ROUTE_RA: return text("router advertisement");
	}
	return text("?");
}

void route_init(struct routes *r)
{
	*r = (struct routes){ .next_ns = TIME_NEVER };
}

static void drop(struct route *e)
{
	*e = (struct route){ .origin = ROUTE_NONE };
}

static void soon(struct routes *r, u64 when)
{
	r->next_ns = when < r->next_ns ? when : r->next_ns;
}

static bool same_network(struct ip_prefix a, struct ip_prefix b)
{
	return a.bits == b.bits && ip_in(a.ip, b);
}

/* ---- what is known ---- */

/* Where this route is or goes; ROUTE_MAX: no room. */
static u32 place_of(const struct routes *r, const struct route *n)
{
	u32 free = ROUTE_MAX, lower = ROUTE_MAX, count = 0;

	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		const struct route *e = &r->route[i];

		if (e->origin == ROUTE_NONE) {
			free = free < i ? free : i;
			continue;
		}
		if (e->origin != n->origin)
			continue;
		if (ip_equal(e->via, n->via) && same_network(e->to, n->to))
			return i;
		count += 1;
		if (e->origin == ROUTE_RA && e->preference < n->preference)
			lower = i;
	}
	return count < ROUTE_ORIGIN_MAX ? free : lower;
}

bool route_set(struct routes *r, const struct route *n, u64 now)
{
	bool lasts = n->until_ns > now;
	u32 i;

	require(n->origin != ROUTE_NONE);
	require(n->to.bits <= (ip_is4(n->to.ip) ? 32u : 128u));
	i = place_of(r, n);
	if (i >= ROUTE_MAX)
		return !lasts;
	struct route *e = &r->route[i];
	bool known = e->origin != ROUTE_NONE && ip_equal(e->via, n->via) && same_network(e->to, n->to);
	u64 probe_ns = known ? e->probe_ns : 0;
	if (lasts) {
		*e = *n;
		e->probe_ns = probe_ns;
		soon(r, n->until_ns);
	} else if (known) {
		drop(e);
	}
	return true;
}

void route_forget(struct routes *r, enum route_origin origin, bool four)
{
	for (u32 i = 0; i < ROUTE_MAX; i += 1)
		if (r->route[i].origin == origin && ip_is4(r->route[i].to.ip) == four)
			drop(&r->route[i]);
}

bool route_has_default(const struct routes *r, enum route_origin origin, bool four)
{
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		const struct route *e = &r->route[i];

		if (e->origin == origin && e->to.bits == 0 && ip_is4(e->to.ip) == four)
			return true;
	}
	return false;
}

/* ---- the way: RFC 4191 3.1 ---- */

static bool better(const struct route *a, const struct route *b)
{
	bool suspect_a = a->probe_ns != 0, suspect_b = b->probe_ns != 0;

	if (suspect_a != suspect_b)
		return suspect_b;
	if (a->to.bits != b->to.bits)
		return a->to.bits > b->to.bits;
	if (a->origin != b->origin)
		return a->origin < b->origin;
	return a->preference > b->preference;
}

bool route_find(const struct routes *r, struct ip to, struct ip *hop, u8 *bits)
{
	u32 best = ROUTE_MAX;

	*hop = ip_none();
	*bits = 0;
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		const struct route *e = &r->route[i];

		if (e->origin == ROUTE_NONE || !ip_in(to, e->to))
			continue;
		if (best >= ROUTE_MAX || better(e, &r->route[best]))
			best = i;
	}
	if (best >= ROUTE_MAX)
		return false;
	*hop = ip_is_none(r->route[best].via) ? to : r->route[best].via;
	*bits = r->route[best].to.bits;
	return true;
}

/* ---- routers that do not answer: RFC 4861 6.3.6, RFC 4191 3.5 ---- */

/* Another router of the same family is there. */
static bool has_other(const struct routes *r, struct ip via)
{
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		struct ip other = r->route[i].via;

		if (r->route[i].origin != ROUTE_NONE && !ip_is_none(other) && !ip_equal(other, via) &&
			ip_is4(other) == ip_is4(via))
			return true;
	}
	return false;
}

/* 0: no longer suspect. */
static void suspect(struct routes *r, struct ip via, u64 probe_ns)
{
	for (u32 i = 0; i < ROUTE_MAX; i += 1)
		if (r->route[i].origin != ROUTE_NONE && ip_equal(r->route[i].via, via))
			r->route[i].probe_ns = probe_ns;
}

void route_failed(struct routes *r, struct ip via, u64 now)
{
	if (ip_is_none(via) || !has_other(r, via))
		return;
	suspect(r, via, now + ROUTE_PROBE_NS);
	soon(r, now + ROUTE_PROBE_NS);
}

void route_answered(struct routes *r, struct ip via)
{
	if (!ip_is_none(via))
		suspect(r, via, 0);
}

/* ---- time ---- */

bool route_due(struct routes *r, u64 now, struct ip *via)
{
	u64 next = TIME_NEVER;

	*via = ip_none();
	if (now < r->next_ns)
		return false;
	for (u32 i = 0; i < ROUTE_MAX; i += 1) {
		struct route *e = &r->route[i];

		if (e->origin == ROUTE_NONE)
			continue;
		if (e->until_ns <= now) {
			drop(e);
			continue;
		}
		if (e->probe_ns != 0 && e->probe_ns <= now) {
			*via = e->via;
			suspect(r, e->via, now + ROUTE_PROBE_NS);
			return true;
		}
		next = e->until_ns < next ? e->until_ns : next;
		if (e->probe_ns != 0)
			next = e->probe_ns < next ? e->probe_ns : next;
	}
	r->next_ns = next;
	return false;
}

u64 route_deadline(const struct routes *r)
{
	return r->next_ns;
}
