#include "lib/select/select.h"

enum { SCOPE_LINK = 2, SCOPE_SITE = 5, SCOPE_GLOBAL = 14 };

/* 3.1: unicast scopes; 3.2: of IPv4, loopback and 169.254/16 are link-local and all else is global. */
u32 select_scope(struct ip a)
{
	if (ip_is4(a))
		return ip_is_link_local(a) || ip_is_loopback(a) ? SCOPE_LINK : SCOPE_GLOBAL;
	if (ip_is_multicast(a))
		return (u32)(a.hi >> 48 & 15u);
	if (ip_is_link_local(a) || ip_is_loopback(a))
		return SCOPE_LINK;
	return a.hi >> 54 == 0xfec0u >> 6 ? SCOPE_SITE : SCOPE_GLOBAL;
}

/* 2.1: the default policy table, the longest prefix first. */
static const struct {
	struct ip_prefix to;
	struct select_policy policy;
} table[] = {
	{ { { 0, 1 }, 128 }, { 50, 0 } },                    /* ::1 */
	{ { { 0, 0 }, 96 }, { 1, 3 } },                      /* ::/96, IPv4-compatible */
	{ { { 0x2001000000000000ull, 0 }, 32 }, { 5, 5 } },  /* 2001::/32, Teredo */
	{ { { 0x2002000000000000ull, 0 }, 16 }, { 30, 2 } }, /* 2002::/16, 6to4 */
	{ { { 0x3ffe000000000000ull, 0 }, 16 }, { 1, 12 } }, /* 3ffe::/16, 6bone */
	{ { { 0xfec0000000000000ull, 0 }, 10 }, { 1, 11 } }, /* site-local */
	{ { { 0xfc00000000000000ull, 0 }, 7 }, { 3, 13 } },  /* fc00::/7, ULA */
};

struct select_policy select_policy(struct ip a)
{
	if (ip_is4(a))
		return (struct select_policy){ 35, 4 }; /* ::ffff:0:0/96 */
	for (u32 i = 0; i < COUNT(table); i += 1)
		if (ip_in(a, table[i].to))
			return table[i].policy;
	return (struct select_policy){ 40, 1 }; /* ::/0 */
}

static u32 leading_bits(u64 a, u64 b)
{
	u64 differ = a ^ b;
	u32 n = 0;

	while (n < 64 && differ >> (63 - n) == 0)
		n += 1;
	return n;
}

u32 select_common_bits(struct ip_prefix source, struct ip to)
{
	u32 most = source.bits > 128 ? 128 : source.bits;
	u32 n = leading_bits(source.ip.hi, to.hi);

	if (n == 64)
		n += leading_bits(source.ip.lo, to.lo);
	if (ip_is4(source.ip)) /* an IPv4 prefix counts from its own first bit */
		n = ip_is4(to) && n > 96 ? n - 96u : 0;
	return n < most ? n : most;
}

/* ---- section 5 ---- */

/* Whether a is the better source; false too when they are equal: who came first stays. */
static bool better_source(const struct select_source *a, const struct select_source *b, struct ip to)
{
	u32 scope_a = select_scope(a->ip.ip), scope_b = select_scope(b->ip.ip), scope = select_scope(to);
	u8 label = select_policy(to).label;
	bool label_a = select_policy(a->ip.ip).label == label;
	bool label_b = select_policy(b->ip.ip).label == label;

	/* Rule 1: the destination itself. */
	if (ip_equal(a->ip.ip, to) || ip_equal(b->ip.ip, to))
		return ip_equal(a->ip.ip, to) && !ip_equal(b->ip.ip, to);
	/* Rule 2: the smallest scope that is large enough. */
	if (scope_a != scope_b)
		return scope_a < scope_b ? scope_a >= scope : scope_b < scope;
	/* Rule 3: not a deprecated one. Rules 4 and 5: no home, one interface. */
	if (a->deprecated != b->deprecated)
		return b->deprecated;
	/* Rule 5.5: one that the next hop advertised. */
	if (a->advertised != b->advertised)
		return a->advertised;
	/* Rule 6: the same label. */
	if (label_a != label_b)
		return label_a;
	/* Rule 7: a temporary one. */
	if (a->temporary != b->temporary)
		return a->temporary;
	/* Rule 8: the longest prefix in common. */
	return select_common_bits(a->ip, to) > select_common_bits(b->ip, to);
}

u32 select_source(const struct select_sources *s, struct ip to)
{
	u32 best = SELECT_SOURCES;

	for (u32 i = 0; i < s->count && i < SELECT_SOURCES; i += 1) {
		if (ip_is4(s->source[i].ip.ip) != ip_is4(to))
			continue;
		if (best >= SELECT_SOURCES || better_source(&s->source[i], &s->source[best], to))
			best = i;
	}
	return best;
}

/* ---- section 6 ---- */

struct ranked {
	struct ip to;
	u32 source; /* SELECT_SOURCES: none */
};

static bool matches_scope(const struct ranked *d, const struct select_source *s)
{
	return select_scope(d->to) == select_scope(s->ip.ip);
}

static bool matches_label(const struct ranked *d, const struct select_source *s)
{
	return select_policy(d->to).label == select_policy(s->ip.ip).label;
}

/* Whether a is to be tried before b. Both have a source. */
static bool better_with(const struct ranked *a, const struct ranked *b, const struct select_source *sa,
	const struct select_source *sb)
{
	u8 first = select_policy(a->to).precedence, second = select_policy(b->to).precedence;
	u32 scope_a = select_scope(a->to), scope_b = select_scope(b->to);

	/* Rule 2: what has a source of its own scope. */
	if (matches_scope(a, sa) != matches_scope(b, sb))
		return matches_scope(a, sa);
	/* Rule 3: no deprecated source. Rule 4: no home. */
	if (sa->deprecated != sb->deprecated)
		return sb->deprecated;
	/* Rule 5: the same label as its source. */
	if (matches_label(a, sa) != matches_label(b, sb))
		return matches_label(a, sa);
	/* Rule 6: the higher precedence. Rule 7: nothing is tunnelled here. */
	if (first != second)
		return first > second;
	/* Rule 8: the smaller scope. */
	if (scope_a != scope_b)
		return scope_a < scope_b;
	/* Rule 9: the longest prefix in common with its source; families differ in rule 6. */
	return select_common_bits(sa->ip, a->to) > select_common_bits(sb->ip, b->to);
}

static bool better_destination(const struct ranked *a, const struct ranked *b, const struct select_sources *s)
{
	/* Rule 1: not what cannot be reached. */
	if (a->source >= SELECT_SOURCES || b->source >= SELECT_SOURCES)
		return a->source < SELECT_SOURCES;
	return better_with(a, b, &s->source[a->source], &s->source[b->source]);
}

/* Each goes in front of those that it is better than: stable, as rule 10 wants. */
void select_order(struct select_destinations *d, const struct select_sources *s)
{
	struct ranked list[SELECT_DESTINATIONS] = { 0 };
	u32 count = d->count < SELECT_DESTINATIONS ? d->count : SELECT_DESTINATIONS;

	for (u32 i = 0; i < count; i += 1) {
		struct ranked next = { d->to[i], select_source(s, d->to[i]) };
		u32 at = i;

		while (at > 0 && better_destination(&next, &list[at - 1u], s)) {
			list[at] = list[at - 1u];
			at -= 1;
		}
		list[at] = next;
	}
	for (u32 i = 0; i < count; i += 1)
		d->to[i] = list[i].to;
}
