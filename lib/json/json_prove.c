/* prove: lib/json/json.c lib/json/json_write.c */
/* prove-with: precision=3
 *
 * json_prove.c - any text, any order of the calls, from any state that json_start() and json_next() make. */
#include "lib/json/json.h"
#include "verify/model.h"

static u8 bytes[300], room[300];

int main(void)
{
	struct json j = json_start();
	struct view raw;
	u64 v;

	while (NONDET()) {
		struct reader r = reader_of(any_view(bytes));
		struct writer w = writer_of(any_span(room));

		if (NONDET())
			j = json_start();
		while (NONDET())
			(void)json_next(&j, &r, &raw);
		(void)json_kind_name((enum json_kind)any_upto(JSON_BAD + 1u));
		(void)json_unescape(&w, any_view(bytes));
		(void)json_is(any_view(bytes), any_view(bytes));
		(void)json_number(any_view(bytes), any_u32(), any_u64(), &v);
		json_write_open(&w, any_u8());
		json_write_name(&w, any_view(bytes));
		json_write_string(&w, any_view(bytes));
		json_write_number(&w, v);
		json_write_negative(&w, any_u64());
		json_write_scaled(&w, any_u64(), (u32)any_upto(19));
		json_write_word(&w, any_view(bytes));
		json_write_close(&w, any_u8());
	}
	return 0;
}
