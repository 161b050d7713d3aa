/* tcp_bbr.c - a window and a pace from a model of the path: BBR version 3 (draft-ietf-ccwg-bbr), for TCP without segments.
 *
 * The model is the most that the path delivered lately (max_bw) and its shortest round trip (min_rtt, which RACK has too);
 * the experiments that keep it true are the draft's: STARTUP, DRAIN, PROBE_BW with its DOWN, CRUISE, REFILL and UP, PROBE_RTT.
 *
 * A sample of the delivery rate. The draft keeps with each packet what had been delivered when it was sent, and has a sample with
 * each acknowledgement. Here there is one record at a time: when a round begins, what was delivered (SND.UNA and what
 * SACK reported), what had been sent, and the time. The round is over when all of that was delivered and min_rtt has
 * passed; what was delivered meanwhile, by the time between these two acknowledgements, is its sample. So:
 *
 *   - there is one sample a round trip (in STARTUP the second half of a round has more), and what hangs on samples happens at the
 *     ends of rounds; losses, and what is in flight, are looked at with each acknowledgement. A sample is of what was sent a
 *     round before, so STARTUP's rate grows by two thirds in a round trip and does not double;
 *   - the interval is between acknowledgements and never shorter than min_rtt; the draft's send_elapsed is not known;
 *   - a round is limited by the program if there was nothing more to send at any time in it or in the one before, when
 *     its bytes were sent. Its sample counts only if it is higher than what is known;
 *   - a round that begins with nothing in flight ends when the window, or what waits, was delivered.
 *
 * And the model is smaller, for want of room: no extra_acked (what aggregation needs is the second BDP of cwnd and three bursts),
 * no inflight_shortterm (bw_shortterm lowers the BDP and with it the window), one filter of 5 s for min_rtt, which
 * PROBE_RTT measures anew, no state to undo. Six lost segments, not six stretches, end STARTUP. UP ends when a
 * quarter more than the BDP is in flight, as its queue is then there, and the last round's rate was no sixteenth above
 * the highest of UP: not after three rounds without growth.
 *
 * Rates are bytes in 2^28 ns, kept with eleven bits of precision; stamps are in units of 2^24 ns. What is kept is packed
 * (tcp_congestion.h); each event unpacks it.
 */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

enum mode { STARTUP, DRAIN, DOWN, CRUISE, REFILL, UP, PROBE_RTT }; /* as in enum tcp_phase */

/* Percent, by mode: pacing_gain, cwnd_gain. */
static const u8 window_gain[] = { 200, 200, 200, 200, 200, 225, 50 };
static const u16 pace_gain[] = { 277, 50, 90, 100, 100, 125, 100 };

#define PACING_MARGIN   99u /* percent that are used: BBRPacingMarginPercent is 1 */
#define LOSS_THRESH     50u /* one of so many lost is too much */
#define STARTUP_LOSSES  6u
#define STARTUP_FLAT    3u  /* rounds without growth */
#define HEADROOM        15u /* percent of inflight_longterm */
#define MIN_PIPE        4u  /* segments */
#define ROUNDS_MAX      63u /* of CRUISE: so that Reno's flows have their time */
#define QUANTUM_MAX     65536u
#define PROBE_RTT_EVERY 298u /* 5 s, in units of 2^24 ns */
#define PROBE_RTT_LASTS 12u  /* 200 ms */
#define PROBE_BW_EVERY  119u /* 2 s, and up to one more */
#define PROBE_BW_VARIES 60u
#define TICK_US         1024u     /* in units of 1,024 ns */
#define ROUND_US_MAX    0x3fffffu /* 4.3 s: no pace is owed for longer */

#define MANTISSA     2048u
#define EXPONENT_MAX 26u

#define LOST_MAX 511u

struct bbr {
	enum mode mode;
	u32 stage;   /* of PROBE_RTT: it drains, it has drained, and has measured */
	u32 rounds;  /* of this mode; in STARTUP those without growth */
	u32 lost;    /* segments, in this round */
	bool filled; /* full_bw_reached */
	bool fresh;  /* this round began with nothing in flight */
	bool limited, was_limited;
	u64 bw[2];  /* the highest sample of this cycle, and of the one before */
	u64 bound;  /* in STARTUP full_bw, else bw_shortterm; 0: none */
	u32 cycle;  /* when UP may be tried again is counted from here; in PROBE_RTT when it may end */
	u32 rtt_at; /* min_rtt was seen */
};

