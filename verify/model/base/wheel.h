/* What Eva sees instead of base/wheel.h: any timer may be the one that is due. */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include "base/types.h"

#define WHEEL_TICK_NS (1ull << 20)
#define WHEEL_NONE    0xffffffffu
#define WHEEL_LAST_NS (TIME_NEVER - WHEEL_TICK_NS)

struct timer {
	u64 due_ns;
};

struct wheel {
	struct timer *timers;
	u32 cap;
	u32 armed;
};

static inline void wheel_init(struct wheel *w, struct timer *timers, u32 cap, u64 now)
{
	(void)now;
	if (cap > 0) {
		timers[0].due_ns = 0;
		timers[cap - 1u].due_ns = 0;
	}
	*w = (struct wheel){ timers, cap, 0 };
}

static inline void model_wheel(struct wheel *w)
{
	w->armed = (u32)any_upto(w->cap);
}

static inline void wheel_set(struct wheel *w, u32 i, u64 due_ns)
{
	require(i < w->cap);
	(void)due_ns;
	model_wheel(w);
}

static inline void wheel_cancel(struct wheel *w, u32 i)
{
	require(i < w->cap);
	model_wheel(w);
}

static inline u32 wheel_expired(struct wheel *w, u64 now)
{
	u32 i = any_u32();

	(void)now;
	model_wheel(w);
	return i < w->cap ? i : WHEEL_NONE;
}

static inline u64 wheel_deadline(const struct wheel *w)
{
	(void)w->cap;
	return any_u64();
}

#endif
