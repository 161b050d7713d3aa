/* pages.c - a folder of Markdown into pages. See pages.h.
 *
 * Two rounds: all pages are parsed and their headings known before the first
 * is written, so that a link to a page or a heading that is not there is found.
 */
#include "tool/pages.h"
#include "tool/files.h"
#include "tool/pages_parts.h"
#include "tool/trouble.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define PAGES_MAX 2000

struct book {
	const char *folder, *theme, *site;
	struct page *pages; /* in the order of the navigation */
	size_t n;
	struct words copied; /* files that are not Markdown, below the folder */
	char *layout;
	struct pack *pack;
	size_t broken; /* links that lead nowhere */
};

static void broken_link(struct book *b, const struct page *p, int line, const char *url, const char *why)
{
	b->broken += 1;
	fprintf(stderr, "%s:%d: the link to %s: %s\n", p->source, line, url, why);
}

/* ---- the folder ---- */

static bool is_markdown(const char *name)
{
	return ends_with(name, ".md") || ends_with(name, ".markdown");
}

/* "10-tour.md" has the address of "tour.md". */
static const char *without_number(const char *name)
{
	bool two = isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-';

	return two && name[3] ? name + 3 : name;
}

static char *joined(const char *folder, const char *name)
{
	return *folder ? form("%s/%s", folder, name) : form("%s", name);
}

static bool is_index_name(const char *name)
{
	return strcmp(name, "index.md") == 0 || strcmp(name, "README.md") == 0;
}

/* The entries of a folder: the index, then as its file `order` says, then by name. */
static struct words entries_in_order(struct book *b, const char *path)
{
	struct words all = folder_entries(path), out = { 0 };
	char *order = form("%s/order", path), *wanted = file_read(order, NULL);

	words_add_new(&b->pack->inputs, path);
	for (size_t i = 0; i < all.n; i += 1)
		if (is_index_name(all.at[i]))
			words_add_new(&out, all.at[i]);
	if (wanted) {
		words_add_new(&b->pack->inputs, order);
		for (char *line = wanted; *line;) {
			size_t n = strcspn(line, "\n");
			char *name = trimmed(line, line + n), *page = form("%s.md", name);

			line += n + (line[n] == '\n');
			if (!*name || *name == '#')
				continue;
			if (words_have(&all, name))
				words_add_new(&out, name);
			else if (words_have(&all, page))
				words_add_new(&out, page);
			else {
				b->broken += 1;
				fprintf(stderr, "%s: names '%s', which is not in %s\n", order, name, path);
			}
		}
	}
	for (size_t i = 0; i < all.n; i += 1)
		if (strcmp(all.at[i], "order") != 0)
			words_add_new(&out, all.at[i]);
	return out;
}

static void add_page(struct book *b, const char *source, const char *folder, const char *name)
{
	char *inside = joined(folder, name);
	char *stem = path_stem(without_number(name));
	struct page *p = &b->pages[b->n];

	if (b->n == PAGES_MAX)
		stop_with("%s: more than %d pages; split the book", b->folder, PAGES_MAX);
	p->is_index = is_index_name(name);
	p->source = form("%s", source);
	p->inside = inside;
	p->folder = form("%s", folder);
	p->address = joined(folder, p->is_index ? "index.html" : form("%s.html", stem));
	b->n += 1;
	for (size_t i = 0; i + 1 < b->n; i += 1)
		if (strcmp(b->pages[i].address, p->address) == 0)
			stop_with("%s and %s both become %s; rename one of them", b->pages[i].source, source,
				p->address);
}

/* Depth is bounded by the path's length; a link that goes round is cut there. */
static void collect(struct book *b, const char *folder, int depth)
{
	char *path = *folder ? form("%s/%s", b->folder, folder) : form("%s", b->folder);
	struct words names = entries_in_order(b, path);

	if (depth > 8)
		stop_with("%s: folders nested deeper than 8; is a link going round?", path);
	for (size_t i = 0; i < names.n; i += 1) {
		const char *name = names.at[i];
		char *source = form("%s/%s", path, name);

		if (folder_exists(source)) {
			collect(b, joined(folder, name), depth + 1);
			continue;
		}
		words_add_new(&b->pack->inputs, source);
		if (is_markdown(name))
			add_page(b, source, folder, name);
		else
			words_add(&b->copied, joined(folder, name));
	}
}

