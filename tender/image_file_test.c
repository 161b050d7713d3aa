/* image_file_test.c - a small image's headers, and each thing that may be wrong with them. */
#include "tender/image_file.h"
#include "lib/elf/elf_test.h"
#include "test/test.h"
#include <stddef.h>

enum { FILE_BYTES = 0x4000 };

struct headers {
	Elf64_Ehdr elf;
	Elf64_Phdr segment[7];
};

/* Constants, code, data with zeroes behind, the dynamic section and RELRO in the data, notes. */
static struct headers good(void)
{
	struct headers h = { .elf = elf_test_header(6) };

	h.segment[0] = (Elf64_Phdr){ PT_LOAD, PF_R, 0, 0, 0, 0x800, 0x800, 0x1000 };
	h.segment[1] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_X, 0x1000, 0x1000, 0, 0x900, 0x900, 0x1000 };
	h.segment[2] = (Elf64_Phdr){ PT_LOAD, PF_R | PF_W, 0x2000, 0x2000, 0, 0x1100, 0x5000, 0x1000 };
	h.segment[3] = (Elf64_Phdr){ PT_DYNAMIC, PF_R | PF_W, 0x2100, 0x2100, 0, 0x100, 0x100, 8 };
	h.segment[4] = (Elf64_Phdr){ PT_GNU_RELRO, PF_R, 0x2000, 0x2000, 0, 0x1000, 0x1000, 1 };
	h.segment[5] = (Elf64_Phdr){ PT_NOTE, PF_R, 0x200, 0x200, 0, 0x40, 0x40, 4 };
	return h;
}

static enum image_file_verdict verdict(const struct headers *h, struct image_file *f)
{
	return image_file_read(f, view_make(h, sizeof *h), FILE_BYTES, EM_X86_64);
}

TEST(a_good_image_is_read)
{
	struct headers h = good();
	struct image_file f;

	EXPECT_EQ(verdict(&h, &f), IMAGE_FILE_OK);
	EXPECT_EQ(f.segments, 3);
	EXPECT_EQ(f.bytes, 0x7000);
	EXPECT_EQ(f.entry, 0x1010);
	EXPECT_EQ(f.relro, 0x2000);
	EXPECT_EQ(f.relro_bytes, 0x1000);
	EXPECT_EQ(f.notes_bytes, 0x40);
	EXPECT(image_file_has(&f, 0x30f8, 8, true));
	EXPECT(!image_file_has(&f, 0x30f9, 8, true));
	EXPECT(!image_file_has(&f, 0x1000, 8, true));
	EXPECT(!image_file_has(&f, ~0ull, 8, false));
	EXPECT(!image_file_has(&f, 0x2000, ~0ull, false));
}

/* One number in the headers is changed. */
struct change {
	enum image_file_verdict verdict;
	usize at, bytes;
	u64 value;
};

#define ELF(field, v, verdict) { verdict, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field), v }
#define SEGMENT(i, field, v, verdict)                                                                        \
	{ verdict, offsetof(struct headers, segment[i]) + offsetof(Elf64_Phdr, field),                       \
		sizeof(((Elf64_Phdr *)0)->field), v }

TEST(what_is_wrong_is_said)
{
	const struct change changes[] = {
		ELF(e_ident[1], 'X', IMAGE_FILE_FOREIGN),
		ELF(e_ident[4], ELFCLASS32, IMAGE_FILE_FOREIGN),
		ELF(e_ident[5], ELFDATA2MSB, IMAGE_FILE_FOREIGN),
		ELF(e_machine, EM_AARCH64, IMAGE_FILE_FOREIGN),
		ELF(e_type, ET_EXEC, IMAGE_FILE_FIXED),
		ELF(e_phentsize, 32, IMAGE_FILE_FOREIGN),
		ELF(e_phoff, 0x10000, IMAGE_FILE_CUT),
		ELF(e_phoff, ~0ull, IMAGE_FILE_CUT),
		ELF(e_phnum, 60, IMAGE_FILE_CUT),
		ELF(e_entry, 0x2010, IMAGE_FILE_ENTRY),
		ELF(e_entry, 0x1900, IMAGE_FILE_ENTRY),
		ELF(e_entry, ~0ull, IMAGE_FILE_ENTRY),
		SEGMENT(3, p_type, PT_INTERP, IMAGE_FILE_FIXED),
		SEGMENT(1, p_flags, PF_R | PF_W | PF_X, IMAGE_FILE_WRITE_EXEC),
		SEGMENT(1, p_vaddr, 0x0, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(1, p_vaddr, 0x1008, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(0, p_vaddr, 0x5000, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(1, p_memsz, 0x5000, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(2, p_memsz, 0x100, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(2, p_memsz, 1ull << 40, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(2, p_memsz, ~0ull, IMAGE_FILE_SEGMENTS_BAD),
		SEGMENT(2, p_filesz, 0x3000, IMAGE_FILE_CUT),
		SEGMENT(2, p_offset, 1ull << 63, IMAGE_FILE_CUT),
		SEGMENT(3, p_vaddr, 0x3080, IMAGE_FILE_RANGE),
		SEGMENT(3, p_filesz, ~0ull, IMAGE_FILE_RANGE),
		SEGMENT(4, p_vaddr, 0x1000, IMAGE_FILE_RANGE),
		SEGMENT(4, p_memsz, 0x9000, IMAGE_FILE_RANGE),
		SEGMENT(4, p_memsz, ~0ull, IMAGE_FILE_RANGE),
		SEGMENT(5, p_filesz, 0x2000, IMAGE_FILE_RANGE),
		SEGMENT(5, p_offset, 0x3ff0, IMAGE_FILE_RANGE),
	};

	for (usize i = 0; i < COUNT(changes); i += 1) {
		struct headers h = good();
		struct image_file f;

		memcpy((u8 *)&h + changes[i].at, &changes[i].value, changes[i].bytes);
		if (verdict(&h, &f) != changes[i].verdict)
			test_fail(__FILE__, __LINE__, "change %zu: verdict %d, not %d", i, verdict(&h, &f),
				changes[i].verdict);
	}
}

TEST(a_file_that_ends_early_is_cut_wherever_it_ends)
{
	struct headers h = good();
	struct image_file f;

	for (usize n = 0; n < sizeof h.elf + 6 * sizeof h.segment[0]; n += 1)
		EXPECT(image_file_read(&f, view_make(&h, n), FILE_BYTES, EM_X86_64) != IMAGE_FILE_OK);
}
