/* last_test.c - what is kept of a console: whole lines, the last ones, however they were written. */
#include "plat/linux/last.h"
#include "test/test.h"
#include <stdio.h>
#include <string.h>

static bool last_is(const struct last_lines *l, const char *expected)
{
	struct view v = last_of(l);

	return v.n == strlen(expected) && memcmp(v.p, expected, v.n) == 0;
}

static void keep(struct last_lines *l, const char *text)
{
	last_keep(l, view_make(text, strlen(text)));
}

TEST(nothing_written_is_nothing_kept)
{
	struct last_lines l = { 0 };

	EXPECT(last_of(&l).n == 0);
	last_keep(&l, view_none());
	EXPECT(last_of(&l).n == 0);
}

TEST(lines_are_kept_in_order_though_they_come_in_pieces)
{
	struct last_lines l = { 0 };

	keep(&l, "one\ntw");
	EXPECT(last_is(&l, "one\ntw"));
	keep(&l, "o\n\nfour\n");
	EXPECT(last_is(&l, "one\ntwo\n\nfour\n"));
}

TEST(only_the_last_sixteen_lines_are_shown)
{
	struct last_lines l = { 0 };
	char line[16], expected[512] = "";

	for (int i = 0; i < 40; i += 1) {
		snprintf(line, sizeof line, "line %d\n", i);
		keep(&l, line);
		if (i >= 40 - (int)LAST_LINES)
			strcat(expected, line);
	}
	EXPECT(last_is(&l, expected));
}

TEST(a_line_whose_beginning_had_to_go_is_not_shown)
{
	struct last_lines l = { 0 };
	char line[600];

	memset(line, 'a', sizeof line);
	line[598] = '\n';
	line[599] = 0;
	for (int i = 0; i < 4; i += 1) {
		line[0] = (char)('0' + i);
		keep(&l, line);
	}
	EXPECT(last_of(&l).n == 3 * 599u);
	EXPECT(view_at(last_of(&l), 0) == '1');
}

TEST(what_is_longer_than_the_room_leaves_its_end)
{
	static char text[3 * LAST_BYTES];
	struct last_lines l = { 0 };

	memset(text, 'x', sizeof text);
	memcpy(text + sizeof text - 5, "\nend\n", 5);
	last_keep(&l, view_make(text, sizeof text));
	EXPECT(last_is(&l, "end\n"));
	keep(&l, "more\n");
	EXPECT(last_is(&l, "end\nmore\n"));
}

TEST(a_length_that_somebody_made_up_leads_nowhere)
{
	struct last_lines l = { .bytes = 0xffffffff };

	EXPECT(last_of(&l).n == 0);
	keep(&l, "\nafter\n");
	EXPECT(last_is(&l, "after\n"));
}
