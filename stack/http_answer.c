/* http_answer.c - from a request to the bytes of its answer: routes, files, pages, errors. */
#include "dev/clock.h"
#include "stack/http_parts.h"
#include "stack/log.h"

static struct log_source LOG_HTTP = LOG_SOURCE("http");

/* One answer is written at a time, so these are enough for all connections. */
static u8 head_room[HTTP_RESPONSE_HEAD];
static u8 page_room[HTTP_PAGE_MAX];
static u8 path_room[HTTP_TARGET_MAX];

/* ---- the date ---- */

static struct {
	u64 until_ns; /* this step's time from which the text is old */
	u8 line[6 + HTTP_DATE_BYTES + 2];
	bool known;
} date;

/* "Date: ..." and its end, renewed once a second; nothing where the machine has
 * no clock (RFC 9110, 6.6.1). */
static struct view date_line(u64 now)
{
	if (now >= date.until_ns) {
		u64 wall = clock_wall();
		struct writer w = writer_of(span_of(date.line));

		date.known = wall != 0;
		date.until_ns = now + NS_PER_S - wall % NS_PER_S;
		write_text(&w, "Date: ");
		http_date_write(&w, wall / NS_PER_S);
		write_text(&w, "\r\n");
	}
	return date.known ? view_of(date.line) : view_none();
}

/* ---- heads ---- */

static bool is_head(const struct http_exchange *x)
{
	return x->request->method == HTTP_HEAD;
}

/* Room for a head: straight in the send ring when its piece is long enough, else
 * beside it. False: not now. */
static bool head_begin(struct http_exchange *x, struct writer *w)
{
	struct span room = flow_tx(x->flow);

	if (room.n >= HTTP_RESPONSE_HEAD) {
		*w = writer_of(span_first(room, HTTP_RESPONSE_HEAD));
		return true;
	}
	*w = writer_of(span_of(head_room));
	return room.n > 0 && flow_tx_room(x->flow) >= HTTP_RESPONSE_HEAD;
}

/* The lines every answer has. */
static void head_common(struct http_exchange *x, struct writer *w, u32 status)
{
	x->status = status;
	http_write_status(w, status);
	write_view(w, date_line(flow_now(x->flow)));
	if (!x->session->keep)
		write_text(w, "Connection: close\r\n");
	else if (x->session->minor == 0)
		write_text(w, "Connection: keep-alive\r\n");
	write_view(w, x->server->fields);
	write_view(w, x->fields);
}

/* Ends the head and sends it. A head that is too long is the program's fault
 * (its fields): the connection can only end. */
static bool head_end(struct http_exchange *x, struct writer *w)
{
	struct view head;
	bool direct;

	http_write_end(w);
	head = write_done(w);
	if (head.n == 0) {
		log_text(&LOG_HTTP, LOG_ERROR,
			text("a head longer than HTTP_RESPONSE_HEAD: fewer fields, please"));
		return false;
	}
	direct = head.p != head_room;
	if (direct)
		flow_tx_send(x->flow, head.n);
	else
		require(flow_write(x->flow, head)); /* head_begin() saw the room */
	x->server->counts.answers[x->status / 100u % 6u] += 1;
	if (x->server->log)
		x->server->log(x);
	return true;
}

/* The answer is whole: the next request, or the end. */
static enum http_step finished(struct http_session *s)
{
	s->state = HTTP_STATE_HEAD;
	return s->keep ? HTTP_GO_ON : HTTP_CLOSE;
}

/* ---- answers that are in hand whole ---- */

/* Head and content together, or nothing yet. */
static enum http_step answer_whole(struct http_exchange *x, u32 status, struct view content)
{
	bool bodiless = status == 204 || status == 304;
	struct writer w;

	if (!head_begin(x, &w))
		return HTTP_WAIT;
	if (!is_head(x) && flow_tx_room(x->flow) < HTTP_RESPONSE_HEAD + content.n) {
		if (!flow_tx_empty(x->flow))
			return HTTP_WAIT;
		log_text(&LOG_HTTP, LOG_ERROR,
			text("a page larger than the send ring: give the net line a larger tx="));
		status = 500;
		content = view_none();
	}
	x->length = content.n;
	head_common(x, &w, status);
	if (!bodiless) {
		if (content.n > 0)
			http_write_field(&w, text("Content-Type"), x->type);
		http_write_length(&w, content.n);
	}
	if (!head_end(x, &w))
		return HTTP_RESET;
	if (!bodiless && !is_head(x)) {
		require(flow_write(x->flow, content));
		x->server->counts.body_bytes_out += content.n;
	}
	return finished(x->session);
}

