/* sim_live.c - dev/'s answers to a host that lives in the simulated world. */
#include <stdlib.h>
#include <string.h>
#include "plat/sim/sim_world.h"

#define RETRY_NS (100 * NS_PER_US) /* whoever was turned away may come again after this */

static struct sim_host *host(struct sim_guest *g)
{
	return (struct sim_host *)(void *)g; /* its first member */
}

static void retry(struct sim_host *h)
{
	u64 at = h->sim->now + RETRY_NS;

	if (at < h->retry_at)
		h->retry_at = at;
}

/* ---- net ---- */

static usize live_net_rx(struct sim_guest *g, u32 port, struct net_frame *frames, usize max)
{
	struct sim_port *p = sim_host_port(host(g), port);

	return p ? sim_net_rx(p, frames, max < NET_BATCH ? max : NET_BATCH) : 0;
}

static void live_net_rx_done(struct sim_guest *g, u32 port, usize n)
{
	struct sim_port *p = sim_host_port(host(g), port);

	if (p)
		sim_net_rx_done(p, n);
}

/* A wire with a rate and no queue of its own fills up the port: it has no room
 * until half of that is on its way, as network cards do. A wire with a queue
 * takes everything and loses what does not fit, as routers do. */
static bool port_full(struct sim_host *h, const struct sim_port *p)
{
	u64 now = h->sim->now, at;

	if (p->sent.model.queue_bytes > 0 || link_backlog_bytes(&p->sent, now) < SIM_PORT_BYTES)
		return false;
	at = link_backlog_below(&p->sent, SIM_PORT_BYTES / 2, now);
	if (at < h->retry_at)
		h->retry_at = at;
	return true;
}

static struct span live_net_tx(struct sim_guest *g, u32 port)
{
	struct sim_host *h = host(g);
	struct sim_port *p = sim_host_port(h, port);

	if (!p || port_full(h, p))
		return span_none();
	if (dice_chance(&p->dice, p->refuse)) {
		retry(h);
		return span_none();
	}
	return span_of(p->room);
}

static struct view live_net_tx_head(struct sim_guest *g, u32 port, usize head)
{
	struct sim_port *p = sim_host_port(host(g), port);

	require(p != NULL && head <= sizeof p->room);
	return view_make(p->room, head);
}

static void live_net_tx_send(struct sim_guest *g, u32 port, struct view head, const struct net_send *send)
{
	sim_net_send(sim_host_port(host(g), port), head, send);
}

static struct net_facts live_net_facts(struct sim_guest *g, u32 port)
{
	struct sim_port *p = sim_host_port(host(g), port);

	return p ? sim_net_facts(p) : (struct net_facts){ .mtu = 1500 };
}

static void live_net_multicast(struct sim_guest *g, u32 port, struct mac group, bool want)
{
	struct sim_port *p = sim_host_port(host(g), port);

	if (p)
		sim_net_multicast(p, group, want);
}

/* ---- block ---- */

static struct block_facts live_block_facts(struct sim_guest *g, u32 disk)
{
	struct sim_disk *d = sim_host_disk(host(g), disk);

	return d ? disk_facts(d) : (struct block_facts){ .sector_bytes = 512 };
}

static bool live_block_submit(struct sim_guest *g, u32 disk, const struct block_request *request)
{
	struct sim_host *h = host(g);
	struct sim_disk *d = sim_host_disk(h, disk);
	bool accepted = d && disk_submit(d, request, h->sim->now);

	if (!accepted)
		retry(h);
	return accepted;
}

static bool live_block_complete(struct sim_guest *g, u32 disk, struct block_done *done, struct view *data)
{
	struct sim_disk *d = sim_host_disk(host(g), disk);

	return d && disk_complete(d, host(g)->sim->now, done, data);
}

/* ---- clock, entropy ---- */

static u64 live_clock_monotonic(struct sim_guest *g)
{
	return host(g)->clock + host(g)->sim->now;
}

static u64 live_clock_wall(struct sim_guest *g)
{
	return SIM_WALL_NS + host(g)->sim->now;
}

static enum entropy_source live_entropy_seed(struct sim_guest *g, struct span out)
{
	for (usize i = 0; i < out.n; i += 1)
		span_set(out, i, (u8)dice_roll(&host(g)->dice));
	return ENTROPY_REPLAYED;
}

static u64 live_entropy_generation(struct sim_guest *g)
{
	return host(g)->generation;
}

/* ---- console, image ---- */

static void live_console_write(struct sim_guest *g, struct view v)
{
	struct sim_host *h = host(g);

	if (h->console_len + v.n > h->console_cap) {
		h->console_cap = 2 * (h->console_len + v.n) + 4096;
		h->console = realloc(h->console, h->console_cap);
		require(h->console != NULL);
	}
	h->console_len += copy(span_make(h->console + h->console_len, v.n), v);
}

static struct view live_console_rx(struct sim_guest *g)
{
	return view_make(host(g)->typed, host(g)->typed_len);
}

static void live_console_rx_done(struct sim_guest *g, usize n)
{
	struct sim_host *h = host(g);

	require(n <= h->typed_len);
	h->typed_len = slide(span_make(h->typed, h->typed_len), n);
}

static struct view live_image_argument(struct sim_guest *g, usize i)
{
	struct sim_host *h = host(g);

	return i < h->argument_count ? view_make(h->arguments[i], strlen(h->arguments[i])) : view_none();
}

static struct view live_image_platform(struct sim_guest *g)
{
	(void)g;
	return text("sim");
}

static struct image_memory live_image_memory(struct sim_guest *g)
{
	(void)g;
	return (struct image_memory){ 0, 0 }; /* the process's, not the image's: the platform cannot tell */
}

const struct sim_devices sim_live = {
	.net_rx = live_net_rx,
	.net_rx_done = live_net_rx_done,
	.net_tx = live_net_tx,
	.net_tx_head = live_net_tx_head,
	.net_tx_send = live_net_tx_send,
	.net_facts = live_net_facts,
	.net_multicast = live_net_multicast,
	.block_facts = live_block_facts,
	.block_submit = live_block_submit,
	.block_complete = live_block_complete,
	.clock_monotonic = live_clock_monotonic,
	.clock_wall = live_clock_wall,
	.entropy_seed = live_entropy_seed,
	.entropy_generation = live_entropy_generation,
	.console_write = live_console_write,
	.console_rx = live_console_rx,
	.console_rx_done = live_console_rx_done,
	.image_argument = live_image_argument,
	.image_platform = live_image_platform,
	.image_memory = live_image_memory,
};
