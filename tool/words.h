/* words.h - texts and lists of texts for a program that runs for a moment.
 *
 * The tool lives for one command, so nothing here is ever freed: a text is a
 * pointer that stays good until the process ends, and copying one is copying
 * the pointer.
 */
#ifndef TOOL_WORDS_H
#define TOOL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

/* printf into a fresh text. */
char *form(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Zeroed memory, or the end of the program. */
void *room_for(size_t count, size_t bytes);

struct words {
	char **at;
	size_t n, cap;
	size_t *buckets; /* index + 1, made by words_add_new */
	size_t bucket_count;
};

void words_add(struct words *w, const char *word);
void words_add_all(struct words *w, const struct words *more);

/* Adds it unless it is there; true if it was not. position: where it is. Lists that are only built
 * with this one are sets, and asking them costs the same whatever their size. */
bool words_add_new(struct words *w, const char *word);
bool words_add_new_at(struct words *w, const char *word, size_t *position);
bool words_have(const struct words *w, const char *word);
void words_sort(struct words *w);

/* Words separated by spaces and tabs. */
struct words words_split(const char *line);
char *words_join(const struct words *w, const char *between);

bool starts_with(const char *s, const char *prefix);
bool ends_with(const char *s, const char *suffix);

/* The text between two places, without white space around it. */
char *trimmed(const char *from, const char *to);

/* Text being put together. */
struct text {
	char *at;
	size_t n, cap;
};

void text_add(struct text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add_bytes(struct text *t, const char *bytes, size_t n);

#endif
