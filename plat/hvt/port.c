/* port.c - see port.h. */
#include "plat/hvt/port.h"
#include "lib/frames/frames.h"
#include "plat/hvt/pages.h"

struct port {
	struct frames_reader rx;
	struct frames_writer tx;
	struct view rx_ring;
	struct span tx_ring;
	usize lent;         /* frames lent and not done */
	u32 end[NET_BATCH]; /* where each of them ends */
	struct net_frame frame[NET_BATCH];
	struct span room; /* lent by net_tx() until net_tx_send() */
	u64 lost;
};

static struct port ports[HVT_PORTS];

static struct port *port_of(u32 port)
{
	require(port < HVT_PORTS && port < hvt_host->ports);
	return &ports[port];
}

void port_start(void)
{
	for (u32 i = 0; i < HVT_PORTS; i += 1) {
		struct port *p = &ports[i];
		u64 rx = hvt_host->port[i].rx.at, tx = hvt_host->port[i].tx.at;

		if (rx == 0 || tx == 0)
			continue;
		p->rx = frames_reader_make(hvt_host->port[i].rx.bytes);
		p->tx = frames_writer_make(hvt_host->port[i].tx.bytes);
		p->rx_ring = view_make((const void *)rx, p->rx.cap);
		p->tx_ring = span_make((void *)tx, p->tx.cap);
	}
}

bool port_more(void)
{
	for (u32 i = 0; i < HVT_PORTS; i += 1)
		if (ports[i].rx_ring.n > 0 && !ports[i].rx.broken &&
			(ports[i].lent > 0 || ports[i].rx.at != hvt_host->port[i].rx_put))
			return true;
	return false;
}

/* ---- receiving ---- */

static void look(struct port *p, u32 port)
{
	u32 put = hvt_host->port[port].rx_put;
	struct frames_head head;
	struct view data;

	while (p->lent < NET_BATCH && frames_next(&p->rx, put, p->rx_ring, &head, &data) == FRAMES_FRAME) {
		p->frame[p->lent] = (struct net_frame){ data,
			head.csum == FRAMES_CSUM_GOOD ? NET_CSUM_GOOD : NET_CSUM_CHECK, head.gso_size };
		p->end[p->lent] = p->rx.at;
		p->lent += 1;
	}
}

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct port *p = port_of(port);
	usize n = 0;

	if (p->lent == 0 && p->rx_ring.n > 0)
		look(p, port);
	for (; n < max && n < p->lent; n += 1)
		frames[n] = p->frame[n];
	record_net_rx(&hvt_record, port, frames, n, max);
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct port *p = port_of(port);

	require(n <= p->lent);
	record_net_rx_done(&hvt_record, port, n);
	if (n == 0)
		return;
	hvt_guest->rx_taken[port] = p->end[n - 1];
	for (usize i = n; i < p->lent; i += 1) {
		p->frame[i - n] = p->frame[i];
		p->end[i - n] = p->end[i];
	}
	p->lent -= n;
}

/* ---- sending ---- */

/* The room for a largest frame, so that head and pieces lie behind each other. */
static struct span tx_room(struct port *p, u32 port)
{
	u32 most = hvt_host->port[port].gso_bytes + HVT_HEAD_SPARE, most_ring;

	if (p->tx_ring.n == 0)
		return span_none();
	most_ring = frames_most(p->tx.cap);
	return frames_room(
		&p->tx, hvt_host->port[port].tx_taken, p->tx_ring, most < most_ring ? most : most_ring);
}

struct span net_tx(u32 port)
{
	struct port *p = port_of(port);
	struct span room = tx_room(p, port);

	if (room.n == 0 && p->tx_ring.n > 0) { /* full: let the tender send, once */
		hvt_rest(0);
		room = tx_room(p, port);
	}
	p->room = room;
	record_net_tx(&hvt_record, port, room.n);
	return room;
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct port *p = port_of(port);
	struct span room = p->room;
	struct frames_head h = {
		.csum = send->csum == NET_CSUM_FILL ? FRAMES_CSUM_FILL : FRAMES_CSUM_CHECK,
		.gso = (enum frames_gso)send->gso,
		.gso_size = send->gso_size,
		.head_len = send->head_len,
		.csum_start = send->csum_start,
		.csum_offset = send->csum_offset,
	};
	usize n = head;

	require(room.n > 0 && head <= room.n);
	record_net_send(&hvt_record, port, view_first(span_view(room), head), send);
	for (usize i = 0; i < NET_PIECES; i += 1) {
		require(send->piece[i].n <= room.n - n);
		n += copy(span_from(room, n), send->piece[i]);
	}
	h.bytes = (u32)n;
	frames_put(&p->tx, p->tx_ring, &h);
	hvt_guest->tx_put[port] = p->tx.put;
	p->room = span_none();
}

/* ---- facts and groups ---- */

struct net_facts net_facts(u32 port)
{
	const volatile struct hvt_host_port *h = &hvt_host->port[port_of(port) - ports];
	struct net_facts facts = {
		.mtu = h->mtu,
		.up = h->up != 0,
		.can = h->can,
		.gso_bytes = h->gso_bytes,
		.lost = h->lost,
	};

	for (usize i = 0; i < sizeof facts.mac.b; i += 1)
		facts.mac.b[i] = h->mac.b[i];
	record_net_facts(&hvt_record, port, &facts);
	return facts;
}

void net_multicast(u32 port, struct mac group, bool want)
{
	u32 n = hvt_guest->groups;

	record_net_multicast(&hvt_record, port, group, want);
	if (n == COUNT(hvt_guest->group)) {
		hvt_rest(0); /* the tender takes them */
		n = 0;
	}
	hvt_guest->group[n].port = (u8)port;
	hvt_guest->group[n].want = want;
	for (usize i = 0; i < sizeof group.b; i += 1)
		hvt_guest->group[n].group.b[i] = group.b[i];
	hvt_guest->groups = n + 1;
}
