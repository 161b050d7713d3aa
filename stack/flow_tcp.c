/* flow_tcp.c - where lib/tcp meets frames, buffers and the program.
 *
 * One segment in: find its flow, let the core decide, keep what it says, call
 * the program with the bytes where they lie, send what there is to send. The
 * frame is only on loan, so what the program leaves of it goes to a buffer
 * before this returns.
 */
#include "base/sum.h"
#include "stack/flow_table.h"

#define TCP_CHECKSUM_AT 16u /* in the header */

/* ---- sending ---- */

static u64 pieces_sum(u64 sum, const struct net_send *send)
{
	usize at = 0;

	for (u32 i = 0; i < NET_PIECES; i += 1) {
		sum = sum_bytes_at(sum, send->piece[i], at);
		at += send->piece[i].n;
	}
	return sum;
}

/* Headers, checksum and payload pieces of one (possibly large) segment. The
 * header is summed with a zero checksum field and patched. */
void flow_segment_out(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s, u16 mss,
	u8 hop_limit, struct net_send *send)
{
	struct host_out o;
	u64 pseudo;

	if (!host_out_begin(h, &o, from, to, IP_TCP))
		return;
	if (image_parts.ecn)
		o.tos |= s->ecn;
	if (image_parts.opening && hop_limit != 0)
		o.hop_limit = hop_limit;
	tcp_write(&o.w, s, 0);
	pseudo = ip_pseudo_sum(o.from, to, IP_TCP, (u32)write_len(&o.w) + s->len);
	if (host_can(h, NET_CAN_CSUM)) {
		send->csum = NET_CSUM_FILL;
		send->csum_start = (u16)o.at;
		send->csum_offset = TCP_CHECKSUM_AT;
		write_be16_at(&o.w, TCP_CHECKSUM_AT, sum_fold(pseudo));
	} else {
		u64 sum = sum_bytes(pseudo, write_done(&o.w));

		write_be16_at(&o.w, TCP_CHECKSUM_AT, sum_finish(pieces_sum(sum, send)));
	}
	if (image_parts.offloads && s->len > mss) {
		send->gso = ip_is4(to) ? NET_GSO_TCP4 : NET_GSO_TCP6;
		send->gso_size = mss;
		send->head_len = (u16)(o.at + write_len(&o.w));
	}
	host_count(&h->counts.tcp.out_segs, s->len > mss ? (s->len + mss - 1u) / mss : 1u);
	host_count(&h->counts.tcp.out_rsts, (s->flags & TCP_RST) != 0);
	host_out_send(h, &o, send);
}

static void flow_transmit(struct flow *f, const struct tcp_out *out)
{
	struct host *h = f->host;
	struct tcp_segment s = out->s;
	struct net_send send = { 0 };

	s.from_port = f->local_port;
	s.to_port = f->peer_port;
	if (image_parts.fast_open && f->fast != 0)
		flow_fast_out(f, &s);
	if (s.len > 0) {
		struct span memory = buffers_span(&h->tx, f->tx_buffer);
		u32 left = s.len, at = out->offset;

		for (u32 i = 0; left > 0; i += 1) {
			require(i < NET_PIECES);
			send.piece[i] = ring_view(&f->tx, memory, at, left);
			at += (u32)send.piece[i].n;
			left -= (u32)send.piece[i].n;
		}
	}
	if (image_parts.opening)
		h->tos = f->tos;
	flow_segment_out(h, f->local, f->peer, &s, out->mss, f->hop_limit, &send);
	if (image_parts.opening)
		h->tos = 0;
}

/* The largest payload one frame may carry, to be cut by the port. */
static u32 largest_send(const struct host *h, bool four)
{
	u32 can = four ? NET_CAN_TSO4 : NET_CAN_TSO6;
	u32 most = h->net.gso_bytes < 65535u ? h->net.gso_bytes : 65535u;

	return host_can(h, can) && most > 200u ? most - 134u : 0;
}

static void wait_for_port(struct flow *f)
{
	struct host *h = f->host;
	u32 self = flow_index(f) + 1u;

	if (f->blocked)
		return;
	f->blocked = true;
	f->blocked_next = 0;
	if (h->blocked_last != 0)
		h->tables.flows[h->blocked_last - 1u].blocked_next = self;
	else
		h->blocked_first = self;
	h->blocked_last = self;
}