/* ---- what is kept of it ---- */

static u32 packed(u64 rate)
{
	u32 e = 0;

	while (rate >= MANTISSA && e < EXPONENT_MAX) {
		rate /= 2u;
		e += 1;
	}
	return e * MANTISSA + (u32)(rate < MANTISSA ? rate : MANTISSA - 1u);
}

static u64 unpacked(u32 v)
{
	return (u64)(v % MANTISSA) << least(v / MANTISSA % 32u, EXPONENT_MAX);
}

static struct bbr model(const struct tcp *t)
{
	u32 rates = t->bbr_rates, rest = t->cong.w_max;

	return (struct bbr){ .mode = (enum mode)least(rest >> 25u & 7u, PROBE_RTT),
		.stage = t->rounds / 64u,
		.rounds = t->rounds % 64u,
		.lost = rest >> 16u & LOST_MAX,
		.filled = (rest >> 28u & 1u) != 0,
		.fresh = (rest >> 29u & 1u) != 0,
		.limited = (rest >> 30u & 1u) != 0,
		.was_limited = (rest >> 31u & 1u) != 0,
		.bw = { unpacked(rates & 0xffffu), unpacked(rates >> 16u) },
		.bound = unpacked(t->bbr_bound),
		.cycle = rest & 0xffffu,
		.rtt_at = t->bbr_rtt_at };
}

static void keep(struct tcp *t, const struct bbr *b)
{
	u32 flags = (b->filled ? 1u : 0u) + (b->fresh ? 2u : 0u) + (b->limited ? 4u : 0u) +
		    (b->was_limited ? 8u : 0u);

	t->bbr_rates = packed(b->bw[0]) | packed(b->bw[1]) << 16u;
	t->bbr_bound = (u16)(packed(b->bound) & 0xffffu);
	t->bbr_rtt_at = (u16)(b->rtt_at & 0xffffu);
	t->cong.w_max = (b->cycle & 0xffffu) | least(b->lost, LOST_MAX) << 16u | ((u32)b->mode & 7u) << 25u |
			flags << 28u;
	t->rounds = (u8)((b->stage & 3u) * 64u + least(b->rounds, ROUNDS_MAX));
}

/* ---- times ---- */

static u32 stamp_of(u32 ms)
{
	return ms / 16u & 0xffffu;
}

static u32 later(u32 stamp, u32 by)
{
	return (stamp + by) & 0xffffu;
}

/* It is over. Half the circle is nine minutes: who is silent for long begins anew (restart). */
static bool reached(u32 stamp, u32 now)
{
	return ((now + 0x10000u - (stamp & 0xffffu)) & 0xffffu) < 0x8000u;
}

/* ---- the model ---- */

static u64 max_bw(const struct bbr *b)
{
	return b->bw[0] > b->bw[1] ? b->bw[0] : b->bw[1];
}

/* Modes that look for more do not heed what a loss says of the moment (BBRIsProbingBW). */
static bool probing(const struct bbr *b)
{
	return b->mode == STARTUP || b->mode == REFILL || b->mode == UP;
}

static u64 bandwidth(const struct bbr *b)
{
	u64 most = max_bw(b);

	return !probing(b) && b->bound != 0 && b->bound < most ? b->bound : most;
}

static u32 bdp(const struct tcp *t, u64 bw)
{
	return window_of(bw * least(t->min_rtt, TCP_RTT_MAX) >> 18u);
}

static u32 in_flight(const struct tcp *t)
{
	return (t->flags & F_LOSS) != 0 ? seq_dist(t->snd_una, t->snd_nxt) : tcp_pipe(t);
}

