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

static inline struct ring ring_make(u32 cap)
{
	return (struct ring){ cap, 0, 0 };
}

static inline u32 ring_room(const struct ring *r)
{
	return r->cap - r->len;
}

/* The bytes from `at` (0 is the first), n at the most, as one piece: fewer
 * where the memory's end cuts them. Call again with `at` advanced for the rest. */
struct view ring_view(const struct ring *r, struct span memory, u32 at, u32 n);

/* The room from `at` bytes behind the last one, as one piece. */
struct span ring_span(const struct ring *r, struct span memory, u32 at);

/* n more bytes are in it: they have been written through ring_span(at = 0). */
void ring_put(struct ring *r, u32 n);

/* The first n bytes leave. */
void ring_drop(struct ring *r, u32 n);

/* Copies v to `at` bytes behind the last one, over the wrap; v must fit.
 * It counts only after ring_put: this is how out-of-order bytes wait. */
void ring_store(const struct ring *r, struct span memory, u32 at, struct view v);

#endif
