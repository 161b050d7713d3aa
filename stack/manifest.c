/* manifest.c - runs what the manifest named: dev/image.h for every image.
 *
 * Start order: options, log, seed, hosts, then app_start(). A seed that is not
 * there yet delays the hosts and the program, not the platform's loop.
 */
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "lib/parts/parts.h"
#include "stack/app.h"
#include "stack/log.h"
#include "stack/manifest_options.h"

static struct log_source LOG_IMAGE = LOG_SOURCE("image");

static struct image_settings settings;
static struct random generator;
static u64 stop_at = TIME_NEVER, soften_at = TIME_NEVER;
static bool running, left, stopping;

static void leave(u8 status)
{
	left = true;
	image_leave(status);
}

static struct host *host_of(u32 i)
{
	return (struct host *)(void *)((u8 *)image_manifest.app + image_manifest.nets[i].offset);
}

/* The generator wants seed bytes: at start, now and then, and after a clone. */
static bool seed(u64 now)
{
	struct random_seed bytes;
	u64 generation = entropy_generation();

	if (random_due(&generator, generation, now) && entropy_seed(span_of(bytes.b)) != ENTROPY_NONE)
		random_seed(&generator, &bytes, generation, now);
	return random_ready(&generator);
}

static void run(u64 now)
{
	const struct image_manifest *m = &image_manifest;

	for (u32 i = 0; i < m->net_count; i += 1)
		host_start(
			host_of(i), m->nets[i].port, m->nets[i].tables, &settings.hosts[i], &generator, now);
	m->start();
	running = true;
}

static void say_hello(void)
{
	struct writer w = log_begin(&LOG_IMAGE, LOG_INFO);

	write_view(&w, image_manifest.name);
	write_text(&w, " on ");
	write_view(&w, image_platform());
	if (image_parts.counters) {
		struct image_memory memory = image_memory(); /* with what this platform adds */

		if (memory.limit_bytes > 0) {
			write_text(&w, ", at most ");
			write_size(&w, memory.limit_bytes);
		}
	}
	log_end(&w);
}

void image_start(u64 now)
{
	const struct image_manifest *m = &image_manifest;
	enum options_verdict v = options_read(m, &settings);
	struct view bad;

	log_time(now);
	random_init(&generator);
	if (v == OPTIONS_HELP) {
		options_help(m);
		leave(0);
		return;
	}
	if (v == OPTIONS_WRONG) {
		leave(2);
		return;
	}
	if (image_parts.levels && !log_configure(settings.log, &bad)) {
		console_write(text("--log: this is not a level, or SOURCE:LEVEL: "));
		console_write(view_first(bad, 80));
		console_write(text("\n"));
		leave(2);
		return;
	}
	say_hello();
	if (seed(now))
		run(now);
}

/* Drain: half of the time for programs to end by themselves, then flows are
 * ended, and at the deadline reset. */
static bool stopped(u64 now)
{
	bool idle = true;

	if (now >= stop_at || now >= soften_at) {
		for (u32 i = 0; i < image_manifest.net_count; i += 1)
			host_end_flows(host_of(i), now >= stop_at, now);
		soften_at = TIME_NEVER;
	}
	for (u32 i = 0; i < image_manifest.net_count; i += 1)
		idle = idle && host_idle(host_of(i));
	return idle || now >= stop_at;
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* Most programs are called by their flows and need no step of their own. */
__attribute__((weak)) u64 app_step(struct app *app, u64 now)
{
	(void)app, (void)now;
	return TIME_NEVER;
}

u64 image_step(u64 now)
{
	u64 wake = TIME_NEVER;

	if (left)
		return TIME_NEVER;
	log_time(now);
	if (!seed(now))
		return now + 10 * NS_PER_MS;
	if (!running)
		run(now);
	for (u32 i = 0; i < image_manifest.net_count; i += 1)
		host_work(host_of(i), now);
	if (!left)
		wake = app_step(image_manifest.app, now);
	if (left)
		return TIME_NEVER;
	for (u32 i = 0; i < image_manifest.net_count; i += 1)
		wake = earlier(wake, host_deadline(host_of(i)));
	if (stopping) {
		if (stopped(now)) {
			log_text(&LOG_IMAGE, LOG_INFO, text("stopped"));
			leave(0);
			return TIME_NEVER;
		}
		wake = earlier(wake, earlier(stop_at, soften_at));
	}
	return earlier(wake, log_deadline());
}

void image_stop(u64 now, u64 deadline)
{
	if (stopping || left)
		return;
	if (!running) {
		leave(0);
		return;
	}
	stopping = true;
	stop_at = deadline;
	soften_at = now + (deadline > now ? (deadline - now) / 2u : 0);
	log_text(&LOG_IMAGE, LOG_INFO, text("asked to stop"));
	for (u32 i = 0; i < image_manifest.net_count; i += 1)
		host_stop(host_of(i), now);
}

u64 image_hash(void)
{
	u64 hash = 0;

	for (u32 i = 0; i < image_manifest.net_count && running; i += 1)
		hash = hash * 0x9e3779b97f4a7c15ull + host_hash(host_of(i));
	return hash;
}

struct view image_name(void)
{
	return image_manifest.name;
}

struct view image_port_name(u32 port)
{
	const struct image_manifest *m = &image_manifest;

	if (m->port_count > 0)
		return port < m->port_count ? m->ports[port] : view_none();
	return port < m->net_count ? m->nets[port].name : view_none();
}

struct view image_disk_name(u32 disk)
{
	return disk < image_manifest.disk_count ? image_manifest.disks[disk] : view_none();
}
