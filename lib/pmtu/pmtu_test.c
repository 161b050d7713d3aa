#include "lib/pmtu/pmtu.h"
#include "test/test.h"

#define S    NS_PER_S
#define LINK 1500u

static struct pmtu p;

static struct ip four(u32 i)
{
	return ip_from4(0x0a000000u + i);
}

static struct ip six(u32 i)
{
	return (struct ip){ 0x20010db800000000ull, i };
}

TEST(a_path_takes_what_the_link_takes_until_a_router_says_less)
{
	pmtu_init(&p);
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 0), LINK);
	EXPECT(pmtu_learn(&p, six(1), 1400, 1500, LINK, 0));
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 0), 1400);
	EXPECT_EQ(pmtu_of(&p, six(2), LINK, 0), LINK);
	EXPECT(pmtu_learn(&p, four(1), 1300, 1500, LINK, 0));
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 0), 1300);
	EXPECT_EQ(pmtu_of(&p, four(1), 1200, 0), 1200); /* never above the link */
}

TEST(it_is_forgotten_after_ten_minutes)
{
	pmtu_init(&p);
	EXPECT(pmtu_learn(&p, six(1), 1400, 1500, LINK, S));
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 601 * S - 1), 1400);
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 601 * S), LINK);
	EXPECT(pmtu_learn(&p, six(1), 1450, 1500, LINK, 601 * S));
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 601 * S), 1450);
}

TEST(a_report_lowers_and_never_raises)
{
	pmtu_init(&p);
	EXPECT(pmtu_learn(&p, six(1), 1300, 1500, LINK, 0));
	EXPECT(!pmtu_learn(&p, six(1), 1400, 1500, LINK, 0));
	EXPECT(!pmtu_learn(&p, six(1), 1300, 1500, LINK, 5 * S)); /* and does not prolong */
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 0), 1300);
	EXPECT(!pmtu_learn(&p, four(1), 9000, 9500, LINK, 0));
}

TEST(a_packet_that_came_through_raises_what_is_known_and_that_lasts_from_then)
{
	pmtu_init(&p);
	pmtu_passed(&p, six(1), 1300, 0); /* nothing is known to raise, and nothing is kept */
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 0), LINK);
	EXPECT(pmtu_learn(&p, six(1), 1300, 1500, LINK, 0));
	EXPECT(pmtu_learn(&p, four(1), 1300, 1500, LINK, 0));
	pmtu_passed(&p, six(1), 1300, 100 * S);
	pmtu_passed(&p, four(1), 1400, 100 * S);
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 600 * S - 1), 1300);
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 600 * S), LINK);
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 700 * S - 1), 1400);
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 700 * S), LINK);
	EXPECT(pmtu_learn(&p, four(1), 1300, 1500, LINK, 0));
	pmtu_passed(&p, four(1), 1280, 0);
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 0), 1300);
	pmtu_passed(&p, four(1), 9000, 0);
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 0), LINK);
}

TEST(a_packet_that_would_have_fitted_was_not_too_big)
{
	pmtu_init(&p);
	EXPECT(!pmtu_learn(&p, four(1), 1400, 1400, LINK, 0));
	EXPECT(!pmtu_learn(&p, four(1), 1400, 100, LINK, 0));
	EXPECT(!pmtu_learn(&p, six(1), 1400, 0, LINK, 0));
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 0), LINK);
}

TEST(nobody_lowers_it_below_the_floor)
{
	pmtu_init(&p);
	EXPECT(pmtu_learn(&p, four(1), 68, 1500, LINK, 0));
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 0), PMTU_FLOOR4);
	EXPECT(pmtu_learn(&p, six(1), 68, 1500, LINK, 0));
	EXPECT_EQ(pmtu_of(&p, six(1), LINK, 0), PMTU_FLOOR6);
	EXPECT(!pmtu_learn(&p, six(2), 100, 1280, 1280, 0));
}

TEST(a_router_that_does_not_say_makes_it_the_next_plateau)
{
	static const u16 table[][2] = { { 9000, 8166 }, { 1500, 1492 }, { 1492, 1006 }, { 1006, 552 } };

	for (u32 i = 0; i < COUNT(table); i += 1) {
		pmtu_init(&p);
		EXPECT(pmtu_learn(&p, four(1), 0, table[i][0], table[i][0], 0));
		EXPECT_EQ(pmtu_of(&p, four(1), table[i][0], 0), table[i][1]);
	}
}

TEST(when_it_is_full_what_would_go_first_makes_room)
{
	pmtu_init(&p);
	for (u32 i = 0; i < PMTU_MAX; i += 1)
		EXPECT(pmtu_learn(&p, four(i), 1000, 1500, LINK, i * S));
	EXPECT(pmtu_learn(&p, four(1000), 1000, 1500, LINK, 100 * S));
	EXPECT_EQ(pmtu_of(&p, four(0), LINK, 100 * S), LINK);
	EXPECT_EQ(pmtu_of(&p, four(1), LINK, 100 * S), 1000);
	EXPECT_EQ(pmtu_of(&p, four(1000), LINK, 100 * S), 1000);
}
