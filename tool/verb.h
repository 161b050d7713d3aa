/* verb.h - the words after `fata`: one file verb_NAME.c each, one row in the table of verb.c. */
#ifndef TOOL_VERB_H
#define TOOL_VERB_H

#include "tool/tree.h"

struct arguments {
	char **at; /* what stands behind the verb */
	int n;
};

struct verb {
	const char *name;
	int (*run)(const struct arguments *a); /* the exit status */
	const char *usage, *about;             /* "build [IMAGE] [TARGET]", one line */
	const char *help;                      /* the rest of `fata NAME --help` */
};

extern const struct verb verbs[];

int verb_main(int count, char **arguments);
void verb_help(const char *name);

int verb_new(const struct arguments *a);
int verb_build(const struct arguments *a);
int verb_run(const struct arguments *a);
int verb_describe(const struct arguments *a);
int verb_test(const struct arguments *a);
int verb_check(const struct arguments *a);
int verb_prove(const struct arguments *a);
int verb_replay(const struct arguments *a);
int verb_pack(const struct arguments *a);  /* for build.ninja: tool/pack.h */
int verb_names(const struct arguments *a); /* for completion */

/* Stops with a suggestion: `option` is none of these ("--list --verbose"). */
_Noreturn void unknown_option(const char *verb, const char *option, const char *known);

#endif
