/* happy.h - which address of a name to connect to, and when to try the next one: Happy Eyeballs 2 (RFC 8305).
 *
 * A name has addresses of both families, and some of them do not work. They are tried one
 * after the other without waiting for the timeout of the one before: the first that is
 * established wins, and the caller gives the others up.
 *
 *     happy_start(h)
 *     happy_answer(h, true, &list, &sources, now)   what the AAAA question brought (false: the A one)
 *     while (happy_due(h, now, &i)) ...             connect to h->to[i]
 *     happy_failed(h, i, now)                       that one broke
 *     happy_lost(h)                                 nothing is left to try
 *     wake = happy_deadline(h)
 *
 * Ask for AAAA first, then for A, without waiting in between (section 3). Answers may come
 * in any order and at any time; those that come late join the rest. h->to[i] stays what it
 * is from when it was due. What does not fit into HAPPY_MAX is not tried.
 */
#ifndef LIB_HAPPY_HAPPY_H
#define LIB_HAPPY_HAPPY_H

#include "lib/select/select.h"

#define HAPPY_MAX                 SELECT_DESTINATIONS
#define HAPPY_RESOLUTION_DELAY_NS (50 * NS_PER_MS) /* RFC 8305 8 */
#define HAPPY_ATTEMPT_DELAY_NS    (250 * NS_PER_MS)

struct happy {
	u32 count;
	u32 tried; /* the first of them: connecting, or failed */
	struct ip to[HAPPY_MAX];
	bool failed[HAPPY_MAX];
	bool answered4, answered6;
	u64 next_ns; /* when the next one may be tried; TIME_NEVER: not before an answer comes */
};

void happy_start(struct happy *h);

/* The addresses of one family, as they came; none: there are none, or it could not be found out. */
void happy_answer(struct happy *h, bool six, const struct select_destinations *list,
	const struct select_sources *ours, u64 now);

bool happy_due(struct happy *h, u64 now, u32 *out);
void happy_failed(struct happy *h, u32 i, u64 now);
bool happy_lost(const struct happy *h);
u64 happy_deadline(const struct happy *h);

#endif
