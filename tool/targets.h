/* targets.h - the table of targets: everything that differs between them.
 *
 * A new target is a row here and a folder in plat/. A platform's sources are
 * plat/FOLDER/'s .c and .S, plat/FOLDER/cpu/ARCH/'s, and what they include.
 */
#ifndef TOOL_TARGETS_H
#define TOOL_TARGETS_H

#include "tool/words.h"
#include <stdbool.h>

enum target_kind {
	TARGET_IMAGE,  /* the image is a program that runs by itself */
	TARGET_SHARED, /* the image is a shared object: a runner of the same folder loads it */
	TARGET_BARE,   /* programs without a C library: tenders */
	TARGET_HOSTED, /* programs with a C library: the tool's, tests, fuzzers */
	TARGET_CHECK   /* objects only, to be looked at by `fata check` */
};

struct target {
	const char *name, *about;
	enum target_kind kind;
	const char *compiler;
	const char *folder, *arch; /* plat/FOLDER, plat/FOLDER/cpu/ARCH */
	const char *compile, *link;
	const char *script;    /* of the linker, named in `link`; null: none */
	const char *generated; /* a file of generate.h that only this target takes; null: none */
	const char *tender;    /* "tender/spt": the program that runs the image; null: it runs by itself */
	const char *needs;     /* what a machine must have for it to run, a device's path; null: nothing */
	const char *cold;      /* added for sources off the packet's path; null: none */
	unsigned long stack_bytes; /* what an image may use of it: part of the memory bill */
};

extern const struct target targets[];

const struct target *target_find(const char *name); /* null: none */

/* Whether its outputs are images. */
bool target_of_images(const struct target *t);

/* The image targets with this name, or stops with a suggestion. */
const struct target *target_need(const char *verb, const char *name);

/* Whether a packet or a request goes through this source: compiled for speed, all else for size. */
bool target_hot(const char *source);

/* The sources behind dev/ on it; empty when there is no such folder yet. */
struct words target_platform(const struct target *t);

#endif
