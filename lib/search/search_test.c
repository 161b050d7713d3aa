#include "lib/search/search.h"
#include "test/test.h"

static struct search s;

static bool reads(const char *hex)
{
	static u8 room[1024];
	struct reader r = reader_of(test_hex(span_of(room), hex));

	return search_read(&r, &s);
}

#define EXAMPLE_ORG "07 6578616d706c65 03 6f7267 00 "
#define LAB         "03 6c6162 00 "

TEST(names_come_as_labels_and_are_kept_as_text)
{
	s = (struct search){ 0 };
	EXPECT(reads(EXAMPLE_ORG LAB "00000000"));
	EXPECT_EQ(s.count, 2);
	EXPECT_VIEW(search_name(&s, 0), text("example.org"));
	EXPECT_VIEW(search_name(&s, 1), text("lab"));
	EXPECT_EQ(search_name(&s, 2).n, 0);
	EXPECT_EQ(search_name(&s, 0xffffffffu).n, 0);
	EXPECT(reads("04 686f6d65 00") && s.count == 3); /* behind what is there */
	EXPECT_VIEW(search_name(&s, 2), text("home"));
	EXPECT(reads("") && reads("00") && s.count == 3);
}

TEST(what_is_compressed_cut_or_too_long_changes_nothing)
{
	char hex[2048] = LAB;
	static const char *const wrong[] = {
		"03 6c6162 c000",            /* a pointer */
		LAB "c000",                  /* behind a whole name */
		"40 00",                     /* an extended label (RFC 2671 3.1) */
		"03 6c6162",                 /* no end */
		"07 6578616d706c65 03 6f72", /* cut in a label */
		LAB "05 6c6162 00",          /* longer than the option */
	};

	s = (struct search){ 0 };
	EXPECT(search_add(&s, text("example.org")));
	for (usize i = 0; i < COUNT(wrong); i += 1) {
		if (reads(wrong[i]))
			test_fail(__FILE__, __LINE__, "%s was read", wrong[i]);
		EXPECT_EQ(s.count, 1);
	}
	for (u32 i = 0; i < 128; i += 1)
		strcat(hex, "01 61 ");
	EXPECT(!reads(strcat(hex, "00"))); /* 257 bytes of a name */
	EXPECT_EQ(s.count, 1);
}

TEST(the_longest_name_is_of_255_bytes)
{
	char hex[2048] = "";

	s = (struct search){ 0 };
	for (u32 i = 0; i < 127; i += 1)
		strcat(hex, "01 61 ");
	EXPECT(reads(strcat(hex, "00")));
	EXPECT_EQ(search_name(&s, 0).n, SEARCH_NAME_BYTES);
	EXPECT(!search_add(&s, text("home")) && search_add(&s, text("lab"))); /* three bytes are left */
}

TEST(a_full_list_keeps_what_it_has)
{
	s = (struct search){ 0 };
	EXPECT(reads("01 61 00 01 62 00 01 63 00 01 64 00 01 65 00"));
	EXPECT_EQ(s.count, SEARCH_NAMES);
	EXPECT_VIEW(search_name(&s, 0), text("a"));
	EXPECT_VIEW(search_name(&s, SEARCH_NAMES - 1u), text("d"));
	EXPECT(!search_add(&s, text("f")) && search_add(&s, text("A"))); /* which is in it */
	EXPECT_EQ(s.count, SEARCH_NAMES);
}

TEST(the_same_name_is_kept_once)
{
	s = (struct search){ 0 };
	EXPECT(reads(EXAMPLE_ORG EXAMPLE_ORG "07 4578616d706c65 03 4f5247 00"));
	EXPECT_EQ(s.count, 1);
}

TEST(what_is_no_domain_of_hosts_is_left_out)
{
	s = (struct search){ 0 };
	EXPECT(reads("03 612e62 00 " LAB)); /* a label "a.b" */
	EXPECT(reads("03 610a62 00 03 612062 00 03 612462 00 03 61ff62 00 03 610062 00"));
	EXPECT_EQ(s.count, 1);
	EXPECT_VIEW(search_name(&s, 0), text("lab"));
	EXPECT(reads("09 5f7463702d397a41 5a 00") && s.count == 2);
}

TEST(a_name_of_ours_is_one_or_is_refused)
{
	static const char *const wrong[] = { "", ".", "..", "a..b", ".a", "a.", "a b", "a/b" };

	s = (struct search){ 0 };
	for (usize i = 0; i < COUNT(wrong); i += 1) {
		bool may = strcmp(wrong[i], "a.") == 0;

		if (search_add(&s, view_make((const u8 *)wrong[i], strlen(wrong[i]))) != may)
			test_fail(__FILE__, __LINE__, "\"%s\"", wrong[i]);
	}
	EXPECT_VIEW(search_name(&s, 0), text("a"));
	EXPECT(!search_add(&s, text("0123456789012345678901234567890123456789012345678901234567890123.org")));
	EXPECT_EQ(s.count, 1);
}

TEST(what_is_written_is_read_again)
{
	static u8 room[SEARCH_WIRE_BYTES];
	struct writer w = writer_of(span_of(room));
	struct search back = { 0 };

	s = (struct search){ 0 };
	EXPECT(search_add(&s, text("example.org")) && search_add(&s, text("a.b.c.d")) &&
		search_add(&s, text("lab")));
	search_write(&w, &s);
	EXPECT(!write_bad(&w));
	struct reader r = reader_of(write_done(&w));
	EXPECT(search_read(&r, &back) && back.count == 3);
	for (u32 i = 0; i < 3; i += 1)
		EXPECT_VIEW(search_name(&back, i), search_name(&s, i));
}

TEST(names_that_are_withdrawn_are_taken_out_and_the_others_stay_in_order)
{
	struct search gone = { 0 };

	s = (struct search){ 0 };
	EXPECT(search_add(&s, text("example.org")) && search_add(&s, text("lab")) &&
		search_add(&s, text("home")));
	search_drop(&s, &gone);
	EXPECT_EQ(s.count, 3);
	EXPECT(search_add(&gone, text("LAB")) && search_add(&gone, text("other")));
	search_drop(&s, &gone);
	EXPECT_EQ(s.count, 2);
	EXPECT_VIEW(search_name(&s, 0), text("example.org"));
	EXPECT_VIEW(search_name(&s, 1), text("home"));
	EXPECT(search_add(&s, text("lab")) && s.count == 3);
	gone = s;
	search_drop(&s, &gone);
	EXPECT_EQ(s.count, 0);
}
