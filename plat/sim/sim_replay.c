/* sim_replay.c - see sim_replay.h. */
#include "plat/sim/sim_replay.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "plat/sim/sim_world.h"

#define READS 256u /* block reads under way in a recorded image */

struct replay_port {
	struct net_facts facts;
	struct net_frame lent[NET_BATCH];
	u32 count;
	usize room;
	u8 *bytes; /* of the room */
};

struct replay {
	struct sim_guest guest; /* first */
	struct log log;
	struct log_event *next, *spare; /* the next event, and the one in use */
	enum log_verdict at;            /* what reading `next` gave */
	u64 asked;
	bool ran_out; /* the image asked for more than there is */
	struct view arguments[SIM_ARGUMENTS];
	u32 argument_count;
	struct view platform;
	struct replay_port ports[RECORD_PORTS];
	struct block_facts disks[RECORD_DISKS];
	struct {
		u32 disk;
		u64 tag;
		struct span data;
		bool taken;
	} reads[READS];
	u8 *typed;
	usize typed_len;
	u64 now, generation;
	struct image_memory memory;
	struct replay_options options;
};

__attribute__((noinline)) void replay_here(u64 step)
{
	__asm__ volatile("" : : "r"(step) : "memory");
}

static struct replay *replay(struct sim_guest *g)
{
	return (struct replay *)(void *)g;
}

/* The next event becomes the one in use, and the one behind it the next. */
static struct log_event *take(struct replay *r)
{
	struct log_event *e = r->next;

	r->next = r->spare;
	r->spare = e;
	r->at = log_next(&r->log, r->next);
	if (r->options.trace && r->at == LOG_OK && e->kind >= RECORD_NET_RX)
		fprintf(r->options.trace, "%20s  %s %u\n", "", record_event_name(e->kind), e->port);
	return e;
}

/* Has the recording another answer than the dull one to this question? It is
 * in use then; null: the dull one. A question the recording does not have
 * here is where the two runs part. */
static struct log_event *answer(struct sim_guest *g, enum record_event question, u32 port)
{
	struct replay *r = replay(g);

	if (r->at == LOG_OK && r->next->kind == RECORD_LEFT && r->asked == r->next->asked && g->left) {
		take(r);
		r->asked = 0;
	}
	if (r->at != LOG_OK) {
		r->ran_out = true;
		guest_end(g, "the recording ends inside this step");
	}
	if (r->asked < r->next->asked) {
		r->asked += 1;
		return NULL;
	}
	if (r->next->kind != question || r->next->port != port)
		guest_end(g, "asks %s %u, where the recording has %s %u", record_event_name(question), port,
			record_event_name(r->next->kind), r->next->port);
	r->asked = 0;
	return take(r);
}

static struct replay_port *port_of(struct sim_guest *g, u32 port)
{
	require(port < RECORD_PORTS);
	return &replay(g)->ports[port];
}

/* ---- net ---- */

static usize replay_net_rx(struct sim_guest *g, u32 port, struct net_frame *frames, usize max)
{
	struct replay_port *p = port_of(g, port);
	struct log_event *e = answer(g, RECORD_NET_RX, port);
	usize n = p->count < max ? p->count : max;

	if (e) {
		if (e->frame_count > NET_BATCH - p->count || e->count > p->count + e->frame_count ||
			e->count > max)
			guest_end(g, "net_rx %u gives more frames than the recording can have lent", port);
		for (u32 i = 0; i < e->frame_count; i += 1) {
			p->lent[p->count] = e->frames[i];
			p->count += 1;
			if (replay(g)->options.trace) {
				char line[200];

				sim_describe_frame(e->frames[i].data, line, sizeof line);
				fprintf(replay(g)->options.trace, "%20s  <- %s\n", "", line);
			}
		}
		n = (usize)e->count;
	}
	for (usize i = 0; i < n; i += 1)
		frames[i] = p->lent[i];
	return n;
}

static void replay_net_rx_done(struct sim_guest *g, u32 port, usize n)
{
	struct replay_port *p = port_of(g, port);

	if (n > p->count)
		guest_end(g, "gives back more frames than it was lent by port %u", port);
	p->count -= (u32)n;
	for (u32 i = 0; i < p->count; i += 1)
		p->lent[i] = p->lent[i + n];
}

static struct span replay_net_tx(struct sim_guest *g, u32 port)
{
	struct replay_port *p = port_of(g, port);
	struct log_event *e = answer(g, RECORD_NET_TX, port);

	if (e) {
		if (e->count > (1u << 20))
			guest_end(g, "net_tx %u lends %" PRIu64 " bytes: no port does", port, e->count);
		p->room = (usize)e->count;
	}
	if (!p->bytes)
		p->bytes = sim_memory(1u << 20);
	return span_make(p->bytes, p->room);
}

