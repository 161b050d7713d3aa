/* format.h - numbers as text and text as numbers, through reader and writer.
 *
 *     write_text(&w, "listening on port ");  write_decimal(&w, port);
 */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include "base/reader.h"
#include "base/writer.h"

#define write_text(w, literal) write_view((w), text(literal))

void write_decimal(struct writer *w, u64 v);

/* Decimal with at least `digits` digits, zeroes in front: dates and times. */
void write_decimal_pad(struct writer *w, u64 v, u32 digits);

/* Lower-case hexadecimal without leading zeroes. */
void write_hex(struct writer *w, u64 v);

/* Every byte as two hexadecimal digits. */
void write_hex_bytes(struct writer *w, struct view v);

/* "1.5 MB", "12 kB", "900 B": powers of 1,000, one decimal below ten. */
void write_size(struct writer *w, u64 bytes);

/* "250 us", "1.5 s", "3 d 4 h". */
void write_duration(struct writer *w, u64 ns);

/* One or more decimal digits up to `max`; false (and bad) if there is no digit,
 * or the number is larger. */
bool read_decimal(struct reader *r, u64 max, u64 *out);

/* One to sixteen hexadecimal digits, either case. */
bool read_hex(struct reader *r, u64 *out);

/* Steps over this literal, or leaves the reader where it stands and is false. */
bool read_literal(struct reader *r, struct view literal);

/* Everything up to (not including) this byte, or to the end if it never comes;
 * the byte itself stays. */
struct view read_until(struct reader *r, u8 stop);

#endif
