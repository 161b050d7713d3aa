/* iperf3.c - a server for iperf3's clients: lib/iperf3 is the conversation, here are its connections. README.md. */
#include "image.h"
#include "lib/iperf3/iperf3.h"

#define CONNECTIONS      256u /* those that are, or want to be, streams of the test */
#define DATAGRAMS_A_STEP 64u  /* sent before somebody else has a turn */
#define PORT_FULL_NS     (50 * NS_PER_US)

static struct log_source LOG_IPERF3 = LOG_SOURCE("iperf3");

/* One TCP connection or one peer of UDP. */
struct connection {
	u64 flow;   /* its handle; 0: it has none yet, or is UDP */
	u64 order;  /* when its SYN or hello came, as a count; 0: it is free */
	u32 stream; /* of the test, once that runs */
	u32 cookie_bytes;
	struct ip peer, local;
	u16 peer_port;
	u8 cookie[IPERF3_COOKIE_BYTES];
	bool good;  /* it is a stream: the cookie was right */
	bool ended; /* we have said all we had to on it */
};

static struct iperf3 test;
static struct host *host;
static u16 port;
static u64 control;      /* handle of its flow; 0: nobody is here */
static struct ip client; /* who that is */
static struct connection connections[CONNECTIONS];
static struct connection *streams[IPERF3_STREAMS_BOTH]; /* in their order */
static u64 orders;
static u32 next_connection;
static u8 pattern[IPERF3_UDP_MOST];

/* ---- the test as a whole ---- */

static void tell(void)
{
	if (!log_on(&LOG_IPERF3, LOG_INFO))
		return;
	struct writer w = log_begin(&LOG_IPERF3, LOG_INFO);

	ip_write_text(&w, client);
	write_text(&w, ": ");
	if (test.end == IPERF3_DONE)
		iperf3_write_summary(&w, &test);
	else if (test.end == IPERF3_REFUSED)
		write_view(&w, iperf3_error_name(test.error));
	else
		write_view(&w, iperf3_end_name(test.end));
	log_end(&w);
}

static struct flow *flow_of(const struct connection *c)
{
	return c->flow != 0 ? flow_find(host, c->flow) : NULL;
}

/* The control connection has something to say, or a deadline that changed. */
static void wake_control(void)
{
	struct flow *f = control != 0 ? flow_find(host, control) : NULL;

	if (f)
		flow_wake_at(f, flow_now(f));
}

static void wake_streams(void)
{
	for (u32 i = 0; i < CONNECTIONS; i += 1) {
		struct flow *f = flow_of(&connections[i]);

		if (f)
			flow_wake_at(f, flow_now(f));
	}
}

static void end_test(void)
{
	tell();
	control = 0;
	for (u32 i = 0; i < CONNECTIONS; i += 1) {
		struct flow *f = flow_of(&connections[i]);

		connections[i] = (struct connection){ 0 };
		if (f)
			flow_call(f); /* which is a stream of nothing now: it is reset */
	}
}

static u32 good_connections(void)
{
	u32 n = 0;

	for (u32 i = 0; i < CONNECTIONS; i += 1)
		n += connections[i].good ? 1u : 0u;
	return n;
}

/* The next in the order in which they came. */
static struct connection *after(u64 order)
{
	struct connection *next = NULL;

	for (u32 i = 0; i < CONNECTIONS; i += 1) {
		struct connection *c = &connections[i];

		if (c->good && c->order > order && (!next || c->order < next->order))
			next = c;
	}
	return next;
}

static struct view control_name(enum tcp_control c)
{
	switch (c) {
	case TCP_CUBIC: return text("cubic");
	case TCP_NEWRENO: return text("reno");
	case TCP_BBR: return text("bbr");
	}
	return view_none();
}

static struct view asked_control(void)
{
	return view_first(view_of(test.params.control), test.params.control_bytes);
}

static struct view control_in_use(const struct connection *c)
{
	struct flow *f = flow_of(c);
	struct tcp_facts facts;

	if (!f)
		return view_none();
	tcp_facts(&f->tcp, &facts);
	return control_name(facts.control);
}

/* All that were asked for are here? Then it begins. */
static void begin_if_complete(u64 now)
{
	u32 wanted = iperf3_streams(&test);
	struct view in_use;
	u64 order = 0;

	iperf3_opened(&test, now);
	wake_control();
	if (good_connections() < wanted)
		return;
	for (u32 i = 0; i < wanted; i += 1) {
		streams[i] = after(order);
		streams[i]->stream = i;
		order = streams[i]->order;
	}
	in_use = control_in_use(streams[0]);
	if (!test.params.udp && test.params.control_bytes > 0 && !view_equal(in_use, asked_control())) {
		iperf3_refuse(&test, IPERF3_IESETCONGESTION);
		return;
	}
	iperf3_run(&test, in_use, now);
	wake_streams();
}

