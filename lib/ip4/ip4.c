#include "lib/ip4/ip4.h"
#include "base/sum.h"

/* RFC 791 3.1, from the high bit: reserved, DF, MF. */
enum { DONT_FRAGMENT = 0x4000, MORE_FRAGMENTS = 0x2000, OFFSET_UNITS = 0x2000 };

/* RFC 791 3.1, "Options". */
enum { OPTION_END = 0, OPTION_NOP = 1, OPTION_LSRR = 131, OPTION_SSRR = 137 };

#define TOTAL_MAX    65535u
#define CHECKSUM_AT  10u
#define ROUTER_ALERT 0x94040000u /* RFC 2113 2.1: examine this packet */

struct view ip4_verdict_name(enum ip4_verdict v)
{
	switch (v) {
	case IP4_OK: return text("ok");
	case IP4_FRAGMENT: return text("fragment");
	case IP4_TRUNCATED: return text("truncated");
	case IP4_BAD_VERSION: return text("bad version");
	case IP4_BAD_LENGTH: return text("bad length");
	case IP4_BAD_CHECKSUM: return text("bad checksum");
	case IP4_BAD_ADDRESS: return text("bad address");
	case IP4_BAD_OPTION: return text("bad option");
	}
	return text("?");
}

static bool options_ok(struct view options)
{
	struct reader r = reader_of(options);

	while (read_left(&r) > 0) {
		u8 kind = read_u8(&r);

		if (kind == OPTION_END)
			return true;
		if (kind == OPTION_NOP)
			continue;
		u8 len = read_u8(&r);
		if (len < 2 || kind == OPTION_LSRR || kind == OPTION_SSRR)
			return false;
		read_skip(&r, len - 2u);
	}
	return !read_bad(&r);
}

/* RFC 1122 3.2.1.3: 0.0.0.0 is a source only ("this host", DHCP); no address of
 * 127/8, and no group as a source, is ever on a wire. */
static bool addresses_ok(struct ip from, struct ip to)
{
	u32 source = ip_to4(from);

	if (ip_is_multicast(from) || ip_is_broadcast4(from) || ip_is_loopback(from) || ip_is_loopback(to))
		return false;
	if (source >> 24 == 0 && source != 0)
		return false;
	return ip_to4(to) >> 24 != 0;
}

static void fields(struct reader *r, struct ip4 *h)
{
	u16 fragment;

	h->tos = read_u8(r);
	h->total_bytes = read_be16(r);
	h->id = read_be16(r);
	fragment = read_be16(r);
	h->dont_fragment = (fragment & DONT_FRAGMENT) != 0;
	h->more_fragments = (fragment & MORE_FRAGMENTS) != 0;
	h->offset_bytes = (u16)(fragment % OFFSET_UNITS * 8u);
	h->ttl = read_u8(r);
	h->protocol = read_u8(r);
	(void)read_be16(r);
	h->from = read_ip4(r);
	h->to = read_ip4(r);
}

static enum ip4_verdict read_packet(struct reader *r, bool verified, struct ip4 *out, struct view *payload)
{
	struct view packet = read_rest(r);
	u8 first = read_u8(r);
	u32 header = first % 16u * 4u;

	out->header_bytes = (u8)header;
	fields(r, out);
	if (read_bad(r))
		return IP4_TRUNCATED;
	u32 total = out->total_bytes;
	if (first / 16u != 4)
		return IP4_BAD_VERSION;
	if (header < IP4_HEADER_BYTES || total < header)
		return IP4_BAD_LENGTH;
	u32 length = total - header;
	struct view options = read_view(r, header - IP4_HEADER_BYTES);
	struct view content = read_view(r, length);
	if (read_bad(r))
		return IP4_TRUNCATED;
	if (!verified && sum_finish(sum_bytes(0, view_first(packet, header))) != 0)
		return IP4_BAD_CHECKSUM;
	if (!addresses_ok(out->from, out->to))
		return IP4_BAD_ADDRESS;
	if (!options_ok(options))
		return IP4_BAD_OPTION;
	/* What would be put together must fit a datagram ("ping of death"). */
	if (out->offset_bytes + length > TOTAL_MAX - header)
		return IP4_BAD_LENGTH;
	*payload = content;
	return out->more_fragments || out->offset_bytes > 0 ? IP4_FRAGMENT : IP4_OK;
}

enum ip4_verdict ip4_read(struct reader *r, bool verified, struct ip4 *out, struct view *payload)
{
	*out = (struct ip4){ 0 };
	*payload = view_first(read_rest(r), 0);
	enum ip4_verdict v = read_packet(r, verified, out, payload);
	read_skip(r, read_left(r));
	return v;
}

void ip4_write(struct writer *w, const struct ip4 *h)
{
	u16 version = (u16)(0x4500u + h->tos);
	u16 fragment = (u16)(h->offset_bytes / 8u);
	u16 life = (u16)(h->ttl * 0x100u + h->protocol);

	if (h->dont_fragment)
		fragment = (u16)(fragment | DONT_FRAGMENT);
	if (h->more_fragments)
		fragment = (u16)(fragment | MORE_FRAGMENTS);
	u64 sum = sum_word(sum_word(sum_word(0, version), h->total_bytes), h->id);
	sum = sum_word(sum_word(sum, fragment), life);
	sum = sum_u32(sum_u32(sum, ip_to4(h->from)), ip_to4(h->to));
	write_be16(w, version);
	write_be16(w, h->total_bytes);
	write_be16(w, h->id);
	write_be16(w, fragment);
	write_be16(w, life);
	write_be16(w, sum_finish(sum));
	write_ip4(w, h->from);
	write_ip4(w, h->to);
}

void ip4_write_router_alert(struct writer *w, const struct ip4 *h)
{
	u8 room[IP4_HEADER_BYTES + IP4_ROUTER_ALERT_BYTES];
	struct writer header = writer_of(span_of(room));

	fill(span_of(room), 0);
	ip4_write(&header, h);
	write_be32(&header, ROUTER_ALERT);
	write_be16_at(&header, 0, (u16)(0x4600u + h->tos));
	write_be16_at(&header, CHECKSUM_AT, 0);
	write_be16_at(&header, CHECKSUM_AT, sum_finish(sum_bytes(0, write_done(&header))));
	write_view(w, write_done(&header));
}

struct ip4 ip4_packet(struct ip from, struct ip to, u8 protocol, u16 payload_bytes)
{
	require(payload_bytes <= TOTAL_MAX - IP4_HEADER_BYTES);
	return (struct ip4){ .from = from,
		.to = to,
		.total_bytes = (u16)(payload_bytes + IP4_HEADER_BYTES),
		.header_bytes = IP4_HEADER_BYTES,
		.ttl = IP4_TTL,
		.protocol = protocol,
		.dont_fragment = true };
}

bool ip4_is_broadcast(struct ip a, struct ip_prefix network)
{
	/* Where there is no directed one it is none, which is no IPv4 address. */
	return ip_is_broadcast4(a) || (ip_is4(a) && ip_equal(a, ip_broadcast_of(network)));
}
