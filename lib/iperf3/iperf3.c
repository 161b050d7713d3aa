/* iperf3.c - the conversation. See iperf3.h. */
#include "lib/iperf3/iperf3_parts.h"

struct view iperf3_state_name(enum iperf3_state s)
{
	switch (s) {
	case IPERF3_IPERF_START: return text("IPERF_START");
	case IPERF3_PARAM_EXCHANGE: return text("PARAM_EXCHANGE");
	case IPERF3_CREATE_STREAMS: return text("CREATE_STREAMS");
	case IPERF3_TEST_RUNNING: return text("TEST_RUNNING");
	case IPERF3_EXCHANGE_RESULTS: return text("EXCHANGE_RESULTS");
	case IPERF3_DISPLAY_RESULTS: return text("DISPLAY_RESULTS");
	case IPERF3_IPERF_DONE: return text("IPERF_DONE");
	}
	return text("?");
}

struct view iperf3_error_name(enum iperf3_error e)
{
	switch (e) {
	case IPERF3_IENONE: return text("none");
	case IPERF3_IENUMSTREAMS: return text("too many streams");
	case IPERF3_IEMSS: return text("an MSS that cannot be");
	case IPERF3_IENOSCTP: return text("no SCTP here");
	case IPERF3_IEUDPBLOCKSIZE: return text("a datagram that cannot be so large");
	case IPERF3_IEMESSAGE: return text("an unknown message");
	case IPERF3_IERECVPARAMS: return text("parameters that make no sense");
	case IPERF3_IERECVRESULTS: return text("results that make no sense");
	case IPERF3_IESETCONGESTION: return text("a congestion control that is not here");
	case IPERF3_IEAUTHTEST: return text("no authorization here");
	case IPERF3_IECREATESTREAM: return text("a stream that could not be made");
	}
	return text("?");
}

struct view iperf3_end_name(enum iperf3_end e)
{
	switch (e) {
	case IPERF3_RUNS: return text("runs");
	case IPERF3_DONE: return text("done");
	case IPERF3_TERMINATED: return text("terminated by the client");
	case IPERF3_CLOSED: return text("the client is gone");
	case IPERF3_SILENT: return text("the client says nothing any more");
	case IPERF3_REFUSED: return text("refused");
	}
	return text("?");
}

void iperf3_start(struct iperf3 *t, u64 now)
{
	t->state = IPERF3_IPERF_START;
	t->end = IPERF3_RUNS;
	t->error = IPERF3_IENONE;
	t->params = (struct iperf3_params){ .parallel = 1 };
	t->news_ns = now;
	t->run_ns = t->counted_ns = t->ended_ns = 0;
	t->omitting = false;
	t->peer_bytes = 0;
	t->used_bytes = 0;
	t->in_len = t->out_at = t->out_len = 0;
	for (u32 i = 0; i < IPERF3_STREAMS_BOTH; i += 1)
		t->streams[i] = (struct iperf3_stream){ 0 };
}

/* A length that grows within its room, which is smaller than 64 KB. */
static u32 longer(u32 len, usize n)
{
	return (len & 0xffffu) + (u32)(n & 0xffffu);
}

/* ---- what is said ---- */

struct view iperf3_tx(const struct iperf3 *t)
{
	return view_from(view_first(view_of(t->out), t->out_len), t->out_at);
}

void iperf3_tx_done(struct iperf3 *t, usize n)
{
	require(n <= iperf3_tx(t).n);
	t->out_at = longer(t->out_at, n);
	if (t->out_at >= t->out_len)
		t->out_at = t->out_len = 0;
}

/* What a client leaves unread of it must be little for it to come so far that there is no room. */
static void say(struct iperf3 *t, struct view v)
{
	struct span room = span_from(span_of(t->out), t->out_len);

	if (v.n > room.n) {
		iperf3_closed(t);
		return;
	}
	t->out_len = longer(t->out_len, copy(room, v));
}

static void say_message(struct iperf3 *t, enum iperf3_message m)
{
	u8 byte[1] = { (u8)m };

	say(t, view_of(byte));
}

static void finish(struct iperf3 *t, enum iperf3_end end, enum iperf3_error e)
{
	if (t->state == IPERF3_IPERF_DONE)
		return;
	t->state = IPERF3_IPERF_DONE;
	t->end = end;
	t->error = e;
}

void iperf3_closed(struct iperf3 *t)
{
	finish(t, IPERF3_CLOSED, IPERF3_IENONE);
}

/* The message, then two numbers: iperf3's own, and the system's errno, of which there is none. */
void iperf3_refuse(struct iperf3 *t, enum iperf3_error e)
{
	u8 bytes[9];
	struct writer w = writer_of(span_of(bytes));

	if (t->state == IPERF3_IPERF_DONE)
		return;
	write_u8(&w, (u8)IPERF3_SAYS_SERVER_ERROR);
	write_be32(&w, (u32)e);
	write_be32(&w, 0);
	say(t, write_done(&w));
	finish(t, IPERF3_REFUSED, e);
}

static void say_results(struct iperf3 *t)
{
	struct span room = span_from(span_of(t->out), t->out_len);
	struct writer w = writer_of(span_from(room, 4)), head = writer_of(span_first(room, 4));

	iperf3_write_results(&w, t);
	write_be32(&head, (u32)(write_len(&w) & 0xffffu));
	if (write_bad(&w) || write_bad(&head)) {
		iperf3_refuse(t, IPERF3_IERECVRESULTS);
		return;
	}
	t->out_len = longer(t->out_len, 4u);
	t->out_len = longer(t->out_len, write_len(&w));
	say_message(t, IPERF3_SAYS_DISPLAY_RESULTS);
}

