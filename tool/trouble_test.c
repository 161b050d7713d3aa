/* trouble_test.c - suggestions: near enough to help, far enough not to mislead. */
#include "tool/trouble.h"
#include "test/test.h"

static struct view suggested(const char *word, const char *known)
{
	struct words list = words_split(known);
	char *s = suggestion(word, &list);

	return view_make(s, strlen(s));
}

TEST(distance_counts_insertions_removals_replacements_and_swaps)
{
	EXPECT_EQ(edit_distance("", ""), 0);
	EXPECT_EQ(edit_distance("", "abc"), 3);
	EXPECT_EQ(edit_distance("build", "bild"), 1);
	EXPECT_EQ(edit_distance("build", "bulid"), 1);
	EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
	EXPECT_EQ(edit_distance("ca", "abc"), 3); /* optimal alignment: a swap is not touched again */
}

TEST(the_nearest_word_is_suggested)
{
	EXPECT_VIEW(suggested("biuld", "build run test"), text("; did you mean 'build'?"));
	EXPECT_VIEW(suggested("--prot", "--port --part"), text("; did you mean '--port'?"));
	EXPECT_VIEW(suggested("desc", "build describe"), text("; did you mean 'describe'?"));
}

TEST(nothing_is_suggested_when_nothing_is_near)
{
	EXPECT_VIEW(suggested("frobnicate", "build run test"), text(""));
	EXPECT_VIEW(suggested("x", ""), text(""));
}
