#include "base/writer.h"
#include "test/test.h"

TEST(integers_go_out_in_network_order_unless_the_name_says_le)
{
	u8 room[29];
	struct writer w = writer_of(span_of(room));

	write_u8(&w, 1);
	write_be16(&w, 0x0203);
	write_be32(&w, 0x04050607);
	write_be64(&w, 0x08090a0b0c0d0e0f);
	write_le16(&w, 0x0203);
	write_le32(&w, 0x04050607);
	write_le64(&w, 0x08090a0b0c0d0e0f);
	EXPECT(!write_bad(&w));
	EXPECT_EQ(write_left(&w), 0);

	u8 want[64];
	EXPECT_VIEW(write_done(&w), test_hex(span_of(want), "01 0203 04050607 08090a0b0c0d0e0f"
							    "0302 07060504 0f0e0d0c0b0a0908"));
}

TEST(the_first_write_past_the_end_makes_it_bad_for_good)
{
	u8 room[3] = { 0 };
	struct writer w = writer_of(span_of(room));

	write_u8(&w, 1);
	write_be32(&w, 0x02030405);
	EXPECT(write_bad(&w));
	EXPECT_EQ(write_left(&w), 0);
	EXPECT_EQ(write_done(&w).n, 0);
	write_u8(&w, 6);
	EXPECT_VIEW(view_of(room), text("\001\000\000"));
}

TEST(a_write_happens_whole_or_not_at_all)
{
	for (usize n = 0; n < 8; n += 1) {
		u8 room[8] = { 0 }, zero[8] = { 0 };
		struct writer w = writer_of(span_first(span_of(room), n));
		write_be64(&w, 0x0102030405060708);
		EXPECT(write_bad(&w));
		w = writer_of(span_first(span_of(room), n));
		write_le64(&w, 0x0102030405060708);
		EXPECT(write_bad(&w));
		w = writer_of(span_first(span_of(room), n));
		write_view(&w, text("abcdefgh"));
		EXPECT(write_bad(&w));
		w = writer_of(span_first(span_of(room), n));
		write_fill(&w, '-', 8);
		EXPECT(write_bad(&w));
		if (n < 4) {
			w = writer_of(span_first(span_of(room), n));
			write_le32(&w, 0x01020304);
			EXPECT(write_bad(&w));
		}
		EXPECT_VIEW(view_of(room), view_of(zero));
	}
}

TEST(views_and_fillings_follow_each_other)
{
	u8 room[8];
	struct writer w = writer_of(span_of(room));

	write_view(&w, text("abc"));
	write_fill(&w, '-', 2);
	write_view(&w, view_none());
	write_fill(&w, 0, 0);
	EXPECT_EQ(write_len(&w), 5);
	EXPECT_EQ(write_left(&w), 3);
	EXPECT_VIEW(write_done(&w), text("abc--"));
}

TEST(a_length_can_be_put_over_bytes_written_before)
{
	u8 room[8];
	struct writer w = writer_of(span_of(room));

	write_be16(&w, 0);
	write_view(&w, text("abc"));
	write_be16_at(&w, 0, 0x4142);
	EXPECT_VIEW(write_done(&w), text("ABabc"));
	write_be16_at(&w, 3, 0x4344);
	EXPECT_VIEW(write_done(&w), text("ABaCD"));
	write_be16_at(&w, 4, 0);
	EXPECT(write_bad(&w));

	w = writer_of(span_of(room));
	write_be16_at(&w, SIZE_MAX, 0);
	EXPECT(write_bad(&w));
}

TEST(write_fail_spoils_what_was_written)
{
	u8 room[8];
	struct writer w = writer_of(span_of(room));

	write_view(&w, text("abc"));
	write_fail(&w);
	EXPECT(write_bad(&w));
	EXPECT_EQ(write_done(&w).n, 0);
	write_be16_at(&w, 0, 1);
	EXPECT_EQ(room[0], 'a');
}
