/* frames_fuzz.c - a hostile other side: every byte of the ring and every position is what the input says.
 *
 * Against the same input the honest pair is driven too: what is put comes out. */
#include "lib/frames/frames.h"

#define CAP 512u

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void hostile_writer(struct reader in)
{
	static u8 ring[CAP];
	struct frames_reader r = frames_reader_make(CAP);

	r.at = read_le32(&in) / FRAMES_ALIGN * FRAMES_ALIGN;
	while (read_left(&in) >= 4) {
		u32 put = r.at + read_le16(&in);
		struct frames_head head;
		struct view data;

		copy(span_from(span_of(ring), read_u8(&in) * 2u),
			read_view(&in, read_left(&in) < 20 ? 1 : 20));
		while (frames_next(&r, put, view_of(ring), &head, &data) == FRAMES_FRAME) {
			require(data.n == head.bytes && data.n <= CAP - FRAMES_HEAD_BYTES);
			require(data.p >= ring && data.p + data.n <= ring + CAP);
			require(head.csum != FRAMES_CSUM_FILL ||
				head.csum_start + head.csum_offset + 2u <= data.n);
		}
		require(!r.broken || data.n == 0);
	}
}

static void hostile_reader(struct reader in)
{
	static u8 ring[CAP];
	struct frames_writer w = frames_writer_make(CAP);

	while (read_left(&in) >= 6) {
		u32 bytes = read_le16(&in);
		struct span room = frames_room(&w, read_le32(&in), span_of(ring), bytes);

		require(room.n == 0 || (room.n == bytes && room.p >= ring && room.p + room.n <= ring + CAP));
		if (room.n > 0) {
			fill(room, 0xff);
			frames_put(&w, span_of(ring), &(struct frames_head){ .bytes = bytes / 2u });
		}
	}
}

static void honest(struct reader in)
{
	static u8 ring[CAP];
	struct frames_writer w = frames_writer_make(CAP);
	struct frames_reader r = frames_reader_make(CAP);
	u8 put = 0, got = 0;

	w.put = r.at = read_le32(&in) / FRAMES_ALIGN * FRAMES_ALIGN;
	while (read_left(&in) > 0) {
		u8 what = read_u8(&in);
		struct frames_head head;
		struct view data;

		if (what < 200) {
			struct span room = frames_room(&w, r.at, span_of(ring), what);

			require(r.at != w.put || room.n == what);
			if (room.n > 0) {
				fill(room, put++);
				frames_put(&w, span_of(ring), &(struct frames_head){ .bytes = what });
			}
			continue;
		}
		if (frames_next(&r, w.put, view_of(ring), &head, &data) == FRAMES_FRAME) {
			for (usize i = 0; i < data.n; i += 1)
				require(view_at(data, i) == got);
			got += 1;
		}
		require(!r.broken);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader in = reader_of(view_make(data, size));

	hostile_writer(in);
	hostile_reader(in);
	honest(in);
	return 0;
}
