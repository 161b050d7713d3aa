/* tcp_test.c - the state machine in conversation: opening, talking, timestamps, keep-alive. See tcp_test.h. */
#include "lib/tcp/tcp_test.h"

#define SERVED TALK_SERVED("")

/* ---- opening ---- */

TEST(a_passive_open_answers_with_what_the_syn_offered)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 900,sackOK,TS val 7 ecr 0,wscale 5>",
		"> S. 0:0(0) ack 1 win 10000 <mss 1000,sackOK,TS val * ecr 7,wscale 0>", "= SYN-RECEIVED",
		"< . 1:1(0) ack 1 win 100 <TS val 8 ecr 0>", "connected", "= ESTABLISHED", "sleeps");
}

TEST(a_passive_open_offers_nothing_the_syn_did_not)
{
	TALK("listen rx 1000000", "< S 0:0(0) win 10000 <none>", "> S. 0:0(0) ack 1 win 65535 <mss 1000>");
	TALK("listen rx 1000000", "< S 0:0(0) win 10000 <wscale 3>",
		"> S. 0:0(0) ack 1 win 65535 <mss 1000,wscale 4>");
	TALK("listen", "< S 0:0(0) win 10000 <sackOK>", "> S. 0:0(0) ack 1 win 10000 <mss 1000,sackOK>");
}

TEST(an_active_open_offers_all_and_uses_what_is_taken)
{
	TALK("connect rx 1000000", "> S 0:0(0) win 65535 <mss 1000,sackOK,TS val * ecr 0,wscale 4>",
		"= SYN-SENT", "< S. 0:0(0) ack 1 win 10000 <mss 500>", "connected",
		"> . 1:1(0) ack 1 win 65535 <none>", "= ESTABLISHED", "write 600", "> . 1:501(500) ack 1",
		"> P. 501:601(100) ack 1");
}

TEST(without_an_mss_option_what_the_caller_says_is_sent)
{
	TALK("listen mss 1400 unsaid 1220", "< S 0:0(0) win 5000", "> S. 0:0(0) ack 1 <mss 1400>",
		"< . 1:1(0) ack 1 win 5000", "write 2000", "> . 1:1221(1220) ack 1",
		"> P. 1221:2001(780) ack 1");
}

TEST(without_an_mss_option_536_is_sent)
{
	TALK("listen", "< S 0:0(0) win 10000", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000",
		"write 1000", "> . 1:537(536) ack 1", "> P. 537:1001(464) ack 1");
}

TEST(a_ridiculous_mss_is_not_obeyed)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000",
		"write 64", "> P. 1:65(64) ack 1");
}

TEST(a_syn_is_sent_again_after_1_3_and_7_seconds)
{
	TALK("connect", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "+ 2000", "> S 0:0(0)", "+ 4000", "> S 0:0(0)",
		"< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1", "= ESTABLISHED");
}

TEST(a_syn_that_nobody_answers_ends_after_three_minutes)
{
	TALK("connect", "> S 0:0(0)", "+ 1000", "settles", "+ 2000", "settles", "+ 4000", "settles", "+ 8000",
		"settles", "+ 16000", "settles", "+ 32000", "settles", "+ 60000", "settles", "= SYN-SENT",
		"+ 60000", "= CLOSED timeout", "sleeps");
}

TEST(an_active_open_ends_when_its_own_patience_does)
{
	TALK("connect giveup 2500", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "+ 1495", "= SYN-SENT", "+ 8",
		"= CLOSED timeout", "sleeps");
}

TEST(a_syn_ack_is_sent_again_by_timer_and_on_a_repeated_syn)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 1000", "> S. 0:0(0) ack 1",
		"< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000",
		"= ESTABLISHED");
}

TEST(half_open_connections_are_given_up_silently)
{
	TALK("listen giveup 1500", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 1000",
		"> S. 0:0(0) ack 1", "+ 2000", "= CLOSED timeout", "sleeps");
}

TEST(a_repeated_syn_ack_is_acknowledged_again)
{
	TALK("connect", "> S 0:0(0)", "< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1",
		"< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1", "= ESTABLISHED");
}

