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

void pool_init(struct pool *p, struct slot *slots, u32 cap);

/* A fresh handle, or 0 when full. */
u64 pool_take(struct pool *p);

/* The index a handle stands for, or POOL_NONE if that object is gone. */
u32 pool_index(const struct pool *p, u64 handle);

/* The handle of a taken slot, or 0 if it is free. */
u64 pool_handle(const struct pool *p, u32 index);

/* Ends the object's life: this handle, and every copy of it, names nothing. */
void pool_drop(struct pool *p, u64 handle);

#endif
