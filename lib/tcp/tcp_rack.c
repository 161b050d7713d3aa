/* tcp_rack.c - loss seen by time: RACK-TLP (RFC 8985), and what D-SACK tells (RFC 2883).
 *
 * RFC 8985 keeps for each segment when it was sent last. There are no segments
 * here, but there is an order: what is sent first goes in the order of sequence
 * numbers, and so does what one pass of a recovery sends again. So "sent before"
 * is "below", in two places:
 *
 *   - a hole below something that was delivered was sent before it. It is lost
 *     when the reordering window has passed since that delivery was reported (the
 *     RFC counts from when the hole was sent, plus the round trip of what was
 *     delivered: never later, and earlier by no more than the window);
 *   - what a pass has sent again is lost again when the last of the pass, or what was
 *     sent for the first time after it (beyond rexmit_max), is delivered and it is not.
 *     Then another pass begins. (The RFC notices each by itself, within a pass.)
 *
 * rto_due_ns is one timer for three: F_REO, F_PTO, or the RTO; after either of the
 * first two the RTO runs from then.
 */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_congestion.h"

#define DUP_THRESH 3u

/* The end of the last piece below which holes may be judged. If there are more than the list can hold it is the last
 * but one: what is missing before the last may well be what was forgotten. */
static u32 highest(const struct tcp *t)
{
	u32 n = t->sacked.n;

	if (n >= TCP_GAPS_MAX && (t->flags & F_SACK_MORE) != 0)
		return t->sacked.r[TCP_GAPS_MAX - 2u].to;
	return n > 0 ? t->sacked.r[n - 1u].to : t->snd_una;
}

/* ---- what SACK says ---- */

/* RFC 2883, 4: the first block is below the acknowledgement, or within the second. */
static bool first_is_dsack(const struct tcp_segment *s)
{
	struct tcp_range a = s->opt.sack[0], b = s->opt.sack[1];

	if (!seq_before(s->ack, a.to))
		return true;
	return s->opt.sacks > 1 && !seq_before(a.from, b.from) && !seq_before(b.to, a.to);
}

/* RFC 8985, 6.2 step 4: it repeated what was not lost, so it may wait longer; once a
 * round trip. */
static void needlessly_repeated(struct tcp *t)
{
	if (t->reo_persist > 0 && seq_before(t->snd_una, t->dsack_end))
		return;
	t->dsack_end = t->snd_max;
	t->reo_persist = TCP_REO_PERSIST;
	if (t->reo_mult < 255)
		t->reo_mult = (u8)(t->reo_mult + 1u);
}

/* Whether the retransmission of what is reported now cannot be what was delivered. */
static bool sent_once(const struct tcp *t, u32 from)
{
	if ((t->flags & F_LOSS) != 0 || has_mtu_probe(t))
		return false;
	return (t->flags & F_RECOVERY) == 0 || !seq_before(from, t->rexmit);
}

/* RFC 2018, 5.1. A block that is not of what we sent and still hold is ignored. When there are more than can be
 * remembered, the long ones are worth it: what is forgotten may be sent once more. */
void tcp_sacks(struct tcp *t, const struct tcp_segment *s)
{
	u32 high, first = 0;

	if (t->sacked.n == 0)
		t->flags &= ~(u32)F_SACK_MORE;
	high = highest(t);
	if (first_is_dsack(s)) {
		needlessly_repeated(t);
		first = 1;
	}
	for (u32 i = first; i < s->opt.sacks && i < TCP_SACK_MAX; i += 1) {
		struct tcp_range r = s->opt.sack[i];

		if (!seq_before(r.from, r.to) || !seq_before(t->snd_una, r.from) ||
			seq_before(t->snd_max, r.to))
			continue;
		/* 6.2, step 3: delivered below what was delivered, and never sent again */
		if (seq_before(r.to, high) && sent_once(t, r.from) &&
			tcp_ranges_bytes(&t->sacked, r.from, r.to) < seq_dist(r.from, r.to))
			t->flags |= F_REORDERED;
		if (!tcp_ranges_add(&t->sacked, r)) {
			t->flags |= F_SACK_MORE;
			(void)tcp_ranges_trade(&t->sacked, r);
		}
	}
}

/* ---- RACK ---- */

/* RFC 8985, 6.2 step 4, in units of 1,024 ns; 0: do not wait. */
static u32 reordering_window(const struct tcp *t)
{
	u64 window = (u64)t->min_rtt / 4u * (t->reo_mult + 1u);

	if ((t->flags & F_REORDERED) == 0) {
		if ((t->flags & F_RECOVERY) != 0 || t->dupacks >= DUP_THRESH)
			return 0;
		if (tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max) > (DUP_THRESH - 1u) * t->mss)
			return 0;
	}
	window = window < t->srtt / 8u ? window : t->srtt / 8u;
	return most_of((u32)window, TCP_REO_MIN_US);
}

/* The last of what this pass sent again, or something sent after it, was
 * delivered; the first hole, which it sent again too, was not. */
