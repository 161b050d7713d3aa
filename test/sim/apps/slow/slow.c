/* slow.c - an echo that its peers must wait for: windows that close, buffers that run out. */
#include "image.h"

static struct app *settings;
static u64 next_at[SERVICE_FLOWS];

static enum next echo(void *session, struct flow *f)
{
	u64 *ready_at = session;

	if (flow_now(f) < *ready_at)
		return NEXT_WAIT;
	usize n = copy(flow_tx(f), view_first(flow_rx(f), (usize)settings->bite));
	flow_tx_send(f, n);
	flow_rx_done(f, n);
	if (n > 0) {
		*ready_at = flow_now(f) + settings->rest;
		flow_wake_at(f, *ready_at);
	}
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

void app_start(struct app *app)
{
	settings = app;
	serve(&app->service, app->port, echo, next_at, sizeof *next_at);
}
