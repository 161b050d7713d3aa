/* client.c - a load that checks itself: what was sent must come back, each byte in its place.
 *
 * It leaves with 0 when everything came back, with 1 when a byte was wrong or
 * it took too long, and says so in a line. A connection that breaks is counted
 * and made again: a server may be partitioned from us, but it may not lie.
 */
#include "image.h"
#include "dev/image.h"
#include "stack/connect.h"

#define RETRY_NS (100 * NS_PER_MS)

static struct log_source LOG_CLIENT = LOG_SOURCE("client");

struct talk {
	bool taken;
	u32 number; /* which connection it is: its bytes begin with others */
	u64 greeted, sent, got;
	u64 heard_at; /* when the last byte came, or it was begun */
};

static struct app *settings;
static struct talk talks[16];
static struct connect connects[16]; /* with two addresses of the server: RFC 8305 */
static struct resolver_entry addresses[] = { { TEXT("server"), { 0 } }, { TEXT("server"), { 0 } } };
static struct resolver_table names = { RESOLVER_TABLE, addresses, COUNT(addresses) };
static u32 begun, done, broken, active;
static u64 deadline, next_at;
static bool lied;

/* The byte at this place: no two connections and no two kilobytes look alike. */
static u8 pattern(u32 number, u64 at)
{
	return (u8)(at * 131u + at / 251u + number * 17u);
}

static void speak(struct talk *t, struct flow *f)
{
	for (;;) {
		struct span room = flow_tx(f);
		usize n = settings->bytes - t->sent < room.n ? (usize)(settings->bytes - t->sent) : room.n;

		if (n == 0)
			return;
		for (usize i = 0; i < n; i += 1)
			span_set(room, i, pattern(t->number, t->sent + i));
		flow_tx_send(f, n);
		t->sent += n;
	}
}

/* False: a byte is not what it must be. */
static bool hear(struct talk *t, struct flow *f)
{
	for (;;) {
		struct view v = flow_rx(f);

		if (v.n == 0)
			return true;
		for (usize i = 0; i < v.n; i += 1) {
			if (t->greeted < settings->greeting.n) {
				if (view_at(v, i) != view_at(settings->greeting, (usize)t->greeted))
					return false;
				t->greeted += 1;
				continue;
			}
			if (t->got >= t->sent || view_at(v, i) != pattern(t->number, t->got))
				return false;
			t->got += 1;
		}
		flow_rx_done(f, v.n);
	}
}

static void over(struct talk *t, bool whole, u64 now)
{
	t->taken = false;
	active -= 1;
	next_at = now + settings->pause;
	if (whole) {
		done += 1;
		return;
	}
	broken += 1;
	begun -= 1;
	if (next_at < now + RETRY_NS)
		next_at = now + RETRY_NS;
}

/* A peer that has given up, and whose reset was lost, is silent for ever: TCP waits, a program must not. */
static bool silent(struct talk *t, struct flow *f, bool heard)
{
	if (heard)
		t->heard_at = flow_now(f);
	flow_wake_at(f, t->heard_at + settings->silence);
	return flow_now(f) >= t->heard_at + settings->silence;
}

static enum next converse(void *session, struct flow *f)
{
	struct talk *t = session;
	u64 before = t->got;

	if (!hear(t, f)) {
		lied = true;
		over(t, false, flow_now(f));
		return NEXT_ABORT;
	}
	if (flow_failed(f) || flow_ended(f) || silent(t, f, t->got > before)) {
		over(t, false, flow_now(f));
		return NEXT_ABORT;
	}
	speak(t, f);
	if (t->got < settings->bytes || t->greeted < settings->greeting.n)
		return NEXT_WAIT;
	over(t, true, flow_now(f));
	return NEXT_CLOSE;
}

/* With the SYN, as much of it as goes. */
static bool begin_fast(struct app *app, struct talk *t)
{
	u8 first[1400];
	usize n = app->bytes < sizeof first ? (usize)app->bytes : sizeof first, taken;

	for (usize i = 0; i < n; i += 1)
		span_set(span_of(first), i, pattern(t->number, i));
	if (!flow_connect_fast(
		    &app->service, app->to, app->port, converse, t, view_first(view_of(first), n), &taken))
		return false;
	t->sent = taken;
	return true;
}

