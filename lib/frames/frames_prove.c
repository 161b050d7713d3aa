/* prove: lib/frames/frames.c
 *
 * frames_prove.c - any bytes in the ring, any positions from the other side, in any order of the calls. */
/* prove-with: require-stops */
/* Where a require() that holds would stop: */
/* prove-unreached: frames_next 1 frames_room 1 frames_put 1 check_cap 3 */
#include "lib/frames/frames.h"

#define CAP 256u

static u8 ring[CAP];

int main(void)
{
	struct frames_writer w = frames_writer_make(CAP);
	struct frames_reader r = frames_reader_make(CAP);
	struct frames_head head;
	struct view data;

	while (NONDET()) {
		struct span room = frames_room(&w, any_u32(), span_of(ring), any_u32());

		if (NONDET()) {
			struct frames_head put = { (u32)any_upto(room.n), FRAMES_CSUM_FILL, FRAMES_GSO_TCP4,
				any_u16(), any_u16(), any_u16(), any_u16() };

			if (put.bytes <= w.room)
				frames_put(&w, span_of(ring), &put);
		}
		for (usize i = 0; i < CAP; i += 1)
			ring[i] = any_u8();
		(void)frames_next(&r, any_u32(), view_of(ring), &head, &data);
	}
	return 0;
}
