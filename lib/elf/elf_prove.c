/* prove: lib/elf/elf.c
 *
 * elf_prove.c - any file's page, and another one to look for its parts in. */
#include "lib/elf/elf.h"
#include "verify/model.h"

static u8 page[4096];

int main(void)
{
	struct elf_part part;
	struct elf e;

	while (NONDET()) {
		enum elf_verdict v = elf_read(&e, any_view(page));

		for (usize i = 0; i < sizeof page; i += 1)
			page[i] = any_u8();
		while (elf_next(&e, any_view(page), &part) && NONDET())
			;
		/* what a loader does with them */
		(void)(part.type == e.type &&
			part.offset + part.file_bytes + part.address + part.memory_bytes > e.entry);
		(void)(v == ELF_OK && e.type == e.machine);
	}
	return 0;
}
