#include "base/arena.h"

struct arena arena_of(struct span memory)
{
	return (struct arena){ memory.p, memory.n, 0, false };
}

struct span arena_take(struct arena *a, usize n, usize align)
{
	require(!a->closed);
	require(align > 0 && align <= BYTES_MAX && (align & (align - 1)) == 0);

	usize past = prim_misaligned(a->base + a->used, align);
	usize gap = past == 0 ? 0 : align - past;

	require(gap <= a->cap - a->used && n <= a->cap - a->used - gap);

	struct span s = { a->base + a->used + gap, n };

	a->used += gap + n;
	return s;
}

void arena_close(struct arena *a)
{
	a->closed = true;
}
