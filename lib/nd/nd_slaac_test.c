#include "lib/nd/nd.h"
#include "test/test.h"

#define S NS_PER_S

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct ip none = { 0, 0 }, router = { 0xfe80000000000000ull, 0xf };
static struct slaac s;
static struct slaac_send sent;

static struct ip link_local(void)
{
	return ip_link_local_of(us);
}

static struct ip formed(u64 prefix)
{
	return (struct ip){ prefix, ip_link_local_of(us).lo };
}

#define NET 0x20010db800000000ull

static void start(u64 now)
{
	slaac_start(&s,
		&(struct slaac_config){ .mac = us, .random = 11, .dad_solicitations = 1, .eui64 = true },
		now);
}

/* Everything due at this time; how many messages of this type were sent. */
static u32 drain(u64 now, enum nd_type type)
{
	struct slaac_send out;
	u32 n = 0;

	while (slaac_due(&s, now, &out)) {
		if (out.m.type == type) {
			sent = out;
			n += 1;
		}
	}
	return n;
}

static enum slaac_state state(struct ip a)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (slaac_address(&s, i).state != SLAAC_NONE && ip_equal(slaac_address(&s, i).ip.ip, a))
			return slaac_address(&s, i).state;
	return SLAAC_NONE;
}

static bool on_link(struct ip a)
{
	u8 bits;

	return slaac_is_on_link(&s, a, &bits);
}

static struct nd advertisement(u64 prefix, u32 valid_s, u32 preferred_s)
{
	return (struct nd){ .type = ND_RA,
		.lifetime_s = 1800,
		.prefixes = 1,
		.prefix = { { { { prefix, 0 }, 64 }, true, true, valid_s, preferred_s } } };
}

/* Up, with an address in NET. */
static void up(u32 valid_s, u32 preferred_s)
{
	struct nd ra = advertisement(NET, valid_s, preferred_s);

	start(0);
	(void)drain(0, ND_NS);
	slaac_receive_ra(&s, &ra, 0);
	(void)drain(0, ND_NS);
	(void)drain(1 * S, ND_NS);
	EXPECT_EQ(state(formed(NET)), preferred_s > 0 ? SLAAC_PREFERRED : SLAAC_DEPRECATED);
}

TEST(the_link_local_address_is_ours_after_one_question_and_a_second_of_silence)
{
	start(5 * S);
	EXPECT_EQ(slaac_deadline(&s), 5 * S);
	EXPECT_EQ(drain(5 * S, ND_NS), 1);
	EXPECT(ip_is_none(sent.from) && ip_equal(sent.to, ip_solicited_of(link_local())));
	EXPECT(ip_equal(sent.m.target, link_local()) && mac_is_none(sent.m.link));
	EXPECT_EQ(state(link_local()), SLAAC_TENTATIVE);
	EXPECT(!slaac_owns(&s, link_local()));
	EXPECT(ip_is_none(slaac_source(&s, router)));
	EXPECT_EQ(slaac_deadline(&s), 6 * S);
	EXPECT_EQ(drain(6 * S - 1, ND_NS), 0);
	EXPECT_EQ(state(link_local()), SLAAC_TENTATIVE);
	EXPECT_EQ(drain(6 * S, ND_NS), 0);
	EXPECT_EQ(state(link_local()), SLAAC_PREFERRED);
	EXPECT(slaac_owns(&s, link_local()));
}

TEST(without_detection_an_address_is_ours_at_once)
{
	slaac_start(
		&s, &(struct slaac_config){ .mac = us, .random = 1, .no_routers = true, .eui64 = true }, 0);
	EXPECT_EQ(drain(0, ND_NS), 0);
	EXPECT(slaac_owns(&s, link_local()));
	EXPECT_EQ(slaac_deadline(&s), TIME_NEVER);
}

TEST(somebody_who_has_or_wants_a_tentative_address_keeps_it_from_us)
{
	struct nd ns = { .type = ND_NS, .target = link_local() },
		  na = { .type = ND_NA, .target = link_local() };

	start(0);
	(void)drain(0, ND_NS);
	EXPECT(!slaac_receive_ns(&s, &ns, router, 0)); /* 5.4.3: somebody resolves it: silence */
	EXPECT_EQ(state(link_local()), SLAAC_TENTATIVE);
	EXPECT(!slaac_receive_ns(&s, &ns, none, 0));
	EXPECT_EQ(state(link_local()), SLAAC_DUPLICATE);
	(void)drain(10 * S, ND_NS);
	EXPECT_EQ(state(link_local()), SLAAC_DUPLICATE);
	EXPECT(!slaac_owns(&s, link_local()));

	start(0);
	(void)drain(0, ND_NS);
	EXPECT(slaac_receive_na(&s, &na, 0));
	EXPECT_EQ(state(link_local()), SLAAC_DUPLICATE);
}

