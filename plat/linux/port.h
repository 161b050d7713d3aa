/* port.h - dev/net.h on taps, packet sockets and stream sockets.
 *
 * Taps and packet sockets give a frame a read and take one a write, with the
 * host's offloads (struct linux_vnet); streams hold frames with their length in
 * front (plat/net_stream.h), and what the host cannot do is done in software. A tap or packet socket
 * may have its frames come and go through a ring instead (plat/linux/uring.h).
 */
#ifndef PLAT_LINUX_PORT_H
#define PLAT_LINUX_PORT_H

#include "dev/net.h"
#include "lib/parts/parts.h"
#include "plat/linux/attached.h"
#include "plat/linux/linux.h"
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
void port_frame_put(struct port *p, u32 at, u32 bytes); /* the host's header first */
void port_sent(struct port *p, long result, usize frames);

void port_stream_receive(struct port *p);
bool port_stream_room(struct port *p);
void port_stream_send(struct port *p, struct view head, const struct net_send *send);
void port_stream_flush(struct port *p);

/* Ports on a ring: all of them share its calls. */
void port_uring_start(struct port *p, const struct attached_uring *o);
void port_uring_receive(struct port *p);
void port_uring_done(struct port *p, u32 from, u32 to); /* of `frame`: their buffers are free */
void port_uring_room(struct port *p);                   /* for one more frame, at p->tx */
void port_uring_send(struct port *p, const struct linux_iovec *pieces, usize count);
void port_uring_look(void);
i32 port_uring_fd(void); /* readable when something has come */

/* Sends what is queued. `alone`: nothing else is waited for, so it waits. True: there is no need to, or it has. */
bool port_uring_wait(volatile struct linux_timespec *most, bool alone);

static inline bool port_on_uring(const struct port *p)
{
	return image_parts.uring && p->kind == ATTACHED_URING;
}

#endif
