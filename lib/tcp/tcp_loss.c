/* tcp_loss.c - what acknowledgements tell: round trips, what was lost, when it is over.
 *
 * With SACK, RFC 8985 says which holes are lost (tcp_rack.c) and what is in
 * flight (RFC 6675's pipe) is counted; without, it is NewReno's (RFC 6582).
 */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_congestion.h"

#define DUP_THRESH 3u

/* RFC 6675, SetPipe: what the peer has not reported is in flight, but for holes
 * that are lost and not sent again yet. */
u32 tcp_pipe(const struct tcp *t)
{
	u32 flight = seq_dist(t->snd_una, t->snd_max);
	u32 from = seq_max(t->rexmit, t->snd_una);
	u32 lost = 0;

	flight = minus(flight, tcp_ranges_bytes(&t->sacked, t->snd_una, t->snd_max));
	if (seq_before(from, t->lost_to))
		lost = minus(seq_dist(from, t->lost_to), tcp_ranges_bytes(&t->sacked, from, t->lost_to));
	return minus(flight, lost);
}

/* RFC 6675, NextSeg (1): the next lost stretch to retransmit, at most mss long. */
struct tcp_range tcp_hole(const struct tcp *t, u32 mss)
{
	u32 start = seq_max(t->rexmit, t->snd_una);

	for (u32 i = 0; i < sacked(t); i += 1) {
		u32 from = t->sacked.r[i].from;

		if (!seq_before(start, t->lost_to))
			break;
		if (seq_before(start, from))
			return (struct tcp_range){ start, seq_min(from, seq_add(start, mss)) };
		start = seq_max(start, t->sacked.r[i].to);
	}
	if (!seq_before(start, t->lost_to))
		return (struct tcp_range){ start, start };
	return (struct tcp_range){ start, seq_min(t->lost_to, seq_add(start, mss)) };
}

void tcp_enter_recovery(struct tcp *t)
{
	u32 flight = seq_dist(t->snd_una, t->snd_max);

	if ((t->cc & CC_REDUCED) == 0 || !seq_before(t->snd_una, t->recover)) /* once a round trip */
		tcp_congestion_lost(t, flight);
	t->cc = (u16)(t->cc & ~(u32)CC_REDUCED);
	if (!has_sack(t)) /* RFC 5681 3.2, step 3: three segments have left the network */
		t->cong.cwnd = plus(t->cong.cwnd, DUP_THRESH * t->mss);
	else
		tcp_prr_begin(t);
	t->recover = t->snd_max;
	t->rexmit = t->snd_una;
	t->rexmit_max = t->snd_max;
	t->flags |= F_RECOVERY | F_REXMIT;
	t->flags &= ~(u32)F_TIMING;
}

/* Whether duplicates mean loss now, without SACK. Those that answer our own
 * needless retransmissions look the same: RFC 6582 3.2, step 2. */
static bool lost(const struct tcp *t)
{
	return (t->flags & (F_LOSS | F_SACK)) == 0 && t->dupacks >= DUP_THRESH &&
	       ((t->cc & CC_REDUCED) != 0 || seq_before(t->recover, t->snd_una));
}

/* An acknowledgement of nothing new. dup: it is a duplicate in RFC 5681's sense. */
void tcp_duplicate(struct tcp *t, const struct tcp_segment *s, bool dup)
{
	if (t->snd_una == t->snd_max)
		return;
	if (dup || (has_sack(t) && s->opt.sacks > 0)) {
		if (t->dupacks < 255)
			t->dupacks = (u8)(t->dupacks + 1u);
	}
	if ((t->flags & F_RECOVERY) != 0) {
		if (dup && !has_sack(t))
			t->cong.cwnd = plus(t->cong.cwnd, t->mss);
	} else if (lost(t)) {
		tcp_enter_recovery(t);
	}
}

/* RFC 6582 3.2 step 3; RFC 6675 5, (A) and (B). */
static void recover(struct tcp *t, u32 bytes, u64 now)
{
	struct tcp_congestion *c = &t->cong;
	bool sack = has_sack(t);

	if (!seq_before(t->snd_una, t->recover)) { /* a full acknowledgement */
		u32 flight = seq_dist(t->snd_una, t->snd_max);

		if (has_bbr(t) && !sack) {
			tcp_bbr_recovered(t);
		} else if (!has_bbr(t)) {
			tcp_phase_begins(t);
			c->cwnd = sack ? c->ssthresh
				       : least(c->ssthresh, plus(most_of(flight, t->mss), t->mss));
		}
		t->flags &= ~(u32)(F_RECOVERY | F_REXMIT);
		t->dupacks = 0;
		tcp_rack_recovered(t);
		return;
	}
	/* A partial one: what is first now is lost too, unless just sent again. And when all that was
	 * sent again has arrived, so is what was sent before that and not reported (RFC 8985, 6.2):
	 * neither we nor the peer remember more than TCP_GAPS_MAX pieces. */
	if (!sack) {
		c->cwnd = minus(c->cwnd, bytes);
		if (bytes >= t->mss)
			c->cwnd = plus(c->cwnd, t->mss);
		c->cwnd = most_of(c->cwnd, t->mss);
		t->flags |= F_REXMIT;
	} else if (!seq_before(t->snd_una, t->rexmit)) {
		t->flags |= F_REXMIT;
		if (seq_dist(t->rtt_start, clock_us(now)) >= t->min_rtt)
			t->lost_to = seq_max(t->lost_to, seq_min(t->rexmit_max, t->snd_max));
	}
}

