/* http_test.c - conversations with a web server: two hosts on one wire, a client that says a text and keeps what comes back. */
#include "stack/http.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/net.h"
#include "lib/random/random.h"
#include "stack/host.h"
#include "test/test.h"

/* ---- the machine: a wire between ports 0 and 1, a console, clocks ---- */

#define QUEUE 512u

static struct wire {
	struct {
		u8 b[1600];
		usize n;
	} frame[QUEUE];
	usize first, n;
} wires[2]; /* by the port that receives */

static u8 room[2][2048];
static u64 now = NS_PER_S;
static u8 console[1 << 14];
static usize shown;

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct wire *w = &wires[port];
	usize n = 0;

	for (; n < max && n < w->n; n += 1) {
		usize at = (w->first + n) % QUEUE;

		frames[n] =
			(struct net_frame){ view_make(w->frame[at].b, w->frame[at].n), NET_CSUM_CHECK, 0 };
	}
	return n;
}

void net_rx_done(u32 port, usize n)
{
	wires[port].first = (wires[port].first + n) % QUEUE;
	wires[port].n -= n;
}

struct span net_tx(u32 port)
{
	return wires[1 - port].n < QUEUE ? span_of(room[port]) : span_none();
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct wire *w = &wires[1 - port];
	usize at = (w->first + w->n) % QUEUE;
	struct writer to = writer_of(span_of(w->frame[at].b));

	write_view(&to, view_first(view_of(room[port]), head));
	for (u32 i = 0; i < NET_PIECES; i += 1)
		write_view(&to, send->piece[i]);
	EXPECT(!write_bad(&to));
	w->frame[at].n = write_len(&to);
	w->n += 1;
}

struct net_facts net_facts(u32 port)
{
	return (struct net_facts){ .mac = { { 2, 0, 0, 0, 0, (u8)(port + 1) } }, .mtu = 1500, .up = true };
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)port;
	(void)group;
	(void)want;
}

u64 clock_monotonic(void)
{
	return now;
}

u64 clock_wall(void)
{
	return 784111777 * NS_PER_S;
}

void console_write(struct view v)
{
	shown += copy(span_from(span_of(console), shown), v);
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	(void)n;
}

/* ---- the two hosts ---- */

#define FLOWS 8u
HOST_TABLES(server, FLOWS, 8u, 8192u, 8u, 16384u);
HOST_TABLES(client, FLOWS, 8u, 65536u, 8u, 65536u);

static struct host hosts[2];
static struct random generator;
static struct http_server web;
static struct http_session sessions[FLOWS];
static u32 logged;

/* name, type, tag of the two files in the pack below */
static u8 pack_room[4096];
static struct view pack;

static usize put(usize at, u64 v, usize bytes)
{
	for (usize i = 0; i < bytes; i += 1)
		pack_room[at + i] = (u8)(v >> 8 * (bytes - 1 - i));
	return at + bytes;
}

static usize put_text(usize *end, const char *s)
{
	usize at = *end;

	memcpy(pack_room + at, s, strlen(s));
	*end += strlen(s);
	return at;
}

static void make_pack(void)
{
	static const struct {
		const char *name, *body, *gzip;
	} FILES[] = { { "404.html", "nothing here", NULL }, { "dir/index.html", "in dir", NULL },
		{ "index.html", "0123456789", "gz" } };
	const usize slots = 8, files_at = KV_HEAD_BYTES + slots * 4;
	usize end = files_at + COUNT(FILES) * KV_ENTRY_BYTES;

	memcpy(pack_room, "fata kv1", 8);
	for (usize i = 0; i < COUNT(FILES); i += 1) {
		usize at = files_at + i * KV_ENTRY_BYTES;
		u32 hash = kv_hash(view_make(FILES[i].name, strlen(FILES[i].name))), slot = hash;

		while (pack_room[KV_HEAD_BYTES + slot % slots * 4 + 3])
			slot += 1;
		put(KV_HEAD_BYTES + slot % slots * 4, i + 1, 4);
		at = put(at, hash, 4);
		at = put(at, put_text(&end, FILES[i].name), 4);
		at = put(at, strlen(FILES[i].name), 4);
		at = put(at, put_text(&end, "text/html"), 4);
		at = put(at, 9, 4) + 8;
		at = put(at, put_text(&end, FILES[i].body), 4);
		at = put(at, strlen(FILES[i].body), 4);
		at = put(at, put_text(&end, "\"iiiiiiiiiiiiiiii\""), 4);
		if (FILES[i].gzip) {
			at = put(at, put_text(&end, FILES[i].gzip), 4);
			at = put(at, strlen(FILES[i].gzip), 4);
			put(at, put_text(&end, "\"gggggggggggggggg\""), 4);
		}
	}
	put(8, end, 4);
	put(12, COUNT(FILES), 4);
	put(16, slots, 4);
	pack = view_make(pack_room, end);
	EXPECT(kv_intact(pack));
}