/* What whoever asked can do about it. */
static struct view advice(u32 status)
{
	switch (status) {
	case 400: return text("The request is not well formed HTTP/1.1 (RFC 9112). Send it again as that.\n");
	case 404: return text("Nothing is at this address. Begin at /.\n");
	case 405: return text("This address does not take that method. Use one of those in Allow.\n");
	case 408: return text("The request did not come whole in time. Send it again.\n");
	case 412: return text("It has changed, or is not what was asked for. Fetch it again first.\n");
	case 413: return text("Send a smaller body.\n");
	case 414: return text("Send a shorter address: at most 4,096 bytes.\n");
	case 416: return text("Ask for bytes within the length that Content-Range tells.\n");
	case 417: return text("Leave Expect out, or expect 100-continue.\n");
	case 431: return text("Send fewer or shorter fields: at most 100, and 8,192 bytes in all.\n");
	case 501: return text("Use a method of RFC 9110, and no transfer coding but chunked.\n");
	case 505: return text("Use HTTP/1.1.\n");
	default: return view_none();
	}
}

enum http_step http_answer_status(struct http_exchange *x, u32 status)
{
	u8 room[160];
	struct writer w = writer_of(span_of(room));

	write_decimal(&w, status);
	write_text(&w, " ");
	write_view(&w, http_reason(status));
	write_text(&w, "\n");
	write_view(&w, advice(status));
	x->type = text("text/plain; charset=utf-8");
	return answer_whole(x, status, write_done(&w));
}

static enum http_step answer_method(struct http_exchange *x, struct view allow)
{
	bool asks = x->request->method == HTTP_OPTIONS;

	x->fields = allow;
	return asks ? answer_whole(x, 204, view_none()) : http_answer_status(x, 405);
}

/* ---- sending what does not fit at once ---- */

static void fill_room(struct http_exchange *x, struct span room)
{
	struct http_session *s = x->session;
	const struct http_route *route = x->route;
	struct kv_file file;

	if (route->kind == HTTP_ROUTE_STREAM) {
		route->stream(s->words, s->at, room);
		return;
	}
	(void)kv_at(route->pack, s->file, &file);
	require(copy(room, view_from(kv_body(route->pack, &file, s->coding), (usize)s->at)) == room.n);
}

enum http_step http_send_on(struct http_exchange *x)
{
	struct http_session *s = x->session;

	while (s->at < s->end) {
		struct span room = flow_tx(x->flow);
		u64 left = s->end - s->at;

		if (room.n == 0)
			return HTTP_WAIT;
		if (left < room.n)
			room = span_first(room, (usize)left);
		fill_room(x, room);
		flow_tx_send(x->flow, room.n);
		s->at += room.n;
		x->server->counts.body_bytes_out += room.n;
	}
	return finished(s);
}

static enum http_step send_from(struct http_exchange *x, u64 at, u64 n)
{
	struct http_session *s = x->session;

	if (is_head(x))
		return finished(s);
	s->state = HTTP_STATE_SENDING;
	s->at = at;
	s->end = at + n;
	return http_send_on(x) == HTTP_CLOSE ? HTTP_CLOSE : HTTP_GO_ON;
}

/* ---- files ---- */

static bool find_file(struct http_exchange *x, struct kv_file *file)
{
	struct view name = http_rest(x), pack = x->route->pack;
	struct writer w = writer_of(span_of(head_room));

	if (name.n > 0 && view_at(name, name.n - 1) != '/')
		return kv_find(pack, name, file);
	write_view(&w, name);
	write_text(&w, "index.html");
	return kv_find(pack, write_done(&w), file);
}

/* "/guide" where there is only "/guide/": links in its index need the slash. */
static bool is_folder(struct http_exchange *x)
{
	struct writer w = writer_of(span_of(head_room));
	struct kv_file file;

	write_view(&w, http_rest(x));
	write_text(&w, "/index.html");
	return kv_find(x->route->pack, write_done(&w), &file);
}

