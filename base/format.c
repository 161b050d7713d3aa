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
	    loop assigns i, w->pos, w->bad, w->base[\at(w->pos, Pre) .. w->cap - 1];
	    loop variant v.n - i; */
	for (usize i = 0; i < v.n; i += 1) {
		write_u8(w, hex_digit(v.p[i] / 16u));
		write_u8(w, hex_digit(v.p[i] % 16u));
	}
}

/* v of these units, with one decimal below ten: cut, not rounded, so that
 * 999,999 bytes are never called a megabyte. */
/*@ requires writer_ok(w) && (unit == 1 || unit >= 10);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap - 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
static void write_units(struct writer *w, u64 v, u64 unit)
{
	write_decimal(w, v / unit);
	if (unit > 1 && v / unit < 10u) {
		write_u8(w, '.');
		write_decimal(w, v % unit / (unit / 10u));
	}
}

void write_size(struct writer *w, u64 bytes)
{
	if (bytes < 1000ull) {
		write_units(w, bytes, 1);
		write_text(w, " B");
	} else if (bytes < 1000000ull) {
		write_units(w, bytes, 1000ull);
		write_text(w, " kB");
	} else if (bytes < 1000000000ull) {
		write_units(w, bytes, 1000000ull);
		write_text(w, " MB");
	} else if (bytes < 1000000000000ull) {
		write_units(w, bytes, 1000000000ull);
		write_text(w, " GB");
	} else {
		write_units(w, bytes, 1000000000000ull);
		write_text(w, " TB");
	}
}

void write_duration(struct writer *w, u64 ns)
{
	u64 s = ns / NS_PER_S;

	if (ns < NS_PER_US) {
		write_units(w, ns, 1);
		write_text(w, " ns");
	} else if (ns < NS_PER_MS) {
		write_units(w, ns, NS_PER_US);
		write_text(w, " us");
	} else if (ns < NS_PER_S) {
		write_units(w, ns, NS_PER_MS);
		write_text(w, " ms");
	} else if (s < 60u) {
		write_units(w, ns, NS_PER_S);
		write_text(w, " s");
	} else if (s < 3600u) {
		write_decimal(w, s / 60u);
		write_text(w, " min ");
		write_decimal(w, s % 60u);
		write_text(w, " s");
	} else if (s < 86400u) {
		write_decimal(w, s / 3600u);
		write_text(w, " h ");
		write_decimal(w, s / 60u % 60u);
		write_text(w, " min");
	} else {
		write_decimal(w, s / 86400u);
		write_text(w, " d ");
		write_decimal(w, s / 3600u % 24u);
		write_text(w, " h");
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
    ensures \result <= 16; */
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
