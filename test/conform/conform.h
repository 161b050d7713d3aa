/* conform.h - what the conformance images share: verdicts on the console, and the end.
 *
 * Each image here is linked with one platform and checks the promises that a
 * header of dev/ makes for all of them. It prints "ok NAME" or "not ok NAME:
 * what was seen" for each, and leaves with 1 if any was broken. Nothing here
 * knows which platform it runs on.
 */
#ifndef TEST_CONFORM_CONFORM_H
#define TEST_CONFORM_CONFORM_H

#include "base/format.h"
#include "base/view.h"

/* One promise: kept, or not. `seen` says more when it was not. */
void conform(bool kept, struct view promise, u64 seen);

/* All has been checked. */
void conform_end(void);

/* The same test data wherever it is wanted: byte i of stream `seed`. */
static inline u8 conform_byte(u32 seed, u64 i)
{
	return (u8)((i + seed) * 2654435761u >> 13);
}

void conform_fill(struct span s, u32 seed);
bool conform_filled(struct view v, u32 seed);

#endif
