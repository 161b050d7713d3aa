/* library.c - see library.h. */
#include "tool/library.h"
#include "tool/foreign.h"
#include "tool/include.h"
#include "tool/plan.h"
#include <string.h>

/* "lib/tcp" for lib/tcp/tcp_send.c, "stack", "base", "app/hello", "plat/unix". */
static char *library_of(const char *source, const struct manifest *m)
{
	static const char *const deep[] = { "lib/", "plat/", "app/" };
	bool its = false;
	const struct foreign *f = foreign_owner(source, &its);

	if (its)
		return f->folder;
	if (starts_with(source, "out/gen/"))
		return form("generated");
	if (starts_with(source, form("%s/", m->folder)))
		return m->folder;
	for (size_t i = 0; i < sizeof deep / sizeof deep[0]; i += 1) {
		if (!starts_with(source, deep[i]))
			continue;
		size_t top = strlen(deep[i]), n = strcspn(source + top, "/");
		return source[top + n] ? form("%.*s", (int)(top + n), source)
				       : form("%.*s", (int)top - 1, source);
	}
	return form("%.*s", (int)strcspn(source, "/"), source);
}

static struct library *library_named(struct libraries *all, const char *name)
{
	for (size_t i = 0; i < all->n; i += 1)
		if (strcmp(all->at[i].name, name) == 0)
			return &all->at[i];
	struct library *more = room_for(all->n + 1, sizeof *more);
	if (all->n)
		memcpy(more, all->at, all->n * sizeof *more);
	all->at = more;
	all->at[all->n].name = form("%s", name);
	return &all->at[all->n++];
}

/* What a file of a library includes from others, its headers' includes counted as its own. */
static void read_uses(
	struct libraries *all, const char *file, const char *generated, const struct manifest *m)
{
	char *name = library_of(file, m);
	const struct includes *list = includes_of(file, generated);

	for (size_t i = 0; i < list->n; i += 1) {
		char *other = list->at[i].path ? library_of(list->at[i].path, m) : 0;
		if (other && strcmp(other, name) != 0)
			words_add_new(&library_named(all, name)->uses, other);
	}
}

static void read_libraries(struct libraries *all, const struct sources *s, const struct manifest *m)
{
	for (size_t i = 0; i < s->files.n; i += 1)
		words_add(&library_named(all, library_of(s->files.at[i], m))->sources, s->files.at[i]);
	for (size_t i = 0; i < s->files.n; i += 1)
		read_uses(all, s->files.at[i], s->generated, m);
	for (size_t i = 0; i < s->headers.n; i += 1)
		read_uses(all, s->headers.at[i], s->generated, m);
}

static void add_sizes(struct libraries *all, const struct bill *b, const struct manifest *m)
{
	for (size_t i = 0; i < b->symbol_count; i += 1) {
		const struct bill_symbol *y = &b->symbols[i];
		struct library *l = library_named(all, y->source ? library_of(y->source, m) : "elsewhere");
		if (y->kind == BILL_CODE)
			l->code += y->bytes;
		else if (y->kind == BILL_CONSTANT)
			l->constants += y->bytes;
		else
			l->tables += y->bytes;
	}
}

struct libraries libraries_read(const struct manifest *m, const struct target *t, const struct bill *b)
{
	struct libraries all = { 0 };
	struct words platform;
	struct sources s;

	image_sources(&s, m, t, &platform);
	read_libraries(&all, &s, m);
	add_sizes(&all, b, m);
	return all;
}
