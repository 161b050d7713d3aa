/* start.h - where the kernel starts a process; including it links start.c. Tests have a C library's instead. */
#ifndef PLAT_LINUX_CPU_START_H
#define PLAT_LINUX_CPU_START_H

#include "base/types.h"

struct elf_dynamic;

/* `stack`: count, arguments, environment, auxiliary vector. */
void linux_entry(const u64 *stack, const struct elf_dynamic *dynamic, u64 base);

#endif
