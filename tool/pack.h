/* pack.h - puts files into one blob that an image carries and lib/kv reads.
 *
 * Two packs of the same files are the same bytes: names are sorted, no times
 * and no owners are kept. For a file whose type is worth it (text, scripts, SVG, ...) the
 * gzip and brotli bodies are made here, at their best and slowest, and kept when
 * they save a twentieth. Entity tags are the first 96 bits of SHA-256 of the body.
 *
 * The build uses it as a command, `fata pack`, so that ninja runs it only when a
 * file has changed (pack_verb; it writes a depfile):
 *
 *     fata pack [--pages=THEME] [--title=TITLE] [--strict] [--deps=FILE] [--unpacked] FOLDER OUT
 *
 *     FOLDER            what goes in: all files below it but hidden ones
 *     --pages=THEME     FOLDER holds Markdown: render it (tool/pages.h) and pack the pages
 *     --strict          a link in the pages that leads nowhere is an error
 *     --deps=FILE       a depfile for ninja: OUT depends on all that was read
 *     --unpacked        OUT is a folder with the files as they are, to look at them
 *
 * Trouble (an unreadable file, two files of one name) ends the tool by stop_with().
 */
#ifndef TOOL_PACK_H
#define TOOL_PACK_H

#include "base/view.h"
#include "tool/words.h"

struct pack_file {
	const char *name; /* in the pack: "guide/tour.html" */
	struct view bytes;
};

struct pack {
	struct pack_file *files;
	size_t n, cap;
	struct words inputs; /* what was read, for the depfile: files, and folders whose entries count */
};

/* A file under this name. The bytes are not copied (the tool frees nothing). */
void pack_add(struct pack *p, const char *name, struct view bytes);

/* All files below a folder, named from it. Hidden files are left out. */
void pack_add_folder(struct pack *p, const char *folder);

/* The blob. Compresses: a second or two for a megabyte. */
struct view pack_blob(const struct pack *p);

/* The Content-Type for a name, by its extension; application/octet-stream if it says nothing. */
const char *pack_type(const char *name);

/* SHA-256 of these bytes. */
void pack_sha256(struct view v, u8 out[32]);

/* `fata pack ...`: the arguments behind the verb. Returns the exit status. */
int pack_verb(int count, char **arguments);

#endif
