/* fata_socket_stream.c - a socket's connection: what the stack's flow tells it, and what it tells the flow. */
#include "stack/flow_table.h"
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- how a flow is to be ---- */

/* How long silence is borne. TCP_SYNCNT counts SYNs: 1 s and twice as long with each one. */
static u64 patience(const struct sock *k)
{
	if (k->o.user_timeout_ms == 0 && k->o.syn_count != 0 && k->state != SOCK_CONNECTED)
		return ((2ull << k->o.syn_count) - 1u) * NS_PER_S;
	return k->o.user_timeout_ms * NS_PER_MS;
}

static struct tcp_config config_of(const struct sock *k)
{
	return (struct tcp_config){
		.rx_bytes = k->o.rx_bytes,
		.tx_bytes = k->o.tx_bytes,
		.mss = k->o.mss,
		.give_up_ns = patience(k),
		.keepalive_ns = k->o.keepalive ? k->o.idle_s * NS_PER_S : 0,
		.keepalive_probe_s = (u8)k->o.interval_s,
		/* as on Linux: who says how long silence is borne does not count probes */
		.keepalive_probes = (u8)(k->o.user_timeout_ms != 0 ? 0 : k->o.probes),
		.no_delay = k->o.no_delay,
		.control = k->o.control,
	};
}

void stream_plan(const struct sock *k, struct flow_plan *plan)
{
	plan->tcp = config_of(k);
	plan->hop_limit = k->o.hop_limit;
	plan->tos = k->o.tos;
	plan->strict = true;
}

/* ---- what a flow tells ---- */

static int error_of(const struct flow *f, enum sock_state state)
{
	switch (tcp_end(&f->tcp)) {
	case TCP_END_NONE: return state == SOCK_CONNECTING ? ECONNABORTED : 0;
	case TCP_END_REFUSED: return ECONNREFUSED;
	case TCP_END_RESET: return ECONNRESET;
	case TCP_END_TIMEOUT: return ETIMEDOUT;
	case TCP_END_ABORTED: return ECONNABORTED;
	case TCP_END_NO_WAY: return sock_error_of(ICMP_NO_WAY, flow_peer(f));
	case TCP_END_NO_NETWORK: return sock_error_of(ICMP_NO_NETWORK, flow_peer(f));
	case TCP_END_NO_PORT: return sock_error_of(ICMP_NO_PORT, flow_peer(f));
	case TCP_END_NO_PROTOCOL: return sock_error_of(ICMP_NO_PROTOCOL, flow_peer(f));
	case TCP_END_FORBIDDEN: return sock_error_of(ICMP_FORBIDDEN, flow_peer(f));
	}
	return 0;
}

/* The flow will be gone: what it received is kept, so that it can be read to its end. */
static void gone(struct sock *k, struct flow *f)
{
	struct view v = flow_rx(f);

	if (v.n > 0)
		k->left = malloc(v.n);
	if (k->left)
		k->left_bytes = copy(span_make(k->left, v.n), v);
	k->ended = tcp_peer_ended(&f->tcp);
	k->error = error_of(f, k->state);
	if (k->state == SOCK_CONNECTED && k->error == ECONNRESET && k->ended)
		k->error = EPIPE; /* all it had to say was said: only who writes is told */
	stream_drop_held(k);
	k->flow = NULL;
	k->state = k->state == SOCK_CONNECTING ? SOCK_IDLE : SOCK_OVER;
}

static enum next stream_flow(void *session, struct flow *f)
{
	struct sock *k = session;

	if (k->closing) {
		if (!k->abort)
			stream_release(k);
		k->flow = NULL;
		return k->abort ? NEXT_ABORT : NEXT_CLOSE;
	}
	if (flow_failed(f)) {
		gone(k, f);
	} else if (k->state == SOCK_CONNECTING && flow_established(f)) {
		k->state = SOCK_CONNECTED;
		k->finished = true;
		k->first_taken = k->first_bytes > 0 && stream_unacked(k) == 0;
		if (k->o.syn_count != 0) { /* from now on the silence of a connection counts */
			struct flow_plan plan = { 0 };

			stream_plan(k, &plan);
			tcp_tune(&f->tcp, &plan.tcp, flow_now(f));
		}
	}
	stream_held_long(k);
	return NEXT_WAIT;
}

