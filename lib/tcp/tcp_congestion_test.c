/* tcp_congestion_test.c - how much may be in flight: windows by the RFCs' formulas, and in conversation. */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_test.h"

#define OPENED(how, options)                                                                                 \
	"listen nodelay " how, "< S 0:0(0) win 60000 <mss 1000" options ">", "> S. 0:0(0) ack 1",            \
		"< . 1:1(0) ack 1 win 60000"
#define SERVED OPENED("newreno", "")

/* A connection in which nothing but the congestion control is looked at. */
static struct tcp begun(u16 cc, u32 mss)
{
	struct tcp t = { 0 };

	t.cc = cc;
	t.mss = (u16)mss;
	tcp_congestion_begin(&t, false);
	return t;
}

/* `bytes` acknowledged of a window that is in full use. */
static void acked(struct tcp *t, u32 bytes, u64 now)
{
	tcp_congestion_acked(t, bytes, t->cong.cwnd, 0, now);
}

/* ---- RFC 5681, RFC 6928 ---- */

TEST(ten_segments_go_out_first_and_two_for_each_acknowledged)
{
	TALK(SERVED, "write 50000", "most 60000", "> . 1:10001(10000) ack 1", "< . 1:1(0) ack 2001 win 60000",
		"> . 10001:14001(4000) ack 1");
}

TEST(after_a_lost_syn_one_segment_goes_out_first)
{
	TALK("connect most 60000", "> S 0:0(0)", "+ 1000", "> S 0:0(0)", "write 5000",
		"< S. 0:0(0) ack 1 win 60000 <mss 1000>", "> . 1:1001(1000) ack 1");
}

TEST(an_idle_connection_starts_again_from_the_initial_window)
{
	TALK(SERVED, "most 60000", "write 10000", "> P. 1:10001(10000) ack 1",
		"< . 1:1(0) ack 10001 win 60000", "write 16000", "> P. 10001:26001(16000) ack 1",
		"< . 1:1(0) ack 26001 win 60000", "+ 1000", "write 30000", "> . 26001:36001(10000) ack 1");
}

TEST(slow_start_grows_only_when_the_window_is_used)
{
	struct tcp t = begun(0, 1000);

	EXPECT_EQ(t.cong.cwnd, 10000);
	tcp_congestion_acked(&t, 2000, 4000, 0, 0);
	EXPECT_EQ(t.cong.cwnd, 10000);
	tcp_congestion_acked(&t, 2000, 10000, 0, 0);
	EXPECT_EQ(t.cong.cwnd, 12000);
	tcp_congestion_acked(&t, 12000, 12000, 0, 0);
	EXPECT_EQ(t.cong.cwnd, 20000);
}

TEST(newreno_grows_a_segment_a_window)
{
	struct tcp t = begun(0, 1000);

	tcp_congestion_lost(&t, 10000);
	EXPECT_EQ(t.cong.cwnd, 5000);
	EXPECT_EQ(t.cong.ssthresh, 5000);
	for (u32 i = 0; i < 4; i += 1)
		acked(&t, 1000, 0);
	EXPECT_EQ(t.cong.cwnd, 5000);
	acked(&t, 1000, 0);
	EXPECT_EQ(t.cong.cwnd, 6000);
	tcp_congestion_acked(&t, 6000, 4999, 0, 0); /* the program had no more to send */
	EXPECT_EQ(t.cong.cwnd, 6000);
}

TEST(a_timeout_leaves_one_segment_and_halves_once)
{
	struct tcp t = begun(0, 1000);

	tcp_congestion_timeout(&t, 8000, false);
	EXPECT_EQ(t.cong.cwnd, 1000);
	EXPECT_EQ(t.cong.ssthresh, 4000);
	tcp_congestion_timeout(&t, 1000, true);
	EXPECT_EQ(t.cong.ssthresh, 4000);
	tcp_congestion_timeout(&t, 1000, false);
	EXPECT_EQ(t.cong.ssthresh, 2000);
}

/* ---- CUBIC (RFC 9438) ---- */

