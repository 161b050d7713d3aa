#include "tender/hvt/awake.h"
#include "test/test.h"

/* A rest from `from` to `to`; true: it began awake. */
static bool rest(struct awake *a, u64 from, u64 to)
{
	awake_rest(a, from);

	bool awake = awake_waits(a);

	awake_end(a, to);
	EXPECT(!awake_waits(a));
	return awake;
}

TEST(a_rest_begins_awake_when_the_one_before_was_short)
{
	struct awake a = { 0 };

	EXPECT(!rest(&a, 1000, 1000 + AWAKE_NS - 1)); /* the first of all is asleep */
	EXPECT(rest(&a, 100000, 120000));
	EXPECT(rest(&a, 200000, 200000 + AWAKE_NS));
	EXPECT(!rest(&a, 900000, 910000)); /* the one before was long */
	EXPECT(rest(&a, 920000, 930000));
}

TEST(who_waited_awake_in_vain_sleeps)
{
	struct awake a = { 0 };

	rest(&a, 1000, 2000);
	awake_rest(&a, 5000);
	EXPECT(awake_look(&a, 5000) && awake_look(&a, 5000 + AWAKE_NS - 1));
	EXPECT(!awake_look(&a, 5000 + AWAKE_NS));
	EXPECT(!awake_waits(&a));
	awake_end(&a, 5001 + AWAKE_NS);
	EXPECT(!rest(&a, 900000, 910000));
}

TEST(going_on_without_a_rest_is_no_long_rest)
{
	struct awake a = { 0 };

	rest(&a, 1000, 2000);
	awake_end(&a, 900000);
	EXPECT(rest(&a, 900000, 910000));
}

TEST(a_clock_that_stands_before_the_rest_ends_the_wait)
{
	struct awake a = { 0 };

	rest(&a, 1000, 2000);
	awake_rest(&a, 5000);
	EXPECT(!awake_look(&a, 4999));
}
