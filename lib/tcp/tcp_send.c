/* tcp_send.c - what to send now: RFC 9293 3.8, and the answers the state machine owes. */
#include "lib/tcp/tcp_core.h"
#include "lib/tcp/tcp_congestion.h"

/* ---- the header every segment has ---- */

/* RFC 9293 3.8.6.2.2: the right edge moves only by something worth sending. */
static u32 worth_moving(const struct tcp *t)
{
	return least(t->rx_bytes / 2u, t->rcv_mss);
}

/* An acknowledgement only to open the window: when it at least doubles, so that
 * a reader as fast as the sender costs no segments of its own. What a header cannot
 * say, for want of a scale, is no growth. */
bool tcp_window_worth_telling(const struct tcp *t)
{
	u32 adv = seq_max(t->rcv_adv, t->rcv_nxt);
	u32 promised = seq_dist(t->rcv_nxt, adv);
	u32 sayable = least(seq_dist(t->rcv_nxt, t->rcv_edge), 65535u << t->rcv_scale);
	u32 growth = minus(sayable, promised);

	return growth > 0 && growth >= worth_moving(t) && growth >= promised;
}

static u16 offer_window(struct tcp *t, u8 scale)
{
	u32 most = 65535u << scale, window;

	t->rcv_adv = seq_max(t->rcv_adv, t->rcv_nxt);
	if (seq_dist(t->rcv_adv, t->rcv_edge) >= worth_moving(t))
		t->rcv_adv = t->rcv_edge;
	window = seq_dist(t->rcv_nxt, t->rcv_adv);
	if (window > most) {
		window = most;
		t->rcv_adv = seq_add(t->rcv_nxt, most);
	}
	return (u16)least(window >> scale, 65535);
}

/* How many SACK blocks go with a segment (RFC 2018, 3), and their size. */
static u32 sacks_due(const struct tcp *t)
{
	u32 room = has_timestamps(t) ? 3 : TCP_SACK_MAX;

	if (!has_sack(t))
		return 0;
	return least(t->gaps.n + (has_flag_of_sack(t, F_DSACK) ? 1u : 0u), room);
}

static u32 sack_bytes(const struct tcp *t)
{
	u32 n = sacks_due(t);

	return n == 0 ? 0 : 4u + 8u * n;
}

/* What fits a segment beside the options of the moment. */
static u32 payload_room(const struct tcp *t)
{
	return t->mss - sack_bytes(t);
}

/* RFC 2883, 4: first what came twice, then the block that has it in it. */
static u32 report_again(struct tcp *t, struct tcp_options *o)
{
	o->sack[0] = t->dsack;
	for (u32 i = 0; i < t->gaps.n; i += 1)
		if (seq_before(t->gaps.r[i].from, t->dsack.to) && seq_before(t->dsack.from, t->gaps.r[i].to))
			tcp_ranges_changed(&t->gaps, i);
	t->flags &= ~(u32)F_DSACK;
	return 1;
}

/* RFC 2018, 4: first the block that the last segment changed, then those that were reported first before, so
 * that each is told several times; then the others. */
static void fill_sacks(struct tcp *t, struct tcp_options *o)
{
	u32 due = sacks_due(t), n = 0, told = 0;

	if (due == 0)
		return;
	if (has_flag_of_sack(t, F_DSACK))
		n = report_again(t, o);
	for (u32 k = 0; k < TCP_RECENT + TCP_GAPS_MAX && n < due; k += 1) {
		u32 i = k < TCP_RECENT ? t->gaps.recent[k] : k - TCP_RECENT;

		if (i >= t->gaps.n || (told >> i & 1u) != 0)
			continue;
		told |= 1u << i;
		o->sack[n] = t->gaps.r[i];
		n += 1;
	}
	o->sacks = (u8)n;
}

static void stamp(const struct tcp *t, u64 now, struct tcp_options *o)
{
	if (!has_timestamps(t))
		return;
	o->has = TCP_HAS_TIMESTAMP;
	o->ts_value = our_clock(t, now);
	o->ts_echo = t->ts_recent;
}