TEST(the_last_ack_of_the_handshake_may_carry_data_and_fin)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< FP. 1:11(10) ack 1 win 10000", "connected", "got 10", "ended", "= CLOSE-WAIT",
		"> . 1:1(0) ack 12");
}

TEST(the_ack_of_a_syn_ack_rides_on_data_already_written)
{
	TALK("connect", "write 100", "> S 0:0(0)", "< S. 0:0(0) ack 1 win 10000 <mss 1000>",
		"> P. 1:101(100) ack 1", "= ESTABLISHED");
}

TEST(payload_of_a_syn_is_left_to_be_sent_again)
{
	TALK("listen", "< S 0:20(20) win 10000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< P. 1:21(20) ack 1 win 10000", "got 20", "> . 1:1(0) ack 21");
}

TEST(both_may_open_at_once)
{
	TALK("connect", "> S 0:0(0)", "< S 0:0(0) win 10000 <mss 1000>", "= SYN-RECEIVED",
		"> S. 0:0(0) ack 1", "< S. 0:0(0) ack 1 win 10000 <mss 1000>", "connected", "= ESTABLISHED",
		"write 10", "> P. 1:11(10) ack 1");
}

TEST(both_open_at_once_and_one_syn_ack_is_lost)
{
	TALK("connect", "> S 0:0(0)", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 1000",
		"> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000", "= ESTABLISHED");
}

TEST(a_refused_connection_says_so)
{
	TALK("connect", "> S 0:0(0)", "< R. 0:0(0) ack 1 win 0", "= CLOSED refused", "sleeps");
}

TEST(a_reset_that_does_not_acknowledge_our_syn_refuses_nothing)
{
	TALK("connect", "> S 0:0(0)", "< R. 0:0(0) ack 0 win 0", "= SYN-SENT", "< R 0:0(0) win 0",
		"= SYN-SENT", "< R. 0:0(0) ack 2 win 0", "= SYN-SENT");
}

TEST(an_ack_of_what_was_never_sent_is_reset_in_syn_sent)
{
	TALK("connect", "> S 0:0(0)", "< S. 0:0(0) ack 77 win 10000 <mss 1000>", "> R 77:77(0)", "= SYN-SENT",
		"< . 0:0(0) ack 0 win 10000", "> R 0:0(0)", "= SYN-SENT");
}

TEST(an_ack_of_what_was_never_sent_is_reset_in_syn_received)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 5 win 10000",
		"> R 5:5(0)", "= SYN-RECEIVED", "< . 1:1(0) ack 1 win 10000", "= ESTABLISHED");
}

TEST(nothing_happens_before_a_syn_in_syn_sent)
{
	TALK("connect", "> S 0:0(0)", "< P. 5:15(10) ack 1 win 10000", "= SYN-SENT", "got 0");
}

/* ---- receiving ---- */

TEST(every_second_full_segment_is_acknowledged)
{
	TALK(SERVED, "< . 1:1001(1000) ack 1 win 10000", "got 1000", "take 1000",
		"< . 1001:2001(1000) ack 1 win 10000", "take 1000", "> . 1:1(0) ack 2001 win 10000",
		"< . 2001:3001(1000) ack 1 win 10000", "take 1000", "+ 40", "> . 1:1(0) ack 3001 win 10000");
}

TEST(a_full_segment_that_ends_what_the_peer_wrote_is_acknowledged_at_once)
{
	TALK(SERVED, "< P. 1:1001(1000) ack 1 win 10000", "take 1000", "> . 1:1(0) ack 1001 win 10000",
		"< P. 1001:2001(1000) ack 1 win 10000", "take 1000", "write 300", "> P. 1:301(300) ack 2001");
}

TEST(segments_that_the_host_joined_are_acknowledged_at_once)
{
	TALK(SERVED, "< . 1:5001(5000) ack 1 win 10000", "got 5000", "> . 1:1(0) ack 5001 win 5000");
}

TEST(the_acknowledgement_rides_on_the_answer)
{
	TALK(SERVED, "< P. 1:101(100) ack 1 win 10000", "take 100", "write 300", "> P. 1:301(300) ack 101",
		"< P. 101:201(100) ack 301 win 10000", "acked 300", "take 100", "write 300",
		"> P. 301:601(300) ack 201");
}

