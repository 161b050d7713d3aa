#include "base/wheel.h"
#include "test/test.h"

#define CAP 200u
static struct timer timers[CAP];
static struct wheel w;

static void begin(u64 now)
{
	memset(timers, 0, sizeof timers);
	wheel_init(&w, timers, CAP, now);
}

TEST(a_timer_fires_at_its_time_or_within_a_tick_and_never_before)
{
	for (u64 due = 0; due < 300 * WHEEL_TICK_NS; due += WHEEL_TICK_NS / 3) {
		begin(0);
		wheel_set(&w, 7, due);
		if (due > 0)
			EXPECT_EQ(wheel_expired(&w, due - 1), WHEEL_NONE);
		EXPECT_EQ(wheel_expired(&w, due + WHEEL_TICK_NS - 1), 7);
		EXPECT_EQ(wheel_expired(&w, due + WHEEL_TICK_NS), WHEEL_NONE);
		EXPECT_EQ(w.armed, 0);
	}
}

TEST(a_time_that_has_passed_fires_at_once)
{
	begin(1000 * NS_PER_S);
	wheel_set(&w, 3, 5);
	EXPECT(wheel_deadline(&w) <= 1000 * NS_PER_S);
	EXPECT_EQ(wheel_expired(&w, 1000 * NS_PER_S), 3);
	EXPECT_EQ(wheel_deadline(&w), TIME_NEVER);
}

TEST(a_cancelled_timer_does_not_fire_and_cancelling_twice_is_nothing)
{
	begin(0);
	wheel_set(&w, 1, NS_PER_S);
	wheel_set(&w, 2, NS_PER_S);
	wheel_set(&w, 3, NS_PER_S);
	wheel_cancel(&w, 2);
	wheel_cancel(&w, 2);
	wheel_set(&w, 3, TIME_NEVER);
	wheel_set(&w, 4, TIME_NEVER);
	EXPECT_EQ(w.armed, 1);
	EXPECT_EQ(wheel_expired(&w, 2 * NS_PER_S), 1);
	EXPECT_EQ(wheel_expired(&w, 2 * NS_PER_S), WHEEL_NONE);
}

TEST(setting_again_moves_it_forwards_or_back)
{
	begin(0);
	wheel_set(&w, 1, NS_PER_S);
	wheel_set(&w, 1, 10 * NS_PER_S);
	EXPECT_EQ(wheel_expired(&w, 9 * NS_PER_S), WHEEL_NONE);
	wheel_set(&w, 1, 9 * NS_PER_S + NS_PER_MS);
	EXPECT(wheel_deadline(&w) <= 9 * NS_PER_S + NS_PER_MS + WHEEL_TICK_NS);
	EXPECT_EQ(wheel_expired(&w, 9 * NS_PER_S + 3 * NS_PER_MS), 1);
}

TEST(the_ends_of_time_have_their_place)
{
	begin(0);
	wheel_set(&w, 0, WHEEL_LAST_NS);
	wheel_set(&w, 1, WHEEL_LAST_NS + 1);
	EXPECT_EQ(w.armed, 1);
	EXPECT(wheel_deadline(&w) < TIME_NEVER);
	EXPECT_EQ(wheel_expired(&w, WHEEL_LAST_NS - WHEEL_TICK_NS), WHEEL_NONE);
	EXPECT_EQ(wheel_expired(&w, TIME_NEVER), 0);
	EXPECT_EQ(wheel_expired(&w, TIME_NEVER), WHEEL_NONE);
}

TEST(an_index_past_the_table_is_the_callers_bug)
{
	begin(0);
	EXPECT_PANIC(wheel_set(&w, CAP, 1));
	EXPECT_PANIC(wheel_cancel(&w, CAP));
	EXPECT_PANIC(wheel_init(&w, timers, WHEEL_NONE, 0));
}

/* Against a plain table looked through at every step: which timers are due,
 * that each fires in its tick, and that the deadline is never too late. */
static void compare(u32 seed, u64 start, u64 span_ns, u64 step_ns)
{
	u64 want[CAP], now = start;
	u64 random = seed;

	begin(start);
	for (u32 i = 0; i < CAP; i += 1)
		want[i] = TIME_NEVER;
	for (u32 step = 0; step < 4000 && test_failures == 0; step += 1) {
		for (u32 k = 0; k < 5; k += 1) {
			random = random * 6364136223846793005ull + 1442695040888963407ull;
			u32 i = (u32)(random >> 40) % CAP;
			u64 due = random >> 61 == 0 ? TIME_NEVER : now + (random >> 13) % span_ns;
			wheel_set(&w, i, due);
			want[i] = due;
		}
		u64 first = TIME_NEVER;
		u32 armed = 0;
		for (u32 i = 0; i < CAP; i += 1) {
			first = want[i] < first ? want[i] : first;
			armed += want[i] != TIME_NEVER;
		}
		EXPECT_EQ(w.armed, armed);
		EXPECT(first == TIME_NEVER || wheel_deadline(&w) < first + WHEEL_TICK_NS);
		now += (random >> 33) % step_ns;
		for (u32 i; (i = wheel_expired(&w, now)) != WHEEL_NONE;) {
			EXPECT(want[i] <= now);
			want[i] = TIME_NEVER;
		}
		for (u32 i = 0; i < CAP; i += 1)
			EXPECT(want[i] > now - now % WHEEL_TICK_NS);
	}
}

TEST(random_timers_agree_with_a_plain_table_at_every_scale)
{
	for (u32 seed = 1; seed <= 5; seed += 1) {
		compare(seed, 0, 200 * NS_PER_MS, 10 * NS_PER_MS);
		compare(seed, 12345 * NS_PER_S, 100 * NS_PER_S, NS_PER_S);
		compare(seed, 1ull << 40, 1ull << 50, 1ull << 44);
		compare(seed, (1ull << 56) - NS_PER_S, 3 * NS_PER_S, NS_PER_MS);
	}
}

TEST(driven_by_its_own_deadline_it_ends_and_misses_nothing)
{
	u32 fired = 0, looks = 0;

	begin(0);
	for (u32 i = 0; i < CAP; i += 1)
		wheel_set(&w, i, (u64)i * i * i * 1000000ull);
	for (u64 now; (now = wheel_deadline(&w)) != TIME_NEVER; looks += 1) {
		EXPECT(looks < CAP * (WHEEL_LEVELS + 1));
		for (u32 i; (i = wheel_expired(&w, now)) != WHEEL_NONE; fired += 1)
			EXPECT(timers[i].due_ns <= now);
		if (test_failures > 0)
			break;
	}
	EXPECT_EQ(fired, CAP);
}
