/* script_lines.c - a script's text, one piece for each event, and its time. See script.h. */
#include "test/adapter/script.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MOST 16384u /* an event's text, over all its lines */

/* Without comments and blanks around it. Inside of backticks and of %{ }% there are none of these comments. */
static char *stripped(char *line, bool inside)
{
	char *comment = inside || strchr(line, '`') ? NULL : strstr(line, "//"), *end;

	if (comment)
		*comment = 0;
	line += strspn(line, " \t");
	if (*line == '#' && !inside)
		*line = 0;
	end = line + strlen(line);
	while (end > line && isspace((unsigned char)end[-1]))
		end -= 1;
	*end = 0;
	return line;
}

/* It goes on in the next line: a command of the shell's, code, or a call with brackets open. */
static bool open_yet(const char *text)
{
	int ticks = 0, depth = 0;

	for (const char *p = text; *p; p += 1) {
		ticks += *p == '`';
		depth += strchr("([{", *p) ? 1 : strchr(")]}", *p) ? -1 : 0;
	}
	if (ticks > 0)
		return ticks % 2 != 0;
	if (strstr(text, "%{"))
		return strstr(text, "}%") == NULL;
	return depth > 0 && strncmp(text, "--", 2) != 0;
}

static void keep(struct script *x, const char *text, int number)
{
	x->lines = realloc(x->lines, (x->line_count + 1) * sizeof *x->lines);
	x->lines[x->line_count] = (struct script_line){ number, strdup(text) };
	x->line_count += 1;
}

bool script_lines_read(struct script *x)
{
	char *text = calloc(1, LINE_MOST), line[1000];
	FILE *f = fopen(x->path, "r");
	int number = 0, first = 0;
	usize n = 0;

	while (f && fgets(line, sizeof line, f)) {
		const char *p = stripped(line, n > 0);

		number += 1;
		if (n == 0)
			first = number;
		if (n + strlen(p) + 2 > LINE_MOST)
			break;
		n += (usize)snprintf(text + n, LINE_MOST - n, "%s%s", n ? "\n" : "", p);
		if (n == 0 || open_yet(text))
			continue;
		keep(x, text, first);
		n = 0;
	}
	if (n > 0) /* what is left open */
		keep(x, text, first);
	free(text);
	if (f)
		fclose(f);
	return f != NULL;
}

void script_lines_drop(struct script *x)
{
	for (u32 i = 0; i < x->line_count; i += 1)
		free(x->lines[i].text);
	free(x->lines);
}

/* ---- times ---- */

static bool read_seconds(const char **p, u64 *ns)
{
	char *end;
	double seconds = strtod(*p, &end);

	if (end == *p || seconds < 0)
		return false;
	if (end[-1] == '.' && strncmp(end, "..", 2) == 0) /* 0...1: its dot is of the three */
		end -= 1;
	*ns = (u64)(seconds * 1e9 + 0.5);
	*p = end;
	return true;
}

/* 0.1  +.1  *  0.1~0.2  +.1~+.2  0.1...0.2  +.1...0.2, all from the same `base` */
const char *script_time_read(const struct script *x, const char *p, struct script_time *t)
{
	bool relative = *p == '+';
	u64 from = relative ? x->base : 0;
	const char *after;

	*t = (struct script_time){ .at = x->now, .whenever = *p == '*' };
	if (t->whenever)
		return p + 1;
	p += relative;
	if (!read_seconds(&p, &t->at))
		return NULL;
	t->at += from;
	t->end = t->at;
	after = p + strspn(p, " \t");
	if (*after == '~') {
		after += 1 + (after[1] == '+');
	} else if (strncmp(after, "...", 3) == 0) {
		after += 3 + strspn(after + 3, " \t");
		t->call = true;
	} else {
		return p;
	}
	if (!read_seconds(&after, &t->end))
		return NULL;
	t->end += from;
	return after;
}
