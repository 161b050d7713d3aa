/* sim_host.c - images in the world: when they run, and what their devices say. See sim.h. */
#include <stdlib.h>
#include <string.h>
#include "plat/sim/sim_world.h"

#define STEP_NS  NS_PER_US
#define STUCK_NS NS_PER_MS /* an image that leaves frames lying is asked again after this */

const char *sim_state_name(enum sim_state state)
{
	switch (state) {
	case SIM_OFF: return "off";
	case SIM_RUNNING: return "running";
	case SIM_LEFT: return "left";
	case SIM_PANICKED: return "panicked";
	}
	return "?";
}

/* ---- setting up ---- */

static struct dice dice_for(struct sim_host *h, const char *what)
{
	char label[2 * SIM_NAME_BYTES];

	snprintf(label, sizeof label, "%s %s", what, h->name);
	return dice_make(h->sim->seed, view_make(label, strlen(label)));
}

struct sim_host *sim_host(struct sim *s, const char *name, const char *path)
{
	struct sim_host *h = sim_memory(sizeof *h);
	struct dice clock;

	h->guest.devices = &sim_live;
	h->sim = s;
	sim_name(h->name, sizeof h->name, name);
	h->path = path ? strdup(path) : NULL;
	h->dice = dice_for(h, "entropy");
	h->late = dice_for(h, "late");
	clock = dice_for(h, "clock");
	h->clock = NS_PER_S + dice_below(&clock, 1000 * NS_PER_S);
	h->step_ns = STEP_NS;
	h->wanted = h->queued = TIME_NEVER;
	*s->hosts_end = h;
	s->hosts_end = &h->next;
	return h;
}

struct sim_host *sim_host_of(struct sim *s, const char *name, struct sim_image functions)
{
	struct sim_host *h = sim_host(s, name, NULL);

	h->functions = functions;
	return h;
}

void sim_argument(struct sim_host *h, const char *argument)
{
	require(h->argument_count < SIM_ARGUMENTS);
	h->arguments[h->argument_count] = strdup(argument);
	h->argument_count += 1;
}

struct sim_port *sim_plug(struct sim_host *h, struct sim_switch *w)
{
	struct sim_port *p = sim_memory(sizeof *p);
	char name[2 * SIM_NAME_BYTES];

	require(h->port_count < SIM_HOST_PORTS);
	if (h->port_count == 0)
		sim_name(name, sizeof name, h->name);
	else
		snprintf(name, sizeof name, "%s.%s", h->name, w->name);
	sim_port_init(p, h->sim, name, w);
	p->host = h;
	h->ports[h->port_count] = p;
	h->port_count += 1;
	return p;
}

struct sim_port *sim_host_port(struct sim_host *h, u32 port)
{
	return port < h->port_count ? h->ports[port] : NULL;
}

u32 sim_disk(struct sim_host *h, const struct sim_disk_model *model)
{
	char label[16];

	require(h->disk_count < SIM_HOST_DISKS);
	snprintf(label, sizeof label, "disk%u", h->disk_count);
	disk_make(&h->disks[h->disk_count], model, dice_for(h, label));
	h->disk_count += 1;
	return h->disk_count - 1;
}

struct sim_disk *sim_host_disk(struct sim_host *h, u32 disk)
{
	return disk < h->disk_count ? &h->disks[disk] : NULL;
}

void sim_pace(struct sim_host *h, u64 step_ns, u64 late_ns)
{
	h->step_ns = step_ns > 0 ? step_ns : STEP_NS;
	h->late_ns = late_ns;
}

bool sim_record(struct sim_host *h, const char *path)
{
	if (h->record_file)
		fclose(h->record_file);
	h->record_file = fopen(path, "wb");
	return h->record_file != NULL;
}

void record_out(struct record *r, struct view bytes)
{
	struct sim_host *h = (struct sim_host *)(void *)((u8 *)r - offsetof(struct sim_host, record));

	if (h->record_file)
		fwrite(bytes.p, 1, bytes.n, h->record_file);
}

/* ---- when it runs ---- */

