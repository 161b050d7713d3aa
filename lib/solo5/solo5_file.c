/* solo5_file.c - see solo5_file.h. Names and numbers: System V ABI, gABI chapters 4 and 5. */
#include "lib/solo5/solo5_file.h"

enum {
	HEADER_BYTES = 64,
	SEGMENT_BYTES = 56,
	TYPE_EXEC = 2,
	MACHINE_X86_64 = 62,
	PT_LOAD = 1,
	PT_NOTE = 4,
	FLAG_EXECUTE = 1,
	FLAG_WRITE = 2,
	FLAG_READ = 4,
};

/* What is so large is outside every file and memory; cut to this, no sum wraps. */
#define VAST (1ull << 60)

struct header {
	u64 entry, segments_at;
	u16 segments;
};

static enum solo5_file_verdict read_header(struct view head, struct header *h)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 2, 1 }; /* 64 bits, little-endian */
	struct reader r = reader_of(head);
	struct view id = read_view(&r, 16);
	u16 type = read_le16(&r), machine = read_le16(&r);
	u32 version = read_le32(&r);
	u16 header_bytes, segment_bytes;

	*h = (struct header){ 0 };
	h->entry = read_le64(&r);
	h->segments_at = read_le64(&r);
	read_skip(&r, 8 + 4); /* sections, flags */
	header_bytes = read_le16(&r);
	segment_bytes = read_le16(&r);
	h->segments = read_le16(&r);
	if (read_bad(&r) || !view_starts(id, view_of(ident)) || version != 1 ||
		header_bytes != HEADER_BYTES || segment_bytes != SEGMENT_BYTES)
		return SOLO5_FILE_NO_ELF;
	if (machine != MACHINE_X86_64)
		return SOLO5_FILE_OTHER_MACHINE;
	return type == TYPE_EXEC ? SOLO5_FILE_OK : SOLO5_FILE_NOT_FIXED;
}

struct part {
	u32 type, flags;
	u64 offset, address, file_bytes, memory_bytes, align;
};

static u64 read_size(struct reader *r)
{
	u64 v = read_le64(r);

	return v < VAST ? v : VAST;
}

static struct part read_part(struct reader *r)
{
	struct part p = { 0 };

	p.type = read_le32(r);
	p.flags = read_le32(r);
	p.offset = read_size(r);
	p.address = read_size(r);
	read_skip(r, 8); /* the physical address */
	p.file_bytes = read_size(r);
	p.memory_bytes = read_size(r);
	p.align = read_size(r);
	return p;
}

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
	struct solo5_file *f, const struct part *p, u64 file_bytes, u64 memory_bytes)
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
	if ((p->flags & FLAG_WRITE) != 0 && (p->flags & FLAG_EXECUTE) != 0)
		return SOLO5_FILE_WRITABLE_CODE;
	f->segment[f->segments] = (struct solo5_segment){
		.offset = p->offset,
		.file_bytes = p->file_bytes,
		.address = p->address,
		.memory_bytes = p->memory_bytes,
		.from = from,
		.to = to,
		.read = (p->flags & FLAG_READ) != 0,
		.write = (p->flags & FLAG_WRITE) != 0,
		.execute = (p->flags & FLAG_EXECUTE) != 0,
	};
	f->segments += 1;
	f->end = to;
	return SOLO5_FILE_OK;
}

static enum solo5_file_verdict add_note(struct solo5_file *f, const struct part *p, u64 file_bytes)
{
	if (f->notes >= SOLO5_NOTES)
		return SOLO5_FILE_TOO_MANY;
	if (p->offset + p->file_bytes > file_bytes)
		return SOLO5_FILE_CUT_OFF;
	f->note[f->notes] = (struct solo5_note){ p->offset, p->file_bytes };
	f->notes += 1;
	return SOLO5_FILE_OK;
}

static enum solo5_file_verdict read_file(
	struct view head, u64 file_bytes, u64 memory_bytes, struct solo5_file *f)
{
	struct header h;
	enum solo5_file_verdict v = read_header(head, &h);
	struct reader r = reader_of(head);

	if (v != SOLO5_FILE_OK)
		return v;
	if (h.segments_at > head.n)
		return SOLO5_FILE_CUT_OFF;
	read_seek(&r, (usize)h.segments_at);
	for (u32 i = 0; i < h.segments && v == SOLO5_FILE_OK; i += 1) {
		struct part p = read_part(&r);

		if (read_bad(&r))
			v = SOLO5_FILE_CUT_OFF;
		else if (p.type == PT_LOAD)
			v = add_segment(f, &p, file_bytes, memory_bytes);
		else if (p.type == PT_NOTE)
			v = add_note(f, &p, file_bytes);
	}
	if (v != SOLO5_FILE_OK)
		return v;
	if (f->segments == 0)
		return SOLO5_FILE_TOO_MANY;
	f->entry = h.entry;
	return h.entry >= SOLO5_BASE && h.entry < f->end ? SOLO5_FILE_OK : SOLO5_FILE_OUTSIDE;
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
