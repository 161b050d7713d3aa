/* entry.c - where the tender enters the image: host page in rdi, stack ready, everything relocated and protected. */
__asm__(".pushsection .text._start,\"ax\",@progbits\n"
	".globl _start\n"
	".type _start,@function\n"
	".hidden hvt_entry\n"
	"_start:\n"
	"	endbr64\n"
	"	xor %ebp,%ebp\n"
	"	call hvt_entry\n"
	"	ud2\n"
	".size _start,.-_start\n"
	".popsection\n");
