/* host.c - the host as a whole: start, step, stop, facts. See host.h. */
#include "stack/host.h"
#include "dev/net.h"

void host_start(struct host *h, u32 port, const struct host_tables *tables, const struct host_config *config,
	struct random *random, u64 now)
{
	*h = (struct host){ .port = port,
		.config = *config,
		.tables = *tables,
		.net = net_facts(port),
		.random = random,
		.started_ns = now,
		.now = now };
	h->key = (struct siphash_key){ random_u64(random), random_u64(random) };
	h->next_port = random_u32(random);
	h->fragment_id = random_u32(random);
	h->backlog = HOST_BACKLOG_NONE;
	icmp_limit_init(&h->icmp, ICMP_RATE, ICMP_BURST, now);
	icmp_limit_init(&h->resets, ICMP_RATE, ICMP_BURST, now);
	if (image_parts.errors)
		pmtu_init(&h->pmtu);
	flows_start(h);
	host_addresses_start(h);
}

/* The link came back: who was there may not be there any more. */
static void follow_link(struct host *h)
{
	bool was_up = h->net.up;

	h->net = net_facts(h->port);
	if (h->net.up != was_up)
		host_addresses_changed(h);
	if (h->net.up && !was_up && h->dhcp_runs)
		dhcp_restart(&h->dhcp, h->now);
	if (h->net.up && !was_up && image_parts.dhcp6 && h->dhcp6)
		h->dhcp6->restart(h);
}

/* True: the port may have more. */
static bool receive(struct host *h)
{
	struct net_frame frames[NET_BATCH];
	u32 most = HOST_RX_BATCH;
	usize n = 0;

	do {
		n = net_rx(h->port, frames, NET_BATCH);
		for (usize i = 0; i < n; i += 1)
			host_frame(h, &frames[i]);
		net_rx_done(h->port, n);
		most -= n < most ? (u32)n : most;
	} while (n > 0 && most > 0);
	return n > 0;
}

/* What few steps have to do: fragments that never became whole, reports of groups. */
static void aside(struct host *h)
{
	u64 fragments = TIME_NEVER, groups = TIME_NEVER;

	if (image_parts.fragments && h->reassembly)
		fragments = h->reassembly->step(h);
	if (image_parts.groups && h->multicast)
		groups = h->multicast->step(h);
	h->aside_ns = fragments < groups ? fragments : groups;
}

void host_work(struct host *h, u64 now)
{
	h->now = now;
	follow_link(h);
	h->more = receive(h);
	if (host_has_loopback(h))
		host_loop_in(h);
	host_addresses_step(h);
	host_neighbours_step(h);
	flows_step(h);
	if (h->aside_ns <= now)
		aside(h);
}

u64 host_deadline(const struct host *h)
{
	u64 deadline = wheel_deadline(&h->wheel);

	if (h->more || !host_loop_is_empty(h))
		return h->now;
	deadline = h->aside_ns < deadline ? h->aside_ns : deadline;
	deadline = h->addresses_ns < deadline ? h->addresses_ns : deadline;
	return neigh_deadline(&h->neigh) < deadline ? neigh_deadline(&h->neigh) : deadline;
}

u64 host_step(struct host *h, u64 now)
{
	host_work(h, now);
	return host_deadline(h);
}

void host_stop(struct host *h, u64 now)
{
	h->now = now;
	h->stopping = true;
	host_addresses_changed(h);
	for (u32 i = 0; i < h->flows.fresh; i += 1)
		if (pool_handle(&h->flows, i) != 0 && h->tables.flows[i].fn)
			flow_wake_at(&h->tables.flows[i], now);
	if (h->dhcp_runs)
		dhcp_release(&h->dhcp, now);
	if (image_parts.dhcp6 && h->dhcp6)
		h->dhcp6->stop(h);
}

bool host_stopping(const struct host *h)
{
	return h->stopping;
}

bool host_idle(const struct host *h)
{
	for (u32 i = 0; i < h->flows.fresh; i += 1)
		if (pool_handle(&h->flows, i) != 0 && tcp_state(&h->tables.flows[i].tcp) != TCP_TIME_WAIT)
			return false;
	return true;
}

struct host_facts host_facts(const struct host *h)
{
	struct host_facts f = {
		.counts = h->counts,
		.uptime_ns = h->now - h->started_ns,
		.flows_now = h->flows.used,
		.flows_most = h->flows.most,
		.flows_limit = h->flows.cap,
		.rx_buffers_now = h->rx.used,
		.rx_buffers_most = h->rx.most,
		.rx_buffers_limit = h->rx.count,
		.tx_buffers_now = h->tx.used,
		.tx_buffers_most = h->tx.most,
		.tx_buffers_limit = h->tx.count,
		.neighbours = h->neigh.count,
	};

	for (u32 i = 0; i < h->flows.fresh; i += 1) {
		struct tcp_facts t;

		if (pool_handle(&h->flows, i) == 0)
			continue;
		tcp_facts(&h->tables.flows[i].tcp, &t);
		f.counts.retransmits += t.retransmits; /* and what flows that are gone had */
		f.curr_estab += tcp_state(&h->tables.flows[i].tcp) == TCP_ESTABLISHED ||
				tcp_state(&h->tables.flows[i].tcp) == TCP_CLOSE_WAIT;
	}
	return f;
}

u64 host_hash(const struct host *h)
{
	const struct siphash_key key = { 0, 0 };
	u64 hash = siphash(&key, view_make(&h->counts, sizeof h->counts)); /* words, no gap between them */

	hash = siphash_words(&key, hash, (u64)h->flows.used << 32 | h->flows.most,
		(u64)h->rx.used << 32 | h->tx.used, (u64)h->neigh.count << 32 | h->wheel.armed);
	hash = siphash_words(&key, hash, h->key.k0, h->key.k1, h->ip4.ip.lo);
	for (u32 i = 0; i < h->flows.fresh; i += 1) {
		const struct flow *f = &h->tables.flows[i];
		struct tcp_facts t;

		if (pool_handle(&h->flows, i) == 0)
			continue;
		tcp_facts(&f->tcp, &t);
		hash = siphash_words(&key, hash, (u64)tcp_state(&f->tcp) << 32 | t.cwnd_bytes,
			(u64)f->peer_port << 32 | f->tx.len, (u64)f->rx_len << 32 | t.flight_bytes);
	}
	return hash;
}
