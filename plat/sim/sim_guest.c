/* sim_guest.c - see sim_guest.h. */
#include "plat/sim/sim_guest.h"
#include <stdarg.h>
#include <stdio.h>

static struct sim_guest *running;
static struct record no_record; /* off */

struct sim_guest *guest_running(void)
{
	return running;
}

static struct sim_guest *guest(void)
{
	require(running != NULL); /* dev/ is for images */
	return running;
}

static struct record *rec(struct sim_guest *g)
{
	return g->record ? g->record : &no_record;
}

/* ---- calls into the image ---- */

_Noreturn void guest_end(struct sim_guest *g, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(g->why, sizeof g->why, format, arguments);
	va_end(arguments);
	g->panicked = true;
	record_flush(rec(g));
	longjmp(g->out, 1);
}

void guest_panic(const char *file, u32 line, const char *what)
{
	if (running)
		guest_end(running, "panic: %s:%u: require(%s)", file, line, what);
}

enum call { CALL_START, CALL_STEP, CALL_STOP };

static bool call(struct sim_guest *g, enum call which, u64 now, u64 argument, u64 *wake)
{
	struct sim_guest *outer = running;

	*wake = TIME_NEVER;
	running = g;
	if (setjmp(g->out) == 0) {
		switch (which) {
		case CALL_START:
			record_start(rec(g), now);
			g->image.start(now);
			break;
		case CALL_STEP:
			record_step(rec(g), now);
			*wake = g->image.step(now);
			break;
		case CALL_STOP:
			record_stop(rec(g), now, argument);
			g->image.stop(now, argument);
			break;
		}
		effect_wake(&g->effects, *wake);
		record_return(rec(g), *wake);
		g->steps += 1;
	}
	running = outer;
	return !g->panicked;
}

bool guest_start(struct sim_guest *g, u64 now)
{
	u64 wake;

	return call(g, CALL_START, now, 0, &wake);
}

bool guest_step(struct sim_guest *g, u64 now, u64 *wake)
{
	return call(g, CALL_STEP, now, 0, wake);
}

bool guest_stop(struct sim_guest *g, u64 now, u64 deadline)
{
	u64 wake;

	return call(g, CALL_STOP, now, deadline, &wake);
}

/* An image that has panicked may not be in a state to be asked. */
u64 guest_hash(struct sim_guest *g)
{
	struct sim_guest *outer = running;
	volatile u64 hash = 0;

	if (!g->image.hash || g->panicked)
		return 0;
	running = g;
	if (setjmp(g->out) == 0)
		hash = g->image.hash();
	running = outer;
	return hash;
}

/* ---- dev/net.h ---- */

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct sim_guest *g = guest();
	usize n = g->devices->net_rx(g, port, frames, max);

	record_net_rx(rec(g), port, frames, n, max);
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct sim_guest *g = guest();

	effect_net_rx_done(&g->effects, port, n);
	record_net_rx_done(rec(g), port, n);
	g->devices->net_rx_done(g, port, n);
}

struct span net_tx(u32 port)
{
	struct sim_guest *g = guest();
	struct span room = g->devices->net_tx(g, port);

	record_net_tx(rec(g), port, room.n);
	return room;
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct sim_guest *g = guest();
	struct view first = g->devices->net_tx_head(g, port, head);

	effect_net_send(&g->effects, port, first, send);
	record_net_send(rec(g), port, first, send);
	g->devices->net_tx_send(g, port, first, send);
}

struct net_facts net_facts(u32 port)
{
	struct sim_guest *g = guest();
	struct net_facts facts = g->devices->net_facts(g, port);

	record_net_facts(rec(g), port, &facts);
	return facts;
}

void net_multicast(u32 port, struct mac group, bool want)
{
	struct sim_guest *g = guest();

	effect_net_multicast(&g->effects, port, group, want);
	record_net_multicast(rec(g), port, group, want);
	g->devices->net_multicast(g, port, group, want);
}

/* ---- dev/block.h ---- */

struct block_facts block_facts(u32 disk)
{
	struct sim_guest *g = guest();
	struct block_facts facts = g->devices->block_facts(g, disk);

	record_block_facts(rec(g), disk, &facts);
	return facts;
}

bool block_submit(u32 disk, const struct block_request *request)
{
	struct sim_guest *g = guest();
	bool accepted = g->devices->block_submit(g, disk, request);

	effect_block_submit(&g->effects, disk, request, accepted);
	record_block_submit(rec(g), disk, request, accepted);
	return accepted;
}

bool block_complete(u32 disk, struct block_done *done)
{
	struct sim_guest *g = guest();
	struct view data = view_none();
	bool completed = g->devices->block_complete(g, disk, done, &data);

	record_block_complete(rec(g), disk, completed ? done : NULL, data);
	return completed;
}

/* ---- dev/clock.h, dev/entropy.h ---- */

u64 clock_monotonic(void)
{
	struct sim_guest *g = guest();
	u64 now = g->devices->clock_monotonic(g);

	record_clock_monotonic(rec(g), now);
	return now;
}

u64 clock_wall(void)
{
	struct sim_guest *g = guest();
	u64 wall = g->devices->clock_wall(g);

	record_clock_wall(rec(g), wall);
	return wall;
}

enum entropy_source entropy_seed(struct span out)
{
	struct sim_guest *g = guest();
	enum entropy_source source = g->devices->entropy_seed(g, out);

	record_entropy_seed(rec(g), source, span_view(out));
	return source;
}

u64 entropy_generation(void)
{
	struct sim_guest *g = guest();
	u64 generation = g->devices->entropy_generation(g);

	record_entropy_generation(rec(g), generation);
	return generation;
}

/* ---- dev/console.h ---- */

void console_write(struct view v)
{
	struct sim_guest *g = guest();

	effect_console_write(&g->effects, v);
	record_console_write(rec(g), v);
	g->devices->console_write(g, v);
}

struct view console_rx(void)
{
	struct sim_guest *g = guest();
	struct view v = g->devices->console_rx(g);

	record_console_rx(rec(g), v);
	return v;
}

void console_rx_done(usize n)
{
	struct sim_guest *g = guest();

	effect_console_rx_done(&g->effects, n);
	record_console_rx_done(rec(g), n);
	g->devices->console_rx_done(g, n);
}

/* ---- dev/image.h ---- */

void image_leave(u8 status)
{
	struct sim_guest *g = guest();

	effect_leave(&g->effects, status);
	record_leave(rec(g), status);
	g->left = true;
	g->status = status;
}

struct view image_argument(usize i)
{
	struct sim_guest *g = guest();

	return g->devices->image_argument(g, i);
}

struct view image_platform(void)
{
	struct sim_guest *g = guest();

	return g->devices->image_platform(g);
}

struct image_memory image_memory(void)
{
	struct sim_guest *g = guest();
	struct image_memory memory = g->devices->image_memory(g);

	record_image_memory(rec(g), memory);
	return memory;
}
