/* sim_queue.h - what will happen, earliest first; what was put in first among those at the same time.
 *
 * A binary heap that grows. There is no removing: an event that has become
 * moot is recognised by whoever receives it.
 */
#ifndef PLAT_SIM_SIM_QUEUE_H
#define PLAT_SIM_SIM_QUEUE_H

#include "base/types.h"

struct sim_event {
	u64 at;
	u64 order; /* given by the queue */
	u32 kind;  /* these three are the caller's */
	void *object;
	void *load;
};

struct sim_queue {
	struct sim_event *heap;
	usize count, cap;
	u64 order;
};

void queue_put(struct sim_queue *q, u64 at, u32 kind, void *object, void *load);

/* When the earliest is, TIME_NEVER if there is none. */
u64 queue_when(const struct sim_queue *q);

/* The earliest, taken out; the queue must not be empty. */
struct sim_event queue_take(struct sim_queue *q);

void queue_free(struct sim_queue *q);

#endif