/* What is left in the list when the program has its own time, or has closed
 * and only waits for the peer. */
static u64 next_deadline(struct flow *f)
{
	u64 deadline = tcp_deadline(&f->tcp);

	return f->wake_ns < deadline ? f->wake_ns : deadline;
}

/* The lists a flow belongs to follow from its state. What we opened is nobody's to evict, nor any listener's, also when both
 * sides sent a SYN: a program waits for it. */
static void relist(struct flow *f, enum tcp_state state)
{
	if (state == TCP_TIME_WAIT && !f->fn) {
		if (f->list != FLOW_LIST_TIME_WAIT)
			flow_enlist(f, FLOW_LIST_TIME_WAIT);
	} else if (state == TCP_SYN_RECEIVED && !tcp_is_active(&f->tcp) && !flow_held(f) && !f->established) {
		if (f->list != FLOW_LIST_HALF_OPEN)
			flow_enlist(f, FLOW_LIST_HALF_OPEN);
	} else if (f->list != FLOW_LIST_WANTS_TX && f->list != FLOW_LIST_NONE) {
		flow_enlist(f, FLOW_LIST_NONE);
	}
}

void flow_settle(struct flow *f)
{
	struct host *h = f->host;
	struct tcp_out out;
	bool looped = host_is_itself(h, f->peer);
	u32 most = looped ? 0 : largest_send(h, ip_is4(f->peer));
	enum tcp_state state;
	u64 deadline;

	if (flow_held(f))
		return;
	if (image_parts.errors && tcp_path_is_less(&f->tcp)) /* still? lib/pmtu forgets */
		flow_follow_path(f);
	for (;;) {
		if (host_out_room(h, looped).n == 0) {
			wait_for_port(f);
			break;
		}
		if (!tcp_send(&f->tcp, h->now, most, &out))
			break;
		flow_transmit(f, &out);
	}

	state = tcp_state(&f->tcp);
	if (image_parts.fast_open && f->fast != 0 && state != TCP_SYN_RECEIVED)
		flow_fast_over(f);
	if (state == TCP_CLOSED) {
		if (!f->fn && !f->calling)
			flow_free(f);
		return;
	}
	relist(f, state);
	deadline = next_deadline(f);
	if (deadline < f->armed_ns) { /* a later one: the wheel looks early and sets it anew */
		f->armed_ns = deadline;
		wheel_set(&h->wheel, flow_index(f), deadline);
	}
}

/* ---- receiving ---- */

static void release_rx(struct flow *f)
{
	struct host *h = f->host;

	if (f->rx_len != 0 || f->rx_buffer == 0 || tcp_has_gaps(&f->tcp))
		return;
	buffers_give(&h->rx, f->rx_buffer);
	f->rx_buffer = 0;
	f->rx_head = 0;
}

/* Puts bytes `at` behind the last in-order one. Everything is slid to the
 * buffer's front when its end is reached, so what waits is always one piece. */
static void store(struct flow *f, struct view v, u32 at)
{
	struct host *h = f->host;
	struct span memory;

	if (f->rx_buffer == 0) {
		f->rx_buffer = buffers_take(&h->rx);
		require(f->rx_buffer != 0); /* can_keep() saw one */
		f->rx_head = 0;
	}
	memory = buffers_span(&h->rx, f->rx_buffer);
	if ((usize)f->rx_head + f->rx_len + at + v.n > memory.n) {
		(void)slide(memory, f->rx_head);
		f->rx_head = 0;
	}
	require((usize)f->rx_head + f->rx_len + at + v.n <= memory.n);
	(void)copy(span_from(memory, (usize)f->rx_head + f->rx_len + at), v);
}

static bool can_keep(const struct flow *f)
{
	return !f->fn || f->rx_buffer != 0 || buffers_left(&f->host->rx);
}

/* What came in order and nobody will read: the window must not close on it. */
static void discard(struct flow *f, u32 n)
{
	tcp_took(&f->tcp, n);
}

