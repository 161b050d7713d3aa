/* elf.h - the headers of an ELF64 little-endian file: what it is for, where it begins, what is to be loaded.
 *
 * A core, and the one place where a file's headers are read; a file may be hostile. Who loads it decides what it asks of
 * these numbers (tender/image_file.h of our images, lib/solo5/solo5_file.h of Solo5's). System V gABI, chapters 4 and 5.
 *
 *     elf_read(&elf, the file's first page)
 *     while (elf_next(&elf, the same page, &part)) ...
 *
 * Only the page is looked at: program headers ("parts" here) stand in it. Every
 * number is at most ELF_VAST, so sums of a few of them do not wrap; what is so
 * large is outside of every file and memory.
 */
#ifndef LIB_ELF_H
#define LIB_ELF_H

#include "base/view.h"

#define ELF_VAST (1ull << 60)

enum elf_verdict {
	ELF_OK,
	ELF_FOREIGN, /* not such a file */
	ELF_CUT      /* its headers are not all in the page */
};

enum elf_type { ELF_TYPE_EXEC = 2, ELF_TYPE_DYN = 3 };

enum elf_part_type {
	ELF_PART_LOAD = 1,
	ELF_PART_DYNAMIC = 2,
	ELF_PART_INTERPRETER = 3,
	ELF_PART_NOTE = 4,
	ELF_PART_RELRO = 0x6474e552,
};

struct elf {
	u32 type, machine; /* enum elf_type; EM_... */
	u64 entry;
	u32 parts, seen; /* how many there are, and how many elf_next() has given */
	u32 parts_at;    /* in the page */
};

struct elf_part {
	u32 type; /* enum elf_part_type */
	bool read, write, execute;
	u64 offset, file_bytes; /* in the file */
	u64 address, memory_bytes, align;
};

/* first: the file's first page, or all of a shorter one. Without ELF_OK there are no parts. */
enum elf_verdict elf_read(struct elf *out, struct view first);

/* The next part; false: there are no more. */
bool elf_next(struct elf *elf, struct view first, struct elf_part *out);

#endif
