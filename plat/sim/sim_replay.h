/* sim_replay.h - runs an image again from a recording, and says whether it went the same way.
 *
 * The image is asked nothing new: each of its questions to dev/ is answered
 * with what the log says, and each of its effects is hashed and compared. The
 * first step that differs is named, with the question that was asked instead,
 * if that is how it differed. Under a debugger, break on replay_here(): it is
 * called before step `until`.
 */
#ifndef PLAT_SIM_SIM_REPLAY_H
#define PLAT_SIM_SIM_REPLAY_H

#include <stdio.h>
#include "plat/record/log.h"
#include "plat/sim/sim_guest.h"

enum replay_verdict {
	REPLAY_SAME,    /* to the end, and image_hash() is the recorded one */
	REPLAY_STOPPED, /* the same up to step `until` */
	REPLAY_CUT,     /* the same as far as the recording goes, but that is not to its end */
	REPLAY_DIFFERS,
	REPLAY_REFUSED /* not a recording, or of another image */
};

struct replay_options {
	u64 until;     /* stop before this step (the first is 0: image_start); TIME_NEVER: go to the end */
	FILE *console; /* what the image writes; null: nowhere */
	FILE *trace;   /* every event; null: none */
};

struct replay_result {
	enum replay_verdict verdict;
	u64 steps;
	u64 image_hash;
	char why[SIM_WHY_BYTES + 128u];
};

void replay_run(struct view recording, const struct sim_image *image, const struct replay_options *options,
	struct replay_result *result);

/* For breakpoints. */
void replay_here(u64 step);

#endif
