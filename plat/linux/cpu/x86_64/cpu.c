#include "plat/linux/linux.h"

/* What the kernel returns to from a signal's handler: the call that ends it. */
__asm__(".pushsection .text.cpu_sigreturn,\"ax\",@progbits\n"
	".globl cpu_sigreturn\n"
	".hidden cpu_sigreturn\n"
	".type cpu_sigreturn,@function\n"
	"cpu_sigreturn:\n"
	"	mov $15,%eax\n"
	"	syscall\n"
	".size cpu_sigreturn,.-cpu_sigreturn\n"
	".popsection\n");

__asm__(".pushsection .text.cpu_continue,\"ax\",@progbits\n"
	".globl cpu_continue\n"
	".hidden cpu_continue\n"
	".type cpu_continue,@function\n"
	"cpu_continue:\n"
	"	mov %rsi,%rsp\n"
	"	mov %rdi,%rax\n"
	"	mov %rdx,%rdi\n"
	"	xor %ebx,%ebx\n"
	"	xor %ecx,%ecx\n"
	"	xor %edx,%edx\n"
	"	xor %esi,%esi\n"
	"	xor %ebp,%ebp\n"
	"	xor %r8d,%r8d\n"
	"	xor %r9d,%r9d\n"
	"	xor %r10d,%r10d\n"
	"	xor %r11d,%r11d\n"
	"	xor %r12d,%r12d\n"
	"	xor %r13d,%r13d\n"
	"	xor %r14d,%r14d\n"
	"	xor %r15d,%r15d\n"
	"	push $0\n" /* where a call would have put its return: the stack is aligned as in a function */
	"	jmp *%rax\n"
	".size cpu_continue,.-cpu_continue\n"
	".popsection\n");

/* ---- exceptions ---- */

enum {
	DIVIDE = 0,
	DEBUG = 1,
	BREAKPOINT = 3,
	UNDEFINED = 6,
	NO_UNIT = 7,
	PROTECTION = 13,
	PAGE = 14,
	X87 = 16,
	ALIGNMENT = 17,
	VECTOR = 19,
	CONTROL_FLOW = 21
};

/* A page fault's error code. */
enum { ERROR_PRESENT = 1, ERROR_WRITE = 2, ERROR_FETCH = 16 };

/* ucontext: flags, link, stack_t (3 words), then the registers in the order
 * r8..r15 rdi rsi rbp rbx rdx rax rcx rsp rip, flags, segments, error, exception, mask, cr2. */
enum {
	UCONTEXT = 5,
	UCONTEXT_PC = 5 + 16,
	UCONTEXT_ERROR = 5 + 19,
	UCONTEXT_EXCEPTION = 5 + 20,
	UCONTEXT_ADDRESS = 5 + 22
};

void cpu_fault_explain(struct cpu_fault *f, u64 address)
{
	bool page = f->exception == PAGE;

	f->address = page ? address : 0;
	f->present = page && f->error % 2u == ERROR_PRESENT;
	f->access = !page                    ? CPU_NONE
		    : f->error & ERROR_FETCH ? CPU_EXECUTE
		    : f->error & ERROR_WRITE ? CPU_WRITE
					     : CPU_READ;
}

void cpu_fault(struct cpu_fault *f, const void *ucontext)
{
	static const u8 order[CPU_REGISTERS] = { 13, 11, 14, 12, 9, 8, 10, 15, 0, 1, 2, 3, 4, 5, 6, 7 };
	const u64 *word = ucontext;

	*f = (struct cpu_fault){
		.exception = word[UCONTEXT_EXCEPTION], .error = word[UCONTEXT_ERROR], .pc = word[UCONTEXT_PC]
	};
	for (usize i = 0; i < CPU_REGISTERS; i += 1)
		f->registers[i] = word[UCONTEXT + order[i]];
	cpu_fault_explain(f, word[UCONTEXT_ADDRESS]);
}

void cpu_refused_call(const void *ucontext, u64 out[static 7])
{
	static const u8 order[] = { 13, 8, 9, 12, 2, 0, 1 }; /* rax rdi rsi rdx r10 r8 r9 */
	const u64 *word = ucontext;

	for (usize i = 0; i < COUNT(order); i += 1)
		out[i] = word[5 + order[i]];
}

struct view cpu_register_name(u32 i)
{
	static const struct view names[CPU_REGISTERS] = { TEXT("rax"), TEXT("rbx"), TEXT("rcx"), TEXT("rdx"),
		TEXT("rsi"), TEXT("rdi"), TEXT("rbp"), TEXT("rsp"), TEXT("r8"), TEXT("r9"), TEXT("r10"),
		TEXT("r11"), TEXT("r12"), TEXT("r13"), TEXT("r14"), TEXT("r15") };

	return i < CPU_REGISTERS ? names[i] : view_none();
}

struct view cpu_exception_text(u64 exception)
{
	switch (exception) {
	case DIVIDE: return text("a division by zero, or its overflow");
	case DEBUG: return text("a debug exception");
	case BREAKPOINT: return text("a breakpoint");
	case UNDEFINED: return text("an instruction that does not exist");
	case NO_UNIT: return text("an instruction of a unit that is switched off");
	case PROTECTION: return text("an instruction or address that is not allowed");
	case PAGE: return text("memory that is not there or not allowed");
	case X87: return text("a floating-point exception");
	case ALIGNMENT: return text("an address that is not aligned");
	case VECTOR: return text("a floating-point exception");
	case CONTROL_FLOW: return text("a jump or return that control-flow protection refuses");
	default: return text("an exception of the processor");
	}
}

i32 cpu_exception_signal(u64 exception)
{
	switch (exception) {
	case DIVIDE:
	case X87:
	case VECTOR: return SIGNAL_FPE;
	case DEBUG:
	case BREAKPOINT: return SIGNAL_TRAP;
	case UNDEFINED:
	case NO_UNIT: return SIGNAL_ILL;
	case ALIGNMENT: return SIGNAL_BUS;
	default: return SIGNAL_SEGV;
	}
}

i32 cpu_trap_reason(const struct cpu_fault *f, struct view code)
{
	static const u8 trap[] = { 0x67, 0x0f, 0xb9 };

	/* 67 0f b9 00: ud1 (%eax),%eax is number 0; 67 0f b9 40 NN: the others */
	if (f->exception != UNDEFINED || !view_starts(code, view_make(trap, sizeof trap)))
		return -1;
	if (view_at(code, 3) == 0x00)
		return 0;
	return view_at(code, 3) == 0x40 ? view_at(code, 4) : -1;
}
