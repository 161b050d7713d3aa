/* unix_net.c - dev/net.h: ports whose host hands over one frame a call (taps, packet sockets), and who does what for each kind. */
#include "plat/net_soft.h"
#include "plat/unix/unix.h"

struct port unix_ports[UNIX_PORTS];
u32 unix_port_count;

static struct port *port_of(u32 port)
{
	require(port < UNIX_PORTS);
	return &unix_ports[port];
}

void unix_port_down(struct port *p, long error)
{
	unix_say(text("the network port is gone:"), p->name, error, view_none());
	linux_close(p->fd);
	p->kind = PORT_NONE;
	p->facts.up = false;
	p->stream = (struct net_stream){ 0 };
}

/* ---- receiving ---- */

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
			unix_port_down(p, n);
			return;
		}
		if ((usize)n <= p->header)
			continue;

		struct linux_vnet vnet = { 0 };

		if (p->header > 0)
			copy(span_make(&vnet, sizeof vnet), view_make(p->rx + at, sizeof vnet));
		p->frame[p->frames] = (struct port_frame){
			.at = at + p->header,
			.len = (u32)n - p->header,
			.csum = vnet.flags & (VNET_NEEDS_CSUM | VNET_DATA_VALID) ? NET_CSUM_GOOD
										 : NET_CSUM_CHECK,
			.gso_size = vnet.gso_type == VNET_GSO_NONE ? 0 : vnet.gso_size,
		};
		p->frames += 1;
		at += ((u32)n + 15u) / 16u * 16u;
	}
}

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct port *p = port_of(port);
	usize n = 0;

	if (p->first == p->frames) {
		p->first = p->frames = 0;
		if (p->kind == PORT_FRAMES)
			receive_frames(p);
		else if (p->kind == PORT_STREAM)
			unix_stream_receive(p);
		for (u32 i = 0; i < p->frames; i += 1)
			unix_pcap_frame(p, false, view_make(p->rx + p->frame[i].at, p->frame[i].len), 0);
	}
	for (; n < max && p->first + n < p->frames; n += 1) {
		const struct port_frame *f = &p->frame[p->first + n];

		frames[n] = (struct net_frame){ view_make(p->rx + f->at, f->len), f->csum, f->gso_size };
	}
	record_net_rx(&unix_record, port, frames, n, max);
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct port *p = port_of(port);

	require(n <= p->frames - p->first);
	p->first += (u32)n;
	record_net_rx_done(&unix_record, port, n);
}

bool unix_net_more(void)
{
	for (u32 i = 0; i < unix_port_count; i += 1)
		if (unix_ports[i].kind != PORT_NONE &&
			(!unix_ports[i].dry || unix_ports[i].first < unix_ports[i].frames))
			return true;
	return false;
}

void unix_net_look(void)
{
	for (u32 i = 0; i < unix_port_count; i += 1)
		unix_ports[i].dry = false;
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

	if (p->tx && (p->kind != PORT_STREAM || unix_stream_room(p)))
		room = tx_room(p);
	p->lent = room.n > 0;
	record_net_tx(&unix_record, port, room.n);
	return room;
}

static void sent(struct port *p, long result, usize frames)
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
	if (count == 1)
		sent(p, linux_write(p->fd, view_make(p->tx, sizeof vnet + head)), 1);
	else
		sent(p, linux_writev(p->fd, pieces, count), 1);
}

/* A host without the header: everything in software, frame by frame. */
static void send_plain(struct port *p, struct view head, const struct net_send *send)
{
	struct net_soft s = net_soft_begin(head, send);

	while (net_soft_more(&s)) {
		usize n = net_soft_next(&s, head, send, span_make(p->queue, PORT_QUEUE_BYTES));

		require(n > 0);
		sent(p, linux_write(p->fd, view_make(p->queue, n)), 1);
	}
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct port *p = port_of(port);
	struct view first = view_first(span_view(tx_room(p)), head);

	require(p->lent && head <= PORT_TX_BYTES - sizeof(struct linux_vnet));
	require(net_soft_bytes(first, send) <= PORT_FRAME_BYTES);
	p->lent = false;
	record_net_send(&unix_record, port, first, send);
	unix_pcap_frame(p, true, first, send);
	if (p->kind == PORT_NONE)
		p->facts.lost += 1;
	else if (p->kind == PORT_STREAM)
		unix_stream_send(p, first, send);
	else if (p->header > 0)
		send_vnet(p, head, send);
	else
		send_plain(p, first, send);
}

void unix_net_flush(void)
{
	for (u32 i = 0; i < unix_port_count; i += 1)
		if (unix_ports[i].kind == PORT_STREAM && net_stream_waits(&unix_ports[i].stream))
			unix_stream_flush(&unix_ports[i]);
}

/* ---- facts and groups ---- */

struct net_facts net_facts(u32 port)
{
	struct net_facts facts = port_of(port)->facts;

	record_net_facts(&unix_record, port, &facts);
	return facts;
}

void net_multicast(u32 port, struct mac group, bool want)
{
	struct port *p = port_of(port);
	struct linux_membership m = { p->interface, MEMBERSHIP_MULTICAST, sizeof group, { 0 } };

	record_net_multicast(&unix_record, port, group, want);
	copy(span_of(m.address), view_of(group.b));
	if (p->kind == PORT_FRAMES && p->filters)
		linux_setsockopt(p->fd, LEVEL_PACKET, want ? PACKET_ADD_MEMBERSHIP : PACKET_DROP_MEMBERSHIP,
			&m, sizeof m);
}

/* ---- which --net is which port ---- */

/* "service=tap:tap0" has a name, "tap:tap0,mtu=1400" has none. */
static struct view option_name(struct view option)
{
	for (usize i = 0; i < option.n; i += 1) {
		u8 c = view_at(option, i);

		if (c == '=')
			return view_first(option, i);
		if (c == ':' || c == ',')
			break;
	}
	return view_none();
}

static u32 port_named(struct view option, struct view name)
{
	u32 n = 0;

	if (name.n == 0 && image_port_name(1).n == 0)
		return 0;
	while (image_port_name(n).n > 0 && !view_equal(image_port_name(n), name))
		n += 1;
	if (image_port_name(n).n == 0)
		unix_die(text("--net"), option, 0,
			text("begin with the name of one of the image's ports, as in --net "
			     "service=tap:tap0"));
	return n;
}

void unix_net_start(const struct unix_options *o)
{
	while (unix_port_count < UNIX_PORTS && image_port_name(unix_port_count).n > 0) {
		struct port *p = &unix_ports[unix_port_count];

		p->name = image_port_name(unix_port_count);
		p->fd = -1;
		p->facts = (struct net_facts){ .mac = { { 2, 0, 0, 0, 0, (u8)(1 + unix_port_count) } },
			.mtu = 1500,
			.can = NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6,
			.gso_bytes = 65535 };
		unix_port_count += 1;
	}
	if (image_port_name(unix_port_count).n > 0)
		unix_die(text("this image has more than 8 network ports, from"),
			image_port_name(unix_port_count), 0, view_none());
	for (u32 i = 0; i < o->nets; i += 1) {
		struct view name = option_name(o->net[i]);
		struct view how = name.n > 0 ? view_from(o->net[i], name.n + 1) : o->net[i];

		if (unix_port_count == 0)
			unix_die(text("--net"), o->net[i], 0, text("this image has no network port"));

		struct port *p = &unix_ports[port_named(o->net[i], name)];

		if (p->kind != PORT_NONE)
			unix_die(text("--net is given twice for port"), p->name, 0, view_none());
		unix_attach(p, how);
	}
}
