/* abi.h - what an hvt image and its tender (tender/hvt) agree on: two pages, some rings, one doorbell.
 *
 * The image runs at the processor's least privilege in memory that its tender
 * laid out; it has no system calls and no traps of its own. It is entered at its
 * ELF entry with the address of struct hvt_host as the first argument, on a
 * stack with nothing below it.
 *
 *   struct hvt_host    one page the image may only read: what the tender says
 *   struct hvt_guest   one page it may write: what the image says
 *   rings              lib/frames: for each port one of frames received (read
 *                      only) and one of frames to send; console and log bytes out
 *   the doorbell       a 4-byte store of an enum hvt_call to it is a call: the
 *                      image stops, the tender does what is said and lets it go on
 *
 * The two never run at the same time: the image is stopped while its tender
 * looks, and the tender looks only when the image has called or was interrupted.
 * So one call moves everything that waits in either direction, however many
 * frames that is, and nothing changes under anybody's eyes. Each side checks
 * all the other one wrote all the same.
 *
 * All positions are those of lib/frames. Addresses are the image's.
 */
#ifndef PLAT_HVT_ABI_H
#define PLAT_HVT_ABI_H

#include "base/mac.h"
#include "base/types.h"

#define HVT_VERSION    1u
#define HVT_PAGE_BYTES 4096u
#define HVT_PORTS      8u
#define HVT_DISKS      8u
#define HVT_REQUESTS   32u /* disk requests in flight, over all disks */
#define HVT_WORDS      512u
#define HVT_HEAD_SPARE 64u /* a frame may be so much larger than gso_bytes: its headers */

enum hvt_call {
	HVT_REST = 1,  /* until guest.rest_until_ns, or something has come */
	HVT_SEED = 2,  /* fill host.seed anew */
	HVT_LEAVE = 3, /* with guest.status; does not come back */
};

struct hvt_ring {
	u64 at; /* 0: there is none */
	u32 bytes;
	u32 pad;
};

struct hvt_host_port {
	struct hvt_ring rx, tx;
	u32 rx_put, tx_taken;
	u64 lost;
	u32 can, gso_bytes; /* as in dev/net.h's net_facts */
	u16 mtu;
	u8 up;
	struct mac mac;
	u8 pad[7];
};

struct hvt_host_disk {
	u64 sectors;
	u32 sector_bytes, most_sectors;
	u8 read_only, discard;
	u8 pad[6];
};

struct hvt_host {
	u32 version;
	u32 ports, disks;
	u32 stops;            /* how often the image was asked to stop */
	u64 stop_deadline_ns; /* by when to leave, on the monotonic clock */
	u64 guest, doorbell;  /* addresses */
	u64 arguments;        /* address of the words, each ended by a zero byte */
	u64 argument_bytes;
	u64 memory_bytes; /* all that the image will ever have */
	/* The clocks: at time-stamp counter `ticks` it was monotonic_ns and wall_ns; ns_per_tick
	 * is scaled by 2^32. All are as of the last call. */
	u64 ticks, ns_per_tick;
	u64 monotonic_ns, wall_ns;
	u64 generation;
	u8 seed[64];
	u32 seeded; /* how often `seed` was filled */
	struct hvt_ring console, log;
	u32 console_taken, log_taken;
	u32 typed_bytes; /* console input that has come, from the start of `typed` */
	u8 typed[256];
	u32 requests_taken; /* disk requests done, counted from the first */
	u8 verdict[HVT_REQUESTS];
	struct hvt_host_port port[HVT_PORTS];
	struct hvt_host_disk disk[HVT_DISKS];
};

struct hvt_request {
	u64 sector, data; /* data: address, in writable memory of the image or its stack */
	u32 sectors;
	u8 op, fua, disk, pad;
};

struct hvt_group {
	struct mac group;
	u8 port, want;
};

struct hvt_guest {
	u64 rest_until_ns; /* TIME_NEVER: only for a device */
	u32 status;        /* with HVT_LEAVE */
	u32 reads_console; /* typed bytes are wanted */
	u32 typed_taken;   /* of host.typed, before the next call */
	u32 console_put, log_put;
	u32 rx_taken[HVT_PORTS], tx_put[HVT_PORTS];
	u32 requests_put;
	struct hvt_request request[HVT_REQUESTS];
	/* net_multicast() calls since the last call to the tender */
	u32 groups;
	struct hvt_group group[32];
	/* with HVT_LEAVE: why, in words, and where, if there is more to say than the status */
	u64 words_pc;
	u32 words_bytes;
	u8 words[HVT_WORDS];
};

_Static_assert(sizeof(struct hvt_host) <= HVT_PAGE_BYTES, "one page");
_Static_assert(sizeof(struct hvt_guest) <= HVT_PAGE_BYTES, "one page");

#endif
