/* writer.h - fills a span front to back; the first write past the end makes it bad.
 *
 * The error is sticky, as in reader.h: a bad writer is full and takes nothing
 * more, so an encoder writes everything and checks write_bad() once. A write
 * happens whole or not at all. Integers are big-endian unless the name says `le`.
 */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/view.h"

struct writer {
	u8 *base;
	usize cap;
	usize pos;
	u32 bad;
};

/*@ predicate writer_value{L}(struct writer w) =
      w.pos <= w.cap <= BYTES_MAX && (w.bad == 0 || w.bad == 1) && (w.bad == 1 ==> w.pos == w.cap)
      && \valid(w.base + (0 .. w.cap - 1));

    predicate writer_seen{L}(struct writer *w) =
      \valid_read(w) && w->pos <= w->cap <= BYTES_MAX && (w->bad == 0 || w->bad == 1)
      && (w->bad == 1 ==> w->pos == w->cap)
      && \valid(w->base + (0 .. w->cap - 1)) && \separated(w, w->base + (0 .. w->cap - 1));

    predicate writer_ok{L}(struct writer *w) = \valid(w) && writer_seen(w);

    predicate writer_same{L1,L2}(struct writer *w) =
      \at(w->base, L1) == \at(w->base, L2) && \at(w->cap, L1) == \at(w->cap, L2);
*/

/*@ requires span_ok(s);
    assigns \nothing;
    ensures writer_value(\result) && \result.base == s.p && \result.cap == s.n
            && \result.pos == 0 && \result.bad == 0; */
static inline struct writer writer_of(struct span s)
{
	return (struct writer){ s.p, s.n, 0, 0 };
}

/* How many bytes have been written (all of the room, once bad). */
/*@ requires writer_seen(w);
    assigns \nothing;
    ensures \result == w->pos; */
static inline usize write_len(const struct writer *w)
{
	return w->pos;
}

/* How many since write_len() was `at`: the length that goes to a place before. */
/*@ requires writer_seen(w);
    assigns \nothing;
    ensures \result == \max(0, w->pos - at); */
static inline usize write_since(const struct writer *w, usize at)
{
	return at < w->pos ? w->pos - at : 0;
}

/*@ requires writer_seen(w);
    assigns \nothing;
    ensures \result == w->cap - w->pos; */
static inline usize write_left(const struct writer *w)
{
	return w->cap - w->pos;
}

/*@ requires writer_seen(w);
    assigns \nothing;
    ensures \result == 1 <==> w->bad == 1; */
static inline bool write_bad(const struct writer *w)
{
	return w->bad != 0;
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad;
    ensures writer_ok(w) && writer_same{Pre,Post}(w) && w->bad == 1; */
static inline void write_fail(struct writer *w)
{
	w->bad = 1;
	w->pos = w->cap;
}

/* What has been written so far; empty if it went bad. */
/*@ requires writer_seen(w);
    assigns \nothing;
    ensures view_ok(\result) && \result.p == w->base;
    ensures \result.n == (w->bad == 1 ? 0 : w->pos); */
static inline struct view write_done(const struct writer *w)
{
	return (struct view){ w->base, w->bad != 0 ? 0 : w->pos };
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 1 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v;
      ensures w->pos == \old(w->pos) + 1 && w->bad == \old(w->bad);
    behavior over:
      assumes 1 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_u8(struct writer *w, u8 v)
{
	if (w->cap - w->pos < 1) {
		write_fail(w);
		return;
	}
	w->base[w->pos] = v;
	w->pos += 1;
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 2 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v / 0x100;
      ensures w->base[\old(w->pos) + 1] == v % 0x100;
      ensures w->pos == \old(w->pos) + 2 && w->bad == \old(w->bad);
    behavior over:
      assumes 2 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_be16(struct writer *w, u16 v)
{
	if (w->cap - w->pos < 2) {
		write_fail(w);
		return;
	}
	u8 *p = w->base + w->pos;
	p[0] = (u8)(v / 0x100u);
	p[1] = (u8)(v % 0x100u);
	w->pos += 2;
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 3];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 4 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v / 0x1000000;
      ensures w->base[\old(w->pos) + 1] == v / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 2] == v / 0x100 % 0x100;
      ensures w->base[\old(w->pos) + 3] == v % 0x100;
      ensures w->pos == \old(w->pos) + 4 && w->bad == \old(w->bad);
    behavior over:
      assumes 4 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_be32(struct writer *w, u32 v)
{
	if (w->cap - w->pos < 4) {
		write_fail(w);
		return;
	}
	u8 *p = w->base + w->pos;
	p[0] = (u8)(v / 0x1000000u);
	p[1] = (u8)(v / 0x10000u % 0x100u);
	p[2] = (u8)(v / 0x100u % 0x100u);
	p[3] = (u8)(v % 0x100u);
	w->pos += 4;
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 7];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 8 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v / 0x100000000 / 0x1000000;
      ensures w->base[\old(w->pos) + 1] == v / 0x100000000 / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 2] == v / 0x100000000 / 0x100 % 0x100;
      ensures w->base[\old(w->pos) + 3] == v / 0x100000000 % 0x100;
      ensures w->base[\old(w->pos) + 4] == v % 0x100000000 / 0x1000000;
      ensures w->base[\old(w->pos) + 5] == v % 0x100000000 / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 6] == v % 0x100000000 / 0x100 % 0x100;
      ensures w->base[\old(w->pos) + 7] == v % 0x100000000 % 0x100;
      ensures w->pos == \old(w->pos) + 8 && w->bad == \old(w->bad);
    behavior over:
      assumes 8 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_be64(struct writer *w, u64 v)
{
	if (w->cap - w->pos < 8) {
		write_fail(w);
		return;
	}
	write_be32(w, (u32)(v / 0x100000000u));
	write_be32(w, (u32)(v % 0x100000000u));
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 2 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v % 0x100;
      ensures w->base[\old(w->pos) + 1] == v / 0x100;
      ensures w->pos == \old(w->pos) + 2 && w->bad == \old(w->bad);
    behavior over:
      assumes 2 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_le16(struct writer *w, u16 v)
{
	if (w->cap - w->pos < 2) {
		write_fail(w);
		return;
	}
	write_be16(w, (u16)(v % 0x100u * 0x100u + v / 0x100u));
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 3];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 4 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v % 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 1] == v % 0x10000 / 0x100;
      ensures w->base[\old(w->pos) + 2] == v / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 3] == v / 0x10000 / 0x100;
      ensures w->pos == \old(w->pos) + 4 && w->bad == \old(w->bad);
    behavior over:
      assumes 4 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_le32(struct writer *w, u32 v)
{
	if (w->cap - w->pos < 4) {
		write_fail(w);
		return;
	}
	write_le16(w, (u16)(v % 0x10000u));
	write_le16(w, (u16)(v / 0x10000u));
}

