#include "lib/happy/happy.h"

void happy_start(struct happy *h)
{
	*h = (struct happy){ .next_ns = TIME_NEVER };
}

/* ---- section 4: sorted by RFC 6724, the families in turn ---- */

static bool known(const struct happy *h, struct ip a)
{
	for (u32 i = 0; i < h->count && i < HAPPY_MAX; i += 1)
		if (ip_equal(h->to[i], a))
			return true;
	return false;
}

static void append(struct happy *h, struct ip a)
{
	if (h->count >= HAPPY_MAX)
		return;
	h->to[h->count] = a;
	h->count += 1;
}

/* From `at` on: the index of the first that is (or is not) IPv4; d->count: none. */
static u32 next_of(const struct select_destinations *d, bool four, u32 at)
{
	while (at < d->count && ip_is4(d->to[at]) != four)
		at += 1;
	return at;
}

/* First Address Family Count is 1: the best, then the other family's best, and so on. Where some were tried
 * already, the other family than theirs is next. */
static void interleave(struct happy *h, const struct select_destinations *rest)
{
	u32 four = next_of(rest, true, 0), six = next_of(rest, false, 0);
	bool want4 = four < six;

	if (h->tried > 0 && h->tried <= HAPPY_MAX)
		want4 = !ip_is4(h->to[h->tried - 1u]);
	h->count = h->tried;
	for (u32 i = 0; i < SELECT_DESTINATIONS; i += 1) {
		bool take4 = four < rest->count && (want4 || six >= rest->count);
		u32 at = take4 ? four : six;

		if (at >= rest->count)
			return;
		append(h, rest->to[at]);
		if (take4)
			four = next_of(rest, true, four + 1u);
		else
			six = next_of(rest, false, six + 1u);
		want4 = !take4;
	}
}

static void sort_rest(struct happy *h, const struct select_sources *ours)
{
	struct select_destinations rest = { 0 };

	for (u32 i = h->tried; i < h->count && i < HAPPY_MAX; i += 1) {
		rest.to[rest.count] = h->to[i];
		rest.count += 1;
	}
	select_order(&rest, ours);
	interleave(h, &rest);
}

/* ---- section 3: answers ---- */

void happy_answer(struct happy *h, bool six, const struct select_destinations *list,
	const struct select_sources *ours, u64 now)
{
	for (u32 i = 0; i < list->count && i < SELECT_DESTINATIONS; i += 1)
		if (!known(h, list->to[i]))
			append(h, list->to[i]);
	sort_rest(h, ours);
	if (six)
		h->answered6 = true;
	else
		h->answered4 = true;
	if (h->tried > 0 || h->count == 0)
		return;
	/* The AAAA answer is waited for a little, if the A one was faster. */
	if (h->answered6)
		h->next_ns = now;
	else if (h->next_ns == TIME_NEVER)
		h->next_ns = now + HAPPY_RESOLUTION_DELAY_NS;
}

/* ---- section 5: attempts ---- */

bool happy_due(struct happy *h, u64 now, u32 *out)
{
	*out = 0;
	if (h->tried >= h->count || h->tried >= HAPPY_MAX || now < h->next_ns)
		return false;
	*out = h->tried;
	h->tried += 1;
	h->next_ns = now + HAPPY_ATTEMPT_DELAY_NS;
	return true;
}

void happy_failed(struct happy *h, u32 i, u64 now)
{
	require(i < HAPPY_MAX);
	require(i < h->tried);
	h->failed[i] = true;
	if (i + 1u == h->tried) /* what was tried last: no use to wait */
		h->next_ns = now;
}

bool happy_lost(const struct happy *h)
{
	if (!h->answered4 || !h->answered6 || h->tried < h->count)
		return false;
	for (u32 i = 0; i < h->tried && i < HAPPY_MAX; i += 1)
		if (!h->failed[i])
			return false;
	return true;
}

u64 happy_deadline(const struct happy *h)
{
	return h->tried < h->count ? h->next_ns : TIME_NEVER;
}
