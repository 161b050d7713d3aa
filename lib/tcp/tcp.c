/* tcp.c - the state machine: RFC 9293, section 3.10, in its order.
 *
 * SND.NXT of the RFC is snd_max here; snd_nxt goes back after a timeout.
 * 3.10.7.1 (CLOSED) is tcp_refusal() in tcp_wire.c; 3.10.7.2 (LISTEN) is
 * tcp_accept(): what listens is the caller's table, not a control block.
 */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_congestion.h"

/* ---- birth (3.10.1, 3.10.7.2) ---- */

/* RFC 7323 2.3: as small a scale as will do, so that windows stay precise. */
static u8 scale_for(u32 rx_bytes)
{
	u8 scale = 0;

	while (scale < TCP_SCALE_MAX && rx_bytes >> scale > 65535u)
		scale = (u8)(scale + 1u);
	return scale;
}

static void init(struct tcp *t, const struct tcp_config *c, u32 iss)
{
	require(c->rx_bytes > 0 && c->rx_bytes <= TCP_WINDOW_MAX);
	require(c->mss >= TCP_MSS_MIN);
	*t = (struct tcp){ 0 };
	t->snd_una = iss;
	t->snd_nxt = iss;
	t->snd_max = iss;
	t->snd_small = iss;
	t->recover = iss;
	t->lost_to = iss;
	t->snd_end = seq_add(iss, 1);
	t->rx_bytes = c->rx_bytes;
	t->rcv_scale = scale_for(c->rx_bytes);
	t->rcv_mss = c->mss;
	t->peer_mss = (u16)least(
		c->mss, c->mss_unsaid != 0 ? most_of(c->mss_unsaid, TCP_MSS_MIN) : TCP_MSS_DEFAULT);
	t->mss = c->mss; /* the path's, until the peer says its own */
	if (c->path_mss != 0)
		t->mss = (u16)most_of(c->path_mss, TCP_MSS_MIN);
	if (image_parts.timestamps)
		t->ts_offset = c->clock_offset;
	tcp_congestion_choose(t, c);
	if (image_parts.ecn && c->ecn == TCP_ECN_OFF)
		t->cc |= CC_NO_ECN;
	tcp_tuned(t, c);
	t->quick = TCP_QUICK_ACKS;
	t->rto_due_ns = TIME_NEVER;
	t->ack_due_ns = TIME_NEVER;
	t->quiet_due_ns = TIME_NEVER;
}

/* What the peer's SYN says. An option counts only if both sides have it. */
static void learn_syn(struct tcp *t, const struct tcp_segment *s)
{
	u32 mss = t->peer_mss; /* what is taken of a peer that says nothing */

	if ((s->opt.has & TCP_HAS_MSS) != 0)
		mss = s->opt.mss;
	t->peer_mss = (u16)least(most_of(mss, TCP_MSS_MIN), t->rcv_mss);
	if (image_parts.timestamps && (s->opt.has & TCP_HAS_TIMESTAMP) != 0) {
		t->flags |= F_TIMESTAMPS;
		t->ts_recent = s->opt.ts_value;
	}
	tcp_path_fits(t, t->mss);
	if (image_parts.sack && (s->opt.has & TCP_HAS_SACK_OK) != 0)
		t->flags |= F_SACK;
	if ((s->opt.has & TCP_HAS_WSCALE) != 0) {
		t->flags |= F_SCALE;
		t->snd_scale = (u8)least(s->opt.wscale, TCP_SCALE_MAX);
	} else {
		t->rcv_scale = 0;
	}
	tcp_learn_ecn(t, s);
	t->rcv_nxt = seq_add(s->seq, 1);
	t->rcv_acked = t->rcv_nxt;
	/* Our SYN, if it went first, has promised so much. */
	t->rcv_adv = image_parts.opening ? seq_add(t->rcv_nxt, t->rcv_adv) : t->rcv_nxt;
	t->rcv_edge = seq_add(t->rcv_nxt, t->rx_bytes);
	t->snd_wnd = s->window; /* never scaled in a SYN */
	t->snd_wnd_max = s->window;
	t->snd_wl1 = s->seq;
}

