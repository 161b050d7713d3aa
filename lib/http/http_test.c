/* http_test.c - heads, bodies and what is refused: tables of requests as they come. */
#include "lib/http/http.h"
#include "lib/http/http_class.h"
#include "test/test.h"

static struct view say(const char *s)
{
	return view_make(s, strlen(s));
}

static enum http_verdict reads(const char *s, struct http_request *r)
{
	return http_request_read(say(s), r);
}

#define HOST "Host: a\r\n"

TEST(the_table_of_bytes_is_the_grammars)
{
	for (int c = 0; c < 256; c += 1) {
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'), digit = c >= '0' && c <= '9';
		bool hex = digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
		u8 b = (u8)c;

		EXPECT_EQ(class_is(b, CLASS_TOKEN), letter || digit || (c && strchr("!#$%&'*+-.^_`|~", c)));
		EXPECT_EQ(class_is(b, CLASS_TARGET), c > 0x20 && c < 0x7f && !strchr("#\"<>\\", c));
		EXPECT_EQ(class_is(b, CLASS_VALUE), c == 9 || (c >= 0x20 && c != 0x7f));
		EXPECT_EQ(class_is(b, CLASS_HOST), letter || digit || (c && strchr("-._~!$&'()*+,;=%", c)));
		EXPECT_EQ(class_is(b, CLASS_DIGIT), digit);
		EXPECT_EQ(class_is(b, CLASS_HEX), hex);
		EXPECT_EQ(class_is(b, CLASS_TAG), c == 0x21 || (c >= 0x23 && c <= 0x7e) || c >= 0x80);
		EXPECT_EQ(class_is(b, CLASS_SPACE), c == ' ' || c == '\t');
	}
}

TEST(a_request_is_found_where_it_lies)
{
	struct view v =
		text("GET /a/b?c=d&e HTTP/1.1\r\nHost: example.net:8080\r\naccept-ENCODING:\t gzip, br \t\r\n"
		     "X: y\r\nUser-Agent:\r\n\r\nGET /next");
	struct http_request r;

	EXPECT_EQ(http_request_read(v, &r), HTTP_OK);
	EXPECT_EQ(r.method, HTTP_GET);
	EXPECT_EQ(r.minor, 1);
	EXPECT_EQ(r.framing, HTTP_NO_BODY);
	EXPECT(r.keep && r.plain_path && !r.expects_continue);
	EXPECT_VIEW(http_part(v, r.target), text("/a/b?c=d&e"));
	EXPECT_VIEW(http_part(v, r.path), text("/a/b"));
	EXPECT_VIEW(http_part(v, r.query), text("c=d&e"));
	EXPECT_VIEW(http_part(v, r.host), text("example.net:8080"));
	EXPECT_VIEW(http_field(v, &r, HTTP_ACCEPT_ENCODING), text("gzip, br"));
	EXPECT(http_has(&r, HTTP_USER_AGENT));
	EXPECT_VIEW(http_field(v, &r, HTTP_USER_AGENT), text(""));
	EXPECT(!http_has(&r, HTTP_RANGE));
	EXPECT_VIEW(view_from(v, r.head_bytes), text("GET /next"));
}

TEST(every_cut_of_a_request_is_not_whole_yet)
{
	static const char *const WHOLE[] = {
		"\r\nPOST http://h/p%20q?x HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n",
		"PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
		"GET / HTTP/1.0\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nhost: [::1]:80\r\nTransfer-Encoding: Chunked\r\n\r\n",
	};

	for (usize i = 0; i < COUNT(WHOLE); i += 1) {
		struct view v = say(WHOLE[i]);
		struct http_request r;

		for (usize n = 0; n < v.n; n += 1) {
			char *exact = malloc(n + 1); /* so that the sanitizer sees a byte too far */

			memcpy(exact, v.p, n);
			if (http_request_read(view_make(exact, n), &r) != HTTP_MORE)
				test_fail(
					__FILE__, __LINE__, "request %zu cut at %zu is not HTTP_MORE", i, n);
			free(exact);
		}
		EXPECT_EQ(http_request_read(v, &r), HTTP_OK);
		EXPECT_EQ(r.head_bytes, v.n);
	}
}

