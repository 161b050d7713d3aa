/* verb_describe.c - fata describe IMAGE [TARGET]: what is in it, and the memory it will ever use. */
#include "tool/bill.h"
#include "tool/files.h"
#include "tool/foreign.h"
#include "tool/include.h"
#include "tool/plan.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <stdio.h>
#include <string.h>

struct library {
	char *name;
	struct words sources, uses;
	unsigned long code, constants, tables;
};

struct libraries {
	struct library *at;
	size_t n;
};

/* "lib/tcp" for lib/tcp/tcp_send.c, "stack", "base", "app/hello", "plat/unix". */
static char *library_of(const char *source, const struct manifest *m)
{
	static const char *const deep[] = { "lib/", "plat/", "app/" };
	bool its = false;
	const struct foreign *f = foreign_owner(source, &its);

	if (its)
		return f->folder;
	if (starts_with(source, "out/gen/"))
		return form("generated");
	if (starts_with(source, form("%s/", m->folder)))
		return m->folder;
	for (size_t i = 0; i < sizeof deep / sizeof deep[0]; i += 1) {
		if (!starts_with(source, deep[i]))
			continue;
		size_t top = strlen(deep[i]), n = strcspn(source + top, "/");
		return source[top + n] ? form("%.*s", (int)(top + n), source)
				       : form("%.*s", (int)top - 1, source);
	}
	return form("%.*s", (int)strcspn(source, "/"), source);
}

static struct library *library_named(struct libraries *all, const char *name)
{
	for (size_t i = 0; i < all->n; i += 1)
		if (strcmp(all->at[i].name, name) == 0)
			return &all->at[i];
	struct library *more = room_for(all->n + 1, sizeof *more);
	if (all->n)
		memcpy(more, all->at, all->n * sizeof *more);
	all->at = more;
	all->at[all->n].name = form("%s", name);
	return &all->at[all->n++];
}

static void read_libraries(struct libraries *all, const struct sources *s, const struct manifest *m)
{
	for (size_t i = 0; i < s->files.n; i += 1) {
		char *file = s->files.at[i], *name = library_of(file, m);
		words_add(&library_named(all, name)->sources, file);
		const struct includes *list = includes_of(file, s->generated);
		for (size_t k = 0; k < list->n; k += 1) {
			char *path = list->at[k].path;
			char *other = path ? library_of(path, m) : 0;
			if (other && strcmp(other, name) != 0)
				words_add_new(&library_named(all, name)->uses, other);
		}
	}
}

static void add_sizes(struct libraries *all, const struct bill *b, const struct manifest *m)
{
	for (size_t i = 0; i < b->symbol_count; i += 1) {
		const struct bill_symbol *y = &b->symbols[i];
		struct library *l = library_named(all, y->source ? library_of(y->source, m) : "elsewhere");
		if (y->kind == BILL_CODE)
			l->code += y->bytes;
		else if (y->kind == BILL_CONSTANT)
			l->constants += y->bytes;
		else
			l->tables += y->bytes;
	}
}

static void print_manifest(const struct manifest *m, const struct target *t)
{
	printf("%s on %s (%s)\n%s\n", m->name, t->name, t->about, m->about);
	if (m->net_count + m->block_count)
		puts("\nDevices");
	for (size_t i = 0; i < m->net_count; i += 1) {
		const struct manifest_net *n = &m->nets[i];
		if (n->raw) {
			printf("  net    %-12s raw: the program itself speaks on it\n", n->name);
			continue;
		}
		printf("  net    %-12s %llu flows, %llu x %llu bytes to receive, %llu x %llu to send\n",
			n->name, n->flows, n->rx_buffers, n->rx_bytes, n->tx_buffers, n->tx_bytes);
		if (n->reassembly_buffers)
			printf("  %-19s %llu x %llu bytes for datagrams in fragments\n", "",
				n->reassembly_buffers, n->reassembly_bytes);
	}
	for (size_t i = 0; i < m->block_count; i += 1)
		printf("  block  %s\n", m->blocks[i]);
	if (m->option_count)
		puts("\nOptions");
	for (size_t i = 0; i < m->option_count; i += 1) {
		const struct manifest_option *o = &m->options[i];
		printf("  --%-12s %-9s %-10s %s\n", o->name, o->type, o->preset, o->help);
	}
	if (m->folder_count)
		puts("\nFiles");
	for (size_t i = 0; i < m->folder_count; i += 1)
		printf("  %-14s %s%s\n", m->folders[i].name, m->folders[i].folder,
			m->folders[i].theme ? form(" (pages, theme %s)", m->folders[i].theme) : "");
}

