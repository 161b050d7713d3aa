/* check_folders.c - the table of folders (doc/design.md, section 2), and what a library must have. */
#include "tool/check.h"
#include "tool/files.h"
#include "tool/foreign.h"
#include "tool/include.h"
#include <string.h>

#define FILE_LINES_MOST 700 /* "about 600" */

/* The first row that fits a file's path holds. What it may include are folders or files, by the beginning
 * of their paths. */
static const struct {
	const char *folder, *may;
} table[] = {
	{ "base/", "base" },
	{ "dev/", "dev base" },
	{ "lib/", "lib base" },
	{ "stack/", "stack lib dev base" },
	{ "plat/linux/", "plat/linux plat/record plat/net_soft.h plat/net_stream.h dev lib base" },
	{ "plat/unix/", "plat/linux dev lib base" },
	{ "plat/spt/", "plat/linux dev lib base" },
	{ "plat/hvt/", "plat/hvt plat/record plat/net_soft.h dev lib base" },
	{ "plat/", "plat dev lib base" },
	{ "tender/", "tender plat/linux plat/record/event.h plat/net_soft.h plat/spt plat/hvt dev "
		     "lib base" }, /* with an ABI's one header */
	{ "tool/gateway/",
		"tool stack plat dev lib base" },       /* fata's own stack between the image and the host */
	{ "tool/verb_replay.c", "tool plat lib base" }, /* reads what plat/record writes */
	{ "tool/verb_describe_calls.c",
		"tool tender plat dev lib base" },                /* says what tender/filter.c allows */
	{ "tool/verb_describe_guest.c", "tool tender lib base" }, /* and what tender/hvt maps */
	{ "tool/", "tool lib base" },
	{ "app/", "stack lib base" },
	{ "test/", "app base bench dev lib plat stack tender test tool verify" },
	{ "bench/", "app base bench dev lib plat stack tender test tool" },
	{ "verify/", "base dev lib stack verify" },
};

/* Folders that run without a C library see only the compiler's own headers. */
static const char *const freestanding[] = { "base/", "dev/", "lib/", "stack/", "app/", "plat/linux/",
	"plat/unix/", "plat/spt/", "plat/hvt/", "plat/solo5/", "plat/record/", "tender/" };
static const char compiler_headers[] = "stdbool.h stddef.h stdint.h limits.h stdarg.h";

static bool is_c(const char *path)
{
	return ends_with(path, ".c") || ends_with(path, ".h");
}

/* A test or fuzzer runs on this machine: it may use the C library and test/. */
static bool hosted_file(const char *path)
{
	return ends_with(path, "_test.h") || ends_with(path, "_prove.h") ||
	       (ends_with(path, ".c") && !is_source(path));
}

static const char *row_of(const char *path)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i += 1)
		if (starts_with(path, table[i].folder))
			return table[i].may;
	return 0;
}

static bool allowed(const struct words *may, const char *path)
{
	for (size_t i = 0; i < may->n; i += 1) {
		size_t n = strlen(may->at[i]);
		if (strncmp(path, may->at[i], n) == 0 && (path[n] == '/' || path[n] == 0))
			return true;
	}
	return false;
}

static unsigned check_include(
	const char *file, const struct include *inc, const struct words *may, struct text *why)
{
	bool free = false;

	if (!inc->angled) {
		char *folder = path_folder(file); /* a program's own: made from its manifest */
		if (strcmp(inc->name, "image.h") == 0 &&
			file_exists(form("%s/%s.fata", folder, path_name(folder))))
			return 0;
		if (!inc->path) {
			text_add(why,
				"      %s:%d: there is no \"%s\" (names are from the root of the tree)\n",
				file, inc->line, inc->name);
			return 1;
		}
		char *top = form("%.*s", (int)strcspn(inc->path, "/"), inc->path);
		bool own = strcmp(path_folder(inc->path), path_folder(file)) == 0;
		if (own || allowed(may, inc->path) ||
			(hosted_file(file) && (strcmp(top, "test") == 0 || strcmp(top, "verify") == 0)))
			return 0;
		text_add(why, "      %s:%d: may not include %s: %s/ sees only %s\n", file, inc->line,
			inc->name, path_folder(file), words_join(may, " "));
		return 1;
	}
	bool its = false;
	struct words known = words_split(compiler_headers);
	for (size_t i = 0; i < sizeof freestanding / sizeof freestanding[0]; i += 1)
		free = free || starts_with(file, freestanding[i]);
	if (!free || hosted_file(file) || words_have(&known, inc->name) || foreign_owner(file, &its))
		return 0;
	text_add(why, "      %s:%d: <%s> is the C library's, and an image has none\n", file, inc->line,
		inc->name);
	return 1;
}

