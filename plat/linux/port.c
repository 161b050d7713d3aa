/* port.c - dev/net.h: ports whose host hands over one frame a call (taps, packet sockets), and who does what for each kind. */
#include "plat/linux/port.h"
#include "base/mem.h"
#include "plat/linux/room.h"
#include "plat/linux/say.h"
#include "plat/linux/trail.h"
#include "plat/net_soft.h"

/* Two names for two folders. NOLINTNEXTLINE(misc-redundant-expression) */
_Static_assert(PORT_FRAME_BYTES == NET_STREAM_FRAME_BYTES, "frames of a stream fit a port");

struct port ports[ATTACH_PORTS];
u32 port_count;

static struct port *port_of(u32 port)
{
	require(port < port_count); /* what the manifest declares */
	return &ports[port];
}

/* Bytes before each frame. */
static u32 header_of(const struct port *p)
{
	return image_parts.offloads ? p->header : 0;
}

void port_down(struct port *p, long error)
{
	say(text("the network port is gone:"), image_port_name((u32)(p - ports)), error, view_none());
	linux_close(p->fd);
	p->kind = ATTACHED_NONE;
	p->facts.up = false;
	p->stream = (struct net_stream){ 0 };
}

/* ---- receiving ---- */

void port_frame_put(struct port *p, u32 at, u32 bytes)
{
	struct linux_vnet vnet = { 0 };

	if (header_of(p) > 0)
		copy(span_make(&vnet, sizeof vnet), view_make(p->rx + at, sizeof vnet));
	p->frame[p->frames] = (struct port_frame){
		.at = at + header_of(p),
		.len = bytes - header_of(p),
		.csum = vnet.flags & (VNET_NEEDS_CSUM | VNET_DATA_VALID) ? NET_CSUM_GOOD : NET_CSUM_CHECK,
		.gso_size = vnet.gso_type == VNET_GSO_NONE ? 0 : vnet.gso_size,
	};
	p->frames += 1;
}

/* One frame a read, until there are no more or the buffer has no room for the
 * largest one. Reading until "no more" before waiting halves an echo's cost. */
static void receive_frames(struct port *p)
{
	u32 at = 0;

	while (!p->dry && p->frames < NET_BATCH && at + PORT_FRAME_BYTES <= PORT_RX_BYTES) {
		long n = linux_read(p->fd, span_make(p->rx + at, PORT_FRAME_BYTES));

		if (n == -ERROR_INTR)
			continue;
		if (n == -ERROR_AGAIN || n == -ERROR_NETDOWN) {
			p->facts.up = n == -ERROR_AGAIN ? p->facts.up : false;
			p->dry = true;
			return;
		}
		if (n <= 0) {
			port_down(p, n);
			return;
		}
		if ((usize)n <= header_of(p))
			continue;

		port_frame_put(p, at, (u32)n);
		at += ((u32)n + 15u) / 16u * 16u;
	}
}

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct port *p = port_of(port);
	usize n = 0;

	if (p->first == p->frames) {
		p->first = p->frames = 0;
		if (p->kind == ATTACHED_FRAMES)
			receive_frames(p);
		else if (p->kind == ATTACHED_STREAM)
			port_stream_receive(p);
		else if (port_on_uring(p))
			port_uring_receive(p);
		for (u32 i = 0; i < p->frames; i += 1)
			trail_frame(port, false, view_make(p->rx + p->frame[i].at, p->frame[i].len), 0);
	}
	for (; n < max && p->first + n < p->frames; n += 1) {
		const struct port_frame *f = &p->frame[p->first + n];

		frames[n] = (struct net_frame){ view_make(p->rx + f->at, f->len), f->csum, f->gso_size };
	}
	record_net_rx(&trail_record, port, frames, n, max);
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct port *p = port_of(port);

	require(n <= p->frames - p->first);
	if (port_on_uring(p))
		port_uring_done(p, p->first, p->first + (u32)n);
	p->first += (u32)n;
	record_net_rx_done(&trail_record, port, n);
}

bool port_more(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		if (ports[i].kind != ATTACHED_NONE && (!ports[i].dry || ports[i].first < ports[i].frames))
			return true;
	return false;
}

void port_look(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		ports[i].dry = false;
	if (image_parts.uring)
		port_uring_look();
}

/* ---- sending ---- */

/* The room lent begins behind the place of the host's header, so that header
 * and head leave as one piece. */
static struct span tx_room(struct port *p)
{
	return span_make(p->tx + sizeof(struct linux_vnet), PORT_TX_BYTES - sizeof(struct linux_vnet));
}

struct span net_tx(u32 port)
{
	struct port *p = port_of(port);
	struct span room = span_none();

	if (port_on_uring(p))
		port_uring_room(p);

	if (p->tx && (p->kind != ATTACHED_STREAM || port_stream_room(p)))
		room = tx_room(p);
	p->lent = room.n > 0;
	record_net_tx(&trail_record, port, room.n);
	return room;
}

