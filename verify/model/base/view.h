/* What Eva sees instead of base/view.h.
 *
 * Eva is not relational: it cannot know that pos <= len for every way of moving
 * pos. So it is given an over-approximation of the contracts that WP proves of
 * the real bodies: lengths are right (cutting is exact), the bytes read are any
 * bytes, and a write may change any byte of the whole array that the span was
 * cut from. `all` is that array's length; p never moves from its start.
 *
 * Every use of a view or span looks at its pointer, so a dead local or a length
 * beyond the array is an alarm; and view_of() reads what it lends, so bytes
 * that were never set are one too. */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include "base/types.h"

struct view {
	const u8 *p;
	usize n;
	usize all;
};

struct span {
	u8 *p;
	usize n;
	usize all;
};

static inline void model_alive(const u8 *p, usize all)
{
	const u8 *end = p + all;

	(void)end;
}

/* What a read could touch, and a byte that could be there. */
static inline u8 model_read(struct view v)
{
	model_alive(v.p, v.all);
	return nd8;
}

/* What any number of writes could do. Weak: each byte keeps its old value or not. */
static inline void model_write(u8 *p, usize all)
{
	model_alive(p, all);
	for (usize i = any_upto(all); i < all; i = all)
		p[i] = nd8;
}

static inline struct view view_make(const void *p, usize n)
{
	const u8 *bytes = (const u8 *)p;

	for (usize i = any_upto(n); i < n; i = n)
		(void)(u8)(bytes[i] + 0u);
	return (struct view){ bytes, n, n };
}

static inline struct span span_make(void *p, usize n)
{
	model_alive((u8 *)p, n);
	return (struct span){ (u8 *)p, n, n };
}

#define view_of(array) view_make((array), sizeof(array))
#define span_of(array) span_make((array), sizeof(array))

/* A literal lives for ever, its length is a constant and its bytes are any bytes: so all of them
 * lie in one array, and a view that may be one of several is still exact. */
#define MODEL_TEXT_BYTES 4096u
static const u8 MODEL_TEXT[MODEL_TEXT_BYTES];

static inline struct view model_text(usize n)
{
	require(n <= MODEL_TEXT_BYTES);
	return (struct view){ MODEL_TEXT, n, MODEL_TEXT_BYTES };
}

#define text(literal) model_text(sizeof("" literal) - 1u)

static inline struct view view_none(void)
{
	return (struct view){ 0, 0, 0 };
}

static inline struct span span_none(void)
{
	return (struct span){ 0, 0, 0 };
}

static inline struct view span_view(struct span s)
{
	return (struct view){ s.p, s.n, s.all };
}

static inline struct view view_first(struct view v, usize n)
{
	return (struct view){ v.p, n < v.n ? n : v.n, v.all };
}

static inline struct span span_first(struct span s, usize n)
{
	return (struct span){ s.p, n < s.n ? n : s.n, s.all };
}

static inline struct view view_from(struct view v, usize n)
{
	usize have = v.n; /* in a local: Eva's octagons relate nothing else */
	usize left = n >= have ? 0 : have - n;

	return (struct view){ v.p, left, v.all };
}

static inline struct span span_from(struct span s, usize n)
{
	usize have = s.n;
	usize left = n >= have ? 0 : have - n;

	return (struct span){ s.p, left, s.all };
}

static inline u8 view_at(struct view v, usize i)
{
	(void)i;
	return model_read(v);
}

static inline void span_set(struct span s, usize i, u8 byte)
{
	(void)i;
	(void)byte;
	model_write(s.p, s.all);
}

static inline usize copy(struct span to, struct view from)
{
	(void)model_read(from);
	model_write(to.p, to.all);
	return from.n < to.n ? from.n : to.n;
}

static inline usize slide(struct span s, usize from)
{
	usize have = s.n;

	model_write(s.p, s.all);
	return from >= have ? 0 : have - from;
}

static inline void fill(struct span s, u8 byte)
{
	(void)byte;
	model_write(s.p, s.all);
}

static inline bool view_equal(struct view a, struct view b)
{
	(void)model_read(a);
	(void)model_read(b);
	return any_bool();
}

static inline bool view_starts(struct view v, struct view prefix)
{
	return view_equal(v, prefix);
}

static inline usize view_find(struct view v, u8 byte)
{
	(void)byte;
	(void)model_read(v);
	return any_upto(v.n);
}

static inline bool view_same_word(struct view a, struct view b)
{
	return view_equal(a, b);
}

static inline int view_compare(struct view a, struct view b)
{
	return view_equal(a, b) ? 0 : any_bool() ? 1 : -1;
}

#endif
