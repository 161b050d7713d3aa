/* pages_markdown.c - what CommonMark does not have: tables in GitHub's notation, anchors of headings. */
#include "tool/pages_parts.h"
#include <ctype.h>
#include <string.h>

void text_add_escaped(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i += 1) {
		switch (s[i]) {
		case '<': text_add(t, "&lt;"); break;
		case '>': text_add(t, "&gt;"); break;
		case '&': text_add(t, "&amp;"); break;
		case '"': text_add(t, "&quot;"); break;
		default: text_add_bytes(t, s + i, 1);
		}
	}
}

char *escaped(const char *s)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	text_add_escaped(&t, s, strlen(s));
	return t.at;
}

/* ---- lines ---- */

struct lines {
	char **at;
	size_t n;
};

static struct lines lines_of(const char *s)
{
	struct words w = { 0 };

	while (*s) {
		size_t n = strcspn(s, "\n");
		char *line = form("%.*s", (int)n, s);

		if (n > 0 && line[n - 1] == '\r')
			line[n - 1] = 0;
		words_add(&w, line);
		s += n + (s[n] == '\n');
	}
	return (struct lines){ w.at, w.n };
}

static size_t indent_of(const char *line)
{
	return strspn(line, " ");
}

/* A fence opens or closes a block of code, in which nothing is a table. */
struct fence {
	char mark;
	size_t length;
};

static void fence_step(struct fence *f, const char *line)
{
	const char *s = line + indent_of(line);
	size_t n = *s == '`' || *s == '~' ? strspn(s, (char[]){ *s, 0 }) : 0;

	if (!f->mark && n >= 3) {
		*f = (struct fence){ *s, n };
	} else if (f->mark && n >= f->length && *s == f->mark && !s[n + strspn(s + n, " \t")]) {
		*f = (struct fence){ 0 };
	}
}

char *references_of(const char *markdown)
{
	struct lines l = lines_of(markdown);
	struct fence fence = { 0 };
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (size_t i = 0; i < l.n; i += 1) {
		const char *s = l.at[i] + indent_of(l.at[i]), *end;

		fence_step(&fence, l.at[i]);
		if (fence.mark || indent_of(l.at[i]) > 3 || *s != '[')
			continue;
		end = strstr(s, "]:");
		if (end && end > s + 1)
			text_add(&t, "%s\n", s);
	}
	return t.at;
}

/* ---- tables (the GFM specification, 4.10) ---- */

/* The cells of a row: cut at pipes that no backslash stands before (even in
 * code: that is GitHub's rule), which then loses its backslash. */
static struct words cells_of(const char *line)
{
	struct words cells = { 0 };
	struct text t = { 0 };
	const char *s = line + strspn(line, " \t");
	size_t n = strlen(s);

	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n -= 1;
	if (*s == '|') {
		s += 1;
		n -= 1;
	}
	if (n > 0 && s[n - 1] == '|' && (n < 2 || s[n - 2] != '\\'))
		n -= 1;
	text_add(&t, "%s", "");
	for (size_t i = 0; i < n; i += 1) {
		if (s[i] == '\\' && i + 1 < n && s[i + 1] == '|') {
			text_add(&t, "|");
			i += 1;
		} else if (s[i] == '|') {
			words_add(&cells, trimmed(t.at, t.at + t.n));
			t = (struct text){ 0 };
			text_add(&t, "%s", "");
		} else {
			text_add_bytes(&t, s + i, 1);
		}
	}
	words_add(&cells, trimmed(t.at, t.at + t.n));
	return cells;
}

/* ":---", "---:", ":--:", "---": 'l', 'r', 'c', '-'; 0: none of them. */
static char alignment_of(const char *cell)
{
	size_t n = strlen(cell);
	bool left = n > 0 && cell[0] == ':', right = n > 1 && cell[n - 1] == ':';
	size_t dashes = strspn(cell + left, "-");

	if (dashes == 0 || left + dashes + right != n)
		return 0;
	return left ? right ? 'c' : 'l' : right ? 'r' : '-';
}

