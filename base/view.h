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

/*@ predicate view_ok{L}(struct view v) = v.n <= BYTES_MAX && \valid_read(v.p + (0 .. v.n - 1));

    predicate span_ok{L}(struct span s) = s.n <= BYTES_MAX && \valid(s.p + (0 .. s.n - 1));

    predicate view_same{L}(struct view a, struct view b) =
      a.n == b.n && \forall integer j; 0 <= j < a.n ==> a.p[j] == b.p[j];

    logic integer lower_of(integer c) = 'A' <= c <= 'Z' ? c + 32 : c;
*/

/* Construction: the only places where a pointer and a length are believed.
 * (WP does not follow void *, and within base/ only bytes are lent.) */
#ifdef __FRAMAC__
#define BYTES u8
#else
#define BYTES void
#endif

/*@ requires n <= BYTES_MAX && \valid_read(p + (0 .. n - 1));
    assigns \nothing;
    ensures view_ok(\result) && \result.p == p && \result.n == n; */
static inline struct view view_make(const BYTES *p, usize n)
{
	return (struct view){ (const u8 *)p, n };
}

/*@ requires n <= BYTES_MAX && \valid(p + (0 .. n - 1));
    assigns \nothing;
    ensures span_ok(\result) && \result.p == p && \result.n == n; */
static inline struct span span_make(BYTES *p, usize n)
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

/*@ assigns \nothing;
    ensures view_ok(\result) && \result.n == 0; */
static inline struct view view_none(void)
{
	return (struct view){ 0, 0 };
}

/*@ assigns \nothing;
    ensures span_ok(\result) && \result.n == 0; */
static inline struct span span_none(void)
{
	return (struct span){ 0, 0 };
}

/* A span is readable too. */
/*@ requires span_ok(s);
    assigns \nothing;
    ensures view_ok(\result) && \result.p == s.p && \result.n == s.n; */
static inline struct view span_view(struct span s)
{
	return (struct view){ s.p, s.n };
}

/* The first n bytes (all of it if shorter). */
/*@ requires view_ok(v);
    assigns \nothing;
    ensures view_ok(\result) && \result.p == v.p && \result.n == \min(n, v.n); */
static inline struct view view_first(struct view v, usize n)
{
	return (struct view){ v.p, n < v.n ? n : v.n };
}

/*@ requires span_ok(s);
    assigns \nothing;
    ensures span_ok(\result) && \result.p == s.p && \result.n == \min(n, s.n); */
static inline struct span span_first(struct span s, usize n)
{
	return (struct span){ s.p, n < s.n ? n : s.n };
}

/* What is left after the first n bytes (empty if shorter). */
/*@ requires view_ok(v);
    assigns \nothing;
    ensures view_ok(\result);
    ensures n < v.n ==> \result.p == v.p + n && \result.n == v.n - n;
    ensures n >= v.n ==> \result.p == v.p && \result.n == 0; */
static inline struct view view_from(struct view v, usize n)
{
	if (n >= v.n)
		return (struct view){ v.p, 0 };
	return (struct view){ v.p + n, v.n - n };
}

/*@ requires span_ok(s);
    assigns \nothing;
    ensures span_ok(\result);
    ensures n < s.n ==> \result.p == s.p + n && \result.n == s.n - n;
    ensures n >= s.n ==> \result.p == s.p && \result.n == 0; */
static inline struct span span_from(struct span s, usize n)
{
	if (n >= s.n)
		return (struct span){ s.p, 0 };
	return (struct span){ s.p + n, s.n - n };
}

/* The byte at i, or 0 past the end. */
/*@ requires view_ok(v);
    assigns \nothing;
    ensures i < v.n ==> \result == v.p[i];
    ensures i >= v.n ==> \result == 0; */
static inline u8 view_at(struct view v, usize i)
{
	return i < v.n ? v.p[i] : 0;
}

