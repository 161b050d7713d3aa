/* last.c - see last.h. */
#include "plat/linux/last.h"
#include "base/mem.h"

static usize kept(const struct last_lines *l)
{
	return l->bytes < LAST_BYTES ? l->bytes : LAST_BYTES;
}

void last_keep(struct last_lines *l, struct view written)
{
	usize have = kept(l);

	if (written.n > LAST_BYTES)
		written = view_from(written, written.n - LAST_BYTES);
	if (have + written.n > LAST_BYTES)
		have = slide(span_make(l->text, have), have + written.n - LAST_BYTES);
	l->bytes = (u32)(have + copy(span_make(l->text + have, LAST_BYTES - have), written));
}

/* From the end, a line's beginning at a time. What begins where the room does may be half a line, once it is full. */
struct view last_of(const struct last_lines *l)
{
	struct view v = view_make(l->text, kept(l));
	usize begin = v.n;

	for (usize i = v.n, lines = 0; i > 0 && lines < LAST_LINES; i -= 1) {
		if (i > 1 ? view_at(v, i - 2) == '\n' : v.n < LAST_BYTES) {
			begin = i - 1;
			lines += 1;
		}
	}
	return view_from(v, begin);
}