/* Every segment but SYN and RST. It acknowledges, so what was owed is paid. */
static void begin(struct tcp *t, u64 now, struct tcp_out *out, u32 seq, u8 flags)
{
	*out = (struct tcp_out){ 0 };
	out->s.seq = seq;
	out->s.ack = t->rcv_nxt;
	out->s.flags = flags;
	out->s.window = offer_window(t, t->rcv_scale);
	out->mss = t->mss;
	stamp(t, now, &out->s.opt);
	if (t->gaps.n != 0 || has_flag_of_sack(t, F_DSACK)) {
		out->mss = (u16)payload_room(t);
		fill_sacks(t, &out->s.opt);
	}
	if (has_ecn(t) && (t->cc & CC_ECE) != 0)
		out->s.flags |= TCP_ECE;
	t->rcv_acked = t->rcv_nxt;
	t->ack_due_ns = TIME_NEVER;
	t->cc = (u16)(t->cc & ~(u32)(CC_PACED | CC_ACK_TOO));
	t->flags &= ~(u32)F_ACK_NOW;
}

/* ---- SYN, RST ---- */

static void send_rst(struct tcp *t, u64 now, struct tcp_out *out)
{
	*out = (struct tcp_out){ 0 };
	out->mss = t->mss;
	out->s.seq = t->rst_seq;
	out->s.flags = TCP_RST;
	if ((t->flags & F_RST_BARE) == 0) {
		out->s.flags = TCP_RST | TCP_ACK;
		out->s.ack = t->rcv_nxt;
		stamp(t, now, &out->s.opt); /* RFC 7323 3.2: SHOULD */
	}
	t->flags &= ~(u32)(F_RST | F_RST_BARE);
}

/* Passive: only what the SYN offered. */
static void syn_options(const struct tcp *t, u64 now, struct tcp_options *o)
{
	bool first = in_syn_sent(t);

	o->mss = t->rcv_mss;
	o->has = TCP_HAS_MSS;
	if ((first && image_parts.sack) || has_sack(t))
		o->has |= TCP_HAS_SACK_OK;
	if (first || (t->flags & F_SCALE) != 0) {
		o->has |= TCP_HAS_WSCALE;
		o->wscale = t->rcv_scale;
	}
	if ((first && image_parts.timestamps) || has_timestamps(t)) {
		o->has |= TCP_HAS_TIMESTAMP;
		o->ts_value = our_clock(t, now);
		o->ts_echo = t->ts_recent;
	}
}

/* ---- data ---- */

/* Puts [seq, seq + len) and perhaps the FIN behind it into out. */
static void data_segment(struct tcp *t, u64 now, struct tcp_out *out, u32 seq, u32 len, bool fin)
{
	u32 to = seq_add(seq, len);
	u8 flags = TCP_ACK;

	if (to == t->snd_end && len > 0)
		flags |= TCP_PSH;
	if (fin) {
		flags |= TCP_FIN;
		to = seq_add(to, 1);
	}
	begin(t, now, out, seq, flags);
	out->s.len = len;
	out->offset = seq_dist(snd_first(t), seq);
	if (seq_before(seq, t->snd_max)) {
		t->retransmits = seq_add(t->retransmits, 1);
		if ((t->flags & F_TIMING) != 0 && seq_before(seq, t->rtt_seq))
			t->flags &= ~(u32)F_TIMING; /* Karn */
	} else {
		if (t->snd_una == t->snd_max)
			t->stalled_ms = clock_ms(now);
		if (has_ecn(t) && len > 0) { /* RFC 3168 6.1.5: not what is sent again */
			out->s.ecn = TCP_ECT_0;
			if ((t->cc & CC_CWR) != 0)
				out->s.flags |= TCP_CWR;
			t->cc = (u16)(t->cc & ~(u32)CC_CWR);
		}
		if ((t->flags & (F_TIMING | F_RECOVERY)) == 0) {
			t->flags |= F_TIMING;
			t->rtt_seq = to;
			t->rtt_start = clock_us(now);
		}
	}
	if (in_sack_recovery(t))
		t->cong.phase[PRR_OUT] = plus(t->cong.phase[PRR_OUT], len);
	t->snd_max = seq_max(t->snd_max, to);
	t->sent_ms = clock_ms(now);
	if (synchronized(t)) /* until then the timer is the SYN,ACK's */
		tcp_arm(t, now);
}