static enum http_step answer_missing(struct http_exchange *x)
{
	struct view pack = x->route ? x->route->pack : view_none();
	struct kv_file file;
	u8 location[512];
	struct writer w = writer_of(span_of(location));

	if (x->route && is_folder(x)) {
		write_text(&w, "Location: ");
		write_view(
			&w, http_part(x->head, x->request->path)); /* as it came: no byte that ends a line */
		write_text(&w, "/\r\n");
		x->fields = write_done(&w);
		if (x->fields.n > 0)
			return http_answer_status(x, 301);
	}
	if (!kv_find(pack, text("404.html"), &file))
		return http_answer_status(x, 404);
	x->type = kv_type(pack, &file);
	return answer_whole(x, 404, kv_body(pack, &file, KV_IDENTITY));
}

static enum kv_coding coding_for(const struct http_exchange *x, const struct kv_file *file)
{
	u32 available = 1u << HTTP_IDENTITY;

	if (kv_has(file, KV_GZIP))
		available |= 1u << HTTP_GZIP;
	if (kv_has(file, KV_BR))
		available |= 1u << HTTP_BR;
	switch (http_coding(x->head, x->request, available)) {
	case HTTP_GZIP: return KV_GZIP;
	case HTTP_BR: return KV_BR;
	default: return KV_IDENTITY;
	}
}

/* The lines that are the same in 200, 206 and 304. */
static void file_fields(struct writer *w, const struct kv_file *file, struct view tag)
{
	http_write_field(w, text("ETag"), tag);
	if (kv_has(file, KV_GZIP) || kv_has(file, KV_BR))
		write_text(w, "Vary: Accept-Encoding\r\n");
	if (file->modified_s != 0) {
		write_text(w, "Last-Modified: ");
		http_date_write(w, file->modified_s);
		write_text(w, "\r\n");
	}
}

static enum http_step answer_unsatisfiable(struct http_exchange *x, u64 size)
{
	u8 room[64];
	struct writer w = writer_of(span_of(room));

	http_write_range(&w, (struct http_range){ 0, 0 }, size);
	x->fields = write_done(&w);
	return http_answer_status(x, 416);
}

static enum http_step answer_file(struct http_exchange *x, const struct kv_file *file)
{
	struct view pack = x->route->pack, head = x->head;
	enum kv_coding coding = coding_for(x, file);
	struct view tag = kv_tag(pack, file, coding);
	u64 size = file->body[coding].n;
	enum http_condition condition = http_precondition(head, x->request, tag, file->modified_s);
	struct http_range range;
	enum http_ranging ranging;
	struct writer w;

	if (condition == HTTP_PRECONDITION_FAILED)
		return http_answer_status(x, 412);
	ranging = http_range(head, x->request, tag, file->modified_s, size, &range);
	if (condition == HTTP_PROCEED && ranging == HTTP_UNSATISFIABLE)
		return answer_unsatisfiable(x, size);
	if (!head_begin(x, &w))
		return HTTP_WAIT;
	if (condition == HTTP_NOT_MODIFIED) {
		head_common(x, &w, 304);
		file_fields(&w, file, tag);
		return head_end(x, &w) ? finished(x->session) : HTTP_RESET;
	}
	x->length = range.n;
	head_common(x, &w, ranging == HTTP_PARTIAL ? 206 : 200);
	http_write_field(&w, text("Content-Type"), kv_type(pack, file));
	http_write_length(&w, range.n);
	if (coding != KV_IDENTITY)
		http_write_field(&w, text("Content-Encoding"), kv_coding_name(coding));
	file_fields(&w, file, tag);
	if (ranging == HTTP_PARTIAL)
		http_write_range(&w, range, size);
	else
		write_text(&w, "Accept-Ranges: bytes\r\n");
	if (!head_end(x, &w))
		return HTTP_RESET;
	x->session->file = file->index;
	x->session->coding = (u8)coding;
	return send_from(x, range.first, range.n);
}

/* ---- pages ---- */

static enum http_step answer_stream(struct http_exchange *x)
{
	struct writer w;

	if (!head_begin(x, &w))
		return HTTP_WAIT;
	head_common(x, &w, x->status);
	http_write_field(&w, text("Content-Type"), x->type);
	http_write_length(&w, x->length);
	if (!head_end(x, &w))
		return HTTP_RESET;
	return send_from(x, 0, x->length);
}

