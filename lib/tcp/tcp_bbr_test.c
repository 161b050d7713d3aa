/* tcp_bbr_test.c - BBR on a path with one narrow place: each of its modes, and what the path, the program and the user do to it. */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_test.h"

/* ---- a path ---- */

#define PACKETS 4096u
#define TICK    1048576u
#define MSS     1000u

struct packet {
	u64 at;
	struct tcp_segment s;
};

/* One way, in order: what leaves later arrives later. */
struct way {
	struct packet packet[PACKETS];
	u32 first, count;
};

struct path {
	u64 now, free_ns;
	u64 bytes_per_s, round_trip_ns, queue_ns;
	u32 lose; /* so many of the next that are sent */
	u32 mark;
	u32 backlog; /* what the program keeps written and unacknowledged */
	bool deaf;   /* nothing arrives */
	struct tcp from, to;
	struct way out, back;
	u64 sent;
	u32 seen; /* phases, a bit each */
};

static struct path path;

static void put(struct way *w, u64 at, const struct tcp_segment *s)
{
	EXPECT(w->count < PACKETS);
	w->packet[(w->first + w->count) % PACKETS] = (struct packet){ at, *s };
	w->count += 1;
}

static u64 due(const struct way *w)
{
	return w->count > 0 ? w->packet[w->first].at : TIME_NEVER;
}

static const struct tcp_segment *take(struct way *w)
{
	const struct tcp_segment *s = &w->packet[w->first].s;

	w->first = (w->first + 1) % PACKETS;
	w->count -= 1;
	return s;
}

static void through(struct path *p, struct tcp_segment s)
{
	u64 waits = p->free_ns > p->now ? p->free_ns - p->now : 0;

	if (s.len > 0 && p->lose > 0) {
		p->lose -= 1;
		return;
	}
	if (waits > p->queue_ns || p->deaf)
		return;
	if (s.ecn == TCP_ECT_0 && p->mark > 0) {
		s.ecn = TCP_CE;
		p->mark -= 1;
	}
	p->free_ns = p->now + waits + s.len * NS_PER_S / p->bytes_per_s;
	put(&p->out, p->free_ns + p->round_trip_ns / 2, &s);
}

static void speak(struct path *p)
{
	struct tcp_out out;

	if (tcp_can_write(&p->from) && tcp_unacked(&p->from) < p->backlog)
		tcp_wrote(&p->from, p->backlog - tcp_unacked(&p->from));
	while (tcp_send(&p->from, p->now, 0, &out)) {
		p->sent += out.s.len;
		through(p, out.s);
	}
	while (tcp_send(&p->to, p->now, 0, &out))
		if (!p->deaf)
			put(&p->back, p->now + p->round_trip_ns / 2, &out.s);
}

static u64 ticked(u64 deadline)
{
	return deadline == TIME_NEVER ? deadline : (deadline + TICK - 1) / TICK * TICK;
}

static u64 sooner(u64 a, u64 b)
{
	return a < b ? a : b;
}

static enum tcp_phase phase_of(const struct path *p)
{
	struct tcp_facts f;

	tcp_facts(&p->from, &f);
	return f.phase;
}

static void step(struct path *p, u64 until)
{
	u64 timers = sooner(ticked(tcp_deadline(&p->from)), ticked(tcp_deadline(&p->to)));
	u64 next = sooner(sooner(due(&p->out), due(&p->back)), sooner(timers, until));

	p->now = next > p->now ? next : p->now;
	if (due(&p->out) <= p->now) {
		struct tcp_arrival a = tcp_arrive(&p->to, take(&p->out), p->now);

		tcp_took(&p->to, a.ready);
	} else if (due(&p->back) <= p->now) {
		(void)tcp_arrive(&p->from, take(&p->back), p->now);
	} else {
		tcp_expire(&p->from, p->now);
		tcp_expire(&p->to, p->now);
	}
	p->seen |= 1u << phase_of(p);
}

static void run(struct path *p, u64 ms)
{
	u64 until = p->now + ms * NS_PER_MS;

	while (p->now < until) {
		speak(p);
		step(p, until);
	}
}

static bool run_until(struct path *p, enum tcp_phase want, u64 ms)
{
	u64 until = p->now + ms * NS_PER_MS;

	while (p->now < until && phase_of(p) != want) {
		speak(p);
		step(p, until);
	}
	return phase_of(p) == want;
}

