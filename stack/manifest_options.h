/* manifest_options.h - from "--port=8080" to a typed value. Inside stack/manifest.c. */
#ifndef STACK_MANIFEST_OPTIONS_H
#define STACK_MANIFEST_OPTIONS_H

#include "stack/host.h"
#include "stack/manifest.h"

#define IMAGE_NETS 4u /* `net` lines an image can have */

enum options_verdict {
	OPTIONS_OK,
	OPTIONS_HELP, /* --help was given: print it and leave with 0 */
	OPTIONS_WRONG /* said why on the console: leave with 2 */
};

/* What every image has besides its own. */
struct image_settings {
	struct host_config hosts[IMAGE_NETS];
	struct view log;
};

/* Presets, then the arguments, into struct app and the settings. */
enum options_verdict options_read(const struct image_manifest *m, struct image_settings *settings);

void options_help(const struct image_manifest *m);

#endif
