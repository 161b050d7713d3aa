#include "lib/icmp4/icmp4.h"
#include "base/sum.h"
#include "lib/ip4/ip4.h"

struct view icmp4_verdict_name(enum icmp4_verdict v)
{
	switch (v) {
	case ICMP4_OK: return text("ok");
	case ICMP4_TRUNCATED: return text("truncated");
	case ICMP4_BAD_CHECKSUM: return text("bad checksum");
	case ICMP4_UNKNOWN: return text("unknown type");
	}
	return text("?");
}

enum icmp4_verdict icmp4_read(struct view message, bool verified, struct icmp4 *out, struct view *body)
{
	struct reader r = reader_of(message);

	*out = (struct icmp4){ 0 };
	*body = view_first(message, 0);
	out->type = read_u8(&r);
	out->code = read_u8(&r);
	(void)read_be16(&r);
	u16 high = read_be16(&r);
	u16 low = read_be16(&r);
	if (read_bad(&r))
		return ICMP4_TRUNCATED;
	if (!verified && sum_finish(sum_bytes(0, message)) != 0)
		return ICMP4_BAD_CHECKSUM;
	switch (out->type) {
	case ICMP4_ECHO:
	case ICMP4_ECHO_REPLY:
		out->id = high;
		out->seq = low;
		break;
	case ICMP4_UNREACHABLE:
		if (out->code == ICMP4_TOO_BIG)
			out->mtu = low;
		break;
	case ICMP4_PARAMETER: out->pointer = (u8)(high / 0x100u); break;
	case ICMP4_REDIRECT:
	case ICMP4_TIME_EXCEEDED: break;
	default: return ICMP4_UNKNOWN;
	}
	*body = read_rest(&r);
	return ICMP4_OK;
}

void icmp4_write(struct writer *w, const struct icmp4 *m, struct view body)
{
	u16 start = (u16)(m->type * 0x100u + m->code);
	u16 high = 0, low = 0;

	if (m->type == ICMP4_ECHO || m->type == ICMP4_ECHO_REPLY) {
		high = m->id;
		low = m->seq;
	} else if (m->type == ICMP4_UNREACHABLE && m->code == ICMP4_TOO_BIG) {
		low = m->mtu;
	} else if (m->type == ICMP4_PARAMETER) {
		high = (u16)(m->pointer * 0x100u);
	}
	u64 sum = sum_word(sum_word(sum_word(0, start), high), low);
	write_be16(w, start);
	write_be16(w, sum_finish(sum_bytes(sum, body)));
	write_be16(w, high);
	write_be16(w, low);
	write_view(w, body);
}

struct icmp4 icmp4_reply(const struct icmp4 *echo)
{
	struct icmp4 m = *echo;

	m.type = ICMP4_ECHO_REPLY;
	m.code = 0;
	return m;
}

struct view icmp4_quoted(struct view packet)
{
	return view_first(packet, ICMP4_QUOTE_BYTES);
}

bool icmp4_trouble(const struct icmp4 *m, enum icmp_trouble *out)
{
	/* Other codes are about the host. */
	static const u8 unreachable[] = {
		[ICMP4_NET] = ICMP_NO_NETWORK,
		[ICMP4_PROTOCOL] = ICMP_NO_PROTOCOL,
		[ICMP4_PORT] = ICMP_NO_PORT,
		[ICMP4_TOO_BIG] = ICMP_TOO_BIG,
		[ICMP4_NET_UNKNOWN] = ICMP_NO_NETWORK,
		[ICMP4_NET_REFUSED] = ICMP_NO_NETWORK,
		[ICMP4_NET_SERVICE] = ICMP_NO_NETWORK,
		[ICMP4_PROHIBITED] = ICMP_FORBIDDEN,
	};

	*out = m->type == ICMP4_PARAMETER ? ICMP_NOT_UNDERSTOOD : ICMP_NO_WAY;
	if (m->type == ICMP4_UNREACHABLE && m->code < COUNT(unreachable))
		*out = (enum icmp_trouble)unreachable[m->code];
	return m->type == ICMP4_UNREACHABLE || m->type == ICMP4_TIME_EXCEEDED || m->type == ICMP4_PARAMETER;
}

/* The quoted packet is cut short, so ip4_read() does not apply: its total length and
 * perhaps its checksum (routers changed the TTL) need not fit. */
bool icmp4_quote(struct view body, struct icmp_quote *out)
{
	struct reader r = reader_of(body);
	u8 first = read_u8(&r);
	u32 words = first % 16u;

	*out = (struct icmp_quote){ .protocol = 0 };
	if (first / 16u != 4 || words < 5)
		return false;
	read_skip(&r, 1);
	out->bytes = read_be16(&r);
	read_skip(&r, 2);
	u16 fragment = read_be16(&r);
	read_skip(&r, 1);
	out->protocol = read_u8(&r);
	read_skip(&r, 2);
	out->from = read_ip4(&r);
	out->to = read_ip4(&r);
	read_skip(&r, (words - 5u) * 4u);
	if (out->protocol == IP_TCP || out->protocol == IP_UDP) {
		out->from_port = read_be16(&r);
		out->to_port = read_be16(&r);
		u32 seq = read_be32(&r);
		out->seq = out->protocol == IP_TCP ? seq : 0;
	}
	/* A later fragment has no ports where they are looked for. */
	return !read_bad(&r) && fragment % 0x2000u == 0;
}
