/* check_symbols.c - what objects define and need: the purity of cores, the completeness of platforms. */
#include "tool/check.h"
#include "tool/files.h"
#include "tool/foreign.h"
#include "tool/include.h"
#include "tool/plan.h"
#include "tool/process.h"
#include <string.h>

/* "PATH: 0000 T name" and "PATH:          U name", as llvm-nm -A prints. */
struct symbol {
	char *object, *name;
	char kind;
};

struct symbols {
	struct symbol *at;
	size_t n;
};

static struct symbols read_symbols(const struct words *objects, struct text *why)
{
	struct words command = words_split("llvm-nm-19 --print-file-name");
	struct symbols s = { 0 };
	char *said;
	size_t lines = 0;

	words_add_all(&command, objects);
	if (!objects->n)
		return s;
	if (run_kept(&command, &said) != 0) {
		text_add(why, "      %s", said);
		return s;
	}
	for (char *p = said; *p; p += 1)
		lines += *p == '\n';
	s.at = room_for(lines + 1, sizeof *s.at);
	for (char *p = said; *p;) {
		size_t n = strcspn(p, "\n");
		struct words w = words_split(form("%.*s", (int)n, p));
		p += n + (p[n] == '\n');
		if (w.n < 3 || strlen(w.at[w.n - 2]) != 1)
			continue;
		char *object = form("%.*s", (int)strlen(w.at[0]) - 1, w.at[0]);
		s.at[s.n++] = (struct symbol){ object, w.at[w.n - 1], *w.at[w.n - 2] };
	}
	return s;
}

static bool build_for(const struct words *outputs, struct text *why)
{
	char *said;

	if (build_kept(outputs, &said))
		return true;
	text_add(why, "%s", said);
	return false;
}

/* Every object of lib/ and base/, and what a .sources file adds. */
static struct words pure_objects(const struct tree *t)
{
	struct words objects = { 0 };

	for (size_t i = 0; i < t->files.n; i += 1) {
		char *path = t->files.at[i];
		bool inside = starts_with(path, "lib/") || starts_with(path, "base/");
		if (inside && ends_with(path, ".c") && is_source(path))
			words_add_new(&objects, object_of(target_find("pure"), path));
		const struct foreign *f = inside && ends_with(path, ".sources") ? foreign_of(path) : 0;
		for (size_t k = 0; f && k < f->source_count; k += 1)
			if (foreign_wanted(&f->sources[k], "x86_64"))
				words_add_new(&objects, object_of(target_find("pure"), f->sources[k].path));
	}
	return objects;
}

unsigned check_pure(struct tree *t, struct text *why)
{
	struct words objects = pure_objects(t), defined = words_split("memcpy memmove memset memcmp panic");
	unsigned wrong = 0;

	plan_write(t);
	if (!build_for(&objects, why))
		return 1;
	struct symbols s = read_symbols(&objects, why);
	if (!s.n)
		return 1;
	for (size_t i = 0; i < s.n; i += 1)
		if (strchr("TRVW", s.at[i].kind))
			words_add_new(&defined, s.at[i].name);
	for (size_t i = 0; i < s.n; i += 1) {
		struct symbol *y = &s.at[i];
		if (y->kind == 'U' && !words_have(&defined, y->name)) {
			text_add(why, "      %s needs %s: cores call nothing but base/ and lib/\n", y->object,
				y->name);
			wrong += 1;
		} else if (strchr("DdBbCc", y->kind)) {
			text_add(why,
				"      %s: %s can be written: cores keep nothing, the caller owns all "
				"memory\n",
				y->object, y->name);
			wrong += 1;
		}
	}
	return wrong;
}

/* ---- dev/ ---- */

/* The functions a header declares: its text without comments, directives and
 * braces, cut at semicolons; the name stands before the first parenthesis. */
