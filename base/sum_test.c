#include "base/sum.h"
#include "test/test.h"

/* RFC 1071, word by word, as it is written. */
static u16 plain(struct view v, usize offset)
{
	u32 sum = 0;

	for (usize i = 0; i < v.n; i += 1) {
		sum += (offset + i) % 2 == 0 ? view_at(v, i) * 0x100u : view_at(v, i);
		sum = sum % 0x10000u + sum / 0x10000u;
	}
	return (u16)sum;
}

TEST(the_example_of_rfc_1071_section_3)
{
	u8 room[8];

	EXPECT_EQ(sum_fold(sum_bytes(0, test_hex(span_of(room), "0001 f203 f4f5 f6f7"))), 0xddf2);
}

TEST(a_header_with_its_checksum_sums_to_zero)
{
	u8 header[20];

	test_hex(span_of(header), "4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7");
	u16 check = sum_finish(sum_bytes(0, view_of(header)));
	EXPECT_EQ(check, 0xb861);
	header[10] = (u8)(check >> 8);
	header[11] = (u8)check;
	EXPECT_EQ(sum_finish(sum_bytes(0, view_of(header))), 0);
}

TEST(every_length_and_offset_agrees_with_the_rfc)
{
	u8 room[300];
	u32 random = 5;

	for (usize i = 0; i < sizeof room; i += 1) {
		random = random * 1664525u + 1013904223u;
		room[i] = (u8)(random >> 24);
	}
	for (usize from = 0; from < 9; from += 1) {
		for (usize n = 0; n <= sizeof room - from; n += 1) {
			struct view v = view_first(view_from(view_of(room), from), n);
			EXPECT_EQ(sum_fold(sum_bytes_at(0, v, from)), plain(v, from));
		}
	}
}

TEST(pieces_add_up_to_the_whole_wherever_they_are_cut)
{
	u8 room[64];

	for (usize i = 0; i < sizeof room; i += 1)
		room[i] = (u8)(i * 37 + 11);
	for (usize cut = 0; cut <= sizeof room; cut += 1) {
		u64 s = sum_bytes(0, view_first(view_of(room), cut));
		s = sum_bytes_at(s, view_from(view_of(room), cut), cut);
		EXPECT_EQ(sum_fold(s), plain(view_of(room), 0));
	}
}

TEST(carries_survive_the_longest_run_of_ones)
{
	static u8 room[70000];

	memset(room, 0xff, sizeof room);
	EXPECT_EQ(sum_fold(sum_bytes(0, view_of(room))), 0xffff);
	EXPECT_EQ(sum_finish(sum_bytes(0, view_of(room))), 0);
	EXPECT_EQ(sum_fold(0xffffffffffffull), 0xffff);
	EXPECT_EQ(sum_fold(0), 0);
	EXPECT_EQ(sum_fold(0x10000), 1);
	EXPECT_EQ(sum_fold(UINT64_MAX), 0xffff);
}

TEST(words_and_halves_are_added_in_host_order)
{
	EXPECT_EQ(sum_word(1, 0xffff), 0x10000);
	EXPECT_EQ(sum_u32(0, 0xc0a80001), 0xc0a9);
}
