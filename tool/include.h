/* include.h - which sources belong to a program: what its includes say, and nothing else.
 *
 * Including DIR/x.h pulls in DIR/x.c and every DIR/x_*.c (and .S), except those
 * that end in _test, _fuzz or _prove. A header in dev/ is a signature: it pulls in
 * the platform's sources instead, all of them. <zlib.h> and its like name the
 * system's libraries to link with.
 */
#ifndef TOOL_INCLUDE_H
#define TOOL_INCLUDE_H

#include "tool/words.h"

struct include {
	char *name; /* as written */
	char *path; /* of the file, null if there is none */
	int line;
	bool angled;
};

struct includes {
	struct include *at;
	size_t n, cap;
};

/* The includes of one file, read once. generated: the folder of image.h, or null. */
const struct includes *includes_of(const char *path, const char *generated);

struct sources {
	const char *generated;        /* the folder of image.h, or null */
	const char *arch;             /* for which processor */
	const struct words *platform; /* what stands behind dev/, or null: the program brings its own */
	struct words files;           /* .c and .S, a set */
	struct words headers;         /* a set */
	struct words libraries;       /* "-lz" */
	bool devices;                 /* a header of dev/ was met */
};

/* Adds this source and everything its includes pull in. */
void sources_follow(struct sources *s, const char *file);

/* The sources of a folder (not below it), without tests, fuzzers and proof drivers. */
struct words folder_sources(const char *folder);

bool is_source(const char *path); /* .c or .S, and not one of those */

#endif
