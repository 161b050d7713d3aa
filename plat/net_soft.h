/* net_soft.h - the offloads of dev/net.h in software, for ports whose host has none.
 *
 * A frame to send (head, pieces, and what is asked of the port) becomes one or
 * more complete frames: gathered into one piece, TCP cut into segments, every
 * checksum filled in. What may be asked is what dev/net.h defines; the frames
 * come out one at a time, each into room the port has:
 *
 *     struct net_soft s = net_soft_begin(head, send);
 *     while (net_soft_more(&s)) {
 *             usize n = net_soft_next(&s, head, send, room);
 *             if (n == 0) ...;      there was no room for it: call again with more, or give up
 *     }
 *
 * The head and the pieces are given again at each call and are only read; the
 * struct holds numbers and can be forgotten at any time.
 *
 * Segmentation repeats the first head_len bytes in front of each gso_size bytes
 * and adjusts, as every network card does: IPv4 total length, identification
 * (counting up, RFC 6864 leaves it free for atomic datagrams) and header
 * checksum; IPv6 payload length; TCP sequence number; FIN and PSH only on the
 * last segment, CWR only on the first (RFC 3168 6.1.2); TCP checksum. A frame
 * that is not what gso says it is (no such IP header at its place, headers
 * longer than the head) is a caller's bug.
 */
#ifndef PLAT_NET_SOFT_H
#define PLAT_NET_SOFT_H

#include "base/view.h"
#include "dev/net.h"

struct net_soft {
	usize payload; /* what follows the headers, in all */
	usize at;      /* how much of it has been sent */
	usize head;    /* headers that each frame repeats */
	usize size;    /* payload in each frame but the last */
	u32 index;     /* frames made so far */
	bool finished;
};

struct net_soft net_soft_begin(struct view head, const struct net_send *send);

static inline bool net_soft_more(const struct net_soft *s)
{
	return !s->finished;
}

/* How long the next frame will be. */
usize net_soft_length(const struct net_soft *s);

/* How many frames are still to come. */
usize net_soft_count(const struct net_soft *s);

/* Makes the next frame; its length, or 0 if `to` is too short for it (nothing has happened then). */
usize net_soft_next(struct net_soft *s, struct view head, const struct net_send *send, struct span to);

/* The frame's bytes in all before any cutting. */
usize net_soft_bytes(struct view head, const struct net_send *send);

#endif
