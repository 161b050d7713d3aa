/* words.c - see words.h. */
#include "tool/words.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nothing is freed (see words.h): the leak finder of test builds need not say so. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

void *room_for(size_t count, size_t bytes)
{
	void *p = calloc(count ? count : 1, bytes ? bytes : 1);

	if (!p) {
		fputs("fata: out of memory\n", stderr);
		exit(1);
	}
	return p;
}

static char *form_list(const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int n = vsnprintf(0, 0, format, again);
	va_end(again);

	char *s = room_for((size_t)n + 1, 1);
	vsnprintf(s, (size_t)n + 1, format, arguments);
	return s;
}

char *form(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *s = form_list(format, arguments);
	va_end(arguments);
	return s;
}

/* FNV-1a: these are file names, nobody attacks the table. */
static size_t hash_of(const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s += 1)
		h = (h ^ (uint8_t)*s) * 1099511628211u;
	return (size_t)(h ^ (h >> 32));
}

void words_add(struct words *w, const char *word)
{
	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 8;
		char **at = room_for(cap, sizeof *at);
		if (w->n)
			memcpy(at, w->at, w->n * sizeof *at);
		w->at = at;
		w->cap = cap;
	}
	w->at[w->n++] = form("%s", word);
}

void words_add_all(struct words *w, const struct words *more)
{
	for (size_t i = 0; i < more->n; i += 1)
		words_add(w, more->at[i]);
}

static size_t *bucket_of(const struct words *w, const char *word)
{
	size_t i = hash_of(word) & (w->bucket_count - 1);

	while (w->buckets[i] && strcmp(w->at[w->buckets[i] - 1], word) != 0)
		i = (i + 1) & (w->bucket_count - 1);
	return &w->buckets[i];
}

bool words_have(const struct words *w, const char *word)
{
	if (w->buckets)
		return *bucket_of(w, word) != 0;
	for (size_t i = 0; i < w->n; i += 1)
		if (strcmp(w->at[i], word) == 0)
			return true;
	return false;
}

bool words_add_new(struct words *w, const char *word)
{
	size_t position;
	return words_add_new_at(w, word, &position);
}

bool words_add_new_at(struct words *w, const char *word, size_t *position)
{
	if (w->bucket_count < 2 * (w->n + 1)) {
		w->bucket_count = w->bucket_count ? w->bucket_count * 4 : 64;
		while (w->bucket_count < 2 * (w->n + 1))
			w->bucket_count *= 2;
		w->buckets = room_for(w->bucket_count, sizeof *w->buckets);
		for (size_t i = 0; i < w->n; i += 1)
			*bucket_of(w, w->at[i]) = i + 1;
	}
	size_t *b = bucket_of(w, word);
	if (*b) {
		*position = *b - 1;
		return false;
	}
	*position = w->n;
	words_add(w, word);
	*b = w->n;
	return true;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void words_sort(struct words *w)
{
	if (w->n)
		qsort(w->at, w->n, sizeof *w->at, by_text);
	w->buckets = 0; /* they hold positions */
	w->bucket_count = 0;
}

struct words words_split(const char *line)
{
	struct words w = { 0 };

	while (*line) {
		size_t blank = strspn(line, " \t\r\n");
		size_t n = strcspn(line + blank, " \t\r\n");
		if (n)
			words_add(&w, form("%.*s", (int)n, line + blank));
		line += blank + n;
	}
	return w;
}

char *words_join(const struct words *w, const char *between)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (size_t i = 0; i < w->n; i += 1)
		text_add(&t, "%s%s", i ? between : "", w->at[i]);
	return t.at;
}

bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && strcmp(s + n - m, suffix) == 0;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

char *trimmed(const char *from, const char *to)
{
	while (from < to && blank(*from))
		from += 1;
	while (from < to && blank(to[-1]))
		to -= 1;
	return form("%.*s", (int)(to - from), from);
}

void text_add_bytes(struct text *t, const char *bytes, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		size_t cap = (t->n + n + 1) * 2;
		char *at = room_for(cap, 1);
		if (t->n)
			memcpy(at, t->at, t->n);
		free(t->at);
		t->at = at;
		t->cap = cap;
	}
	if (n)
		memcpy(t->at + t->n, bytes, n);
	t->n += n;
	t->at[t->n] = 0;
}

void text_add(struct text *t, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *s = form_list(format, arguments);
	va_end(arguments);
	text_add_bytes(t, s, strlen(s));
	free(s);
}
