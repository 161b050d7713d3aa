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

static inline struct reader reader_of(struct view v)
{
	return (struct reader){ v.p, v.n, 0, 0 };
}

static inline usize read_left(const struct reader *r)
{
	return r->len - r->pos;
}

/* Where it stands, counted from the start of its view. */
static inline usize read_at(const struct reader *r)
{
	return r->pos;
}

/* How far it has come since it stood at `at`; 0 if it has gone back. */
static inline usize read_since(const struct reader *r, usize at)
{
	return at < r->pos ? r->pos - at : 0;
}

static inline bool read_bad(const struct reader *r)
{
	return r->bad != 0;
}

static inline void read_fail(struct reader *r)
{
	r->bad = 1;
	r->pos = r->len;
}

/* Nothing wrong, and nothing left over. */
static inline bool read_finished(const struct reader *r)
{
	return r->bad == 0 && r->pos == r->len;
}

static inline void read_skip(struct reader *r, usize n)
{
	if (n > r->len - r->pos)
		read_fail(r);
	else
		r->pos += n;
}

/* Go to an absolute position, forwards or back (DNS compression). */
static inline void read_seek(struct reader *r, usize at)
{
	if (r->bad != 0 || at > r->len)
		read_fail(r);
	else
		r->pos = at;
}

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
static inline u8 read_peek(const struct reader *r)
{
	return r->pos < r->len ? r->base[r->pos] : 0;
}

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

static inline u64 read_be64(struct reader *r)
{
	u64 high = read_be32(r);
	u64 low = read_be32(r);

	return r->bad != 0 ? 0 : high * 0x100000000u + low;
}

static inline u16 read_le16(struct reader *r)
{
	u16 v = read_be16(r);

	return (u16)(v % 0x100u * 0x100u + v / 0x100u);
}

static inline u32 read_le32(struct reader *r)
{
	u32 low = read_le16(r);
	u32 high = read_le16(r);

	return r->bad != 0 ? 0 : high * 0x10000u + low;
}

static inline u64 read_le64(struct reader *r)
{
	u64 low = read_le32(r);
	u64 high = read_le32(r);

	return r->bad != 0 ? 0 : high * 0x100000000u + low;
}

/* The next n bytes, on loan from the reader's own view; bad and empty if they
 * are not all there. */
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
static inline struct view read_rest(const struct reader *r)
{
	return (struct view){ r->base + r->pos, r->len - r->pos };
}

/* Fills the whole span, or goes bad and fills nothing. */
static inline bool read_into(struct reader *r, struct span to)
{
	struct view v = read_view(r, to.n);

	if (r->bad != 0)
		return false;
	copy(to, v);
	return true;
}

#endif
