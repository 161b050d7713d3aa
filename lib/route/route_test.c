#include "lib/route/route.h"
#include "test/test.h"

#define S NS_PER_S

static struct routes r;
static struct ip hop;
static u8 bits;

static struct ip ten(u32 i)
{
	return ip_from4(0x0a000000u + i);
}

static struct ip router(u32 i)
{
	return (struct ip){ 0xfe80000000000000ull, i };
}

static struct ip six(u64 hi)
{
	return (struct ip){ hi, 1 };
}

static struct route to4(u32 net, u8 n, struct ip via)
{
	return (struct route){
		.to = { ip_from4(net), n }, .via = via, .until_ns = TIME_NEVER, .origin = ROUTE_STATIC
	};
}

static struct route by_ra(u64 hi, u8 n, struct ip via, u64 until_ns, i32 preference)
{
	return (struct route){ .to = { { hi, 0 }, n },
		.via = via,
		.until_ns = until_ns,
		.preference = preference,
		.origin = ROUTE_RA };
}

static bool set(struct route e)
{
	return route_set(&r, &e, 0);
}

static bool goes(struct ip to, struct ip via)
{
	return route_find(&r, to, &hop, &bits) && ip_equal(hop, via);
}

TEST(the_longest_prefix_wins_whatever_was_said_first)
{
	route_init(&r);
	EXPECT(!route_find(&r, ip_from4(0x08080808), &hop, &bits));
	EXPECT(set(to4(0, 0, ten(1))) && set(to4(0xac100000, 12, ten(2))) &&
		set(to4(0xac100500, 24, ten(3))));
	EXPECT(goes(ip_from4(0x08080808), ten(1)) && bits == 0);
	EXPECT(goes(ip_from4(0xac100001), ten(2)) && bits == 12);
	EXPECT(goes(ip_from4(0xac100501), ten(3)) && bits == 24);
	EXPECT(!route_find(&r, six(0x20010db800000000ull), &hop, &bits)); /* the other family */

	EXPECT(set(by_ra(0x20010db800000000ull, 32, router(2), TIME_NEVER, -1)));
	EXPECT(set(by_ra(0, 0, router(1), TIME_NEVER, 1)));
	EXPECT(goes(six(0x20010db800000000ull), router(2)) && bits == 32);
	EXPECT(goes(six(0x20010db900000000ull), router(1)) && bits == 0);
	EXPECT(goes(ip_from4(0x08080808), ten(1)));
}

TEST(a_route_without_a_router_is_on_the_link)
{
	route_init(&r);
	EXPECT(set(to4(0xa9fea900, 24, ip_none())));
	EXPECT(goes(ip_from4(0xa9fea9fe), ip_from4(0xa9fea9fe)) && bits == 24);
}

TEST(among_equals_what_was_given_by_hand_then_the_preference_then_who_came_first)
{
	struct route mine = {
		.to = { { 0, 0 }, 0 }, .via = router(9), .until_ns = TIME_NEVER, .origin = ROUTE_STATIC
	};

	route_init(&r);
	EXPECT(set(by_ra(0, 0, router(1), 100 * S, 0)) && set(by_ra(0, 0, router(2), 100 * S, 0)));
	EXPECT(goes(six(1), router(1)));
	EXPECT(set(by_ra(0, 0, router(3), 100 * S, 1)));
	EXPECT(goes(six(1), router(3)));
	EXPECT(set(by_ra(0, 0, router(3), 100 * S, -1))); /* the same router thinks less of itself */
	EXPECT(goes(six(1), router(1)));
	EXPECT(set(mine));
	EXPECT(goes(six(1), router(9)));
}

TEST(a_route_ends_with_its_time_or_when_it_is_taken_back)
{
	struct ip via;

	route_init(&r);
	EXPECT(set(by_ra(0, 0, router(1), 30 * S, 0)) && set(by_ra(0, 0, router(2), 60 * S, 0)));
	EXPECT_EQ(route_deadline(&r), 30 * S);
	EXPECT(!route_due(&r, 30 * S - 1, &via) && goes(six(1), router(1)));
	EXPECT(!route_due(&r, 30 * S, &via) && goes(six(1), router(2)));
	EXPECT(route_has_default(&r, ROUTE_RA, false) && !route_has_default(&r, ROUTE_RA, true));
	EXPECT(!route_has_default(&r, ROUTE_STATIC, false));
	EXPECT(set(by_ra(0, 0, router(2), 0, 0)));
	EXPECT(!route_find(&r, six(1), &hop, &bits) && !route_has_default(&r, ROUTE_RA, false));
	EXPECT(!route_due(&r, 60 * S, &via));
	EXPECT_EQ(route_deadline(&r), TIME_NEVER);
	EXPECT(set(by_ra(0, 0, router(3), 0, 0))); /* nothing to take away */
	EXPECT(!route_find(&r, six(1), &hop, &bits));
}