TEST(an_address_in_use_is_answered_for_and_not_lost_to_a_claim)
{
	struct nd ns = { .type = ND_NS, .target = link_local() },
		  na = { .type = ND_NA, .target = link_local() };
	struct nd other = { .type = ND_NS, .target = router };

	start(0);
	(void)drain(0, ND_NS);
	(void)drain(1 * S, ND_NS);
	EXPECT(slaac_receive_ns(&s, &ns, router, 1 * S));
	EXPECT(slaac_receive_ns(&s, &ns, none, 1 * S)); /* 5.4.3: defend it */
	EXPECT(slaac_receive_na(&s, &na, 1 * S));
	EXPECT_EQ(state(link_local()), SLAAC_PREFERRED);
	EXPECT(!slaac_receive_ns(&s, &other, none, 1 * S));
}

TEST(routers_are_asked_for_at_once_and_ever_more_seldom)
{
	u64 last = 0, wait = 4 * S;

	start(0);
	EXPECT_EQ(drain(0, ND_RS), 1);
	EXPECT(ip_is_none(sent.from) && mac_is_none(sent.m.link) && ip_equal(sent.to, nd_all_routers()));
	for (u32 i = 0; i < 14; i += 1) {
		u64 next = s.solicit_ns;

		EXPECT(next - last >= wait / 10 * 9 && next - last <= wait / 10 * 11);
		EXPECT_EQ(drain(next - 1, ND_RS), 0);
		EXPECT_EQ(drain(next, ND_RS), 1);
		EXPECT(ip_equal(sent.from, link_local()) && mac_equal(sent.m.link, us));
		wait = 2 * (next - last) < 3600 * S ? 2 * (next - last) : 3600 * S;
		last = next;
	}
	EXPECT_EQ(wait, 3600 * S);
}

TEST(a_default_router_ends_the_search_and_another_one_does_not)
{
	struct nd ra = { .type = ND_RA, .lifetime_s = 0 };

	start(0);
	(void)drain(0, ND_RS);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT(s.solicit_ns != TIME_NEVER);
	ra.lifetime_s = 1800;
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(s.solicit_ns, TIME_NEVER);
}

TEST(when_the_last_router_is_gone_another_one_is_asked_for_as_at_the_start)
{
	struct nd ra = { .type = ND_RA, .lifetime_s = 1800 };
	struct nd off = { .type = ND_RA };

	start(0);
	(void)drain(0, ND_RS);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(drain(1800 * S, ND_RS), 0);
	slaac_receive_ra(&s, &off, 1800 * S);
	slaac_no_router(&s, 1800 * S);
	EXPECT_EQ(drain(1800 * S, ND_RS), 1);
	EXPECT(s.solicit_ns <= 1805 * S);

	slaac_start(
		&s, &(struct slaac_config){ .mac = us, .random = 1, .no_routers = true, .eui64 = true }, 0);
	slaac_no_router(&s, 5 * S);
	EXPECT_EQ(drain(5 * S, ND_RS), 0);
}

TEST(what_is_on_the_link_says_how_long_its_prefix_is)
{
	struct ip_prefix fixed = { { NET, 1 }, 112 };
	u8 bits;

	up(3600, 1800);
	EXPECT(slaac_is_on_link(&s, (struct ip){ NET, 0x10000 }, &bits) && bits == 64);
	EXPECT(slaac_add(&s, fixed, 1 * S));
	(void)drain(1 * S, ND_NS);
	(void)drain(2 * S, ND_NS);
	EXPECT(slaac_is_on_link(&s, (struct ip){ NET, 2 }, &bits) && bits == 112);
	EXPECT(slaac_is_on_link(&s, router, &bits) && bits == 128);
	EXPECT(!slaac_is_on_link(&s, (struct ip){ NET + 9, 2 }, &bits) && bits == 0);
}

