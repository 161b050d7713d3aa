/* tree.c - see tree.h. */
#include "tool/tree.h"
#include "tool/files.h"
#include "tool/generate.h"
#include "tool/include.h"
#include "tool/trouble.h"
#include <string.h>

/* The folders that hold sources (doc/design.md, section 2, and the proofs). */
static const char *const house[] = { "app", "base", "bench", "dev", "lib", "plat", "stack", "tender", "test",
	"tool", "verify" };

static void add_image(struct tree *t, struct manifest *m)
{
	struct manifest **more = room_for(t->image_count + 1, sizeof *more);

	for (size_t i = 0; i < t->image_count; i += 1)
		more[i] = t->images[i];
	more[t->image_count++] = m;
	t->images = more;
}

/* tool/NAME/NAME.c with a main, and the same in test/, bench/ and tender/; in tender/ also without a C
 * library, with an entry_main (plat/linux/entry.h). */
static bool is_program(const char *path)
{
	char *folder = path_folder(path);
	char *top = path_folder(folder);
	bool tender = strcmp(top, "tender") == 0;

	if (strcmp(top, "tool") != 0 && strcmp(top, "test") != 0 && strcmp(top, "bench") != 0 && !tender)
		return false;
	if (strcmp(path_name(path), form("%s.c", path_name(folder))) != 0)
		return false;
	char *bytes = file_read(path, 0);
	return bytes && (strstr(bytes, "\nint main(") || (tender && strstr(bytes, " entry_main(")));
}

/* test/NAME/fata_NOUN.c with a header of its name: what other people's programs include and link with. */
static bool is_library(const char *path)
{
	return starts_with(path, "test/") && starts_with(path_name(path), "fata_") && ends_with(path, ".c") &&
	       file_exists(form("%s/%s.h", path_folder(path), path_stem(path)));
}

struct tree *tree_read(void)
{
	struct tree *t = room_for(1, sizeof *t);

	for (size_t i = 0; i < sizeof house / sizeof house[0]; i += 1)
		files_below(house[i], &t->files);
	for (size_t i = 0; i < t->files.n; i += 1) {
		char *path = t->files.at[i];
		if (ends_with(path, "_test.c"))
			words_add(&t->tests, path);
		else if (ends_with(path, "_fuzz.c"))
			words_add(&t->fuzzers, path);
		else if (starts_with(path, "test/") && ends_with(path, "_test.sh"))
			words_add(&t->scripts, path);
		else if (ends_with(path, ".fata") &&
			 strcmp(path_name(path_folder(path)), path_stem(path)) == 0)
			add_image(t, manifest_read(path));
		else if (ends_with(path, ".c") && is_program(path))
			words_add(&t->programs, path);
		else if (is_library(path))
			words_add(&t->libraries, path);
	}
	for (const struct target *k = targets; k->name; k += 1)
		if (k->kind == TARGET_SHARED && folder_sources(form("plat/%s", k->folder)).n)
			words_add_new(&t->runners, form("plat/%s", k->folder));
	return t;
}

static struct manifest *by_path(struct tree *t, const char *path)
{
	char *file = ends_with(path, ".fata") ? form("%s", path) : form("%s/%s.fata", path, path_name(path));

	for (size_t i = 0; i < t->image_count; i += 1)
		if (strcmp(t->images[i]->path, file) == 0)
			return t->images[i];
	if (!file_exists(file))
		return 0;
	struct manifest *m = manifest_read(file);
	for (size_t i = 0; i < t->image_count; i += 1)
		if (strcmp(t->images[i]->name, m->name) == 0)
			stop_with("%s: there is an image '%s' in %s already: give yours another name", file,
				m->name, t->images[i]->folder);
	add_image(t, m);
	return m;
}

struct manifest *tree_image(struct tree *t, const char *verb, const char *name)
{
	struct words known = { 0 };

	for (size_t i = 0; i < t->image_count; i += 1) {
		if (strcmp(t->images[i]->name, name) == 0)
			return t->images[i];
		words_add(&known, t->images[i]->name);
	}
	if (strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
		char *path = path_from_user(name);
		struct manifest *m = by_path(t, path);
		if (!m)
			usage_error(verb, "%s: there is no image there: it needs a manifest, %s/%s.fata",
				name, name, path_name(path));
		return m;
	}
	usage_error(verb, "there is no image '%s'%s (there are %s; or give the path of its folder)", name,
		suggestion(name, &known), words_join(&known, " "));
}

struct words image_roots(const struct manifest *m)
{
	struct words roots = folder_sources(m->folder);

	words_add(&roots, form("%s/image.c", generated_folder(m)));
	words_add(&roots, form("%s/embed.S", generated_folder(m)));
	return roots;
}

char *image_output(const struct manifest *m, const struct target *t)
{
	return form("out/%s/%s%s", t->name, m->name, t->kind == TARGET_SHARED ? ".so" : "");
}

char *image_symbols(const struct manifest *m, const struct target *t)
{
	return t->kind == TARGET_SHARED ? image_output(m, t) : form("out/%s/%s.symbols", t->name, m->name);
}

char *program_output(const char *source)
{
	return form("out/%s", path_folder(source));
}

char *library_output(const char *source)
{
	return form("out/library/lib%s.so", path_stem(source));
}

char *runner_output(const char *folder)
{
	return form("out/%s/%s", path_name(folder), path_name(folder));
}

static char *without_ending(const char *source)
{
	return form("%s/%s", path_folder(source), path_stem(source));
}

char *test_output(const char *source)
{
	return form("out/test/%s", without_ending(source));
}

char *corpus_output(const char *source)
{
	return form("out/test/%s", without_ending(source));
}

char *fuzzer_output(const char *source)
{
	return form("out/fuzz/%s", without_ending(source));
}
