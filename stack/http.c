/* http.c - the states of an HTTP connection. See http.h. */
#include "stack/http.h"
#include "stack/host.h"
#include "stack/http_parts.h"

/* serve() gives a session and a flow: which server they belong to is found here
 * at a connection's first call, and kept in the session. */
static struct http_server *servers[HTTP_SERVERS];

static const struct http_request NO_REQUEST;

/* ---- before serving ---- */

static struct http_route *add_route(struct http_server *s, struct view path, enum http_route_kind kind)
{
	struct http_route *route = &s->routes[s->route_count];

	require(!s->host); /* routes are added before http_serve() */
	require(s->route_count < HTTP_ROUTES);
	require(view_at(path, 0) == '/');
	s->route_count += 1;
	*route = (struct http_route){ .path = path, .kind = kind };
	return route;
}

void http_files(struct http_server *s, struct view path, struct view pack)
{
	require(view_at(path, path.n - 1) == '/'); /* files are below a folder */
	add_route(s, path, HTTP_ROUTE_FILES)->pack = pack;
}

void http_page(struct http_server *s, struct view path, http_page_fn *page)
{
	add_route(s, path, HTTP_ROUTE_PAGE)->page = page;
}

void http_streams(struct http_server *s, struct view path, http_page_fn *page, http_stream_fn *stream)
{
	struct http_route *route = add_route(s, path, HTTP_ROUTE_STREAM);

	route->page = page;
	route->stream = stream;
}

void http_upload(
	struct http_server *s, struct view path, u64 body_most, http_piece_fn *piece, http_page_fn *page)
{
	struct http_route *route = add_route(s, path, HTTP_ROUTE_UPLOAD);

	route->page = page;
	route->piece = piece;
	route->body_most = body_most;
}

void http_fields(struct http_server *s, struct view lines)
{
	s->fields = lines;
}

/* ---- one connection ---- */

static struct http_exchange exchange(struct http_server *server, struct http_session *s, struct flow *f)
{
	return (struct http_exchange){
		.server = server,
		.session = s,
		.flow = f,
		.route = s->route != 0 ? &server->routes[s->route - 1u] : NULL,
		.request = &NO_REQUEST,
	};
}

static void wait_from_now(struct http_session *s, struct flow *f, u64 ns)
{
	s->deadline_ns = flow_now(f) + ns;
}

/* The connection is of no use after this answer. */
static enum http_step refuse(struct http_exchange *x, u32 status)
{
	x->session->keep = false;
	return http_answer_status(x, status);
}

/* The same in the middle of a body, which cannot be looked at twice: where
 * there is no room even for this, a reset says as much. */
static enum http_step refuse_rest(struct http_exchange *x, u32 status)
{
	enum http_step step = refuse(x, status);

	return step == HTTP_WAIT ? HTTP_RESET : step;
}

/* Part of a head is here, and no line has ended since it was last looked at. */
static bool nothing_new(struct http_session *s, struct view rx)
{
	struct view fresh = view_from(rx, s->seen);

	if (s->seen == 0 || rx.n >= HTTP_HEAD_MAX || view_find(fresh, '\n') < fresh.n)
		return false;
	s->seen = (u16)rx.n;
	return true;
}

static enum http_step head_step(struct http_server *server, struct http_session *s, struct flow *f)
{
	struct view rx = flow_rx(f);
	struct http_exchange x;
	struct http_request r;
	enum http_verdict verdict;
	enum http_step step;

	if (rx.n == 0)
		return flow_ended(f) || host_stopping(server->host) ? HTTP_CLOSE : HTTP_WAIT;
	if (nothing_new(s, rx))
		return HTTP_WAIT;
	verdict = http_request_read(rx, &r);
	if (verdict == HTTP_MORE) {
		if (s->seen == 0)
			wait_from_now(s, f, HTTP_HEAD_NS);
		s->seen = (u16)rx.n; /* below HTTP_HEAD_MAX, or it were no HTTP_MORE */
		return HTTP_WAIT;
	}
	s->route = 0;
	s->minor = r.minor;
	s->keep = r.keep && !host_stopping(server->host);
	x = exchange(server, s, f);
	x.head = rx;
	x.request = &r;
	step = verdict == HTTP_OK ? http_answer(&x) : refuse(&x, (u32)verdict);
	if (step == HTTP_WAIT)
		return step; /* no room: the same request again, when there is */
	server->counts.requests += 1;
	s->seen = 0;
	wait_from_now(s, f, s->state == HTTP_STATE_HEAD ? HTTP_IDLE_NS : HTTP_STALL_NS);
	flow_rx_done(f, verdict == HTTP_OK ? r.head_bytes : rx.n);
	return step;
}

static enum http_step body_step(struct http_server *server, struct http_session *s, struct flow *f)
{
	struct http_exchange x = exchange(server, s, f);
	struct view rx = flow_rx(f);
	struct http_piece piece;
	enum http_verdict verdict = http_body_read(&s->body, rx, &piece);
	bool taken = true;

	if (piece.n > 0) {
		server->counts.body_bytes_in += piece.n;
		taken = x.route->piece(&x, view_first(view_from(rx, piece.at), piece.n));
	}
	flow_rx_done(f, piece.used);
	if (!taken)
		return refuse_rest(&x, 413);
	if (piece.used > 0)
		wait_from_now(s, f, HTTP_STALL_NS);
	if (verdict == HTTP_OK) {
		s->state = HTTP_STATE_REPLY;
		return HTTP_GO_ON;
	}
	if (verdict != HTTP_MORE)
		return refuse_rest(&x, (u32)verdict);
	if (piece.used > 0)
		return HTTP_GO_ON;
	return flow_ended(f) ? HTTP_CLOSE : HTTP_WAIT;
}