/* What the peer's window has beyond snd_nxt; it may have shrunk. */
static u32 window_left(const struct tcp *t)
{
	u32 used = seq_dist(snd_first(t), t->snd_nxt);

	return minus(t->snd_wnd, used);
}

/* What the path has. The first two duplicates let one more segment out each:
 * limited transmit (RFC 3042). */
static u32 path_left(const struct tcp *t)
{
	u32 cwnd = t->cong.cwnd, flight;

	if (has_sack(t) && (t->flags & (F_RECOVERY | F_MTU_PROBE)) != 0) {
		flight = tcp_pipe(t);
	} else {
		flight = seq_dist(snd_first(t), t->snd_nxt);
		if (t->dupacks > 0 && (t->flags & (F_RECOVERY | F_LOSS)) == 0)
			cwnd = plus(cwnd, least(t->dupacks, 2) * t->mss);
	}
	return minus(cwnd, flight);
}

/* RFC 9293 3.7.4 (Nagle), with Minshall's amendment: a segment that is not full
 * waits only for another that is not full, so the tail of a large answer never
 * waits for an acknowledgement that the peer delays. */
static bool tail_may_go(const struct tcp *t)
{
	if ((t->flags & (F_NO_DELAY | F_CLOSE | F_PROBE)) != 0)
		return true;
	if (seq_before(t->snd_nxt, t->snd_max)) /* again */
		return true;
	return !seq_before(t->snd_una, t->snd_small);
}

/* How many bytes may go out now, `left` being all there are (3.8.6.2.1). */
static u32 sendable(const struct tcp *t, u32 left, u32 most, u32 mss)
{
	u32 window = window_left(t);
	u32 n = least(least(left, window), most_of(most, mss));
	u32 path = path_left(t);

	if (n > path)
		n = path >= mss ? minus(path, path % mss)
				: 0; /* the rest of cwnd waits for a whole segment */
	if (n == left && tail_may_go(t))
		return n;
	if (n >= mss)
		return n == mss ? n : minus(n, n % mss);
	if (n != left && n != window)
		return 0;
	/* The end of the window: half of the largest ever seen is worth a small segment,
	 * and the persist timer overrides. */
	if (n >= t->snd_wnd_max / 2u || (t->flags & F_PROBE) != 0 || seq_before(t->snd_nxt, t->snd_max))
		return n;
	return 0;
}

/* Going back after a timeout: over what the peer has, not beyond the next piece
 * it has. How many bytes until there. */
static u32 skip_sacked(struct tcp *t)
{
	for (u32 i = 0; i < sacked(t); i += 1) {
		if (seq_before(t->snd_nxt, t->sacked.r[i].from))
			return seq_dist(t->snd_nxt, t->sacked.r[i].from);
		t->snd_nxt = seq_max(t->snd_nxt, t->sacked.r[i].to);
	}
	return TCP_WINDOW_MAX;
}

/* RFC 9293 3.8.6.1. The octet does not count as sent: when the window opens all is
 * sent from snd_una. */
static bool send_probe(struct tcp *t, u64 now, struct tcp_out *out, u32 left)
{
	t->flags &= ~(u32)F_PROBE;
	data_segment(t, now, out, t->snd_nxt, left > 0 ? 1 : 0, left == 0);
	return true;
}

