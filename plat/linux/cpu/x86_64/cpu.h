/* cpu.h - what plat/linux needs to know of x86-64: how to call Linux, its numbers, and a trap's registers.
 *
 * Everything else about Linux is the same on every processor and is in
 * plat/linux/linux.h. The entry point, which is the machine's too, is in start.c.
 */
#ifndef PLAT_LINUX_CPU_H
#define PLAT_LINUX_CPU_H

#include "base/view.h"

enum cpu_call {
	CALL_READ = 0,
	CALL_WRITE = 1,
	CALL_CLOSE = 3,
	CALL_LSEEK = 8,
	CALL_MMAP = 9,
	CALL_MPROTECT = 10,
	CALL_MUNMAP = 11,
	CALL_SIGACTION = 13,
	CALL_SIGPROCMASK = 14,
	CALL_SIGRETURN = 15,
	CALL_IOCTL = 16,
	CALL_PREAD = 17,
	CALL_PWRITE = 18,
	CALL_WRITEV = 20,
	CALL_GETPID = 39,
	CALL_SOCKET = 41,
	CALL_CONNECT = 42,
	CALL_BIND = 49,
	CALL_LISTEN = 50,
	CALL_GETSOCKNAME = 51,
	CALL_SETSOCKOPT = 54,
	CALL_CLONE = 56,
	CALL_FORK = 57,
	CALL_EXECVE = 59,
	CALL_KILL = 62,
	CALL_FCNTL = 72,
	CALL_FDATASYNC = 75,
	CALL_PTRACE = 101,
	CALL_CAPSET = 126,
	CALL_SIGALTSTACK = 131,
	CALL_PRCTL = 157,
	CALL_ARCH_PRCTL = 158,
	CALL_CLOCK_GETTIME = 228,
	CALL_EXIT_GROUP = 231,
	CALL_EPOLL_CTL = 233,
	CALL_OPENAT = 257,
	CALL_PPOLL = 271,
	CALL_UNSHARE = 272,
	CALL_EPOLL_PWAIT = 281,
	CALL_TIMERFD_CREATE = 283,
	CALL_FALLOCATE = 285,
	CALL_TIMERFD_SETTIME = 286,
	CALL_ACCEPT = 288, /* accept4 */
	CALL_EPOLL_CREATE = 291,
	CALL_PRLIMIT = 302,
	CALL_SECCOMP = 317,
	CALL_GETRANDOM = 318,
	CALL_STATX = 332,
	CALL_URING_SETUP = 425,
	CALL_URING_ENTER = 426,
	CALL_URING_REGISTER = 427,
	CALL_CLOSE_RANGE = 436,
	CALL_LANDLOCK_CREATE = 444,
	CALL_LANDLOCK_RESTRICT = 446,
	CALL_MSEAL = 462,
};

#define CPU_ELF_MACHINE  62u         /* EM_X86_64 */
#define CPU_AUDIT        0xc000003eu /* AUDIT_ARCH_X86_64: what seccomp calls this convention */
#define CPU_OTHER_CALLS  0x40000000u /* from here on numbers are x32's: the same calls, other layouts */
#define CPU_RELATIVE     8u          /* R_X86_64_RELATIVE */
#define CPU_CLOCK_SYMBOL "__vdso_clock_gettime"

/* The kernel's convention: number in rax, arguments in rdi rsi rdx r10 r8 r9;
 * rcx and r11 are lost; -errno comes back. */
static inline long cpu_call6(enum cpu_call number, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"((long)number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
}

static inline long cpu_call3(enum cpu_call number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "0"((long)number), "D"(a), "S"(b), "d"(c)
		: "rcx", "r11", "memory");
	return result;
}

/* ---- exceptions ---- */

enum cpu_access { CPU_NONE, CPU_READ, CPU_WRITE, CPU_EXECUTE };
enum { CPU_REGISTERS = 16, CPU_SP = 7 };

struct cpu_fault {
	u64 exception, error;   /* the processor's number for it, its error code */
	enum cpu_access access; /* a page fault: what was tried there */
	bool present;           /* ... and whether there is memory, which does not allow it */
	u64 address;            /* ... where */
	u64 pc;
	u64 from; /* ... after a call that led nowhere: where it returns to; 0: not known */
	u64 registers[CPU_REGISTERS]; /* rax rbx rcx rdx rsi rdi rbp rsp r8 .. r15 */
};

/* What of it follows from exception, error and this address. */
void cpu_fault_explain(struct cpu_fault *f, u64 address);

/* From the ucontext that the kernel puts on a handler's stack. */
void cpu_fault(struct cpu_fault *f, const void *ucontext);

struct view cpu_register_name(u32 i);
struct view cpu_exception_text(u64 exception);
i32 cpu_exception_signal(u64 exception); /* what Linux makes of it in a process */

/* The call that SIGSYS is about: its number, then six arguments. */
void cpu_refused_call(const void *ucontext, u64 out[static 7]);

/* Continues at `pc` with a stack that begins at `sp` and one argument; nothing is kept. */
_Noreturn void cpu_continue(u64 pc, u64 sp, u64 argument);

/* If the instruction there is a compiler's trap that says why (clang: ud1 with
 * the number of the check in its displacement), that number; else -1. `code`:
 * the first 5 bytes at the fault's pc, or none. */
i32 cpu_trap_reason(const struct cpu_fault *f, struct view code);

/* Returns from a signal handler (sa_restorer). */
void cpu_sigreturn(void);

#endif