TEST(the_end_of_a_message_is_acknowledged_at_once_while_nobody_answers)
{
	TALK(SERVED, "< P. 1:101(100) ack 1 win 10000", "> . 1:1(0) ack 101");
}

TEST(acknowledgements_of_small_segments_wait_40_ms_once_eight_were_lone)
{
	TALK(SERVED, "< P. 1:11(10) ack 1 win 10000", "> . 1:1(0) ack 11", "< P. 11:21(10) ack 1 win 10000",
		"> . 1:1(0) ack 21", "< P. 21:31(10) ack 1 win 10000", "> . 1:1(0) ack 31",
		"< P. 31:41(10) ack 1 win 10000", "> . 1:1(0) ack 41", "< P. 41:51(10) ack 1 win 10000",
		"> . 1:1(0) ack 51", "< P. 51:61(10) ack 1 win 10000", "> . 1:1(0) ack 61",
		"< P. 61:71(10) ack 1 win 10000", "> . 1:1(0) ack 71", "< P. 71:81(10) ack 1 win 10000",
		"> . 1:1(0) ack 81", "< P. 81:91(10) ack 1 win 10000", "+ 40", "> . 1:1(0) ack 91",
		/* it did not pay: the peer may have waited for us */
		"< P. 91:101(10) ack 1 win 10000", "> . 1:1(0) ack 101");
}

TEST(bytes_beyond_a_gap_are_kept_and_asked_for)
{
	TALK(SERVED, "< . 1001:2001(1000) ack 1 win 10000", "got 0", "at 1000", "len 1000",
		"> . 1:1(0) ack 1", "< . 3001:3501(500) ack 1 win 10000", "at 3000", "> . 1:1(0) ack 1",
		"< . 1:1001(1000) ack 1 win 10000", "got 2000", "at 0", "len 1000", "> . 1:1(0) ack 2001",
		"< . 2001:3001(1000) ack 1 win 10000", "got 3500", "> . 1:1(0) ack 3501");
}

TEST(one_segment_may_fill_several_gaps)
{
	TALK(SERVED, "< . 1001:1501(500) ack 1 win 10000", "settles", "< . 2001:4001(2000) ack 1 win 10000",
		"settles", "< . 1:3001(3000) ack 1 win 10000", "got 4000", "> . 1:1(0) ack 4001");
}

TEST(gaps_are_reported_as_sack_blocks_the_newest_first)
{
	TALK("listen", "< S 0:0(0) win 10000 <mss 1000,sackOK>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 10000", "< . 1001:1501(500) ack 1 win 10000",
		"> . 1:1(0) ack 1 <sack 1001:1501>", "< . 3001:3501(500) ack 1 win 10000",
		"> . 1:1(0) ack 1 <sack 3001:3501 1001:1501>", "< . 2001:2501(500) ack 1 win 10000",
		"> . 1:1(0) ack 1 <sack 2001:2501 3001:3501 1001:1501>", "< . 1501:2001(500) ack 1 win 10000",
		"> . 1:1(0) ack 1 <sack 1001:2501 3001:3501>", "< . 1:1001(1000) ack 1 win 10000", "got 2500",
		"> . 1:1(0) ack 2501 <sack 3001:3501>",
		/* data makes room for the blocks */
		"write 1000", "> . 1:989(988) ack 2501 <sack 3001:3501>", "> P. 989:1001(12) ack 2501");
}

TEST(more_gaps_than_can_be_remembered_are_lost_segments)
{
	TALK(SERVED, "< . 101:201(100) ack 1 win 10000", "settles", "< . 301:401(100) ack 1 win 10000",
		"settles", "< . 501:601(100) ack 1 win 10000", "settles", "< . 701:801(100) ack 1 win 10000",
		"settles", "< . 901:1001(100) ack 1 win 10000", "settles",
		"< . 1101:1201(100) ack 1 win 10000", "len 100", "settles",
		"< . 1301:1401(100) ack 1 win 10000", "len 0", "> . 1:1(0) ack 1",
		"< . 1:1301(1300) ack 1 win 10000", "got 1300", "> . 1:1(0) ack 1301");
}

