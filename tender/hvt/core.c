/* core.c - see core.h. Layouts: System V gABI (ELF), psABI x86-64, Linux's elfcore.h as it has been since 2.6. */
#include "tender/hvt/core.h"
#include "plat/linux/say.h"

enum {
	HEADER_BYTES = 64,
	SEGMENT_BYTES = 56,
	STATUS_BYTES = 336,
	AUXV_WORDS = 12,
	NOTE_HEAD_BYTES = 20, /* three words, "CORE" and its zero, padded */
	TYPE_CORE = 4,
	SEGMENT_LOAD = 1,
	SEGMENT_NOTE = 4,
	FLAGS_ALL = 7,
	NOTE_STATUS = 1,
	NOTE_AUXV = 6,
};

static void write_header(struct writer *w, u32 segments)
{
	static const u8 ident[16] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 };

	write_view(w, view_of(ident));
	write_le16(w, TYPE_CORE);
	write_le16(w, CPU_ELF_MACHINE);
	write_le32(w, 1);
	write_le64(w, 0);
	write_le64(w, HEADER_BYTES); /* where segments are told */
	write_le64(w, 0);
	write_le32(w, 0);
	write_le16(w, HEADER_BYTES);
	write_le16(w, SEGMENT_BYTES);
	write_le16(w, (u16)segments);
	write_fill(w, 0, 6); /* no sections */
}

static void write_segment(struct writer *w, u32 type, u64 offset, u64 at, u64 bytes)
{
	write_le32(w, type);
	write_le32(w, type == SEGMENT_LOAD ? FLAGS_ALL : 4);
	write_le64(w, offset);
	write_le64(w, at);
	write_le64(w, 0);
	write_le64(w, bytes);
	write_le64(w, type == SEGMENT_LOAD ? bytes : 0);
	write_le64(w, type == SEGMENT_LOAD ? MEMORY_PAGE : 4);
}

static void write_note_head(struct writer *w, u32 type, u32 bytes)
{
	write_le32(w, 5);
	write_le32(w, bytes);
	write_le32(w, type);
	write_view(w, text("CORE\0\0\0\0"));
}

/* struct elf_prstatus: signal, ids and times, then the registers in ptrace's order. */
static void write_status(
	struct writer *w, const struct machine_state *s, const struct trap_frame *t, u8 signal)
{
	const struct kvm_registers *r = &s->registers;
	const u64 values[] = { r->r15, r->r14, r->r13, r->r12, r->rbp, r->rbx, r->r11, r->r10, r->r9, r->r8,
		r->rax, r->rcx, r->rdx, r->rsi, r->rdi, 0xffffffffffffffffull, t ? t->rip : r->rip,
		s->system.cs.selector, t ? t->rflags : r->rflags, t ? t->rsp : r->rsp, s->system.ss.selector,
		0, 0, 0, 0, 0, 0 };

	write_note_head(w, NOTE_STATUS, STATUS_BYTES);

	usize from = write_len(w);

	write_le32(w, signal);
	write_fill(w, 0, 8);
	write_le16(w, signal);
	write_fill(w, 0, 18);
	write_le32(w, 1); /* the thread's number */
	write_fill(w, 0, 76);
	for (u32 i = 0; i < COUNT(values); i += 1)
		write_le64(w, values[i]);
	write_fill(w, 0, STATUS_BYTES - write_since(w, from));
}

/* From where its program headers and entry are. */
void core_auxv(struct writer *w, const struct guest *g)
{
	u64 base = g->memory.area[0].at;
	const u64 words[AUXV_WORDS] = { 3, base + HEADER_BYTES, 4, SEGMENT_BYTES, 7, 0, 9, g->entry, 6,
		MEMORY_PAGE, 0, 0 };

	for (u32 i = 0; i < AUXV_WORDS; i += 1)
		write_le64(w, words[i]);
}

struct view core_head(struct span room, const struct guest *g, const struct machine_state *s,
	const struct trap_frame *trap, u8 signal)
{
	struct writer w = writer_of(span_first(room, MEMORY_PAGE));
	u64 notes_at = HEADER_BYTES + (1u + g->memory.areas) * SEGMENT_BYTES, offset = MEMORY_PAGE;

	write_header(&w, 1 + g->memory.areas);
	write_segment(&w, SEGMENT_NOTE, notes_at, 0, 2 * NOTE_HEAD_BYTES + STATUS_BYTES + AUXV_WORDS * 8u);
	for (u32 i = 0; i < g->memory.areas; i += 1) {
		const struct memory_area *a = &g->memory.area[i];

		write_segment(&w, SEGMENT_LOAD, offset, a->at, a->bytes);
		offset += a->bytes;
	}
	write_status(&w, s, trap, signal);
	write_note_head(&w, NOTE_AUXV, AUXV_WORDS * 8u);
	core_auxv(&w, g);
	write_fill(&w, 0, write_left(&w));
	return write_done(&w);
}

static long write_all(i32 file, struct view v)
{
	while (v.n > 0) {
		long n = linux_write(file, v);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return n;
		v = view_from(v, (usize)n);
	}
	return 1;
}

void core_write(i32 file, const struct guest *g, const struct machine *m, u8 signal)
{
	static u8 room[MEMORY_PAGE];
	struct machine_state s;
	struct trap_frame t;

	if (file < 0)
		return;
	machine_state(m, &s);

	bool trapped = tables_trap(g->all, &g->memory, s.registers.rsp, &t);
	long result = write_all(file, core_head(span_of(room), g, &s, trapped ? &t : 0, signal));

	for (u32 i = 0; i < g->memory.areas && result > 0; i += 1)
		result = write_all(file, span_view(memory_of(g->all, &g->memory.area[i])));
	if (result <= 0)
		say(text("the core file is not whole"), view_none(), result, view_none());
}
