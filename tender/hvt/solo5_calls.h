/* solo5_calls.h - the eight hypercalls of Solo5's hvt, answered while the guest stands still.
 *
 * The guest is not believed: an argument's bytes are copied once and then
 * judged, and an address or length that is not of its memory ends it. What goes
 * to a device is within what that device is: whole blocks before a disk's end,
 * frames no longer than the port's. So whatever it asks, nothing but its memory
 * and its devices is touched.
 */
#ifndef TENDER_HVT_SOLO5_CALLS_H
#define TENDER_HVT_SOLO5_CALLS_H

#include "lib/solo5/solo5.h"

enum solo5_calls {
	SOLO5_CALLS_GO_ON, /* answered: the guest may run on */
	SOLO5_CALLS_HALT,  /* it has ended; *status is what it says */
	SOLO5_CALLS_WRONG  /* it asked for what there is not, or named memory that it has not */
};

/* memory: the guest's, from its address 0. argument: the address it wrote to port SOLO5_PORT + call. */
enum solo5_calls solo5_answer(
	const struct solo5_manifest *m, struct span memory, u32 call, u32 argument, i32 *status);

#endif