static void schedule(struct sim_host *h)
{
	if (h->state != SIM_RUNNING || h->wanted >= h->queued)
		return;
	h->queued = h->wanted;
	queue_put(&h->sim->queue, h->wanted, SIM_EVENT_STEP, h, NULL);
}

static u64 later(u64 a, u64 b)
{
	return a > b ? a : b;
}

static void want(struct sim_host *h, u64 at)
{
	if (at == TIME_NEVER)
		return;
	at = later(at, later(h->busy_until, h->sim->now));
	if (at < h->wanted)
		h->wanted = at;
}

void sim_host_poke(struct sim_host *h)
{
	want(h, h->sim->now);
	schedule(h);
}

/* The recording of this run is closed; the image stays, to be looked at. */
static void end_run(struct sim_host *h, enum sim_state state)
{
	if (h->record_file) {
		if (h->guest.panicked)
			record_flush(&h->record);
		else
			record_end(&h->record, guest_hash(&h->guest));
		h->record.on = false;
		fclose(h->record_file);
		h->record_file = NULL;
	}
	h->state = state;
	h->wanted = TIME_NEVER;
	sim_print_console(h, true);
	sim_trace(h->sim, h->name, "%s%s%s", sim_state_name(state), state == SIM_PANICKED ? ": " : "",
		state == SIM_PANICKED ? h->guest.why : "");
}

/* After a call of the image: how it is, and when it wants the next. */
static void after(struct sim_host *h, bool alive, u64 wake, u32 waiting_before)
{
	struct sim *s = h->sim;
	u32 waiting = 0;

	s->counts.steps += 1;
	h->busy_until = s->now + h->step_ns;
	sim_print_console(h, false);
	if (!alive || h->guest.left) {
		end_run(h, alive ? SIM_LEFT : SIM_PANICKED);
		return;
	}
	h->wanted = TIME_NEVER;
	if (wake != TIME_NEVER)
		want(h, (wake > h->clock ? wake - h->clock : 0) +
				(h->late_ns > 0 ? dice_below(&h->late, h->late_ns) : 0));
	for (u32 i = 0; i < h->port_count; i += 1)
		waiting += h->ports[i]->count;
	if (waiting > 0)
		want(h, waiting < waiting_before ? s->now : s->now + STUCK_NS);
	for (u32 i = 0; i < h->disk_count; i += 1)
		want(h, disk_due(&h->disks[i]));
	want(h, h->retry_at);
	schedule(h);
}

void sim_host_step(struct sim_host *h)
{
	u64 wake, now = h->sim->now;
	u32 waiting = 0;

	if (h->queued <= now)
		h->queued = TIME_NEVER;
	if (h->state != SIM_RUNNING)
		return;
	if (h->wanted > now) {
		schedule(h);
		return;
	}
	h->retry_at = TIME_NEVER;
	for (u32 i = 0; i < h->port_count; i += 1)
		waiting += h->ports[i]->count;

	bool alive = guest_step(&h->guest, h->clock + now, &wake);

	h->restless = wake <= h->clock + now ? h->restless + 1 : 0;
	if (alive && h->restless == SIM_RESTLESS) {
		snprintf(h->guest.why, sizeof h->guest.why,
			"its image_step() asked to be called again at once, %u times in a row: on a real "
			"machine it "
			"burns the processor and does nothing",
			SIM_RESTLESS);
		h->guest.panicked = true;
		alive = false;
	}
	after(h, alive, wake, waiting);
}

/* What the run before did goes into its history; its memory goes. */
static void forget_run(struct sim_host *h)
{
	if (h->state == SIM_RUNNING)
		end_run(h, SIM_OFF);
	if (h->runs > 0)
		h->history = effect_number(effect_number(h->history, h->guest.effects.hash), h->guest.steps);
	if (h->path)
		image_unload(&h->guest.image);
	for (u32 i = 0; i < h->port_count; i += 1)
		sim_port_clear(h->ports[i]);
	h->guest = (struct sim_guest){ .devices = &sim_live };
	h->typed_len = 0;
	h->restless = 0;
	h->state = SIM_OFF;
}

