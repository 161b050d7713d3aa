/* hello.c - greet whoever connects, then say back what they say. */
#include "image.h" /* made by fata from hello.fata */

struct guest {
	bool greeted;
};

static struct guest guests[SERVICE_FLOWS];

static enum next host(void *session, struct flow *f)
{
	struct guest *g = session;

	if (!g->greeted)
		g->greeted = flow_write(f, text("hello, network\n"));

	usize n = copy(flow_tx(f), flow_rx(f));
	flow_tx_send(f, n);
	flow_rx_done(f, n);

	return flow_ended(f) ? NEXT_CLOSE : NEXT_WAIT;
}

void app_start(struct app *app)
{
	serve(&app->service, app->port, host, guests, sizeof *guests);
}
