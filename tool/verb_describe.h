/* verb_describe.h - the parts of `fata describe` that stand in a file of their own. */
#ifndef TOOL_VERB_DESCRIBE_H
#define TOOL_VERB_DESCRIBE_H

#include "tool/manifest.h"

/* What the filter of tender/spt would allow an image with these devices. */
void describe_calls(const struct manifest *m);

#endif