static struct view replay_net_tx_head(struct sim_guest *g, u32 port, usize head)
{
	struct replay_port *p = port_of(g, port);

	if (head > p->room)
		guest_end(g, "sends %zu bytes from a room of %zu", head, p->room);
	return view_make(p->bytes, head);
}

static void replay_net_tx_send(struct sim_guest *g, u32 port, struct view head, const struct net_send *send)
{
	char line[200];

	(void)port;
	(void)send;
	if (!replay(g)->options.trace)
		return;
	sim_describe_frame(head, line, sizeof line);
	fprintf(replay(g)->options.trace, "%20s  -> %s\n", "", line);
}

static struct net_facts replay_net_facts(struct sim_guest *g, u32 port)
{
	struct replay_port *p = port_of(g, port);
	struct log_event *e = answer(g, RECORD_NET_FACTS, port);

	if (e)
		p->facts = e->net;
	return p->facts;
}

static void replay_net_multicast(struct sim_guest *g, u32 port, struct mac group, bool want)
{
	(void)g, (void)port, (void)group, (void)want; /* an effect: hashed before */
}

/* ---- block ---- */

static struct block_facts replay_block_facts(struct sim_guest *g, u32 disk)
{
	struct log_event *e = answer(g, RECORD_BLOCK_FACTS, disk);

	require(disk < RECORD_DISKS);
	if (e)
		replay(g)->disks[disk] = e->block;
	return replay(g)->disks[disk];
}

static bool replay_block_submit(struct sim_guest *g, u32 disk, const struct block_request *request)
{
	struct replay *r = replay(g);
	u32 i = 0;

	if (answer(g, RECORD_BLOCK_REFUSED, disk))
		return false;
	if (request->op != BLOCK_READ)
		return true;
	while (i < READS && r->reads[i].taken)
		i += 1;
	if (i == READS)
		guest_end(g, "more than %u reads of disks under way", READS);
	r->reads[i].disk = disk;
	r->reads[i].tag = request->tag;
	r->reads[i].data = request->data;
	r->reads[i].taken = true;
	return true;
}

static bool replay_block_complete(struct sim_guest *g, u32 disk, struct block_done *done, struct view *data)
{
	struct replay *r = replay(g);
	struct log_event *e = answer(g, RECORD_BLOCK_DONE, disk);

	*data = view_none();
	if (!e)
		return false;
	*done = e->done;
	for (u32 i = 0; i < READS; i += 1) {
		if (!r->reads[i].taken || r->reads[i].disk != disk || r->reads[i].tag != done->tag)
			continue;
		copy(r->reads[i].data, e->bytes);
		r->reads[i].taken = false;
		break;
	}
	return true;
}

/* ---- clock, entropy ---- */

static u64 replay_clock_monotonic(struct sim_guest *g)
{
	struct log_event *e = answer(g, RECORD_CLOCK_MONOTONIC, 0);

	if (!e)
		guest_end(g, "reads the clock, which the recording does not");
	return e->now;
}

static u64 replay_clock_wall(struct sim_guest *g)
{
	struct log_event *e = answer(g, RECORD_CLOCK_WALL, 0);

	if (!e)
		guest_end(g, "reads the wall clock, which the recording does not");
	return e->now;
}

static enum entropy_source replay_entropy_seed(struct sim_guest *g, struct span out)
{
	struct log_event *e = answer(g, RECORD_ENTROPY_SEED, 0);

	if (!e)
		guest_end(g, "asks for a seed, which the recording does not");
	if (e->source != ENTROPY_NONE && e->bytes.n != out.n)
		guest_end(g, "asks for a seed of %zu bytes, the recording has one of %zu", out.n, e->bytes.n);
	copy(out, e->bytes);
	return e->source;
}

static u64 replay_entropy_generation(struct sim_guest *g)
{
	struct log_event *e = answer(g, RECORD_ENTROPY_GENERATION, 0);

	if (e)
		replay(g)->generation = e->count;
	return replay(g)->generation;
}

/* ---- console, image ---- */

static void replay_console_write(struct sim_guest *g, struct view v)
{
	if (replay(g)->options.console)
		fwrite(v.p, 1, v.n, replay(g)->options.console);
}

static struct view replay_console_rx(struct sim_guest *g)
{
	struct replay *r = replay(g);
	struct log_event *e = answer(g, RECORD_CONSOLE_RX, 0);

	if (!e)
		return view_make(r->typed, r->typed_len);
	r->typed = realloc(r->typed, r->typed_len + e->bytes.n + 1);
	require(r->typed != NULL);
	r->typed_len += copy(span_make(r->typed + r->typed_len, e->bytes.n), e->bytes);
	if (e->count > r->typed_len)
		guest_end(g, "is lent more of the console than was typed");
	return view_make(r->typed, (usize)e->count);
}