static void keep(struct flow *f, struct view payload, const struct tcp_arrival *a)
{
	struct view v = view_first(view_from(payload, a->skip), a->len);

	if (!f->fn) {
		discard(f, a->ready);
		return;
	}
	if (a->at == 0 && f->rx_buffer == 0 && a->ready == a->len && f->established) {
		f->host->loan = v;
		f->host->lent_to = f;
		return;
	}
	store(f, v, a->at);
	f->rx_len += a->ready;
}

/* An empty ring needs no buffer: all is acknowledged, or the program looked at
 * the room and wrote nothing. The oldest flow that waits for one may have it. */
static void release_tx(struct flow *f)
{
	if (f->tx.len != 0 || f->tx_buffer == 0)
		return;
	buffers_give(&f->host->tx, f->tx_buffer);
	f->tx_buffer = 0;
	f->tx = ring_make(0);
}

static void end_loan(struct flow *f)
{
	if (f->host->lent_to == f)
		f->host->lent_to = NULL;
}

static void keep_loan(struct flow *f)
{
	struct view v = flow_loan(f);

	end_loan(f);
	if (v.n == 0)
		return;
	store(f, v, 0);
	f->rx_len += (u32)v.n;
}

static usize waiting(const struct flow *f)
{
	return f->rx_len + flow_loan(f).n;
}

/* The program is done with it, in good order or not. */
static void leave(struct flow *f, enum next next)
{
	f->fn = NULL;
	f->wake_ns = f->host->now + FLOW_LINGER_NS; /* once all is sent: flow_expired() */
	discard(f, (u32)waiting(f));
	end_loan(f);
	f->rx_len = 0;
	release_rx(f);
	if (f->wants_tx)
		flow_enlist(f, FLOW_LIST_NONE);
	f->wants_tx = false;
	if (next == NEXT_ABORT)
		tcp_abort(&f->tcp);
	else
		tcp_close(&f->tcp);
}

void flow_run(struct flow *f)
{
	struct host *h = f->host;
	enum next next = NEXT_WAIT;

	if (tcp_state(&f->tcp) == TCP_CLOSED && !flow_held(f)) {
		f->failed = true;
		host_count(&h->counts.flows_failed, 1);
		host_count(&h->counts.tcp.estab_resets, f->established);
		host_count(&h->counts.tcp.attempt_fails, !f->established);
	}
	while (f->fn && !f->calling) {
		usize before = waiting(f);
		u32 sent = f->tx.len;

		f->calling = true;
		next = f->fn(f->session, f);
		f->calling = false;
		if (next != NEXT_WAIT || f->failed)
			break;
		if (waiting(f) == 0 || (waiting(f) == before && f->tx.len == sent))
			break;
	}
	if (next != NEXT_WAIT || f->failed)
		leave(f, next);
	else
		keep_loan(f);
	release_tx(f);
	if (flow_held(f) && !f->fn) { /* the gateway refused it */
		f->held = false;
		host_count(&h->counts.refused, 1);
	}
	flow_settle(f);
}

void flow_begin(struct flow *f, const struct tcp_config *config, struct tcp_segment *syn, struct view payload)
{
	u32 iss = flow_first_sequence(f->host, f->peer, f->peer_port, f->local, f->local_port);
	struct tcp_arrival a;

	if (!image_parts.fast_open || !flow_fast_in(f, syn)) {
		tcp_accept(&f->tcp, config, syn, iss, f->host->now);
		flow_settle(f);
		return;
	}
	if (syn->len > 0 && !can_keep(f)) {
		tcp_strip(syn);
		host_count(&f->host->counts.dropped_no_buffer, 1);
	}
	a = tcp_accept_fast(&f->tcp, config, syn, iss, f->host->now);
	f->established = true; /* as far as its program can tell */
	if (a.len > 0)
		keep(f, payload, &a);
	flow_run(f);
}

