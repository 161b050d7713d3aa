/* sim_disk.h - a disk that takes its time, fails, and loses what was not flushed when the power goes.
 *
 * Requests take from latency_ns to twice that, so they finish in any order.
 * Every sector has what is durable, and the versions written since, oldest
 * first. A flush makes durable what was completed when it was submitted; a
 * write with FUA is durable when it completes. At a power cut every sector
 * becomes its durable version or one of the later ones, at random, each sector
 * for itself (torn writes); the sectors of a write under way may be hit too,
 * and with `torn` become unreadable until they are written again.
 */
#ifndef PLAT_SIM_SIM_DISK_H
#define PLAT_SIM_SIM_DISK_H

#include "dev/block.h"
#include "plat/sim/sim_dice.h"

#define SIM_DISK_QUEUE    32u
#define SIM_DISK_VERSIONS 4u /* kept of one sector; of more, the oldest is taken as durable */

struct sim_disk_model {
	u64 sectors;
	u32 sector_bytes; /* 0: 512 */
	u64 latency_ns;
	u32 read_errors, write_errors, flush_errors; /* of requests, parts of 10^9 */
	u32 refuse; /* submissions turned away although there is room, parts of 10^9 */
	u32 torn;   /* sectors being written when the power goes that cannot be read afterwards */
	bool read_only;
	bool no_discard;
};

struct sim_version {
	u64 seq; /* when its write was completed; 0: not yet */
	u8 *data;
};

struct sim_sector {
	u32 versions; /* newer than durable; oldest first */
	bool unreadable;
	struct sim_version version[SIM_DISK_VERSIONS];
};

struct sim_disk_request {
	struct block_request request;
	u8 *data; /* of a write, as it was when submitted */
	u64 due;
	u64 seq; /* completions before this flush was submitted */
	bool taken;
};

struct sim_disk_counts {
	u64 reads, writes, flushes, discards, errors, power_cuts;
	u64 sectors_lost, sectors_kept, sectors_torn; /* at power cuts */
};

struct sim_disk {
	struct sim_disk_model model;
	struct dice dice;
	u8 *durable;
	struct sim_sector *sector;
	struct sim_disk_request queue[SIM_DISK_QUEUE];
	u64 seq;
	struct sim_disk_counts counts;
};

void disk_make(struct sim_disk *d, const struct sim_disk_model *model, struct dice dice);
void disk_free(struct sim_disk *d);

struct block_facts disk_facts(const struct sim_disk *d);
bool disk_submit(struct sim_disk *d, const struct block_request *request, u64 now);

/* One that is due, in order of their times. `data` is what a read brought. */
bool disk_complete(struct sim_disk *d, u64 now, struct block_done *done, struct view *data);

/* When the next request is finished; TIME_NEVER. */
u64 disk_due(const struct sim_disk *d);

/* The requests under way are forgotten, and luck decides what the disk holds. */
void disk_power_cut(struct sim_disk *d);

/* What a read would bring now, all of it durable or not (n sectors' bytes), for
 * loading and saving files and for tests. False: a sector cannot be read. */
bool disk_peek(const struct sim_disk *d, u64 sector, struct span out);
void disk_poke(struct sim_disk *d, u64 sector, struct view data);

#endif
