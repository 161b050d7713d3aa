#include "lib/select/select.h"
#include "test/test.h"

static struct select_sources ours;

static struct ip ip(const char *s)
{
	struct reader r = reader_of(view_make(s, strlen(s)));
	struct ip a;

	EXPECT(ip_read_text(&r, &a) && read_finished(&r));
	return a;
}

/* "2001:db8::1/64 -deprecated", several behind each other: a marker changes the one before. */
static void sources(const char *list)
{
	char copy_of[512], *word;

	ours = (struct select_sources){ 0 };
	strcpy(copy_of, list);
	for (word = strtok(copy_of, " "); word; word = strtok(NULL, " ")) {
		struct reader r = reader_of(view_make(word, strlen(word)));
		struct select_source *last = &ours.source[ours.count ? ours.count - 1u : 0];

		if (strcmp(word, "-deprecated") == 0) {
			last->deprecated = true;
		} else if (strcmp(word, "-temporary") == 0) {
			last->temporary = true;
		} else if (strcmp(word, "-advertised") == 0) {
			last->advertised = true;
		} else {
			EXPECT(ip_prefix_read_text(&r, &ours.source[ours.count].ip));
			if (!strchr(word, '/'))
				ours.source[ours.count].ip.bits =
					ip_is4(ours.source[ours.count].ip.ip) ? 24 : 64;
			ours.count += 1;
		}
	}
}

static void expect_source(int line, const char *list, const char *to, const char *want)
{
	u32 i;

	sources(list);
	i = select_source(&ours, ip(to));
	if (i >= ours.count || !ip_equal(ours.source[i].ip.ip, ip(want)))
		test_fail(__FILE__, line, "from {%s} to %s: not %s but number %u", list, to, want, i);
}

/* RFC 6724 10.1. The example's "home address" and 6to4 lines are below, with what they need. */
TEST(the_examples_of_default_source_selection)
{
	static const struct {
		int line;
		const char *to, *from, *want;
	} cases[] = {
		{ __LINE__, "2001:db8:1::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1" }, /* rule 2 */
		{ __LINE__, "ff05::1", "2001:db8:3::1 fe80::1", "2001:db8:3::1" },       /* rule 2 */
		{ __LINE__, "2001:db8:1::1", "2001:db8:1::1 -deprecated 2001:db8:2::1",
			"2001:db8:1::1" },                                                     /* rule 1 */
		{ __LINE__, "fe80::1", "fe80::2 -deprecated 2001:db8:1::1", "fe80::2" },       /* rule 2 */
		{ __LINE__, "2001:db8:1::1", "2001:db8:1::2 2001:db8:3::2", "2001:db8:1::2" }, /* rule 8 */
		{ __LINE__, "2002:c633:6401::1",
			"2002:c633:6401::d5e3:7953:13eb:22e8 -temporary 2001:db8:1::2",
			"2002:c633:6401::d5e3:7953:13eb:22e8" }, /* rule 6 */
		{ __LINE__, "2001:db8:1::d5e3:0:0:1",
			"2001:db8:1::2 2001:db8:1::d5e3:7953:13eb:22e8 -temporary",
			"2001:db8:1::d5e3:7953:13eb:22e8" }, /* rule 7 */
	};

	for (u32 i = 0; i < COUNT(cases); i += 1)
		expect_source(cases[i].line, cases[i].from, cases[i].to, cases[i].want);
}

TEST(each_rule_of_source_selection_counts_only_when_those_before_it_do_not)
{
	expect_source(
		__LINE__, "fe80::1 2001:db8::1 -deprecated", "2001:db8:1::1", "2001:db8::1"); /* 2 before 3 */
	expect_source(__LINE__, "2001:db8:1::1 -deprecated 2001:db8:2::1", "2001:db8:1::2", "2001:db8:2::1");
	expect_source(__LINE__, "2001:db8:1::1 2001:db8:2::1 -advertised", "2001:db8:1::2", "2001:db8:2::1");
	expect_source(
		__LINE__, "fd00::1 -advertised 2001:db8:2::1", "2001:db8:1::2", "fd00::1"); /* 5.5 before 6 */
	expect_source(__LINE__, "fd00::1 -temporary 2001:db8:2::1", "2001:db8:1::2",
		"2001:db8:2::1"); /* 6 before 7 */
	expect_source(__LINE__, "2001:db8:1::1 2001:db8:2::1 -temporary", "2001:db8:1::2", "2001:db8:2::1");
	expect_source(__LINE__, "2001:db8:2::1 2001:db8:1::1", "2001:db8:1::2", "2001:db8:1::1");
	expect_source(__LINE__, "2001:db8:2::1 2001:db8:2::2", "2001:db8:1::2",
		"2001:db8:2::1"); /* equal: the first */
	expect_source(__LINE__, "192.0.2.1 2001:db8::1 198.51.100.1", "198.51.100.9", "198.51.100.1");
	expect_source(__LINE__, "169.254.1.1 192.0.2.1", "169.254.7.7", "169.254.1.1");
	expect_source(__LINE__, "169.254.1.1 192.0.2.1", "198.51.100.9", "192.0.2.1");
}

TEST(there_is_no_source_of_another_family)
{
	sources("192.0.2.1 169.254.1.1");
	EXPECT_EQ(select_source(&ours, ip("2001:db8::1")), SELECT_SOURCES);
	sources("");
	EXPECT_EQ(select_source(&ours, ip("192.0.2.1")), SELECT_SOURCES);
}

