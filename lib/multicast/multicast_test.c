#include "base/sum.h"
#include "lib/multicast/multicast.h"
#include "test/test.h"

#define S NS_PER_S

static struct multicast m;
static struct multicast_report got;
static const struct ip G4 = { 0, 0xffffe9000001ull }, G6 = { 0xff05000000000000ull, 0x101 },
		       link_local = { 0xfe80000000000000ull, 1 };
static u8 bytes[64];

static void start(void)
{
	multicast_init(&m, 42);
}

static u32 due(u64 now)
{
	struct multicast_report r;
	u32 n = 0;

	while (multicast_due(&m, now, &r)) {
		got = r;
		n += 1;
	}
	return n;
}

static bool query4(const char *hex, u64 now)
{
	struct multicast_query q;
	struct view v = test_hex(span_of(bytes), hex);
	u16 sum = sum_finish(sum_bytes(0, v));

	bytes[2] = (u8)(sum >> 8);
	bytes[3] = (u8)sum;
	if (!multicast_read4(v, &q))
		return false;
	multicast_query(&m, &q, now);
	return true;
}

static bool query6(const char *hex, u64 now)
{
	struct multicast_query q;

	if (!multicast_read6(test_hex(span_of(bytes), hex), &q))
		return false;
	multicast_query(&m, &q, now);
	return true;
}

static void joined(struct ip group)
{
	start();
	EXPECT(multicast_join(&m, group, 0));
	EXPECT_EQ(due(0), 1);
	EXPECT_EQ(due(2 * S), 1);
	EXPECT_EQ(multicast_deadline(&m), TIME_NEVER);
}

TEST(joining_is_said_at_once_and_once_more_within_a_second)
{
	for (u32 family = 4; family <= 6; family += 2) {
		start();
		EXPECT(multicast_join(&m, family == 4 ? G4 : G6, S));
		EXPECT_EQ(due(S), 1);
		EXPECT_EQ(got.type, MULTICAST_TO_EXCLUDE);
		EXPECT(!got.old && multicast_deadline(&m) >= S && multicast_deadline(&m) <= 2 * S);
		EXPECT_EQ(due(2 * S), 1);
		EXPECT_EQ(multicast_deadline(&m), TIME_NEVER);
	}
}

TEST(only_the_last_leave_is_said_and_then_the_group_is_forgotten)
{
	joined(G6);
	EXPECT(multicast_join(&m, G6, 3 * S));
	EXPECT_EQ(due(3 * S), 0);
	EXPECT(multicast_leave(&m, G6, 4 * S));
	EXPECT(multicast_has(&m, G6));
	EXPECT_EQ(due(4 * S), 0);
	EXPECT(multicast_leave(&m, G6, 5 * S));
	EXPECT(!multicast_has(&m, G6));
	EXPECT(!multicast_leave(&m, G6, 5 * S));
	EXPECT_EQ(due(5 * S), 1);
	EXPECT_EQ(got.type, MULTICAST_TO_INCLUDE);
	EXPECT_EQ(due(7 * S), 1);
	EXPECT_EQ(due(9 * S), 0);
}

TEST(a_general_query_is_answered_within_its_time_and_a_specific_one_by_its_group)
{
	joined(G4);
	EXPECT(multicast_join(&m, G6, 3 * S));
	EXPECT_EQ(due(5 * S), 1);
	EXPECT_EQ(due(7 * S), 1);
	EXPECT(query4("11 64 0000 00000000 02 7d 0000", 10 * S)); /* 10 s */
	EXPECT(multicast_deadline(&m) >= 10 * S && multicast_deadline(&m) <= 20 * S);
	EXPECT_EQ(due(20 * S), 1);
	EXPECT_EQ(got.type, MULTICAST_IS_EXCLUDE);
	EXPECT(ip_equal(got.group, G4) && !got.old);
	EXPECT(query4("11 0a 0000 e9000002 02 7d 0000", 30 * S));
	EXPECT_EQ(due(40 * S), 0);
	EXPECT(query4("11 0a 0000 e9000001 02 7d 0000", 40 * S));
	EXPECT_EQ(due(41 * S), 1);
	EXPECT(query6("82 00 0000 03e8 0000 00000000000000000000000000000000 02 7d 0000", 50 * S));
	EXPECT_EQ(due(51 * S), 1);
	EXPECT(ip_equal(got.group, G6) && got.type == MULTICAST_IS_EXCLUDE);
}

