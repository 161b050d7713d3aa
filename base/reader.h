/* reader.h - reads a view front to back; the first read past the end makes it bad.
 *
 * The error is sticky: a bad reader stands at its end, gives zeroes and
 * consumes nothing, so a parser reads a whole group of fields and checks
 * read_bad() once. Integers are big-endian (network order) unless the name
 * says `le`.
 *
 *     struct reader r = reader_of(frame);
 *     u16 type = read_be16(&r);
 *     struct view body = read_view(&r, read_left(&r));
 *     if (read_bad(&r)) return ...;
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/view.h"

struct reader {
	const u8 *base;
	usize len;
	usize pos;
	u32 bad;
};

/*@ predicate reader_value{L}(struct reader r) =
      r.pos <= r.len <= BYTES_MAX && (r.bad == 0 || r.bad == 1) && (r.bad == 1 ==> r.pos == r.len)
      && \valid_read(r.base + (0 .. r.len - 1));

    predicate reader_seen{L}(struct reader *r) =
      \valid_read(r) && r->pos <= r->len <= BYTES_MAX && (r->bad == 0 || r->bad == 1)
      && (r->bad == 1 ==> r->pos == r->len)
      && \valid_read(r->base + (0 .. r->len - 1)) && \separated(r, r->base + (0 .. r->len - 1));

    predicate reader_ok{L}(struct reader *r) = \valid(r) && reader_seen(r);

    predicate reader_same{L1,L2}(struct reader *r) =
      \at(r->base, L1) == \at(r->base, L2) && \at(r->len, L1) == \at(r->len, L2);

    logic integer be32{L}(u8 *p, integer at) =
      p[at] * 0x1000000 + p[at + 1] * 0x10000 + p[at + 2] * 0x100 + p[at + 3];

    logic integer le32{L}(u8 *p, integer at) =
      p[at] + p[at + 1] * 0x100 + p[at + 2] * 0x10000 + p[at + 3] * 0x1000000;
*/

/*@ requires view_ok(v);
    assigns \nothing;
    ensures reader_value(\result) && \result.base == v.p && \result.len == v.n
            && \result.pos == 0 && \result.bad == 0; */
static inline struct reader reader_of(struct view v)
{
	return (struct reader){ v.p, v.n, 0, 0 };
}

/*@ requires reader_seen(r);
    assigns \nothing;
    ensures \result == r->len - r->pos; */
static inline usize read_left(const struct reader *r)
{
	return r->len - r->pos;
}

/* Where it stands, counted from the start of its view. */
/*@ requires reader_seen(r);
    assigns \nothing;
    ensures \result == r->pos; */
static inline usize read_at(const struct reader *r)
{
	return r->pos;
}

/* How far it has come since it stood at `at`; 0 if it has gone back. */
/*@ requires reader_seen(r);
    assigns \nothing;
    ensures \result == \max(0, r->pos - at); */
static inline usize read_since(const struct reader *r, usize at)
{
	return at < r->pos ? r->pos - at : 0;
}

/*@ requires reader_seen(r);
    assigns \nothing;
    ensures \result == 1 <==> r->bad == 1; */