/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + 7];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes 8 <= w->cap - w->pos;
      ensures w->base[\old(w->pos)] == v % 0x100000000 % 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 1] == v % 0x100000000 % 0x10000 / 0x100;
      ensures w->base[\old(w->pos) + 2] == v % 0x100000000 / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 3] == v % 0x100000000 / 0x10000 / 0x100;
      ensures w->base[\old(w->pos) + 4] == v / 0x100000000 % 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 5] == v / 0x100000000 % 0x10000 / 0x100;
      ensures w->base[\old(w->pos) + 6] == v / 0x100000000 / 0x10000 % 0x100;
      ensures w->base[\old(w->pos) + 7] == v / 0x100000000 / 0x10000 / 0x100;
      ensures w->pos == \old(w->pos) + 8 && w->bad == \old(w->bad);
    behavior over:
      assumes 8 > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_le64(struct writer *w, u64 v)
{
	if (w->cap - w->pos < 8) {
		write_fail(w);
		return;
	}
	write_le32(w, (u32)(v % 0x100000000u));
	write_le32(w, (u32)(v / 0x100000000u));
}

/* All of v, or bad and nothing. v must not overlap the writer's room. */
/*@ requires writer_ok(w) && view_ok(v);
    requires \separated(w, v.p + (0 .. v.n - 1));
    requires \separated(w->base + (0 .. w->cap - 1), v.p + (0 .. v.n - 1));
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + v.n - 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes v.n <= w->cap - w->pos;
      ensures \forall integer j; \old(w->pos) <= j < \old(w->pos) + v.n ==>
              w->base[j] == \old(v.p[j - w->pos]);
      ensures w->pos == \old(w->pos) + v.n && w->bad == \old(w->bad);
    behavior over:
      assumes v.n > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_view(struct writer *w, struct view v)
{
	if (v.n > w->cap - w->pos) {
		write_fail(w);
		return;
	}
	if (v.n > 0)
		prim_copy(w->base, w->pos, v.p, 0, v.n);
	w->pos += v.n;
}

/* The same byte n times. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[w->pos .. w->pos + n - 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior fits:
      assumes n <= w->cap - w->pos;
      ensures \forall integer j; \old(w->pos) <= j < \old(w->pos) + n ==> w->base[j] == byte;
      ensures w->pos == \old(w->pos) + n && w->bad == \old(w->bad);
    behavior over:
      assumes n > w->cap - w->pos;
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_fill(struct writer *w, u8 byte, usize n)
{
	if (n > w->cap - w->pos) {
		write_fail(w);
		return;
	}
	if (n > 0)
		prim_fill(w->base, w->pos, byte, n);
	w->pos += n;
}

/* Go back and put a value over bytes written before (lengths, checksums). Bad
 * if those bytes were not written yet. */
/*@ requires writer_ok(w);
    assigns w->pos, w->bad, w->base[at .. at + 1];
    ensures writer_ok(w) && writer_same{Pre,Post}(w);
    behavior written:
      assumes w->bad == 0 && at <= w->pos && 2 <= w->pos - at;
      assigns w->base[at .. at + 1];
      ensures w->base[at] == v / 0x100 && w->base[at + 1] == v % 0x100;
    behavior not_yet:
      assumes !(w->bad == 0 && at <= w->pos && 2 <= w->pos - at);
      assigns w->pos, w->bad;
      ensures w->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void write_be16_at(struct writer *w, usize at, u16 v)
{
	if (w->bad != 0 || at > w->pos || w->pos - at < 2) {
		write_fail(w);
		return;
	}
	u8 *p = w->base + at;
	p[0] = (u8)(v / 0x100u);
	p[1] = (u8)(v % 0x100u);
}

#endif
