#include "lib/multicast/multicast.h"

/* RFC 3376 8.1, 8.11, 8.12; RFC 3810 9.1, 9.11, 9.12: with the default query interval of 125 s
 * and response interval of 10 s. */
#define ROBUSTNESS     2u
#define UNSOLICITED_MS 1000u
#define OLD_QUERIER_NS ((ROBUSTNESS * 125 + 10) * NS_PER_S)

void multicast_init(struct multicast *m, u64 random)
{
	*m = (struct multicast){ .jitter = jitter_of(random) };
}

/* RFC 3376 6, RFC 3810 6: the all-hosts groups are never spoken of, nor is anything of scope 0 or 1. */
static bool is_silent(struct ip group)
{
	if (ip_is4(group))
		return ip_to4(group) == 0xe0000001u;
	return (group.hi == 0xff02000000000000ull && group.lo == 1) || (group.hi >> 48) % 16u < 2;
}

/* The entry of this group, or MULTICAST_GROUPS. */
static u32 find(const struct multicast *m, struct ip group)
{
	u32 i = 0;

	while (i < MULTICAST_GROUPS && !ip_equal(m->group[i].group, group))
		i += 1;
	return i;
}

/* A change is said at once, and again: then what it was before does not matter. */
static void change(struct multicast *m, u32 i, u8 members, u64 now)
{
	m->group[i].members = members;
	m->group[i].says_left = ROBUSTNESS;
	m->group[i].changed_ns = now;
	m->group[i].answer_ns = TIME_NEVER;
}

bool multicast_join(struct multicast *m, struct ip group, u64 now)
{
	u32 i = find(m, group);

	if (!ip_is_multicast(group))
		return false;
	if (is_silent(group))
		return true;
	if (i >= MULTICAST_GROUPS)
		i = find(m, ip_none());
	if (i >= MULTICAST_GROUPS)
		return false;
	u8 members = m->group[i].members;
	m->group[i].group = group;
	if (members == 0)
		change(m, i, 1, now);
	else if (members == 255)
		return false;
	else
		m->group[i].members = (u8)(members + 1u);
	return true;
}

bool multicast_leave(struct multicast *m, struct ip group, u64 now)
{
	u32 i = find(m, group);

	if (ip_is_multicast(group) && is_silent(group))
		return true;
	if (i >= MULTICAST_GROUPS || ip_is_none(group))
		return false;
	u8 members = m->group[i].members;
	if (members == 0)
		return false;
	if (members == 1)
		change(m, i, 0, now);
	else
		m->group[i].members = (u8)(members - 1u);
	return true;
}

bool multicast_has(const struct multicast *m, struct ip group)
{
	u32 i = find(m, group);

	return i < MULTICAST_GROUPS && m->group[i].members > 0;
}

/* RFC 3376 5.2, RFC 3810 6.2: an answer that is due sooner stays. */
void multicast_query(struct multicast *m, const struct multicast_query *q, u64 now)
{
	if (q->old)
		m->old_until_ns[q->six ? 1 : 0] = now + OLD_QUERIER_NS;
	for (u32 i = 0; i < MULTICAST_GROUPS; i += 1) {
		struct multicast_group *g = &m->group[i];
		u64 at = jitter(&m->jitter, now, q->within_ns);

		if (g->members == 0 || ip_is4(g->group) == (q->six != 0))
			continue;
		if (!ip_is_none(q->group) && !ip_equal(q->group, g->group))
			continue;
		if (at < g->answer_ns)
			g->answer_ns = at;
	}
}

/* One that was said as often as it should, and was left, is forgotten. */
static void said(struct multicast *m, u32 i, u64 now)
{
	u8 left = m->group[i].says_left;

	left = left > 0 ? (u8)(left - 1u) : 0;
	m->group[i].says_left = left;
	m->group[i].changed_ns = left > 0 ? jitter(&m->jitter, now, UNSOLICITED_MS * NS_PER_MS) : TIME_NEVER;
	if (left == 0 && m->group[i].members == 0)
		m->group[i] = (struct multicast_group){ .group = { 0, 0 } };
}

bool multicast_due(struct multicast *m, u64 now, struct multicast_report *out)
{
	*out = (struct multicast_report){ .type = MULTICAST_IS_EXCLUDE };
	for (u32 i = 0; i < MULTICAST_GROUPS; i += 1) {
		struct multicast_group *g = &m->group[i];

		if (ip_is_none(g->group))
			continue;
		out->group = g->group;
		out->old = now < m->old_until_ns[ip_is4(g->group) ? 0 : 1];
		if (g->changed_ns <= now) {
			out->type = g->members > 0 ? MULTICAST_TO_EXCLUDE : MULTICAST_TO_INCLUDE;
			said(m, i, now);
			return true;
		}
		if (g->answer_ns <= now) {
			g->answer_ns = TIME_NEVER;
			return true;
		}
	}
	return false;
}

u64 multicast_deadline(const struct multicast *m)
{
	u64 next = TIME_NEVER;

	for (u32 i = 0; i < MULTICAST_GROUPS; i += 1) {
		const struct multicast_group *g = &m->group[i];

		if (ip_is_none(g->group))
			continue;
		next = g->changed_ns < next ? g->changed_ns : next;
		next = g->answer_ns < next ? g->answer_ns : next;
	}
	return next;
}