static enum http_step reply_step(struct http_server *server, struct http_session *s, struct flow *f)
{
	struct http_exchange x = exchange(server, s, f);
	enum http_step step = http_answer_page(&x);

	if (step != HTTP_WAIT)
		wait_from_now(s, f, s->state == HTTP_STATE_HEAD ? HTTP_IDLE_NS : HTTP_STALL_NS);
	return step;
}

static enum http_step sending_step(struct http_server *server, struct http_session *s, struct flow *f)
{
	struct http_exchange x = exchange(server, s, f);
	u64 before = s->at;
	enum http_step step = http_send_on(&x);

	if (s->state == HTTP_STATE_HEAD)
		wait_from_now(s, f, HTTP_IDLE_NS);
	else if (s->at != before)
		wait_from_now(s, f, HTTP_STALL_NS);
	return step;
}

/* It has waited too long. A client that has begun to ask is told so; one that is idle is not. */
static enum http_step late_step(struct http_server *server, struct http_session *s, struct flow *f)
{
	struct http_exchange x = exchange(server, s, f);

	if (s->state == HTTP_STATE_HEAD && s->seen == 0)
		return HTTP_CLOSE;
	server->counts.timeouts += 1;
	if (s->state != HTTP_STATE_HEAD)
		return HTTP_RESET;
	s->keep = false;
	(void)http_answer_status(&x, 408);
	return HTTP_CLOSE;
}

static enum http_step step(struct http_server *server, struct http_session *s, struct flow *f)
{
	switch (s->state) {
	case HTTP_STATE_HEAD: return head_step(server, s, f);
	case HTTP_STATE_BODY: return body_step(server, s, f);
	case HTTP_STATE_REPLY: return reply_step(server, s, f);
	default: return sending_step(server, s, f);
	}
}

static struct http_server *server_of(struct http_session *s, struct flow *f)
{
	u16 port = flow_local_port(f);

	for (u32 i = 0; s->server == 0; i += 1) {
		require(i < HTTP_SERVERS && servers[i]); /* a flow comes to a port that was served */
		if (servers[i]->port != port || servers[i]->host != flow_host(f))
			continue;
		s->server = (u8)(i + 1u);
		servers[i]->counts.connections += 1;
		wait_from_now(s, f, HTTP_IDLE_NS);
	}
	return servers[s->server - 1u];
}

static enum next serve_flow(void *session, struct flow *f)
{
	struct http_session *s = session;
	struct http_server *server = server_of(s, f);
	enum http_step did = HTTP_GO_ON;

	if (flow_failed(f))
		return NEXT_ABORT;
	while (did == HTTP_GO_ON)
		did = step(server, s, f);
	if (did == HTTP_WAIT && flow_now(f) >= s->deadline_ns)
		did = late_step(server, s, f);
	switch (did) {
	case HTTP_CLOSE: return NEXT_CLOSE;
	case HTTP_RESET: return NEXT_ABORT;
	default: flow_wake_at(f, s->deadline_ns); return NEXT_WAIT;
	}
}

void http_serve(struct http_server *s, struct host *h, u16 port, struct http_session *sessions)
{
	u32 i = 0;

	require(!s->host && h && sessions);
	while (i < HTTP_SERVERS && servers[i])
		i += 1;
	require(i < HTTP_SERVERS);
	servers[i] = s;
	s->host = h;
	s->port = port;
	s->sessions = sessions;
	serve(h, port, serve_flow, sessions, sizeof *sessions);
}

/* ---- in a page's function ---- */

struct writer *http_reply(struct http_exchange *x, u32 status, struct view type)
{
	require(status >= 200 && status < 600);
	x->status = status;
	x->type = type;
	return &x->out;
}

void http_stream(struct http_exchange *x, struct view type, u64 length, const u64 words[HTTP_WORDS])
{
	require(x->route && x->route->stream);
	x->status = 200;
	x->type = type;
	x->length = length;
	x->streams = true;
	for (u32 i = 0; i < HTTP_WORDS; i += 1)
		x->session->words[i] = words[i];
}

void http_reply_fields(struct http_exchange *x, struct view lines)
{
	x->fields = lines;
}

struct view http_rest(const struct http_exchange *x)
{
	return x->route ? view_from(x->path, x->route->path.n) : view_none();
}

struct view http_header(const struct http_exchange *x, struct view name)
{
	struct http_part value;
	u32 cursor = 0;

	(void)http_field_next(x->head, x->request, name, &cursor, &value);
	return http_part(x->head, value);
}

struct view http_query(const struct http_exchange *x)
{
	return http_part(x->head, x->request->query);
}

void http_write_escaped(struct writer *w, struct view v)
{
	for (usize i = 0; i < v.n; i += 1) {
		u8 c = view_at(v, i);

		switch (c) {
		case '<': write_text(w, "&lt;"); break;
		case '>': write_text(w, "&gt;"); break;
		case '&': write_text(w, "&amp;"); break;
		case '"': write_text(w, "&quot;"); break;
		case '\'': write_text(w, "&#39;"); break;
		default: write_u8(w, c);
		}
	}
}

u64 *http_words(struct http_exchange *x)
{
	return x->session->words;
}

u32 http_number(const struct http_exchange *x)
{
	return (u32)(x->session - x->server->sessions);
}
