#include "tender/hvt/solo5_tables.h"
#include "test/test.h"

enum { MEMORY = 8 << 20, TOLD = 0x14000 };

static u8 memory[MEMORY] __attribute__((aligned(4096)));

static u64 word(u64 table, u64 i)
{
	struct reader r = reader_of(view_from(view_of(memory), (usize)(table + i * 8)));

	return read_le64(&r);
}

/* As the processor walks: r, w, x in that order; "-" where nothing is. */
static const char *may(u64 at)
{
	static char text_of[4];
	u64 e = word(0x2000, at >> 39 & 511), mask = 0x000ffffffffff000ull;

	for (int shift = 30; (e & 1) != 0 && shift >= 12; shift -= 9) {
		e = word(e & mask, at >> shift & 511);
		if ((e & 0x80) != 0)
			break;
	}
	if ((e & 1) == 0)
		return "-";
	if ((e & mask) != (at & ~((e & 0x80) != 0 ? 0x1fffffull : 0xfffull)))
		return "elsewhere";
	snprintf(text_of, sizeof text_of, "r%s%s", e & 2 ? "w" : "", e >> 63 ? "" : "x");
	return text_of;
}

static struct solo5_file file(void)
{
	return (struct solo5_file){
		.entry = 0x100000,
		.end = 0x301000,
		.segments = 3,
		.segment = { { .from = 0x100000, .to = 0x180000, .read = true, .execute = true },
			{ .from = 0x180000, .to = 0x190000, .read = true },
			{ .from = 0x190000, .to = 0x301000, .read = true, .write = true } },
	};
}

TEST(each_page_may_be_used_as_its_segment_says)
{
	static const struct {
		u64 at;
		const char *want;
	} rows[] = {
		{ 0, "-" },
		{ 0x1000, "-" },
		{ 0x2000, "-" },
		{ 0xf000, "-" },
		{ SOLO5_HVT_BOOT, "r" },
		{ TOLD - 1, "r" },
		{ TOLD, "-" },
		{ 0x20000, "-" },
		{ 0xff000, "-" },
		{ 0x100000, "rx" },
		{ 0x17ffff, "rx" },
		{ 0x180000, "r" },
		{ 0x190000, "rw" },
		{ 0x1fffff, "rw" },
		{ 0x200000, "rw" },
		{ 0x301000, "rw" },
		{ 0x400000, "rw" },
		{ MEMORY - 1, "rw" },
		{ MEMORY, "-" },
		{ 1ull << 30, "-" },
		{ 1ull << 39, "-" },
	};
	struct solo5_file f = file();

	memset(memory, 0, sizeof memory);
	solo5_tables_make(span_of(memory), &f, TOLD);
	for (usize i = 0; i < COUNT(rows); i += 1)
		if (strcmp(may(rows[i].at), rows[i].want) != 0)
			test_fail(__FILE__, __LINE__, "0x%llx is %s, not %s", (unsigned long long)rows[i].at,
				may(rows[i].at), rows[i].want);
}

TEST(the_tables_leave_what_the_guest_is_told_and_the_image_alone)
{
	struct solo5_file f = file();

	memset(memory, 0, sizeof memory);
	solo5_tables_make(span_of(memory), &f, TOLD);
	for (u64 at = SOLO5_HVT_BOOT; at < TOLD; at += 1)
		EXPECT_EQ(memory[at], 0);
	for (u64 at = SOLO5_BASE; at < MEMORY; at += 1)
		EXPECT_EQ(memory[at], 0);
}

TEST(the_processor_begins_in_ring_0_in_long_mode_with_write_protection)
{
	struct kvm_system s = { .apic_base = 0xfee00900 };

	solo5_tables_registers(&s);
	EXPECT_EQ(s.cs.dpl, 0);
	EXPECT(s.cs.l == 1 && s.cs.db == 0);
	EXPECT_EQ(s.cr0, 0x80010031);
	EXPECT_EQ(s.cr4, 0x620);
	EXPECT_EQ(s.efer, 0xd00);
	EXPECT_EQ(s.cr3, 0x2000);
	EXPECT_EQ(s.apic_base, 0xfee00900);
}
