/* tcp_loss_test.c - loss in conversation: timers, duplicates, recovery, congestion. See tcp_test.h. */
#include "lib/tcp/tcp_test.h"
#include "lib/tcp/tcp_served_test.h"

/* ---- the retransmission timer (RFC 6298) ---- */

TEST(the_first_timeout_comes_after_a_second_without_a_sample)
{
	TALK("connect", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "< S. 0:0(0) ack 1 win 10000 <mss 1000>",
		"> . 1:1(0) ack 1", "write 10", "> P. 1:11(10) ack 1",
		/* Karn: the SYN was sent twice, so its RTO of 2 s stays */
		"+ 2000", "> P. 1:11(10) ack 1");
}

TEST(a_timeout_goes_back_and_starts_slowly)
{
	TALK(SERVED, SENT_4, "+ 200", "> . 1:1001(1000) ack 1", "+ 400", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1001 win 60000", "acked 1000", "> . 1001:2001(1000) ack 1",
		"> . 2001:3001(1000) ack 1", "< . 1:1(0) ack 4001 win 60000", "acked 4000", "sleeps");
}

TEST(what_was_acknowledged_while_going_back_is_not_sent_again)
{
	TALK(SERVED, SENT_4, "+ 200", "> . 1:1001(1000) ack 1", "< . 1:1(0) ack 3001 win 60000",
		"> P. 3001:4001(1000) ack 1");
}

TEST(what_the_peer_reported_is_skipped_while_going_back)
{
	TALK(SACKED, SENT_4, "+ 11", "> P. 3001:4001(1000) ack 1", "+ 200", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1001 win 60000 <sack 2001:3001>", "> . 1001:2001(1000) ack 1",
		"< . 1:1(0) ack 3001 win 60000", "> P. 3001:4001(1000) ack 1");
}

TEST(the_timer_backs_off_until_a_segment_sent_once_is_acknowledged)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1", "+ 400",
		"> P. 1:11(10) ack 1", "< . 1:1(0) ack 11 win 60000", "write 10", "> P. 11:21(10) ack 1",
		"+ 800", "> P. 11:21(10) ack 1", "< . 1:1(0) ack 21 win 60000", "write 10",
		"> P. 21:31(10) ack 1", "< . 1:1(0) ack 31 win 60000", "write 10", "> P. 31:41(10) ack 1",
		"+ 200", "> P. 31:41(10) ack 1");
}

TEST(timestamps_end_the_backoff_at_once)
{
	/* 3 s into the clock: 2861 units of 2^20 ns; 200 ms later 3051, 400 ms later 3433 */
	TALK(SERVED_WITH(",TS val 1 ecr 0"), "strip", "< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 2861>",
		"write 10", "> P. 1:11(10) ack 1 <TS val 2861 ecr 1>", "+ 200", "> P. 1:11(10) ack 1",
		"+ 400", "> P. 1:11(10) ack 1 <TS val 3433 ecr 1>",
		"< . 1:1(0) ack 11 win 60000 <TS val 2 ecr 3433>", "write 10", "> P. 11:21(10) ack 1",
		"+ 200", "> P. 11:21(10) ack 1");
}

TEST(an_echo_of_an_older_segment_is_no_sample)
{
	TALK(SERVED_WITH(",TS val 1 ecr 0"), "strip", "< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 2861>",
		"write 10", "> P. 1:11(10) ack 1 <TS val 2861 ecr 1>", "+ 200", "> P. 1:11(10) ack 1",
		"+ 300", "< . 1:1(0) ack 11 win 60000 <TS val 2 ecr 2861>", "write 10",
		"> P. 11:21(10) ack 1", "+ 400", "> P. 11:21(10) ack 1");
}

