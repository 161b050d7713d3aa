/* jitter_test.c - spread numbers: in their range, all of it, and the same for the same seed. */
#include "lib/jitter/jitter.h"
#include "test/test.h"

TEST(every_number_lies_between_least_and_least_plus_spread)
{
	struct jitter j = jitter_of(7);
	bool low = false, high = false;

	for (u32 i = 0; i < 10000; i += 1) {
		u64 n = jitter(&j, 100, 9);

		EXPECT(n >= 100 && n <= 109);
		low = low || n == 100;
		high = high || n == 109;
	}
	EXPECT(low && high);
}

TEST(a_spread_of_zero_is_always_the_least)
{
	struct jitter j = jitter_of(1);

	for (u32 i = 0; i < 10; i += 1)
		EXPECT_EQ(jitter(&j, 5, 0), 5);
}

TEST(the_same_seed_gives_the_same_numbers_and_another_seed_others)
{
	struct jitter a = jitter_of(3), b = jitter_of(3), c = jitter_of(4);
	u32 differ = 0;

	for (u32 i = 0; i < 100; i += 1) {
		u64 n = jitter(&a, 0, 1000000);

		EXPECT_EQ(n, jitter(&b, 0, 1000000));
		differ += n != jitter(&c, 0, 1000000);
	}
	EXPECT(differ > 90);
}

TEST(a_seed_of_zero_still_moves)
{
	struct jitter j = jitter_of(0);
	u64 first = jitter(&j, 0, 1ull << 40);

	EXPECT(jitter(&j, 0, 1ull << 40) != first);
}
