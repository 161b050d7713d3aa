/* tcp_slow_start.c - slow start that ends before the path must say so: HyStart++ (RFC 9406).
 *
 * It measures with the echoes of our timestamps, which every acknowledgement brings, and whose
 * clock (2^20 ns) is finer than the smallest threshold (4 ms). Without timestamps one
 * segment a round trip is timed, which is fewer than N_RTT_SAMPLE: slow start is RFC 5681's then, and
 * so is each but the first (4.3).
 */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

/* RFC 9406, 4.3; times in units of 2^20 ns. */
#define MIN_RTT_THRESH     4u
#define MAX_RTT_THRESH     15u
#define MIN_RTT_DIVISOR    8u
#define N_RTT_SAMPLE       8u
#define CSS_GROWTH_DIVISOR 4u
#define CSS_ROUNDS         5u
#define L_SEGMENTS         8u

/* struct tcp.rounds: samples of this round in the low half, rounds of CSS in the high one. */
#define SAMPLES     0x0fu
#define A_CSS_ROUND 0x10u

static u32 css_rounds(const struct tcp *t)
{
	return t->rounds / A_CSS_ROUND;
}

/* Out of slow start, without a loss. W_max is what there is (RFC 9438, 4.10). */
static void leave(struct tcp *t)
{
	t->cong.ssthresh = t->cong.cwnd;
	t->cong.w_max = t->cong.cwnd;
	tcp_phase_begins(t);
}

/* 4.2: a round is over when what was to be sent next when it began is acknowledged: the first segment of another flight,
 * which finds the queue empty if it can be. Not when all sent before is: what that acknowledgement lets out is behind the
 * whole flight, and would be the first sample of the next round, after two rounds more the first three, and so on; and
 * from eight on the queue seems to grow, until the next flight says that it does not. */
static void next_round(struct tcp *t)
{
	struct tcp_congestion *c = &t->cong;
	u32 css = css_rounds(t);

	c->phase[HY_END] = t->snd_max;
	if ((t->cc & CC_CSS) != 0)
		css += 1;
	else
		c->phase[HY_LAST] = c->phase[HY_LEAST];
	c->phase[HY_LEAST] = 0;
	t->rounds = (u8)(least(css, CSS_ROUNDS) * A_CSS_ROUND);
	if (css >= CSS_ROUNDS)
		leave(t);
}

/* 4.2: does the queue grow? And with CSS: was it only noise? Our clock shows what takes
 * equally long as one unit more or less: so much is not shorter. */
static void judge(struct tcp *t)
{
	struct tcp_congestion *c = &t->cong;
	u32 least_now = c->phase[HY_LEAST], last = c->phase[HY_LAST];
	u32 more = least(most_of(last / MIN_RTT_DIVISOR, MIN_RTT_THRESH), MAX_RTT_THRESH);

	if ((t->rounds & SAMPLES) < N_RTT_SAMPLE || last == 0)
		return;
	if ((t->cc & CC_CSS) != 0) {
		if (plus(least_now, 1) < last) {
			t->cc = (u16)(t->cc & ~(u32)CC_CSS);
			t->rounds &= SAMPLES;
			c->phase[HY_LAST] = 0;
		}
	} else if (least_now >= plus(last, more)) {
		t->cc |= CC_CSS;
		c->phase[HY_LAST] = least_now; /* cssBaselineMinRtt */
	}
}

static void sample(struct tcp *t, u32 echo, u64 now)
{
	struct tcp_congestion *c = &t->cong;
	u32 rtt = least(seq_dist(echo, clock_ms(now)), TCP_RTT_MAX / 1024u) + 1u;

	c->phase[HY_LEAST] = c->phase[HY_LEAST] == 0 ? rtt : least(c->phase[HY_LEAST], rtt);
	if ((t->rounds & SAMPLES) < N_RTT_SAMPLE)
		t->rounds = (u8)(t->rounds + 1u);
	judge(t);
}

/* The peer may acknowledge a whole offloaded burst at once, so RFC 3465's limit of
 * 2*MSS would starve us; 8*MSS is L of a sender that does not pace (4.2). */
void tcp_slow_start(struct tcp *t, u32 bytes, u32 echo, u64 now)
{
	struct tcp_congestion *c = &t->cong;
	u32 grow = least(bytes, L_SEGMENTS * t->mss);

	if ((t->cc & CC_CSS) != 0)
		grow /= CSS_GROWTH_DIVISOR;
	c->cwnd = plus(c->cwnd, grow);
	if (c->ssthresh != TCP_WINDOW_MAX || !has_timestamps(t))
		return;
	if (seq_before(c->phase[HY_END], t->snd_una))
		next_round(t);
	if (c->ssthresh == TCP_WINDOW_MAX)
		sample(t, echo, now);
}