TEST(a_long_round_trip_makes_patient)
{
	/* SRTT 400 ms, RTTVAR 200 ms: 400 + 4 * 200 */
	TALK("listen", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 400",
		"< . 1:1(0) ack 1 win 60000", "write 10", "> P. 1:11(10) ack 1", "+ 1200",
		"> P. 1:11(10) ack 1");
}

TEST(silence_ends_it_after_100_seconds)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "+ 200", "settles", "+ 400", "settles", "+ 800",
		"settles", "+ 1600", "settles", "+ 3200", "settles", "+ 6400", "settles", "+ 12800",
		"settles", "+ 25600", "settles", "= ESTABLISHED", "+ 51200", "= CLOSED timeout",
		"> R. 11:11(0) ack 1", "sleeps");
}

/* ---- the user timeout (RFC 9293 3.8.3, R2), and R1 before it ---- */

#define LESS_PATIENT                                                                                         \
	"listen giveup 700", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",                         \
		"< . 1:1(0) ack 1 win 60000"

TEST(a_user_may_be_less_patient_and_is_told_when_its_time_is_over)
{
	TALK(LESS_PATIENT, "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1", "+ 400",
		"> P. 1:11(10) ack 1", "+ 95", "= ESTABLISHED", "+ 7", "= CLOSED timeout",
		"> R. 11:11(0) ack 1");
}

TEST(what_is_acknowledged_in_time_begins_the_users_time_anew)
{
	TALK(LESS_PATIENT, SENT_4, "+ 200", "> . 1:1001(1000) ack 1", "+ 390",
		"< . 1:1(0) ack 1001 win 60000", "> . 1001:2001(1000) ack 1", "> . 2001:3001(1000) ack 1",
		"+ 400", "> . 1001:2001(1000) ack 1", "+ 295", "= ESTABLISHED", "+ 7", "= CLOSED timeout",
		"> R. 4001:4001(0) ack 1");
}

TEST(a_user_that_loses_patience_later_counts_what_it_waited_already)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1", "+ 400",
		"> P. 1:11(10) ack 1", "timeout 700", "+ 103", "= CLOSED timeout", "> R. 11:11(0) ack 1");
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1", "+ 400",
		"> P. 1:11(10) ack 1", "timeout 500", "+ 2", "= CLOSED timeout", "> R. 11:11(0) ack 1");
	TALK(LESS_PATIENT, "timeout 0", "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1",
		"+ 400", "> P. 1:11(10) ack 1", "+ 800", "> P. 1:11(10) ack 1", "= ESTABLISHED");
}

TEST(a_user_may_be_patient_for_weeks)
{
	/* 20 days: the timer is the RTO, however long nothing came */
	struct tcp_config c = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1000, .give_up_ns = TIME_NEVER };
	struct tcp_out out;
	struct tcp t;
	u64 now = 0;

	tcp_connect(&t, &c, 1, now);
	while (now < 20 * 86400 * NS_PER_S) {
		EXPECT(tcp_send(&t, now, 0, &out));
		EXPECT(tcp_deadline(&t) >= now + NS_PER_S);
		now = tcp_deadline(&t);
		tcp_expire(&t, now);
	}
	EXPECT_EQ(tcp_state(&t), TCP_SYN_SENT);
}

TEST(a_shut_window_that_is_answered_outlasts_the_users_time)
{
	TALK("listen giveup 700", "< S 0:0(0) win 0 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 0", "write 10", "+ 200", "> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0",
		"+ 400", "> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0", "+ 800", "> . 1:2(1) ack 1",
		"= ESTABLISHED", "+ 1600", "= CLOSED timeout", "settles");
}

TEST(three_repetitions_in_vain_are_trouble_and_an_acknowledgement_ends_it)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1", "+ 400",
		"> P. 1:11(10) ack 1", "untroubled", "+ 800", "> P. 1:11(10) ack 1", "troubled",
		"< . 1:1(0) ack 1 win 60000", "troubled", "< . 1:1(0) ack 11 win 60000", "untroubled",
		"sleeps");
	TALK("connect", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "+ 2000", "> S 0:0(0)", "untroubled", "+ 4000",
		"> S 0:0(0)", "troubled", "< S. 0:0(0) ack 1 win 10000", "> . 1:1(0) ack 1", "untroubled");
}

