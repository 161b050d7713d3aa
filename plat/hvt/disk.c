/* disk.c - see disk.h. */
#include "plat/hvt/disk.h"
#include "plat/hvt/pages.h"

enum slot_state { SLOT_FREE, SLOT_ASKED, SLOT_DONE };

struct slot {
	enum slot_state state;
	u32 disk;
	u64 tag;
	enum block_verdict verdict;
	struct view data; /* what a read brings: for the log */
};

static struct slot slots[HVT_REQUESTS];
static u32 put, seen; /* requests asked, and known to be done; slot = number % HVT_REQUESTS */

struct block_facts block_facts(u32 disk)
{
	require(disk < HVT_DISKS && disk < hvt_host->disks);

	const volatile struct hvt_host_disk *h = &hvt_host->disk[disk];
	struct block_facts facts = {
		.sectors = h->sectors,
		.sector_bytes = h->sector_bytes,
		.most_sectors = h->most_sectors,
		.queue = hvt_host->disks > 1 ? HVT_REQUESTS / hvt_host->disks : HVT_REQUESTS,
		.read_only = h->read_only != 0,
		.discard = h->discard != 0,
	};

	record_block_facts(&hvt_record, disk, &facts);
	return facts;
}

bool block_submit(u32 disk, const struct block_request *r)
{
	require(disk < HVT_DISKS && disk < hvt_host->disks);

	bool moves = r->op == BLOCK_READ || r->op == BLOCK_WRITE;
	struct slot *s = &slots[put % HVT_REQUESTS];
	bool accepted = s->state == SLOT_FREE;
	volatile struct hvt_request *q = &hvt_guest->request[put % HVT_REQUESTS];

	require(r->sectors <= hvt_host->disk[disk].most_sectors || r->op == BLOCK_DISCARD);
	require(r->data.n == (moves ? (usize)r->sectors * hvt_host->disk[disk].sector_bytes : 0u));
	record_block_submit(&hvt_record, disk, r, accepted);
	if (!accepted)
		return false;
	*s = (struct slot){ SLOT_ASKED, disk, r->tag, BLOCK_OK,
		r->op == BLOCK_READ ? span_view(r->data) : view_none() };
	q->sector = r->sector;
	q->sectors = r->sectors;
	q->data = (u64)r->data.p;
	q->op = (u8)r->op;
	q->fua = r->fua;
	q->disk = (u8)disk;
	put += 1;
	hvt_guest->requests_put = put;
	return true;
}

/* A number that the tender cannot have reached is not believed. */
static void look(void)
{
	u32 taken = hvt_host->requests_taken;

	if (taken - seen > put - seen)
		return;
	for (; seen != taken; seen += 1) {
		struct slot *s = &slots[seen % HVT_REQUESTS];
		u8 verdict = hvt_host->verdict[seen % HVT_REQUESTS];

		s->state = SLOT_DONE;
		s->verdict = verdict <= BLOCK_UNSUPPORTED ? (enum block_verdict)verdict : BLOCK_IO_ERROR;
	}
}

bool block_complete(u32 disk, struct block_done *done)
{
	struct view data = view_none();
	bool some = false;

	require(disk < HVT_DISKS && disk < hvt_host->disks);
	*done = (struct block_done){ 0, BLOCK_OK };
	look();
	for (u32 i = 0; i < HVT_REQUESTS && !some; i += 1) {
		struct slot *s = &slots[(seen + i) % HVT_REQUESTS];

		if (s->state != SLOT_DONE || s->disk != disk)
			continue;
		*done = (struct block_done){ s->tag, s->verdict };
		data = s->verdict == BLOCK_OK ? s->data : view_none();
		s->state = SLOT_FREE;
		some = true;
	}
	record_block_complete(&hvt_record, disk, some ? done : 0, data);
	return some;
}

bool disk_more(void)
{
	look();
	for (u32 i = 0; i < HVT_REQUESTS; i += 1)
		if (slots[i].state == SLOT_DONE)
			return true;
	return false;
}
