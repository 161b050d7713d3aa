/* json_write.c - writing. See json.h. */
#include "base/format.h"
#include "lib/json/json.h"

/* Between two values stands a comma: not behind what opens, and not behind a name. */
static void comma(struct writer *w)
{
	struct view so_far = write_done(w);
	u8 last;

	if (so_far.n == 0)
		return;
	last = view_at(so_far, so_far.n - 1u);
	if (last != '{' && last != '[' && last != ':')
		write_u8(w, ',');
}

void json_write_open(struct writer *w, u8 bracket)
{
	comma(w);
	write_u8(w, bracket);
}

void json_write_close(struct writer *w, u8 bracket)
{
	write_u8(w, bracket);
}

/* 7: what must be escaped, the shortest way. */
static void quoted(struct writer *w, struct view s)
{
	write_u8(w, '"');
	for (usize i = 0; i < s.n; i += 1) {
		u8 c = view_at(s, i);

		if (c == '"' || c == '\\') {
			write_u8(w, '\\');
			write_u8(w, c);
		} else if (c == '\n') {
			write_text(w, "\\n");
		} else if (c < 0x20u) {
			write_text(w, "\\u00");
			write_u8(w, c < 0x10u ? '0' : '1');
			write_hex(w, c & 0x0fu);
		} else {
			write_u8(w, c);
		}
	}
	write_u8(w, '"');
}

void json_write_name(struct writer *w, struct view name)
{
	comma(w);
	quoted(w, name);
	write_u8(w, ':');
}

void json_write_string(struct writer *w, struct view s)
{
	comma(w);
	quoted(w, s);
}

void json_write_number(struct writer *w, u64 v)
{
	comma(w);
	write_decimal(w, v);
}

void json_write_negative(struct writer *w, u64 v)
{
	comma(w);
	write_u8(w, '-');
	write_decimal(w, v);
}

void json_write_scaled(struct writer *w, u64 v, u32 digits)
{
	u64 unit = 1;

	require(digits <= 19u);
	for (u32 i = 0; i < digits; i += 1)
		unit *= 10u;
	json_write_number(w, v / unit);
	if (digits > 0) {
		write_u8(w, '.');
		write_decimal_pad(w, v % unit, digits);
	}
}

void json_write_word(struct writer *w, struct view word)
{
	comma(w);
	write_view(w, word);
}
