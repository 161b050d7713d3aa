/* image.c - see image.h. Names and numbers: System V ABI, gABI chapters 4 and 5; psABI for x86-64, 4.4. */
#include "tender/image.h"

enum {
	ELF_HEADER_BYTES = 64,
	ELF_SEGMENT_BYTES = 56,
	ELF_DYNAMIC_BYTES = 16,
	ELF_RELA_BYTES = 24,
	TYPE_DYN = 3,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	PT_INTERP = 3,
	PT_NOTE = 4,
	PT_GNU_RELRO = 0x6474e552,
	FLAG_EXECUTE = 1,
	FLAG_WRITE = 2,
	DT_END = 0,
	DT_NEEDED = 1,
	DT_RELA = 7,
	DT_RELASZ = 8,
	DT_REL = 17,
	DT_JMPREL = 23,
	DT_RELR = 36,
	RELATIVE_X86_64 = 8,
	RELATIVE_AARCH64 = 1027,
	MACHINE_AARCH64 = 183,
};

static u64 page_down(u64 at)
{
	return at / IMAGE_PAGE_BYTES * IMAGE_PAGE_BYTES;
}

static u64 page_up(u64 at)
{
	return page_down(at + IMAGE_PAGE_BYTES - 1u);
}

/* ---- headers ---- */

struct header {
	u64 entry, segments_at;
	u16 segments;
};

static enum image_verdict read_header(struct reader *r, u16 machine, struct header *h)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', 2, 1, 1 }; /* 64 bits, little-endian, version 1 */
	struct view id = read_view(r, 16);
	u16 type = read_le16(r), made_for = read_le16(r);
	u32 version = read_le32(r);

	*h = (struct header){ 0 };
	h->entry = read_le64(r);
	h->segments_at = read_le64(r);
	read_skip(r, 8 + 4 + 2); /* sections, flags, this header's size */
	u16 segment_bytes = read_le16(r);
	h->segments = read_le16(r);
	if (read_bad(r) || !view_starts(id, view_of(ident)) || version != 1)
		return IMAGE_NO_ELF;
	if (made_for != machine)
		return IMAGE_OTHER_MACHINE;
	if (type != TYPE_DYN)
		return IMAGE_NOT_RELOCATABLE;
	return segment_bytes == ELF_SEGMENT_BYTES ? IMAGE_OK : IMAGE_NO_ELF;
}

struct part {
	u32 type, flags;
	u64 offset, address, file_bytes, memory_bytes;
};

static struct part read_part(struct reader *r)
{
	struct part p = { 0 };

	p.type = read_le32(r);
	p.flags = read_le32(r);
	p.offset = read_le64(r);
	p.address = read_le64(r);
	read_skip(r, 8); /* the physical address */
	p.file_bytes = read_le64(r);
	p.memory_bytes = read_le64(r);
	read_skip(r, 8); /* alignment: pages are checked instead */
	return p;
}

static enum image_verdict add_segment(struct image *image, const struct part *p, u64 file_bytes)
{
	if (p->memory_bytes == 0)
		return IMAGE_OK;
	if (image->segments == IMAGE_SEGMENTS)
		return IMAGE_TOO_MANY_PARTS;
	if (p->offset > file_bytes || p->file_bytes > file_bytes - p->offset)
		return IMAGE_CUT_OFF;
	if (p->address > IMAGE_BYTES_MOST || p->memory_bytes > IMAGE_BYTES_MOST - p->address)
		return IMAGE_TOO_LARGE;
	if (p->file_bytes > p->memory_bytes || page_down(p->address) < image->bytes)
		return IMAGE_OVERLAPS;
	if ((p->flags & FLAG_WRITE) != 0 && (p->flags & FLAG_EXECUTE) != 0)
		return IMAGE_WRITABLE_CODE;
	image->segment[image->segments] = (struct image_segment){
		.offset = p->offset,
		.file_bytes = p->file_bytes,
		.address = p->address,
		.memory_bytes = p->memory_bytes,
		.write = (p->flags & FLAG_WRITE) != 0,
		.execute = (p->flags & FLAG_EXECUTE) != 0,
	};
	image->segments += 1;
	image->bytes = page_up(p->address + p->memory_bytes);
	return IMAGE_OK;
}