static void flow_arrive(struct flow *f, struct tcp_segment *s, struct view payload)
{
	struct host *h = f->host;
	struct tcp_arrival a;
	bool over, at_once = image_parts.fast_open && tcp_is_fast(&f->tcp);

	if (flow_held(f)) /* its SYN again, while the program makes up its mind */
		return;
	if (s->len > 0 && !can_keep(f)) {
		tcp_strip(s);
		host_count(&h->counts.dropped_no_buffer, 1);
	}
	a = tcp_arrive(&f->tcp, s, h->now);
	over = tcp_state(&f->tcp) == TCP_CLOSED;
	if (image_parts.search && a.path != 0)
		flow_path_passed(f, a.path);
	if (a.acked > 0) {
		ring_drop(&f->tx, a.acked);
		release_tx(f);
	}
	if (image_parts.routes && (a.acked > 0 || a.connected) && neigh_deadline(&h->neigh) != TIME_NEVER)
		flow_confirm_way(f);
	if (a.connected)
		f->established = true;
	if (image_parts.fast_open && a.connected && (f->fast & FLOW_FAST_CLIENT) != 0)
		flow_fast_answered(f, s, at_once);
	if (a.len > 0)
		keep(f, payload, &a);
	else if (a.ready > 0 && !f->fn)
		discard(f, a.ready);
	if (image_parts.opening && a.ready > 0 && !f->fn && f->strict)
		tcp_abort(&f->tcp);
	if (f->fn && (a.connected || a.ready > 0 || a.ended || a.acked > 0 || over))
		flow_run(f);
	else
		flow_settle(f);
}

/* ---- segments without a flow ---- */

static void refuse(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s)
{
	struct tcp_segment answer;
	struct net_send send = { 0 };

	if (ip_is_multicast(to) || !tcp_refusal(s, &answer) ||
		!icmp_limit_take(&h->resets, h->now, random_u32(h->random)))
		return;
	host_count(&h->counts.refused, 1);
	flow_segment_out(h, to, from, &answer, 65535, 0, &send);
}

static const struct host_service *service_for(struct host *h, struct ip to, u16 port)
{
	const struct host_service *s = host_owns(h, to) ? host_service_at(h, port) : &h->any_service;

	return s != &h->any_service || (s->fn && host_is_router(h)) ? s : NULL;
}

struct tcp_config flow_config(const struct host *h, struct ip peer, struct ip local)
{
	return (struct tcp_config){
		.rx_bytes = h->tables.rx_bytes,
		.tx_bytes = h->tables.tx_bytes,
		.mss = flow_payload_of(h->net.mtu, peer), /* what comes is no larger than the link */
		.mss_unsaid = ip_is4(peer) ? 536 : 1220,  /* RFC 9293 3.7.1 */
		.path_mss = flow_payload_of(host_path_mtu(h, peer), peer),
		.clock_offset =
			image_parts.timestamps ? (u32)flow_hash(h, FLOW_SECRET_CLOCK, peer, 0, local, 0) : 0,
		.pace = h->config.tcp_pacing,
		.control = h->config.tcp_control,
		.ecn = h->config.tcp_ecn ? TCP_ECN_ACTIVE : TCP_ECN_PASSIVE,
		.no_delay = true, /* programs write whole messages; what they leave small is the message */
	};
}

/* RFC 6528, 3: a clock of 4 us ticks and a keyed hash of the four-tuple. */
u32 flow_first_sequence(const struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port)
{
	u64 hash = flow_hash(h, FLOW_SECRET_SEQUENCE, peer, peer_port, local, local_port);

	return (u32)(hash + h->now / 4096u);
}

#define STARVED_LOOKS 16u /* at a time: a full table must not make every SYN expensive */

/* Resets one whose peer keeps its window shut though others wait (sockstress). */
static void end_starved(struct host *h)
{
	u32 count = h->tables.flow_count;

	for (u32 i = 0; i < STARVED_LOOKS && i < count; i += 1) {
		struct flow *f = &h->tables.flows[h->starved_at];

		h->starved_at = (h->starved_at + 1u) % count;
		if (pool_handle(&h->flows, flow_index(f)) == 0 || f->calling || !tcp_is_starved(&f->tcp))
			continue;
		host_count(&h->counts.flows_evicted, 1);
		tcp_abort(&f->tcp);
		flow_run(f);
		return;
	}
}

