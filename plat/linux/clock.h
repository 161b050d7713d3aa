/* clock.h - dev/clock.h on Linux: through the kernel's vdso, or by a call where there is none. */
#ifndef PLAT_LINUX_CLOCK_H
#define PLAT_LINUX_CLOCK_H

#include "plat/linux/linux.h"

/* `vdso`: the address of its ELF header, from the auxiliary vector; 0: none. */
void clock_start(u64 vdso);

/* Nanoseconds; CLOCK_IS_REALTIME or CLOCK_IS_BOOTTIME. */
u64 clock_read(i32 clock);

#endif