void tcp_connect(struct tcp *t, const struct tcp_config *c, u32 iss, u64 now)
{
	init(t, c, iss);
	require(image_parts.opening);
	t->state = TCP_SYN_SENT;
	t->flags |= F_ACTIVE;
	t->heard_ms = clock_ms(now);
	if (c->ecn == TCP_ECN_ACTIVE)
		t->cc |= CC_ECN;
	t->rcv_edge = c->rx_bytes; /* rcv_nxt is still 0: this is what the SYN offers */
	if (image_parts.fast_open && c->fast_open)
		t->flags |= F_FAST;
	t->snd_wnd = c->fast_mss; /* no window is known: so much may go with the SYN, options and all */
}

void tcp_accept(struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss, u64 now)
{
	init(t, c, iss);
	t->state = TCP_SYN_RECEIVED;
	t->heard_ms = clock_ms(now);
	learn_syn(t, syn); /* its payload, if any, the peer will send again: but see tcp_accept_fast() */
}

/* ---- death ---- */

void tcp_ended(struct tcp *t, enum tcp_end why)
{
	bool aborted = why == TCP_END_ABORTED && t->state >= TCP_SYN_RECEIVED && t->state <= TCP_CLOSE_WAIT;
	bool lost =
		why >= TCP_END_TIMEOUT && synchronized(t); /* it may live, only half of the path be dead */

	t->flags &= ~(u32)F_TODO;
	if (aborted || lost) {
		t->flags |= F_RST;
		t->flags &= ~(u32)F_RST_BARE;
		t->rst_seq =
			synchronized(t) ? seq_min(t->snd_max, seq_add(t->snd_una, t->snd_wnd)) : t->snd_max;
	}
	if (!synchronized(t)) /* the SYN no longer waits to be acknowledged */
		t->snd_una = seq_add(t->snd_una, 1);
	t->state = TCP_CLOSED;
	t->end = (u8)why;
	t->gaps.n = 0;
	t->rto_due_ns = TIME_NEVER;
	t->ack_due_ns = TIME_NEVER;
	t->quiet_due_ns = TIME_NEVER;
}

/* RFC 5961, 3 to 5: an acknowledgement that makes a true peer repeat itself
 * precisely. Throttled (7), for this connection alone: a limit shared by all would
 * tell strangers about others (CVE-2016-5696). */
static void challenge(struct tcp *t, u64 now)
{
	u16 at = (u16)(now / 16777216u % 0x10000u);

	if (t->challenges == 0 || (at + 0x10000u - t->challenge_at) % 0x10000u >= TCP_CHALLENGE_TIME) {
		t->challenge_at = at;
		t->challenges = 0;
	}
	if (t->challenges >= TCP_CHALLENGE_MAX)
		return;
	t->challenges = (u8)(t->challenges + 1u);
	t->flags |= F_ACK_NOW;
}

/* <SEQ=SEG.ACK><CTL=RST>: to whom this acknowledgement belongs, that is over. */
static void reset_stray(struct tcp *t, const struct tcp_segment *s)
{
	t->rst_seq = s->ack;
	t->flags |= F_RST | F_RST_BARE;
}

static void enter_time_wait(struct tcp *t, u64 now)
{
	t->state = TCP_TIME_WAIT;
	t->rto_due_ns = TIME_NEVER;
	t->flags &= ~(u32)(F_PERSIST | F_RECOVERY | F_REXMIT | F_PROBE | F_KEEPALIVE | F_TAIL);
	t->quiet_due_ns = time_after(now, TCP_TIME_WAIT_NS);
}

static void establish(struct tcp *t, u64 now, struct tcp_arrival *a)
{
	t->state = (t->flags & F_CLOSE) != 0 ? TCP_FIN_WAIT_1 : TCP_ESTABLISHED;
	t->flags &= ~(u32)F_FAST;
	tcp_congestion_begin(t, (t->flags & F_SYN_LOST) != 0);
	if (image_parts.keepalive && t->keepalive_ms != 0)
		t->quiet_due_ns = time_after(now, (u64)t->keepalive_ms * 1048576u);
	a->connected = true;
}

