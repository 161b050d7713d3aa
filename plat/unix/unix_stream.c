/* unix_stream.c - frames over a stream socket, as QEMU's `-netdev stream` does: be32 length, frame.
 *
 * Both directions are buffered and bounded. Frames of one step leave with one
 * write at its end (a frame costs a copy, 35 ns for 1.4 KB, a call ten times
 * that). When the peer does not read, net_tx() lends nothing until it does; a
 * frame that has begun is always finished before the next.
 */
#include "plat/net_soft.h"
#include "plat/unix/unix.h"

enum { LENGTH_BYTES = 4, ETHERNET_BYTES = 14 };

/* Frames that are complete in the buffer, up to a batch. */
static void parse(struct port *p)
{
	while (p->filled - p->parsed >= LENGTH_BYTES) {
		struct reader r = reader_of(view_make(p->rx + p->parsed, p->filled - p->parsed));
		u32 n = read_be32(&r);

		if (n > PORT_FRAME_BYTES) {
			unix_say(text("what comes in on this port is not frames with their length in front:"),
				p->name, 0, view_none());
			unix_port_down(p, 0);
			return;
		}
		if (read_left(&r) < n)
			return;
		if (p->frames == NET_BATCH) {
			p->dry = false; /* these wait already */
			return;
		}
		if (n >= ETHERNET_BYTES) {
			p->frame[p->frames] =
				(struct port_frame){ p->parsed + LENGTH_BYTES, n, NET_CSUM_CHECK, 0 };
			p->frames += 1;
		} else {
			p->facts.lost += 1;
		}
		p->parsed += LENGTH_BYTES + n;
	}
}

void unix_stream_receive(struct port *p)
{
	parse(p);
	if (p->frames > 0 || p->dry || p->kind != PORT_STREAM)
		return;

	/* nothing is on loan now: what is left of a frame moves to the front */
	p->filled = (u32)slide(span_make(p->rx, p->filled), p->parsed);
	p->parsed = 0;

	usize room = PORT_RX_BYTES - p->filled;
	long n = linux_read(p->fd, span_make(p->rx + p->filled, room));

	if (n == -ERROR_AGAIN || n == -ERROR_INTR) {
		p->dry = n == -ERROR_AGAIN;
		return;
	}
	if (n <= 0) {
		unix_port_down(p, n);
		return;
	}
	p->dry = (usize)n < room;
	p->filled += (u32)n;
	parse(p);
}

/* Room for the largest frame after any cutting: what is lent can be sent. */
bool unix_stream_room(struct port *p)
{
	if (PORT_QUEUE_BYTES - p->queued < PORT_FRAME_BYTES + PORT_TX_BYTES)
		unix_stream_flush(p);
	return PORT_QUEUE_BYTES - p->queued >= PORT_FRAME_BYTES + PORT_TX_BYTES;
}

void unix_stream_send(struct port *p, struct view head, const struct net_send *send)
{
	struct net_soft s = net_soft_begin(head, send);

	while (net_soft_more(&s)) {
		if (PORT_QUEUE_BYTES - p->queued < LENGTH_BYTES + net_soft_length(&s))
			unix_stream_flush(p);

		struct span room = span_make(p->queue + p->queued, PORT_QUEUE_BYTES - p->queued);
		usize n = net_soft_next(&s, head, send, span_from(room, LENGTH_BYTES));

		if (n ==
			0) { /* segments so small that their headers filled the queue, and a peer that does not read */
			p->facts.lost += net_soft_count(&s);
			return;
		}

		struct writer w = writer_of(room);

		write_be32(&w, (u32)n);
		p->queued += LENGTH_BYTES + (u32)n;
	}
}

void unix_stream_flush(struct port *p)
{
	while (p->sent < p->queued) {
		long n = linux_write(p->fd, view_make(p->queue + p->sent, p->queued - p->sent));

		if (n == -ERROR_INTR)
			continue;
		if (n == -ERROR_AGAIN || n == -ERROR_NOBUFS)
			break;
		if (n < 0) {
			unix_port_down(p, n);
			return;
		}
		p->sent += (u32)n;
	}
	p->queued = (u32)slide(span_make(p->queue, p->queued), p->sent);
	p->sent = 0;
}