/* RFC 6298, 3 (Karn): only segments sent once are timed, one at a time. After a
 * timeout the peer's echo of our clock (RFC 7323, 4) may end the backoff earlier, but
 * only if it echoes the very last segment: an older echo may come from a peer whose
 * first acknowledgement was lost and who does not look at the clock of a duplicate,
 * and would teach us the RTO as round-trip time. */
static void measure(struct tcp *t, const struct tcp_segment *s, u64 now)
{
	if ((t->flags & F_TIMING) != 0) {
		if (seq_before(s->ack, t->rtt_seq))
			return;
		t->flags &= ~(u32)F_TIMING;
		tcp_measured(t, seq_dist(t->rtt_start, clock_us(now)));
	} else if (t->backoff > 0 && has_timestamps(t) && !seq_before(echoed_ms(t, s), t->sent_ms)) {
		u32 ms = seq_dist(echoed_ms(t, s), clock_ms(now));

		if (ms <= TCP_RTT_MAX / 1024u)
			tcp_measured(t, (ms + 1u) * 1024u);
	}
}

/* RFC 3522 (Eifel): the first acknowledgement after a timeout echoes a time before the
 * repetition was sent, so it is for what was sent first, and nothing was lost but time.
 * Then all goes on as it was (RFC 4015, 3.2). cwnd is one segment only until then. */
static void maybe_spurious(struct tcp *t, const struct tcp_segment *s)
{
	if (!has_timestamps(t) || t->backoff != 1 || t->cong.cwnd != t->mss || t->snd_nxt == t->snd_una ||
		!seq_before(echoed_ms(t, s), t->sent_ms))
		return;
	t->flags &= ~(u32)F_LOSS;
	t->snd_nxt = t->snd_max;
	tcp_congestion_undo(t);
}

void tcp_acked(struct tcp *t, const struct tcp_segment *s, u64 now)
{
	u32 bytes = seq_dist(t->snd_una, s->ack);
	u32 flight = seq_dist(t->snd_una, t->snd_max);

	if (image_parts.timestamps && (t->flags & F_LOSS) != 0)
		maybe_spurious(t, s);
	measure(t, s, now);
	t->snd_una = s->ack;
	t->snd_nxt = seq_max(t->snd_nxt, t->snd_una);
	t->stalled_ms = clock_ms(now);
	t->flags &= ~(u32)F_TROUBLE;
	/* Not when it reaches `recover`: what acknowledges that says what it heard before our CWR. */
	if ((t->cc & CC_REDUCED) != 0 && seq_before(t->recover, t->snd_una))
		t->cc = (u16)(t->cc & ~(u32)CC_REDUCED);
	if (sacked(t) > 0)
		tcp_ranges_cut(&t->sacked, t->snd_una);
	t->lost_to = seq_max(t->lost_to, t->snd_una);
	if ((t->flags & F_LOSS) != 0 && !seq_before(t->snd_una, t->recover)) {
		t->flags &= ~(u32)F_LOSS;
		tcp_rack_recovered(t);
	}
	if ((t->flags & F_RECOVERY) != 0) {
		recover(t, bytes, now);
	} else {
		t->dupacks = 0;
		if (has_bbr(t))
			tcp_bbr_acked(t, bytes, now);
		else if ((t->cc & CC_REDUCED) == 0) /* RFC 3168, 6.1.2: not while it shrinks */
			tcp_congestion_acked(t, bytes, flight, echoed_ms(t, s), now);
	}
	if ((t->flags & F_PERSIST) != 0) {
		t->flags &= ~(u32)F_PERSIST;
		t->backoff = 0;
	}
	if (t->snd_una == t->snd_max) { /* RFC 6298, 5.2 */
		t->rto_due_ns = TIME_NEVER;
		t->flags &= ~(u32)(F_PTO | F_REO);
	} else if (!has_flag_of_sack(t, F_REO) || sacked(t) == 0) { /* 5.3 */
		t->rto_due_ns = TIME_NEVER;
		tcp_arm(t, now);
	}
}
