/* hardening.h - reads doc/hardening.md: what must stop each attempt of test/probe on each target.
 *
 * The page's tables are the data. One, whose first column is headed "stop", says what a kind of stop looks like from
 * outside; the others, headed "property", have an attempt in each row and from the third column on a target in each:
 *
 *     | stop        | exit       | the report says        | place |
 *     | write fault | 139        | a write to             | there |
 *     | property    | what it tries        | unix | spt |
 *     | `null`      | writes to address 0  | write fault | write fault |
 *
 * Exits stand apart by " or ", what may be said by " / ".
 */
#ifndef TOOL_HARDENING_H
#define TOOL_HARDENING_H

#include "tool/words.h"

struct stop {
	char *name;
	struct words exits, says; /* one of each */
	enum { PLACE_NONE, PLACE_THERE, PLACE_ELSEWHERE } place;
};

struct property {
	char *name;
	struct words stops; /* by target, as in hardening.targets */
};

struct hardening {
	struct stop *stops;
	struct property *properties;
	size_t stop_count, property_count;
	struct words targets;
};

/* Whether the page makes sense; what does not is told in `why`. */
bool hardening_read(struct hardening *h, const char *path, struct text *why);

const struct stop *hardening_stop(const struct hardening *h, const char *name); /* null: none */

#endif
