/* bench.c - what bench/run measures: files of 1 KB and 100 KB over HTTP, and the Echo Protocol. */
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
	(void)datagram_bind(&app->service, app->echo, echo_datagram, NULL);
}