static struct connection *new_connection(void)
{
	for (u32 i = 0; i < CONNECTIONS; i += 1) {
		struct connection *c = &connections[next_connection];

		next_connection = (next_connection + 1u) % CONNECTIONS;
		if (c->order != 0)
			continue;
		orders += 1;
		*c = (struct connection){ .order = orders };
		return c;
	}
	return NULL;
}

/* ---- TCP streams ---- */

static enum next deny(struct flow *f)
{
	static const u8 denied[1] = { IPERF3_SAYS_ACCESS_DENIED };

	(void)flow_write(f, view_of(denied));
	return NEXT_CLOSE;
}

/* A wrong cookie is somebody who wants to begin a test of his own. */
static enum next take_cookie(struct connection *c, struct flow *f)
{
	struct span room = span_from(span_of(c->cookie), c->cookie_bytes);
	usize n = copy(room, flow_rx(f));

	flow_rx_done(f, n);
	c->cookie_bytes += (u32)n;
	if (n < room.n)
		return NEXT_WAIT;
	if (test.state != IPERF3_CREATE_STREAMS || !iperf3_is_cookie(&test, view_of(c->cookie))) {
		*c = (struct connection){ 0 };
		return deny(f);
	}
	c->good = true;
	begin_if_complete(flow_now(f));
	return NEXT_WAIT;
}

static void swallow(const struct connection *c, struct flow *f)
{
	for (struct view v; (v = flow_rx(f)).n > 0;) {
		if (!iperf3_sends(&test, c->stream))
			iperf3_took(&test, c->stream, v.n, flow_now(f));
		flow_rx_done(f, v.n);
	}
}

static void pour(const struct connection *c, struct flow *f)
{
	u64 at;

	while ((at = iperf3_send_at(&test, c->stream)) <= flow_now(f)) {
		struct view portion = view_first(view_of(pattern), iperf3_portion(&test));
		usize n = copy(flow_tx(f), portion);

		if (n == 0)
			return;
		flow_tx_send(f, n);
		iperf3_sent(&test, c->stream, n, flow_now(f));
	}
	flow_wake_at(f, at);
}

/* It is over: too early, if the test has not begun. */
static enum next lost(struct connection *c)
{
	if (test.state == IPERF3_CREATE_STREAMS && c->good)
		iperf3_refuse(&test, IPERF3_IECREATESTREAM);
	*c = (struct connection){ 0 };
	wake_control();
	return NEXT_CLOSE;
}

/* Over is over: iperf3's client may be waiting for a whole block, and nothing but our end gets it out of there. */
static void end_after_test(struct connection *c, struct flow *f)
{
	if (c->ended || test.state == IPERF3_TEST_RUNNING)
		return;
	c->ended = true;
	flow_end(f);
}

static enum next stream(void *session, struct flow *f)
{
	struct connection *c = session;

	if (c->order == 0 || (c->flow != 0 && c->flow != flow_handle(f)))
		return NEXT_ABORT; /* its test is over */
	c->flow = flow_handle(f);
	if (!c->good && take_cookie(c, f) == NEXT_CLOSE)
		return NEXT_CLOSE;
	if (c->good && test.state != IPERF3_CREATE_STREAMS) {
		swallow(c, f);
		pour(c, f);
		end_after_test(c, f);
	}
	return flow_ended(f) ? lost(c) : NEXT_WAIT;
}

/* ---- the control connection ---- */

static void look_at_retransmits(void)
{
	struct tcp_facts facts;

	for (u32 i = 0; i < iperf3_streams(&test); i += 1) {
		struct flow *f = test.state == IPERF3_TEST_RUNNING && streams[i] ? flow_of(streams[i]) : NULL;

		if (!f)
			continue;
		tcp_facts(&f->tcp, &facts);
		iperf3_retransmits(&test, i, facts.retransmits);
	}
}

static enum next converse(void *session, struct flow *f)
{
	bool ran = test.state == IPERF3_TEST_RUNNING;

	(void)session;
	if (!test.params.udp)
		look_at_retransmits();
	for (struct view v; (v = flow_rx(f)).n > 0;) {
		iperf3_rx(&test, v, flow_now(f));
		flow_rx_done(f, v.n);
	}
	iperf3_step(&test, flow_now(f));
	if (flow_ended(f))
		iperf3_closed(&test);
	if (ran && test.state != IPERF3_TEST_RUNNING)
		wake_streams();
	for (usize n; (n = copy(flow_tx(f), iperf3_tx(&test))) > 0;) {
		flow_tx_send(f, n);
		iperf3_tx_done(&test, n);
	}
	flow_wake_at(f, iperf3_deadline(&test));
	if (test.state != IPERF3_IPERF_DONE)
		return NEXT_WAIT;
	end_test();
	return test.end == IPERF3_SILENT ? NEXT_ABORT : NEXT_CLOSE;
}

/* Somebody has connected, and is not a stream of the test. */
static enum next knock(void *session, struct flow *f)
{
	if (control != 0)
		return deny(f);
	control = flow_handle(f);
	client = flow_peer(f);
	for (u32 i = 0; i < IPERF3_STREAMS_BOTH; i += 1)
		streams[i] = NULL;
	iperf3_start(&test, flow_now(f));
	flow_pass(f, converse, session);
	return converse(session, f);
}

