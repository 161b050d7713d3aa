/* verb_check.c - fata check: one line for each check, and all it has to say when it fails. */
#include "tool/check.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name, *about;
	check_fn *run;
	bool full; /* only with --full, or by name */
} checks[] = {
	{ "folders", "includes follow the table of folders, lib/ has no cycles", check_folders, false },
	{ "shape", "libraries have their README and tests, files are short", check_shape, false },
	{ "format", "clang-format has nothing to change", check_format, false },
	{ "lint", "lib/ keeps to the safe subset of C", check_lint, false },
	{ "pure", "lib/ and base/ need nothing and keep nothing", check_pure, false },
	{ "devices", "every target defines what dev/ declares", check_devices, false },
	{ "gcc", "gcc builds every image without a warning", check_gcc, false },
	{ "probes", "what must not be possible is stopped, as doc/hardening.md says", check_probes, false },
	{ "tidy", "clang-tidy finds nothing", check_tidy, false },
	{ "analyze", "nor does its analyzer, which walks paths", check_analyze, true },
	{ "size", "images weigh no more than their budget", check_size, false },
	{ "reproduce", "the same bytes when built in another folder", check_reproduce, false },
	{ "fuzz", "every fuzzer runs for a minute", check_fuzz, true },
	{ "long", "the long tests of test/full pass", check_long, true },
};

#define CHECKS (sizeof checks / sizeof checks[0])

struct words check_names(void)
{
	struct words names = { 0 };

	for (size_t i = 0; i < CHECKS; i += 1)
		words_add(&names, checks[i].name);
	return names;
}

int verb_check(const struct arguments *a)
{
	struct words chosen = { 0 }, known = check_names();
	unsigned passed = 0, failed = 0;
	bool full = false;

	for (int i = 0; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--full") == 0) {
			full = true;
		} else if (strcmp(a->at[i], "--list") == 0) {
			for (size_t k = 0; k < CHECKS; k += 1)
				printf("%-10s %s%s\n", checks[k].name, checks[k].about,
					checks[k].full ? " (--full)" : "");
			return 0;
		} else if (*a->at[i] == '-') {
			unknown_option("check", a->at[i], "--full --list --help");
		} else if (!words_have(&known, a->at[i])) {
			usage_error("check", "there is no check '%s'%s (there are %s)", a->at[i],
				suggestion(a->at[i], &known), words_join(&known, " "));
		} else {
			words_add(&chosen, a->at[i]);
		}
	}
	struct tree *tree = tree_read();
	for (size_t i = 0; i < CHECKS; i += 1) {
		bool wanted = chosen.n ? words_have(&chosen, checks[i].name) : full || !checks[i].full;
		struct text why = { 0 };
		if (!wanted)
			continue;
		double began = seconds_now();
		unsigned wrong = checks[i].run(tree, &why);
		printf("%s  %-10s %-58s %.1f s\n", wrong ? "FAIL" : "ok  ", checks[i].name, checks[i].about,
			seconds_now() - began);
		printf("%s", why.at ? why.at : "");
		fflush(stdout);
		passed += !wrong;
		failed += wrong > 0;
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
