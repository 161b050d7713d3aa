/* solo5_rules.h - which system calls an image built for Solo5's spt may make: those of that interface (doc/solo5.md). */
#ifndef TENDER_SPT_SOLO5_RULES_H
#define TENDER_SPT_SOLO5_RULES_H

#include "lib/solo5/solo5.h"
#include "tender/filter.h"

/* For the devices of a manifest, all attached; boot: whose descriptors are waited on. How many there are. */
usize solo5_rules(const struct solo5_manifest *m, const struct solo5_boot *boot,
	struct filter_rule rules[static FILTER_RULES]);

#endif
