/* verb_names.c - fata names KIND: the words there are, for completion (tool/completion). */
#include "tool/check.h"
#include "tool/run_options.h"
#include "tool/verb.h"
#include <stdio.h>
#include <string.h>

static void print_options(const struct tree *t, const struct arguments *a)
{
	const char *verb = a->n > 1 ? a->at[1] : "", *image = a->n > 2 ? a->at[2] : "";

	if (strcmp(verb, "describe") == 0)
		puts("--dot");
	if (strcmp(verb, "build") == 0)
		puts("--tests");
	if (strcmp(verb, "run") != 0)
		return;
	for (const struct run_option *o = run_options; o->name; o += 1)
		puts(o->name);
	puts("--log=");
	for (size_t i = 0; i < t->image_count; i += 1)
		for (size_t k = 0; strcmp(t->images[i]->name, image) == 0 && k < t->images[i]->option_count;
			k += 1)
			printf("--%s=\n", t->images[i]->options[k].name);
}

int verb_names(const struct arguments *a)
{
	const char *kind = a->n ? a->at[0] : "";

	if (strcmp(kind, "verbs") == 0) {
		for (const struct verb *v = verbs; v->name; v += 1)
			if (v->about)
				puts(v->name);
		return 0;
	}
	if (strcmp(kind, "targets") == 0) {
		for (const struct target *t = targets; t->name; t += 1)
			if (target_of_images(t))
				puts(t->name);
		return 0;
	}
	if (strcmp(kind, "checks") == 0) {
		struct words names = check_names();
		for (size_t i = 0; i < names.n; i += 1)
			puts(names.at[i]);
		return 0;
	}
	struct tree *t = tree_read();
	if (strcmp(kind, "images") == 0)
		for (size_t i = 0; i < t->image_count; i += 1)
			puts(t->images[i]->name);
	else if (strcmp(kind, "tests") == 0)
		for (size_t i = 0; i < t->tests.n; i += 1)
			puts(t->tests.at[i]);
	else if (strcmp(kind, "options") == 0)
		print_options(t, a);
	else
		return 2;
	return 0;
}
