/* flow_open.c - flows by a plan: those the program opens, and those it is asked about. See flow.h.
 *
 * An image that does neither has none of it: flow_ask() is what refers to the answer to a SYN.
 */
#include "stack/flow_table.h"

/* What a plan says, within what the host has. */
static struct tcp_config config_of(
	const struct host *h, struct ip peer, struct ip local, const struct flow_plan *plan)
{
	struct tcp_config most = flow_config(h, peer, local), c = plan->tcp;

	if (c.rx_bytes == 0 || c.rx_bytes > most.rx_bytes)
		c.rx_bytes = most.rx_bytes;
	if (c.tx_bytes == 0 || c.tx_bytes > most.tx_bytes)
		c.tx_bytes = most.tx_bytes;
	if (c.mss == 0 || c.mss > most.mss)
		c.mss = most.mss;
	if (c.ecn == TCP_ECN_PASSIVE)
		c.ecn = most.ecn;
	c.pace = c.pace || most.pace;
	if (c.control == TCP_CUBIC)
		c.control = most.control;
	c.mss_unsaid = most.mss_unsaid;
	c.path_mss = most.path_mss;
	c.clock_offset = most.clock_offset;
	return c;
}

static void follow_plan(struct flow *f, const struct flow_plan *plan)
{
	f->fn = plan->fn;
	f->session = plan->session;
	f->hop_limit = plan->hop_limit;
	f->tos = plan->tos;
	f->strict = plan->strict;
}

/* Nobody serves this port. Whoever is asked may say otherwise; false: it is refused. What is no SYN begins nothing. */
static bool asked(struct host *h, struct ip from, struct ip to, struct tcp_segment *s, struct view payload)
{
	struct flow_ends ends = { to, from, s->to_port, s->from_port };
	struct flow_plan plan = { 0 };
	enum flow_answer answer = FLOW_REFUSE;
	struct tcp_config config;
	struct flow *f;

	if (host_owns(h, to))
		answer = h->asked.flow(h->asked.flow_context, &ends, &plan);
	if (answer != FLOW_TAKE || (s->flags & TCP_SYN) == 0)
		return answer != FLOW_REFUSE;
	f = flow_new(h, from, s->from_port, to, s->to_port);
	if (!f) {
		host_count(&h->counts.dropped_no_flow, 1);
		return true;
	}
	host_count(&h->counts.flows_in, 1);
	follow_plan(f, &plan);
	config = config_of(h, from, to, &plan);
	flow_begin(f, &config, s, payload);
	return true;
}

void flow_ask(struct host *h, flow_ask_fn *fn, void *context)
{
	h->asked.flow = fn;
	h->asked.flow_context = context;
	h->asked.in = asked;
}

/* ---- the program opens one ---- */

/* RFC 6056, 3.3.3: a counter behind a keyed hash of the destination. A port
 * whose last flow is in TIME-WAIT may be used again: the peer's side of it is over. */
static u16 choose_port(struct host *h, struct ip to, u16 port, struct ip from)
{
	u64 hash = flow_hash(h, FLOW_SECRET_PORT, to, port, from, 0);
	u32 first = 16384, span = 65536u - first;

	for (u32 tries = 0; tries < span; tries += 1) {
		u16 candidate = (u16)(first + ((u32)hash + h->next_port) % span);
		struct flow *old = flow_lookup(h, to, port, from, candidate);

		h->next_port += 1;
		if (old && tcp_state(&old->tcp) == TCP_TIME_WAIT && !old->calling && !old->fn) {
			flow_free(old);
			old = NULL;
		}
		if (!old)
			return candidate;
	}
	return 0;
}

/* Whether these four are free; what is in TIME-WAIT gives way, as above. */
static bool ends_free(struct host *h, const struct flow_ends *ends)
{
	struct flow *old = flow_lookup(h, ends->peer, ends->peer_port, ends->local, ends->local_port);

	if (!old)
		return true;
	if (tcp_state(&old->tcp) != TCP_TIME_WAIT || old->calling || old->fn)
		return false;
	flow_free(old);
	return true;
}

/* What goes with its SYN, into its buffer: where a cookie is known, and there is a buffer. */
static usize put_first(struct flow *f, struct view first, u32 most)
{
	struct host *h = f->host;
	usize n;

	if (first.n == 0 || most == 0)
		return 0;
	f->tx_buffer = buffers_take(&h->tx);
	if (f->tx_buffer == 0)
		return 0;
	f->tx = ring_make(h->tables.tx_bytes);
	n = copy(ring_span(&f->tx, buffers_span(&h->tx, f->tx_buffer), 0), view_first(first, most));
	ring_put(&f->tx, (u32)n);
	tcp_wrote(&f->tcp, (u32)n);
	return n;
}

/* taken: null where it is a flow like others. */
static struct flow *open_by(struct host *h, const struct flow_ends *wanted, const struct flow_plan *plan,
	struct view first, usize *taken)
{
	struct flow_ends ends = *wanted;
	struct tcp_config config;
	struct ip from, hop;
	struct flow *f;

	if (h->stopping || !host_route(h, ends.peer, &from, &hop))
		return NULL;
	if (ip_is_none(ends.local))
		ends.local = from;
	if (ends.local_port == 0)
		ends.local_port = choose_port(h, ends.peer, ends.peer_port, ends.local);
	else if (!ends_free(h, &ends))
		return NULL;
	if (ends.local_port == 0)
		return NULL;
	f = flow_new(h, ends.peer, ends.peer_port, ends.local, ends.local_port);
	if (!f)
		return NULL;
	config = config_of(h, ends.peer, ends.local, plan);
	host_count(&h->counts.flows_out, 1);
	follow_plan(f, plan);
	if (image_parts.fast_open && taken &&
		flow_fast_way(h, ends.local, ends.peer, &config.fast_mss) != TCP_FAST_NOT) {
		config.fast_open = true;
		f->fast = FLOW_FAST_CLIENT;
	}
	tcp_connect(&f->tcp, &config,
		flow_first_sequence(h, ends.peer, ends.peer_port, ends.local, ends.local_port), h->now);
	if (image_parts.fast_open && taken)
		*taken = put_first(f, first, tcp_syn_room(&f->tcp));
	flow_settle(f);
	return f;
}

struct flow *flow_open(struct host *h, const struct flow_ends *ends, const struct flow_plan *plan)
{
	return open_by(h, ends, plan, view_none(), NULL);
}

struct flow *flow_open_fast(struct host *h, const struct flow_ends *ends, const struct flow_plan *plan,
	struct view first, usize *taken)
{
	*taken = 0;
	return open_by(h, ends, plan, first, taken);
}

struct flow *flow_connect(struct host *h, struct ip to, u16 port, serve_fn *fn, void *session)
{
	struct flow_plan plan = { .fn = fn, .session = session, .tcp.no_delay = true };

	return flow_open(h, &(struct flow_ends){ .peer = to, .peer_port = port }, &plan);
}

struct flow *flow_connect_fast(
	struct host *h, struct ip to, u16 port, serve_fn *fn, void *session, struct view first, usize *taken)
{
	struct flow_plan plan = { .fn = fn, .session = session, .tcp.no_delay = true };

	return flow_open_fast(h, &(struct flow_ends){ .peer = to, .peer_port = port }, &plan, first, taken);
}
