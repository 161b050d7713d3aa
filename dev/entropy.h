/* entropy.h - seed bytes, with a statement of where they came from.
 *
 * This seeds lib/random and is not a generator itself. When the machine was
 * cloned or restored from a snapshot the generation number changes: the
 * generator must then reseed before it gives another byte, or two machines
 * would share their secrets.
 */
#ifndef DEV_ENTROPY_H
#define DEV_ENTROPY_H

#include "base/view.h"

enum entropy_source {
	ENTROPY_NONE,     /* not yet: nothing was written, ask again next step */
	ENTROPY_HOST,     /* the kernel's or tender's generator */
	ENTROPY_CPU,      /* an instruction of the processor */
	ENTROPY_REPLAYED, /* a recording or a simulation's seed: not secret */
};

/* Fills the whole span, or writes nothing and says ENTROPY_NONE. */
enum entropy_source entropy_seed(struct span out);

u64 entropy_generation(void);

#endif