/* Bytes in 2^28 ns to send with. Before there is a sample, a window a round trip (BBRInitPacingRate). */
static u64 pacing_rate(const struct tcp *t, const struct bbr *b)
{
	u64 bw = bandwidth(b);

	if (bw == 0)
		bw = ((u64)least(t->cong.cwnd, TCP_WINDOW_MAX) << 18u) / most_of(t->srtt / 8u, TICK_US);
	return bw * pace_gain[b->mode] / 100u * PACING_MARGIN / 100u;
}

u32 tcp_bbr_tick(const struct tcp *t)
{
	struct bbr b = model(t);

	return most_of(window_of(pacing_rate(t, &b) / 256u), 1);
}

/* inflight_longterm, less some room for others (BBRInflightWithHeadroom). */
static u32 with_headroom(const struct tcp *t)
{
	u32 high = t->cong.ssthresh;
	u32 room = most_of((u32)((u64)high * HEADROOM / 100u), t->mss);

	return high == TCP_WINDOW_MAX ? high : most_of(minus(high, room), MIN_PIPE * t->mss);
}

/* The most that may be in flight: max_inflight, and what bounds it (BBRBoundCwndForModel). */
static u32 target(const struct tcp *t, const struct bbr *b)
{
	u32 least_pipe = MIN_PIPE * t->mss, high = t->cong.ssthresh, all;
	u32 tick = window_of(pacing_rate(t, b) / 256u);

	all = window_of((u64)bdp(t, bandwidth(b)) * window_gain[b->mode] / 100u);
	if (b->mode == PROBE_RTT)
		return most_of(least(all, with_headroom(t)), least_pipe);
	all = most_of(all, 3u * least(most_of(tick, 2u * t->mss), QUANTUM_MAX)); /* offload_budget */
	if (b->mode == UP)
		all = plus(all, 2u * t->mss);
	if (b->mode == CRUISE)
		all = least(all, with_headroom(t));
	else if (b->mode >= DOWN)
		all = least(all, high);
	return most_of(all, least_pipe);
}

static void set_window(struct tcp *t, const struct bbr *b, u32 delivered)
{
	struct tcp_congestion *c = &t->cong;
	u32 most = target(t, b);

	if (max_bw(b) != 0 && (b->filled || b->mode == PROBE_RTT))
		c->cwnd = least(plus(c->cwnd, delivered), most);
	else if (max_bw(b) == 0 || c->cwnd < most)
		c->cwnd = plus(c->cwnd, delivered);
	c->cwnd = most_of(c->cwnd, MIN_PIPE * t->mss);
}

/* ---- rounds ---- */

/* Behind the last that the peer is known to have. */
static u32 highest(const struct tcp *t)
{
	u32 n = least(sacked(t), TCP_GAPS_MAX);

	return n > 0 ? t->sacked.r[n - 1u].to : t->snd_una;
}

/* How much was delivered, as a sequence number. Where there are more pieces than are remembered,
 * what is missing is taken for as many segments as there are places. */
static u32 delivered(const struct tcp *t)
{
	u32 sum = seq_add(t->snd_una, tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max)), about;

	if (sacked(t) < TCP_GAPS_MAX || (t->flags & F_SACK_MORE) == 0)
		return sum;
	about = seq_dist((TCP_GAPS_MAX + 1u) * t->mss, highest(t));
	return seq_max(sum, about);
}

/* What was in flight when this round began. */
static u32 round_flight(const struct tcp *t)
{
	u32 from = t->cong.phase[BBR_DELIVERED], to = t->cong.phase[BBR_END];

	return seq_before(from, to) ? window_of(seq_dist(from, to)) : 0;
}

/* What the rate gives since the round began; what was sent or will be, as what is lost is sent again. */
static u32 round_due(const struct tcp *t, u64 rate, u32 us)
{
	return window_of(rate * least(seq_dist(t->cong.phase[BBR_SINCE], us), ROUND_US_MAX) >> 18u);
}

static u32 round_sent(const struct tcp *t, const struct bbr *b)
{
	u32 from = t->cong.phase[b->fresh ? BBR_DELIVERED : BBR_END];
	u32 sent = seq_before(from, t->snd_nxt) ? window_of(seq_dist(from, t->snd_nxt)) : 0;

	return plus(sent, least(b->lost * t->mss, round_flight(t)));
}

