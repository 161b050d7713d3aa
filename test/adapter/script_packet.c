/* script_packet.c - packets as text and as bytes. It has its own idea of headers: what it reads was not
 * written by the code it read with. */
#include "test/adapter/script.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char letters[] = "FSRP.UEW";
static const char *const marks[] = { "noecn", "ect1", "ect0", "ce" }; /* RFC 3168 5 */

static u32 get16(const u8 *p)
{
	return (u32)p[0] << 8 | p[1];
}

static u32 get32(const u8 *p)
{
	return get16(p) << 16 | get16(p + 2);
}

static void put16(u8 *p, u32 v)
{
	p[0] = (u8)(v >> 8);
	p[1] = (u8)v;
}

static void put32(u8 *p, u32 v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static u32 sum(u32 s, const u8 *p, u32 n)
{
	for (u32 i = 0; i < n; i += 1)
		s += i % 2 == 0 ? (u32)p[i] << 8 : p[i];
	while (s > 0xffff)
		s = (s & 0xffff) + (s >> 16);
	return s;
}

/* ---- IP ---- */

static const u8 ours4[4] = { 192, 168, 0, 1 }, theirs4[4] = { 192, 0, 2, 1 };
static const u8 ours6[16] = { 0xfd, 0x3d, [15] = 1 }, theirs6[16] = { 0xfd, 0x3e, [15] = 1 };

static u32 ip_bytes(const struct script *x)
{
	return x->family == 4 ? 20 : 40;
}

static u32 pseudo(const struct script *x, const u8 *ip, u8 protocol, u32 n)
{
	u8 tail[4] = { 0, protocol, (u8)(n >> 8), (u8)n };

	return x->family == 4 ? sum(sum(0, ip + 12, 8), tail, 4) : sum(sum(0, ip + 8, 32), tail, 4);
}

/* A header for n bytes behind it. */
static void put_ip(const struct script *x, u8 *p, u8 protocol, u32 n, bool to_us)
{
	bool four = x->family == 4;
	const u8 *ours = four ? ours4 : ours6, *theirs = four ? theirs4 : theirs6;
	u32 size = four ? 4 : 16, at = four ? 12 : 8;

	memset(p, 0, ip_bytes(x));
	p[0] = four ? 0x45 : 0x60;
	if (four) {
		put16(p + 2, 20 + n);
		p[6] = 0x40;
		p[8] = 64;
		p[9] = protocol;
	} else {
		put16(p + 4, n);
		p[6] = protocol;
		p[7] = 64;
	}
	memcpy(p + at, to_us ? theirs : ours, size);
	memcpy(p + at + size, to_us ? ours : theirs, size);
	if (four)
		put16(p + 10, 0xffff ^ sum(0, p, 20));
}

bool script_is_tcp(const struct script *x, const u8 *p, u32 n)
{
	return n > ip_bytes(x) && p[0] >> 4 == x->family && p[x->family == 4 ? 9 : 6] == 6;
}

bool script_is_other(const struct script *x, const u8 *p)
{
	const u8 *t = p + ip_bytes(x);

	return x->isn_known && (t[13] & 2) == 0 &&
	       (get16(t) != x->local_port || get16(t + 2) != x->peer_port);
}

/* ---- text to a segment ---- */

static const char *blank(const char *p)
{
	return p + strspn(p, " \t");
}

static bool word(const char **p, const char *w)
{
	usize n = strlen(w);

	if (strncmp(*p, w, n) != 0 || isalnum((unsigned char)(*p)[n]))
		return false;
	*p = blank(*p + n);
	return true;
}

static bool number(const char **p, u32 *out)
{
	char *end;
	unsigned long v = strtoul(*p, &end, 10);

	if (end == *p || !isdigit((unsigned char)**p))
		return false;
	*out = (u32)v;
	*p = end;
	return true;
}

/* SEQ:END(LEN) */
static bool read_range(const char **p, u32 *seq, u32 *len)
{
	u32 end;

	if (!number(p, seq) || *(*p)++ != ':' || !number(p, &end) || *(*p)++ != '(' || !number(p, len) ||
		*(*p)++ != ')')
		return false;
	*p = blank(*p);
	return *seq + *len == end;
}

static bool read_options(const char **p, struct script_segment *out)
{
	const char *end = strchr(*p, '>');
	usize n = end ? (usize)(end - *p - 1) : sizeof out->options;

	if (n >= sizeof out->options)
		return false;
	memcpy(out->options, *p + 1, n);
	out->options[n] = 0;
	*p = blank(end + 1);
	return true;
}

static bool read_ecn(const char **p, struct script_segment *out)
{
	for (u32 i = 0; i < COUNT(marks); i += 1)
		if (word(p, marks[i])) {
			out->ecn = (int)i;
			return true;
		}
	return false;
}

static bool read_rest(const char **p, struct script_segment *out)
{
	u32 v = 0;

	if (word(p, "ack")) {
		out->has_ack = true;
		if (!number(p, &out->ack))
			return false;
	} else if (word(p, "win")) {
		if (!number(p, &v))
			return false;
		out->window = (int)v;
	} else if (word(p, "urg")) {
		if (!number(p, &v))
			return false;
		out->urgent = (int)v;
	} else if (word(p, "ttl")) {
		if (!number(p, &v))
			return false;
		out->ttl = (u8)v;
	} else if (word(p, "bad checksum")) {
		out->bad_checksum = true;
	} else if (word(p, "dscp")) {
		if (!number(p, &v))
			return false;
		out->dscp = (int)v;
	} else if (word(p, "cut")) {
		if (!number(p, &out->cut) || out->cut % 8 != 0)
			return false;
	} else if (word(p, "offset")) {
		if (!number(p, &out->offset))
			return false;
	} else if (read_ecn(p, out)) {
		return true;
	} else if (**p != '<' || !read_options(p, out)) {
		return false;
	}
	*p = blank(*p);
	return true;
}

/* What packetdrill says of the IP header before the flags. */
static bool read_prefix(const char **p, struct script_segment *out)
{
	u32 v = 0;

	*p = blank(*p + 1);
	while (**p && **p != ']') {
		if (word(p, "tos")) {
			char *end;

			v = (u32)strtoul(*p, &end, 0);
			out->ecn = (int)(v & 3);
			out->dscp = (int)(v >> 2);
			*p = blank(end);
		} else if (word(p, "ttl")) {
			if (!number(p, &v))
				return false;
			out->ttl = (u8)v;
			*p = blank(*p);
		} else if (!read_ecn(p, out)) {
			return false;
		}
		*p += **p == ',';
		*p = blank(*p);
	}
	if (**p != ']')
		return false;
	*p = blank(*p + 1);
	return true;
}

bool script_segment_read(struct script *x, const char *from, struct script_segment *out)
{
	const char *p = blank(from);

	*out = (struct script_segment){ .window = -1, .urgent = -1, .ecn = -1, .dscp = -1 };
	if (*p == '[' && !read_prefix(&p, out)) {
		script_fail(x, "[ect0], [ect1], [ce], [noecn], [tos N] or [ttl N] is expected");
		return false;
	}
	for (; *p && *p != ' '; p += 1) {
		const char *l = strchr(letters, *p);

		if (*p == '-')
			continue;
		if (!l) {
			script_fail(x, "'%c' is no flag (of F S R P . U E W, or - for none)", *p);
			return false;
		}
		out->flags |= (u8)(1 << (l - letters));
	}
	p = blank(p);
	if (!read_range(&p, &out->seq, &out->len)) {
		script_fail(x, "SEQ:END(LEN) is expected, END is SEQ + LEN: %s", p);
		return false;
	}
	while (*p)
		if (!read_rest(&p, out)) {
			script_fail(x,
				"ack N, win N, urg N, ttl N, ect0, ce, offset N, bad checksum or <options> "
				"is "
				"expected: %s",
				p);
			return false;
		}
	return true;
}

/* ---- a segment to bytes ---- */

/* What was ours when the script said this; 0 was never said. */
static u32 stamp_of(const struct script *x, u32 said)
{
	for (u32 i = x->stamp_count; i > 0; i -= 1)
		if (x->stamps[(i - 1) % SCRIPT_STAMPS].said == said)
			return x->stamps[(i - 1) % SCRIPT_STAMPS].was;
	return said;
}

static u32 put_option(struct script *x, const char *o, u8 *to)
{
	u32 a = 0, b = 0, n = 2;
	int used = 0;
	unsigned byte;

	if (sscanf(o, "mss %u%n", &a, &used) == 1 && used) {
		memcpy(to, (u8[]){ 2, 4, (u8)(a >> 8), (u8)a }, 4);
		return 4;
	}
	if (sscanf(o, "wscale %u", &a) == 1) {
		memcpy(to, (u8[]){ 3, 3, (u8)a }, 3);
		return 3;
	}
	if (strcmp(o, "sackOK") == 0) {
		memcpy(to, (u8[]){ 4, 2 }, 2);
		return 2;
	}
	if (strcmp(o, "nop") == 0 || strcmp(o, "eol") == 0) {
		to[0] = o[0] == 'n';
		return 1;
	}
	if (strncmp(o, "TS val ", 7) == 0 && sscanf(o, "TS val %u", &a) == 1) {
		if (sscanf(o, "TS val %u ecr %u", &a, &b) != 2)
			b = x->last_ts;
		else if (x->drill)
			b = stamp_of(x, b);
		memcpy(to, (u8[]){ 8, 10 }, 2);
		put32(to + 2, a);
		put32(to + 6, b);
		return 10;
	}
	if (strcmp(o, "FO") == 0 || strcmp(o, "FO cookie") == 0 || strcmp(o, "FO TFO_COOKIE") == 0) {
		n = o[2] ? x->cookie_bytes : 0;
		memcpy(to, (u8[]){ 34, (u8)(2 + n) }, 2);
		memcpy(to + 2, x->cookie, n);
		return 2 + n;
	}
	if (strncmp(o, "FO ", 3) == 0) {
		for (n = 0, o += 3; n < 16 && sscanf(o, "%2x%n", &byte, &used) == 1; o += used, n += 1)
			x->given[n] = (u8)byte;
		x->given_bytes = n;
		memcpy(to, (u8[]){ 34, (u8)(2 + n) }, 2);
		memcpy(to + 2, x->given, n);
		return 2 + n;
	}
	if (strncmp(o, "raw ", 4) == 0) {
		for (n = 0, o += 4; sscanf(o, "%2x%n", &byte, &used) == 1; o += used, n += 1)
			to[n] = (u8)byte;
		return n;
	}
	if (strncmp(o, "sack ", 5) == 0) {
		for (o += 5; sscanf(o, " %u:%u%n", &a, &b, &used) == 2 && n < 34; o += used, n += 8) {
			put32(to + n, x->isn + a);
			put32(to + n + 4, x->isn + b);
		}
		to[0] = 5;
		to[1] = (u8)n;
		return n;
	}
	script_fail(x, "'%s' is no option", o);
	return 0;
}

static u32 put_options(struct script *x, const char *from, u8 *to)
{
	u32 n = 0;

	while (*from) {
		char one[200];
		usize len = strcspn(from, ",");

		snprintf(one, sizeof one, "%.*s", (int)len, blank(from));
		from += len + (from[len] == ',');
		n += put_option(x, one, to + n);
		if (n > 40) {
			script_fail(x, "the options take more than 40 bytes");
			return 40;
		}
	}
	while (n % 4 != 0)
		to[n++] = 0;
	return n;
}

u32 script_segment_make(struct script *x, const struct script_segment *m, u8 *to)
{
	u8 options[80] = { 0 }, *t = to + ip_bytes(x);
	u32 o = put_options(x, m->options, options), n = 20 + o + m->len;

	memset(t, 0, 20);
	put16(t, x->peer_port);
	put16(t + 2, x->local_port);
	put32(t + 4, x->peer_isn + m->seq);
	put32(t + 8, m->has_ack ? x->isn + m->ack : 0);
	t[12] = (u8)((m->offset ? m->offset : (20 + o) / 4) << 4);
	t[13] = m->flags;
	put16(t + 14, m->window < 0 ? 65535 : (u32)m->window);
	put16(t + 18, m->urgent < 0 ? 0 : (u32)m->urgent);
	memcpy(t + 20, options, o);
	for (u32 i = 0; i < m->len; i += 1)
		t[20 + o + i] = script_byte((u64)m->seq - ((m->flags & 2) == 0) + i);
	put_ip(x, to, 6, n, true);
	if (m->ttl)
		to[x->family == 4 ? 8 : 7] = m->ttl;
	if (m->ecn > 0)
		to[1] |= (u8)(x->family == 4 ? m->ecn : m->ecn << 4);
	if (x->family == 4) {
		put16(to + 10, 0);
		put16(to + 10, 0xffff ^ sum(0, to, 20));
	}
	put16(t + 16, 0xffff ^ sum(pseudo(x, to, 6, n), t, n));
	if (m->bad_checksum)
		t[17] ^= 1;
	return ip_bytes(x) + n;
}

u32 script_piece_make(struct script *x, const u8 *whole, u32 n, u32 from, u32 bytes, u8 *to)
{
	u32 head = ip_bytes(x), left = n - head - from, more = left > bytes;
	u8 *p = to + head;

	bytes = more ? bytes : left;
	memcpy(to, whole, head);
	if (x->family == 4) { /* RFC 791 3.1 */
		put16(to + 2, head + bytes);
		put16(to + 4, n); /* the identification: any */
		put16(to + 6, more << 13 | from / 8);
		put16(to + 10, 0);
		put16(to + 10, 0xffff ^ sum(0, to, 20));
	} else { /* RFC 8200 4.5 */
		put16(to + 4, 8 + bytes);
		p[0] = to[6];
		p[1] = 0;
		put16(p + 2, from | more);
		put32(p + 4, n);
		to[6] = 44;
		p += 8;
	}
	memcpy(p, whole + head + from, bytes);
	return (u32)(p - to) + bytes;
}

/* TROUBLE [SEQ:END(LEN)] */
u32 script_icmp_make(struct script *x, const char *from, u8 *to)
{
	static const struct {
		const char *name;
		u8 type4, code4, type6, code6;
	} troubles[] = { { "net_unreachable", 3, 0, 1, 0 }, { "host_unreachable", 3, 1, 1, 3 },
		{ "port_unreachable", 3, 3, 1, 4 }, { "too_big", 3, 4, 2, 0 },
		{ "protocol_unreachable", 3, 2, 4, 1 }, { "forbidden", 3, 13, 1, 1 },
		{ "time_exceeded", 11, 0, 3, 0 }, { "parameter_problem", 12, 0, 4, 0 },
		{ "source_quench", 4, 0, 100, 0 } };
	u8 *m = to + ip_bytes(x), *quote = m + 8, *t = quote + ip_bytes(x);
	u32 which = 0, mtu = 0, seq, len, n = 8 + ip_bytes(x) + 20;
	const char *p = blank(from);
	bool big;

	(void)word(&p, "unreachable"); /* packetdrill's own words */
	big = word(&p, "frag_needed mtu") || word(&p, "packet_too_big mtu");
	while (which < COUNT(troubles) && !(big ? which == 3 : word(&p, troubles[which].name)))
		which += 1;
	if (which == COUNT(troubles) || (which == 3 && !number(&p, &mtu)))
		return 0;
	p = blank(p);
	if (*p++ != '[' || !read_range(&p, &seq, &len))
		return 0;
	memset(m, 0, n);
	m[0] = x->family == 4 ? troubles[which].type4 : troubles[which].type6;
	m[1] = x->family == 4 ? troubles[which].code4 : troubles[which].code6;
	put32(m + 4, mtu);
	put_ip(x, quote, 6, 20 + len, false);
	put16(t, x->local_port);
	put16(t + 2, x->peer_port);
	put32(t + 4, x->isn + seq);
	t[12] = 0x50;
	put_ip(x, to, x->family == 4 ? 1 : 58, n, true);
	put16(m + 2, 0xffff ^ sum(x->family == 4 ? 0 : pseudo(x, to, 58, n), m, n));
	return ip_bytes(x) + n;
}

/* ---- bytes to a segment ---- */

static const char *cookie_name(struct script *x, const u8 *p, u32 n)
{
	static char hex[40];

	if (n == 0)
		return "FO";
	if (x->drill) {
		usize at = (usize)snprintf(hex, sizeof hex, "FO ");

		for (u32 i = 0; i < n && i < 16; i += 1)
			at += (usize)snprintf(hex + at, sizeof hex - at, "%02x", p[i]);
		return hex;
	}
	if (n == x->given_bytes && memcmp(p, x->given, n) == 0)
		return "FO given";
	memcpy(x->cookie, p, n);
	x->cookie_bytes = n;
	return "FO cookie";
}

/* False: an option is broken. */
static bool take_options(struct script *x, const u8 *p, u32 n, char *to, usize room)
{
	usize at = 0;

	to[0] = 0;
	for (u32 i = 0, size; i < n && at + 60 < room; i += size) {
		const char *comma = at ? "," : "";

		if (p[i] <= 1) {
			at += (usize)snprintf(to + at, room - at, "%s%s", comma, p[i] ? "nop" : "eol");
			size = 1;
			continue;
		}
		size = i + 1 < n ? p[i + 1] : 0;
		if (size < 2 || i + size > n)
			return false;
		if (p[i] == 2 && size == 4) {
			at += (usize)snprintf(to + at, room - at, "%smss %u", comma, get16(p + i + 2));
		} else if (p[i] == 3 && size == 3) {
			at += (usize)snprintf(to + at, room - at, "%swscale %u", comma, p[i + 2]);
		} else if (p[i] == 4 && size == 2) {
			at += (usize)snprintf(to + at, room - at, "%ssackOK", comma);
		} else if (p[i] == 8 && size == 10) {
			x->last_ts = get32(p + i + 2);
			at += (usize)snprintf(to + at, room - at, "%sTS val %u ecr %u", comma, x->last_ts,
				get32(p + i + 6));
		} else if (p[i] == 34 && size <= 18) {
			at += (usize)snprintf(
				to + at, room - at, "%s%s", comma, cookie_name(x, p + i + 2, size - 2));
		} else if (p[i] == 5 && size % 8 == 2) {
			at += (usize)snprintf(to + at, room - at, "%ssack", comma);
			for (u32 k = i + 2; k + 8 <= i + size; k += 8)
				at += (usize)snprintf(to + at, room - at, " %u:%u",
					get32(p + k) - x->peer_isn, get32(p + k + 4) - x->peer_isn);
		} else {
			return false;
		}
	}
	return true;
}

void script_cookie_take(struct script *x, const u8 *p, u32 n)
{
	const u8 *t = p + ip_bytes(x);
	u32 head = (u32)(t[12] >> 4) * 4;

	for (u32 i = 20, size; i + 1 < head && ip_bytes(x) + head <= n; i += size) {
		size = t[i] <= 1 ? 1 : t[i + 1];
		if (size == 0)
			return;
		if (t[i] != 34 || size < 2 || size > 18)
			continue;
		x->cookie_bytes = size - 2;
		memcpy(x->cookie, t + i + 2, x->cookie_bytes);
	}
}

static bool checksums_right(struct script *x, const u8 *p, u32 n)
{
	u32 head = ip_bytes(x);

	if (x->family == 4 && (p[0] != 0x45 || get16(p + 2) != n || sum(0, p, 20) != 0xffff)) {
		script_fail(x, "the IPv4 header's length or checksum is wrong");
		return false;
	}
	if (x->family == 6 && get16(p + 4) + 40 != n) {
		script_fail(x, "the IPv6 header's length is wrong");
		return false;
	}
	if (sum(pseudo(x, p, 6, n - head), p + head, n - head) != 0xffff) {
		script_fail(x, "the TCP checksum is wrong");
		return false;
	}
	return true;
}

bool script_segment_take(struct script *x, const u8 *p, u32 n, struct script_segment *out)
{
	const u8 *t = p + ip_bytes(x);
	u32 head;

	*out = (struct script_segment){ 0 };
	if (n < ip_bytes(x) + 20 || !checksums_right(x, p, n))
		return false;
	head = (u32)(t[12] >> 4) * 4;
	if (head < 20 || n < ip_bytes(x) + head) {
		script_fail(x, "the TCP header's length is wrong");
		return false;
	}
	out->flags = t[13];
	out->len = n - ip_bytes(x) - head;
	if ((out->flags & 2) != 0 && !x->isn_known) {
		x->isn = get32(t + 4);
		x->isn_known = true;
		x->local_port = (u16)get16(t);
	}
	out->seq = get32(t + 4) - x->isn;
	out->has_ack = (out->flags & 16) != 0;
	out->ack = out->has_ack ? get32(t + 8) - x->peer_isn : 0;
	out->window = (int)get16(t + 14);
	out->urgent = (int)get16(t + 18);
	out->ttl = p[x->family == 4 ? 8 : 7];
	out->ecn = x->family == 4 ? p[1] & 3 : p[1] >> 4 & 3;
	out->dscp = x->family == 4 ? p[1] >> 2 : (p[0] << 2 & 0x3c) | p[1] >> 6;
	for (u32 i = 0; i < out->len; i += 1)
		if (t[head + i] != script_byte((u64)out->seq - ((out->flags & 2) == 0) + i)) {
			script_fail(x, "byte %u of its payload is not what was written", i);
			return false;
		}
	if (!take_options(x, t + 20, head - 20, out->options, sizeof out->options)) {
		script_fail(x, "its options are malformed");
		return false;
	}
	return true;
}

void script_segment_text(const struct script_segment *m, char *to, usize n)
{
	usize at = 0;

	for (u32 i = 0; i < 8; i += 1)
		if (m->flags >> i & 1)
			at += (usize)snprintf(to + at, n - at, "%c", "FSRP.UEW"[i]);
	at += (usize)snprintf(
		to + at, n - at, "%s %u:%u(%u)", at ? "" : "-", m->seq, m->seq + m->len, m->len);
	if (m->has_ack)
		at += (usize)snprintf(to + at, n - at, " ack %u", m->ack);
	at += (usize)snprintf(to + at, n - at, " win %d", m->window);
	if (m->ecn > 0)
		at += (usize)snprintf(to + at, n - at, " %s", marks[m->ecn]);
	if (m->options[0])
		snprintf(to + at, n - at, " <%s>", m->options);
}
