/* sim_scenario_words.h - a scenario's lines as words, settings and values with units. */
#ifndef PLAT_SIM_SIM_SCENARIO_WORDS_H
#define PLAT_SIM_SIM_SCENARIO_WORDS_H

#include "plat/sim/sim_scenario.h"

#define WORDS 64u

/* A line, cut into words. */
struct words {
	struct view word[WORDS];
	u32 count, next;
};

/* For "%.*s": an int, and not more than a message takes. */
#define SHOW(v) (int)((v).n < 60 ? (v).n : 60), (const char *)(v).p

/* Says what is wrong with the line, and is false. */
bool scenario_wrong(struct scenario *c, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool word_is(struct view v, const char *word);

/* Adds the line's words; false: too many, or an open quote. */
bool words_cut(struct scenario *c, struct words *w, struct view line);

/* The next word without its quotes; empty at the end. */
struct view words_next(struct words *w);

/* key=value; false at the end. */
bool words_setting(struct scenario *c, struct words *w, struct view *key, struct view *value);

struct unit {
	const char *name;
	u64 size;
};

extern const struct unit value_times[], value_parts[], value_sizes[], value_rates[], value_plain[];

/* "12.5ms": digits, perhaps a decimal point and up to six more, and a unit. "1ms..2s" and
 * "1ms|5ms..9ms" are drawn from the line's luck. */
bool value_read(struct scenario *c, struct view v, const struct unit *units, u64 max, u64 *out);
bool value_time(struct scenario *c, struct view v, u64 *out);
bool value_u32(struct scenario *c, struct view v, const struct unit *units, u32 max, u32 *out);
bool value_on(struct scenario *c, struct view v, bool *out);

#endif