/* ---- the program that is served ---- */

static void hello(struct http_exchange *x)
{
	struct writer *w = http_reply(x, 200, text("text/plain"));

	write_text(w, "hello, ");
	http_write_escaped(w, http_query(x));
	write_view(w, http_header(x, text("x-more")));
}

static void too_long(struct http_exchange *x)
{
	write_fill(http_reply(x, 200, text("text/plain")), 'x', HTTP_PAGE_MAX + 1);
}

static void count_up(const u64 words[HTTP_WORDS], u64 at, struct span to)
{
	for (usize i = 0; i < to.n; i += 1)
		span_set(to, i, (u8)((at + i) % words[0]));
}

static void long_one(struct http_exchange *x)
{
	static const u64 words[HTTP_WORDS] = { 251, 0 };
	struct reader r = reader_of(http_rest(x));
	u64 n;

	if (read_decimal(&r, 10000000, &n))
		http_stream(x, text("application/octet-stream"), n, words);
}

static bool add_up(struct http_exchange *x, struct view piece)
{
	for (usize i = 0; i < piece.n; i += 1)
		http_words(x)[0] += view_at(piece, i);
	http_words(x)[1] += piece.n;
	return true;
}

static void total(struct http_exchange *x)
{
	struct writer *w = http_reply(x, 200, text("text/plain"));

	write_decimal(w, http_words(x)[1]);
	write_text(w, " bytes, sum ");
	write_decimal(w, http_words(x)[0]);
}

static void count_line(const struct http_exchange *x)
{
	EXPECT(x->status >= 200);
	logged += 1;
}

static void begin(void)
{
	struct random_seed seed = { { 1, 2, 3 } };

	if (web.host)
		return;
	random_init(&generator);
	random_seed(&generator, &seed, 1, now);
	for (u32 i = 0; i < 2; i += 1) {
		struct host_config config = {
			.ip4 = { ip_from4(0x0a000001u + i), 24 }, .no_dhcp = true, .no_ip6 = true
		};

		host_start(&hosts[i], i, i == 0 ? &server_tables : &client_tables, &config, &generator, now);
	}
	make_pack();
	http_files(&web, text("/"), pack);
	http_page(&web, text("/hello"), hello);
	http_page(&web, text("/too-long"), too_long);
	http_streams(&web, text("/count/"), long_one, count_up);
	http_upload(&web, text("/sum"), 100000, add_up, total);
	http_fields(&web, text("X-All: yes\r\n"));
	web.log = count_line;
	http_serve(&web, &hosts[0], 80, sessions);
}

/* ---- the client ---- */

static struct conversation {
	struct view say; /* what is left to say */
	usize step;      /* bytes a call, so that it arrives cut */
	u8 heard[1 << 21];
	usize heard_n;
	bool ended, failed;
	u64 ended_at;
} talk;

static enum next speak(void *session, struct flow *f)
{
	struct conversation *c = session;
	usize n = copy(span_first(flow_tx(f), c->step), c->say);

	flow_tx_send(f, n);
	c->say = view_from(c->say, n);
	n = copy(span_from(span_of(c->heard), c->heard_n), flow_rx(f));
	c->heard_n += n;
	flow_rx_done(f, n);
	if (c->say.n > 0)
		flow_wake_at(f, flow_now(f) + NS_PER_MS);
	if (flow_failed(f) || flow_ended(f)) {
		c->failed = flow_failed(f);
		c->ended = true;
		c->ended_at = now;
		return NEXT_CLOSE;
	}
	return NEXT_WAIT;
}

/* Says it, and runs both hosts for this long; what came back. The connection is
 * ended by the client afterwards. */
static struct view ask_for(const char *say, usize step, u64 ns)
{
	u64 until;
	struct flow *f;

