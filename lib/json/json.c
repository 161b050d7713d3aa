/* json.c - reading. See json.h. */
#include "lib/json/json.h"

struct view json_kind_name(enum json_kind k)
{
	switch (k) {
	case JSON_END: return text("end");
	case JSON_OBJECT: return text("object");
	case JSON_OBJECT_END: return text("end of object");
	case JSON_ARRAY: return text("array");
	case JSON_ARRAY_END: return text("end of array");
	case JSON_NAME: return text("name");
	case JSON_STRING: return text("string");
	case JSON_NUMBER: return text("number");
	case JSON_TRUE: return text("true");
	case JSON_FALSE: return text("false");
	case JSON_NULL: return text("null");
	case JSON_BAD: return text("bad");
	}
	return text("?");
}

struct json json_start(void)
{
	return (struct json){ 0, 0, JSON_WANT_VALUE, false };
}

/* 2: insignificant white space */
static void skip_space(struct reader *r)
{
	for (u8 c = read_peek(r); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = read_peek(r))
		read_skip(r, 1);
}

static bool take(struct reader *r, u8 c)
{
	skip_space(r);
	if (read_left(r) == 0 || read_peek(r) != c)
		return false;
	read_skip(r, 1);
	return true;
}

static bool word(struct reader *r, struct view literal)
{
	return view_equal(read_view(r, literal.n), literal);
}

/* ---- 7: strings ---- */

static bool hex4(struct reader *r, u32 *out)
{
	u32 v = 0;

	*out = 0;
	for (u32 i = 0; i < 4u; i += 1) {
		u8 c = read_u8(r);
		u32 digit = c >= '0' && c <= '9'   ? (u32)c - '0'
			    : c >= 'a' && c <= 'f' ? (u32)c - 'a' + 10u
			    : c >= 'A' && c <= 'F' ? (u32)c - 'A' + 10u
						   : 16u;

		if (digit > 15u)
			return false;
		v = (v * 16u + digit) & 0xffffu;
	}
	*out = v;
	return true;
}

/* What stands behind a \u: one code point, of one or two such. 8.2: half a pair means nothing. */
static bool code_point(struct reader *r, u8 u, u32 *out)
{
	u32 high, low;

	*out = 0;
	if (u != 'u' || !hex4(r, &high) || (high >= 0xdc00u && high <= 0xdfffu))
		return false;
	*out = high;
	if (high < 0xd800u || high > 0xdbffu)
		return true;
	if (!word(r, text("\\u")) || !hex4(r, &low) || low < 0xdc00u || low > 0xdfffu)
		return false;
	*out = 0x10000u + (high & 0x3ffu) * 0x400u + (low & 0x3ffu);
	return true;
}

/* Behind the backslash. */
static bool escaped(struct reader *r, u32 *out)
{
	u8 c = read_u8(r);
	struct view meant = view_from(text("\"\\/\b\f\n\r\t"), view_find(text("\"\\/bfnrt"), c));

	if (meant.n == 0)
		return code_point(r, c, out);
	*out = view_at(meant, 0);
	return true;
}

/* RFC 3629 4: the bytes behind this first one. */
static bool well_formed(struct reader *r, u8 first)
{
	u32 more = first < 0xe0u ? 1u : first < 0xf0u ? 2u : 3u;
	u8 least = first == 0xe0u ? 0xa0u : first == 0xf0u ? 0x90u : 0x80u;
	u8 most = first == 0xedu ? 0x9fu : first == 0xf4u ? 0x8fu : 0xbfu;

	if (first < 0x80u)
		return true;
	if (first < 0xc2u || first > 0xf4u)
		return false;
	for (u32 i = 0; i < more; i += 1) {
		u8 c = read_u8(r);

		if (c < least || c > most)
			return false;
		least = 0x80u;
		most = 0xbfu;
	}
	return true;
}

/* From behind its first quote to behind its last. */
static bool read_string(struct reader *r, struct view *raw)
{
	struct reader from = *r;
	usize start = read_at(r);
	u32 code;

	for (;;) {
		usize n = read_since(r, start);
		u8 c = read_u8(r);

		if (c == '"') {
			*raw = read_view(&from, n);
			return true;
		}
		if (c < 0x20u || !(c == '\\' ? escaped(r, &code) : well_formed(r, c)))
			return false;
	}
}

