/* library.h - the libraries an image is made of, and what each weighs in it.
 *
 * A library is a folder: "lib/tcp", "stack", "base", "app/hello", "plat/unix". Sources
 * fetched from others count as their own folder, generated ones as "generated".
 * What was put into its caller by the compiler weighs there.
 */
#ifndef TOOL_LIBRARY_H
#define TOOL_LIBRARY_H

#include "tool/bill.h"
#include "tool/tree.h"

struct library {
	char *name;
	struct words sources, uses;
	unsigned long code, constants, tables;
};

struct libraries {
	struct library *at;
	size_t n;
};

/* Of an image that is planned and built; b: the bill of its file with symbols. */
struct libraries libraries_read(const struct manifest *m, const struct target *t, const struct bill *b);

#endif
