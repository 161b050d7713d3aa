/* memory_test.c - what the tables say: nothing can be written and executed, nobody reaches what is the tender's. */
#include "tender/hvt/cpu/x86_64/tables.h"
#include "test/test.h"

enum { PRESENT = 1, WRITE = 2, USER = 4 };
#define NO_EXECUTE (1ull << 63)
#define ADDRESS    0x000ffffffffff000ull
#define LEAVES     1024u

struct leaf {
	u64 at, physical, flags;
};

static u8 room[2u << 20] __attribute__((aligned(4096)));
static struct leaf leaves[LEAVES];
static u32 leaf_count;

static u64 entry_at(u64 table, u64 i)
{
	struct reader r = reader_of(view_from(view_of(room), table + i * 8u));

	return read_le64(&r);
}

static void walk(u64 table, u64 at, u32 level)
{
	for (u64 i = 0; i < 512; i += 1) {
		u64 entry = entry_at(table, i), here = at | i << (12u + 9u * level);

		if (entry % 2u == 0)
			continue;
		if (level == 3 && i >= 256)
			here |= 0xffff000000000000ull;
		if (level > 0) {
			walk(entry & ADDRESS, here, level - 1);
		} else {
			EXPECT(leaf_count < LEAVES);
			leaves[leaf_count++] = (struct leaf){ here, entry & ADDRESS, entry & ~ADDRESS };
		}
	}
}

static struct image_file image = {
	.bytes = 5 * MEMORY_PAGE,
	.segments = 3,
	.segment = { { .address = 0, .memory_bytes = MEMORY_PAGE },
		{ .address = MEMORY_PAGE, .memory_bytes = MEMORY_PAGE, .executed = true },
		{ .address = 3 * MEMORY_PAGE, .memory_bytes = 2 * MEMORY_PAGE, .written = true } },
	.relro = 3 * MEMORY_PAGE,
	.relro_bytes = MEMORY_PAGE,
};

static struct memory made(u64 seed)
{
	u64 random[MEMORY_GROUPS + 1] = { seed * 0x9e3779b97f4a7c15ull, seed * 0xc2b2ae3d27d4eb4full,
		seed * 0x165667b19e3779f9ull, seed * 0x27d4eb2f165667c5ull };
	struct memory m;

	memory_begin(&m, 1u << 20, random);
	memory_add(&m, MEMORY_IMAGE, image.bytes, false);
	memory_add(&m, MEMORY_STACK, 96u << 10, true);
	memory_add(&m, MEMORY_SHARED, 1, false);
	memory_add(&m, MEMORY_SHARED, 300u << 10, true);
	require(m.bytes <= sizeof room);
	fill(span_of(room), 0);
	tables_make(span_first(span_of(room), (usize)m.bytes), &m, &image);
	leaf_count = 0;
	walk(2 * MEMORY_PAGE, 0, 3);
	return m;
}

static const struct leaf *leaf_of(u64 at)
{
	for (u32 i = 0; i < leaf_count; i += 1)
		if (leaves[i].at == at / MEMORY_PAGE * MEMORY_PAGE)
			return &leaves[i];
	return 0;
}

TEST(no_page_can_be_both_written_and_executed)
{
	for (u64 seed = 1; seed < 50; seed += 1) {
		made(seed);
		for (u32 i = 0; i < leaf_count; i += 1)
			EXPECT((leaves[i].flags & WRITE) == 0 || (leaves[i].flags & NO_EXECUTE) != 0);
	}
}

TEST(the_image_reaches_nothing_that_is_the_processors)
{
	for (u64 seed = 1; seed < 50; seed += 1) {
		struct memory m = made(seed);

		for (u32 i = 0; i < leaf_count; i += 1) {
			bool user = (leaves[i].flags & USER) != 0;

			EXPECT(user == (leaves[i].at < 1ull << 47));
			EXPECT(!user || leaves[i].physical >= m.processor_bytes);
			EXPECT(leaves[i].physical < m.bytes || leaves[i].physical == MEMORY_DOORBELL ||
				leaves[i].physical == MEMORY_TRAP_DOORBELL);
			/* the tables themselves are mapped nowhere */
			EXPECT(leaves[i].physical < 2 * MEMORY_PAGE ||
				leaves[i].physical >= m.processor_bytes);
		}
	}
}