/* As much as may leave at once. */
static u32 a_burst(u64 rate, u32 mss)
{
	return most_of(window_of(rate / 256u), 2u * mss);
}

/* What was sent ahead of the pace the new round has to pay for: so its end is that much nearer. */
static void begin_round(struct tcp *t, struct bbr *b, u32 us)
{
	struct tcp_congestion *c = &t->cong;
	u64 rate = pacing_rate(t, b);
	u32 ahead = least(minus(round_sent(t, b), round_due(t, rate, us)), a_burst(rate, t->mss));

	c->phase[BBR_SINCE] = us;
	c->phase[BBR_DELIVERED] = delivered(t);
	c->phase[BBR_END] = seq_dist(least(ahead, seq_dist(t->snd_una, t->snd_max)), t->snd_max);
	b->fresh = false;
	b->lost = 0;
	b->was_limited = b->limited;
	b->limited = false;
}

static u32 shortest_round(const struct tcp *t)
{
	return most_of(t->min_rtt, TICK_US);
}

/* BBRIsInflightTooHigh. */
static bool too_high(const struct tcp *t, const struct bbr *b)
{
	return (u64)b->lost * t->mss * LOSS_THRESH > round_flight(t);
}

/* ---- modes ---- */

static void enter(struct bbr *b, enum mode mode)
{
	if (probing(b)) /* it was full_bw */
		b->bound = 0;
	b->mode = mode;
	b->rounds = 0;
	b->stage = 0;
}

/* A cycle of PROBE_BW begins. Connections are not to look for more in step (BBRPickProbeWait). */
static void begin_cycle(const struct tcp *t, struct bbr *b, enum mode mode, u32 now)
{
	u32 some = (u32)((u64)t->snd_una * 0x9e3779b1u >> 20u & 0xffffu);

	enter(b, mode);
	b->cycle = later(now, some % PROBE_BW_VARIES);
}

static void enter_drain(struct bbr *b)
{
	b->filled = true;
	enter(b, DRAIN);
}

/* BBRHandleInflightTooHigh: what was in flight is more than the path holds. */
static void back_down(struct tcp *t, struct bbr *b, u32 flight, u32 now)
{
	u32 kept = (u32)((u64)least(bdp(t, bandwidth(b)), t->cong.cwnd) * 7u / 10u);

	if (!b->limited)
		t->cong.ssthresh = most_of(most_of(flight, kept), MIN_PIPE * t->mss);
	if (b->mode == UP)
		begin_cycle(t, b, DOWN, now);
}

/* BBRCheckStartupFullBandwidth, BBRCheckStartupHighLoss. */
static void judge_startup(struct tcp *t, struct bbr *b, u32 got, bool limited)
{
	u64 most = max_bw(b);

	if (b->lost >= STARTUP_LOSSES && too_high(t, b)) {
		t->cong.ssthresh = most_of(most_of(bdp(t, max_bw(b)), got), MIN_PIPE * t->mss);
		enter_drain(b);
	} else if (most > b->bound + b->bound / 4u) {
		b->bound = most;
		b->rounds = 0;
	} else if (!limited) {
		b->rounds += 1;
		if (b->rounds >= STARTUP_FLAT)
			enter_drain(b);
	}
}

/* BBRProbeInflightLongtermUpward: one segment more in the first round, and twice as many in each that follows. */
static void raise_high(struct tcp *t, const struct bbr *b)
{
	struct tcp_congestion *c = &t->cong;

	if (c->ssthresh != TCP_WINDOW_MAX && c->cwnd >= c->ssthresh)
		c->ssthresh = window_of(c->ssthresh + ((u64)t->mss << least(b->rounds, 14)));
}

/* BBRIsTimeToProbeBW. */
static bool time_to_probe(const struct tcp *t, const struct bbr *b, u32 now)
{
	u32 reno = bdp(t, bandwidth(b)) / most_of(t->mss, 1);

	return reached(later(b->cycle, PROBE_BW_EVERY), now) ||
	       b->rounds >= least(most_of(reno, MIN_PIPE), ROUNDS_MAX);
}

