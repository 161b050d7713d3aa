/* hardening.c - see hardening.h. */
#include "tool/hardening.h"
#include "tool/files.h"
#include <string.h>

#define FIRST_TARGET 2 /* the columns before it: property, what it tries */

static struct words cells_of(const char *line, const char *end)
{
	struct words cells = { 0 };

	for (const char *from = line + 1; from < end;) {
		const char *bar = memchr(from, '|', (size_t)(end - from));
		if (!bar)
			break;
		words_add(&cells, trimmed(from, bar));
		from = bar + 1;
	}
	return cells;
}

static struct words split_by(const char *text, const char *between)
{
	struct words parts = { 0 };
	const char *next;

	for (; (next = strstr(text, between)); text = next + strlen(between))
		words_add(&parts, trimmed(text, next));
	words_add(&parts, trimmed(text, text + strlen(text)));
	return parts;
}

static void add_stop(struct hardening *h, const struct words *cells)
{
	h->stops[h->stop_count++] = (struct stop){
		.name = cells->at[0],
		.exits = split_by(cells->at[1], " or "),
		.says = split_by(cells->at[2], " / "),
		.place = strcmp(cells->at[3], "there") == 0       ? PLACE_THERE
			 : strcmp(cells->at[3], "elsewhere") == 0 ? PLACE_ELSEWHERE
								  : PLACE_NONE,
	};
}

static void add_property(struct hardening *h, const struct words *cells)
{
	struct property *p = &h->properties[h->property_count++];
	size_t n = strlen(cells->at[0]);

	p->name = trimmed(cells->at[0] + 1, cells->at[0] + n - 1); /* without its quotes */
	for (size_t i = FIRST_TARGET; i < cells->n; i += 1)
		words_add(&p->stops, cells->at[i]);
}

/* All tables of properties have the same targets. */
static bool take_targets(struct hardening *h, const struct words *head)
{
	struct words targets = { 0 };

	for (size_t i = FIRST_TARGET; i < head->n; i += 1)
		words_add(&targets, head->at[i]);
	if (!h->targets.n)
		h->targets = targets;
	return strcmp(words_join(&h->targets, " "), words_join(&targets, " ")) == 0;
}

static bool stops_exist(const struct hardening *h, const char *path, struct text *why)
{
	bool fine = true;

	for (size_t i = 0; i < h->property_count; i += 1) {
		const struct property *p = &h->properties[i];
		for (size_t k = 0; k < p->stops.n; k += 1) {
			if (hardening_stop(h, p->stops.at[k]))
				continue;
			text_add(why, "      %s: %s: '%s' is not in the table of stops\n", path, p->name,
				p->stops.at[k]);
			fine = false;
		}
	}
	return fine;
}

bool hardening_read(struct hardening *h, const char *path, struct text *why)
{
	char *bytes = file_read(path, 0), *line = bytes;
	struct words head = { 0 };
	size_t lines = 1, number = 0;
	bool fine = bytes != 0;

	for (char *p = bytes; p && *p; p += 1)
		lines += *p == '\n';
	*h = (struct hardening){ .stops = room_for(lines, sizeof *h->stops),
		.properties = room_for(lines, sizeof *h->properties) };
	for (; line && *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
		struct words cells = cells_of(line, line + strcspn(line, "\n"));
		number += 1;
		if (*line != '|') {
			head = (struct words){ 0 };
			continue;
		}
		if (head.n && cells.n != head.n) {
			text_add(why, "      %s:%zu: %zu cells, not %zu\n", path, number, cells.n, head.n);
			fine = false;
		} else if (!head.n) {
			head = cells;
			fine = (strcmp(head.at[0], "property") != 0 || take_targets(h, &head)) && fine;
		} else if (strncmp(cells.at[0], "---", 3) == 0) {
			continue;
		} else if (strcmp(head.at[0], "stop") == 0 && cells.n == 4) {
			add_stop(h, &cells);
		} else if (strcmp(head.at[0], "property") == 0) {
			add_property(h, &cells);
		}
	}
	fine = stops_exist(h, path, why) && fine;
	if (!fine || !h->property_count)
		text_add(why, "      %s: its tables are not as tool/hardening.h describes them\n", path);
	return fine && h->property_count;
}

const struct stop *hardening_stop(const struct hardening *h, const char *name)
{
	for (size_t i = 0; i < h->stop_count; i += 1)
		if (strcmp(h->stops[i].name, name) == 0)
			return &h->stops[i];
	return 0;
}
