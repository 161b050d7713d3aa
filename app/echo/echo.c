/* echo.c - the Echo Protocol (RFC 862), over TCP and UDP, IPv4 and IPv6. */
#include "image.h"
#include "stack/multicast.h"
#include "stack/status.h"

static struct log_source LOG_ECHO = LOG_SOURCE("echo");

static enum next echo(void *session, struct flow *f)
{
	(void)session;
	for (;;) {
		usize n = copy(flow_tx(f), flow_rx(f));

		if (n == 0)
			break;
		flow_tx_send(f, n);
		flow_rx_done(f, n);
	}
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

static void echo_datagram(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	/* RFC 862 would also answer another echo server, for ever: never answer a low port. */
	if (d->from_port >= 1024)
		(void)datagram_send(h, d->to, d->to_port, d->from, d->from_port, d->data, now);
}

static void listen_to(struct host *h, struct ip group)
{
	static struct host_multicast groups;

	if (ip_is_none(group))
		return;
	if (!h->multicast)
		multicast_start(h, &groups);
	if (!multicast_listen(h, group))
		log_text(&LOG_ECHO, LOG_ERROR, text("that is no group"));
}

void app_start(struct app *app)
{
	static struct status_session readers[SERVICE_FLOWS];
	static u8 no_session[1];

	serve(&app->service, app->port, echo, no_session, 0);
	(void)serve_fast_open(&app->service, app->port, SERVICE_FLOWS / 16);
	(void)datagram_bind(&app->service, app->port, echo_datagram, NULL);
	if (app->status != 0)
		status_serve(&app->service, app->status, readers);
	listen_to(&app->service, app->group4);
	listen_to(&app->service, app->group6);
}