TEST(the_cube_root_is_exact)
{
	static const u32 roots[] = { 0, 1, 2, 3, 9, 10, 1000, 4021, 65535, 65536, 1048575, 2000000,
		0x1fffff };

	for (u32 i = 0; i < COUNT(roots); i += 1) {
		u64 r = roots[i];

		EXPECT_EQ(tcp_cubic_root(r * r * r), r);
		EXPECT_EQ(tcp_cubic_root(r * r * r + 3 * r * r + 3 * r), r); /* (r + 1)^3 - 1 */
	}
}

TEST(cubic_keeps_seven_tenths_and_fast_convergence_lowers_the_aim)
{
	struct tcp t = begun(CC_CUBIC, 1000);

	t.cong.cwnd = 100000;
	tcp_congestion_lost(&t, 100000);
	EXPECT_EQ(t.cong.cwnd, 70000); /* 4.6 */
	EXPECT_EQ(t.cong.ssthresh, 70000);
	EXPECT_EQ(t.cong.w_max, 100000);
	tcp_congestion_lost(&t, 70000);
	EXPECT_EQ(t.cong.cwnd, 49000);
	EXPECT_EQ(t.cong.w_max, 59500); /* 4.7: 70000 * (1 + 0.7) / 2 */
	EXPECT_EQ(tcp_window_before(&t), 70000);
	tcp_congestion_lost(&t, 2000);
	EXPECT_EQ(t.cong.cwnd, 2000); /* never below two segments */
}

static bool near(u32 got, u32 want, u32 per_thousand)
{
	u32 off = got > want ? got - want : want - got;

	if ((u64)off * 1000 <= (u64)want * per_thousand)
		return true;
	fprintf(stderr, "%u is not near %u\n", got, want);
	return false;
}

/* Round trips of full windows, acknowledged segment by segment; looks every tenth. */
static void grows_like(struct tcp *t, u64 rtt_ns, const u32 *want, u32 n)
{
	u64 now = 7 * NS_PER_S;

	t->srtt = (u32)(8 * rtt_ns / 1024);
	for (u32 round = 1; round <= 10 * n; round += 1) {
		u32 segments = t->cong.cwnd / t->mss;

		for (u32 i = 1; i <= segments; i += 1)
			acked(t, t->mss, now + rtt_ns * i / segments);
		now += rtt_ns;
		if (round % 10 == 0)
			EXPECT(near(t->cong.cwnd, want[round / 10 - 1], 20));
	}
}

/* By RFC 9438 in floating point, 1000 segments of 1000 bytes, 100 ms, after one loss:
 *     K = ((1000 - 700) / 0.4) ** (1/3) = 9.0856 s; for each segment of a round: W_est += 9/17 / cwnd,
 *     target = 0.4 * (t + 0.1 - K)**3 + 1000, cwnd += (target - cwnd) / cwnd */
TEST(a_long_fat_path_is_filled_again_along_the_cubic_curve)
{
	static const u32 want[] = { 788414, 857597, 909764, 947321, 972669, 988211, 996345, 999474, 999998,
		1000316, 1002829, 1009936 };
	struct tcp t = begun(CC_CUBIC, 1000);

	t.cong.cwnd = 1000000;
	tcp_congestion_lost(&t, 1000000);
	grows_like(&t, 100 * NS_PER_MS, want, COUNT(want));
}

/* The same with 20 segments and 10 ms: there Reno would have more, and W_est is followed:
 * 9/17 of a segment a round trip until 20, then one. */
TEST(on_a_short_path_cubic_is_no_slower_than_reno)
{
	static const u32 want[] = { 19120, 28051, 37725, 47470, 57303, 67184, 77097 };
	struct tcp t = begun(CC_CUBIC, 1000);

	t.cong.cwnd = 20000;
	tcp_congestion_lost(&t, 20000);
	grows_like(&t, 10 * NS_PER_MS, want, COUNT(want));
}

TEST(after_a_timeout_the_curve_starts_flat_from_where_slow_start_ended)
{
	struct tcp t = begun(CC_CUBIC, 1000);
	u64 now = 9 * NS_PER_S;

	t.cong.cwnd = 100000;
	tcp_congestion_timeout(&t, 100000, false);
	EXPECT_EQ(t.cong.ssthresh, 70000);
	while (t.cong.cwnd < 70000)
		acked(&t, 8000, now);
	acked(&t, 10000, now);
	EXPECT_EQ(t.cong.w_max, 73000); /* 4.8: K = 0; 1000 + 9 * 8000 */
	EXPECT_EQ(t.cong.phase[CUBIC_ORIGIN], clock_ms(now));
}