TEST(while_an_older_querier_is_there_reports_are_of_its_version)
{
	joined(G4);
	EXPECT(query4("11 64 0000 00000000", 10 * S));
	EXPECT_EQ(due(20 * S), 1);
	EXPECT(got.old && ip_equal(multicast_to(&got), G4));
	EXPECT(multicast_leave(&m, G4, 30 * S));
	EXPECT_EQ(due(30 * S), 1);
	EXPECT(ip_equal(multicast_to(&got), ip_from4(0xe0000002)));
	joined(G4);
	EXPECT(query4("11 64 0000 00000000", 10 * S));
	EXPECT_EQ(due(20 * S), 1);
	EXPECT(query4("11 64 0000 00000000 02 7d 0000", 270 * S));
	EXPECT_EQ(due(280 * S), 1);
	EXPECT(!got.old); /* silent for 260 s */
	joined(G6);
	EXPECT(query6("82 00 0000 03e8 0000 00000000000000000000000000000000", 10 * S));
	EXPECT_EQ(due(12 * S), 1);
	EXPECT(got.old && ip_equal(multicast_to(&got), G6));
}

TEST(reports_have_the_bytes_of_their_rfc)
{
	static const struct {
		struct multicast_report r;
		const char *hex;
	} table[] = { { { { 0, 0xffffe9000001ull }, MULTICAST_TO_EXCLUDE, 0 },
			      "22 00 f0fc 0000 0001 04 00 0000 e9000001" },
		{ { { 0, 0xffffe9000001ull }, MULTICAST_IS_EXCLUDE, 1 }, "16 00 00fe e9000001" },
		{ { { 0, 0xffffe9000001ull }, MULTICAST_TO_INCLUDE, 1 }, "17 00 fffd e9000001" } };

	for (u32 i = 0; i < COUNT(table); i += 1) {
		u8 room[MULTICAST_BYTES];
		struct writer w = writer_of(span_of(room));

		multicast_write4(&w, &table[i].r);
		EXPECT_EQ(sum_finish(sum_bytes(0, write_done(&w))), 0);
		EXPECT_VIEW(
			view_from(write_done(&w), 4), view_from(test_hex(span_of(bytes), table[i].hex), 4));
		EXPECT_EQ(view_at(write_done(&w), 0), bytes[0]);
	}
	for (u8 old = 0; old < 2; old += 1) {
		struct multicast_report r = { G6, MULTICAST_TO_EXCLUDE, old };
		u8 room[MULTICAST_BYTES];
		struct writer w = writer_of(span_of(room));

		multicast_write6(&w, link_local, &r);
		EXPECT_EQ(write_len(&w), old ? 24 : 28);
		EXPECT_EQ(view_at(write_done(&w), 0), old ? 131 : 143);
		u64 sum = ip_pseudo_sum(link_local, multicast_to(&r), 58, (u32)write_len(&w));
		EXPECT_EQ(sum_finish(sum_bytes(sum, write_done(&w))), 0);
	}
}

TEST(what_is_no_query_is_not_taken_for_one)
{
	struct multicast_query q;

	start();
	EXPECT(!query4("11 00 0000 00000000", 0));            /* IGMPv1 */
	EXPECT(!query4("11 64 0000 00000000 02", 0));         /* between two lengths */
	EXPECT(!query4("11 64 0000 0a000001 02 7d 0000", 0)); /* no group */
	EXPECT(!query4("16 00 0000 e9000001", 0));            /* another's report */
	EXPECT(!multicast_read4(test_hex(span_of(bytes), "11 64 dead 00000000"), &q));
	EXPECT(!query6("82 00 0000 03e8 0000 fe800000000000000000000000000001 02 7d 0000", 0));
	EXPECT(!query6("83 00 0000 03e8 0000 00000000000000000000000000000000", 0));
	EXPECT(!query6("82 00 0000 03e8 0000 0000000000000000", 0));
	EXPECT(query4("11 ff 0000 00000000 02 7d 0000", 0)); /* (15 + 16) << 10, in tenths of a second */
	EXPECT(query6("82 00 0000 ffff 0000 00000000000000000000000000000000 02 7d 0000", 0));
}

TEST(everybody_is_in_the_groups_of_all_and_the_table_has_an_end)
{
	start();
	EXPECT(multicast_join(&m, ip_from4(0xe0000001), 0));
	EXPECT(multicast_join(&m, (struct ip){ 0xff02000000000000ull, 1 }, 0));
	EXPECT(multicast_leave(&m, ip_from4(0xe0000001), 0));
	EXPECT_EQ(due(S), 0);
	EXPECT(!multicast_join(&m, ip_from4(0x0a000001), 0));
	EXPECT(!multicast_leave(&m, ip_none(), 0));
	for (u32 i = 0; i < MULTICAST_GROUPS; i += 1)
		EXPECT(multicast_join(&m, ip_from4(0xe9000000u + i), 0));
	EXPECT(!multicast_join(&m, ip_from4(0xe9000100u), 0));
	EXPECT(multicast_join(&m, ip_from4(0xe9000000u), 0));
}
