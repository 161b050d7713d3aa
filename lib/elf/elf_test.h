/* elf_test.h - the header of a file that is in order, for tests that then spoil it. */
#ifndef LIB_ELF_ELF_TEST_H
#define LIB_ELF_ELF_TEST_H

#include <elf.h>

static inline Elf64_Ehdr elf_test_header(Elf64_Half parts)
{
	return (Elf64_Ehdr){ .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, 1 },
		.e_type = ET_DYN,
		.e_machine = EM_X86_64,
		.e_version = 1,
		.e_entry = 0x1010,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = parts };
}

#endif
