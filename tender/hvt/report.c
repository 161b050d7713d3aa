/* report.c - see report.h. */
#include "tender/hvt/report.h"
#include "base/format.h"
#include "base/reader.h"
#include "plat/linux/fault.h"
#include "plat/linux/say.h"

/* The file's name is cut where panic_write_place() would cut it. */
static struct panic_place place_of(const struct guest *g, struct span room)
{
	struct writer w = writer_of(room);

	write_view(&w, view_first(g->file, room.n - 16));
	write_text(&w, ".symbols");
	return (struct panic_place){ g->memory.area[0].at, g->image.bytes, write_done(&w) };
}

/* What the guest has at an address, or nothing. */
static struct view bytes_at(const struct guest *g, u64 at, usize n)
{
	return span_view(memory_at(&g->memory, &g->image, g->all, at, n, false));
}

static void gather(
	struct cpu_fault *f, const struct guest *g, const struct machine_state *s, const struct trap_frame *t)
{
	const struct kvm_registers *r = &s->registers;

	*f = (struct cpu_fault){ .exception = t->vector,
		.error = t->error,
		.pc = t->rip,
		.registers = { r->rax, r->rbx, r->rcx, r->rdx, r->rsi, r->rdi, r->rbp, t->rsp, r->r8, r->r9,
			r->r10, r->r11, r->r12, r->r13, r->r14, r->r15 } };
	cpu_fault_explain(f, s->system.cr2);

	/* after a call, the top of the stack is where it returns to */
	struct reader top = reader_of(f->access == CPU_EXECUTE ? bytes_at(g, t->rsp, 8) : view_none());
	u64 from = read_le64(&top);

	if (from - g->memory.area[0].at < g->image.bytes)
		f->from = from;
}

u8 report_trap(const struct guest *g, const struct machine *m)
{
	u8 room[FAULT_BYTES], name[272];
	struct writer w = writer_of(span_of(room));
	struct panic_place place = place_of(g, span_of(name));
	struct fault_stack stack = { g->stack - PLAN_STACK_BYTES, PLAN_STACK_BYTES };
	struct machine_state s;
	struct trap_frame t;
	struct cpu_fault f;

	machine_state(m, &s);
	if (!tables_trap(g->all, &g->memory, s.registers.rsp, &t))
		return report_wrong(g, m);
	gather(&f, g, &s, &t);
	fault_write(&w, &f, bytes_at(g, t.rip, 5), &stack, &place);
	linux_write(2, write_done(&w));
	return (u8)(STATUS_SIGNAL + cpu_exception_signal(t.vector));
}

u8 report_wrong(const struct guest *g, const struct machine *m)
{
	u8 room[1024], name[272];
	struct writer w = writer_of(span_of(room));
	struct panic_place place = place_of(g, span_of(name));
	struct machine_state s;

	machine_state(m, &s);
	write_text(&w, "fata: the image was ended: ");
	machine_wrong_text(m, &w);
	panic_write_place(&w, &place, s.registers.rip);
	write_text(&w, "\n");
	linux_write(2, write_done(&w));
	return STATUS_SIGNAL + SIGNAL_SEGV;
}

void report_words(const struct guest *g)
{
	u8 room[HVT_WORDS + 512], name[272];
	struct writer w = writer_of(span_of(room));
	struct panic_place place = place_of(g, span_of(name));
	u32 n = g->said->words_bytes;

	for (u32 i = 0; i < n && i < HVT_WORDS; i += 1) {
		u8 c = g->said->words[i];

		write_u8(&w, c < ' ' || c > '~' ? '?' : c);
	}
	if (n == 0)
		return;
	panic_write_place(&w, &place, g->said->words_pc);
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

/* "started in 1520 us, with 1600000 bytes of memory: image 180, devices 20, machine 1000, confinement 150, guest to its first rest 170" */
static void write_start(struct writer *w, const struct guest *g, const u64 times[static REPORT_TIMES])
{
	static const char *const parts[] = { "image", "devices", "machine", "confinement",
		"guest to its first rest" };

	write_text(w, "fata: started in ");
	write_decimal(w, (times[REPORT_RESTED] - times[REPORT_ENTERED]) / NS_PER_US);
	write_text(w, " us, with ");
	write_decimal(w, g->memory.bytes);
	write_text(w, " bytes of memory: ");
	for (u32 i = 0; i < COUNT(parts); i += 1) {
		write_view(w, i == 0 ? view_none() : text(", "));
		write_view(w, zero_text(parts[i]));
		write_text(w, " ");
		write_decimal(w, (times[i + 1] - times[i]) / NS_PER_US);
	}
	write_text(w, "\n");
}

void report_counters(const struct guest *g, const struct machine *m, const u64 times[static REPORT_TIMES])
{
	u8 room[768];
	struct writer w = writer_of(span_of(room));
	u64 frames = g->count.frames_in + g->count.frames_out;

	if (times[REPORT_RESTED] != 0)
		write_start(&w, g, times);
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