/* Inside one segment's bytes, so that what is there came from the file. */
static bool within(const struct image *image, struct image_range r)
{
	for (u32 i = 0; i < image->segments; i += 1) {
		const struct image_segment *s = &image->segment[i];

		if (r.address >= s->address && r.address - s->address <= s->memory_bytes &&
			r.bytes <= s->memory_bytes - (r.address - s->address))
			return true;
	}
	return false;
}

static enum image_verdict check(struct image *image, const struct part *relro)
{
	const struct image_range none = { 0, 0 };

	if (image->segments == 0)
		return IMAGE_TOO_MANY_PARTS;
	if (image->dynamic.bytes > 0 && !within(image, image->dynamic))
		return IMAGE_CUT_OFF;
	if (image->notes.bytes > 0 && !within(image, image->notes))
		return IMAGE_CUT_OFF;
	image->relro = none;
	if (relro->memory_bytes > 0) {
		struct image_range r = { relro->address, relro->memory_bytes };

		if (r.address % IMAGE_PAGE_BYTES != 0 || !within(image, r))
			return IMAGE_OVERLAPS;
		r.bytes = page_down(r.address + r.bytes) - r.address;
		image->relro = r;
	}

	struct image_access first = image_access(image, image->entry);

	return image->entry < image->bytes && first.execute ? IMAGE_OK : IMAGE_BAD_ENTRY;
}

enum image_verdict image_read(struct view head, u64 file_bytes, u16 machine, struct image *image)
{
	struct reader r = reader_of(head);
	struct header h;
	struct part relro = { 0 };
	enum image_verdict v = read_header(&r, machine, &h);

	*image = (struct image){ .machine = machine };
	if (v != IMAGE_OK)
		return v;
	image->entry = h.entry;
	if (h.segments_at > head.n)
		return IMAGE_CUT_OFF;
	read_seek(&r, (usize)h.segments_at);
	for (u32 i = 0; i < h.segments && v == IMAGE_OK; i += 1) {
		struct part p = read_part(&r);

		if (read_bad(&r))
			v = IMAGE_CUT_OFF;
		else if (p.type == PT_LOAD)
			v = add_segment(image, &p, file_bytes);
		else if (p.type == PT_INTERP)
			v = IMAGE_WANTS_A_LINKER;
		else if (p.type == PT_DYNAMIC)
			image->dynamic = (struct image_range){ p.address, p.memory_bytes };
		else if (p.type == PT_NOTE)
			image->notes = (struct image_range){ p.address, p.memory_bytes };
		else if (p.type == PT_GNU_RELRO)
			relro = p;
	}
	return v == IMAGE_OK ? check(image, &relro) : v;
}

/* ---- memory ---- */

struct image_access image_access(const struct image *image, u64 address)
{
	u64 page = page_down(address);

	for (u32 i = 0; i < image->segments; i += 1) {
		const struct image_segment *s = &image->segment[i];

		if (page < page_down(s->address) || page >= page_up(s->address + s->memory_bytes))
			continue;
		bool relro = page >= image->relro.address && page - image->relro.address < image->relro.bytes;

		return (struct image_access){ true, s->write && !relro, s->execute };
	}
	return (struct image_access){ false, false, false };
}

static u32 relative_kind(u16 machine)
{
	return machine == MACHINE_AARCH64 ? RELATIVE_AARCH64 : RELATIVE_X86_64;
}