static void expect_order(int line, const char *from, const char *given, const char *want)
{
	char copy_of[512], *word;
	struct select_destinations d = { 0 }, w = { 0 };

	sources(from);
	strcpy(copy_of, given);
	for (word = strtok(copy_of, " "); word; word = strtok(NULL, " "))
		d.to[d.count++] = ip(word);
	strcpy(copy_of, want);
	for (word = strtok(copy_of, " "); word; word = strtok(NULL, " "))
		w.to[w.count++] = ip(word);
	select_order(&d, &ours);
	for (u32 i = 0; i < w.count; i += 1)
		if (d.count != w.count || !ip_equal(d.to[i], w.to[i]))
			test_fail(__FILE__, line, "{%s} from {%s}: place %u", given, from, i);
}

/* RFC 6724 10.2. */
TEST(the_examples_of_default_destination_selection)
{
	static const struct {
		int line;
		const char *from, *given, *want;
	} cases[] = {
		{ __LINE__, "2001:db8:1::2 fe80::1 169.254.13.78", "2001:db8:1::1 198.51.100.121",
			"2001:db8:1::1 198.51.100.121" }, /* rule 2 */
		{ __LINE__, "fe80::1 198.51.100.117", "2001:db8:1::1 198.51.100.121",
			"198.51.100.121 2001:db8:1::1" }, /* rule 2 */
		{ __LINE__, "2001:db8:1::2 fe80::1 10.1.2.4", "2001:db8:1::1 10.1.2.3",
			"2001:db8:1::1 10.1.2.3" }, /* rule 6 */
		{ __LINE__, "2001:db8:1::2 fe80::2", "2001:db8:1::1 fe80::1",
			"fe80::1 2001:db8:1::1" }, /* 8 */
		{ __LINE__, "2001:db8:1::2 -deprecated fe80::2", "2001:db8:1::1 fe80::1",
			"fe80::1 2001:db8:1::1" }, /* rule 3 */
		{ __LINE__, "2001:db8:1::2 2001:db8:3f44::2 fe80::2", "2001:db8:1::1 2001:db8:3ffe::1",
			"2001:db8:1::1 2001:db8:3ffe::1" }, /* rule 9 */
		{ __LINE__, "2002:c633:6401::2 fe80::2", "2002:c633:6401::1 2001:db8:1::1",
			"2002:c633:6401::1 2001:db8:1::1" }, /* rule 5 */
		{ __LINE__, "2002:c633:6401::2 2001:db8:1::2 fe80::2", "2002:c633:6401::1 2001:db8:1::1",
			"2001:db8:1::1 2002:c633:6401::1" }, /* rule 6 */
	};

	for (u32 i = 0; i < COUNT(cases); i += 1)
		expect_order(cases[i].line, cases[i].from, cases[i].given, cases[i].want);
}

TEST(what_no_source_fits_comes_last_and_equals_keep_their_order)
{
	expect_order(__LINE__, "192.0.2.5", "2001:db8::1 198.51.100.1 2001:db8::2 198.51.100.2",
		"198.51.100.1 198.51.100.2 2001:db8::1 2001:db8::2");
	expect_order(__LINE__, "", "2001:db8::1 198.51.100.1", "2001:db8::1 198.51.100.1");
	/* Rule 9 does not compare families, nor what lies past the source's prefix. */
	expect_order(__LINE__, "2001:db8::5", "2001:db8:9::1 2001:db8::1", "2001:db8::1 2001:db8:9::1");
	expect_order(__LINE__, "192.0.2.5", "192.0.2.9 192.0.2.4", "192.0.2.9 192.0.2.4");
	expect_order(__LINE__, "192.0.2.5", "198.51.100.1 192.0.2.4", "192.0.2.4 198.51.100.1");
}

/* 2.1. */
TEST(the_policy_table_is_the_default_one)
{
	static const struct {
		const char *a;
		u8 precedence, label;
	} cases[] = { { "::1", 50, 0 }, { "2001:db8::1", 40, 1 }, { "192.0.2.1", 35, 4 },
		{ "2002:c633:6401::1", 30, 2 }, { "2001:0:1::1", 5, 5 }, { "fd00::1", 3, 13 },
		{ "fc00::1", 3, 13 }, { "::7", 1, 3 }, { "fec0::1", 1, 11 }, { "3ffe::1", 1, 12 },
		{ "2001:1::1", 40, 1 } };

	for (u32 i = 0; i < COUNT(cases); i += 1) {
		struct select_policy p = select_policy(ip(cases[i].a));

		EXPECT_EQ(p.precedence, cases[i].precedence);
		EXPECT_EQ(p.label, cases[i].label);
	}
}

TEST(addresses_have_scopes)
{
	EXPECT_EQ(select_scope(ip("fe80::1")), 2);
	EXPECT_EQ(select_scope(ip("::1")), 2);
	EXPECT_EQ(select_scope(ip("fec0::1")), 5);
	EXPECT_EQ(select_scope(ip("fd00::1")), 14);
	EXPECT_EQ(select_scope(ip("ff02::1")), 2);
	EXPECT_EQ(select_scope(ip("ff0e::1")), 14);
	EXPECT_EQ(select_scope(ip("127.0.0.1")), 2);
	EXPECT_EQ(select_scope(ip("169.254.0.1")), 2);
	EXPECT_EQ(select_scope(ip("10.0.0.1")), 14);
}

TEST(bits_in_common_end_with_the_source_s_prefix)
{
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("2001:db8::1"), 64 }, ip("2001:db8::1")), 64);
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("2001:db8::1"), 128 }, ip("2001:db8::1")), 128);
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("2001:db8::"), 64 }, ip("2001:db9::")), 31);
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("10.0.0.1"), 24 }, ip("10.0.0.2")), 24);
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("10.0.0.1"), 24 }, ip("10.128.0.2")), 8);
	EXPECT_EQ(select_common_bits((struct ip_prefix){ ip("10.0.0.1"), 24 }, ip("2001:db8::")), 0);
}
