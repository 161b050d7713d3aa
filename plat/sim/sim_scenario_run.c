/* sim_scenario_run.c - carries a scenario out. See sim_scenario.h. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "plat/sim/sim_scenario.h"

#define TEXT_BYTES 2048u

struct staged {
	const struct scenario *c;
	const struct scenario_run *run;
	struct sim *sim;
	struct sim_switch *switches[SCENARIO_SWITCHES];
	struct sim_host *hosts[SCENARIO_HOSTS];
	int failures;
};

/* What sim_at() is given. */
struct cue {
	struct staged *stage;
	const struct scenario_action *action;
	const struct scenario_expect *expect;
	u32 host;
};

/* The words with {} replaced by the host's number, and \n \s \" \\ by what they mean. */
static const char *spelt(struct view v, const struct scenario_name *name, char to[TEXT_BYTES])
{
	usize n = 0;

	for (usize i = 0; i < v.n && n + 24 < TEXT_BYTES; i += 1) {
		u8 b = view_at(v, i), after = view_at(v, i + 1);

		if (b == '{' && after == '}' && name->numbered) {
			n += (usize)snprintf(to + n, TEXT_BYTES - n, "%" PRIu64, name->number);
			i += 1;
		} else if (b == '\\' && (after == 'n' || after == 's' || after == '"' || after == '\\')) {
			to[n] = after == 'n' ? '\n' : after == 's' ? ' ' : (char)after;
			n += 1;
			i += 1;
		} else {
			to[n] = (char)b;
			n += 1;
		}
	}
	to[n] = 0;
	return to;
}

static bool failed(struct staged *g, u32 line, const char *what, const char *about)
{
	fprintf(stderr, "%s:%u: seed %" PRIu64 ", %.6f s: %s%s%s\n", g->run->file, line, g->run->seed,
		(double)sim_now(g->sim) / (double)NS_PER_S, what, about[0] ? ": " : "", about);
	return false;
}

/* ---- setting up ---- */

static bool load_disk(struct staged *g, u32 line, struct sim_disk *d, const char *path)
{
	FILE *f = fopen(path, "rb");
	u8 sector[65536];
	usize n;

	if (!f)
		return failed(g, line, path, strerror(errno));
	for (u64 s = 0; s < d->model.sectors && (n = fread(sector, 1, d->model.sector_bytes, f)) > 0; s += 1)
		disk_poke(d, s, view_make(sector, n));
	fclose(f);
	return true;
}

static void save_disk(struct staged *g, u32 line, const struct sim_disk *d, const char *path)
{
	FILE *f = fopen(path, "wb");
	u8 sector[65536] = { 0 };

	if (!f) {
		failed(g, line, path, strerror(errno));
		return;
	}
	for (u64 s = 0; s < d->model.sectors; s += 1) {
		disk_peek(d, s, span_make(sector, d->model.sector_bytes));
		fwrite(sector, 1, d->model.sector_bytes, f);
	}
	fclose(f);
}

static bool set_up_host(struct staged *g, u32 i)
{
	const struct scenario_host *h = &g->c->hosts[i];
	char name[64], path[TEXT_BYTES], words[TEXT_BYTES];
	const char *image = spelt(h->image, &h->name, words);

	snprintf(name, sizeof name, "%.*s", (int)h->name.text.n, (const char *)h->name.text.p);
	if (h->name.numbered)
		snprintf(name + h->name.text.n, sizeof name - h->name.text.n, "%" PRIu64, h->name.number);
	if (strchr(image, '/'))
		snprintf(path, sizeof path, "%s", image);
	else
		snprintf(path, sizeof path, "%s/%.200s.so", g->run->images, image);
	g->hosts[i] = sim_host(g->sim, name, path);
	sim_pace(g->hosts[i], h->step_ns, h->late_ns);
	for (u32 n = 0; n < h->net_count; n += 1) {
		struct sim_port *p = sim_plug(g->hosts[i], g->switches[h->nets[n]]);

		sim_offload(p, h->offload);
		sim_refuse(p, h->refuse);
		if (h->link.set)
			sim_link_set(p, h->link.way, h->link.model);
	}
	for (u32 d = 0; d < h->disk_count; d += 1) {
		u32 disk = sim_disk(g->hosts[i], &h->disks[d].model);

		if (h->disks[d].load.n > 0 && !load_disk(g, h->line, sim_host_disk(g->hosts[i], disk),
						      spelt(h->disks[d].load, &h->name, words)))
			return false;
	}
	if (h->record.n > 0 && !sim_record(g->hosts[i], spelt(h->record, &h->name, words)))
		return failed(g, h->line, words, strerror(errno));
	for (struct view rest = h->args; rest.n > 0;) {
		usize n = view_find(rest, ' ');

		if (n > 0)
			sim_argument(g->hosts[i], spelt(view_first(rest, n), &h->name, words));
		rest = view_from(rest, n + 1);
	}
	return true;
}