void port_sent(struct port *p, long result, usize frames)
{
	if (result >= 0) {
		p->facts.up = true;
		return;
	}
	p->facts.lost += frames;
	if (result == -ERROR_IO || result == -ERROR_NETDOWN) /* the interface was set down */
		p->facts.up = false;
}

/* The kernel completes the checksum and cuts: its header says how. */
static void send_vnet(struct port *p, usize head, const struct net_send *send)
{
	struct linux_vnet vnet = { 0 };
	struct linux_iovec pieces[1 + NET_PIECES] = { { p->tx, sizeof vnet + head } };
	usize count = 1;

	if (send->csum == NET_CSUM_FILL) {
		vnet.flags = VNET_NEEDS_CSUM;
		vnet.csum_start = send->csum_start;
		vnet.csum_offset = send->csum_offset;
	}
	if (send->gso != NET_GSO_NONE) {
		vnet.gso_type = send->gso == NET_GSO_TCP4 ? VNET_GSO_TCP4 : VNET_GSO_TCP6;
		vnet.gso_size = send->gso_size;
		vnet.head_len = send->head_len;
	}
	copy(span_make(p->tx, sizeof vnet), view_make(&vnet, sizeof vnet));
	for (usize i = 0; i < NET_PIECES; i += 1)
		if (send->piece[i].n > 0)
			pieces[count++] = (struct linux_iovec){ send->piece[i].p, send->piece[i].n };
	if (port_on_uring(p))
		port_uring_send(p, pieces, count);
	else if (count == 1)
		port_sent(p, linux_write(p->fd, view_make(p->tx, sizeof vnet + head)), 1);
	else
		port_sent(p, linux_writev(p->fd, pieces, count), 1);
}

/* A host without the header: everything in software, frame by frame. */
static void send_plain(struct port *p, struct view head, const struct net_send *send)
{
	struct net_soft s = net_soft_begin(head, send);

	while (net_soft_more(&s)) {
		usize n = net_soft_next(&s, head, send, span_make(p->queue, PORT_QUEUE_BYTES));

		require(n > 0);
		port_sent(p, linux_write(p->fd, view_make(p->queue, n)), 1);
	}
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct port *p = port_of(port);
	struct view first = view_first(span_view(tx_room(p)), head);

	require(p->lent && head <= PORT_TX_BYTES - sizeof(struct linux_vnet));
	require(net_soft_bytes(first, send) <= PORT_FRAME_BYTES);
	p->lent = false;
	record_net_send(&trail_record, port, first, send);
	trail_frame(port, true, first, send);
	if (p->kind == ATTACHED_NONE)
		p->facts.lost += 1;
	else if (p->kind == ATTACHED_STREAM)
		port_stream_send(p, first, send);
	else if (header_of(p) > 0)
		send_vnet(p, head, send);
	else
		send_plain(p, first, send);
}

void port_flush(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		if (ports[i].kind == ATTACHED_STREAM && net_stream_waits(&ports[i].stream))
			port_stream_flush(&ports[i]);
}

/* ---- facts and groups ---- */

struct net_facts net_facts(u32 port)
{
	struct net_facts facts = port_of(port)->facts;

	record_net_facts(&trail_record, port, &facts);
	return facts;
}

void net_multicast(u32 port, struct mac group, bool want)
{
	record_net_multicast(&trail_record, port, group, want);
	if (!image_parts.packets) /* all others hear every group */
		return;

	struct port *p = port_of(port);
	struct linux_membership m = { p->interface, MEMBERSHIP_MULTICAST, sizeof group, { 0 } };

	copy(span_of(m.address), view_of(group.b));
	if ((p->kind == ATTACHED_FRAMES || port_on_uring(p)) && p->filters)
		linux_setsockopt(p->fd, LEVEL_PACKET, want ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP,
			&m, sizeof m);
}

/* ---- starting ---- */

static void start(struct port *p, const struct attached_port *from, const struct attached_uring *uring)
{
	usize bytes = attached_port_room(from);

	p->kind = (enum attached_kind)from->kind;
	p->fd = from->fd;
	p->interface = from->interface;
	p->header = from->header;
	p->filters = from->filters != 0;
	p->facts = (struct net_facts){
		.mac = from->mac,
		.mtu = from->mtu,
		.up = from->up != 0,
		.can = from->can,
		.gso_bytes = 65535,
	};
	if (bytes == 0)
		return;
	p->rx = (u8 *)room_map(bytes);
	p->tx = p->rx + PORT_RX_BYTES;
	p->queue = header_of(p) == 0 ? p->tx + PORT_TX_BYTES : 0; /* what software makes needs room */
	if (port_on_uring(p))
		port_uring_start(p, uring);
}

void port_start(const struct attached *a)
{
	require(a->ports <= ATTACH_PORTS);
	port_count = a->ports;
	for (u32 i = 0; i < port_count; i += 1)
		start(&ports[i], &a->port[i], &a->uring);
}
