/* tcp_congestion.c - how much may be in flight: what all controls share, and NewReno (RFC 5681, section 3). */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

static bool is_cubic(const struct tcp *t)
{
	return image_parts.cubic && (t->cc & CC_CUBIC) != 0;
}

/* RFC 6928, 2: IW = min (10*MSS, max (2*MSS, 14600)) */
u32 tcp_initial_window(u32 mss)
{
	return least(10u * mss, most_of(2u * mss, 14600));
}

void tcp_phase_begins(struct tcp *t)
{
	for (u32 i = 0; i < COUNT(t->cong.phase); i += 1)
		t->cong.phase[i] = 0;
	t->rounds = 0;
	t->cc = (u16)(t->cc & ~(u32)CC_CSS);
}

void tcp_congestion_choose(struct tcp *t, const struct tcp_config *c)
{
	bool bbr = image_parts.bbr && c->control == TCP_BBR;

	t->cc = (u16)(t->cc & ~(u32)(CC_CUBIC | CC_BBR | CC_PACE));
	if (image_parts.cubic && c->control == TCP_CUBIC)
		t->cc |= CC_CUBIC;
	if (bbr)
		t->cc |= CC_BBR;
	if (bbr || (image_parts.pacing && c->pace))
		t->cc |= CC_PACE;
}

/* A recovery by PRR counts in the words that others use: it begins to count anew. */
static void words_begin(struct tcp *t)
{
	if (in_sack_recovery(t)) {
		tcp_prr_begin(t);
		return;
	}
	tcp_phase_begins(t);
	t->cong.phase[HY_END] = t->snd_max;
}

void tcp_congestion_change(struct tcp *t, const struct tcp_config *c)
{
	u32 before = t->cc & (CC_CUBIC | CC_BBR);
	bool had_bbr = has_bbr(t);

	tcp_congestion_choose(t, c);
	if (!synchronized(t) || (t->cc & (CC_CUBIC | CC_BBR)) == before)
		return;
	if (has_bbr(t)) {
		tcp_phase_begins(t);
		tcp_bbr_begin(t);
		return;
	}
	if (had_bbr) {
		tcp_bbr_leave(t);
		t->cong.w_max = t->cong.cwnd;
		t->cc = (u16)(t->cc & ~(u32)(CC_FAST | CC_TIMEOUT));
	}
	if (had_bbr || t->cong.cwnd >= t->cong.ssthresh)
		words_begin(t);
}

void tcp_congestion_begin(struct tcp *t, bool syn_lost)
{
	t->cong = (struct tcp_congestion){ 0 };
	t->cong.cwnd = syn_lost ? t->mss : tcp_initial_window(t->mss); /* RFC 5681 3.1, at its end */
	t->cong.ssthresh = TCP_WINDOW_MAX;
	tcp_phase_begins(t);
	t->cong.phase[HY_END] = t->snd_max;
	if (has_bbr(t))
		tcp_bbr_begin(t);
}

/* RFC 5681, 3.1: one MSS per window acknowledged, by counting bytes. */
static void newreno_acked(struct tcp *t, u32 bytes)
{
	struct tcp_congestion *c = &t->cong;
	u32 acked = plus(c->phase[CA_ACKED], bytes);

	if (acked >= c->cwnd) {
		acked = minus(acked, c->cwnd);
		c->cwnd = plus(c->cwnd, t->mss);
	}
	c->phase[CA_ACKED] = acked;
}

/* So much may be left of a window in full use: what waits for a whole segment, or for its time. */
static u32 unused(const struct tcp *t)
{
	return image_parts.pacing && (t->cc & CC_PACE) != 0 ? most_of(t->cong.cwnd / 4u, t->mss) : t->mss;
}

/* A window that was not used says nothing about the path: it grows only when, in slow start,
 * at least half of it was (RFC 7661, 4.3), and later all of it (RFC 9438, 5.8). */
void tcp_congestion_acked(struct tcp *t, u32 bytes, u32 flight, u32 echo, u64 now)
{
	struct tcp_congestion *c = &t->cong;

	if (c->cwnd < c->ssthresh) {
		if (flight >= c->cwnd / 2u)
			tcp_slow_start(t, bytes, echo, now);
	} else if (flight < minus(c->cwnd, unused(t))) {
		c->phase[CUBIC_W_EST] = 0; /* time that was not used is not in the epoch */
	} else if (is_cubic(t)) {
		tcp_cubic_acked(t, bytes, now);
	} else {
		newreno_acked(t, bytes);
	}
}

/* RFC 5681, equation 4; RFC 9438, 4.6. `window` is what the path had when it lost. */
static void reduce(struct tcp *t, u32 window)
{
	struct tcp_congestion *c = &t->cong;
	u32 kept = window / 2u;

	t->cc = (u16)(t->cc & ~(u32)(CC_FAST | CC_TIMEOUT));
	if (is_cubic(t)) {
		kept = (u32)((u64)window * 7u / 10u);
		tcp_cubic_reduced(t, window);
	} else {
		c->w_max = c->cwnd;
	}
	c->ssthresh = most_of(kept, 2u * t->mss);
	tcp_phase_begins(t);
}

static void answer_marks(struct tcp *t)
{
	if (has_ecn(t)) /* RFC 3168, 6.1.2: whatever the reason */
		t->cc |= CC_CWR;
}

void tcp_congestion_lost(struct tcp *t, u32 flight)
{
	answer_marks(t);
	if (has_bbr(t)) {
		tcp_bbr_lost(t);
		return;
	}
	reduce(t, least(flight, t->cong.cwnd));
	t->cong.cwnd = t->cong.ssthresh;
}

void tcp_congestion_marked(struct tcp *t, u32 flight)
{
	answer_marks(t);
	if (has_bbr(t))
		tcp_bbr_marked(t, flight);
	else
		tcp_congestion_lost(t, flight);
}

void tcp_congestion_timeout(struct tcp *t, u32 flight, bool again)
{
	if (has_bbr(t)) {
		answer_marks(t);
		t->cc = (u16)(t->cc & ~(u32)CC_REDUCED);
		tcp_bbr_timeout(t);
		return;
	}
	if (!again)
		answer_marks(t);
	if (!again) /* 3.1: ssthresh is held constant when the same segment times out again */
		reduce(t, flight);
	tcp_phase_begins(t);
	t->cc = (u16)(t->cc & ~(u32)CC_REDUCED);
	t->cc |= CC_TIMEOUT;
	t->cong.cwnd = t->mss; /* LW */
}

u32 tcp_window_before(const struct tcp *t)
{
	u64 before = t->cong.w_max;

	if ((t->cc & CC_FAST) != 0)
		before = before * 20u / 17u;
	return window_of(before);
}

/* RFC 4015, 3.2: back to the window there was; slow start goes no further than that. */
void tcp_congestion_undo(struct tcp *t)
{
	if (has_bbr(t)) {
		tcp_bbr_recovered(t);
		return;
	}
	t->cong.cwnd = most_of(tcp_window_before(t), t->cong.ssthresh);
	t->cong.ssthresh = t->cong.cwnd;
	t->cc = (u16)(t->cc & ~(u32)CC_TIMEOUT);
	tcp_phase_begins(t);
}

/* RFC 5681, 4.1. BBR goes on with its model, at its pace. */
void tcp_congestion_idle(struct tcp *t)
{
	if (has_bbr(t))
		return;
	t->cong.cwnd = least(t->cong.cwnd, tcp_initial_window(t->mss));
	if (t->cong.ssthresh != TCP_WINDOW_MAX) /* an epoch does not count it (RFC 9438, 5.8) */
		tcp_phase_begins(t);
}
