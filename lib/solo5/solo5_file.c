/* solo5_file.c - see solo5_file.h. */
#include "lib/solo5/solo5_file.h"
#include "lib/elf/elf.h"

enum { MACHINE_X86_64 = 62 };

static u64 page_down(u64 at)
{
	return at / SOLO5_PAGE_BYTES * SOLO5_PAGE_BYTES;
}

static u64 page_up(u64 at)
{
	return page_down(at + (SOLO5_PAGE_BYTES - 1));
}

/* A power of two, as ELF wants it, that keeps pages whole. */
static bool aligns_pages(u64 align)
{
	return align >= SOLO5_PAGE_BYTES && align <= BYTES_MAX && (align & (align - 1)) == 0;
}

static enum solo5_file_verdict add_segment(
	struct solo5_file *f, const struct elf_part *p, u64 file_bytes, u64 memory_bytes)
{
	u64 from = page_down(p->address), to = page_up(p->address + p->memory_bytes);

	if (p->memory_bytes == 0)
		return SOLO5_FILE_OK;
	if (p->offset + p->file_bytes > file_bytes)
		return SOLO5_FILE_CUT_OFF;
	if (from < SOLO5_BASE || to > memory_bytes || p->file_bytes > p->memory_bytes)
		return SOLO5_FILE_OUTSIDE;
	if (p->file_bytes ==
		0) { /* memory is zero already, and writable; it may lie in the last one's page */
		f->end = to > f->end ? to : f->end;
		return SOLO5_FILE_OK;
	}
	if (f->segments >= SOLO5_SEGMENTS)
		return SOLO5_FILE_TOO_MANY;
	if (!aligns_pages(p->align))
		return SOLO5_FILE_ALIGNMENT;
	if (from < f->end)
		return SOLO5_FILE_OVERLAPS;
	if (p->write && p->execute)
		return SOLO5_FILE_WRITABLE_CODE;
	f->segment[f->segments] = (struct solo5_segment){
		.offset = p->offset,
		.file_bytes = p->file_bytes,
		.address = p->address,
		.memory_bytes = p->memory_bytes,
		.from = from,
		.to = to,
		.read = p->read,
		.write = p->write,
		.execute = p->execute,
	};
	f->segments += 1;
	f->end = to;
	return SOLO5_FILE_OK;
}

static enum solo5_file_verdict add_note(struct solo5_file *f, const struct elf_part *p, u64 file_bytes)
{
	if (f->notes >= SOLO5_NOTES)
		return SOLO5_FILE_TOO_MANY;
	if (p->offset + p->file_bytes > file_bytes)
		return SOLO5_FILE_CUT_OFF;
	f->note[f->notes] = (struct solo5_note){ p->offset, p->file_bytes };
	f->notes += 1;
	return SOLO5_FILE_OK;
}

static enum solo5_file_verdict read_header(struct view head, struct elf *elf)
{
	enum elf_verdict v = elf_read(elf, head);

	if (v != ELF_OK)
		return v == ELF_CUT ? SOLO5_FILE_CUT_OFF : SOLO5_FILE_NO_ELF;
	if (elf->machine != MACHINE_X86_64)
		return SOLO5_FILE_OTHER_MACHINE;
	return elf->type == ELF_TYPE_EXEC ? SOLO5_FILE_OK : SOLO5_FILE_NOT_FIXED;
}

static enum solo5_file_verdict read_file(
	struct view head, u64 file_bytes, u64 memory_bytes, struct solo5_file *f)
{
	struct elf elf;
	struct elf_part p;
	enum solo5_file_verdict v = read_header(head, &elf);

	while (v == SOLO5_FILE_OK && elf_next(&elf, head, &p)) {
		if (p.type == ELF_PART_LOAD)
			v = add_segment(f, &p, file_bytes, memory_bytes);
		else if (p.type == ELF_PART_NOTE)
			v = add_note(f, &p, file_bytes);
	}
	if (v != SOLO5_FILE_OK)
		return v;
	if (f->segments == 0)
		return SOLO5_FILE_TOO_MANY;
	f->entry = elf.entry;
	return elf.entry >= SOLO5_BASE && elf.entry < f->end ? SOLO5_FILE_OK : SOLO5_FILE_OUTSIDE;
}

enum solo5_file_verdict solo5_file_read(
	struct view head, u64 file_bytes, u64 memory_bytes, struct solo5_file *file)
{
	enum solo5_file_verdict v;

	require(memory_bytes <= 1ull << 40);
	*file = (struct solo5_file){ 0 };
	v = read_file(head, file_bytes, memory_bytes, file);
	if (v != SOLO5_FILE_OK)
		*file = (struct solo5_file){ 0 };
	return v;
}

struct view solo5_file_verdict_text(enum solo5_file_verdict v)
{
	switch (v) {
	case SOLO5_FILE_OK: return text("it is fine");
	case SOLO5_FILE_NO_ELF: return text("it is not an ELF file of 64 bits");
	case SOLO5_FILE_OTHER_MACHINE: return text("it is for another processor");
	case SOLO5_FILE_NOT_FIXED: return text("it has no fixed address");
	case SOLO5_FILE_CUT_OFF: return text("it is cut off");
	case SOLO5_FILE_TOO_MANY: return text("it has no segment, or too many of them or of notes");
	case SOLO5_FILE_OUTSIDE: return text("it does not fit its memory (--mem)");
	case SOLO5_FILE_OVERLAPS: return text("its segments overlap or are out of order");
	case SOLO5_FILE_ALIGNMENT: return text("a segment is not aligned to pages");
	case SOLO5_FILE_WRITABLE_CODE: return text("a segment may be written and executed");
	}
	return view_none();
}
