/* ip6_fuzz.c - any packet: the payload lies in it behind the headers, and a problem points into it. */
#include "lib/ip6/ip6.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view packet = view_make(data, size), payload;
	struct reader r = reader_of(packet);
	u8 room[IP6_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct ip6 h;

	enum ip6_verdict v = ip6_read(&r, &h, &payload);
	require(read_left(&r) == 0 && ip6_verdict_name(v).n > 1);
	if (v == IP6_PARAMETER)
		require(h.problem.code <= 2 && h.problem.pointer < size);
	if (v > IP6_FRAGMENT) {
		require(payload.n == 0);
		return 0;
	}
	require(!ip_is4(h.from) && !ip_is4(h.to));
	require(h.header_bytes + payload.n == IP6_HEADER_BYTES + (usize)h.payload_bytes);
	require(view_equal(payload, view_first(view_from(packet, h.header_bytes), payload.n)));
	require(view_at(packet, h.problem.pointer) == h.protocol && h.problem.code == 1);
	h.protocol = view_at(packet, 6);
	ip6_write(&w, &h);
	require(view_equal(write_done(&w), view_first(packet, IP6_HEADER_BYTES)));
	return 0;
}