TEST(an_advertised_prefix_becomes_an_address_after_detection)
{
	struct nd ra = advertisement(NET, 3600, 1800);

	start(0);
	(void)drain(0, ND_NS);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(state(formed(NET)), SLAAC_TENTATIVE);
	EXPECT_EQ(drain(0, ND_NS), 1);
	EXPECT(ip_equal(sent.m.target, formed(NET)));
	(void)drain(1 * S, ND_NS);
	EXPECT_EQ(state(formed(NET)), SLAAC_PREFERRED);
	EXPECT(on_link((struct ip){ NET, 99 }));
	EXPECT(!on_link((struct ip){ NET + 1, 99 }));
	EXPECT(on_link(router));
}

TEST(only_autonomous_prefixes_of_64_bits_become_addresses)
{
	struct nd ra = advertisement(NET, 3600, 1800);

	start(0);
	ra.prefix[0].prefix.bits = 63;
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(state(formed(NET)), SLAAC_NONE);
	ra.prefix[0].prefix.bits = 64;
	ra.prefix[0].autonomous = false;
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(state(formed(NET)), SLAAC_NONE);
	ra.prefix[0].autonomous = true;
	ra.prefix[0].valid_s = 0;
	ra.prefix[0].preferred_s = 0;
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(state(formed(NET)), SLAAC_NONE);
}

TEST(an_address_grows_deprecated_and_then_invalid)
{
	up(3600, 1800);
	EXPECT_EQ(slaac_deadline(&s), 1800 * S);
	(void)drain(1800 * S, ND_NS);
	EXPECT_EQ(state(formed(NET)), SLAAC_DEPRECATED);
	EXPECT(slaac_owns(&s, formed(NET)));
	(void)drain(3600 * S, ND_NS);
	EXPECT_EQ(state(formed(NET)), SLAAC_NONE);
	EXPECT(!on_link((struct ip){ NET, 99 }));
}

TEST(a_new_advertisement_prefers_a_deprecated_address_again)
{
	struct nd ra = advertisement(NET, 9000, 8000);

	up(3600, 1800);
	(void)drain(1800 * S, ND_NS);
	slaac_receive_ra(&s, &ra, 1800 * S);
	EXPECT_EQ(state(formed(NET)), SLAAC_PREFERRED);
}

/* RFC 4862 5.5.3 e: the remaining lifetime is 10 hours, 1 hour or 2 hours. */
TEST(a_forged_lifetime_cannot_take_an_address_away_within_two_hours)
{
	static const struct {
		u32 remaining_s, received_s, want_s;
	} cases[] = {
		{ 36000, 60, 7200 },     /* shortened, but not below two hours */
		{ 36000, 0, 7200 },      /* */
		{ 36000, 7201, 7201 },   /* above two hours: as it says */
		{ 3600, 60, 3600 },      /* less than two hours left: ignored */
		{ 3600, 3601, 3601 },    /* longer than what is left: as it says */
		{ 3600, ND_FOREVER, 0 }, /* for ever */
	};

	for (usize i = 0; i < COUNT(cases); i += 1) {
		struct nd ra = advertisement(NET, cases[i].received_s, 0);

		up(cases[i].remaining_s, 1800);
		slaac_receive_ra(&s, &ra, 0);
		for (u32 k = 0; k < SLAAC_ADDRESSES; k += 1) {
			struct slaac_address a = slaac_address(&s, k);

			if (ip_equal(a.ip.ip, formed(NET)))
				EXPECT_EQ(
					a.valid_until_ns, cases[i].want_s ? cases[i].want_s * S : TIME_NEVER);
		}
		(void)drain(1 * S, ND_NS);
		EXPECT_EQ(state(formed(NET)), SLAAC_DEPRECATED); /* the preferred lifetime is believed */
	}
}

TEST(a_flood_of_advertisements_pushes_nothing_out)
{
	struct nd ra;

	up(3600, 1800);
	for (u32 i = 1; i < 1000; i += 1) {
		ra = advertisement(NET + i, 3600, 1800);
		slaac_receive_ra(&s, &ra, 2 * S);
	}
	EXPECT_EQ(state(formed(NET)), SLAAC_PREFERRED);
	EXPECT_EQ(state(link_local()), SLAAC_PREFERRED);
	EXPECT(on_link((struct ip){ NET, 99 }));
}