static void replay_console_rx_done(struct sim_guest *g, usize n)
{
	struct replay *r = replay(g);

	if (n > r->typed_len)
		guest_end(g, "gives back more of the console than it was lent");
	r->typed_len = slide(span_make(r->typed, r->typed_len), n);
}

static struct view replay_image_argument(struct sim_guest *g, usize i)
{
	return i < replay(g)->argument_count ? replay(g)->arguments[i] : view_none();
}

static struct view replay_image_platform(struct sim_guest *g)
{
	return replay(g)->platform;
}

static struct image_memory replay_image_memory(struct sim_guest *g)
{
	struct log_event *e = answer(g, RECORD_IMAGE_MEMORY, 0);

	if (e)
		replay(g)->memory = e->memory;
	return replay(g)->memory;
}

static const struct sim_devices replay_devices = {
	.net_rx = replay_net_rx,
	.net_rx_done = replay_net_rx_done,
	.net_tx = replay_net_tx,
	.net_tx_head = replay_net_tx_head,
	.net_tx_send = replay_net_tx_send,
	.net_facts = replay_net_facts,
	.net_multicast = replay_net_multicast,
	.block_facts = replay_block_facts,
	.block_submit = replay_block_submit,
	.block_complete = replay_block_complete,
	.clock_monotonic = replay_clock_monotonic,
	.clock_wall = replay_clock_wall,
	.entropy_seed = replay_entropy_seed,
	.entropy_generation = replay_entropy_generation,
	.console_write = replay_console_write,
	.console_rx = replay_console_rx,
	.console_rx_done = replay_console_rx_done,
	.image_argument = replay_image_argument,
	.image_platform = replay_image_platform,
	.image_memory = replay_image_memory,
};

/* ---- the course of it ---- */

