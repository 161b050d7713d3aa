/* report.c - what went wrong in the image, said by its tender: no code of the image takes part. */
#include "base/format.h"
#include "plat/linux/panic.h"
#include "plat/linux/say.h"
#include "plat/linux/watch.h"
#include "tender/hvt/guest.h"

/* The status a process would have had: 128 + the signal. */
static u8 vector_status(u64 vector)
{
	switch (vector) {
	case 0:
	case 16:
	case 19: return STATUS_SIGNAL + SIGNAL_FPE;
	case 1:
	case 3: return STATUS_SIGNAL + SIGNAL_TRAP;
	case 6:
	case 7: return STATUS_SIGNAL + SIGNAL_ILL;
	case 17: return STATUS_SIGNAL + SIGNAL_BUS;
	default: return STATUS_SIGNAL + SIGNAL_SEGV;
	}
}

static bool on_stack_guard(const struct guest *g, u64 address, u64 sp)
{
	u64 bottom = g->stack - GUEST_STACK_BYTES;

	/* not far below: a frame may be larger than a page */
	return address < bottom && address + 65536 > bottom && sp < bottom + 65536;
}

static void write_what(struct writer *w, const struct guest *g, const struct trap_frame *t, u64 cr2)
{
	/* of the image: code it cannot write, so what is read is what was executed */
	struct view code = span_view(memory_at(&g->memory, &g->image, g->all, t->rip, 5, false));
	i32 reason = t->vector == 6 && code.n == 5 ? cpu_trap_reason((u64)code.p) : -1;

	if (t->vector == 14 && on_stack_guard(g, cr2, t->rsp)) {
		write_text(w, "the stack is used up (");
		write_size(w, GUEST_STACK_BYTES);
		write_text(w, ")");
	} else if (reason >= 0) {
		write_view(w, watch_check_text(reason));
	} else {
		write_view(w, tables_vector_text(t->vector));
		if (t->vector == 14) {
			write_view(w, t->error / 16u % 2u != 0  ? text(" (executed at 0x")
				      : t->error / 2u % 2u != 0 ? text(" (written at 0x")
								: text(" (read at 0x"));
			write_hex(w, cr2);
			write_text(w, ")");
		}
	}
}

static void write_place(struct writer *w, const struct guest *g, u64 rip)
{
	u64 at = rip - g->memory.area[0].at;

	write_text(w, " at 0x");
	if (at >= g->image.bytes) {
		write_hex(w, rip);
		write_text(w, ", outside the image");
		return;
	}
	write_hex(w, at);
	write_text(w, " of the image (llvm-symbolizer-19 --obj=");
	write_view(w, view_first(g->file, 256));
	write_text(w, ".symbols 0x");
	write_hex(w, at);
	write_text(w, ")");
}

static void write_registers(struct writer *w, const struct kvm_registers *r, const struct trap_frame *t)
{
	static const struct view names[] = { TEXT("rax"), TEXT("rbx"), TEXT("rcx"), TEXT("rdx"), TEXT("rsi"),
		TEXT("rdi"), TEXT("rbp"), TEXT("r8 "), TEXT("r9 "), TEXT("r10"), TEXT("r11"), TEXT("r12"),
		TEXT("r13"), TEXT("r14"), TEXT("r15"), TEXT("rsp") };
	const u64 values[] = { r->rax, r->rbx, r->rcx, r->rdx, r->rsi, r->rdi, r->rbp, r->r8, r->r9, r->r10,
		r->r11, r->r12, r->r13, r->r14, r->r15, t->rsp };

	for (u32 i = 0; i < COUNT(names); i += 1) {
		write_text(w, "  ");
		write_view(w, names[i]);
		write_text(w, " ");
		write_hex(w, values[i]);
		if (i % 4u == 3)
			write_text(w, "\n");
	}
	write_text(w, "  rip ");
	write_hex(w, t->rip);
	write_text(w, "  vector ");
	write_decimal(w, t->vector);
	write_text(w, "  error 0x");
	write_hex(w, t->error);
	write_text(w, "\n");
}

u8 report_trap(const struct guest *g, const struct machine *m)
{
	u8 room[2048];
	struct writer w = writer_of(span_of(room));
	struct machine_state s;
	struct trap_frame t;

	machine_state(m, &s);
	if (!tables_trap(g->all, &g->memory, s.registers.rsp, &t))
		return report_wrong(g, m);
	write_text(&w, "fata: fault: ");
	write_what(&w, g, &t, s.system.cr2);
	write_place(&w, g, t.rip);
	write_text(&w, "\n");
	write_registers(&w, &s.registers, &t);
	linux_write(2, write_done(&w));
	return vector_status(t.vector);
}

u8 report_wrong(const struct guest *g, const struct machine *m)
{
	u8 room[1024];
	struct writer w = writer_of(span_of(room));
	struct machine_state s;

	machine_state(m, &s);
	write_text(&w, "fata: the image was ended: ");
	machine_wrong_text(m, &w);
	write_place(&w, g, s.registers.rip);
	write_text(&w, "\n");
	linux_write(2, write_done(&w));
	return STATUS_SIGNAL + SIGNAL_SEGV;
}

void report_words(const struct guest *g)
{
	u8 room[HVT_WORDS + 1];
	struct writer w = writer_of(span_of(room));
	u32 n = g->said->words_bytes;

	for (u32 i = 0; i < n && i < HVT_WORDS; i += 1) {
		u8 c = g->said->words[i];

		write_u8(&w, c < ' ' || c > '~' ? '?' : c);
	}
	if (n == 0)
		return;
	write_u8(&w, '\n');
	linux_write(2, write_done(&w));
}

static void write_count(struct writer *w, const char *name, u64 n)
{
	write_text(w, ", ");
	write_decimal(w, n);
	write_text(w, " ");
	write_view(w, zero_text(name));
}

void report_counters(const struct guest *g, const struct machine *m)
{
	u8 room[512];
	struct writer w = writer_of(span_of(room));
	u64 frames = g->count.frames_in + g->count.frames_out;

	write_text(&w, "fata: ");
	write_decimal(&w, m->exits);
	write_text(&w, " exits");
	write_count(&w, "of them by signals", m->interrupts);
	write_count(&w, "frames in", g->count.frames_in);
	write_count(&w, "frames out", g->count.frames_out);
	write_count(&w, "refused", g->count.refused);
	write_count(&w, "disk requests", g->count.requests);
	if (frames > 0)
		write_count(&w, "exits per thousand frames", m->exits * 1000u / frames);
	write_text(&w, "\n");
	linux_write(2, write_done(&w));
}
