/* awake.h - how to wait while the image rests: asleep, or awake for a moment first. A core: times in, a choice out.
 *
 * A processor that sleeps takes longer to come back than a peer's next frame
 * takes to come, when the two talk turn by turn. So when one rest was over
 * within AWAKE_NS, the tender begins the next one awake, and looks at its devices for so long.
 * When that was in vain the one behind it begins asleep again: an image that is
 * idle, or wakes now and then, costs nothing.
 *
 *     awake_rest(&a, now) when the image rests
 *     while awake_waits(&a) and nothing has come: awake_look(&a, now), which tells when it was long enough
 *     awake_end(&a, now) before the image goes on
 */
#ifndef TENDER_HVT_AWAKE_H
#define TENDER_HVT_AWAKE_H

#include "base/types.h"

#define AWAKE_NS 50000ull

struct awake {
	u64 since;
	bool rests, waits; /* the image; the tender, awake */
	bool soon;         /* the last rest was a short one */
};

void awake_rest(struct awake *a, u64 now);
bool awake_waits(const struct awake *a);

/* Nothing has come by now. False: sleep. */
bool awake_look(struct awake *a, u64 now);

void awake_end(struct awake *a, u64 now);

#endif