/* The bytes of the stream that this acknowledges: the FIN is none. */
static u32 bytes_acked(const struct tcp *t, u32 ack)
{
	u32 from = snd_first(t), to = seq_min(ack, t->snd_end);

	return seq_before(from, to) ? seq_dist(from, to) : 0;
}

/* Our SYN is acknowledged, and perhaps what went with it (RFC 7413) or behind it. */
static bool acks_syn(const struct tcp *t, u32 ack)
{
	return ack != t->snd_una && seq_dist(t->snd_una, ack) <= seq_dist(t->snd_una, t->snd_max);
}

/* Of the data in a SYN the rest goes again at once, for the peer has not kept it; so does what left behind
 * a SYN,ACK that was lost. */
static void handshake_over(struct tcp *t, const struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	a->acked = bytes_acked(t, s->ack);
	tcp_acked(t, s, now);
	establish(t, now, a);
	if (image_parts.fast_open && (t->flags & (F_ACTIVE | F_SYN_LOST)) != 0)
		t->snd_nxt = t->snd_una;
}

/* ---- windows and acknowledgements, for the fast path and the slow one ---- */

/* SND.WL2 is not needed: it is an earlier SEG.ACK, and those we come here with
 * are not behind SND.UNA, so "SND.WL1 = SEG.SEQ and SND.WL2 =< SEG.ACK" always has
 * its second half. */
static void update_window(struct tcp *t, const struct tcp_segment *s)
{
	u32 window = (u32)s->window << t->snd_scale;

	if (seq_before(s->seq, t->snd_wl1))
		return;
	if (window > t->snd_wnd && (t->flags & F_PERSIST) != 0) {
		/* It opens: that the probes went unanswered says nothing about the path. */
		t->flags &= ~(u32)(F_PERSIST | F_PROBE | F_TROUBLE);
		t->rto_due_ns = TIME_NEVER;
		t->backoff = 0;
	}
	t->snd_wnd = window;
	t->snd_wl1 = s->seq;
	if (window > t->snd_wnd_max)
		t->snd_wnd_max = window;
}

/* RFC 5681 4.2, RFC 9293 3.8.6.3: every second segment, and one that the host
 * joined from several, at once. One that is not full ends a message: the peer's Nagle may
 * hold the rest of it back until we acknowledge, and if the answer is ready it
 * carries the acknowledgement anyway; so the first few do not wait, and none
 * does once waiting was seen not to pay (tcp_time.c). A full one that ends what the
 * peer's program wrote does not either: nothing may be behind it, and a stream whose
 * ACKs are always of two leaves in twos, of which the second finds a full queue full
 * (Floyd and Jacobson, "On Traffic Phase Effects in Packet-Switched Gateways", 1992).
 * Nor one whose sender has just halved its window: it may wait for the answer alone. */
static void owe_ack(struct tcp *t, const struct tcp_segment *s, u32 len, u64 now)
{
	u32 at_once = len != t->mss ? t->quick : s->flags & (TCP_PSH | TCP_CWR);

	if (t->ack_due_ns != TIME_NEVER || len >= 2u * t->mss || at_once != 0)
		t->flags |= F_ACK_NOW;
	else
		t->ack_due_ns = time_after(now, TCP_ACK_DELAY_NS);
}

/* ---- SEGMENT ARRIVES ---- */

/* 3.10.7.3: SYN-SENT. Returns whether to go on with the sixth step. */
static bool arrive_syn_sent(struct tcp *t, const struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	bool ack = (s->flags & TCP_ACK) != 0;

	/* First, check the ACK bit. */
	if (ack && !acks_syn(t, s->ack)) {
		if ((s->flags & TCP_RST) == 0)
			reset_stray(t, s);
		return false;
	}
	/* Second, check the RST bit. */
	if ((s->flags & TCP_RST) != 0) {
		if (ack)
			tcp_ended(t, TCP_END_REFUSED);
		return false;
	}
	/* Third, check security: no. Fourth, check the SYN bit. */
	if ((s->flags & TCP_SYN) == 0)
		return false; /* fifth */
	learn_syn(t, s);
	t->heard_ms = clock_ms(now);
	if (!ack) { /* simultaneous open: our SYN again, now with an ACK */
		t->state = TCP_SYN_RECEIVED;
		t->flags &= ~(u32)F_FAST;
		t->snd_nxt = t->snd_una;
		return false;
	}
	handshake_over(t, s, now, a);
	t->flags |= F_ACK_NOW;
	return true;
}

