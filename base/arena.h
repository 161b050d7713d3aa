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

struct arena arena_of(struct span memory);

/* n zeroed bytes aligned to `align` (a power of two); the block must be big
 * enough: the sum is known at build time, so falling short is a bug. The block
 * comes zeroed and the bytes are not touched here. */
struct span arena_take(struct arena *a, usize n, usize align);

void arena_close(struct arena *a);

#endif
