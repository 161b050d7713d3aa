/* verb_describe.c - fata describe IMAGE [TARGET]: what is in it, and the memory it will ever use. */
#include "tool/bill.h"
#include "tool/files.h"
#include "tool/library.h"
#include "tool/plan.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include "tool/verb_describe.h"
#include <stdio.h>
#include <string.h>

/* What its `without` lines leave out. */
static void print_without(const struct manifest *m)
{
	bool some = false;

	for (const struct manifest_part *p = manifest_parts; p->word; p += 1) {
		if (manifest_has(m, p))
			continue;
		if (!some)
			puts("\nWithout");
		some = true;
		printf("  %-14s %s\n", p->word, p->about);
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
		if (n->reassembly_buffers && m->parts.fragments)
			printf("  %-19s %llu x %llu bytes for datagrams in fragments\n", "",
				n->reassembly_buffers, n->reassembly_bytes);
		if (n->backlog)
			printf("  %-19s %llu openings at a port, then SYN cookies\n", "", n->backlog);
	}
	for (size_t i = 0; i < m->block_count; i += 1)
		printf("  block  %s\n", m->blocks[i]);
	if (m->option_count)
		puts("\nOptions");
	for (size_t i = 0; i < m->option_count; i += 1) {
		const struct manifest_option *o = &m->options[i];
		printf("  --%-12s %-9s %-10s %s\n", o->name, o->type, o->preset, o->help);
	}
	print_without(m);
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
		if (!l->sources.n && !l->code && !l->constants && !l->tables)
			continue; /* headers alone */
		printf("  %-14s %8lu %10lu %8lu   ", l->name, l->code, l->constants, l->tables);
		for (size_t k = 0; k < l->sources.n; k += 1)
			printf("%s%s", k ? " " : "", path_name(l->sources.at[k]));
		putchar('\n');
	}
	puts("  (code that was put into its caller counts there)");
}

/* path: the image's file. */
static void print_bill(
	const struct bill *b, const struct manifest *m, const struct target *t, const char *path)
{
	unsigned long own = b->read_only + b->data + b->tables;

	puts("\nMemory");
	printf("  %10lu  code and constants, shared and read-only (%lu of it code)\n", b->read_only, b->code);
	printf("  %10lu  data with a value at start\n", b->data);
	printf("  %10lu  tables\n", b->tables);
	for (size_t i = 0; i < b->symbol_count; i += 1)
		if (b->symbols[i].kind == BILL_TABLE && b->symbols[i].bytes * 100 >= b->tables)
			printf("              %10lu  %s\n", b->symbols[i].bytes, b->symbols[i].name);
	printf("  %10lu  stack\n", t->stack_bytes);
	if (t->tender && strcmp(t->name, "hvt") == 0)
		describe_guest(m, path, own);
	else
		printf("  %10lu  is all it will ever use (limit: %lu)\n", own + t->stack_bytes, b->limit);
}

int verb_describe(const struct arguments *a)
{
	struct tree *tree = tree_read();
	struct manifest *m = 0;
	const struct target *t = target_find("unix");
	struct words outputs = { 0 };
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
	struct bill *b = bill_read(image_symbols(m, t));
	struct libraries all = libraries_read(m, t, b);
	if (dot) {
		describe_dot(&all, m, t);
		return 0;
	}
	print_manifest(m, t);
	print_libraries(&all);
	print_bill(b, m, t, image_output(m, t));
	if (t->tender && strcmp(t->name, "spt") == 0)
		describe_calls(m);
	return 0;
}
