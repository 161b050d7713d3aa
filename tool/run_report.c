/* run_report.c - see run_report.h. */
#include "tool/run_report.h"
#include "tool/files.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEPT_BYTES (64u << 10) /* a report is 5 KB at most, and it is the last that is said */
#define SYMBOLIZER "llvm-symbolizer-19"

/* ---- build ids ---- */

/* Notes stand one behind the other, name and content each filled up to 4 bytes. */
static char *id_in(const char *notes, size_t n)
{
	Elf64_Nhdr h;

	while (n >= sizeof h) {
		memcpy(&h, notes, sizeof h);
		size_t name = (h.n_namesz + 3ul) / 4 * 4, content = (h.n_descsz + 3ul) / 4 * 4;
		if (name + content > n - sizeof h)
			return 0;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == 4 &&
			memcmp(notes + sizeof h, "GNU", 4) == 0) {
			struct text id = { 0 };
			for (size_t i = 0; i < h.n_descsz; i += 1)
				text_add(&id, "%02x", (unsigned char)notes[sizeof h + name + i]);
			return id.at;
		}
		notes += sizeof h + name + content;
		n -= sizeof h + name + content;
	}
	return 0;
}

char *build_id(const char *path)
{
	size_t n;
	char *bytes = file_read(path, &n), *id = 0;
	Elf64_Ehdr e;

	if (!bytes || n < sizeof e)
		return 0;
	memcpy(&e, bytes, sizeof e);
	if (memcmp(e.e_ident, ELFMAG, SELFMAG) != 0 || e.e_ident[EI_CLASS] != ELFCLASS64)
		return 0;
	for (size_t i = 0; i < e.e_phnum && !id; i += 1) {
		Elf64_Phdr p;
		size_t at = e.e_phoff + i * sizeof p;
		if (at > n || n - at < sizeof p)
			return 0;
		memcpy(&p, bytes + at, sizeof p);
		if (p.p_type == PT_NOTE && p.p_offset <= n && p.p_filesz <= n - p.p_offset)
			id = id_in(bytes + p.p_offset, p.p_filesz);
	}
	return id;
}

/* ---- the reader ---- */

/* "(llvm-symbolizer-19 --obj=FILE 0x1234)", when FILE is this. */
static char *place_in(const char *said, const char *symbols)
{
	char *head = form("(" SYMBOLIZER " --obj=%s ", symbols);
	const char *at = strstr(said, head);

	return at ? form("%.*s", (int)strcspn(at + strlen(head), ")\n"), at + strlen(head)) : 0;
}

static void name_place(const char *said, const char *image, const char *id)
{
	char *symbols = form("%s.symbols", image), *place = place_in(said, symbols), *names;
	struct words command = words_split(SYMBOLIZER " --pretty-print");

	if (!place)
		return;
	char *now = build_id(symbols);
	if (!id || !now || strcmp(now, id) != 0) {
		fprintf(stderr, "fata: %s is not of the build that ran: the place has no name\n", symbols);
		return;
	}
	words_add(&command, form("--obj=%s", symbols));
	words_add(&command, place);
	if (have_program(SYMBOLIZER) && run_kept(&command, &names) == 0)
		fprintf(stderr, "fata: that is %s\n", trimmed(names, names + strlen(names)));
}

static void pass_on(const char *piece, size_t n)
{
	while (n > 0) {
		ssize_t done = write(2, piece, n);
		if (done < 0 && errno != EINTR)
			return;
		piece += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
}

_Noreturn static void read_all(int from, const char *image)
{
	char *id = build_id(image), *kept = room_for(KEPT_BYTES + 1, 1), piece[4096];
	size_t n = 0;
	ssize_t got;

	while ((got = read(from, piece, sizeof piece)) > 0 || (got < 0 && errno == EINTR)) {
		size_t more = got > 0 ? (size_t)got : 0,
		       over = n + more > KEPT_BYTES ? n + more - KEPT_BYTES : 0;
		pass_on(piece, more);
		memmove(kept, kept + over, n - over);
		memcpy(kept + n - over, piece, more);
		n += more - over;
		kept[n] = 0;
	}
	name_place(kept, image, id);
	_exit(0);
}

void run_report_start(struct run_report *r, const char *image)
{
	static const int of_image[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT }; /* it ends when the image has */
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		stop_with("no pipe for %s: %s", image, strerror(errno));
	fflush(0);
	r->reader = fork();
	if (r->reader < 0)
		stop_with("cannot read what %s reports: %s", image, strerror(errno));
	if (r->reader == 0) {
		for (size_t i = 0; i < sizeof of_image / sizeof of_image[0]; i += 1)
			signal(of_image[i], SIG_IGN);
		close(ends[1]);
		read_all(ends[0], image);
	}
	close(ends[0]);
	r->end = ends[1];
}

void run_report_finish(const struct run_report *r)
{
	while (waitpid(r->reader, 0, 0) < 0 && errno == EINTR)
		continue;
}