/* ---- listening ---- */

static struct sock *child_of(struct sock *k, struct flow *f)
{
	struct sock *child = sock_new(k->stack, k->domain, SOCK_STREAM);

	if (!child)
		return NULL;
	child->o = k->o;
	child->o.nonblock = false;
	child->bound = true;
	child->state = SOCK_CONNECTED;
	child->local = flow_local(f);
	child->local_port = flow_local_port(f);
	child->peer = flow_peer(f);
	child->peer_port = flow_peer_port(f);
	child->flow = f;
	child->first_taken = (f->fast & FLOW_FAST_PLACE) != 0 && flow_rx(f).n > 0;
	child->listener = k;
	if (k->last)
		k->last->queue = child;
	else
		k->first = child;
	k->last = child;
	k->ready += 1;
	return child;
}

/* As on Linux a queue of `backlog` takes one more. */
static bool queue_full(const struct sock *k)
{
	return k->ready > k->backlog;
}

static enum next into_queue(struct sock *k, struct flow *f)
{
	struct sock *child = queue_full(k) ? NULL : child_of(k, f);

	if (!child)
		return NEXT_ABORT;
	flow_pass(f, stream_flow, child);
	return NEXT_WAIT;
}

/* TCP_DEFER_ACCEPT: until something came, or the time is over. */
static enum next deferred_flow(void *session, struct flow *f)
{
	struct sock *k = session;

	if (k->closing || flow_failed(f))
		return NEXT_ABORT;
	if (flow_rx(f).n == 0 && !flow_ended(f) && f->wake_ns != TIME_NEVER)
		return NEXT_WAIT;
	flow_wake_at(f, TIME_NEVER);
	return into_queue(k, f);
}

/* A flow that a listener was given: until its handshake is over there is no socket. */
static enum next listener_flow(void *session, struct flow *f)
{
	struct sock *k = session;

	if (k->closing)
		return NEXT_ABORT;
	if (!flow_established(f))
		return NEXT_WAIT;
	if (k->o.defer_s == 0 || flow_rx(f).n > 0)
		return into_queue(k, f);
	flow_wake_at(f, flow_now(f) + k->o.defer_s * NS_PER_S);
	flow_pass(f, deferred_flow, k);
	return NEXT_WAIT;
}

/* How precisely this listener was meant; 0: not at all. */
static u32 meant(const struct sock *k, const struct flow_ends *ends)
{
	if (k->state != SOCK_LISTENS || k->local_port != ends->local_port || !sock_takes(k, ends->local))
		return 0;
	if (!ip_is_none(k->local))
		return 3;
	return k->domain == AF_INET ? 2 : 1;
}

/* Of several with SO_REUSEPORT always the same one for the same peer. */
static struct sock *listener_for(const struct fata_stack *s, const struct flow_ends *ends)
{
	u64 choice = ends->peer.hi ^ ends->peer.lo ^ ends->peer_port;
	u32 best = 0, count = 0;

	for (const struct sock *k = s->socks; k; k = k->next)
		best = meant(k, ends) > best ? meant(k, ends) : best;
	if (best == 0)
		return NULL;
	for (const struct sock *k = s->socks; k; k = k->next)
		count += meant(k, ends) == best;
	choice %= count;
	for (struct sock *k = s->socks; k; k = k->next) {
		if (meant(k, ends) != best)
			continue;
		if (choice == 0)
			return k;
		choice -= 1;
	}
	return NULL;
}

enum flow_answer stream_asked(void *context, const struct flow_ends *ends, struct flow_plan *plan)
{
	const struct fata_stack *s = context;
	struct sock *best = listener_for(s, ends);

	if (!best)
		return FLOW_REFUSE;
	if (queue_full(best))
		return FLOW_IGNORE;
	stream_plan(best, plan);
	plan->fn = listener_flow;
	plan->session = best;
	return FLOW_TAKE;
}