/* RFC 7323 5.3, R1, before all else. False: drop it. */
static bool timestamp_ok(struct tcp *t, const struct tcp_segment *s, u64 now)
{
	if (!has_timestamps(t) || (s->flags & TCP_RST) != 0)
		return true;
	if ((s->opt.has & TCP_HAS_TIMESTAMP) == 0)
		return false; /* 3.2: negotiated means always */
	if (!seq_before(s->opt.ts_value, t->ts_recent))
		return true;
	if (seq_dist(t->heard_ms, clock_ms(now)) > TCP_PAWS_MS)
		return true; /* 5.5: idle so long that TS.Recent may have wrapped */
	challenge(t, now);
	return false;
}

/* First, check the sequence number: something of it must be in the window, and that is what the peer was promised: it may be
 * less than memory has by now. A segment's SYN and FIN count. */
static bool acceptable(const struct tcp *t, const struct tcp_segment *s)
{
	u32 control = ((s->flags & TCP_SYN) != 0 ? 1u : 0u) + ((s->flags & TCP_FIN) != 0 ? 1u : 0u);
	u32 len = seq_add(s->len, control);
	u32 window = seq_dist(t->rcv_nxt, seq_max(t->rcv_adv, t->rcv_nxt));
	u32 ahead = seq_dist(t->rcv_nxt, s->seq);

	if (ahead == 0) /* zero window: still good for its ACK, RST and FIN */
		return true;
	if (ahead < window)
		return true;
	return len > 0 && seq_before(s->seq, t->rcv_nxt) && seq_before(t->rcv_nxt, seq_add(s->seq, len));
}

/* Second, check the RST bit (RFC 5961, 3.2). */
static void arrive_rst(struct tcp *t, const struct tcp_segment *s, u64 now)
{
	if (s->seq != t->rcv_nxt) {
		challenge(t, now);
		return;
	}
	if (t->state == TCP_SYN_RECEIVED && (t->flags & F_ACTIVE) != 0)
		tcp_ended(t, TCP_END_REFUSED);
	else if (t->state >= TCP_CLOSING && tcp_unacked(t) == 0) /* all that mattered is done */
		tcp_ended(t, TCP_END_NONE);
	else
		tcp_ended(t, TCP_END_RESET);
}

/* SYN-RECEIVED, and the peer's SYN comes again: it has not seen our SYN,ACK, or it
 * answers our SYN in a simultaneous open and its ACK is what we want. */
static bool arrive_syn_again(struct tcp *t, struct tcp_segment *s)
{
	if (t->state != TCP_SYN_RECEIVED || (s->flags & TCP_SYN) == 0 || s->seq != t->snd_wl1)
		return true;
	if ((s->flags & TCP_ACK) == 0) {
		t->snd_nxt = t->snd_una;
		return false;
	}
	s->seq = seq_add(s->seq, 1);
	s->flags = (u8)(s->flags & ~TCP_SYN);
	return true;
}

