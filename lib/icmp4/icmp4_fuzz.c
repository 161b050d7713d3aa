/* icmp4_fuzz.c - any message: what is read goes round, what is refused leaves no body. */
#include "lib/icmp4/icmp4.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view message = view_make(data, size), body, same;
	static u8 room[65536];
	struct writer w = writer_of(span_of(room));
	struct icmp_quote q;
	struct icmp4 m, back;

	(void)icmp4_quote(message, &q);
	require(q.protocol == IP_TCP || q.seq == 0);
	enum icmp4_verdict v = icmp4_read(message, true, &m, &body);
	require(icmp4_verdict_name(v).n > 1);
	if (v != ICMP4_OK) {
		require(body.n == 0 || body.n + ICMP4_HEADER_BYTES == size);
		return 0;
	}
	require(body.n + ICMP4_HEADER_BYTES == size);
	icmp4_write(&w, &m, body);
	require(icmp4_read(write_done(&w), false, &back, &same) == ICMP4_OK);
	require(back.type == m.type && back.code == m.code && back.id == m.id && back.seq == m.seq);
	require(back.mtu == m.mtu && back.pointer == m.pointer && view_equal(body, same));
	return 0;
}