/* The rows a table at line i has, with the head and the line below; 0: it is none. */
static size_t table_rows(const struct lines *l, size_t i)
{
	struct words head, below;
	size_t rows = 2;

	if (i + 1 >= l->n || !strchr(l->at[i], '|') || indent_of(l->at[i]) > 3 || !strpbrk(l->at[i + 1], "-"))
		return 0;
	if (!strpbrk(l->at[i + 1], "|:") || indent_of(l->at[i + 1]) > indent_of(l->at[i]) + 3)
		return 0;
	head = cells_of(l->at[i]);
	below = cells_of(l->at[i + 1]);
	if (head.n != below.n)
		return 0;
	for (size_t c = 0; c < below.n; c += 1)
		if (!alignment_of(below.at[c]))
			return 0;
	while (i + rows < l->n && strchr(l->at[i + rows], '|'))
		rows += 1;
	return rows;
}

struct cell_maker {
	char *(*render)(void *context, const char *markdown);
	void *context;
};

static void add_row(struct text *t, const struct words *cells, const struct words *below, bool head,
	const struct cell_maker *maker)
{
	text_add(t, "<tr>");
	for (size_t c = 0; c < below->n; c += 1) {
		const char *cell = c < cells->n ? cells->at[c] : "";
		const char *tag = head ? "th" : "td";
		const char *style = "";
		char *html = maker->render(maker->context, cell);

		switch (alignment_of(below->at[c])) {
		case 'r': style = " class=\"right\""; break;
		case 'c': style = " class=\"center\""; break;
		default: break;
		}
		for (char *p = html; *p; p += 1) /* a blank line would end the block of HTML */
			if (*p == '\n')
				*p = ' ';
		text_add(t, "<%s%s%s>%s</%s>", tag, style, head ? " scope=\"col\"" : "", html, tag);
	}
	text_add(t, "</tr>");
}

char *tables_rendered(const char *markdown, char *(*cell)(void *context, const char *markdown), void *context)
{
	struct lines l = lines_of(markdown);
	struct cell_maker maker = { cell, context };
	struct fence fence = { 0 };
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (size_t i = 0; i < l.n; i += 1) {
		struct words head, below;
		size_t rows;

		fence_step(&fence, l.at[i]);
		rows = fence.mark ? 0 : table_rows(&l, i);
		if (!rows) {
			text_add(&t, "%s\n", l.at[i]);
			continue;
		}
		head = cells_of(l.at[i]);
		below = cells_of(l.at[i + 1]);
		text_add(&t, "%*s<div class=\"table\" tabindex=\"0\"><table><thead>", (int)indent_of(l.at[i]),
			"");
		add_row(&t, &head, &below, true, &maker);
		text_add(&t, "</thead><tbody>");
		for (size_t r = 2; r < rows; r += 1) {
			struct words cells = cells_of(l.at[i + r]);

			add_row(&t, &cells, &below, false, &maker);
		}
		text_add(&t, "</tbody></table></div>\n");
		for (size_t r = 1; r < rows; r += 1)
			text_add(&t, "\n");
		i += rows - 1;
	}
	return t.at;
}

/* ---- anchors ---- */

char *anchor_of(const char *heading, const struct heading *taken, size_t taken_count)
{
	struct text t = { 0 };
	size_t again = 0;
	char *anchor;

	text_add(&t, "%s", "");
	for (const char *p = heading; *p; p += 1) {
		unsigned char c = (unsigned char)*p;

		if (c == ' ' || c == '-')
			text_add(&t, "-");
		else if (isalnum(c) || c == '_' || c >= 0x80)
			text_add(&t, "%c", c >= 0x80 ? c : tolower(c));
	}
	anchor = t.at;
	for (size_t i = 0; i < taken_count; i += 1)
		if (strcmp(taken[i].anchor, anchor) == 0) {
			again += 1;
			anchor = form("%s-%zu", t.at, again);
			i = (size_t)-1;
		}
	return anchor;
}