TEST(time_without_work_is_no_part_of_the_epoch)
{
	struct tcp t = begun(CC_CUBIC, 1000);
	u64 now = 9 * NS_PER_S;

	t.cong.cwnd = 100000;
	tcp_congestion_lost(&t, 100000);
	acked(&t, 10000, now);
	tcp_congestion_acked(&t, 10000, 20000, 0, now + NS_PER_S);
	EXPECT_EQ(t.cong.cwnd, 70000 + (t.cong.cwnd - 70000)); /* nothing was added by it */
	now += 60 * NS_PER_S;
	acked(&t, 10000, now);
	EXPECT(t.cong.cwnd < 72000); /* a minute of the curve would be half as much again */
}

/* ---- HyStart++ (RFC 9406) ---- */

static void an_ack(struct tcp *t, u32 echo, u64 now)
{
	t->snd_una = seq_add(t->snd_una, 1000);
	tcp_congestion_acked(t, 1000, t->cong.cwnd, echo, now);
}

/* A round: sixteen acknowledgements of a segment, each this long after it was sent. */
static void a_round(struct tcp *t, u64 *now, u32 rtt_ms)
{
	u32 echo = clock_ms(*now);

	t->snd_max = seq_add(t->snd_una, 16000);
	*now += rtt_ms * NS_PER_MS;
	for (u32 i = 0; i < 16; i += 1)
		an_ack(t, echo, *now);
}

static struct tcp measuring(void)
{
	struct tcp t = begun(CC_CUBIC, 1000);

	t.flags = F_TIMESTAMPS;
	return t;
}

TEST(a_growing_round_trip_slows_slow_start_and_then_ends_it)
{
	struct tcp t = measuring();
	u64 now = 20 * NS_PER_S;
	u32 before;

	for (u32 i = 0; i < 3; i += 1)
		a_round(&t, &now, 40);
	EXPECT_EQ(t.cong.cwnd, 10000 + 3 * 16000);
	EXPECT_EQ(t.cc & CC_CSS, 0);
	a_round(&t, &now, 50); /* more than 40 / 8 = 5 ms longer */
	EXPECT((t.cc & CC_CSS) != 0);
	before = t.cong.cwnd;
	a_round(&t, &now, 50);
	EXPECT_EQ(t.cong.cwnd, before + 4000); /* a quarter */
	for (u32 i = 0; i < 5; i += 1)
		a_round(&t, &now, 50);
	EXPECT_EQ(t.cong.ssthresh, t.cong.w_max);
	EXPECT(t.cong.cwnd >= t.cong.ssthresh && t.cong.ssthresh < 100000);
}

TEST(a_round_trip_that_was_long_only_once_ends_nothing)
{
	struct tcp t = measuring();
	u64 now = 20 * NS_PER_S;

	for (u32 i = 0; i < 3; i += 1)
		a_round(&t, &now, 40);
	a_round(&t, &now, 50);
	EXPECT((t.cc & CC_CSS) != 0);
	for (u32 i = 0; i < 8; i += 1)
		a_round(&t, &now, 40);
	EXPECT_EQ(t.cc & CC_CSS, 0);
	EXPECT_EQ(t.cong.ssthresh, TCP_WINDOW_MAX);
}

TEST(three_milliseconds_are_noise)
{
	struct tcp t = measuring();
	u64 now = 20 * NS_PER_S;

	for (u32 i = 0; i < 4; i += 1)
		a_round(&t, &now, 10);
	a_round(&t, &now, 12);
	EXPECT_EQ(t.cc & CC_CSS, 0);
	a_round(&t, &now, 18);
	EXPECT((t.cc & CC_CSS) != 0);
}

