/* tcp_user.c - the user's calls (RFC 9293, 3.10.2 to 3.10.5), and what may be known of a connection. */
#include "lib/tcp/tcp_congestion.h"
#include "lib/tcp/tcp_core.h"

void tcp_wrote(struct tcp *t, u32 n)
{
	if (t->state == TCP_CLOSED) /* it may have ended behind the user's back */
		return;
	require(tcp_can_write(t));
	require(n <= minus(TCP_WINDOW_MAX, tcp_unacked(t)));
	t->snd_end = seq_add(t->snd_end, n);
}

void tcp_took(struct tcp *t, u32 n)
{
	if (!receiving(t)) { /* no more will come: no window to open */
		t->rcv_edge = seq_add(t->rcv_edge, n);
		return;
	}
	require(n <= minus(t->rx_bytes, seq_dist(t->rcv_nxt, t->rcv_edge)));
	t->rcv_edge = seq_add(t->rcv_edge, n);
	if (tcp_window_worth_telling(t))
		t->flags |= F_ACK_NOW;
}

void tcp_close(struct tcp *t)
{
	if (in_syn_sent(t)) {
		tcp_ended(t, TCP_END_NONE);
		return;
	}
	if (!tcp_can_write(t))
		return;
	t->flags |= F_CLOSE;
	if (t->state == TCP_ESTABLISHED)
		t->state = TCP_FIN_WAIT_1;
	else if (t->state == TCP_CLOSE_WAIT)
		t->state = TCP_LAST_ACK;
}

void tcp_abort(struct tcp *t)
{
	if (t->state != TCP_CLOSED)
		tcp_ended(t, TCP_END_ABORTED);
}

static void patience(struct tcp *t, u64 ns)
{
	t->give_up_ms = ns != 0 ? ns_to_ms(ns) : 0;
}

/* What of its configuration can be another while it lives. */
void tcp_tuned(struct tcp *t, const struct tcp_config *c)
{
	patience(t, c->give_up_ns);
	t->flags &= ~(u32)F_NO_DELAY;
	if (c->no_delay)
		t->flags |= F_NO_DELAY;
	require(c->keepalive_ns == 0 || image_parts.keepalive);
	if (!image_parts.keepalive)
		return;
	t->keepalive_ms = c->keepalive_ns != 0 ? ns_to_ms(c->keepalive_ns) : 0;
	t->keepalive_probe_s = c->keepalive_probe_s;
	t->keepalive_probes = c->keepalive_probes;
}

/* What waits to be acknowledged began to before the user said so: its time may be over sooner now. */
static void hurry(struct tcp *t, u64 now)
{
	u64 due = t->rto_due_ns == TIME_NEVER ? TIME_NEVER : tcp_rto_due(t, now);

	t->rto_due_ns = due < t->rto_due_ns ? due : t->rto_due_ns;
}

void tcp_user_timeout(struct tcp *t, u64 ns, u64 now)
{
	patience(t, ns);
	hurry(t, now);
}

void tcp_tune(struct tcp *t, const struct tcp_config *c, u64 now)
{
	tcp_tuned(t, c);
	tcp_congestion_change(t, c);
	hurry(t, now);
	if (!synchronized(t) || t->state == TCP_TIME_WAIT) /* its birth or its end sets the timer */
		return;
	t->flags &= ~(u32)F_KEPT_ALIVE;
	t->quiet_due_ns = TIME_NEVER;
	if (t->keepalive_ms != 0)
		t->quiet_due_ns = time_after(now, (u64)t->keepalive_ms * 1048576u);
}

/* ---- facts ---- */

enum tcp_state tcp_state(const struct tcp *t)
{
	return (enum tcp_state)t->state;
}

enum tcp_end tcp_end(const struct tcp *t)
{
	return t->state == TCP_CLOSED ? (enum tcp_end)t->end : TCP_END_NONE;
}

bool tcp_is_active(const struct tcp *t)
{
	return image_parts.opening && (t->flags & F_ACTIVE) != 0;
}

u32 tcp_unacked(const struct tcp *t)
{
	u32 from = snd_first(t);

	return seq_before(from, t->snd_end) ? seq_dist(from, t->snd_end) : 0;
}

bool tcp_can_write(const struct tcp *t)
{
	return (t->flags & F_CLOSE) == 0 && t->state >= TCP_SYN_SENT &&
	       (t->state <= TCP_ESTABLISHED || t->state == TCP_CLOSE_WAIT);
}

bool tcp_is_fast(const struct tcp *t)
{
	return is_fast(t);
}

bool tcp_peer_ended(const struct tcp *t)
{
	return (t->flags & F_FIN_SEEN) != 0;
}

bool tcp_has_gaps(const struct tcp *t)
{
	return t->gaps.n != 0;
}

