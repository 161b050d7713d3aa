/* tcp_time.c - round-trip times, and what happens when time is over. */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_congestion.h"

static u64 rto_within(u64 ns)
{
	if (ns < TCP_RTO_MIN_NS)
		return TCP_RTO_MIN_NS;
	return ns > TCP_RTO_MAX_NS ? TCP_RTO_MAX_NS : ns;
}

/* RFC 6298, 2.2 and 2.3, in the integers of its reference (Jacobson): srtt
 * holds 8 times the mean, rttvar 4 times the deviation. */
void tcp_measured(struct tcp *t, u32 rtt)
{
	u32 r = least(most_of(rtt, 1), TCP_RTT_MAX);
	u32 mean = t->srtt / 8u;

	t->min_rtt = t->min_rtt == 0 ? r : least(t->min_rtt, r);
	if (has_bbr(t))
		tcp_bbr_measured(t, r);
	if (t->srtt == 0) {
		t->srtt = 8u * r;
		t->rttvar = 2u * r;
	} else {
		u32 error = r > mean ? r - mean : mean - r;

		t->rttvar = least(t->rttvar, 4u * TCP_RTT_MAX);
		t->rttvar = minus(t->rttvar, t->rttvar / 4u) + error;
		t->srtt = least(t->srtt, 8u * TCP_RTT_MAX);
		t->srtt = minus(t->srtt, mean) + r;
	}
	t->backoff = 0; /* Karn: only a fresh sample ends the backoff */
}

/* RTO <- SRTT + max (G, K*RTTVAR): G, our wheel's tick, is 2^20 ns. Doubled with each
 * timeout in a row (5.5). */
u64 tcp_rto_ns(const struct tcp *t)
{
	u64 rto = TCP_RTO_NEW_NS;

	if (t->srtt != 0)
		rto = rto_within(((u64)t->srtt / 8u + most_of(t->rttvar, 1024)) * 1024u);
	if (t->backoff != 0)
		rto = rto_within(rto << least(t->backoff, TCP_BACKOFF_MAX));
	return rto;
}

/* When the RTO that begins now is over. A user less patient than R2 is by itself is told when its own time is over,
 * not at the first RTO after it. (Not of a shut window: there every answer begins its time anew.) */
u64 tcp_rto_due(const struct tcp *t, u64 now)
{
	u64 due = time_after(now, tcp_rto_ns(t)), over;
	u64 left;

	if (t->give_up_ms == 0 || (t->flags & F_PERSIST) != 0)
		return due;
	left = minus(t->give_up_ms, seq_dist(t->stalled_ms, clock_ms(now))) + 1ull;
	over = time_after(now, left * 1048576u);
	return over < due ? over : due;
}

u64 tcp_deadline(const struct tcp *t)
{
	u64 first = t->rto_due_ns < t->ack_due_ns ? t->rto_due_ns : t->ack_due_ns;

	return first < t->quiet_due_ns ? first : t->quiet_due_ns;
}

/* R2: how long silence is borne, in units of 2^20 ns. */
static u32 patience_ms(const struct tcp *t)
{
	if (t->give_up_ms != 0)
		return t->give_up_ms;
	if (in_syn_sent(t))
		return TCP_R2_SYN_MS;
	return t->state == TCP_SYN_RECEIVED ? TCP_R2_SYN_RECEIVED_MS : TCP_R2_DATA_MS;
}

bool tcp_is_in_trouble(const struct tcp *t)
{
	return t->state != TCP_CLOSED && (t->flags & F_TROUBLE) != 0;
}

/* More, not as much: both times were cut to whole units, and no user is told too early. */
static bool out_of_patience(const struct tcp *t, u64 now)
{
	return seq_dist(t->stalled_ms, clock_ms(now)) > patience_ms(t);
}

/* R2 is over: the peer is silent, or the network has said why nothing comes (RFC 1122 4.2.3.9). */
static void give_up(struct tcp *t)
{
	tcp_ended(t, image_parts.errors && t->end != TCP_END_NONE ? (enum tcp_end)t->end : TCP_END_TIMEOUT);
}

static void back_off(struct tcp *t)
{
	if (t->backoff < 255)
		t->backoff = (u8)(t->backoff + 1u);
	if (t->backoff >= TCP_R1_TIMEOUTS)
		t->flags |= F_TROUBLE;
}

/* A peer that answers our probes may keep its window shut for as long as it
 * likes (RFC 9293 3.8.6.1, MUST-37): only silence counts. */
static void probe_expired(struct tcp *t, u64 now)
{
	bool answered = !seq_before(t->heard_ms, t->sent_ms);

	if (answered)
		t->stalled_ms = clock_ms(now);
	if (out_of_patience(t, now)) {
		give_up(t);
		return;
	}
	t->flags |= F_PROBE;
	back_off(t);
	if (answered)
		t->flags &= ~(u32)F_TROUBLE;
}

