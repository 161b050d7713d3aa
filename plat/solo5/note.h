/* note.h - what an image file says of itself to Solo5's tenders; the manifest's note is made by fata (solo5.S).
 *
 * Used once, by the part of each tender: SOLO5_FILE(SOLO5_HVT). It is the note
 * ABI1 (three words and a name, then target, version and two words kept for
 * later) and, as in Solo5's own files, an interpreter that does not exist, so
 * that no kernel runs the file by mistake.
 */
#ifndef PLAT_SOLO5_NOTE_H
#define PLAT_SOLO5_NOTE_H

#include "lib/solo5/solo5.h"

struct note_abi {
	u32 name_bytes, bytes, type;
	char name[8];
	u32 target, version, reserved[2];
};

#define SOLO5_FILE(which)                                                                                    \
	__attribute__((used, retain, section(".note.solo5.abi"),                                             \
		aligned(4))) static const struct note_abi abi = { 6, 16, 0x31494241, "Solo5", (which),       \
		SOLO5_VERSION, { 0, 0 } };                                                                   \
	__attribute__((used, retain, section(".interp"))) static const char interpreter[] =                  \
		"/nonexistent/solo5/"

#endif
