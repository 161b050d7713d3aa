/* ip_text.c - addresses as text. */
#include "base/format.h"
#include "lib/ip/ip.h"

/* The address as eight groups, first to last. */
struct groups {
	u16 g[8];
};

static struct groups groups_of(struct ip a)
{
	struct groups s;

	for (u32 i = 0; i < 4; i += 1) {
		s.g[i] = (u16)(a.hi >> (48 - 16 * i) & 0xffffu);
		s.g[i + 4] = (u16)(a.lo >> (48 - 16 * i) & 0xffffu);
	}
	return s;
}

static struct ip groups_ip(const struct groups *s)
{
	struct ip a = ip_none();

	for (u32 i = 0; i < 4; i += 1) {
		a.hi = a.hi % 0x1000000000000ull * 0x10000u + s->g[i];
		a.lo = a.lo % 0x1000000000000ull * 0x10000u + s->g[i + 4];
	}
	return a;
}

static void write_ip4_text(struct writer *w, u32 a)
{
	write_decimal(w, a >> 24);
	write_u8(w, '.');
	write_decimal(w, a / 0x10000u % 0x100u);
	write_u8(w, '.');
	write_decimal(w, a / 0x100u % 0x100u);
	write_u8(w, '.');
	write_decimal(w, a % 0x100u);
}

/* RFC 5952 4.2: the longest run of zero groups becomes "::", the first one of
 * equals, and only if it is two groups or more. */
void ip_write_text(struct writer *w, struct ip a)
{
	u32 gap = 8, most = 1, run = 0;

	if (ip_is4(a)) {
		write_ip4_text(w, ip_to4(a));
		return;
	}
	struct groups s = groups_of(a);
	for (u32 i = 0; i < 8; i += 1) {
		run = s.g[i] == 0 ? run + 1 : 0;
		if (run > most) {
			most = run;
			gap = i + 1 - run;
		}
	}
	for (u32 i = 0; i < 8; i += 1) {
		if (i == gap)
			write_text(w, "::");
		if (i >= gap && i - gap < most)
			continue;
		if (i > 0 && (i < gap || i - gap > most))
			write_u8(w, ':');
		write_hex(w, s.g[i]);
	}
}

void ip_prefix_write_text(struct writer *w, struct ip_prefix p)
{
	ip_write_text(w, p.ip);
	write_u8(w, '/');
	write_decimal(w, p.bits);
}

static bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(u8 c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What a digit counts; 0 for what is none. */
static u8 hex_value(u8 c)
{
	if (c >= '0' && c <= '9')
		return (u8)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (u8)(c - 'a' + 10);
	return c >= 'A' && c <= 'F' ? (u8)(c - 'A' + 10) : 0;
}

/* Decimal up to `most`, without a zero in front of another digit: to some that
 * would be octal (RFC 6943 3.1.1). */
static u32 read_small(struct reader *r, u32 most)
{
	bool zero = read_peek(r) == '0';
	u32 value = 0, digits = 0;

	while (is_digit(read_peek(r)) && digits < 4) {
		value = value * 10u + hex_value(read_u8(r));
		digits += 1;
	}
	if (digits == 0 || digits > 3 || value > most || (zero && digits > 1)) {
		read_fail(r);
		return 0;
	}
	return value;
}

static void read_char(struct reader *r, u8 c)
{
	if (read_u8(r) != c)
		read_fail(r);
}

static u32 read_ip4_text(struct reader *r)
{
	u32 a = read_small(r, 255);

	for (u32 i = 0; i < 3; i += 1) {
		read_char(r, '.');
		a = a % 0x1000000u * 0x100u + read_small(r, 255);
	}
	return a;
}

/* How many hexadecimal digits stand next, and what is behind them. */
static usize hex_ahead(const struct reader *r, u8 *behind)
{
	struct view v = read_rest(r);
	usize n = 0;

	while (n < v.n && n < 5 && is_hex(view_at(v, n)))
		n += 1;
	*behind = view_at(v, n);
	return n;
}

/* One group; true if more may follow: it was followed by a colon, now taken. */
static bool read_group(struct reader *r, u16 *group, bool last)
{
	u32 value = 0;
	u8 behind;
	usize digits = hex_ahead(r, &behind);

	if (digits == 0 || digits > 4)
		read_fail(r);
	for (usize i = 0; i < digits; i += 1)
		value = value % 0x1000u * 16u + hex_value(read_u8(r));
	*group = (u16)(value % 0x10000u);
	if (last || behind != ':')
		return false;
	read_skip(r, 1);
	return true;
}

/* RFC 4291 2.2: eight groups; one run of zero groups may be "::"; the last two may
 * be dotted decimal. */
static struct ip read_ip6_text(struct reader *r)
{
	struct groups head = { { 0 } }, all = { { 0 } };
	u32 n = 0, gap = 8;
	bool more = true;
	u8 behind;

	if (read_peek(r) == ':') { /* only as "::" */
		read_skip(r, 1);
		read_char(r, ':');
		gap = 0;
		more = hex_ahead(r, &behind) > 0;
	}
	while (more && n < 8 && !read_bad(r)) {
		(void)hex_ahead(r, &behind);
		if (behind == '.' && n <= 6) {
			u32 a = read_ip4_text(r);

			head.g[n] = (u16)(a / 0x10000u);
			head.g[n + 1] = (u16)(a % 0x10000u);
			n += 2;
			break;
		}
		more = read_group(r, &head.g[n], n == 7);
		n += 1;
		if (more && gap == 8 && read_peek(r) == ':') {
			read_skip(r, 1);
			gap = n;
			more = hex_ahead(r, &behind) > 0;
		}
	}
	if (gap == 8 ? n != 8 : n > 7)
		read_fail(r);
	for (u32 i = 0; i < n; i += 1)
		all.g[i < gap ? i : 8 - n + i] = head.g[i];
	return groups_ip(&all);
}

bool ip_read_text(struct reader *r, struct ip *out)
{
	u8 behind;

	*out = ip_none();
	(void)hex_ahead(r, &behind);
	struct ip a = behind == '.' ? ip_from4(read_ip4_text(r)) : read_ip6_text(r);
	if (read_bad(r))
		return false;
	*out = a;
	return true;
}

bool ip_prefix_read_text(struct reader *r, struct ip_prefix *out)
{
	struct ip a;

	*out = (struct ip_prefix){ ip_none(), 0 };
	if (!ip_read_text(r, &a))
		return false;
	u32 most = ip_is4(a) ? 32 : 128;
	u32 bits = most;
	if (read_peek(r) == '/') {
		read_skip(r, 1);
		bits = read_small(r, most);
	}
	if (read_bad(r))
		return false;
	*out = (struct ip_prefix){ a, (u8)(bits % 256u) };
	return true;
}

bool mac_read_text(struct reader *r, struct mac *out)
{
	struct mac m = { { 0 } };

	*out = m;
	for (u32 i = 0; i < 6; i += 1) {
		u8 high = 0, low = 0, behind;

		if (i > 0)
			read_char(r, ':');
		if (hex_ahead(r, &behind) < 2) {
			read_fail(r);
			return false;
		}
		high = hex_value(read_u8(r));
		low = hex_value(read_u8(r));
		m.b[i] = (u8)(high * 16u + low);
	}
	if (read_bad(r))
		return false;
	*out = m;
	return true;
}

void mac_write_text(struct writer *w, struct mac m)
{
	write_hex_bytes(w, view_first(view_of(m.b), 1));
	for (u32 i = 1; i < 6; i += 1) {
		write_u8(w, ':');
		write_hex_bytes(w, view_first(view_from(view_of(m.b), i), 1));
	}
}
