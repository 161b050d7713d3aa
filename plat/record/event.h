/* event.h - the format of a recording, version 1.
 *
 * A recording is RECORD_MAGIC (eight bytes, the last is the version) and then
 * chunks:
 *
 *     le32 length (1 to RECORD_CHUNK)   le32 number (from 0)   le64 hash   bytes...
 *
 * where hash is effect_bytes(number, bytes). The chunks' bytes, one after the
 * other, are one stream of events; an event may lie across chunks. An event is
 * its kind (one byte) and its fields. A `number` is 7 bits a byte, low first,
 * the high bit says that more follow, ten bytes at the most. A `difference` is
 * a number with the sign in its lowest bit (zigzag). `bytes` is a number and
 * that many bytes.
 *
 * Answers begin with a number: how many questions the image asked since the
 * last answer in the log, this one not counted. Questions that got the dull
 * answer are only counted. The dull answers are:
 *
 *     net_rx                what is already lent and not done, nothing new
 *     net_tx                as much room as the last time (RECORD_ROOM at first)
 *     net_facts block_facts entropy_generation image_memory    as the last time
 *                           (the first facts are always written; the numbers are 0 at first)
 *     block_submit          accepted
 *     block_complete        nothing
 *     console_rx            what is already lent and not done
 */
#ifndef PLAT_RECORD_EVENT_H
#define PLAT_RECORD_EVENT_H

#include "base/types.h"

#define RECORD_MAGIC       "fatalog\x01"
#define RECORD_MAGIC_BYTES 8u
#define RECORD_HEAD        16u    /* of a chunk */
#define RECORD_CHUNK       32768u /* the most bytes in one */
#define RECORD_PORTS       16u
#define RECORD_DISKS       16u
#define RECORD_ROOM        2048u
#define RECORD_CHECK_STEPS 256u /* between two whole hashes; every step has 16 bits of it */

enum record_event {
	RECORD_IMAGE = 1, /* bytes name, bytes build, bytes platform */
	RECORD_ARGUMENT,  /* bytes */
	RECORD_START,     /* difference of now to the last time in the log */
	RECORD_STEP,      /* difference of now */
	RECORD_STOP,      /* difference of now, difference of the deadline to now */
	RECORD_RETURN,    /* number: questions since the last answer; le16: low bits of the effects' hash */
	RECORD_CHECK,     /* le64: all of the effects' hash, after a RETURN */
	RECORD_LEFT,      /* number: questions since the last answer; status byte */
	RECORD_END,       /* number of steps, le64 hash of effects, le64 image_hash() */

	/* answers; the count of questions comes first */
	RECORD_NET_RX =
		32, /* port; number of frames lent; number of new ones; each: flags byte, number gso, bytes */
	RECORD_NET_TX,    /* port; number: room */
	RECORD_NET_FACTS, /* port; 6 bytes mac; number mtu; up byte; number can; number gso_bytes; number lost */
	RECORD_CLOCK_MONOTONIC,    /* difference to the last time in the log */
	RECORD_CLOCK_WALL,         /* difference to the last wall time */
	RECORD_ENTROPY_SEED,       /* source byte; bytes */
	RECORD_ENTROPY_GENERATION, /* number */
	RECORD_BLOCK_FACTS,        /* disk; numbers sectors, sector_bytes, most_sectors, queue; flags byte */
	RECORD_BLOCK_REFUSED,      /* disk */
	RECORD_BLOCK_DONE,         /* disk; number tag; verdict byte; bytes read */
	RECORD_CONSOLE_RX,         /* number of bytes lent; bytes: the new ones */
	RECORD_IMAGE_MEMORY        /* numbers resident_bytes, limit_bytes */
};

/* flags */
enum {
	RECORD_FRAME_GOOD = 1, /* NET_CSUM_GOOD */
	RECORD_DISK_READ_ONLY = 1,
	RECORD_DISK_DISCARD = 2
};

#endif
