#include "lib/icmp/icmp.h"
#include "test/test.h"

static struct ip four(u32 a)
{
	return ip_from4(a);
}

static const struct ip g1 = { 0x20010db800000000ull, 1 }, g2 = { 0x20010db800000000ull, 2 };
static const struct ip all_nodes = { 0xff02000000000000ull, 1 };

TEST(an_ordinary_packet_may_be_answered_with_an_error)
{
	EXPECT(icmp_may_answer(&(struct icmp_offender){
		.from = four(0x0a000002), .to = four(0x0a000001), .protocol = IP_UDP }));
	EXPECT(icmp_may_answer(&(struct icmp_offender){ .from = g2, .to = g1, .protocol = IP_UDP }));
}

TEST(an_error_is_never_answered_with_an_error)
{
	static const struct {
		u8 protocol, type;
		bool may;
	} cases[] = { { IP_ICMP4, 3, false }, { IP_ICMP4, 4, false }, { IP_ICMP4, 5, false },
		{ IP_ICMP4, 11, false }, { IP_ICMP4, 12, false }, { IP_ICMP4, 8, true },
		{ IP_ICMP4, 0, true }, { IP_ICMP4, 13, true }, { IP_ICMP6, 1, false },
		{ IP_ICMP6, 127, false }, { IP_ICMP6, 137, false }, { IP_ICMP6, 128, true },
		{ IP_ICMP6, 135, true }, { IP_UDP, 3, true } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		bool v4 = cases[i].protocol != IP_ICMP6;
		struct icmp_offender o = { .from = v4 ? four(0x0a000002) : g2,
			.to = v4 ? four(0x0a000001) : g1,
			.protocol = cases[i].protocol,
			.icmp_type = cases[i].type };

		EXPECT_EQ(icmp_may_answer(&o), cases[i].may);
	}
}

TEST(nothing_sent_to_a_group_is_answered_with_an_error)
{
	struct ip_prefix net = { four(0x0a000001), 24 };
	struct icmp_offender o = { .from = four(0x0a000002), .network4 = net };

	o.to = four(0xe0000001);
	EXPECT(!icmp_may_answer(&o));
	o.to = four(0xffffffff);
	EXPECT(!icmp_may_answer(&o));
	o.to = four(0x0a0000ff);
	EXPECT(!icmp_may_answer(&o));
	o.to = four(0x0a000001);
	EXPECT(icmp_may_answer(&o));
	o.link_group = true;
	EXPECT(!icmp_may_answer(&o));
	o = (struct icmp_offender){ .from = g2, .to = all_nodes };
	EXPECT(!icmp_may_answer(&o));
	o.even_group = true; /* RFC 4443 2.4 e.3 */
	EXPECT(icmp_may_answer(&o));
	o = (struct icmp_offender){ .from = g2, .to = g1, .link_group = true };
	EXPECT(!icmp_may_answer(&o));
}

TEST(who_is_not_one_host_gets_no_error)
{
	static const u32 from4[] = { 0, 0x7f000001, 0xe0000001, 0xf0000001, 0xffffffff, 0x0a0000ff };
	static const struct ip from6[] = { { 0, 0 }, { 0, 1 }, { 0xff02000000000000ull, 1 } };

	for (usize i = 0; i < COUNT(from4); i += 1)
		EXPECT(!icmp_may_answer(&(struct icmp_offender){ .from = four(from4[i]),
			.to = four(0x0a000001),
			.network4 = { four(0x0a000001), 24 } }));
	for (usize i = 0; i < COUNT(from6); i += 1)
		EXPECT(!icmp_may_answer(&(struct icmp_offender){ .from = from6[i], .to = g1 }));
}

TEST(a_later_fragment_gets_no_error)
{
	EXPECT(!icmp_may_answer(&(struct icmp_offender){
		.from = four(0x0a000002), .to = four(0x0a000001), .later_fragment = true }));
	EXPECT(!icmp_may_answer(&(struct icmp_offender){ .from = g2, .to = g1, .later_fragment = true }));
}

TEST(a_burst_is_allowed_and_then_so_many_a_second)
{
	struct icmp_limit l;
	u32 sent = 0;

	icmp_limit_init(&l, 100, 50, NS_PER_S);
	for (u32 i = 0; i < 1000; i += 1)
		sent += icmp_limit_take(&l, NS_PER_S, 1);
	EXPECT_EQ(sent, 50);
	EXPECT(!icmp_limit_take(&l, NS_PER_S + 9 * NS_PER_MS, 1));
	EXPECT(icmp_limit_take(&l, NS_PER_S + 10 * NS_PER_MS, 1));
	EXPECT(!icmp_limit_take(&l, NS_PER_S + 10 * NS_PER_MS, 1));
	for (u64 ms = 1000; ms < 11000; ms += 1) /* ten seconds of a flood */
		sent += icmp_limit_take(&l, NS_PER_S + ms * NS_PER_MS, 1);
	EXPECT(sent >= 50 + 50 + 990 && sent <= 50 + 50 + 1001);
	sent = 0;
	for (u32 i = 0; i < 1000; i += 1) /* a long silence fills the bucket, and no more */
		sent += icmp_limit_take(&l, 1000 * NS_PER_S, 1);
	EXPECT_EQ(sent, 50);
	EXPECT(!icmp_limit_take(&l, 999 * NS_PER_S, 1)); /* a clock that goes back gives nothing */
}

TEST(what_is_left_of_the_budget_cannot_be_counted)
{
	for (u32 costly = 0; costly <= 50; costly += 25) { /* of fifty answers, so many take two tokens */
		struct icmp_limit l;
		u32 sent = 0;

		icmp_limit_init(&l, 100, 50, NS_PER_S);
		for (u32 i = 0; i < 100; i += 1)
			sent += icmp_limit_take(&l, NS_PER_S, i < costly ? 2 : 1);
		EXPECT_EQ(sent, costly <= 25 ? 50 - costly : 25);
		EXPECT(!icmp_limit_take(&l, NS_PER_S, 0)); /* nothing is left, whatever it would cost */
	}
	struct icmp_limit l;
	icmp_limit_init(&l, 100, 1, NS_PER_S);
	EXPECT(icmp_limit_take(&l, NS_PER_S, 3)); /* 3 is 0 of 3: it costs nothing */
	EXPECT(icmp_limit_take(&l, NS_PER_S, 5)); /* 2: more than there is, and no debt */
	EXPECT(!icmp_limit_take(&l, NS_PER_S, 0));
	EXPECT(icmp_limit_take(&l, NS_PER_S + 10 * NS_PER_MS, 1));
}

TEST(the_type_is_the_first_byte_if_there_is_one)
{
	EXPECT_EQ(icmp_type_of(text("\x08rest")), 8);
	EXPECT_EQ(icmp_type_of(view_none()), 0);
}

TEST(every_trouble_has_a_name)
{
	EXPECT_VIEW(icmp_trouble_name(ICMP_NO_WAY), text("no way"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_NO_NETWORK), text("no network"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_NOT_UNDERSTOOD), text("not understood"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_NO_PORT), text("no port"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_NO_PROTOCOL), text("no protocol"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_FORBIDDEN), text("forbidden"));
	EXPECT_VIEW(icmp_trouble_name(ICMP_TOO_BIG), text("too big"));
}
