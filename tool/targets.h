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

/* How often a source's code runs, which decides what it is compiled for. */
enum target_pace {
	PACE_BYTES,  /* for each byte: ciphers, sums, HTTP's parser. For speed */
	PACE_PACKET, /* for each packet or request. For size */
	PACE_RARE,   /* at the start, now and then. For size above all: nothing is inlined before the link */
	PACES
};

struct target {
	const char *name, *about;
	enum target_kind kind;
	const char *compiler;
	const char *folder, *arch; /* plat/FOLDER, plat/FOLDER/cpu/ARCH */
	const char *objects; /* targets that compile alike share objects: under this name; null: its own */
	const char *cores;   /* whose objects of base/, lib/ and stack/ it takes; null: they are its own */
	const char *compile, *link;
	const char *smallest;    /* for images `without speed`: what is not the program's is merged into one
				  * module, and this is said to the link besides; null: linked like others */
	const char *script;      /* of the linker, named in `link`; null: none */
	const char *generated;   /* a file of generate.h that only this target takes; null: none */
	const char *tender;      /* "tender/spt": the program that runs the image; null: it runs by itself */
	const char *needs;       /* what a machine must have for it to run, a device's path; null: nothing */
	const char *pace[PACES]; /* added for sources of that pace; null: nothing */
	unsigned
		strength; /* of what confines the image: `fata run` takes the strongest; 0: only when named */
	bool by_name;     /* built only where it is named: a second opinion, another's tenders */
	unsigned long stack_bytes; /* what an image may use of it: part of the memory bill */
};

extern const struct target targets[];

const struct target *target_find(const char *name); /* null: none */

/* Whether its outputs are images. */
bool target_of_images(const struct target *t);

/* The image targets with this name, or stops with a suggestion. */
const struct target *target_need(const char *verb, const char *name);

enum target_pace target_pace(const char *source);

/* The sources behind dev/ on it; empty when there is no such folder yet. */
struct words target_platform(const struct target *t);

#endif