/* RFC 5681, 4.1: longer than an RTO, which is computed only if it may be. */
static bool idle_for_long(const struct tcp *t, u64 now)
{
	u64 idle_ns = (u64)seq_dist(t->sent_ms, clock_ms(now)) * 1048576u;

	return idle_ns > TCP_RTO_MIN_NS && t->sent_ms != 0 && idle_ns > tcp_rto_ns(t);
}

static bool send_data(struct tcp *t, u64 now, u32 most, struct tcp_out *out)
{
	u32 mss = payload_room(t), until = TCP_WINDOW_MAX, left, n;
	bool again = seq_before(t->snd_nxt, t->snd_max), fin;

	if (again && sacked(t) > 0)
		until = skip_sacked(t);
	else if (t->snd_una == t->snd_max && idle_for_long(t, now))
		tcp_congestion_idle(t);
	if (t->snd_nxt == snd_last(t))
		return false;
	left = seq_dist(t->snd_nxt, t->snd_end);
	if ((t->flags & F_PROBE) != 0 && window_left(t) == 0)
		return send_probe(t, now, out, left);
	if (has_ecn(t) && (t->cc & CC_CWR) != 0 && !again) /* on one segment, not on all of a large one's */
		most = mss;
	n = least(sendable(t, left, most, mss), until);
	if (image_parts.pacing && (t->cc & CC_PACE) != 0)
		n = tcp_pace(t, n, mss, now);
	fin = (t->flags & F_CLOSE) != 0 && n == left && window_left(t) > n && until > n;
	if (n == 0 && !fin)
		return false;
	t->flags &= ~(u32)(F_PROBE | F_PERSIST);
	if (image_parts.pacing && (t->cc & CC_PACE) != 0)
		tcp_paced(t, n, mss, now);
	data_segment(t, now, out, t->snd_nxt, n, fin);
	t->snd_nxt = seq_add(t->snd_nxt, n + (fin ? 1u : 0u));
	if (n < mss || (n > mss && n % mss != 0))
		t->snd_small = t->snd_nxt;
	return true;
}

/* One segment larger than mss, if it is time for one (tcp_mtu.c). Where the window has no room for it now, all waits
 * until acknowledgements have made some: else smaller ones would take it each time. */
static bool send_new(struct tcp *t, u64 now, u32 most, struct tcp_out *out)
{
	u32 size = is_searching(t) ? tcp_mtu_due(t, window_left(t)) : 0;

	if (size == 0 || (t->snd_una == t->snd_max && idle_for_long(t, now)))
		return send_data(t, now, most, out);
	if (path_left(t) < size)
		return false;
	if (image_parts.pacing && (t->cc & CC_PACE) != 0) {
		if (tcp_pace(t, size, t->mss, now) == 0)
			return false;
		tcp_paced(t, size, t->mss, now);
	}
	data_segment(t, now, out, t->snd_nxt, size, false);
	t->snd_nxt = t->snd_max;
	out->mss = (u16)size;
	tcp_mtu_sent(t);
	return true;
}

/* A lost probe, in segments of mss. It has left the path, so they need no room in cwnd. */
static bool send_probe_again(struct tcp *t, u64 now, struct tcp_out *out)
{
	u32 from = seq_max(t->rexmit, t->snd_una), to = seq_add(from, payload_room(t));

	if (!seq_before(to, t->mtu_probe)) {
		to = t->mtu_probe;
		t->flags &= ~(u32)F_REXMIT;
	}
	t->rexmit = to;
	if ((t->flags & F_REO) == 0)
		t->rto_due_ns = TIME_NEVER;
	data_segment(t, now, out, from, seq_dist(from, to), false);
	return true;
}

/* RFC 7413 4.2.1. Its options count, however many there will be. */
u32 tcp_syn_room(const struct tcp *t)
{
	u32 mss = least(t->mss, t->rcv_mss); /* the user's own counts both ways, as behind a handshake */

	return in_syn_sent(t) && is_fast(t) ? minus(least(mss, t->snd_wnd), TCP_OPTIONS_MAX) : 0;
}