static enum image_verdict relocate(
	const struct image *image, struct span memory, struct image_range table, u64 base)
{
	struct reader r =
		reader_of(view_first(view_from(span_view(memory), (usize)table.address), (usize)table.bytes));

	while (read_left(&r) >= ELF_RELA_BYTES) {
		struct image_range word = { read_le64(&r), 8 };
		u64 info = read_le64(&r), addend = read_le64(&r);

		/* one that changes the table itself would be read as another: refused */
		if ((u32)info != relative_kind(image->machine) || !within(image, word) ||
			addend > image->bytes ||
			(word.address < table.address + table.bytes && word.address + 8 > table.address))
			return IMAGE_BAD_RELOCATION;

		struct writer w = writer_of(span_first(span_from(memory, (usize)word.address), 8));

		write_le64(&w, base + addend);
	}
	return read_left(&r) == 0 ? IMAGE_OK : IMAGE_BAD_RELOCATION;
}

enum image_verdict image_link(const struct image *image, struct span memory, u64 base)
{
	struct reader r = reader_of(view_first(
		view_from(span_view(memory), (usize)image->dynamic.address), (usize)image->dynamic.bytes));
	struct image_range table = { 0, 0 };

	require(memory.n == image->bytes);
	while (read_left(&r) >= ELF_DYNAMIC_BYTES) {
		u64 tag = read_le64(&r), value = read_le64(&r);

		if (tag == DT_END)
			break;
		if (tag == DT_NEEDED)
			return IMAGE_WANTS_A_LINKER;
		if (tag == DT_REL || tag == DT_RELR || tag == DT_JMPREL)
			return IMAGE_BAD_RELOCATION;
		if (tag == DT_RELA)
			table.address = value;
		if (tag == DT_RELASZ)
			table.bytes = value;
	}
	if (table.bytes == 0)
		return IMAGE_OK;
	return within(image, table) ? relocate(image, memory, table, base) : IMAGE_BAD_RELOCATION;
}

/* gABI 5: name's length with its zero, content's length, type; both padded to 4. */
struct view image_note(const struct image *image, struct view memory, struct view name, u32 type)
{
	struct reader r = reader_of(
		view_first(view_from(memory, (usize)image->notes.address), (usize)image->notes.bytes));

	while (read_left(&r) >= 12) {
		u32 name_bytes = read_le32(&r), bytes = read_le32(&r), its = read_le32(&r);
		struct view its_name = read_view(&r, name_bytes);

		read_skip(&r, (4u - name_bytes % 4u) % 4u);

		struct view content = read_view(&r, bytes);

		read_skip(&r, (4u - bytes % 4u) % 4u);
		if (read_bad(&r))
			return view_none();
		if (its == type && its_name.n == name.n + 1 && view_starts(its_name, name) &&
			view_at(its_name, name.n) == 0)
			return content;
	}
	return view_none();
}

struct view image_verdict_text(enum image_verdict v)
{
	switch (v) {
	case IMAGE_OK: return text("it is an image");
	case IMAGE_NO_ELF: return text("it is no ELF file of 64 bits");
	case IMAGE_OTHER_MACHINE: return text("it is made for another processor");
	case IMAGE_NOT_RELOCATABLE: return text("it wants a fixed address: images are position-independent");
	case IMAGE_WANTS_A_LINKER: return text("it wants a dynamic linker: images stand alone");
	case IMAGE_CUT_OFF: return text("it is cut off: a part of it lies past the end of the file");
	case IMAGE_TOO_MANY_PARTS: return text("it has no segments, or more than eight");
	case IMAGE_TOO_LARGE: return text("its memory would be larger than 512 MB");
	case IMAGE_OVERLAPS: return text("its segments are out of order or share a page");
	case IMAGE_WRITABLE_CODE: return text("it has memory that may be written and executed");
	case IMAGE_BAD_ENTRY: return text("it starts outside its code");
	case IMAGE_BAD_RELOCATION: return text("a relocation is of a kind, or at a place, that it cannot be");
	}
	return view_none();
}
