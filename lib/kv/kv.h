/* kv.h - files inside an image: one read-only blob, found by name.
 *
 * `fata` packs a folder at build time (tool/pack.h): every file with its
 * content type, and for each coding that is worth it (gzip, br) the compressed
 * bytes, so an image never compresses. Each of these bodies has its entity tag,
 * made from a hash of its bytes: what changes the bytes changes the tag, and two builds
 * of the same folder are the same blob.
 *
 * There is no state: a pack is a view of the blob, a file is a few numbers
 * that say where in the blob its parts lie, and the calls that give bytes
 * want both.
 *
 *     struct kv_file file;
 *     if (kv_find(pack, text("index.html"), &file))
 *             body = kv_body(pack, &file, KV_IDENTITY);
 *
 * The blob is trusted no more than a disk: whatever is in it, every view that
 * comes back lies inside it. Finding a name costs the same however many files there are
 * (an open hash table in a blob made by pack; a damaged table ends the search).
 *
 * The blob (integers big-endian, offsets from its start):
 *
 *      0  "fata kv1"
 *      8  u32 bytes in all
 *     12  u32 count of files
 *     16  u32 count of hash slots, a power of two, at least twice the files
 *     20  u32 zero
 *     24  the hash slots: u32 each, index of a file + 1, or 0
 *         the files, sorted by name: KV_ENTRY_BYTES each
 *              u32 hash of the name (kv_hash)
 *              u32 name at, u32 bytes    u32 content type at, u32 bytes
 *              u64 last modified, seconds since 1970, 0: not known
 *              u32 body at, u32 bytes, u32 tag at: identity, gzip, br; tag at 0: no such body
 *         names, types, tags, bodies
 */
#ifndef LIB_KV_KV_H
#define LIB_KV_KV_H

#include "base/view.h"

#define KV_HEAD_BYTES  24u
#define KV_ENTRY_BYTES 64u
#define KV_TAG_BYTES   18u /* an entity tag with its quotes: "0123456789abcdef" */

/* In the order of preference of RFC 9110's server when a client has none: the last is the smallest. */
enum kv_coding { KV_IDENTITY, KV_GZIP, KV_BR, KV_CODINGS };

/* The coding's name in Content-Encoding; "identity" is never sent. */
struct view kv_coding_name(enum kv_coding coding);

struct kv_part {
	u32 at, n;
};

struct kv_file {
	u32 index;                 /* its place in the sorted list: what a session keeps */
	struct kv_part name, type; /* type: for Content-Type, "text/html; charset=utf-8" */
	struct kv_part body[KV_CODINGS];
	struct kv_part tag[KV_CODINGS]; /* n is 0: there is no such body */
	u64 modified_s;                 /* 0: not known */
};

/* What this blob says it holds: 0 if it is not a pack, or is cut short. */
u32 kv_count(struct view pack);

/* The file of this name (exact bytes, "guide/tour.html", no slash in front). */
bool kv_find(struct view pack, struct view name, struct kv_file *out);

/* The file at this place of the sorted list. False: past the end, or damaged. */
bool kv_at(struct view pack, u32 index, struct kv_file *out);

/* Parts of a file, on loan from the pack; empty if there is no such body. */
struct view kv_name(struct view pack, const struct kv_file *file);
struct view kv_type(struct view pack, const struct kv_file *file);
struct view kv_tag(struct view pack, const struct kv_file *file, enum kv_coding coding);
struct view kv_body(struct view pack, const struct kv_file *file, enum kv_coding coding);

/* Whether the file has a body in this coding (an empty file has one). */
bool kv_has(const struct kv_file *file, enum kv_coding coding);

/* The hash of a name: FNV-1a, 32 bits. */
u32 kv_hash(struct view name);

/* Every file can be read and is found under its own name, names are sorted and
 * differ, and every file has an identity body. For tools and tests: it costs a look at everything. */
bool kv_intact(struct view pack);

#endif