TEST(limits_and_times_of_the_link_are_taken_if_they_are_said)
{
	struct nd ra = { .type = ND_RA,
		.hop_limit = 9,
		.mtu = 1400,
		.reachable_ms = 5,
		.retrans_ms = 6,
		.lifetime_s = 1 };

	start(0);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT(s.hop_limit == 9 && s.mtu == 1400 && s.reachable_ms == 5 && s.retrans_ms == 6);
	ra = (struct nd){ .type = ND_RA, .mtu = 1279, .lifetime_s = 1 };
	slaac_receive_ra(&s, &ra, 0);
	EXPECT(s.hop_limit == 9 && s.mtu == 1400 && s.reachable_ms == 5 && s.retrans_ms == 6);
}

TEST(resolvers_are_kept_for_as_long_as_the_advertisement_says)
{
	struct nd silent = { .type = ND_RA }, ra = { .type = ND_RA,
		.tells_resolvers = true,
		.resolvers = 1,
		.resolver_s = 100,
		.resolver = { { NET, 0x53 } } };

	start(0);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(slaac_resolver(&s, 0).lo, 0x53);
	EXPECT(ip_is_none(slaac_resolver(&s, 1)) && ip_is_none(slaac_resolver(&s, 99)));
	(void)drain(100 * S, ND_RS);
	EXPECT(ip_is_none(slaac_resolver(&s, 0)));
	slaac_receive_ra(&s, &ra, 200 * S);
	slaac_receive_ra(&s, &silent, 201 * S);
	EXPECT_EQ(slaac_resolver(&s, 0).lo, 0x53);
	ra.resolvers = ra.resolver_s = 0; /* withdrawn */
	slaac_receive_ra(&s, &ra, 201 * S);
	EXPECT(ip_is_none(slaac_resolver(&s, 0)));
}

TEST(the_search_list_is_kept_for_as_long_as_the_advertisement_says)
{
	struct nd_search told = { .lifetime_s = 100 };
	struct nd silent = { .type = ND_RA };

	EXPECT(search_add(&told.list, text("example.org")));
	start(0);
	(void)drain(0, ND_NS);
	slaac_receive_search(&s, &told, 0);
	slaac_receive_ra(&s, &silent, 50 * S); /* says nothing of it */
	EXPECT_VIEW(slaac_search(&s, 0), text("example.org"));
	EXPECT(slaac_search(&s, 1).n == 0 && slaac_deadline(&s) <= 100 * S);
	(void)drain(99 * S, ND_NS);
	EXPECT_EQ(slaac_search(&s, 0).n, 11);
	(void)drain(100 * S, ND_NS);
	EXPECT_EQ(slaac_search(&s, 0).n, 0);
	slaac_receive_search(&s, &told, 101 * S);
	EXPECT_EQ(slaac_search(&s, 0).n, 11);
	slaac_receive_search(&s, &(struct nd_search){ .lifetime_s = 0 }, 102 * S); /* withdrawn */
	EXPECT_EQ(slaac_search(&s, 0).n, 0);
	told.lifetime_s = ND_FOREVER;
	slaac_receive_search(&s, &told, 103 * S);
	(void)drain(1000000 * S, ND_NS);
	EXPECT_VIEW(slaac_search(&s, 0), text("example.org"));
	s.no_routers = true;
	slaac_receive_search(&s, &(struct nd_search){ .lifetime_s = 0 }, 1000001 * S);
	EXPECT_EQ(slaac_search(&s, 0).n, 11);
}

TEST(a_static_address_is_detected_too_and_its_network_is_on_the_link)
{
	struct ip_prefix fixed = { { NET + 7, 1 }, 64 };

	start(0);
	EXPECT(slaac_add(&s, fixed, 0));
	EXPECT(slaac_add(&s, fixed, 0)); /* twice is once */
	EXPECT_EQ(drain(0, ND_NS), 2);
	(void)drain(1 * S, ND_NS);
	EXPECT(slaac_owns(&s, fixed.ip));
	EXPECT(on_link((struct ip){ NET + 7, 2 }));
	for (u32 i = 0; i < SLAAC_ADDRESSES - 2; i += 1)
		EXPECT(slaac_add(&s, (struct ip_prefix){ { NET + 7, 100 + i }, 64 }, 0));
	EXPECT(!slaac_add(&s, (struct ip_prefix){ { NET + 7, 200 }, 64 }, 0));
}

