/* view.h - bytes on loan: a view to read, a span to fill.
 *
 * A view or span is a pointer and a length that belong together. They are
 * passed by value, live in locals and arguments only, and are never stored:
 * what outlives an event is a handle (pool.h) or an index (ring.h). The empty
 * view and the empty span are the polite "nothing now"; they are never errors.
 *
 * Views come from text("literal"), view_of(array), and the _rx/_tx loans of
 * devices and flows. Cutting one can only make it smaller: an offset or length
 * past the end is cut back to the end, so no cut can reach outside.
 */
#ifndef BASE_VIEW_H
#define BASE_VIEW_H

#include "base/prim.h"
#include "base/types.h"

struct view {
	const u8 *p;
	usize n;
};

struct span {
	u8 *p;
	usize n;
};

/* Construction: the only places where a pointer and a length are believed. */
static inline struct view view_make(const void *p, usize n)
{
	return (struct view){ (const u8 *)p, n };
}

static inline struct span span_make(void *p, usize n)
{
	return (struct span){ (u8 *)p, n };
}

/* Refuses a pointer at compile time: only whole arrays know their size. */
#ifdef __FRAMAC__
#define ARRAY_ONLY(a) 0u
#else
#define ARRAY_ONLY(a)                                                                                        \
	(0u * sizeof(struct {                                                                                \
		int z[1 - 2 * __builtin_types_compatible_p(__typeof__(a), __typeof__(&(a)[0]))];             \
	}))
#endif
#define view_of(array) view_make((array), sizeof(array) + ARRAY_ONLY(array))
#define span_of(array) span_make((array), sizeof(array) + ARRAY_ONLY(array))
#define text(literal)  view_make("" literal, sizeof("" literal) - 1u)

/* The same as an initialiser of a constant table. */
#define TEXT(literal) { (const u8 *)("" literal), sizeof("" literal) - 1u }

static inline struct view view_none(void)
{
	return (struct view){ 0, 0 };
}

static inline struct span span_none(void)
{
	return (struct span){ 0, 0 };
}

/* A span is readable too. */
static inline struct view span_view(struct span s)
{
	return (struct view){ s.p, s.n };
}

/* The first n bytes (all of it if shorter). */
static inline struct view view_first(struct view v, usize n)
{
	return (struct view){ v.p, n < v.n ? n : v.n };
}

static inline struct span span_first(struct span s, usize n)
{
	return (struct span){ s.p, n < s.n ? n : s.n };
}

/* What is left after the first n bytes (empty if shorter). */
static inline struct view view_from(struct view v, usize n)
{
	if (n >= v.n)
		return (struct view){ v.p, 0 };
	return (struct view){ v.p + n, v.n - n };
}

static inline struct span span_from(struct span s, usize n)
{
	if (n >= s.n)
		return (struct span){ s.p, 0 };
	return (struct span){ s.p + n, s.n - n };
}

/* The byte at i, or 0 past the end. */
static inline u8 view_at(struct view v, usize i)
{
	return i < v.n ? v.p[i] : 0;
}

/* Sets the byte at i; past the end, nothing. */
static inline void span_set(struct span s, usize i, u8 byte)
{
	if (i < s.n)
		s.p[i] = byte;
}

/* The project's memcpy: as many bytes as both have; returns how many.
 * The two must not overlap. */
static inline usize copy(struct span to, struct view from)
{
	usize n = from.n < to.n ? from.n : to.n;

	if (n > 0)
		prim_copy(to.p, from.p, n);
	return n;
}

/* The same within one buffer, overlap allowed: moves the bytes of `s` that
 * start at `from` to its front; returns how many. */
static inline usize slide(struct span s, usize from)
{
	if (from >= s.n)
		return 0;
	prim_slide(s.p, from, s.n - from);
	return s.n - from;
}

static inline void fill(struct span s, u8 byte)
{
	if (s.n > 0)
		prim_fill(s.p, byte, s.n);
}

/* Same length and same bytes. Not for secrets: it stops at the first difference. */
static inline bool view_equal(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || prim_same(a.p, b.p, a.n));
}

static inline bool view_starts(struct view v, struct view prefix)
{
	return view_equal(view_first(v, prefix.n), prefix);
}

/* Where the first such byte is, or v.n. */
static inline usize view_find(struct view v, u8 byte)
{
	usize i = 0;

	while (i < v.n && v.p[i] != byte)
		i += 1;
	return i;
}

/* Equal but for the case of ASCII letters. */
bool view_same_word(struct view a, struct view b);

/* -1, 0, 1: by bytes, then by length. */
int view_compare(struct view a, struct view b);

#endif
