/* fault.c - see fault.h. */
#include "plat/linux/fault.h"
#include "lib/parts/parts.h"

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

static bool at_stack_end(const struct fault_stack *stack, u64 address, u64 sp)
{
	/* the last page of the stack, or not far below: a frame may be larger than a page */
	return address < stack->bottom + 4096 && address + 65536 > stack->bottom &&
	       sp < stack->bottom + 65536;
}

static void write_memory(struct writer *w, const struct cpu_fault *f)
{
	write_view(w, f->access == CPU_EXECUTE ? text("a jump to 0x")
		      : f->access == CPU_WRITE ? text("a write to 0x")
					       : text("a read of 0x"));
	write_hex(w, f->address);
	write_view(w, !f->present                ? text(", where nothing is,")
		      : f->access == CPU_EXECUTE ? text(", which is not code,")
		      : f->access == CPU_WRITE   ? text(", which may not be written,")
						 : text(", which may not be read,"));
}

void fault_write_registers(struct writer *w, const struct cpu_fault *f)
{
	for (u32 i = 0; i < CPU_REGISTERS; i += 1) {
		write_text(w, "  ");
		if (image_parts.explanations) {
			write_view(w, cpu_register_name(i));
			write_text(w, " ");
		}
		write_hex(w, f->registers[i]);
		if (i % 4u == 3)
			write_text(w, "\n");
	}
	if (!image_parts.explanations) /* the place has been said, and the signal */
		return;
	write_text(w, "  pc ");
	write_hex(w, f->pc);
	write_text(w, "  exception ");
	write_decimal(w, f->exception);
	write_text(w, "  error 0x");
	write_hex(w, f->error);
	write_text(w, "\n");
}

void fault_write_numbers(
	struct writer *w, int signal, const struct cpu_fault *f, const struct panic_place *place)
{
	write_text(w, "fata: fault: signal ");
	write_decimal(w, (u64)signal);
	if (f->access != CPU_NONE) {
		write_text(w, " on 0x");
		write_hex(w, f->address);
	}
	if (f->from != 0) {
		write_text(w, " called");
		panic_write_place(w, place, f->from - 1);
	} else {
		panic_write_place(w, place, f->pc);
	}
	write_text(w, "\n");
	fault_write_registers(w, f);
}

void fault_write(struct writer *w, const struct cpu_fault *f, struct view code,
	const struct fault_stack *stack, const struct panic_place *place)
{
	i32 reason = cpu_trap_reason(f, code);

	write_text(w, "fata: fault: ");
	if (f->access != CPU_NONE && at_stack_end(stack, f->address, f->registers[CPU_SP])) {
		write_text(w, "the stack is used up (");
		write_size(w, stack->bytes);
		write_text(w, ")");
	} else if (f->access != CPU_NONE) {
		write_memory(w, f);
	} else if (reason >= 0) {
		write_view(w, check_text(reason));
	} else {
		write_view(w, cpu_exception_text(f->exception));
	}
	/* After a jump into nowhere the place is nowhere: who jumped is what one wants to know. */
	if (f->access == CPU_EXECUTE && f->from != 0) {
		write_text(w, " called");
		panic_write_place(w, place, f->from - 1);
	} else {
		panic_write_place(w, place, f->pc);
	}
	write_text(w, "\n");
	fault_write_registers(w, f);
}