/* ---- what is heard ---- */

/* As much as `whole` still needs; whether it is all there. */
static bool gather(struct iperf3 *t, struct reader *r, u32 whole)
{
	struct span room = span_first(span_of(t->in), whole);
	struct view piece;

	room = span_from(room, t->in_len);
	piece = read_view(r, room.n < read_left(r) ? room.n : read_left(r));
	t->in_len = longer(t->in_len, copy(room, piece));
	return t->in_len >= whole;
}

static void take_cookie(struct iperf3 *t, struct reader *r)
{
	if (!gather(t, r, IPERF3_COOKIE_BYTES))
		return;
	(void)copy(span_of(t->cookie), view_of(t->in));
	t->in_len = 0;
	t->state = IPERF3_PARAM_EXCHANGE;
	say_message(t, IPERF3_SAYS_PARAM_EXCHANGE);
}

/* A JSON behind its length; false: not all of it is there yet, or it is an error. */
static bool take_json(struct iperf3 *t, struct reader *r, struct view *json, enum iperf3_error wrong)
{
	struct reader head;
	u32 n;

	*json = view_first(view_of(t->in), 0);
	if (t->in_len < 4u && !gather(t, r, 4))
		return false;
	head = reader_of(view_of(t->in));
	n = read_be32(&head);
	if (n == 0 || n > IPERF3_JSON_BYTES) {
		iperf3_refuse(t, wrong);
		return false;
	}
	if (!gather(t, r, 4u + n))
		return false;
	*json = view_first(view_from(view_of(t->in), 4), n);
	t->in_len = 0;
	return true;
}

static void take_parameters(struct iperf3 *t, struct reader *r)
{
	enum iperf3_error e;
	struct view json;

	if (!take_json(t, r, &json, IPERF3_IERECVPARAMS))
		return;
	e = iperf3_read_parameters(json, &t->params);
	if (e != IPERF3_IENONE) {
		iperf3_refuse(t, e);
		return;
	}
	t->state = IPERF3_CREATE_STREAMS;
	say_message(t, IPERF3_SAYS_CREATE_STREAMS);
}

static void take_results(struct iperf3 *t, struct reader *r)
{
	struct view json;

	if (!take_json(t, r, &json, IPERF3_IERECVRESULTS))
		return;
	if (!iperf3_read_results(json, &t->peer_bytes)) {
		iperf3_refuse(t, IPERF3_IERECVRESULTS);
		return;
	}
	t->state = IPERF3_DISPLAY_RESULTS;
	say_results(t);
}

static void take_message(struct iperf3 *t, struct reader *r, u64 now)
{
	u8 m = read_u8(r);

	if (m == IPERF3_SAYS_CLIENT_TERMINATE) {
		finish(t, IPERF3_TERMINATED, IPERF3_IENONE);
	} else if (m == IPERF3_SAYS_TEST_END && t->state == IPERF3_TEST_RUNNING) {
		iperf3_step(t, now);
		if (t->state != IPERF3_TEST_RUNNING)
			return;
		t->ended_ns = now;
		t->state = IPERF3_EXCHANGE_RESULTS;
		say_message(t, IPERF3_SAYS_EXCHANGE_RESULTS);
	} else if (m == IPERF3_SAYS_IPERF_DONE && t->state == IPERF3_DISPLAY_RESULTS) {
		finish(t, IPERF3_DONE, IPERF3_IENONE);
	} else {
		iperf3_refuse(t, IPERF3_IEMESSAGE);
	}
}

void iperf3_rx(struct iperf3 *t, struct view v, u64 now)
{
	struct reader r = reader_of(v);

	if (v.n > 0)
		t->news_ns = now;
	while (read_left(&r) > 0 && t->state != IPERF3_IPERF_DONE) {
		if (t->state == IPERF3_IPERF_START)
			take_cookie(t, &r);
		else if (t->state == IPERF3_PARAM_EXCHANGE)
			take_parameters(t, &r);
		else if (t->state == IPERF3_EXCHANGE_RESULTS)
			take_results(t, &r);
		else
			take_message(t, &r, now);
	}
}

/* ---- time ---- */

static u64 given_up_at(const struct iperf3 *t)
{
	bool hello = t->state == IPERF3_IPERF_START || t->state == IPERF3_PARAM_EXCHANGE;
	u64 silent = iperf3_later(t->news_ns, hello ? IPERF3_HELLO_NS : IPERF3_SILENT_NS);
	u64 late = iperf3_later(t->run_ns, t->params.omit_ns + t->params.time_ns + IPERF3_LATE_NS);

	if (t->state == IPERF3_IPERF_DONE)
		return TIME_NEVER;
	return t->state == IPERF3_TEST_RUNNING && t->params.time_ns > 0 && late < silent ? late : silent;
}

u64 iperf3_deadline(const struct iperf3 *t)
{
	u64 at = given_up_at(t);

	return t->state == IPERF3_TEST_RUNNING && t->omitting && t->counted_ns < at ? t->counted_ns : at;
}

void iperf3_step(struct iperf3 *t, u64 now)
{
	if (t->state == IPERF3_TEST_RUNNING && t->omitting && now >= t->counted_ns)
		iperf3_count_from_here(t, now);
	if (now >= given_up_at(t))
		finish(t, IPERF3_SILENT, IPERF3_IENONE);
}