TEST(seven_samples_are_too_few)
{
	struct tcp t = measuring();
	u64 now = 20 * NS_PER_S;
	u32 echo;

	for (u32 i = 0; i < 3; i += 1)
		a_round(&t, &now, 40);
	echo = clock_ms(now);
	t.snd_max = seq_add(t.snd_una, 16000);
	now += 50 * NS_PER_MS;
	for (u32 i = 0; i < 7; i += 1)
		an_ack(&t, echo, now);
	EXPECT_EQ(t.cc & CC_CSS, 0);
	an_ack(&t, echo, now);
	EXPECT((t.cc & CC_CSS) != 0);
}

/* Each flight waits for itself, its last segment 20 ms longer than its first, and finds an empty queue. What the last
 * acknowledgement of one lets out is the end of the next: it must not begin a round. */
TEST(a_queue_that_empties_between_two_flights_ends_nothing)
{
	struct tcp t = measuring();
	u64 now = 20 * NS_PER_S;

	t.snd_max = seq_add(t.snd_una, 8000);
	for (u32 flight = 8; flight <= 1024; flight *= 2) {
		now += 40 * NS_PER_MS;
		for (u32 i = 0; i < flight; i += 1) {
			u64 waited = i * 20 * NS_PER_MS / flight;

			an_ack(&t, clock_ms(now - 40 * NS_PER_MS - waited), now);
			EXPECT_EQ(t.cc & CC_CSS, 0);
			t.snd_max = seq_add(t.snd_max, 2000);
		}
	}
	EXPECT(t.cong.cwnd > 2000000);
}

/* ---- PRR (RFC 9937) ---- */

/* Ten in flight, the first lost, ssthresh 5: one out for each two that arrive. */
TEST(a_recovery_sends_in_proportion_to_what_arrives)
{
	TALK(OPENED("newreno", ",sackOK"), "write 30000", "most 10000", "> . 1:10001(10000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:2001>", "> . 10001:11001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:3001>", "> . 11001:12001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "> . 1:1001(1000) ack 1", "phase recovery",
		"ssthresh 5000", "< . 1:1(0) ack 1 win 60000 <sack 1001:5001>",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:6001>", "< . 1:1(0) ack 1 win 60000 <sack 1001:7001>",
		"> . 12001:13001(1000) ack 1", "< . 1:1(0) ack 1 win 60000 <sack 1001:8001>",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:9001>", "< . 1:1(0) ack 1 win 60000 <sack 1001:10001>",
		"> . 13001:14001(1000) ack 1", "< . 1:1(0) ack 12001 win 60000", "cwnd 5000",
		"phase congestion avoidance", "> . 14001:17001(3000) ack 1");
}

/* ---- what was no loss after all (RFC 3522, RFC 4015) ---- */

TEST(a_timeout_that_came_too_early_is_taken_back)
{
	/* 3 s into the clock: 2861 units of 2^20 ns */
	TALK(OPENED("newreno", ",TS val 1 ecr 0"), "strip", "< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 2861>",
		"write 4000", "most 4000", "> P. 1:4001(4000) ack 1", "+ 200", "phase loss", "cwnd 988",
		"> . 1:989(988) ack 1", "< . 1:1(0) ack 1977 win 60000 <TS val 2 ecr 2861>", "cwnd 9880",
		"phase congestion avoidance", "< . 1:1(0) ack 4001 win 60000 <TS val 2 ecr 2861>", "sleeps");
}

TEST(a_timeout_whose_repetition_is_acknowledged_is_not)
{
	TALK(OPENED("newreno", ",TS val 1 ecr 0"), "strip", "< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 2861>",
		"write 988", "> P. 1:989(988) ack 1", "+ 200", "> P. 1:989(988) ack 1",
		"< . 1:1(0) ack 989 win 60000 <TS val 2 ecr 3051>", "ssthresh 1976", "cwnd 1976");
}

TEST(after_two_timeouts_an_early_repetition_may_have_been_what_arrived)
{
	TALK(OPENED("newreno", ",TS val 1 ecr 0"), "strip", "< . 1:1(0) ack 1 win 60000 <TS val 1 ecr 2861>",
		"write 988", "> P. 1:989(988) ack 1", "+ 200", "> P. 1:989(988) ack 1", "+ 400",
		"> P. 1:989(988) ack 1", "< . 1:1(0) ack 989 win 60000 <TS val 2 ecr 3051>", "ssthresh 1976",
		"cwnd 1976");
}

