#include "lib/happy/happy.h"
#include "test/test.h"

#define MS NS_PER_MS

static struct happy h;
static struct select_sources ours = { 2,
	{ { .ip = { { 0x20010db800000000ull, 5 }, 64 } }, { .ip = { { 0, 0xffffc0000205ull }, 24 } } } };
static u32 at;

static struct ip six(u32 i)
{
	return (struct ip){ 0x20010db800000000ull, 0x100 + i };
}

static struct ip four(u32 i)
{
	return ip_from4(0xc6336400u + i);
}

static struct select_destinations list(u32 n, struct ip (*of)(u32))
{
	struct select_destinations d = { .count = n };

	for (u32 i = 0; i < n; i += 1)
		d.to[i] = of(i);
	return d;
}

static void answer6(u32 n, u64 now)
{
	struct select_destinations d = list(n, six);

	happy_answer(&h, true, &d, &ours, now);
}

static void answer4(u32 n, u64 now)
{
	struct select_destinations d = list(n, four);

	happy_answer(&h, false, &d, &ours, now);
}

static bool tries(struct ip a, u64 now)
{
	return happy_due(&h, now, &at) && ip_equal(h.to[at], a);
}

static bool idle(u64 now)
{
	return !happy_due(&h, now, &at);
}

TEST(ipv6_is_tried_as_soon_as_its_answer_is_there)
{
	happy_start(&h);
	EXPECT(idle(0));
	EXPECT_EQ(happy_deadline(&h), TIME_NEVER);
	answer6(1, 5 * MS);
	EXPECT_EQ(happy_deadline(&h), 5 * MS);
	EXPECT(tries(six(0), 5 * MS) && idle(5 * MS));
	EXPECT_EQ(happy_deadline(&h), TIME_NEVER);
}

/* RFC 8305 3. */
TEST(an_ipv4_answer_that_was_faster_waits_fifty_milliseconds)
{
	happy_start(&h);
	answer4(1, 10 * MS);
	EXPECT_EQ(happy_deadline(&h), 60 * MS);
	EXPECT(idle(60 * MS - 1));
	EXPECT(tries(four(0), 60 * MS));

	happy_start(&h);
	answer4(1, 10 * MS);
	answer6(1, 30 * MS);
	EXPECT(tries(six(0), 30 * MS) && idle(30 * MS) && tries(four(0), 280 * MS));

	happy_start(&h);
	answer4(1, 10 * MS);
	answer6(0, 30 * MS); /* there is no IPv6: no use to wait */
	EXPECT(tries(four(0), 30 * MS));
}

TEST(the_next_one_is_tried_after_250_milliseconds_or_when_the_last_failed)
{
	happy_start(&h);
	answer6(2, 0);
	answer4(2, 0);
	EXPECT(tries(six(0), 0) && idle(250 * MS - 1));
	EXPECT(tries(four(0), 250 * MS) && idle(250 * MS));
	happy_failed(&h, 0, 300 * MS); /* not the last one: the other may yet win */
	EXPECT(idle(300 * MS));
	happy_failed(&h, 1, 310 * MS);
	EXPECT(tries(six(1), 310 * MS) && idle(310 * MS) && tries(four(1), 560 * MS));
	EXPECT(!happy_lost(&h));
	happy_failed(&h, 2, 600 * MS);
	happy_failed(&h, 3, 600 * MS);
	EXPECT(happy_lost(&h) && idle(900 * MS));
}

/* RFC 8305 4. */
TEST(families_take_turns_and_what_is_left_of_one_comes_last)
{
	struct ip want[] = { six(0), four(0), six(1), four(1), four(2), four(3) };

	happy_start(&h);
	answer6(2, 0);
	answer4(4, 0);
	EXPECT_EQ(h.count, COUNT(want));
	for (u32 i = 0; i < COUNT(want); i += 1)
		EXPECT(tries(want[i], i * 250 * MS));
}

TEST(where_ipv6_cannot_be_reached_ipv4_goes_first)
{
	struct select_sources none6 = { 1, { ours.source[1] } };
	struct select_destinations d6 = list(2, six), d4 = list(2, four);

	happy_start(&h);
	happy_answer(&h, true, &d6, &none6, 0);
	happy_answer(&h, false, &d4, &none6, 0);
	EXPECT(tries(four(0), 0) && tries(six(0), 250 * MS) && tries(four(1), 500 * MS));
}

TEST(what_comes_late_joins_the_rest_with_the_other_family_next)
{
	happy_start(&h);
	answer4(3, 0);
	EXPECT(tries(four(0), 50 * MS));
	answer6(2, 100 * MS);
	EXPECT(idle(100 * MS) && tries(six(0), 300 * MS) && tries(four(1), 550 * MS) &&
		tries(six(1), 800 * MS));
	EXPECT(tries(four(2), 1050 * MS));
}

TEST(a_late_answer_is_waited_for_when_all_else_failed)
{
	happy_start(&h);
	answer6(1, 0);
	EXPECT(tries(six(0), 0));
	happy_failed(&h, 0, 10 * MS);
	EXPECT(!happy_lost(&h) && happy_deadline(&h) == TIME_NEVER);
	answer4(1, 400 * MS);
	EXPECT(tries(four(0), 400 * MS));
	happy_failed(&h, 1, 410 * MS);
	EXPECT(happy_lost(&h));
}

TEST(a_name_without_addresses_is_lost_when_both_answers_say_so)
{
	happy_start(&h);
	answer6(0, 0);
	EXPECT(!happy_lost(&h));
	answer4(0, 0);
	EXPECT(happy_lost(&h) && happy_deadline(&h) == TIME_NEVER);
}

TEST(the_same_address_twice_is_tried_once_and_what_does_not_fit_is_not_tried)
{
	happy_start(&h);
	answer6(2, 0);
	answer6(3, 0);
	EXPECT_EQ(h.count, 3);
	answer6(HAPPY_MAX, 0);
	answer4(HAPPY_MAX, 0);
	EXPECT_EQ(h.count, HAPPY_MAX);
	for (u32 i = 0; i < HAPPY_MAX; i += 1)
		EXPECT(happy_due(&h, i * 1000 * MS, &at) && at == i);
	EXPECT(idle(99999 * MS));
	EXPECT_PANIC(happy_failed(&h, HAPPY_MAX, 0));
}
