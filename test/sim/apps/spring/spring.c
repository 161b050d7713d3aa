/* spring.c - sends for ever to whoever connects (RFC 864): whose TCP may be governed by BBR. */
#include "image.h"

static enum next generate(void *session, struct flow *f)
{
	static u8 pattern[16384];

	(void)session;
	for (usize n; (n = copy(flow_tx(f), view_of(pattern))) > 0;)
		flow_tx_send(f, n);
	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

void app_start(struct app *app)
{
	static u8 no_session[1];

	serve(&app->service, app->port, generate, no_session, 0);
}
