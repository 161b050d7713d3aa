/* main.c - out/sim/sim: the simulator's command line. */
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "plat/sim/sim.h"
#include "plat/sim/sim_replay.h"
#include "plat/sim/sim_scenario.h"

enum { EXIT_SAME = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char help[] =
	"sim run SCENARIO [--seed N] [--seeds A..B] [--trace] [--pcap FILE] [--quiet]\n"
	"    Runs a scenario (plat/sim/README.md) in virtual time. With --seeds, once for each,\n"
	"    one line a run. Exit 0 when everything was as expected.\n"
	"\n"
	"sim image FILE.so [--for TIME] [--seed N] [--trace] [--pcap FILE] [--record FILE] [-- IMAGE'S "
	"ARGUMENTS]\n"
	"    Runs one image alone on an Ethernet where nobody answers, in virtual time: for a minute\n"
	"    (--for 10s), then asks it to stop and gives it 10 s. What is not the simulator's option goes\n"
	"    to the image, too. Exit status: the image's; 1 if it panicked or did not leave.\n"
	"\n"
	"sim replay RECORDING FILE.so [--until STEP] [--trace]\n"
	"    Runs the image again from a recording. Exit 0 only if it went the same way to the end.\n"
	"    Under a debugger:  gdb --args out/sim/sim replay RECORDING FILE.so --until 812\n"
	"                       (gdb) break replay_here\n";

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	guest_panic(file, line, what);
	fprintf(stderr, "%s:%u: require(%s)\n", file, line, what);
	abort();
}

static _Noreturn void usage(const char *what, const char *which)
{
	fprintf(stderr, "sim: %s%s%s\n\n%s", what, which ? ": " : "", which ? which : "", help);
	exit(EXIT_USAGE);
}

struct options {
	const char *verb, *file, *image;
	u64 seed, last_seed;
	bool seeded;
	bool trace, quiet;
	const char *capture, *record;
	u64 until, for_ns;
	char *arguments[SIM_ARGUMENTS];
	u32 argument_count;
};

static u64 number(const char *name, const char *v)
{
	char *end;
	u64 n = strtoull(v, &end, 10);

	if (end == v || *end)
		usage(name, v);
	return n;
}

static u64 duration(const char *v)
{
	char *end;
	double n = strtod(v, &end);
	double unit = strcmp(end, "ms") == 0  ? 1e6
		      : strcmp(end, "m") == 0 ? 60e9
		      : strcmp(end, "h") == 0 ? 3600e9
					      : 1e9;

	if (end == v || n < 0 || n > 1e6)
		usage("--for takes a time (500ms, 10s, 5m, 1h), not", v);
	return (u64)(n * unit);
}

/* The option's value, if this is it: --name VALUE or --name=VALUE. */
static const char *value(const char *name, char **arguments, int *i)
{
	const char *a = arguments[*i];
	usize n = strlen(name);

	if (strncmp(a, name, n) != 0 || (a[n] != 0 && a[n] != '='))
		return NULL;
	if (a[n] == '=')
		return a + n + 1;
	if (!arguments[*i + 1])
		usage("this option needs a value", name);
	*i += 1;
	return arguments[*i];
}

static bool read_option(struct options *o, char **arguments, int *i)
{
	const char *v;

	if ((v = value("--seeds", arguments, i)) != NULL) {
		char *dots = strstr(v, "..");

		if (!dots)
			usage("--seeds takes a range, as 1..20, not", v);
		o->seeded = true;
		o->seed = strtoull(v, NULL, 10);
		o->last_seed = number("--seeds", dots + 2);
	} else if ((v = value("--seed", arguments, i)) != NULL) {
		o->seeded = true;
		o->seed = o->last_seed = number("--seed", v);
	} else if ((v = value("--pcap", arguments, i)) != NULL) {
		o->capture = v;
	} else if ((v = value("--record", arguments, i)) != NULL) {
		o->record = v;
	} else if ((v = value("--until", arguments, i)) != NULL) {
		o->until = number("--until", v);
	} else if ((v = value("--for", arguments, i)) != NULL) {
		o->for_ns = duration(v);
	} else if (strcmp(arguments[*i], "--trace") == 0) {
		o->trace = true;
	} else if (strcmp(arguments[*i], "--quiet") == 0) {
		o->quiet = true;
	} else {
		return false;
	}
	return true;
}

static struct options read_options(char **arguments)
{
	struct options o = {
		.verb = arguments[1], .until = TIME_NEVER, .for_ns = 60 * NS_PER_S, .seed = 1, .last_seed = 1
	};
	bool rest = false, image = strcmp(o.verb, "image") == 0;

	for (int i = 2; arguments[i]; i += 1) {
		if (!rest && strcmp(arguments[i], "--") == 0)
			rest = true;
		else if (!rest && read_option(&o, arguments, &i))
			continue;
		else if (!rest && strcmp(arguments[i], "--help") == 0 && !image)
			exit(printf("%s", help) < 0);
		else if (!o.file)
			o.file = arguments[i];
		else if (!o.image && strcmp(o.verb, "replay") == 0)
			o.image = arguments[i];
		else if (image && o.argument_count < SIM_ARGUMENTS)
			o.arguments[o.argument_count++] = arguments[i];
		else
			usage("not understood", arguments[i]);
	}
	if (!o.file)
		usage("a file is missing", NULL);
	return o;
}

