/* http_choice.c - which answer: conditions, ranges, codings (RFC 9110, 12 to 14). */
#include "lib/http/http.h"
#include "lib/http/http_class.h"

static struct view cut(struct view v, usize from, usize to)
{
	return view_first(view_from(v, from), to > from ? to - from : 0);
}

static bool repeated(const struct http_request *r, enum http_field f)
{
	return (r->repeated >> f & 1u) != 0;
}

/* ---- conditions (13) ---- */

/* Whether a list of entity tags has this one. A weak tag counts only where the
 * weak comparison is asked for (8.8.3.2); ours are all strong. What is not a
 * list of tags ends the search. */
static bool tags_have(struct view list, struct view tag, bool weak)
{
	usize at = 0;

	if (view_equal(list, text("*")))
		return tag.n != 0;
	while (at < list.n) {
		bool is_weak = view_starts(view_from(list, at), text("W/"));
		usize from, end;

		if (class_is(view_at(list, at), CLASS_SPACE) || view_at(list, at) == ',') {
			at += 1;
			continue;
		}
		from = is_weak ? at + 2 : at;
		if (view_at(list, from) != '"')
			return false;
		end = class_end(list, from + 1, CLASS_TAG);
		if (view_at(list, end) != '"')
			return false;
		at = end + 1;
		if (tag.n != 0 && (weak || !is_weak) && view_equal(cut(list, from, at), tag))
			return true;
		if (at < list.n && !class_is(view_at(list, at), CLASS_SPACE) && view_at(list, at) != ',')
			return false;
	}
	return false;
}

static bool lines_have(
	struct view head, const struct http_request *r, enum http_field f, struct view tag, bool weak)
{
	struct http_part line;
	u32 cursor = 0;

	if (!repeated(r, f))
		return tags_have(http_field(head, r, f), tag, weak);
	while (http_field_next(head, r, http_field_name(f), &cursor, &line))
		if (tags_have(http_part(head, line), tag, weak))
			return true;
	return false;
}

/* A condition on a date holds only for one valid date and a known one of ours. */
static bool date_of(
	struct view head, const struct http_request *r, enum http_field f, u64 modified_s, u64 *date)
{
	*date = 0;
	return http_has(r, f) && !repeated(r, f) && modified_s != 0 &&
	       http_date_read(http_field(head, r, f), date);
}

enum http_condition http_precondition(
	struct view head, const struct http_request *r, struct view tag, u64 modified_s)
{
	const u32 any = 1u << HTTP_IF_MATCH | 1u << HTTP_IF_NONE_MATCH | 1u << HTTP_IF_MODIFIED_SINCE |
			1u << HTTP_IF_UNMODIFIED_SINCE;
	bool safe = r->method == HTTP_GET || r->method == HTTP_HEAD;
	u64 date;

	if ((r->present & any) == 0)
		return HTTP_PROCEED;

	/* 13.2.2, steps 1 to 4 */
	if (http_has(r, HTTP_IF_MATCH)) {
		if (!lines_have(head, r, HTTP_IF_MATCH, tag, false))
			return HTTP_PRECONDITION_FAILED;
	} else if (date_of(head, r, HTTP_IF_UNMODIFIED_SINCE, modified_s, &date) && modified_s > date) {
		return HTTP_PRECONDITION_FAILED;
	}
	if (http_has(r, HTTP_IF_NONE_MATCH)) {
		if (!lines_have(head, r, HTTP_IF_NONE_MATCH, tag, true))
			return HTTP_PROCEED;
		return safe ? HTTP_NOT_MODIFIED : HTTP_PRECONDITION_FAILED;
	}
	if (safe && date_of(head, r, HTTP_IF_MODIFIED_SINCE, modified_s, &date) && modified_s <= date)
		return HTTP_NOT_MODIFIED;
	return HTTP_PROCEED;
}

/* ---- ranges (14) ---- */

/* Decimal, and a number too large is the largest: it is past every end. */
static bool number_read(struct reader *r, u64 *out)
{
	struct view digits = read_rest(r);
	u64 v = 0;
	usize n = class_end(digits, 0, CLASS_DIGIT);

	for (usize i = 0; i < n; i += 1) {
		u64 digit = view_at(digits, i) & 0x0fu;

		v = v > (0x7fffffffffffffffull - 15u) / 10u ? 0x7fffffffffffffffull : v * 10u + digit;
	}
	read_skip(r, n);
	*out = v;
	return n > 0;
}

/* If-Range (13.1.5): the strong comparison; a date must be exactly ours. */
static bool same_version(struct view head, const struct http_request *r, struct view tag, u64 modified_s)
{
	u64 date;

	if (!http_has(r, HTTP_IF_RANGE))
		return true;
	if (repeated(r, HTTP_IF_RANGE))
		return false;
	if (tag.n != 0 && view_equal(http_field(head, r, HTTP_IF_RANGE), tag))
		return true;
	return date_of(head, r, HTTP_IF_RANGE, modified_s, &date) && date == modified_s;
}

static enum http_ranging range_of(struct view spec, u64 size, struct http_range *out)
{
	struct reader r = reader_of(spec);
	u64 first = 0, last = 0, most = size - 1u;
	bool has_first = number_read(&r, &first);
	bool has_last;