/* The queue is there, and the path gave no more than in the round before (BBRIsTimeToGoDown). */
static void judge_up(struct tcp *t, struct bbr *b, u64 sample, bool limited, u32 now)
{
	u32 pipe = bdp(t, max_bw(b));

	if (!limited)
		raise_high(t, b);
	if (sample > b->bound + b->bound / 16u)
		b->bound = sample;
	else if (in_flight(t) >= plus(pipe, pipe / 4u))
		begin_cycle(t, b, DOWN, now);
}

/* BBRAdaptLowerBoundsFromCongestion. */
static void lower_bound(struct bbr *b, u64 sample)
{
	u64 kept = (b->bound != 0 ? b->bound : max_bw(b)) * 7u / 10u;

	if (!probing(b))
		b->bound = sample > kept ? sample : kept;
}

static void judge_cycle(struct tcp *t, struct bbr *b, u64 sample, bool limited, u32 now)
{
	if (b->lost > 0)
		lower_bound(b, sample);
	if (b->mode == DOWN && b->rounds == 0 && !limited &&
		b->bw[0] != 0) { /* what UP has found has arrived */
		b->bw[1] = b->bw[0];
		b->bw[0] = 0;
	}
	b->rounds = least(b->rounds + 1u, ROUNDS_MAX);
	if (b->mode == REFILL) {
		enter(b, UP);
	} else if (b->mode == UP) {
		judge_up(t, b, sample, limited, now);
	} else if ((b->mode == DOWN || b->mode == CRUISE) && time_to_probe(t, b, now)) {
		b->bound = 0;
		enter(b, REFILL);
	}
}

/* What was delivered in this round. */
static u32 round_delivered(const struct tcp *t)
{
	u32 from = t->cong.phase[BBR_DELIVERED], to = delivered(t);

	return seq_before(from, to) ? window_of(seq_dist(from, to)) : 0;
}

static bool is_limited(const struct bbr *b)
{
	return b->limited || b->was_limited;
}

/* The rate of this round, if it has lasted for so long; 0: none. */
static u64 sample_of(const struct tcp *t, struct bbr *b, u32 us, u32 shortest)
{
	u32 elapsed = seq_dist(t->cong.phase[BBR_SINCE], us);
	u64 sample = 0;

	if (elapsed >= most_of(shortest, TICK_US))
		sample = ((u64)round_delivered(t) << 18u) / elapsed;
	if (sample > b->bw[0] && (!is_limited(b) || sample > max_bw(b)))
		b->bw[0] = sample;
	return sample;
}

static void end_round(struct tcp *t, struct bbr *b, u32 us, u32 now)
{
	u64 sample = sample_of(t, b, us, t->min_rtt);

	if (b->mode == STARTUP)
		judge_startup(t, b, round_delivered(t), is_limited(b) || sample == 0);
	else
		judge_cycle(t, b, sample, is_limited(b), now);
	begin_round(t, b, us);
}

static bool round_is_over(const struct tcp *t, u32 us)
{
	if (t->snd_una == t->snd_max)
		return true;
	return !seq_before(highest(t), t->cong.phase[BBR_END]) &&
	       seq_dist(t->cong.phase[BBR_SINCE], us) >= shortest_round(t);
}

/* ---- PROBE_RTT ---- */

static void exit_probe_rtt(struct tcp *t, struct bbr *b, u32 now)
{
	b->rtt_at = now;
	b->bound = 0;
	begin_cycle(t, b, CRUISE, now);
	t->cong.cwnd = most_of(t->cong.cwnd, target(t, b));
}

static void probe_rtt(struct tcp *t, struct bbr *b, u32 us, u32 now)
{
	if (b->stage == 0 && in_flight(t) <= target(t, b)) {
		b->stage = 1;
		b->rounds = 0;
		b->cycle = later(now, PROBE_RTT_LASTS);
		begin_round(t, b, us);
	} else if (b->stage > 0 && b->rounds > 0 && reached(b->cycle, now)) {
		exit_probe_rtt(t, b, now);
	}
}

