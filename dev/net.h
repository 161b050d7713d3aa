/* net.h - Ethernet ports: batches of frames, with checksums and segmentation left to the host where it can.
 *
 * A port is numbered in the order of the manifest's `net` lines. Frames begin
 * with the Ethernet header and have no frame check sequence.
 *
 * Receiving: net_rx() lends up to `max` frames; net_rx_done(n) gives the first
 * n of them back. The same frames are lent again until they are done.
 *
 *     struct net_frame f[NET_BATCH];
 *     usize n = net_rx(port, f, NET_BATCH);
 *     for (usize i = 0; i < n; i += 1) host_frame(h, &f[i], now);
 *     net_rx_done(port, n);
 *
 * Sending: net_tx() lends room for one frame's headers, or a whole small frame;
 * empty means not now (the port's queue is full: drop or try next step). The
 * frame is the first `head` bytes of that room followed by up to NET_PIECES
 * pieces of payload that stay where they are. All is read (gathered by the host
 * or copied) before net_tx_send() returns, so the sender's buffers are free again.
 *
 * Checksums. A frame to send may leave its TCP/UDP checksum to the port: csum
 * says where summing starts and where the result goes, and the field holds the
 * folded pseudo-header sum. A frame received says whether it still must be
 * checked. Segmentation: gso_size > 0 on a frame to send asks for it to be cut
 * into TCP segments of that payload size; on a frame received it says that the
 * host joined several. A port that lacks an offload does it in software
 * (plat/net_soft.h), so a sender may always ask for what net_facts() offers and
 * need not know who does the work.
 */
#ifndef DEV_NET_H
#define DEV_NET_H

#include "base/mac.h"
#include "base/view.h"

#define NET_BATCH    16u
#define NET_PIECES   3u
#define NET_HEAD_MIN 256u /* the room net_tx() lends is never smaller; a port may lend a whole frame */

enum net_csum {
	NET_CSUM_CHECK, /* received: nobody has verified it; the stack must. To send: it is complete. */
	NET_CSUM_GOOD,  /* received: verified by the host, or it never crossed a wire. */
	NET_CSUM_FILL   /* to send: the port completes it. */
};

enum net_gso { NET_GSO_NONE, NET_GSO_TCP4, NET_GSO_TCP6 };

enum {
	NET_CAN_CSUM = 1,     /* completes checksums of frames to send */
	NET_CAN_TSO4 = 2,     /* cuts TCP over IPv4 */
	NET_CAN_TSO6 = 4,     /* cuts TCP over IPv6 */
	NET_CAN_MULTICAST = 8 /* filters groups: net_multicast() has an effect */
};

struct net_facts {
	struct mac mac;
	u16 mtu;       /* the largest IP packet */
	bool up;       /* link state */
	u32 can;       /* NET_CAN_* */
	u32 gso_bytes; /* the largest frame to send when cut by the port */
	u64 lost;      /* frames the port had to drop, in both directions */
};

struct net_frame {
	struct view data;
	enum net_csum csum; /* NET_CSUM_CHECK or NET_CSUM_GOOD */
	u16 gso_size;       /* 0, or the payload size of the segments it was joined from */
};

struct net_send {
	struct view piece[NET_PIECES]; /* payload on loan, after the head; empty ones are skipped */
	enum net_csum csum;            /* NET_CSUM_CHECK (complete) or NET_CSUM_FILL */
	u16 csum_start;                /* with FILL: from the frame's first byte */
	u16 csum_offset;               /* with FILL: from csum_start */
	enum net_gso gso;
	u16 gso_size; /* payload bytes per segment */
	u16 head_len; /* with gso: all headers, Ethernet's to TCP's: what each segment repeats */
};

usize net_rx(u32 port, struct net_frame *frames, usize max);
void net_rx_done(u32 port, usize n);

struct span net_tx(u32 port);
void net_tx_send(u32 port, usize head, const struct net_send *send);

/* May change while running (link state, counters); cheap. */
struct net_facts net_facts(u32 port);

/* Frames to this group are wanted, or no longer. Without a filter all arrive. */
void net_multicast(u32 port, struct mac group, bool want);

#endif