bool tcp_gives_way(const struct tcp *t, const struct tcp_segment *syn)
{
	if (t->state != TCP_TIME_WAIT || (syn->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return false;
	if (has_timestamps(t) && (syn->opt.has & TCP_HAS_TIMESTAMP) != 0 && syn->opt.ts_value != t->ts_recent)
		return seq_before(t->ts_recent, syn->opt.ts_value);
	return seq_before(t->rcv_nxt, syn->seq);
}

static enum tcp_phase phase(const struct tcp *t)
{
	if (has_bbr(t) && (t->flags & F_LOSS) == 0)
		return tcp_bbr_phase(t);
	if ((t->flags & F_RECOVERY) != 0)
		return TCP_RECOVERY;
	if ((t->flags & F_LOSS) != 0)
		return TCP_LOSS;
	if ((t->cc & CC_REDUCED) != 0)
		return TCP_REDUCED;
	if (t->cong.cwnd >= t->cong.ssthresh)
		return TCP_AVOIDANCE;
	return (t->cc & CC_CSS) != 0 ? TCP_CONSERVATIVE : TCP_SLOW_START;
}

struct view tcp_phase_name(enum tcp_phase p)
{
	switch (p) {
	case TCP_SLOW_START: return text("slow start");
	case TCP_CONSERVATIVE: return text("conservative slow start");
	case TCP_AVOIDANCE: return text("congestion avoidance");
	case TCP_REDUCED: return text("reduced");
	case TCP_RECOVERY: return text("recovery");
	case TCP_LOSS: return text("loss");
	case TCP_STARTUP: return text("startup");
	case TCP_DRAIN: return text("drain");
	case TCP_PROBE_DOWN: return text("probe down");
	case TCP_PROBE_CRUISE: return text("probe cruise");
	case TCP_PROBE_REFILL: return text("probe refill");
	case TCP_PROBE_UP: return text("probe up");
	case TCP_PROBE_RTT: return text("probe rtt");
	}
	return text("?");
}

void tcp_facts(const struct tcp *t, struct tcp_facts *out)
{
	*out = (struct tcp_facts){ 0 };
	out->srtt_ns = (u64)t->srtt * 128u;
	out->rttvar_ns = (u64)t->rttvar * 256u;
	out->rto_ns = tcp_rto_ns(t);
	out->cwnd_bytes = t->cong.cwnd;
	out->ssthresh_bytes = t->cong.ssthresh;
	out->flight_bytes = seq_dist(t->snd_una, t->snd_max);
	out->peer_window_bytes = t->snd_wnd;
	out->window_bytes = seq_dist(t->rcv_nxt, t->rcv_edge);
	out->mss = t->mss;
	out->retransmits = t->retransmits;
	out->pace_bytes_per_s = tcp_pace_rate(t);
	out->phase = phase(t);
	out->control = image_parts.cubic && (t->cc & CC_CUBIC) != 0 ? TCP_CUBIC : TCP_NEWRENO;
	if (has_bbr(t))
		out->control = TCP_BBR;
	out->ecn = has_ecn(t);
	out->sack = has_sack(t);
	out->timestamps = has_timestamps(t);
}

struct view tcp_state_name(enum tcp_state s)
{
	switch (s) {
	case TCP_CLOSED: return text("CLOSED");
	case TCP_LISTEN: return text("LISTEN");
	case TCP_SYN_SENT: return text("SYN-SENT");
	case TCP_SYN_RECEIVED: return text("SYN-RECEIVED");
	case TCP_ESTABLISHED: return text("ESTABLISHED");
	case TCP_FIN_WAIT_1: return text("FIN-WAIT-1");
	case TCP_FIN_WAIT_2: return text("FIN-WAIT-2");
	case TCP_CLOSE_WAIT: return text("CLOSE-WAIT");
	case TCP_CLOSING: return text("CLOSING");
	case TCP_LAST_ACK: return text("LAST-ACK");
	case TCP_TIME_WAIT: return text("TIME-WAIT");
	}
	return text("?");
}

struct view tcp_end_name(enum tcp_end e)
{
	switch (e) {
	case TCP_END_NONE: return text("none");
	case TCP_END_REFUSED: return text("refused");
	case TCP_END_RESET: return text("reset");
	case TCP_END_ABORTED: return text("aborted");
	case TCP_END_TIMEOUT: return text("timeout");
	case TCP_END_NO_WAY: return text("no-way");
	case TCP_END_NO_NETWORK: return text("no-network");
	case TCP_END_NO_PORT: return text("no-port");
	case TCP_END_NO_PROTOCOL: return text("no-protocol");
	case TCP_END_FORBIDDEN: return text("forbidden");
	}
	return text("?");
}
