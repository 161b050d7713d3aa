/* trouble.h - saying what is wrong and what to do about it.
 *
 * A message has the form "what: why; what to do". The tool's own mistakes and
 * the user's both end here, with exit status 1 (2 for a wrong command line).
 */
#ifndef TOOL_TROUBLE_H
#define TOOL_TROUBLE_H

#include "tool/words.h"

/* "fata: MESSAGE", and the end. */
_Noreturn void stop_with(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The command line is wrong: exit status 2, and where help is. */
_Noreturn void usage_error(const char *verb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "; did you mean 'x'?" for the known word nearest to this one, or "" when none
 * is near: at most a third of its letters (and at least one) differ. */
char *suggestion(const char *word, const struct words *known);

/* How many letters must be inserted, removed, replaced or swapped. */
size_t edit_distance(const char *a, const char *b);

#endif
