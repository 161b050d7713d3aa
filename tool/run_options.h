/* run_options.h - the options of `fata run` that are the tool's or the platform's; all others are the image's. */
#ifndef TOOL_RUN_OPTIONS_H
#define TOOL_RUN_OPTIONS_H

#include "tool/words.h"

struct run_option {
	const char *name, *value; /* value: empty for one that stands alone */
	const char *targets;      /* that know it, by name; null: all */
	const char *help;
};

/* Ended by one without a name. */
extern const struct run_option run_options[];

const struct run_option *run_option_find(const char *name); /* null: none */

/* The first of these names that the target does not know; null: it knows them all. */
const struct run_option *run_option_unknown(const struct words *names, const char *target);

#endif
