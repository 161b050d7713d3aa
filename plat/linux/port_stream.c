/* port_stream.c - a port on a stream socket (plat/net_stream.h).
 *
 * Frames of one step leave with one write at its end (a frame costs a copy,
 * 35 ns for 1.4 KB; a call costs ten times that). When the peer does not read,
 * net_tx() lends nothing until it does, and the wait ends when it did.
 */
#include "plat/linux/port.h"
#include "plat/linux/linux.h"
#include "plat/linux/say.h"
#include "dev/image.h"

enum { ETHERNET_BYTES = 14 };

static struct span rx_of(struct port *p)
{
	return span_make(p->rx, PORT_RX_BYTES);
}

static struct span tx_of(struct port *p)
{
	return span_make(p->queue, PORT_QUEUE_BYTES);
}

static void parse(struct port *p)
{
	u32 at, len;

	while (p->frames < NET_BATCH && net_stream_rx(&p->stream, rx_of(p), &at, &len)) {
		if (len < ETHERNET_BYTES) {
			p->facts.lost += 1;
			continue;
		}
		p->frame[p->frames] = (struct port_frame){ at, len, NET_CSUM_CHECK, 0 };
		p->frames += 1;
	}
	if (p->frames == NET_BATCH)
		p->dry = false; /* more may be here already */
	if (p->stream.broken) {
		say(text("what comes in on this port is not frames with their length in front:"),
			image_port_name((u32)(p - ports)), 0, view_none());
		port_down(p, 0);
	}
}

void port_stream_receive(struct port *p)
{
	parse(p);
	if (p->frames > 0 || p->dry || p->kind != ATTACHED_STREAM)
		return;

	struct span room = net_stream_rx_room(&p->stream, rx_of(p));
	long n = linux_read(p->fd, room);

	if (n == -ERROR_AGAIN || n == -ERROR_INTR) {
		p->dry = n == -ERROR_AGAIN;
		return;
	}
	if (n <= 0) {
		port_down(p, n);
		return;
	}
	p->dry = (usize)n < room.n; /* a stream that gave less has no more */
	net_stream_rx_put(&p->stream, (usize)n);
	parse(p);
}

bool port_stream_room(struct port *p)
{
	if (!net_stream_tx_fits(&p->stream, tx_of(p)))
		port_stream_flush(p);
	return p->kind == ATTACHED_STREAM && net_stream_tx_fits(&p->stream, tx_of(p));
}

void port_stream_send(struct port *p, struct view head, const struct net_send *send)
{
	struct net_soft soft = net_soft_begin(head, send);

	while (!net_stream_tx_put(&p->stream, tx_of(p), &soft, head, send)) {
		u32 before = p->stream.queued;

		port_stream_flush(p);
		if (p->kind != ATTACHED_STREAM || p->stream.queued == before) {
			p->facts.lost +=
				net_soft_count(&soft); /* many tiny segments, and a peer that does not read */
			return;
		}
	}
}

void port_stream_flush(struct port *p)
{
	while (net_stream_waits(&p->stream)) {
		long n = linux_write(p->fd, net_stream_tx(&p->stream, tx_of(p)));

		if (n == -ERROR_INTR)
			continue;
		if (n == -ERROR_AGAIN || n == -ERROR_NOBUFS)
			return;
		if (n < 0) {
			port_down(p, n);
			return;
		}
		net_stream_tx_done(&p->stream, tx_of(p), (usize)n);
	}
}
