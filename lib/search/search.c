#include "lib/search/search.h"

#define LABEL_BYTES 63u  /* RFC 1035 2.3.4 */
#define WIRE_BYTES  255u /* of a name, with its empty label */

struct view search_name(const struct search *s, u32 i)
{
	if (i >= s->count)
		return view_none();
	return view_from(view_first(view_of(s->text), s->end[i]), i > 0 ? s->end[i - 1u] : 0);
}

static bool is_label(struct view v)
{
	for (usize i = 0; i < v.n; i += 1) {
		u8 c = view_at(v, i);
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
			return false;
	}
	return v.n > 0 && v.n <= LABEL_BYTES;
}

/* The part up to the next dot, which is left out too. */
static struct view next_label(struct reader *r)
{
	struct reader rest = *r;
	usize n = view_find(read_rest(&rest), '.');
	struct view label = read_view(r, n);

	if (read_left(r) > 0)
		read_skip(r, 1);
	return label;
}

static usize used(const struct search *s)
{
	return s->count > 0 ? s->end[s->count - 1u] : 0;
}

static bool has(const struct search *s, struct view name)
{
	for (u32 i = 0; i < s->count; i += 1)
		if (view_same_word(search_name(s, i), name))
			return true;
	return false;
}

/* Of labels that were looked at already. */
static bool append(struct search *s, struct view name)
{
	usize start = used(s), end = start + name.n;

	if (has(s, name))
		return true;
	if (s->count >= SEARCH_NAMES || end > SEARCH_BYTES)
		return false;
	(void)copy(span_from(span_of(s->text), start), name);
	s->end[s->count] = (u16)end;
	s->count += 1;
	return true;
}

bool search_add(struct search *s, struct view name)
{
	bool dot = name.n > 0 && view_at(name, name.n - 1u) == '.';
	struct view whole = view_first(name, dot ? name.n - 1u : name.n);
	struct reader r = reader_of(whole);

	if (whole.n == 0 || whole.n > SEARCH_NAME_BYTES || view_at(whole, whole.n - 1u) == '.')
		return false;
	while (read_left(&r) > 0)
		if (!is_label(next_label(&r)))
			return false;
	return append(s, whole);
}

/* RFC 1035 3.1: up to the empty label. A length of 64 or more is compression (4.1.4) or nothing that is known. */
static bool read_name(struct reader *r, struct writer *w, bool *usable)
{
	usize start = read_at(r);

	*usable = true;
	for (;;) {
		u8 n = read_u8(r);
		struct view label = read_view(r, n);

		if (read_bad(r) || n > LABEL_BYTES || read_since(r, start) > WIRE_BYTES)
			return false;
		if (n == 0)
			return true;
		*usable = *usable && is_label(label);
		if (write_len(w) > 0)
			write_u8(w, '.');
		write_view(w, label);
	}
}

bool search_read(struct reader *r, struct search *s)
{
	struct search all = *s;
	u8 room[WIRE_BYTES];
	bool usable;

	while (read_left(r) > 0) {
		struct writer w = writer_of(span_of(room));

		if (!read_name(r, &w, &usable))
			return false;
		if (usable && write_len(&w) > 0)
			(void)append(&all, write_done(&w));
	}
	*s = all;
	return true;
}

void search_drop(struct search *s, const struct search *gone)
{
	struct search left = { .count = 0 };

	for (u32 i = 0; i < s->count; i += 1)
		if (!has(gone, search_name(s, i)))
			(void)append(&left, search_name(s, i));
	*s = left;
}

void search_write(struct writer *w, const struct search *s)
{
	for (u32 i = 0; i < s->count; i += 1) {
		struct reader r = reader_of(search_name(s, i));

		while (read_left(&r) > 0) {
			struct view label = view_first(next_label(&r), LABEL_BYTES);

			write_u8(w, (u8)label.n);
			write_view(w, label);
		}
		write_u8(w, 0);
	}
}
