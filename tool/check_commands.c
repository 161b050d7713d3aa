/* check_commands.c - the checks that other programs do. */
#include "tool/check.h"
#include "tool/files.h"
#include "tool/include.h"
#include "tool/plan.h"
#include "tool/process.h"
#include <stdlib.h>
#include <string.h>

#define FUZZ_SECONDS 60

unsigned check_command(const struct words *command, struct text *why)
{
	char *said;
	int status = run_kept(command, &said);

	if (status == 0)
		return 0;
	text_add(why, "%s%s", said, *said && !ends_with(said, "\n") ? "\n" : "");
	text_add(why, "      (exit status %d: %s ...)\n", status, command->at[0]);
	return 1;
}

static bool is_c(const char *path)
{
	return ends_with(path, ".c") || ends_with(path, ".h");
}

unsigned check_format(struct tree *t, struct text *why)
{
	struct words command = words_split("clang-format-19 --dry-run -Werror --style=file");

	for (size_t i = 0; i < t->files.n; i += 1)
		if (is_c(t->files.at[i]) && !starts_with(t->files.at[i], "verify/lint/"))
			words_add(&command, t->files.at[i]);
	char *said;
	if (run_kept(&command, &said) == 0)
		return 0;

	/* Every place is a line of it; the file is what one needs to know. */
	struct words files = { 0 };
	for (char *p = said; *p; p += strcspn(p, "\n") + (p[strcspn(p, "\n")] == '\n')) {
		char *file = form("%.*s", (int)strcspn(p, ":\n"), p);
		if (words_have(&t->files, file))
			words_add_new(&files, file);
	}
	text_add(
		why, "      put right by: clang-format-19 -i %s\n", files.n ? words_join(&files, " ") : said);
	return 1;
}

/* First that the lint itself finds what it must, then lib/. */
unsigned check_lint(struct tree *t, struct text *why)
{
	struct words test = { 0 }, command = { 0 };

	words_add(&test, "sh");
	words_add(&test, "verify/lint/lint.sh");
	words_add(&test, "--self-test");
	words_add(&command, "sh");
	words_add(&command, "verify/lint/lint.sh");
	for (size_t i = 0; i < t->files.n; i += 1)
		if (starts_with(t->files.at[i], "lib/") && ends_with(t->files.at[i], ".c") &&
			is_source(t->files.at[i]))
			words_add(&command, t->files.at[i]);
	return check_command(&test, why) + check_command(&command, why);
}

static unsigned check_build(const struct words *outputs, struct text *why)
{
	char *said;

	if (build_kept(outputs, &said))
		return 0;
	text_add(why, "%s", said);
	return 1;
}

unsigned check_gcc(struct tree *t, struct text *why)
{
	struct words outputs = { 0 };

	plan_write(t);
	for (size_t i = 0; i < t->image_count; i += 1)
		words_add(&outputs, image_output(t->images[i], target_find("unix-gcc")));
	return check_build(&outputs, why);
}

static unsigned check_by_tidy(struct tree *t, const char *name, struct text *why)
{
	char *said;

	plan_write(t);
	if (tidy_kept(name, &said))
		return 0;
	text_add(why, "%s", said);
	return 1;
}

unsigned check_tidy(struct tree *t, struct text *why)
{
	return check_by_tidy(t, "tidy", why);
}

unsigned check_analyze(struct tree *t, struct text *why)
{
	return check_by_tidy(t, "analyze", why);
}

/* ---- reproducibility ---- */

static struct words image_outputs(const struct tree *t)
{
	struct words outputs = { 0 };

	for (size_t i = 0; i < t->image_count; i += 1) {
		for (const struct target *k = targets; k->name; k += 1) {
			if (k->by_name)
				continue;
			if (k->kind == TARGET_IMAGE) {
				words_add(&outputs, image_symbols(t->images[i], k));
				words_add(&outputs, image_output(t->images[i], k));
			} else if (k->kind == TARGET_SHARED) {
				words_add(&outputs, image_output(t->images[i], k));
			}
		}
	}
	return outputs;
}

