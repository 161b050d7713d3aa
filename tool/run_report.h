/* run_report.h - names for the place in an image's report of how it went wrong.
 *
 * The report says where as a number, and the command that names it: who wrote it was in no state to look.
 * A process of ours stands behind the image's standard error, passes on what
 * comes, and when that has ended names the function and line - if the file with the symbols is of the very
 * build that ran, by its build id.
 */
#ifndef TOOL_RUN_REPORT_H
#define TOOL_RUN_REPORT_H

#include <sys/types.h>

struct run_report {
	pid_t reader;
	int end; /* to be the image's standard error; not inherited but by being made that */
};

/* image: "./out/spt/hello"; its symbols stand beside it. */
void run_report_start(struct run_report *r, const char *image);

/* After `end` was closed here and the image has left: until all is said. */
void run_report_finish(const struct run_report *r);

/* "e2b039d1..."; null: the file has none. */
char *build_id(const char *path);

#endif