TEST(an_old_segment_is_acknowledged_and_not_kept)
{
	TALK(SERVED, "< P. 1:101(100) ack 1 win 10000", "> . 1:1(0) ack 101",
		"< P. 1:101(100) ack 1 win 10000", "got 100", "len 0", "> . 1:1(0) ack 101");
}

TEST(only_the_new_part_of_an_overlapping_segment_is_kept)
{
	TALK(SERVED, "< P. 1:101(100) ack 1 win 10000", "> . 1:1(0) ack 101",
		"< P. 51:201(150) ack 1 win 10000", "skip 50", "len 100", "at 0", "got 200",
		"> . 1:1(0) ack 201");
}

TEST(what_does_not_fit_the_window_is_cut_off)
{
	TALK("listen rx 1500", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1 win 1500",
		"< . 1:1(0) ack 1 win 10000", "< . 1:2001(2000) ack 1 win 10000", "got 1500",
		"> . 1:1(0) ack 1501 win 0", "< . 1501:1502(1) ack 1 win 10000", "got 1500",
		"> . 1:1(0) ack 1501 win 0", "take 1500", "> . 1:1(0) ack 1501 win 1500",
		"< . 1501:1502(1) ack 1 win 10000", "got 1501", "> . 1:1(0) ack 1502");
}

TEST(a_segment_beyond_the_window_is_answered_and_ignored)
{
	TALK(SERVED, "< P. 10001:10101(100) ack 1 win 10000", "len 0", "got 0", "> . 1:1(0) ack 1");
}

TEST(the_window_is_what_was_said_not_what_memory_has)
{
	/* without a scale no more than 65,535 can be said */
	TALK("listen rx 200000", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1 win 65535",
		"< . 1:1(0) ack 1 win 10000", "< R 65536:65536(0) win 0", "= ESTABLISHED",
		"< R 65535:65535(0) win 0", "> . 1:1(0) ack 1", "< . 65536:65536(0) ack 1 win 10000",
		"> . 1:1(0) ack 1", "< P. 70001:70011(10) ack 1 win 10000", "> . 1:1(0) ack 1 <none>",
		"got 0");
	/* what is not worth saying does not count yet */
	TALK("listen rx 3000", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1 win 3000",
		"< . 1:1(0) ack 1 win 10000", "< P. 1:501(500) ack 1 win 10000",
		"> . 1:1(0) ack 501 win 2500", "take 500", "< R 3001:3001(0) win 0", "= ESTABLISHED",
		"< R 3000:3000(0) win 0", "> . 1:1(0) ack 501 win 2500");
}

TEST(our_syn_has_said_a_window_before_we_acknowledge_the_peers)
{
	struct tcp_config c = { .rx_bytes = 200000, .tx_bytes = 10000, .mss = 1000 };
	struct tcp_segment s = { .seq = 10, .ack = 101, .window = 10000, .flags = TCP_SYN | TCP_ACK };
	struct tcp_out out;
	struct tcp t;

	tcp_connect(&t, &c, 100, 0);
	EXPECT(tcp_send(&t, 0, 0, &out));
	EXPECT(tcp_arrive(&t, &s, 0).connected);
	s.flags = TCP_ACK; /* nothing was sent since: the peer's second segment overtook its first */
	s.len = 1000;
	s.seq = 11 + 65000;
	EXPECT_EQ(tcp_arrive(&t, &s, 0).len, 1000);
	s.seq = 11 + 65535;
	EXPECT_EQ(tcp_arrive(&t, &s, 0).len, 0);
}

TEST(the_window_opens_by_no_less_than_is_worth_a_segment)
{
	TALK(SERVED, "< . 1:10001(10000) ack 1 win 10000", "> . 1:1(0) ack 10001 win 0", "take 500",
		"take 499", "take 1", "> . 1:1(0) ack 10001 win 1000", "take 500",
		"< . 10001:11001(1000) ack 1 win 10000", "+ 40", "> . 1:1(0) ack 11001 win 0");
}

TEST(a_shut_window_still_takes_acknowledgements)
{
	TALK(SERVED, "< . 1:10001(10000) ack 1 win 10000", "> . 1:1(0) ack 10001 win 0", "write 100",
		"> P. 1:101(100) ack 10001", "< . 10001:10002(1) ack 101 win 10000", "acked 100",
		"> . 101:101(0) ack 10001 win 0");
}

