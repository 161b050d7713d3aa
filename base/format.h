/* format.h - numbers as text and text as numbers, through reader and writer.
 *
 *     write_text(&w, "listening on port ");  write_decimal(&w, port);
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include "base/reader.h"
#include "base/writer.h"

/* In the contracts, "w->pos .. w->cap + 0xffffffff" means: nothing before the place where the writer stands. */

#define write_text(w, literal) write_view((w), text(literal))

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_decimal(struct writer *w, u64 v);

/* Decimal with at least `digits` digits, zeroes in front: dates and times. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_decimal_pad(struct writer *w, u64 v, u32 digits);

/* Lower-case hexadecimal without leading zeroes. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_hex(struct writer *w, u64 v);

/* Every byte as two hexadecimal digits. */
/*@ requires writer_ok(w) && view_ok(v);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_hex_bytes(struct writer *w, struct view v);

/* "1.5 MB", "12 kB", "900 B": powers of 1,000, one decimal below ten. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_size(struct writer *w, u64 bytes);

/* "250 us", "1.5 s", "3 d 4 h". */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->cap + 0xffffffff];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    ensures \old(w->pos) <= w->pos; */
void write_duration(struct writer *w, u64 ns);

/* One or more decimal digits up to `max`; false (and bad) if there is no digit,
 * or the number is larger. */
/*@ requires reader_ok(r) && \valid(out) && \separated(out, r) && \separated(out, r->base + (0 .. r->len - 1));
    assigns r->pos, r->bad, *out;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    ensures \result == 1 ==> *out <= max && r->bad == \old(r->bad) && r->pos > \old(r->pos);
    ensures \result == 0 ==> *out == 0 && r->bad == 1; */
bool read_decimal(struct reader *r, u64 max, u64 *out);

/* One to sixteen hexadecimal digits, either case. */
/*@ requires reader_ok(r) && \valid(out) && \separated(out, r) && \separated(out, r->base + (0 .. r->len - 1));
    assigns r->pos, r->bad, *out;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    ensures \result == 1 ==> r->bad == \old(r->bad) && \old(r->pos) < r->pos <= \old(r->pos) + 16;
    ensures \result == 0 ==> *out == 0 && r->bad == 1; */
bool read_hex(struct reader *r, u64 *out);

/* Steps over this literal, or leaves the reader where it stands and is false. */
/*@ requires reader_ok(r) && view_ok(literal);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r) && r->bad == \old(r->bad);
    ensures \result == 1 ==> r->pos == \old(r->pos) + literal.n;
    ensures \result == 0 ==> r->pos == \old(r->pos); */
bool read_literal(struct reader *r, struct view literal);

/* Everything up to (not including) this byte, or to the end if it never comes;
 * the byte itself stays. */
/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r) && r->bad == \old(r->bad);
    ensures view_ok(\result) && \result.p == r->base + \old(r->pos) && \result.n == r->pos - \old(r->pos);
    ensures r->pos < r->len ==> r->base[r->pos] == stop; */
struct view read_until(struct reader *r, u8 stop);

#endif
