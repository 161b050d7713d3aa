#include "base/view.h"
#include "test/test.h"

TEST(a_cut_past_the_end_is_cut_back_to_the_end)
{
	struct view v = text("abcdef");

	EXPECT_VIEW(view_first(v, 2), text("ab"));
	EXPECT_VIEW(view_first(v, 7), v);
	EXPECT_VIEW(view_first(v, SIZE_MAX), v);
	EXPECT_VIEW(view_from(v, 2), text("cdef"));
	EXPECT_VIEW(view_from(v, 6), view_none());
	EXPECT_VIEW(view_from(v, SIZE_MAX), view_none());

	u8 room[4] = { 0 };
	EXPECT_EQ(span_from(span_of(room), 1).n, 3);
	EXPECT_EQ(span_from(span_of(room), SIZE_MAX).n, 0);
	EXPECT_EQ(span_first(span_of(room), SIZE_MAX).n, 4);
}

TEST(a_byte_past_the_end_is_zero_and_setting_it_does_nothing)
{
	u8 room[2] = { 7, 8 };

	EXPECT_EQ(view_at(view_of(room), 1), 8);
	EXPECT_EQ(view_at(view_of(room), 2), 0);
	EXPECT_EQ(view_at(view_none(), 0), 0);
	span_set(span_first(span_of(room), 1), 1, 99);
	EXPECT_EQ(room[1], 8);
	span_set(span_of(room), 1, 99);
	EXPECT_EQ(room[1], 99);
}

TEST(copy_moves_as_many_bytes_as_both_have)
{
	u8 room[4] = { 0 };

	EXPECT_EQ(copy(span_of(room), text("abcdef")), 4);
	EXPECT_VIEW(view_of(room), text("abcd"));
	EXPECT_EQ(copy(span_of(room), text("xy")), 2);
	EXPECT_VIEW(view_of(room), text("xycd"));
	EXPECT_EQ(copy(span_none(), text("xy")), 0);
	EXPECT_EQ(copy(span_of(room), view_none()), 0);
}

TEST(slide_brings_the_rest_to_the_front)
{
	u8 room[6];

	copy(span_of(room), text("abcdef"));
	EXPECT_EQ(slide(span_of(room), 2), 4);
	EXPECT_VIEW(view_first(view_of(room), 4), text("cdef"));
	EXPECT_EQ(slide(span_of(room), 6), 0);
	EXPECT_EQ(slide(span_of(room), SIZE_MAX), 0);
}

TEST(fill_fills)
{
	u8 room[3] = { 1, 2, 3 };

	fill(span_from(span_of(room), 1), '-');
	EXPECT_VIEW(view_of(room), text("\001--"));
	fill(span_none(), '-');
}

TEST(equality_is_length_and_bytes)
{
	EXPECT(view_equal(text("abc"), text("abc")));
	EXPECT(!view_equal(text("abc"), text("abd")));
	EXPECT(!view_equal(text("abc"), text("ab")));
	EXPECT(view_equal(view_none(), text("")));
	EXPECT(view_starts(text("abc"), text("ab")));
	EXPECT(view_starts(text("abc"), view_none()));
	EXPECT(!view_starts(text("ab"), text("abc")));
}

TEST(find_gives_the_place_or_the_length)
{
	EXPECT_EQ(view_find(text("a:b:c"), ':'), 1);
	EXPECT_EQ(view_find(text("abc"), ':'), 3);
	EXPECT_EQ(view_find(view_none(), 0), 0);
}

TEST(words_are_the_same_whatever_the_case_of_ascii_letters_and_nothing_else)
{
	EXPECT(view_same_word(text("Content-Length"), text("cONTENT-lENGTH")));
	EXPECT(!view_same_word(text("Content-Length"), text("Content-Lengti")));
	EXPECT(!view_same_word(text("abc"), text("ab")));
	/* '[' is '{' less 0x20, '@' is '`' less 0x20: not letters. */
	EXPECT(!view_same_word(text("["), text("{")));
	EXPECT(!view_same_word(text("@"), text("`")));
	EXPECT(!view_same_word(text("\xc4"), text("\xe4")));
}

TEST(order_is_by_bytes_and_then_by_length)
{
	EXPECT_EQ(view_compare(text("abc"), text("abd")), -1);
	EXPECT_EQ(view_compare(text("abd"), text("abc")), 1);
	EXPECT_EQ(view_compare(text("ab"), text("abc")), -1);
	EXPECT_EQ(view_compare(text("abc"), text("ab")), 1);
	EXPECT_EQ(view_compare(text("abc"), text("abc")), 0);
	EXPECT_EQ(view_compare(text("\x80"), text("\x7f")), 1);
	EXPECT_EQ(view_compare(view_none(), view_none()), 0);
}
