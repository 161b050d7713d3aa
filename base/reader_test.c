#include "base/reader.h"
#include "test/test.h"

static const u8 counted[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };

TEST(integers_are_in_network_order_unless_the_name_says_le)
{
	struct reader r = reader_of(view_of(counted));

	EXPECT_EQ(read_u8(&r), 1);
	EXPECT_EQ(read_be16(&r), 0x0203);
	EXPECT_EQ(read_be32(&r), 0x04050607);
	EXPECT_EQ(read_be64(&r), 0x08090a0b0c0d0e0f);
	EXPECT_EQ(read_at(&r), 15);
	EXPECT_EQ(read_left(&r), 5);
	EXPECT(!read_finished(&r));
	read_skip(&r, 5);
	EXPECT(read_finished(&r));

	r = reader_of(view_of(counted));
	EXPECT_EQ(read_le16(&r), 0x0201);
	EXPECT_EQ(read_le32(&r), 0x06050403);
	EXPECT_EQ(read_le64(&r), 0x0e0d0c0b0a090807);
	EXPECT(!read_bad(&r));
}

TEST(the_first_read_past_the_end_makes_it_bad_for_good)
{
	struct reader r = reader_of(view_first(view_of(counted), 3));

	EXPECT_EQ(read_be32(&r), 0);
	EXPECT(read_bad(&r));
	EXPECT(!read_finished(&r));
	EXPECT_EQ(read_left(&r), 0);
	EXPECT_EQ(read_u8(&r), 0);
	EXPECT_EQ(read_view(&r, 1).n, 0);
	read_seek(&r, 0);
	EXPECT_EQ(read_u8(&r), 0);
	EXPECT(read_bad(&r));
}

TEST(an_integer_that_is_half_there_is_zero)
{
	for (usize n = 0; n < 8; n += 1) {
		struct reader r = reader_of(view_first(view_of(counted), n));
		EXPECT_EQ(read_be64(&r), 0);
		EXPECT(read_bad(&r));
		r = reader_of(view_first(view_of(counted), n));
		EXPECT_EQ(read_le64(&r), 0);
		EXPECT(read_bad(&r));
	}
	for (usize n = 0; n < 4; n += 1) {
		struct reader r = reader_of(view_first(view_of(counted), n));
		EXPECT_EQ(read_le32(&r), 0);
		EXPECT(read_bad(&r));
	}
}

TEST(peeking_at_the_end_is_not_an_error)
{
	struct reader r = reader_of(text("a"));

	EXPECT_EQ(read_peek(&r), 'a');
	EXPECT_EQ(read_u8(&r), 'a');
	EXPECT_EQ(read_peek(&r), 0);
	EXPECT(!read_bad(&r));
}

TEST(seek_goes_anywhere_inside_and_nowhere_else)
{
	struct reader r = reader_of(view_of(counted));

	read_seek(&r, 20);
	EXPECT(read_finished(&r));
	read_seek(&r, 4);
	EXPECT_EQ(read_u8(&r), 5);
	read_seek(&r, 21);
	EXPECT(read_bad(&r));
}

TEST(a_view_of_the_next_bytes_is_whole_or_empty)
{
	struct reader r = reader_of(text("head and body"));

	EXPECT_VIEW(read_view(&r, 4), text("head"));
	EXPECT_VIEW(read_rest(&r), text(" and body"));
	EXPECT_VIEW(read_view(&r, 100), view_none());
	EXPECT(read_bad(&r));
	EXPECT_VIEW(read_rest(&r), view_none());
}

TEST(read_into_fills_the_whole_span_or_nothing)
{
	u8 room[4] = { 9, 9, 9, 9 };
	struct reader r = reader_of(text("abcdef"));

	EXPECT(read_into(&r, span_of(room)));
	EXPECT_VIEW(view_of(room), text("abcd"));
	EXPECT(!read_into(&r, span_of(room)));
	EXPECT_VIEW(view_of(room), text("abcd"));
	EXPECT(read_bad(&r));
}