	begin();
	talk = (struct conversation){ .say = view_make(say, strlen(say)), .step = step };
	f = flow_connect(&hosts[1], ip_from4(0x0a000001u), 80, speak, &talk);
	EXPECT(f != NULL);
	for (until = now + ns; now < until; now += NS_PER_MS) {
		(void)host_step(&hosts[1], now);
		(void)host_step(&hosts[0], now);
	}
	if (!talk.ended)
		host_end_flows(&hosts[1], true, now);
	for (until = now + 20 * NS_PER_MS; now < until; now += NS_PER_MS) {
		(void)host_step(&hosts[1], now);
		(void)host_step(&hosts[0], now);
	}
	return view_make(talk.heard, talk.heard_n);
}

static struct view ask(const char *say)
{
	return ask_for(say, 65536, NS_PER_S);
}

static bool has(struct view v, const char *part)
{
	struct view p = view_make(part, strlen(part));

	for (usize i = 0; i + p.n <= v.n; i += 1)
		if (view_starts(view_from(v, i), p))
			return true;
	return false;
}

static usize times(struct view v, const char *part)
{
	struct view p = view_make(part, strlen(part));
	usize n = 0;

	for (usize i = 0; i + p.n <= v.n; i += 1)
		n += view_starts(view_from(v, i), p);
	return n;
}

#define H    " HTTP/1.1\r\nHost: a\r\n"
#define DATE "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

TEST(a_page_is_answered_to_the_byte)
{
	EXPECT_VIEW(ask("GET /hello?you<" H "X-More: !\r\n\r\n"),
		text("HTTP/1.1 400 Bad Request\r\n" DATE "Connection: close\r\nX-All: yes\r\n"
		     "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 91\r\n\r\n400 Bad "
		     "Request\nThe request is not well formed HTTP/1.1 (RFC 9112). Send it again as "
		     "that.\n"));
	EXPECT(talk.ended && !talk.failed);
	EXPECT_VIEW(ask("GET /hello?you&I" H "X-More: !\r\n\r\n"),
		text("HTTP/1.1 200 OK\r\n" DATE "X-All: yes\r\nCache-Control: no-store\r\n"
		     "Content-Type: text/plain\r\nContent-Length: 17\r\n\r\nhello, you&amp;I!"));
	EXPECT(!talk.ended);
}

TEST(a_file_has_its_tag_and_is_sent_in_the_coding_asked_for)
{
	EXPECT_VIEW(
		ask("GET /" H "\r\n"), text("HTTP/1.1 200 OK\r\n" DATE
					    "X-All: yes\r\nContent-Type: text/html\r\nContent-Length: 10\r\n"
					    "ETag: \"iiiiiiiiiiiiiiii\"\r\nVary: "
					    "Accept-Encoding\r\nAccept-Ranges: bytes\r\n\r\n0123456789"));
	EXPECT_VIEW(ask("GET /index.html" H "Accept-Encoding: gzip\r\nConnection: close\r\n\r\n"),
		text("HTTP/1.1 200 OK\r\n" DATE
		     "Connection: close\r\nX-All: yes\r\nContent-Type: text/html\r\n"
		     "Content-Length: 2\r\nContent-Encoding: gzip\r\nETag: \"gggggggggggggggg\"\r\n"
		     "Vary: Accept-Encoding\r\nAccept-Ranges: bytes\r\n\r\ngz"));
	EXPECT(talk.ended && !talk.failed);
	EXPECT_VIEW(ask("HEAD /" H "\r\n"),
		text("HTTP/1.1 200 OK\r\n" DATE
		     "X-All: yes\r\nContent-Type: text/html\r\nContent-Length: 10\r\n"
		     "ETag: \"iiiiiiiiiiiiiiii\"\r\nVary: Accept-Encoding\r\nAccept-Ranges: bytes\r\n\r\n"));
}

