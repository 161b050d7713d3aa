#include "base/format.h"

/* The longest u64: 18,446,744,073,709,551,615. */
#define DIGITS 20u

/*@ requires v < 16;
    assigns \nothing; */
static u8 hex_digit(u32 v)
{
	return (u8)(v < 10u ? '0' + v : 'a' + (v - 10u));
}

void write_decimal_pad(struct writer *w, u64 v, u32 digits)
{
	u8 d[DIGITS];
	u32 i = DIGITS;

	/*@ loop invariant 0 < i <= DIGITS;
	    loop assigns i, v, d[0 .. DIGITS - 1];
	    loop variant i; */
	do {
		i -= 1;
		d[i] = (u8)('0' + v % 10u);
		v /= 10u;
	} while (v != 0 && i > 0);
	if (digits > DIGITS - i)
		write_fill(w, '0', digits - (DIGITS - i));
	write_view(w, view_from(view_of(d), i));
}

void write_decimal(struct writer *w, u64 v)
{
	write_decimal_pad(w, v, 1);
}

void write_hex(struct writer *w, u64 v)
{
	u8 d[16];
	u32 i = 16;

	/*@ loop invariant 0 < i <= 16;
	    loop assigns i, v, d[0 .. 15];
	    loop variant i; */
	do {
		i -= 1;
		d[i] = hex_digit((u32)(v % 16u));
		v /= 16u;
	} while (v != 0 && i > 0);
	write_view(w, view_from(view_of(d), i));
}

void write_hex_bytes(struct writer *w, struct view v)
{
	/*@ loop invariant i <= v.n && writer_ok(w) && writer_same{Pre,Here}(w) && \at(w->pos, Pre) <= w->pos;
	    loop assigns i, w->pos, w->bad, w->base[\at(w->pos, Pre) .. w->cap + 0xffffffff];
	    loop variant v.n - i; */
	for (usize i = 0; i < v.n; i += 1) {
		write_u8(w, hex_digit(v.p[i] / 16u));
		write_u8(w, hex_digit(v.p[i] % 16u));
	}
}

/* A space and the letters of a unit; 0 is no letter. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w) && \old(w->pos) <= w->pos; */
static void write_unit(struct writer *w, u8 a, u8 b, u8 c)
{
	write_u8(w, ' ');
	write_u8(w, a);
	if (b != 0)
		write_u8(w, b);
	if (c != 0)
		write_u8(w, c);
}

/* v in such units, with one decimal below ten: cut, not rounded, so that
 * 999,999 bytes are never called a megabyte. */
/*@ requires writer_ok(w) && unit >= 10;
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w) && \old(w->pos) <= w->pos; */
static void write_scaled(struct writer *w, u64 v, u64 unit)
{
	write_decimal(w, v / unit);
	if (v / unit < 10u) {
		write_u8(w, '.');
		write_decimal(w, v % unit / (unit / 10u));
	}
}

void write_size(struct writer *w, u64 bytes)
{
	if (bytes < 1000ull) {
		write_decimal(w, bytes);
		write_unit(w, 'B', 0, 0);
	} else if (bytes < 1000000ull) {
		write_scaled(w, bytes, 1000ull);
		write_unit(w, 'k', 'B', 0);
	} else if (bytes < 1000000000ull) {
		write_scaled(w, bytes, 1000000ull);
		write_unit(w, 'M', 'B', 0);
	} else if (bytes < 1000000000000ull) {
		write_scaled(w, bytes, 1000000000ull);
		write_unit(w, 'G', 'B', 0);
	} else {
		write_scaled(w, bytes, 1000000000000ull);
		write_unit(w, 'T', 'B', 0);
	}
}

/* Less than a minute. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w) && \old(w->pos) <= w->pos; */
static void write_seconds(struct writer *w, u64 ns)
{
	if (ns < NS_PER_US) {
		write_decimal(w, ns);
		write_unit(w, 'n', 's', 0);
	} else if (ns < NS_PER_MS) {
		write_scaled(w, ns, NS_PER_US);
		write_unit(w, 'u', 's', 0);
	} else if (ns < NS_PER_S) {
		write_scaled(w, ns, NS_PER_MS);
		write_unit(w, 'm', 's', 0);
	} else {
		write_scaled(w, ns, NS_PER_S);
		write_unit(w, 's', 0, 0);
	}
}

void write_duration(struct writer *w, u64 ns)
{
	u64 s = ns / NS_PER_S;

	if (s < 60u) {
		write_seconds(w, ns);
	} else if (s < 3600u) {
		write_decimal(w, s / 60u);
		write_unit(w, 'm', 'i', 'n');
		write_u8(w, ' ');
		write_decimal(w, s % 60u);
		write_unit(w, 's', 0, 0);
	} else if (s < 86400u) {
		write_decimal(w, s / 3600u);
		write_unit(w, 'h', 0, 0);
		write_u8(w, ' ');
		write_decimal(w, s / 60u % 60u);
		write_unit(w, 'm', 'i', 'n');
	} else {
		write_decimal(w, s / 86400u);
		write_unit(w, 'd', 0, 0);
		write_u8(w, ' ');
		write_decimal(w, s / 3600u % 24u);
		write_unit(w, 'h', 0, 0);
	}
}

bool read_decimal(struct reader *r, u64 max, u64 *out)
{
	u64 v = 0;
	usize from = read_at(r);

	*out = 0;
	/*@ loop invariant reader_ok(r) && reader_same{Pre,Here}(r) && v <= max;
	    loop invariant \at(r->pos, Pre) <= r->pos && r->bad == \at(r->bad, Pre);
	    loop assigns r->pos, r->bad, v;
	    loop variant r->len - r->pos; */
	for (;;) {
		u32 c = read_peek(r);

		if (c < '0' || c > '9')
			break;
		u32 digit = c - '0';
		if (v > max / 10u || digit > max - v * 10u) {
			read_fail(r);
			return false;
		}
		v = v * 10u + digit;
		read_skip(r, 1);
	}
	if (read_at(r) == from) {
		read_fail(r);
		return false;
	}
	*out = v;
	return true;
}

/* 0 to 15, or 16 when it is not a hexadecimal digit. */
/*@ assigns \nothing;
    ensures \result <= 16;
    ensures c < '0' ==> \result == 16; */
static u32 hex_value(u32 c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10u;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10u;
	return 16u;
}

bool read_hex(struct reader *r, u64 *out)
{
	u64 v = 0;
	usize from = read_at(r);

	*out = 0;
	/*@ loop invariant reader_ok(r) && reader_same{Pre,Here}(r);
	    loop invariant \at(r->pos, Pre) <= r->pos <= \at(r->pos, Pre) + 16 && r->bad == \at(r->bad, Pre);
	    loop assigns r->pos, r->bad, v;
	    loop variant r->len - r->pos; */
	for (;;) {
		u32 digit = hex_value(read_peek(r));

		if (digit == 16u)
			break;
		if (read_at(r) - from == 16u) {
			read_fail(r);
			return false;
		}
		v = v % 0x1000000000000000u * 16u + digit; /* sixteen digits: nothing is lost */
		read_skip(r, 1);
	}
	if (read_at(r) == from) {
		read_fail(r);
		return false;
	}
	*out = v;
	return true;
}

bool read_literal(struct reader *r, struct view literal)
{
	if (!view_starts(read_rest(r), literal))
		return false;
	read_skip(r, literal.n);
	return true;
}

struct view read_until(struct reader *r, u8 stop)
{
	return read_view(r, view_find(read_rest(r), stop));
}
