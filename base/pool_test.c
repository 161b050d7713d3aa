#include "base/pool.h"
#include "test/test.h"

TEST(a_pool_gives_each_slot_once_and_then_says_full)
{
	struct slot slots[3] = { 0 };
	struct pool p;

	pool_init(&p, slots, 3);
	for (u32 i = 0; i < 3; i += 1) {
		u64 h = pool_take(&p);
		EXPECT(h != 0);
		EXPECT_EQ(pool_index(&p, h), i);
		EXPECT_EQ(pool_handle(&p, i), h);
	}
	EXPECT_EQ(pool_take(&p), 0);
	EXPECT_EQ(p.used, 3);
}

TEST(a_dropped_handle_names_nothing_even_when_the_slot_lives_again)
{
	struct slot slots[2] = { 0 };
	struct pool p;

	pool_init(&p, slots, 2);
	u64 first = pool_take(&p);
	pool_drop(&p, first);
	EXPECT_EQ(pool_index(&p, first), POOL_NONE);
	EXPECT_EQ(pool_handle(&p, 0), 0);
	u64 second = pool_take(&p);
	EXPECT_EQ(pool_index(&p, second), 0);
	EXPECT(second != first);
	EXPECT_EQ(pool_index(&p, first), POOL_NONE);
	pool_drop(&p, first); /* too late: nothing happens */
	EXPECT_EQ(pool_index(&p, second), 0);
	EXPECT_EQ(p.used, 1);
}

TEST(handles_from_nowhere_name_nothing)
{
	struct slot slots[2] = { 0 };
	struct pool p;

	pool_init(&p, slots, 2);
	u64 h = pool_take(&p);
	EXPECT_EQ(pool_index(&p, 0), POOL_NONE);
	EXPECT_EQ(pool_index(&p, 1), POOL_NONE);
	EXPECT_EQ(pool_index(&p, h + 1), POOL_NONE);
	EXPECT_EQ(pool_index(&p, h + 2), POOL_NONE);
	EXPECT_EQ(pool_index(&p, UINT64_MAX), POOL_NONE);
	EXPECT_EQ(pool_handle(&p, 1), 0);
	EXPECT_EQ(pool_handle(&p, POOL_NONE), 0);
}

TEST(the_last_dropped_is_the_first_taken_and_fresh_slots_stay_untouched)
{
	struct slot slots[4] = { 0 };
	struct pool p;

	slots[3].gen = 1000; /* would show if it were touched or believed */
	pool_init(&p, slots, 4);
	u64 a = pool_take(&p), b = pool_take(&p);
	pool_drop(&p, a);
	pool_drop(&p, b);
	EXPECT_EQ(pool_index(&p, pool_take(&p)), 1);
	EXPECT_EQ(pool_index(&p, pool_take(&p)), 0);
	EXPECT_EQ(pool_index(&p, pool_take(&p)), 2);
	EXPECT_EQ(slots[3].gen, 1000);
	EXPECT_EQ(p.most, 3);
}

TEST(a_generation_comes_round_without_ever_being_the_null_handle)
{
	struct slot slots[1] = { { .gen = 0xfffffffeu } };
	struct pool p;

	pool_init(&p, slots, 1);
	u64 last = pool_take(&p);
	EXPECT_EQ(last, 0xffffffff00000000);
	pool_drop(&p, last);
	EXPECT_EQ(slots[0].gen, 0);
	u64 next = pool_take(&p);
	EXPECT_EQ(next, 0x100000000);
	EXPECT_EQ(pool_index(&p, last), POOL_NONE);
}

TEST(a_million_random_steps_agree_with_a_list_of_who_lives)
{
	enum { CAP = 50 };
	struct slot slots[CAP] = { 0 };
	u64 live[CAP] = { 0 }; /* by index */
	struct pool p;
	u32 random = 7, n = 0;

	pool_init(&p, slots, CAP);
	for (u32 step = 0; step < 1000000; step += 1) {
		random = random * 1664525u + 1013904223u;
		u32 i = random / 0x10000u % CAP;
		if (random >= 0x70000000u) {
			u64 h = pool_take(&p);
			EXPECT_EQ(h == 0, n == CAP);
			u32 at = pool_index(&p, h);
			if (h != 0) {
				EXPECT(at < CAP && live[at] == 0);
				live[at] = h;
				n += 1;
			}
		} else {
			if (live[i] != 0)
				n -= 1;
			pool_drop(&p, live[i]);
			EXPECT_EQ(pool_index(&p, live[i]), POOL_NONE);
			live[i] = 0;
		}
		EXPECT_EQ(p.used, n);
		EXPECT_EQ(pool_handle(&p, i), live[i]);
		if (test_failures > 0)
			break;
	}
}
