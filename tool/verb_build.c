/* verb_build.c - fata build [IMAGE...] [TARGET]. */
#include "tool/files.h"
#include "tool/plan.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <stdio.h>
#include <string.h>

static void add_outputs(struct words *outputs, const struct manifest *m, const char *target)
{
	for (const struct target *t = targets; t->name; t += 1) {
		if (target_of_images(t) && (target ? strcmp(t->name, target) == 0 : !t->by_name))
			words_add(outputs, image_output(m, t));
		if (target_of_images(t) && target && t->tender && strcmp(t->name, target) == 0)
			words_add(outputs, form("out/%s", t->tender));
	}
}

/* "libfata_socket" names a library. */
static bool add_library(struct words *outputs, const struct tree *t, const char *name)
{
	for (size_t i = 0; i < t->libraries.n; i += 1) {
		char *output = library_output(t->libraries.at[i]);
		if (strcmp(path_stem(output), name) != 0)
			continue;
		words_add(outputs, output);
		return true;
	}
	return false;
}

/* Everything to use: the images of app/ and what runs them. What tests bring is for tests. */
static void add_all(struct words *outputs, const struct tree *t, const char *target, bool tests)
{
	for (size_t i = 0; i < t->image_count; i += 1)
		if (tests || starts_with(t->images[i]->folder, "app/"))
			add_outputs(outputs, t->images[i], target);
	for (size_t i = 0; i < t->programs.n; i += 1)
		if (tests || !starts_with(t->programs.at[i], "test/"))
			words_add(outputs, program_output(t->programs.at[i]));
	for (size_t i = 0; i < t->runners.n; i += 1)
		words_add(outputs, runner_output(t->runners.at[i]));
	for (size_t i = 0; tests && i < t->libraries.n; i += 1)
		words_add(outputs, library_output(t->libraries.at[i]));
}

static void add_tests(struct words *outputs, const struct tree *t)
{
	for (size_t i = 0; i < t->tests.n; i += 1)
		words_add(outputs, test_output(t->tests.at[i]));
	for (size_t i = 0; i < t->fuzzers.n; i += 1) {
		words_add(outputs, corpus_output(t->fuzzers.at[i]));
		words_add(outputs, fuzzer_output(t->fuzzers.at[i]));
	}
}

static void say_sizes(const struct words *outputs)
{
	for (size_t i = 0; i < outputs->n; i += 1) {
		size_t n = 0;
		char *bytes = file_read(outputs->at[i], &n);
		if (bytes)
			printf("%s  %zu bytes\n", outputs->at[i], n);
	}
}

int verb_build(const struct arguments *a)
{
	struct tree *tree = tree_read();
	struct words outputs = { 0 }, names = { 0 };
	const char *target = 0;
	bool tests = false;

	for (int i = 0; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--tests") == 0)
			tests = true;
		else if (*a->at[i] == '-')
			unknown_option("build", a->at[i], "--tests --help");
		else if (i > 0 && i == a->n - 1 && target_find(a->at[i]))
			target = target_need("build", a->at[i])->name;
		else
			words_add(&names, a->at[i]);
	}
	/* A last word that is no image: a target written wrong. */
	if (!target && names.n > 1 && !strchr(names.at[names.n - 1], '/')) {
		bool image = false;
		for (size_t i = 0; i < tree->image_count; i += 1)
			image = image || strcmp(tree->images[i]->name, names.at[names.n - 1]) == 0;
		if (!image)
			target = target_need("build", names.at[--names.n])->name;
	}
	for (size_t i = 0; i < names.n; i += 1)
		if (!add_library(&outputs, tree, names.at[i]))
			add_outputs(&outputs, tree_image(tree, "build", names.at[i]), target);
	if (!names.n)
		add_all(&outputs, tree, target, tests);
	if (tests)
		add_tests(&outputs, tree);
	plan_write(tree);
	if (!build(&outputs, false))
		return 1;
	if (names.n)
		say_sizes(&outputs);
	return 0;
}