/* 2,000,000 bytes a second, 40 ms: the BDP is 80,000. */
static struct path *opened(enum tcp_control control)
{
	struct path *p = &path;
	struct tcp_config c = { .rx_bytes = 1u << 20, .tx_bytes = 1u << 20, .mss = MSS };
	struct tcp_out out;

	memset(p, 0, sizeof *p);
	p->now = 5 * NS_PER_S;
	p->bytes_per_s = 2000000;
	p->round_trip_ns = 40 * NS_PER_MS;
	p->queue_ns = 200 * NS_PER_MS;
	p->backlog = 500000;
	c.no_delay = true;
	c.control = control;
	c.ecn = TCP_ECN_ACTIVE;
	tcp_connect(&p->from, &c, 0xfffff000u, p->now);
	EXPECT(tcp_send(&p->from, p->now, 0, &out));
	p->now += p->round_trip_ns / 2;
	tcp_accept(&p->to, &c, &out.s, 0xffffff00u, p->now);
	return p;
}

static u64 rate_of(u32 packed)
{
	return (u64)(packed % 2048u) << packed / 2048u;
}

/* max_bw, bytes a second. */
static u64 estimate(const struct path *p)
{
	u32 rates = p->from.bbr_rates;
	u64 a = rate_of(rates & 0xffffu), b = rate_of(rates >> 16u);

	return (a > b ? a : b) * NS_PER_S >> 28u;
}

static bool about(u64 got, u64 want, u64 percent)
{
	bool is = got * 100u >= want * (100u - percent) && got * 100u <= want * (100u + percent);

	if (!is)
		fprintf(stderr, "it is %llu, not about %llu\n", (unsigned long long)got,
			(unsigned long long)want);
	return is;
}

static u32 queued_ms(const struct path *p)
{
	return p->free_ns > p->now ? (u32)((p->free_ns - p->now) / NS_PER_MS) : 0;
}

static struct tcp_config config_with(enum tcp_control control)
{
	return (struct tcp_config){ .no_delay = true, .control = control };
}

/* ---- its modes ---- */

TEST(startup_ends_when_the_path_gives_no_more_and_drain_when_its_queue_is_gone)
{
	struct path *p = opened(TCP_BBR);

	EXPECT(run_until(p, TCP_DRAIN, 2000));
	EXPECT(about(estimate(p), 2000000, 3));
	EXPECT_EQ(p->from.cong.ssthresh, TCP_WINDOW_MAX);
	EXPECT(queued_ms(p) <= 60); /* cwnd is two BDP */
	EXPECT(run_until(p, TCP_PROBE_CRUISE, 500));
	EXPECT((p->seen & 1u << TCP_PROBE_DOWN) != 0);
	EXPECT(queued_ms(p) <= 10);
	EXPECT_EQ(p->from.retransmits, 0);
}

TEST(startup_grows_by_more_than_half_in_a_round_trip)
{
	struct path *p = opened(TCP_BBR);
	u64 before;

	p->bytes_per_s = 100000000;
	p->backlog = 1000000;
	run(p, 130);
	before = estimate(p);
	run(p, 160);
	EXPECT(estimate(p) >= 6 * before);
}

TEST(cruising_keeps_the_path_full_and_its_queue_short)
{
	struct path *p = opened(TCP_BBR);
	u64 sent, worst = 0;

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	run(p, 200);
	sent = p->sent;
	for (u32 i = 0; i < 100 && phase_of(p) == TCP_PROBE_CRUISE; i += 1) {
		run(p, 10);
		worst = queued_ms(p) > worst ? queued_ms(p) : worst;
	}
	EXPECT(about(p->sent - sent, 2000000, 3));
	EXPECT(worst <= 10);
}

TEST(probing_for_more_finds_what_became_free)
{
	struct path *p = opened(TCP_BBR);

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	p->bytes_per_s = 4000000;
	p->seen = 0;
	run(p, 9000);
	EXPECT((p->seen & 1u << TCP_PROBE_REFILL) != 0);
	EXPECT((p->seen & 1u << TCP_PROBE_UP) != 0);
	EXPECT(about(estimate(p), 4000000, 5));
}

TEST(two_cycles_later_what_is_gone_is_no_longer_believed)
{
	struct path *p = opened(TCP_BBR);

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	p->bytes_per_s = 1000000;
	run(p, 12000);
	EXPECT(about(estimate(p), 1000000, 5));
}

