/* sim_disk_test.c - what a disk promises when the power goes, and that it keeps no more. */
#include "plat/sim/sim_disk.h"
#include "test/test.h"

#define SECTOR 512u

static struct sim_disk disk;
static u8 buffer[64 * SECTOR];
static u64 now;

static void fresh(struct sim_disk_model model, u64 seed)
{
	disk_free(&disk);
	if (model.sectors == 0)
		model.sectors = 128;
	disk_make(&disk, &model, dice_make(seed, text("disk")));
	now = 0;
}

/* Submits one request and waits for it. */
static enum block_verdict ask(enum block_op op, u64 sector, u32 sectors, u8 byte, bool fua)
{
	struct block_request r = { op, fua, sector, sectors, span_make(buffer, sectors * SECTOR), 9 };
	struct block_done done = { 0, BLOCK_UNSUPPORTED };
	struct view data;

	if (op == BLOCK_WRITE)
		memset(buffer, byte, sectors * SECTOR);
	if (op == BLOCK_FLUSH || op == BLOCK_DISCARD)
		r.data = span_none();
	EXPECT(disk_submit(&disk, &r, now));
	now = disk_due(&disk);
	EXPECT(disk_complete(&disk, now, &done, &data));
	EXPECT_EQ(done.tag, 9);
	return done.verdict;
}

/* The byte a sector is full of; 1000: it is mixed; 2000: it cannot be read. */
static u32 holds(u64 sector)
{
	u8 bytes[SECTOR];

	if (!disk_peek(&disk, sector, span_of(bytes)))
		return 2000;
	for (u32 i = 1; i < SECTOR; i += 1)
		if (bytes[i] != bytes[0])
			return 1000;
	return bytes[0];
}

TEST(what_was_written_is_read_back)
{
	fresh((struct sim_disk_model){ .latency_ns = 100 * NS_PER_US }, 1);
	EXPECT_EQ(ask(BLOCK_WRITE, 5, 3, 0xaa, false), BLOCK_OK);
	memset(buffer, 0, sizeof buffer);
	EXPECT_EQ(ask(BLOCK_READ, 5, 3, 0, false), BLOCK_OK);
	EXPECT_EQ(buffer[0], 0xaa);
	EXPECT_EQ(buffer[3 * SECTOR - 1], 0xaa);
	EXPECT_EQ(buffer[3 * SECTOR], 0);
	EXPECT_EQ(ask(BLOCK_READ, 8, 1, 0, false), BLOCK_OK);
	EXPECT_EQ(buffer[0], 0);
}

TEST(requests_take_their_time_and_finish_in_any_order)
{
	struct block_done done;
	struct view data;
	u64 last = 0;
	bool overtaken = false;

	fresh((struct sim_disk_model){ .latency_ns = NS_PER_MS }, 2);
	for (u64 i = 0; i < SIM_DISK_QUEUE; i += 1) {
		struct block_request r = { BLOCK_READ, false, i, 1, span_make(buffer + i * SECTOR, SECTOR),
			i };

		EXPECT(disk_submit(&disk, &r, 0));
	}
	EXPECT(!disk_submit(&disk, &(struct block_request){ .op = BLOCK_FLUSH }, 0)); /* full */
	EXPECT(!disk_complete(&disk, NS_PER_MS - 1, &done, &data));
	for (u32 i = 0; i < SIM_DISK_QUEUE; i += 1) {
		u64 due = disk_due(&disk);

		EXPECT(due >= NS_PER_MS && due < 2 * NS_PER_MS);
		EXPECT(disk_complete(&disk, due, &done, &data));
		overtaken = overtaken || done.tag < last;
		last = done.tag;
	}
	EXPECT(overtaken);
	EXPECT_EQ(disk_due(&disk), TIME_NEVER);
}

TEST(flushed_and_fua_sectors_survive_a_power_cut)
{
	for (u64 seed = 1; seed <= 50; seed += 1) {
		fresh((struct sim_disk_model){ .latency_ns = 1000 }, seed);
		EXPECT_EQ(ask(BLOCK_WRITE, 0, 8, 1, false), BLOCK_OK);
		EXPECT_EQ(ask(BLOCK_FLUSH, 0, 0, 0, false), BLOCK_OK);
		EXPECT_EQ(ask(BLOCK_WRITE, 8, 8, 2, true), BLOCK_OK);
		EXPECT_EQ(ask(BLOCK_WRITE, 16, 8, 3, false), BLOCK_OK);
		disk_power_cut(&disk);
		for (u64 s = 0; s < 8; s += 1)
			EXPECT_EQ(holds(s), 1);
		for (u64 s = 8; s < 16; s += 1)
			EXPECT_EQ(holds(s), 2);
		for (u64 s = 16; s < 24; s += 1)
			EXPECT(holds(s) == 0 || holds(s) == 3);
	}
}

