/* block.h - disks: submit and complete, with a flush that means it.
 *
 * A disk is numbered in the order of the manifest's `block` lines. Requests are
 * asynchronous: block_submit() takes one (false: the queue is full, not now),
 * block_complete() hands back finished ones in any order, by tag. The data span
 * is the caller's and must stay until its request is completed.
 *
 * Durability: a completed write may still be in a cache. It is on the disk when
 * a flush submitted after its completion has completed, or when it was
 * submitted with `fua` and has completed. After a power cut every sector that
 * was not made durable holds its old or its new bytes, or fails to read, never
 * a mixture of sectors out of place.
 */
#ifndef DEV_BLOCK_H
#define DEV_BLOCK_H

#include "base/view.h"

enum block_op { BLOCK_READ, BLOCK_WRITE, BLOCK_FLUSH, BLOCK_DISCARD };

enum block_verdict {
	BLOCK_OK,
	BLOCK_IO_ERROR, /* the medium failed; the sectors' content is unknown after a write */
	BLOCK_OUT_OF_RANGE,
	BLOCK_READ_ONLY,
	BLOCK_UNSUPPORTED /* discard where there is none */
};

struct block_facts {
	u64 sectors;
	u32 sector_bytes; /* a power of two, 512 or more */
	u32 most_sectors; /* in one request */
	u32 queue;        /* requests in flight at the most */
	bool read_only;
	bool discard;
};

struct block_request {
	enum block_op op;
	bool fua; /* with BLOCK_WRITE */
	u64 sector;
	u32 sectors;
	struct span data; /* sectors * sector_bytes; empty for flush and discard */
	u64 tag;          /* the caller's, returned */
};

struct block_done {
	u64 tag;
	enum block_verdict verdict;
};

struct block_facts block_facts(u32 disk);
bool block_submit(u32 disk, const struct block_request *request);
bool block_complete(u32 disk, struct block_done *done);

#endif
