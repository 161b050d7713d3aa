/* arena.h - memory handed out once, at start, and never taken back.
 *
 * An image's tables are carved from one block before its first step, so what
 * it can ever use is known (`fata describe` prints it). After arena_close()
 * nothing more is given: a late allocation is a bug and stops the image.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/view.h"

struct arena {
	u8 *base;
	usize cap;
	usize used;
	bool closed;
};

/*@ predicate arena_ok{L}(struct arena *a) =
      \valid(a) && a->used <= a->cap <= BYTES_MAX && \valid(a->base + (0 .. a->cap - 1))
      && \separated(a, a->base + (0 .. a->cap - 1));
*/

/*@ requires span_ok(memory);
    assigns \nothing;
    ensures \result.base == memory.p && \result.cap == memory.n && \result.used == 0 && \result.closed == 0; */
struct arena arena_of(struct span memory);

/* n zeroed bytes aligned to `align` (a power of two); the block must be big
 * enough: the sum is known at build time, so falling short is a bug. The block
 * comes zeroed and the bytes are not touched here. */
/*@ requires arena_ok(a) && a->closed == 0;
    requires 0 < align <= BYTES_MAX && (align & (align - 1)) == 0;
    requires n + align <= a->cap - a->used;
    assigns a->used;
    ensures arena_ok(a) && span_ok(\result) && \result.n == n;
    ensures a->base + \old(a->used) <= \result.p && \result.p + n == a->base + a->used; */
struct span arena_take(struct arena *a, usize n, usize align);

/*@ requires arena_ok(a);
    assigns a->closed;
    ensures arena_ok(a) && a->closed == 1; */
void arena_close(struct arena *a);

#endif