TEST(conditions_and_ranges_choose_the_status)
{
	static const struct {
		const char *request, *answer, *body;
	} ROWS[] = {
		{ "GET /" H "If-None-Match: \"iiiiiiiiiiiiiiii\"\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n",
			"\r\n\r\n" },
		{ "GET /" H "If-Match: \"x\"\r\n\r\n", "HTTP/1.1 412 ", "Fetch it again first.\n" },
		{ "GET /" H "Range: bytes=2-4\r\n\r\n", "HTTP/1.1 206 ",
			"Content-Range: bytes 2-4/10\r\n\r\n234" },
		{ "GET /" H "Range: bytes=10-\r\n\r\n", "HTTP/1.1 416 ",
			"the length that Content-Range tells.\n" },
		{ "GET /nowhere" H "\r\n", "HTTP/1.1 404 ", "\r\n\r\nnothing here" },
		{ "GET /dir" H "\r\n", "HTTP/1.1 301 ", "301 Moved Permanently\n" },
		{ "GET /dir/" H "\r\n", "HTTP/1.1 200 ", "\r\n\r\nin dir" },
		{ "GET /%64ir/" H "\r\n", "HTTP/1.1 200 ", "\r\n\r\nin dir" },
		{ "GET /a/../dir/" H "\r\n", "HTTP/1.1 400 ", "Send it again as that.\n" },
		{ "DELETE /" H "\r\n", "HTTP/1.1 405 ", "Use one of those in Allow.\n" },
		{ "GET /sum" H "\r\n", "HTTP/1.1 405 ", "Use one of those in Allow.\n" },
		{ "OPTIONS /sum" H "\r\n", "HTTP/1.1 204 ", "\r\n\r\n" },
		{ "OPTIONS *" H "\r\n", "HTTP/1.1 204 ", "\r\n\r\n" },
		{ "GET /count/x" H "\r\n", "HTTP/1.1 204 ", "\r\n\r\n" },
		{ "FOO /" H "\r\n", "HTTP/1.1 501 ", "no transfer coding but chunked.\n" },
		{ "GET / HTTP/2.0\r\n\r\n", "HTTP/1.1 505 ", "Use HTTP/1.1.\n" },
		{ "GET /too-long" H "\r\n", "HTTP/1.1 500 ", "500 Internal Server Error\n" },
	};

	for (usize i = 0; i < COUNT(ROWS); i += 1) {
		struct view heard = ask(ROWS[i].request),
			    body = view_make(ROWS[i].body, strlen(ROWS[i].body));

		if (!view_starts(heard, view_make(ROWS[i].answer, strlen(ROWS[i].answer))))
			test_fail(__FILE__, __LINE__, "not %s: %s", ROWS[i].answer, ROWS[i].request);
		EXPECT_VIEW(view_from(heard, heard.n - body.n), body);
	}
	EXPECT(has(ask("GET /dir" H "\r\n"), "\r\nLocation: /dir/\r\n"));
	EXPECT(has(ask("PUT /" H "\r\n"), "\r\nAllow: GET, HEAD, OPTIONS\r\n"));
}

TEST(pipelined_requests_are_answered_in_their_order_however_they_are_cut)
{
	for (usize step = 1; step < 200; step += 37) {
		struct view heard =
			ask_for("GET /hello?1" H "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /sum" H
				"Content-Length: 3\r\n\r\nabc"
				"GET /hello?2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello?3" H
				"Connection: close\r\n\r\n",
				step, NS_PER_S);

		EXPECT_EQ(times(heard, "HTTP/1.1 200 OK\r\n"), 5);
		EXPECT(has(heard, "hello, 1HTTP/1.1 200") && has(heard, "0123456789HTTP/1.1 200"));
		EXPECT(has(heard, "3 bytes, sum 294HTTP/1.1 200") && has(heard, "hello, 2HTTP/1.1 200"));
		EXPECT_EQ(times(heard, "Connection: keep-alive\r\n"), 1);
		EXPECT_VIEW(view_from(heard, heard.n - 8), text("hello, 3"));
		EXPECT(talk.ended && !talk.failed);
	}
}

TEST(a_body_larger_than_every_buffer_arrives_whole)
{
	struct view heard = ask_for("GET /count/1000000" H "Connection: close\r\n\r\n", 65536, 20 * NS_PER_S);
	usize at = 0;

	while (at < heard.n && !view_starts(view_from(heard, at), text("\r\n\r\n")))
		at += 1;
	heard = view_from(heard, at + 4);
	EXPECT_EQ(heard.n, 1000000);
	for (usize i = 0; i < heard.n; i += 1)
		if (view_at(heard, i) != i % 251) {
			test_fail(__FILE__, __LINE__, "byte %zu is %u", i, view_at(heard, i));
			break;
		}
}

