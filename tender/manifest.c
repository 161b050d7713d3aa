#include "tender/manifest.h"

enum { NAME_BYTES_MOST = 64 };

static bool is_blank(u8 c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of a line, or empty at its end or comment. */
static struct view next_word(struct view *line)
{
	usize from = 0, n = 0;

	while (from < line->n && is_blank(view_at(*line, from)))
		from += 1;
	*line = view_from(*line, from);
	if (view_at(*line, 0) == '#')
		return view_none();
	while (n < line->n && !is_blank(view_at(*line, n)))
		n += 1;

	struct view word = view_first(*line, n);

	*line = view_from(*line, n);
	return word;
}

static bool is_name(struct view v)
{
	for (usize i = 0; i < v.n; i += 1) {
		u8 c = view_at(v, i);

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '_' && c != '.')
			return false;
	}
	return v.n > 0 && v.n <= NAME_BYTES_MOST;
}

static bool add(struct view *list, u32 *count, u32 most, struct view name)
{
	if (*count == most || !is_name(name))
		return false;
	list[*count] = name;
	*count += 1;
	return true;
}

bool manifest_parse(struct view note, struct manifest *m)
{
	bool fine = true;

	*m = (struct manifest){ 0 };
	while (note.n > 0 && fine) {
		struct view line = view_first(note, view_find(note, '\n'));
		usize n = line.n + 1;
		struct view word = next_word(&line);

		if (view_equal(word, text("image"))) {
			m->name = next_word(&line);
			fine = is_name(m->name);
		} else if (view_equal(word, text("net"))) {
			fine = add(m->port, &m->ports, MANIFEST_PORTS, next_word(&line));
		} else if (view_equal(word, text("block"))) {
			fine = add(m->disk, &m->disks, MANIFEST_DISKS, next_word(&line));
		}
		note = view_from(note, n);
	}
	return fine && m->name.n > 0;
}
