/* verb_describe.h - the parts of `fata describe` that stand in a file of their own. */
#ifndef TOOL_VERB_DESCRIBE_H
#define TOOL_VERB_DESCRIBE_H

#include "tool/library.h"
#include "tool/manifest.h"
#include "tool/targets.h"

/* What the filter of tender/spt would allow an image with these devices. */
void describe_calls(const struct manifest *m);

/* Its libraries and devices for graphviz. */
void describe_dot(const struct libraries *all, const struct manifest *m, const struct target *t);

#endif