/* RFC 6298, 5.4 to 5.7. */
static void retransmission_expired(struct tcp *t, u64 now)
{
	u32 flight = seq_dist(t->snd_una, t->snd_max);

	if (out_of_patience(t, now)) {
		give_up(t);
		return;
	}
	if (image_parts.errors && synchronized(t) && t->backoff == 0) /* an older trouble was over */
		t->end = TCP_END_NONE;
	if (synchronized(t) && t->snd_wnd == 0) { /* it was not lost, there was no room for it */
		t->flags |= F_PERSIST | F_PROBE;
	} else if (synchronized(t)) {
		tcp_path_black_hole(t);
		tcp_congestion_timeout(t, flight, t->backoff > 0);
		t->flags |= F_LOSS;
		t->recover = t->snd_max;
	} else {
		t->flags |= F_SYN_LOST;
		if (in_syn_sent(t)) /* RFC 7413 4.1.3: perhaps for what was in it */
			t->flags &= ~(u32)F_FAST;
	}
	/* Go back to the first unacknowledged byte. What SACK said is forgotten: the
	 * peer may have dropped it since (RFC 2018, 8); it will say it again. */
	t->snd_nxt = t->snd_una;
	t->sacked.n = 0;
	t->lost_to = t->snd_una;
	t->dupacks = 0;
	t->flags &= ~(u32)(F_RECOVERY | F_REXMIT | F_TIMING | F_TAIL | F_TLP | F_TLP_AGAIN | F_MTU_PROBE);
	back_off(t);
}

/* Between two probes: what the user says, or 75 s, which must not be long beside its other times. */
static u32 probe_gap_ms(const struct tcp *t)
{
	if (t->keepalive_probe_s != 0)
		return t->keepalive_probe_s * TCP_SECOND_MS;
	return least(least(TCP_KEEPALIVE_MS, t->keepalive_ms), patience_ms(t) / 8u + 1u);
}

static bool probes_in_vain(const struct tcp *t, u64 now)
{
	if (t->keepalive_probes == 0)
		return out_of_patience(t, now);
	return seq_dist(t->stalled_ms, clock_ms(now)) >= t->keepalive_probes * probe_gap_ms(t);
}

/* RFC 9293, 3.8.4. */
static void keepalive_expired(struct tcp *t, u64 now)
{
	u32 heard = t->heard_ms, quiet = seq_dist(heard, clock_ms(now));
	bool answered = (t->flags & F_KEPT_ALIVE) != 0 && !seq_before(heard, t->stalled_ms);

	if (quiet < t->keepalive_ms || answered ||
		t->snd_una != t->snd_max) { /* or our data asks it to speak */
		/* one more: both times were cut to whole ones, and no probe comes early */
		u32 left =
			t->snd_una != t->snd_max ? t->keepalive_ms : plus(minus(t->keepalive_ms, quiet), 1);

		t->quiet_due_ns = time_after(now, (u64)left * 1048576u);
		t->flags &= ~(u32)F_KEPT_ALIVE;
		return;
	}
	if ((t->flags & F_KEPT_ALIVE) == 0) {
		t->flags |= F_KEPT_ALIVE;
		t->stalled_ms = clock_ms(now);
	} else if (probes_in_vain(t, now)) {
		give_up(t);
		return;
	}
	t->flags |= F_KEEPALIVE;
	t->quiet_due_ns = time_after(now, (u64)probe_gap_ms(t) * 1048576u);
}

/* What is lost now may be sent again as far as the recovery goes: nothing was delivered. */
static void lost_by_time(struct tcp *t, u64 now)
{
	struct tcp_before was = tcp_before(t);

	tcp_rack(t, now, true);
	tcp_prr(t, &was, now);
}

/* What rto_due_ns stands for. */
static void due(struct tcp *t, u64 now)
{
	u32 what = t->flags & (image_parts.sack ? F_PERSIST | F_PTO | F_REO : F_PERSIST);

	t->rto_due_ns = TIME_NEVER; /* set again by what is sent now */
	t->flags &= ~(u32)(F_PTO | F_REO);
	if ((what & F_PERSIST) != 0) {
		probe_expired(t, now);
	} else if (what == 0) {
		retransmission_expired(t, now);
	} else { /* RFC 8985, 7.3: the RTO runs from here */
		t->rto_due_ns = tcp_rto_due(t, now);
		if (what == F_REO)
			lost_by_time(t, now);
		else
			t->flags |= F_TAIL;
	}
}

void tcp_expire(struct tcp *t, u64 now)
{
	if (t->ack_due_ns <= now) {
		t->ack_due_ns = TIME_NEVER;
		if ((t->cc & (CC_PACED | CC_ACK_TOO)) != CC_PACED)
			t->flags |= F_ACK_NOW;
		if ((t->cc & CC_PACED) == 0)
			t->quick = TCP_QUICK_ALWAYS; /* nothing rode with it: waiting does not pay here */
		t->cc = (u16)(t->cc & ~(u32)(CC_PACED | CC_ACK_TOO));
	}
	if (t->rto_due_ns <= now)
		due(t, now);
	if (t->quiet_due_ns <= now) {
		t->quiet_due_ns = TIME_NEVER;
		if (t->state == TCP_TIME_WAIT)
			tcp_ended(t, TCP_END_NONE);
		else if (image_parts.keepalive && t->state != TCP_CLOSED)
			keepalive_expired(t, now);
	}
}
