/* tcp_ranges.c - small sets of sequence ranges: what came beyond a gap, what the peer has beyond one. */
#include "lib/tcp/tcp_core.h"

#define NO_RANGE 255u

/* Where the recent ones are, now that `into` ranges (one or none) are where [from, to) were. */
static void follow(struct tcp_ranges *l, u32 from, u32 to, u32 into)
{
	for (u32 i = 0; i < TCP_RECENT; i += 1) {
		u32 at = l->recent[i];

		if (at == NO_RANGE || at < from)
			continue;
		if (at >= to)
			at = minus(at + into, minus(to, from));
		else
			at = into > 0 ? from : NO_RANGE;
		l->recent[i] = (u8)least(at, NO_RANGE);
	}
}

void tcp_ranges_changed(struct tcp_ranges *l, u32 which)
{
	const struct tcp_ranges was = *l;
	u32 n = 1;

	l->recent[0] = (u8)which;
	for (u32 i = 0; i < TCP_RECENT && n < TCP_RECENT; i += 1) {
		if (was.recent[i] == which)
			continue;
		l->recent[n] = was.recent[i];
		n += 1;
	}
	for (; n < TCP_RECENT; n += 1)
		l->recent[n] = NO_RANGE;
}

/* Takes out the ranges [from, to) of the list; from <= to <= n. */
static void remove_ranges(struct tcp_ranges *l, u32 from, u32 to)
{
	u32 n = l->n, into = from;

	if (image_parts.sack)
		follow(l, from, to, 0);
	for (u32 i = to; i < n && into < TCP_GAPS_MAX; i += 1) {
		l->r[into] = l->r[i];
		into += 1;
	}
	l->n = (u8)into;
}

bool tcp_ranges_add(struct tcp_ranges *l, struct tcp_range add)
{
	u32 n = l->n, first = 0, end;

	while (first < n && seq_before(l->r[first].to, add.from))
		first += 1;
	if (first >= TCP_GAPS_MAX) /* behind all, and the list is full */
		return false;
	end = first;
	while (end < n && !seq_before(add.to, l->r[end].from)) {
		add.from = seq_min(add.from, l->r[end].from);
		add.to = seq_max(add.to, l->r[end].to);
		end += 1;
	}
	if (first < end) { /* it touches those in [first, end): they become one */
		remove_ranges(l, first + 1u, end);
	} else {
		if (n >= TCP_GAPS_MAX)
			return false;
		if (image_parts.sack)
			follow(l, first, first, 1);
		for (u32 i = n; i > first; i -= 1)
			l->r[i] = l->r[i - 1u];
		l->n = (u8)(n + 1u);
	}
	l->r[first] = add;
	if (image_parts.sack)
		tcp_ranges_changed(l, first);
	return true;
}

static u32 length(struct tcp_range r)
{
	return seq_dist(r.from, r.to);
}

bool tcp_ranges_trade(struct tcp_ranges *l, struct tcp_range add)
{
	u32 shortest = 0;

	for (u32 i = 1; i < l->n; i += 1)
		if (length(l->r[i]) < length(l->r[shortest]))
			shortest = i;
	if (length(l->r[shortest]) >= length(add))
		return false;
	remove_ranges(l, shortest, shortest + 1u);
	return tcp_ranges_add(l, add);
}

/* A range that only begins before goes whole: who acknowledges a part of what it
 * reported as received no longer has the rest (RFC 2018, 8). */
void tcp_ranges_cut(struct tcp_ranges *l, u32 before)
{
	u32 gone = 0;

	while (gone < l->n && !seq_before(before, l->r[gone].from))
		gone += 1;
	if (gone > 0)
		remove_ranges(l, 0, gone);
}

u32 tcp_ranges_bytes(const struct tcp_ranges *l, u32 from, u32 to)
{
	u32 sum = 0;

	for (u32 i = 0; i < l->n; i += 1) {
		u32 a = seq_max(l->r[i].from, from), b = seq_min(l->r[i].to, to);

		if (seq_before(a, b))
			sum = seq_add(sum, seq_dist(a, b));
	}
	return sum;
}
