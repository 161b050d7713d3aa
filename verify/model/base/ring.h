/* What Eva sees instead of base/ring.h: head and len are anything up to cap, a
 * piece is any length up to what was asked and what there is. The require()s
 * inside ring.c are not shown to hold: they stop the image. */
#ifndef BASE_RING_H
#define BASE_RING_H

#include "base/view.h"

struct ring {
	u32 cap;
	u32 head;
	u32 len;
};

static inline struct ring ring_make(u32 cap)
{
	return (struct ring){ cap, 0, 0 };
}

static inline u32 ring_room(const struct ring *r)
{
	return (u32)any_upto(r->cap);
}

static inline struct view ring_view(const struct ring *r, struct span memory, u32 at, u32 n)
{
	(void)at;
	model_alive(memory.p, memory.all);
	return (struct view){ memory.p, any_upto(n < r->cap ? n : r->cap), memory.all };
}

static inline struct span ring_span(const struct ring *r, struct span memory, u32 at)
{
	(void)at;
	model_alive(memory.p, memory.all);
	return (struct span){ memory.p, any_upto(r->cap), memory.all };
}

static inline void ring_put(struct ring *r, u32 n)
{
	(void)n;
	r->len = (u32)any_upto(r->cap);
}

static inline void ring_drop(struct ring *r, u32 n)
{
	(void)n;
	r->head = (u32)any_upto(r->cap);
	r->len = (u32)any_upto(r->cap);
}

static inline void ring_store(const struct ring *r, struct span memory, u32 at, struct view v)
{
	(void)at;
	(void)r->cap;
	(void)model_read(v);
	model_write(memory.p, memory.all);
}

#endif