TEST(the_source_address_fits_the_destination)
{
	struct nd ra = advertisement(NET + 0x10000, 3600, 1800);

	up(3600, 1800);
	slaac_receive_ra(&s, &ra, 1 * S);
	(void)drain(1 * S, ND_NS);
	(void)drain(2 * S, ND_NS);
	EXPECT(ip_equal(slaac_source(&s, router), link_local()));               /* rule 2 */
	EXPECT(ip_equal(slaac_source(&s, nd_all_nodes()), link_local()));       /* rule 2 */
	EXPECT(ip_equal(slaac_source(&s, (struct ip){ NET, 5 }), formed(NET))); /* rule 8 */
	EXPECT(ip_equal(
		slaac_source(&s, (struct ip){ NET + 0x10000, 5 }), formed(NET + 0x10000))); /* rule 8 */
	EXPECT(ip_equal(slaac_source(&s, formed(NET + 0x10000)), formed(NET + 0x10000)));   /* rule 1 */
	ra = advertisement(NET, 3600, 0);
	slaac_receive_ra(&s, &ra, 2 * S);
	(void)drain(2 * S, ND_NS);
	EXPECT(ip_equal(slaac_source(&s, (struct ip){ NET, 5 }), formed(NET + 0x10000))); /* rule 3 */
}

static void start_opaque(u64 secret)
{
	slaac_start(&s,
		&(struct slaac_config){
			.mac = us, .random = 11, .dad_solicitations = 1, .secret = { secret, 1 } },
		0);
}

/* The address made of this prefix, whatever its state. */
static struct slaac_address of(u64 prefix)
{
	struct slaac_address none_of = { .state = SLAAC_NONE };

	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (slaac_address(&s, i).state != SLAAC_NONE && slaac_address(&s, i).ip.ip.hi == prefix)
			return slaac_address(&s, i);
	return none_of;
}

/* RFC 7217 4, 5. */
TEST(opaque_identifiers_are_stable_and_differ_by_network_and_by_secret)
{
	struct nd here = advertisement(NET, 3600, 1800), there = advertisement(NET + 1, 3600, 1800);
	u64 id;

	start_opaque(5);
	slaac_receive_ra(&s, &here, 0);
	slaac_receive_ra(&s, &there, 0);
	id = of(NET).ip.ip.lo;
	EXPECT(id != link_local().lo && id != of(NET + 1).ip.ip.lo &&
		id != of(0xfe80000000000000ull).ip.ip.lo);
	start_opaque(5);
	slaac_receive_ra(&s, &there, 0); /* in another order */
	slaac_receive_ra(&s, &here, 0);
	slaac_receive_ra(&s, &here, 0);
	EXPECT_EQ(of(NET).ip.ip.lo, id);
	start_opaque(6);
	slaac_receive_ra(&s, &here, 0);
	EXPECT(of(NET).ip.ip.lo != id);
}

/* RFC 7217 6. */
TEST(an_opaque_address_that_somebody_has_is_tried_anew_three_times)
{
	struct nd ra = advertisement(NET, 3600, 1800);
	struct ip tried[4];

	start_opaque(5);
	slaac_receive_ra(&s, &ra, 0);
	(void)drain(0, ND_NS);
	for (u32 i = 0; i < 4; i += 1) {
		struct nd na = { .type = ND_NA, .target = of(NET).ip.ip };
		u64 now = i * 2 * S;

		tried[i] = na.target;
		EXPECT_EQ(of(NET).state, SLAAC_TENTATIVE);
		EXPECT(slaac_receive_na(&s, &na, now));
		EXPECT(i == 3 || of(NET).due_ns <= now + 1 * S);
		EXPECT_EQ(drain(now + 1 * S, ND_NS) > 0, i < 3);
		EXPECT(i == 3 || ip_equal(sent.m.target, of(NET).ip.ip));
		for (u32 k = 0; k < i; k += 1)
			EXPECT(!ip_equal(tried[k], tried[i]));
	}
	EXPECT_EQ(of(NET).state, SLAAC_DUPLICATE);
	slaac_receive_ra(&s, &ra, 20 * S);
	EXPECT_EQ(of(NET).state, SLAAC_DUPLICATE);
}

