/* http.c - reads a request's head. See http.h. */
#include "lib/http/http.h"
#include "lib/http/http_class.h"

static usize between(usize from, usize to)
{
	return to > from ? to - from : 0;
}

/* From one place to another, which a head keeps below 64 K. */
static struct http_part place(usize from, usize to)
{
	return (struct http_part){ (u16)(from & 0xffffu), (u16)(between(from, to) & 0xffffu) };
}

struct view http_part(struct view head, struct http_part part)
{
	return view_first(view_from(head, part.at), part.n);
}

static struct view cut(struct view v, usize from, usize to)
{
	return view_first(view_from(v, from), between(from, to));
}

/* ---- the request line (RFC 9112, 3) ---- */

static bool method_of(struct view name, enum http_method *out)
{
	*out = HTTP_OPTIONS;
	switch (name.n) {
	case 3: *out = view_at(name, 0) == 'G' ? HTTP_GET : HTTP_PUT; break;
	case 4: *out = view_at(name, 0) == 'H' ? HTTP_HEAD : HTTP_POST; break;
	case 5: *out = view_at(name, 0) == 'P' ? HTTP_PATCH : HTTP_TRACE; break;
	case 6: *out = HTTP_DELETE; break;
	default: break;
	}
	return view_equal(name, http_method_name(*out));
}

/* "HTTP/1.1" CRLF. An end that is missing is HTTP_MORE, once what is there fits. */
static enum http_verdict version_read(struct view v, usize at, struct http_request *out)
{
	struct view prefix = text("HTTP/");
	struct view there = view_first(view_from(v, at), prefix.n);
	u8 major = view_at(v, at + 5), minor = view_at(v, at + 7);
	usize n = view_from(v, at).n;

	if (!view_equal(there, view_first(prefix, there.n)))
		return HTTP_BAD_REQUEST;
	if ((n > 5 && !class_is(major, CLASS_DIGIT)) || (n > 6 && view_at(v, at + 6) != '.') ||
		(n > 7 && !class_is(minor, CLASS_DIGIT)) || (n > 8 && view_at(v, at + 8) != '\r') ||
		(n > 9 && view_at(v, at + 9) != '\n'))
		return HTTP_BAD_REQUEST;
	if (n < 10)
		return HTTP_MORE;
	if (major != '1')
		return HTTP_VERSION_NOT_SUPPORTED;
	out->minor = minor == '0' ? 0 : 1;
	return HTTP_OK;
}

/* Up to the first field line: *end. */
static enum http_verdict line_read(struct view v, usize *end, struct http_request *out)
{
	usize at = 0, from;
	enum http_verdict verdict;

	/* 2.2: a few empty lines in front of a request are forgiven. */
	while (at < 2u * HTTP_EMPTY_LINES && view_at(v, at) == '\r') {
		if (at + 1 == v.n)
			return HTTP_MORE;
		if (view_at(v, at + 1) != '\n')
			return HTTP_BAD_REQUEST;
		at += 2;
	}
	from = at;
	at = class_end(v, at, CLASS_TOKEN);
	if (at == v.n)
		return between(from, at) > 64 ? HTTP_NOT_IMPLEMENTED : HTTP_MORE;
	if (at == from || view_at(v, at) != ' ')
		return HTTP_BAD_REQUEST;
	if (!method_of(cut(v, from, at), &out->method))
		return HTTP_NOT_IMPLEMENTED;

	from = at + 1;
	at = class_end(v, from, CLASS_TARGET);
	if (between(from, at) > HTTP_TARGET_MAX)
		return HTTP_URI_TOO_LONG;
	if (at == v.n)
		return HTTP_MORE;
	if (at == from || view_at(v, at) != ' ')
		return HTTP_BAD_REQUEST;
	out->target = place(from, at);
	verdict = version_read(v, at + 1, out);
	*end = at + 11;
	return verdict;
}

/* ---- field lines (RFC 9112, 5) ---- */

static enum http_field two(struct view name, enum http_field a, enum http_field b)
{
	if (view_same_word(name, http_field_name(a)))
		return a;
	return view_same_word(name, http_field_name(b)) ? b : HTTP_FIELDS;
}

