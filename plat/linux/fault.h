/* fault.h - what the processor refused to do for a program, in words: what it was, where, and the registers.
 *
 * For signal handlers of a process and for a tender that looks at its guest
 * alike: the same mistake reads the same on every target.
 *
 *     fata: fault: a write to 0x10, where nothing is, at 0x1234 of the image (llvm-symbolizer-19 ...)
 *       rax 0  rbx 7f22f0dddca0  ...
 */
#ifndef PLAT_LINUX_FAULT_H
#define PLAT_LINUX_FAULT_H

#include "plat/linux/panic.h"

/* The stack, to tell when it is used up. */
struct fault_stack {
	u64 bottom, bytes;
};

/* A report fits in this. */
#define FAULT_BYTES 2048u

/* `code`: what is at the place of the fault, 5 bytes or none: a compiler's trap says why it is there. */
void fault_write(struct writer *w, const struct cpu_fault *f, struct view code,
	const struct fault_stack *stack, const struct panic_place *place);

/* The same where an image is without explanations: the signal, the address if it was memory, the place. */
void fault_write_numbers(
	struct writer *w, int signal, const struct cpu_fault *f, const struct panic_place *place);

/* Just the registers, four in a line. */
void fault_write_registers(struct writer *w, const struct cpu_fault *f);

#endif