TEST(probes_are_trouble_only_while_nobody_answers_them)
{
	TALK("listen", "< S 0:0(0) win 0 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 0",
		"write 10", "+ 200", "> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0", "+ 400",
		"> . 1:2(1) ack 1", "< . 1:1(0) ack 1 win 0", "+ 800", "> . 1:2(1) ack 1", "untroubled",
		"+ 1600", "> . 1:2(1) ack 1", "troubled", "< . 1:1(0) ack 1 win 0", "+ 3200",
		"> . 1:2(1) ack 1", "untroubled", "+ 6400", "> . 1:2(1) ack 1", "troubled",
		"< . 1:1(0) ack 1 win 9", "> . 1:10(9) ack 1", "untroubled");
}

TEST(what_has_ended_is_in_no_trouble)
{
	TALK("listen giveup 1500", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 10", "> P. 1:11(10) ack 1", "+ 200", "settles", "+ 400",
		"settles", "+ 800", "settles", "troubled", "+ 102", "= CLOSED timeout", "untroubled",
		"> R. 11:11(0) ack 1");
}

/* ---- without SACK (RFC 5681, RFC 6582) ---- */

TEST(three_duplicates_mean_loss)
{
	TALK(SERVED, SENT_5, DUPLICATE, DUPLICATE, DUPLICATE, "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "acked 5000", "sleeps");
}

TEST(a_duplicate_has_no_bytes_and_the_same_window)
{
	TALK(SERVED, SENT_5, "< . 1:1(0) ack 1 win 59999", "< . 1:1(0) ack 1 win 59998",
		"< . 1:1(0) ack 1 win 59997", "< P. 1:2(1) ack 1 win 59997", "> . 5001:5001(0) ack 2");
}

TEST(two_duplicates_let_two_new_segments_out)
{
	/* Limited transmit: cwnd is 10 */
	TALK(SERVED, "write 20000", "most 10000", "> . 1:10001(10000) ack 1", DUPLICATE,
		"> . 10001:11001(1000) ack 1", DUPLICATE, "> . 11001:12001(1000) ack 1", DUPLICATE,
		"> . 1:1001(1000) ack 1");
}

TEST(duplicates_in_recovery_let_new_segments_out)
{
	/* flight 10: ssthresh 5, cwnd 5 + 3; then one more each: beyond 10 from the third on */
	TALK(SERVED, "write 10000", "most 10000", "> P. 1:10001(10000) ack 1", DUPLICATE, DUPLICATE,
		DUPLICATE, "> . 1:1001(1000) ack 1", "write 10000", DUPLICATE, DUPLICATE, DUPLICATE,
		"> . 10001:11001(1000) ack 1", DUPLICATE, "> . 11001:12001(1000) ack 1",
		/* the full acknowledgement deflates: cwnd = min (ssthresh, flight + 1) = 3 */
		"< . 1:1(0) ack 10001 win 60000", "> . 12001:13001(1000) ack 1");
}

TEST(a_partial_acknowledgement_sends_the_next_hole)
{
	TALK(SERVED, SENT_5, DUPLICATE, DUPLICATE, DUPLICATE, "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 2001 win 60000", "> . 2001:3001(1000) ack 1", "< . 1:1(0) ack 5001 win 60000",
		"acked 5000", "sleeps");
}

TEST(duplicates_of_our_own_repetitions_start_no_recovery)
{
	TALK(SERVED, SENT_4, "+ 200", "> . 1:1001(1000) ack 1", DUPLICATE, DUPLICATE, DUPLICATE, DUPLICATE,
		"< . 1:1(0) ack 4001 win 60000", "write 4000", "> . 4001:5001(1000) ack 1",
		"> . 5001:6001(1000) ack 1", "> . 6001:7001(1000) ack 1", "> P. 7001:8001(1000) ack 1",
		"< . 1:1(0) ack 4001 win 60000", "< . 1:1(0) ack 4001 win 60000",
		"< . 1:1(0) ack 4001 win 60000", "< . 1:1(0) ack 4001 win 60000", "+ 300");
}

/* ---- with SACK ---- */

TEST(sack_blocks_name_every_hole)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:2001>",
		"< . 1:1(0) ack 1 win 60000 <sack 3001:4001 1001:2001>",
		"< . 1:1(0) ack 1 win 60000 <sack 3001:5001 1001:2001>", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 2001 win 60000 <sack 3001:5001>", "> . 2001:3001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000", "acked 5000", "sleeps");
}

