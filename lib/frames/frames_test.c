#include "lib/frames/frames.h"
#include "test/test.h"

#define CAP 256u

static u8 ring[CAP];

static bool put_text(struct frames_writer *w, u32 taken, struct view v)
{
	struct span room = frames_room(w, taken, span_of(ring), (u32)v.n);

	if (room.n < v.n)
		return false;
	copy(room, v);
	frames_put(w, span_of(ring), &(struct frames_head){ .bytes = (u32)v.n });
	return true;
}

TEST(a_frame_comes_out_as_it_went_in)
{
	struct frames_writer w = frames_writer_make(CAP);
	struct frames_reader r = frames_reader_make(CAP);
	struct frames_head in = { 5, FRAMES_CSUM_FILL, FRAMES_GSO_TCP6, 3, 2, 1, 1 }, out;
	struct view data;

	copy(frames_room(&w, 0, span_of(ring), 100), text("hello"));
	frames_put(&w, span_of(ring), &in);
	EXPECT(frames_next(&r, w.put, view_of(ring), &out, &data) == FRAMES_FRAME);
	EXPECT(view_equal(data, text("hello")));
	EXPECT(out.bytes == 5 && out.csum == FRAMES_CSUM_FILL && out.gso == FRAMES_GSO_TCP6);
	EXPECT(out.gso_size == 3 && out.head_len == 2 && out.csum_start == 1 && out.csum_offset == 1);
	EXPECT(r.at == w.put);
	EXPECT(frames_next(&r, w.put, view_of(ring), &out, &data) == FRAMES_NONE && data.n == 0);
}

TEST(frames_lie_dense_and_leave_in_order)
{
	struct frames_writer w = frames_writer_make(CAP);
	struct frames_reader r = frames_reader_make(CAP);
	struct frames_head head;
	struct view data;
	u32 n = 0;

	while (put_text(&w, 0, view_make(&(u8){ (u8)n }, 1)))
		n += 1;
	EXPECT(n == CAP / 32); /* a head and one byte, to 16 */
	for (u32 i = 0; i < n; i += 1) {
		EXPECT(frames_next(&r, w.put, view_of(ring), &head, &data) == FRAMES_FRAME);
		EXPECT(data.n == 1 && view_at(data, 0) == i);
	}
	EXPECT(frames_next(&r, w.put, view_of(ring), &head, &data) == FRAMES_NONE);
}

TEST(a_frame_is_never_cut_at_the_end_of_the_ring_wherever_it_stands)
{
	for (u32 size = 0; size <= frames_most(CAP); size += 1) {
		struct frames_writer w = frames_writer_make(CAP);
		struct frames_reader r = frames_reader_make(CAP);
		u8 bytes[CAP];

		/* positions are near their own wrap too */
		w.put = r.at = 0xffffffffu / CAP * CAP - 512u;
		for (u32 round = 0; round < 100; round += 1) {
			struct frames_head head;
			struct view data;

			for (u32 i = 0; i < size; i += 1)
				bytes[i] = (u8)(round + i);
			EXPECT(put_text(&w, r.at, view_make(bytes, size)));
			EXPECT(frames_next(&r, w.put, view_of(ring), &head, &data) == FRAMES_FRAME);
			EXPECT(view_equal(data, view_make(bytes, size)));
		}
	}
}

TEST(room_for_the_largest_can_be_given_back_for_a_small_one)
{
	struct frames_writer w = frames_writer_make(CAP);

	EXPECT(frames_room(&w, 0, span_of(ring), frames_most(CAP)).n == frames_most(CAP));
	frames_put(&w, span_of(ring), &(struct frames_head){ .bytes = 3 });
	EXPECT(w.put == 32);
	EXPECT(frames_room(&w, 0, span_of(ring), frames_most(CAP) + 1).n == 0);
}

TEST(a_full_queue_has_no_room_until_something_was_taken)
{
	struct frames_writer w = frames_writer_make(CAP);
	struct frames_reader r = frames_reader_make(CAP);
	struct frames_head head;
	struct view data;
	u8 half[112] = { 1 };

	EXPECT(put_text(&w, 0, view_of(half)) && put_text(&w, 0, view_of(half)));
	EXPECT(!put_text(&w, r.at, text("x")));
	EXPECT(frames_next(&r, w.put, view_of(ring), &head, &data) == FRAMES_FRAME);
	EXPECT(put_text(&w, r.at, text("x")));
}

TEST(a_reader_that_has_taken_what_was_never_put_gets_no_room)
{
	struct frames_writer w = frames_writer_make(CAP);

	EXPECT(frames_room(&w, 1, span_of(ring), 16).n == 0);
	EXPECT(frames_room(&w, 0x80000000u, span_of(ring), 16).n == 0);
	EXPECT(frames_room(&w, 0, span_of(ring), 16).n == 16);
}

static enum frames_verdict with_head(u32 put, u32 bytes, u8 csum, u8 gso, u16 gso_size, u16 at)
{
	struct frames_reader r = frames_reader_make(CAP);
	struct writer w = writer_of(span_of(ring));
	struct frames_head head;
	struct view data;

	write_le32(&w, bytes);
	write_u8(&w, csum);
	write_u8(&w, gso);
	write_le16(&w, gso_size);
	write_le16(&w, at);
	write_le16(&w, at);
	write_le16(&w, 0);

	enum frames_verdict v = frames_next(&r, put, view_of(ring), &head, &data);

	EXPECT(v == FRAMES_FRAME || data.n == 0);
	/* broken is for good */
	EXPECT(v != FRAMES_BROKEN || frames_next(&r, r.at, view_of(ring), &head, &data) == FRAMES_BROKEN);
	return v;
}

TEST(what_the_other_side_cannot_have_written_breaks_the_queue)
{
	EXPECT(with_head(32, 16, 0, 0, 0, 0) == FRAMES_FRAME);
	EXPECT(with_head(32, 17, 0, 0, 0, 0) == FRAMES_BROKEN);       /* longer than what is there */
	EXPECT(with_head(16, 0, 0, 0, 0, 0) == FRAMES_FRAME);         /* empty is a frame */
	EXPECT(with_head(24, 0, 0, 0, 0, 0) == FRAMES_BROKEN);        /* a position between places */
	EXPECT(with_head(CAP + 16, 16, 0, 0, 0, 0) == FRAMES_BROKEN); /* more than the ring */
	EXPECT(with_head(CAP, CAP, 0, 0, 0, 0) == FRAMES_BROKEN);     /* past the ring's end */
	EXPECT(with_head(CAP, 0xfffffff0u, 0, 0, 0, 0) == FRAMES_BROKEN);
	EXPECT(with_head(CAP, 0xffffffffu, 0, 0, 0, 0) == FRAMES_BROKEN); /* a gap with nothing behind it */
	EXPECT(with_head(32, 16, 3, 0, 0, 0) == FRAMES_BROKEN);
	EXPECT(with_head(32, 16, 0, 3, 1, 0) == FRAMES_BROKEN);
	EXPECT(with_head(32, 16, 2, 0, 0, 15) == FRAMES_BROKEN); /* a checksum outside the frame */
	EXPECT(with_head(32, 16, 2, 0, 0, 14) == FRAMES_FRAME);  /* head_len is 14, csum_start 14, offset 0 */
	EXPECT(with_head(32, 16, 0, 1, 0, 0) == FRAMES_BROKEN);  /* segments of nothing */
	EXPECT(with_head(32, 16, 0, 1, 1, 17) == FRAMES_BROKEN); /* headers longer than the frame */
}