static void add_declared(struct words *names, const char *path)
{
	char *p = file_read(path, 0);
	struct text statement = { 0 };
	int depth = 0;

	text_add(&statement, "%s", "");
	for (; p && *p; p += 1) {
		if (starts_with(p, "/*")) {
			char *end = strstr(p, "*/");
			p = end ? end + 1 : p + strlen(p) - 1;
		} else if (*p == '#' && (statement.n == 0 || strspn(statement.at, " \t\n") == statement.n)) {
			while (p[1] && p[1] != '\n')
				p += p[0] == '\\' && p[1] == '\n' ? 2 : 1;
		} else if (*p == '{' || *p == '}') {
			depth += *p == '{' ? 1 : -1;
		} else if (*p == ';' && depth == 0) {
			char *open = strchr(statement.at, '(');
			char *end = open;
			while (end && end > statement.at && strchr(" \t\n", end[-1]))
				end -= 1;
			char *begin = end;
			while (begin && begin > statement.at && !strchr(" \t\n*", begin[-1]))
				begin -= 1;
			if (open && !strstr(statement.at, "typedef"))
				words_add_new(names, trimmed(begin, end));
			statement.n = 0;
			statement.at[0] = 0;
		} else if (depth == 0) {
			text_add_bytes(&statement, p, 1);
		}
	}
}

static struct words declared_by_dev(void)
{
	struct words names = { 0 }, entries = folder_entries("dev");

	for (size_t i = 0; i < entries.n; i += 1)
		if (ends_with(entries.at[i], ".h"))
			add_declared(&names, form("dev/%s", entries.at[i]));
	return names;
}

static void add_defined(struct words *names, const struct words *objects, struct text *why)
{
	struct symbols s = read_symbols(objects, why);

	for (size_t i = 0; i < s.n; i += 1)
		if (strchr("TW", s.at[i].kind))
			words_add_new(names, s.at[i].name);
}

/* What the image defines for any platform: stack/manifest.c. */
static struct words defined_by_stack(struct text *why)
{
	struct words objects = { 0 }, names = { 0 };

	words_add(&objects, object_of(target_find("unix-gcc"), "stack/manifest.c"));
	if (build_for(&objects, why))
		add_defined(&names, &objects, why);
	return names;
}

static unsigned check_target(
	const struct target *t, const struct words *declared, const struct words *image, struct text *why)
{
	const struct target *how = t->kind == TARGET_SHARED ? target_find("host") : t;
	struct words roots = target_platform(t), objects = { 0 }, defined = { 0 };
	struct sources s = { .arch = t->arch };
	unsigned wrong = 0;

	for (size_t i = 0; i < roots.n; i += 1)
		sources_follow(&s, roots.at[i]);
	for (size_t i = 0; i < s.files.n; i += 1)
		if (starts_with(s.files.at[i], "plat/"))
			words_add(&objects, object_of(how, s.files.at[i]));
	if (!objects.n) {
		text_add(why, "      %s: plat/%s has no sources\n", t->name, t->folder);
		return 1;
	}
	if (!build_for(&objects, why))
		return 1;
	add_defined(&defined, &objects, why);
	for (size_t i = 0; i < declared->n; i += 1) {
		char *name = declared->at[i];
		bool ours = words_have(image, name), its = words_have(&defined, name);
		if (ours != its)
			continue;
		text_add(why,
			its ? "      %s: %s is defined by the platform, but the image does that "
			      "(stack/manifest.c)\n"
			    : "      %s: %s is declared in dev/, but plat/ does not define it\n",
			t->name, name);
		wrong += 1;
	}
	return wrong;
}

unsigned check_devices(struct tree *t, struct text *why)
{
	unsigned wrong = 0;

	plan_write(t);
	struct words declared = declared_by_dev(), image = defined_by_stack(why);
	if (!declared.n || !image.n)
		return 1;
	for (const struct target *k = targets; k->name; k += 1)
		if (target_of_images(k))
			wrong += check_target(k, &declared, &image, why);
	return wrong;
}