/* ---- the first round: parse ---- */

static void add_plain(struct text *t, cmark_node *node)
{
	cmark_iter *walk = cmark_iter_new(node);
	cmark_event_type event;

	while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE) {
		cmark_node *at = cmark_iter_get_node(walk);
		cmark_node_type type = cmark_node_get_type(at);

		if (event == CMARK_EVENT_ENTER && (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE))
			text_add(t, "%s", cmark_node_get_literal(at));
		if (event == CMARK_EVENT_ENTER &&
			(type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK))
			text_add(t, " ");
	}
	cmark_iter_free(walk);
}

static char *plain_text(cmark_node *node)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	add_plain(&t, node);
	return t.at;
}

static void note_heading(struct page *p, cmark_node *node)
{
	struct heading h = { cmark_node_get_heading_level(node), plain_text(node), NULL };

	h.anchor = anchor_of(h.text, p->headings, p->heading_count);
	if (p->heading_count == p->heading_cap) {
		size_t cap = p->heading_cap ? 2 * p->heading_cap : 16;
		struct heading *more = room_for(cap, sizeof *more);

		if (p->heading_count)
			memcpy(more, p->headings, p->heading_count * sizeof *more);
		p->headings = more;
		p->heading_cap = cap;
	}
	p->headings[p->heading_count++] = h;
	if (!p->title && h.level == 1)
		p->title = h.text;
}

static cmark_node *parse(const char *markdown)
{
	return cmark_parse_document(markdown, strlen(markdown), CMARK_OPT_DEFAULT | CMARK_OPT_SMART);
}

static void note_headings(struct page *p, const char *markdown)
{
	cmark_node *document = parse(markdown);

	for (cmark_node *node = cmark_node_first_child(document); node; node = cmark_node_next(node))
		if (cmark_node_get_type(node) == CMARK_NODE_HEADING)
			note_heading(p, node);
	cmark_node_free(document);
	if (!p->title)
		p->title = path_stem(without_number(path_name(p->inside)));
}

/* ---- links ---- */

/* From one page's address to another's. The page for what is not there answers at any depth: from it
 * only links from the root lead. */
static char *relative(const char *from, const char *to)
{
	struct text t = { 0 };
	size_t same = 0;

	if (strcmp(from, "404.html") == 0)
		return form("/%s", to);
	for (size_t i = 0; from[i] && from[i] == to[i]; i += 1)
		if (from[i] == '/')
			same = i + 1;
	text_add(&t, "%s", "");
	for (const char *p = from + same; (p = strchr(p, '/')); p += 1)
		text_add(&t, "../");
	text_add(&t, "%s", to + same);
	return t.at;
}

static char *root_of(const char *address)
{
	return relative(address, "");
}

static const struct page *page_from(const struct book *b, const char *inside)
{
	for (size_t i = 0; i < b->n; i += 1) {
		const struct page *p = &b->pages[i];

		if (strcmp(p->inside, inside) == 0)
			return p;
		if (p->is_index && strcmp(p->folder, inside) == 0)
			return p;
	}
	return NULL;
}

static bool has_anchor(const struct page *p, const char *anchor)
{
	for (size_t i = 0; i < p->heading_count; i += 1)
		if (strcmp(p->headings[i].anchor, anchor) == 0)
			return true;
	return false;
}

