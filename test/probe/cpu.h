/* cpu.h - the instructions that probes are made of, for the processor they are built for. */
#ifndef TEST_PROBE_CPU_H
#define TEST_PROBE_CPU_H

#include "base/types.h"

/* The compiler must have this value, and does not know what becomes of it or of what it points to. */
static inline void cpu_use(usize value)
{
	__asm__ volatile("" : : "r"(value) : "memory");
}

#if defined(__x86_64__)
#include "test/probe/cpu/x86_64/cpu.h"
#else
#error "no probes for this processor yet: write test/probe/cpu/ARCH/cpu.h"
#endif

#endif
