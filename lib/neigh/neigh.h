/* neigh.h - who is where on the link: the neighbour cache of both families.
 *
 * RFC 4861 7.3 describes it for IPv6; ARP is kept in the same table by the same
 * rules, which are stricter and older caches' troubles solved: an address that
 * no longer answers is found out in seconds (RFC 1122 2.3.2.1 asks for that).
 *
 *     to send to a hop      neigh_find() -> KNOWN (and where), ASK, WAIT
 *     news about a hop      neigh_learn(), flags per kind of message; neigh_confirm(), neigh_doubt()
 *     time                  neigh_due() until false: ask, probe, or give up; neigh_deadline()
 *
 * The cache only says what to ask; the caller sends an ARP request or a
 * neighbour solicitation. An entry that only grows old does not need a timer:
 * REACHABLE turns STALE when it is next looked at.
 *
 * When it is full, a new entry takes the place of, in this order: the one longest
 * unused among those that were never used, that are being asked for, that are
 * confirmed. So a flood of strangers pushes out strangers first.
 */
#ifndef LIB_NEIGH_NEIGH_H
#define LIB_NEIGH_NEIGH_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"

#define NEIGH_MAX     256u
#define NEIGH_BUCKETS 512u /* a power of two, twice NEIGH_MAX: at least half of it stays empty */

/* RFC 4861 7.3.2, in its order. */
enum neigh_state {
	NEIGH_NONE, /* a free slot */
	NEIGH_INCOMPLETE,
	NEIGH_REACHABLE,
	NEIGH_STALE,
	NEIGH_DELAY,
	NEIGH_PROBE
};

struct view neigh_state_name(enum neigh_state s);

struct neigh_entry {
	struct ip ip;
	u64 due_ns;  /* REACHABLE: until when; INCOMPLETE, DELAY, PROBE: when to act */
	u64 used_ns; /* neigh_find last asked for it; 0: never */
	struct mac mac;
	u8 state; /* enum neigh_state */
	u8 asked; /* solicitations sent in this state */
};

struct neigh {
	u64 key;                   /* of the hash */
	u64 next_ns;               /* nothing is due before this */
	u64 reachable_ns;          /* how long a confirmation lasts: randomised, RFC 4861 6.3.2 */
	u64 retrans_ns;            /* between solicitations */
	u32 count;                 /* entries */
	u32 hint;                  /* the entry found last */
	u32 evicted;               /* entries that had to go while not unused: a table too small */
	u16 bucket[NEIGH_BUCKETS]; /* entry + 1, open addressing; 0 is empty */
	struct neigh_entry entry[NEIGH_MAX];
};

/* random: for the hash and the spread of times. */
void neigh_init(struct neigh *n, u64 random);

/* From a router advertisement (RFC 4861 6.3.4), in milliseconds; 0 leaves it. */
void neigh_times(struct neigh *n, u32 reachable_ms, u32 retrans_ms, u64 random);

enum neigh_verdict {
	NEIGH_KNOWN, /* send to `out` */
	NEIGH_ASK,   /* send one solicitation to the group now, and keep or drop the packet */
	NEIGH_WAIT   /* asked already: keep or drop the packet */
};

/* For a packet about to be sent. `out` is none unless KNOWN. */
enum neigh_verdict neigh_find(struct neigh *n, struct ip ip, u64 now, struct mac *out);

/* What a message says about an address. Mapping:
 *
 *   NS, RS, RA, redirect with a source (target) link-layer address   CREATE | OVERRIDE
 *   NA: its S and O flags                                            SOLICITED? | OVERRIDE?
 *   ARP: arp_learn()
 *
 * mac none: the message had no link-layer address (a NA to a unicast probe). */
enum { NEIGH_SOLICITED = 1, NEIGH_OVERRIDE = 2, NEIGH_CREATE = 4 };

/* True: the address was asked for and is known now: send what waits for it. */
bool neigh_learn(struct neigh *n, struct ip ip, struct mac mac, u32 how, u64 now);

/* A higher layer has made progress with this hop (new data acknowledged): as good as an answer (RFC 4861
 * 7.3.1). While neigh_deadline() is TIME_NEVER nobody is in DELAY or PROBE, and a confirmation would spare no
 * question: who has many to give looks there first, and has to give one in half a minute. */
void neigh_confirm(struct neigh *n, struct ip ip, u64 now);

/* A higher layer hears nothing by way of this hop (RFC 9293 3.8.3 R1, RFC 1122 3.3.1.4): it is asked
 * soon, and sent to meanwhile, as one that was not used for long. Nothing comes of it where a question is
 * on its way already. */
void neigh_doubt(struct neigh *n, struct ip ip, u64 now);

/* The station is gone, or must be asked for anew. */
void neigh_forget(struct neigh *n, struct ip ip);

enum neigh_action {
	NEIGH_SOLICIT,         /* ask the group (or by ARP broadcast) */
	NEIGH_SOLICIT_UNICAST, /* ask `mac` itself */
	NEIGH_FAILED           /* it does not answer: the entry is gone, drop what waits for it */
};

struct neigh_probe {
	enum neigh_action action;
	struct ip ip;
	struct mac mac; /* where to: none unless SOLICIT_UNICAST */
};

/* What is to be done now, one at a time, until it is false. */
bool neigh_due(struct neigh *n, u64 now, struct neigh_probe *out);

/* When to call neigh_due at the latest. Possibly early, never late. */
u64 neigh_deadline(const struct neigh *n);

/* Entry i of NEIGH_MAX, for listings; false: that slot is free. REACHABLE that has
 * run out is shown as STALE. */
bool neigh_entry(const struct neigh *n, u32 i, u64 now, struct neigh_entry *out);

#endif
