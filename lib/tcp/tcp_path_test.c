/* tcp_path_test.c - what ICMP errors do to a connection: path MTUs (RFC 1191, RFC 8201), and the rest (RFC 5927). */
#include "lib/tcp/tcp_test.h"

#define OPENED "connect", "> S 0:0(0) <mss 1000,sackOK,TS val * ecr 0,wscale 0>"
#define SERVED(options)                                                                                      \
	"listen " options, "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1 <mss 1000>",                \
		"< . 1:1(0) ack 1 win 60000", "= ESTABLISHED"

/* ---- path MTU ---- */

TEST(a_smaller_path_lowers_segments_at_once_and_what_was_too_big_goes_again)
{
	TALK(SERVED(""), "write 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1", "path 600",
		"> . 1:601(600) ack 1", "> . 601:1201(600) ack 1", "> . 1201:1801(600) ack 1",
		"> P. 1801:2001(200) ack 1", "< . 1:1(0) ack 2001 win 60000", "acked 2000", "sleeps");
}

TEST(a_smaller_path_is_no_congestion)
{
	/* Ten segments are the initial window: as many bytes go after the report. */
	TALK(SERVED("rx 60000 most 10000"), "write 20000", "> . 1:10001(10000) ack 1", "path 500",
		"> . 1:10001(10000) ack 1", "< . 1:1(0) ack 10001 win 60000", "> P. 10001:20001(10000) ack 1",
		"< . 1:1(0) ack 20001 win 60000");
}

TEST(the_same_report_again_sends_nothing_again)
{
	TALK(SERVED(""), "write 1000", "> P. 1:1001(1000) ack 1", "path 600", "> . 1:601(600) ack 1",
		"> P. 601:1001(400) ack 1", "path 600", "< . 1:1(0) ack 1001 win 60000", "sleeps");
}

TEST(what_the_peer_has_already_is_not_sent_in_smaller_segments)
{
	TALK("listen", "< S 0:0(0) win 60000 <mss 1000,sackOK>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 3000", "> . 1:1001(1000) ack 1",
		"> . 1001:2001(1000) ack 1", "> P. 2001:3001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:2001>", "path 600", "> . 1:601(600) ack 1",
		"> . 601:1001(400) ack 1", "> . 2001:2601(600) ack 1", "> P. 2601:3001(400) ack 1");
}

TEST(duplicates_after_a_smaller_path_are_no_loss)
{
	TALK(SERVED(""), "write 2000", "> . 1:1001(1000) ack 1", "> P. 1001:2001(1000) ack 1", "path 600",
		"settles", "< . 1:1(0) ack 1 win 60000", "< . 1:1(0) ack 1 win 60000",
		"< . 1:1(0) ack 1 win 60000", "< . 1:1(0) ack 1 win 60000", "< . 1:1(0) ack 2001 win 60000");
}

TEST(a_smaller_path_with_nothing_in_flight_only_lowers)
{
	TALK(SERVED(""), "path 600", "write 1000", "> . 1:601(600) ack 1", "> P. 601:1001(400) ack 1");
}

TEST(the_fin_goes_again_behind_smaller_segments)
{
	TALK(SERVED(""), "write 1000", "close", "> FP. 1:1001(1000) ack 1", "path 600",
		"> . 1:601(600) ack 1", "> FP. 601:1001(400) ack 1", "< . 1:1(0) ack 1002 win 60000",
		"= FIN-WAIT-2");
}

TEST(a_lost_segment_of_a_smaller_path_is_sent_again_in_time)
{
	TALK(SERVED(""), "write 600", "> P. 1:601(600) ack 1", "path 300", "> . 1:301(300) ack 1",
		"> P. 301:601(300) ack 1", "+ 200", "settles", "< . 1:1(0) ack 601 win 60000", "sleeps");
}

TEST(a_new_connection_begins_with_what_the_path_takes_and_announces_what_the_link_does)
{
	TALK("connect path 600", "> S 0:0(0) <mss 1000,sackOK,TS val * ecr 0,wscale 0>",
		"< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1", "write 1000",
		"> . 1:601(600) ack 1", "> P. 601:1001(400) ack 1");
	TALK("listen path 600", "< S 0:0(0) win 10000 <mss 800,TS val 1 ecr 0>",
		"> S. 0:0(0) ack 1 <mss 1000,TS val * ecr 1>", "< . 1:1(0) ack 1 win 10000 <TS val 1 ecr 0>",
		"write 600", "> . 1:589(588) ack 1", "> P. 589:601(12) ack 1");
}

