/* disk.c - see disk.h. */
#include "plat/linux/disk.h"
#include "dev/block.h"
#include "lib/parts/parts.h"
#include "plat/linux/linux.h"
#include "plat/linux/trail.h"

enum { SECTOR_BYTES = 512, MOST_SECTORS = 2048, QUEUE = 32 };

struct disk_done {
	struct block_done done;
	struct view data; /* what a read brought: for the log */
};

struct disk {
	i32 fd; /* valid if attached */
	bool attached;
	struct block_facts facts;
	u32 first, count; /* in the ring of what is done and not told */
	struct disk_done done[QUEUE];
};

static struct disk disks[ATTACH_DISKS];
static u32 disk_count;

static struct disk *disk_of(u32 disk)
{
	require(disk < disk_count); /* what the manifest declares */
	return &disks[disk];
}

struct block_facts block_facts(u32 disk)
{
	struct block_facts facts = disk_of(disk)->facts;

	record_block_facts(&trail_record, disk, &facts);
	return facts;
}

static enum block_verdict read_all(struct disk *d, struct span to, u64 at)
{
	while (to.n > 0) {
		long n = linux_pread(d->fd, to, at);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0) /* 0: somebody made the file shorter */
			return BLOCK_IO_ERROR;
		to = span_from(to, (usize)n);
		at += (u64)n;
	}
	return BLOCK_OK;
}

static enum block_verdict write_all(struct disk *d, struct view from, u64 at)
{
	while (from.n > 0) {
		long n = linux_pwrite(d->fd, from, at);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return BLOCK_IO_ERROR;
		from = view_from(from, (usize)n);
		at += (u64)n;
	}
	return BLOCK_OK;
}

static enum block_verdict flush(struct disk *d)
{
	return cpu_call3(CALL_FDATASYNC, d->fd, 0, 0) < 0 ? BLOCK_IO_ERROR : BLOCK_OK;
}

static enum block_verdict discard(struct disk *d, u64 at, u64 bytes)
{
	long error = cpu_call6(CALL_FALLOCATE, d->fd, FALLOCATE_PUNCH_HOLE | FALLOCATE_KEEP_SIZE, (long)at,
		(long)bytes, 0, 0);

	if (error == -ERROR_OPNOTSUPP)
		return BLOCK_UNSUPPORTED;
	return error < 0 ? BLOCK_IO_ERROR : BLOCK_OK;
}

static enum block_verdict perform(struct disk *d, const struct block_request *r)
{
	u64 at = r->sector * SECTOR_BYTES, bytes = (u64)r->sectors * SECTOR_BYTES;
	enum block_verdict verdict = BLOCK_OK;

	if (d->facts.read_only && (r->op == BLOCK_WRITE || r->op == BLOCK_DISCARD))
		return BLOCK_READ_ONLY;
	if (r->op == BLOCK_FLUSH)
		return d->attached ? flush(d) : BLOCK_IO_ERROR;
	if (r->sector > d->facts.sectors || r->sectors > d->facts.sectors - r->sector)
		return BLOCK_OUT_OF_RANGE;
	if (r->op == BLOCK_DISCARD)
		return d->facts.discard ? discard(d, at, bytes) : BLOCK_UNSUPPORTED;
	if (r->op == BLOCK_READ)
		return read_all(d, r->data, at);
	verdict = write_all(d, span_view(r->data), at);
	return verdict == BLOCK_OK && r->fua ? flush(d) : verdict;
}

bool block_submit(u32 disk, const struct block_request *r)
{
	struct disk *d = disk_of(disk);
	bool moves = r->op == BLOCK_READ || r->op == BLOCK_WRITE;
	bool accepted = d->count < QUEUE;

	require(r->sectors <= MOST_SECTORS || r->op == BLOCK_DISCARD);
	require(r->data.n == (moves ? (usize)r->sectors * SECTOR_BYTES : 0u));
	record_block_submit(&trail_record, disk, r, accepted);
	if (!accepted)
		return false;

	struct disk_done *slot = &d->done[(d->first + d->count) % QUEUE];

	slot->done = (struct block_done){ r->tag, perform(d, r) };
	slot->data = r->op == BLOCK_READ && slot->done.verdict == BLOCK_OK ? span_view(r->data) : view_none();
	d->count += 1;
	return true;
}

bool block_complete(u32 disk, struct block_done *done)
{
	struct disk *d = disk_of(disk);
	struct view data = view_none();
	bool some = d->count > 0;

	*done = (struct block_done){ 0, BLOCK_OK };
	if (some) {
		*done = d->done[d->first].done;
		data = d->done[d->first].data;
		d->first = (d->first + 1) % QUEUE;
		d->count -= 1;
	}
	record_block_complete(&trail_record, disk, some ? done : 0, data);
	return some;
}

bool disk_more(void)
{
	for (u32 i = 0; image_parts.disks && i < ATTACH_DISKS; i += 1)
		if (disks[i].count > 0)
			return true;
	return false;
}

void disk_start(const struct attached *a)
{
	require(a->disks <= ATTACH_DISKS);
	disk_count = a->disks;
	for (u32 i = 0; i < ATTACH_DISKS; i += 1) {
		const struct attached_disk *from = &a->disk[i];

		disks[i].attached = i < a->disks && from->kind == ATTACHED_DISK;
		disks[i].facts = (struct block_facts){
			.sector_bytes = SECTOR_BYTES,
			.most_sectors = MOST_SECTORS,
			.queue = QUEUE,
		};
		if (!disks[i].attached)
			continue;
		disks[i].fd = from->fd;
		disks[i].facts.sectors = from->sectors;
		disks[i].facts.read_only = from->read_only != 0;
		disks[i].facts.discard = from->discard != 0;
	}
}
