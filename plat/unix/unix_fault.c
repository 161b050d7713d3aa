/* unix_fault.c - when something is wrong: say what, where, and end with a status that tells.
 *
 * A panic (a failed require) ends with 134, as abort() would (128 + SIGABRT);
 * a fault ends with 128 + its signal. The log of --record is completed first:
 * it is what leads back here.
 */
#include "plat/unix/unix.h"

enum { STATUS_SIGNAL = 128, STATUS_PANIC = 134 };

static u64 image_base, image_bytes, stack_bottom;

/* The signal's own stack: the fault may be that the other one is used up. The
 * kernel's frame holds all vector registers, 11 KB on machines with AMX. */
static u8 fault_stack[32u << 10] __attribute__((aligned(64)));

static bool dying; /* a second fault while the first is reported: leave */

static void write_place(struct writer *w, u64 pc)
{
	write_text(w, " at 0x");
	if (pc - image_base < image_bytes) {
		write_hex(w, pc - image_base);
		write_text(w, " of the image (llvm-symbolizer --obj=IMAGE 0x");
		write_hex(w, pc - image_base);
		write_text(w, ")");
	} else {
		write_hex(w, pc);
		write_text(w, ", outside the image");
	}
}

static _Noreturn void end_here(struct writer *w, int status)
{
	write_text(w, "\n");
	linux_write(2, write_done(w));
	record_flush(&unix_record);
	linux_exit(status);
}

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));

	if (dying)
		linux_exit(STATUS_PANIC);
	dying = true;
	write_view(&w, view_first(unix_text(file), 128));
	write_text(&w, ":");
	write_decimal(&w, line);
	write_text(&w, ": panic: require(");
	write_view(&w, view_first(unix_text(what), 256));
	write_text(&w, ")");
	end_here(&w, STATUS_PANIC);
}

_Noreturn void __stack_chk_fail(void);

_Noreturn __attribute__((used)) void __stack_chk_fail(void)
{
	u8 room[256];
	struct writer w = writer_of(span_of(room));

	write_text(&w,
		"fata: a function wrote past its local variables: the stack protector's guard has changed");
	write_place(&w, (u64)__builtin_return_address(0));
	end_here(&w, STATUS_PANIC);
}

/* clang's numbers of the checks that end in a trap (SanitizerHandler). */
static struct view check_text(i32 reason)
{
	switch (reason) {
	case 0: return text("an addition overflowed");
	case 1: return text("a place was reached that cannot be");
	case 2: return text("a call through a pointer to a function of another type");
	case 3: return text("a division by zero, or its overflow");
	case 10: return text("a bool or enum held no such value");
	case 11: return text("a function ended without its value");
	case 12: return text("a multiplication overflowed");
	case 13: return text("a negation overflowed");
	case 18: return text("an index out of bounds");
	case 20: return text("a shift too far");
	case 21: return text("a subtraction overflowed");
	case 24: return text("an array of no or negative length");
	default: return text("a check that the compiler put there failed");
	}
}

static struct view signal_text(int signal)
{
	switch (signal) {
	case SIGNAL_SEGV: return text("memory that is not there or not allowed");
	case SIGNAL_BUS: return text("memory that could not be read");
	case SIGNAL_FPE: return text("an arithmetic fault");
	case SIGNAL_SYS: return text("a system call that is not allowed");
	default: return text("an instruction that does not exist");
	}
}

static void on_fault(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));
	u64 pc = cpu_fault_pc(ucontext), sp = cpu_fault_sp(ucontext);

	if (dying)
		linux_exit(STATUS_SIGNAL + signal);
	dying = true;
	write_text(&w, "fata: fault: ");
	/* the last page of the stack, or not far below: a frame may be larger than a page */
	if (signal == SIGNAL_SEGV && info->address < stack_bottom + 4096 &&
		info->address + 65536 > stack_bottom && sp < stack_bottom + 65536) {
		write_text(&w, "the stack is used up (");
		write_size(&w, UNIX_STACK_BYTES);
		write_text(&w, ")");
	} else if (signal == SIGNAL_ILL && pc - image_base < image_bytes && cpu_trap_reason(pc) >= 0) {
		write_view(&w, check_text(cpu_trap_reason(pc)));
	} else {
		write_view(&w, signal_text(signal));
		if (signal == SIGNAL_SEGV || signal == SIGNAL_BUS) {
			write_text(&w, " (address 0x");
			write_hex(&w, info->address);
			write_text(&w, ")");
		}
	}
	write_place(&w, pc);
	end_here(&w, STATUS_SIGNAL + signal);
}

void unix_faults_start(const struct unix_boot *boot)
{
	static const int faults[] = { SIGNAL_SEGV, SIGNAL_BUS, SIGNAL_ILL, SIGNAL_FPE, SIGNAL_TRAP,
		SIGNAL_SYS };
	struct linux_stack own = { fault_stack, 0, sizeof fault_stack };
	struct linux_sigaction action = {
		.handler.function = on_fault,
		.flags = SIGACTION_SIGINFO | SIGACTION_ONSTACK | SIGACTION_RESTORER,
		.restorer = cpu_sigreturn,
	};

	image_base = boot->base;
	image_bytes = boot->image_bytes;
	stack_bottom = boot->stack_bottom;
	cpu_call3(CALL_SIGALTSTACK, (long)&own, 0, 0);
	for (usize i = 0; i < COUNT(faults); i += 1)
		cpu_call6(CALL_SIGACTION, faults[i], (long)&action, 0, sizeof action.mask, 0, 0);
}
