/* reassembly.h - pieces of datagrams put together again, of both families (RFC 791 3.2, RFC 815; RFC 8200 4.5, RFC 5722).
 *
 * Who can make a host hold pieces of what will never be whole holds its memory.
 * So there are `slots` datagrams at once, each of at most `bytes`, in one span of
 * reassembly_memory() bytes that the caller lends to every call, and:
 *
 *   overlap     a piece that says other bytes for a place that was filled ends
 *               its datagram: what else comes of it is dropped until its time is
 *               over (RFC 5722 3; RFC 8200 4.5). For IPv4 too: nobody sends such in
 *               good faith. One that repeats what is there is a duplicate and harmless.
 *   time        30 s for IPv4, 60 s for IPv6, from the first piece that came
 *   full        a source has at most half of the slots: its oldest datagram makes
 *               room for its next one. When all are taken, the oldest datagram of
 *               the source that has the most goes. So a flood from one address
 *               costs others nothing, and one from many costs all the same.
 *
 * A piece is copied to its place once; a whole datagram is lent from there. The
 * headers of the first piece, as they came, stand right before the data: what an
 * ICMP error quotes.
 *
 *     if (reassembly_add(r, memory, &piece, head, data, now, &got) == REASSEMBLY_WHOLE)
 *             use(reassembly_payload(memory, &got));       until the next call
 *     while (reassembly_expired(r, now, &got)) ...         tell the sender, if got.head_bytes > 0
 *     wake = reassembly_deadline(r)
 */
#ifndef LIB_REASSEMBLY_REASSEMBLY_H
#define LIB_REASSEMBLY_REASSEMBLY_H

#include "lib/ip/ip.h"

#define REASSEMBLY_SLOTS_MAX  32u
#define REASSEMBLY_BYTES_MAX  65535u
#define REASSEMBLY_HEAD_BYTES 128u /* the first piece's headers; IPv4's are 60 at most */
#define REASSEMBLY_RUNS       28u  /* 64 KB in pieces of an MTU of 1,280, every other one first */
#define REASSEMBLY_NS4        (30 * NS_PER_S)
#define REASSEMBLY_NS6        (60 * NS_PER_S)

#define REASSEMBLY_MEMORY(slots, bytes) ((usize)(slots) * (REASSEMBLY_HEAD_BYTES + (bytes)))

/* Bytes [from, to) of a datagram are there. */
struct reassembly_run {
	u16 from, to;
};

enum reassembly_state {
	REASSEMBLY_FREE,
	REASSEMBLY_OPEN,
	REASSEMBLY_SHUT /* refused: everything of it is dropped until its time is over */
};

struct reassembly_slot {
	struct ip from, to;
	u64 until_ns;
	u32 id;
	u32 total; /* the length, once the last piece has come; 0: not yet */
	u8 protocol;
	u8 head_bytes; /* of the first piece; 0: not yet */
	u8 runs;
	u8 state;                                   /* enum reassembly_state */
	struct reassembly_run run[REASSEMBLY_RUNS]; /* in order, never touching */
};

struct reassembly {
	u64 next_ns; /* nothing expires before this */
	u32 slots, bytes;
	u32 used;
	u32 evicted; /* datagrams that had to make room */
	struct reassembly_slot slot[REASSEMBLY_SLOTS_MAX];
};

/* A piece's place. IPv4: a datagram is named by source, destination, protocol and
 * identification (RFC 791); IPv6: not by the protocol, and the first piece's counts. */
struct fragment {
	struct ip from, to;
	u32 id;
	u16 offset_bytes;
	u8 protocol;
	bool more;
};

enum reassembly_verdict {
	REASSEMBLY_WHOLE,      /* that was the last one missing: `out` says where it is */
	REASSEMBLY_MORE,       /* kept */
	REASSEMBLY_DUPLICATE,  /* was there already, the same */
	REASSEMBLY_OVERLAP,    /* other bytes for a place that was filled: the datagram is refused */
	REASSEMBLY_BAD_LENGTH, /* empty, not in eights, or two different ends: refused too */
	REASSEMBLY_TOO_LONG,   /* longer than `bytes`, or headers than REASSEMBLY_HEAD_BYTES: refused too */
	REASSEMBLY_TORN,       /* more runs apart than REASSEMBLY_RUNS: this piece is dropped */
	REASSEMBLY_REFUSED     /* of a datagram that was refused before, or there are no slots */
};

struct view reassembly_verdict_name(enum reassembly_verdict v);

/* Where a datagram lies in the memory. */
struct reassembled {
	struct ip from, to;
	u8 protocol;
	u8 head_bytes; /* 0: the first piece never came */
	u32 at;        /* of the data; the headers end here */
	u32 bytes;     /* of the data from the start without a gap */
};

/* slots: 0 refuses everything. bytes: of data, up to REASSEMBLY_BYTES_MAX. */
void reassembly_init(struct reassembly *r, u32 slots, u32 bytes);

/* `memory`: the same REASSEMBLY_MEMORY(slots, bytes) every time. head: the piece's
 * headers from IP's on (looked at in the first piece only); data: what it brings. */
enum reassembly_verdict reassembly_add(struct reassembly *r, struct span memory, const struct fragment *piece,
	struct view head, struct view data, u64 now, struct reassembled *out);

/* A datagram whose time is over, one at a time, until it is false. Refused ones
 * go without a word. */
bool reassembly_expired(struct reassembly *r, u64 now, struct reassembled *out);

/* When to call reassembly_expired() at the latest. */
u64 reassembly_deadline(const struct reassembly *r);

/* Good until the next reassembly_add(). */
struct view reassembly_payload(struct view memory, const struct reassembled *d);
struct view reassembly_quoted(struct view memory, const struct reassembled *d); /* headers, then data */

#endif
