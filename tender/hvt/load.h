/* load.h - an image's file becomes a guest's memory: segments, relocations, stack, pages and rings, and the tables over them. */
#ifndef TENDER_HVT_LOAD_H
#define TENDER_HVT_LOAD_H

#include "plat/linux/attach.h"
#include "tender/hvt/guest.h"

struct guest_wants {
	struct view file;
	const struct view *argument;
	u32 arguments;
	u64 memory_most; /* 0: what it needs */
	bool log;
};

/* Ends the program with advice if this is no image, or it needs more than it is granted. `names`: its
 * own and its devices'. */
void guest_load(struct guest *g, const struct guest_wants *wants, struct attach_names *names);

#endif
