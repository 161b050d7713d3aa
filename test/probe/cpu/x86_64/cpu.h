/* cpu.h - what probes need of x86-64: see test/probe/cpu.h. */
#ifndef TEST_PROBE_CPU_X86_64_H
#define TEST_PROBE_CPU_X86_64_H

#include "base/types.h"

#define CPU_RETURN     0xc3                  /* ret */
#define CPU_NO_ADDRESS 0x4141414141414141ull /* bits 63 to 47 differ */

static inline void cpu_undefined(void)
{
	__asm__ volatile("ud2");
}

static inline void cpu_privileged(void)
{
	__asm__ volatile("cli");
}

static inline usize cpu_page_tables(void)
{
	usize at;

	__asm__ volatile("mov %%cr3,%0" : "=r"(at));
	return at;
}

/* Where the processor is told to look for what it does at an exception. Any
 * program may ask, unless the processor is told to refuse (UMIP). */
static inline usize cpu_exception_table(void)
{
	struct {
		u16 limit;
		u64 base;
	} __attribute__((packed)) table;

	__asm__ volatile("sidt %0" : "=m"(table));
	return table.base;
}

/* Calls the hypervisor, if there is one. */
static inline void cpu_hypercall(void)
{
	u64 number = 0;

	__asm__ volatile("vmcall" : "+a"(number) : : "memory");
}

static inline void cpu_port_io(void)
{
	__asm__ volatile("out %%al,$0x80" : : "a"(0));
}

static inline void cpu_breakpoint(void)
{
	__asm__ volatile("int3");
}

static inline usize cpu_thread_local(void)
{
	usize word;

	__asm__ volatile("mov %%fs:0x28,%0" : "=r"(word));
	return word;
}

/* Divides one by zero, with the exception unmasked (MXCSR bit 9). */
static inline void cpu_sse_exception(void)
{
	u32 control = 0x1d80;
	u32 one = 0x3f800000, zero = 0; /* as float */

	__asm__ volatile("ldmxcsr %0\n"
			 "	movss %1,%%xmm0\n"
			 "	divss %2,%%xmm0"
		:
		: "m"(control), "m"(one), "m"(zero)
		: "xmm0");
}

/* The same with bit 2 of the control word; the exception comes with the next x87 instruction. */
static inline void cpu_x87_exception(void)
{
	u16 control = 0x037b;

	__asm__ volatile("fldcw %0\n"
			 "	fld1\n"
			 "	fldz\n"
			 "	fdivrp %%st,%%st(1)\n"
			 "	fwait\n"
			 "	fstp %%st(0)"
		:
		: "m"(control)
		: "st", "st(1)");
}

static inline void cpu_lose_stack(void)
{
	__asm__ volatile("mov $4096,%%esp\n"
			 "	push %%rax"
		:
		:
		: "memory");
}

/* Calls a function that changes the address it returns to; true if that worked.
 * The 128 bytes below the stack pointer may be in use: they are stepped over. */
static inline bool cpu_return_elsewhere(void)
{
	u32 elsewhere = 0;

	__asm__ volatile("lea -128(%%rsp),%%rsp\n"
			 "	lea 2f(%%rip),%%rax\n"
			 "	call 1f\n"
			 "	jmp 3f\n"
			 "1:	mov %%rax,(%%rsp)\n"
			 "	ret\n"
			 "2:	mov $1,%0\n"
			 "3:	lea 128(%%rsp),%%rsp"
		: "+r"(elsewhere)
		:
		: "rax", "memory");
	return elsewhere == 1;
}

/* ---- Linux, as its programs call it ---- */

enum {
	CPU_CALL_WRITE = 1,
	CPU_CALL_OPEN = 2,
	CPU_CALL_MMAP = 9,
	CPU_CALL_MPROTECT = 10,
	CPU_CALL_DUP = 32,
};

enum { CPU_READ = 1, CPU_WRITE = 2, CPU_EXECUTE = 4, CPU_MAP_PRIVATE = 2, CPU_MAP_ANONYMOUS = 0x20 };

static inline long cpu_system_call6(long number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
}

static inline long cpu_system_call(long number, long a, long b, long c)
{
	return cpu_system_call6(number, a, b, c, 0, 0, 0);
}

#endif
