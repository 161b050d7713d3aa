/* start.c - see start.h: where the kernel starts a process. */

/* The kernel starts a process here with everything on the stack: count,
 * arguments, environment, auxiliary vector. The image is position-independent
 * and not yet relocated: linux_entry is told where the dynamic section and the
 * ELF header lie, by addresses relative to the program counter. */
__asm__(".pushsection .text._start,\"ax\",@progbits\n"
	".globl _start\n"
	".type _start,@function\n"
	".hidden __ehdr_start\n"
	".hidden _DYNAMIC\n"
	".hidden linux_entry\n"
	"_start:\n"
	"	endbr64\n"
	"	xor %ebp,%ebp\n"
	"	mov %rsp,%rdi\n"
	"	lea _DYNAMIC(%rip),%rsi\n"
	"	lea __ehdr_start(%rip),%rdx\n"
	"	and $-16,%rsp\n"
	"	call linux_entry\n"
	"	ud2\n"
	".size _start,.-_start\n"
	".popsection\n");
