/* udp_fuzz.c - any datagram, both families: what is read goes round with its checksum. */
#include "lib/udp/udp.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void round_trip(struct ip from, struct ip to, const struct udp *u, struct view payload)
{
	static u8 room[65536];
	struct writer w = writer_of(span_of(room));
	struct udp back;
	struct view same;

	udp_write(&w, u, udp_checksum(from, to, u, payload));
	write_view(&w, payload);
	require(udp_read(from, to, write_done(&w), false, &back, &same) == UDP_OK);
	require(back.from_port == u->from_port && back.to_port == u->to_port && view_equal(same, payload));
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	const struct ip a4 = ip_from4(0x0a000001u), b4 = ip_from4(0x0a000002u);
	const struct ip a6 = { 0xfe80000000000000ull, 1 }, b6 = { 0xfe80000000000000ull, 2 };
	struct view payload;
	struct udp u;

	enum udp_verdict v = udp_read(a4, b4, view_make(data, size), true, &u, &payload);
	require(payload.n + UDP_HEADER_BYTES <= size || payload.n == 0);
	if (v == UDP_OK)
		round_trip(a4, b4, &u, payload);
	v = udp_read(a6, b6, view_make(data, size), true, &u, &payload);
	if (v == UDP_OK)
		round_trip(a6, b6, &u, payload);
	else
		require(payload.n == 0);
	return 0;
}
