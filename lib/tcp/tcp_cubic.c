/* tcp_cubic.c - CUBIC's congestion avoidance (RFC 9438), in integers.
 *
 * Time runs in units of 2^20 ns. With C = 0.4 segments a second cubed,
 *
 *     W_cubic (t) = C * (t - K)^3 + W_max
 *
 * is, in bytes and in those units, mss * x^3 / CUBE_UNIT + W_max with x = t - K, because
 * 1 / (0.4 * (2^20 / 10^9)^3) = 2168404344.97. Only t - K is ever needed, so of the
 * epoch's start and K their sum is kept: CUBIC_ORIGIN.
 *
 * The window moves a few times in a round trip, not with each acknowledgement: when an eighth of
 * it was acknowledged. The sum is that of 4.4, (target - cwnd) / cwnd for each segment.
 */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

#define CUBE_UNIT 2168404345ull
#define X_MAX     0x3ffffu /* 275 s: K of a window of TCP_WINDOW_MAX in the smallest segments is 221 s */

#define SHARE 8u

/* The largest r with r^3 <= v, for v below 2^63. */
u32 tcp_cubic_root(u64 v)
{
	u32 root = 0;

	for (u32 bit = 0x100000u; bit > 0; bit /= 2u) {
		u64 r = least(root | bit, 0x1fffffu);

		if (r * r * r <= v)
			root = (u32)r;
	}
	return root;
}

/* mss * x^3 / CUBE_UNIT. The cube has 54 bits: 12 of them go first. */
static u32 cube_bytes(u32 mss, u32 x)
{
	u64 far = least(x, X_MAX);

	return window_of(far * far * far / 4096u * mss / (CUBE_UNIT / 4096u));
}

/* W_cubic, `ms` being a moment. */
static u32 w_cubic(const struct tcp *t, u32 ms)
{
	const struct tcp_congestion *c = &t->cong;
	u32 origin = c->phase[CUBIC_ORIGIN];

	if (seq_before(ms, origin))
		return minus(c->w_max, cube_bytes(t->mss, seq_dist(ms, origin)));
	return plus(c->w_max, cube_bytes(t->mss, seq_dist(origin, ms)));
}

/* 4.2, 4.8: a stage of congestion avoidance begins. K = cbrt ((W_max - cwnd_epoch) / C);
 * zero after a timeout, or when there is nothing to return to. */
static void begin_epoch(struct tcp *t, u32 ms)
{
	struct tcp_congestion *c = &t->cong;
	u32 k = 0;

	if (c->w_max <= c->cwnd || (t->cc & CC_TIMEOUT) != 0)
		c->w_max = c->cwnd;
	else
		k = tcp_cubic_root((u64)least(minus(c->w_max, c->cwnd), TCP_WINDOW_MAX) * CUBE_UNIT /
				   most_of(t->mss, 1));
	t->cc = (u16)(t->cc & ~(u32)CC_TIMEOUT);
	c->phase[CUBIC_ORIGIN] = seq_add(ms, k);
	c->phase[CUBIC_W_EST] = most_of(c->cwnd, 1);
	c->phase[CA_ACKED] = 0;
}

/* 4.3: W_est += alpha * segments_acked / cwnd. alpha = 3 * (1 - 0.7) / (1 + 0.7) = 9 / 17,
 * and 1 once W_est has reached the window before the reduction. */
static u32 reno_estimate(const struct tcp *t, u32 acked)
{
	const struct tcp_congestion *c = &t->cong;
	u32 est = c->phase[CUBIC_W_EST];
	u64 cwnd = most_of(c->cwnd, 1), grown = (u64)least(acked, TCP_WINDOW_MAX) * t->mss;

	if (est < tcp_window_before(t))
		grown = grown * 9u / 17u;
	return plus(est, window_of(grown / cwnd));
}

void tcp_cubic_acked(struct tcp *t, u32 bytes, u64 now)
{
	struct tcp_congestion *c = &t->cong;
	u32 ms = clock_ms(now), acked, target, most;
	u64 grow;

	if (c->phase[CUBIC_W_EST] == 0)
		begin_epoch(t, ms);
	acked = plus(c->phase[CA_ACKED], bytes);
	c->phase[CA_ACKED] = acked;
	if (acked < c->cwnd / SHARE)
		return;
	c->phase[CA_ACKED] = 0;
	c->phase[CUBIC_W_EST] = reno_estimate(t, acked);
	if (w_cubic(t, ms) < c->phase[CUBIC_W_EST]) { /* 4.3: the Reno-friendly region */
		c->cwnd = most_of(c->cwnd, c->phase[CUBIC_W_EST]);
		return;
	}
	/* 4.4, 4.5: where the curve will be a round trip from now, within half a window */
	target = w_cubic(t, seq_add(ms, t->srtt / 8192u));
	most = plus(c->cwnd, c->cwnd / 2u);
	target = least(most_of(target, c->cwnd), most);
	grow = (u64)least(minus(target, c->cwnd), TCP_WINDOW_MAX) * least(acked, c->cwnd);
	c->cwnd = plus(c->cwnd, window_of(grow / most_of(c->cwnd, 1)));
}

/* 4.7, fast convergence: who has less than before leaves room for who has come. */
void tcp_cubic_reduced(struct tcp *t, u32 window)
{
	struct tcp_congestion *c = &t->cong;

	if (window < c->w_max) {
		c->w_max = (u32)((u64)least(window, TCP_WINDOW_MAX) * 17u / 20u);
		t->cc |= CC_FAST;
	} else {
		c->w_max = least(window, TCP_WINDOW_MAX);
	}
}