/* ---- who is asked about SYNs ---- */

static enum tcp_control control_of(struct view name)
{
	for (u32 c = TCP_CUBIC; c <= TCP_BBR; c += 1)
		if (view_equal(name, control_name((enum tcp_control)c)))
			return (enum tcp_control)c;
	return TCP_CUBIC;
}

static bool may_be_stream(const struct flow_ends *ends)
{
	return control != 0 && test.state == IPERF3_CREATE_STREAMS && !test.params.udp &&
	       ip_equal(ends->peer, client);
}

static enum flow_answer ask(void *context, const struct flow_ends *ends, struct flow_plan *plan)
{
	static u8 no_session[1];
	struct connection *c = NULL;

	(void)context;
	if (ends->local_port != port)
		return FLOW_REFUSE;
	*plan = (struct flow_plan){ .fn = knock, .session = no_session, .tcp.no_delay = true };
	if (may_be_stream(ends))
		c = new_connection();
	if (!c)
		return FLOW_TAKE;
	plan->fn = stream;
	plan->session = c;
	plan->tos = (u8)(test.params.tos & 0xfcu);
	plan->tcp.no_delay = test.params.no_delay;
	plan->tcp.mss = test.params.mss;
	plan->tcp.rx_bytes = plan->tcp.tx_bytes = test.params.window_bytes;
	plan->tcp.control = control_of(asked_control());
	return FLOW_TAKE;
}

/* ---- UDP ---- */

static struct connection *peer_of(const struct datagram *d)
{
	for (u32 i = 0; i < CONNECTIONS; i += 1) {
		struct connection *c = &connections[i];

		if (c->peer_port == d->from_port && c->order != 0 && ip_equal(c->peer, d->from))
			return c;
	}
	return NULL;
}

/* A hello that comes again is answered again: the answer may be lost. */
static void greet(struct connection *c, const struct datagram *d, u64 now)
{
	if (!iperf3_is_hello(d->data) || !ip_equal(d->from, client))
		return;
	if (!c && test.state == IPERF3_CREATE_STREAMS)
		c = new_connection();
	if (!c)
		return;
	c->peer = d->from;
	c->local = d->to;
	c->peer_port = d->from_port;
	(void)datagram_send(host, d->to, port, d->from, d->from_port, iperf3_hello_answer(), now);
	if (!c->good) {
		c->good = true;
		begin_if_complete(now);
	}
}

static void heard(void *context, struct host *h, const struct datagram *d, u64 now)
{
	struct connection *c = peer_of(d);

	(void)context;
	(void)h;
	if (control == 0 || !test.params.udp)
		return;
	if (c && test.state == IPERF3_TEST_RUNNING && !iperf3_is_hello(d->data)) {
		if (!iperf3_sends(&test, c->stream))
			iperf3_datagram(&test, c->stream, d->data, now);
	} else {
		greet(c, d, now);
	}
}

/* False: the port takes no more for now. */
static bool send_datagram(const struct connection *c, u64 now)
{
	struct writer w = writer_of(span_of(pattern));
	usize n = iperf3_portion(&test);

	iperf3_write_head(&test, &w, c->stream, now);
	if (!datagram_send(host, c->local, port, c->peer, c->peer_port, view_first(view_of(pattern), n), now))
		return false;
	iperf3_sent(&test, c->stream, n, now);
	return true;
}

/* Those whose time has come, in turn: with whom the port was full begins the next round. When to do it again. */
u64 app_step(struct app *app, u64 now)
{
	static u32 first;
	u32 sent = 0, all = iperf3_streams(&test);
	u64 wake;

	(void)app;
	if (control == 0 || test.state != IPERF3_TEST_RUNNING || !test.params.udp)
		return TIME_NEVER;
	do {
		wake = TIME_NEVER;
		for (u32 k = 0; k < all; k += 1) {
			u32 i = (first + k) % all;
			u64 at = iperf3_send_at(&test, i);

			if (at <= now && !send_datagram(streams[i], now)) {
				first = i;
				return now + PORT_FULL_NS;
			}
			sent += at <= now ? 1u : 0u;
			at = iperf3_send_at(&test, i);
			wake = at < wake ? at : wake;
		}
	} while (wake <= now && sent < DATAGRAMS_A_STEP);
	return wake;
}

void app_start(struct app *app)
{
	host = &app->service;
	port = app->port;
	for (u32 i = 0; i < sizeof pattern; i += 1)
		pattern[i] = (u8)('0' + i % 10u);
	flow_ask(host, ask, NULL);
	(void)datagram_bind(host, port, heard, NULL);
	if (log_on(&LOG_IPERF3, LOG_INFO)) {
		struct writer w = log_begin(&LOG_IPERF3, LOG_INFO);

		write_text(&w, "listening on port ");
		write_decimal(&w, port);
		log_end(&w);
	}
}
