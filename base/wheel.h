/* wheel.h - many timers, one deadline.
 *
 * A hierarchical timer wheel over the caller's table of timers; timer i belongs
 * to the caller's object i. Setting and cancelling cost the same however many
 * there are. A timer fires at or up to WHEEL_TICK_NS after its time, never before.
 *
 *     wheel_set(&w, i, now + rto_ns);
 *     while ((i = wheel_expired(&w, now)) != WHEEL_NONE) ...;
 *     wake = wheel_deadline(&w);
 */
#ifndef BASE_WHEEL_H
#define BASE_WHEEL_H

#include "base/types.h"

#define WHEEL_TICK_NS (1ull << 20) /* about a millisecond */
#define WHEEL_NONE    0xffffffffu
#define WHEEL_LEVELS  8u /* 48 bits: every tick a u64 of nanoseconds can name */
#define WHEEL_SLOTS   64u
#define WHEEL_LAST_NS (TIME_NEVER - WHEEL_TICK_NS)

struct timer {
	u64 due_ns;
	u32 next, prev; /* neighbours in a slot, index + 1; 0 is none */
	u32 where;      /* level * WHEEL_SLOTS + slot + 1; 0 is not set */
};

struct wheel {
	struct timer *timers; /* cap of them, zeroed, the caller's */
	u32 cap;
	u32 armed;
	u64 tick;                              /* ticks gone by */
	u64 levels;                            /* which levels have a slot that is not empty */
	u64 bits[WHEEL_LEVELS];                /* which slots are not empty */
	u32 heads[WHEEL_LEVELS * WHEEL_SLOTS]; /* index + 1; 0 is empty */
};

void wheel_init(struct wheel *w, struct timer *timers, u32 cap, u64 now);

/* Timer i fires at due_ns; set again moves it. TIME_NEVER (and what is within
 * a tick of it) cancels. Putting a timer off costs one store. */
void wheel_set(struct wheel *w, u32 i, u64 due_ns);

void wheel_cancel(struct wheel *w, u32 i);

/* The next timer due at `now`, taken out; WHEEL_NONE when there is none. Call
 * until then. */
u32 wheel_expired(struct wheel *w, u64 now);

/* When to look again at the latest, or TIME_NEVER: never later than a tick past
 * the earliest due time, possibly earlier (a far timer is looked at on its way,
 * and one that was put off at its old time). */
u64 wheel_deadline(const struct wheel *w);

#endif
