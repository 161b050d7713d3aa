#include "plat/linux/cpu/x86_64/cpu.h"
#include "base/view.h"

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

/* ucontext: flags, link, stack_t (3 words), then the registers in the order
 * r8..r15 rdi rsi rbp rbx rdx rax rcx rsp rip. */
enum { UCONTEXT_SP = 5 + 15, UCONTEXT_PC = 5 + 16 };

u64 cpu_fault_pc(const void *ucontext)
{
	const u64 *word = ucontext;

	return word[UCONTEXT_PC];
}

u64 cpu_fault_sp(const void *ucontext)
{
	const u64 *word = ucontext;

	return word[UCONTEXT_SP];
}

i32 cpu_trap_reason(u64 pc)
{
	const u8 *code = (const u8 *)pc;

	/* 67 0f b9 00: ud1 (%eax),%eax is number 0; 67 0f b9 40 NN: the others */
	if (code[0] != 0x67 || code[1] != 0x0f || code[2] != 0xb9)
		return -1;
	if (code[3] == 0x00)
		return 0;
	return code[3] == 0x40 ? code[4] : -1;
}