TEST(a_stripped_segment_still_acknowledges_and_is_wanted_again)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "strip", "< FP. 1:51(50) ack 101 win 10000",
		"acked 100", "got 0", "unended", "< FP. 1:51(50) ack 101 win 10000", "got 50", "ended",
		"> . 101:101(0) ack 52");
}

/* ---- sending ---- */

TEST(a_small_segment_waits_only_for_another_small_one)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "write 100", "write 100",
		"< . 1:1(0) ack 101 win 10000", "> P. 101:301(200) ack 1", "write 2500",
		"> . 301:1301(1000) ack 1", "> . 1301:2301(1000) ack 1", "< . 1:1(0) ack 301 win 10000",
		"> P. 2301:2801(500) ack 1");
}

TEST(the_tail_of_a_large_answer_does_not_wait)
{
	TALK(SERVED, "write 2500", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1",
		"> P. 2001:2501(500) ack 1");
}

TEST(no_delay_sends_every_write)
{
	TALK(TALK_SERVED("nodelay"), "write 10", "> P. 1:11(10) ack 1", "write 10", "> P. 11:21(10) ack 1");
}

TEST(a_closed_stream_has_no_more_to_wait_for)
{
	TALK(SERVED, "write 10", "> P. 1:11(10) ack 1", "write 10", "close", "> FP. 11:21(10) ack 1");
}

TEST(what_the_port_can_cut_goes_out_in_one_piece)
{
	TALK(TALK_SERVED("most 4500"), "write 9300", "> . 1:4001(4000) ack 1", "> . 4001:8001(4000) ack 1",
		"> P. 8001:9301(1300) ack 1");
	TALK(TALK_SERVED("most 64000"), "write 300", "> P. 1:301(300) ack 1", "write 2300",
		"> . 301:2301(2000) ack 1", "< . 1:1(0) ack 301 win 10000", "> P. 2301:2601(300) ack 1");
}

TEST(no_more_is_sent_than_the_window)
{
	TALK("listen", "< S 0:0(0) win 2500 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 2500",
		"write 5000", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1",
		/* 500 are left: less than half of the largest window */
		"< . 1:1(0) ack 1001 win 2500", "> . 2001:3001(1000) ack 1", "< . 1:1(0) ack 3001 win 1500",
		"> . 3001:4001(1000) ack 1", "< . 1:1(0) ack 4001 win 2500", "> P. 4001:5001(1000) ack 1");
}

TEST(half_of_a_small_window_is_worth_a_segment)
{
	TALK("listen", "< S 0:0(0) win 600 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 600",
		"write 2000", "> . 1:601(600) ack 1", "< . 1:1(0) ack 601 win 200",
		/* 200 are not; the persist timer overrides */
		"+ 200", "> . 601:801(200) ack 1", "< . 1:1(0) ack 801 win 300", "> . 801:1101(300) ack 1");
}

TEST(a_shut_window_is_probed_ever_more_rarely)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "< . 1:1(0) ack 101 win 0", "write 100", "+ 200",
		"> . 101:102(1) ack 1", "< . 1:1(0) ack 101 win 0", "+ 400", "> . 101:102(1) ack 1",
		"< . 1:1(0) ack 101 win 0", "+ 800", "> . 101:102(1) ack 1", "< . 1:1(0) ack 101 win 5000",
		"> P. 101:201(100) ack 1", "< . 1:1(0) ack 201 win 5000", "acked 200", "sleeps");
}

TEST(a_probe_may_be_taken)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "< . 1:1(0) ack 101 win 0", "write 3", "+ 200",
		"> . 101:102(1) ack 1", "< . 1:1(0) ack 102 win 0", "acked 101", "+ 200",
		"> . 102:103(1) ack 1", "< . 1:1(0) ack 103 win 1000", "> P. 103:104(1) ack 1");
}

