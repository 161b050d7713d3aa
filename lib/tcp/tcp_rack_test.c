/* tcp_rack_test.c - loss seen by time (RFC 8985) and D-SACK (RFC 2883) in conversation. See tcp_test.h. */
#include "lib/tcp/tcp_test.h"
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_served_test.h"

/* ---- loss by time (RFC 8985), D-SACK (RFC 2883) ---- */

TEST(one_report_and_the_reordering_window_mean_loss)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:2001>", "+ 2", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "sleeps");
}

TEST(a_path_that_reorders_is_given_time)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:2001>", "< . 1:1(0) ack 2001 win 60000",
		"< . 1:1(0) ack 5001 win 60000", "write 5000", "most 5000", "> P. 5001:10001(5000) ack 1",
		"< . 1:1(0) ack 5001 win 60000 <sack 6001:10001>", "+ 2", "> . 5001:6001(1000) ack 1",
		"< . 1:1(0) ack 10001 win 60000", "sleeps");
}

TEST(what_was_sent_again_and_lost_again_is_found_by_what_was_sent_later)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:5001>", "> . 1:1001(1000) ack 1",
		"write 1000", "> P. 5001:6001(1000) ack 1", "< . 1:1(0) ack 1 win 60000 <sack 1001:6001>",
		"> . 1:1001(1000) ack 1", "< . 1:1(0) ack 6001 win 60000", "sleeps");
}

TEST(a_lost_tail_is_asked_for_before_the_timeout)
{
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 3001:4001>", "+ 2", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1001 win 60000 <sack 3001:4001>", "> . 1001:2001(1000) ack 1",
		"> . 2001:3001(1000) ack 1", "< . 1:1(0) ack 4001 win 60000", "sleeps");
}

TEST(a_tail_loss_probe_sends_new_bytes_if_there_are_any)
{
	TALK("listen", "< S 0:0(0) win 2500 <mss 1000,sackOK>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 2500", "write 3000", "most 2000", "> . 1:2001(2000) ack 1", "+ 11",
		"> . 2001:2501(500) ack 1", "< . 1:1(0) ack 2501 win 2500", "> P. 2501:3001(500) ack 1",
		"< . 1:1(0) ack 3001 win 2500", "sleeps");
}

TEST(a_lost_tail_that_the_probe_repaired_was_a_loss)
{
	/* the answer alone does not tell which of the two arrived; what is acknowledged after it does (RFC 8985 7.4.1) */
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1", "< . 1:1(0) ack 4001 win 60000",
		"cwnd 10000", "write 1000", "> P. 4001:5001(1000) ack 1", "< . 1:1(0) ack 5001 win 60000",
		"cwnd 5000", "ssthresh 5000", "write 1000", "> P. 5001:6001(1000) ack 1",
		"< . 1:1(0) ack 6001 win 60000", "cwnd 5000", "sleeps");
}

TEST(a_tail_that_arrived_twice_was_none)
{
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1",
		"< . 1:1(0) ack 4001 win 60000 <sack 3001:4001>", "write 1000", "> P. 4001:5001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "cwnd 10000", "sleeps");
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1", "write 1000", "> P. 4001:5001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000 <sack 3001:4001>", "cwnd 15000",
		"sleeps"); /* half of it was in use: slow start */
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1", "< . 1:1(0) ack 4001 win 60000",
		"< . 1:1(0) ack 4001 win 60000", "write 1000", "> P. 4001:5001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "cwnd 10000", "sleeps");
}

/* RFC 6675 has a rescue retransmission for it. */
TEST(a_tail_lost_beside_a_hole_goes_again_when_the_hole_was_repaired)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "> . 1:1001(1000) ack 1", "+ 10",
		"< . 1:1(0) ack 4001 win 60000", "> P. 4001:5001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "sleeps");
}

TEST(what_comes_twice_is_reported_first)
{
	TALK(SACKED, "< . 1:101(100) ack 1 win 60000", "> . 1:1(0) ack 101 <none>",
		"< . 1:101(100) ack 1 win 60000", "> . 1:1(0) ack 101 <sack 1:101>",
		"< . 201:301(100) ack 1 win 60000", "> . 1:1(0) ack 101 <sack 201:301>",
		"< . 201:251(50) ack 1 win 60000", "> . 1:1(0) ack 101 <sack 201:251 201:301>",
		"< . 101:201(100) ack 1 win 60000", "> . 1:1(0) ack 301 <none>");
}

