/* tcp_ecn_test.c - marks of the path in conversation (RFC 3168). See tcp_test.h. */
#include "lib/tcp/tcp_test.h"

#define ASKED                                                                                                \
	"listen nodelay newreno", "< SEW 0:0(0) win 60000 <mss 1000>", "> S.E 0:0(0) ack 1",                 \
		"< . 1:1(0) ack 1 win 60000", "most 60000"

/* ---- agreeing (6.1.1) ---- */

TEST(a_peer_that_asks_gets_it)
{
	TALK(ASKED, "write 1000", "> [ect0] P. 1:1001(1000) ack 1");
}

TEST(a_peer_that_does_not_ask_does_not)
{
	TALK("listen nodelay", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "write 1000", "> P. 1:1001(1000) ack 1");
	TALK("listen nodelay", "< SE 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1");
	TALK("listen nodelay noecn", "< SEW 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1");
}

TEST(we_ask_when_told_to_and_take_the_answer)
{
	TALK("connect ecn nodelay", "> SEW 0:0(0)", "< S.E 0:0(0) ack 1 win 60000 <mss 1000>",
		"> . 1:1(0) ack 1", "write 1000", "> [ect0] P. 1:1001(1000) ack 1");
	TALK("connect ecn nodelay", "> SEW 0:0(0)", "< S. 0:0(0) ack 1 win 60000 <mss 1000>",
		"> . 1:1(0) ack 1", "write 1000", "> P. 1:1001(1000) ack 1");
	TALK("connect nodelay", "> S 0:0(0)");
}

TEST(an_answer_that_only_repeats_the_flags_is_none)
{
	TALK("connect ecn nodelay", "> SEW 0:0(0)", "< S.EW 0:0(0) ack 1 win 60000 <mss 1000>",
		"> . 1:1(0) ack 1", "write 1000", "> P. 1:1001(1000) ack 1");
}

TEST(a_syn_that_was_lost_is_sent_without_asking)
{
	TALK("connect ecn nodelay", "> SEW 0:0(0)", "+ 1000", "> S 0:0(0)",
		"< S.E 0:0(0) ack 1 win 60000 <mss 1000>", "> . 1:1(0) ack 1", "write 1000",
		"> P. 1:1001(1000) ack 1");
}

/* ---- which segments (6.1.2, 6.1.4 to 6.1.6) ---- */

TEST(neither_acknowledgements_nor_repetitions_may_be_marked)
{
	TALK(ASKED, "< P. 1:101(100) ack 1 win 60000", "> . 1:1(0) ack 101", "write 1000",
		"> [ect0] P. 1:1001(1000) ack 101", "+ 200", "> P. 1:1001(1000) ack 101");
}

/* ---- the receiver (6.1.3) ---- */

TEST(a_mark_is_told_until_the_peer_answers)
{
	TALK(ASKED, "< [ce] P. 1:101(100) ack 1 win 60000", "> .E 1:1(0) ack 101",
		"< [ect0] P. 101:201(100) ack 1 win 60000", "> .E 1:1(0) ack 201", "write 10",
		"> [ect0] P.E 1:11(10) ack 201", "< [ect0] P.W 201:301(100) ack 11 win 60000",
		"> . 11:11(0) ack 301");
}

TEST(an_answer_that_is_marked_itself_is_told_too)
{
	TALK(ASKED, "< [ce] P. 1:101(100) ack 1 win 60000", "> .E 1:1(0) ack 101",
		"< [ce] P.W 101:201(100) ack 1 win 60000", "> .E 1:1(0) ack 201");
}

TEST(who_did_not_agree_hears_nothing_of_marks)
{
	TALK("listen nodelay", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "< [ce] P. 1:101(100) ack 1 win 60000", "> . 1:1(0) ack 101");
}

/* It may have a window of one segment by now. */
TEST(who_has_halved_its_window_is_answered_at_once)
{
	TALK(ASKED, "< [ect0] . 1:1001(1000) ack 1 win 60000", "+ 40", "> . 1:1(0) ack 1001",
		"< [ect0] .W 1001:2001(1000) ack 1 win 60000", "> . 1:1(0) ack 2001");
}

