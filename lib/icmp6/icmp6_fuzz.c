/* icmp6_fuzz.c - any message: what is read goes round, what is refused leaves no body. */
#include "lib/icmp6/icmp6.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	const struct ip from = { 0xfe80000000000000ull, 1 }, to = { 0xfe80000000000000ull, 2 };
	struct view message = view_make(data, size), body, same;
	static u8 room[65536];
	struct writer w = writer_of(span_of(room));
	struct icmp_quote q;
	struct icmp6 m, back;

	(void)icmp6_quote(message, &q);
	require(q.protocol == IP_TCP || q.seq == 0);
	enum icmp6_verdict v = icmp6_read(from, to, message, true, &m, &body);
	require(icmp6_verdict_name(v).n > 1);
	if (v != ICMP6_OK) {
		require(body.n == 0 || body.n + ICMP6_HEADER_BYTES == size);
		return 0;
	}
	require(body.n + ICMP6_HEADER_BYTES == size);
	icmp6_write(&w, from, to, &m, body);
	require(icmp6_read(from, to, write_done(&w), false, &back, &same) == ICMP6_OK);
	require(back.type == m.type && back.code == m.code && back.id == m.id && back.seq == m.seq);
	require(back.mtu == m.mtu && back.pointer == m.pointer && view_equal(body, same));
	return 0;
}