/* The address for a link in this page, checked; links to elsewhere stay. */
static char *link_to(struct book *b, const struct page *p, const char *url, int line)
{
	size_t scheme = strcspn(url, ":/?#");
	const char *hash = strchr(url, '#'), *anchor = hash ? hash + 1 : "";
	char *place = form("%.*s", (int)(hash ? hash - url : (long)strlen(url)), url), *inside;
	const struct page *to = p;

	if (url[scheme] == ':' || *url == '/')
		return form("%s", url);
	if (*place) {
		inside = path_clean(joined(p->folder, place));
		while (ends_with(inside, "/"))
			inside[strlen(inside) - 1] = 0;
		if (strcmp(inside, ".") == 0)
			inside = "";
		to = page_from(b, inside);
		if (!to && words_have(&b->copied, inside))
			return form("%s", url);
		if (!to) {
			broken_link(b, p, line, url, "there is no such page or file in the folder");
			return form("%s", url);
		}
	}
	if (*anchor && !has_anchor(to, anchor))
		broken_link(b, p, line, url, form("%s has no such heading", to->source));
	return form("%s%s%s", to == p ? "" : relative(p->address, to->address), hash ? "#" : "", anchor);
}

/* ---- the second round: render ---- */

struct rendering {
	struct book *book;
	struct page *page;
	size_t next_heading;
	bool in_cell;
};

static void replace_heading(struct rendering *r, cmark_node *node)
{
	const struct heading *h = &r->page->headings[r->next_heading];
	cmark_node *block, *child;
	char *label;

	if (r->next_heading == r->page->heading_count)
		return; /* a table has made one more: it stays as it is, without an anchor */
	block = cmark_node_new(CMARK_NODE_CUSTOM_BLOCK);
	label = escaped(h->text);

	r->next_heading += 1;
	cmark_node_set_on_enter(block, form("<h%d id=\"%s\">", h->level, h->anchor));
	cmark_node_set_on_exit(block,
		h->level == 1
			? form("</h1>")
			: form("<a class=\"anchor\" href=\"#%s\" aria-label=\"Link to: %s\">#</a></h%d>",
				  h->anchor, label, h->level));
	while ((child = cmark_node_first_child(node))) {
		cmark_node_unlink(child);
		cmark_node_append_child(block, child);
	}
	cmark_node_replace(node, block);
	cmark_node_free(node);
}

static void replace_code(cmark_node *node)
{
	const char *info = cmark_node_get_fence_info(node);
	cmark_node *html = cmark_node_new(CMARK_NODE_HTML_BLOCK);
	char *code = colored(cmark_node_get_literal(node), info ? info : "");

	cmark_node_set_literal(html, form("<pre tabindex=\"0\"><code>%s</code></pre>\n", code));
	cmark_node_replace(node, html);
	cmark_node_free(node);
}

