/* spt_map.h - an image's file becomes memory of this process: mapped as its segments say, relocated, its constants read-only.
 *
 * The place is random and nothing is mapped around it. Whatever is wrong with the
 * file ends the program and says what.
 */
#ifndef TENDER_SPT_SPT_MAP_H
#define TENDER_SPT_SPT_MAP_H

#include "tender/load.h"

/* Where it lies now. Closes the file. */
u64 spt_map(struct load *l);

/* `bytes` of zeroed memory (whole pages) at a random place, with a page that nothing can use on both sides. */
u64 spt_map_region(u64 bytes, int protection);

#endif
