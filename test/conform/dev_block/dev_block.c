/* dev_block.c - requests in, completions out: data, verdicts, tags, the queue's limit. */
#include "image.h"
#include "dev/block.h"
#include "test/conform/conform.h"

#define MOST    4096u /* the largest sector this can test with */
#define SECTORS 64u
#define WAIT_NS (10 * NS_PER_S)

/* The conversation: each state submits, then waits for all its completions. */
enum state {
	WRITING,
	FLUSHING,
	READING,
	OVERWRITING,
	READING_PART,
	WRONG,
	READ_ONLY,
	DISCARDING,
	CROWD,
	DONE
};

static enum state state;
static struct block_facts disk;
static u8 data[SECTORS * MOST], back[SECTORS * MOST];
static u32 submitted, completed, wrong_tags;
static u64 tags_seen, until, next_tag = 1000;
static enum block_verdict verdicts[256];

static void submit(u32 which, enum block_op op, u64 sector, u32 sectors, struct span s)
{
	struct block_request r = { op, false, sector, sectors, s, next_tag + submitted };

	if (block_submit(which, &r))
		submitted += 1;
}

static struct span sectors_of(u8 *memory, u32 from, u32 n)
{
	return span_make(memory + (usize)from * disk.sector_bytes, (usize)n * disk.sector_bytes);
}

void app_start(struct app *app)
{
	struct block_facts fixed = block_facts(FIXED_DISK);

	(void)app;
	disk = block_facts(DISK_DISK);
	conform(disk.sector_bytes >= 512 && disk.sector_bytes <= MOST &&
			(disk.sector_bytes & (disk.sector_bytes - 1)) == 0,
		text("a_sector_is_a_power_of_two_from_512"), disk.sector_bytes);
	conform(disk.sectors >= SECTORS, text("the_test_disk_has_at_least_64_sectors"), disk.sectors);
	conform(disk.queue >= 1 && disk.most_sectors >= 1, text("the_limits_are_told"), disk.queue);
	conform(!disk.read_only && fixed.read_only, text("read_only_is_told"), fixed.read_only);
}

/* A batch of requests for each state; what cannot be submitted now is tried again. */
static void begin(void)
{
	u32 n = disk.most_sectors < 16 ? disk.most_sectors : 16;

	switch (state) {
	case WRITING:
		conform_fill(span_of(data), 1);
		submit(DISK_DISK, BLOCK_WRITE, 0, n, sectors_of(data, 0, n));
		break;
	case FLUSHING: submit(DISK_DISK, BLOCK_FLUSH, 0, 0, span_none()); break;
	case READING: submit(DISK_DISK, BLOCK_READ, 0, n, sectors_of(back, 0, n)); break;
	case OVERWRITING:
		conform_fill(span_of(data), 77);
		submit(DISK_DISK, BLOCK_WRITE, 1, 1, sectors_of(data, 0, 1));
		break;
	case READING_PART:
		submit(DISK_DISK, BLOCK_READ, 0, n < 3 ? n : 3, sectors_of(back, 0, n < 3 ? n : 3));
		break;
	case WRONG:
		submit(DISK_DISK, BLOCK_READ, disk.sectors, 1, sectors_of(back, 0, 1));
		submit(DISK_DISK, BLOCK_WRITE, disk.sectors, 1, sectors_of(data, 0, 1));
		submit(DISK_DISK, BLOCK_READ, 0xffffffffffffffffull, 1, sectors_of(back, 0, 1));
		break;
	case READ_ONLY: submit(FIXED_DISK, BLOCK_WRITE, 0, 1, sectors_of(data, 0, 1)); break;
	case DISCARDING: submit(DISK_DISK, BLOCK_DISCARD, 0, 1, span_none()); break;
	case CROWD:
		for (u32 i = 0; i < disk.queue + 8 && i < SECTORS; i += 1)
			submit(DISK_DISK, BLOCK_READ, i, 1, sectors_of(back, i, 1));
		break;
	case DONE: break;
	}
}

static void judge(void)
{
	u32 bytes = disk.sector_bytes;

	switch (state) {
	case WRITING: conform(verdicts[0] == BLOCK_OK, text("a_write_is_done"), verdicts[0]); break;
	case FLUSHING: conform(verdicts[0] == BLOCK_OK, text("a_flush_is_done"), verdicts[0]); break;
	case READING:
		conform(verdicts[0] == BLOCK_OK && conform_filled(view_make(back, bytes), 1),
			text("what_was_written_is_read"), verdicts[0]);
		break;
	case OVERWRITING:
		conform(verdicts[0] == BLOCK_OK, text("a_sector_is_overwritten"), verdicts[0]);
		break;
	case READING_PART:
		conform(conform_filled(view_make(back, bytes), 1) &&
				(disk.most_sectors < 2 || conform_filled(view_make(back + bytes, bytes), 77)),
			text("only_that_sector_has_changed"), back[bytes]);
		break;
	case WRONG:
		conform(verdicts[0] == BLOCK_OUT_OF_RANGE, text("a_read_past_the_end_is_out_of_range"),
			verdicts[0]);
		conform(verdicts[1] == BLOCK_OUT_OF_RANGE, text("a_write_past_the_end_is_out_of_range"),
			verdicts[1]);
		conform(verdicts[2] == BLOCK_OUT_OF_RANGE,
			text("no_sector_number_is_too_large_to_be_refused"), verdicts[2]);
		break;
	case READ_ONLY:
		conform(verdicts[0] == BLOCK_READ_ONLY, text("a_read_only_disk_is_not_written"), verdicts[0]);
		break;
	case DISCARDING:
		conform(verdicts[0] == (disk.discard ? BLOCK_OK : BLOCK_UNSUPPORTED) ||
				(disk.discard && verdicts[0] == BLOCK_UNSUPPORTED),
			text("a_discard_is_done_or_unsupported"), verdicts[0]);
		break;
	case CROWD:
		conform(submitted >= (disk.queue < SECTORS ? disk.queue : SECTORS),
			text("as_many_as_promised_are_in_flight"), submitted);
		for (u32 i = 0; i < submitted; i += 1)
			if (verdicts[i] != BLOCK_OK)
				conform(false, text("each_of_many_is_done"), verdicts[i]);
		break;
	case DONE: break;
	}
	if (wrong_tags > 0)
		conform(false, text("every_tag_comes_back_once"), wrong_tags);
}

static bool take(u32 which)
{
	struct block_done done;
	u64 i;

	if (!block_complete(which, &done))
		return false;
	i = done.tag - next_tag;
	if (i >= submitted || i >= COUNT(verdicts) || (tags_seen >> i % 64 & 1) != 0) {
		wrong_tags += 1;
		return true;
	}
	tags_seen |= 1ull << i % 64;
	verdicts[i] = done.verdict;
	completed += 1;
	return true;
}

u64 app_step(struct app *app, u64 now)
{
	(void)app;
	while (state < DONE) {
		if (submitted == 0) {
			begin();
			until = now + WAIT_NS;
		}
		while (take(DISK_DISK) || take(FIXED_DISK))
			continue;
		if (completed < submitted && now < until)
			return until;
		if (submitted == 0 || completed != submitted)
			conform(false, text("what_is_submitted_is_completed"), completed);
		judge();
		next_tag += 1000;
		submitted = completed = wrong_tags = 0;
		tags_seen = 0;
		state += 1;
	}
	conform(true, text("every_request_was_completed_once"), 0);
	conform_end();
	return TIME_NEVER;
}