TEST(a_peer_that_answers_probes_may_shut_its_window_for_ever)
{
	TALK(TALK_SERVED("giveup 1000"), "write 100", "> P. 1:101(100) ack 1", "< . 1:1(0) ack 101 win 0",
		"write 1", "+ 200", "> P. 101:102(1) ack 1", "< . 1:1(0) ack 101 win 0", "+ 400",
		"> P. 101:102(1) ack 1", "< . 1:1(0) ack 101 win 0", "+ 800", "> P. 101:102(1) ack 1",
		"< . 1:1(0) ack 101 win 0", "+ 1600", "> P. 101:102(1) ack 1", "< . 1:1(0) ack 101 win 0",
		"+ 3200", "> P. 101:102(1) ack 1", "+ 6400", "= CLOSED timeout", "> R. 101:101(0) ack 1");
}

TEST(a_lost_window_update_is_found_by_probing)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "< . 1:1(0) ack 101 win 0", "write 3000", "+ 200",
		"> . 101:102(1) ack 1", "< . 1:1(0) ack 102 win 10000", "> . 102:1102(1000) ack 1",
		"> . 1102:2102(1000) ack 1", "> P. 2102:3101(999) ack 1");
}

TEST(a_fin_waits_for_the_window_and_is_probed_with)
{
	TALK(SERVED, "write 100", "> P. 1:101(100) ack 1", "< . 1:1(0) ack 101 win 0", "close",
		"= FIN-WAIT-1", "+ 200", "> F. 101:101(0) ack 1", "< . 1:1(0) ack 102 win 0", "= FIN-WAIT-2",
		"sleeps");
}

TEST(a_window_that_shrinks_is_not_written_beyond)
{
	TALK(SERVED, "write 3000", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1",
		"> P. 2001:3001(1000) ack 1", "< . 1:1(0) ack 1001 win 500", "write 1000", "+ 200",
		"> . 1001:1501(500) ack 1", "< . 1:1(0) ack 1501 win 5000", "> . 1501:2501(1000) ack 1");
}

TEST(windows_are_scaled)
{
	TALK("listen rx 1000000 most 60000", "< S 0:0(0) win 1000 <mss 1000,wscale 2>",
		"> S. 0:0(0) ack 1 win 65535 <mss 1000,wscale 4>", "< . 1:1(0) ack 1 win 1000", "write 20000",
		"> . 1:4001(4000) ack 1", "< . 1:1(0) ack 4001 win 10000",
		"> . 4001:14001(10000) ack 1 win 62500");
}

TEST(an_old_segment_does_not_move_the_window)
{
	TALK(SERVED, "< P. 1:101(100) ack 1 win 5000", "> . 1:1(0) ack 101", "write 100",
		"> P. 1:101(100) ack 101", "< . 101:101(0) ack 101 win 0", "< P. 1:101(100) ack 101 win 9000",
		"> . 101:101(0) ack 101", "write 1", "+ 200", "> P. 101:102(1) ack 101");
}

/* ---- timestamps ---- */

#define STAMPED                                                                                              \
	"listen", "< S 0:0(0) win 10000 <mss 1012,TS val 100 ecr 0>",                                        \
		"> S. 0:0(0) ack 1 <mss 1000,TS val * ecr 100>",                                             \
		"< . 1:1(0) ack 1 win 10000 <TS val 101 ecr 0>"

TEST(timestamps_are_in_every_segment_and_leave_less_room)
{
	TALK(STAMPED, "write 2000", "> . 1:989(988) ack 1 <TS val * ecr 101>", "> . 989:1977(988) ack 1",
		"> P. 1977:2001(24) ack 1");
}

TEST(the_echo_is_of_the_first_segment_not_yet_acknowledged)
{
	TALK(STAMPED, "< . 1:989(988) ack 1 win 10000 <TS val 200 ecr 0>",
		"< . 989:1977(988) ack 1 win 10000 <TS val 210 ecr 0>",
		"> . 1:1(0) ack 1977 <TS val * ecr 200>",
		"< . 2965:3953(988) ack 1 win 10000 <TS val 300 ecr 0>",
		"> . 1:1(0) ack 1977 <TS val * ecr 200>");
}

TEST(a_segment_from_the_past_is_refused_by_its_timestamp)
{
	TALK(STAMPED, "< P. 1:11(10) ack 1 win 10000 <TS val 99 ecr 0>", "got 0", "> . 1:1(0) ack 1",
		"< P. 1:11(10) ack 1 win 10000 <TS val 101 ecr 0>", "got 10", "> . 1:1(0) ack 11");
}