TEST(an_upload_is_taken_in_pieces_and_within_its_limit)
{
	EXPECT(has(ask_for("POST /sum" H
			   "Transfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n2\r\nde\r\n0\r\nT: u\r\n\r\n",
			   7, NS_PER_S),
		"\r\n\r\n5 bytes, sum 495"));
	EXPECT(has(ask("POST /sum" H "Content-Length: 0\r\n\r\n"), "\r\n\r\n0 bytes, sum 0"));
	EXPECT(has(ask("POST /sum" H "Content-Length: 100001\r\n\r\n"), "HTTP/1.1 413 "));
	EXPECT(talk.ended);
	EXPECT(has(ask("POST /sum" H "Transfer-Encoding: chunked\r\n\r\nfffff\r\n"), "HTTP/1.1 413 "));
	EXPECT(has(ask("POST /sum" H "Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "HTTP/1.1 400 "));
	EXPECT(talk.ended);
}

TEST(a_client_that_waits_for_100_continue_is_told_to_go_on)
{
	struct view heard = ask("POST /sum" H "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n");

	EXPECT_VIEW(heard, text("HTTP/1.1 100 Continue\r\n\r\n"));
	heard = ask("POST /sum" H "Content-Length: 100001\r\nExpect: 100-continue\r\n\r\n");
	EXPECT(view_starts(heard, text("HTTP/1.1 413 ")) && talk.ended);
}

TEST(empty_lines_in_front_of_a_request_are_skipped_however_they_are_cut)
{
	for (usize step = 1; step < 12; step += 1) {
		struct view heard =
			ask_for("\r\nGET /hello?1" H "\r\n\r\n\r\nGET /hello?2" H "Connection: close\r\n\r\n",
				step, NS_PER_S);

		EXPECT_EQ(times(heard, "HTTP/1.1 200 OK\r\n"), 2);
		EXPECT(talk.ended && !talk.failed);
	}
}

TEST(a_body_nobody_reads_is_not_the_next_request)
{
	struct view heard =
		ask("POST /hello" H "Content-Length: 30\r\n\r\nGET /hello?smuggled HTTP/1.1\r\n\r\n");

	EXPECT(view_starts(heard, text("HTTP/1.1 405 ")) && has(heard, "Connection: close\r\n"));
	EXPECT_EQ(times(heard, "HTTP/1.1 "), 1);
	EXPECT(talk.ended);
}

TEST(a_head_that_does_not_end_is_408_and_an_idle_connection_just_ends)
{
	u64 began = now;

	EXPECT(has(
		ask_for("GET / HTTP/1.1\r\nHo", 65536, 12 * NS_PER_S), "HTTP/1.1 408 Request Timeout\r\n"));
	EXPECT(talk.ended && talk.ended_at - began >= HTTP_HEAD_NS);
	began = now;
	EXPECT_EQ(ask_for("", 65536, 62 * NS_PER_S).n, 0);
	EXPECT(talk.ended && !talk.failed && talk.ended_at - began >= HTTP_IDLE_NS);
	began = now;
	EXPECT_EQ(ask_for("POST /sum" H "Content-Length: 5\r\n\r\nab", 65536, 32 * NS_PER_S).n, 0);
	EXPECT(talk.ended && talk.failed && talk.ended_at - began >= HTTP_STALL_NS);
	EXPECT(web.counts.timeouts >= 2);
}

TEST(every_answer_is_counted_and_logged)
{
	u64 before = web.counts.requests, fine = web.counts.answers[2], bad = web.counts.answers[4];
	u32 lines = logged;

	begin();
	ask("GET /" H "\r\nGET /nowhere" H "\r\nHEAD /" H "\r\n");
	EXPECT_EQ(web.counts.requests - before, 3);
	EXPECT_EQ(web.counts.answers[2] - fine, 2);
	EXPECT_EQ(web.counts.answers[4] - bad, 1);
	EXPECT_EQ(logged - lines, 3);
	EXPECT(sizeof(struct http_session) <= 200);
}

TEST(a_stopping_host_lets_go_of_idle_connections)
{
	u64 until;

	begin();
	talk = (struct conversation){ .say = text("GET /hello?last" H "\r\n"), .step = 65536 };
	EXPECT(flow_connect(&hosts[1], ip_from4(0x0a000001u), 80, speak, &talk) != NULL);
	for (u32 i = 0; i < 100; i += 1, now += NS_PER_MS) {
		(void)host_step(&hosts[1], now);
		(void)host_step(&hosts[0], now);
	}
	EXPECT(has(view_make(talk.heard, talk.heard_n), "hello, last") && !talk.ended);
	host_stop(&hosts[0], now);
	for (until = now + NS_PER_S; now < until; now += NS_PER_MS) {
		(void)host_step(&hosts[1], now);
		(void)host_step(&hosts[0], now);
	}
	EXPECT(talk.ended && !talk.failed);
}
