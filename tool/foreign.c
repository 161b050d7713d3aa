/* foreign.c - see foreign.h. */
#include "tool/foreign.h"
#include "tool/files.h"
#include "tool/include.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include <string.h>

#define FOREIGN_MOST 64

static struct words read_files; /* a set */
static struct foreign *known[FOREIGN_MOST];
static struct words fetched;

static void fetch(const char *file, const char *name)
{
	struct words command = { 0 };

	if (!words_add_new(&fetched, name))
		return;
	char *script = form("tool/fetch/%s.sh", name);
	if (!file_exists(script))
		stop_with("%s: it wants 'fetch %s', but there is no %s", file, name, script);
	words_add(&command, "sh");
	words_add(&command, script);
	if (run_shown(&command) != 0)
		stop_with("%s: the sources of %s could not be fetched (see above)", file, name);
}

static void read_line(struct foreign *f, const char *file, int number, const struct words *w)
{
	const char *kind = w->at[0];

	if (w->n < 2)
		stop_with("%s:%d: '%s' says nothing (the format: tool/fetch/README.md)", file, number, kind);
	if (strcmp(kind, "fetch") == 0) {
		fetch(file, w->at[1]);
	} else if (strcmp(kind, "include") == 0) {
		f->flags = form("%s-isystem %s ", f->flags, w->at[1]);
	} else if (strcmp(kind, "define") == 0) {
		f->flags = form("%s-D%s ", f->flags, w->at[1]);
	} else if (strcmp(kind, "source") == 0) {
		struct foreign_source *s = &f->sources[f->source_count++];
		s->path = w->at[1];
		for (size_t i = 2; i < w->n; i += 1)
			words_add(&s->archs, w->at[i]);
		if (!file_exists(s->path))
			stop_with("%s:%d: there is no file %s", file, number, s->path);
	} else {
		stop_with("%s:%d: no line begins with '%s' (there are fetch include define source)", file,
			number, kind);
	}
}

const struct foreign *foreign_of(const char *file)
{
	size_t position = 0;
	int number = 0;

	if (words_have(&read_files, file)) {
		words_add_new_at(&read_files, file, &position);
		return known[position];
	}
	char *text = file_read(file, 0);
	if (!text)
		return 0;
	words_add_new_at(&read_files, file, &position);
	if (position == FOREIGN_MOST)
		stop_with("%s: more than %d such files", file, FOREIGN_MOST);
	struct foreign *f = known[position] = room_for(1, sizeof *f);
	f->folder = path_folder(file);
	f->flags = form("%s", "");
	f->sources = room_for(strlen(text) / 8 + 1, sizeof *f->sources);
	for (const char *p = text; *p;) {
		size_t n = strcspn(p, "\n");
		struct words w = words_split(form("%.*s", (int)strcspn(form("%.*s", (int)n, p), "#"), p));
		p += n + (p[n] == '\n');
		number += 1;
		if (w.n)
			read_line(f, file, number, &w);
	}
	return f;
}

bool foreign_wanted(const struct foreign_source *s, const char *arch)
{
	return !s->archs.n || words_have(&s->archs, arch);
}

const struct foreign *foreign_owner(const char *source, bool *its)
{
	char *folder = path_folder(source);

	*its = false;
	if (starts_with(folder, "lib/") && is_source(source)) /* tests have the real C library */
		return foreign_of(form("%s/%s.sources", folder, path_name(folder)));
	for (size_t i = 0; starts_with(source, "out/src/") && i < read_files.n; i += 1)
		for (size_t k = 0; k < known[i]->source_count; k += 1)
			if (strcmp(known[i]->sources[k].path, source) == 0) {
				*its = true;
				return known[i];
			}
	return 0;
}
