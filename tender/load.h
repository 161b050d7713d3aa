/* load.h - an image's file is opened, and what it says of itself is read: what both tenders begin with.
 *
 * How it becomes memory is each tender's own (spt/spt_map.h, hvt/load.h). Whatever is wrong with the
 * file ends the program and says what.
 */
#ifndef TENDER_LOAD_H
#define TENDER_LOAD_H

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
};

/* Opens the file and reads what it says of itself; it must be an image for this platform and ABI. */
void load_open(struct load *l, struct view path, struct view platform, u32 abi);

/* The image's own names, for attach(). They point into `l`. */
void load_names(const struct load *l, struct attach_names *names);

#endif
