/* note.h - what an image says of itself, in the notes of its ELF file: whoever starts it reads them first.
 *
 * `fata` writes them from the manifest (tool/generate.c) and the linker puts
 * them into a PT_NOTE segment; a tender reads them with no other knowledge of
 * the image, and refuses devices that are not named here. An image is not
 * believed: any bytes give a verdict.
 *
 * ELF notes lie behind each other, each
 *
 *     le32 bytes of the name   le32 bytes of the content   le32 type
 *     name ("fata" and a zero), padded to 4   content, padded to 4
 *
 * and two of them are ours:
 *
 *     NOTE_IMAGE     u8 version (1)   u8 ports   u8 disks   u8 wants (enum note_wants)
 *                    le32 stack_bytes
 *                    texts: the image's name, the ports', the disks'
 *     NOTE_PLATFORM  le32 version of its ABI   text: the platform ("spt")
 *
 * where a text is a byte, 1 to 63, and that many of a-z A-Z 0-9 - _ and dot.
 */
#ifndef LIB_NOTE_H
#define LIB_NOTE_H

#include "base/view.h"

#define NOTE_VERSION 1u
#define NOTE_PORTS   8u
#define NOTE_DISKS   8u
#define NOTE_TEXT    63u /* the longest name */

enum note_type { NOTE_IMAGE = 2, NOTE_PLATFORM = 3 };

/* What it asks of who attaches its ports; others are of a newer fata. */
enum note_wants {
	NOTE_PLAIN =
		1 /* frames as they are: it has no words about checksums and segments (lib/parts: offloads) */
};

enum note_verdict {
	NOTE_OK,
	NOTE_ABSENT,  /* it is no image of fata's */
	NOTE_CUT,     /* a note is longer than the bytes that are there */
	NOTE_UNKNOWN, /* made by a newer fata */
	NOTE_MANY,    /* more devices than a platform has room for */
	NOTE_NAME,    /* a name that is empty, too long, or has other letters */
};
struct view note_verdict_text(enum note_verdict v);

struct note {
	u32 ports, disks;
	u32 stack_bytes;
	u32 wants;        /* enum note_wants */
	u32 platform_abi; /* 0: it says no platform */
};

enum note_verdict note_read(struct view notes, struct note *out);

/* The names in these notes, once note_read() has said NOTE_OK: the image's is 0, then the ports', then
 * the disks'; empty past the last. */
struct view note_text(struct view notes, u32 i);
struct view note_platform(struct view notes);

#endif
