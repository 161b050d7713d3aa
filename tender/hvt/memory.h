/* memory.h - the guest's memory: what lies where, who may do what with it. Numbers only, over one span.
 *
 * Guest-physical memory is one piece, from 0: first what belongs to the
 * processor (tables and trap stubs), then areas of whole pages in the order
 * they are asked for. Nobody but the tender reaches the former: it is mapped
 * without the user's right, page tables not at all. Areas are mapped at random
 * places of the image's half of the addresses: each group of areas in a
 * 512 GB slot of its own, with an unmapped page between any two of a group, so
 * address 0 and what surrounds a stack are never there. An area of the image
 * is mapped page by page as its segments say; nothing can be both written and
 * executed.
 */
#ifndef TENDER_HVT_MEMORY_H
#define TENDER_HVT_MEMORY_H

#include "base/reader.h"
#include "base/writer.h"
#include "tender/image_file.h"

#define MEMORY_PAGE   4096u
#define MEMORY_AREAS  40u
#define MEMORY_GROUPS 3u

enum memory_group {
	MEMORY_IMAGE,
	MEMORY_STACK,
	MEMORY_SHARED,
};

struct memory_area {
	u64 physical; /* in guest-physical memory, from its beginning */
	u64 at;       /* the image's address */
	u64 bytes;    /* whole pages */
	bool write;   /* by the image; never executed */
	bool image;   /* page by page as memory_access() says */
};

struct memory {
	u64 bytes; /* in all, when laid out */
	u32 areas;
	struct memory_area area[MEMORY_AREAS];
	u64 next[MEMORY_GROUPS]; /* where in a group the next area goes */
	u64 bound[MEMORY_GROUPS];
	u64 processor_bytes; /* what comes first */
	u64 kernel;          /* address of the pages with descriptors, stubs and the trap doorbell */
	u64 doorbell;        /* address */
};

/* Physical addresses where there is no memory: a store to them leaves the guest. */
#define MEMORY_DOORBELL      0x100000000ull
#define MEMORY_TRAP_DOORBELL 0x100001000ull

/* Random numbers decide the places; most_bytes: what areas may need in all. */
void memory_begin(struct memory *m, u64 most_bytes, const u64 random[static MEMORY_GROUPS + 1]);

/* Places an area of that many bytes, rounded up to pages. */
const struct memory_area *memory_add(struct memory *m, enum memory_group group, u64 bytes, bool write);

/* The bytes behind an image's address range, if all of it lies in one area and,
 * for write, the image itself may write every page of it; else empty. */
struct span memory_at(const struct memory *m, const struct image_file *image, struct span all, u64 at,
	u64 bytes, bool write);

/* What the image may do with the page of it at this offset. */
struct memory_access {
	bool mapped, write, execute;
};
struct memory_access memory_access(const struct image_file *image, u64 offset);

/* The whole area. */
struct span memory_of(struct span all, const struct memory_area *a);

#endif
