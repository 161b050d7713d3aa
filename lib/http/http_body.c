/* http_body.c - request bodies as they come (RFC 9112, 6.2 and 7.1). */
#include "lib/http/http.h"
#include "lib/http/http_class.h"

enum body_state {
	BODY_ENDED,
	BODY_FIXED,
	BODY_SIZE,      /* hexadecimal digits */
	BODY_EXTENSION, /* from ';' to the line's end */
	BODY_SIZE_LF,
	BODY_DATA,
	BODY_DATA_CR,
	BODY_DATA_LF,
	BODY_TRAILER, /* a trailer's first byte, or the last line's CR */
	BODY_TRAILER_NAME,
	BODY_TRAILER_VALUE,
	BODY_TRAILER_LF,
	BODY_LAST_LF,
	BODY_REFUSED,
	BODY_TOO_LARGE
};

struct http_body http_body_make(const struct http_request *r, u64 most)
{
	struct http_body b = { 0, 0, most, 0, 0, BODY_ENDED };

	if (r->framing == HTTP_CHUNKED) {
		b.state = BODY_SIZE;
	} else if (r->framing == HTTP_FIXED) {
		b.left = r->body_bytes;
		b.state = b.left <= most ? BODY_FIXED : BODY_TOO_LARGE;
	}
	return b;
}

static void next(struct http_body *b, enum body_state state)
{
	b->state = (u8)state;
}

static enum http_verdict refuse(struct http_body *b)
{
	next(b, BODY_REFUSED);
	return HTTP_BAD_REQUEST;
}

/* The next state when this byte is the one expected. */
static enum http_verdict expect(struct http_body *b, u8 c, u8 wanted, enum body_state then)
{
	if (c != wanted)
		return refuse(b);
	next(b, then);
	return HTTP_MORE;
}

/* A byte of a chunk's size line. Digits and nothing else: no sign, no 0x, no
 * white space (what one reader skips, another stops at). */
static enum http_verdict size_byte(struct http_body *b, u8 c)
{
	bool first = b->line_bytes == 0;

	if (b->line_bytes >= HTTP_CHUNK_LINE)
		return refuse(b);
	b->line_bytes = (u16)(b->line_bytes + 1u);
	if (b->state == BODY_EXTENSION) {
		if (c == '\r')
			next(b, BODY_SIZE_LF);
		else if (!class_is(c, CLASS_VALUE))
			return refuse(b);
		return HTTP_MORE;
	}
	if (class_is(c, CLASS_HEX)) {
		if (b->left > 0x07ffffffffffffffull)
			return refuse(b);
		b->left = b->left * 16u + class_digit(c);
		return HTTP_MORE;
	}
	if (first)
		return refuse(b);
	if (c == ';')
		next(b, BODY_EXTENSION);
	else if (c == '\r')
		next(b, BODY_SIZE_LF);
	else
		return refuse(b);
	return HTTP_MORE;
}

/* The size is known: data, or the end's trailers. */
static enum http_verdict size_end(struct http_body *b, u8 c)
{
	u64 seen = b->seen, most = b->most;

	if (c != '\n')
		return refuse(b);
	b->line_bytes = 0;
	if (b->left == 0) {
		next(b, BODY_TRAILER);
		return HTTP_MORE;
	}
	if (seen > most || b->left > most - seen) {
		next(b, BODY_TOO_LARGE);
		return HTTP_CONTENT_TOO_LARGE;
	}
	next(b, BODY_DATA);
	return HTTP_MORE;
}

static enum http_verdict trailer_byte(struct http_body *b, u8 c)
{
	if (b->trailer_bytes >= HTTP_TRAILER_MAX) {
		next(b, BODY_REFUSED);
		return HTTP_FIELDS_TOO_LARGE;
	}
	b->trailer_bytes = (u16)(b->trailer_bytes + 1u);
	switch (b->state) {
	case BODY_TRAILER:
		if (c == '\r')
			next(b, BODY_LAST_LF);
		else if (class_is(c, CLASS_TOKEN))
			next(b, BODY_TRAILER_NAME);
		else
			return refuse(b);
		return HTTP_MORE;
	case BODY_TRAILER_NAME:
		if (c == ':')
			next(b, BODY_TRAILER_VALUE);
		else if (!class_is(c, CLASS_TOKEN))
			return refuse(b);
		return HTTP_MORE;
	case BODY_TRAILER_VALUE:
		if (c == '\r')
			next(b, BODY_TRAILER_LF);
		else if (!class_is(c, CLASS_VALUE))
			return refuse(b);
		return HTTP_MORE;
	default: return expect(b, c, '\n', BODY_TRAILER);
	}
}

static enum http_verdict body_byte(struct http_body *b, u8 c)
{
	switch (b->state) {
	case BODY_SIZE:
	case BODY_EXTENSION: return size_byte(b, c);
	case BODY_SIZE_LF: return size_end(b, c);
	case BODY_DATA_CR: return expect(b, c, '\r', BODY_DATA_LF);
	case BODY_DATA_LF: return expect(b, c, '\n', BODY_SIZE);
	case BODY_LAST_LF:
		if (c != '\n')
			return refuse(b);
		next(b, BODY_ENDED);
		return HTTP_OK;
	default: return trailer_byte(b, c);
	}
}

/* As much content as is here. */
static void take(struct http_body *b, struct view rx, struct http_piece *out)
{
	usize all = rx.n, used = out->used, here = all > used ? all - used : 0;
	u64 left = b->left, seen = b->seen;
	usize n = left < here ? (usize)left : here;

	out->at = used;
	out->n = n;
	out->used = used + n;
	b->left = left - n;
	b->seen = seen <= TIME_NEVER - n ? seen + n : TIME_NEVER;
	if (b->left == 0)
		next(b, b->state == BODY_FIXED ? BODY_ENDED : BODY_DATA_CR);
}

enum http_verdict http_body_read(struct http_body *b, struct view rx, struct http_piece *out)
{
	*out = (struct http_piece){ 0, 0, 0 };
	for (;;) {
		enum http_verdict verdict;

		if (b->state == BODY_ENDED)
			return HTTP_OK;
		if (b->state == BODY_TOO_LARGE)
			return HTTP_CONTENT_TOO_LARGE;
		if (b->state == BODY_REFUSED)
			return HTTP_BAD_REQUEST;
		if (out->used >= rx.n)
			return HTTP_MORE;
		if (b->state == BODY_FIXED || b->state == BODY_DATA) {
			take(b, rx, out);
			return b->state == BODY_ENDED ? HTTP_OK : HTTP_MORE;
		}
		verdict = body_byte(b, view_at(rx, out->used));
		out->used += 1;
		if (verdict != HTTP_MORE)
			return verdict;
	}
}
