/* verb_describe_dot.c - fata describe IMAGE --dot: its libraries and devices, drawn by graphviz.
 *
 * An arrow is an include. One that other arrows lead along anyway is left out: drawn
 * whole, nearly everything would point at base/.
 */
#include "tool/verb_describe.h"
#include <stdio.h>
#include <string.h>

/* By the folder it lies in; the first that fits. */
static const struct {
	const char *folder, *fill;
} fills[] = {
	{ "app/", "#ffd9a8" },
	{ "generated", "#ffecd1" },
	{ "stack", "#cfe3ff" },
	{ "lib/", "#d6f0d2" },
	{ "plat", "#e5dcf5" },
	{ "dev", "#f7f7f7" },
	{ "", "#e8e8e8" },
};

static const char *fill_of(const char *library)
{
	for (size_t i = 0;; i += 1)
		if (starts_with(library, fills[i].folder))
			return fills[i].fill;
}

static bool is_drawn(const struct library *l)
{
	return l->sources.n || l->uses.n;
}

struct graph {
	const struct libraries *all;
	bool *edge; /* from * n + to */
};

static struct graph graph_of(const struct libraries *all)
{
	struct graph g = { all, room_for(all->n * all->n + 1, sizeof *g.edge) };

	for (size_t from = 0; from < all->n; from += 1)
		for (size_t to = 0; to < all->n; to += 1)
			g.edge[from * all->n + to] =
				words_have(&all->at[from].uses, all->at[to].name) && is_drawn(&all->at[to]);
	return g;
}

static bool leads_to(const struct graph *g, size_t from, size_t to, bool *seen)
{
	size_t n = g->all->n;

	seen[from] = true;
	for (size_t via = 0; via < n; via += 1)
		if (g->edge[from * n + via] && (via == to || (!seen[via] && leads_to(g, via, to, seen))))
			return true;
	return false;
}

/* Takes out every edge whose end is reached without it. */
static void reduce(struct graph *g)
{
	size_t n = g->all->n;

	for (size_t i = 0; i < n * n; i += 1) {
		if (!g->edge[i])
			continue;
		g->edge[i] = false;
		g->edge[i] = !leads_to(g, i / n, i % n, room_for(n, sizeof(bool)));
	}
}

static void draw_library(const struct library *l)
{
	printf("\t\"%s\" [fillcolor=\"%s\" label=\"%s", l->name, fill_of(l->name), l->name);
	if (l->code + l->constants)
		printf("\\n%lu bytes", l->code + l->constants);
	puts("\"]");
}

static void draw_devices(const struct manifest *m)
{
	for (size_t i = 0; i < m->net_count; i += 1)
		printf("\t\"net %s\" [shape=ellipse fillcolor=white]\n\t\"%s\" -> \"net %s\"\n",
			m->nets[i].name, m->folder, m->nets[i].name);
	for (size_t i = 0; i < m->block_count; i += 1)
		printf("\t\"block %s\" [shape=cylinder fillcolor=white]\n\t\"%s\" -> \"block %s\"\n",
			m->blocks[i], m->folder, m->blocks[i]);
}

void describe_dot(const struct libraries *all, const struct manifest *m, const struct target *t)
{
	struct graph g = graph_of(all);

	reduce(&g);
	printf("digraph \"%s\" {\n"
	       "\tlabel=\"%s on %s\\nbytes: code and constants; what was put into its caller counts there\"\n"
	       "\trankdir=LR\n\tfontname=\"sans-serif\"\n"
	       "\tnode [shape=box style=filled fontname=\"sans-serif\"]\n",
		m->name, m->name, t->name);
	draw_devices(m);
	for (size_t from = 0; from < all->n; from += 1) {
		if (!is_drawn(&all->at[from]))
			continue;
		draw_library(&all->at[from]);
		for (size_t to = 0; to < all->n; to += 1)
			if (g.edge[from * all->n + to])
				printf("\t\"%s\" -> \"%s\"\n", all->at[from].name, all->at[to].name);
	}
	puts("}");
}