/* ---- what happens ---- */

static void start_host(void *context)
{
	struct cue *cue = context;
	struct sim_host *h = cue->stage->hosts[cue->host];

	if (sim_start(h))
		return;
	failed(cue->stage, cue->stage->c->hosts[cue->host].line, "cannot start", sim_why(h));
	cue->stage->failures += 1;
}

static void on_each_port(struct sim_host *h, const struct scenario_action *a)
{
	struct sim_port *p;

	for (u32 i = 0; (p = sim_host_port(h, i)) != NULL; i += 1) {
		if (a->verb == SCENARIO_LINK)
			sim_link_set(p, a->link.way, a->link.model);
		else
			sim_cable(p, a->verb == SCENARIO_PLUG);
	}
}

/* The group counts on that switch only. */
static void set_group(struct staged *g, u32 host, u32 net, u32 group)
{
	const struct scenario_host *h = &g->c->hosts[host];

	for (u32 i = 0; i < h->net_count; i += 1)
		if (h->nets[i] == net)
			sim_group(sim_host_port(g->hosts[host], i), group);
}

static void act(void *context)
{
	struct cue *cue = context;
	struct staged *g = cue->stage;
	const struct scenario_action *a = cue->action;
	struct sim_host *h = g->hosts[a->host];
	char words[TEXT_BYTES];

	switch (a->verb) {
	case SCENARIO_PARTITION:
	case SCENARIO_HEAL:
		for (u32 i = 0; i < g->c->host_count; i += 1)
			set_group(g, i, a->net, 0);
		break;
	case SCENARIO_GROUP: set_group(g, a->host, a->net, a->group); break;
	case SCENARIO_UNPLUG:
	case SCENARIO_PLUG:
	case SCENARIO_LINK: on_each_port(h, a); break;
	case SCENARIO_POWER_CUT: sim_power_cut(h); break;
	case SCENARIO_START: start_host(&(struct cue){ .stage = g, .host = a->host }); break;
	case SCENARIO_CLONE: sim_clone(h); break;
	case SCENARIO_TYPE:
		spelt(a->words, &g->c->hosts[a->host].name, words);
		sim_type(h, view_make(words, strlen(words)));
		break;
	case SCENARIO_STOP: sim_stop(h, a->deadline_ns); break;
	}
}

/* ---- what is expected ---- */

static bool console_has(const struct sim_host *h, const char *words)
{
	struct view v = sim_console(h);

	return v.n > 0 && memmem(v.p, v.n, words, strlen(words)) != NULL;
}

/* The end of what it wrote: mostly it says there what is wrong. */
static void show_console(const struct sim_host *h)
{
	struct view v = sim_console(h);
	struct view last = view_from(v, v.n > 800 ? v.n - 800 : 0);

	fprintf(stderr, "--- %s is %s%s%s; the end of its console:\n%.*s---\n", sim_host_name(h),
		sim_state_name(sim_state(h)), sim_state(h) == SIM_PANICKED ? ": " : "",
		sim_state(h) == SIM_PANICKED ? sim_why(h) : "", (int)last.n, (const char *)last.p);
}

static void check(void *context)
{
	struct cue *cue = context;
	struct staged *g = cue->stage;
	const struct scenario_expect *e = cue->expect;
	const struct sim_host *h = g->hosts[e->host];
	char words[TEXT_BYTES], what[TEXT_BYTES + 128];
	bool ok = false;

	spelt(e->words, &g->c->hosts[e->host].name, words);
	switch (e->hope) {
	case EXPECT_CONSOLE:
		ok = console_has(h, words);
		snprintf(what, sizeof what, "%s did not say \"%s\"", sim_host_name(h), words);
		break;
	case EXPECT_SILENCE:
		ok = !console_has(h, words);
		snprintf(what, sizeof what, "%s said \"%s\"", sim_host_name(h), words);
		break;
	case EXPECT_LEAVE:
		ok = sim_state(h) == SIM_LEFT && sim_status(h) == e->status;
		if (sim_state(h) == SIM_LEFT)
			snprintf(what, sizeof what, "%s left with %u, not %u", sim_host_name(h),
				sim_status(h), e->status);
		else
			snprintf(what, sizeof what, "%s has not left, it is %s", sim_host_name(h),
				sim_state_name(sim_state(h)));
		break;
	case EXPECT_RUNNING:
		ok = sim_state(h) == SIM_RUNNING;
		snprintf(what, sizeof what, "%s is %s, not running", sim_host_name(h),
			sim_state_name(sim_state(h)));
		break;
	}
	if (ok)
		return;
	failed(g, e->line, what, "");
	show_console(h);
	g->failures += 1;
}

static void check_panics(struct staged *g)
{
	for (u32 i = 0; i < g->c->host_count; i += 1) {
		if (sim_state(g->hosts[i]) != SIM_PANICKED)
			continue;
		failed(g, g->c->hosts[i].line, sim_host_name(g->hosts[i]), sim_why(g->hosts[i]));
		g->failures += 1;
	}
}

