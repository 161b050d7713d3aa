/* machine.h - one virtual machine with one processor, on /dev/kvm.
 *
 * machine_make() ends the program with advice when there is no KVM or it lacks
 * something; afterwards nothing fails but the guest. The image runs inside
 * machine_run() and nowhere else, so whoever called it has the memory to itself.
 */
#ifndef TENDER_HVT_MACHINE_H
#define TENDER_HVT_MACHINE_H

#include "tender/hvt/cpu/x86_64/registers.h"
#include "tender/hvt/cpu/x86_64/tables.h"

struct machine {
	i32 kvm, vm, cpu;
	volatile struct kvm_run *run;
	struct tables_can can;
	u64 tsc_khz;
	u64 exits;      /* times the guest was left, for whatever reason */
	u64 interrupts; /* of these, because of a signal */
};

enum machine_stop {
	MACHINE_CALL,        /* it stored `value` to the doorbell */
	MACHINE_TRAP,        /* an exception: machine_trap() tells */
	MACHINE_INTERRUPTED, /* a signal came: run it again */
	MACHINE_ENDED,       /* a debugger has ended it */
	MACHINE_WRONG        /* something that no image of ours does: machine_wrong_text() tells */
};

/* all: the memory as memory_begin() and memory_add() have planned it, page-aligned. */
void machine_make(struct machine *m, struct span all);

/* The processor stands at the image's entry, at privilege 3. */
void machine_enter(struct machine *m, const struct memory *memory, u64 entry, u64 stack, u64 argument);

enum machine_stop machine_run(struct machine *m, u32 *value);

/* The guest's time-stamp counter, now. */
u64 machine_ticks(const struct machine *m);

struct machine_state {
	struct kvm_registers registers;
	struct kvm_system system;
};
void machine_state(const struct machine *m, struct machine_state *s);

/* "it touched physical address 0x... (no memory there)". */
void machine_wrong_text(const struct machine *m, struct writer *w);

/* ---- for a debugger (debug.h) ---- */

/* The store that ended the last run is done: registers are those behind it. Nothing of the guest runs. */
void machine_settle(struct machine *m);

void machine_registers(const struct machine *m, struct registers *r);

/* General and vector registers; the system's are as the image is entered with. */
void machine_set_registers(struct machine *m, const struct memory *memory, const struct registers *r);

void machine_set_debug(struct machine *m, const struct kvm_debug *d);

/* Which of the debug registers was met (dr6); it is then cleared. */
u64 machine_debug_status(struct machine *m);

#endif