enum http_step http_answer_page(struct http_exchange *x)
{
	if (flow_tx(x->flow).n == 0) /* before the page is made for nothing */
		return HTTP_WAIT;
	x->out = writer_of(span_of(page_room));
	x->status = 0;
	x->route->page(x);
	if (x->streams)
		return answer_stream(x);
	if (write_bad(&x->out)) {
		log_text(&LOG_HTTP, LOG_ERROR,
			text("a page longer than HTTP_PAGE_MAX: write less, or stream it"));
		return http_answer_status(x, 500);
	}
	if (x->status == 0)
		return answer_whole(x, 204, view_none());
	if (x->fields.n == 0)
		x->fields = text("Cache-Control: no-store\r\n");
	return answer_whole(x, x->status, write_done(&x->out));
}

/* The first bytes of an upload: its page comes when all have been taken. */
static enum http_step begin_upload(struct http_exchange *x)
{
	const struct http_request *r = x->request;
	struct http_session *s = x->session;
	bool waits = r->expects_continue && x->head.n == r->head_bytes;

	if (r->framing == HTTP_FIXED && r->body_bytes > x->route->body_most) {
		s->keep = false;
		return http_answer_status(x, 413);
	}
	if (waits && !flow_write(x->flow, text("HTTP/1.1 100 Continue\r\n\r\n")))
		return HTTP_WAIT;
	s->body = http_body_make(r, x->route->body_most);
	for (u32 i = 0; i < HTTP_WORDS; i += 1)
		s->words[i] = 0;
	s->state = HTTP_STATE_BODY;
	return HTTP_GO_ON;
}

/* ---- routes ---- */

static bool covers(struct view route, struct view path)
{
	if (view_at(route, route.n - 1) == '/')
		return view_starts(path, route);
	return view_equal(path, route);
}

static void find_route(struct http_exchange *x)
{
	struct http_server *server = x->server;
	usize longest = 0;

	for (u32 i = 0; i < server->route_count; i += 1) {
		struct view path = server->routes[i].path;

		if (path.n <= longest || !covers(path, x->path))
			continue;
		longest = path.n;
		x->route = &server->routes[i];
		x->session->route = (u8)(i + 1u);
	}
}

static enum http_verdict find_path(struct http_exchange *x)
{
	struct view path = http_part(x->head, x->request->path);
	enum http_verdict verdict;
	usize n = 0;

	if (path.n == 0)
		path = text("/"); /* "http://host": RFC 9112, 3.2.1 */
	if (x->request->plain_path) {
		x->path = path;
		return HTTP_OK;
	}
	verdict = http_path_decode(path, span_of(path_room), &n);
	x->path = view_first(view_of(path_room), n);
	return verdict;
}

enum http_step http_answer(struct http_exchange *x)
{
	const struct http_request *r = x->request;
	bool gets = r->method == HTTP_GET || r->method == HTTP_HEAD;
	enum http_verdict verdict = find_path(x);
	struct kv_file file;

	if (verdict != HTTP_OK)
		return http_answer_status(x, (u32)verdict);
	find_route(x);

	/* A body that nobody reads would be taken for the next request: the
	 * connection ends behind the answer. */
	if (r->framing != HTTP_NO_BODY && (!x->route || x->route->kind != HTTP_ROUTE_UPLOAD))
		x->session->keep = false;
	if (view_equal(x->path, text("*")))
		return answer_whole(x, 204, view_none());
	if (!x->route)
		return answer_missing(x);
	if (x->route->kind == HTTP_ROUTE_UPLOAD) {
		if (r->method == HTTP_POST || r->method == HTTP_PUT)
			return begin_upload(x);
		x->session->keep = x->session->keep && r->framing == HTTP_NO_BODY;
		return answer_method(x, text("Allow: POST, PUT, OPTIONS\r\n"));
	}
	if (!gets)
		return answer_method(x, text("Allow: GET, HEAD, OPTIONS\r\n"));
	if (x->route->kind != HTTP_ROUTE_FILES)
		return http_answer_page(x);
	return find_file(x, &file) ? answer_file(x, &file) : answer_missing(x);
}
