/* What Eva sees instead of base/format.h: any text, any number up to its maximum. */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include "base/reader.h"
#include "base/writer.h"

#define write_text(w, literal) write_view((w), text(literal))

static inline void write_decimal(struct writer *w, u64 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_decimal_pad(struct writer *w, u64 v, u32 digits)
{
	(void)v;
	(void)digits;
	model_writer(w);
}

static inline void write_hex(struct writer *w, u64 v)
{
	(void)v;
	model_writer(w);
}

static inline void write_hex_bytes(struct writer *w, struct view v)
{
	write_view(w, v);
}

static inline void write_size(struct writer *w, u64 bytes)
{
	(void)bytes;
	model_writer(w);
}

static inline void write_duration(struct writer *w, u64 ns)
{
	(void)ns;
	model_writer(w);
}

static inline bool read_decimal(struct reader *r, u64 max, u64 *out)
{
	u64 v = any_u64();
	bool ok = model_reader(r);

	*out = ok && v <= max ? v : 0;
	return ok;
}

static inline bool read_hex(struct reader *r, u64 *out)
{
	bool ok = model_reader(r);

	*out = ok ? any_u64() : 0;
	return ok;
}

static inline bool read_literal(struct reader *r, struct view literal)
{
	(void)model_read(literal);
	return model_reader(r);
}

static inline struct view read_until(struct reader *r, u8 stop)
{
	(void)stop;
	return (struct view){ r->base, read_left(r), r->all };
}

#endif