/* RFC 7413 4.2.2: behind a SYN,ACK of which nobody knows that it was lost. */
static bool may_answer_early(const struct tcp *t)
{
	return is_fast(t) && t->state == TCP_SYN_RECEIVED && (t->flags & F_SYN_LOST) == 0 &&
	       t->snd_nxt != snd_last(t);
}

static bool send_syn(struct tcp *t, u64 now, u32 most, struct tcp_out *out)
{
	if (t->snd_nxt != t->snd_una) { /* it is on its way */
		if (may_answer_early(t) && send_data(t, now, most, out))
			return true;
		if ((t->flags & F_ACK_NOW) == 0 || in_syn_sent(t))
			return false;
		begin(t, now, out, t->snd_nxt, TCP_ACK);
		return true;
	}
	*out = (struct tcp_out){ 0 };
	out->mss = t->mss;
	out->s.seq = t->snd_una;
	out->s.flags = TCP_SYN;
	if (t->state == TCP_SYN_RECEIVED) {
		out->s.flags = TCP_SYN | TCP_ACK;
		out->s.ack = t->rcv_nxt;
		t->rcv_acked = t->rcv_nxt;
	}
	out->s.flags |= tcp_syn_ecn(t);
	out->s.window = offer_window(t, 0); /* RFC 7323 2.2: never scaled in a SYN */
	syn_options(t, now, &out->s.opt);
	if (in_syn_sent(t) && is_fast(t)) {
		out->s.opt.has |= TCP_HAS_FAST_OPEN;
		out->s.len = least(tcp_unacked(t), tcp_syn_room(t));
	}
	if (t->snd_max == t->snd_una) {
		t->stalled_ms = clock_ms(now);
		t->flags |= F_TIMING;
		t->rtt_start = clock_us(now);
		t->rtt_seq = seq_add(t->snd_una, 1);
	} else {
		t->flags &= ~(u32)F_TIMING;
		t->retransmits = seq_add(t->retransmits, (t->flags & F_SYN_LOST) != 0 ? 1 : 0);
	}
	t->snd_max = seq_max(t->snd_max, seq_add(t->snd_una, 1u + out->s.len));
	t->snd_nxt = t->snd_max; /* what went with it, or behind it, waits for its acknowledgement */
	t->flags &= ~(u32)F_ACK_NOW;
	t->ack_due_ns = TIME_NEVER;
	t->rto_due_ns = tcp_rto_due(t, now);
	return true;
}

/* Fast retransmit, and the holes of a recovery. */
static bool send_again(struct tcp *t, u64 now, struct tcp_out *out)
{
	u32 mss = payload_room(t), len;
	struct tcp_range hole = { t->snd_una, seq_min(seq_add(t->snd_una, mss), t->snd_max) };
	bool fin = false;

	if (has_mtu_probe(t))
		return send_probe_again(t, now, out);
	if ((t->flags & F_REXMIT) == 0) {
		if (!has_sack(t) || path_left(t) < mss || (has_bbr(t) && tcp_pace(t, mss, mss, now) < mss))
			return false;
		hole = tcp_hole(t, mss);
	} else if (sacked(t) > 0) {
		hole.to = seq_min(hole.to, t->sacked.r[0].from);
	}
	t->flags &= ~(u32)F_REXMIT;
	if (!seq_before(hole.from, hole.to))
		return false;
	t->rexmit = hole.to;
	t->rexmit_max = t->snd_max;
	if ((t->flags & F_CLOSE) != 0 && hole.to == snd_last(t)) {
		fin = true;
		hole.to = t->snd_end;
	}
	len = seq_dist(hole.from, hole.to);
	if (has_bbr(t))
		tcp_paced(t, len, mss, now);
	if (!has_flag_of_sack(t, F_REO))
		t->rto_due_ns = TIME_NEVER;
	data_segment(t, now, out, hole.from, len, fin);
	return true;
}

