#include "base/format.h"
#include "lib/json/json.h"
#include "test/test.h"

/* The tokens of a text, a letter each: { } [ ] n(ame) s(tring) 0 t f z(null), then . if it is over and ! if it is bad. */
static const char *tokens(struct view v)
{
	static char said[600];
	struct json j = json_start();
	struct reader r = reader_of(v);
	struct view raw;
	enum json_kind k;
	usize n = 0;

	do {
		k = json_next(&j, &r, &raw);
		said[n++] = ".{}[]ns0tfz!"[k];
	} while (k != JSON_END && k != JSON_BAD && n < sizeof said - 1);
	said[n] = 0;
	return said;
}

static void expect_tokens(struct view v, const char *want, int line)
{
	if (strcmp(tokens(v), want) != 0)
		test_fail(__FILE__, line, "%.*s: %s, not %s", (int)v.n, (const char *)v.p, tokens(v), want);
}
#define EXPECT_TOKENS(t, want) expect_tokens(text(t), want, __LINE__)

TEST(a_text_is_one_value)
{
	EXPECT_TOKENS("{}", "{}.");
	EXPECT_TOKENS("[]", "[].");
	EXPECT_TOKENS(" \t\r\n[ ]\n", "[].");
	EXPECT_TOKENS("\"a\"", "s.");
	EXPECT_TOKENS("-0.5e+10", "0.");
	EXPECT_TOKENS("true", "t.");
	EXPECT_TOKENS(" false ", "f.");
	EXPECT_TOKENS("null", "z.");
	EXPECT_TOKENS("{\"a\":1,\"b\":[true,false,null],\"c\":{\"d\":\"\"}}", "{n0n[tfz]n{ns}}.");
	EXPECT_TOKENS("[[],[{}],[1 , 2]]", "[[][{}][00]].");
	EXPECT_TOKENS("", "!");
	EXPECT_TOKENS("  ", "!");
	EXPECT_TOKENS("1 2", "0!");
	EXPECT_TOKENS("{} x", "{}!");
	EXPECT_TOKENS("[]]", "[]!");
	EXPECT_TOKENS("\xef\xbb\xbf{}", "!");
}

TEST(what_the_grammar_has_not_is_bad)
{
	EXPECT_TOKENS("[1,]", "[0!");
	EXPECT_TOKENS("[,1]", "[!");
	EXPECT_TOKENS("[1 2]", "[0!");
	EXPECT_TOKENS("{\"a\"}", "{!");
	EXPECT_TOKENS("{\"a\":}", "{n!");
	EXPECT_TOKENS("{\"a\":1,}", "{n0!");
	EXPECT_TOKENS("{a:1}", "{!");
	EXPECT_TOKENS("{1:1}", "{!");
	EXPECT_TOKENS("{'a':1}", "{!");
	EXPECT_TOKENS("[1}", "[0!");
	EXPECT_TOKENS("{\"a\":1]", "{n0!");
	EXPECT_TOKENS("[", "[!");
	EXPECT_TOKENS("{\"a\":1", "{n0!");
	EXPECT_TOKENS("tru", "!");
	EXPECT_TOKENS("True", "!");
	EXPECT_TOKENS("nul", "!");
	EXPECT_TOKENS("// a\n1", "!");
	EXPECT_TOKENS("NaN", "!");
}

TEST(a_number_has_no_zeros_in_front_and_digits_wherever_they_belong)
{
	EXPECT_TOKENS("0", "0.");
	EXPECT_TOKENS("-0", "0.");
	EXPECT_TOKENS("10.05E-3", "0.");
	EXPECT_TOKENS("01", "0!");
	EXPECT_TOKENS("+1", "!");
	EXPECT_TOKENS("-", "!");
	EXPECT_TOKENS(".5", "!");
	EXPECT_TOKENS("5.", "!");
	EXPECT_TOKENS("5e", "!");
	EXPECT_TOKENS("5e+", "!");
	EXPECT_TOKENS("0x10", "0!");
}

