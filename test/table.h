/* table.h - figures that a test compares with a file which is kept: a regression is a difference. For tests.
 *
 * WRITE=1 in the environment writes the file instead.
 */
#ifndef TEST_TABLE_H
#define TEST_TABLE_H

#include "test/test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void expect_table(const char *path, const char *now)
{
	static char before[8192];
	FILE *file = fopen(path, getenv("WRITE") ? "w" : "r");

	EXPECT(file != NULL);
	if (!file)
		return;
	if (getenv("WRITE")) {
		fputs(now, file);
	} else {
		before[fread(before, 1, sizeof before - 1, file)] = 0;
		EXPECT(strcmp(before, now) == 0);
		if (strcmp(before, now) != 0)
			fprintf(stderr, "it is now:\n%s", now);
	}
	fclose(file);
}

#endif
