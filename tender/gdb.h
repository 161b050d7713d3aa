/* gdb.h - the words between a debugger and whoever holds the program: gdb's remote serial protocol, as values.
 *
 * A core: bytes in, commands out, answers into a writer. It knows no socket and no
 * processor. The debugger is not believed either: whatever comes is a
 * command with numbers that are only numbers, or it is malformed, or unknown
 * (which is answered by nothing at all, as the protocol wants it).
 *
 *     gdb_hear() byte after byte until it says GDB_PACKET
 *     gdb_read() makes a command of it
 *     gdb_answer() puts the answer's bytes in a frame
 *
 * Source: "Debugging with GDB", appendix "GDB Remote Serial Protocol" (Overview,
 * Packets, Stop Reply Packets, General Query Packets), version 13. One thread, which is number 1.
 */
#ifndef TENDER_GDB_H
#define TENDER_GDB_H

#include "base/reader.h"
#include "base/writer.h"

#define GDB_PACKET_BYTES 8192u /* the longest packet's, unescaped; a longer one is refused */
#define GDB_FRAME_BYTES  (2u * GDB_PACKET_BYTES + 4u)
#define GDB_DATA_BYTES   (GDB_PACKET_BYTES / 2u - 64u) /* of memory in one answer, in hexadecimal */

/* ---- hearing ---- */

enum gdb_heard {
	GDB_NOTHING,   /* go on */
	GDB_PACKET,    /* bytes[0 .. count) are one */
	GDB_INTERRUPT, /* the program is to stop now */
	GDB_AGAIN,     /* the last answer did not arrive */
	GDB_BROKEN,    /* a packet whose sum is wrong, or that is too long: it will be sent again */
	GDB_STRANGER   /* the first byte is none that a debugger says */
};

struct gdb_stream {
	u8 bytes[GDB_PACKET_BYTES];
	u32 count;
	u8 state, sum, told;
	bool over;  /* too long */
	bool known; /* a first byte has come */
};

enum gdb_heard gdb_hear(struct gdb_stream *s, u8 byte);

/* ---- commands ---- */

enum gdb_kind {
	GDB_UNKNOWN,       /* answer with nothing */
	GDB_MALFORMED,     /* answer with an error */
	GDB_WHY,           /* why does it stand */
	GDB_FEATURES,      /* what can you do */
	GDB_QUIET,         /* no acknowledgements from now on */
	GDB_FINE,          /* answer OK and do nothing */
	GDB_THREAD_NOW,    /* which thread is it */
	GDB_THREADS,       /* which are there */
	GDB_THREADS_MORE,  /* ... and which others */
	GDB_OFFSETS,       /* by how much was it moved */
	GDB_ATTACHED,      /* was it running before */
	GDB_RESUMES,       /* which ways to go on are there */
	GDB_RESUME,        /* step, signal, address (or none) */
	GDB_REGISTERS,     /* show all */
	GDB_REGISTERS_SET, /* data */
	GDB_REGISTER,      /* show `number` */
	GDB_REGISTER_SET,  /* `number`: data */
	GDB_MEMORY,        /* show `bytes` from `at` */
	GDB_MEMORY_SET,    /* data to `at` */
	GDB_BREAK,         /* `number` is an enum gdb_break; at, bytes */
	GDB_BREAK_NO_MORE, /* the same */
	GDB_TRANSFER,      /* `bytes` of an object's description from `at` */
	GDB_LEAVE,         /* go on without a debugger */
	GDB_KILL,          /* end it */
};

enum gdb_break { GDB_SOFTWARE, GDB_HARDWARE, GDB_WRITTEN, GDB_READ, GDB_TOUCHED };

enum gdb_object { GDB_TARGET_XML, GDB_AUXV, GDB_OBJECTS };

struct gdb_command {
	enum gdb_kind kind;
	u64 at, bytes;
	u32 number;
	u8 signal; /* 0: none */
	bool step;
	bool moved; /* GDB_RESUME: at `at` */
	enum gdb_object object;
	struct view data; /* bytes, decoded; lie in `room`, or in the packet */
};

/* What a packet says. room: GDB_PACKET_BYTES for what is decoded. */
struct gdb_command gdb_read(struct view packet, struct span room);

/* ---- answers ---- */

/* "$...#00" of the content, escaped; room: GDB_FRAME_BYTES. Empty: the content is longer than GDB_PACKET_BYTES. */
struct view gdb_answer(struct span room, struct view content);

/* What gdb_read() understands, for GDB_FEATURES. */
void gdb_write_features(struct writer *w);

/* The part of an object that GDB_TRANSFER wants, with what stands in front of it. */
void gdb_write_part(struct writer *w, const struct gdb_command *c, struct view object);

/* Why it stands: "T05thread:1;". */
enum gdb_reason { GDB_STOPPED, GDB_AT_SOFTWARE, GDB_AT_HARDWARE, GDB_AT_WATCH };

struct gdb_stop {
	u8 signal;
	enum gdb_reason reason;
	enum gdb_break watch; /* GDB_AT_WATCH */
	u64 at;
};
void gdb_write_stop(struct writer *w, const struct gdb_stop *s);

/* "E01", "W00", "X0b": a letter and a byte. */
void gdb_write_byte(struct writer *w, u8 letter, u8 byte);

#endif
