/* What the lint must not mind: how a core is written. */
#include "base/format.h"
#include "base/ring.h"
#include "base/sum.h"

enum colour { RED, GREEN };

struct good {
	u32 n;
	u8 name[16];
	struct ring ring;
	struct { u16 port; } peers[4];
};

static const u16 sizes[3] = { 1, 2, 3 };
static const struct { u8 type; u16 least; } kinds[] = { { 1, 2 }, { 3, 4 } };

struct view colour_name(enum colour c)
{
	switch (c) {
	case RED: return text("red");
	case GREEN: return text("green");
	}
	return text("?");
}

bool good_read(struct reader *r, struct good *out)
{
	*out = (struct good){ .n = 0 };
	out->n = read_be32(r);

	struct reader inner = reader_of(read_view(r, 4));
	struct reader peek = *r;

	inner = reader_of(read_rest(&peek));
	for (u32 i = 0; i < COUNT(out->peers); i += 1)
		out->peers[i].port = read_be16(&inner);
	usize n = copy(span_of(out->name), read_rest(r));
	if (n < sizeof out->name)
		out->name[n] = 0;
	return !read_bad(r) && !read_bad(&inner) && out->n < sizes[0] + kinds[0].least;
}

struct view good_name(const struct good *g)
{
	return view_first(view_of(g->name), g->n);
}

void good_split(struct view all, struct view *first, struct view *rest)
{
	*first = view_first(all, 4);
	*rest = view_from(all, 4);
}

u16 good_sum(struct view v)
{
	u8 zero[4] = { 0 };
	struct writer w = writer_of(span_of(zero));

	write_text(&w, "abc");
	return sum_finish(sum_bytes(sum_bytes(0, v), write_done(&w)));
}
