/* solo5_calls_fuzz.c - a hostile guest: any arguments at any addresses, to devices that are not there. Nothing outside
 * its memory is touched (the sanitizers see), and what it did not ask to be written stays. */
#include "tender/hvt/solo5_calls.h"

enum { MEMORY = 2 << 20 };

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	static u8 memory[MEMORY];
	static struct solo5_manifest m = { .count = 3 };
	struct reader r = reader_of(view_make(data, size));
	i32 status;

	m.device[1] = (struct solo5_device){ .kind = SOLO5_NET, .attached = true, .mtu = 1500, .fd = -1 };
	m.device[2] = (struct solo5_device){
		.kind = SOLO5_BLOCK, .attached = true, .capacity = 1 << 20, .block_bytes = 512, .fd = -1
	};
	while (read_left(&r) > 0) {
		u32 which = read_u8(&r), at = read_le32(&r);
		struct view argument = view_first(read_rest(&r), SOLO5_ARGUMENT_BYTES);

		read_skip(&r, argument.n);
		if (which == SOLO5_PUTS || which == SOLO5_POLL) /* they would talk, and wait */
			continue;
		if (at < MEMORY)
			copy(span_from(span_of(memory), at), argument);
		enum solo5_calls result = solo5_answer(&m, span_of(memory), which, at, &status);
		require(result != SOLO5_CALLS_HALT || which == SOLO5_HALT);
		require(at < MEMORY || result == SOLO5_CALLS_WRONG);
	}
	return 0;
}