TEST(a_string_is_utf8_without_control_characters_and_its_escapes_mean_something)
{
	EXPECT_TOKENS("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "s.");
	EXPECT_TOKENS("\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xed\x9f\xbf \xf4\x8f\xbf\xbf\"", "s.");
	EXPECT_TOKENS("\"\\ud83d\\ude00\"", "s.");
	EXPECT_TOKENS("\"a", "!");
	EXPECT_TOKENS("\"a\n\"", "!");
	EXPECT_TOKENS("\"\\x\"", "!");
	EXPECT_TOKENS("\"\\u12g4\"", "!");
	EXPECT_TOKENS("\"\\u12\"", "!");
	EXPECT_TOKENS("\"\\ud83d\"", "!");
	EXPECT_TOKENS("\"\\ud83dx\"", "!");
	EXPECT_TOKENS("\"\\ude00\"", "!");
	EXPECT_TOKENS("\"\\ud83d\\ud83d\"", "!");
	EXPECT_TOKENS("\"\x80\"", "!");
	EXPECT_TOKENS("\"\xc0\x80\"", "!");         /* overlong */
	EXPECT_TOKENS("\"\xe0\x80\x80\"", "!");     /* overlong */
	EXPECT_TOKENS("\"\xed\xa0\x80\"", "!");     /* half a pair */
	EXPECT_TOKENS("\"\xf0\x80\x80\x80\"", "!"); /* overlong */
	EXPECT_TOKENS("\"\xf4\x90\x80\x80\"", "!"); /* past U+10FFFF */
	EXPECT_TOKENS("\"\xe2\x82\"", "!");
}

TEST(a_text_may_be_so_deep_and_no_deeper)
{
	static u8 room[4 * JSON_DEPTH];
	char want[4 * JSON_DEPTH] = "";

	for (u32 depth = JSON_DEPTH; depth <= JSON_DEPTH + 1u; depth += 1) {
		struct writer w = writer_of(span_of(room));

		write_fill(&w, '[', depth);
		write_fill(&w, ']', depth);
		memset(want, '[', JSON_DEPTH);
		memset(want + JSON_DEPTH, ']', JSON_DEPTH);
		strcpy(want + (depth > JSON_DEPTH ? 1 : 2) * JSON_DEPTH, depth > JSON_DEPTH ? "!" : ".");
		expect_tokens(write_done(&w), want, __LINE__);
	}
	/* what is closed can be opened again, and what was an object is none for its neighbours */
	EXPECT_TOKENS("[{},[],{\"a\":[{}]},1]", "[{}[]{n[{}]}0].");
}

TEST(a_bad_text_stays_bad)
{
	struct json j = json_start();
	struct reader r = reader_of(text("x 1")), good = reader_of(text("1"));
	struct view raw;

	EXPECT(json_next(&j, &r, &raw) == JSON_BAD);
	EXPECT(json_next(&j, &good, &raw) == JSON_BAD);
	EXPECT_EQ(raw.n, 0);
}

TEST(a_string_means_what_its_escapes_say)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));

	EXPECT(json_unescape(&w, text("a\\u0062\\n\\u00e9\\u20ac\\ud83d\\ude00\\/")));
	EXPECT_VIEW(write_done(&w), text("ab\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80/"));
	w = writer_of(span_first(span_of(room), 3));
	EXPECT(!json_unescape(&w, text("abcd")) && write_bad(&w));
	EXPECT(json_is(text("p\\u0061rallel"), text("parallel")));
	EXPECT(!json_is(text("parallels"), text("parallel")));
	EXPECT(!json_is(
		text("a name that is so long that it is none of those anybody asks about, ever"), text("a")));
}

static void expect_number(const char *raw, u32 digits, u64 most, bool is, u64 want, int line)
{
	u64 v = 77;

	if (json_number(view_make((const u8 *)raw, strlen(raw)), digits, most, &v) != is || v != want)
		test_fail(__FILE__, line, "%s is %llu", raw, (unsigned long long)v);
}
#define EXPECT_NUMBER(raw, digits, most, want) expect_number(raw, digits, most, true, want, __LINE__)
#define EXPECT_NONE(raw, digits, most)         expect_number(raw, digits, most, false, 0, __LINE__)

TEST(a_number_is_read_to_the_last_digit_and_cut_behind_the_point)
{
	EXPECT_NUMBER("0", 0, 0, 0);
	EXPECT_NUMBER("-0.0", 0, 0, 0);
	EXPECT_NUMBER("5201", 0, 65535, 5201);
	EXPECT_NUMBER("18446744073709551609", 0, TIME_NEVER, 18446744073709551609u);
	EXPECT_NUMBER("1.5", 3, 10000, 1500);
	EXPECT_NUMBER("0.0000123459", 9, 100000, 12345);
	EXPECT_NUMBER("2.037841796875e-06", 9, 100000, 2037);
	EXPECT_NUMBER("1e+10", 0, TIME_NEVER, 10000000000u);
	EXPECT_NUMBER("12.5E1", 0, 125, 125);
	EXPECT_NUMBER("1e-400", 9, 1, 0);
	EXPECT_NUMBER("0e999999999999", 0, 0, 0);
	EXPECT_NUMBER("0.00000000000000000000000000000000000000001e41", 0, 1, 1);
	EXPECT_NUMBER("100000000000000000000000000000000000000000e-41", 0, 1, 1);
	EXPECT_NUMBER("1.99999999999999999999999999999999", 0, 1, 1);
	EXPECT_NUMBER("0.00001e-2147483648", 0, 0, 0);
	EXPECT_NONE("18446744073709551610", 0, TIME_NEVER);
	EXPECT_NONE("18446744073709551616", 0, TIME_NEVER);
	EXPECT_NONE("18446744073709551615", 1, TIME_NEVER);
	EXPECT_NONE("1e20", 0, TIME_NEVER);
	EXPECT_NONE("1e999999999999", 0, TIME_NEVER);
	EXPECT_NONE("65536", 0, 65535);
	EXPECT_NONE("-1", 0, 65535);
}

TEST(what_is_written_has_its_commas_and_can_be_read)
{
	u8 room[200];
	struct writer w = writer_of(span_of(room));

	json_write_open(&w, '{');
	json_write_name(&w, text("a"));
	json_write_number(&w, 1);
	json_write_name(&w, text("b,"));
	json_write_open(&w, '[');
	json_write_scaled(&w, 1500, 3);
	json_write_scaled(&w, 7, 0);
	json_write_scaled(&w, 12, 9);
	json_write_negative(&w, 1);
	json_write_open(&w, '[');
	json_write_close(&w, ']');
	json_write_open(&w, '{');
	json_write_close(&w, '}');
	json_write_close(&w, ']');
	json_write_name(&w, text("c"));
	json_write_string(&w, text("\"\\\n\x01\x1f{"));
	json_write_name(&w, text("d"));
	json_write_word(&w, text("true"));
	json_write_close(&w, '}');
	EXPECT_VIEW(write_done(&w), text("{\"a\":1,\"b,\":[1.500,7,0.000000012,-1,[],{}],"
					 "\"c\":\"\\\"\\\\\\n\\u0001\\u001f{\",\"d\":true}"));
	expect_tokens(write_done(&w), "{n0n[0000[]{}]nsnt}.", __LINE__);
	EXPECT_PANIC(json_write_scaled(&w, 1, 20));
}
