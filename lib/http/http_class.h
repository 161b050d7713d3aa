/* http_class.h - which bytes may stand where (RFC 9110, 5.5 and 5.6; RFC 3986). Between the files of lib/http. */
#ifndef LIB_HTTP_CLASS_H
#define LIB_HTTP_CLASS_H

#include "base/view.h"

enum http_class {
	CLASS_TOKEN = 1,  /* tchar */
	CLASS_TARGET = 2, /* what a request target may hold: visible ASCII but # " < > and backslash */
	CLASS_VALUE = 4,  /* field-vchar, obs-text, space, tab */
	CLASS_HOST = 8,   /* reg-name */
	CLASS_DIGIT = 16,
	CLASS_HEX = 32,
	CLASS_TAG = 64,   /* etagc */
	CLASS_SPACE = 128 /* space and tab */
};

extern const u8 HTTP_CLASS[256];

static inline bool class_is(u8 c, enum http_class which)
{
	return (HTTP_CLASS[c] & which) != 0;
}

/* What a hexadecimal digit is worth. */
static inline u8 class_digit(u8 c)
{
	return (u8)((c & 0x0fu) + (class_is(c, CLASS_DIGIT) ? 0u : 9u));
}

/* Where the first byte outside this class is, from `at` on, or v.n. */
static inline usize class_end(struct view v, usize at, enum http_class which)
{
	while (at < v.n && (HTTP_CLASS[view_at(v, at)] & which) != 0)
		at += 1;
	return at;
}

#endif
