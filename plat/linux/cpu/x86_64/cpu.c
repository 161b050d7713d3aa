#include "plat/linux/cpu/x86_64/cpu.h"
#include "base/format.h"

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

void cpu_refused_call(const void *ucontext, u64 out[static 7])
{
	static const u8 order[] = { 13, 8, 9, 12, 2, 0, 1 }; /* rax rdi rsi rdx r10 r8 r9 */
	const u64 *word = ucontext;

	for (usize i = 0; i < COUNT(order); i += 1)
		out[i] = word[5 + order[i]];
}

void cpu_write_registers(struct writer *w, const void *ucontext)
{
	static const char names[] = "r8 r9 r10r11r12r13r14r15rdirsirbprbxrdxraxrcxrsprip";
	const u64 *word = ucontext;

	for (usize i = 0; i < 17; i += 1) {
		write_view(w, view_make(i % 6 == 0 ? "\n     " : "", i % 6 == 0 ? 6 : 0));
		write_text(w, " ");
		write_view(w, view_make(names + i * 3, 3));
		write_text(w, " ");
		write_hex(w, word[5 + i]);
	}
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