TEST(unflushed_sectors_are_old_or_new_each_for_itself)
{
	u32 old = 0, new = 0, torn_requests = 0;

	for (u64 seed = 1; seed <= 200; seed += 1) {
		u32 kept = 0;

		fresh((struct sim_disk_model){ .latency_ns = 1000 }, seed);
		ask(BLOCK_WRITE, 0, 8, 7, false);
		EXPECT_EQ(holds(3), 7); /* until then it reads as written */
		disk_power_cut(&disk);
		for (u64 s = 0; s < 8; s += 1) {
			EXPECT(holds(s) == 0 || holds(s) == 7);
			kept += holds(s) == 7;
		}
		new += kept;
		old += 8 - kept;
		torn_requests += kept > 0 && kept < 8;
	}
	EXPECT(old > 650 && new > 650);
	EXPECT(torn_requests > 150); /* a write of eight sectors is nearly always torn */
}

TEST(a_flush_covers_what_was_complete_when_it_was_submitted_and_no_more)
{
	u32 lost = 0;

	for (u64 seed = 1; seed <= 60; seed += 1) {
		struct block_request flush = { .op = BLOCK_FLUSH, .tag = 1 };
		struct block_done done;
		struct view data;

		fresh((struct sim_disk_model){ .latency_ns = 1000 }, seed);
		ask(BLOCK_WRITE, 0, 1, 1, false);
		EXPECT(disk_submit(&disk, &flush, now));
		/* a write that completes while the flush is under way */
		struct block_request write = { BLOCK_WRITE, false, 1, 1, span_make(buffer, SECTOR), 2 };

		memset(buffer, 2, SECTOR);
		EXPECT(disk_submit(&disk, &write, now));
		while (disk_due(&disk) != TIME_NEVER)
			EXPECT(disk_complete(&disk, disk_due(&disk), &done, &data));
		disk_power_cut(&disk);
		EXPECT_EQ(holds(0), 1);
		lost += holds(1) == 0;
	}
	EXPECT(lost > 10 && lost < 50);
}

TEST(a_write_under_way_may_leave_unreadable_sectors)
{
	u32 unreadable = 0;

	for (u64 seed = 1; seed <= 50; seed += 1) {
		struct block_request write = { BLOCK_WRITE, true, 0, 8, span_make(buffer, 8 * SECTOR), 2 };

		fresh((struct sim_disk_model){ .latency_ns = 1000, .torn = DICE_ALWAYS / 4 }, seed);
		memset(buffer, 5, 8 * SECTOR);
		EXPECT(disk_submit(&disk, &write, now));
		disk_power_cut(&disk);
		EXPECT_EQ(disk_due(&disk), TIME_NEVER);
		for (u64 s = 0; s < 8; s += 1) {
			u32 h = holds(s);

			EXPECT(h == 0 || h == 5 || h == 2000);
			unreadable += h == 2000;
			if (h != 2000)
				continue;
			EXPECT_EQ(ask(BLOCK_READ, s, 1, 0, false), BLOCK_IO_ERROR);
			EXPECT_EQ(ask(BLOCK_WRITE, s, 1, 6, false), BLOCK_OK);
			EXPECT_EQ(ask(BLOCK_READ, s, 1, 0, false), BLOCK_OK);
		}
	}
	EXPECT(unreadable > 60 && unreadable < 140);
}

TEST(wrong_requests_are_answered_not_obeyed)
{
	fresh((struct sim_disk_model){ .latency_ns = 10, .read_only = true, .no_discard = true }, 1);
	EXPECT_EQ(ask(BLOCK_WRITE, 0, 1, 1, false), BLOCK_READ_ONLY);
	EXPECT_EQ(ask(BLOCK_DISCARD, 0, 1, 0, false), BLOCK_UNSUPPORTED);
	EXPECT_EQ(ask(BLOCK_READ, 128, 1, 0, false), BLOCK_OUT_OF_RANGE);
	EXPECT_EQ(ask(BLOCK_READ, 120, 9, 0, false), BLOCK_OUT_OF_RANGE);
	EXPECT_EQ(ask(BLOCK_READ, ~0ull, 2, 0, false), BLOCK_OUT_OF_RANGE);
	EXPECT_EQ(ask(BLOCK_READ, 120, 8, 0, false), BLOCK_OK);
	EXPECT_EQ(holds(0), 0);
}

TEST(errors_come_as_often_as_asked)
{
	u32 failed = 0;

	fresh((struct sim_disk_model){ .latency_ns = 10, .read_errors = DICE_ALWAYS / 10 }, 5);
	for (u32 i = 0; i < 5000; i += 1)
		failed += ask(BLOCK_READ, 0, 1, 0, false) == BLOCK_IO_ERROR;
	EXPECT(failed > 400 && failed < 600);
	EXPECT_EQ(disk.counts.errors, failed);
	EXPECT_EQ(ask(BLOCK_WRITE, 0, 1, 1, false), BLOCK_OK);
}

TEST(a_discarded_sector_reads_as_zeroes)
{
	fresh((struct sim_disk_model){ .latency_ns = 10 }, 5);
	ask(BLOCK_WRITE, 0, 4, 9, true);
	EXPECT_EQ(ask(BLOCK_DISCARD, 1, 2, 0, false), BLOCK_OK);
	EXPECT_EQ(holds(0), 9);
	EXPECT_EQ(holds(1), 0);
	EXPECT_EQ(holds(3), 9);
	disk_free(&disk);
}