/* A round trip was measured: called before the acknowledgement counts. That of the SYN is before BBR begins. */
void tcp_bbr_measured(struct tcp *t, u32 rtt)
{
	struct bbr b = model(t);

	if (!synchronized(t))
		return;
	if (b.mode == PROBE_RTT && b.stage == 1) {
		b.stage = 2;
		t->min_rtt = rtt;
	}
	if (rtt <= t->min_rtt)
		b.rtt_at = stamp_of(t->heard_ms);
	keep(t, &b);
}

/* ---- what happens ---- */

static void move_on(struct tcp *t, struct bbr *b, u32 us, u32 now)
{
	u32 flight = in_flight(t), pipe = bdp(t, max_bw(b));

	if (b->mode == DRAIN && flight <= pipe)
		begin_cycle(t, b, DOWN, now);
	else if (b->mode == DOWN && flight <= least(pipe, with_headroom(t)))
		b->mode = CRUISE;
	if (b->mode == PROBE_RTT)
		probe_rtt(t, b, us, now);
	else if (reached(later(b->rtt_at, PROBE_RTT_EVERY), now) && b->filled)
		enter(b, PROBE_RTT);
}

static void heard(struct tcp *t, u32 more, u64 ns)
{
	struct bbr b = model(t);
	u32 us = clock_us(ns), now = stamp_of(clock_ms(ns));

	if (!seq_before(t->snd_nxt, t->snd_end) && in_flight(t) < t->cong.cwnd)
		b.limited = true;
	if (round_is_over(t, us))
		end_round(t, &b, us, now);
	else if (b.mode == STARTUP && !b.fresh)
		(void)sample_of(t, &b, us, t->min_rtt / 2u);
	move_on(t, &b, us, now);
	if (has_sack(t) || (t->flags & F_RECOVERY) == 0)
		set_window(t, &b, more);
	keep(t, &b);
}

void tcp_bbr_acked(struct tcp *t, u32 bytes, u64 now)
{
	heard(t, bytes, now);
}

static void count_lost(struct tcp *t, u32 segments)
{
	struct bbr b = model(t);

	b.lost = least(b.lost + least(segments, LOST_MAX), LOST_MAX);
	if ((b.mode == UP || (b.mode == DOWN && b.rounds == 0)) && too_high(t, &b))
		back_down(t, &b, round_flight(t), stamp_of(t->heard_ms));
	keep(t, &b);
}

/* What an acknowledgement, or time, said besides: called where a recovery would count (tcp_prr.c). */
void tcp_bbr_heard(struct tcp *t, const struct tcp_before *was, u64 now)
{
	u32 moved = seq_dist(was->una, t->snd_una), from = seq_max(was->lost_to, t->snd_una), lost = 0, more;

	if (seq_before(from, t->lost_to))
		lost = minus(seq_dist(from, t->lost_to), tcp_ranges_bytes(&t->sacked, from, t->lost_to));
	if (lost > 0)
		count_lost(t, minus(plus(lost, t->mss), 1) / most_of(t->mss, 1));
	more = minus(plus(moved, tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max)), was->reported);
	if (moved == 0 || was->recovery) /* else tcp_bbr_acked() was told */
		heard(t, more, now);
}

/* A loss that no hole shows is one of a segment. */
void tcp_bbr_lost(struct tcp *t)
{
	if (sacked(t) == 0)
		count_lost(t, 1);
}

/* RFC 3168's marks, which the draft does not speak of: as too much loss. */
void tcp_bbr_marked(struct tcp *t, u32 in_flight_before)
{
	struct bbr b = model(t);
	u32 now = stamp_of(t->heard_ms), flight = window_of(in_flight_before);

	b.lost = least(b.lost + 1u, LOST_MAX);
	if (b.mode == STARTUP) {
		t->cong.ssthresh = most_of(most_of(flight, bdp(t, max_bw(&b))), MIN_PIPE * t->mss);
		enter_drain(&b);
	} else if (b.mode == UP) {
		back_down(t, &b, flight, now);
	}
	keep(t, &b);
}

