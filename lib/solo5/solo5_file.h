/* solo5_file.h - reads the headers of an image file built for Solo5: where its segments go, where its notes lie.
 *
 * What is demanded is what Solo5's own loader demands (doc/solo5.md): a static
 * executable of a fixed address for x86-64; segments in ascending order that
 * lie in the guest's memory from SOLO5_BASE on, share no page and are not both
 * writable and executable; the entry in memory. A program interpreter may be
 * named and is never looked at: Solo5 names one that does not exist, so that
 * no kernel runs such a file by mistake.
 *
 *     solo5_file_read(the file's first page, its size, memory, &file)
 *     for each note: its bytes to solo5_abi_note() and solo5_manifest_note()
 *     for each segment: file_bytes at its offset to its address; then protect its pages
 */
#ifndef LIB_SOLO5_SOLO5_FILE_H
#define LIB_SOLO5_SOLO5_FILE_H

#include "lib/solo5/solo5.h"

#define SOLO5_HEAD_BYTES 4096u /* the file's headers lie in its first page */
#define SOLO5_PAGE_BYTES 4096u
#define SOLO5_SEGMENTS   8u
#define SOLO5_NOTES      8u
#define SOLO5_NOTE_MOST  (24u + SOLO5_MANIFEST_BYTES) /* bytes of a note worth reading */

enum solo5_file_verdict {
	SOLO5_FILE_OK,
	SOLO5_FILE_NO_ELF,        /* not an ELF64 little-endian file */
	SOLO5_FILE_OTHER_MACHINE, /* for another processor */
	SOLO5_FILE_NOT_FIXED,     /* it has no fixed address */
	SOLO5_FILE_CUT_OFF,       /* headers, segments or notes reach past the end of the file */
	SOLO5_FILE_TOO_MANY,      /* segments or notes; or no segment */
	SOLO5_FILE_OUTSIDE,       /* a segment or the entry does not lie in the memory it may have */
	SOLO5_FILE_OVERLAPS,      /* segments out of order, or two in one page */
	SOLO5_FILE_ALIGNMENT,     /* a segment's alignment is not that of pages */
	SOLO5_FILE_WRITABLE_CODE  /* a segment that may be written and executed */
};

struct solo5_segment {
	u64 offset, file_bytes; /* in the file */
	u64 address, memory_bytes;
	u64 from, to; /* the whole pages it occupies: those to protect */
	bool read, write, execute;
};

struct solo5_note {
	u64 offset, bytes; /* in the file */
};

struct solo5_file {
	u64 entry, end; /* behind the last segment, whole pages */
	u32 segments, notes;
	struct solo5_segment segment[SOLO5_SEGMENTS];
	struct solo5_note note[SOLO5_NOTES];
};

/* head: the file's first page, or all of it. */
enum solo5_file_verdict solo5_file_read(
	struct view head, u64 file_bytes, u64 memory_bytes, struct solo5_file *file);

struct view solo5_file_verdict_text(enum solo5_file_verdict v);

#endif