static void rework(struct rendering *r, cmark_node *document)
{
	cmark_iter *walk = cmark_iter_new(document);
	cmark_event_type event;
	int line = 1;

	while ((event = cmark_iter_next(walk)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(walk);
		cmark_node_type type = cmark_node_get_type(node);

		if (!r->in_cell && cmark_node_get_start_line(node) > 0)
			line = cmark_node_get_start_line(node);
		if (type == CMARK_NODE_HEADING && event == CMARK_EVENT_EXIT && !r->in_cell &&
			cmark_node_parent(node) == document) {
			replace_heading(r, node);
		} else if (type == CMARK_NODE_CODE_BLOCK && event == CMARK_EVENT_ENTER) {
			replace_code(node);
		} else if ((type == CMARK_NODE_LINK || type == CMARK_NODE_IMAGE) &&
			   event == CMARK_EVENT_ENTER) {
			char *to = link_to(r->book, r->page, cmark_node_get_url(node), line);

			cmark_node_set_url(node, to);
		}
	}
	cmark_iter_free(walk);
}

static char *to_html(cmark_node *document)
{
	char *html = cmark_render_html(document, CMARK_OPT_UNSAFE);

	cmark_node_free(document);
	return html;
}

/* A cell is a paragraph without its <p>. */
static char *render_cell(void *context, const char *markdown)
{
	struct rendering r = *(struct rendering *)context;
	cmark_node *document = parse(form("%s\n\n%s", markdown, r.page->references));
	char *html;
	size_t n;

	r.in_cell = true;
	rework(&r, document);
	html = to_html(document);
	n = strlen(html);
	if (starts_with(html, "<p>") && n >= 8 && strcmp(html + n - 5, "</p>\n") == 0)
		return form("%.*s", (int)(n - 8), html + 3);
	return html;
}

static char *render_content(struct book *b, struct page *p, const char *markdown)
{
	struct rendering r = { b, p, 0, false };
	cmark_node *document = parse(tables_rendered(markdown, render_cell, &r));

	rework(&r, document);
	return to_html(document);
}

/* ---- around the content ---- */

static char *toc_of(const struct page *p)
{
	struct text t = { 0 };
	size_t n = 0;

	text_add(&t, "%s", "");
	for (size_t i = 0; i < p->heading_count; i += 1) {
		const struct heading *h = &p->headings[i];

		if (h->level != 2 && h->level != 3)
			continue;
		text_add(&t, "%s<li class=\"l%d\"><a href=\"#%s\">%s</a></li>\n", n == 0 ? "<ul>\n" : "",
			h->level, h->anchor, escaped(h->text));
		n += 1;
	}
	if (n)
		text_add(&t, "</ul>\n");
	return n > 1 ? t.at : "";
}

static bool below(const char *folder, const char *of)
{
	size_t n = strlen(of);

	return starts_with(folder, of) && (n == 0 || folder[n] == 0 || folder[n] == '/');
}

static size_t depth_of(const struct page *p)
{
	size_t depth = 0;

	for (const char *s = p->folder; *s; s += 1)
		depth += depth == 0 || *s == '/';
	return depth;
}

/* A list: the pages of the root, the sections, and the pages of the section one is in. */
static char *nav_of(const struct book *b, const struct page *p)
{
	struct text t = { 0 };

	text_add(&t, "<ul>\n");
	for (size_t i = 0; i < b->n; i += 1) {
		const struct page *to = &b->pages[i];
		size_t depth = depth_of(to);

		if (depth > 0 && to->is_index)
			depth -= 1;
		else if (depth > 0 && !below(p->folder, to->folder))
			continue;
		if (depth > 1)
			depth = 1;
		text_add(&t, "<li class=\"d%zu\"><a href=\"%s\"%s>%s</a>", depth,
			relative(p->address, to->address), to == p ? " aria-current=\"page\"" : "",
			escaped(to->title));
		if (to == p && *toc_of(p))
			text_add(&t, "\n<div class=\"within\">%s</div>", toc_of(p));
		text_add(&t, "</li>\n");
	}
	text_add(&t, "</ul>\n");
	return t.at;
}

static char *step_to(const struct page *from, const struct page *to, const char *rel, const char *label)
{
	return form("<a rel=\"%s\" href=\"%s\"><small>%s</small> %s</a>", rel,
		relative(from->address, to->address), label, escaped(to->title));
}

struct word {
	const char *name, *value;
};

/* Each {name} in the layout once, from left to right; values are not looked into. */
static char *filled_in(const char *layout, const struct word *words, size_t n)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	while (*layout) {
		bool found = false;

		for (size_t i = 0; *layout == '{' && i < n && !found; i += 1) {
			size_t length = strlen(words[i].name);

			if (strncmp(layout + 1, words[i].name, length) != 0 || layout[1 + length] != '}')
				continue;
			text_add(&t, "%s", words[i].value);
			layout += length + 2;
			found = true;
		}
		if (!found) {
			text_add_bytes(&t, layout, 1);
			layout += 1;
		}
	}
	return t.at;
}

static void add_with_layout(
	struct book *b, const struct page *p, const char *content, const char *previous, const char *next)
{
	const char *stem = path_stem(path_name(p->address));
	const char *heading = strcmp(p->title, b->site) == 0 ? p->title : form("%s - %s", p->title, b->site);
	const struct word words[] = {
		{ "title", escaped(heading) },
		{ "site", escaped(b->site) },
		{ "root", root_of(p->address) },
		{ "nav", nav_of(b, p) },
		{ "toc", toc_of(p) },
		{ "content", content },
		{ "previous", previous },
		{ "next", next },
		{ "page", strcmp(p->address, "index.html") == 0 ? "home" : escaped(stem) },
	};
	char *html = filled_in(b->layout, words, sizeof words / sizeof *words);

