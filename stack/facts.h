/* facts.h - what an image knows about itself, for programs that show it (host_facts() has each host's). */
#ifndef STACK_FACTS_H
#define STACK_FACTS_H

#include "base/view.h"

struct image_facts {
	struct view name, platform; /* "site", "unix" */
	u64 memory_bytes;           /* occupied now; 0 where the platform cannot tell */
	u64 memory_limit_bytes; /* the most it can ever be: the bill, or the platform's limit; 0: not known */
};

/* Asks the platform: not for every packet. */
struct image_facts image_facts(void);

#endif
