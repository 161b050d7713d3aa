/* trouble.c - see trouble.h. */
#include "tool/trouble.h"
#include "base/types.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void stop_with(const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("fata: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

void usage_error(const char *verb, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fputs("fata: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n'fata %s%s--help' tells more\n", verb, *verb ? " " : "");
	exit(2);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: three rows of the table are enough. */
size_t edit_distance(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);
	size_t *rows[3];

	for (size_t r = 0; r < 3; r += 1)
		rows[r] = room_for(m + 1, sizeof **rows);
	for (size_t j = 0; j <= m; j += 1)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i += 1) {
		size_t *now = rows[i % 3], *up = rows[(i + 2) % 3], *upper = rows[(i + 1) % 3];
		now[0] = i;
		for (size_t j = 1; j <= m; j += 1) {
			now[j] = least(least(up[j], now[j - 1]) + 1, up[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], upper[j - 2] + 1);
		}
	}
	size_t d = rows[n % 3][m];
	for (size_t r = 0; r < 3; r += 1)
		free(rows[r]);
	return d;
}

char *suggestion(const char *word, const struct words *known)
{
	size_t best = strlen(word) / 3 + 1;
	const char *name = 0;

	for (size_t i = 0; i < known->n; i += 1) {
		size_t d = edit_distance(word, known->at[i]);
		bool begins = strlen(word) >= 2 && starts_with(known->at[i], word);
		if (d < best || (d == best && !name) || (begins && !name)) {
			best = d < best ? d : best;
			name = known->at[i];
		}
	}
	return name ? form("; did you mean '%s'?", name) : form("%s", "");
}

/* base/types.h: whatever hosts lib/ and base/ says what happens when a caller is wrong (a test says it for itself). */
__attribute__((weak)) void panic(const char *file, u32 line, const char *what)
{
	stop_with("%s:%u: require(%s): that is a fault in fata, please report it", file, line, what);
}
