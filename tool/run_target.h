/* run_target.h - the target that `fata run` takes: the one that is named, or the strongest that works here.
 *
 * Named by the command line or, failing that, by FATA_TARGET. Otherwise those with a
 * `strength` (targets.h) are tried in its order, and really: the image is built and started
 * there with --help, connected to nothing. So a KVM that cannot run it, or a
 * kernel (or the container around it) that does not confine, gives way to the next;
 * one line says what was taken, and what was in the way of the stronger ones.
 * The weakest is not tried, for there is nothing behind it.
 */
#ifndef TOOL_RUN_TARGET_H
#define TOOL_RUN_TARGET_H

#include "tool/manifest.h"
#include "tool/targets.h"

struct run_wish {
	const struct manifest *image;
	struct words options;        /* the names of run_options.h that were given */
	struct words also;           /* outputs that are needed besides the image's */
	const struct target *target; /* null: none was named */
};

/* The target, with all that running on it needs built. Null: it could not be built (ninja said why).
 * Stops when the named one cannot run here. */
const struct target *run_target(const struct run_wish *w);

#endif
