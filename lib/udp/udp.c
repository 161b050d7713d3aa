#include "lib/udp/udp.h"
#include "base/sum.h"

struct view udp_verdict_name(enum udp_verdict v)
{
	switch (v) {
	case UDP_OK: return text("ok");
	case UDP_TRUNCATED: return text("truncated");
	case UDP_BAD_CHECKSUM: return text("bad checksum");
	case UDP_BAD_PORT: return text("bad port");
	}
	return text("?");
}

enum udp_verdict udp_read(struct ip from, struct ip to, struct view packet, bool verified, struct udp *out,
	struct view *payload)
{
	struct reader r = reader_of(packet);

	*out = (struct udp){ 0 };
	*payload = view_first(packet, 0);
	out->from_port = read_be16(&r);
	out->to_port = read_be16(&r);
	u32 length = read_be16(&r);
	u16 checksum = read_be16(&r);
	if (read_bad(&r) || length < UDP_HEADER_BYTES || length > packet.n)
		return UDP_TRUNCATED;
	/* RFC 8200 8.1: IPv6 has no other sum that would cover the addresses. (RFC 6935
	 * makes exceptions for tunnels that ask for them: not done.) */
	if (checksum == 0 && !ip_is4(to))
		return UDP_BAD_CHECKSUM;
	u64 sum = ip_pseudo_sum(from, to, IP_UDP, length);
	if (checksum != 0 && !verified && sum_finish(sum_bytes(sum, view_first(packet, length))) != 0)
		return UDP_BAD_CHECKSUM;
	if (out->to_port == 0)
		return UDP_BAD_PORT;
	out->len_bytes = (u16)(length - UDP_HEADER_BYTES);
	*payload = view_first(read_rest(&r), length - UDP_HEADER_BYTES);
	return UDP_OK;
}

void udp_write(struct writer *w, const struct udp *u, u16 checksum)
{
	write_be16(w, u->from_port);
	write_be16(w, u->to_port);
	write_be16(w, (u16)(u->len_bytes + UDP_HEADER_BYTES));
	write_be16(w, checksum);
}

static u64 pseudo(struct ip from, struct ip to, const struct udp *u)
{
	require(u->len_bytes <= 0xffffu - UDP_HEADER_BYTES);
	return ip_pseudo_sum(from, to, IP_UDP, u->len_bytes + UDP_HEADER_BYTES);
}

u16 udp_checksum(struct ip from, struct ip to, const struct udp *u, struct view payload)
{
	u64 sum = pseudo(from, to, u);

	sum = sum_word(sum_word(sum, u->from_port), u->to_port);
	sum = sum_word(sum, (u16)(u->len_bytes + UDP_HEADER_BYTES));
	u16 checksum = sum_finish(sum_bytes(sum, payload));
	return checksum == 0 ? 0xffffu : checksum;
}

u16 udp_partial(struct ip from, struct ip to, const struct udp *u)
{
	return sum_fold(pseudo(from, to, u));
}
