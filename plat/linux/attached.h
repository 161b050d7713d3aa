/* attached.h - what attaching found out: open descriptors, and the facts of what is behind them.
 *
 * attach.h makes it of a command line; port.h, disk.h and trail.h work on it.
 * They are two halves because they may be two programs: a tender attaches, and
 * hands this over to an image that may open nothing. Its layout is therefore the
 * same for every program of one machine: numbers only, of fixed widths.
 */
#ifndef PLAT_LINUX_ATTACHED_H
#define PLAT_LINUX_ATTACHED_H

#include "base/mac.h"
#include "base/types.h"

#define ATTACH_PORTS 8u
#define ATTACH_DISKS 8u

/* A port's memory, mapped when it is attached; pages count when they are touched. */
#define PORT_FRAME_BYTES (66u << 10) /* the largest frame a host gives: 64 KB joined by its GRO */
#define PORT_RX_BYTES    (PORT_FRAME_BYTES + (64u << 10))
#define PORT_TX_BYTES    4096u        /* what net_tx() lends, with a header in front */
#define PORT_QUEUE_BYTES (128u << 10) /* without offloads: frames on their way */

/* On a ring: frames that the kernel may read before it is asked again, and small ones that leave together. */
#define URING_BUFFERS 16u
#define URING_SLOTS   16u

/* The memory of --pcap: frames on their way to the file, and one being gathered. */
#define TRAIL_CAPTURE_BYTES (PORT_FRAME_BYTES * 2)
#define TRAIL_ROOM_BYTES    (TRAIL_CAPTURE_BYTES + PORT_FRAME_BYTES)

enum attached_kind {
	ATTACHED_NONE,   /* nothing, or a cable that goes nowhere */
	ATTACHED_FRAMES, /* a port of one frame a read: tap, packet socket */
	ATTACHED_STREAM, /* a port of length and frame, in a stream of bytes */
	ATTACHED_DISK,   /* a file or block device */
	ATTACHED_URING /* what would be ATTACHED_FRAMES, through the ring of struct attached (plat/linux/uring.h) */
};

struct attached_port {
	u32 kind; /* enum attached_kind */
	i32 fd, interface;
	u32 header;  /* bytes before each frame: sizeof(struct linux_vnet) or 0 */
	u32 can;     /* NET_CAN_* */
	u32 filters; /* 1: groups are joined by PACKET_ADD_MEMBERSHIP */
	u32 up;
	u16 mtu;
	struct mac mac;
};

struct attached_disk {
	u32 kind; /* enum attached_kind */
	i32 fd;
	u64 sectors; /* of 512 bytes */
	u32 read_only, discard;
};

/* A ring of io_uring. Places: bytes from its beginning, as the kernel has laid it out. */
struct attached_uring {
	u64 at; /* URING_ROOM_BYTES; 0: there is none */
	i32 fd; /* or -1 */
	u32 sq_head, sq_tail, sq_flags, cq_head, cq_tail, cqes;
};

struct attached {
	u32 ports, disks;
	i32 record, pcap; /* files to write, or -1 */
	struct attached_port port[ATTACH_PORTS];
	struct attached_disk disk[ATTACH_DISKS];
	struct attached_uring uring;
};

/* The memory a port needs, given what it is attached to. */
static inline usize attached_port_room(const struct attached_port *p)
{
	if (p->kind == ATTACHED_NONE)
		return 0;
	if (p->kind == ATTACHED_URING)
		return URING_BUFFERS * PORT_FRAME_BYTES + URING_SLOTS * PORT_TX_BYTES;
	return PORT_RX_BYTES + PORT_TX_BYTES + (p->header == 0 ? PORT_QUEUE_BYTES : 0u);
}

#endif
