/* elf.h - the few fields of ELF64 that a program needs to know itself and its vdso by. */
#ifndef PLAT_LINUX_ELF_H
#define PLAT_LINUX_ELF_H

#include "base/types.h"

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version;
	u64 entry, segments_at, sections_at;
	u32 flags;
	u16 header_bytes, segment_bytes, segments, section_bytes, sections, names;
};

enum { ELF_LOAD = 1, ELF_DYNAMIC = 2, ELF_GNU_RELRO = 0x6474e552, ELF_WRITTEN = 2 };

struct elf_segment {
	u32 type, flags;
	u64 offset, address, physical, file_bytes, memory_bytes, align;
};

enum {
	ELF_DT_END = 0,
	ELF_DT_STRTAB = 5,
	ELF_DT_SYMTAB = 6,
	ELF_DT_RELA = 7,
	ELF_DT_RELASZ = 8,
	ELF_DT_RELRSZ = 35,
	ELF_DT_RELR = 36,
	ELF_DT_GNU_HASH = 0x6ffffef5,
};

struct elf_dynamic {
	u64 tag, value;
};

struct elf_rela {
	u64 offset, info;
	i64 addend;
};

struct elf_symbol {
	u32 name;
	u8 info, other;
	u16 section;
	u64 value, bytes;
};

#endif
