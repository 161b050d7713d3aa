/* image.h - reads an image's ELF file: where its segments go, and what it says of itself. The file is not trusted.
 *
 * Images are static position-independent ELF64 files made by fata: a few
 * segments in ascending order that share no page, none writable and executable,
 * with relative relocations only. Anything else is refused with a verdict that
 * says what is wrong. Four steps, each pure, over bytes that nobody else
 * changes meanwhile:
 *
 *     image_read(view of the file's beginning, file's size, &image)    headers
 *     for each segment: read its file_bytes at its offset to memory[address]
 *     image_link(&image, span of image.bytes zeroed but for these, base)   relocations
 *     image_note(&image, view of memory, name, type)                    the manifest, the build id
 *
 * Addresses in struct image are counted from the image's base; memory is one
 * piece of image.bytes, a multiple of the page.
 */
#ifndef TENDER_IMAGE_H
#define TENDER_IMAGE_H

#include "base/reader.h"
#include "base/writer.h"

#define IMAGE_PAGE_BYTES 4096u
#define IMAGE_SEGMENTS   8u    /* an image of fata has four */
#define IMAGE_HEAD_BYTES 4096u /* the file's headers lie in its first page */
#define IMAGE_BYTES_MOST (512u << 20)

#define IMAGE_NOTE_MANIFEST 1u /* of "fata": the manifest's text */
#define IMAGE_NOTE_BUILD_ID 3u /* of "GNU" */

enum image_verdict {
	IMAGE_OK,
	IMAGE_NO_ELF,          /* not an ELF64 little-endian file */
	IMAGE_OTHER_MACHINE,   /* for another processor */
	IMAGE_NOT_RELOCATABLE, /* it wants a fixed address */
	IMAGE_WANTS_A_LINKER,  /* it asks for a program interpreter or shared libraries */
	IMAGE_CUT_OFF,         /* headers, segments or notes reach past the end of the file */
	IMAGE_TOO_MANY_PARTS,  /* more segments than IMAGE_SEGMENTS, or none */
	IMAGE_TOO_LARGE,       /* its memory reaches beyond IMAGE_BYTES_MOST */
	IMAGE_OVERLAPS,        /* segments out of order, or two in one page */
	IMAGE_WRITABLE_CODE,   /* a segment that may be written and executed */
	IMAGE_BAD_ENTRY,       /* it starts outside its code */
	IMAGE_BAD_RELOCATION   /* of a kind, or at a place, that an image cannot have */
};

struct image_segment {
	u64 offset, file_bytes;    /* in the file */
	u64 address, memory_bytes; /* from the base; what is past file_bytes is zero */
	bool write, execute;
};

struct image_range {
	u64 address, bytes;
};

struct image {
	u64 bytes; /* of memory, from the base to the last segment's end, whole pages */
	u64 entry;
	u16 machine;
	u32 segments;
	struct image_segment segment[IMAGE_SEGMENTS];
	struct image_range relro;   /* writable for relocation only; whole pages, or empty */
	struct image_range dynamic; /* where the relocations are listed; or empty */
	struct image_range notes;
};

/* machine: the ELF number of the processor it must be for (62: x86-64). */
enum image_verdict image_read(struct view head, u64 file_bytes, u16 machine, struct image *image);

/* Every word that holds an address gets the base added. memory: image->bytes. */
enum image_verdict image_link(const struct image *image, struct span memory, u64 base);

/* The content of the first such note; empty if there is none. */
struct view image_note(const struct image *image, struct view memory, struct view name, u32 type);

/* What may be done with the page of memory at this address, once linked. */
struct image_access {
	bool mapped, write, execute;
};
struct image_access image_access(const struct image *image, u64 address);

/* "it wants a fixed address". */
struct view image_verdict_text(enum image_verdict v);

#endif