static bool same_bytes(const char *a, const char *b)
{
	size_t an = 0, bn = 0;
	char *as = file_read(a, &an), *bs = file_read(b, &bn);
	bool same = as && bs && an == bn && memcmp(as, bs, an) == 0;

	free(as);
	free(bs);
	return same;
}

/* A copy of the sources in a folder with another, longer name and a space in it. */
static unsigned make_copy(const char *to, struct text *why)
{
	static const char script[] =
		"set -e; rm -rf \"$1\"; mkdir -p \"$1/out\"; "
		"for f in *; do [ \"$f\" = out ] || cp -R \"$f\" \"$1/\"; done; "
		"cp out/fata \"$1/out/\"; if [ -d out/src ]; then cp -R out/src \"$1/out/\"; fi";
	struct words command = { 0 };

	words_add(&command, "sh");
	words_add(&command, "-c");
	words_add(&command, script);
	words_add(&command, "copy");
	words_add(&command, to);
	return check_command(&command, why);
}

unsigned check_reproduce(struct tree *t, struct text *why)
{
	static const char again[] = "out/check/built in another place";
	struct words outputs = image_outputs(t), command = { 0 };
	unsigned wrong = 0;

	plan_write(t);
	if (check_build(&outputs, why) || make_copy(again, why))
		return 1;
	words_add(&command, "env");
	words_add(&command, form("FATA_ROOT=%s/%s", root_path(), again));
	words_add(&command, "out/fata");
	words_add(&command, "build");
	for (size_t i = 0; i < t->image_count; i += 1)
		words_add(&command, t->images[i]->name);
	if (check_command(&command, why))
		return 1;
	for (size_t i = 0; i < outputs.n; i += 1) {
		if (same_bytes(outputs.at[i], form("%s/%s", again, outputs.at[i])))
			continue;
		text_add(why, "      %s differs from '%s/%s'\n", outputs.at[i], again, outputs.at[i]);
		wrong += 1;
	}
	if (!wrong) {
		struct words clear = words_split("rm -rf out/check");
		check_command(&clear, why);
	}
	return wrong;
}

/* ---- --full ---- */

unsigned check_fuzz(struct tree *t, struct text *why)
{
	struct words outputs = { 0 };
	unsigned wrong = 0;

	plan_write(t);
	for (size_t i = 0; i < t->fuzzers.n; i += 1)
		words_add(&outputs, fuzzer_output(t->fuzzers.at[i]));
	if (check_build(&outputs, why))
		return 1;
	for (size_t i = 0; i < t->fuzzers.n; i += 1) {
		char *fuzzer = t->fuzzers.at[i];
		char *corpus = form("%.*s_corpus", (int)(strlen(fuzzer) - strlen("_fuzz.c")), fuzzer);
		char *found = form("out/fuzz/found/%s", path_stem(fuzzer));
		struct words command = { 0 };
		make_folders(found);
		words_add(&command, fuzzer_output(fuzzer));
		words_add(&command, form("-max_total_time=%d", FUZZ_SECONDS));
		words_add(&command, "-verbosity=0");
		words_add(&command, form("-artifact_prefix=%s/", found));
		words_add(&command, found);
		words_add(&command, corpus);
		wrong += check_command(&command, why);
	}
	return wrong;
}

unsigned check_long(struct tree *t, struct text *why)
{
	unsigned wrong = 0;

	(void)t;
	struct words entries = folder_entries("test/full");
	for (size_t i = 0; i < entries.n; i += 1) {
		struct words command = { 0 };
		if (!ends_with(entries.at[i], ".sh"))
			continue;
		words_add(&command, form("./test/full/%s", entries.at[i]));
		wrong += check_command(&command, why);
	}
	return wrong;
}
