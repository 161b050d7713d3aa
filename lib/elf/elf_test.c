/* elf_test.c - a file's headers as a linker writes them, and each thing that may be wrong with them. */
#include "lib/elf/elf.h"
#include "lib/elf/elf_test.h"
#include "test/test.h"
#include <stddef.h>

struct headers {
	Elf64_Ehdr elf;
	Elf64_Phdr part[2];
};

static struct headers good(void)
{
	return (struct headers){
		.elf = elf_test_header(2),
		.part = { { PT_LOAD, PF_R | PF_X, 0x1000, 0x2000, 0x3000, 0x400, 0x500, 0x1000 },
			{ PT_GNU_RELRO, PF_W, 1, ~0ull, 0, ~0ull, 2, ~0ull } },
	};
}

static enum elf_verdict verdict(const struct headers *h, struct elf *e)
{
	return elf_read(e, view_make(h, sizeof *h));
}

TEST(a_files_headers_are_read)
{
	struct headers h = good();
	struct elf e;
	struct elf_part p;

	EXPECT_EQ(verdict(&h, &e), ELF_OK);
	EXPECT(e.type == ELF_TYPE_DYN && e.machine == EM_X86_64 && e.entry == 0x1010 && e.parts == 2);

	EXPECT(elf_next(&e, view_make(&h, sizeof h), &p));
	EXPECT_EQ(p.type, ELF_PART_LOAD);
	EXPECT(p.read && p.execute && !p.write);
	EXPECT(p.offset == 0x1000 && p.address == 0x2000 && p.align == 0x1000);
	EXPECT(p.file_bytes == 0x400 && p.memory_bytes == 0x500);
	EXPECT(elf_next(&e, view_make(&h, sizeof h), &p));
	EXPECT(!elf_next(&e, view_make(&h, sizeof h), &p) && p.memory_bytes == 0);
}

TEST(what_is_outside_of_every_memory_is_cut_to_a_number_that_can_be_added)
{
	struct headers h = good();
	struct elf e;
	struct elf_part p;

	h.elf.e_entry = ~0ull;
	EXPECT_EQ(verdict(&h, &e), ELF_OK);
	EXPECT(e.entry == ELF_VAST);

	EXPECT(elf_next(&e, view_make(&h, sizeof h), &p) && elf_next(&e, view_make(&h, sizeof h), &p));
	EXPECT_EQ(p.type, ELF_PART_RELRO);
	EXPECT(p.write && !p.read && !p.execute);
	EXPECT(p.offset == 1 && p.address == ELF_VAST && p.file_bytes == ELF_VAST && p.align == ELF_VAST);
}

TEST(the_numbers_are_the_systems_own)
{
	EXPECT(ELF_TYPE_EXEC == ET_EXEC && ELF_TYPE_DYN == ET_DYN);
	EXPECT(ELF_PART_LOAD == PT_LOAD && ELF_PART_DYNAMIC == PT_DYNAMIC);
	EXPECT(ELF_PART_INTERPRETER == PT_INTERP && ELF_PART_NOTE == PT_NOTE);
	EXPECT((u32)ELF_PART_RELRO == PT_GNU_RELRO);
}

/* One number in the headers is changed. */
struct change {
	enum elf_verdict verdict;
	usize at, bytes;
	u64 value;
};

#define ELF(field, v, verdict) { verdict, offsetof(Elf64_Ehdr, field), sizeof(((Elf64_Ehdr *)0)->field), v }

TEST(what_is_wrong_is_said_and_leaves_no_parts)
{
	const struct change changes[] = {
		ELF(e_ident[1], 'X', ELF_FOREIGN),
		ELF(e_ident[4], ELFCLASS32, ELF_FOREIGN),
		ELF(e_ident[5], ELFDATA2MSB, ELF_FOREIGN),
		ELF(e_version, 2, ELF_FOREIGN),
		ELF(e_ehsize, 52, ELF_FOREIGN),
		ELF(e_phentsize, 32, ELF_FOREIGN),
		ELF(e_phnum, 3, ELF_CUT),
		ELF(e_phnum, 0xffff, ELF_CUT),
		ELF(e_phoff, 65, ELF_CUT),
		ELF(e_phoff, ~0ull, ELF_CUT),
	};

	for (usize i = 0; i < COUNT(changes); i += 1) {
		struct headers h = good();
		struct elf e;

		memcpy((u8 *)&h + changes[i].at, &changes[i].value, changes[i].bytes);
		if (verdict(&h, &e) != changes[i].verdict || e.parts != 0)
			test_fail(__FILE__, __LINE__, "change %zu: verdict %d, %u parts", i, verdict(&h, &e),
				e.parts);
	}
}

TEST(a_file_that_ends_early_is_foreign_or_cut_wherever_it_ends)
{
	struct headers h = good();
	struct elf e;

	for (usize n = 0; n < sizeof h; n += 1)
		EXPECT_EQ(elf_read(&e, view_make(&h, n)), n < sizeof h.elf.e_ident ? ELF_FOREIGN : ELF_CUT);
}

TEST(a_part_looked_for_in_a_shorter_page_is_empty)
{
	struct headers h = good();
	struct elf e;
	struct elf_part p;

	EXPECT_EQ(verdict(&h, &e), ELF_OK);

	EXPECT(elf_next(&e, view_make(&h, sizeof h.elf), &p));
	EXPECT(p.type == 0 && p.memory_bytes == 0 && !p.write);
}