TEST(one_acknowledgement_may_report_enough)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:5001>", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 5001 win 60000");
}

TEST(little_reordering_is_no_loss)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:2001>",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:3001>", "< . 1:1(0) ack 4001 win 60000",
		"< . 1:1(0) ack 5001 win 60000", "sleeps");
}

TEST(blocks_of_what_was_never_sent_are_ignored)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 5001:9001>",
		"< . 1:1(0) ack 1 win 60000 <sack 4001:1001>", "< . 1:1(0) ack 1 win 60000 <sack 0:4001>",
		"+ 11", "> P. 4001:5001(1000) ack 1");
}

TEST(a_lost_repetition_is_found_by_the_timer)
{
	TALK(SACKED, SENT_5, "< . 1:1(0) ack 1 win 60000 <sack 1001:5001>", "> . 1:1001(1000) ack 1", "+ 200",
		"> . 1:1001(1000) ack 1", "< . 1:1(0) ack 5001 win 60000", "sleeps");
}

TEST(a_lost_fin_with_its_data_is_repeated_with_it)
{
	TALK(SACKED, "write 1500", "close", "> . 1:1001(1000) ack 1", "> FP. 1001:1501(500) ack 1", "+ 200",
		"> . 1:1001(1000) ack 1", "< . 1:1(0) ack 1001 win 60000", "> FP. 1001:1501(500) ack 1",
		"< . 1:1(0) ack 1502 win 60000", "acked 1500", "= FIN-WAIT-2", "sleeps");
}

TEST(facts_are_what_happens)
{
	struct tcp_config config = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1460 };
	struct tcp_segment syn_ack = { .seq = 9, .ack = 101, .window = 5000, .flags = TCP_SYN | TCP_ACK };
	struct tcp_facts f;
	struct tcp_out out;
	struct tcp t;

	tcp_connect(&t, &config, 100, NS_PER_S);
	EXPECT(tcp_send(&t, NS_PER_S, 0, &out));
	(void)tcp_arrive(&t, &syn_ack, NS_PER_S + 100 * NS_PER_MS);
	tcp_wrote(&t, 300);
	EXPECT(tcp_send(&t, NS_PER_S + 100 * NS_PER_MS, 0, &out));
	tcp_facts(&t, &f);
	EXPECT(f.srtt_ns / NS_PER_MS >= 99 && f.srtt_ns / NS_PER_MS <= 100);
	EXPECT(f.rttvar_ns / NS_PER_MS >= 49 && f.rttvar_ns / NS_PER_MS <= 50);
	EXPECT(f.rto_ns / NS_PER_MS >= 299 && f.rto_ns / NS_PER_MS <= 300);
	EXPECT_EQ(f.flight_bytes, 300);
	EXPECT_EQ(f.peer_window_bytes, 5000);
	EXPECT_EQ(f.window_bytes, 10000);
	EXPECT_EQ(f.mss, 536);
	EXPECT_EQ(f.cwnd_bytes, 5360);
	EXPECT_EQ(f.retransmits, 0);
}