TEST(of_a_segment_that_is_known_in_part_that_part_is_reported)
{
	TALK(SACKED, "< . 101:201(100) ack 1 win 60000", "> . 1:1(0) ack 1 <sack 101:201>",
		"< . 301:401(100) ack 1 win 60000", "> . 1:1(0) ack 1 <sack 301:401 101:201>",
		"< . 151:251(100) ack 1 win 60000", "> . 1:1(0) ack 1 <sack 151:201 101:251 301:401>",
		"< . 1:501(500) ack 1 win 60000", "> . 1:1(0) ack 501 <sack 101:251>");
}

TEST(a_reported_duplicate_is_no_loss)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 2001 win 60000", "< . 1:1(0) ack 2001 win 60000 <sack 1:1001>",
		"< . 1:1(0) ack 2001 win 60000 <sack 1001:2001>",
		"< . 1:1(0) ack 2001 win 60000 <sack 1:1001>", "< . 1:1(0) ack 5001 win 60000", "sleeps");
}

#define FAR                                                                                                  \
	"listen nodelay newreno most 60000", "< S 0:0(0) win 60000 <mss 1000,sackOK>", "> S. 0:0(0) ack 1",  \
		"+ 100", "< . 1:1(0) ack 1 win 60000", "write 10000", "> P. 1:10001(10000) ack 1", "+ 100",  \
		"< . 1:1(0) ack 1 win 60000 <sack 1001:2001>", "+ 26", "> . 1:1001(1000) ack 1"

TEST(each_round_trip_with_a_needless_repetition_makes_the_reordering_window_a_quarter_longer)
{
	TALK(FAR, "< . 1:1(0) ack 10001 win 60000 <sack 1:1001>", "write 5000",
		"> P. 10001:15001(5000) ack 1", "+ 100", "< . 1:1(0) ack 10001 win 60000 <sack 11001:12001>",
		"+ 51", "> . 10001:11001(1000) ack 1", "< . 1:1(0) ack 15001 win 60000 <sack 10001:11001>",
		"write 2000", "> P. 15001:17001(2000) ack 1", "+ 100",
		"< . 1:1(0) ack 15001 win 60000 <sack 16001:17001>", "+ 76", "> . 15001:16001(1000) ack 1",
		"< . 1:1(0) ack 17001 win 60000", "sleeps");
	TALK(FAR, "< . 1:1(0) ack 10001 win 60000", "write 5000", /* it was lost: no longer than before */
		"> P. 10001:15001(5000) ack 1", "+ 100", "< . 1:1(0) ack 10001 win 60000 <sack 11001:12001>",
		"+ 26", "> . 10001:11001(1000) ack 1", "< . 1:1(0) ack 15001 win 60000", "sleeps");
}

/* ---- more pieces than can be remembered ---- */

TEST(a_full_list_forgets_the_shortest_piece_for_a_longer_one)
{
	struct tcp_ranges l = { 0 };

	for (u32 i = 0; i < TCP_GAPS_MAX; i += 1)
		EXPECT(tcp_ranges_add(&l, (struct tcp_range){ 100 * i, 100 * i + 20 - i }));
	EXPECT(!tcp_ranges_add(&l, (struct tcp_range){ 900, 916 }));
	EXPECT(!tcp_ranges_trade(&l, (struct tcp_range){ 900, 915 })); /* as short as the shortest */
	EXPECT_EQ(l.r[TCP_GAPS_MAX - 1].from, 100 * (TCP_GAPS_MAX - 1));
	EXPECT(tcp_ranges_trade(&l, (struct tcp_range){ 50, 66 }));
	EXPECT_EQ(l.n, TCP_GAPS_MAX);
	EXPECT_EQ(l.r[0].from, 0);
	EXPECT_EQ(l.r[1].from, 50);
	EXPECT_EQ(l.r[TCP_GAPS_MAX - 1].from, 100 * (TCP_GAPS_MAX - 2));
}

#define SIX_PIECES                                                                                           \
	"write 5000", "most 10000", "> P. 1:5001(5000) ack 1",                                               \
		"< . 1:1(0) ack 1 win 60000 <sack 101:111 201:212 301:312>",                                 \
		"< . 1:1(0) ack 1 win 60000 <sack 401:412 501:512 601:612>"

TEST(what_is_missing_before_the_last_of_too_many_pieces_may_only_be_forgotten)
{
	/* 101:111 goes; of the holes below 612 those that are known are repeated, 612:701 is not */
	TALK(SACKED, SIX_PIECES, "< . 1:1(0) ack 1 win 60000 <sack 701:901>", "settles", "lost 612");
	/* and of six, the last hole is as good as the others */
	TALK(SACKED, SIX_PIECES, "< . 1:1(0) ack 1 win 60000 <sack 601:701>", "settles", "lost 701");
}
