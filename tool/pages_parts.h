/* pages_parts.h - between the files of tool/pages: a page, and what is made of its Markdown. */
#ifndef TOOL_PAGES_PARTS_H
#define TOOL_PAGES_PARTS_H

#include "tool/words.h"
#include <cmark.h>

struct heading {
	int level;
	char *text, *anchor;
};

struct page {
	char *source;  /* "doc/decisions/index.md" */
	char *inside;  /* "decisions/index.md": below the folder that is rendered */
	char *address; /* "decisions/index.html" */
	char *folder;  /* "decisions", or "" */
	char *title;
	char *references; /* its link definitions, for what is parsed apart: cells of tables */
	cmark_node *document;
	struct heading *headings;
	size_t heading_count, heading_cap;
	bool is_index;
};

/* GitHub's tables become lines of HTML; the number of lines stays the same, so that
 * messages name the right one. `cell` renders one cell's Markdown. */
char *tables_rendered(
	const char *markdown, char *(*cell)(void *context, const char *markdown), void *context);

/* The lines of a page that define link targets. */
char *references_of(const char *markdown);

/* GitHub's anchor for this text; `taken` are those of the page so far. */
char *anchor_of(const char *heading, const struct heading *taken, size_t taken_count);

/* Code as HTML, with spans for what the language (the fence's info, may be "") calls comments,
 * strings and so on. */
char *colored(const char *code, const char *language);

void text_add_escaped(struct text *t, const char *s, size_t n);
char *escaped(const char *s);

#endif
