/* http_fuzz.c - requests as a connection brings them: read whole, cut anywhere, and by every function of the core.
 *
 * Beyond the sanitizers: a head that is whole stays whole and the same whatever
 * follows, no shorter beginning of it is whole or refused differently, and a body
 * has the same content however it is cut.
 */
#include "lib/http/http.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void must(bool condition)
{
	if (!condition)
		abort();
}

/* So that the sanitizer sees the first byte outside. */
static struct view exact(struct view v)
{
	u8 *p = malloc(v.n + (v.n == 0));

	if (v.n > 0)
		memcpy(p, v.p, v.n);
	return view_make(p, v.n);
}

static void drop(struct view v)
{
	free((void *)(uintptr_t)v.p);
}

static void cuts_agree(struct view v, const struct http_request *r, enum http_verdict whole)
{
	usize end = whole == HTTP_OK ? r->head_bytes : v.n;

	for (usize n = 0; n < end; n += 1 + n / 64) {
		struct view cut = exact(view_first(v, n));
		struct http_request early;
		enum http_verdict verdict = http_request_read(cut, &early);

		must(verdict == HTTP_MORE || (whole != HTTP_OK && whole != HTTP_MORE));
		drop(cut);
	}
}

static void ask(struct view v, const struct http_request *r)
{
	struct http_part value;
	struct http_range range;
	u8 room[600];
	usize n;
	u32 cursor = 0, found = 0;

	must(r->head_bytes <= v.n && r->head_bytes <= HTTP_HEAD_MAX);
	for (u32 f = 0; f < HTTP_FIELDS; f += 1) {
		struct view text = http_field(v, r, (enum http_field)f);

		must(view_find(text, '\r') == text.n && view_find(text, '\n') == text.n &&
			view_find(text, 0) == text.n);
	}
	while (http_field_next(v, r, text("accept-encoding"), &cursor, &value))
		must((found += 1) <= HTTP_LINES_MAX);
	must((found > 0) == http_has(r, HTTP_ACCEPT_ENCODING));
	if (http_path_decode(http_part(v, r->path), span_of(room), &n) == HTTP_OK) {
		struct view path = view_make(room, n);

		must(n <= sizeof room && view_find(path, 0) == n);
		must(!r->plain_path || view_equal(path, http_part(v, r->path)));
		for (usize i = 0; i + 3 <= n; i += 1)
			must(!view_starts(view_from(path, i), text("/../")));
	} else {
		must(!r->plain_path || r->path.n > sizeof room);
	}
	(void)http_precondition(v, r, text("\"abc\""), 784111777);
	if (http_range(v, r, text("\"abc\""), 784111777, 1000, &range) == HTTP_PARTIAL)
		must(range.n > 0 && range.first < 1000 && range.n <= 1000 - range.first);
	must(http_coding(v, r, 5) != HTTP_GZIP);
}

/* A sum of the content, and where the body ended. */
static enum http_verdict body_sum(
	const struct http_request *r, struct view rest, usize step, u64 *sum, usize *used)
{
	struct http_body b = http_body_make(r, 100000);
	enum http_verdict verdict = HTTP_MORE;

	*sum = *used = 0;
	while (verdict == HTTP_MORE) {
		struct view here = exact(view_first(view_from(rest, *used), step));
		struct http_piece piece;

		verdict = http_body_read(&b, here, &piece);
		must(piece.used <= here.n && piece.at <= piece.used && piece.n <= piece.used - piece.at);
		for (usize i = 0; i < piece.n; i += 1)
			*sum = *sum * 31 + view_at(here, piece.at + i);
		*used += piece.used;
		drop(here);
		if (piece.used == 0)
			break;
	}
	return verdict;
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct view v = exact(view_make(data, size));
	struct http_request r;
	enum http_verdict verdict = http_request_read(v, &r);
	u64 date;

	cuts_agree(v, &r, verdict);
	if (verdict == HTTP_OK) {
		struct view rest = view_from(v, r.head_bytes);
		u64 sum, other_sum;
		usize used, other_used;
		enum http_verdict whole;

		ask(v, &r);
		whole = body_sum(&r, rest, rest.n + 1, &sum, &used);
		must(whole == body_sum(&r, rest, 1, &other_sum, &other_used));
		must(whole != HTTP_OK || (sum == other_sum && used == other_used));
	}
	(void)http_date_read(view_first(v, 40), &date);
	drop(v);
	return 0;
}
