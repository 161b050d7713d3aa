/* tcp_wire.c - the header and its options (RFC 9293 3.1 and 3.2; RFC 7323; RFC 2018). */
#include "lib/tcp/tcp_core.h"

enum {
	KIND_END = 0,
	KIND_NOP = 1,
	KIND_MSS = 2,
	KIND_WSCALE = 3,
	KIND_SACK_OK = 4,
	KIND_SACK = 5,
	KIND_TIMESTAMP = 8
};

#define OPTIONS_MAX 40u

/* NOP NOP kind length: how everybody aligns the option that every segment has. */
#define TIMESTAMP_ALIGNED 0x0101080au

static void read_sacks(struct reader *r, u32 bytes, struct tcp_options *o)
{
	u32 n = bytes / 8u;

	if (bytes % 8u != 0 || n == 0 || n > TCP_SACK_MAX) {
		read_skip(r, bytes);
		return;
	}
	for (u32 i = 0; i < n; i += 1) {
		o->sack[i].from = read_be32(r);
		o->sack[i].to = read_be32(r);
	}
	o->sacks = (u8)n;
}

/* One option behind its kind and length. One of a kind we know with a length it
 * cannot have is passed over like one we do not know. */
static void read_option(struct reader *r, u8 kind, u32 bytes, struct tcp_options *o)
{
	if (kind == KIND_MSS && bytes == 2) {
		o->mss = read_be16(r);
		o->has |= TCP_HAS_MSS;
	} else if (kind == KIND_WSCALE && bytes == 1) {
		o->wscale = read_u8(r);
		o->has |= TCP_HAS_WSCALE;
	} else if (kind == KIND_SACK_OK && bytes == 0) {
		o->has |= TCP_HAS_SACK_OK;
	} else if (kind == KIND_TIMESTAMP && bytes == 8) {
		o->ts_value = read_be32(r);
		o->ts_echo = read_be32(r);
		o->has |= TCP_HAS_TIMESTAMP;
	} else if (kind == KIND_SACK) {
		read_sacks(r, bytes, o);
	} else {
		read_skip(r, bytes);
	}
}

static bool read_options(struct view v, struct tcp_options *o)
{
	struct reader r = reader_of(v);

	while (read_left(&r) > 0) {
		u8 kind = read_u8(&r);
		u8 length;

		if (kind == KIND_END)
			return true;
		if (kind == KIND_NOP)
			continue;
		length = read_u8(&r);
		if (length < 2) /* RFC 9293 3.2: an illegal length; also when it is missing */
			return false;
		read_option(&r, kind, length - 2u, o);
	}
	return !read_bad(&r);
}

bool tcp_read(struct reader *r, struct tcp_segment *out)
{
	struct view options;
	u32 header;
	u8 offset;

	*out = (struct tcp_segment){ 0 };
	out->from_port = read_be16(r);
	out->to_port = read_be16(r);
	out->seq = read_be32(r);
	out->ack = read_be32(r);
	offset = read_u8(r); /* data offset, and four reserved bits that we must ignore */
	out->flags = read_u8(r);
	out->window = read_be16(r);
	read_skip(r, 4); /* checksum: the caller's. Urgent pointer: see README */
	header = offset / 16u * 4u;
	if (header < 20)
		return false;
	options = read_view(r, header - 20u);
	if (read_bad(r))
		return false;
	out->len = (u32)read_left(r);
	if (options.n == 0)
		return true;
	if (options.n == 12) { /* nearly always */
		struct reader o = reader_of(options);

		if (read_be32(&o) == TIMESTAMP_ALIGNED) {
			out->opt.ts_value = read_be32(&o);
			out->opt.ts_echo = read_be32(&o);
			out->opt.has = TCP_HAS_TIMESTAMP;
			return true;
		}
	}
	return read_options(options, &out->opt);
}

/* ---- writing ---- */

