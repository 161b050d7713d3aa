/* What Eva sees instead of base/writer.h: a write may change any byte of the
 * array the room was cut from, and may go bad. See view.h. */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/view.h"

struct writer {
	u8 *base;
	usize cap;
	usize all;
};

static inline struct writer writer_of(struct span s)
{
	return (struct writer){ s.p, s.n, s.all };
}

static inline usize write_len(const struct writer *w)
{
	model_alive(w->base, w->all);
	return any_upto(w->cap);
}

static inline usize write_since(const struct writer *w, usize at)
{
	(void)at;
	return write_len(w);
}

static inline usize write_left(const struct writer *w)
{
	return write_len(w);
}

static inline bool write_bad(const struct writer *w)
{
	model_alive(w->base, w->all);
	return any_bool();
}

static inline void write_fail(struct writer *w)
{
	model_alive(w->base, w->all);
}

static inline struct view write_done(const struct writer *w)
{
	return (struct view){ w->base, write_len(w), w->all };
}

static inline void model_writer(struct writer *w)
{
	model_write(w->base, w->all);
}

static inline void write_u8(struct writer *w, u8 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_be16(struct writer *w, u16 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_be32(struct writer *w, u32 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_be64(struct writer *w, u64 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_le16(struct writer *w, u16 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_le32(struct writer *w, u32 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_le64(struct writer *w, u64 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_view(struct writer *w, struct view v)
{
	(void)model_read(v);
	model_writer(w);
}

static inline void write_fill(struct writer *w, u8 byte, usize n)
{
	(void)byte;
	(void)n;
	model_writer(w);
}

static inline void write_be16_at(struct writer *w, usize at, u16 v)
{
	(void)at;
	(void)v;
	model_writer(w);
}

#endif