	if (read_u8(&r) != '-')
		return HTTP_WHOLE;
	has_last = number_read(&r, &last);
	if (!read_finished(&r) || (!has_first && !has_last))
		return HTTP_WHOLE;
	if (!has_first) { /* the last so many */
		if (last == 0)
			return HTTP_UNSATISFIABLE;
		if (last > size)
			last = size;
		*out = (struct http_range){ size - last, last };
		return HTTP_PARTIAL;
	}
	if (has_last && last < first)
		return HTTP_WHOLE;
	if (first > most)
		return HTTP_UNSATISFIABLE;
	if (!has_last || last > most)
		last = most;
	*out = (struct http_range){ first, last - first + 1u };
	return HTTP_PARTIAL;
}

enum http_ranging http_range(struct view head, const struct http_request *r, struct view tag, u64 modified_s,
	u64 size, struct http_range *out)
{
	struct view value = http_field(head, r, HTTP_RANGE);
	struct http_range range = { 0, 0 };
	enum http_ranging ranging;

	*out = (struct http_range){ 0, size };
	if (r->method != HTTP_GET || !http_has(r, HTTP_RANGE) || repeated(r, HTTP_RANGE))
		return HTTP_WHOLE;
	if (!view_same_word(view_first(value, 6), text("bytes=")) || !same_version(head, r, tag, modified_s))
		return HTTP_WHOLE;
	/* An empty body has no byte that Content-Range could name; several ranges
	 * would cost us a multipart body, and 14.2 allows not to. */
	if (size == 0 || size > 0x7fffffffffffffffull || view_find(value, ',') != value.n)
		return HTTP_WHOLE;
	ranging = range_of(view_from(value, 6), size, &range);
	if (ranging == HTTP_PARTIAL)
		*out = range;
	return ranging;
}

/* ---- codings (12.5.3) ---- */

#define Q_UNSAID 0xffffu

struct wishes {
	u32 identity, gzip, br, star; /* thousandths, or Q_UNSAID */
};

/* A weight (12.4.2) in thousandths; Q_UNSAID when it is none. */
static u32 weight_read(struct view v)
{
	u32 q, scale = 100;

	if (v.n == 0 || v.n > 5 || view_at(v, 0) < '0' || view_at(v, 0) > '1')
		return Q_UNSAID;
	q = view_at(v, 0) == '1' ? 1000u : 0u;
	if (v.n > 1 && view_at(v, 1) != '.')
		return Q_UNSAID;
	for (usize i = 2; i < v.n; i += 1) {
		u32 c = view_at(v, i);

		if (c < '0' || c > '9')
			return Q_UNSAID;
		q += (c - '0') * scale;
		scale /= 10u;
	}
	return q <= 1000u ? q : Q_UNSAID;
}

static usize space_end(struct view v, usize at)
{
	return class_end(v, at, CLASS_SPACE);
}

/* One member: a coding, and its weight if it has one. */
static void member_read(struct view v, struct wishes *wishes)
{
	usize at = space_end(v, 0);
	usize end = class_end(v, at, CLASS_TOKEN);
	struct view coding = cut(v, at, end);
	u32 q = 1000;

	at = space_end(v, end);
	if (view_at(v, at) == ';') {
		usize stop;

		at = space_end(v, at + 1);
		if ((view_at(v, at) | 0x20u) != 'q' || view_at(v, at + 1) != '=')
			return;
		stop = class_end(v, at + 2, CLASS_TOKEN);
		q = weight_read(cut(v, at + 2, stop));
		at = space_end(v, stop);
	}
	if (at < v.n || q == Q_UNSAID)
		return;
	if (view_same_word(coding, text("br")))
		wishes->br = q;
	else if (view_same_word(coding, text("gzip")) || view_same_word(coding, text("x-gzip")))
		wishes->gzip = q;
	else if (view_same_word(coding, text("identity")))
		wishes->identity = q;
	else if (view_equal(coding, text("*")))
		wishes->star = q;
}

static void list_read(struct view v, struct wishes *wishes)
{
	usize at = 0;

	while (at < v.n) {
		usize n = view_find(view_from(v, at), ',');

		member_read(view_first(view_from(v, at), n), wishes);
		at += n + 1;
	}
}

enum http_coding http_coding(struct view head, const struct http_request *r, u32 available)
{
	struct wishes w = { Q_UNSAID, Q_UNSAID, Q_UNSAID, Q_UNSAID };
	enum http_coding best = HTTP_IDENTITY;
	struct http_part line;
	u32 cursor = 0, most;

	if (!http_has(r, HTTP_ACCEPT_ENCODING) || (available & ~(1u << HTTP_IDENTITY)) == 0)
		return HTTP_IDENTITY;
	if (!repeated(r, HTTP_ACCEPT_ENCODING)) {
		list_read(http_field(head, r, HTTP_ACCEPT_ENCODING), &w);
	} else {
		while (http_field_next(head, r, http_field_name(HTTP_ACCEPT_ENCODING), &cursor, &line))
			list_read(http_part(head, line), &w);
	}
	if (w.star == Q_UNSAID)
		w.star = 0;
	else if (w.identity == Q_UNSAID)
		w.identity = w.star;
	if (w.identity == Q_UNSAID) /* always acceptable, and never preferred */
		w.identity = 0;
	if (w.gzip == Q_UNSAID)
		w.gzip = w.star;
	if (w.br == Q_UNSAID)
		w.br = w.star;

	most = w.identity;
	if ((available >> HTTP_GZIP & 1u) != 0 && w.gzip > 0 && w.gzip >= most) {
		best = HTTP_GZIP;
		most = w.gzip;
	}
	if ((available >> HTTP_BR & 1u) != 0 && w.br > 0 && w.br >= most)
		best = HTTP_BR;
	return best;
}
