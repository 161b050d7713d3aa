/* entry.h - from the kernel's bare stack to a program: relocation, the stack guard, read-only data, the stack's end.
 *
 * For programs without a C library. start.c (the machine's part) calls
 * linux_entry(), which calls entry_main(): the program's own.
 */
#ifndef PLAT_LINUX_ENTRY_H
#define PLAT_LINUX_ENTRY_H

#include "plat/linux/cpu/x86_64/start.h"
#include "plat/linux/linux.h"

#define ENTRY_STACK_BYTES (96u << 10) /* below it the next page is a fault */

/* What the kernel said at the start. */
struct entry {
	const char *const *arguments; /* the program's name first, then null-ended */
	u64 base, end;                /* where the program is loaded */
	u64 vdso;                     /* its ELF header, or 0 */
	u64 image_bytes;              /* text, data, bss; between them may be more: end - base */
	u64 stack_top, stack_bottom;
	u64 stack_bytes; /* of it, the program's: ENTRY_STACK_BYTES and what is left of a page */
};

/* Nothing of the program that cannot be written will ever be writable, nor go away (mseal, Linux 6.10; older kernels
 * do not know it). For those that stay. */
void entry_seal(const struct entry *e);

/* The program defines it. */
_Noreturn void entry_main(const struct entry *e);

#endif
