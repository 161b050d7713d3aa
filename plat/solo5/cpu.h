/* cpu.h - the processor's own clock and generator: what a Solo5 guest on x86-64 has without asking anybody. */
#ifndef PLAT_SOLO5_CPU_H
#define PLAT_SOLO5_CPU_H

#include "base/types.h"

struct cpu_id {
	u32 a, b, c, d;
};

static inline struct cpu_id cpu_id(u32 leaf, u32 sub)
{
	struct cpu_id id;

	__asm__ volatile("cpuid" : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d) : "0"(leaf), "2"(sub));
	return id;
}

static inline u64 cpu_ticks(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high * 0x100000000u + low;
}

/* RDSEED and RDRAND: false if it had no number just now. */
static inline bool cpu_rdseed(u64 *out)
{
	bool ok;

	__asm__ volatile("rdseed %0" : "=r"(*out), "=@ccc"(ok));
	return ok;
}

static inline bool cpu_rdrand(u64 *out)
{
	bool ok;

	__asm__ volatile("rdrand %0" : "=r"(*out), "=@ccc"(ok));
	return ok;
}

#define CPU_HAS_RDRAND (1u << 30) /* leaf 1, c */
#define CPU_HAS_RDSEED (1u << 18) /* leaf 7, b */

#endif
