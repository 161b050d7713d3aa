/* search_fuzz.c - any bytes, in any pieces: a list is within its limits, a refusal changes nothing, and what is
 * kept can be written, read again and given by hand. */
#include "lib/search/search.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void same(const struct search *a, const struct search *b)
{
	require(a->count == b->count);
	for (u32 i = 0; i < SEARCH_NAMES; i += 1)
		require(view_equal(search_name(a, i), search_name(b, i)));
}

static void goes_round(const struct search *s)
{
	u8 room[SEARCH_WIRE_BYTES];
	struct writer w = writer_of(span_of(room));
	struct search back = { 0 }, given = { 0 };

	require(s->count <= SEARCH_NAMES);
	search_write(&w, s);
	require(!write_bad(&w));
	struct reader r = reader_of(write_done(&w));
	require(search_read(&r, &back));
	same(s, &back);
	for (u32 i = 0; i < s->count; i += 1) {
		require(search_name(s, i).n > 0 && search_name(s, i).n <= SEARCH_NAME_BYTES);
		require(search_add(&given, search_name(s, i)));
	}
	same(s, &given);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct search s = { 0 };

	while (read_left(&r) > 0) {
		u8 n = read_u8(&r);
		struct view piece = read_view(&r, n < read_left(&r) ? n : read_left(&r));
		struct reader content = reader_of(piece);
		struct search before = s;

		if (!search_read(&content, &s))
			same(&s, &before);
		(void)search_add(&s, piece);
		goes_round(&s);
	}
	return 0;
}
