/* log.h - reads recordings: first the chunks, then one event after the other. The format is event.h's.
 *
 *     struct log log;
 *     enum log_verdict v = log_open(&log, file, room);  room: as large as the file
 *     while (log_next(&log, &e) == LOG_OK) ...;
 *
 * A recording may be cut off anywhere: log_open() keeps every chunk that is
 * whole, and says what it met at the end of them; log_next() keeps every event
 * that is whole. Nothing in a log is believed: any file gives a verdict.
 */
#ifndef PLAT_RECORD_LOG_H
#define PLAT_RECORD_LOG_H

#include "base/reader.h"
#include "base/writer.h"
#include "dev/block.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "plat/record/event.h"

enum log_verdict {
	LOG_OK,
	LOG_END,      /* no more events */
	LOG_FOREIGN,  /* it does not begin as a recording does */
	LOG_VERSION,  /* a recording, of another version */
	LOG_CUT,      /* the file ends inside a chunk, or the stream inside an event */
	LOG_DAMAGED,  /* a checksum, a chunk's number or length is wrong */
	LOG_MALFORMED /* the bytes are whole, but no recorder writes such an event */
};

/* "cut off", "damaged" ...: what to tell the user. */
const char *log_verdict_name(enum log_verdict v);

/* "net_rx", "step" ... */
const char *record_event_name(enum record_event e);

struct log {
	struct reader events;
	u64 now; /* the last times read: the log holds differences */
	u64 wall;
};

/* One event; only the fields its kind has are set, all others are zero. */
struct log_event {
	enum record_event kind;
	u64 asked;    /* answers and RETURN: dull answers since the last of these */
	u64 now;      /* START STEP STOP, CLOCK_MONOTONIC; CLOCK_WALL: the wall time */
	u64 deadline; /* STOP */
	u32 port;     /* port or disk */
	u64 count;    /* NET_RX frames, NET_TX room, CONSOLE_RX bytes lent; END steps; ENTROPY_GENERATION */
	u64 hash, image_hash;              /* RETURN (16 bits), CHECK, END */
	u8 status;                         /* LEFT */
	struct view name, build, platform; /* IMAGE */
	struct view bytes; /* ARGUMENT, ENTROPY_SEED, BLOCK_DONE, CONSOLE_RX: on loan from the room */
	enum entropy_source source;
	struct net_facts net;
	struct block_facts block;
	struct block_done done;
	struct image_memory memory;
	u32 frame_count; /* NET_RX: the new ones */
	struct net_frame frames[NET_BATCH];
};

/* Puts the chunks' bytes into `room`, which must stay as long as the log is
 * read. LOG_OK, LOG_CUT and LOG_DAMAGED leave a log that can be read as far as
 * it goes; after the others it is empty. */
enum log_verdict log_open(struct log *log, struct view file, struct span room);

enum log_verdict log_next(struct log *log, struct log_event *e);

#endif