/* RFC 8985, 7.3: a segment of new data, or the last one again, so that its
 * acknowledgement tells what happened to the others. */
static bool send_tail(struct tcp *t, u64 now, struct tcp_out *out)
{
	u32 mss = payload_room(t), from = t->snd_nxt, n, to;
	bool fin = false;

	t->flags &= ~(u32)F_TAIL;
	if (t->snd_una == t->snd_max || t->snd_nxt != t->snd_max || (t->flags & (F_RECOVERY | F_LOSS)) != 0)
		return false;
	n = least(least(seq_dist(from, t->snd_end), mss), window_left(t));
	if (from == snd_last(t) || from == t->snd_end || n == 0) {
		to = seq_min(t->snd_max, t->snd_end);
		n = least(seq_dist(t->snd_una, t->snd_max), mss);
		from = seq_dist(n, t->snd_max);
		fin = to != t->snd_max;
		n = seq_dist(from, to);
		t->flags |= F_TLP_AGAIN;
	}
	to = seq_add(seq_add(from, n), fin ? 1 : 0);
	t->flags |= F_TLP;
	t->rto_due_ns = TIME_NEVER;
	data_segment(t, now, out, from, n, fin);
	t->tlp_end = t->snd_max;
	t->snd_nxt = t->snd_max;
	if (n < mss)
		t->snd_small = seq_max(t->snd_small, to);
	return true;
}

/* ---- nothing but numbers ---- */

static bool send_ack(struct tcp *t, u64 now, struct tcp_out *out)
{
	/* At SND.NXT, but not beyond a window that has shrunk, nor beyond a probe's
	 * octet: the peer would not look at the acknowledgement (RFC 9293 3.10.7.4, first). */
	u32 seq = seq_min(t->snd_max, seq_add(t->snd_una, t->snd_wnd));

	if (t->quick > 0 && t->quick < TCP_QUICK_ALWAYS)
		t->quick = (u8)(t->quick - 1u);
	begin(t, now, out, seq, TCP_ACK);
	return true;
}

/* RFC 9293 3.8.4: an old sequence number makes the peer answer. */
static bool send_keepalive(struct tcp *t, u64 now, struct tcp_out *out)
{
	t->flags &= ~(u32)F_KEEPALIVE;
	begin(t, now, out, seq_dist(1, t->snd_una), TCP_ACK);
	return true;
}

/* Whatever waits to be sent has a time by which it is tried: nothing in flight
 * means that the window is shut, or too small to be worth it. */
static void wait_for_window(struct tcp *t, u64 now)
{
	if (t->rto_due_ns != TIME_NEVER || t->snd_una == snd_last(t) || (t->cc & CC_PACED) != 0)
		return;
	t->flags |= F_PERSIST;
	t->stalled_ms = clock_ms(now);
	t->rto_due_ns = time_after(now, tcp_rto_ns(t));
}

bool tcp_send(struct tcp *t, u64 now, u32 most, struct tcp_out *out)
{
	if ((t->flags & F_TODO) == 0 && t->snd_nxt == snd_last(t))
		return false;
	if ((t->flags & F_RST) != 0) {
		send_rst(t, now, out);
		return true;
	}
	if (t->state == TCP_CLOSED)
		return false;
	if (!synchronized(t))
		return send_syn(t, now, most, out);
	if (has_flag_of_sack(t, F_TAIL) && send_tail(t, now, out))
		return true;
	if ((t->flags & (F_REXMIT | F_RECOVERY)) != 0 && send_again(t, now, out))
		return true;
	if (t->snd_nxt != snd_last(t) && send_new(t, now, most, out))
		return true;
	if ((t->flags & F_ACK_NOW) != 0)
		return send_ack(t, now, out);
	if (image_parts.keepalive && (t->flags & F_KEEPALIVE) != 0)
		return send_keepalive(t, now, out);
	t->flags &= ~(u32)(F_REXMIT | F_PROBE);
	wait_for_window(t, now);
	return false;
}
