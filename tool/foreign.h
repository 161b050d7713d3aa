/* foreign.h - libraries of others that a folder of lib/ hides: lib/NAME/NAME.sources.
 *
 * The format is described in tool/fetch/README.md: which sources to fetch, which
 * of them to compile for which processor, and the macros and folders of headers
 * they (and lib/NAME's own files, and nobody else) need.
 */
#ifndef TOOL_FOREIGN_H
#define TOOL_FOREIGN_H

#include "tool/words.h"

struct foreign_source {
	char *path;
	struct words archs; /* none: all */
};

struct foreign {
	char *folder; /* "lib/NAME" */
	char *flags;  /* for the compiler */
	struct foreign_source *sources;
	size_t source_count;
};

/* Reads the file, fetches what it needs (once), or null if there is no such file. */
const struct foreign *foreign_of(const char *sources_file);

bool foreign_wanted(const struct foreign_source *s, const char *arch);

/* The one a source belongs to, as one of its own or as the folder's: null for
 * most. its: whether it is one of the fetched ones. */
const struct foreign *foreign_owner(const char *source, bool *its);

#endif
