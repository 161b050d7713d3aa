/* log.h - lines that say what happens, by source and level.
 *
 * A source is a small static struct with a name; whoever logs defines one:
 *
 *     static struct log_source LOG_HTTP = LOG_SOURCE("http");
 *
 *     if (log_on(&LOG_HTTP, LOG_INFO)) {
 *             struct writer w = log_begin(&LOG_HTTP, LOG_INFO);
 *             write_text(&w, "listening on port ");
 *             write_decimal(&w, port);
 *             log_end(&w);
 *     }
 *     log_text(&LOG_HTTP, LOG_WARN, text("no route"));     a line that is only a text
 *
 * and the console shows: time since start, level, source, text.
 *
 *     0.002134 info  http: listening on port 80
 *
 * Without the `if` it is right too: log_begin() of a line that is not wanted
 * gives a writer without room, which swallows everything. The `if` saves the
 * formatting: a line that is off costs one comparison.
 *
 * What comes from outside (a path, a name) is written with log_view(), which
 * shows control characters as \xNN so that nobody can forge a line or talk to
 * the terminal.
 *
 * Levels are set at boot: --log=LEVEL for all, --log=SOURCE:LEVEL,... for some.
 * A source is known when it logs for the first time, so a misspelt name is
 * noticed late: log_unused() tells of it.
 *
 * A source that floods is held to LOG_LINES_PER_S lines a second (after a
 * burst of twice that); what it says beyond is counted, and told in one line
 * ("http: 1234 more lines") when it may speak again. Errors are held too: nobody
 * outside must be able to fill a disk.
 *
 * A line is at most LOG_LINE_BYTES; a longer one is cut and ends in "...". Lines
 * go to dev/console.h, one call each. There is one log in an image. A line begun
 * inside another one is not shown, but counted like a held one.
 */
#ifndef STACK_LOG_H
#define STACK_LOG_H

#include "base/format.h"

enum log_level { LOG_OFF, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct view log_level_name(enum log_level level);

#define LOG_LINE_BYTES  240u
#define LOG_LINES_PER_S 50u
#define LOG_OPTION_MAX  16u /* SOURCE:LEVEL pairs in one --log */

struct log_source {
	struct view name;
	enum log_level level; /* everything is on until it is known */
	bool known;
	u32 lines_left; /* in this second */
	u32 held;       /* lines not shown and not yet told of */
	u64 second;     /* since start, of the last line */
	struct log_source *next;
};

#define LOG_SOURCE(literal)                                                                                  \
	{ { (const u8 *)"" literal, sizeof("" literal) - 1u }, LOG_DEBUG, false, 0, 0, 0, NULL }

/* Sets the levels from the text of the --log option; all are "info" where it
 * says nothing. False: it is not such a text; nothing is changed and *bad is the
 * part that is wrong. The text must live as long as the image (options do). */
bool log_configure(struct view option, struct view *bad);

/* This step's time; the first call is the start. Also tells of what was held. */
void log_time(u64 now);

/* When log_time() wants to be called for held lines; TIME_NEVER: nothing is held. */
u64 log_deadline(void);

/* The first name given to log_configure() that no source has used; empty: none. */
struct view log_unused(void);

/* Looks its level up, the first time. */
bool log_wanted(struct log_source *s, enum log_level level);

/* Whether such a line would be shown (if the source does not flood). */
static inline bool log_on(struct log_source *s, enum log_level level)
{
	return level <= s->level && log_wanted(s, level);
}

struct writer log_begin(struct log_source *s, enum log_level level);
void log_end(struct writer *w);

/* Bytes from outside, made harmless, into a line. */
void log_view(struct writer *w, struct view v);

/* A line that is just this. */
void log_text(struct log_source *s, enum log_level level, struct view line);

#endif