/* ---- pacing ---- */

/* 20 ms, ten segments: twice the window a round trip is a segment a millisecond, but never
 * fewer than two at once. */
TEST(a_paced_window_leaves_in_pieces_over_the_round_trip)
{
	TALK("listen nodelay newreno pace", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 20",
		"< . 1:1(0) ack 1 win 60000", "most 60000", "write 6000", "> . 1:2001(2000) ack 1", "+ 3",
		"> . 2001:4001(2000) ack 1", "+ 3", "> P. 4001:6001(2000) ack 1",
		"< . 1:1(0) ack 6001 win 60000", "sleeps");
}

TEST(a_short_path_is_not_paced)
{
	TALK("listen nodelay newreno pace", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "most 60000", "write 6000", "> P. 1:6001(6000) ack 1",
		"< . 1:1(0) ack 6001 win 60000", "sleeps");
}

TEST(an_acknowledgement_that_is_owed_is_not_lost_by_pacing)
{
	TALK("listen nodelay newreno pace", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1", "+ 20",
		"< . 1:1(0) ack 1 win 60000", "most 60000", "write 2000", "> P. 1:2001(2000) ack 1",
		"< . 1:1001(1000) ack 1 win 60000", "write 1000", "< . 1001:1001(0) ack 1 win 2000", "+ 3",
		"> . 2001:2001(0) ack 1001", "+ 100");
}

/* ---- facts ---- */

TEST(facts_tell_what_the_control_is_doing)
{
	struct tcp t = begun(CC_CUBIC | CC_PACE | CC_ECN, 1000);
	struct tcp_facts f;

	t.state = TCP_ESTABLISHED;
	t.srtt = 8 * 20480; /* 21 ms: 20 ticks, and twice 10,000 bytes in them */
	tcp_facts(&t, &f);
	EXPECT_EQ(f.phase, TCP_SLOW_START);
	EXPECT_EQ(f.control, TCP_CUBIC);
	EXPECT(f.ecn);
	EXPECT_EQ(f.pace_bytes_per_s, 1000ull * NS_PER_S / 1048576u);
	tcp_congestion_lost(&t, 10000);
	tcp_facts(&t, &f);
	EXPECT_EQ(f.phase, TCP_AVOIDANCE);
	EXPECT_EQ(f.cwnd_bytes, 7000);
	EXPECT_EQ(
		f.pace_bytes_per_s, 437ull * NS_PER_S / 1048576u); /* a quarter more than 7,000 in 20 ticks */
	t.cc = 0;
	tcp_facts(&t, &f);
	EXPECT_EQ(f.control, TCP_NEWRENO);
	EXPECT(!f.ecn);
	EXPECT_EQ(f.pace_bytes_per_s, 0);
}

/* Many losses at once, more than can be remembered: when the repetition of the first arrives, a shortest
 * round trip later, all that was sent before it and not reported is lost too. */
TEST(what_was_sent_before_a_repetition_that_arrived_is_lost)
{
	TALK("listen nodelay newreno", "< S 0:0(0) win 60000 <mss 1000,sackOK>", "> S. 0:0(0) ack 1", "+ 20",
		"< . 1:1(0) ack 1 win 60000", "most 10000", "write 8000", "> P. 1:8001(8000) ack 1", "+ 20",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "> . 1:1001(1000) ack 1", "+ 20",
		"< . 1:1(0) ack 4001 win 60000", "> . 4001:5001(1000) ack 1", "> . 5001:6001(1000) ack 1",
		"> . 6001:7001(1000) ack 1", "+ 20", "< . 1:1(0) ack 7001 win 60000",
		"> P. 7001:8001(1000) ack 1", "< . 1:1(0) ack 8001 win 60000", "sleeps");
}

TEST(duplicates_that_report_nothing_keep_a_recovery_going)
{
	TALK(OPENED("newreno", ",sackOK"), "write 30000", "most 10000", "> . 1:10001(10000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "> . 1:1001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "> . 10001:11001(1000) ack 1",
		"< . 1:1(0) ack 1 win 60000 <sack 1001:4001>", "< . 1:1(0) ack 1 win 60000 <sack 1001:4001>",
		"> . 11001:12001(1000) ack 1", "settles");
}