/* The length says which one or two it can be. */
static enum http_field field_of(struct view name)
{
	switch (name.n) {
	case 4: return two(name, HTTP_HOST, HTTP_HOST);
	case 5: return two(name, HTTP_RANGE, HTTP_RANGE);
	case 6: return two(name, HTTP_EXPECT, HTTP_EXPECT);
	case 8: return two(name, HTTP_IF_MATCH, HTTP_IF_RANGE);
	case 10: return two(name, HTTP_CONNECTION, HTTP_USER_AGENT);
	case 12: return two(name, HTTP_CONTENT_TYPE, HTTP_CONTENT_TYPE);
	case 13: return two(name, HTTP_IF_NONE_MATCH, HTTP_IF_NONE_MATCH);
	case 14: return two(name, HTTP_CONTENT_LENGTH, HTTP_CONTENT_LENGTH);
	case 15: return two(name, HTTP_ACCEPT_ENCODING, HTTP_ACCEPT_ENCODING);
	case 17: return two(name, HTTP_IF_MODIFIED_SINCE, HTTP_TRANSFER_ENCODING);
	case 19: return two(name, HTTP_IF_UNMODIFIED_SINCE, HTTP_IF_UNMODIFIED_SINCE);
	default: break;
	}
	return HTTP_FIELDS;
}

static void field_note(struct http_request *out, enum http_field f, struct http_part value)
{
	if (f >= HTTP_FIELDS)
		return;
	if (http_has(out, f)) {
		out->repeated |= 1u << f;
		return;
	}
	out->present |= 1u << f;
	out->field[f] = value;
}

/* One line, "name: value" CRLF, from *at on, which moves behind it. A name ends
 * at its colon and nowhere else (5.1); a line that begins with white space is
 * an old folded one, which is refused like any other name that is none (5.2). */
static enum http_verdict field_read(struct view v, usize *at, struct http_part *name, struct http_part *value)
{
	usize from = *at;
	usize end = class_end(v, from, CLASS_TOKEN);
	usize begin;

	*name = place(from, end);
	*value = place(end, end);
	if (end == v.n)
		return HTTP_MORE;
	if (end == from || view_at(v, end) != ':')
		return HTTP_BAD_REQUEST;
	begin = class_end(v, end + 1, CLASS_SPACE);
	end = class_end(v, begin, CLASS_VALUE);
	if (end == v.n)
		return HTTP_MORE;
	if (view_at(v, end) != '\r')
		return HTTP_BAD_REQUEST;
	if (end + 1 == v.n)
		return HTTP_MORE;
	if (view_at(v, end + 1) != '\n')
		return HTTP_BAD_REQUEST;
	*at = end + 2;
	while (end > begin && class_is(view_at(v, end - 1), CLASS_SPACE))
		end -= 1;
	*value = place(begin, end);
	return HTTP_OK;
}

/* All of them, and the empty line. */
static enum http_verdict fields_read(struct view v, usize at, struct http_request *out)
{
	struct http_part name, value;
	usize begin = at;
	u32 lines = 0;

	while (at < v.n) {
		enum http_verdict verdict;

		if (view_at(v, at) == '\r') {
			if (at + 1 == v.n)
				return HTTP_MORE;
			if (view_at(v, at + 1) != '\n')
				return HTTP_BAD_REQUEST;
			out->fields = place(begin, at);
			out->head_bytes = (u32)(at & 0xffffu) + 2u;
			return HTTP_OK;
		}
		if (lines == HTTP_LINES_MAX)
			return HTTP_FIELDS_TOO_LARGE;
		lines += 1;
		verdict = field_read(v, &at, &name, &value);
		if (verdict != HTTP_OK)
			return verdict;
		field_note(out, field_of(http_part(v, name)), value);
	}
	return HTTP_MORE;
}

bool http_field_next(struct view head, const struct http_request *r, struct view name, u32 *cursor,
	struct http_part *value)
{
	struct view v = view_first(head, (usize)r->fields.at + r->fields.n);
	usize at = *cursor < r->fields.at ? r->fields.at : *cursor;
	struct http_part found;

	while (at < v.n && field_read(v, &at, &found, value) == HTTP_OK) {
		if (!view_same_word(http_part(v, found), name))
			continue;
		*cursor = (u32)(at & 0xffffu);
		return true;
	}
	*cursor = HTTP_HEAD_MAX;
	*value = place(0, 0);
	return false;
}

struct view http_field(struct view head, const struct http_request *r, enum http_field f)
{
	require(f < HTTP_FIELDS);
	return http_part(head, r->field[f]);
}

/* ---- what the head means ---- */

