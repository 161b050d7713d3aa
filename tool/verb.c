/* verb.c - see verb.h. */
#include "tool/verb.h"
#include "tool/files.h"
#include "tool/trouble.h"
#include <stdio.h>
#include <string.h>

const struct verb verbs[] = {
	{ "new", verb_new, "new app NAME", "write app/NAME: a program that builds, runs and has a test", 0 },
	{ "build", verb_build, "build [IMAGE...] [TARGET]",
		"build images (all of app/, for every target, when none is named)",
		"An image is a name from app/, or the path of a folder with a manifest; libfata_socket\n"
		"is the stack as a shared library (doc/embed.md).\n"
		"Images land in out/TARGET/IMAGE, with their symbols in out/TARGET/IMAGE.symbols.\n\n"
		"  --tests     the tests and fuzzers too; without names also the images and libraries they "
		"use\n" },
	{ "run", verb_run, "run IMAGE [TARGET] [-p YOURS:ITS]... [--net NAME=WHAT] [--OPTION=VALUE]...",
		"build an image and run it; it needs no root and no network set-up",
		"Without a target (nor one in FATA_TARGET) it is the strongest that works here: hvt, spt, "
		"unix.\n" },
	{ "describe", verb_describe, "describe IMAGE [TARGET] [--dot]",
		"what an image is made of, how large each part is, and the memory it will ever use",
		"  --dot       the same as a graph, for: fata describe IMAGE --dot | dot -Tsvg\n" },
	{ "test", verb_test, "test [FILTER[:NAME]]... [--list]",
		"run the tests: units, corpora, whole images",
		"A filter is part of a test's path (lib/tcp, ping); NAME is part of one test's sentence.\n"
		"The last line counts single tests: N passed, N failed[, N skipped].\n\n"
		"  --list      print what would run\n"
		"  --units     only programs of C, no scripts with whole images\n" },
	{ "check", verb_check, "check [--full] [NAME]...",
		"check the tree: folders, purity, signatures, lint, format, reproducibility",
		"NAME is one of the checks (run `fata check --list`).\n\n"
		"  --list      print the checks\n"
		"  --full      fuzz every parser for a minute and run test/full too\n" },
	{ "prove", verb_prove, "prove [OPTION]...",
		"prove base/ and every decoder with Frama-C (verify/prove.sh)",
		"Options are those of verify/prove.sh.\n" },
	{ "replay", verb_replay, "replay FILE [IMAGE] [--trace] [--until N] [--debug]",
		"run a recording (fata run IMAGE --record FILE) again, in the simulator, to the same state",
		"IMAGE is the one the recording names, if not given.\n\n"
		"  --trace     print what happens\n"
		"  --until N   stop at step N\n"
		"  --debug     under gdb: (gdb) break replay_here\n" },
	{ "pack", verb_pack, 0, 0, 0 },
	{ "names", verb_names, 0, 0, 0 },
	{ 0 },
};

static void help_all(void)
{
	puts("fata - programs that boot by themselves\n\nusage: ./fata VERB ...\n");
	for (const struct verb *v = verbs; v->name; v += 1)
		if (v->about)
			printf("  %-9s %s\n", v->name, v->about);
	puts("\nTry: ./fata run site        then open the page it names\n"
	     "     ./fata new app mine    then ./fata run mine\n"
	     "     ./fata VERB --help     tells more");
}

void verb_help(const char *name)
{
	for (const struct verb *v = verbs; v->name; v += 1)
		if (strcmp(v->name, name) == 0 && v->about)
			printf("usage: fata %s\n\n%s\n%s%s", v->usage, v->about, v->help ? "\n" : "",
				v->help ? v->help : "");
}

void unknown_option(const char *verb, const char *option, const char *known)
{
	struct words list = words_split(known);
	char *name = form("%.*s", (int)strcspn(option, "="), option);

	usage_error(verb, "%s has no option %s%s", verb, name, suggestion(name, &list));
}

int verb_main(int count, char **arguments)
{
	struct words known = { 0 };

	work_in_root();
	if (count < 2 || strcmp(arguments[1], "--help") == 0 || strcmp(arguments[1], "-h") == 0 ||
		strcmp(arguments[1], "help") == 0) {
		if (count > 2)
			verb_help(arguments[2]);
		else
			help_all();
		return 0;
	}
	for (const struct verb *v = verbs; v->name; v += 1) {
		if (v->about)
			words_add(&known, v->name);
		if (strcmp(v->name, arguments[1]) != 0)
			continue;
		struct arguments a = { arguments + 2, count - 2 };
		bool asks = a.n > 0 && (strcmp(a.at[0], "--help") == 0 || strcmp(a.at[0], "-h") == 0);
		if (asks && v->about && v->run != verb_run) {
			verb_help(v->name);
			return 0;
		}
		return v->run(&a);
	}
	usage_error("", "there is no verb '%s'%s (there are %s)", arguments[1],
		suggestion(arguments[1], &known), words_join(&known, " "));
}
