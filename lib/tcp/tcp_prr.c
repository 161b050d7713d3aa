/* tcp_prr.c - a recovery sends in proportion to what arrives: Proportional Rate Reduction (RFC 9937).
 *
 * For recoveries with SACK; without, windows inflate and deflate (RFC 6582, tcp_loss.c).
 */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

void tcp_prr_begin(struct tcp *t)
{
	u32 flight = seq_dist(t->snd_una, t->snd_max);

	if (has_bbr(t)) /* its pace is enough */
		return;
	tcp_phase_begins(t);
	t->cong.phase[PRR_FLIGHT] = minus(flight, tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max));
}

/* 6.2. delivered: newly acknowledged or reported; safe: SND.UNA moved and no more loss was told of. */
static void send_count(struct tcp *t, u32 delivered, bool safe)
{
	struct tcp_congestion *c = &t->cong;
	u32 pipe = tcp_pipe(t), out = c->phase[PRR_OUT], all, more;

	all = plus(c->phase[PRR_DELIVERED], delivered);
	c->phase[PRR_DELIVERED] = all;
	if (pipe > c->ssthresh) {
		u64 flight = most_of(c->phase[PRR_FLIGHT], 1);
		u64 share = ((u64)all * c->ssthresh + flight - 1u) / flight;

		more = minus(window_of(share), out);
	} else {
		more = most_of(minus(all, out), delivered);
		if (safe)
			more = plus(more, t->mss);
		more = least(more, minus(c->ssthresh, pipe));
	}
	if (out == 0) /* a recovery begins with a retransmission */
		more = most_of(more, t->mss);
	c->cwnd = most_of(plus(pipe, more), t->mss);
}

struct tcp_before tcp_before(const struct tcp *t)
{
	return (struct tcp_before){ t->snd_una, t->lost_to,
		tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max), (t->flags & F_RECOVERY) != 0, false };
}

void tcp_prr(struct tcp *t, const struct tcp_before *was, u64 now)
{
	u32 moved = seq_dist(was->una, t->snd_una), delivered;

	if (has_bbr(t))
		tcp_bbr_heard(t, was, now);
	if (!in_sack_recovery(t))
		return;
	delivered = minus(plus(moved, tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max)), was->reported);
	if (delivered == 0 && was->duplicate) /* a segment that nobody remembers, but each only once */
		delivered = least(t->mss, minus(t->cong.phase[PRR_FLIGHT], t->cong.phase[PRR_DELIVERED]));
	if (!was->recovery) /* what brought the news was in flight until then */
		t->cong.phase[PRR_FLIGHT] = plus(t->cong.phase[PRR_FLIGHT], delivered);
	send_count(t, delivered, moved > 0 && t->lost_to == seq_max(was->lost_to, t->snd_una));
}
