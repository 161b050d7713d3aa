/* The hashed hierarchical wheel of Varghese and Lauck (1987), scheme 7, with the
 * levels chosen by where a due tick first differs from the wheel's own.
 *
 * Invariant: a timer on level L agrees with `tick` in every bit above that
 * level's six. So no slot lies behind `tick`, none wraps around, every slot of
 * a level comes before every slot of the level above, and the first slot of
 * the lowest level in use is the earliest of all. */
#include "base/wheel.h"

#include "base/prim.h"

#define LEVEL_BITS 6u

static u64 tick_of(u64 due_ns)
{
	return due_ns / WHEEL_TICK_NS + (due_ns % WHEEL_TICK_NS != 0);
}

/* The first tick of a slot, by its number level * WHEEL_SLOTS + slot. */
static u64 slot_start(const struct wheel *w, u32 at)
{
	u32 shift = at / WHEEL_SLOTS * LEVEL_BITS;
	u64 above = w->tick >> shift >> LEVEL_BITS;

	return (above * WHEEL_SLOTS + at % WHEEL_SLOTS) << shift;
}

/* The slot where a timer due at this tick waits; it is not before w->tick. */
static u32 slot_for(const struct wheel *w, u64 due)
{
	u32 level = prim_high_bit((due ^ w->tick) | 1u) / LEVEL_BITS;

	return level * WHEEL_SLOTS + (u32)((due >> (level * LEVEL_BITS)) % WHEEL_SLOTS);
}

static void put_in(struct wheel *w, u32 i)
{
	u64 due = tick_of(w->timers[i].due_ns);
	u32 at = slot_for(w, due > w->tick ? due : w->tick);
	u32 head = w->heads[at];

	w->timers[i].prev = 0;
	w->timers[i].next = head;
	w->timers[i].where = at + 1;
	if (head != 0)
		w->timers[head - 1].prev = i + 1;
	w->heads[at] = i + 1;
	w->bits[at / WHEEL_SLOTS] |= 1ull << at % WHEEL_SLOTS;
	w->levels |= 1ull << at / WHEEL_SLOTS;
}

static void take_out(struct wheel *w, u32 i)
{
	u32 at = w->timers[i].where - 1;
	u32 next = w->timers[i].next;
	u32 prev = w->timers[i].prev;

	if (next != 0)
		w->timers[next - 1].prev = prev;
	if (prev != 0)
		w->timers[prev - 1].next = next;
	else
		w->heads[at] = next;
	if (w->heads[at] == 0) {
		w->bits[at / WHEEL_SLOTS] &= ~(1ull << at % WHEEL_SLOTS);
		if (w->bits[at / WHEEL_SLOTS] == 0)
			w->levels &= ~(1ull << at / WHEEL_SLOTS);
	}
	w->timers[i].where = 0;
}

/* The number of the earliest slot that is not empty; there is one. */
static u32 earliest(const struct wheel *w)
{
	u32 level = prim_low_bit(w->levels);

	return level * WHEEL_SLOTS + prim_low_bit(w->bits[level]);
}

void wheel_init(struct wheel *w, struct timer *timers, u32 cap, u64 now)
{
	require(cap < WHEEL_NONE);
	*w = (struct wheel){ .timers = timers, .cap = cap, .tick = now / WHEEL_TICK_NS };
}

void wheel_set(struct wheel *w, u32 i, u64 due_ns)
{
	require(i < w->cap);
	if (due_ns > WHEEL_LAST_NS) {
		wheel_cancel(w, i);
		return;
	}
	w->timers[i].due_ns = due_ns;
	if (w->timers[i].where != 0) {
		/* Put off (what a retransmission timer is, at every acknowledgement):
		 * it stays where it waits, and is moved on when its slot comes. */
		if (tick_of(due_ns) >= slot_start(w, w->timers[i].where - 1))
			return;
		take_out(w, i);
	} else {
		w->armed += 1;
	}
	put_in(w, i);
}

void wheel_cancel(struct wheel *w, u32 i)
{
	require(i < w->cap);
	if (w->timers[i].where == 0)
		return;
	take_out(w, i);
	w->armed -= 1;
}

/* The time of a slot above the lowest level has come: its timers go on to finer
 * levels (or, put off meanwhile, anywhere), all of them before anything else is
 * looked at, or a finer slot would hide those that stayed. None comes back here. */
static void scatter(struct wheel *w, u32 at)
{
	while (w->heads[at] != 0) {
		u32 i = w->heads[at] - 1;

		take_out(w, i);
		put_in(w, i);
	}
}

u32 wheel_expired(struct wheel *w, u64 now)
{
	u64 until = now / WHEEL_TICK_NS;

	while (w->levels != 0) {
		u32 at = earliest(w);
		u64 start = slot_start(w, at);

		if (start > until)
			break;
		w->tick = start;
		if (at >= WHEEL_SLOTS) {
			scatter(w, at);
			continue;
		}

		u32 i = w->heads[at] - 1;

		take_out(w, i);
		if (tick_of(w->timers[i].due_ns) <= start) {
			w->armed -= 1;
			return i;
		}
		put_in(w, i);
	}
	if (until > w->tick)
		w->tick = until;
	return WHEEL_NONE;
}

u64 wheel_deadline(const struct wheel *w)
{
	return w->levels == 0 ? TIME_NEVER : slot_start(w, earliest(w)) * WHEEL_TICK_NS;
}
