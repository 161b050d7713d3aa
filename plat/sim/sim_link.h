/* sim_link.h - one direction of a wire, and all that can go wrong on it.
 *
 * Pure: a frame's length and the time go in, and out come the times at which
 * copies of it arrive at the other end: none (lost), one, or two (duplicated).
 *
 *     length > mtu        dropped
 *     rate                frames queue up behind each other; behind more than queue_bytes: dropped
 *                         (without queue_bytes, an image's port has no room before that happens)
 *     loss                dropped
 *     delay + jitter      later by delay, and by a random part of jitter; order is kept
 *     reorder             this one is held back for reorder_ns more, and others overtake it
 *     duplicate           a second copy, up to reorder_ns later
 *     corrupt             up to 15 neighbouring bits are flipped, anywhere in the frame
 *
 * Bits are flipped in bursts because any such burst changes an Internet checksum:
 * who believes a corrupted byte did not look. (Flips far apart cancel each other
 * in some percent of frames; on real wires the frame check sequence stands
 * before that, and only TLS would notice the rest.) ARP has no checksum.
 */
#ifndef PLAT_SIM_SIM_LINK_H
#define PLAT_SIM_SIM_LINK_H

#include "plat/sim/sim_dice.h"

struct sim_link_model {
	u32 loss, reorder, duplicate, corrupt; /* parts of 10^9 (DICE_ALWAYS) */
	u64 delay_ns, jitter_ns;
	u64 reorder_ns;  /* 0: a millisecond and a half more than the delay */
	u64 rate_bits;   /* a second; 0: no limit */
	u64 queue_bytes; /* waiting for the rate; 0: 256 KB */
	u32 mtu;         /* the largest IP packet; 0: 1500 */
};

struct sim_link_counts {
	u64 frames, bytes;
	u64 lost, reordered, duplicated, corrupted, overflowed, oversized;
};

struct sim_link {
	struct sim_link_model model;
	struct dice dice;
	u64 idle_at; /* when the last frame given has left */
	u64 last_at; /* when the last frame not held back arrives */
	struct sim_link_counts counts;
};

struct sim_arrival {
	u64 at;
	u32 burst; /* bits to flip, the first to the last: link_flip(); 0: none */
};

/* "1%" is 10000000. The frame is with its Ethernet header. */
u32 link_pass(struct sim_link *l, usize frame_bytes, u64 now, struct sim_arrival arrivals[2]);

/* Flips the ends of a run of so many bits, and some between, somewhere in the frame. */
void link_flip(struct sim_link *l, struct span frame, u32 burst);

/* How many bytes wait for the rate. */
u64 link_backlog_bytes(const struct sim_link *l, u64 now);

/* When no more than this many bytes wait: never in the past. */
u64 link_backlog_below(const struct sim_link *l, u64 bytes, u64 now);

#endif
