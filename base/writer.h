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

static inline struct writer writer_of(struct span s)
{
	return (struct writer){ s.p, s.n, 0, 0 };
}

/* How many bytes have been written (all of the room, once bad). */
static inline usize write_len(const struct writer *w)
{
	return w->pos;
}

/* How many since write_len() was `at`: the length that goes to a place before. */
static inline usize write_since(const struct writer *w, usize at)
{
	return at < w->pos ? w->pos - at : 0;
}

static inline usize write_left(const struct writer *w)
{
	return w->cap - w->pos;
}

static inline bool write_bad(const struct writer *w)
{
	return w->bad != 0;
}

static inline void write_fail(struct writer *w)
{
	w->bad = 1;
	w->pos = w->cap;
}

/* What has been written so far; empty if it went bad. */
static inline struct view write_done(const struct writer *w)
{
	return (struct view){ w->base, w->bad != 0 ? 0 : w->pos };
}

static inline void write_u8(struct writer *w, u8 v)
{
	if (w->cap - w->pos < 1) {
		write_fail(w);
		return;
	}
	w->base[w->pos] = v;
	w->pos += 1;
}

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

static inline void write_be64(struct writer *w, u64 v)
{
	if (w->cap - w->pos < 8) {
		write_fail(w);
		return;
	}
	write_be32(w, (u32)(v / 0x100000000u));
	write_be32(w, (u32)(v % 0x100000000u));
}

static inline void write_le16(struct writer *w, u16 v)
{
	write_be16(w, (u16)(v % 0x100u * 0x100u + v / 0x100u));
}

static inline void write_le32(struct writer *w, u32 v)
{
	if (w->cap - w->pos < 4) {
		write_fail(w);
		return;
	}
	write_le16(w, (u16)(v % 0x10000u));
	write_le16(w, (u16)(v / 0x10000u));
}

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
static inline void write_view(struct writer *w, struct view v)
{
	if (v.n > w->cap - w->pos) {
		write_fail(w);
		return;
	}
	copy((struct span){ w->base + w->pos, w->cap - w->pos }, v);
	w->pos += v.n;
}

/* The same byte n times. */
static inline void write_fill(struct writer *w, u8 byte, usize n)
{
	if (n > w->cap - w->pos) {
		write_fail(w);
		return;
	}
	fill((struct span){ w->base + w->pos, n }, byte);
	w->pos += n;
}

/* Go back and put a value over bytes written before (lengths, checksums). Bad
 * if those bytes were not written yet. */
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