TEST(every_five_seconds_the_round_trip_is_measured_with_little_in_flight)
{
	struct path *p = opened(TCP_BBR);
	u64 began, most;

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	p->round_trip_ns = 80 * NS_PER_MS;
	EXPECT(run_until(p, TCP_PROBE_RTT, 7000));
	began = p->now;
	run(p, 100);
	EXPECT(phase_of(p) == TCP_PROBE_RTT);
	most = seq_dist(p->from.snd_una, p->from.snd_max);
	EXPECT(most <= 45000); /* half of what was the BDP */
	EXPECT(run_until(p, TCP_PROBE_CRUISE, 1000));
	EXPECT(p->now - began >= 200 * NS_PER_MS);
	EXPECT(about(p->from.min_rtt, 80 * NS_PER_MS / 1024, 5));
	EXPECT(p->from.cong.cwnd >= 100000); /* and the window is there again */
}

/* ---- loss and marks ---- */

TEST(much_loss_ends_startup_and_bounds_what_may_be_in_flight)
{
	struct path *p = opened(TCP_BBR);

	p->queue_ns = 2 * NS_PER_MS;
	EXPECT(run_until(p, TCP_DRAIN, 2000));
	EXPECT(p->from.cong.ssthresh < 200000);
	EXPECT(p->from.retransmits > 0 || p->from.dupacks > 0);
}

TEST(a_few_losses_do_not_end_startup)
{
	struct path *p = opened(TCP_BBR);

	p->bytes_per_s = 100000000;
	run(p, 200);
	p->lose = 2;
	run(p, 60);
	EXPECT(phase_of(p) == TCP_STARTUP);
	EXPECT_EQ(p->from.cong.ssthresh, TCP_WINDOW_MAX);
}

TEST(a_loss_in_cruise_costs_no_window)
{
	struct path *p = opened(TCP_BBR);
	u32 before;

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	run(p, 200);
	before = p->from.cong.cwnd;
	p->lose = 1;
	run(p, 300);
	EXPECT(p->from.retransmits > 0);
	EXPECT(p->from.cong.cwnd * 10u >= before * 9u);
	EXPECT_EQ(p->from.cong.ssthresh, TCP_WINDOW_MAX);
}

TEST(too_much_loss_while_it_probes_is_where_the_path_ends)
{
	struct path *p = opened(TCP_BBR);

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	EXPECT(run_until(p, TCP_PROBE_UP, 4000));
	run(p, 30);
	p->lose = 10;
	EXPECT(run_until(p, TCP_PROBE_DOWN, 150));
	EXPECT(p->from.cong.ssthresh >= 56000 && p->from.cong.ssthresh < 120000); /* 0.7 BDP at least */
	EXPECT(p->from.cong.cwnd <= p->from.cong.ssthresh);
	EXPECT(run_until(p, TCP_PROBE_CRUISE, 500));
	EXPECT(p->from.cong.cwnd * 100u <= p->from.cong.ssthresh * 86u); /* headroom */
	p->seen = 0;
	run(p, 9000); /* and the next probes raise it */
	EXPECT(p->from.cong.ssthresh > 90000);
}

TEST(a_mark_in_startup_ends_it)
{
	struct path *p = opened(TCP_BBR);

	run(p, 120);
	EXPECT(phase_of(p) == TCP_STARTUP);
	p->mark = 1;
	EXPECT(run_until(p, TCP_DRAIN, 150));
	EXPECT(p->from.cong.ssthresh < TCP_WINDOW_MAX);
}

TEST(after_a_timeout_one_segment_goes_and_then_the_model_counts)
{
	struct path *p = opened(TCP_BBR);
	u32 before;

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	run(p, 200);
	before = p->from.cong.cwnd;
	p->deaf = true;
	EXPECT(run_until(p, TCP_LOSS, 1000));
	EXPECT_EQ(p->from.cong.cwnd, p->from.mss);
	p->deaf = false;
	run(p, 3000);
	EXPECT(p->from.cong.cwnd * 10u >= before * 6u);
	EXPECT_EQ(tcp_state(&p->from), TCP_ESTABLISHED);
}

/* ---- the program ---- */

TEST(what_a_program_does_not_send_lowers_no_estimate)
{
	struct path *p = opened(TCP_BBR);

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	p->backlog = 10000; /* an eighth of the BDP */
	run(p, 20000);
	EXPECT(about(estimate(p), 2000000, 5));
}

