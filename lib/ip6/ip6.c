#include "lib/ip6/ip6.h"
#include "lib/parts/parts.h"

#define PAYLOAD_MAX 65535u

/* Option types (RFC 8200 4.2, RFC 2711), and where RFC 4443 3.4 points to. */
enum { OPTION_PAD1 = 0, OPTION_ROUTER_ALERT = 5 };
enum { PROBLEM_FIELD = 0, PROBLEM_NEXT_HEADER = 1, PROBLEM_OPTION = 2 };
enum { AT_PAYLOAD_LENGTH = 4, AT_NEXT_HEADER = 6 };

struct view ip6_verdict_name(enum ip6_verdict v)
{
	switch (v) {
	case IP6_OK: return text("ok");
	case IP6_FRAGMENT: return text("fragment");
	case IP6_TRUNCATED: return text("truncated");
	case IP6_BAD_VERSION: return text("bad version");
	case IP6_BAD_LENGTH: return text("bad length");
	case IP6_BAD_ADDRESS: return text("bad address");
	case IP6_BAD_EXTENSION: return text("bad extension header");
	case IP6_NOTHING: return text("nothing");
	case IP6_PARAMETER: return text("parameter problem");
	}
	return text("?");
}

/* One walk along the extension headers. */
struct walk {
	u32 field_at; /* where the next header's number stood in the packet: for parameter problems */
	u32 options;  /* seen so far */
	u8 next;      /* its number */
	bool fragment_seen;
};

static enum ip6_verdict problem(struct ip6 *h, u8 code, u32 pointer, bool even_multicast)
{
	if (image_parts.errors)
		h->problem = (struct ip6_problem){ code, even_multicast, pointer };
	return IP6_PARAMETER;
}

/* Where a reader of the payload stands in the packet. */
static u32 packet_at(const struct reader *r)
{
	return IP6_HEADER_BYTES + (u32)read_at(r);
}

/* RFC 8200 4.2: what to do with an option we do not know is in its two highest bits. */
static enum ip6_verdict unknown_option(struct ip6 *h, u8 type, u32 pointer)
{
	switch (type / 64u) {
	case 0: return IP6_OK;
	case 1: return IP6_BAD_EXTENSION;
	case 2: return problem(h, PROBLEM_OPTION, pointer, true);
	default: return problem(h, PROBLEM_OPTION, pointer, false);
	}
}

/* RFC 8200 4.3, 4.6: hop-by-hop and destination options. */
static enum ip6_verdict options(struct reader *r, struct walk *k, struct ip6 *h)
{
	u32 start = packet_at(r);
	u8 next = read_u8(r);
	u32 bytes = read_u8(r) * 8u + 8u;
	struct reader o = reader_of(read_view(r, bytes - 2u));

	while (read_left(&o) > 0) {
		u32 at = start + 2u + (u32)read_at(&o);
		u8 type = read_u8(&o);

		if (type == OPTION_PAD1)
			continue;
		u8 len = read_u8(&o);
		if (type == OPTION_ROUTER_ALERT && len == 2 && k->next == IP6_HOP_BY_HOP)
			h->router_alert = true;
		read_skip(&o, len);
		if (read_bad(&o))
			break;
		if (k->options >= IP6_OPTIONS_MAX)
			return IP6_BAD_EXTENSION;
		k->options += 1;
		/* PadN and router alert have "skip" in their high bits. */
		enum ip6_verdict v = unknown_option(h, type, at);
		if (v != IP6_OK)
			return v;
	}
	if (read_bad(r) || read_bad(&o))
		return IP6_BAD_LENGTH;
	k->field_at = start;
	k->next = next;
	return IP6_OK;
}

/* RFC 8200 4.4, RFC 5095 3: we know no routing type; one that has nothing left to
 * visit is stepped over, any other one is refused. */
static enum ip6_verdict routing(struct reader *r, struct walk *k, struct ip6 *h)
{
	u32 start = packet_at(r);
	u8 next = read_u8(r);
	u32 bytes = read_u8(r) * 8u + 8u;

	(void)read_u8(r); /* the type */
	u8 segments_left = read_u8(r);
	read_skip(r, bytes - 4u);
	if (read_bad(r))
		return IP6_BAD_LENGTH;
	if (segments_left > 0)
		return problem(h, PROBLEM_FIELD, start + 2u, false);
	k->field_at = start;
	k->next = next;
	return IP6_OK;
}

/* RFC 8200 4.5; RFC 6946: a fragment that is all of it is no fragment. */
static enum ip6_verdict fragment(struct reader *r, struct walk *k, struct ip6 *h)
{
	u32 start = packet_at(r);
	u8 next = read_u8(r);

