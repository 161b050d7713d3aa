/* watch.h - signals: the stop request, and the report of a fault.
 *
 * The handlers and the loop share one struct watch. It may lie in another
 * program's memory: in spt the handlers are the tender's and the loop is the
 * image's. SIGTERM and SIGINT are counted; the second ends the program here and
 * now, because a step that does not return would never see it. A fault is
 * reported from a stack of its own and ends the program with 128 + its signal.
 */
#ifndef PLAT_LINUX_WATCH_H
#define PLAT_LINUX_WATCH_H

#include "plat/linux/fault.h"

struct watch {
	struct panic_end end;
	volatile u32 stops;
	/* What the next wait will take at most. The handler zeroes it: a signal that
	 * comes after the loop has looked at `stops` and before the kernel has read
	 * this makes the wait return at once, so none is slept through, and signals
	 * need not be blocked while the image works. */
	volatile struct linux_timespec wait_for;
};

/* The signal's own stack: the fault may be that the other one is used up. The
 * kernel's frame holds all vector registers, 11 KB on machines with AMX. */
#define WATCH_STACK_BYTES (32u << 10)

/* "mprotect"; empty for one that has no name here. The program defines it: most never refuse a call. */
struct view watch_call_name(u64 number);

/* After panic_start(). `own`: WATCH_STACK_BYTES that the handlers run on. */
void watch_start(struct watch *w, const struct fault_stack *stack, struct span own);

#endif