TEST(what_a_program_does_not_send_does_not_end_startup)
{
	struct path *p = opened(TCP_BBR);

	p->backlog = 10000;
	run(p, 2000);
	EXPECT(phase_of(p) == TCP_STARTUP);
	p->backlog = 500000;
	EXPECT(run_until(p, TCP_DRAIN, 2000));
	EXPECT(about(estimate(p), 2000000, 5));
}

TEST(after_silence_nothing_is_sent_at_once_that_silence_has_saved)
{
	struct path *p = opened(TCP_BBR);
	u64 before;

	EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
	p->backlog = 0;
	run(p, 30000);
	EXPECT_EQ(p->from.snd_una, p->from.snd_max);
	p->backlog = 500000;
	before = p->sent;
	run(p, 10);
	EXPECT(p->sent - before <= 24000 + 4 * MSS); /* 20,000 at its pace */
	EXPECT(p->sent - before >= 15000);
	EXPECT(phase_of(p) != TCP_PROBE_RTT); /* silence drained the path: nothing to measure anew */
	run(p, 1000);
	EXPECT(about(estimate(p), 2000000, 5));
}

/* ---- the user changes it ---- */

TEST(a_connection_that_lives_changes_to_bbr)
{
	struct path *p = opened(TCP_CUBIC);
	struct tcp_config c = config_with(TCP_BBR);
	u32 before;

	run(p, 1000);
	before = p->from.cong.cwnd;
	tcp_tune(&p->from, &c, p->now);
	EXPECT_EQ(p->from.cong.cwnd, before);
	EXPECT(phase_of(p) == TCP_STARTUP);
	EXPECT(run_until(p, TCP_PROBE_CRUISE, 5000));
	EXPECT(about(estimate(p), 2000000, 5));
}

TEST(what_comes_after_bbr_goes_on_from_a_bdp)
{
	static const enum tcp_control others[] = { TCP_CUBIC, TCP_NEWRENO };

	for (u32 i = 0; i < COUNT(others); i += 1) {
		struct path *p = opened(TCP_BBR);
		struct tcp_config c = config_with(others[i]);
		struct tcp_facts f;

		EXPECT(run_until(p, TCP_PROBE_CRUISE, 3000));
		tcp_tune(&p->from, &c, p->now);
		tcp_facts(&p->from, &f);
		EXPECT_EQ(f.control, others[i]);
		EXPECT_EQ(f.phase, TCP_AVOIDANCE);
		EXPECT_EQ(f.pace_bytes_per_s, 0);
		EXPECT(about(f.cwnd_bytes, 80000, 6));
		run(p, 1000);
		EXPECT(p->from.cong.cwnd > f.cwnd_bytes);
		EXPECT(p->from.cong.cwnd < f.cwnd_bytes + 60000);
	}
}

TEST(what_bbr_had_not_found_out_slow_start_goes_on_with)
{
	struct path *p = opened(TCP_BBR);
	struct tcp_config c = config_with(TCP_NEWRENO);
	u32 before;

	run(p, 120);
	before = p->from.cong.cwnd;
	tcp_tune(&p->from, &c, p->now);
	EXPECT_EQ(p->from.cong.cwnd, before);
	EXPECT(phase_of(p) == TCP_SLOW_START);
}

TEST(cubic_and_newreno_keep_window_and_threshold)
{
	struct path *p = opened(TCP_CUBIC);
	struct tcp_config c = config_with(TCP_NEWRENO);
	u32 cwnd, ssthresh;

	p->queue_ns = 20 * NS_PER_MS;
	run(p, 3000);
	cwnd = p->from.cong.cwnd;
	ssthresh = p->from.cong.ssthresh;
	EXPECT(ssthresh < TCP_WINDOW_MAX);
	tcp_tune(&p->from, &c, p->now);
	EXPECT_EQ(p->from.cong.cwnd, cwnd);
	EXPECT_EQ(p->from.cong.ssthresh, ssthresh);
	c.control = TCP_CUBIC;
	tcp_tune(&p->from, &c, p->now);
	EXPECT_EQ(p->from.cong.cwnd, cwnd);
	EXPECT_EQ(p->from.cong.ssthresh, ssthresh);
}

/* Also in the middle of repairs, and again and again. When all calms down the path loses no more: what it had still to lose
 * would be what the timer repeats, later by double each time, and then nothing moves for 2.6 of the four seconds (so it was
 * in the runs before the 30th and the 90th change). A million bytes are an eighth of what the path could carry, and the least
 * that comes is 1.7 times as much: a repair that brings much at once is followed by a burst, which the 5 ms of queue do
 * not hold, and the timer has to repair that again. */
