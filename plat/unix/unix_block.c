/* unix_block.c - dev/block.h on files and block devices: done when submitted, told at the next block_complete(). */
#include "plat/unix/unix.h"

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

static struct disk disks[UNIX_DISKS];

static struct disk *disk_of(u32 disk)
{
	require(disk < UNIX_DISKS);
	return &disks[disk];
}

struct block_facts block_facts(u32 disk)
{
	struct block_facts facts = disk_of(disk)->facts;

	record_block_facts(&unix_record, disk, &facts);
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
	record_block_submit(&unix_record, disk, r, accepted);
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
	record_block_complete(&unix_record, disk, some ? done : 0, data);
	return some;
}

bool unix_block_more(void)
{
	for (u32 i = 0; i < UNIX_DISKS; i += 1)
		if (disks[i].count > 0)
			return true;
	return false;
}

/* ---- attaching ---- */

static void attach(struct disk *d, struct view how)
{
	char path[4096];
	struct view file = how;
	bool read_only = how.n > 3 && view_equal(view_from(how, how.n - 3), text(",ro"));

	if (read_only)
		file = view_first(how, how.n - 3);
	if (file.n == 0 || !unix_string(span_of(path), file))
		unix_die(text("--block: not the name of a file:"), file, 0, text("--block data=disk.img"));

	long fd = linux_open(path, read_only ? OPEN_RDONLY : OPEN_RDWR, 0);
	long size = fd < 0 ? fd : cpu_call3(CALL_LSEEK, fd, 0, SEEK_TO_END);

	if (size < 0)
		unix_die(text("cannot open the disk"), file, size,
			text("truncate -s 64M FILE makes an empty one; FILE,ro only reads"));
	d->fd = (i32)fd;
	d->attached = true;
	d->facts.read_only = read_only;
	d->facts.discard = !read_only;
	d->facts.sectors = (u64)size / SECTOR_BYTES;
}

void unix_block_start(const struct unix_options *o)
{
	for (u32 i = 0; i < UNIX_DISKS; i += 1)
		disks[i].facts = (struct block_facts){
			.sector_bytes = SECTOR_BYTES,
			.most_sectors = MOST_SECTORS,
			.queue = QUEUE,
		};
	for (u32 i = 0; i < o->blocks; i += 1) {
		struct view option = o->block[i], name = view_first(option, view_find(option, '='));
		u32 disk = 0;

		while (disk < UNIX_DISKS && image_disk_name(disk).n > 0 &&
			!view_equal(image_disk_name(disk), name))
			disk += 1;
		if (disk < UNIX_DISKS && image_disk_name(disk).n > 0) {
			option = view_from(option, name.n + 1);
		} else if (image_disk_name(0).n > 0 && image_disk_name(1).n == 0) {
			disk = 0;
		} else {
			unix_die(text("--block"), option, 0,
				text("begin with the name of one of the image's disks, as in --block "
				     "data=FILE"));
		}
		if (disks[disk].attached)
			unix_die(text("--block is given twice for disk"), image_disk_name(disk), 0,
				view_none());
		attach(&disks[disk], option);
	}
}
