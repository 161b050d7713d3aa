/* tcp_path.c - what routers say of the path: RFC 1191 and RFC 8201 for its MTU, RFC 5927 and RFC 1122 4.2.3.9 for the rest. */
#include "lib/tcp/tcp_core.h"

#define TIMESTAMP_BYTES 12u /* RFC 7323 3.2, padded; RFC 6691: no announced MSS counts options */

static u32 options(const struct tcp *t)
{
	return has_timestamps(t) ? TIMESTAMP_BYTES : 0;
}

void tcp_path_fits(struct tcp *t, u32 path_mss)
{
	t->mss = (u16)minus(least(most_of(path_mss, TCP_MSS_MIN), t->peer_mss), options(t));
}

bool tcp_path_is_less(const struct tcp *t)
{
	return synchronized(t) && t->mss < minus(t->peer_mss, options(t));
}

bool tcp_in_flight(const struct tcp *t, u32 seq)
{
	return seq_dist(t->snd_una, seq) < seq_dist(t->snd_una, t->snd_max);
}

/* As after a timeout all goes again but for what the peer is known to have: a bulk of full
 * segments lost its first, so it lost the others. Duplicates that answer what was small
 * enough are no sign of loss (F_LOSS). */
static void again_in_smaller(struct tcp *t)
{
	t->snd_nxt = t->snd_una;
	t->recover = t->snd_max;
	t->lost_to = t->snd_una;
	t->dupacks = 0;
	t->rto_due_ns = TIME_NEVER; /* set by what is sent now */
	t->flags |= F_LOSS;
	t->flags &= ~(u32)(F_RECOVERY | F_REXMIT | F_TIMING | F_TAIL | F_TLP | F_TLP_AGAIN | F_PTO | F_REO |
			   F_MTU_PROBE);
}

/* A whole segment may go, and two after a loss (RFC 5681, 4). */
void tcp_path_grew(struct tcp *t)
{
	t->cong.cwnd = most_of(t->cong.cwnd, t->mss);
	t->cong.ssthresh = most_of(t->cong.ssthresh, 2u * t->mss);
}

void tcp_path(struct tcp *t, u16 mss)
{
	u32 before = t->mss;

	if (t->state == TCP_SYN_SENT) { /* kept for when the peer has said what it takes */
		t->mss = (u16)most_of(mss, TCP_MSS_MIN);
		if (is_fast(t) && seq_add(t->snd_una, 1) != t->snd_max) { /* it was our SYN, for its data */
			t->flags &= ~(u32)F_FAST;
			t->snd_nxt = t->snd_una;
		}
		return;
	}
	if (tcp_mtu_told(t, least(most_of(mss, TCP_MSS_MIN), t->peer_mss)))
		return;
	tcp_path_fits(t, mss);
	if (t->mss > before && synchronized(t))
		tcp_path_grew(t);
	if (t->mss < before && synchronized(t) && t->snd_una != t->snd_max && (t->flags & F_PERSIST) == 0)
		again_in_smaller(t);
}

u16 tcp_path_takes(const struct tcp *t)
{
	return (u16)least(t->mss + options(t), t->peer_mss);
}

void tcp_path_black_hole(struct tcp *t)
{
	u32 takes = tcp_path_takes(t), before = t->mss;

	if (!image_parts.errors || t->backoff + 1u < TCP_HOLE_TIMEOUTS ||
		seq_dist(t->snd_una, t->snd_max) < t->mss)
		return;
	if (takes > TCP_HOLE_MSS)
		tcp_path_fits(t, TCP_HOLE_MSS);
	else if (takes > TCP_HOLE_MSS_LAST && t->backoff + 1u >= 2u * TCP_HOLE_TIMEOUTS)
		tcp_path_fits(t, TCP_HOLE_MSS_LAST);
	if (t->mss < before)
		tcp_mtu_begin(t, t->peer_mss);
}

bool tcp_is_starved(const struct tcp *t)
{
	return synchronized(t) && (t->flags & F_PERSIST) != 0 && t->backoff >= TCP_STARVED_PROBES;
}

void tcp_unreachable(struct tcp *t, enum tcp_end why, bool hard)
{
	if (hard && t->state == TCP_SYN_SENT)
		tcp_ended(t, why);
	else if (t->state != TCP_CLOSED)
		t->end = (u8)why;
}
