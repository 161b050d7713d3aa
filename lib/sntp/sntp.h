/* sntp.h - the Simple Network Time Protocol, client side (RFC 5905 14; packet format 7.3).
 *
 * The model. A client asks one server what time it is and learns two numbers:
 * the time when the answer was made, and how long the answer took to come back
 * and forth (so how wrong it can be). It asks again later; it never asks
 * faster than a server wants (RFC 4330 10).
 *
 *     sntp_start(s, now)
 *     while (sntp_send(s, random, now, room, &n)) ...   to UDP port 123
 *     sntp_receive(s, message, now, &sample)    what came back
 *     wake = sntp_deadline(s)
 *
 * A request's transmit timestamp is a random number, not our clock: the server
 * echoes it, so who cannot see the request cannot forge the answer, and our
 * clock is nobody's business (RFC 5905 6: the value is only compared by us).
 *
 * This is the example of doc/write-a-protocol.md: core, test, fuzzer, proof.
 */
#ifndef LIB_SNTP_SNTP_H
#define LIB_SNTP_SNTP_H

#include "base/reader.h"
#include "base/writer.h"

#define SNTP_PORT    123u
#define SNTP_BYTES   48u
#define SNTP_WAIT_NS (2 * NS_PER_S)    /* for an answer; doubled at each silence */
#define SNTP_REST_NS (1024 * NS_PER_S) /* between answers */
#define SNTP_MOST_NS (3600 * NS_PER_S) /* the longest silence we keep */

enum sntp_state {
	SNTP_IDLE,   /* resting until due_ns */
	SNTP_ASKED,  /* waiting for the answer, until due_ns */
	SNTP_STOPPED /* the server sent us away (DENY, RSTR): choose another */
};

struct view sntp_state_name(enum sntp_state s);

enum sntp_verdict {
	SNTP_OK,
	SNTP_TRUNCATED,
	SNTP_BAD_MODE,       /* not a server's answer, or not a version we speak */
	SNTP_NOT_OURS,       /* echoes another number: not the answer to our question */
	SNTP_UNSYNCHRONIZED, /* the server does not know the time itself */
	SNTP_KISS_OF_DEATH   /* it wants to be left alone: we wait longer, or stop */
};

struct view sntp_verdict_name(enum sntp_verdict v);

struct sntp_sample {
	u64 wall_ns;  /* since 1970-01-01T00:00:00Z, when the answer arrived */
	u64 error_ns; /* half of what the way there and back took */
};

struct sntp {
	enum sntp_state state;
	u64 cookie;   /* the transmit timestamp of our last request */
	u64 asked_ns; /* when it left */
	u64 due_ns;
	u64 wait_ns;
};

void sntp_start(struct sntp *s, u64 now);

/* The next request, until it is false. `random` is fresh at each call: nobody who
 * has seen earlier requests may guess it. `out` must have SNTP_BYTES. */
bool sntp_send(struct sntp *s, u64 random, u64 now, struct span out, usize *n);

enum sntp_verdict sntp_receive(struct sntp *s, struct view message, u64 now, struct sntp_sample *out);

u64 sntp_deadline(const struct sntp *s);

#endif
