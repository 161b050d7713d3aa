/* image_file.c - see image_file.h. */
#include "tender/image_file.h"
#include "base/reader.h"

enum {
	CLASS_64 = 2,
	LITTLE_ENDIAN = 1,
	TYPE_DYN = 3,
	HEADER_BYTES = 64,
	SEGMENT_BYTES = 56,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	FLAG_EXEC = 1,
	FLAG_WRITE = 2,
};

#define PT_RELRO 0x6474e552u

struct view image_file_verdict_text(enum image_file_verdict v)
{
	switch (v) {
	case IMAGE_FILE_OK: return text("fine");
	case IMAGE_FILE_FOREIGN: return text("not an ELF file for this machine");
	case IMAGE_FILE_FIXED: return text("not a static, position-independent program");
	case IMAGE_FILE_CUT: return text("the file is cut off");
	case IMAGE_FILE_SEGMENTS_BAD: return text("its segments are too many, too large or not in order");
	case IMAGE_FILE_WRITE_EXEC: return text("a segment is both written and executed");
	case IMAGE_FILE_ENTRY: return text("its entry is not in its code");
	case IMAGE_FILE_RANGE: return text("its relocations or notes lie outside of it");
	}
	return text("unknown");
}

static u64 page_up(u64 n)
{
	return (n + IMAGE_FILE_PAGE - 1) / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE;
}

/* One program header. */
struct header {
	u32 type, flags;
	u64 offset, address, file_bytes, memory_bytes;
};

static struct header read_header(struct reader *r)
{
	struct header h = { 0 };

	h.type = read_le32(r);
	h.flags = read_le32(r);
	h.offset = read_le64(r);
	h.address = read_le64(r);
	read_le64(r);
	h.file_bytes = read_le64(r);
	h.memory_bytes = read_le64(r);
	read_le64(r);
	return h;
}

static enum image_file_verdict add_segment(struct image_file *f, const struct header *h, u64 file_bytes)
{
	bool first = f->segments == 0;

	if (h->memory_bytes == 0)
		return IMAGE_FILE_OK;
	if (f->segments == IMAGE_FILE_SEGMENTS || h->address > IMAGE_FILE_BYTES ||
		h->memory_bytes > IMAGE_FILE_BYTES - h->address || h->file_bytes > h->memory_bytes)
		return IMAGE_FILE_SEGMENTS_BAD;
	if (h->offset > file_bytes || h->file_bytes > file_bytes - h->offset)
		return IMAGE_FILE_CUT;
	if (h->offset % IMAGE_FILE_PAGE != h->address % IMAGE_FILE_PAGE ||
		(first ? h->address >= IMAGE_FILE_PAGE
		       : h->address / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE < f->bytes))
		return IMAGE_FILE_SEGMENTS_BAD;
	if ((h->flags & (FLAG_EXEC | FLAG_WRITE)) == (FLAG_EXEC | FLAG_WRITE))
		return IMAGE_FILE_WRITE_EXEC;
	if ((h->flags & FLAG_WRITE) == 0 && h->file_bytes != h->memory_bytes)
		return IMAGE_FILE_SEGMENTS_BAD;
	f->segment[f->segments] = (struct image_segment){
		.offset = h->offset,
		.file_bytes = h->file_bytes,
		.address = h->address,
		.memory_bytes = h->memory_bytes,
		.written = (h->flags & FLAG_WRITE) != 0,
		.executed = (h->flags & FLAG_EXEC) != 0,
	};
	f->segments += 1;
	f->bytes = page_up(h->address + h->memory_bytes);
	return IMAGE_FILE_OK;
}

static enum image_file_verdict add_notes(struct image_file *f, const struct header *h, u64 file_bytes)
{
	if (h->file_bytes > IMAGE_FILE_NOTES || h->offset > file_bytes ||
		h->file_bytes > file_bytes - h->offset)
		return IMAGE_FILE_RANGE;
	f->notes_offset = h->offset;
	f->notes_bytes = h->file_bytes;
	return IMAGE_FILE_OK;
}