static inline bool read_bad(const struct reader *r)
{
	return r->bad != 0;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    ensures r->bad == 1; */
static inline void read_fail(struct reader *r)
{
	r->bad = 1;
	r->pos = r->len;
}

/* Nothing wrong, and nothing left over. */
/*@ requires reader_seen(r);
    assigns \nothing;
    ensures \result == 1 <==> (r->bad == 0 && r->pos == r->len); */
static inline bool read_finished(const struct reader *r)
{
	return r->bad == 0 && r->pos == r->len;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes n <= r->len - r->pos;
      ensures r->pos == \old(r->pos) + n && r->bad == \old(r->bad);
    behavior over:
      assumes n > r->len - r->pos;
      ensures r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline void read_skip(struct reader *r, usize n)
{
	if (n > r->len - r->pos)
		read_fail(r);
	else
		r->pos += n;
}

/* Go to an absolute position, forwards or back (DNS compression). */
/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    ensures (\old(r->bad) == 0 && at <= r->len) ==> (r->bad == 0 && r->pos == at);
    ensures !(\old(r->bad) == 0 && at <= r->len) ==> r->bad == 1; */
static inline void read_seek(struct reader *r, usize at)
{
	if (r->bad != 0 || at > r->len)
		read_fail(r);
	else
		r->pos = at;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 1 <= r->len - r->pos;
      ensures \result == \old(r->base[r->pos]);
      ensures r->pos == \old(r->pos) + 1 && r->bad == \old(r->bad);
    behavior over:
      assumes 1 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u8 read_u8(struct reader *r)
{
	if (r->len - r->pos < 1) {
		read_fail(r);
		return 0;
	}
	u8 v = r->base[r->pos];
	r->pos += 1;
	return v;
}

/* The next byte without consuming it; 0 at the end, which is not an error. */
/*@ requires reader_seen(r);
    assigns \nothing;
    ensures r->pos < r->len ==> \result == r->base[r->pos];
    ensures r->pos >= r->len ==> \result == 0; */
static inline u8 read_peek(const struct reader *r)
{
	return r->pos < r->len ? r->base[r->pos] : 0;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 2 <= r->len - r->pos;
      ensures \result == \old(r->base[r->pos]) * 0x100 + \old(r->base[r->pos + 1]);
      ensures r->pos == \old(r->pos) + 2 && r->bad == \old(r->bad);
    behavior over:
      assumes 2 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u16 read_be16(struct reader *r)
{
	if (r->len - r->pos < 2) {
		read_fail(r);
		return 0;
	}
	const u8 *p = r->base + r->pos;
	r->pos += 2;
	return (u16)(p[0] * 0x100u + p[1]);
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 4 <= r->len - r->pos;
      ensures \result == \old(r->base[r->pos]) * 0x1000000
              + \old(r->base[r->pos + 1]) * 0x10000
              + \old(r->base[r->pos + 2]) * 0x100
              + \old(r->base[r->pos + 3]);
      ensures r->pos == \old(r->pos) + 4 && r->bad == \old(r->bad);
    behavior over:
      assumes 4 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u32 read_be32(struct reader *r)
{
	if (r->len - r->pos < 4) {
		read_fail(r);
		return 0;
	}
	const u8 *p = r->base + r->pos;
	r->pos += 4;
	return p[0] * 0x1000000u + p[1] * 0x10000u + p[2] * 0x100u + p[3];
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 8 <= r->len - r->pos;
      ensures \result == be32(\old(r->base), \old(r->pos)) * 0x100000000
              + be32(\old(r->base), \old(r->pos) + 4);
      ensures r->pos == \old(r->pos) + 8 && r->bad == \old(r->bad);
    behavior over:
      assumes 8 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u64 read_be64(struct reader *r)
{
	u64 high = read_be32(r);
	u64 low = read_be32(r);

	return r->bad != 0 ? 0 : high * 0x100000000u + low;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 2 <= r->len - r->pos;
      ensures \result == \old(r->base[r->pos + 1]) * 0x100 + \old(r->base[r->pos]);
      ensures r->pos == \old(r->pos) + 2 && r->bad == \old(r->bad);
    behavior over:
      assumes 2 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u16 read_le16(struct reader *r)
{
	u16 v = read_be16(r);

	return (u16)(v % 0x100u * 0x100u + v / 0x100u);
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 4 <= r->len - r->pos;
      ensures \result == le32(\old(r->base), \old(r->pos));
      ensures r->pos == \old(r->pos) + 4 && r->bad == \old(r->bad);
    behavior over:
      assumes 4 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u32 read_le32(struct reader *r)
{
	u32 low = read_le16(r);
	u32 high = read_le16(r);

	return r->bad != 0 ? 0 : high * 0x10000u + low;
}

/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes 8 <= r->len - r->pos;
      ensures \result == le32(\old(r->base), \old(r->pos) + 4) * 0x100000000
              + le32(\old(r->base), \old(r->pos));
      ensures r->pos == \old(r->pos) + 8 && r->bad == \old(r->bad);
    behavior over:
      assumes 8 > r->len - r->pos;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline u64 read_le64(struct reader *r)
{
	u64 low = read_le32(r);
	u64 high = read_le32(r);

	return r->bad != 0 ? 0 : high * 0x100000000u + low;
}

/* The next n bytes, on loan from the reader's own view; bad and empty if they
 * are not all there. */
/*@ requires reader_ok(r);
    assigns r->pos, r->bad;
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    ensures view_ok(\result);
    behavior fits:
      assumes n <= r->len - r->pos;
      ensures \result.p == r->base + \old(r->pos) && \result.n == n;
      ensures r->pos == \old(r->pos) + n && r->bad == \old(r->bad);
    behavior over:
      assumes n > r->len - r->pos;
      ensures \result.p == r->base && \result.n == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline struct view read_view(struct reader *r, usize n)
{
	if (n > r->len - r->pos) {
		read_fail(r);
		return (struct view){ r->base, 0 };
	}
	struct view v = { r->base + r->pos, n };
	r->pos += n;
	return v;
}

/* Everything not read yet, without consuming it. */
/*@ requires reader_seen(r);
    assigns \nothing;
    ensures view_ok(\result);
    ensures \result.p == r->base + r->pos && \result.n == r->len - r->pos; */
static inline struct view read_rest(const struct reader *r)
{
	return (struct view){ r->base + r->pos, r->len - r->pos };
}

/* Fills the whole span, or goes bad and fills nothing. */
/*@ requires reader_ok(r) && span_ok(to);
    requires \separated(r, to.p + (0 .. to.n - 1));
    requires \separated(r->base + (0 .. r->len - 1), to.p + (0 .. to.n - 1));
    assigns r->pos, r->bad, to.p[0 .. to.n - 1];
    ensures reader_ok(r) && reader_same{Pre,Post}(r);
    behavior fits:
      assumes r->bad == 0 && to.n <= r->len - r->pos;
      ensures \result == 1 && r->bad == 0 && r->pos == \old(r->pos) + to.n;
    behavior over:
      assumes r->bad == 1 || to.n > r->len - r->pos;
      assigns r->pos, r->bad;
      ensures \result == 0 && r->bad == 1;
    complete behaviors; disjoint behaviors; */
static inline bool read_into(struct reader *r, struct span to)
{
	struct view v = read_view(r, to.n);

	if (r->bad != 0)
		return false;
	copy(to, v);
	return true;
}

#endif