struct flow *flow_admit(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s,
	const struct host_service *service)
{
	struct flow *f;

	if (image_parts.starved && flow_table_is_full(h))
		end_starved(h);
	f = flow_new(h, from, s->from_port, to, s->to_port);
	if (!f) {
		host_count(&h->counts.dropped_no_flow, 1);
		return NULL;
	}
	host_count(&h->counts.flows_in, 1);
	f->fn = service->fn;
	f->session = (u8 *)service->sessions + (usize)flow_index(f) * service->session_bytes;
	fill(span_make(f->session, service->session_bytes), 0);
	return f;
}

static void welcome(struct host *h, struct ip from, struct ip to, struct tcp_segment *s,
	const struct host_service *service, struct view payload)
{
	struct tcp_config config = flow_config(h, from, to);
	struct flow *f;

	if (image_parts.cookies && service->half_open >= service->backlog) {
		h->cookies->out(h, from, to, s, &config);
		return;
	}
	f = flow_admit(h, from, to, s, service);
	if (!f)
		return;
	if (image_parts.router && service == &h->any_service) {
		tcp_accept(&f->tcp, &config, s, flow_first_sequence(h, from, s->from_port, to, s->to_port),
			h->now);
		f->held = true;
		flow_run(f);
	} else {
		flow_begin(f, &config, s, payload);
	}
}

static bool checksum_bad(const struct host_packet *p, struct view segment)
{
	u64 pseudo = ip_pseudo_sum(p->from, p->to, IP_TCP, (u32)segment.n);

	return p->frame->csum != NET_CSUM_GOOD && sum_finish(sum_bytes(pseudo, segment)) != 0;
}

/* No host that could be a peer: ourselves (the land attack), or a group (RFC 9293 3.9.2.3, MUST-57, MUST-63). */
static bool nobody(const struct host *h, const struct host_packet *p)
{
	struct ip from = p->from;

	return (host_owns(h, from) && !host_was_looped(p)) || ip_is_none(from) || ip_is_multicast(from) ||
	       ip_is_broadcast4(from) || (ip_is4(from) && ip_equal(from, ip_broadcast_of(h->ip4)));
}

/* Before its time. A program that has it still is told that it is over. */
static void end_time_wait(struct flow *f)
{
	while (tcp_state(&f->tcp) == TCP_TIME_WAIT)
		tcp_expire(&f->tcp, tcp_deadline(&f->tcp));
	if (f->fn)
		flow_run(f);
	else
		flow_free(f);
}

