/* watch.c - see watch.h. */
#include "plat/linux/watch.h"

static struct watch *watch;
static struct watch_stack stack;

struct view watch_check_text(i32 reason)
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

static bool at_stack_end(u64 address, u64 sp)
{
	/* the last page of the stack, or not far below: a frame may be larger than a page */
	return address < stack.bottom + 4096 && address + 65536 > stack.bottom && sp < stack.bottom + 65536;
}

static void on_fault(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	u8 room[1024];
	struct writer w = writer_of(span_of(room));
	u64 pc = cpu_fault_pc(ucontext), sp = cpu_fault_sp(ucontext);

	panic_begin(STATUS_SIGNAL + signal);
	write_text(&w, "fata: fault: ");
	if (signal == SIGNAL_SEGV && at_stack_end(info->address, sp)) {
		write_text(&w, "the stack is used up (");
		write_size(&w, stack.bytes);
		write_text(&w, ")");
	} else if (signal == SIGNAL_ILL && panic_inside(pc) && cpu_trap_reason(pc) >= 0) {
		write_view(&w, watch_check_text(cpu_trap_reason(pc)));
	} else {
		write_view(&w, signal_text(signal));
		if (signal == SIGNAL_SEGV || signal == SIGNAL_BUS) {
			write_text(&w, " (address 0x");
			write_hex(&w, info->address);
			write_text(&w, ")");
		}
	}
	panic_write_place(&w, pc);
	panic_finish(&w, STATUS_SIGNAL + signal);
}

/* ---- stopping ---- */

static void on_stop(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	(void)info, (void)ucontext;
	watch->stops += 1;
	watch->wait_for.s = 0;
	watch->wait_for.ns = 0;
	if (watch->stops > 1) {
		if (watch->end.last)
			watch->end.last();
		linux_exit(STATUS_SIGNAL + signal);
	}
}

static void handle(int signal, const struct linux_sigaction *action)
{
	cpu_call6(CALL_SIGACTION, signal, (long)action, 0, sizeof action->mask, 0, 0);
}

void watch_start(struct watch *w, const struct watch_stack *s, struct span own)
{
	static const int faults[] = { SIGNAL_SEGV, SIGNAL_BUS, SIGNAL_ILL, SIGNAL_FPE, SIGNAL_TRAP,
		SIGNAL_SYS };
	struct linux_stack alternative = { own.p, 0, own.n };
	struct linux_sigaction fault = {
		.handler.function = on_fault,
		.flags = SIGACTION_SIGINFO | SIGACTION_ONSTACK | SIGACTION_RESTORER,
		.restorer = cpu_sigreturn,
	};
	struct linux_sigaction stop = {
		.handler.function = on_stop,
		.flags = SIGACTION_SIGINFO | SIGACTION_RESTORER | SIGACTION_RESTART,
		.restorer = cpu_sigreturn,
	};
	struct linux_sigaction ignore = {
		.handler.ignore = SIGNAL_IGNORE,
		.flags = SIGACTION_RESTORER,
		.restorer = cpu_sigreturn,
	};

	watch = w;
	stack = *s;
	cpu_call3(CALL_SIGALTSTACK, (long)&alternative, 0, 0);
	for (usize i = 0; i < COUNT(faults); i += 1)
		handle(faults[i], &fault);
	handle(SIGNAL_TERM, &stop);
	handle(SIGNAL_INT, &stop);
	/* a closed pipe or socket is an error to its writer; a terminal that is not ours now is no input */
	handle(SIGNAL_PIPE, &ignore);
	handle(SIGNAL_TTIN, &ignore);
}