TEST(a_second_try_that_nobody_has_becomes_ours_and_stays_so)
{
	struct nd ra = advertisement(NET, 3600, 1800);
	struct nd na = { .type = ND_NA };
	struct ip second;

	start_opaque(5);
	slaac_receive_ra(&s, &ra, 0);
	(void)drain(0, ND_NS);
	na.target = of(NET).ip.ip;
	EXPECT(slaac_receive_na(&s, &na, 0));
	second = of(NET).ip.ip;
	(void)drain(1 * S, ND_NS);
	(void)drain(2 * S, ND_NS);
	EXPECT_EQ(of(NET).state, SLAAC_PREFERRED);
	slaac_receive_ra(&s, &ra, 3 * S);
	EXPECT(slaac_owns(&s, second) && ip_equal(of(NET).ip.ip, second));
}

/* RFC 5453 and IANA's registry. */
TEST(reserved_identifiers_are_known)
{
	EXPECT(slaac_identifier_reserved(0) && !slaac_identifier_reserved(1));
	EXPECT(slaac_identifier_reserved(0xfdffffffffffff80ull) &&
		slaac_identifier_reserved(0xfdffffffffffffffull));
	EXPECT(!slaac_identifier_reserved(0xfdffffffffffff7full) &&
		!slaac_identifier_reserved(0xfe00000000000000ull));
	EXPECT(!slaac_identifier_reserved(0xffffffffffffffffull));
	EXPECT(slaac_identifier_reserved(0x02005efffe000000ull) &&
		slaac_identifier_reserved(0x02005efffeffffffull));
	EXPECT(!slaac_identifier_reserved(0x02005efffdffffffull) &&
		!slaac_identifier_reserved(0x02005effff000000ull));
}

TEST(an_address_by_dhcp_is_detected_and_lives_as_long_as_its_lease)
{
	struct slaac_address a = {
		.ip = { { NET, 0x77 }, 128 }, .preferred_until_ns = 100 * S, .valid_until_ns = 200 * S
	};

	start(0);
	EXPECT(slaac_keep(&s, &a, 0));
	EXPECT_EQ(state(a.ip.ip), SLAAC_TENTATIVE);
	(void)drain(0, ND_NS);
	(void)drain(1 * S, ND_NS);
	EXPECT(slaac_owns(&s, a.ip.ip) && !on_link((struct ip){ NET, 0x78 }));
	(void)drain(100 * S, ND_NS);
	EXPECT_EQ(state(a.ip.ip), SLAAC_DEPRECATED);
	a.preferred_until_ns = 300 * S;
	a.valid_until_ns = 400 * S;
	EXPECT(slaac_keep(&s, &a, 150 * S));
	EXPECT_EQ(state(a.ip.ip), SLAAC_PREFERRED);
	(void)drain(250 * S, ND_NS);
	EXPECT_EQ(state(a.ip.ip), SLAAC_PREFERRED);
	a.valid_until_ns = 0; /* given back */
	EXPECT(slaac_keep(&s, &a, 260 * S));
	EXPECT_EQ(state(a.ip.ip), SLAAC_NONE);
	EXPECT(slaac_keep(&s, &a, 260 * S)); /* not there any more */
	a.ip.ip = link_local();
	EXPECT(slaac_keep(&s, &a, 260 * S)); /* the link-local one is nobody else's to end */
	EXPECT_EQ(state(link_local()), SLAAC_PREFERRED);
	a.valid_until_ns = TIME_NEVER;
	for (u32 i = 0; i < SLAAC_ADDRESSES - 1; i += 1) {
		a.ip.ip = (struct ip){ NET, 0x100 + i };
		EXPECT(slaac_keep(&s, &a, 260 * S));
	}
	a.ip.ip = (struct ip){ NET, 0x200 };
	EXPECT(!slaac_keep(&s, &a, 260 * S));
}

TEST(advertisements_are_ignored_where_routers_are_not_wanted)
{
	struct nd ra = advertisement(NET, 3600, 1800);

	slaac_start(&s,
		&(struct slaac_config){
			.mac = us, .dad_solicitations = 1, .no_routers = true, .eui64 = true },
		0);
	slaac_receive_ra(&s, &ra, 0);
	EXPECT_EQ(state(formed(NET)), SLAAC_NONE);
	EXPECT_EQ(drain(100 * S, ND_RS), 0);
}