TEST(a_timestamp_with_an_ack_that_cannot_be_right_does_not_turn_the_clock)
{
	TALK(STAMPED, "< . 1:1(0) ack 9999 win 10000 <TS val 900000 ecr 0>",
		"> . 1:1(0) ack 1 <TS val * ecr 101>", "< P. 1:11(10) ack 1 win 10000 <TS val 102 ecr 0>",
		"got 10", "> . 1:1(0) ack 11 <TS val * ecr 102>");
}

TEST(a_reset_of_ours_has_the_timestamp)
{
	TALK(STAMPED, "abort", "> R. 1:1(0) ack 1 <TS val * ecr 101>", "= CLOSED aborted");
}

TEST(a_segment_without_the_timestamp_agreed_on_is_dropped)
{
	TALK(STAMPED, "< P. 1:11(10) ack 1 win 10000", "got 0");
}

TEST(a_reset_needs_no_timestamp)
{
	TALK(STAMPED, "< R 1:1(0) win 0", "= CLOSED reset");
}

/* ---- keep-alive ---- */

TEST(an_idle_peer_is_asked_and_may_answer)
{
	TALK(TALK_SERVED("keepalive 5000 giveup 8000"), "+ 5002", "> . 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 10000", "+ 5002", "> . 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000",
		"+ 5002", "> . 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000", "+ 4900", "= ESTABLISHED");
}

TEST(an_idle_peer_that_is_gone_is_noticed)
{
	TALK(TALK_SERVED("keepalive 5000 giveup 8000"), "+ 5002", "> . 0:0(0) ack 1", "+ 1001",
		"> . 0:0(0) ack 1", "+ 1001", "> . 0:0(0) ack 1", "+ 1001", "settles", "+ 1001", "settles",
		"+ 1001", "settles", "+ 1001", "settles", "+ 1001", "settles", "+ 1001", "> R. 1:1(0) ack 1",
		"= CLOSED timeout");
}

TEST(probes_come_as_often_and_end_it_after_as_many_as_was_said)
{
	TALK(TALK_SERVED("keepalive 5000 every 1 probes 2"), "+ 5002", "> . 0:0(0) ack 1", "+ 1001",
		"> . 0:0(0) ack 1", "< . 1:1(0) ack 1 win 10000", "+ 5002", "> . 0:0(0) ack 1", "+ 1001",
		"> . 0:0(0) ack 1", "+ 1001", "> R. 1:1(0) ack 1", "= CLOSED timeout");
}

TEST(without_a_scale_reading_opens_nothing_that_can_be_said)
{
	TALK("listen rx 200000", "< S 0:0(0) win 10000 <mss 1000>", "> S. 0:0(0) ack 1 win 65535",
		"< . 1:1(0) ack 1 win 10000", "< P. 1:101(100) ack 1 win 10000",
		"> . 1:1(0) ack 101 win 65535", "take 100", "< P. 101:201(100) ack 1 win 10000",
		"> . 1:1(0) ack 201 win 65535");
}

TEST(a_connection_that_lives_can_be_told_otherwise)
{
	TALK(SERVED, "sleeps", "tune keepalive 5000 every 1 probes 1", "+ 5002", "> . 0:0(0) ack 1", "tune",
		"sleeps", "< . 1:1(0) ack 1 win 10000", "write 10", "> P. 1:11(10) ack 1", "write 10",
		"tune nodelay giveup 500", "> P. 11:21(10) ack 1", "+ 200", "> P. 1:21(20) ack 1", "+ 302",
		"> R. 21:21(0) ack 1", "= CLOSED timeout");
}

TEST(before_its_handshake_a_connection_is_tuned_without_a_timer)
{
	TALK("connect", "> S 0:0(0)", "tune keepalive 5000", "+ 1000", "> S 0:0(0)",
		"< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1", "+ 5002", "> . 0:0(0) ack 1");
}

TEST(a_keepalive_probe_is_answered)
{
	TALK(SERVED, "< . 0:0(0) ack 1 win 10000", "> . 1:1(0) ack 1");
}

TEST(without_keepalive_an_idle_connection_sleeps)
{
	TALK(SERVED, "sleeps");
}

/* ---- for a segment without a connection ---- */

