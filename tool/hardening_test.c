/* hardening_test.c - the page's tables are read as tool/hardening.h says, and what does not fit is told. */
#include "test/test.h"
#include "tool/files.h"
#include "tool/hardening.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STOPS                                                                                                \
	"# A page\n\n| stop | exit | the report says | place |\n|---|---|---|---|\n"                         \
	"| fault | 132 or 139 | a write to / a read of | there |\n| free | 0 | not stopped | |\n\n"
#define HEAD "| property | what it tries | unix | hvt |\n|---|---|---|---|\n"

static bool read_page(struct hardening *h, const char *page, struct text *why)
{
	char path[] = "/tmp/hardening.XXXXXX";
	int fd = mkstemp(path);

	close(fd);
	file_write(path, page, strlen(page));
	bool fine = hardening_read(h, path, why);
	unlink(path);
	return fine;
}

TEST(a_page_is_its_tables)
{
	struct hardening h;
	struct text why = { 0 };

	EXPECT(read_page(&h,
		STOPS HEAD "| `a` | this | fault | free |\n\nText.\n\n" HEAD "| `b` | that | free | free |\n",
		&why));
	EXPECT_EQ(h.targets.n, 2);
	EXPECT_EQ(h.property_count, 2);
	EXPECT(strcmp(h.properties[0].name, "a") == 0);
	EXPECT(strcmp(h.properties[0].stops.at[1], "free") == 0);
	EXPECT(strcmp(h.properties[1].name, "b") == 0);

	const struct stop *fault = hardening_stop(&h, "fault");
	EXPECT(fault && words_have(&fault->exits, "132") && words_have(&fault->exits, "139"));
	EXPECT(fault && words_have(&fault->says, "a read of"));
	EXPECT_EQ(fault ? fault->place : PLACE_NONE, PLACE_THERE);
	EXPECT_EQ(hardening_stop(&h, "free")->place, PLACE_NONE);
}

TEST(a_stop_that_the_page_does_not_explain_is_told)
{
	struct hardening h;
	struct text why = { 0 };

	EXPECT(!read_page(&h, STOPS HEAD "| `a` | this | fault | magic |\n", &why));
	EXPECT(why.at && strstr(why.at, "'magic'"));
}

TEST(a_row_with_a_cell_too_few_is_told)
{
	struct hardening h;
	struct text why = { 0 };

	EXPECT(!read_page(&h, STOPS HEAD "| `a` | this | fault |\n", &why));
	EXPECT(why.at && strstr(why.at, "3 cells, not 4"));
}

TEST(tables_with_different_targets_are_refused)
{
	struct hardening h;
	struct text why = { 0 };

	EXPECT(!read_page(&h,
		STOPS HEAD "| `a` | this | fault | free |\n\n| property | what it tries | unix | spt |\n",
		&why));
}

TEST(a_page_without_properties_is_refused)
{
	struct hardening h;
	struct text why = { 0 };

	EXPECT(!read_page(&h, STOPS, &why));
	EXPECT(!hardening_read(&h, "/there/is/no/such/page.md", &why));
}