/* ---- cycles among the folders of lib/ ---- */

struct graph {
	struct words names; /* "lib/tcp" */
	struct words *uses;
	int *state; /* 0 new, 1 on the way, 2 done */
	struct words way;
};

static size_t node(struct graph *g, const char *name)
{
	size_t position;

	words_add_new_at(&g->names, name, &position);
	return position;
}

static char *library(const char *path)
{
	return starts_with(path, "lib/") ? path_folder(path) : 0;
}

static unsigned walk(struct graph *g, size_t i, struct text *why)
{
	unsigned wrong = 0;

	if (g->state[i] == 2)
		return 0;
	if (g->state[i] == 1) {
		text_add(why, "      a cycle: %s -> %s\n", words_join(&g->way, " -> "), g->names.at[i]);
		return 1;
	}
	g->state[i] = 1;
	words_add(&g->way, g->names.at[i]);
	for (size_t k = 0; k < g->uses[i].n; k += 1)
		wrong += walk(g, node(g, g->uses[i].at[k]), why);
	g->way.n -= 1;
	g->state[i] = 2;
	return wrong;
}

static unsigned check_cycles(const struct tree *t, struct text *why)
{
	struct graph g = { .uses = room_for(t->files.n + 1, sizeof *g.uses),
		.state = room_for(t->files.n + 1, sizeof *g.state) };
	unsigned wrong = 0;

	for (size_t i = 0; i < t->files.n; i += 1) {
		char *path = t->files.at[i], *from = library(path);
		if (!from || !is_c(path) || hosted_file(path))
			continue;
		size_t n = node(&g, from);
		const struct includes *list = includes_of(path, 0);
		for (size_t k = 0; k < list->n; k += 1) {
			char *to = list->at[k].path ? library(list->at[k].path) : 0;
			if (to && strcmp(from, to) != 0) {
				node(&g, to);
				if (!words_have(&g.uses[n], to))
					words_add(&g.uses[n], to);
			}
		}
	}
	for (size_t i = 0; i < g.names.n; i += 1)
		wrong += walk(&g, i, why);
	return wrong;
}

unsigned check_folders(struct tree *t, struct text *why)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < t->files.n; i += 1) {
		char *path = t->files.at[i];
		const char *row = is_c(path) ? row_of(path) : 0;
		if (!row || starts_with(path, "tool/fetch/") || starts_with(path, "verify/lint/"))
			continue;
		struct words may = words_split(row);
		const struct includes *list = includes_of(path, 0);
		for (size_t k = 0; k < list->n; k += 1)
			wrong += check_include(path, &list->at[k], &may, why);
	}
	return wrong + check_cycles(t, why);
}

static unsigned lines_of(const char *path)
{
	char *bytes = file_read(path, 0);
	unsigned n = 0;

	for (char *p = bytes; p && *p; p += 1)
		n += *p == '\n';
	return n;
}

unsigned check_shape(struct tree *t, struct text *why)
{
	struct words libraries = folder_entries("lib");
	unsigned wrong = 0;

	for (size_t i = 0; i < libraries.n; i += 1) {
		char *name = libraries.at[i], *folder = form("lib/%s", name);
		if (!folder_exists(folder))
			continue;
		const char *wants[] = { form("%s/README.md", folder), form("%s/%s.h", folder, name),
			form("%s/%s_test.c", folder, name) };
		for (size_t k = 0; k < 3; k += 1) {
			if (file_exists(wants[k]))
				continue;
			text_add(why, "      %s is missing: doc/conventions.md says what it holds\n",
				wants[k]);
			wrong += 1;
		}
	}
	for (size_t i = 0; i < t->fuzzers.n; i += 1) {
		char *fuzzer = t->fuzzers.at[i];
		char *corpus = form("%.*s_corpus", (int)(strlen(fuzzer) - strlen("_fuzz.c")), fuzzer);
		if (folder_entries(corpus).n)
			continue;
		text_add(why, "      %s is missing: a fuzzer's corpus is committed beside it\n", corpus);
		wrong += 1;
	}
	for (size_t i = 0; i < t->files.n; i += 1) {
		unsigned lines =
			is_c(t->files.at[i]) && !hosted_file(t->files.at[i]) ? lines_of(t->files.at[i]) : 0;
		if (lines <= FILE_LINES_MOST)
			continue;
		text_add(why, "      %s has %u lines: a file is a sitting, about 600\n", t->files.at[i],
			lines);
		wrong += 1;
	}
	return wrong;
}
