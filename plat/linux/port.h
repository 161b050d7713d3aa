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
