/* sim.c - the world and its time. See sim.h. */
#include "plat/sim/sim.h"
#include "lib/pcap/pcap.h"
#include "plat/sim/sim_world.h"
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void *sim_memory(usize n)
{
	void *p = calloc(1, n);

	require(p != NULL);
	return p;
}

void sim_name(char *to, usize room, const char *name)
{
	snprintf(to, room, "%s", name);
}

struct sim *sim_make(u64 seed)
{
	struct sim *s = sim_memory(sizeof *s);

	s->seed = seed;
	s->hosts_end = &s->hosts;
	return s;
}

static void free_events(struct sim *s)
{
	while (s->queue.count > 0) {
		struct sim_event e = queue_take(&s->queue);

		if (e.kind == SIM_EVENT_SWITCH || e.kind == SIM_EVENT_PORT)
			sim_frame_drop(e.load);
	}
	queue_free(&s->queue);
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	free_events(s);
	while (s->hosts) {
		struct sim_host *h = s->hosts;

		s->hosts = h->next;
		sim_host_free(h);
	}
	while (s->switches) {
		struct sim_switch *w = s->switches;

		s->switches = w->next;
		while (w->ports) {
			struct sim_port *p = w->ports;

			w->ports = p->next;
			sim_port_clear(p);
			free(p);
		}
		free(w);
	}
	for (usize i = 0; i < s->call_count; i += 1)
		free(s->calls[i]);
	free(s->calls);
	if (s->capture)
		fclose(s->capture);
	free(s);
}

/* ---- time ---- */

u64 sim_now(const struct sim *s)
{
	return s->now;
}

void sim_at(struct sim *s, u64 when, void (*fn)(void *context), void *context)
{
	struct sim_call *call = sim_memory(sizeof *call);

	*call = (struct sim_call){ fn, context };
	s->calls = realloc(s->calls, (s->call_count + 1) * sizeof(struct sim_call *));
	require(s->calls != NULL);
	s->calls[s->call_count] = call;
	s->call_count += 1;
	queue_put(&s->queue, when > s->now ? when : s->now, SIM_EVENT_CALL, call, NULL);
}

static void happen(struct sim *s)
{
	struct sim_event e = queue_take(&s->queue);
	struct sim_call *call = e.object;

	s->now = e.at;
	s->counts.events += 1;
	switch ((enum sim_kind)e.kind) {
	case SIM_EVENT_STEP: sim_host_step(e.object); break;
	case SIM_EVENT_SWITCH: sim_at_switch(e.object, e.load); break;
	case SIM_EVENT_PORT: sim_at_port(e.object, e.load); break;
	case SIM_EVENT_CALL: call->fn(call->context); break;
	}
}

void sim_run(struct sim *s, u64 until)
{
	while (queue_when(&s->queue) <= until && s->queue.count > 0)
		happen(s);
	if (until != TIME_NEVER && until > s->now)
		s->now = until;
}

bool sim_run_until(struct sim *s, bool (*reached)(void *context), void *context, u64 limit)
{
	bool is = reached(context);

	while (!is && queue_when(&s->queue) <= limit && s->queue.count > 0) {
		happen(s);
		is = reached(context);
	}
	if (!is && limit != TIME_NEVER && limit > s->now)
		s->now = limit;
	return is;
}

bool sim_alive(const struct sim *s)
{
	for (const struct sim_host *h = s->hosts; h; h = h->next)
		if (h->state == SIM_RUNNING)
			return true;
	return false;
}

/* ---- what happened ---- */

struct sim_counts sim_counts(const struct sim *s)
{
	return s->counts;
}

static u64 hash_link(u64 hash, const struct sim_link_counts *c)
{
	const u64 all[] = { c->frames, c->bytes, c->lost, c->reordered, c->duplicated, c->corrupted,
		c->overflowed, c->oversized };

	for (u32 i = 0; i < COUNT(all); i += 1)
		hash = effect_number(hash, all[i]);
	return hash;
}

u64 sim_hash(struct sim *s)
{
	u64 hash = effect_number(effect_number(s->counts.events, s->counts.steps), s->counts.frames);

	for (struct sim_host *h = s->hosts; h; h = h->next)
		hash = effect_number(hash, sim_host_hash(h));
	for (struct sim_switch *w = s->switches; w; w = w->next)
		for (struct sim_port *p = w->ports; p; p = p->next)
			hash = hash_link(hash_link(hash, &p->sent.counts), &p->received.counts);
	return hash;
}

void sim_print(struct sim *s, FILE *consoles, FILE *trace)
{
	s->consoles = consoles;
	s->trace = trace;
}

void sim_trace(struct sim *s, const char *who, const char *format, ...)
{
	va_list arguments;

	if (!s->trace)
		return;
	fprintf(s->trace, "%14.6f  %-12s ", (double)s->now / (double)NS_PER_S, who);
	va_start(arguments, format);
	vfprintf(s->trace, format, arguments);
	va_end(arguments);
	fputc('\n', s->trace);
}

/* ---- captures ---- */

static void write_capture(struct sim *s, const struct writer *w)
{
	struct view v = write_done(w);

	if (!write_bad(w))
		fwrite(v.p, 1, v.n, s->capture);
}

static struct sim_port *port_numbered(struct sim *s, u32 number)
{
	for (struct sim_switch *w = s->switches; w; w = w->next)
		for (struct sim_port *p = w->ports; p; p = p->next)
			if (p->number == number)
				return p;
	return NULL;
}

bool sim_capture(struct sim *s, const char *path)
{
	u8 block[1024];
	struct writer w = writer_of(span_of(block));

	s->capture = fopen(path, "wb");
	if (!s->capture)
		return false;
	pcap_section(&w, text("simulation"), text("fata sim"));
	write_capture(s, &w);
	for (u32 i = 0; i < s->port_count; i += 1) {
		struct sim_port *p = port_numbered(s, i);

		w = writer_of(span_of(block));
		pcap_interface(&w, view_make(p->name, strlen(p->name)), 0);
		write_capture(s, &w);
	}
	return true;
}

void sim_captured(struct sim_port *p, bool sent, struct view frame)
{
	struct sim *s = p->sim;
	static u8 block[BYTES_MAX / 8192]; /* 128 KB: the largest frame, and its block */
	struct writer w = writer_of(span_of(block));

	if (s->trace) {
		char line[200];

		sim_describe_frame(frame, line, sizeof line);
		sim_trace(s, p->name, "%s %s", sent ? "->" : "<-", line);
	}
	if (!s->capture)
		return;
	pcap_packet(
		&w, p->number, SIM_WALL_NS + s->now, sent ? PCAP_SENT : PCAP_RECEIVED, frame, (u32)frame.n);
	write_capture(s, &w);
}
