/* solo5_block.c - dev/block.h on a tender's disks: done when submitted, one block a call.
 *
 * The interface can neither flush nor discard, and its tenders say nothing of
 * when a write is on the disk. So a flush is refused, and a write with `fua`
 * too: a promise that nobody keeps is worse than none.
 */
#include "plat/solo5/solo5.h"

enum { DISKS = 8, MOST_SECTORS = 256, QUEUE = 32 };

struct disk {
	u32 handle; /* 0: not attached */
	struct block_facts facts;
	u32 first, count; /* in the ring of what is done and not told */
	struct block_done done[QUEUE];
};

static struct disk disks[DISKS];

static struct disk *disk_of(u32 disk)
{
	require(disk < DISKS);
	return &disks[disk];
}

struct block_facts block_facts(u32 disk)
{
	return disk_of(disk)->facts;
}

static enum block_verdict move(struct disk *d, const struct block_request *r)
{
	u32 block = d->facts.sector_bytes;

	for (u32 i = 0; i < r->sectors; i += 1) {
		struct span part = span_first(span_from(r->data, (usize)i * block), block);
		u64 at = (r->sector + i) * block;
		enum solo5_result result = r->op == BLOCK_READ
						   ? tender_block_read(d->handle, at, part)
						   : tender_block_write(d->handle, at, span_view(part));

		if (result != SOLO5_R_OK)
			return BLOCK_IO_ERROR;
	}
	return BLOCK_OK;
}

static enum block_verdict perform(struct disk *d, const struct block_request *r)
{
	if (r->op == BLOCK_FLUSH || r->fua)
		return BLOCK_UNSUPPORTED;
	if (r->sector > d->facts.sectors || r->sectors > d->facts.sectors - r->sector)
		return BLOCK_OUT_OF_RANGE;
	return r->op == BLOCK_DISCARD ? BLOCK_UNSUPPORTED : move(d, r);
}

bool block_submit(u32 disk, const struct block_request *r)
{
	struct disk *d = disk_of(disk);
	bool moves = r->op == BLOCK_READ || r->op == BLOCK_WRITE;

	require(r->sectors <= MOST_SECTORS || r->op == BLOCK_DISCARD);
	require(r->data.n == (moves ? (usize)r->sectors * d->facts.sector_bytes : 0u));
	if (d->count == QUEUE)
		return false;
	d->done[(d->first + d->count) % QUEUE] = (struct block_done){ r->tag, perform(d, r) };
	d->count += 1;
	return true;
}

bool block_complete(u32 disk, struct block_done *done)
{
	struct disk *d = disk_of(disk);

	*done = (struct block_done){ 0, BLOCK_OK };
	if (d->count == 0)
		return false;
	*done = d->done[d->first];
	d->first = (d->first + 1) % QUEUE;
	d->count -= 1;
	return true;
}

bool guest_block_more(void)
{
	for (u32 i = 0; i < DISKS; i += 1)
		if (disks[i].count > 0)
			return true;
	return false;
}

void guest_block_start(void)
{
	for (u32 i = 0; i < DISKS; i += 1) {
		struct disk *d = &disks[i];
		const struct solo5_device *device = &guest.manifest.device[guest_device(SOLO5_BLOCK, i)];

		d->facts = (struct block_facts){
			.sector_bytes = SOLO5_BLOCK_BYTES,
			.most_sectors = MOST_SECTORS,
			.queue = QUEUE,
		};
		d->handle = guest_device(SOLO5_BLOCK, i);
		if (d->handle == 0)
			continue;
		require(device->block_bytes >= SOLO5_BLOCK_BYTES);
		d->facts.sector_bytes = device->block_bytes;
		d->facts.sectors = device->capacity / device->block_bytes;
	}
}
