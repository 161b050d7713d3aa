#include "tender/hvt/cpu/x86_64/tables.h"

/* ---- pages ---- */

enum {
	PRESENT = 1,
	WRITE = 2,
	USER = 4,
	ACCESSED = 0x20,
	DIRTY = 0x40,
};
#define NO_EXECUTE (1ull << 63)
#define ADDRESS    0x000ffffffffff000ull

/* Offsets in guest-physical memory, and from m->kernel in the upper half. */
enum {
	PAGE_DESCRIPTORS = 0,
	PAGE_STUBS = 0x1000,
	PAGE_TRAP_DOORBELL = 0x2000, /* an address only: no memory */
	ROOT = 0x2000,
	GDT = 0,
	TSS = 0x100,
	IDT = 0x200,
	TRAP_STACK = 0x1000, /* its end */
	STUB_BYTES = 16,
	STUB_COMMON = TABLES_VECTORS * STUB_BYTES,
};

u64 tables_bytes(u64 most_bytes, u32 slots)
{
	u64 leaves = most_bytes / (512u * MEMORY_PAGE) + 2u;

	/* for each slot: one table of the third level, two of the second if a boundary is crossed */
	return (2u + 1u + (slots + 1u) * 3u + leaves + 2u * slots + 2u) * MEMORY_PAGE;
}

struct builder {
	struct span all;
	u64 next, end; /* room for more tables */
};

static u64 *word(struct span all, u64 physical)
{
	require(physical + 8 <= all.n && physical % 8 == 0);
	return (u64 *)(void *)(all.p + physical);
}

static void map_page(struct builder *b, u64 at, u64 physical, u64 flags)
{
	u64 table = ROOT;

	for (u32 shift = 39; shift > 12; shift -= 9) {
		u64 *entry = word(b->all, table + (at >> shift) % 512u * 8u);

		if (*entry == 0) {
			require(b->next + MEMORY_PAGE <= b->end);
			*entry = b->next | PRESENT | WRITE | USER | ACCESSED;
			b->next += MEMORY_PAGE;
		}
		table = *entry & ADDRESS;
	}

	u64 *leaf = word(b->all, table + (at >> 12) % 512u * 8u);

	require(*leaf == 0);
	/* accessed and dirty from the start: the processor never writes to a table */
	*leaf = physical | flags | PRESENT | ACCESSED | DIRTY;
}

static void map_area(struct builder *b, const struct memory_area *a, const struct image_file *image)
{
	for (u64 at = 0; at < a->bytes; at += MEMORY_PAGE) {
		struct memory_access may = { true, a->write, false };

		if (a->image)
			may = memory_access(image, at);
		if (may.mapped)
			map_page(b, a->at + at, a->physical + at,
				USER | (may.write ? WRITE : 0u) | (may.execute ? 0u : NO_EXECUTE));
	}
}

/* ---- descriptors ---- */

enum { KERNEL_CODE = 0x08, KERNEL_DATA = 0x10, USER_DATA = 0x18, USER_CODE = 0x20, TASK = 0x28, RING_3 = 3 };

static void make_descriptors(struct span all, u64 kernel)
{
	static const u64 segments[] = { 0, 0x00af9b000000ffffull, 0x00cf93000000ffffull,
		0x00cff3000000ffffull, 0x00affb000000ffffull };
	u64 tss = kernel + TSS, stack = kernel + TRAP_STACK, stub = kernel + PAGE_STUBS;

	for (u32 i = 0; i < COUNT(segments); i += 1)
		*word(all, GDT + i * 8u) = segments[i];
	*word(all, GDT + TASK) = 103u | (tss & 0xffffffu) << 16 | 0x89ull << 40 | (tss >> 24 & 0xffu) << 56;
	*word(all, GDT + TASK + 8u) = tss >> 32;

	/* TSS: stack for privilege 0 at 4, first interrupt stack at 36, no I/O bitmap (its place is past the limit) */
	struct writer w = writer_of(span_first(span_from(all, TSS), 104));

	write_le32(&w, 0);
	write_le64(&w, stack);
	write_fill(&w, 0, 24);
	write_le64(&w, stack);
	write_fill(&w, 0, 56);
	write_le32(&w, 104u << 16);

	for (u32 i = 0; i < TABLES_VECTORS; i += 1) {
		u64 at = stub + i * STUB_BYTES;
		u64 gate = i == 3 || i == 4 ? 0xeeu : 0x8eu; /* breakpoint and overflow may be asked for */

		*word(all, IDT + i * 16u) = (at & 0xffffu) | (u64)KERNEL_CODE << 16 | 1ull << 32 |
					    gate << 40 | (at >> 16 & 0xffffu) << 48;
		*word(all, IDT + i * 16u + 8u) = at >> 32;
	}
}

static bool has_error_code(u32 vector)
{
	return vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 ||
	       vector == 29 || vector == 30;
}