/* Fifth, check the ACK field, ESTABLISHED and later. False: drop it. */
static bool arrive_ack(struct tcp *t, const struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	bool same = s->ack == t->snd_una;
	struct tcp_before was;

	/* RFC 5961, 5.2. */
	if (seq_before(t->snd_max, s->ack) || seq_before(s->ack, seq_dist(t->snd_wnd_max, t->snd_una))) {
		challenge(t, now);
		return false;
	}
	if (seq_before(s->ack, t->snd_una))
		return true; /* an old one: nothing to learn, its text may be new */
	was = tcp_before(t);
	if (!same && sacked(t) > 0 && (t->flags & (F_RECOVERY | F_LOSS | F_MTU_PROBE)) == 0)
		t->flags |= F_REORDERED; /* a hole that was known before was filled by itself */
	if (has_sack(t) && s->opt.sacks > 0)
		tcp_sacks(t, s);
	if (same && (t->flags & F_PERSIST) == 0 && !a->connected) { /* no answer to a probe is a duplicate */
		u32 window = (u32)s->window << t->snd_scale;

		was.duplicate = s->len == 0 && (s->flags & TCP_FIN) == 0 && window == t->snd_wnd;
		tcp_duplicate(t, s, was.duplicate);
	} else if (!same) {
		a->acked = plus(a->acked, bytes_acked(t, s->ack));
		tcp_acked(t, s, now);
	}
	if (has_mtu_probe(t) && !seq_before(t->snd_una, t->mtu_probe))
		a->path = tcp_mtu_acked(t);
	if (has_flag_of_sack(t, F_TLP))
		tcp_tail_acked(t, s, same);
	if (sacked(t) > 0)
		tcp_rack(t, now, false);
	tcp_prr(t, &was, now);
	if ((s->flags & TCP_ECE) != 0)
		tcp_told_of_marks(t, seq_dist(was.una, t->snd_max));
	update_window(t, s);
	if ((t->flags & F_CLOSE) == 0 || t->snd_una != snd_last(t))
		return true;
	/* Our FIN is acknowledged. */
	if (t->state == TCP_FIN_WAIT_1) {
		t->state = TCP_FIN_WAIT_2;
	} else if (t->state == TCP_CLOSING) {
		enter_time_wait(t, now);
	} else if (t->state == TCP_LAST_ACK) {
		tcp_ended(t, TCP_END_NONE);
		return false;
	}
	return true;
}

/* The first piece beyond the gap that [*from, *to) has a part of: that part. */
static bool kept_already(const struct tcp *t, u32 *from, u32 *to)
{
	for (u32 i = 0; i < t->gaps.n; i += 1) {
		struct tcp_range r = t->gaps.r[i];

		if (!seq_before(*from, r.to) || !seq_before(r.from, *to))
			continue;
		*from = seq_max(*from, r.from);
		*to = seq_min(*to, r.to);
		return true;
	}
	return false;
}

/* RFC 2883, 4: the peer is told of the first contiguous part of [from, to) that we have already. */
static void received_again(struct tcp *t, u32 from, u32 to)
{
	if (!has_sack(t) || !seq_before(from, to))
		return;
	if (seq_before(from, t->rcv_nxt))
		to = seq_min(to, t->rcv_nxt);
	else if (!kept_already(t, &from, &to))
		return;
	t->dsack = (struct tcp_range){ from, to };
	t->flags |= F_DSACK;
}

/* Seventh, process the segment text, in or out of order. */
static void arrive_text(struct tcp *t, const struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	u32 from = seq_max(s->seq, t->rcv_nxt);
	u32 edge = (t->flags & F_FIN_KNOWN) != 0 ? t->rcv_fin : t->rcv_edge;
	u32 to = seq_min(seq_add(s->seq, s->len), edge);

	if (s->len == 0 || !receiving(t))
		return;
	received_again(t, s->seq, seq_add(s->seq, s->len));
	if (!seq_before(from, to) || from != s->seq || seq_dist(from, to) != s->len)
		t->flags |= F_ACK_NOW; /* all or some of it is a duplicate, or does not fit */
	if (!seq_before(from, to))
		return;
	a->skip = seq_dist(s->seq, from);
	a->at = seq_dist(t->rcv_nxt, from);
	a->len = seq_dist(from, to);
	if (a->at > 0) { /* RFC 5681 4.2: at once, so that the peer learns of the gap */
		t->flags |= F_ACK_NOW;
		if (!tcp_ranges_add(&t->gaps, (struct tcp_range){ from, to }))
			a->len = 0;
		return;
	}
	if (t->gaps.n > 0) {
		t->flags |= F_ACK_NOW; /* it fills a gap, or a part of one */
		for (u32 i = 0; i < t->gaps.n; i += 1)
			if (!seq_before(to, t->gaps.r[i].from))
				to = seq_max(to, t->gaps.r[i].to);
		tcp_ranges_cut(&t->gaps, to);
	}
	a->ready = seq_dist(t->rcv_nxt, to);
	t->rcv_nxt = to;
	owe_ack(t, s, a->len, now);
}

