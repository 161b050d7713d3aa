/* net_stream.h - Ethernet frames in a stream of bytes: be32 length, frame, and again.
 *
 * The framing of QEMU's `-netdev stream` and `socket`, which switches and
 * gateways of every kind speak. This is both directions of one connection as
 * numbers: the caller has a buffer for each (given again at every call), does
 * the reading and writing, and asks here where bytes go and where frames lie.
 *
 *     receive   n = read(fd, net_stream_rx_room(s, rx));   net_stream_rx_put(s, n);
 *               while (net_stream_rx(s, rx, &at, &len)) ... rx[at, at + len) is a frame;
 *     send      while (net_stream_tx_put(s, tx, &soft, head, send) != done) flush;
 *     flush     n = write(fd, net_stream_tx(s, tx));       net_stream_tx_done(s, n);
 *
 * Frames found stay where they are until the next net_stream_rx_room(). A
 * partial write is remembered: a frame that has begun is finished before the
 * next. Many frames lie behind each other in tx, so one write sends them all.
 */
#ifndef PLAT_NET_STREAM_H
#define PLAT_NET_STREAM_H

#include "base/view.h"
#include "plat/net_soft.h"

#define NET_STREAM_FRAME_BYTES (66u << 10) /* a longer one is not a frame: the stream is broken */
#define NET_STREAM_LENGTH      4u

struct net_stream {
	u32 filled, parsed; /* rx: bytes in it; where the first byte that is not in a frame found is */
	u32 queued, sent;   /* tx: bytes in it; how many have left */
	bool broken;        /* what came is not this framing */
};

/* Where to read more bytes to. What is left of an unfinished frame is moved to
 * the front: give all found frames back before. rx must hold a largest frame
 * and its length; then the room is never empty once all frames were taken. */
struct span net_stream_rx_room(struct net_stream *s, struct span rx);
void net_stream_rx_put(struct net_stream *s, usize n);

/* The next whole frame, as its place in rx. False: read more (or it is broken). */
bool net_stream_rx(struct net_stream *s, struct span rx, u32 *at, u32 *len);

/* Whether any frame that is not cut still fits. */
bool net_stream_tx_fits(const struct net_stream *s, struct span tx);

/* Queues the frames that `soft` makes of this one. False: no room for the next
 * of them; flush and call again, or give up (net_soft_count() says how many). */
bool net_stream_tx_put(struct net_stream *s, struct span tx, struct net_soft *soft, struct view head,
	const struct net_send *send);

/* What waits to be written; then how much of it was. */
struct view net_stream_tx(const struct net_stream *s, struct span tx);
void net_stream_tx_done(struct net_stream *s, struct span tx, usize n);

static inline bool net_stream_waits(const struct net_stream *s)
{
	return s->queued > s->sent;
}

#endif