/* uri-host [ ":" port ] (RFC 3986, 3.2.2). Empty is for the caller to judge. */
static bool host_is_good(struct view v)
{
	usize at;

	if (view_at(v, 0) == '[') {
		at = 1;
		while (at < v.n && (class_is(view_at(v, at), CLASS_HEX) || view_at(v, at) == ':' ||
					   view_at(v, at) == '.'))
			at += 1;
		if (at == 1 || view_at(v, at) != ']')
			return false;
		at += 1;
	} else {
		at = class_end(v, 0, CLASS_HOST);
	}
	if (at == v.n)
		return true;
	return at > 0 && view_at(v, at) == ':' && class_end(v, at + 1, CLASS_DIGIT) == v.n;
}

/* The path between `from` and the first '?', the query behind that. */
static void path_place(struct view v, usize from, usize end, struct http_request *out)
{
	usize at = from;
	u8 before = 0;

	out->plain_path = true;
	for (; at < end; at += 1) {
		u8 c = view_at(v, at);

		if (c == '?')
			break;
		if (c == '%' || ((c == '/' || c == '.') && before == '/'))
			out->plain_path = false;
		before = c;
	}
	out->path = place(from, at);
	out->query = at < end ? place(at + 1, end) : place(end, end);
}

/* RFC 9112, 3.2: the four forms; authority-form belongs to CONNECT alone, which
 * is a method we do not have. */
static enum http_verdict target_read(struct view v, struct http_request *out)
{
	struct view target = http_part(v, out->target), authority;
	usize from = out->target.at, end = from + target.n, at;

	if (view_at(target, 0) == '/') {
		path_place(v, from, end, out);
		return HTTP_OK;
	}
	if (view_equal(target, text("*"))) {
		out->path = out->target;
		out->plain_path = true;
		return out->method == HTTP_OPTIONS ? HTTP_OK : HTTP_BAD_REQUEST;
	}
	if (!view_same_word(view_first(target, 7), text("http://")))
		return HTTP_BAD_REQUEST;
	at = from + 7;
	while (at < end && view_at(v, at) != '/' && view_at(v, at) != '?')
		at += 1;
	authority = cut(v, from + 7, at);
	if (authority.n == 0 || !host_is_good(authority))
		return HTTP_BAD_REQUEST;
	out->host = place(from + 7, at);
	path_place(v, at, end, out);
	return HTTP_OK;
}

static enum http_verdict host_read(struct view v, struct http_request *out)
{
	if ((out->repeated >> HTTP_HOST & 1u) != 0)
		return HTTP_BAD_REQUEST;
	if (!http_has(out, HTTP_HOST))
		return out->minor == 0 ? HTTP_OK : HTTP_BAD_REQUEST;
	if (!host_is_good(http_field(v, out, HTTP_HOST)))
		return HTTP_BAD_REQUEST;
	if (out->host.n == 0) /* 3.2.2: an absolute target's host wins */
		out->host = out->field[HTTP_HOST];
	return HTTP_OK;
}

/* RFC 9112, 6.1: only "chunked", once, alone. What we do not know but is framed
 * by chunked is 501; what has no certain end is 400. */
static enum http_verdict coding_read(struct view v, struct http_request *out)
{
	struct view value = http_field(v, out, HTTP_TRANSFER_ENCODING);
	struct view chunked = text("chunked");

	if (out->minor == 0 || http_has(out, HTTP_CONTENT_LENGTH) ||
		(out->repeated >> HTTP_TRANSFER_ENCODING & 1u) != 0)
		return HTTP_BAD_REQUEST;
	if (view_same_word(value, chunked)) {
		out->framing = HTTP_CHUNKED;
		return HTTP_OK;
	}
	if (value.n <= chunked.n || view_same_word(view_first(value, chunked.n), chunked))
		return HTTP_BAD_REQUEST;
	if (view_same_word(view_from(value, value.n - chunked.n), chunked))
		return HTTP_NOT_IMPLEMENTED;
	return HTTP_BAD_REQUEST;
}

/* RFC 9112, 6.3: how long the body is, or no request at all. */
static enum http_verdict framing_read(struct view v, struct http_request *out)
{
	struct view value = http_field(v, out, HTTP_CONTENT_LENGTH);
	struct reader r = reader_of(value);
	u64 length;

