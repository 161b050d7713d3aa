/* tcp_close_test.c - how connections end, in conversation: closing, intruders who want to, TIME-WAIT. See tcp_test.h. */
#include "lib/tcp/tcp_test.h"

#define SERVED TALK_SERVED("")

/* ---- closing ---- */

TEST(we_close_first_and_wait)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "= FIN-WAIT-1", "< . 1:1(0) ack 2 win 10000",
		"= FIN-WAIT-2", "sleeps", "< F. 1:1(0) ack 2 win 10000", "ended", "> . 2:2(0) ack 2",
		"= TIME-WAIT", "+ 10000", "= CLOSED none", "sleeps");
}

TEST(we_close_first_and_the_fin_acknowledges_ours)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "< F. 1:1(0) ack 2 win 10000", "ended", "> . 2:2(0) ack 2",
		"= TIME-WAIT");
}

TEST(both_close_at_once)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "< F. 1:1(0) ack 1 win 10000", "ended", "= CLOSING",
		"> . 2:2(0) ack 2", "< . 2:2(0) ack 2 win 10000", "= TIME-WAIT", "+ 10000", "= CLOSED none");
}

TEST(the_peer_closes_first)
{
	TALK(SERVED, "< F. 1:1(0) ack 1 win 10000", "ended", "= CLOSE-WAIT", "> . 1:1(0) ack 2", "write 10",
		"> P. 1:11(10) ack 2", "close", "= LAST-ACK", "> F. 11:11(0) ack 2",
		"< . 2:2(0) ack 12 win 10000", "acked 10", "= CLOSED none", "sleeps");
}

TEST(an_answer_and_its_fin_ride_together_behind_the_peers_fin)
{
	TALK(SERVED, "< FP. 1:101(100) ack 1 win 10000", "got 100", "ended", "take 100", "write 10", "close",
		"> FP. 1:11(10) ack 102", "= LAST-ACK", "< . 102:102(0) ack 12 win 10000", "= CLOSED none");
}

TEST(a_half_closed_connection_still_receives)
{
	TALK(SERVED, "write 10", "close", "> FP. 1:11(10) ack 1", "< . 1:1(0) ack 12 win 10000",
		"= FIN-WAIT-2", "< P. 1:101(100) ack 12 win 10000", "got 100", "> . 12:12(0) ack 101",
		"take 100", "< FP. 101:201(100) ack 12 win 10000", "got 200", "ended", "> . 12:12(0) ack 202",
		"= TIME-WAIT");
}

TEST(a_lost_fin_is_sent_again)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "+ 200", "> F. 1:1(0) ack 1", "+ 400", "> F. 1:1(0) ack 1",
		"< . 1:1(0) ack 2 win 10000", "= FIN-WAIT-2");
}

TEST(a_repeated_fin_starts_time_wait_anew)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "< F. 1:1(0) ack 2 win 10000", "> . 2:2(0) ack 2",
		"+ 6000", "< F. 1:1(0) ack 2 win 10000", "> . 2:2(0) ack 2", "+ 6000", "= TIME-WAIT",
		"+ 4000", "= CLOSED none");
}

TEST(a_fin_beyond_a_gap_is_remembered)
{
	TALK(SERVED, "< FP. 101:201(100) ack 1 win 10000", "got 0", "unended", "> . 1:1(0) ack 1",
		"= ESTABLISHED", "< . 1:101(100) ack 1 win 10000", "got 200", "ended", "> . 1:1(0) ack 202",
		"= CLOSE-WAIT");
	TALK(SERVED, "< F. 201:201(0) ack 1 win 10000", "> . 1:1(0) ack 1",
		"< FP. 1:201(200) ack 1 win 10000", "got 200", "ended", "> . 1:1(0) ack 202", "= CLOSE-WAIT");
}

TEST(nothing_counts_behind_a_fin)
{
	TALK(SERVED, "< F. 101:101(0) ack 1 win 10000", "> . 1:1(0) ack 1", "< P. 1:201(200) ack 1 win 10000",
		"got 100", "ended", "> . 1:1(0) ack 102", "< P. 102:202(100) ack 1 win 10000", "got 100",
		"= CLOSE-WAIT");
}

TEST(close_in_syn_sent_says_nothing)
{
	TALK("connect", "> S 0:0(0)", "close", "= CLOSED none", "sleeps");
}

TEST(close_in_syn_received_waits_for_the_handshake)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "write 10", "close",
		"= SYN-RECEIVED", "< . 1:1(0) ack 1 win 10000", "connected", "= FIN-WAIT-1",
		"> FP. 1:11(10) ack 1");
}

TEST(what_comes_behind_the_end_in_time_wait_is_told_where_the_end_was)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "< F. 1:1(0) ack 2 win 10000", "> . 2:2(0) ack 2",
		"= TIME-WAIT", "< . 3:3(0) ack 2 win 10000", "> . 2:2(0) ack 2",
		"< P. 2:12(10) ack 2 win 10000", "> . 2:2(0) ack 2", "got 0", "< F. 3:3(0) ack 2 win 10000",
		"> . 2:2(0) ack 2",
		"< . 2:2(0) ack 2 win 10000", /* no news: else two of us would go on for ever */
		"+ 5000", "= TIME-WAIT");
}

TEST(closing_twice_is_closing)
{
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "close", "= FIN-WAIT-1");
}