TEST(changes_at_any_time_lose_nothing)
{
	static const enum tcp_control controls[] = { TCP_BBR, TCP_CUBIC, TCP_NEWRENO, TCP_BBR, TCP_NEWRENO,
		TCP_CUBIC };
	struct path *p = opened(TCP_NEWRENO);

	p->queue_ns = 5 * NS_PER_MS;
	for (u32 i = 0; i < 300; i += 1) {
		struct tcp_config c = config_with(controls[i % COUNT(controls)]);
		u32 before = p->from.snd_una;

		tcp_tune(&p->from, &c, p->now);
		p->lose = i % 3;
		run(p, 30 + i % 50);
		EXPECT(p->from.cong.cwnd >= p->from.mss);
		if (i % 10 == 9) {
			p->lose = 0;
			run(p, 4000);
			EXPECT(seq_dist(before, p->from.snd_una) > 1000000);
		}
	}
	p->backlog = 0;
	run(p, 5000);
	EXPECT_EQ(tcp_unacked(&p->from), 0);
}

/* ---- without SACK, and at its ends ---- */

TEST(without_sack_a_recovery_ends_with_the_models_window)
{
	TALK("listen nodelay bbr", "< S 0:0(0) win 60000 <mss 1000>", "> S. 0:0(0) ack 1",
		"< . 1:1(0) ack 1 win 60000", "phase startup", "most 60000", "write 10000",
		"> P. 1:10001(10000) ack 1", "< . 1:1(0) ack 1001 win 60000", "< . 1:1(0) ack 1001 win 60000",
		"< . 1:1(0) ack 1001 win 60000", "< . 1:1(0) ack 1001 win 60000", "> . 1001:2001(1000) ack 1",
		"phase startup", "< . 1:1(0) ack 10001 win 60000", "sleeps",
		"cwnd 19000"); /* ten, and what was acknowledged */
}

TEST(a_rate_is_kept_to_a_thousandth_and_never_rounded_up)
{
	static const u32 bytes[] = { 1, 536, 65535, 1u << 20, TCP_WINDOW_MAX };

	for (u32 i = 0; i < COUNT(bytes); i += 1) {
		struct tcp t = { .mss = MSS, .cc = CC_BBR | CC_PACE, .min_rtt = 1024, .srtt = 8 * 1024 };
		u64 rate = (u64)bytes[i] * 128u, kept; /* in 2^21 ns, so 128 times as many in 2^28 */

		tcp_congestion_begin(&t, false);
		t.snd_una = bytes[i];
		t.snd_max = bytes[i];
		t.snd_end = 0x70000000u;
		tcp_bbr_acked(&t, bytes[i], 2048ull * 1024u);
		kept = rate_of(t.bbr_rates & 0xffffu);
		EXPECT(kept <= rate);
		EXPECT(kept * 1024u >= rate * 1023u);
	}
}

TEST(nothing_overflows_at_the_ends)
{
	struct tcp t = { .mss = 64, .cc = CC_BBR | CC_PACE, .min_rtt = TCP_RTT_MAX, .srtt = 0xffffffffu };
	struct tcp_facts f;

	tcp_congestion_begin(&t, false);
	t.state = TCP_ESTABLISHED;
	for (u32 i = 0; i < 200; i += 1) {
		t.snd_una = seq_add(t.snd_una, TCP_WINDOW_MAX);
		t.snd_max = seq_add(t.snd_una, i % 2 ? TCP_WINDOW_MAX : 0);
		t.snd_nxt = t.snd_max;
		t.snd_end = t.snd_max;
		t.heard_ms += 70000;
		tcp_bbr_acked(&t, TCP_WINDOW_MAX, (u64)i * 61 * NS_PER_S);
		tcp_bbr_measured(&t, TCP_RTT_MAX);
		tcp_facts(&t, &f);
		EXPECT(f.cwnd_bytes <= TCP_WINDOW_MAX);
		EXPECT(f.cwnd_bytes >= 4 * 64);
	}
	for (u32 i = 0; i < 2000; i += 1)
		tcp_bbr_lost(&t);
	tcp_bbr_marked(&t, TCP_WINDOW_MAX);
	tcp_bbr_timeout(&t);
	EXPECT_EQ(t.cong.cwnd, 64);
}