/* What the options other than SACK take, padded. */
static u32 fixed_bytes(const struct tcp_options *o)
{
	u32 bytes = 0;

	if ((o->has & TCP_HAS_MSS) != 0)
		bytes += 4;
	if ((o->has & TCP_HAS_TIMESTAMP) != 0)
		bytes += 12; /* with SACK-permitted in place of the two NOPs */
	else if ((o->has & TCP_HAS_SACK_OK) != 0)
		bytes += 4;
	if ((o->has & TCP_HAS_WSCALE) != 0)
		bytes += 4;
	return bytes;
}

/* As many SACK blocks as there is room for. */
static u32 sacks_that_fit(const struct tcp_options *o, u32 fixed)
{
	u32 n = least(o->sacks, TCP_SACK_MAX);

	while (n > 0 && fixed + 4u + 8u * n > OPTIONS_MAX)
		n -= 1;
	return n;
}

static void write_options(struct writer *w, const struct tcp_options *o, u32 sacks)
{
	if ((o->has & TCP_HAS_MSS) != 0) {
		write_u8(w, KIND_MSS);
		write_u8(w, 4);
		write_be16(w, o->mss);
	}
	if ((o->has & TCP_HAS_SACK_OK) != 0) {
		write_u8(w, KIND_SACK_OK);
		write_u8(w, 2);
	} else if ((o->has & TCP_HAS_TIMESTAMP) != 0) {
		write_be16(w, KIND_NOP * 256u + KIND_NOP);
	}
	if ((o->has & TCP_HAS_TIMESTAMP) != 0) {
		write_u8(w, KIND_TIMESTAMP);
		write_u8(w, 10);
		write_be32(w, o->ts_value);
		write_be32(w, o->ts_echo);
	} else if ((o->has & TCP_HAS_SACK_OK) != 0) {
		write_be16(w, KIND_NOP * 256u + KIND_NOP);
	}
	if ((o->has & TCP_HAS_WSCALE) != 0) {
		write_u8(w, KIND_NOP);
		write_u8(w, KIND_WSCALE);
		write_u8(w, 3);
		write_u8(w, o->wscale);
	}
	if (sacks > 0) {
		write_be16(w, KIND_NOP * 256u + KIND_NOP);
		write_u8(w, KIND_SACK);
		write_u8(w, (u8)(2u + 8u * sacks));
	}
	for (u32 i = 0; i < sacks; i += 1) {
		write_be32(w, o->sack[i].from);
		write_be32(w, o->sack[i].to);
	}
}

void tcp_write(struct writer *w, const struct tcp_segment *s, u16 checksum)
{
	u32 bytes = fixed_bytes(&s->opt);
	u32 sacks = sacks_that_fit(&s->opt, bytes);

	if (sacks > 0)
		bytes = least(bytes + 4u + 8u * sacks, OPTIONS_MAX);
	write_be16(w, s->from_port);
	write_be16(w, s->to_port);
	write_be32(w, s->seq);
	write_be32(w, s->ack);
	write_u8(w, (u8)((20u + bytes) / 4u * 16u));
	write_u8(w, s->flags);
	write_be16(w, s->window);
	write_be16(w, checksum);
	write_be16(w, 0); /* urgent pointer */
	if (bytes > 0)
		write_options(w, &s->opt, sacks);
}

/* RFC 9293, 3.10.7.1: CLOSED. */
bool tcp_refusal(const struct tcp_segment *s, struct tcp_segment *out)
{
	u32 len = s->len;

	*out = (struct tcp_segment){ 0 };
	if ((s->flags & TCP_RST) != 0)
		return false;
	out->from_port = s->to_port;
	out->to_port = s->from_port;
	if ((s->flags & TCP_ACK) != 0) {
		out->seq = s->ack;
		out->flags = TCP_RST;
		return true;
	}
	if ((s->flags & TCP_SYN) != 0)
		len = seq_add(len, 1);
	if ((s->flags & TCP_FIN) != 0)
		len = seq_add(len, 1);
	out->ack = seq_add(s->seq, len);
	out->flags = TCP_RST | TCP_ACK;
	return true;
}
