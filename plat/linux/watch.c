/* watch.c - see watch.h. */
#include "plat/linux/watch.h"
#include "lib/parts/parts.h"

static struct watch *watch;
static struct fault_stack stack;

/* In the program's own code: the bytes of the instruction. Elsewhere nobody knows whether they can be read. */
static struct view code_at(u64 pc)
{
	return panic_inside(pc) && panic_inside(pc + 5) ? view_make((const u8 *)pc, 5) : view_none();
}

/* After a call, the top of the stack is where it returns to. */
static u64 return_address(const struct cpu_fault *f)
{
	u64 sp = f->registers[CPU_SP];

	if (f->access != CPU_EXECUTE || sp % 8u != 0 || sp - stack.bottom > stack.bytes - 8u)
		return 0;
	return panic_inside(*(const u64 *)sp) ? *(const u64 *)sp : 0;
}

/* "a system call that is not allowed: mprotect(0x1000, 0x1000, 0x7, ...)" */
static void write_call(struct writer *w, const struct linux_siginfo *info, const void *ucontext)
{
	u64 call[7];

	cpu_refused_call(ucontext, call);
	write_text(w, "a system call that is not allowed: ");

	struct view name = info->audit == CPU_AUDIT ? watch_call_name(call[0]) : view_none();

	if (name.n > 0) {
		write_view(w, name);
	} else {
		write_text(w, "number ");
		write_decimal(w, call[0]);
		if (info->audit != CPU_AUDIT)
			write_text(w, " of another convention");
	}
	for (usize i = 1; i < COUNT(call); i += 1) {
		write_view(w, i == 1 ? text("(0x") : text(", 0x"));
		write_hex(w, call[i]);
	}
	write_text(w, ")");
}

/* Not an exception of the processor: the kernel's, or another process's. */
static void write_signal(struct writer *w, int signal, const struct linux_siginfo *info, const void *ucontext,
	const struct cpu_fault *f)
{
	write_text(w, "fata: fault: ");
	if (signal == SIGNAL_SYS && info->code > 0) {
		write_call(w, info, ucontext);
	} else {
		write_text(w, "signal ");
		write_decimal(w, (u64)signal);
		write_text(w, " from a process");
	}
	panic_write_place(w, panic_here(), f->pc);
	write_text(w, "\n");
	fault_write_registers(w, f);
}

void watch_on_fault(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	u8 room[FAULT_BYTES];
	struct writer w = writer_of(span_of(room));
	struct cpu_fault f;

	cpu_fault(&f, ucontext);
	panic_begin(STATUS_SIGNAL + signal);
	f.from = return_address(&f);
	if (!image_parts.explanations)
		fault_write_numbers(&w, signal, &f, panic_here());
	else if (signal == SIGNAL_SYS || info->code <= 0)
		write_signal(&w, signal, info, ucontext, &f);
	else
		fault_write(&w, &f, code_at(f.pc), &stack, panic_here());
	panic_finish(&w, STATUS_SIGNAL + signal);
}

/* ---- stopping ---- */

void watch_on_stop(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	(void)info, (void)ucontext;
	if (!watch) /* nothing has begun that could be ended in good order */
		linux_exit(STATUS_SIGNAL + signal);
	watch->stops += 1;
	watch->wait_for.s = 0;
	watch->wait_for.ns = 0;
	if (watch->stops > 1) {
		panic_last();
		linux_exit(STATUS_SIGNAL + signal);
	}
}

static void handle(int signal, u64 handler, unsigned long flags, u64 restorer)
{
	struct linux_sigaction action = {
		.handler.ignore = handler, /* the same word */
		.flags = flags | SIGACTION_RESTORER,
		.restorer = (void (*)(void))restorer,
	};

	cpu_call6(CALL_SIGACTION, signal, (long)&action, 0, sizeof action.mask, 0, 0);
}

void watch_know(struct watch *w, const struct fault_stack *s)
{
	watch = w;
	stack = *s;
}

void watch_set(struct span own, const struct watch_handlers *h)
{
	static const int faults[] = { SIGNAL_SEGV, SIGNAL_BUS, SIGNAL_ILL, SIGNAL_FPE, SIGNAL_TRAP,
		SIGNAL_SYS };
	struct linux_stack alternative = { own.p, 0, own.n };

	cpu_call3(CALL_SIGALTSTACK, (long)&alternative, 0, 0);
	for (usize i = 0; i < COUNT(faults); i += 1)
		handle(faults[i], h->fault, SIGACTION_SIGINFO | SIGACTION_ONSTACK, h->restorer);
	handle(SIGNAL_TERM, h->stop, SIGACTION_SIGINFO | SIGACTION_RESTART, h->restorer);
	handle(SIGNAL_INT, h->stop, SIGACTION_SIGINFO | SIGACTION_RESTART, h->restorer);
	/* a closed pipe or socket is an error to its writer; a terminal that is not ours now is no input */
	handle(SIGNAL_PIPE, SIGNAL_IGNORE, 0, h->restorer);
	handle(SIGNAL_TTIN, SIGNAL_IGNORE, 0, h->restorer);
}

void watch_start(struct watch *w, const struct fault_stack *s, struct span own)
{
	const struct watch_handlers ours = { (u64)watch_on_fault, (u64)watch_on_stop, (u64)cpu_sigreturn };

	watch_know(w, s);
	watch_set(own, &ours);
}
