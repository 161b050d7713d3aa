/* pool.h - who lives in a table: fixed slots, and handles that know when their object is gone.
 *
 * The owner has a table of `cap` objects; the pool says which slots are taken.
 * A handle is (generation, slot): 64 bits, 0 is never a handle. When a slot is
 * dropped its generation changes, so a handle kept too long finds nothing
 * instead of somebody else's object. Keep handles, never pointers; turn a
 * handle into an index for the length of one event.
 *
 * Taking and dropping cost the same whatever the size. The last slot dropped is
 * the first taken (it is still in the cache), and slots never used are never
 * touched: a table for a million costs no memory until they come.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include "base/types.h"

#define POOL_NONE 0xffffffffu

struct slot {
	u32 gen;  /* changes when dropped; odd while taken */
	u32 next; /* the next free slot, while free */
};

struct pool {
	struct slot *slots; /* cap of them, zeroed, the caller's */
	u32 cap;
	u32 fresh; /* slots from here on were never used */
	u32 free;  /* the first free slot below `fresh`, or POOL_NONE */
	u32 used;  /* how many are taken */
	u32 most;  /* the most there ever were: for the memory bill */
};

/*@ predicate pool_seen{L}(struct pool *p) =
      \valid_read(p) && p->fresh <= p->cap < POOL_NONE && \valid_read(p->slots + (0 .. p->cap - 1));

    predicate slot_free{L}(struct pool *p, integer i) =
      0 <= i < p->fresh && p->slots[i].gen % 2 == 0;

    predicate pool_table{L}(struct pool *p) =
      \valid(p) && p->fresh <= p->cap < POOL_NONE && \valid(p->slots + (0 .. p->cap - 1))
      && \separated(p, p->slots + (0 .. p->cap - 1));

    predicate pool_first_free{L}(struct pool *p) = p->free == POOL_NONE || slot_free(p, p->free);

    predicate pool_fresh_free{L}(struct pool *p) =
      \forall integer i; p->fresh <= i < p->cap ==> p->slots[i].gen % 2 == 0;

    predicate pool_next_free{L}(struct pool *p) =
      \forall integer i; slot_free(p, i) && p->slots[i].next != POOL_NONE ==>
        slot_free(p, p->slots[i].next) && p->slots[i].next != p->free;

    predicate pool_one_way{L}(struct pool *p) =
      \forall integer i, j; slot_free(p, i) && slot_free(p, j) && i != j
        && p->slots[i].next == p->slots[j].next ==> p->slots[i].next == POOL_NONE;

    // The free list stays inside the table and visits only free slots, each from one side.
    predicate pool_ok{L}(struct pool *p) =
      pool_table(p) && pool_first_free(p) && pool_fresh_free(p) && pool_next_free(p) && pool_one_way(p);

    predicate pool_names{L}(struct pool *p, integer h, integer i) =
      0 <= i < p->fresh && p->slots[i].gen % 2 == 1 && h == p->slots[i].gen * 0x100000000 + i;
*/

/*@ requires \valid(p) && cap < POOL_NONE && \valid(slots + (0 .. cap - 1));
    requires \separated(p, slots + (0 .. cap - 1));
    requires \forall integer i; 0 <= i < cap ==> slots[i].gen == 0;
    assigns *p;
    ensures pool_ok(p) && p->slots == slots && p->cap == cap && p->used == 0;
    ensures \forall integer h, i; !pool_names(p, h, i); */
void pool_init(struct pool *p, struct slot *slots, u32 cap);

/* A fresh handle, or 0 when full. */
/*@ requires pool_ok(p);
    assigns p->slots[0 .. p->cap - 1].gen, p->fresh, p->free, p->used, p->most;
    ensures pool_ok(p);
    ensures \result != 0 ==> \exists integer i; pool_names(p, \result, i);
    ensures \result != 0 ==> \forall integer i; !pool_names{Pre}(p, \result, i);
    ensures \forall integer h, i; pool_names{Pre}(p, h, i) ==> pool_names(p, h, i); */
u64 pool_take(struct pool *p);

/* The index a handle stands for, or POOL_NONE if that object is gone. */
/*@ requires pool_seen(p);
    assigns \nothing;
    ensures \result != POOL_NONE ==> pool_names(p, handle, \result);
    ensures \result == POOL_NONE ==> \forall integer i; !pool_names(p, handle, i); */
u32 pool_index(const struct pool *p, u64 handle);

/* The handle of a taken slot, or 0 if it is free. */
/*@ requires pool_seen(p);
    assigns \nothing;
    ensures \result != 0 ==> pool_names(p, \result, index);
    ensures \result == 0 ==> \forall integer h; !pool_names(p, h, index); */
u64 pool_handle(const struct pool *p, u32 index);

/* Ends the object's life: this handle, and every copy of it, names nothing. */
/*@ requires pool_ok(p);
    assigns p->slots[0 .. p->cap - 1], p->free, p->used;
    ensures pool_ok(p);
    ensures \forall integer i; !pool_names(p, handle, i);
    ensures \forall integer h, i; h != handle && pool_names{Pre}(p, h, i) ==> pool_names(p, h, i); */
void pool_drop(struct pool *p, u64 handle);

#endif
