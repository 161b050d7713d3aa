/* What Eva sees instead of base/pool.h: any handle, which names any slot of the
 * table or none. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/types.h"

#define POOL_NONE 0xffffffffu

struct slot {
	u32 gen;
	u32 next;
};

struct pool {
	struct slot *slots;
	u32 cap;
	u32 used;
	u32 most;
};

static inline void pool_init(struct pool *p, struct slot *slots, u32 cap)
{
	if (cap > 0) {
		slots[0].gen = 0;
		slots[cap - 1u].gen = 0;
	}
	*p = (struct pool){ slots, cap, 0, 0 };
}

static inline void model_pool(struct pool *p)
{
	p->used = (u32)any_upto(p->cap);
	p->most = (u32)any_upto(p->cap);
}

static inline u64 pool_take(struct pool *p)
{
	model_pool(p);
	return any_u64();
}

static inline u32 pool_index(const struct pool *p, u64 handle)
{
	u32 i = any_u32();

	(void)handle;
	return i < p->cap ? i : POOL_NONE;
}

static inline u64 pool_handle(const struct pool *p, u32 index)
{
	(void)index;
	(void)p->cap;
	return any_u64();
}

static inline void pool_drop(struct pool *p, u64 handle)
{
	(void)handle;
	model_pool(p);
}

#endif
