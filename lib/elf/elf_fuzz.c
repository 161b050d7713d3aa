/* elf_fuzz.c - files of any content: every part that is counted can be read from the page, and its numbers can be added. */
#include "lib/elf/elf.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	u8 *p = malloc(size + (size == 0));
	struct view first = view_make(p, size);
	struct elf e;

	if (size > 0)
		memcpy(p, data, size);

	enum elf_verdict v = elf_read(&e, first);

	require(v == ELF_OK || e.parts == 0);
	require(e.entry <= ELF_VAST && (usize)e.parts_at + e.parts * 56u <= size);

	struct elf_part part;

	while (elf_next(&e, first, &part)) {
		u64 most[] = { part.offset, part.file_bytes, part.address, part.memory_bytes, part.align };

		for (u32 k = 0; k < COUNT(most); k += 1)
			require(most[k] <= ELF_VAST);
	}
	require(e.seen == e.parts);
	free(p);
	return 0;
}
