/* check.h - what `fata check` looks at, one function each.
 *
 * Each returns how many things are wrong, and adds a line for each to `why`: the
 * place, what is wrong, and what to do. check_probes() adds its table whatever it is.
 */
#ifndef TOOL_CHECK_H
#define TOOL_CHECK_H

#include "tool/tree.h"

typedef unsigned check_fn(struct tree *t, struct text *why);

unsigned check_folders(
	struct tree *t, struct text *why); /* the table of who may include whom; no cycles in lib/ */
unsigned check_shape(
	struct tree *t, struct text *why); /* what a folder of lib/ must have; how long files are */
unsigned check_pure(
	struct tree *t, struct text *why); /* lib/ and base/: nothing undefined, nothing writable */
unsigned check_devices(struct tree *t, struct text *why);   /* each target defines what dev/ declares */
unsigned check_gcc(struct tree *t, struct text *why);       /* the second opinion builds */
unsigned check_lint(struct tree *t, struct text *why);      /* verify/lint: the safe subset of C */
unsigned check_format(struct tree *t, struct text *why);    /* clang-format */
unsigned check_probes(struct tree *t, struct text *why);    /* test/probe on every target: the matrix */
unsigned check_tidy(struct tree *t, struct text *why);      /* clang-tidy */
unsigned check_analyze(struct tree *t, struct text *why);   /* clang-tidy with its analyzer */
unsigned check_size(struct tree *t, struct text *why);      /* images stay within their NAME.size */
unsigned check_reproduce(struct tree *t, struct text *why); /* the same bytes in another folder */
unsigned check_fuzz(struct tree *t, struct text *why);      /* --full: every fuzzer for a minute */
unsigned check_long(struct tree *t, struct text *why);      /* --full: test/full */

/* Runs it; a failure adds what it said. */
unsigned check_command(const struct words *command, struct text *why);

/* Of all that there are. */
struct words check_names(void);

#endif