TEST(a_path_that_grows_again_is_used_up_to_what_the_peer_takes)
{
	TALK(SERVED("path 600"), "path 2000", "write 1000", "> P. 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1001 win 60000", "path 700", "write 1000", "> . 1001:1701(700) ack 1",
		"> P. 1701:2001(300) ack 1", "path 1000");
}

TEST(a_report_in_syn_sent_counts_for_what_follows)
{
	TALK(OPENED, "path 600", "< S. 0:0(0) ack 1 win 10000 <mss 1000>", "> . 1:1(0) ack 1", "write 700",
		"> . 1:601(600) ack 1", "> P. 601:701(100) ack 1");
}

TEST(no_report_makes_segments_ridiculous)
{
	TALK(SERVED(""), "path 1", "write 64", "> P. 1:65(64) ack 1");
}

TEST(a_shut_window_is_probed_whatever_the_path_takes)
{
	TALK("listen", "< S 0:0(0) win 500 <mss 1000>", "> S. 0:0(0) ack 1", "< . 1:1(0) ack 1 win 500",
		"write 1000", "> . 1:501(500) ack 1", "< . 1:1(0) ack 501 win 0", "path 300", "+ 200",
		"> . 501:502(1) ack 1", "< . 1:1(0) ack 501 win 1000", "> . 501:801(300) ack 1",
		"> P. 801:1001(200) ack 1");
}

TEST(what_is_in_flight_is_from_the_first_unacknowledged_byte_to_the_last_sent)
{
	struct tcp t;
	struct tcp_config c = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1000 };
	struct tcp_out out;

	tcp_connect(&t, &c, 0xffffffffu, NS_PER_S);
	EXPECT(!tcp_in_flight(&t, 0xffffffffu));
	EXPECT(tcp_send(&t, NS_PER_S, 0, &out));
	EXPECT(tcp_in_flight(&t, 0xffffffffu));
	EXPECT(!tcp_in_flight(&t, 0) && !tcp_in_flight(&t, 0xfffffffeu));
}

TEST(only_a_path_that_takes_less_than_the_peer_may_grow)
{
	struct tcp t;
	struct tcp_config c = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1000 };
	struct tcp_segment syn = { .flags = TCP_SYN,
		.window = 1000,
		.opt = { .has = TCP_HAS_MSS | TCP_HAS_TIMESTAMP, .mss = 900 } };
	struct tcp_segment ack = {
		.flags = TCP_ACK, .seq = 1, .ack = 1, .window = 1000, .opt = { .has = TCP_HAS_TIMESTAMP }
	};
	struct tcp_out out;

	tcp_accept(&t, &c, &syn, 0, NS_PER_S);
	EXPECT(tcp_send(&t, NS_PER_S, 0, &out));
	EXPECT(tcp_arrive(&t, &ack, NS_PER_S).connected);
	EXPECT(!tcp_path_is_less(&t));
	tcp_path(&t, 899);
	EXPECT(tcp_path_is_less(&t));
	tcp_path(&t, 900);
	EXPECT(!tcp_path_is_less(&t));
}

TEST(three_timeouts_of_a_full_segment_are_a_hole_in_the_path)
{
	TALK("listen mss 1460 rx 60000", "< S 0:0(0) win 60000 <mss 1460>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 1460", "> P. 1:1461(1460) ack 1", "+ 200",
		"> P. 1:1461(1460) ack 1", "+ 400", "> P. 1:1461(1460) ack 1", "+ 800",
		"> . 1:1221(1220) ack 1", "< . 1:1(0) ack 1221 win 60000", "> P. 1221:1461(240) ack 1",
		"< . 1:1(0) ack 1461 win 60000", "sleeps");
}

TEST(a_hole_that_swallows_even_those_leaves_what_ipv4_has_everywhere)
{
	TALK("listen mss 1460 rx 60000", "< S 0:0(0) win 60000 <mss 1460>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 1460", "> P. 1:1461(1460) ack 1", "+ 200", "settles",
		"+ 400", "settles", "+ 800", "> . 1:1221(1220) ack 1", "+ 1600", "> . 1:1221(1220) ack 1",
		"+ 3200", "> . 1:1221(1220) ack 1", "+ 6400", "> . 1:513(512) ack 1",
		"< . 1:1(0) ack 513 win 60000", "settles");
}

TEST(timeouts_of_a_small_segment_say_nothing_of_the_path)
{
	TALK("listen mss 1460 rx 60000", "< S 0:0(0) win 60000 <mss 1460>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 1000", "> P. 1:1001(1000) ack 1", "+ 200", "settles",
		"+ 400", "settles", "+ 800", "settles", "+ 1600", "> P. 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1001 win 60000", "write 1460", "> P. 1001:2461(1460) ack 1",
		"< . 1:1(0) ack 2461 win 60000");
}

