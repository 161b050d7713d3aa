/* plan.h - out/build.ninja and compile_commands.json: how everything is built.
 *
 * One file for all images on all targets, all tests, fuzzers and programs. It is
 * written anew by each run of the tool (it takes a few milliseconds) and only
 * touched when it changed. Ninja builds what is asked for by its output's name.
 */
#ifndef TOOL_PLAN_H
#define TOOL_PLAN_H

#include "tool/tree.h"

/* Generates what the images need and writes both files. */
void plan_write(struct tree *t);

/* The sources of an image on a target, as the plan has them. */
struct sources;
void image_sources(
	struct sources *s, const struct manifest *m, const struct target *t, struct words *platform);

/* Where a source is compiled to. */
char *object_of(const struct target *t, const char *source);

/* Runs ninja for these outputs; true if all were built. keep_going: build what
 * can be built, to report the rest. Says nothing unless something fails. */
bool build(const struct words *outputs, bool keep_going);

/* The same with what ninja said kept, not shown. */
bool build_kept(const struct words *outputs, char **said);

/* clang-tidy on every source that changed since it was found clean: "tidy", or "analyze", which
 * walks paths too. */
bool tidy_kept(const char *name, char **said);

#endif
