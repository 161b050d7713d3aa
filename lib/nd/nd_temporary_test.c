#include "lib/nd/nd_temporary.h"
#include "test/test.h"

#define S   NS_PER_S
#define DAY (86400 * S)
#define NET 0x20010db800000000ull

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static struct slaac s;
static struct slaac_temporary temporary;

static void go(u64 now)
{
	struct slaac_send out;

	while (slaac_due(&s, now, &out))
		;
	slaac_temporary_step(&temporary, &s, now);
	while (slaac_due(&s, now, &out))
		;
}

static void hear(u64 prefix, u32 valid_s, u32 preferred_s, u64 now)
{
	struct nd ra = { .type = ND_RA,
		.lifetime_s = 1800,
		.prefixes = 1,
		.prefix = { { { { prefix, 0 }, 64 }, true, true, valid_s, preferred_s } } };

	slaac_receive_ra(&s, &ra, now);
	go(now);
}

static void start(u32 valid_s, u32 preferred_s)
{
	slaac_start(&s, &(struct slaac_config){ .mac = us, .random = 3, .dad_solicitations = 1 }, 0);
	slaac_temporary_init(&temporary, &(struct siphash_key){ 7, 8 });
	hear(NET, valid_s, preferred_s, 0);
	go(1 * S);
	go(2 * S);
}

/* How many temporary addresses are in this state; the last one found. */
static struct slaac_address found;
static u32 count(enum slaac_state state)
{
	u32 n = 0;

	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		struct slaac_address a = slaac_address(&s, i);

		if (!a.temporary || a.state != state)
			continue;
		found = a;
		n += 1;
	}
	return n;
}

TEST(beside_a_stable_address_stands_a_temporary_one_and_is_the_source)
{
	struct ip to = { 0x2400000000000000ull, 1 };

	start(ND_FOREVER, ND_FOREVER);
	EXPECT_EQ(count(SLAAC_PREFERRED), 1);
	EXPECT(ip_equal(slaac_source(&s, to), found.ip.ip) && found.ip.ip.hi == NET && found.ip.bits == 64);
	EXPECT(found.preferred_until_ns <= 1 * S + DAY && found.preferred_until_ns >= 1 * S + DAY / 10 * 6);
	EXPECT_EQ(found.valid_until_ns, 1 * S + 2 * DAY);
	EXPECT_EQ(slaac_temporary_deadline(&temporary), found.preferred_until_ns - TEMP_ADVANCE_NS);
	EXPECT(!ip_equal(slaac_source(&s, (struct ip){ 0xfe80000000000000ull, 9 }), found.ip.ip));
}

TEST(the_next_one_is_made_before_the_last_is_deprecated)
{
	struct slaac_address first;
	u64 due, now = 0;

	start(ND_FOREVER, ND_FOREVER);
	EXPECT_EQ(count(SLAAC_PREFERRED), 1);
	first = found;
	due = slaac_temporary_deadline(&temporary);
	go(due);
	EXPECT_EQ(count(SLAAC_TENTATIVE), 1);
	EXPECT(found.ip.ip.lo != first.ip.ip.lo && found.ip.ip.hi == NET);
	go(due + 1 * S);
	EXPECT_EQ(count(SLAAC_PREFERRED), 2);
	go(first.preferred_until_ns);
	EXPECT(count(SLAAC_PREFERRED) == 1 && found.ip.ip.lo != first.ip.ip.lo);
	EXPECT(count(SLAAC_DEPRECATED) == 1 && slaac_owns(&s, first.ip.ip));
	go(first.valid_until_ns);
	EXPECT(!slaac_owns(&s, first.ip.ip));
	/* A month of it: never more than three at a time, and always one to speak from. */
	for (now = 3 * DAY; now < 33 * DAY; now += 600 * S) {
		go(now);
		EXPECT(count(SLAAC_PREFERRED) + count(SLAAC_DEPRECATED) + count(SLAAC_TENTATIVE) <= 4);
		EXPECT(count(SLAAC_PREFERRED) + count(SLAAC_TENTATIVE) >= 1);
	}
}

/* RFC 8981 3.4. */
TEST(it_never_outlives_its_prefix_and_follows_what_is_said_of_it)
{
	start(3600, 1800);
	EXPECT_EQ(count(SLAAC_PREFERRED), 1);
	EXPECT(found.preferred_until_ns == 1800 * S && found.valid_until_ns == 3600 * S);
	hear(NET, 7200, 3600, 100 * S);
	EXPECT(count(SLAAC_PREFERRED) == 1 && found.preferred_until_ns == 3700 * S);
	hear(NET, ND_FOREVER, ND_FOREVER, 200 * S);
	EXPECT(count(SLAAC_PREFERRED) == 1 && found.valid_until_ns == 1 * S + 2 * DAY);
	hear(NET, 7200, 0, 300 * S); /* the prefix is deprecated: so is this, and no other is made */
	go(300 * S);
	EXPECT(count(SLAAC_PREFERRED) == 0 && count(SLAAC_DEPRECATED) == 1 && count(SLAAC_TENTATIVE) == 0);
	hear(NET, 7200, 3600, 400 * S);
	EXPECT_EQ(count(SLAAC_PREFERRED), 1);
}

TEST(a_prefix_that_is_nearly_over_gets_none)
{
	start(3600, 5);
	EXPECT_EQ(count(SLAAC_PREFERRED) + count(SLAAC_TENTATIVE), 0);
}

TEST(every_prefix_has_its_own_and_a_full_table_has_none)
{
	start(ND_FOREVER, ND_FOREVER);
	hear(NET + 1, ND_FOREVER, ND_FOREVER, 3 * S);
	go(4 * S);
	go(5 * S);
	EXPECT_EQ(count(SLAAC_PREFERRED), 2);
	for (u32 i = 2; i < 9; i += 1)
		hear(NET + i, ND_FOREVER, ND_FOREVER, 6 * S);
	go(7 * S);
	go(8 * S);
	EXPECT_EQ(count(SLAAC_PREFERRED) + count(SLAAC_TENTATIVE), 2);
}

/* RFC 8981 3.4: three more are tried, then no more. */
TEST(one_that_somebody_has_is_replaced_three_times)
{
	slaac_start(&s, &(struct slaac_config){ .mac = us, .random = 3, .dad_solicitations = 1 }, 0);
	slaac_temporary_init(&temporary, &(struct siphash_key){ 7, 8 });
	hear(NET, ND_FOREVER, ND_FOREVER, 0);
	go(1 * S);
	for (u32 i = 0; i < 4; i += 1) {
		struct nd na = { .type = ND_NA };

		EXPECT_EQ(count(SLAAC_TENTATIVE), 1);
		na.target = found.ip.ip;
		EXPECT(slaac_receive_na(&s, &na, 2 * S));
		go(2 * S);
	}
	EXPECT_EQ(count(SLAAC_TENTATIVE) + count(SLAAC_DUPLICATE), 0);
}
