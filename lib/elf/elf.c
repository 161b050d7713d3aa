/* elf.c - see elf.h. */
#include "lib/elf/elf.h"
#include "base/reader.h"

enum {
	IDENT_BYTES = 16,
	CLASS_64 = 2,
	LITTLE_ENDIAN = 1,
	VERSION = 1,
	HEADER_BYTES = 64,
	PART_BYTES = 56,
	FLAG_EXECUTE = 1,
	FLAG_WRITE = 2,
	FLAG_READ = 4,
};

static u64 read_number(struct reader *r)
{
	u64 v = read_le64(r);

	return v < ELF_VAST ? v : ELF_VAST;
}

enum elf_verdict elf_read(struct elf *out, struct view first)
{
	static const u8 ident[] = { 0x7f, 'E', 'L', 'F', CLASS_64, LITTLE_ENDIAN };
	struct reader r = reader_of(first);
	struct elf e = { 0 };

	*out = e;
	if (!view_starts(read_view(&r, IDENT_BYTES), view_of(ident)))
		return ELF_FOREIGN;
	e.type = read_le16(&r);
	e.machine = read_le16(&r);

	u32 version = read_le32(&r);

	e.entry = read_number(&r);

	u64 parts_at = read_number(&r);

	read_skip(&r, 8 + 4); /* sections, flags */

	u16 header_bytes = read_le16(&r), part_bytes = read_le16(&r);

	e.parts = read_le16(&r);
	if (read_bad(&r))
		return ELF_CUT;
	if (version != VERSION || header_bytes != HEADER_BYTES || part_bytes != PART_BYTES)
		return ELF_FOREIGN;
	if (parts_at > first.n || view_from(first, (usize)parts_at).n < e.parts * PART_BYTES)
		return ELF_CUT;
	e.parts_at = (u32)parts_at;
	*out = e;
	return ELF_OK;
}

bool elf_next(struct elf *elf, struct view first, struct elf_part *out)
{
	struct reader r = reader_of(first);
	struct elf_part p = { 0 };

	*out = p;
	if (elf->seen >= elf->parts)
		return false;
	read_seek(&r, (usize)elf->parts_at + elf->seen * PART_BYTES);
	elf->seen += 1;
	p.type = read_le32(&r);

	u32 flags = read_le32(&r);

	p.read = (flags & FLAG_READ) != 0;
	p.write = (flags & FLAG_WRITE) != 0;
	p.execute = (flags & FLAG_EXECUTE) != 0;
	p.offset = read_number(&r);
	p.address = read_number(&r);
	read_skip(&r, 8); /* the physical address */
	p.file_bytes = read_number(&r);
	p.memory_bytes = read_number(&r);
	p.align = read_number(&r);
	*out = p;
	return true;
}