/* All is sent again, and with the first of it a round begins (restart). */
void tcp_bbr_timeout(struct tcp *t)
{
	struct bbr b = model(t);

	lower_bound(&b, 0);
	t->cong.cwnd = t->mss;
	keep(t, &b);
}

/* A recovery that inflated the window is over, or a timeout was none. */
void tcp_bbr_recovered(struct tcp *t)
{
	struct bbr b = model(t);

	t->cong.cwnd = max_bw(&b) == 0 ? tcp_initial_window(t->mss) : target(t, &b);
}

/* Something is sent after silence, or after a timeout: a round begins, which ends when the window or all that waits has arrived. (The
 * pace is that of the model, and nothing is sent at once that silence has saved.) */
static void restart(struct tcp *t, struct bbr *b, u64 ns)
{
	u32 now = stamp_of(clock_ms(ns)), silent = seq_dist(t->sent_ms, clock_ms(ns)) / 16u;

	if (silent >= PROBE_RTT_EVERY) {
		b->rtt_at = now;
		b->cycle = b->mode == PROBE_RTT ? b->cycle : now;
	}
	if (b->mode == PROBE_RTT && b->stage > 0 && (silent >= PROBE_RTT_LASTS || reached(b->cycle, now)))
		exit_probe_rtt(t, b, now);
	begin_round(t, b, clock_us(ns));
	b->fresh = true;
	t->cong.phase[BBR_DELIVERED] = t->snd_una;
	t->cong.phase[BBR_END] = seq_add(
		t->snd_una, least(t->cong.cwnd, seq_dist(t->snd_una, seq_max(t->snd_end, t->snd_una))));
}

/* How much of n may leave now: so much as the rate gives since the round began, less what was sent and what was lost, as that is
 * sent again; and no more in a tick than two ticks give. ticks: how long to wait if it is nothing. */
u32 tcp_bbr_pace(struct tcp *t, u32 n, u32 mss, u64 now, u32 *ticks)
{
	struct bbr b = model(t);
	u32 left, burst = t->sent_ms == clock_ms(now) ? t->burst * mss : 0, tick, once;
	u64 rate;

	if (t->snd_una == t->snd_nxt) {
		restart(t, &b, now);
		keep(t, &b);
	}
	if (t->srtt / 8u < TICK_US)
		return n;
	rate = pacing_rate(t, &b);
	tick = most_of(window_of(rate / 256u), 1);
	once = a_burst(rate, mss);
	left = minus(plus(round_due(t, rate, clock_us(now)), once), round_sent(t, &b));
	left = least(left, minus(plus(tick, once), burst));
	if (left >= n)
		return n;
	*ticks = minus(least(n, 2u * mss), left) / tick + 1u;
	return minus(left, left % most_of(mss, 1));
}

/* ---- a connection begins with it, or changes to it or from it ---- */

void tcp_bbr_begin(struct tcp *t)
{
	struct bbr b = { .mode = STARTUP };

	t->cong.ssthresh = TCP_WINDOW_MAX; /* inflight_longterm */
	b.rtt_at = stamp_of(t->heard_ms);
	b.cycle = b.rtt_at;
	t->cong.phase[BBR_DELIVERED] = t->snd_max;
	t->cong.phase[BBR_END] = t->snd_max;
	keep(t, &b);
}

/* What the next control goes on from: a BDP if it is known, and then it needs no slow start, but after a timeout. */
void tcp_bbr_leave(struct tcp *t)
{
	struct bbr b = model(t);
	u32 pipe = most_of(bdp(t, max_bw(&b)), MIN_PIPE * t->mss);

	t->cong.ssthresh = TCP_WINDOW_MAX;
	if (!b.filled && (t->flags & (F_RECOVERY | F_LOSS)) == 0)
		return;
	t->cong.ssthresh = pipe;
	t->cong.cwnd = (t->flags & F_LOSS) != 0 ? least(t->cong.cwnd, pipe) : pipe;
}

enum tcp_phase tcp_bbr_phase(const struct tcp *t)
{
	struct bbr b = model(t);

	return (enum tcp_phase)(TCP_STARTUP + (u32)b.mode);
}