TEST(abort_resets)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "abort", "> R. 101:101(0) ack 1",
		"= CLOSED aborted", "sleeps");
	TALK("connect", "> S 0:0(0)", "abort", "= CLOSED aborted", "sleeps");
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "abort", "> R. 0:0(0) ack 1", "= CLOSED aborted");
	TALK(SERVED, "close", "> F. 1:1(0) ack 1", "< F. 1:1(0) ack 2 win 10000", "> . 2:2(0) ack 2", "abort",
		"= CLOSED aborted");
}

/* ---- intruders (RFC 5961) ---- */

TEST(a_reset_at_exactly_the_next_byte_ends_it)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "< R 1:1(0) win 0", "= CLOSED reset", "sleeps");
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "< R 1:1(0) win 0",
		"= CLOSED reset");
	TALK(SERVED, "< F. 1:1(0) ack 1 win 10000", "> . 1:1(0) ack 2", "< R 2:2(0) win 0", "= CLOSED reset");
}

TEST(a_reset_elsewhere_in_the_window_is_challenged)
{
	TALK(SERVED, "< R 500:500(0) win 0", "> . 1:1(0) ack 1", "= ESTABLISHED");
}

TEST(a_reset_outside_the_window_is_ignored)
{
	TALK(SERVED, "< R 10001:10001(0) win 0", "= ESTABLISHED", "< R 0:0(0) win 0", "= ESTABLISHED");
}

TEST(a_syn_in_a_living_connection_is_challenged)
{
	TALK(SERVED, "< S 500:500(0) win 10000", "> . 1:1(0) ack 1", "< S 123456:123456(0) win 10000",
		"> . 1:1(0) ack 1", "= ESTABLISHED");
}

TEST(an_ack_of_the_future_or_the_distant_past_is_challenged)
{
	TALK(SERVED, "< P. 1:11(10) ack 2 win 10000", "got 0", "> . 1:1(0) ack 1",
		"< P. 1:11(10) ack 4294947296 win 10000", "got 0", "> . 1:1(0) ack 1");
}

TEST(ten_challenges_a_second_and_no_more)
{
	TALK(SERVED, "< R 500:500(0) win 0", "> . 1:1(0) ack 1", "< R 500:500(0) win 0", "> . 1:1(0) ack 1",
		"< R 500:500(0) win 0", "> . 1:1(0) ack 1", "< R 500:500(0) win 0", "> . 1:1(0) ack 1",
		"< R 500:500(0) win 0", "> . 1:1(0) ack 1", "< R 500:500(0) win 0", "> . 1:1(0) ack 1",
		"< R 500:500(0) win 0", "> . 1:1(0) ack 1", "< R 500:500(0) win 0", "> . 1:1(0) ack 1",
		"< R 500:500(0) win 0", "> . 1:1(0) ack 1", "< R 500:500(0) win 0", "> . 1:1(0) ack 1",
		"< R 500:500(0) win 0", "+ 1001", "< R 500:500(0) win 0", "> . 1:1(0) ack 1");
}

TEST(a_segment_without_ack_is_dropped)
{
	TALK(SERVED, "< P 1:11(10) win 10000", "got 0", "= ESTABLISHED");
}

/* ---- TIME-WAIT that gives way (RFC 6191) ---- */

/* In TIME-WAIT after 10:0 ... FIN, and TS.Recent of 5 if it has timestamps. */
static struct tcp in_time_wait(bool timestamps)
{
	struct tcp_config c = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1000 };
	struct tcp_segment s = { .seq = 10, .window = 10000, .flags = TCP_SYN };
	struct tcp_out out;
	struct tcp t;

	s.opt.has = timestamps ? TCP_HAS_TIMESTAMP : 0;
	s.opt.ts_value = 5;
	tcp_accept(&t, &c, &s, 100, 0);
	EXPECT(tcp_send(&t, 0, 0, &out));
	s.seq = 11;
	s.ack = 101;
	s.flags = TCP_ACK;
	(void)tcp_arrive(&t, &s, 0);
	tcp_close(&t);
	EXPECT(tcp_send(&t, 0, 0, &out));
	s.ack = 102;
	s.flags = TCP_ACK | TCP_FIN;
	(void)tcp_arrive(&t, &s, 0);
	EXPECT_EQ(tcp_state(&t), TCP_TIME_WAIT);
	return t;
}

TEST(a_newer_timestamp_ends_time_wait_whatever_the_sequence_number)
{
	struct tcp t = in_time_wait(true);
	struct tcp_segment syn = { .seq = 1, .flags = TCP_SYN };

	syn.opt.has = TCP_HAS_TIMESTAMP;
	syn.opt.ts_value = 6;
	EXPECT(tcp_gives_way(&t, &syn));
	syn.opt.ts_value = 4;
	syn.seq = 1000;
	EXPECT(!tcp_gives_way(&t, &syn));
	syn.opt.ts_value = 5;
	EXPECT(tcp_gives_way(&t, &syn));
	syn.seq = 12;
	EXPECT(!tcp_gives_way(&t, &syn));
}

TEST(without_timestamps_a_newer_sequence_number_ends_time_wait)
{
	struct tcp t = in_time_wait(false);
	struct tcp_segment syn = { .seq = 13, .flags = TCP_SYN };

	EXPECT(tcp_gives_way(&t, &syn));
	syn.seq = 12;
	EXPECT(!tcp_gives_way(&t, &syn));
	syn.seq = 13;
	syn.flags = TCP_SYN | TCP_ACK;
	EXPECT(!tcp_gives_way(&t, &syn));
}
