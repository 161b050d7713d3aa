/* steps.h - the calls of dev/image.h, each with its place in the record: what every loop around an image makes. */
#ifndef PLAT_RECORD_STEPS_H
#define PLAT_RECORD_STEPS_H

#include "plat/record/record.h"

#define STEPS_STOP_GRACE_NS (100 * NS_PER_MS) /* past the deadline, for the image's own last step */

void steps_start(struct record *r, u64 now);

/* When the image wants its next step. */
u64 steps_step(struct record *r, u64 now);

/* Asks it to stop. Returns until when it may go on: the deadline, and its last step's time. */
u64 steps_stop(struct record *r, u64 now, u64 deadline);

#endif
