/* room.h - memory for devices, given before image_start: each platform of ours defines where it comes from.
 *
 * plat/unix maps it and adds it to the image's bill; plat/spt hands out what
 * its tender has mapped.
 */
#ifndef PLAT_LINUX_ROOM_H
#define PLAT_LINUX_ROOM_H

#include "base/types.h"

/* Zeroed, aligned to a page. Ends the program when there is none. */
u64 room_map(usize bytes);

#endif
