#include "lib/icmp6/icmp6.h"
#include "base/sum.h"
#include "lib/ip6/ip6.h"

struct view icmp6_verdict_name(enum icmp6_verdict v)
{
	switch (v) {
	case ICMP6_OK: return text("ok");
	case ICMP6_TRUNCATED: return text("truncated");
	case ICMP6_BAD_CHECKSUM: return text("bad checksum");
	case ICMP6_UNKNOWN_ERROR: return text("unknown error");
	case ICMP6_UNKNOWN: return text("unknown type");
	}
	return text("?");
}

enum icmp6_verdict icmp6_read(struct ip from, struct ip to, struct view message, bool verified,
	struct icmp6 *out, struct view *body)
{
	struct reader r = reader_of(message);

	*out = (struct icmp6){ 0 };
	*body = view_first(message, 0);
	out->type = read_u8(&r);
	out->code = read_u8(&r);
	(void)read_be16(&r);
	u32 word = read_be32(&r);
	if (read_bad(&r))
		return ICMP6_TRUNCATED;
	u64 sum = ip_pseudo_sum(from, to, IP_ICMP6, (u32)message.n);
	if (!verified && sum_finish(sum_bytes(sum, message)) != 0)
		return ICMP6_BAD_CHECKSUM;
	switch (out->type) {
	case ICMP6_ECHO:
	case ICMP6_ECHO_REPLY:
		out->id = (u16)(word / 0x10000u);
		out->seq = (u16)(word % 0x10000u);
		break;
	case ICMP6_TOO_BIG: out->mtu = word; break;
	case ICMP6_PARAMETER: out->pointer = word; break;
	case ICMP6_UNREACHABLE:
	case ICMP6_TIME_EXCEEDED: break;
	default:
		if (out->type >= ICMP6_ND_FIRST && out->type <= ICMP6_ND_LAST)
			break;
		if (out->type >= 128)
			return ICMP6_UNKNOWN;
		*body = read_rest(&r);
		return ICMP6_UNKNOWN_ERROR;
	}
	*body = read_rest(&r);
	return ICMP6_OK;
}

void icmp6_write(struct writer *w, struct ip from, struct ip to, const struct icmp6 *m, struct view body)
{
	u16 start = (u16)(m->type * 0x100u + m->code);
	u32 word = 0;

	if (m->type == ICMP6_ECHO || m->type == ICMP6_ECHO_REPLY)
		word = m->id * 0x10000u + m->seq;
	else if (m->type == ICMP6_TOO_BIG)
		word = m->mtu;
	else if (m->type == ICMP6_PARAMETER)
		word = m->pointer;
	u64 sum = ip_pseudo_sum(from, to, IP_ICMP6, (u32)body.n + ICMP6_HEADER_BYTES);
	sum = sum_u32(sum_word(sum, start), word);
	write_be16(w, start);
	write_be16(w, sum_finish(sum_bytes(sum, body)));
	write_be32(w, word);
	write_view(w, body);
}

struct icmp6 icmp6_reply(const struct icmp6 *echo)
{
	struct icmp6 m = *echo;

	m.type = ICMP6_ECHO_REPLY;
	m.code = 0;
	return m;
}

struct view icmp6_quoted(struct view packet)
{
	return view_first(packet, ICMP6_QUOTE_BYTES);
}

bool icmp6_trouble(const struct icmp6 *m, enum icmp_trouble *out)
{
	/* Other codes are about the host. */
	static const u8 unreachable[] = {
		[ICMP6_NO_ROUTE] = ICMP_NO_NETWORK,
		[ICMP6_PROHIBITED] = ICMP_FORBIDDEN,
		[ICMP6_PORT] = ICMP_NO_PORT,
		[ICMP6_SOURCE_REFUSED] = ICMP_FORBIDDEN,
		[ICMP6_ROUTE_REJECTED] = ICMP_FORBIDDEN,
	};

	*out = m->type == ICMP6_PARAMETER ? ICMP_NOT_UNDERSTOOD : ICMP_NO_WAY;
	if (m->type == ICMP6_TOO_BIG)
		*out = ICMP_TOO_BIG;
	else if (m->type == ICMP6_UNREACHABLE && m->code < COUNT(unreachable))
		*out = (enum icmp_trouble)unreachable[m->code];
	return m->type >= ICMP6_UNREACHABLE && m->type <= ICMP6_PARAMETER;
}

/* What we send has no extension headers but a fragment header, so a quote that has
 * another is not of ours. */
bool icmp6_quote(struct view body, struct icmp_quote *out)
{
	struct reader r = reader_of(body);
	u8 version = read_u8(&r) / 16u;

	*out = (struct icmp_quote){ .protocol = 0 };
	read_skip(&r, 3);
	out->bytes = read_be16(&r) + IP6_HEADER_BYTES;
	out->protocol = read_u8(&r);
	read_skip(&r, 1);
	out->from = read_ip6(&r);
	out->to = read_ip6(&r);
	if (out->protocol == IP6_FRAGMENT_HEADER) {
		out->protocol = read_u8(&r);
		read_skip(&r, 1);
		if (read_be16(&r) / 8u != 0)
			return false; /* a later one has no ports where they are looked for */
		read_skip(&r, 4);
	}
	if (out->protocol == IP_TCP || out->protocol == IP_UDP) {
		out->from_port = read_be16(&r);
		out->to_port = read_be16(&r);
		u32 seq = read_be32(&r);
		out->seq = out->protocol == IP_TCP ? seq : 0;
	}
	return !read_bad(&r) && version == 6;
}
