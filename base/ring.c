#include "base/ring.h"

/* Where the byte `at` behind the first one stands; at <= cap. */
/*@ requires ring_seen(r) && at <= r->cap;
    assigns \nothing;
    ensures \result == ring_place(r, at); */
static u32 place(const struct ring *r, u32 at)
{
	u32 to_end = r->cap - r->head;

	return at < to_end ? r->head + at : at - to_end;
}

struct view ring_view(const struct ring *r, struct span memory, u32 at, u32 n)
{
	require(memory.n >= r->cap);
	if (at >= r->len)
		return view_none();

	u32 from = place(r, at);
	u32 to_end = r->cap - from;
	u32 left = r->len - at;
	u32 most = n < left ? n : left;

	return view_first(view_from(span_view(memory), from), most < to_end ? most : to_end);
}

struct span ring_span(const struct ring *r, struct span memory, u32 at)
{
	require(memory.n >= r->cap);
	if (at >= r->cap - r->len)
		return span_none();

	u32 from = place(r, r->len + at);
	u32 to_end = r->cap - from;
	u32 room = r->cap - r->len - at;

	return span_first(span_from(memory, from), room < to_end ? room : to_end);
}

void ring_put(struct ring *r, u32 n)
{
	require(n <= r->cap - r->len);
	r->len += n;
}

void ring_drop(struct ring *r, u32 n)
{
	require(n <= r->len);
	/* An empty ring does not go back to 0: bytes may wait behind the last one (ring_store). */
	u32 head = place(r, n);

	r->head = head == r->cap ? 0 : head;
	r->len -= n;
}

void ring_store(const struct ring *r, struct span memory, u32 at, struct view v)
{
	require(at <= r->cap - r->len && v.n <= r->cap - r->len - at);

	usize n = copy(ring_span(r, memory, at), v);

	copy(ring_span(r, memory, at + (u32)n), view_from(v, n));
}
