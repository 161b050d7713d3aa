/* http_choice_test.c - conditions, ranges, codings, dates: tables by rule. */
#include "lib/http/http.h"
#include "test/test.h"
#include <time.h>

static struct view say(const char *s)
{
	return view_make(s, strlen(s));
}

/* A request with these field lines in place of "|". */
static struct view request(struct span room, const char *method, const char *lines, struct http_request *r)
{
	int n = snprintf((char *)room.p, room.n, "%s / HTTP/1.1\r\nHost: a\r\n%s\r\n", method, lines);
	struct view v = view_make(room.p, (usize)n);

	EXPECT_EQ(http_request_read(v, r), HTTP_OK);
	return v;
}

#define TAG "\"abc\""
#define NOW 784111777u /* Sun, 06 Nov 1994 08:49:37 GMT */

TEST(conditions_are_weighed_in_the_order_of_the_rfc)
{
	static const struct {
		const char *method, *lines;
		int condition;
	} ROWS[] = {
		{ "GET", "", HTTP_PROCEED },
		{ "GET", "If-None-Match: \"abc\"\r\n", HTTP_NOT_MODIFIED },
		{ "HEAD", "If-None-Match: \"abc\"\r\n", HTTP_NOT_MODIFIED },
		{ "POST", "If-None-Match: \"abc\"\r\n", HTTP_PRECONDITION_FAILED },
		{ "GET", "If-None-Match: \"x\"\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: W/\"abc\"\r\n", HTTP_NOT_MODIFIED }, /* weak comparison */
		{ "GET", "If-None-Match: w/\"abc\"\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: \"x\", \"a,b\" ,\t\"abc\"\r\n", HTTP_NOT_MODIFIED },
		{ "GET", "If-None-Match: \"x\"\r\nIf-None-Match: \"abc\"\r\n", HTTP_NOT_MODIFIED },
		{ "GET", "If-None-Match: abc\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: \"x\"\"abc\"\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: \"abc\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match:\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: *\r\n", HTTP_NOT_MODIFIED },
		{ "PUT", "If-None-Match: *\r\n", HTTP_PRECONDITION_FAILED },
		{ "GET", "If-Match: \"abc\"\r\n", HTTP_PROCEED },
		{ "GET", "If-Match: *\r\n", HTTP_PROCEED },
		{ "GET", "If-Match: W/\"abc\"\r\n", HTTP_PRECONDITION_FAILED }, /* strong comparison */
		{ "GET", "If-Match: \"x\"\r\n", HTTP_PRECONDITION_FAILED },
		{ "GET", "If-Match: \"x\"\r\nIf-None-Match: \"abc\"\r\n", HTTP_PRECONDITION_FAILED },
		{ "GET", "If-Match: \"abc\"\r\nIf-None-Match: \"abc\"\r\n", HTTP_NOT_MODIFIED },
		{ "GET", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", HTTP_NOT_MODIFIED },
		{ "GET", "If-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT\r\n", HTTP_NOT_MODIFIED },
		{ "GET", "If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", HTTP_PROCEED },
		{ "GET", "If-Modified-Since: yesterday\r\n", HTTP_PROCEED },
		{ "POST", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", HTTP_PROCEED },
		{ "GET", "If-None-Match: \"x\"\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
			HTTP_PROCEED },
		{ "GET", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", HTTP_PRECONDITION_FAILED },
		{ "GET", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", HTTP_PROCEED },
		{ "GET", "If-Unmodified-Since: never\r\n", HTTP_PROCEED },
		{ "GET", "If-Match: \"abc\"\r\nIf-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n",
			HTTP_PROCEED },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		u8 room[400];
		struct http_request r;
		struct view v = request(span_of(room), ROWS[i].method, ROWS[i].lines, &r);
		int got = (int)http_precondition(v, &r, text(TAG), NOW);

		if (got != ROWS[i].condition)
			test_fail(__FILE__, __LINE__, "%s %s: %d", ROWS[i].method, ROWS[i].lines, got);
	}
}

TEST(without_a_resource_or_a_date_conditions_on_them_fail_or_do_not_count)
{
	u8 room[400];
	struct http_request r;
	struct view v = request(span_of(room), "PUT", "If-Match: *\r\n", &r);

	EXPECT_EQ(http_precondition(v, &r, view_none(), 0), HTTP_PRECONDITION_FAILED);
	v = request(span_of(room), "PUT", "If-None-Match: *\r\n", &r);
	EXPECT_EQ(http_precondition(v, &r, view_none(), 0), HTTP_PROCEED);
	v = request(span_of(room), "GET", "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", &r);
	EXPECT_EQ(http_precondition(v, &r, text(TAG), 0), HTTP_PROCEED);
	v = request(span_of(room), "GET", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", &r);
	EXPECT_EQ(http_precondition(v, &r, text(TAG), 0), HTTP_PROCEED);
}

TEST(a_single_range_is_cut_to_what_there_is)
{
	static const struct {
		const char *lines;
		int ranging;
		u64 first, n;
	} ROWS[] = {
		{ "", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-0\r\n", HTTP_PARTIAL, 0, 1 },
		{ "Range: bytes=10-19\r\n", HTTP_PARTIAL, 10, 10 },
		{ "Range: Bytes=10-\r\n", HTTP_PARTIAL, 10, 90 },
		{ "Range: bytes=99-500\r\n", HTTP_PARTIAL, 99, 1 },
		{ "Range: bytes=0-99999999999999999999999\r\n", HTTP_PARTIAL, 0, 100 },
		{ "Range: bytes=-1\r\n", HTTP_PARTIAL, 99, 1 },
		{ "Range: bytes=-500\r\n", HTTP_PARTIAL, 0, 100 },
		{ "Range: bytes=100-\r\n", HTTP_UNSATISFIABLE, 0, 100 },
		{ "Range: bytes=99999999999999999999-\r\n", HTTP_UNSATISFIABLE, 0, 100 },
		{ "Range: bytes=-0\r\n", HTTP_UNSATISFIABLE, 0, 100 },
		{ "Range: bytes=5-4\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=-\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=a-b\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes= 0-1\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1x\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1,5-6\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: lines=0-1\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1\r\nRange: bytes=0-1\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1\r\nIf-Range: \"abc\"\r\n", HTTP_PARTIAL, 0, 2 },
		{ "Range: bytes=0-1\r\nIf-Range: \"x\"\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1\r\nIf-Range: W/\"abc\"\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:37 GMT\r\n", HTTP_PARTIAL, 0, 2 },
		{ "Range: bytes=0-1\r\nIf-Range: Sun, 06 Nov 1994 08:49:38 GMT\r\n", HTTP_WHOLE, 0, 100 },
		{ "Range: bytes=500-\r\nIf-Range: \"x\"\r\n", HTTP_WHOLE, 0, 100 },
	};
	u8 room[400];
	struct http_request r;
	struct http_range range;
	struct view v;

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		int got;

		v = request(span_of(room), "GET", ROWS[i].lines, &r);
		got = (int)http_range(v, &r, text(TAG), NOW, 100, &range);
		if (got != ROWS[i].ranging || range.first != ROWS[i].first || range.n != ROWS[i].n)
			test_fail(__FILE__, __LINE__, "%s: %d %llu+%llu", ROWS[i].lines, got,
				(unsigned long long)range.first, (unsigned long long)range.n);
	}
	v = request(span_of(room), "HEAD", "Range: bytes=0-1\r\n", &r);
	EXPECT_EQ(http_range(v, &r, text(TAG), 0, 100, &range), HTTP_WHOLE);
	v = request(span_of(room), "GET", "Range: bytes=-1\r\n", &r);
	EXPECT_EQ(http_range(v, &r, text(TAG), 0, 0, &range), HTTP_WHOLE);
}

TEST(the_coding_with_the_highest_weight_is_sent)
{
	static const struct {
		const char *lines;
		int coding;
	} ROWS[] = {
		{ "", HTTP_IDENTITY },
		{ "Accept-Encoding:\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: gzip, deflate, br, zstd\r\n", HTTP_BR },
		{ "Accept-Encoding: gzip\r\n", HTTP_GZIP },
		{ "Accept-Encoding: X-GZIP\r\n", HTTP_GZIP },
		{ "Accept-Encoding: br;q=0.5, gzip;q=0.8\r\n", HTTP_GZIP },
		{ "Accept-Encoding: br;q=0.8 ,gzip ; q=0.8\r\n", HTTP_BR },
		{ "Accept-Encoding: br;q=0\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: *\r\n", HTTP_BR },
		{ "Accept-Encoding: *, br;q=0\r\n", HTTP_GZIP },
		{ "Accept-Encoding: *;q=0\r\n",
			HTTP_IDENTITY }, /* nothing acceptable: identity all the same */
		{ "Accept-Encoding: identity;q=0.5, gzip;q=0.4\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: identity;q=0.5, gzip;q=0.5\r\n", HTTP_GZIP },
		{ "Accept-Encoding: gzip;q=1.001\r\n",
			HTTP_IDENTITY }, /* no weight: the member does not count */
		{ "Accept-Encoding: gzip;q=0.1234\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: gzip;x=1\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: gzip;q=0.001\r\n", HTTP_GZIP },
		{ "Accept-Encoding: gzip;q=1.\r\n", HTTP_GZIP },
		{ "Accept-Encoding: gzipped, brr\r\n", HTTP_IDENTITY },
		{ "Accept-Encoding: gzip\r\nAccept-Encoding: br\r\n", HTTP_BR },
		{ "Accept-Encoding: ,,gzip,,\r\n", HTTP_GZIP },
	};
	const u32 all = 1u << HTTP_IDENTITY | 1u << HTTP_GZIP | 1u << HTTP_BR;
	u8 room[400];
	struct http_request r;
	struct view v;

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		int got;

		v = request(span_of(room), "GET", ROWS[i].lines, &r);
		got = (int)http_coding(v, &r, all);
		if (got != ROWS[i].coding)
			test_fail(__FILE__, __LINE__, "%s: %d", ROWS[i].lines, got);
	}
	v = request(span_of(room), "GET", "Accept-Encoding: gzip, br\r\n", &r);
	EXPECT_EQ(http_coding(v, &r, 1u << HTTP_IDENTITY | 1u << HTTP_GZIP), HTTP_GZIP);
	EXPECT_EQ(http_coding(v, &r, 1u << HTTP_IDENTITY), HTTP_IDENTITY);
}

TEST(dates_are_written_and_read_back)
{
	static const u64 TIMES[] = { 0, 1, 59, 86399, 86400, 951782399, 951782400, 951868800, NOW, 1709164800,
		4102444799, 4107542400, HTTP_SECONDS_MAX };

	for (usize i = 0; i < COUNT(TIMES); i += 1) {
		u8 room[HTTP_DATE_BYTES];
		struct writer w = writer_of(span_of(room));
		u64 back;

		http_date_write(&w, TIMES[i]);
		EXPECT_EQ(write_len(&w), HTTP_DATE_BYTES);
		EXPECT(http_date_read(write_done(&w), &back));
		EXPECT_EQ(back, TIMES[i]);
	}
	{
		u8 room[HTTP_DATE_BYTES];
		struct writer w = writer_of(span_of(room));

		http_date_write(&w, NOW);
		EXPECT_VIEW(write_done(&w), text("Sun, 06 Nov 1994 08:49:37 GMT"));
		w = writer_of(span_of(room));
		http_date_write(&w, 1709164800);
		EXPECT_VIEW(write_done(&w), text("Thu, 29 Feb 2024 00:00:00 GMT"));
		w = writer_of(span_of(room));
		http_date_write(&w, TIME_NEVER);
		EXPECT_VIEW(write_done(&w), text("Fri, 31 Dec 9999 23:59:59 GMT"));
	}
}

TEST(days_agree_with_the_c_library_for_a_thousand_years)
{
	for (u64 s = 12345; s < 40000000000ull; s += 86400 * 37 + 4321) {
		time_t t = (time_t)s;
		struct tm tm;
		char want[64];
		u8 room[HTTP_DATE_BYTES];
		struct writer w = writer_of(span_of(room));

		gmtime_r(&t, &tm);
		strftime(want, sizeof want, "%a, %d %b %Y %H:%M:%S GMT", &tm);
		http_date_write(&w, s);
		EXPECT_VIEW(write_done(&w), say(want));
	}
}

TEST(the_three_forms_of_a_date_are_read_and_others_are_none)
{
	static const char *const GOOD[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994" };
	static const char *const BAD[] = { "", "Sun", "Sun, 06 Nov 1994 08:49:37",
		"Sun, 6 Nov 1994 08:49:37 GMT", "sun, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
		"Sun, 31 Nov 1994 08:49:37 GMT", "Sun, 29 Feb 2023 08:49:37 GMT",
		"Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1969 08:49:37 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1994 08:49:37 UTC",
		"Sunday, 06-Nov-1994 08:49:37 GMT", "Sunnyday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov 6 08:49:37 1994", "Xyz, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
		"784111777" };
	u64 s;

	for (usize i = 0; i < COUNT(GOOD); i += 1) {
		EXPECT(http_date_read(say(GOOD[i]), &s));
		EXPECT_EQ(s, NOW);
	}
	for (usize i = 0; i < COUNT(BAD); i += 1)
		if (http_date_read(say(BAD[i]), &s) || s != 0)
			test_fail(__FILE__, __LINE__, "read: %s", BAD[i]);
	EXPECT(http_date_read(text("Wednesday, 01-Jan-69 00:00:00 GMT"), &s));
	EXPECT_EQ(s, 3124224000);
}
