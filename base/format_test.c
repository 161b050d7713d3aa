#include "base/format.h"
#include "test/test.h"

static u8 room[64];

#define EXPECT_WRITES(call, want)                                                                            \
	do {                                                                                                 \
		struct writer w = writer_of(span_of(room));                                                  \
		call;                                                                                        \
		EXPECT_VIEW(write_done(&w), text(want));                                                     \
	} while (0)

TEST(numbers_are_written_in_decimal_and_hexadecimal)
{
	EXPECT_WRITES(write_decimal(&w, 0), "0");
	EXPECT_WRITES(write_decimal(&w, 8080), "8080");
	EXPECT_WRITES(write_decimal(&w, UINT64_MAX), "18446744073709551615");
	EXPECT_WRITES(write_decimal_pad(&w, 7, 2), "07");
	EXPECT_WRITES(write_decimal_pad(&w, 2026, 2), "2026");
	EXPECT_WRITES(write_decimal_pad(&w, 0, 0), "0");
	EXPECT_WRITES(write_decimal_pad(&w, 1, 25), "0000000000000000000000001");
	EXPECT_WRITES(write_hex(&w, 0), "0");
	EXPECT_WRITES(write_hex(&w, 0xbeef), "beef");
	EXPECT_WRITES(write_hex(&w, UINT64_MAX), "ffffffffffffffff");
	EXPECT_WRITES(write_hex_bytes(&w, text("\x00\x9a\xff")), "009aff");
}

TEST(sizes_are_cut_to_what_can_be_read)
{
	EXPECT_WRITES(write_size(&w, 0), "0 B");
	EXPECT_WRITES(write_size(&w, 999), "999 B");
	EXPECT_WRITES(write_size(&w, 1000), "1.0 kB");
	EXPECT_WRITES(write_size(&w, 1599), "1.5 kB");
	EXPECT_WRITES(write_size(&w, 12345), "12 kB");
	EXPECT_WRITES(write_size(&w, 999999), "999 kB");
	EXPECT_WRITES(write_size(&w, 1500000), "1.5 MB");
	EXPECT_WRITES(write_size(&w, 9999999999), "9.9 GB");
	EXPECT_WRITES(write_size(&w, UINT64_MAX), "18446744 TB");
}

TEST(durations_are_cut_to_what_can_be_read)
{
	EXPECT_WRITES(write_duration(&w, 0), "0 ns");
	EXPECT_WRITES(write_duration(&w, 999), "999 ns");
	EXPECT_WRITES(write_duration(&w, 250 * NS_PER_US), "250 us");
	EXPECT_WRITES(write_duration(&w, 1500 * NS_PER_US), "1.5 ms");
	EXPECT_WRITES(write_duration(&w, 1500 * NS_PER_MS), "1.5 s");
	EXPECT_WRITES(write_duration(&w, 59 * NS_PER_S), "59 s");
	EXPECT_WRITES(write_duration(&w, 60 * NS_PER_S), "1 min 0 s");
	EXPECT_WRITES(write_duration(&w, 3900 * NS_PER_S), "1 h 5 min");
	EXPECT_WRITES(write_duration(&w, (3 * 86400 + 4 * 3600) * NS_PER_S), "3 d 4 h");
	EXPECT_WRITES(write_duration(&w, UINT64_MAX), "213503 d 23 h");
}

TEST(text_that_does_not_fit_makes_the_writer_bad)
{
	struct writer w = writer_of(span_first(span_of(room), 4));

	write_decimal(&w, 12345);
	EXPECT(write_bad(&w));
	w = writer_of(span_first(span_of(room), 4));
	write_decimal_pad(&w, 1, 0xffffffffu);
	EXPECT(write_bad(&w));
}

static bool decimal(struct view v, u64 max, u64 *out, usize *left)
{
	struct reader r = reader_of(v);
	bool ok = read_decimal(&r, max, out);

	EXPECT_EQ(read_bad(&r), !ok);
	*left = read_left(&r);
	return ok;
}

TEST(a_decimal_is_digits_up_to_its_maximum)
{
	u64 v;
	usize left;

	EXPECT(decimal(text("8080 "), 65535, &v, &left));
	EXPECT_EQ(v, 8080);
	EXPECT_EQ(left, 1);
	EXPECT(decimal(text("65535"), 65535, &v, &left));
	EXPECT_EQ(v, 65535);
	EXPECT(decimal(text("18446744073709551615"), UINT64_MAX, &v, &left));
	EXPECT(v == UINT64_MAX);
	EXPECT(decimal(text("000000000000000000000000000012"), 12, &v, &left));
	EXPECT_EQ(v, 12);
	EXPECT(decimal(text("0"), 0, &v, &left));
	EXPECT(!decimal(text("65536"), 65535, &v, &left));
	EXPECT_EQ(v, 0);
	EXPECT(!decimal(text("18446744073709551616"), UINT64_MAX, &v, &left));
	EXPECT(!decimal(text("99999999999999999999999"), UINT64_MAX, &v, &left));
	EXPECT(!decimal(text("1"), 0, &v, &left));
	EXPECT(!decimal(text(""), 9, &v, &left));
	EXPECT(!decimal(text("+1"), 9, &v, &left));
	EXPECT(!decimal(text("-1"), 9, &v, &left));
	EXPECT(!decimal(text(" 1"), 9, &v, &left));
}

TEST(hexadecimal_is_one_to_sixteen_digits_of_either_case)
{
	struct reader r = reader_of(text("00dEadBeef;"));
	u64 v;

	EXPECT(read_hex(&r, &v));
	EXPECT_EQ(v, 0xdeadbeef);
	EXPECT_EQ(read_left(&r), 1);
	EXPECT(!read_hex(&r, &v));
	EXPECT(read_bad(&r));
	EXPECT_EQ(v, 0);
	r = reader_of(text("ffffffffffffffff"));
	EXPECT(read_hex(&r, &v));
	EXPECT(v == UINT64_MAX);
	r = reader_of(text("00000000000000001"));
	EXPECT(!read_hex(&r, &v));
	EXPECT_EQ(v, 0);
	r = reader_of(text("g"));
	EXPECT(!read_hex(&r, &v));
	r = reader_of(text("0x1"));
	EXPECT(read_hex(&r, &v));
	EXPECT_EQ(read_peek(&r), 'x');
}

TEST(a_literal_is_stepped_over_or_left_alone)
{
	struct reader r = reader_of(text("HTTP/1.1 200"));

	EXPECT(!read_literal(&r, text("HTTP/2")));
	EXPECT(!read_bad(&r));
	EXPECT(read_literal(&r, text("HTTP/1.1 ")));
	EXPECT_VIEW(read_rest(&r), text("200"));
	EXPECT(!read_literal(&r, text("2000")));
	EXPECT(read_literal(&r, view_none()));
	EXPECT(!read_bad(&r));
}

TEST(until_a_byte_or_to_the_end)
{
	struct reader r = reader_of(text("name: value"));

	EXPECT_VIEW(read_until(&r, ':'), text("name"));
	EXPECT_EQ(read_peek(&r), ':');
	EXPECT_VIEW(read_until(&r, '\n'), text(": value"));
	EXPECT(read_finished(&r));
	EXPECT_VIEW(read_until(&r, '\n'), view_none());
	EXPECT(!read_bad(&r));
}
