/* watch.h - signals: the stop request, and the report of a fault.
 *
 * The handlers and the loop share one struct watch. SIGTERM and SIGINT are counted; the second ends the program here and
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

/* Addresses of handlers and of what they return to: of this program, or of the image beside it. */
struct watch_handlers {
	u64 fault, stop, restorer;
};

void watch_on_fault(int signal, const struct linux_siginfo *info, const void *ucontext);
void watch_on_stop(int signal, const struct linux_siginfo *info, const void *ucontext);

/* The parts of watch_start(), where they are two programs': the image in spt knows what its handlers are
 * to look at, and the tender, which may, sets them. */
void watch_know(struct watch *w, const struct fault_stack *stack);
void watch_set(struct span own, const struct watch_handlers *h);

/* After panic_start(). `own`: WATCH_STACK_BYTES that the handlers run on. */
void watch_start(struct watch *w, const struct fault_stack *stack, struct span own);

#endif
