/* solo5.h - images built for Solo5's interface, under a tender of ours: what its hvt and its spt have in common.
 *
 * Such an image is known by its note and is run as Solo5 would run it
 * (doc/solo5.md): whole memory from address 0, the image where its file says,
 * what it is told in low memory, devices by the names in its manifest - all of
 * them, or it is not started. The file is not trusted (lib/solo5).
 *
 *     if (solo5_open(&g, file, SOLO5_HVT)) {
 *             solo5_attach(&g, &command);
 *             solo5_place(&g, base);          base: where the guest's address 0 is for us
 *             solo5_tell(&g, base, ...);
 *     }
 */
#ifndef TENDER_SOLO5_H
#define TENDER_SOLO5_H

#include "lib/solo5/solo5_file.h"
#include "plat/linux/attach.h"

#define SOLO5_MEMORY_BYTES (512u << 20) /* unless --mem says otherwise: Solo5's own number */
#define SOLO5_MEMORY_MOST  (1022u << 20)
#define SOLO5_MEMORY_UNIT  (2u << 20)

struct solo5_guest {
	i32 fd; /* the image's file */
	struct view name;
	u64 memory_bytes;
	struct solo5_file file;
	struct solo5_manifest manifest;
};

/* True: it was built for this interface of Solo5's, and is open. False: for none
 * of Solo5's. Ends the program with advice if it is for another, or broken.
 * memory_bytes: 0 for SOLO5_MEMORY_BYTES. */
bool solo5_open(struct solo5_guest *g, struct view name, enum solo5_target target, u64 memory_bytes);

/* Every device of the manifest, or the program ends with advice. */
void solo5_attach(struct solo5_guest *g, const struct command *o);

/* The segments, to base + their addresses. */
void solo5_place(const struct solo5_guest *g, u64 base);

/* Boot information at `at`, behind it the manifest and the command line; the
 * rest of *boot is filled in. Returns where all that ends. */
u64 solo5_tell(const struct solo5_guest *g, u64 base, u64 at, enum solo5_target target,
	struct solo5_boot *boot, const struct command *o);

#endif