static bool begin(struct app *app, u32 i, u64 now)
{
	struct talk *t = &talks[i];

	if (app->fast)
		return begin_fast(app, t);
	if (ip_is_none(app->also))
		return flow_connect(&app->service, app->to, app->port, converse, t) != NULL;
	return connect_start(
		&connects[i], &app->service, &names.resolver, text("server"), app->port, converse, t, now);
}

/* Names are connected to in steps. */
static u64 step_connects(u64 now)
{
	u64 wake = TIME_NEVER;

	for (u32 i = 0; i < COUNT(talks) && !ip_is_none(settings->also); i += 1) {
		u64 next;

		if (!connects[i].host)
			continue;
		next = connect_step(&connects[i], now);
		wake = next < wake ? next : wake;
		if (!connect_gone(&connects[i]))
			continue;
		connects[i].host = NULL;
		if (connect_state(&connects[i]) == CONNECT_FAILED)
			over(&talks[i], false, now);
	}
	return wake;
}

static void connect(struct app *app, u64 now)
{
	u32 i = 0;

	while (i < COUNT(talks) && (talks[i].taken || connects[i].host))
		i += 1;
	if (i == COUNT(talks))
		return;
	talks[i] = (struct talk){ .taken = true, .number = done + begun, .heard_at = now };
	if (begin(app, i, now)) {
		begun += 1;
		active += 1;
	} else { /* no address yet */
		talks[i].taken = false;
		next_at = now + RETRY_NS;
	}
}

static void verdict(const struct app *app, bool good)
{
	struct writer w = log_begin(&LOG_CLIENT, good ? LOG_INFO : LOG_ERROR);

	write_view(&w, good ? text("all came back: ") : lied ? text("WRONG BYTES: ") : text("TOO LATE: "));
	write_decimal(&w, done);
	write_text(&w, " of ");
	write_decimal(&w, app->times);
	write_text(&w, " times ");
	write_decimal(&w, app->bytes);
	write_text(&w, " bytes, ");
	write_decimal(&w, broken);
	write_text(&w, " connections broke");
	log_end(&w);
	image_leave(good ? 0 : 1);
}

/* To itself, without any other host (the manifest's loopback=1). */
static enum next echo(void *session, struct flow *f)
{
	usize n = copy(flow_tx(f), flow_rx(f));

	(void)session;
	flow_tx_send(f, n);
	flow_rx_done(f, n);
	return flow_ended(f) && flow_rx(f).n == 0 ? NEXT_CLOSE : NEXT_WAIT;
}

void app_start(struct app *app)
{
	static u8 no_session[1];

	settings = app;
	if (app->echo)
		serve(&app->service, app->port, echo, no_session, 0);
	addresses[0].ip = app->to;
	addresses[1].ip = app->also;
	if (app->parallel == 0 || app->parallel > COUNT(talks))
		app->parallel = COUNT(talks);
}

/* It chooses between two addresses once its own IPv6 address is no longer being asked for: until then it had none for one of them. */
static bool may_choose(const struct app *app)
{
	struct ip own = ip_from4(0);

	for (u32 i = 0; ip_is4(own); i += 1)
		own = host_address(&app->service, i).ip;
	return ip_is_none(app->also) || !ip_is_none(own);
}

u64 app_step(struct app *app, u64 now)
{
	if (deadline == 0)
		deadline = now + app->patience;
	if (done == app->times || lied || now >= deadline) {
		verdict(app, done == app->times && !lied);
		return TIME_NEVER;
	}
	while (may_choose(app) && now >= next_at && active < app->parallel && begun < app->times) {
		u32 before = active;

		connect(app, now);
		if (active == before)
			break;
	}
	u64 wake = step_connects(now);
	if (active < app->parallel && begun < app->times && next_at < wake)
		wake = next_at;
	return wake < deadline ? wake : deadline;
}
