/* cpu.h - what plat/hvt needs to know of x86-64: the doorbell's store, the counter, what else has randomness. */
#ifndef PLAT_HVT_CPU_H
#define PLAT_HVT_CPU_H

#include "base/types.h"

/* The processor does not finish the store: it hands it to the tender, which has
 * seen all earlier stores and may change every page it shares. */
static inline void cpu_ring(u64 doorbell, u32 call)
{
	__asm__ volatile("movl %1,(%0)" : : "r"(doorbell), "a"(call) : "memory");
}

/* Counts at one rate whatever the processor's own (invariant TSC). Not ordered
 * with what is around it, which is within a few nanoseconds. */
static inline u64 cpu_ticks(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high * 0x100000000ull + low;
}

/* ticks * scale / 2^32, without losing the high half between. */
static inline u64 cpu_scale(u64 ticks, u64 scale)
{
	u64 low, high;

	__asm__("mulq %3" : "=a"(low), "=d"(high) : "0"(ticks), "rm"(scale) : "cc");
	return high * 0x100000000ull + low / 0x100000000ull;
}

#endif