	pack_add(b->pack, p->address, view_make(html, strlen(html)));
}

/* ---- the theme ---- */

static char *must_read(struct book *b, const char *path, size_t *n)
{
	char *bytes = file_read(path, n);

	if (!bytes)
		stop_with("%s: cannot be read", path);
	words_add_new(&b->pack->inputs, path);
	return bytes;
}

/* "<!-- Title -->" and then the content. */
static void add_fragment(struct book *b, const char *path)
{
	char *content = must_read(b, path, NULL), *end = strstr(content, "-->");
	char *stem = path_stem(path_name(path));
	struct page p = {
		.source = form("%s", path), .inside = "", .folder = "", .address = form("%s.html", stem)
	};

	if (!starts_with(content, "<!--") || !end)
		stop_with("%s:1: begins without its title; write <!-- the title --> there", path);
	p.title = trimmed(content + 4, end);
	add_with_layout(b, &p, end + 3, "", "");
}

static void add_theme(struct book *b)
{
	struct words files = { 0 };
	size_t skip = strlen(b->theme) + 1;

	files_below(b->theme, &files);
	words_add_new(&b->pack->inputs, b->theme);
	for (size_t i = 0; i < files.n; i += 1) {
		const char *inside = files.at[i] + skip;
		size_t n;

		if (strcmp(inside, "layout.html") == 0)
			continue;
		if (starts_with(inside, "pages/") && ends_with(inside, ".html")) {
			words_add_new(&b->pack->inputs, form("%s/pages", b->theme));
			add_fragment(b, files.at[i]);
			continue;
		}
		char *bytes = must_read(b, files.at[i], &n);
		pack_add(b->pack, inside, view_make(bytes, n));
	}
}

/* Without an index of its own, the book opens at its first page. */
static void settle_index(struct book *b)
{
	if (b->n == 0)
		stop_with("%s: there is no Markdown in it", b->folder);
	for (size_t i = 0; i < b->n; i += 1)
		if (strcmp(b->pages[i].address, "index.html") == 0)
			return;
	b->pages[0].address = "index.html";
}

void pages_render(struct pack *p, const char *folder, const char *theme, const char *title, bool strict)
{
	struct book b = { .folder = folder, .theme = theme, .site = title, .pack = p };
	char **texts = room_for(PAGES_MAX, sizeof *texts);

	if (!folder_exists(folder))
		stop_with("%s: no such folder of pages", folder);
	b.pages = room_for(PAGES_MAX + 1, sizeof *b.pages);
	b.layout = must_read(&b, form("%s/layout.html", theme), NULL);
	collect(&b, "", 0);
	settle_index(&b);
	for (size_t i = 0; i < b.n; i += 1) {
		texts[i] = must_read(&b, b.pages[i].source, NULL);
		b.pages[i].references = references_of(texts[i]);
		note_headings(&b.pages[i], texts[i]);
	}
	for (size_t i = 0; i < b.n; i += 1) {
		struct page *at = &b.pages[i];

		add_with_layout(&b, at, render_content(&b, at, texts[i]),
			i > 0 ? step_to(at, at - 1, "prev", "Previous") : "",
			i + 1 < b.n ? step_to(at, at + 1, "next", "Next") : "");
	}
	for (size_t i = 0; i < b.copied.n; i += 1) {
		size_t n;
		char *bytes = must_read(&b, form("%s/%s", folder, b.copied.at[i]), &n);

		pack_add(p, b.copied.at[i], view_make(bytes, n));
	}
	add_theme(&b);
	if (b.broken && strict)
		stop_with("%s: %zu links or names lead nowhere (above); mend them", folder, b.broken);
}