/* RFC 7413, 4.2.2: what the SYN brought is in order, and the answer may leave with the SYN,ACK. */
struct tcp_arrival tcp_accept_fast(
	struct tcp *t, const struct tcp_config *c, const struct tcp_segment *syn, u32 iss, u64 now)
{
	struct tcp_arrival a = { 0 };
	struct tcp_segment text = *syn;

	require(image_parts.fast_open);
	tcp_accept(t, c, syn, iss, now);
	t->flags |= F_FAST;
	tcp_congestion_begin(t, false);
	text.seq = t->rcv_nxt;
	if (text.len <= TCP_WINDOW_MAX)
		arrive_text(t, &text, now, &a);
	return a;
}

/* A FIN that contradicts what came before, or lies beyond memory, counts as lost. */
static bool fin_fits(const struct tcp *t, u32 at)
{
	u32 n = t->gaps.n;

	if (seq_before(at, t->rcv_nxt) || seq_before(t->rcv_edge, at))
		return false;
	return n == 0 || !seq_before(at, t->gaps.r[n - 1u].to);
}

/* Eighth, check the FIN bit. One beyond a gap is remembered until the gap is filled. */
static void arrive_fin(struct tcp *t, const struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	u32 at = seq_add(s->seq, s->len);

	if ((s->flags & TCP_FIN) != 0) {
		t->flags |= F_ACK_NOW;
		if (t->state == TCP_TIME_WAIT) /* our ACK was lost: 2 MSL anew */
			enter_time_wait(t, now);
		if (receiving(t) && (t->flags & F_FIN_KNOWN) == 0 && fin_fits(t, at)) {
			t->flags |= F_FIN_KNOWN;
			t->rcv_fin = at;
		}
	}
	if (!receiving(t) || (t->flags & F_FIN_KNOWN) == 0 || t->rcv_nxt != t->rcv_fin)
		return;
	t->flags |= F_FIN_SEEN | F_ACK_NOW;
	t->rcv_nxt = seq_add(t->rcv_nxt, 1);
	t->rcv_edge = seq_add(t->rcv_edge, 1);
	a->ended = true;
	if (t->state == TCP_ESTABLISHED)
		t->state = TCP_CLOSE_WAIT;
	else if (t->state == TCP_FIN_WAIT_1) /* were our FIN acknowledged it would be FIN-WAIT-2 */
		t->state = TCP_CLOSING;
	else
		enter_time_wait(t, now);
}

/* RFC 5961, 5.2: an ACK that the peer can have sent. Who cannot guess one does not turn the clock of PAWS either. */
static bool knows_us(const struct tcp *t, u32 ack)
{
	return !seq_before(t->snd_max, ack) && !seq_before(ack, seq_dist(t->snd_wnd_max, t->snd_una));
}

/* 3.10.7.4: all other states. Returns whether the sixth step is reached. */
static bool arrive_checks(struct tcp *t, struct tcp_segment *s, u64 now, struct tcp_arrival *a)
{
	if (!arrive_syn_again(t, s) || !timestamp_ok(t, s, now))
		return false;
	/* First, check the sequence number. */
	if (!acceptable(t, s)) {
		if ((s->flags & TCP_RST) != 0)
			return false;
		if (s->len > 0 || (s->flags & TCP_FIN) != 0) { /* our ACK was lost */
			t->flags |= F_ACK_NOW;
			received_again(t, s->seq, seq_add(s->seq, s->len));
		} else {
			challenge(t, now); /* two who are out of step must not echo for ever */
		}
		if (t->state == TCP_TIME_WAIT && (s->flags & TCP_FIN) != 0)
			enter_time_wait(t, now);
		return false;
	}
	/* Second, check the RST bit. */
	if ((s->flags & TCP_RST) != 0) {
		arrive_rst(t, s, now);
		return false;
	}
	/* Third, check security: no. Fourth, check the SYN bit (RFC 5961, 4.2). */
	if ((s->flags & TCP_SYN) != 0) {
		challenge(t, now);
		return false;
	}
	t->heard_ms = clock_ms(now);
	if (s->ecn == TCP_CE || (s->flags & TCP_CWR) != 0)
		tcp_marked(t, s);
	if (has_timestamps(t) && !seq_before(t->rcv_acked, s->seq) && knows_us(t, s->ack))
		t->ts_recent = s->opt.ts_value; /* RFC 7323 4.3 (2), 5.3 R3 */
	/* Fifth, check the ACK field. */
	if ((s->flags & TCP_ACK) == 0)
		return false;
	if (t->state == TCP_TIME_WAIT && seq_add(s->seq, s->len) != t->rcv_nxt)
		challenge(t, now); /* behind its FIN: whoever has sent that is out of step */
	if (t->state == TCP_SYN_RECEIVED) {
		if (!acks_syn(t, s->ack)) {
			reset_stray(t, s);
			return false;
		}
		handshake_over(t, s, now, a);
	}
	return arrive_ack(t, s, now, a);
}

