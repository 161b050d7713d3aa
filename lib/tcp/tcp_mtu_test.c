/* tcp_mtu_test.c - the search for what a path takes: RFC 4821, RFC 8899. */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_test.h"

/* The path was known to take 1,220 bytes, and is not any more. */
#define SERVED                                                                                               \
	"listen mss 1460 rx 60000 most 60000", "< S 0:0(0) win 60000 <mss 1460,sackOK>",                     \
		"> S. 0:0(0) ack 1 <mss 1460,sackOK>", "< . 1:1(0) ack 1 win 60000", "path 1220"
#define SEARCHING SERVED, "path 1460"
#define PROBED    SEARCHING, "write 20000", "> . 1:1461(1460) ack 1", "> . 1461:13661(12200) ack 1"

/* Established over a path of 100 ms. */
#define SLOW(options)                                                                                        \
	"listen mss 1460 rx 60000 most 60000 " options, "< S 0:0(0) win 60000 <mss 1460,sackOK>",            \
		"> S. 0:0(0) ack 1 <mss 1460,sackOK>", "+ 100", "< . 1:1(0) ack 1 win 60000"

/* ---- when a probe is sent ---- */

TEST(where_more_may_pass_one_segment_of_new_data_finds_out)
{
	TALK(PROBED, "mss 1220", "< . 1:1(0) ack 1461 win 60000", "mss 1460", "> . 13661:16581(2920) ack 1",
		"< . 1:1(0) ack 16581 win 60000", "> P. 16581:20001(3420) ack 1",
		"< . 1:1(0) ack 20001 win 60000", "sleeps");
}

TEST(a_path_that_is_not_said_to_take_more_is_not_probed)
{
	TALK(SERVED, "write 20000", "> . 1:13421(13420) ack 1", "< . 1:1(0) ack 13421 win 60000",
		"> P. 13421:20001(6580) ack 1", "< . 1:1(0) ack 20001 win 60000");
}

