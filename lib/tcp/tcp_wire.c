/* tcp_wire.c - the header and its options (RFC 9293 3.1 and 3.2; RFC 7323; RFC 2018). */
#include "lib/tcp/tcp_core.h"

enum {
	KIND_END = 0,
	KIND_NOP = 1,
	KIND_MSS = 2,
	KIND_WSCALE = 3,
	KIND_SACK_OK = 4,
	KIND_SACK = 5,
	KIND_TIMESTAMP = 8,
	KIND_FAST_OPEN = 34
};

#define HEADER_MIN 20u

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

static bool cookie_bytes_ok(u32 bytes)
{
	return bytes == 0 ||
	       (bytes >= TCP_FAST_COOKIE_MIN && bytes <= TCP_FAST_COOKIE_MAX && bytes % 2u == 0);
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
	} else if (image_parts.timestamps && kind == KIND_TIMESTAMP && bytes == 8) {
		o->ts_value = read_be32(r);
		o->ts_echo = read_be32(r);
		o->has |= TCP_HAS_TIMESTAMP;
	} else if (image_parts.sack && kind == KIND_SACK) {
		read_sacks(r, bytes, o);
	} else if (image_parts.fast_open && kind == KIND_FAST_OPEN && cookie_bytes_ok(bytes)) {
		(void)read_into(r, span_first(span_of(o->fast.byte), bytes));
		o->fast.bytes = (u8)bytes;
		o->has |= TCP_HAS_FAST_OPEN;
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

/* The fixed part is taken in one piece: one bounds check instead of eleven, and
 * the compiler makes single loads of the sums. */
#define GET16(a, at) ((u16)((a)[at] * 0x100u + (a)[(at) + 1]))
#define GET32(a, at)                                                                                         \
	((a)[at] * 0x1000000u + (a)[(at) + 1] * 0x10000u + (a)[(at) + 2] * 0x100u + (a)[(at) + 3])

bool tcp_read(struct reader *r, struct tcp_segment *out)
{
	u8 h[HEADER_MIN] = { 0 };
	struct view options;
	u32 header;

	*out = (struct tcp_segment){ 0 };
	if (!read_into(r, span_of(h)))
		return false;
	out->from_port = GET16(h, 0);
	out->to_port = GET16(h, 2);
	out->seq = GET32(h, 4);
	out->ack = GET32(h, 8);
	header = h[12] / 16u * 4u; /* the other four bits are reserved: to be ignored */
	out->flags = h[13];
	out->window =
		GET16(h, 14); /* behind it the checksum, the caller's, and the urgent pointer: see README */
	if (header < HEADER_MIN)
		return false;
	options = read_view(r, header - HEADER_MIN);
	if (read_bad(r))
		return false;
	out->len = (u32)read_left(r);
	if (options.n == 0)
		return true;
	if (image_parts.timestamps && options.n == 12) { /* nearly always */
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

static bool stamped(const struct tcp_options *o)
{
	return image_parts.timestamps && (o->has & TCP_HAS_TIMESTAMP) != 0;
}

static u32 cookie_bytes(const struct tcp_options *o)
{
	return least(o->fast.bytes, TCP_FAST_COOKIE_MAX);
}

static bool fast(const struct tcp_options *o)
{
	return image_parts.fast_open && (o->has & TCP_HAS_FAST_OPEN) != 0;
}

/* What the options other than SACK take, padded: all that there are. */
static u32 fixed_bytes(const struct tcp_options *o)
{
	u32 bytes = 0;

	if ((o->has & TCP_HAS_MSS) != 0)
		bytes += 4;
	if (stamped(o))
		bytes += 12; /* with SACK-permitted in place of the two NOPs */
	else if ((o->has & TCP_HAS_SACK_OK) != 0)
		bytes += 4;
	if ((o->has & TCP_HAS_WSCALE) != 0)
		bytes += 4;
	if (fast(o))
		bytes += (2u + cookie_bytes(o) + 3u) / 4u * 4u;
	return bytes;
}

/* As many SACK blocks as there is room for. */
static u32 sacks_that_fit(const struct tcp_options *o, u32 fixed)
{
	u32 n = image_parts.sack ? least(o->sacks, TCP_SACK_MAX) : 0;

	while (n > 0 && fixed + 4u + 8u * n > TCP_OPTIONS_MAX)
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
	} else if (stamped(o)) {
		write_be16(w, KIND_NOP * 256u + KIND_NOP);
	}
	if (stamped(o)) {
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
	if (fast(o)) {
		u32 n = cookie_bytes(o);

		write_u8(w, KIND_FAST_OPEN);
		write_u8(w, (u8)(2u + n));
		write_view(w, view_first(view_of(o->fast.byte), n));
		for (; n % 4u != 2u; n += 1)
			write_u8(w, KIND_NOP);
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

#define BE16(v) (u8)((v) / 0x100u), (u8)((v) % 0x100u)
#define BE32(v) BE16((v) / 0x10000u), BE16((v) % 0x10000u)

void tcp_write(struct writer *w, const struct tcp_segment *s, u16 checksum)
{
	const struct tcp_options *o = &s->opt;
	u32 bytes = fixed_bytes(o);
	u32 sacks = sacks_that_fit(o, bytes);

	if (sacks > 0)
		bytes = least(bytes + 4u + 8u * sacks, TCP_OPTIONS_MAX);
	const u8 h[HEADER_MIN] = { BE16(s->from_port), BE16(s->to_port), BE32(s->seq), BE32(s->ack),
		(u8)((HEADER_MIN + bytes) / 4u * 16u), s->flags, BE16(s->window), BE16(checksum), 0, 0 };

	write_view(w, view_of(h));
	if (image_parts.timestamps && o->has == TCP_HAS_TIMESTAMP && sacks == 0) { /* nearly always */
		const u8 stamp[12] = { BE32(TIMESTAMP_ALIGNED), BE32(o->ts_value), BE32(o->ts_echo) };

		write_view(w, view_of(stamp));
	} else if (bytes > 0) {
		write_options(w, o, sacks);
	}
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