/* ---- the sender (6.1.2) ---- */

TEST(a_told_mark_halves_the_window_once_a_round_trip)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< .E 1:1(0) ack 2001 win 60000",
		"phase reduced", "cwnd 5000", "ssthresh 5000", "< .E 1:1(0) ack 4001 win 60000", "cwnd 5000",
		"write 8000", "< .E 1:1(0) ack 6001 win 60000", "> [ect0] .W 10001:11001(1000) ack 1",
		"< .E 1:1(0) ack 10001 win 60000", "cwnd 5000", /* it has not seen our CWR */
		"> [ect0] . 11001:15001(4000) ack 1", "< . 1:1(0) ack 11001 win 60000",
		"phase congestion avoidance", "> [ect0] . 15001:16001(1000) ack 1");
}

TEST(the_next_round_trip_may_be_told_of_again)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< .E 1:1(0) ack 10001 win 60000",
		"cwnd 5000", "write 5000", "> [ect0] .W 10001:11001(1000) ack 1",
		"> [ect0] P. 11001:15001(4000) ack 1", "< .E 1:1(0) ack 15001 win 60000", "cwnd 2500");
}

TEST(however_often_the_path_marks_two_segments_are_left)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< .E 1:1(0) ack 10001 win 60000",
		"cwnd 5000", "write 5000", "> [ect0] .W 10001:11001(1000) ack 1",
		"> [ect0] P. 11001:15001(4000) ack 1", "< .E 1:1(0) ack 15001 win 60000", "cwnd 2500",
		"write 2000", "> [ect0] .W 15001:16001(1000) ack 1", "> [ect0] P. 16001:17001(1000) ack 1",
		"< .E 1:1(0) ack 17001 win 60000", "cwnd 2000", "write 2000",
		"> [ect0] .W 17001:18001(1000) ack 1", "> [ect0] P. 18001:19001(1000) ack 1",
		"< .E 1:1(0) ack 19001 win 60000", "cwnd 2000", "write 1000",
		"> [ect0] P.W 19001:20001(1000) ack 1");
}

TEST(the_window_of_one_segment_that_a_timeout_leaves_is_of_what_cannot_be_marked)
{
	TALK(ASKED, "write 3000", "> [ect0] P. 1:3001(3000) ack 1", "+ 200", "> . 1:1001(1000) ack 1",
		"cwnd 1000", "< .E 1:1(0) ack 1001 win 60000", "cwnd 2000", "> P. 1001:3001(2000) ack 1");
}

TEST(a_peer_that_repeats_itself_while_nothing_is_in_flight_changes_nothing)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< .E 1:1(0) ack 10001 win 60000",
		"cwnd 5000", "< P.E 1:101(100) ack 10001 win 60000", "> . 10001:10001(0) ack 101",
		"< P.E 101:201(100) ack 10001 win 60000", "> . 10001:10001(0) ack 201", "cwnd 5000");
}

TEST(a_loss_in_the_same_round_trip_reduces_no_further)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< .E 1:1(0) ack 2001 win 60000",
		"cwnd 5000", "< .E 1:1(0) ack 2001 win 60000", "< .E 1:1(0) ack 2001 win 60000",
		"< .E 1:1(0) ack 2001 win 60000", "> . 2001:3001(1000) ack 1", "ssthresh 5000",
		"phase recovery", "< . 1:1(0) ack 10001 win 60000");
}

TEST(a_loss_is_answered_with_cwr_too)
{
	TALK(ASKED, "write 10000", "> [ect0] P. 1:10001(10000) ack 1", "< . 1:1(0) ack 1 win 60000",
		"< . 1:1(0) ack 1 win 60000", "< . 1:1(0) ack 1 win 60000", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 10001 win 60000", "write 2000", "> [ect0] .W 10001:11001(1000) ack 1",
		"> [ect0] P. 11001:12001(1000) ack 1");
}
