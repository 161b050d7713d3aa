/* http.h - a web server on flows: routes to files in a pack, and to functions.
 *
 *     static struct http_server web;
 *     static struct http_session sessions[SERVICE_FLOWS];
 *
 *     static void hello(struct http_exchange *x)
 *     {
 *             struct writer *w = http_reply(x, 200, text("text/plain"));
 *
 *             write_text(w, "hello, ");
 *             write_view(w, http_query(x));
 *     }
 *
 *     void app_start(struct app *app)
 *     {
 *             http_page(&web, text("/hello"), hello);
 *             http_files(&web, text("/"), app->pages);
 *             http_serve(&web, &app->service, app->port, sessions);
 *     }
 *
 * A route is a path: "/hello" is exactly that, a path that ends in a slash is all
 * below it; the longest that fits wins. Four kinds:
 *
 *   files    a pack (lib/kv): conditional requests, ranges, gzip and br, index.html
 *            for a folder, a redirect to it without its slash, its 404.html for what is not there
 *   page     a function that writes a whole page of at most HTTP_PAGE_MAX bytes
 *   stream   a function that fills room as it comes, for a length known at the start
 *   upload   a function called for each piece of a request's body, and a page at its end
 *
 * A page's function may be called again for the same request when there was no
 * room to send what it wrote: it must not count or change anything. (An upload's
 * page too; its pieces are given once.) A page and its head must fit in the flow's
 * send ring (tx= in the manifest), or it is a 500 and a line in the log.
 *
 * What a client may cost: a head that is not whole waits in the flow's receive
 * buffer (rx= in the manifest: a head longer than that ends in a timeout), and
 * nowhere else; a session is a few numbers. A request must be whole HTTP_HEAD_NS after its first
 * byte (408), an idle connection ends after HTTP_IDLE_NS, and one on which a
 * body does not move for HTTP_STALL_NS is reset.
 *
 * The response's head and a body that fits go into the flow's send ring together,
 * before the flow sends: small answers are one segment, and answers to pipelined
 * requests share one.
 */
#ifndef STACK_HTTP_H
#define STACK_HTTP_H

#include "lib/http/http.h"
#include "lib/kv/kv.h"
#include "stack/flow.h"

#define HTTP_ROUTES        24u
#define HTTP_SERVERS       4u     /* in one image: one for each port */
#define HTTP_PAGE_MAX      16384u /* what a page's function may write */
#define HTTP_RESPONSE_HEAD 1024u  /* what the head of an answer may be */
#define HTTP_HEAD_NS       (10 * NS_PER_S)
#define HTTP_IDLE_NS       (60 * NS_PER_S)
#define HTTP_STALL_NS      (30 * NS_PER_S)
#define HTTP_WORDS         2u

struct http_exchange;
struct http_server;

typedef void http_page_fn(struct http_exchange *x);

/* Fills all of `room` with the bytes from `at` on of the stream this exchange began. */
typedef void http_stream_fn(const u64 words[HTTP_WORDS], u64 at, struct span room);

/* The next bytes of the request's body. False: no more of it (413). */
typedef bool http_piece_fn(struct http_exchange *x, struct view piece);

enum http_route_kind { HTTP_ROUTE_FILES, HTTP_ROUTE_PAGE, HTTP_ROUTE_STREAM, HTTP_ROUTE_UPLOAD };

struct http_route {
	struct view path;
	struct view pack;
	http_page_fn *page;
	http_stream_fn *stream;
	http_piece_fn *piece;
	u64 body_most;
	enum http_route_kind kind;
};

/* Counters since start. */
struct http_counts {
	u64 connections, connections_now;
	u64 requests;
	u64 answers[6]; /* by the first digit of the status; [0]: connections that ended without */
	u64 body_bytes_in, body_bytes_out;
	u64 timeouts;
};

struct http_server {
	struct host *host;
	struct http_session *sessions;
	struct http_route routes[HTTP_ROUTES];
	u32 route_count;
	u16 port;
	struct view fields; /* field lines added to every answer, each with its CRLF; see http_fields */
	void (*log)(const struct http_exchange *x);
	struct http_counts counts;
};

/* One for each flow the host can have. Its inside is http.c's. */
struct http_session {
	u64 deadline_ns; /* when it has waited too long for what its state waits for */
	u64 at, end;     /* of the body being sent */
	u64 words[HTTP_WORDS];
	struct http_body body; /* of the request being received */
	u32 file;              /* in the route's pack */
	u16 seen;              /* bytes of a head that were looked at and are not whole */
	u8 server, route;      /* index + 1 */
	u8 state, coding, minor;
	bool keep;
};

/* One request and its answer, while one of the functions above runs. Views are
 * for that call only; of an upload, the request's own are empty but in the first. */
struct http_exchange {
	struct http_server *server;
	struct http_session *session;
	struct flow *flow;
	const struct http_route *route;     /* null: none was found */
	struct view head;                   /* the bytes the request was read from */
	const struct http_request *request; /* of an upload only with its first piece */
	struct view path;                   /* decoded, without the query */
	struct writer out;                  /* of the page */
	struct view type, fields;           /* of the answer; fields: more lines, each with its CRLF */
	u64 length;                         /* of the answer's content */
	u32 status;                         /* of the answer; 0: not yet */
	bool streams;
};

/* ---- before serving ---- */

void http_files(struct http_server *s, struct view path, struct view pack);
void http_page(struct http_server *s, struct view path, http_page_fn *page);

/* `page` looks at the request and calls http_stream(), or http_reply() to refuse. */
void http_streams(struct http_server *s, struct view path, http_page_fn *page, http_stream_fn *stream);

/* POST and PUT of at most body_most bytes (more: 413). `page` answers when it has come. */
void http_upload(
	struct http_server *s, struct view path, u64 body_most, http_piece_fn *piece, http_page_fn *page);

/* Field lines for every answer, such as text("X-Content-Type-Options: nosniff\r\n"). */
void http_fields(struct http_server *s, struct view lines);

/* Begin. With serve_fast_open(h, port, n) behind it the first request may come with the SYN (RFC 7413): where every route
 * bears to be asked the same twice. sessions: one for each flow of the host (the manifest's flows=). */
void http_serve(struct http_server *s, struct host *h, u16 port, struct http_session *sessions);

/* ---- in a page's function ---- */

/* Starts the answer; write the content to the writer it returns. What does not
 * fit in HTTP_PAGE_MAX makes the answer a 500, and a line in the log. A function that
 * does not call it answers 204. */
struct writer *http_reply(struct http_exchange *x, u32 status, struct view type);

/* The answer is `length` bytes that the route's stream function will make; it
 * is given these words again. */
void http_stream(struct http_exchange *x, struct view type, u64 length, const u64 words[HTTP_WORDS]);

/* More field lines for this answer, each with its CRLF; must live until the function returns. */
void http_reply_fields(struct http_exchange *x, struct view lines);

/* What follows the route's path: "12" for a request of "/bytes/12" and the route "/bytes/". */
struct view http_rest(const struct http_exchange *x);

/* The value of the request's first field of this name; empty if there is none. */
struct view http_header(const struct http_exchange *x, struct view name);

/* What follows '?', not decoded. */
struct view http_query(const struct http_exchange *x);

/* Text with < > & " ' made harmless for HTML. */
void http_write_escaped(struct writer *w, struct view v);

/* Two words of the session's own that last from a request's first piece to its
 * page: zero at its start. */
u64 *http_words(struct http_exchange *x);

/* Which session this is, from 0: to index a table of the program's own. */
u32 http_number(const struct http_exchange *x);

#endif