/* ---- 6: numbers ---- */

static bool is_digit(u8 c)
{
	return c >= '0' && c <= '9';
}

static u32 digit(u8 c)
{
	return c >= '0' && c <= '9' ? (u32)c - '0' : 0;
}

static bool digits(struct reader *r)
{
	if (!is_digit(read_peek(r)))
		return false;
	while (is_digit(read_peek(r)))
		read_skip(r, 1);
	return true;
}

static bool read_number(struct reader *r, struct view *raw)
{
	struct reader from = *r;
	usize start = read_at(r);

	if (read_peek(r) == '-')
		read_skip(r, 1);
	if (read_peek(r) == '0')
		read_skip(r, 1);
	else if (!digits(r))
		return false;
	if (read_peek(r) == '.') {
		read_skip(r, 1);
		if (!digits(r))
			return false;
	}
	if (read_peek(r) == 'e' || read_peek(r) == 'E') {
		read_skip(r, 1);
		if (read_peek(r) == '+' || read_peek(r) == '-')
			read_skip(r, 1);
		if (!digits(r))
			return false;
	}
	*raw = read_view(&from, read_since(r, start));
	return true;
}

/* ---- the grammar ---- */

static void value_done(struct json *j)
{
	j->want = j->depth == 0 ? JSON_WANT_NOTHING : JSON_WANT_MORE;
}

static enum json_kind opened(struct json *j, bool object)
{
	if (j->depth >= JSON_DEPTH)
		return JSON_BAD;
	j->depth += 1;
	j->objects = (j->objects & 0x7fffffffu) * 2u + (object ? 1u : 0u);
	j->want = object ? JSON_WANT_MEMBER : JSON_WANT_FIRST;
	return object ? JSON_OBJECT : JSON_ARRAY;
}

static enum json_kind closed(struct json *j)
{
	bool object = (j->objects & 1u) != 0;

	j->depth -= j->depth > 0 ? 1u : 0u;
	j->objects /= 2u;
	value_done(j);
	return object ? JSON_OBJECT_END : JSON_ARRAY_END;
}

static enum json_kind value(struct json *j, struct reader *r, struct view *raw)
{
	skip_space(r);
	switch (read_peek(r)) {
	case '{': read_skip(r, 1); return opened(j, true);
	case '[': read_skip(r, 1); return opened(j, false);
	}
	value_done(j);
	switch (read_peek(r)) {
	case '"': read_skip(r, 1); return read_string(r, raw) ? JSON_STRING : JSON_BAD;
	case 't': return word(r, text("true")) ? JSON_TRUE : JSON_BAD;
	case 'f': return word(r, text("false")) ? JSON_FALSE : JSON_BAD;
	case 'n': return word(r, text("null")) ? JSON_NULL : JSON_BAD;
	}
	return read_number(r, raw) ? JSON_NUMBER : JSON_BAD;
}

static enum json_kind member(struct json *j, struct reader *r, struct view *raw)
{
	if (!take(r, '"') || !read_string(r, raw) || !take(r, ':'))
		return JSON_BAD;
	j->want = JSON_WANT_VALUE;
	return JSON_NAME;
}

static enum json_kind next(struct json *j, struct reader *r, struct view *raw)
{
	bool object = (j->objects & 1u) != 0;

	switch (j->want) {
	case JSON_WANT_VALUE: return value(j, r, raw);
	case JSON_WANT_FIRST: return take(r, ']') ? closed(j) : value(j, r, raw);
	case JSON_WANT_MEMBER: return take(r, '}') ? closed(j) : member(j, r, raw);
	case JSON_WANT_MORE:
		if (take(r, object ? '}' : ']'))
			return closed(j);
		if (!take(r, ','))
			return JSON_BAD;
		return object ? member(j, r, raw) : value(j, r, raw);
	case JSON_WANT_NOTHING: break;
	}
	skip_space(r);
	return read_left(r) == 0 ? JSON_END : JSON_BAD;
}

enum json_kind json_next(struct json *j, struct reader *r, struct view *raw)
{
	struct reader here = *r;
	enum json_kind k;

	*raw = read_view(&here, 0);
	k = j->bad ? JSON_BAD : next(j, r, raw);
	if (k != JSON_BAD && !read_bad(r))
		return k;
	j->bad = true;
	*raw = read_view(&here, 0);
	return JSON_BAD;
}

