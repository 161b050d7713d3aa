/* What read_decimal and read_hex take, written again, is the same number; what they refuse leaves 0 and a bad
 * reader; and nothing a writer is told makes it write outside its room. */
#include "base/format.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_number(struct view input, u64 max, bool hex)
{
	u8 room[24];
	u64 v, again;
	struct reader r = reader_of(input);
	bool ok = hex ? read_hex(&r, &v) : read_decimal(&r, max, &v);

	check(ok == !read_bad(&r));
	if (!ok) {
		check(v == 0);
		return;
	}
	check(hex || v <= max);

	struct writer w = writer_of(span_of(room));

	if (hex)
		write_hex(&w, v);
	else
		write_decimal(&w, v);
	check(!write_bad(&w));

	struct view digits = view_first(input, read_at(&r));

	check(digits.n >= write_len(&w));
	check(view_same_word(view_from(digits, digits.n - write_len(&w)), write_done(&w)));
	r = reader_of(write_done(&w));
	check((hex ? read_hex(&r, &again) : read_decimal(&r, max, &again)) && again == v &&
		read_finished(&r));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	u8 *room = malloc(64); /* exactly: the sanitizer sees one byte more */
	struct reader r = reader_of(view_make(data, size));
	u64 max = read_be64(&r);
	usize cap = read_u8(&r) % 65u;
	u8 stop = read_u8(&r);
	struct view input = read_rest(&r);
	struct writer w = writer_of(span_first(span_make(room, 64), cap));

	if (!room)
		return 0;
	check_number(input, max, false);
	check_number(input, 0, true);

	struct view before = read_until(&r, stop);

	check(view_find(before, stop) == before.n);
	check(read_left(&r) == 0 || read_peek(&r) == stop);

	write_decimal_pad(&w, max, stop);
	write_hex_bytes(&w, before);
	write_size(&w, max);
	write_duration(&w, max);
	check(write_len(&w) <= cap && (!write_bad(&w) || write_done(&w).n == 0));
	free(room);
	return 0;
}
