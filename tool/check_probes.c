/* check_probes.c - every attempt of test/probe on every target, compared with doc/hardening.md; the matrix. */
#include "tool/check.h"
#include "tool/files.h"
#include "tool/hardening.h"
#include "tool/plan.h"
#include "tool/process.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE          "doc/hardening.md"
#define SECONDS       "20" /* for one attempt */
#define NAME_COLUMN   24
#define TARGET_COLUMN 20

/* What is tried before the image runs: options of the platform. */
static const struct {
	const char *name, *option, *value;
} at_start[] = {
	{ "attach-port", "--net", "other=none" },
	{ "attach-disk", "--block", "other=/dev/null" },
};

struct attempt {
	const struct property *property;
	const struct stop *stop; /* what the page says */
	char *said, *address;    /* the report's, from the image's beginning; null: none */
	int status;
	bool right;
};

struct column {
	const struct target *target;
	char *missing; /* why nothing can be tried on it here; null: it can */
	struct attempt *attempts;
};

/* ---- one attempt ---- */

/* Its parent has forgotten to close descriptor 9. */
static struct words command_for(const struct target *t, const struct manifest *image, const char *name)
{
	static const char script[] = "exec 9>/dev/null; exec timeout " SECONDS " \"$@\"";
	const char *const fixed[] = { "sh", "-c", script, "probe" };
	struct words command = { 0 };
	bool starts = false;

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i += 1)
		words_add(&command, fixed[i]);
	words_add(&command, t->tender ? form("out/%s", t->tender) : image_output(image, t));
	for (size_t i = 0; i < sizeof at_start / sizeof *at_start; i += 1) {
		if (strcmp(at_start[i].name, name) != 0)
			continue;
		words_add(&command, at_start[i].option);
		words_add(&command, at_start[i].value);
		starts = true;
	}
	if (t->tender)
		words_add(&command, image_output(image, t));
	words_add(&command, "--log=error");
	if (!starts)
		words_add(&command, form("--try=%s", name));
	return command;
}

/* The address in "llvm-symbolizer-19 --obj=FILE ADDRESS)", if FILE is this image's. */
static char *address_in(const char *said, const char *symbols)
{
	char *head = form("(llvm-symbolizer-19 --obj=%s ", symbols);
	const char *at = strstr(said, head);

	return at ? form("%.*s", (int)strcspn(at + strlen(head), ")\n"), at + strlen(head)) : 0;
}

static void try_it(struct attempt *a, const struct target *t, const struct manifest *image)
{
	static const char again[] = "again: ";
	struct words command = command_for(t, image, a->property->name);

	a->status = run_kept(&command, &a->said);
	const char *more = strstr(a->said, again);
	if (more) { /* the first run has only looked; this one uses what it has seen */
		more += strlen(again);
		words_add(&command, form("%.*s", (int)strcspn(more, "\n"), more));
		a->status = run_kept(&command, &a->said);
	}
	a->address = address_in(a->said, image_symbols(image, t));
}

static bool fits(const struct attempt *a)
{
	bool said = false;

	for (size_t i = 0; i < a->stop->says.n; i += 1)
		said = said || strstr(a->said, a->stop->says.at[i]);
	return said && words_have(&a->stop->exits, form("%d", a->status)) &&
	       (a->stop->place == PLACE_NONE || a->address);
}

/* ---- where it was ---- */

/* The functions at each address that the reports of a column name, inlined ones and all: one run for all of them. */
static bool places_fit(struct column *c, size_t n, const char *symbols)
{
	struct words command = words_split("llvm-symbolizer-19 --functions=short");
	char *said;

	words_add(&command, form("--obj=%s", symbols));
	for (size_t i = 0; i < n; i += 1)
		if (c->attempts[i].address)
			words_add(&command, c->attempts[i].address);
	if (run_kept(&command, &said) != 0)
		return false;
	for (size_t i = 0; i < n; i += 1) {
		struct attempt *a = &c->attempts[i];
		if (!a->address)
			continue;
		char *end = strstr(said, "\n\n"); /* an empty line behind each */
		char *block = form("\n%.*s\n", end ? (int)(end - said) : (int)strlen(said), said);
		char *function = form("\ntry_%s\n", a->property->name);
		for (char *p = function; *p; p += 1)
			*p = *p == '-' ? '_' : *p;
		if (a->stop->place == PLACE_THERE && !strstr(block, function)) {
			a->right = false;
			a->said = form("%s(the place is%s)\n", a->said, block);
		}
		said = end ? end + 2 : said + strlen(said);
	}
	return true;
}

/* ---- all of them ---- */

