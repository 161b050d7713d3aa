/* jitter.h - numbers that spread times, so that stations started together do not speak together.
 *
 * xorshift64* without the star (Marsaglia 2003). Not secret and not for secrets:
 * whoever sees a few can tell the rest. What must not be guessed (ports, initial
 * sequence numbers, DNS ids) comes from lib/random.
 */
#ifndef LIB_JITTER_JITTER_H
#define LIB_JITTER_JITTER_H

#include "base/types.h"

struct jitter {
	u64 state; /* never 0 */
};

static inline struct jitter jitter_of(u64 random)
{
	return (struct jitter){ random != 0 ? random : 1 };
}

/* A number from `least` to `least + spread`, both included. */
static inline u64 jitter(struct jitter *j, u64 least, u64 spread)
{
	u64 x = j->state;

	require(spread < TIME_NEVER);
	x ^= x >> 12;
	x ^= x % (1ull << 39) * (1ull << 25);
	x ^= x >> 27;
	j->state = x;
	return least + x % (spread + 1);
}

#endif
