/* loop.h - the loop of dev/image.h in a process: step while there is something to do, else wait. */
#ifndef PLAT_LINUX_LOOP_H
#define PLAT_LINUX_LOOP_H

#include "plat/linux/watch.h"

struct loop {
	struct watch *watch;
	u64 stop_ns;      /* how long a stopping image may take */
	u64 memory_bytes; /* all that this process will use */
	i32 statm;        /* /proc/self/statm, or -1 */
};

/* After everything else is started. */
_Noreturn void loop_run(const struct loop *l);

#endif
