/* ring.h - a first-in first-out of bytes, as numbers: the memory is lent at each call.
 *
 * A ring knows its capacity, where its first byte stands and how many bytes
 * are in it. It holds no pointer: the owner keeps the memory (`cap` bytes) and
 * lends it as a span, so a ring can be copied, moved, and live in a core.
 * Content is in at most two pieces, because it may wrap around the end.
 */
#ifndef BASE_RING_H
#define BASE_RING_H

#include "base/view.h"

struct ring {
	u32 cap;
	u32 head; /* where the first byte stands; < cap, or 0 */
	u32 len;  /* how many bytes are in it; <= cap */
};

/*@ predicate ring_seen{L}(struct ring *r) =
      \valid_read(r) && r->cap <= BYTES_MAX && r->len <= r->cap && (r->head < r->cap || r->head == 0);

    predicate ring_ok{L}(struct ring *r) = \valid(r) && ring_seen(r);

    logic integer ring_place{L}(struct ring *r, integer at) =
      r->head + at < r->cap ? r->head + at : r->head + at - r->cap;
*/

/*@ requires cap <= BYTES_MAX;
    assigns \nothing;
    ensures \result.cap == cap && \result.head == 0 && \result.len == 0; */
static inline struct ring ring_make(u32 cap)
{
	return (struct ring){ cap, 0, 0 };
}

/*@ requires ring_seen(r);
    assigns \nothing;
    ensures \result == r->cap - r->len; */
static inline u32 ring_room(const struct ring *r)
{
	return r->cap - r->len;
}

/* The bytes from `at` (0 is the first), n at the most, as one piece: fewer
 * where the memory's end cuts them. Call again with `at` advanced for the rest. */
/*@ requires ring_seen(r) && span_ok(memory) && memory.n >= r->cap;
    assigns \nothing;
    ensures view_ok(\result);
    ensures at >= r->len ==> \result.n == 0;
    ensures at < r->len ==> \result.p == memory.p + ring_place(r, at)
            && \result.n == \min(\min(n, r->len - at), r->cap - ring_place(r, at)); */
struct view ring_view(const struct ring *r, struct span memory, u32 at, u32 n);

/* The room from `at` bytes behind the last one, as one piece. */
/*@ requires ring_seen(r) && span_ok(memory) && memory.n >= r->cap;
    assigns \nothing;
    ensures span_ok(\result);
    ensures at >= r->cap - r->len ==> \result.n == 0;
    ensures at < r->cap - r->len ==> \result.p == memory.p + ring_place(r, r->len + at)
            && \result.n == \min(r->cap - r->len - at, r->cap - ring_place(r, r->len + at)); */
struct span ring_span(const struct ring *r, struct span memory, u32 at);

/* n more bytes are in it: they have been written through ring_span(at = 0). */
/*@ requires ring_ok(r) && n <= r->cap - r->len;
    assigns r->len;
    ensures ring_ok(r) && r->len == \old(r->len) + n; */
void ring_put(struct ring *r, u32 n);

/* The first n bytes leave. */
/*@ requires ring_ok(r) && n <= r->len;
    assigns r->head, r->len;
    ensures ring_ok(r) && r->len == \old(r->len) - n;
    ensures n < r->cap ==> r->head == \old(ring_place(r, n)); */
void ring_drop(struct ring *r, u32 n);

/* Copies v to `at` bytes behind the last one, over the wrap; v must fit.
 * It counts only after ring_put: this is how out-of-order bytes wait. */
/*@ requires ring_seen(r) && span_ok(memory) && memory.n >= r->cap && view_ok(v);
    requires at <= r->cap - r->len && v.n <= r->cap - r->len - at;
    requires \separated(r, memory.p + (0 .. memory.n - 1));
    requires \separated(memory.p + (0 .. memory.n - 1), v.p + (0 .. v.n - 1));
    assigns memory.p[0 .. r->cap - 1]; */
void ring_store(const struct ring *r, struct span memory, u32 at, struct view v);

#endif