void flow_segment_in(struct host *h, const struct host_packet *p, struct view segment)
{
	struct reader r = reader_of(segment);
	struct tcp_segment s;
	struct flow *f;
	bool opens, stray;
	const struct host_service *service;

	host_count(&h->counts.tcp.in_segs, 1);
	if (checksum_bad(p, segment)) {
		host_count(&h->counts.tcp.in_errs, 1);
		host_count(&h->counts.dropped_checksum, 1);
		return;
	}
	if (!tcp_read(&r, &s)) {
		host_count(&h->counts.tcp.in_errs, 1);
		host_count(&h->counts.dropped_malformed, 1);
		return;
	}
	if (image_parts.ecn)
		s.ecn = p->ecn;
	f = flow_lookup(h, p->from, s.from_port, p->to, s.to_port);
	if (f && tcp_gives_way(&f->tcp, &s)) {
		end_time_wait(f);
		f = NULL;
	}
	if (f) {
		flow_arrive(f, &s, read_rest(&r));
		return;
	}
	if (nobody(h, p)) {
		host_count(&h->counts.dropped_not_ours, 1);
		return;
	}
	service = service_for(h, p->to, s.to_port);
	opens = !h->stopping && (s.flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN; /* a FIN comes again */
	stray = (s.flags & (TCP_SYN | TCP_ACK | TCP_RST)) ==
		0; /* LISTEN drops it (RFC 9293 3.10.7.2, fourth) */
	if (image_parts.cookies && service && h->now < h->cookies_until_ns &&
		h->cookies->in(h, p->from, p->to, &s, service, &f)) {
		if (f)
			flow_arrive(f, &s, read_rest(&r));
	} else if (opens && service) {
		welcome(h, p->from, p->to, &s, service, read_rest(&r));
	} else if (stray && service) {
		host_count(&h->counts.dropped_not_ours, 1);
	} else if (!(opens || stray) || !image_parts.opening || !h->asked.in ||
		   !h->asked.in(h, p->from, p->to, &s, read_rest(&r))) {
		refuse(h, p->from, p->to, &s);
	}
}

/* ---- time ---- */

/* Its program's time, its retransmission, or the end of its patience with a
 * peer that never ends after we did. */
static void flow_expired(struct flow *f)
{
	u64 now = f->host->now;
	bool call = false;

	f->armed_ns = TIME_NEVER;
	if (tcp_deadline(&f->tcp) <= now) {
		u16 took = tcp_path_takes(&f->tcp);
		bool known = tcp_is_in_trouble(&f->tcp);

		tcp_expire(&f->tcp, now);
		flow_path_found(f, took);
		call = tcp_state(&f->tcp) == TCP_CLOSED;
		if (!known && tcp_is_in_trouble(&f->tcp)) {
			if (image_parts.routes) /* to choose another way there must be one */
				flow_doubt_way(f);
			call = true;
		}
	}
	if (f->wake_ns <= now) {
		f->wake_ns = TIME_NEVER;
		if (f->fn)
			call = true;
		else if (tcp_state(&f->tcp) == TCP_FIN_WAIT_2)
			tcp_abort(&f->tcp);
		else if (tcp_state(&f->tcp) != TCP_TIME_WAIT)
			f->wake_ns = now + FLOW_LINGER_NS;
	}
	if (call && f->fn)
		flow_run(f);
	else
		flow_settle(f);
}

/* Those that waited for the port: each sends until it is full again. */
static void retry_blocked(struct host *h)
{
	u32 rounds = h->flows.used;

	while (h->blocked_first != 0 && rounds > 0 && (net_tx(h->port).n > 0 || !host_loop_is_full(h))) {
		struct flow *f = &h->tables.flows[h->blocked_first - 1u];

		h->blocked_first = f->blocked_next;
		if (h->blocked_first == 0)
			h->blocked_last = 0;
		f->blocked = false;
		rounds -= 1;
		flow_settle(f);
	}
}

/* Those that wanted a tx buffer, in turn, while there are any. */
static void retry_wanting(struct host *h)
{
	struct flow *f;
	u32 rounds = h->tables.flow_count;

	while (rounds > 0 && buffers_left(&h->tx) && (f = flow_list_oldest(h, FLOW_LIST_WANTS_TX)) != NULL) {
		rounds -= 1;
		f->wants_tx = false;
		flow_enlist(f, FLOW_LIST_NONE);
		flow_run(f);
	}
}

void flows_start(struct host *h)
{
	struct host_tables *t = &h->tables;

	pool_init(&h->flows, t->flow_slots, t->flow_count);
	wheel_init(&h->wheel, t->timers, t->flow_count, h->now);
	buffers_init(&h->rx, t->rx_free, t->rx, t->rx_buffers, t->rx_bytes);
	buffers_init(&h->tx, t->tx_free, t->tx, t->tx_buffers, t->tx_bytes);
}

void flows_step(struct host *h)
{
	u32 rounds = 2u * h->flows.used; /* two programs that always wake each other must not keep us here */
	u32 i;

	while (rounds > 0 && (i = wheel_expired(&h->wheel, h->now)) != WHEEL_NONE) {
		flow_expired(&h->tables.flows[i]);
		rounds -= 1;
	}
	retry_blocked(h);
	retry_wanting(h);
}

/* ---- stopping ---- */

void host_end_flows(struct host *h, bool reset, u64 now)
{
	h->now = now;
	for (u32 i = 0; i < h->flows.fresh; i += 1) {
		struct flow *f = &h->tables.flows[i];

		if (pool_handle(&h->flows, i) == 0)
			continue;
		if (f->fn && !reset) {
			leave(f, NEXT_CLOSE);
		} else if (reset) {
			f->held = false;
			leave(f, NEXT_ABORT);
		}
		flow_settle(f);
	}
}
