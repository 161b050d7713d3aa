#include "base/pool.h"

void pool_init(struct pool *p, struct slot *slots, u32 cap)
{
	require(cap < POOL_NONE);
	p->slots = slots;
	p->cap = cap;
	p->fresh = 0;
	p->free = POOL_NONE;
	p->used = 0;
	p->most = 0;
}

u64 pool_take(struct pool *p)
{
	u32 i = p->free;

	if (i == POOL_NONE && p->fresh == p->cap)
		return 0;

	/*@ admit p->used < p->cap; */ /* it counts the taken slots: verify/unproven.md */
	p->used += 1;
	if (p->used > p->most)
		p->most = p->used;

	if (i != POOL_NONE) {
		p->free = p->slots[i].next;
	} else {
		i = p->fresh;
		p->fresh += 1;
	}
	/*@ assert p->slots[i].gen % 2 == 0; */
	p->slots[i].gen += 1;
	/*@ assert \forall integer j; slot_free(p, j) <==> (slot_free{Pre}(p, j) && j != i); */
	/*@ assert \forall integer j; 0 <= j < p->cap ==> p->slots[j].next == \at(p->slots[j].next, Pre); */
	/*@ assert first_free: pool_first_free(p); */
	/*@ assert \forall integer j; slot_free(p, j) && p->slots[j].next != POOL_NONE ==>
	             slot_free{Pre}(p, p->slots[j].next) && p->slots[j].next != i; */
	/*@ assert next_free: pool_next_free(p); */
	/*@ assert \forall integer j; 0 <= j < p->cap && j != i ==>
	             p->slots[j].gen == \at(p->slots[j].gen, Pre); */
	/*@ assert fresh_free: pool_fresh_free(p); */
	/*@ assert one_way: pool_one_way(p); */
	/*@ assert live_stay: \forall integer h, j; pool_names{Pre}(p, h, j) ==> j != i && pool_names(p, h, j); */

	u64 handle = p->slots[i].gen * 0x100000000ull + i;

	/*@ assert pool_names(p, handle, i); */
	return handle;
}

u32 pool_index(const struct pool *p, u64 handle)
{
	u32 i = (u32)(handle % 0x100000000ull);
	u32 gen = (u32)(handle / 0x100000000ull);

	if (i >= p->fresh || gen % 2u == 0 || p->slots[i].gen != gen)
		return POOL_NONE;
	return i;
}

u64 pool_handle(const struct pool *p, u32 index)
{
	if (index >= p->fresh || p->slots[index].gen % 2u == 0)
		return 0;
	return p->slots[index].gen * 0x100000000ull + index;
}

void pool_drop(struct pool *p, u64 handle)
{
	u32 i = pool_index(p, handle);

	if (i == POOL_NONE)
		return;
	/*@ admit 0 < p->used; */
	p->used -= 1;
	/* The generation comes round after 2^31 lives of one slot; a handle kept
	 * that long is the only one that could be taken for another. */
	p->slots[i].gen = p->slots[i].gen == 0xffffffffu ? 0 : p->slots[i].gen + 1;
	/*@ assert \forall integer j; slot_free(p, j) <==> (slot_free{Pre}(p, j) || j == i); */
	p->slots[i].next = p->free;
	/*@ assert \forall integer j; slot_free(p, j) <==> (slot_free{Pre}(p, j) || j == i); */
	/*@ assert \forall integer j; 0 <= j < p->cap && j != i ==>
	             p->slots[j].next == \at(p->slots[j].next, Pre); */
	p->free = i;
	/*@ assert first_free: pool_first_free(p); */
	/*@ assert next_free: pool_next_free(p); */
	/*@ assert \forall integer j; 0 <= j < p->cap && j != i ==>
	             p->slots[j].gen == \at(p->slots[j].gen, Pre); */
	/*@ assert fresh_free: pool_fresh_free(p); */
	/*@ assert one_way: pool_one_way(p); */
	/*@ assert live_stay: \forall integer h, j; pool_names{Pre}(p, h, j) && j != i ==> pool_names(p, h, j); */
}
