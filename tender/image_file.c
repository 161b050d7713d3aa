/* image_file.c - see image_file.h. */
#include "tender/image_file.h"
#include "lib/elf/elf.h"

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

static enum image_file_verdict add_segment(struct image_file *f, const struct elf_part *p, u64 file_bytes)
{
	bool first = f->segments == 0;

	if (p->memory_bytes == 0)
		return IMAGE_FILE_OK;
	if (f->segments == IMAGE_FILE_SEGMENTS || p->address > IMAGE_FILE_BYTES ||
		p->memory_bytes > IMAGE_FILE_BYTES - p->address || p->file_bytes > p->memory_bytes)
		return IMAGE_FILE_SEGMENTS_BAD;
	if (p->offset > file_bytes || p->file_bytes > file_bytes - p->offset)
		return IMAGE_FILE_CUT;
	if (p->offset % IMAGE_FILE_PAGE != p->address % IMAGE_FILE_PAGE ||
		(first ? p->address >= IMAGE_FILE_PAGE
		       : p->address / IMAGE_FILE_PAGE * IMAGE_FILE_PAGE < f->bytes))
		return IMAGE_FILE_SEGMENTS_BAD;
	if (p->execute && p->write)
		return IMAGE_FILE_WRITE_EXEC;
	if (!p->write && p->file_bytes != p->memory_bytes)
		return IMAGE_FILE_SEGMENTS_BAD;
	f->segment[f->segments] = (struct image_segment){
		.offset = p->offset,
		.file_bytes = p->file_bytes,
		.address = p->address,
		.memory_bytes = p->memory_bytes,
		.written = p->write,
		.executed = p->execute,
	};
	f->segments += 1;
	f->bytes = page_up(p->address + p->memory_bytes);
	return IMAGE_FILE_OK;
}

static enum image_file_verdict add_notes(struct image_file *f, const struct elf_part *p, u64 file_bytes)
{
	if (p->file_bytes > IMAGE_FILE_NOTES || p->offset > file_bytes ||
		p->file_bytes > file_bytes - p->offset)
		return IMAGE_FILE_RANGE;
	f->notes_offset = p->offset;
	f->notes_bytes = p->file_bytes;
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

static enum image_file_verdict add_part(struct image_file *f, const struct elf_part *p, u64 file_bytes)
{
	switch (p->type) {
	case ELF_PART_INTERPRETER: return IMAGE_FILE_FIXED;
	case ELF_PART_LOAD: return add_segment(f, p, file_bytes);
	case ELF_PART_NOTE: return f->notes_bytes == 0 ? add_notes(f, p, file_bytes) : IMAGE_FILE_OK;
	case ELF_PART_DYNAMIC:
		f->dynamic = p->address;
		f->dynamic_bytes = p->file_bytes;
		return IMAGE_FILE_OK;
	case ELF_PART_RELRO:
		f->relro = p->address;
		f->relro_bytes = p->memory_bytes;
		return IMAGE_FILE_OK;
	default: return IMAGE_FILE_OK;
	}
}

enum image_file_verdict image_file_read(
	struct image_file *out, struct view first, u64 file_bytes, u16 machine)
{
	struct elf elf;
	struct elf_part p;
	enum elf_verdict its = elf_read(&elf, first);
	enum image_file_verdict v = IMAGE_FILE_OK;

	*out = (struct image_file){ .entry = elf.entry };
	if (its == ELF_CUT)
		return IMAGE_FILE_CUT;
	if (its != ELF_OK || elf.machine != machine)
		return IMAGE_FILE_FOREIGN;
	if (elf.type != ELF_TYPE_DYN)
		return IMAGE_FILE_FIXED;
	while (v == IMAGE_FILE_OK && elf_next(&elf, first, &p))
		v = add_part(out, &p, file_bytes);
	return v == IMAGE_FILE_OK ? check_ranges(out) : v;
}
