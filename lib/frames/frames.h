/* frames.h - a queue of frames in memory that two sides share and neither trusts.
 *
 * One side writes, the other reads: an image and its tender, or any two that
 * see the same bytes. The memory is a ring, a power of two large; a frame is a
 * head of 16 bytes and its data in one piece, so that whoever writes can have
 * a device read straight into it, and whoever reads can hand it on as it lies.
 * Small frames lie dense; one that would cross the ring's end begins at its
 * start, and a head that says so fills the gap.
 *
 * Positions count bytes since the queue was made and wrap at 2^32; a place is
 * the position modulo the ring's size. Each side owns one of them and shows
 * it to the other in a word of shared memory:
 *
 *     writer   room = frames_room(&w, taken, memory, most);
 *              n = read(fd, room.p, room.n);
 *              frames_put(&w, memory, &(struct frames_head){ .bytes = n });
 *              ... more frames ...
 *              store-release w.put to the shared word
 *     reader   put = load-acquire of the shared word
 *              while (frames_next(&r, put, memory, &head, &data) == FRAMES_FRAME) ...;
 *              store-release r.at to the other shared word: all of them are given back
 *
 * The loads and stores of those words are the caller's, because they are the
 * machine's business; here positions are values. Everything the other side
 * wrote is copied once and then checked: a position or head that is not
 * possible makes the queue broken, and a broken queue moves nothing any more.
 * Frame data may still change while it is looked at, if the other side runs:
 * whoever parses it must copy first, or know that the other side is stopped.
 *
 * The head says of a frame what dev/net.h does: checksum state, segmentation.
 * Bytes that are no network frames (a console's) leave all of it zero.
 */
#ifndef LIB_FRAMES_H
#define LIB_FRAMES_H

#include "base/reader.h"
#include "base/writer.h"

#define FRAMES_HEAD_BYTES 16u
#define FRAMES_ALIGN      16u
#define FRAMES_RING_MIN   64u
#define FRAMES_RING_MAX   (1u << 29)

enum frames_csum { FRAMES_CSUM_CHECK, FRAMES_CSUM_GOOD, FRAMES_CSUM_FILL };
enum frames_gso { FRAMES_GSO_NONE, FRAMES_GSO_TCP4, FRAMES_GSO_TCP6 };

struct frames_head {
	u32 bytes;              /* of the data */
	enum frames_csum csum;  /* as dev/net.h's net_csum */
	enum frames_gso gso;    /* as net_gso; a frame received may have a gso_size and say NONE */
	u16 gso_size, head_len; /* payload of each segment; what each of them repeats */
	u16 csum_start, csum_offset;
};

/* ---- writing ---- */

struct frames_writer {
	u32 cap;  /* the ring's bytes */
	u32 put;  /* where the next head goes; what is before it is the reader's */
	u32 skip; /* the gap in front of the room lent last */
	u32 room; /* the room lent last */
};

struct frames_reader {
	u32 cap;
	u32 at; /* where the next head is */
	bool broken;
};

/* cap: a power of two from FRAMES_RING_MIN to FRAMES_RING_MAX. */
struct frames_writer frames_writer_make(u32 cap);
struct frames_reader frames_reader_make(u32 cap);

/* Room in one piece for a frame of up to `bytes`, given that the reader has
 * taken everything before `taken`. Empty: not now. It can be had at some time
 * if bytes is at most frames_most(). memory: the whole ring. */
struct span frames_room(struct frames_writer *w, u32 taken, struct span memory, u32 bytes);

/* The largest frame for which there will be room, wherever the ring stands, once it is empty. */
u32 frames_most(u32 cap);

/* The frame lies in the room lent last: its first head->bytes. It is the
 * reader's when w->put is shown. */
void frames_put(struct frames_writer *w, struct span memory, const struct frames_head *head);

/* ---- reading ---- */

enum frames_verdict {
	FRAMES_NONE,  /* nothing more */
	FRAMES_FRAME, /* head and data are one; r->at stands behind it */
	FRAMES_BROKEN /* the other side wrote what cannot be */
};

/* The next frame before `put`. `data` is lent until the writer is shown a position behind it. */
enum frames_verdict frames_next(
	struct frames_reader *r, u32 put, struct view memory, struct frames_head *head, struct view *data);

#endif
