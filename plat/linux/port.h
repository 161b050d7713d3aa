/* port.h - dev/net.h on taps, packet sockets and stream sockets.
 *
 * Taps and packet sockets give a frame a read and take one a write, with the
 * host's offloads (struct linux_vnet); streams hold frames with their length in
 * front (plat/net_stream.h), and what the host cannot do is done in software.
 */
#ifndef PLAT_LINUX_PORT_H
#define PLAT_LINUX_PORT_H

#include "dev/net.h"
#include "plat/linux/attached.h"
#include "plat/net_stream.h"

/* A port's memory, mapped when it is attached; pages count when they are touched. */
#define PORT_FRAME_BYTES NET_STREAM_FRAME_BYTES /* the largest frame a host gives: 64 KB joined by its GRO */
#define PORT_RX_BYTES    (PORT_FRAME_BYTES + (64u << 10))
#define PORT_TX_BYTES    4096u        /* what net_tx() lends, with a header in front */
#define PORT_QUEUE_BYTES (128u << 10) /* without offloads: frames on their way */

/* A frame in the receive buffer. */
struct port_frame {
	u32 at, len;
	enum net_csum csum;
	u16 gso_size;
};

struct port {
	enum attached_kind kind;
	i32 fd, interface;
	u32 header; /* bytes before each frame: sizeof(struct linux_vnet) or 0 */
	bool dry;   /* the last read said that there is no more */
	bool filters;
	bool lent; /* net_tx() lent room and waits for net_tx_send() */
	struct net_facts facts;
	u8 *rx, *tx, *queue;
	u32 frames, first; /* in `frame`: how many, and the first that is not done */
	struct net_stream stream;
	struct port_frame frame[NET_BATCH];
};

extern struct port ports[ATTACH_PORTS];
extern u32 port_count;

/* The memory a port needs, given what it is attached to. */
static inline usize port_room_bytes(const struct attached_port *p)
{
	if (p->kind == ATTACHED_NONE)
		return 0;
	return PORT_RX_BYTES + PORT_TX_BYTES + (p->header == 0 ? PORT_QUEUE_BYTES : 0u);
}

void port_start(const struct attached *a);
bool port_more(void);  /* some port may have frames that no wait is needed for */
void port_look(void);  /* no wait has told which ports have something: ask them all */
void port_flush(void); /* the end of a step: what was coalesced leaves */
void port_down(struct port *p, long error);

void port_stream_receive(struct port *p);
bool port_stream_room(struct port *p);
void port_stream_send(struct port *p, struct view head, const struct net_send *send);
void port_stream_flush(struct port *p);

#endif