TEST(the_image_cannot_ring_the_traps_doorbell)
{
	made(7);
	for (u32 i = 0; i < leaf_count; i += 1)
		if (leaves[i].physical == MEMORY_TRAP_DOORBELL)
			EXPECT((leaves[i].flags & USER) == 0);
}

TEST(every_area_has_its_pages_and_nothing_around_them)
{
	struct memory m = made(3);

	EXPECT(leaf_of(0) == 0);
	for (u32 i = 0; i < m.areas; i += 1) {
		const struct memory_area *a = &m.area[i];

		EXPECT(leaf_of(a->at - 1) == 0 && leaf_of(a->at + a->bytes) == 0);
		for (u64 at = 0; at < a->bytes && !a->image; at += MEMORY_PAGE) {
			const struct leaf *l = leaf_of(a->at + at);

			EXPECT(l && l->physical == a->physical + at);
			EXPECT(l && ((l->flags & WRITE) != 0) == a->write);
		}
	}
}

TEST(segments_are_what_they_say_and_relro_is_read_only)
{
	struct memory m = made(5);
	u64 base = m.area[0].at;

	EXPECT((leaf_of(base)->flags & WRITE) == 0 && (leaf_of(base)->flags & NO_EXECUTE) != 0);
	EXPECT((leaf_of(base + MEMORY_PAGE)->flags & NO_EXECUTE) == 0);
	EXPECT(leaf_of(base + 2 * MEMORY_PAGE) == 0); /* a gap between segments */
	EXPECT((leaf_of(base + 3 * MEMORY_PAGE)->flags & WRITE) == 0);
	EXPECT((leaf_of(base + 4 * MEMORY_PAGE)->flags & WRITE) != 0);
}

TEST(places_differ_between_runs)
{
	struct memory a = made(11), b = made(12);

	for (u32 i = 0; i < a.areas; i += 1)
		EXPECT(a.area[i].at != b.area[i].at);
	EXPECT(a.kernel != b.kernel);
}

TEST(what_a_disk_may_read_into_is_what_the_image_may_write)
{
	struct memory m = made(9);
	struct span all = span_first(span_of(room), (usize)m.bytes);
	u64 base = m.area[0].at, stack = m.area[1].at;

	EXPECT(memory_at(&m, &image, all, base + 4 * MEMORY_PAGE, 4096, true).n == 4096);
	EXPECT(memory_at(&m, &image, all, base + 3 * MEMORY_PAGE, 8, true).n == 0);
	EXPECT(memory_at(&m, &image, all, base + MEMORY_PAGE, 8, true).n == 0);
	EXPECT(memory_at(&m, &image, all, base + MEMORY_PAGE, 8, false).n == 8);
	EXPECT(memory_at(&m, &image, all, base + MEMORY_PAGE, 4097, false).n == 0); /* into the gap */
	EXPECT(memory_at(&m, &image, all, stack, 96u << 10, true).n == 96u << 10);
	EXPECT(memory_at(&m, &image, all, stack, (96u << 10) + 1, true).n == 0);
	EXPECT(memory_at(&m, &image, all, m.area[2].at, 8, true).n == 0); /* what the tender tells */
	EXPECT(memory_at(&m, &image, all, m.kernel, 8, false).n == 0);
	EXPECT(memory_at(&m, &image, all, stack, 0xfffffffffffffff0ull, true).n == 0);
	EXPECT(memory_at(&m, &image, all, 0, 8, false).n == 0);
}

TEST(a_trap_frame_is_read_only_where_a_stub_leaves_it)
{
	struct memory m = made(2);
	struct span all = span_first(span_of(room), (usize)m.bytes);
	struct trap_frame t;
	struct writer w = writer_of(span_from(span_first(all, 4096), 4096 - 56));

	for (u64 i = 1; i <= 7; i += 1)
		write_le64(&w, i);
	EXPECT(tables_trap(all, &m, m.kernel + 4096 - 56, &t));
	EXPECT(t.vector == 1 && t.error == 2 && t.rip == 3 && t.cs == 4 && t.rflags == 5 && t.rsp == 6 &&
		t.ss == 7);
	EXPECT(!tables_trap(all, &m, m.kernel + 4096 - 64, &t) && !tables_trap(all, &m, 8, &t));
}
