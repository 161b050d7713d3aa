/* tcp_pace.c - a window leaves spread over the round trip, not at once.
 *
 * The granularity is a tick of the wheel (2^20 ns): what the rate gives in one leaves as one
 * burst, which is one segment of up to 64 KB where the port cuts it; then nothing until
 * it is paid for. Round trips shorter than a tick are not paced.
 */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

#define TICK_US 1024u /* in units of 1,024 ns */

/* Faster than the window's own rate, or it would never be used up: twice in slow start, where it
 * doubles, and by a quarter later. In quarters. */
static u64 quarters(const struct tcp *t)
{
	return t->cong.cwnd < t->cong.ssthresh ? 8u : 5u;
}

/* Bytes in a tick; 0: not paced. */
static u32 a_tick(const struct tcp *t)
{
	u64 rtt = t->srtt / 8u;

	if (!image_parts.pacing || (t->cc & CC_PACE) == 0 || rtt < TICK_US)
		return 0;
	if (has_bbr(t))
		return tcp_bbr_tick(t);
	return window_of(least(t->cong.cwnd, TCP_WINDOW_MAX) * quarters(t) / 4u * TICK_US / rtt);
}

u64 tcp_pace_rate(const struct tcp *t)
{
	return (u64)a_tick(t) * NS_PER_S / 1048576u;
}

/* When the last burst is paid for, in ticks from sent_ms: bursts are counted in segments. */
static u32 ticks_owed(const struct tcp *t, u32 tick, u32 mss)
{
	return (u32)((u64)t->burst * mss / most_of(tick, 1) % 0x100000000ull);
}

/* Nothing may leave before so many ticks are over. */
static u32 wait_for(struct tcp *t, u32 ticks, u64 now)
{
	u64 due = time_after(now, (u64)ticks * 1048576u);

	if (t->ack_due_ns != TIME_NEVER && (t->cc & CC_PACED) == 0)
		t->cc |= CC_ACK_TOO;
	t->cc |= CC_PACED;
	t->ack_due_ns = due < t->ack_due_ns || (t->cc & CC_ACK_TOO) == 0 ? due : t->ack_due_ns;
	return 0;
}

static u32 pace_of_bbr(struct tcp *t, u32 n, u32 mss, u64 now)
{
	u32 ticks = 1, room = n > 0 ? least(tcp_bbr_pace(t, n, mss, now, &ticks), n) : 0;

	return n > 0 && room == 0 ? wait_for(t, ticks, now) : room;
}

u32 tcp_pace(struct tcp *t, u32 n, u32 mss, u64 now)
{
	u32 tick, gone = seq_dist(t->sent_ms, clock_ms(now)), owed, room;

	if (has_bbr(t))
		return pace_of_bbr(t, n, mss, now);
	tick = a_tick(t);
	if (tick == 0 || n == 0)
		return n;
	room = most_of(tick, 2u * mss);
	owed = ticks_owed(t, most_of(tick, 1), mss);
	if (gone > 0 && gone >= owed)
		return least(n, room);
	if (gone == 0 && (u32)t->burst * mss < room)
		return least(n, most_of(minus(room, (u32)t->burst * mss), mss));
	return wait_for(t, most_of(minus(owed, gone), 1), now);
}

/* Before sent_ms becomes now. */
void tcp_paced(struct tcp *t, u32 n, u32 mss, u64 now)
{
	u32 before = t->sent_ms == clock_ms(now) ? t->burst : 0;

	t->burst = (u8)least(before + minus(plus(n, mss), 1) / most_of(mss, 1), 255);
}