/* Sets the byte at i; past the end, nothing. */
/*@ requires span_ok(s);
    assigns s.p[i];
    behavior inside:
      assumes i < s.n;
      ensures s.p[i] == byte;
    behavior outside:
      assumes i >= s.n;
      assigns \nothing;
    complete behaviors; disjoint behaviors; */
static inline void span_set(struct span s, usize i, u8 byte)
{
	if (i < s.n)
		s.p[i] = byte;
}

/* The project's memcpy: as many bytes as both have; returns how many.
 * The two must not overlap. */
/*@ requires span_ok(to) && view_ok(from);
    requires \separated(to.p + (0 .. to.n - 1), from.p + (0 .. from.n - 1));
    assigns to.p[0 .. \min(to.n, from.n) - 1];
    ensures \result == \min(to.n, from.n);
    ensures \forall integer j; 0 <= j < \result ==> to.p[j] == \old(from.p[j]); */
static inline usize copy(struct span to, struct view from)
{
	usize n = from.n < to.n ? from.n : to.n;

	if (n > 0)
		prim_copy(to.p, 0, from.p, 0, n);
	return n;
}

/* The same within one buffer, overlap allowed: moves the bytes of `s` that
 * start at `from` to its front; returns how many. */
/*@ requires span_ok(s);
    assigns s.p[0 .. s.n - 1];
    ensures from < s.n ==> \result == s.n - from;
    ensures from >= s.n ==> \result == 0;
    ensures \forall integer j; 0 <= j < \result ==> s.p[j] == \old(s.p[from + j]); */
static inline usize slide(struct span s, usize from)
{
	if (from >= s.n)
		return 0;
	prim_slide(s.p, from, s.n - from);
	return s.n - from;
}

/*@ requires span_ok(s);
    assigns s.p[0 .. s.n - 1];
    ensures \forall integer j; 0 <= j < s.n ==> s.p[j] == byte; */
static inline void fill(struct span s, u8 byte)
{
	if (s.n > 0)
		prim_fill(s.p, 0, byte, s.n);
}

/* Same length and same bytes. Not for secrets: it stops at the first difference. */
/*@ requires view_ok(a) && view_ok(b);
    assigns \nothing;
    ensures \result == 1 <==> view_same(a, b); */
static inline bool view_equal(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || prim_same(a.p, b.p, a.n));
}

/*@ requires view_ok(v) && view_ok(prefix);
    assigns \nothing;
    ensures \result == 1 <==> (prefix.n <= v.n
            && \forall integer j; 0 <= j < prefix.n ==> v.p[j] == prefix.p[j]); */
static inline bool view_starts(struct view v, struct view prefix)
{
	return view_equal(view_first(v, prefix.n), prefix);
}

/* Where the first such byte is, or v.n. */
/*@ requires view_ok(v);
    assigns \nothing;
    ensures \result <= v.n;
    ensures \result < v.n ==> v.p[\result] == byte;
    ensures \forall integer j; 0 <= j < \result ==> v.p[j] != byte; */
static inline usize view_find(struct view v, u8 byte)
{
	usize i = 0;

	/*@ loop invariant i <= v.n;
	    loop invariant \forall integer j; 0 <= j < i ==> v.p[j] != byte;
	    loop assigns i;
	    loop variant v.n - i; */
	while (i < v.n && v.p[i] != byte)
		i += 1;
	return i;
}

/* Equal but for the case of ASCII letters. */
/*@ requires view_ok(a) && view_ok(b);
    assigns \nothing;
    ensures \result == 1 <==> (a.n == b.n
            && \forall integer j; 0 <= j < a.n ==> lower_of(a.p[j]) == lower_of(b.p[j])); */
bool view_same_word(struct view a, struct view b);

/* -1, 0, 1: by bytes, then by length. */
/*@ requires view_ok(a) && view_ok(b);
    assigns \nothing;
    ensures \result == -1 || \result == 0 || \result == 1;
    ensures \result == 0 <==> view_same(a, b); */
int view_compare(struct view a, struct view b);

#endif