	if (http_has(out, HTTP_TRANSFER_ENCODING))
		return coding_read(v, out);
	if (!http_has(out, HTTP_CONTENT_LENGTH))
		return HTTP_OK;
	if ((out->repeated >> HTTP_CONTENT_LENGTH & 1u) != 0)
		return HTTP_BAD_REQUEST;
	if (value.n == 0 || class_end(value, 0, CLASS_DIGIT) != value.n)
		return HTTP_BAD_REQUEST;
	if (!read_decimal(&r, 0x7fffffffffffffffull, &length))
		return HTTP_CONTENT_TOO_LARGE;
	out->body_bytes = length;
	out->framing = length != 0 ? HTTP_FIXED : HTTP_NO_BODY;
	return HTTP_OK;
}

static bool list_has(struct view value, struct view token)
{
	usize at = 0;

	while (at < value.n) {
		usize end = class_end(value, at, CLASS_TOKEN);

		if (view_same_word(cut(value, at, end), token))
			return true;
		at = end + 1;
	}
	return false;
}

/* Whether a list of tokens, on however many lines, has this one. */
static bool has_token(struct view v, const struct http_request *r, enum http_field f, struct view token)
{
	struct http_part line;
	u32 cursor = 0;

	if (!http_has(r, f))
		return false;
	if ((r->repeated >> f & 1u) == 0)
		return list_has(http_field(v, r, f), token);
	while (http_field_next(v, r, http_field_name(f), &cursor, &line))
		if (list_has(http_part(v, line), token))
			return true;
	return false;
}

static enum http_verdict meaning_read(struct view v, struct http_request *out)
{
	enum http_verdict verdict = target_read(v, out);

	if (verdict == HTTP_OK)
		verdict = host_read(v, out);
	if (verdict == HTTP_OK)
		verdict = framing_read(v, out);
	if (verdict != HTTP_OK)
		return verdict;

	/* RFC 9112, 9.3 */
	if (has_token(v, out, HTTP_CONNECTION, text("close")))
		out->keep = false;
	else
		out->keep = out->minor > 0 || has_token(v, out, HTTP_CONNECTION, text("keep-alive"));

	/* RFC 9110, 10.1.1; a client of 1.0 cannot mean it */
	if (http_has(out, HTTP_EXPECT) && out->minor > 0) {
		if (!view_same_word(http_field(v, out, HTTP_EXPECT), text("100-continue")) ||
			(out->repeated >> HTTP_EXPECT & 1u) != 0)
			return HTTP_EXPECTATION_FAILED;
		out->expects_continue = out->framing != HTTP_NO_BODY;
	}
	return HTTP_OK;
}

enum http_verdict http_request_read(struct view rx, struct http_request *out)
{
	struct view v = view_first(rx, HTTP_HEAD_MAX);
	usize at = 0;
	enum http_verdict verdict;

	*out = (struct http_request){ 0 };
	if (v.n == 0)
		return HTTP_MORE;
	verdict = line_read(v, &at, out);
	if (verdict == HTTP_OK)
		verdict = fields_read(v, at, out);
	if (verdict == HTTP_MORE && v.n == HTTP_HEAD_MAX)
		return HTTP_FIELDS_TOO_LARGE;
	return verdict == HTTP_OK ? meaning_read(v, out) : verdict;
}

/* ---- paths ---- */

/* A segment that means "here" or "above". */
static bool is_dots(struct view decoded, usize from, usize to)
{
	struct view segment = cut(decoded, from, to);

	return view_equal(segment, text(".")) || view_equal(segment, text(".."));
}

enum http_verdict http_path_decode(struct view path, struct span room, usize *bytes)
{
	struct writer w = writer_of(room);
	usize at = 0, segment = 0;

	*bytes = 0;
	while (at < path.n) {
		u8 c = view_at(path, at);

		at += 1;
		if (c == '%') {
			u8 high = view_at(path, at), low = view_at(path, at + 1);

			if (!class_is(high, CLASS_HEX) || !class_is(low, CLASS_HEX))
				return HTTP_BAD_REQUEST;
			c = (u8)((class_digit(high) * 16u + class_digit(low)) & 0xffu);
			if (c < 0x20 || c == 0x7f || c == '/' || c == '\\')
				return HTTP_BAD_REQUEST;
			at += 2;
		} else if (c == '/') {
			if (is_dots(write_done(&w), segment, write_len(&w)))
				return HTTP_BAD_REQUEST;
			segment = write_len(&w) + 1;
		}
		write_u8(&w, c);
	}
	if (is_dots(write_done(&w), segment, write_len(&w)))
		return HTTP_BAD_REQUEST;
	if (write_bad(&w))
		return HTTP_URI_TOO_LONG;
	*bytes = write_len(&w);
	return HTTP_OK;
}