static void verdict(struct replay_result *result, enum replay_verdict v, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void verdict(struct replay_result *result, enum replay_verdict v, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(result->why, sizeof result->why, format, arguments);
	va_end(arguments);
	result->verdict = v;
}

/* Whose recording it is, and with which arguments. */
static bool read_head(struct replay *r, struct replay_result *result)
{
	struct log_event *e;
	struct view name = r->guest.image.name ? r->guest.image.name() : view_none();

	if (r->at != LOG_OK || r->next->kind != RECORD_IMAGE) {
		verdict(result, REPLAY_REFUSED, "the recording does not say of which image it is");
		return false;
	}
	e = take(r);
	r->platform = e->platform;
	if (name.n > 0 && !view_equal(name, e->name)) {
		verdict(result, REPLAY_REFUSED, "this is a recording of %.*s, and the image is %.*s",
			(int)e->name.n, (const char *)e->name.p, (int)name.n, (const char *)name.p);
		return false;
	}
	while (r->at == LOG_OK && r->next->kind == RECORD_ARGUMENT) {
		if (r->argument_count == SIM_ARGUMENTS) {
			verdict(result, REPLAY_REFUSED, "it was given more than %u arguments", SIM_ARGUMENTS);
			return false;
		}
		r->arguments[r->argument_count] = take(r)->bytes;
		r->argument_count += 1;
	}
	return true;
}

/* After a call: did it ask as often, leave when it did, and do the same? */
static bool compare(struct replay *r, struct replay_result *result)
{
	u64 step = r->guest.steps - 1;
	struct log_event *e;

	if (r->at == LOG_OK && r->next->kind == RECORD_LEFT && r->next->asked == r->asked && r->guest.left) {
		e = take(r);
		r->asked = 0;
		if (e->status != r->guest.status) {
			verdict(result, REPLAY_DIFFERS,
				"step %" PRIu64 ": leaves with %u, in the recording with %u", step,
				r->guest.status, e->status);
			return false;
		}
	}
	if (r->at != LOG_OK)
		return true; /* the end of a recording that was cut off: told by the caller */
	e = take(r);
	if (e->kind != RECORD_RETURN || e->asked != r->asked) {
		verdict(result, REPLAY_DIFFERS, "step %" PRIu64 ": returns, where in the recording comes %s",
			step, e->kind == RECORD_RETURN ? "another question" : record_event_name(e->kind));
		return false;
	}
	r->asked = 0;
	if (e->hash != (r->guest.effects.hash & 0xffff)) {
		verdict(result, REPLAY_DIFFERS,
			"step %" PRIu64
			": other effects (sent, written, or the wake-up asked for) than in the recording",
			step);
		return false;
	}
	if (r->at == LOG_OK && r->next->kind == RECORD_CHECK && take(r)->hash != r->guest.effects.hash) {
		verdict(result, REPLAY_DIFFERS, "step %" PRIu64 " or one of the %u before it: other effects",
			step, RECORD_CHECK_STEPS);
		return false;
	}
	return true;
}

static void trace_step(struct replay *r, const struct log_event *e)
{
	if (r->options.trace)
		fprintf(r->options.trace, "%20.9f  %s %" PRIu64 "\n", (double)e->now / (double)NS_PER_S,
			record_event_name(e->kind), r->guest.steps);
}

static void tell_cut(struct replay *r, struct replay_result *result)
{
	verdict(result, REPLAY_CUT, "the same for %" PRIu64 " steps; there the recording is %s",
		r->guest.steps, r->at == LOG_END ? "cut off" : log_verdict_name(r->at));
}

/* One call of the image; false: the replay is over. */
static bool advance(struct replay *r, struct replay_result *result)
{
	struct log_event e = *take(r);
	bool alive = true;
	u64 wake;

	if (r->guest.steps == r->options.until) {
		replay_here(r->guest.steps);
		verdict(result, REPLAY_STOPPED, "the same up to step %" PRIu64, r->guest.steps);
		return false;
	}
	trace_step(r, &e);
	switch (e.kind) {
	case RECORD_START: alive = guest_start(&r->guest, e.now); break;
	case RECORD_STEP: alive = guest_step(&r->guest, e.now, &wake); break;
	case RECORD_STOP: alive = guest_stop(&r->guest, e.now, e.deadline); break;
	default:
		verdict(result, REPLAY_REFUSED, "malformed: a %s outside a step", record_event_name(e.kind));
		return false;
	}
	if (alive)
		return compare(r, result);
	if (r->ran_out)
		tell_cut(r, result);
	else if (r->at != LOG_OK) /* a recording of a crash ends so */
		verdict(result, REPLAY_CUT,
			"the same for %" PRIu64 " steps; then: %s, where the recording ends, too",
			r->guest.steps, r->guest.why);
	else
		verdict(result, REPLAY_DIFFERS, "step %" PRIu64 ": %s", r->guest.steps, r->guest.why);
	return false;
}

static void finish(struct replay *r, struct replay_result *result)
{
	struct log_event *e;

	if (r->at != LOG_OK) {
		tell_cut(r, result);
		return;
	}
	e = take(r);
	result->image_hash = guest_hash(&r->guest);
	if (e->count != r->guest.steps || e->hash != r->guest.effects.hash)
		verdict(result, REPLAY_DIFFERS,
			"it ends after %" PRIu64 " steps, the recording after %" PRIu64, r->guest.steps,
			e->count);
	else if (e->image_hash != result->image_hash)
		verdict(result, REPLAY_DIFFERS,
			"the same effects for all %" PRIu64 " steps, but the state's hash is %016" PRIx64
			", in the recording %016" PRIx64,
			r->guest.steps, result->image_hash, e->image_hash);
	else
		verdict(result, REPLAY_SAME, "%" PRIu64 " steps, effects %016" PRIx64 ", state %016" PRIx64,
			r->guest.steps, r->guest.effects.hash, result->image_hash);
}

static void replay_free(struct replay *r, u8 *stream)
{
	for (u32 i = 0; i < RECORD_PORTS; i += 1)
		free(r->ports[i].bytes);
	free(r->typed);
	free(r->next);
	free(r->spare);
	free(r);
	free(stream);
}

void replay_run(struct view recording, const struct sim_image *image, const struct replay_options *options,
	struct replay_result *result)
{
	struct replay *r = sim_memory(sizeof *r);
	u8 *stream = sim_memory(recording.n + 1);
	enum log_verdict opened;

	*result = (struct replay_result){ .verdict = REPLAY_DIFFERS };
	*r = (struct replay){ .options = *options };
	r->guest = (struct sim_guest){ .devices = &replay_devices, .image = *image };
	r->next = sim_memory(sizeof *r->next);
	r->spare = sim_memory(sizeof *r->spare);
	for (u32 i = 0; i < RECORD_PORTS; i += 1)
		r->ports[i].room = RECORD_ROOM;
	opened = log_open(&r->log, recording, span_make(stream, recording.n));
	if (opened == LOG_FOREIGN || opened == LOG_VERSION) {
		verdict(result, REPLAY_REFUSED, "%s", log_verdict_name(opened));
	} else {
		r->at = log_next(&r->log, r->next);
		if (read_head(r, result)) {
			bool going = true;

			while (going && r->at == LOG_OK && r->next->kind != RECORD_END)
				going = advance(r, result);
			if (going)
				finish(r, result);
		}
	}
	result->steps = r->guest.steps;
	replay_free(r, stream);
}