/* Those that are in no queue yet have nobody any more. */
static void end_half_open(struct sock *k)
{
	struct host *h = &k->stack->host;

	for (u32 i = 0; i < h->flows.fresh; i += 1) {
		struct flow *f = &h->tables.flows[i];

		if (pool_handle(&h->flows, i) != 0 && (f->fn == listener_flow || f->fn == deferred_flow) &&
			f->session == k)
			flow_call(f);
	}
}

/* ---- opening, closing ---- */

bool stream_has_cookie(struct sock *k, struct ip from)
{
	u16 mss;

	return flow_fast_way(&k->stack->host, ip_is_none(k->local) ? from : k->local, k->peer, &mss) ==
	       TCP_FAST_GIVE;
}

int stream_open(struct sock *k, struct view first, usize *taken)
{
	struct host *h = &k->stack->host;
	struct flow_ends ends = { k->local, k->peer, k->local_port, k->peer_port };
	struct flow_plan plan = { .fn = stream_flow, .session = k };
	struct ip from, hop;
	struct flow *f;

	if (!host_route(h, k->peer, &from, &hop))
		return ENETUNREACH;
	if (ip_is_none(ends.local))
		ends.local = from;
	if (k->bound && flow_lookup(h, ends.peer, ends.peer_port, ends.local, ends.local_port) &&
		flow_lookup(h, ends.peer, ends.peer_port, ends.local, ends.local_port)->fn)
		return EADDRNOTAVAIL;
	stream_plan(k, &plan);
	f = taken ? flow_open_fast(h, &ends, &plan, first, taken) : flow_open(h, &ends, &plan);
	if (!f)
		return k->bound && flow_lookup(h, ends.peer, ends.peer_port, ends.local, ends.local_port)
			       ? EADDRNOTAVAIL
			       : ENOBUFS;
	k->flow = f;
	k->state = SOCK_CONNECTING;
	k->ended = k->finished = k->first_taken = false;
	k->first_bytes = taken ? *taken : 0;
	k->local = flow_local(f);
	k->local_port = flow_local_port(f);
	k->bound = true;
	return 0;
}

void stream_close(struct sock *k)
{
	k->closing = true;
	if (k->state == SOCK_LISTENS) {
		(void)sock_fast_open(k, false);
		end_half_open(k);
		while (k->first) {
			struct sock *child = k->first;

			k->first = child->queue;
			child->abort = true;
			stream_close(child);
			sock_free(child);
		}
	}
	if (k->flow)
		flow_call(k->flow);
}

void stream_call(struct sock *k)
{
	if (k->flow)
		flow_call(k->flow);
}

/* ---- bytes ---- */

struct view stream_rx(const struct sock *k)
{
	if (k->left)
		return view_from(view_make(k->left, k->left_bytes), k->left_at);
	return k->flow ? flow_rx(k->flow) : view_none();
}

void stream_rx_done(struct sock *k, usize n)
{
	if (k->left)
		k->left_at += n;
	else if (n > 0)
		flow_rx_done(k->flow, n);
}

u32 stream_unacked(const struct sock *k)
{
	return k->flow ? tcp_unacked(&k->flow->tcp) : 0;
}

u32 stream_unsent(const struct sock *k)
{
	u32 all = stream_unacked(k);
	struct tcp_facts f;

	if (!k->flow)
		return 0;
	tcp_facts(&k->flow->tcp, &f);
	return all - (f.flight_bytes < all ? f.flight_bytes : all);
}

usize stream_room(const struct sock *k)
{
	usize used = stream_unacked(k) + k->held_bytes;

	if (!k->flow || k->state != SOCK_CONNECTED || used >= k->o.tx_bytes)
		return 0;
	if (k->o.unsent_most != UINT32_MAX && stream_unsent(k) >= k->o.unsent_most)
		return 0;
	return k->o.tx_bytes - used;
}

bool stream_ended(const struct sock *k)
{
	if (k->shut_read || k->state == SOCK_OVER)
		return true;
	return k->flow && tcp_peer_ended(&k->flow->tcp);
}
