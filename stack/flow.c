/* flow.c - a flow as its program sees it. See flow.h. */
#include "stack/flow_table.h"

void serve(struct host *h, u16 port, serve_fn *fn, void *sessions, usize session_bytes)
{
	require(port != 0 && fn);
	for (u32 i = 0; i < HOST_SERVICES; i += 1) {
		struct host_service *s = &h->services[i];

		require(!s->fn || s->port != port); /* served twice */
		if (s->fn)
			continue;
		*s = (struct host_service){ .fn = fn,
			.sessions = sessions,
			.session_bytes = session_bytes,
			.backlog = h->backlog,
			.port = port };
		return;
	}
	panic(__FILE__, __LINE__, "more than HOST_SERVICES ports are served");
}

void serve_any(struct host *h, serve_fn *fn, void *sessions, usize session_bytes)
{
	require(host_is_router(h) && fn);
	h->any_service = (struct host_service){
		.fn = fn, .sessions = sessions, .session_bytes = session_bytes, .backlog = HOST_BACKLOG_NONE
	};
}

struct view flow_rx(struct flow *f)
{
	if (f->rx_len > 0)
		return view_first(view_from(span_view(buffers_span(&f->host->rx, f->rx_buffer)), f->rx_head),
			f->rx_len);
	return flow_loan(f);
}

void flow_rx_done(struct flow *f, usize n)
{
	require(n <= flow_rx(f).n);
	if (n == 0)
		return;
	if (f->rx_len > 0) {
		f->rx_head += (u32)n;
		f->rx_len -= (u32)n;
		if (f->rx_len == 0 && !tcp_has_gaps(&f->tcp)) {
			buffers_give(&f->host->rx, f->rx_buffer);
			f->rx_buffer = 0;
		}
	} else {
		f->host->loan = view_from(flow_loan(f), n);
	}
	tcp_took(&f->tcp, (u32)n);
}

/* The ring it writes to: taken from the pool when there is something to write,
 * or the flow waits its turn. */
static bool have_tx(struct flow *f)
{
	struct host *h = f->host;

	if (f->tx_buffer != 0)
		return true;
	if (!f->established || !tcp_can_write(&f->tcp))
		return false;
	f->tx_buffer = buffers_take(&h->tx);
	if (f->tx_buffer != 0) {
		f->tx = ring_make(h->tables.tx_bytes);
		return true;
	}
	if (!f->wants_tx) {
		f->wants_tx = true;
		flow_enlist(f, FLOW_LIST_WANTS_TX);
	}
	return false;
}

struct span flow_tx(struct flow *f)
{
	if (!have_tx(f) || !tcp_can_write(&f->tcp))
		return span_none();
	return ring_span(&f->tx, buffers_span(&f->host->tx, f->tx_buffer), 0);
}

void flow_tx_send(struct flow *f, usize n)
{
	if (n == 0)
		return;
	require(f->tx_buffer != 0 && n <= ring_room(&f->tx));
	ring_put(&f->tx, (u32)n);
	tcp_wrote(&f->tcp, (u32)n);
}

bool flow_write(struct flow *f, struct view v)
{
	if (flow_tx(f).n == 0 || flow_tx_room(f) < v.n)
		return false;
	while (v.n > 0) {
		usize n = copy(flow_tx(f), v);

		flow_tx_send(f, n);
		v = view_from(v, n);
	}
	return true;
}

usize flow_tx_room(const struct flow *f)
{
	return f->tx_buffer != 0 ? ring_room(&f->tx) : f->host->tables.tx_bytes;
}

bool flow_tx_empty(const struct flow *f)
{
	return f->tx.len == 0;
}

void flow_end(struct flow *f)
{
	tcp_close(&f->tcp);
	if (!f->calling)
		flow_settle(f);
}

bool flow_ended(const struct flow *f)
{
	return f->failed || (tcp_peer_ended(&f->tcp) && f->rx_len == 0 && flow_loan(f).n == 0);
}

bool flow_failed(const struct flow *f)
{
	return f->failed;
}

struct view flow_failure(const struct flow *f)
{
	return tcp_end_name(tcp_end(&f->tcp));
}

void flow_user_timeout(struct flow *f, u64 ns)
{
	tcp_user_timeout(&f->tcp, ns, f->host->now);
	if (!f->calling)
		flow_settle(f);
}

bool flow_in_trouble(const struct flow *f)
{
	return tcp_is_in_trouble(&f->tcp);
}

bool flow_established(const struct flow *f)
{
	return f->established && !f->failed;
}

void flow_wake_at(struct flow *f, u64 when)
{
	struct host *h = f->host;

	f->wake_ns = when;
	if (when >= f->armed_ns)
		return;
	f->armed_ns = when;
	/* The wheel rounds up to its next tick. What is due already, and not asked for by
	 * its own running program, is put a tick back, so that this step's flows_step() finds it. */
	if (when <= h->now && !f->calling && h->now > WHEEL_TICK_NS)
		when = h->now - WHEEL_TICK_NS;
	wheel_set(&h->wheel, flow_index(f), when);
}

u64 flow_now(const struct flow *f)
{
	return f->host->now;
}

struct ip flow_peer(const struct flow *f)
{
	return f->peer;
}

u16 flow_peer_port(const struct flow *f)
{
	return f->peer_port;
}

struct ip flow_local(const struct flow *f)
{
	return f->local;
}

u16 flow_local_port(const struct flow *f)
{
	return f->local_port;
}

struct host *flow_host(const struct flow *f)
{
	return f->host;
}

u64 flow_handle(const struct flow *f)
{
	return pool_handle(&f->host->flows, flow_index(f));
}

struct flow *flow_find(struct host *h, u64 handle)
{
	u32 i = pool_index(&h->flows, handle);

	return i == POOL_NONE ? NULL : &h->tables.flows[i];
}

void flow_accept(struct flow *f)
{
	if (!flow_held(f))
		return;
	f->held = false;
	if (!f->calling)
		flow_settle(f);
}

bool flow_held(const struct flow *f)
{
	return image_parts.router && f->held;
}

void flow_pass(struct flow *f, serve_fn *fn, void *session)
{
	f->fn = fn;
	f->session = session;
}

void flow_call(struct flow *f)
{
	if (!f->calling)
		flow_run(f);
}
