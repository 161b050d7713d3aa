#include "base/arena.h"
#include "test/test.h"

TEST(pieces_are_aligned_apart_and_inside)
{
	static u8 memory[4096];
	struct arena a = arena_of(span_of(memory));
	u8 *end = memory;

	for (usize align = 1; align <= 256; align *= 2) {
		struct span s = arena_take(&a, align + 1, align);
		EXPECT_EQ((uintptr_t)s.p % align, 0);
		EXPECT_EQ(s.n, align + 1);
		EXPECT(s.p >= end && s.p + s.n <= memory + sizeof memory);
		end = s.p + s.n;
	}
	EXPECT_EQ(a.used, (usize)(end - memory));
}

TEST(alignment_is_of_the_address_and_not_of_the_offset)
{
	static _Alignas(64) u8 memory[256];

	for (usize off = 0; off < 64; off += 1) {
		struct arena a = arena_of(span_from(span_of(memory), off));
		EXPECT_EQ((uintptr_t)arena_take(&a, 8, 64).p % 64, 0);
	}
}

TEST(the_last_byte_can_be_had_and_one_more_is_a_bug)
{
	u8 memory[16];
	struct arena a = arena_of(span_of(memory));

	EXPECT_EQ(arena_take(&a, 0, 1).n, 0);
	EXPECT_EQ(arena_take(&a, 16, 1).n, 16);
	EXPECT_EQ(arena_take(&a, 0, 1).n, 0);
	EXPECT_PANIC(arena_take(&a, 1, 1));
	EXPECT_PANIC(arena_take(&a, SIZE_MAX, 1));
}

TEST(a_closed_arena_and_an_odd_alignment_are_bugs)
{
	u8 memory[16];
	struct arena a = arena_of(span_of(memory));

	EXPECT_PANIC(arena_take(&a, 1, 3));
	EXPECT_PANIC(arena_take(&a, 1, 0));
	arena_close(&a);
	EXPECT_PANIC(arena_take(&a, 1, 1));
}
