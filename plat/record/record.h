/* record.h - the log of everything an image could not have known: what it learned from outside, in order.
 *
 * An image is a function of what dev/ tells it. A platform that records passes
 * every answer it gives through here, and every effect the image has; from
 * the log `fata replay` runs the same image again, on any machine, to the same
 * state. Answers are stored; effects are not: they are hashed (effect.h), and
 * the hash is in the log after every step, so a replay can name the first step
 * that went another way.
 *
 * The platform owns one struct record (zeroed: it is off, and everything here
 * costs a test of one flag), and calls, in this order:
 *
 *     record_begin(&r, name, build, platform);      before anything else
 *     record_argument(&r, a);                       for each image_argument(i), i from 0
 *     record_start(&r, now);  image_start(now);       record_return(&r, TIME_NEVER);
 *     record_step(&r, now);   w = image_step(now);    record_return(&r, w);
 *     record_stop(&r, now, d); image_stop(now, d);    record_return(&r, TIME_NEVER);
 *     record_end(&r, image_hash());                 the image has left, or is ended
 *
 * and inside its dev/ functions, last thing before they return, EVERY time the
 * image calls them, however dull the answer (a dull answer takes no room, but
 * it is counted: that is how the log knows which of two calls was refused):
 *
 *     usize net_rx(u32 port, struct net_frame *f, usize max)
 *     {
 *             usize n = ...;
 *             record_net_rx(&r, port, f, n, max);
 *             return n;
 *     }
 *
 * image_argument() and image_platform() need no call: they are in the log once.
 *
 * Bytes leave through record_out(), which the platform defines, in chunks with
 * a checksum. A chunk leaves when it is full: call record_flush() before the
 * process may die (panic, fatal signal) and the log reaches to the last answer.
 * What is cut off behind that is noticed, and replayed up to there.
 *
 * The log holds every byte the image received, and its random seed. It is as
 * secret as the image's memory: create it readable by its owner only.
 */
#ifndef PLAT_RECORD_RECORD_H
#define PLAT_RECORD_RECORD_H

#include "base/writer.h"
#include "dev/block.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "lib/parts/parts.h"
#include "plat/record/effect.h"
#include "plat/record/event.h"

struct record_port {
	struct net_facts facts; /* as last told */
	bool told;
	usize lent; /* frames the image has seen and not given back */
	usize room; /* what net_tx() lent last */
};

struct record_disk {
	struct block_facts facts;
	bool told;
};

struct record {
	bool on;
	u64 steps; /* image_start, image_step and image_stop calls that returned */
	u64 asked; /* questions since the last event */
	u64 now;   /* the last time that was logged: times are written as differences */
	u64 wall;
	u64 generation;
	struct image_memory memory;
	usize console_lent;
	struct effects effects;
	struct record_port ports[RECORD_PORTS];
	struct record_disk disks[RECORD_DISKS];
	u32 chunk; /* chunks that have left */
	u32 len;   /* bytes in this one */
	u8 bytes[RECORD_HEAD + RECORD_CHUNK];
};

/* Most runs are not recorded, and some images never can be (`without recording`). */
static inline bool record_is_on(const struct record *r)
{
	return image_parts.recording && r->on;
}

/* The platform takes the bytes, in order: one write to a file. It may lose
 * them if the disk is full, but then must lose all that follow too. */
void record_out(struct record *r, struct view bytes);

/* Switches it on. `build` names the image's sources (a hash, a version; may be
 * empty): replay says so when it is given another. */
void record_begin(struct record *r, struct view name, struct view build, struct view platform);
void record_argument(struct record *r, struct view argument);

void record_start(struct record *r, u64 now);
void record_step(struct record *r, u64 now);
void record_stop(struct record *r, u64 now, u64 deadline);
void record_return(struct record *r, u64 wake);

/* Writes the last hashes and flushes; the record is off afterwards. */
void record_end(struct record *r, u64 image_hash);

/* The chunk so far leaves now. Safe in a signal handler that will not return. */
void record_flush(struct record *r);

/* ---- answers: what dev/ told the image ---- */

void record_net_rx(struct record *r, u32 port, const struct net_frame *frames, usize n, usize max);
void record_net_tx(struct record *r, u32 port, usize room); /* 0: refused */
void record_net_facts(struct record *r, u32 port, const struct net_facts *facts);
void record_clock_monotonic(struct record *r, u64 now); /* when the image itself asked */
void record_clock_wall(struct record *r, u64 wall);
void record_entropy_seed(struct record *r, enum entropy_source source, struct view bytes);
void record_entropy_generation(struct record *r, u64 generation);
void record_block_facts(struct record *r, u32 disk, const struct block_facts *facts);
/* `done` is null when nothing was completed; data: what a read brought, else empty. */
void record_block_complete(struct record *r, u32 disk, const struct block_done *done, struct view data);
void record_console_rx(struct record *r, struct view waiting);
void record_image_memory(struct record *r, struct image_memory memory);

/* ---- effects, and one that is both ---- */

void record_net_rx_done(struct record *r, u32 port, usize n);
/* Before the port fills in checksums: what the image gave. `head` is its first bytes. */
void record_net_send(struct record *r, u32 port, struct view head, const struct net_send *send);
void record_net_multicast(struct record *r, u32 port, struct mac group, bool want);
void record_block_submit(struct record *r, u32 disk, const struct block_request *request, bool accepted);
void record_console_write(struct record *r, struct view v);
void record_console_rx_done(struct record *r, usize n);
void record_leave(struct record *r, u8 status);

#endif