/* ---- the course of it ---- */

static void set_cues(struct staged *g, struct cue *cue)
{
	const struct scenario *c = g->c;

	for (u32 i = 0; i < c->host_count; i += 1, cue += 1) {
		*cue = (struct cue){ .stage = g, .host = i };
		sim_at(g->sim, c->hosts[i].start_ns, start_host, cue);
	}
	for (u32 i = 0; i < c->action_count; i += 1, cue += 1) {
		*cue = (struct cue){ .stage = g, .action = &c->actions[i] };
		sim_at(g->sim, c->actions[i].at, act, cue);
	}
	for (u32 i = 0; i < c->expect_count; i += 1, cue += 1) {
		*cue = (struct cue){ .stage = g, .expect = &c->expects[i] };
		if (c->expects[i].by < c->duration_ns)
			sim_at(g->sim, c->expects[i].by, check, cue);
	}
}

static void save_disks(struct staged *g)
{
	char path[TEXT_BYTES];

	for (u32 i = 0; i < g->c->host_count; i += 1)
		for (u32 d = 0; d < g->c->hosts[i].disk_count; d += 1)
			if (g->c->hosts[i].disks[d].save.n > 0)
				save_disk(g, g->c->hosts[i].line, sim_host_disk(g->hosts[i], d),
					spelt(g->c->hosts[i].disks[d].save, &g->c->hosts[i].name, path));
}

/* The last event may come long before the end: that time passed, too. */
static void tell(struct staged *g, double took_s)
{
	double simulated_s = (double)sim_now(g->sim) / (double)NS_PER_S;
	struct sim_counts n = sim_counts(g->sim);

	printf("seed %" PRIu64 ": %.3f s, %" PRIu64 " steps, %" PRIu64 " frames, %s, hash %016" PRIx64 "\n",
		g->run->seed, simulated_s, n.steps, n.frames, g->failures > 0 ? "FAILED" : "as expected",
		sim_hash(g->sim));
	fflush(stdout);
	if (!g->run->quiet) /* not on stdout: the same seed gives the same bytes there */
		fprintf(stderr, "%u hosts, %.3f s simulated in %.3f s: %.0f times as fast as real time\n",
			g->c->host_count, simulated_s, took_s, simulated_s / (took_s > 0 ? took_s : 1e-9));
}

static bool set_up(struct staged *g)
{
	const struct scenario *c = g->c;
	char name[64];

	for (u32 i = 0; i < c->switch_count; i += 1) {
		const struct scenario_switch *w = &c->switches[i];

		snprintf(name, sizeof name, "%.*s", (int)w->name.n, (const char *)w->name.p);
		g->switches[i] = sim_switch(g->sim, name, w->model);
		sim_hub(g->switches[i], w->hub);
	}
	for (u32 i = 0; i < c->host_count; i += 1)
		if (!set_up_host(g, i))
			return false;
	if (g->run->capture && !sim_capture(g->sim, g->run->capture))
		return failed(g, 0, g->run->capture, strerror(errno));
	return true;
}

static bool over(void *context)
{
	struct staged *g = context;

	return !sim_alive(g->sim);
}

static u64 last_cue(const struct scenario *c)
{
	u64 last = 0;

	for (u32 i = 0; i < c->host_count; i += 1)
		last = c->hosts[i].start_ns > last ? c->hosts[i].start_ns : last;
	for (u32 i = 0; i < c->action_count; i += 1)
		last = c->actions[i].at > last ? c->actions[i].at : last;
	return last < c->duration_ns ? last : c->duration_ns;
}

int scenario_run(const struct scenario *c, const struct scenario_run *run)
{
	struct staged *g = calloc(1, sizeof *g);
	struct cue *cues = calloc(c->host_count + c->action_count + c->expect_count + 1u, sizeof *cues);
	struct timespec begin, end;
	int failures = -1;

	require(g != NULL && cues != NULL);
	*g = (struct staged){ .c = c, .run = run, .sim = sim_make(run->seed) };
	sim_print(g->sim, run->consoles, run->trace);
	if (set_up(g)) {
		set_cues(g, cues);
		clock_gettime(CLOCK_MONOTONIC, &begin);
		sim_run(g->sim, last_cue(c));
		sim_run_until(g->sim, over, g, c->duration_ns);
		clock_gettime(CLOCK_MONOTONIC, &end);
		for (u32 i = 0; i < c->expect_count; i += 1)
			if (c->expects[i].by >= sim_now(g->sim))
				check(&(struct cue){ .stage = g, .expect = &c->expects[i] });
		check_panics(g);
		save_disks(g);
		tell(g, (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9);
		failures = g->failures;
	}
	sim_free(g->sim);
	free(cues);
	free(g);
	return failures;
}
