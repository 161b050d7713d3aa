/* check_size.c - what an image weighs, held to the budget that stands beside it.
 *
 * app/NAME/NAME.size, lines of a name and a number of bytes on the unix target; '#' begins a comment:
 *
 *     file    90112       the stripped image as `ls -l` has it, without the folders packed into it
 *     memory  1048576     all it will ever use: tables, code and stack
 *     lib/tcp 11000       what a library weighed, code and constants, when this was written
 *
 * `file` and `memory` are limits. A library's weight is none: when a limit is passed, the
 * libraries that grew since are named. The present figures are left in out/size/NAME.size.
 */
#include "tool/bill.h"
#include "tool/check.h"
#include "tool/files.h"
#include "tool/generate.h"
#include "tool/library.h"
#include "tool/plan.h"
#include <stdlib.h>
#include <string.h>

struct weight {
	char *name;
	unsigned long bytes;
};

struct weights {
	struct weight *at;
	size_t n;
};

static const struct weight *weight_named(const struct weights *all, const char *name)
{
	for (size_t i = 0; i < all->n; i += 1)
		if (strcmp(all->at[i].name, name) == 0)
			return &all->at[i];
	return 0;
}

/* Each line is checked: a budget that cannot be read limits nothing. */
static unsigned read_budget(const char *path, struct weights *all, struct text *why)
{
	unsigned wrong = 0, line = 1;
	char *p = file_read(path, 0);

	all->at = room_for(p ? strlen(p) + 1 : 1, sizeof *all->at);
	for (; p && *p; line += 1) {
		size_t n = strcspn(p, "\n");
		struct words w = words_split(form("%.*s", (int)strcspn(p, "#\n"), p));
		char *end = 0;
		unsigned long bytes = w.n == 2 ? strtoul(w.at[1], &end, 10) : 0;

		if (w.n == 2 && end && *end == 0 && bytes > 0) {
			all->at[all->n++] = (struct weight){ w.at[0], bytes };
		} else if (w.n != 0) {
			text_add(why, "      %s:%u: a name and a number of bytes must stand here\n", path,
				line);
			wrong += 1;
		}
		p += n + (p[n] == '\n');
	}
	return wrong;
}

static struct weights weigh(const struct manifest *m, const struct target *t)
{
	struct bill *b = bill_read(image_symbols(m, t));
	struct libraries all = libraries_read(m, t, b);
	struct weights now = { room_for(all.n + 2, sizeof *now.at), 2 };
	size_t file = 0;

	free(file_read(image_output(m, t), &file));
	for (size_t i = 0; i < m->folder_count; i += 1) {
		size_t packed = 0;

		free(file_read(generated_pack(m, &m->folders[i]), &packed));
		file -= packed;
	}
	now.at[0] = (struct weight){ "file", file };
	now.at[1] = (struct weight){ "memory", b->read_only + b->data + b->tables + t->stack_bytes };
	for (size_t i = 0; i < all.n; i += 1)
		if (all.at[i].code + all.at[i].constants > 0)
			now.at[now.n++] =
				(struct weight){ all.at[i].name, all.at[i].code + all.at[i].constants };
	return now;
}

static void keep_present(const char *path, const char *image, const struct weights *now)
{
	struct text t = { 0 };

	text_add(&t, "# What %s weighs on the unix target, in bytes: see tool/check_size.c.\n", image);
	for (size_t i = 0; i < now->n; i += 1)
		text_add(&t, "%-40s %lu\n", now->at[i].name, now->at[i].bytes);
	file_write(path, t.at, t.n);
}

static unsigned hold(
	const char *path, const struct weights *budget, const struct weights *now, struct text *why)
{
	unsigned wrong = 0;

	for (size_t i = 0; i < 2; i += 1) {
		const struct weight *limit = weight_named(budget, now->at[i].name);

		if (limit && now->at[i].bytes <= limit->bytes)
			continue;
		text_add(why, "      %s: %s is %lu bytes, its limit is %lu\n", path, now->at[i].name,
			now->at[i].bytes, limit ? limit->bytes : 0);
		wrong += 1;
	}
	for (size_t i = 2; i < now->n && wrong; i += 1) {
		const struct weight *was = weight_named(budget, now->at[i].name);
		unsigned long before = was ? was->bytes : 0;

		if (now->at[i].bytes > before)
			text_add(why, "      %s grew from %lu to %lu\n", now->at[i].name, before,
				now->at[i].bytes);
	}
	return wrong;
}

static unsigned check_image(
	const struct manifest *m, const struct target *t, const char *path, struct text *why)
{
	char *present = form("out/size/%s.size", m->name), *said;
	struct words outputs = { 0 };
	struct weights budget = { 0 };

	words_add(&outputs, image_symbols(m, t));
	words_add(&outputs, image_output(m, t));
	if (!build_kept(&outputs, &said)) {
		text_add(why, "%s", said);
		return 1;
	}
	unsigned wrong = read_budget(path, &budget, why);
	struct weights now = weigh(m, t);

	keep_present(present, m->name, &now);
	wrong += hold(path, &budget, &now, why);
	if (wrong)
		text_add(why,
			"      %s has the present figures: make it smaller, or commit them and say why\n",
			present);
	return wrong;
}

unsigned check_size(struct tree *t, struct text *why)
{
	unsigned wrong = 0, held = 0;

	plan_write(t);
	for (size_t i = 0; i < t->image_count; i += 1) {
		const struct manifest *m = t->images[i];
		char *path = form("%s/%s.size", m->folder, m->name);

		if (!file_exists(path))
			continue;
		held += 1;
		wrong += check_image(m, target_find("unix"), path, why);
	}
	if (!held)
		text_add(why, "      no image has a budget: app/NAME/NAME.size\n");
	return wrong + !held;
}