TEST(without_sack_larger_segments_are_the_probe)
{
	TALK("listen mss 1460 rx 60000 most 60000", "< S 0:0(0) win 60000 <mss 1460>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "path 1220", "path 1460", "mss 1460");
}

TEST(a_probe_waits_for_enough_data)
{
	TALK(SEARCHING, "write 2679", "> P. 1:2680(2679) ack 1", "< . 1:1(0) ack 2680 win 60000",
		"write 2680", "> . 2680:4140(1460) ack 1", "> P. 4140:5360(1220) ack 1",
		"< . 1:1(0) ack 5360 win 60000", "mss 1460");
}

TEST(a_probe_waits_for_enough_of_the_peers_window)
{
	TALK("listen mss 1460 rx 60000 most 60000", "< S 0:0(0) win 2679 <mss 1460,sackOK>",
		"> S. 0:0(0) ack 1 <mss 1460,sackOK>", "< . 1:1(0) ack 1 win 2679", "path 1220", "path 1460",
		"write 20000", "> . 1:2441(2440) ack 1", "< . 1:1(0) ack 2441 win 2680",
		"> . 2441:3901(1460) ack 1", "> . 3901:5121(1220) ack 1");
}

TEST(a_probe_waits_until_nothing_is_missing)
{
	TALK(SERVED, "write 6100", "> P. 1:6101(6100) ack 1", "< . 1:1(0) ack 1 win 60000 <sack 1221:2441>",
		"path 1460", "write 6000", "> P. 6101:12101(6000) ack 1", "< . 1:1(0) ack 12101 win 60000",
		"write 4000", "> . 12101:13561(1460) ack 1", "> P. 13561:16101(2540) ack 1");
}

TEST(a_probe_waits_for_room_in_the_congestion_window_and_nothing_else_takes_it)
{
	TALK("listen mss 4000 rx 60000 most 60000", "< S 0:0(0) win 60000 <mss 4000,sackOK>",
		"> S. 0:0(0) ack 1 <mss 4000,sackOK>", "< . 1:1(0) ack 1 win 60000", "path 1220",
		"write 50000", "> . 1:13421(13420) ack 1", "path 4000", "< . 1:1(0) ack 1221 win 60000",
		"cwnd 15820", "< . 1:1(0) ack 2441 win 60000", "> . 13421:17421(4000) ack 1",
		"> . 17421:18641(1220) ack 1");
}

TEST(after_a_pause_the_window_is_known_anew_before_it_is_probed)
{
	TALK(SERVED, "write 20000", "settles", "< . 1:1(0) ack 13421 win 60000", "settles",
		"< . 1:1(0) ack 20001 win 60000", "+ 5000", "path 1460", "write 20000",
		"> . 20001:32201(12200) ack 1", "cwnd 12200", "< . 1:1(0) ack 32201 win 60000",
		"> . 32201:33661(1460) ack 1", "> P. 33661:40001(6340) ack 1");
}

TEST(a_probe_has_its_room_for_timestamps_too)
{
	TALK("listen mss 1460 rx 60000 most 60000 path 1220",
		"< S 0:0(0) win 60000 <mss 1460,sackOK,TS val 1 ecr 0>",
		"> S. 0:0(0) ack 1 <mss 1460,sackOK,TS val * ecr 1>",
		"< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 0>", "path 1460", "write 20000",
		"> . 1:1449(1448) ack 1", "> . 1449:11113(9664) ack 1",
		"< . 1:1(0) ack 1449 win 60000 <TS val 1 ecr 0>", "mss 1448", "settles");
}

TEST(a_probe_is_paced_like_all_else)
{
	TALK(SLOW("pace"), "path 1220", "path 1460", "write 20000", "> . 1:1461(1460) ack 1", "+ 9",
		"> . 1461:3901(2440) ack 1", "+ 9", "settles");
}

/* ---- what comes of it ---- */

TEST(a_probe_lost_alone_goes_again_in_small_segments_and_the_window_stays)
{
	TALK(PROBED, "cwnd 14600", "< . 1:1(0) ack 1 win 60000 <sack 1461:5121>", "> . 1:1221(1220) ack 1",
		"> . 1221:1461(240) ack 1", "cwnd 14600", "phase slow start", "> . 13661:17321(3660) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1461:13661>", "settles", "phase slow start", "mss 1220",
		"cwnd 14600");
}

TEST(what_failed_is_the_bound_of_the_next_probe)
{
	TALK(PROBED, "write 60000", "< . 1:1(0) ack 1 win 60000 <sack 1461:5121>", "> . 1:1221(1220) ack 1",
		"> . 1221:1461(240) ack 1", "> . 13661:17321(3660) ack 1", "< . 1:1(0) ack 17321 win 60000",
		"> . 17321:18681(1360) ack 1", "settles", "< . 1:1(0) ack 18681 win 60000", "mss 1360",
		"settles");
}

#define ONE_BEHIND                                                                                           \
	SLOW(""), "path 1220", "path 1460", "write 2680", "> . 1:1461(1460) ack 1",                          \
		"> P. 1461:2681(1220) ack 1", "+ 100", "< . 1:1(0) ack 1 win 60000 <sack 1461:2681>"

TEST(a_single_segment_behind_a_lost_probe_tells_of_it_when_the_reordering_window_is_over)
{
	TALK(ONE_BEHIND, "+ 25", "> . 1:1221(1220) ack 1", "> . 1221:1461(240) ack 1", "cwnd 14600",
		"< . 1:1(0) ack 2681 win 60000", "sleeps", "mss 1220");
}

TEST(a_probe_that_only_came_late_has_come)
{
	TALK(ONE_BEHIND, "< . 1:1(0) ack 2681 win 60000", "mss 1460", "sleeps");
}

TEST(a_probe_that_came_very_late_has_not)
{
	TALK(ONE_BEHIND, "+ 25", "settles", "< . 1:1(0) ack 2681 win 60000", "mss 1220",
		"< . 1:1(0) ack 2681 win 60000 <sack 1:1221>", "sleeps");
}

TEST(a_loss_beside_others_is_congestion_and_says_nothing_of_the_size)
{
	TALK(PROBED, "< . 1:1(0) ack 1 win 60000 <sack 1461:2681,sack 3901:8781>", "phase recovery",
		"settles", "< . 1:1(0) ack 13661 win 60000", "phase congestion avoidance", "write 20000",
		"> . 14881:16341(1460) ack 1", "settles");
}

TEST(another_loss_after_the_probes_is_congestion)
{
	TALK(PROBED, "< . 1:1(0) ack 1 win 60000 <sack 1461:5121>", "> . 1:1221(1220) ack 1",
		"> . 1221:1461(240) ack 1", "settles", "phase slow start",
		"< . 1:1(0) ack 1461 win 60000 <sack 1461:5121,sack 6341:13661>", "settles",
		"< . 1:1(0) ack 5121 win 60000 <sack 6341:13661>", "phase recovery", "settles");
}

TEST(what_was_lost_again_in_small_segments_is_congestion)
{
	TALK(PROBED, "write 20000", "< . 1:1(0) ack 1 win 60000 <sack 1461:13661>", "> . 1:1221(1220) ack 1",
		"> . 1221:1461(240) ack 1", "phase slow start", "settles",
		"< . 1:1(0) ack 1 win 60000 <sack 1461:17321>", "phase recovery", "> . 1:1221(1220) ack 1",
		"settles");
}

TEST(a_timeout_says_nothing_of_the_size)
{
	TALK(PROBED, "+ 11", "> . 13661:14881(1220) ack 1", "+ 201", "> . 1:1221(1220) ack 1",
		"< . 1:1(0) ack 14881 win 60000", "mss 1220", "settles");
}

TEST(a_report_ends_the_search)
{
	TALK(PROBED, "path 600", "> . 1:14401(14400) ack 1", "< . 1:1(0) ack 14401 win 60000", "mss 600",
		"write 20000", "> . 14401:33601(19200) ack 1", "settles");
}

/* ---- peers that do what they should not ---- */

TEST(acknowledgements_in_the_middle_of_a_probe_do_not_end_it)
{
	TALK(PROBED, "< . 1:1(0) ack 700 win 60000", "mss 1220", "settles", "< . 1:1(0) ack 1460 win 60000",
		"mss 1220", "settles", "< . 1:1(0) ack 1461 win 60000", "mss 1460", "settles");
}

TEST(reports_of_the_middle_of_a_probe_are_no_loss_of_it_alone)
{
	TALK(PROBED, "< . 1:1(0) ack 1 win 60000 <sack 700:8781>", "phase recovery", "> . 1:700(699) ack 1",
		"settles", "< . 1:1(0) ack 13661 win 60000", "mss 1220", "settles");
}

TEST(a_peer_that_takes_back_what_it_reported_gets_it_again)
{
	TALK(PROBED, "< . 1:1(0) ack 1 win 60000 <sack 1461:13661>", "> . 1:1221(1220) ack 1",
		"> . 1221:1461(240) ack 1", "settles", "< . 1:1(0) ack 1461 win 60000", "+ 11", "settles",
		"+ 201", "> . 1461:2681(1220) ack 1", "< . 1:1(0) ack 20001 win 60000", "sleeps");
}

/* ---- black holes ---- */

#define HOLE                                                                                                 \
	"listen mss 1460 rx 60000", "< S 0:0(0) win 60000 <mss 1460,sackOK>", "> S. 0:0(0) ack 1",           \
		"< . 1:1(0) ack 1 win 60000", "write 1460", "> P. 1:1461(1460) ack 1", "+ 200",              \
		"> P. 1:1461(1460) ack 1", "+ 400", "> P. 1:1461(1460) ack 1", "+ 800",                      \
		"> . 1:1221(1220) ack 1"

TEST(a_peer_that_is_gone_is_sent_no_probe)
{
	TALK(HOLE, "write 50000", "+ 1600", "> . 1:1221(1220) ack 1", "+ 3200", "> . 1:1221(1220) ack 1",
		"+ 6400", "> . 1:513(512) ack 1", "+ 12800", "> . 1:513(512) ack 1", "+ 25600",
		"> . 1:513(512) ack 1", "+ 51200", "> R. 1461:1461(0) ack 1", "= CLOSED timeout");
}

TEST(a_path_that_was_dead_for_a_while_is_probed_with_what_it_took_before)
{
	TALK(HOLE, "write 50000", "most 60000", "< . 1:1(0) ack 1221 win 60000", "> . 1221:3661(2440) ack 1",
		"< . 1:1(0) ack 3661 win 60000", "> . 3661:8541(4880) ack 1", "+ 10",
		"< . 1:1(0) ack 8541 win 60000", "> . 8541:14641(6100) ack 1",
		"< . 1:1(0) ack 14641 win 60000", "> . 14641:16101(1460) ack 1",
		"> . 16101:20981(4880) ack 1", "< . 1:1(0) ack 16101 win 60000", "mss 1460", "settles");
}

/* ---- whole searches: two ends, and a path between them that tells nobody what it swallows ---- */

struct packet {
	u64 at;
	struct tcp_segment s;
};

static struct way {
	struct tcp end[2];
	u64 now;
	u32 takes;                      /* payload and options, from 0 to 1 */
	u32 written, arrived, probes;   /* bytes; probes lost */
	struct packet packets[2][1024]; /* to 0, to 1: rings */
	u32 first[2], used[2];
	u16 told; /* by the last tcp_arrival.path */
} way;

static void leave(u32 to, const struct tcp_out *out)
{
	u32 at = (way.first[to] + way.used[to]) % 1024u;
	u32 options = (out->s.opt.has & TCP_HAS_TIMESTAMP) != 0 ? 12u : 0;

	if (to == 1 && out->s.len > 0 && out->s.len + options > way.takes) {
		way.probes += out->mss > way.end[0].mss;
		return;
	}
	EXPECT(way.used[to] < 1024);
	if (way.used[to] == 1024)
		return;
	way.packets[to][at] = (struct packet){ way.now + 10 * NS_PER_MS, out->s };
	way.used[to] += 1;
}

static void settle_both(void)
{
	struct tcp_out out;

	for (u32 i = 0; i < 2; i += 1) {
		struct tcp *t = &way.end[i];

		if (i == 0 && tcp_state(t) == TCP_ESTABLISHED && tcp_unacked(t) < 30000) {
			tcp_wrote(t, 30000);
			way.written += 30000;
		}
		while (tcp_send(t, way.now, 0, &out))
			leave(1 - i, &out);
	}
}

static void arrives(u32 to)
{
	struct packet *p = &way.packets[to][way.first[to]];
	struct tcp_arrival a;

	way.first[to] = (way.first[to] + 1u) % 1024u;
	way.used[to] -= 1;
	a = tcp_arrive(&way.end[to], &p->s, way.now);
	tcp_took(&way.end[to], a.ready);
	if (to == 1)
		way.arrived += a.ready;
	else if (a.path != 0)
		way.told = a.path;
}

/* The next thing that happens, until `until`. */
static void run(u64 until)
{
	while (way.now < until) {
		u64 next = until;

		for (u32 i = 0; i < 2; i += 1) {
			u64 packet = way.used[i] > 0 ? way.packets[i][way.first[i]].at : TIME_NEVER;
			u64 due = tcp_deadline(&way.end[i]);

			next = packet < next ? packet : next;
			next = due < next ? due : next;
		}
		way.now = next > way.now ? next : way.now;
		for (u32 i = 0; i < 2; i += 1) {
			if (tcp_deadline(&way.end[i]) <= way.now)
				tcp_expire(&way.end[i], way.now);
			while (way.used[i] > 0 && way.packets[i][way.first[i]].at <= way.now)
				arrives(i);
		}
		settle_both();
	}
}

static void open_way(u16 mss, u32 takes)
{
	struct tcp_config c = { .rx_bytes = 100000, .tx_bytes = 1u << 20, .mss = mss };
	struct tcp_segment syn;
	struct tcp_out out;

	memset(&way, 0, sizeof way);
	way.now = NS_PER_S;
	way.takes = takes;
	tcp_connect(&way.end[0], &c, TALK_OURS, way.now);
	EXPECT(tcp_send(&way.end[0], way.now, 0, &out));
	syn = out.s;
	tcp_accept(&way.end[1], &c, &syn, TALK_THEIRS, way.now);
	settle_both();
}

TEST(a_search_ends_near_what_passes_and_below_it)
{
	for (u32 takes = 560; takes <= 1460; takes += 9) {
		open_way(1460, takes);
		run(30 * NS_PER_S);
		u32 found = tcp_path_takes(&way.end[0]);

		EXPECT(found <= takes && found + 32 > takes);
		EXPECT(takes >= 1460 || tcp_path_is_found(&way.end[0]));
		EXPECT(way.probes <= 6);
		EXPECT(way.arrived > 1000000);
		if (test_failures > 3)
			return;
	}
}

TEST(packets_that_links_have_are_found_to_the_byte)
{
	static const u16 sizes[] = { 1220, 1240, 1360, 1380, 1432, 1440, 1452, 1460, 8940, 8960 };

	for (u32 i = 0; i < COUNT(sizes); i += 1) {
		open_way(9200, sizes[i]);
		run(60 * NS_PER_S);
		EXPECT_EQ(tcp_path_takes(&way.end[0]), sizes[i]);
		EXPECT(way.probes <= 12);
	}
}

TEST(no_probe_that_is_lost_costs_the_window)
{
	open_way(1460, 1300);
	run(3 * NS_PER_S);
	while (!tcp_path_is_found(&way.end[0]) && way.now < 30 * NS_PER_S) {
		run(way.now + NS_PER_MS);
		EXPECT((way.end[0].flags & F_RECOVERY) == 0);
	}
	EXPECT(way.probes >= 2);
	EXPECT(tcp_path_is_found(&way.end[0]));
}

TEST(what_came_through_is_told)
{
	open_way(1460, 1380);
	run(30 * NS_PER_S);
	EXPECT_EQ(way.told, 1380);
}

TEST(a_size_that_was_found_is_searched_again_once_it_is_forgotten)
{
	struct tcp *t = &way.end[0];

	open_way(1460, 1300);
	run(30 * NS_PER_S);
	u32 found = tcp_path_takes(t), lost = way.probes;

	tcp_path(t, 1460); /* nobody has heard of it yet: not again */
	run(40 * NS_PER_S);
	EXPECT_EQ(way.probes, lost);
	tcp_path(t, (u16)found);
	EXPECT(!tcp_path_is_found(t));
	tcp_path(t, 1460);
	run(50 * NS_PER_S);
	EXPECT_EQ(tcp_path_takes(t), found);
	EXPECT_EQ(way.probes, lost + 4); /* 1,460, 1,380, 1,360, 1,330 */
	tcp_path(t, (u16)found);
	way.takes = 1460;
	tcp_path(t, 1460);
	run(60 * NS_PER_S);
	EXPECT_EQ(tcp_path_takes(t), 1460);
	EXPECT_EQ(way.told, 1460);
}

TEST(what_another_connection_found_is_the_bound)
{
	struct tcp *t = &way.end[0];

	open_way(1460, 1460);
	run(5 * NS_PER_S);
	tcp_path(t, 1220);
	tcp_path(t, 1380);
	run(10 * NS_PER_S);
	EXPECT_EQ(tcp_path_takes(t), 1380);
	EXPECT(tcp_path_is_found(t));
}

TEST(a_path_that_changes_in_mid_stream_is_followed_down_and_up)
{
	static const u16 takes[] = { 1400, 1250, 1452, 700, 1460, 1300 };
	struct tcp *t = &way.end[0];

	open_way(1460, 1460);
	for (u32 i = 0; i < COUNT(takes); i += 1) {
		u32 before = way.arrived;

		way.takes = takes[i];
		run(way.now + 60 * NS_PER_S);
		tcp_path(t, tcp_path_takes(t)); /* lib/pmtu: ten minutes later */
		tcp_path(t, 1460);
		run(way.now + 60 * NS_PER_S);
		EXPECT(tcp_path_takes(t) <= takes[i] && tcp_path_takes(t) + 32u > takes[i]);
		EXPECT(way.arrived - before > 1000000);
	}
}