TEST(methods_are_known_by_their_exact_name)
{
	struct http_request r;

	for (enum http_method m = 0; m < HTTP_METHODS; m += 1) {
		struct view name = http_method_name(m);
		char s[80];

		snprintf(s, sizeof s, "%.*s / HTTP/1.1\r\n" HOST "\r\n", (int)name.n, (const char *)name.p);
		EXPECT_EQ(reads(s, &r), HTTP_OK);
		EXPECT_EQ(r.method, m);
	}
	EXPECT_EQ(reads("get / HTTP/1.1\r\n" HOST "\r\n", &r), HTTP_NOT_IMPLEMENTED);
	EXPECT_EQ(reads("CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", &r), HTTP_NOT_IMPLEMENTED);
	EXPECT_EQ(reads("PROPFIND / HTTP/1.1\r\n" HOST "\r\n", &r), HTTP_NOT_IMPLEMENTED);
}

/* What a request must answer, in one table: the smuggler's tricks first. */
static const struct {
	const char *request;
	int verdict;
} VERDICTS[] = {
	/* RFC 9112, 6.1 and 6.3: two opinions about the length */
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\r\nContent-Length: 4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4, 4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4,5\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: +4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: -4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 0x4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4 4\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4_0\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4.0\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: \"4\"\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 4\v\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\n", 413 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775808\r\n\r\n", 413 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 9223372036854775807\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 004\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
		400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n",
		400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \"chunked\"\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked;x=y\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: \vchunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding : chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding\t: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST " Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding:\r\n chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "X: y\r\n Transfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "X: y\nTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "X: y\rTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "X: y\r\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400 },
	{ "POST / HTTP/1.1\r\n" HOST "Content_Length: 4\r\n\r\n", 0 }, /* another field, no body */
	{ "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: CHUNKED\r\n\r\n", 0 },
	/* lines and bytes */
	{ "GET / HTTP/1.1\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a\r\n\n", 400 },
	{ "GET / HTTP/1.1\r\r\n" HOST "\r\n", 400 },
	{ "GET  / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /  HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET\t/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ " GET / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1.1 \r\n" HOST "\r\n", 400 },
	{ "GET /\r\n", 400 },
	{ "GET / \r\n", 400 },
	{ "\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "\r\n\r\rGET / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "\r\n\r\n\r", 1 },
	{ "\nGET / HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "\r\nGET / HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET / HTTP/1.1\r\n" HOST ": x\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x y: z\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x(: z\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x: \x01\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x: \x7f\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\n" HOST "x: \xc3\xa4\t!\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\n\r\nHost: a\r\n\r\n", 400 },
	{ "\x16\x03\x01\x02", 400 }, /* TLS to the wrong port */
	/* versions */
	{ "GET / HTTP/1.2\r\n" HOST "\r\n", 0 },
	{ "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "GET / HTTP/0.9\r\n\r\n", 505 },
	{ "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 501 },
	{ "GET / HTTP/11\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1.10\r\n" HOST "\r\n", 400 },
	{ "GET / HTTP/1,1\r\n" HOST "\r\n", 400 },
	{ "GET / http/1.1\r\n" HOST "\r\n", 400 },
	/* targets (RFC 9112, 3.2) */
	{ "GET a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET a:80 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET //a HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET /a#b HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /a\\b HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /\xc3\xa4 HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET /a?b|{c}^` HTTP/1.1\r\n" HOST "\r\n", 0 }, /* as browsers send them */
	{ "GET http://b/ HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET HTTP://b HTTP/1.1\r\n" HOST "\r\n", 0 },
	{ "GET http:///x HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://u@b/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET http://b:x/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET https://b/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "GET ftp://b/ HTTP/1.1\r\n" HOST "\r\n", 400 },
	/* Host (RFC 9112, 3.2) */
	{ "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "GET / HTTP/1.0\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\nHost:\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
	{ "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
	{ "GET http://b/ HTTP/1.1\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a:\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\nHost: a:80a\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: [fe80::1]:80\r\n\r\n", 0 },
	{ "GET / HTTP/1.1\r\nHost: [fe80::1\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: []\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", 400 },
	{ "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400 },
	/* Expect (RFC 9110, 10.1.1) */
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n", 0 },
	{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: 200-ok\r\n\r\n", 417 },
	{ "POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 200-ok\r\n\r\n", 0 },
};

TEST(a_request_gets_the_verdict_of_its_rule)
{
	for (usize i = 0; i < COUNT(VERDICTS); i += 1) {
		struct http_request r;
		int got = (int)reads(VERDICTS[i].request, &r);

		if (got != VERDICTS[i].verdict)
			test_fail(__FILE__, __LINE__, "row %zu: %d, not %d: %s", i, got, VERDICTS[i].verdict,
				VERDICTS[i].request);
	}
}

TEST(a_nul_is_refused_wherever_it_stands)
{
	static const char BASE[] = "GET /a HTTP/1.1\r\nHost: a\r\nX: y z\r\n\r\n";
	struct http_request r;

	for (usize i = 0; i < sizeof BASE - 1; i += 1) {
		char s[sizeof BASE];

		memcpy(s, BASE, sizeof s);
		s[i] = 0;
		EXPECT(http_request_read(view_make(s, sizeof s - 1), &r) >= HTTP_BAD_REQUEST);
	}
}

TEST(a_head_has_its_limits)
{
	static char s[2 * HTTP_HEAD_MAX];
	struct http_request r;
	int n;

	memset(s, 'a', sizeof s);
	memcpy(s, "GET /", 5);
	EXPECT_EQ(http_request_read(view_make(s, HTTP_TARGET_MAX), &r), HTTP_MORE);
	EXPECT_EQ(http_request_read(view_make(s, HTTP_TARGET_MAX + 100), &r), HTTP_URI_TOO_LONG);
	n = sprintf(s, "GET /%.*s HTTP/1.1\r\n" HOST "\r\n", (int)HTTP_TARGET_MAX - 1, s + 5);
	EXPECT_EQ(http_request_read(view_make(s, (usize)n), &r), HTTP_OK);

	memset(s, 'a', sizeof s);
	n = sprintf(s, "GET / HTTP/1.1\r\n" HOST "X: ");
	s[n] = 'a';
	EXPECT_EQ(http_request_read(view_make(s, HTTP_HEAD_MAX - 1), &r), HTTP_MORE);
	EXPECT_EQ(http_request_read(view_make(s, HTTP_HEAD_MAX), &r), HTTP_FIELDS_TOO_LARGE);
	memcpy(s + HTTP_HEAD_MAX - 4, "\r\n\r\n", 4);
	EXPECT_EQ(http_request_read(view_make(s, sizeof s), &r), HTTP_OK);
	EXPECT_EQ(r.head_bytes, HTTP_HEAD_MAX);

	n = sprintf(s, "GET / HTTP/1.1\r\n" HOST);
	for (u32 i = 1; i < HTTP_LINES_MAX; i += 1)
		n += sprintf(s + n, "a:b\r\n");
	sprintf(s + n, "\r\n");
	EXPECT_EQ(reads(s, &r), HTTP_OK);
	sprintf(s + n, "a:b\r\n\r\n");
	EXPECT_EQ(reads(s, &r), HTTP_FIELDS_TOO_LARGE);
	memset(s, 'A', 100);
	EXPECT_EQ(http_request_read(view_make(s, 100), &r), HTTP_NOT_IMPLEMENTED);
}

TEST(connections_persist_as_the_version_and_the_tokens_say)
{
	static const struct {
		const char *request;
		bool keep;
	} ROWS[] = {
		{ "GET / HTTP/1.1\r\n" HOST "\r\n", true },
		{ "GET / HTTP/1.0\r\n" HOST "\r\n", false },
		{ "GET / HTTP/1.0\r\n" HOST "Connection: Keep-Alive\r\n\r\n", true },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: x , CLOSE,y\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: x\r\nConnection: close\r\n\r\n", false },
		{ "GET / HTTP/1.0\r\n" HOST "Connection: keep-alive, close\r\n\r\n", false },
		{ "GET / HTTP/1.1\r\n" HOST "Connection: closed\r\n\r\n", true },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		struct http_request r;

		EXPECT_EQ(reads(ROWS[i].request, &r), HTTP_OK);
		EXPECT_EQ(r.keep, ROWS[i].keep);
	}
}

TEST(an_absolute_target_names_host_and_path)
{
	struct view v = text("GET http://b:81/p?q HTTP/1.1\r\nHost: a\r\n\r\n"),
		    w = text("GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n");
	struct http_request r;

	EXPECT_EQ(http_request_read(v, &r), HTTP_OK);
	EXPECT_VIEW(http_part(v, r.host), text("b:81"));
	EXPECT_VIEW(http_part(v, r.path), text("/p"));
	EXPECT_VIEW(http_part(v, r.query), text("q"));
	EXPECT_EQ(http_request_read(w, &r), HTTP_OK);
	EXPECT_VIEW(http_part(w, r.path), text(""));
	EXPECT_VIEW(http_part(w, r.query), text("q"));
}

TEST(a_field_on_several_lines_is_found_line_by_line)
{
	struct view v = text("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nY: 2\r\nx-a: 3\r\n\r\nX-A: 4\r\n");
	struct http_request r;
	struct http_part value;
	u32 cursor = 0;

	EXPECT_EQ(http_request_read(v, &r), HTTP_OK);
	EXPECT(http_field_next(v, &r, text("x-a"), &cursor, &value));
	EXPECT_VIEW(http_part(v, value), text("1"));
	EXPECT(http_field_next(v, &r, text("x-a"), &cursor, &value));
	EXPECT_VIEW(http_part(v, value), text("3"));
	EXPECT(!http_field_next(v, &r, text("x-a"), &cursor, &value));
	EXPECT(!http_field_next(v, &r, text("x-a"), &cursor, &value));
}

TEST(paths_have_one_spelling_and_stay_below_their_root)
{
	static const struct {
		const char *path, *decoded; /* null: refused */
	} ROWS[] = {
		{ "/", "/" }, { "/a/b.html", "/a/b.html" }, { "/a%20b", "/a b" },
		{ "/%61%2E%c3%A4", "/a.\xc3\xa4" }, { "/...", "/..." }, { "/.a/..b/c..", "/.a/..b/c.." },
		{ "/.", NULL }, { "/..", NULL }, { "/../a", NULL }, { "/a/../b", NULL }, { "/a/./b", NULL },
		{ "/a/..", NULL }, { "/%2e%2e/a", NULL }, { "/.%2E/a", NULL }, { "/a%2fb", NULL },
		{ "/a%5cb", NULL }, { "/a%00", NULL }, { "/a%0d%0aX", NULL }, { "/a%7f", NULL },
		{ "/a%", NULL }, { "/a%4", NULL }, { "/a%4g", NULL }, { "/a%%41", NULL },
		{ "/%252e%252e", "/%2e%2e" }, /* decoded once, never twice */
	};
	u8 room[64];

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		usize n;
		enum http_verdict verdict = http_path_decode(say(ROWS[i].path), span_of(room), &n);

		if (ROWS[i].decoded) {
			EXPECT_EQ(verdict, HTTP_OK);
			EXPECT_VIEW(view_make(room, n), say(ROWS[i].decoded));
		} else if (verdict != HTTP_BAD_REQUEST || n != 0) {
			test_fail(__FILE__, __LINE__, "not refused: %s", ROWS[i].path);
		}
	}
	usize n;
	EXPECT_EQ(http_path_decode(text("/12345678"), span_make(room, 8), &n), HTTP_URI_TOO_LONG);
	EXPECT_EQ(http_path_decode(text("/1234567"), span_make(room, 8), &n), HTTP_OK);
}

TEST(a_plain_path_is_its_own_decoded_form)
{
	static const struct {
		const char *request;
		bool plain;
	} ROWS[] = {
		{ "GET /a/b.c?d%20//e HTTP/1.0\r\n\r\n", true },
		{ "GET /a%62 HTTP/1.0\r\n\r\n", false },
		{ "GET /a//b HTTP/1.0\r\n\r\n", false },
		{ "GET //a HTTP/1.0\r\n\r\n", false },
		{ "GET /a/../b HTTP/1.0\r\n\r\n", false },
		{ "GET /. HTTP/1.0\r\n\r\n", false },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		struct http_request r;

		EXPECT_EQ(reads(ROWS[i].request, &r), HTTP_OK);
		EXPECT_EQ(r.plain_path, ROWS[i].plain);
	}
}

/* ---- bodies ---- */

/* Reads a body that comes in pieces of `step` bytes; content goes to `got`. */
static enum http_verdict body(
	const char *head, struct view rest, usize step, u64 most, struct span got, usize *got_n, usize *used)
{
	struct http_request r;
	struct http_body b;
	enum http_verdict verdict = reads(head, &r);

	*got_n = *used = 0;
	if (verdict != HTTP_OK)
		return verdict;
	b = http_body_make(&r, most);
	for (;;) {
		struct view here = view_first(view_from(rest, *used), step);
		char *exact = malloc(here.n + 1);
		struct http_piece piece;

		memcpy(exact, here.p, here.n);
		verdict = http_body_read(&b, view_make(exact, here.n), &piece);
		EXPECT(piece.used <= here.n && piece.at + piece.n <= piece.used);
		*got_n += copy(span_from(got, *got_n), view_make(exact + piece.at, piece.n));
		*used += piece.used;
		free(exact);
		if (verdict != HTTP_MORE || (*used == rest.n && piece.used == 0))
			return verdict;
	}
}

#define CHUNKED "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"

TEST(a_body_is_the_same_however_it_is_cut)
{
	static const struct {
		const char *head, *rest, *content, *left;
	} ROWS[] = {
		{ CHUNKED, "4\r\nWiki\r\n00A;x=\"y z\"\r\n0123456789\r\n0\r\n\r\nGET", "Wiki0123456789",
			"GET" },
		{ CHUNKED, "0\r\nA: b\r\nC:\r\n\r\n", "", "" },
		{ CHUNKED, "000000000000000001\r\nx\r\n00\r\n\r\n", "x", "" },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", "helloGET", "hello", "GET" },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", "GET", "", "GET" },
		{ "POST / HTTP/1.1\r\n" HOST "\r\n", "GET", "", "GET" },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		struct view rest = say(ROWS[i].rest);

		for (usize step = 1; step <= rest.n + 1; step += 1) {
			u8 got[100];
			usize n, used;

			EXPECT_EQ(body(ROWS[i].head, rest, step, 1000, span_of(got), &n, &used), HTTP_OK);
			EXPECT_VIEW(view_make(got, n), say(ROWS[i].content));
			EXPECT_VIEW(view_from(rest, used), say(ROWS[i].left));
		}
	}
}

TEST(chunks_that_two_readers_could_read_differently_are_refused)
{
	static const char *const ROWS[] = {
		"\r\n",
		"g\r\n",
		"-1\r\n",
		"+1\r\nx\r\n",
		"0x1\r\nx\r\n",
		" 1\r\nx\r\n",
		"1 \r\nx\r\n",
		"1\t;a\r\nx\r\n",
		"1\nx\r\n0\r\n\r\n",
		"1\r\rx",
		"1\r\nxy\r\n",
		"1\r\nx\n",
		"1\r\nx\r\r",
		"1\r\nx\r\n\r\n",
		"1;a\nx\r\n",
		"1;\rx\r\nx",
		"1;\x01\r\nx",
		"10000000000000000\r\n",
		"ffffffffffffffffff\r\n",
		"0\r\n\n",
		"0\r\nX\r\n\r\n",
		"0\r\nX y: z\r\n\r\n",
		"0\r\n X: z\r\n\r\n",
		"0\r\nX: y\n\r\n",
		"0\r\nX: y\rZ\r\n",
		";\r\n",
		"1,1\r\nx\r\n",
		"0\r\n\rG",
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1)
		for (usize step = 1; step < 30; step += 7) {
			u8 got[100];
			usize n, used;

			if (body(CHUNKED, say(ROWS[i]), step, 1000, span_of(got), &n, &used) !=
				HTTP_BAD_REQUEST)
				test_fail(__FILE__, __LINE__, "row %zu is not refused", i);
		}
	{
		char line[400] = "1;", *trailers = calloc(1, 5000);
		u8 got[8];
		usize n, used;

		memset(line + 2, 'a', 300);
		EXPECT_EQ(body(CHUNKED, say(line), 50, 1000, span_of(got), &n, &used), HTTP_BAD_REQUEST);
		strcpy(trailers, "0\r\nA:");
		memset(trailers + 5, 'a', 3000);
		EXPECT_EQ(body(CHUNKED, say(trailers), 50, 1000, span_of(got), &n, &used),
			HTTP_FIELDS_TOO_LARGE);
		free(trailers);
	}
}

TEST(a_body_longer_than_allowed_is_413_at_once)
{
	u8 got[100];
	usize n, used;

	EXPECT_EQ(body("POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n", text("hello"), 9, 4,
			  span_of(got), &n, &used),
		HTTP_CONTENT_TOO_LARGE);
	EXPECT_EQ(n, 0);
	EXPECT_EQ(body(CHUNKED, text("4\r\nWiki\r\n1\r\nx\r\n0\r\n\r\n"), 9, 5, span_of(got), &n, &used),
		HTTP_OK);
	EXPECT_EQ(body(CHUNKED, text("4\r\nWiki\r\n2\r\n"), 9, 5, span_of(got), &n, &used),
		HTTP_CONTENT_TOO_LARGE);
	EXPECT_VIEW(view_make(got, n), text("Wiki"));
	EXPECT_EQ(body(CHUNKED, text("fffffffffffffff\r\n"), 99, 5, span_of(got), &n, &used),
		HTTP_CONTENT_TOO_LARGE);
}

TEST(a_head_is_written_as_it_goes_over_the_wire)
{
	u8 room[300];
	struct writer w = writer_of(span_of(room));

	http_write_status(&w, 206);
	http_write_field(&w, text("ETag"), text("\"a\""));
	http_write_length(&w, 5);
	http_write_range(&w, (struct http_range){ 10, 5 }, 100);
	http_write_end(&w);
	EXPECT_VIEW(
		write_done(&w), text("HTTP/1.1 206 Partial Content\r\nETag: \"a\"\r\nContent-Length: 5\r\n"
				     "Content-Range: bytes 10-14/100\r\n\r\n"));
	w = writer_of(span_of(room));
	http_write_range(&w, (struct http_range){ 0, 0 }, 100);
	EXPECT_VIEW(write_done(&w), text("Content-Range: bytes */100\r\n"));
	for (u32 status = 100; status < 600; status += 1) {
		w = writer_of(span_of(room));
		http_write_status(&w, status);
		EXPECT(!write_bad(&w) && http_reason(status).n > 0);
	}
}