bool image_file_has(const struct image_file *f, u64 at, u64 bytes, bool written)
{
	for (u32 i = 0; i < f->segments; i += 1) {
		const struct image_segment *s = &f->segment[i];

		if (at >= s->address && at - s->address <= s->file_bytes &&
			bytes <= s->file_bytes - (at - s->address) && (s->written || !written))
			return true;
	}
	return false;
}

/* What lies in the segments, once they are known. */
static enum image_file_verdict check_ranges(struct image_file *f)
{
	bool code = false;

	for (u32 i = 0; i < f->segments; i += 1) {
		const struct image_segment *s = &f->segment[i];

		code = code ||
		       (s->executed && f->entry >= s->address && f->entry - s->address < s->file_bytes);
	}
	if (!code)
		return IMAGE_FILE_ENTRY;
	if (f->dynamic_bytes > 0 && !image_file_has(f, f->dynamic, f->dynamic_bytes, false))
		return IMAGE_FILE_RANGE;
	if (f->relro_bytes > IMAGE_FILE_BYTES || f->relro > IMAGE_FILE_BYTES)
		return IMAGE_FILE_RANGE;
	if (f->relro_bytes > 0) {
		u64 from = f->relro / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE;
		u64 to = (f->relro + f->relro_bytes) / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE;
		bool inside = false;

		for (u32 i = 0; i < f->segments; i += 1) {
			const struct image_segment *s = &f->segment[i];
			u64 begin = s->address / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE;

			inside = inside ||
				 (s->written && from >= begin && to <= page_up(s->address + s->memory_bytes));
		}
		if (!inside)
			return IMAGE_FILE_RANGE;
		f->relro = from;
		f->relro_bytes = to > from ? to - from : 0;
	}
	return IMAGE_FILE_OK;
}

static enum image_file_verdict read_headers(struct image_file *f, struct reader *r, u32 count, u64 file_bytes)
{
	enum image_file_verdict v = IMAGE_FILE_OK;

	for (u32 i = 0; i < count && v == IMAGE_FILE_OK; i += 1) {
		struct header h = read_header(r);

		if (read_bad(r))
			return IMAGE_FILE_CUT;
		if (h.type == PT_INTERP)
			v = IMAGE_FILE_FIXED;
		if (h.type == PT_LOAD)
			v = add_segment(f, &h, file_bytes);
		if (h.type == PT_NOTE && f->notes_bytes == 0)
			v = add_notes(f, &h, file_bytes);
		if (h.type == PT_DYNAMIC) {
			f->dynamic = h.address;
			f->dynamic_bytes = h.file_bytes;
		}
		if (h.type == PT_RELRO) {
			f->relro = h.address;
			f->relro_bytes = h.memory_bytes;
		}
	}
	return v;
}

enum image_file_verdict image_file_read(
	struct image_file *out, struct view first, u64 file_bytes, u16 machine)
{
	struct reader r = reader_of(first);
	bool elf = view_equal(read_view(&r, 4), text("\177ELF"));

	*out = (struct image_file){ 0 };
	elf = elf && read_u8(&r) == CLASS_64;
	elf = elf && read_u8(&r) == LITTLE_ENDIAN;
	read_seek(&r, 16);

	u16 type = read_le16(&r), its_machine = read_le16(&r);

	read_le32(&r);
	out->entry = read_le64(&r);

	u64 headers_at = read_le64(&r);

	read_seek(&r, 54);

	u16 header_bytes = read_le16(&r), headers = read_le16(&r);

	if (read_bad(&r) || !elf || its_machine != machine)
		return IMAGE_FILE_FOREIGN;
	if (type != TYPE_DYN)
		return IMAGE_FILE_FIXED;
	if (header_bytes != SEGMENT_BYTES || headers_at > first.n)
		return IMAGE_FILE_CUT;
	read_seek(&r, (usize)headers_at);

	enum image_file_verdict v = read_headers(out, &r, headers, file_bytes);

	return v == IMAGE_FILE_OK ? check_ranges(out) : v;
}
