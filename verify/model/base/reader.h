/* What Eva sees instead of base/reader.h: a read gives any value and may go bad,
 * the position is anything up to the length, a view of the next n bytes is n
 * bytes or none. See view.h. */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/view.h"

struct reader {
	const u8 *base;
	usize len;
	usize all;
};

static inline struct reader reader_of(struct view v)
{
	return (struct reader){ v.p, v.n, v.all };
}

static inline bool model_reader(const struct reader *r)
{
	model_alive(r->base, r->all);
	return any_bool();
}

static inline usize read_left(const struct reader *r)
{
	(void)model_reader(r);
	return any_upto(r->len);
}

static inline usize read_at(const struct reader *r)
{
	(void)model_reader(r);
	return any_upto(r->len);
}

static inline usize read_since(const struct reader *r, usize at)
{
	(void)at;
	(void)model_reader(r);
	return any_upto(r->len);
}

static inline bool read_bad(const struct reader *r)
{
	return model_reader(r);
}

static inline void read_fail(struct reader *r)
{
	(void)model_reader(r);
}

static inline bool read_finished(const struct reader *r)
{
	return model_reader(r);
}

static inline void read_skip(struct reader *r, usize n)
{
	(void)n;
	(void)model_reader(r);
}

static inline void read_seek(struct reader *r, usize at)
{
	(void)at;
	(void)model_reader(r);
}

static inline u8 read_u8(struct reader *r)
{
	(void)model_reader(r);
	return any_u8();
}

static inline u8 read_peek(const struct reader *r)
{
	(void)model_reader(r);
	return any_u8();
}

static inline u16 read_be16(struct reader *r)
{
	(void)model_reader(r);
	return any_u16();
}

static inline u32 read_be32(struct reader *r)
{
	(void)model_reader(r);
	return any_u32();
}

static inline u64 read_be64(struct reader *r)
{
	(void)model_reader(r);
	return any_u64();
}

static inline u16 read_le16(struct reader *r)
{
	return read_be16(r);
}

static inline u32 read_le32(struct reader *r)
{
	return read_be32(r);
}

static inline u64 read_le64(struct reader *r)
{
	return read_be64(r);
}

static inline struct view read_view(struct reader *r, usize n)
{
	return (struct view){ r->base, model_reader(r) && n <= r->len ? n : 0, r->all };
}

static inline struct view read_rest(const struct reader *r)
{
	return (struct view){ r->base, read_left(r), r->all };
}

static inline bool read_into(struct reader *r, struct span to)
{
	model_write(to.p, to.all);
	return model_reader(r);
}

#endif