/* All of a file; the caller frees. */
static struct span read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	usize room = 1u << 16, n = 0, got;
	u8 *bytes = malloc(room);

	if (!f || !bytes) {
		fprintf(stderr, "sim: %s: %s\n", path, strerror(errno));
		exit(EXIT_USAGE);
	}
	while ((got = fread(bytes + n, 1, room - n, f)) > 0) {
		n += got;
		if (n < room)
			continue;
		room *= 2;
		bytes = realloc(bytes, room);
		require(bytes != NULL);
	}
	fclose(f);
	if (n > BYTES_MAX) {
		fprintf(stderr, "sim: %s: larger than 1 GB\n", path);
		exit(EXIT_USAGE);
	}
	return span_make(bytes, n);
}

/* The folder this program is in: images are there, too. */
static const char *image_folder(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	if (n <= 0)
		return "out/sim";
	return dirname(path);
}

static int verb_run(const struct options *o)
{
	struct span source = read_file(o->file);
	struct scenario *c = malloc(sizeof *c);
	int failures = 0, result;

	require(c != NULL);
	for (u64 seed = o->seed;; seed += 1) {
		if (!scenario_parse(c, span_view(source), o->seeded ? seed : SCENARIO_OWN_SEED)) {
			fprintf(stderr, "%s:%u: %s\n", o->file, c->line, c->why);
			return EXIT_USAGE;
		}
		struct scenario_run run = { .file = o->file,
			.images = image_folder(),
			.seed = c->seed,
			.capture = o->capture,
			.quiet = o->quiet || o->seed != o->last_seed };

		if (!run.quiet) {
			printf("seed %" PRIu64 "%s%s\n", c->seed, *c->drawn ? ": " : "", c->drawn);
			run.consoles = stdout;
		}
		run.trace = o->trace ? stdout : NULL;
		result = scenario_run(c, &run);
		if (result < 0)
			return EXIT_USAGE;
		failures += result > 0;
		if (result > 0)
			fprintf(stderr, "%s%sagain: %s run %s --seed %" PRIu64 " --trace\n", c->drawn,
				*c->drawn ? "\n" : "", "sim", o->file, c->seed);
		if (!o->seeded || seed == o->last_seed)
			break;
	}
	free(c);
	free(source.p);
	return failures > 0 ? EXIT_FAILED : EXIT_SAME;
}

static bool host_over(void *context)
{
	return sim_state(context) != SIM_RUNNING;
}

static int verb_image(const struct options *o)
{
	struct sim *s = sim_make(o->seed);
	struct sim_switch *lan = sim_switch(s, "lan", (struct sim_link_model){ .delay_ns = 100 * NS_PER_US });
	struct sim_host *h = sim_host(s, "image", o->file);
	int status = EXIT_FAILED;

	for (u32 i = 0; i < SIM_HOST_PORTS; i += 1) /* as many as any image asks for */
		sim_plug(h, lan);
	for (u32 i = 0; i < o->argument_count; i += 1)
		sim_argument(h, o->arguments[i]);
	if ((o->capture && !sim_capture(s, o->capture)) || (o->record && !sim_record(h, o->record))) {
		fprintf(stderr, "sim: cannot write the capture or the recording: %s\n", strerror(errno));
		return EXIT_USAGE;
	}
	sim_print(s, stdout, o->trace ? stdout : NULL);
	if (!sim_start(h)) {
		fprintf(stderr, "sim: %s\n", sim_why(h));
		return EXIT_USAGE;
	}
	if (!sim_run_until(s, host_over, h, o->for_ns)) {
		sim_stop(h, 10 * NS_PER_S);
		sim_run_until(s, host_over, h, o->for_ns + 10 * NS_PER_S);
	}
	if (sim_state(h) == SIM_LEFT)
		status = sim_status(h);
	else if (sim_state(h) == SIM_PANICKED)
		fprintf(stderr, "sim: %s\n", sim_why(h));
	else
		fprintf(stderr, "sim: it was asked to stop and did not leave within 10 s\n");
	printf("seed %" PRIu64 ": %.3f s, %" PRIu64 " steps, %" PRIu64 " frames sent, hash %016" PRIx64 "\n",
		o->seed, (double)sim_now(s) / (double)NS_PER_S, sim_counts(s).steps, sim_counts(s).frames,
		sim_hash(s));
	sim_free(s);
	return status;
}

static int verb_replay(const struct options *o)
{
	static const char *const said[] = { "the same", "stopped", "cut off", "DIFFERS",
		"cannot be replayed" };
	struct sim_image image;
	struct replay_options options = {
		.until = o->until, .console = stdout, .trace = o->trace ? stdout : NULL
	};
	struct replay_result result;
	char why[SIM_WHY_BYTES];
	struct span recording;

	if (!o->image)
		usage("which image? (sim replay RECORDING FILE.so)", NULL);
	recording = read_file(o->file);
	if (!image_load(&image, o->image, why)) {
		fprintf(stderr, "sim: %s\n", why);
		return EXIT_USAGE;
	}
	replay_run(span_view(recording), &image, &options, &result);
	printf("%s: %s: %s\n", o->file, said[result.verdict], result.why);
	image_unload(&image);
	free(recording.p);
	return result.verdict == REPLAY_SAME ? EXIT_SAME : EXIT_FAILED;
}

int main(int count, char **arguments)
{
	struct options o;

	if (count < 2)
		usage("what is to be done?", NULL);
	if (strcmp(arguments[1], "--help") == 0)
		return printf("%s", help) < 0;
	o = read_options(arguments);
	if (strcmp(o.verb, "run") == 0)
		return verb_run(&o);
	if (strcmp(o.verb, "image") == 0)
		return verb_image(&o);
	if (strcmp(o.verb, "replay") == 0)
		return verb_replay(&o);
	usage("no such verb", o.verb);
}
