/* entry.c - where the tender enters the image: host page in rdi, stack ready, everything relocated and protected. */
#include "plat/hvt/abi.h"

/* The platform's note (lib/note/note.h): NOTE_PLATFORM, version HVT_VERSION. */
__asm__(".pushsection .note.fata,\"a\",@note\n"
	"	.p2align 2\n"
	"	.long 5, 8, 3\n"
	"	.asciz \"fata\"\n"
	"	.p2align 2\n"
	"	.long 1\n"
	"	.byte 3\n"
	"	.ascii \"hvt\"\n"
	"	.popsection\n");
_Static_assert(HVT_VERSION == 1, "the note says another version");

__asm__(".pushsection .text._start,\"ax\",@progbits\n"
	".globl _start\n"
	".type _start,@function\n"
	".hidden hvt_entry\n"
	"_start:\n"
	".cfi_sections .debug_frame\n" /* a debugger's backtrace ends here */
	".cfi_startproc\n"
	".cfi_undefined rip\n"
	"	endbr64\n"
	"	xor %ebp,%ebp\n"
	"	call hvt_entry\n"
	"	ud2\n"
	".cfi_endproc\n"
	".size _start,.-_start\n"
	".popsection\n");