static bool lost_again(const struct tcp *t)
{
	if ((t->flags & F_RECOVERY) == 0 || !seq_before(t->snd_una, t->rexmit))
		return false;
	if (seq_before(t->rexmit_max, highest(t)))
		return true;
	for (u32 i = 0; i < t->sacked.n; i += 1)
		if (seq_before(t->sacked.r[i].from, t->rexmit) && !seq_before(t->sacked.r[i].to, t->rexmit))
			return true;
	return false;
}

/* RFC 8985, 6.2 step 5. expired: the window that began with reo_to is over. */
void tcp_rack(struct tcp *t, u64 now, bool expired)
{
	u32 high = highest(t), window;

	if ((t->flags & (F_LOSS | F_PERSIST)) != 0 || sacked(t) == 0)
		return;
	if ((t->flags & F_PTO) != 0) { /* the path has spoken: no question is needed */
		t->flags &= ~(u32)F_PTO;
		t->rto_due_ns = tcp_rto_due(t, now);
	}
	window = reordering_window(t);
	if (window == 0)
		t->lost_to = seq_max(t->lost_to, high);
	else if (expired)
		t->lost_to = seq_max(t->lost_to, seq_min(t->reo_to, high));
	if (lost_again(t) && (window == 0 || expired)) {
		t->rexmit = t->snd_una;
		t->rexmit_max = t->snd_max;
	}
	if (seq_before(t->snd_una, t->lost_to) && (t->flags & F_RECOVERY) == 0 &&
		!(has_mtu_probe(t) && tcp_mtu_lost(t))) {
		tcp_enter_recovery(t);
		t->rtt_start = clock_us(now);
	}
	if (!seq_before(t->lost_to, high) && !lost_again(t)) {
		if ((t->flags & F_REO) != 0) {
			t->flags &= ~(u32)F_REO;
			t->rto_due_ns = tcp_rto_due(t, now);
		}
	} else if ((t->flags & F_REO) == 0) {
		t->flags |= F_REO;
		t->reo_to = high;
		t->rto_due_ns = time_after(now, most_of(window, TCP_REO_MIN_US) * 1024ull);
	}
}

/* A recovery is over (6.2 step 4). */
void tcp_rack_recovered(struct tcp *t)
{
	if (!image_parts.sack || t->reo_persist == 0)
		return;
	t->reo_persist = (u8)(t->reo_persist - 1u);
	if (t->reo_persist == 0)
		t->reo_mult = 0;
}

/* ---- tail loss probes ---- */

/* Whether the silence of the path is worth a question now (RFC 8985, 7.2). */
static bool may_probe_tail(const struct tcp *t)
{
	if (!has_sack(t) || (t->flags & (F_RECOVERY | F_LOSS | F_PERSIST | F_TLP)) != 0)
		return false;
	return t->sacked.n == 0 && synchronized(t) && t->srtt != 0 && t->backoff == 0;
}

/* The PTO begins anew with whatever is sent or acknowledged, the RTO only when it is not running
 * (RFC 6298, 5.1). Fewer bytes than two segments may reach the peer joined to one, whose
 * acknowledgement it may delay. */
void tcp_arm(struct tcp *t, u64 now)
{
	u64 pto = (u64)t->srtt / 4u, due;
	bool probe = may_probe_tail(t);

	if (!probe && t->rto_due_ns != TIME_NEVER && (t->flags & F_PTO) == 0)
		return; /* the RTO is running */
	due = tcp_rto_due(t, now);
	if (seq_dist(t->snd_una, t->snd_max) < 2u * t->mss)
		pto += TCP_ACK_DELAY_WORST_US;
	if (pto < TCP_PTO_MIN_US)
		pto = TCP_PTO_MIN_US;
	if (probe && time_after(now, pto * 1024u) < due) {
		t->flags |= F_PTO;
		t->flags &= ~(u32)F_REO;
		t->rto_due_ns = time_after(now, pto * 1024u);
	} else if (t->rto_due_ns == TIME_NEVER || (t->flags & F_PTO) != 0) {
		t->flags &= ~(u32)(F_PTO | F_REO);
		t->rto_due_ns = due;
	}
}

/* RFC 8985, 7.4. What repaired a loss was a loss: the path is asked for less. */
void tcp_tail_acked(struct tcp *t, const struct tcp_segment *s, bool same)
{
	bool again = (t->flags & F_TLP_AGAIN) != 0;
	bool twice = s->opt.sacks > 0 && first_is_dsack(s) && s->opt.sack[0].to == t->tlp_end;

	if (seq_before(t->snd_una, t->tlp_end))
		return;
	if (again && !twice && seq_before(t->tlp_end, t->snd_una))
		tcp_congestion_lost(t, t->cong.cwnd);
	else if (again && !twice && (!same || s->opt.sacks > 0))
		return; /* one of the two has arrived: does the other? */
	t->flags &= ~(u32)(F_TLP | F_TLP_AGAIN);
}
