/* solo5_tables.c - see solo5_tables.h. Intel SDM 3A: 2.5 (control registers), 3.4.5 (descriptors), 4.5 (paging). */
#include "tender/hvt/solo5_tables.h"

enum {
	GDT = 0x1000,
	LEVEL4 = 0x2000,
	LEVEL3 = 0x3000,
	LEVEL2 = 0x4000,    /* of the first GB: more a guest cannot have */
	LEVEL1 = 0x20000,   /* tables of small pages, one after another ... */
	LEVEL1_MOST = 0xe0, /* ... up to 1 MB: so many, for an image of 448 MB */
	PAGE = SOLO5_PAGE_BYTES,
	LARGE = 512 * PAGE,
	CODE = 8,
	DATA = 16,
};

#define PRESENT    1ull
#define WRITABLE   2ull
#define IS_LARGE   0x80ull
#define NO_EXECUTE (1ull << 63)

#define CR0_PROTECTED       (1u << 0)
#define CR0_EXTENSION       (1u << 4)
#define CR0_NUMERIC         (1u << 5)
#define CR0_WRITE_PROTECTED (1u << 16)
#define CR0_PAGED           (1u << 31)
#define CR4_LONG_TABLES     (1u << 5)
#define CR4_SSE             (3u << 9)
#define EFER_LONG           (5u << 8)
#define EFER_NO_EXECUTE     (1u << 11)

static void put(struct span memory, u64 table, u64 i, u64 value)
{
	struct writer w = writer_of(span_from(memory, (usize)(table + i * 8u)));

	write_le64(&w, value);
}

/* What may be done with a page; 0: it is not there. */
static u64 page_of(const struct solo5_file *f, u64 told_end, u64 at)
{
	if (at < SOLO5_LOW || (at >= told_end && at < SOLO5_BASE))
		return 0;
	if (at < told_end)
		return at | PRESENT | NO_EXECUTE;
	for (u32 i = 0; i < f->segments; i += 1) {
		const struct solo5_segment *s = &f->segment[i];

		if (at >= s->from && at < s->to)
			return at | PRESENT | (s->write ? WRITABLE : 0) | (s->execute ? 0 : NO_EXECUTE);
	}
	return at | PRESENT | WRITABLE | NO_EXECUTE;
}

void solo5_tables_make(struct span memory, const struct solo5_file *file, u64 told_end)
{
	put(memory, GDT, CODE / 8, 0x00af9b000000ffffull);
	put(memory, GDT, DATA / 8, 0x00cf93000000ffffull);
	put(memory, LEVEL4, 0, LEVEL3 | PRESENT | WRITABLE);
	put(memory, LEVEL3, 0, LEVEL2 | PRESENT | WRITABLE);
	for (u64 n = 0; n < memory.n / LARGE; n += 1) {
		u64 at = n * LARGE, table = LEVEL1 + n * PAGE;

		if (at >= file->end) {
			put(memory, LEVEL2, n, at | PRESENT | WRITABLE | IS_LARGE | NO_EXECUTE);
			continue;
		}
		require(n < LEVEL1_MOST);
		put(memory, LEVEL2, n, table | PRESENT | WRITABLE);
		for (u64 i = 0; i < 512; i += 1)
			put(memory, table, i, page_of(file, told_end, at + i * PAGE));
	}
}

void solo5_tables_registers(struct kvm_system *s)
{
	const struct kvm_segment_of code = {
		.limit = 0xffffffffu, .selector = CODE, .type = 11, .present = 1, .s = 1, .l = 1, .g = 1
	};
	const struct kvm_segment_of data = {
		.limit = 0xffffffffu, .selector = DATA, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1
	};

	s->cs = code;
	s->ss = s->ds = s->es = s->fs = s->gs = data;
	s->tr = (struct kvm_segment_of){ .type = 11, .present = 1 };
	s->ldt = (struct kvm_segment_of){ .unusable = 1 };
	s->gdt = (struct kvm_table){ .base = GDT, .limit = 3 * 8 - 1 };
	s->idt = (struct kvm_table){ 0 }; /* the image makes its own */
	s->cr0 = CR0_PROTECTED | CR0_EXTENSION | CR0_NUMERIC | CR0_WRITE_PROTECTED | CR0_PAGED;
	s->cr3 = LEVEL4;
	s->cr4 = CR4_LONG_TABLES | CR4_SSE;
	s->efer = EFER_LONG | EFER_NO_EXECUTE;
}