/* The common case of 3.10.7.4: ESTABLISHED, nothing lost, nothing out of order,
 * the next bytes or an expected acknowledgement. What it excludes goes the long way. */
static bool expected(const struct tcp *t, const struct tcp_segment *s)
{
	if (t->state != TCP_ESTABLISHED || (s->flags & ~(u32)TCP_PSH) != TCP_ACK || s->seq != t->rcv_nxt)
		return false;
	if ((t->flags & (F_RECOVERY | F_LOSS | F_PERSIST | F_FIN_KNOWN | F_TLP | F_MTU_PROBE)) != 0)
		return false;
	if (t->gaps.n != 0 || sacked(t) != 0 || s->opt.sacks != 0 || t->dupacks != 0 || is_marked(s))
		return false;
	if (seq_dist(t->snd_una, s->ack) > seq_dist(t->snd_una, t->snd_max))
		return false;
	if (s->len == 0 ? s->ack == t->snd_una : s->len > seq_dist(t->rcv_nxt, t->rcv_edge))
		return false;
	return !has_timestamps(t) ||
	       ((s->opt.has & TCP_HAS_TIMESTAMP) != 0 && !seq_before(s->opt.ts_value, t->ts_recent));
}

struct tcp_arrival tcp_arrive(struct tcp *t, const struct tcp_segment *s, u64 now)
{
	struct tcp_arrival a = { 0 };
	struct tcp_segment mine;
	bool on;

	if (expected(t, s)) {
		t->heard_ms = clock_ms(now);
		if (t->rcv_acked == s->seq)
			t->ts_recent = image_parts.timestamps ? s->opt.ts_value
							      : 0; /* zero and unused without timestamps */
		if (s->ack != t->snd_una) {
			a.acked = seq_dist(t->snd_una, s->ack);
			tcp_acked(t, s, now);
		}
		update_window(t, s);
		if (s->len > 0) {
			a.len = s->len;
			a.ready = s->len;
			t->rcv_nxt = seq_add(t->rcv_nxt, s->len);
			owe_ack(t, s, s->len, now);
		}
		return a;
	}
	if (t->state == TCP_CLOSED || s->len > TCP_WINDOW_MAX)
		return a;
	mine = *s;
	if (in_syn_sent(t)) {
		on = arrive_syn_sent(t, &mine, now, &a);
		mine.seq = t->rcv_nxt; /* behind its SYN */
	} else {
		on = arrive_checks(t, &mine, now, &a);
	}
	if (on) { /* Sixth, check the URG bit: urgent bytes are bytes like others. */
		arrive_text(t, &mine, now, &a);
		arrive_fin(t, &mine, now, &a);
	}
	return a;
}

bool tcp_in_order(const struct tcp *t, const struct tcp_segment *s)
{
	return s->len > 0 && receiving(t) && s->seq == t->rcv_nxt;
}

void tcp_strip(struct tcp_segment *s)
{
	s->len = 0;
	s->flags = (u8)(s->flags & ~(TCP_FIN | TCP_PSH));
}