static struct tcp_segment refuse(u8 flags, u32 seq, u32 ack, u32 len, bool *answered)
{
	struct tcp_segment s = {
		.from_port = 7, .to_port = 9, .seq = seq, .ack = ack, .flags = flags, .len = len
	};
	struct tcp_segment out;

	*answered = tcp_refusal(&s, &out);
	return out;
}

TEST(a_syn_to_nobody_is_refused)
{
	bool answered;
	struct tcp_segment s = refuse(TCP_SYN, 0xffffffff, 0, 0, &answered);

	EXPECT(answered);
	EXPECT_EQ(s.flags, TCP_RST | TCP_ACK);
	EXPECT_EQ(s.seq, 0);
	EXPECT_EQ(s.ack, 0);
	EXPECT_EQ(s.from_port, 9);
	EXPECT_EQ(s.to_port, 7);
	s = refuse(TCP_SYN | TCP_FIN, 10, 0, 5, &answered);
	EXPECT_EQ(s.ack, 17);
}

TEST(an_ack_to_nobody_is_refused_at_its_own_number)
{
	bool answered;
	struct tcp_segment s = refuse(TCP_ACK, 10, 77, 5, &answered);

	EXPECT(answered);
	EXPECT_EQ(s.flags, TCP_RST);
	EXPECT_EQ(s.seq, 77);
}

TEST(a_reset_to_nobody_is_not_answered)
{
	bool answered;

	(void)refuse(TCP_RST | TCP_ACK, 10, 77, 0, &answered);
	EXPECT(!answered);
}

/* ---- the interface ---- */

TEST(the_caller_is_told_when_it_breaks_the_rules)
{
	struct tcp_config c = { .rx_bytes = 1000, .tx_bytes = 1000, .mss = 1000 };
	struct tcp t;

	tcp_connect(&t, &c, 1, 0);
	tcp_close(&t);
	tcp_wrote(&t, 1); /* it has ended: no bug, it may not know yet */
	tcp_connect(&t, &c, 1, 0);
	EXPECT_EQ(tcp_unacked(&t), 0);
	tcp_wrote(&t, 5);
	EXPECT_EQ(tcp_unacked(&t), 5);
	t.state = TCP_ESTABLISHED;
	EXPECT_PANIC(tcp_took(&t, 1001));
	tcp_close(&t);
	EXPECT(!tcp_can_write(&t));
	EXPECT_PANIC(tcp_wrote(&t, 1));
	c.rx_bytes = 0;
	EXPECT_PANIC(tcp_connect(&t, &c, 1, 0));
	c.rx_bytes = 1000;
	c.mss = 10;
	EXPECT_PANIC(tcp_connect(&t, &c, 1, 0));
}

TEST(states_and_ends_have_their_names)
{
	EXPECT_VIEW(tcp_state_name(TCP_SYN_SENT), text("SYN-SENT"));
	EXPECT_VIEW(tcp_state_name(TCP_TIME_WAIT), text("TIME-WAIT"));
	EXPECT_VIEW(tcp_end_name(TCP_END_REFUSED), text("refused"));
	EXPECT_VIEW(tcp_end_name(TCP_END_NO_WAY), text("no-way"));
	EXPECT_VIEW(tcp_end_name(TCP_END_NO_NETWORK), text("no-network"));
	EXPECT_VIEW(tcp_end_name(TCP_END_NO_PORT), text("no-port"));
	EXPECT_VIEW(tcp_end_name(TCP_END_NO_PROTOCOL), text("no-protocol"));
	EXPECT_VIEW(tcp_end_name(TCP_END_FORBIDDEN), text("forbidden"));
}

TEST(an_idle_connection_is_small)
{
	EXPECT(sizeof(struct tcp) <= 344);
}

TEST(a_copy_is_a_snapshot)
{
	struct tcp_config c = { .rx_bytes = 1000, .tx_bytes = 1000, .mss = 1000 };
	struct tcp t, before;
	struct tcp_out a, b;

	tcp_connect(&t, &c, 1, 0);
	before = t;
	EXPECT(tcp_send(&t, 0, 0, &a));
	t = before;
	EXPECT(tcp_send(&t, 0, 0, &b));
	EXPECT_EQ(memcmp(&a.s, &b.s, sizeof a.s), 0);
}
