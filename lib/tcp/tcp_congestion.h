/* tcp_congestion.h - how much may be in flight, and how fast: the interface behind which the controls stand.
 *
 * cong.cwnd is the answer; tcp_send.c asks nothing else. A control is told what happened, in
 * this order: begin, then any of the others. It says only how much, never what: what
 * to send again is tcp_loss.c's. Sizes are bytes, `now` is ns.
 *
 *     tcp_congestion.c  what all have in common, and NewReno (RFC 5681, RFC 6582)
 *     tcp_cubic.c       CUBIC (RFC 9438): what grows and shrinks the window instead
 *     tcp_slow_start.c  slow start of both: HyStart++ (RFC 9406)
 *     tcp_prr.c         what a recovery sends while it shrinks: PRR (RFC 9937)
 *     tcp_pace.c        how fast a window leaves
 *     tcp_bbr.c         BBR: window and pace from a model of the path, instead of all of these
 *
 * An image without the parts `cubic`, `bbr` and `pacing` (lib/parts) has none of that code: CC_CUBIC, CC_BBR
 * and CC_PACE are not set then, and the link knows it.
 */
#ifndef LIB_TCP_TCP_CONGESTION_H
#define LIB_TCP_TCP_CONGESTION_H

#include "lib/tcp/tcp.h"

/* struct tcp.cc: what is chosen, and what is in the middle of something. */
enum {
	CC_CUBIC = 1u << 0,    /* else NewReno */
	CC_CSS = 1u << 1,      /* HyStart++: conservative slow start */
	CC_FAST = 1u << 2,     /* w_max was lowered by fast convergence */
	CC_TIMEOUT = 1u << 3,  /* the last reduction was a timeout's */
	CC_ECN = 1u << 4,      /* negotiated; in SYN-SENT: asked for */
	CC_ECE = 1u << 5,      /* the path marked what the peer sent: said until it answers with CWR */
	CC_CWR = 1u << 6,      /* the window was reduced: to be said with the next new bytes */
	CC_REDUCED = 1u << 7,  /* by a mark, less than a round trip ago: until snd_una is beyond recover */
	CC_PACE = 1u << 8,     /* bursts are spread over the round trip */
	CC_PACED = 1u << 9,    /* ack_due_ns is (also) when the next burst may leave */
	CC_ACK_TOO = 1u << 10, /* and an acknowledgement is owed then */
	CC_NO_ECN = 1u << 11,  /* the peer may ask for ECN and does not get it */
	CC_BBR = 1u << 12      /* instead of CC_CUBIC, and with CC_PACE */
};

/* struct tcp_congestion.phase: its words, and what they are in each phase. All are zero when it begins.
 * BBR has words of its own (tcp_block.h), packed by tcp_bbr.c, and uses these: in w_max when the cycle began, the segments
 * lost in the round, the mode and flags; in rounds those of the mode; ssthresh is inflight_longterm. */
enum {
	HY_END = 0,   /* slow start, the first: the round ends when snd_una reaches this (windowEnd) */
	HY_LEAST = 1, /* the shortest round trip of this round, in units of 2^20 ns, plus 1; 0: none */
	HY_LAST = 2,  /* that of the last round; with CC_CSS the baseline */

	PRR_FLIGHT = 0, /* recovery: RecoverFS */
	PRR_DELIVERED = 1,
	PRR_OUT = 2,

	CA_ACKED = 0,     /* avoidance: acknowledged since cwnd last moved */
	CUBIC_ORIGIN = 1, /* when W_cubic is W_max: the epoch's start plus K, in units of 2^20 ns */
	CUBIC_W_EST = 2,  /* W_est; 0: no epoch has begun */

	BBR_END = 0,       /* the round is over when this is delivered */
	BBR_DELIVERED = 1, /* what was when it began, as a sequence number */
	BBR_SINCE = 2      /* when that was, in units of 1,024 ns */
};

/* The handshake is over. syn_lost: it took more than one SYN. */
void tcp_congestion_begin(struct tcp *t, bool syn_lost);

/* `bytes` more were acknowledged while nothing is lost; flight is what was in
 * flight before; `echo` when what it answers was sent, by clock_ms(). */
void tcp_congestion_acked(struct tcp *t, u32 bytes, u32 flight, u32 echo, u64 now);

/* Loss seen by acknowledgements, or a mark of the path; once per window. */
void tcp_congestion_lost(struct tcp *t, u32 flight);

/* Loss seen by the retransmission timer. again: the same data timed out before. */
void tcp_congestion_timeout(struct tcp *t, u32 flight, bool again);

/* The path marked what it would have lost. */
void tcp_congestion_marked(struct tcp *t, u32 flight);

/* What the last of the three did was for nothing. */
void tcp_congestion_undo(struct tcp *t);

/* Nothing was sent for longer than an RTO. */
void tcp_congestion_idle(struct tcp *t);

/* control and pace: before the connection begins, and while it lives. */
void tcp_congestion_choose(struct tcp *t, const struct tcp_config *c);
void tcp_congestion_change(struct tcp *t, const struct tcp_config *c);

/* ---- between its files ---- */

u32 tcp_initial_window(u32 mss);
u32 tcp_window_before(const struct tcp *t); /* cwnd at the last reduction: RFC 9438's cwnd_prior */
void tcp_phase_begins(struct tcp *t);

void tcp_slow_start(struct tcp *t, u32 bytes, u32 echo, u64 now);

u32 tcp_cubic_root(u64 v);
void tcp_cubic_acked(struct tcp *t, u32 bytes, u64 now);
void tcp_cubic_reduced(struct tcp *t, u32 window);

void tcp_prr_begin(struct tcp *t);

/* What was known before an acknowledgement, or a time, was looked at; and then what the recovery, if
 * there is one, may send. */
struct tcp_before {
	u32 una, lost_to;
	u32 reported; /* by SACK, bytes */
	bool recovery;
	bool duplicate; /* the acknowledgement is one (RFC 5681, 2) */
};
struct tcp_before tcp_before(const struct tcp *t);
void tcp_prr(struct tcp *t, const struct tcp_before *was, u64 now);

/* How much a burst may have now (0: not yet, and CC_PACED with a time), and that it left. */
u32 tcp_pace(struct tcp *t, u32 n, u32 mss, u64 now);
void tcp_paced(struct tcp *t, u32 n, u32 mss, u64 now);
u64 tcp_pace_rate(const struct tcp *t); /* bytes a second; 0: not paced */

/* For connections that have_bbr(). */
void tcp_bbr_begin(struct tcp *t);
void tcp_bbr_leave(struct tcp *t);
void tcp_bbr_acked(struct tcp *t, u32 bytes, u64 now);
void tcp_bbr_heard(struct tcp *t, const struct tcp_before *was, u64 now);
void tcp_bbr_measured(struct tcp *t, u32 rtt); /* in units of 1,024 ns */
void tcp_bbr_lost(struct tcp *t);
void tcp_bbr_marked(struct tcp *t, u32 flight);
void tcp_bbr_timeout(struct tcp *t);
void tcp_bbr_recovered(struct tcp *t);
u32 tcp_bbr_tick(const struct tcp *t); /* bytes in a tick */
u32 tcp_bbr_pace(struct tcp *t, u32 n, u32 mss, u64 now, u32 *ticks);
enum tcp_phase tcp_bbr_phase(const struct tcp *t);

#endif
