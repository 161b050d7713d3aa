#include "base/ring.h"
#include "test/test.h"

static void push(struct ring *r, struct span memory, struct view v)
{
	ring_store(r, memory, 0, v);
	ring_put(r, (u32)v.n);
}

TEST(what_goes_in_first_comes_out_first)
{
	u8 memory[8];
	struct ring r = ring_make(sizeof memory);

	EXPECT_EQ(ring_room(&r), 8);
	push(&r, span_of(memory), text("abcde"));
	EXPECT_EQ(ring_room(&r), 3);
	EXPECT_VIEW(ring_view(&r, span_of(memory), 0, 100), text("abcde"));
	EXPECT_VIEW(ring_view(&r, span_of(memory), 1, 2), text("bc"));
	ring_drop(&r, 3);
	EXPECT_VIEW(ring_view(&r, span_of(memory), 0, 100), text("de"));
}

TEST(content_and_room_come_in_two_pieces_where_they_wrap)
{
	u8 memory[8];
	struct ring r = ring_make(sizeof memory);

	push(&r, span_of(memory), text("......"));
	ring_drop(&r, 6);
	EXPECT_EQ(ring_span(&r, span_of(memory), 0).n, 2);
	EXPECT_EQ(ring_span(&r, span_of(memory), 2).n, 6);
	EXPECT_EQ(ring_span(&r, span_of(memory), 8).n, 0);
	push(&r, span_of(memory), text("abcde"));
	EXPECT_VIEW(ring_view(&r, span_of(memory), 0, 5), text("ab"));
	EXPECT_VIEW(ring_view(&r, span_of(memory), 2, 5), text("cde"));
	EXPECT_VIEW(ring_view(&r, span_of(memory), 3, 1), text("d"));
	EXPECT_EQ(ring_view(&r, span_of(memory), 5, 1).n, 0);
	EXPECT_EQ(ring_span(&r, span_of(memory), 0).n, 3);
	ring_drop(&r, 2);
	EXPECT_EQ(r.head, 0);
}

TEST(bytes_stored_ahead_wait_until_the_gap_is_filled)
{
	u8 memory[8];
	struct ring r = ring_make(sizeof memory);

	push(&r, span_of(memory), text("....."));
	ring_drop(&r, 5);
	ring_store(&r, span_of(memory), 2, text("cdef"));
	EXPECT_EQ(r.len, 0);
	push(&r, span_of(memory), text("ab"));
	ring_drop(&r, 2); /* empty again, and cdef is still where it was put */
	ring_put(&r, 4);

	u8 all[4];
	usize n = copy(span_of(all), ring_view(&r, span_of(memory), 0, 4));
	copy(span_from(span_of(all), n), ring_view(&r, span_of(memory), (u32)n, 4));
	EXPECT_VIEW(view_of(all), text("cdef"));
}

TEST(a_full_ring_has_no_room_and_an_empty_one_no_bytes)
{
	u8 memory[4];
	struct ring r = ring_make(sizeof memory), none = ring_make(0);

	EXPECT_EQ(ring_view(&r, span_of(memory), 0, 1).n, 0);
	push(&r, span_of(memory), text("abcd"));
	EXPECT_EQ(ring_span(&r, span_of(memory), 0).n, 0);
	EXPECT_EQ(ring_room(&r), 0);
	EXPECT_EQ(ring_span(&none, span_none(), 0).n, 0);
	EXPECT_EQ(ring_view(&none, span_none(), 0, 1).n, 0);
}

TEST(putting_dropping_or_storing_too_much_is_the_callers_bug)
{
	u8 memory[4];
	struct ring r = ring_make(sizeof memory);

	EXPECT_PANIC(ring_put(&r, 5));
	EXPECT_PANIC(ring_drop(&r, 1));
	EXPECT_PANIC(ring_store(&r, span_of(memory), 1, text("abcd")));
	EXPECT_PANIC(ring_store(&r, span_of(memory), 5, view_none()));
	EXPECT_PANIC(ring_view(&r, span_first(span_of(memory), 3), 0, 1));
}

/* Against the plainest queue there is: an array and two counters. */
TEST(a_million_random_steps_agree_with_a_plain_queue)
{
	u8 memory[13], plain[8192];
	struct ring r = ring_make(sizeof memory);
	usize head = 0, tail = 0;
	u32 random = 1;

	for (u32 step = 0; step < 1000000; step += 1) {
		random = random * 1664525u + 1013904223u;
		if (tail > sizeof plain - 16) {
			tail = slide(span_first(span_of(plain), tail), head);
			head = 0;
		}
		u32 n = random / 0x10000u % 6u;
		if (random >= 0x80000000u && n <= ring_room(&r)) {
			for (u32 i = 0; i < n; i += 1)
				plain[tail + i] = (u8)(step + i);
			push(&r, span_of(memory), view_first(view_from(view_of(plain), tail), n));
			tail += n;
		} else if (n <= r.len) {
			ring_drop(&r, n);
			head += n;
		}
		struct view first = ring_view(&r, span_of(memory), 0, r.len);
		struct view second = ring_view(&r, span_of(memory), (u32)first.n, r.len);
		struct view want = view_first(view_from(view_of(plain), head), tail - head);
		if (first.n + second.n != want.n || !view_starts(want, first) ||
			!view_equal(view_from(want, first.n), second)) {
			EXPECT_VIEW(first, want);
			break;
		}
	}
}