/* ---- what they mean ---- */

/* RFC 3629 3 */
static void write_code(struct writer *w, u32 code)
{
	if (code < 0x80u) {
		write_u8(w, (u8)(code & 0x7fu));
		return;
	}
	if (code < 0x800u) {
		write_u8(w, (u8)(0xc0u | (code / 0x40u & 0x1fu)));
	} else if (code < 0x10000u) {
		write_u8(w, (u8)(0xe0u | (code / 0x1000u & 0x0fu)));
		write_u8(w, (u8)(0x80u | (code / 0x40u & 0x3fu)));
	} else {
		write_u8(w, (u8)(0xf0u | (code / 0x40000u & 0x07u)));
		write_u8(w, (u8)(0x80u | (code / 0x1000u & 0x3fu)));
		write_u8(w, (u8)(0x80u | (code / 0x40u & 0x3fu)));
	}
	write_u8(w, (u8)(0x80u | (code & 0x3fu)));
}

bool json_unescape(struct writer *w, struct view raw)
{
	struct reader r = reader_of(raw);
	u32 code;

	while (read_left(&r) > 0 && !write_bad(w)) {
		u8 c = read_u8(&r);

		if (c != '\\')
			write_u8(w, c);
		else if (escaped(&r, &code))
			write_code(w, code);
		else
			write_fail(w);
	}
	return !write_bad(w);
}

bool json_is(struct view raw, struct view plain)
{
	u8 room[JSON_NAME_MOST];
	struct writer w = writer_of(span_of(room));

	return json_unescape(&w, raw) && view_equal(write_done(&w), plain);
}

#define MANY 500000000u /* digits, and what an exponent can ask for: more makes no difference to a u64 */

#define LAST_TENTH 1844674407370955161ull /* ten times that, and one digit more, is not always a u64 */

/* The digits up to one that is none, as many as a u64 takes; those in front of the point that
 * it does not take make the exponent larger, those behind it that it takes smaller: by how much. */
static i32 mantissa(struct reader *r, u64 *value, bool behind)
{
	u64 v = *value;
	u32 up = 0, down = 0;

	for (u8 c = read_peek(r); is_digit(c); c = read_peek(r)) {
		read_skip(r, 1);
		if (v >= LAST_TENTH) {
			if (!behind && up < MANY)
				up += 1u;
			continue;
		}
		v = v * 10u + digit(c);
		if (behind && down < MANY)
			down += 1u;
	}
	*value = v;
	return (i32)up - (i32)down;
}

/* Behind its e. */
static i32 exponent_of(struct reader *r)
{
	bool minus = read_peek(r) == '-';
	u32 e = 0;

	if (minus || read_peek(r) == '+')
		read_skip(r, 1);
	for (u8 c = read_peek(r); is_digit(c); c = read_peek(r)) {
		read_skip(r, 1);
		if (e < MANY / 10u)
			e = e * 10u + digit(c);
	}
	return minus ? -(i32)e : (i32)e;
}

/* v times ten to the exponent; false: no u64 takes it. */
static bool scale(u64 *value, i32 exponent)
{
	u64 v = *value;

	for (; exponent < 0 && v > 0; exponent += 1)
		v /= 10u;
	for (; exponent > 0 && v > 0; exponent -= 1) {
		if (v >= LAST_TENTH)
			return false;
		v *= 10u;
	}
	*value = v;
	return true;
}

bool json_number(struct view raw, u32 digits_more, u64 most, u64 *out)
{
	struct reader r = reader_of(raw);
	i32 exponent = digits_more < 1000u ? (i32)digits_more : 1000, cut;
	bool minus = read_peek(&r) == '-';
	u64 v = 0;

	*out = 0;
	if (minus)
		read_skip(&r, 1);
	cut = mantissa(&r, &v, false);
	exponent += cut;
	if (read_peek(&r) == '.') {
		read_skip(&r, 1);
		exponent += mantissa(&r, &v, true);
	}
	if (read_peek(&r) == 'e' || read_peek(&r) == 'E') {
		read_skip(&r, 1);
		exponent += exponent_of(&r);
	}
	if ((cut > 0 && exponent > 0) || (minus && v > 0) || !scale(&v, exponent) || v > most)
		return false;
	*out = v;
	return true;
}
