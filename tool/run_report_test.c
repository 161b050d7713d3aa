/* run_report_test.c - build ids, whole and broken; and a report whose symbols are of another build. */
#include "tool/run_report.h"
#include "test/test.h"
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file {
	Elf64_Ehdr e;
	Elf64_Phdr p;
	Elf64_Nhdr other, h;
	char name[4];
	unsigned char id[4];
};

static struct file file_with(unsigned char last)
{
	struct file f = {
		.e = { .e_phoff = sizeof(Elf64_Ehdr), .e_phnum = 1 },
		.p = { .p_type = PT_NOTE, .p_offset = offsetof(struct file, other) },
		.other = { 0, 0, 1 },
		.h = { 4, 4, NT_GNU_BUILD_ID },
		.name = "GNU",
		.id = { 0xab, 0x01, 0xff, last },
	};

	memcpy(f.e.e_ident, ELFMAG, SELFMAG);
	f.e.e_ident[EI_CLASS] = ELFCLASS64;
	f.p.p_filesz = sizeof f - f.p.p_offset;
	return f;
}

static char *write_to(const char *path, const void *bytes, size_t n)
{
	FILE *f = fopen(path, "w");

	EXPECT(f && fwrite(bytes, 1, n, f) == n);
	fclose(f);
	return build_id(path);
}

static char path[64], symbols[80];

static void make_paths(void)
{
	snprintf(path, sizeof path, "/tmp/run_report_test.%d", (int)getpid());
	snprintf(symbols, sizeof symbols, "%s.symbols", path);
}

TEST(a_build_id_is_found_behind_other_notes)
{
	struct file f = file_with(9);

	make_paths();
	char *id = write_to(path, &f, sizeof f);
	EXPECT(id && strcmp(id, "ab01ff09") == 0);
	unlink(path);
}

TEST(a_file_that_is_cut_anywhere_or_is_none_has_no_build_id)
{
	struct file f = file_with(9);

	make_paths();
	for (size_t n = 0; n < sizeof f; n += 1)
		EXPECT(!write_to(path, &f, n));
	f.h.n_descsz = 0xfffffffc;
	EXPECT(!write_to(path, &f, sizeof f));
	f = file_with(9);
	f.p.p_offset = ~0ul;
	EXPECT(!write_to(path, &f, sizeof f));
	f = file_with(9);
	f.e.e_phoff = ~0ul - 8;
	EXPECT(!write_to(path, &f, sizeof f));
	f = file_with(9);
	f.e.e_ident[0] = 0;
	EXPECT(!write_to(path, &f, sizeof f));
	unlink(path);
	EXPECT(!build_id(path));
}

/* What comes out at standard error when the image says this. */
static void said_for(const char *report, char *out, size_t room)
{
	struct run_report r;
	char log[80];
	int errors = dup(2);

	snprintf(log, sizeof log, "%s.log", path);
	int to = open(log, O_CREAT | O_TRUNC | O_RDWR, 0600);
	dup2(to, 2);
	run_report_start(&r, path);
	EXPECT(write(r.end, report, strlen(report)) == (ssize_t)strlen(report));
	close(r.end);
	run_report_finish(&r);
	dup2(errors, 2);
	close(errors);
	ssize_t n = pread(to, out, room - 1, 0);
	out[n > 0 ? n : 0] = 0;
	close(to);
	unlink(log);
}

TEST(symbols_of_another_build_name_nothing_and_say_so)
{
	struct file ran = file_with(1), built_since = file_with(2);
	char report[200], out[600];

	make_paths();
	write_to(path, &ran, sizeof ran);
	write_to(symbols, &built_since, sizeof built_since);
	snprintf(report, sizeof report,
		"fata: fault: at 0x1 of the image (llvm-symbolizer-19 --obj=%s 0x1)\n", symbols);
	said_for(report, out, sizeof out);
	EXPECT(strncmp(out, report, strlen(report)) == 0); /* passed on as it was */
	EXPECT(strstr(out, "is not of the build that ran"));
	said_for("nothing was wrong\n", out, sizeof out);
	EXPECT(strcmp(out, "nothing was wrong\n") == 0);
	unlink(path);
	unlink(symbols);
}