	(void)read_u8(r);
	u16 where = read_be16(r);
	u32 id = read_be32(r);
	if (read_bad(r))
		return IP6_BAD_LENGTH;
	if (k->fragment_seen)
		return IP6_BAD_EXTENSION;
	u32 length = (u32)read_left(r);
	u32 offset = where / 8u * 8u;
	if (!image_parts.fragments && where / 8u * 8u + where % 2u > 0)
		return IP6_FRAGMENT; /* whatever else is wrong with it */
	h->id = id;
	h->offset_bytes = (u16)offset;
	h->more_fragments = where % 2u != 0;
	if (h->more_fragments && length % 8u != 0)
		return problem(h, PROBLEM_FIELD, AT_PAYLOAD_LENGTH, false);
	if (offset + length > PAYLOAD_MAX)
		return problem(h, PROBLEM_FIELD, start + 2u, false);
	k->fragment_seen = true;
	k->field_at = start;
	k->next = next;
	return h->more_fragments || offset > 0 ? IP6_FRAGMENT : IP6_OK;
}

/* RFC 8200 4.1: any order is taken, but hop-by-hop stands first or nowhere. */
static enum ip6_verdict extensions(struct reader *r, struct walk *k, struct ip6 *h)
{
	enum ip6_verdict v = IP6_OK;

	for (u32 i = 0; i <= IP6_EXTENSIONS_MAX; i += 1) {
		switch (k->next) {
		case IP6_HOP_BY_HOP:
			if (i > 0)
				return problem(h, PROBLEM_NEXT_HEADER, k->field_at, false);
			v = options(r, k, h);
			break;
		case IP6_DESTINATION: v = options(r, k, h); break;
		case IP6_ROUTING: v = routing(r, k, h); break;
		case IP6_FRAGMENT_HEADER: v = fragment(r, k, h); break;
		case IP6_NO_NEXT: return IP6_NOTHING;
		default: return IP6_OK;
		}
		if (v != IP6_OK)
			return v;
	}
	return IP6_BAD_EXTENSION; /* too many */
}

/* RFC 4291 2.5.2, 2.5.3, 2.7: :: is a source only; no loopback on a wire; no group as a
 * source. And no IPv4-mapped address: inside fata it would be an IPv4 address. */
static bool addresses_ok(struct ip from, struct ip to)
{
	if (ip_is4(from) || ip_is4(to) || ip_is_loopback(from) || ip_is_loopback(to))
		return false;
	return !ip_is_multicast(from) && !ip_is_none(to);
}

enum ip6_verdict ip6_read(struct reader *r, struct ip6 *out, struct view *payload)
{
	struct walk k = { AT_NEXT_HEADER, 0, 0, false };
	u32 first = read_be32(r);

	*out = (struct ip6){ .flow_label = first % 0x100000u,
		.traffic_class = (u8)(first / 0x100000u % 0x100u) };
	*payload = view_first(read_rest(r), 0);
	out->payload_bytes = read_be16(r);
	k.next = read_u8(r);
	out->hop_limit = read_u8(r);
	out->from = read_ip6(r);
	out->to = read_ip6(r);
	struct view body = view_first(read_rest(r), out->payload_bytes);
	if (read_bad(r))
		return IP6_TRUNCATED;
	read_skip(r, read_left(r));
	if (first / 0x10000000u != 6)
		return IP6_BAD_VERSION;
	if (body.n < out->payload_bytes)
		return IP6_TRUNCATED;
	if (!addresses_ok(out->from, out->to))
		return IP6_BAD_ADDRESS;
	struct reader b = reader_of(body);
	enum ip6_verdict v = extensions(&b, &k, out);
	out->protocol = k.next;
	out->header_bytes = (u16)(packet_at(&b) % 0x10000u);
	if (v != IP6_PARAMETER) /* for a caller who does not know this protocol */
		out->problem = (struct ip6_problem){ PROBLEM_NEXT_HEADER, false, k.field_at };
	if (v == IP6_OK || v == IP6_FRAGMENT)
		*payload = read_rest(&b);
	return v;
}

enum ip6_verdict ip6_read_reassembled(struct view data, struct ip6 *out, struct view *payload)
{
	struct walk k = { AT_NEXT_HEADER, 0, out->protocol, true };
	struct reader r = reader_of(data);
	enum ip6_verdict v = IP6_BAD_EXTENSION;

	*payload = view_first(data, 0);
	if (k.next != IP6_HOP_BY_HOP)
		v = extensions(&r, &k, out);
	out->protocol = k.next;
	if (v == IP6_OK)
		*payload = read_rest(&r);
	return v;
}

void ip6_write_fragment(struct writer *w, u8 protocol, u32 id, u16 offset_bytes, bool more)
{
	require(offset_bytes % 8u == 0);
	write_u8(w, protocol);
	write_u8(w, 0);
	write_be16(w, (u16)(offset_bytes + (more ? 1u : 0u)));
	write_be32(w, id);
}

void ip6_write(struct writer *w, const struct ip6 *h)
{
	write_be32(w, 0x60000000u + h->traffic_class * 0x100000u + h->flow_label % 0x100000u);
	write_be16(w, h->payload_bytes);
	write_u8(w, h->protocol);
	write_u8(w, h->hop_limit);
	write_ip6(w, h->from);
	write_ip6(w, h->to);
}

struct ip6 ip6_packet(struct ip from, struct ip to, u8 protocol, u16 payload_bytes)
{
	return (struct ip6){ .from = from,
		.to = to,
		.payload_bytes = payload_bytes,
		.header_bytes = IP6_HEADER_BYTES,
		.hop_limit = IP6_HOP_LIMIT,
		.protocol = protocol };
}
