/* bill.c - see bill.h. The ELF file's sections and symbols are read here; llvm-nm
 * is asked only for what the debug information knows: the source of each symbol. */
#include "tool/bill.h"
#include "tool/files.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include <elf.h>
#include <stdlib.h>
#include <string.h>

static void add_sections(struct bill *b, const char *bytes, size_t n, const char *path)
{
	Elf64_Ehdr head;

	if (n < sizeof head || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		stop_with("%s: it is no ELF file", path);
	memcpy(&head, bytes, sizeof head);
	for (size_t i = 0; i < head.e_shnum; i += 1) {
		Elf64_Shdr s;
		size_t at = head.e_shoff + i * sizeof s;
		if (at > n || n - at < sizeof s)
			stop_with("%s: its section table is cut off", path);
		memcpy(&s, bytes + at, sizeof s);
		if (!(s.sh_flags & SHF_ALLOC))
			continue;
		if (!(s.sh_flags & SHF_WRITE))
			b->read_only += s.sh_size;
		else if (s.sh_type == SHT_NOBITS)
			b->tables += s.sh_size;
		else
			b->data += s.sh_size;
		if (s.sh_flags & SHF_EXECINSTR)
			b->code += s.sh_size;
	}
}

/* "0000 0034 t host_step<TAB>./stack/host.c:12" */
static void add_symbol(struct bill *b, const char *line, size_t n)
{
	char *copy = form("%.*s", (int)n, line), *tab = strchr(copy, '\t');
	struct words w = words_split(form("%.*s", (int)strcspn(copy, "\t"), copy));

	if (w.n != 4 || !strchr("tTrRdDbB", *w.at[2]))
		return;
	struct bill_symbol *y = &b->symbols[b->symbol_count++];
	y->bytes = strtoul(w.at[1], 0, 16);
	y->name = w.at[3];
	char kind = *w.at[2];
	y->kind = kind == 't' || kind == 'T'   ? BILL_CODE
		  : kind == 'r' || kind == 'R' ? BILL_CONSTANT
		  : kind == 'd' || kind == 'D' ? BILL_DATA
					       : BILL_TABLE;
	if (tab) {
		char *colon = strrchr(tab, ':');
		y->source = path_clean(
			form("%.*s", (int)((colon ? colon : tab + strlen(tab)) - tab - 1), tab + 1));
	}
}

struct bill *bill_read(const char *path)
{
	struct bill *b = room_for(1, sizeof *b);
	struct words command =
		words_split("llvm-nm-19 --print-size --line-numbers --size-sort --reverse-sort");
	struct words all = words_split("llvm-nm-19");
	size_t n = 0, lines = 0;
	char *bytes = file_read(path, &n), *said;

	if (!bytes)
		stop_with("%s: cannot read it", path);
	add_sections(b, bytes, n, path);
	words_add(&command, path);
	if (run_kept(&command, &said) != 0)
		stop_with("llvm-nm-19 cannot read %s: %s", path, said);
	for (const char *p = said; *p; p += 1)
		lines += *p == '\n';
	b->symbols = room_for(lines + 1, sizeof *b->symbols);
	for (const char *p = said; *p;) {
		size_t length = strcspn(p, "\n");
		add_symbol(b, p, length);
		p += length + (p[length] == '\n');
	}
	words_add(&all, path);
	if (run_kept(&all, &said) == 0) {
		const char *bill = strstr(said, " image_bill\n");
		while (bill && bill > said && bill[-1] != '\n')
			bill -= 1;
		b->limit = bill ? strtoul(bill, 0, 16) : 0;
	}
	return b;
}