TEST(a_peer_with_a_shut_window_is_starving_us_after_a_minute_and_not_before)
{
	struct tcp t;
	struct tcp_config c = { .rx_bytes = 10000, .tx_bytes = 10000, .mss = 1000 };
	struct tcp_segment s = { .flags = TCP_SYN, .window = 0 };
	struct tcp_out out;
	u64 now = NS_PER_S;

	tcp_accept(&t, &c, &s, 0, now);
	EXPECT(tcp_send(&t, now, 0, &out));
	s = (struct tcp_segment){ .flags = TCP_ACK, .seq = 1, .ack = 1 };
	EXPECT(tcp_arrive(&t, &s, now).connected);
	tcp_wrote(&t, 100);
	while (now < 20 * NS_PER_S) {
		while (tcp_send(&t, now, 0, &out))
			(void)tcp_arrive(&t, &s, now);
		EXPECT(!tcp_is_starved(&t));
		now = tcp_deadline(&t);
		tcp_expire(&t, now);
	}
	while (now < 120 * NS_PER_S) {
		while (tcp_send(&t, now, 0, &out))
			(void)tcp_arrive(&t, &s, now);
		now = tcp_deadline(&t);
		tcp_expire(&t, now);
	}
	EXPECT(tcp_is_starved(&t));
	EXPECT_EQ(tcp_state(&t), TCP_ESTABLISHED);
	s.window = 1000;
	(void)tcp_arrive(&t, &s, now);
	EXPECT(!tcp_is_starved(&t));
}

/* ---- nobody there, no way there (RFC 5927, RFC 1122 4.2.3.9) ---- */

TEST(nobody_there_ends_a_connection_that_is_being_opened)
{
	TALK(OPENED, "no-port", "= CLOSED no-port", "sleeps");
	TALK(OPENED, "no-network", "= SYN-SENT none", "forbidden", "= CLOSED forbidden", "no-port",
		"= CLOSED forbidden", "sleeps");
}

TEST(no_way_there_does_not_end_a_connection_that_is_being_opened)
{
	TALK(OPENED, "no-way", "= SYN-SENT", "+ 1000", "> S 0:0(0)", "< S. 0:0(0) ack 1 win 10000 <mss 1000>",
		"> . 1:1(0) ack 1", "= ESTABLISHED");
}

TEST(no_error_ends_an_established_connection)
{
	TALK(SERVED(""), "write 10", "> P. 1:11(10) ack 1", "no-port", "no-way", "= ESTABLISHED none",
		"< . 1:1(0) ack 11 win 60000", "= ESTABLISHED none", "sleeps");
	TALK("listen", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1", "no-port", "= SYN-RECEIVED",
		"< . 1:1(0) ack 1 win 60000", "= ESTABLISHED none");
}

TEST(an_opening_that_times_out_says_that_there_was_no_way)
{
	TALK("connect giveup 2500", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "no-way", "+ 2000",
		"= CLOSED no-way");
	TALK("connect giveup 2500", "> S 0:0(0)", "no-way", "+ 1000", "> S 0:0(0)", "no-network", "+ 2000",
		"= CLOSED no-network"); /* what was said last */
}

TEST(a_timeout_during_which_the_network_said_why_gives_that_as_reason)
{
	TALK(SERVED("giveup 1000"), "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1",
		"no-way", "+ 400", "> P. 1:11(10) ack 1", "+ 402", "> R. 11:11(0) ack 1", "= CLOSED no-way");
	TALK(SERVED("giveup 1000"), "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1",
		"no-port", "+ 400", "> P. 1:11(10) ack 1", "+ 402", "> R. 11:11(0) ack 1",
		"= CLOSED no-port");
	TALK(SERVED("giveup 1000"), "write 10", "> P. 1:11(10) ack 1", "+ 200", "> P. 1:11(10) ack 1",
		"+ 400", "> P. 1:11(10) ack 1", "+ 402", "> R. 11:11(0) ack 1", "= CLOSED timeout");
}

TEST(an_old_trouble_is_not_the_reason_of_a_later_timeout)
{
	TALK(SERVED("giveup 500"), "write 10", "> P. 1:11(10) ack 1", "no-way", "< . 1:1(0) ack 11 win 60000",
		"write 10", "> P. 11:21(10) ack 1", "+ 200", "> P. 11:21(10) ack 1", "+ 302",
		"> R. 21:21(0) ack 1", "= CLOSED timeout");
}
