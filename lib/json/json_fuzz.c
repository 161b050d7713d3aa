/* json_fuzz.c - any text: what is told of it can be written, and is told of what was written again; the depth
 * stays within its limit and every token within the text. */
#include "base/format.h"
#include "lib/json/json.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static u8 written[1u << 16], plain[1u << 16];

static void write_plain(struct writer *w, struct view raw, bool name)
{
	struct writer p = writer_of(span_of(plain));

	require(json_unescape(&p, raw));
	if (name)
		json_write_name(w, write_done(&p));
	else
		json_write_string(w, write_done(&p));
}

static void write_token(struct writer *w, enum json_kind k, struct view raw)
{
	u64 v;

	switch (k) {
	case JSON_OBJECT: json_write_open(w, '{'); break;
	case JSON_ARRAY: json_write_open(w, '['); break;
	case JSON_OBJECT_END: json_write_close(w, '}'); break;
	case JSON_ARRAY_END: json_write_close(w, ']'); break;
	case JSON_NAME:
	case JSON_STRING: write_plain(w, raw, k == JSON_NAME); break;
	case JSON_NUMBER:
		(void)json_number(raw, 3, TIME_NEVER, &v);
		json_write_scaled(w, v, 3);
		break;
	default: json_write_word(w, json_kind_name(k));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct json j = json_start(), again = json_start();
	struct view whole = view_make(data, size > 8000 ? 8000 : size), raw, other;
	struct reader r = reader_of(whole), back;
	struct writer w = writer_of(span_of(written));
	enum json_kind k;

	while ((k = json_next(&j, &r, &raw)) != JSON_END && k != JSON_BAD) {
		require(j.depth <= JSON_DEPTH && raw.n <= whole.n);
		write_token(&w, k, raw);
	}
	require(json_next(&j, &r, &raw) == k);
	if (k == JSON_BAD)
		return 0;
	require(!write_bad(&w));
	r = reader_of(whole);
	back = reader_of(write_done(&w));
	j = json_start();
	do {
		k = json_next(&j, &r, &raw);
		require(json_next(&again, &back, &other) == k);
	} while (k != JSON_END);
	return 0;
}
