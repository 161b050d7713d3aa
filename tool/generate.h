/* generate.h - from a manifest, the files in out/gen/IMAGE that stand between a program and the stack. */
#ifndef TOOL_GENERATE_H
#define TOOL_GENERATE_H

#include "tool/manifest.h"

/* "out/gen/hello" */
char *generated_folder(const struct manifest *m);

/* Where a folder of the manifest is packed to: "out/gen/site/pages.kv". */
char *generated_pack(const struct manifest *m, const struct manifest_folder *f);

/* Writes image.h, image.c, embed.S, and solo5.S for the targets that want it, each only if it changed. */
void generate(const struct manifest *m);

#endif
