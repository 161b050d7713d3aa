/* spt_load.h - an image's file becomes memory: mapped as its segments say, relocated, its constants read-only.
 *
 * The place is random and nothing is mapped around it. Whatever is wrong with the
 * file ends the program and says what.
 */
#ifndef TENDER_SPT_SPT_LOAD_H
#define TENDER_SPT_SPT_LOAD_H

#include "lib/note/note.h"
#include "plat/linux/attach.h"
#include "tender/image_file.h"

#define LOAD_TEXT_BYTES (NOTE_TEXT + 1)

struct load {
	i32 fd;
	struct view path;
	struct image_file file;
	struct note note;
	u8 notes[IMAGE_FILE_NOTES];
	usize notes_bytes;
	u64 base; /* where it lies, once it is mapped */
};

/* Opens the file and reads what it says of itself; it must be an image for this platform and ABI. */
void load_open(struct load *l, struct view path, struct view platform, u32 abi);

/* The image's own names, for attach(). They point into `l`. */
void load_names(const struct load *l, struct attach_names *names);

/* Maps and relocates it, and closes the file. */
void load_map(struct load *l);

/* `bytes` of zeroed memory (whole pages) at a random place, with a page that nothing can use on both sides. */
u64 load_region(u64 bytes, int protection);

#endif