static void print_libraries(const struct libraries *all)
{
	puts("\nLibraries            code  constants   tables   sources");
	for (size_t i = 0; i < all->n; i += 1) {
		const struct library *l = &all->at[i];
		printf("  %-14s %8lu %10lu %8lu   ", l->name, l->code, l->constants, l->tables);
		for (size_t k = 0; k < l->sources.n; k += 1)
			printf("%s%s", k ? " " : "", path_name(l->sources.at[k]));
		putchar('\n');
	}
	puts("  (code that was put into its caller counts there)");
}

static void print_bill(const struct bill *b, const struct target *t)
{
	unsigned long total = b->read_only + b->data + b->tables + t->stack_bytes;

	puts("\nMemory");
	printf("  %10lu  code and constants, shared and read-only (%lu of it code)\n", b->read_only, b->code);
	printf("  %10lu  data with a value at start\n", b->data);
	printf("  %10lu  tables\n", b->tables);
	for (size_t i = 0; i < b->symbol_count; i += 1)
		if (b->symbols[i].kind == BILL_TABLE && b->symbols[i].bytes * 100 >= b->tables)
			printf("              %10lu  %s\n", b->symbols[i].bytes, b->symbols[i].name);
	printf("  %10lu  stack\n", t->stack_bytes);
	printf("  %10lu  is all it will ever use (limit: %lu)\n", total, b->limit);
}

static void print_dot(const struct libraries *all, const struct manifest *m)
{
	printf("digraph \"%s\" {\n\trankdir=LR\n\tnode [shape=box fontname=\"sans-serif\"]\n", m->name);
	for (size_t i = 0; i < all->n; i += 1) {
		const struct library *l = &all->at[i];
		printf("\t\"%s\" [label=\"%s\\n%lu bytes\"]\n", l->name, l->name, l->code + l->constants);
		for (size_t k = 0; k < l->uses.n; k += 1)
			printf("\t\"%s\" -> \"%s\"\n", l->name, l->uses.at[k]);
	}
	puts("}");
}

int verb_describe(const struct arguments *a)
{
	struct tree *tree = tree_read();
	struct manifest *m = 0;
	const struct target *t = target_find("unix");
	struct words outputs = { 0 }, platform;
	struct libraries all = { 0 };
	struct sources s;
	bool dot = false;

	for (int i = 0; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--dot") == 0)
			dot = true;
		else if (*a->at[i] == '-')
			unknown_option("describe", a->at[i], "--dot --help");
		else if (!m)
			m = tree_image(tree, "describe", a->at[i]);
		else
			t = target_need("describe", a->at[i]);
	}
	if (!m)
		usage_error("describe", "which image?");
	plan_write(tree);
	words_add(&outputs, image_symbols(m, t));
	words_add(&outputs, image_output(m, t));
	if (!build(&outputs, false))
		return 1;
	image_sources(&s, m, t, &platform);
	read_libraries(&all, &s, m);
	struct bill *b = bill_read(image_symbols(m, t));
	add_sizes(&all, b, m);
	if (dot) {
		print_dot(&all, m);
		return 0;
	}
	print_manifest(m, t);
	print_libraries(&all);
	print_bill(b, t);
	return 0;
}
