/* manifest.h - what an image's manifest note grants it: its name, and its devices by name. The note is not trusted. */
#ifndef TENDER_MANIFEST_H
#define TENDER_MANIFEST_H

#include "base/view.h"

#define MANIFEST_PORTS 8u
#define MANIFEST_DISKS 8u

/* The views lie in the note. */
struct manifest {
	struct view name;
	struct view port[MANIFEST_PORTS], disk[MANIFEST_DISKS];
	u32 ports, disks;
};

/* False: it names no image, or more devices than a tender serves, or one without a name. */
bool manifest_parse(struct view note, struct manifest *m);

#endif