static void begin_record(struct sim_host *h)
{
	memset(&h->record, 0, sizeof h->record);
	h->guest.record = NULL;
	if (!h->record_file)
		return;
	h->guest.record = &h->record;
	record_begin(&h->record,
		h->guest.image.name ? h->guest.image.name() : view_make(h->name, strlen(h->name)),
		view_none(), text("sim"));
	for (u32 i = 0; i < h->argument_count; i += 1)
		record_argument(&h->record, view_make(h->arguments[i], strlen(h->arguments[i])));
}

bool sim_start(struct sim_host *h)
{
	forget_run(h);
	if (!h->path) {
		h->guest.image = h->functions;
	} else if (!image_load(&h->guest.image, h->path, h->guest.why)) {
		h->state = SIM_PANICKED;
		return false;
	}
	h->runs += 1;
	h->state = SIM_RUNNING;
	h->retry_at = TIME_NEVER;
	sim_trace(h->sim, h->name, "start");
	begin_record(h);

	bool alive = guest_start(&h->guest, h->clock + h->sim->now);

	after(h, alive, h->clock + h->sim->now, 0); /* the first step comes at once */
	return true;
}

void sim_stop(struct sim_host *h, u64 deadline_ns)
{
	u64 now = h->clock + h->sim->now;

	if (h->state != SIM_RUNNING)
		return;
	sim_trace(h->sim, h->name, "stop");

	bool alive = guest_stop(&h->guest, now, now + deadline_ns);

	after(h, alive, now, 0);
}

void sim_power_cut(struct sim_host *h)
{
	sim_trace(h->sim, h->name, "power cut");
	for (u32 i = 0; i < h->disk_count; i += 1)
		disk_power_cut(&h->disks[i]);
	forget_run(h);
}

void sim_type(struct sim_host *h, struct view bytes)
{
	h->typed = realloc(h->typed, h->typed_len + bytes.n + 1);
	require(h->typed != NULL);
	copy(span_make(h->typed + h->typed_len, bytes.n), bytes);
	h->typed_len += bytes.n;
	sim_host_poke(h);
}

void sim_clone(struct sim_host *h)
{
	h->generation += 1;
	sim_host_poke(h);
}

void sim_host_free(struct sim_host *h)
{
	forget_run(h);
	for (u32 i = 0; i < h->disk_count; i += 1)
		disk_free(&h->disks[i]);
	for (u32 i = 0; i < h->argument_count; i += 1)
		free(h->arguments[i]);
	if (h->record_file)
		fclose(h->record_file);
	free(h->path);
	free(h->console);
	free(h->typed);
	free(h);
}

/* ---- what can be asked about it ---- */

enum sim_state sim_state(const struct sim_host *h)
{
	return h->state;
}

u8 sim_status(const struct sim_host *h)
{
	return h->guest.status;
}

const char *sim_why(const struct sim_host *h)
{
	return h->guest.why;
}

struct view sim_console(const struct sim_host *h)
{
	return view_make(h->console, h->console_len);
}

u64 sim_steps(const struct sim_host *h)
{
	return h->guest.steps;
}

const char *sim_host_name(const struct sim_host *h)
{
	return h->name;
}

u64 sim_host_hash(struct sim_host *h)
{
	u64 hash = effect_number(effect_number(h->history, h->guest.effects.hash), h->guest.steps);

	hash = effect_number(hash, (u64)h->state << 8 | h->guest.status);
	return h->state == SIM_OFF ? hash : effect_number(hash, guest_hash(&h->guest));
}

/* Whole lines, or what there is. */
void sim_print_console(struct sim_host *h, bool all)
{
	FILE *to = h->sim->consoles;

	while (h->printed < h->console_len) {
		struct view rest = view_from(sim_console(h), h->printed);
		usize n = view_find(rest, '\n');

		if (n == rest.n && !all)
			return;
		h->printed += n < rest.n ? n + 1 : n;
		if (to)
			fprintf(to, "%12.6f %s: %.*s\n", (double)h->sim->now / (double)NS_PER_S, h->name,
				(int)n, (const char *)rest.p);
	}
}