static void make_stubs(struct span all)
{
	struct span page = span_first(span_from(all, PAGE_STUBS), MEMORY_PAGE);

	for (u32 i = 0; i < TABLES_VECTORS; i += 1) {
		struct writer w = writer_of(span_first(span_from(page, i * STUB_BYTES), STUB_BYTES));

		if (!has_error_code(i)) {
			write_u8(&w, 0x6a); /* push $0 */
			write_u8(&w, 0);
		}
		write_u8(&w, 0x6a); /* push $vector */
		write_u8(&w, (u8)i);
		write_u8(&w, 0xe9); /* jmp common */
		write_le32(&w, STUB_COMMON - (i * STUB_BYTES + (u32)write_len(&w) + 4u));
		write_fill(&w, 0xf4, write_left(&w));
	}

	struct writer w = writer_of(span_from(page, STUB_COMMON));
	u32 next = STUB_COMMON + 10u;

	write_u8(&w, 0xc7); /* movl $1, doorbell(%rip) */
	write_u8(&w, 0x05);
	write_le32(&w, PAGE_TRAP_DOORBELL - PAGE_STUBS - next);
	write_le32(&w, 1);
	write_fill(&w, 0xf4, write_left(&w)); /* hlt: the tender never lets it come here */
}

void tables_make(struct span all, const struct memory *m, const struct image_file *image)
{
	struct builder b = { all, ROOT + MEMORY_PAGE, m->processor_bytes };

	make_descriptors(all, m->kernel);
	make_stubs(all);
	map_page(&b, m->kernel + PAGE_DESCRIPTORS, PAGE_DESCRIPTORS, WRITE | NO_EXECUTE);
	map_page(&b, m->kernel + PAGE_STUBS, PAGE_STUBS, 0);
	map_page(&b, m->kernel + PAGE_TRAP_DOORBELL, MEMORY_TRAP_DOORBELL, WRITE | NO_EXECUTE);
	map_page(&b, m->doorbell, MEMORY_DOORBELL, USER | WRITE | NO_EXECUTE);
	for (u32 i = 0; i < m->areas; i += 1)
		map_area(&b, &m->area[i], image);
}

/* ---- registers ---- */

enum {
	CR4_PAE = 1 << 5,
	CR4_SSE = 3 << 9, /* its state is saved, and its exceptions are #XM */
	CR4_UMIP = 1 << 11,
	CR4_XSAVE = 1 << 18,
	CR4_SMEP = 1 << 20,
	CR4_SMAP = 1 << 21,
};
#define CR0_PAGING 0x80010033ull /* PE MP ET NE WP PG */
#define EFER_LONG  0xd00ull      /* LME LMA NXE; no SYSCALL */

static struct kvm_segment_of segment(u16 selector, u8 type, bool code)
{
	return (struct kvm_segment_of){
		.limit = 0xffffffffu,
		.selector = selector,
		.type = type,
		.present = 1,
		.dpl = RING_3,
		.db = !code,
		.s = 1,
		.l = code,
		.g = 1,
	};
}

void tables_registers(struct kvm_system *s, const struct memory *m, const struct tables_can *can)
{
	struct kvm_segment_of data = segment(USER_DATA | RING_3, 3, false);

	s->cs = segment(USER_CODE | RING_3, 11, true);
	s->ds = s->es = s->fs = s->gs = s->ss = data;
	s->tr = (struct kvm_segment_of){
		.base = m->kernel + TSS, .limit = 103, .selector = TASK, .type = 11, .present = 1
	};
	s->ldt = (struct kvm_segment_of){ .type = 2, .unusable = 1 };
	s->gdt = (struct kvm_table){ m->kernel + GDT, TASK + 15, { 0 } };
	s->idt = (struct kvm_table){ m->kernel + IDT, TABLES_VECTORS * 16u - 1u, { 0 } };
	s->cr0 = CR0_PAGING;
	s->cr3 = ROOT;
	s->cr4 = CR4_PAE | CR4_SSE | (can->xsave ? CR4_XSAVE : 0u) | (can->umip ? CR4_UMIP : 0u) |
		 (can->smep ? CR4_SMEP : 0u) | (can->smap ? CR4_SMAP : 0u);
	s->efer = EFER_LONG;
}

bool tables_trap(struct span all, const struct memory *m, u64 rsp, struct trap_frame *out)
{
	u64 at = rsp - m->kernel;

	*out = (struct trap_frame){ 0 };
	if (at != TRAP_STACK - sizeof *out)
		return false;

	struct reader r = reader_of(view_first(view_from(span_view(all), (usize)at), sizeof *out));

	out->vector = read_le64(&r);
	out->error = read_le64(&r);
	out->rip = read_le64(&r);
	out->cs = read_le64(&r);
	out->rflags = read_le64(&r);
	out->rsp = read_le64(&r);
	out->ss = read_le64(&r);
	return true;
}
