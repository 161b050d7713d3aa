/* tree.h - what there is to build: images, programs, tests, fuzzers, found by where files stand. */
#ifndef TOOL_TREE_H
#define TOOL_TREE_H

#include "tool/manifest.h"
#include "tool/targets.h"

struct tree {
	struct manifest **images;
	size_t image_count;
	struct words programs;  /* "tool/gateway/gateway.c": has a main, and the folder's name */
	struct words runners;   /* "plat/sim": folders of targets whose images are loaded */
	struct words libraries; /* "test/adapter/fata_socket.c": for programs of others */
	struct words tests;     /* "lib/tcp/tcp_test.c" */
	struct words fuzzers;   /* "lib/tcp/tcp_fuzz.c" */
	struct words scripts;   /* "test/net/ping_test.sh" */
	struct words files;     /* every file of the folders of the house */
};

/* Reads all manifests (app/NAME/NAME.fata, and those that tests bring); stops at the first that is wrong. */
struct tree *tree_read(void);

/* The image of this name, or at this path (a folder, or a .fata): a path adds it
 * to the tree. Stops with a suggestion when there is none. */
struct manifest *tree_image(struct tree *t, const char *verb, const char *name);

/* Everything the image is made of on this target: its sources. */
struct words image_roots(const struct manifest *m);

/* "out/unix/hello" or "out/sim/hello.so"; the same with its symbols; a program's. */
char *image_output(const struct manifest *m, const struct target *t);
char *image_symbols(const struct manifest *m, const struct target *t);
char *program_output(const char *source); /* "out/tool/gateway" */
char *library_output(const char *source); /* "out/library/libfata_socket.so" */
char *runner_output(const char *folder);  /* "out/sim/sim" */
char *test_output(const char *source);    /* "out/test/lib/tcp/tcp_test" */
char *corpus_output(const char *source);  /* "out/test/lib/tcp/tcp_fuzz": replays files */
char *fuzzer_output(const char *source);  /* "out/fuzz/lib/tcp/tcp_fuzz": libFuzzer */

#endif
