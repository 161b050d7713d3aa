/* include.c - see include.h. */
#include "tool/include.h"
#include "tool/files.h"
#include "tool/foreign.h"
#include <string.h>

/* Every file is read once: its includes, by "path\ngenerated". */
static struct words cached_paths;
static struct includes **cache;
static size_t cache_cap;

/* The system's libraries that the tool's own programs may use. */
static const struct {
	const char *header, *library;
} libraries[] = {
	{ "cmark.h", "-lcmark" },
	{ "zlib.h", "-lz" },
	{ "brotli/encode.h", "-lbrotlienc" },
	{ "brotli/decode.h", "-lbrotlidec" },
	{ "math.h", "-lm" },
	{ "pthread.h", "-pthread" },
};

static char *resolve(const char *from, const char *name, const char *generated)
{
	char *places[] = { form("%s/%s", path_folder(from), name), form("%s", name),
		generated ? form("%s/%s", generated, name) : 0 };

	for (size_t i = 0; i < 3; i += 1)
		if (places[i] && file_exists(places[i]))
			return path_clean(places[i]);
	return 0;
}

static void add_include(struct includes *list, struct include i)
{
	if (list->n == list->cap) {
		struct include *more = room_for(list->cap * 2 + 16, sizeof *more);
		if (list->n)
			memcpy(more, list->at, list->n * sizeof *more);
		list->cap = list->cap * 2 + 16;
		list->at = more;
	}
	list->at[list->n++] = i;
}

/* Lines that begin with `#include`, whatever #if stands around them: what a
 * program is made of must not depend on how it is compiled. */
static void scan(struct includes *list, const char *path, const char *bytes, const char *generated)
{
	int line = 1;

	for (const char *p = bytes; *p; line += 1) {
		const char *end = p + strcspn(p, "\n"), *q = p + strspn(p, " \t");
		p = *end ? end + 1 : end;
		if (*q != '#')
			continue;
		q += 1 + strspn(q + 1, " \t");
		if (!starts_with(q, "include"))
			continue;
		q += 7 + strspn(q + 7, " \t");
		if (*q != '<' && *q != '"')
			continue;
		const char *stop = memchr(q + 1, *q == '<' ? '>' : '"', (size_t)(end - q - 1));
		if (!stop)
			continue;
		struct include i = { .name = trimmed(q + 1, stop), .line = line, .angled = *q == '<' };
		i.path = i.angled ? 0 : resolve(path, i.name, generated);
		add_include(list, i);
	}
}

const struct includes *includes_of(const char *path, const char *generated)
{
	char *key = form("%s\n%s", path, generated ? generated : "");

	size_t position = 0;

	if (!words_add_new_at(&cached_paths, key, &position))
		return cache[position];
	if (cached_paths.n > cache_cap) {
		struct includes **more = room_for(cache_cap * 2 + 256, sizeof *more);
		if (position)
			memcpy(more, cache, position * sizeof *more);
		cache_cap = cache_cap * 2 + 256;
		cache = more;
	}
	struct includes *list = cache[position] = room_for(1, sizeof *list);
	char *bytes = file_read(path, 0);
	if (bytes)
		scan(list, path, bytes, generated);
	return list;
}

bool is_source(const char *path)
{
	char *stem = path_stem(path);

	if (!ends_with(path, ".c") && !ends_with(path, ".S"))
		return false;
	return !ends_with(stem, "_test") && !ends_with(stem, "_fuzz") && !ends_with(stem, "_prove");
}

struct words folder_sources(const char *folder)
{
	struct words sources = { 0 }, entries = folder_entries(folder);

	for (size_t i = 0; i < entries.n; i += 1)
		if (is_source(entries.at[i]))
			words_add(&sources, form("%s/%s", folder, entries.at[i]));
	return sources;
}

/* What stands beside a header: sources of its own name and of its name with an underscore, and what
 * NAME.sources lists. Looked up once: every image asks, and asking is what planning would take its time for. */
struct beside {
	struct words sources;
	const struct foreign *foreign;
};

static struct words beside_paths;
static struct beside *besides;
static size_t besides_cap;

static struct beside beside_of(const char *folder, const char *stem)
{
	struct beside b = { .foreign = foreign_of(form("%s/%s.sources", folder, stem)) };
	struct words entries = folder_entries(folder);

	for (size_t i = 0; i < entries.n; i += 1) {
		char *its_stem = path_stem(entries.at[i]);
		if (!is_source(entries.at[i]))
			continue;
		if (strcmp(its_stem, stem) == 0 || starts_with(its_stem, form("%s_", stem)))
			words_add(&b.sources, path_clean(form("%s/%s", folder, entries.at[i])));
	}
	return b;
}

static struct beside beside(const char *folder, const char *stem)
{
	size_t position = 0;

	if (!words_add_new_at(&beside_paths, form("%s/%s", folder, stem), &position))
		return besides[position];
	if (beside_paths.n > besides_cap) {
		struct beside *more = room_for(besides_cap * 2 + 256, sizeof *more);
		if (position)
			memcpy(more, besides, position * sizeof *more);
		besides_cap = besides_cap * 2 + 256;
		besides = more;
	}
	return besides[position] = beside_of(folder, stem);
}

static void follow_header(struct sources *s, const char *path)
{
	char *folder = path_folder(path), *stem = path_stem(path);

	if (!words_add_new(&s->headers, path))
		return;
	if (strcmp(folder, "dev") == 0) {
		s->devices = true;
		for (size_t i = 0; s->platform && i < s->platform->n; i += 1)
			sources_follow(s, s->platform->at[i]);
	} else {
		struct beside its = beside(folder, stem);
		for (size_t i = 0; its.foreign && i < its.foreign->source_count; i += 1)
			if (foreign_wanted(&its.foreign->sources[i], s->arch))
				words_add_new(&s->files, its.foreign->sources[i].path);
		for (size_t i = 0; i < its.sources.n; i += 1)
			sources_follow(s, its.sources.at[i]);
	}
	sources_follow(s, path);
}

void sources_follow(struct sources *s, const char *file)
{
	if (!ends_with(file, ".h") && !words_add_new(&s->files, file))
		return;

	const struct includes *list = includes_of(file, s->generated);
	for (size_t i = 0; i < list->n; i += 1) {
		const struct include *inc = &list->at[i];
		if (inc->path && ends_with(inc->path, ".h"))
			follow_header(s, inc->path);
		for (size_t l = 0; inc->angled && l < sizeof libraries / sizeof libraries[0]; l += 1)
			if (strcmp(inc->name, libraries[l].header) == 0)
				words_add_new(&s->libraries, libraries[l].library);
	}
}
