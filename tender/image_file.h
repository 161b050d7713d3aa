/* image_file.h - an image's ELF file, as a tender sees it: what is to be mapped where, and what it says of itself.
 *
 * A core: bytes in, numbers out. The file may be hostile. What it asks for is
 * checked against what a tender gives: a position-independent program
 * (ELF64, ET_DYN) whose segments lie in order and apart, none of them both
 * written and executed, within IMAGE_FILE_BYTES; an entry in code that is mapped;
 * relocation that only adds the address it is loaded at. Numbers in `struct
 * image_file` are therefore safe to calculate with: sums do not overflow, and
 * ranges are inside the image.
 *
 * Only the file's first page is looked at (lib/elf), and its notes, which the
 * caller reads from where they are said to be.
 */
#ifndef TENDER_IMAGE_FILE_H
#define TENDER_IMAGE_FILE_H

#include "base/view.h"

#define IMAGE_FILE_PAGE     4096u
#define IMAGE_FILE_SEGMENTS 8u
#define IMAGE_FILE_BYTES    BYTES_MAX /* the most that an image may span */
#define IMAGE_FILE_NOTES    4096u     /* the most bytes of notes */

enum image_file_verdict {
	IMAGE_FILE_OK,
	IMAGE_FILE_FOREIGN,      /* not an ELF file for this machine */
	IMAGE_FILE_FIXED,        /* not position-independent, or wants a dynamic linker */
	IMAGE_FILE_CUT,          /* its headers, or what they name, are not all there */
	IMAGE_FILE_SEGMENTS_BAD, /* too many, out of order, overlapping, unaligned or too large */
	IMAGE_FILE_WRITE_EXEC,   /* a segment both written and executed */
	IMAGE_FILE_ENTRY,        /* the entry is not in code */
	IMAGE_FILE_RANGE         /* relocation or notes are not inside the image */
};
struct view image_file_verdict_text(enum image_file_verdict v);

struct image_segment {
	u64 offset, file_bytes;    /* in the file */
	u64 address, memory_bytes; /* from the image's start; zeroes behind the file's bytes */
	bool written, executed;
};

struct image_file {
	u32 segments;
	struct image_segment segment[IMAGE_FILE_SEGMENTS];
	u64 bytes; /* the span, whole pages */
	u64 entry;
	u64 dynamic, dynamic_bytes;    /* inside a segment's file bytes, or none */
	u64 relro, relro_bytes;        /* whole pages inside a written segment, or none */
	u64 notes_offset, notes_bytes; /* in the file; bytes at most IMAGE_FILE_NOTES */
};

/* `first`: the file's first page (or all of a shorter one). machine: EM_... */
enum image_file_verdict image_file_read(
	struct image_file *out, struct view first, u64 file_bytes, u16 machine);

/* Whether [at, at + bytes) lies in the part of one segment that comes from the file
 * (`written`: of one that is written). */
bool image_file_has(const struct image_file *f, u64 at, u64 bytes, bool written);

#endif
