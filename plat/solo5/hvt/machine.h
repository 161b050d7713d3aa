/* machine.h - the machine a guest of hvt owns: its page tables, and what happens at a fault.
 *
 * The tender starts the guest in ring 0 with every page of its memory writable
 * and executable but for what the host's mapping forbids. machine_start() makes
 * of that what other targets have from the start: code is executed and not
 * written, data is never executed, low memory and whatever the image does not
 * use is not there. A guest in ring 0 could undo it: this stops mistakes, and
 * is one step more for an attacker, no wall. A fault is told on the console
 * and ends the guest with SOLO5_EXIT_ABORT; its registers are the cookie.
 */
#ifndef PLAT_SOLO5_HVT_MACHINE_H
#define PLAT_SOLO5_HVT_MACHINE_H

#include "base/types.h"

void machine_start(u64 memory_bytes);

/* The registers at a fault, as Solo5's own library leaves them for its tender. */
struct machine_trap {
	u64 address, error, pc, code_segment, flags, sp, stack_segment;
};

/* The image may say no more: ends it. `why`: "a page fault". */
_Noreturn void machine_fault(const struct machine_trap *t, u32 vector);

#endif
