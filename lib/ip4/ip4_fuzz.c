/* ip4_fuzz.c - any packet: the payload lies in it, and what is read is written back the same. */
#include "base/sum.h"
#include "lib/ip4/ip4.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view packet = view_make(data, size), payload, same;
	struct reader r = reader_of(packet);
	u8 room[IP4_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct ip4 h, back;

	enum ip4_verdict v = ip4_read(&r, true, &h, &payload);
	require(read_left(&r) == 0 && ip4_verdict_name(v).n > 1);
	if (v > IP4_FRAGMENT) {
		require(payload.n == 0);
		return 0;
	}
	require(payload.n + h.header_bytes == h.total_bytes && h.total_bytes <= size);
	require(view_equal(payload, view_first(view_from(packet, h.header_bytes), payload.n)));
	require((v == IP4_FRAGMENT) == (h.more_fragments || h.offset_bytes > 0));
	h.total_bytes = IP4_HEADER_BYTES;
	ip4_write(&w, &h);
	r = reader_of(write_done(&w));
	require(ip4_read(&r, false, &back, &same) == v);
	require(ip_equal(h.from, back.from) && ip_equal(h.to, back.to) &&
		h.offset_bytes == back.offset_bytes);
	require(h.ttl == back.ttl && h.protocol == back.protocol && h.id == back.id && h.tos == back.tos);
	return 0;
}
