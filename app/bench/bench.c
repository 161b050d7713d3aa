/* bench.c - what bench/run measures: files of 1 KB and 100 KB over HTTP, the Echo Protocol, and streams one way. */
#include "image.h"
#include "stack/http.h"

static struct http_server web;
static struct http_session sessions[SERVICE_FLOWS];

static enum next echo(void *session, struct flow *f)
{
	(void)session;
	for (usize n; (n = copy(flow_tx(f), flow_rx(f))) > 0;) {
		flow_tx_send(f, n);
		flow_rx_done(f, n);
	}
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

/* RFC 863 */
static enum next discard(void *session, struct flow *f)
{
	(void)session;
	for (struct view v; (v = flow_rx(f)).n > 0;)
		flow_rx_done(f, v.n);
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

/* RFC 864, whose pattern is a suggestion. */
static enum next generate(void *session, struct flow *f)
{
	static u8 pattern[16384];

	(void)session;
	for (usize n; (n = copy(flow_tx(f), view_of(pattern))) > 0;)
		flow_tx_send(f, n);
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

static void echo_datagram(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	(void)datagram_send(h, d->to, d->to_port, d->from, d->from_port, d->data, now);
}

void app_start(struct app *app)
{
	static u8 no_session[1];

	http_files(&web, text("/"), app->www);
	http_serve(&web, &app->service, app->port, sessions);
	serve(&app->service, app->echo, echo, no_session, 0);
	serve(&app->service, app->discard, discard, no_session, 0);
	serve(&app->service, app->generate, generate, no_session, 0);
	(void)datagram_bind(&app->service, app->echo, echo_datagram, NULL);
}