TEST(a_router_that_does_not_answer_gives_way_even_to_a_shorter_prefix)
{
	route_init(&r);
	EXPECT(set(to4(0, 0, ten(1))) && set(to4(0, 0, ten(2))) && set(to4(0xac100000, 12, ten(3))));
	route_failed(&r, ten(1), 5 * S);
	EXPECT(goes(ip_from4(0x08080808), ten(2)));
	route_failed(&r, ten(3), 5 * S);
	EXPECT(goes(ip_from4(0xac100001), ten(2)) && bits == 0);
	route_answered(&r, ten(3));
	EXPECT(goes(ip_from4(0xac100001), ten(3)));
	route_failed(&r, ten(2), 5 * S);
	EXPECT(goes(ip_from4(0x08080808), ten(1))); /* all of them: as if none were */
}

TEST(a_suspect_is_asked_once_a_minute_until_it_is_back)
{
	struct ip via;

	route_init(&r);
	EXPECT(set(by_ra(0, 0, router(1), 1000 * S, 1)) && set(by_ra(0, 0, router(2), 1000 * S, 0)));
	EXPECT(set(by_ra(0x20010db800000000ull, 32, router(1), 1000 * S, 0)));
	route_failed(&r, router(1), 5 * S);
	EXPECT_EQ(route_deadline(&r), 65 * S);
	EXPECT(!route_due(&r, 65 * S - 1, &via));
	EXPECT(route_due(&r, 65 * S, &via) && ip_equal(via, router(1)));
	EXPECT(!route_due(&r, 65 * S, &via)); /* once, though two routes go through it */
	EXPECT_EQ(route_deadline(&r), 125 * S);
	EXPECT(set(by_ra(0, 0, router(1), 1000 * S, 1))); /* an advertisement is not an answer */
	EXPECT(goes(six(1), router(2)));
	EXPECT(route_due(&r, 125 * S, &via));
	route_answered(&r, router(1));
	EXPECT(goes(six(1), router(1)) && !route_due(&r, 500 * S, &via));
	EXPECT_EQ(route_deadline(&r), 1000 * S);
}

TEST(the_only_router_is_never_suspect)
{
	route_init(&r);
	EXPECT(set(by_ra(0, 0, router(1), 1000 * S, 0)) && set(to4(0, 0, ten(1))));
	EXPECT(set(to4(0xa9fea900, 24, ip_none())));
	route_failed(&r, router(1), 5 * S);
	route_failed(&r, ten(1), 5 * S);
	route_failed(&r, ip_none(), 5 * S);
	route_answered(&r, ip_none());
	EXPECT_EQ(route_deadline(&r), 1000 * S);
	EXPECT(goes(six(1), router(1)) && goes(ip_from4(0x08080808), ten(1)));
}

TEST(a_flood_of_advertisements_pushes_out_nothing_but_lower_ones)
{
	route_init(&r);
	for (u32 i = 0; i < ROUTE_ORIGIN_MAX; i += 1)
		EXPECT(set(by_ra(0, 0, router(i + 1), 100 * S, i == 3 ? -1 : 0)));
	EXPECT(!set(by_ra(0, 0, router(100), 100 * S, -1)));
	EXPECT(set(by_ra(0, 0, router(100), 0, -1)));      /* not there: nothing to do */
	EXPECT(set(by_ra(0, 0, router(101), 100 * S, 0))); /* in the place of the low one */
	EXPECT(!set(by_ra(0, 0, router(102), 100 * S, 0)));
	EXPECT(set(by_ra(0, 0, router(103), 100 * S, 1)) && goes(six(1), router(103)));
	for (u32 i = 0; i < ROUTE_ORIGIN_MAX; i += 1)
		EXPECT(set(to4(i * 0x01000000u, 8, ten(1))));
	EXPECT(!set(to4(0x7f000000u, 8, ten(1))));
}

TEST(a_lease_takes_its_routes_with_it_and_no_others)
{
	struct route leased = to4(0, 0, ten(1)), other = by_ra(0, 0, router(1), TIME_NEVER, 0);

	route_init(&r);
	leased.origin = ROUTE_DHCP;
	EXPECT(set(leased) && set(to4(0xac100000, 12, ten(2))) && set(other));
	route_forget(&r, ROUTE_DHCP, true);
	EXPECT(!goes(ip_from4(0x08080808), ten(1)));
	EXPECT(goes(ip_from4(0xac100001), ten(2)) && goes(six(1), router(1)));
	route_forget(&r, ROUTE_RA, true);
	EXPECT(goes(six(1), router(1)));
}

TEST(a_network_is_known_by_its_bits_alone)
{
	route_init(&r);
	EXPECT(set(to4(0xac100001, 12, ten(2))) && set(to4(0xac1fffff, 12, ten(2))));
	EXPECT_EQ(r.route[1].origin, ROUTE_NONE);
}

TEST(origins_have_names)
{
	EXPECT_VIEW(route_origin_name(ROUTE_RA), text("router advertisement"));
	EXPECT_VIEW(route_origin_name(ROUTE_DHCP), text("DHCP"));
	EXPECT_VIEW(route_origin_name(ROUTE_STATIC), text("static"));
	EXPECT_VIEW(route_origin_name(ROUTE_NONE), text("none"));
}