static unsigned try_column(struct column *c, const struct hardening *h, size_t which,
	const struct manifest *image, struct text *why)
{
	unsigned wrong = 0;

	c->attempts = room_for(h->property_count, sizeof *c->attempts);
	for (size_t i = 0; i < h->property_count; i += 1) {
		struct attempt *a = &c->attempts[i];
		a->property = &h->properties[i];
		a->stop = hardening_stop(h, a->property->stops.at[which]);
		try_it(a, c->target, image);
		a->right = fits(a);
	}
	if (!places_fit(c, h->property_count, image_symbols(image, c->target))) {
		text_add(why, "      %s: llvm-symbolizer-19 does not know it\n",
			image_symbols(image, c->target));
		wrong += 1;
	}
	for (size_t i = 0; i < h->property_count; i += 1) {
		const struct attempt *a = &c->attempts[i];
		if (a->right)
			continue;
		text_add(why, "      %s on %s: not '%s': it left with %d and said:\n%s", a->property->name,
			c->target->name, a->stop->name, a->status, a->said);
		wrong += 1;
	}
	return wrong;
}

static void add_matrix(const struct column *c, const struct hardening *h, struct text *why)
{
	size_t stopped = 0, not_stopped = 0;

	text_add(why, "      %-*s", NAME_COLUMN, "");
	for (size_t k = 0; k < h->targets.n; k += 1)
		text_add(why, "%-*s", TARGET_COLUMN, h->targets.at[k]);
	text_add(why, "\n");
	for (size_t i = 0; i < h->property_count; i += 1) {
		text_add(why, "      %-*s", NAME_COLUMN, h->properties[i].name);
		for (size_t k = 0; k < h->targets.n; k += 1) {
			const struct attempt *a = c[k].missing ? 0 : &c[k].attempts[i];
			text_add(why, "%-*s", TARGET_COLUMN, !a ? "--" : a->right ? a->stop->name : "WRONG");
			not_stopped += a && a->status == 0;
			stopped += a && a->status != 0;
		}
		text_add(why, "\n");
	}
	text_add(why, "      %zu attempts stopped, %zu not\n", stopped, not_stopped);
	for (size_t k = 0; k < h->targets.n; k += 1)
		if (c[k].missing)
			text_add(why, "      --: not on this machine: %s: %s\n", h->targets.at[k],
				c[k].missing);
}

/* The page and the image know the same attempts. */
static unsigned check_names_agree(const struct hardening *h, const char *image, struct text *why)
{
	struct words command = { 0 }, names, on_page = { 0 };
	unsigned wrong = 0;
	char *said;

	words_add(&command, image);
	words_add(&command, "--log=error");
	words_add(&command, "--try=list");
	if (run_kept(&command, &said) != 0)
		said = form("%s", "");
	for (char *p = said; *p; p += 1)
		*p = *p == '\n' ? ' ' : *p;
	names = words_split(said);
	for (size_t i = 0; i < h->property_count; i += 1)
		words_add(&on_page, h->properties[i].name);
	for (size_t i = 0; i < names.n; i += 1) {
		if (words_have(&on_page, names.at[i]))
			continue;
		text_add(why, "      %s: there is no row for the attempt %s\n", PAGE, names.at[i]);
		wrong += 1;
	}
	return wrong + (names.n == 0);
}

unsigned check_probes(struct tree *t, struct text *why)
{
	struct manifest *image = tree_image(t, "check", "probe");
	struct words outputs = { 0 };
	struct hardening h;
	unsigned wrong = 0;

	if (!hardening_read(&h, PAGE, why))
		return 1;
	struct column *columns = room_for(h.targets.n, sizeof *columns);
	for (size_t k = 0; k < h.targets.n; k += 1) {
		const struct target *target = target_find(h.targets.at[k]);
		if (!target || target->kind != TARGET_IMAGE) {
			text_add(
				why, "      %s: '%s' is no target that runs images\n", PAGE, h.targets.at[k]);
			return 1;
		}
		columns[k].target = target;
		if (target->needs && access(target->needs, R_OK | W_OK) != 0)
			columns[k].missing = form("it needs %s", target->needs);
		words_add(&outputs, image_output(image, target));
		if (target->tender)
			words_add(&outputs, form("out/%s", target->tender));
	}
	plan_write(t);
	char *said;
	if (!build_kept(&outputs, &said)) {
		text_add(why, "%s", said);
		return 1;
	}
	wrong += check_names_agree(&h, image_output(image, target_find("unix")), why);
	for (size_t k = 0; k < h.targets.n; k += 1)
		wrong += columns[k].missing ? 0 : try_column(&columns[k], &h, k, image, why);
	add_matrix(columns, &h, why);
	return wrong;
}
