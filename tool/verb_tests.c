/* verb_tests.c - fata test: units and corpora in parallel, then whole images one after the other. */
#include "tool/files.h"
#include "tool/plan.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UNIT_SECONDS   120
#define SCRIPT_SECONDS 600
#define JOBS_MOST      16

enum kind { KIND_UNIT, KIND_CORPUS, KIND_SCRIPT };

struct program {
	enum kind kind;
	char *name;   /* its source's path */
	char *output; /* what runs */
	char *log;
	struct words command; /* with its arguments */
	pid_t pid;
	double began, took;
	int status;
	bool late; /* ended because it took too long */
	unsigned passed, failed, skipped;
};

struct session {
	struct program *programs;
	size_t n;
	unsigned passed, failed, skipped;
	bool verbose;
};

static void add_program(
	struct session *s, enum kind kind, const char *name, const char *output, const char *argument)
{
	struct program *more = room_for(s->n + 1, sizeof *more);

	if (s->n)
		memcpy(more, s->programs, s->n * sizeof *more);
	s->programs = more;
	struct program *p = &s->programs[s->n++];
	*p = (struct program){ .kind = kind, .name = form("%s", name), .output = form("%s", output) };
	p->log = form("out/log/%s.log", name);
	words_add(&p->command, kind == KIND_SCRIPT ? form("./%s", output) : output);
	if (argument && *argument)
		words_add(&p->command, argument);
}

/* FILTER, or FILTER:NAME. *name: what stands behind the colon, or "". */
static bool wanted(const struct words *filters, const char *path, const char **name)
{
	*name = "";
	for (size_t i = 0; i < filters->n; i += 1) {
		char *colon = strchr(filters->at[i], ':');
		size_t n = colon ? (size_t)(colon - filters->at[i]) : strlen(filters->at[i]);
		if (strstr(path, form("%.*s", (int)n, filters->at[i]))) {
			*name = colon ? colon + 1 : "";
			return true;
		}
	}
	return filters->n == 0;
}

static void choose(struct session *s, const struct tree *t, const struct words *filters, bool units_only)
{
	const char *name;

	for (size_t i = 0; i < t->tests.n; i += 1)
		if (wanted(filters, t->tests.at[i], &name))
			add_program(s, KIND_UNIT, t->tests.at[i], test_output(t->tests.at[i]), name);
	for (size_t i = 0; i < t->fuzzers.n; i += 1) {
		char *fuzzer = t->fuzzers.at[i];
		char *corpus = form("%.*s_corpus", (int)(strlen(fuzzer) - strlen("_fuzz.c")), fuzzer);
		if (wanted(filters, fuzzer, &name))
			add_program(s, KIND_CORPUS, fuzzer, corpus_output(fuzzer), corpus);
	}
	for (size_t i = 0; i < t->scripts.n && !units_only; i += 1)
		if (wanted(filters, t->scripts.at[i], &name) && !starts_with(t->scripts.at[i], "test/full/"))
			add_program(s, KIND_SCRIPT, t->scripts.at[i], t->scripts.at[i], name);
}

/* Units: the last line "N passed, N failed". Scripts: a line for each test. */
static void count(struct program *p, const char *log)
{
	const char *last = 0;

	for (const char *line = log; *line;) {
		size_t n = strcspn(line, "\n");
		unsigned passed, failed;
		if (p->kind == KIND_SCRIPT) {
			p->passed += starts_with(line, "ok ");
			p->failed += starts_with(line, "not ok ");
			p->skipped += starts_with(line, "skip ");
		} else if (sscanf(line, "%u passed, %u failed", &passed, &failed) == 2) {
			p->passed = passed;
			p->failed = failed;
			last = line;
		}
		line += n + (line[n] == '\n');
	}
	if (p->late || (p->status != 0 && !p->failed) || (p->kind != KIND_SCRIPT && !last))
		p->failed += 1;
	else if (p->passed + p->failed + p->skipped == 0)
		p->failed += p->kind != KIND_CORPUS;
}

static void show(const struct program *p, const char *log)
{
	const char *line;

	printf("%s  %-44s %4u passed", p->failed ? "FAIL" : "ok  ", p->name, p->passed);
	if (p->failed)
		printf(", %u failed", p->failed);
	if (p->skipped)
		printf(", %u skipped", p->skipped);
	printf("  %.1f s\n", p->took);
	if (p->failed) {
		if (p->late)
			printf("      ended: it took more than %d s\n",
				p->kind == KIND_SCRIPT ? SCRIPT_SECONDS : UNIT_SECONDS);
		else if (p->status > 128)
			printf("      ended by signal %d (%s)\n", p->status - 128,
				strsignal(p->status - 128));
		else if (p->status && p->status != 1)
			printf("      exit status %d\n", p->status);
		else if (!p->status && !p->passed)
			printf("      it ran no test\n");
		printf("%s%s", log, *log && !ends_with(log, "\n") ? "\n" : "");
		printf("      again: ./fata test %s\n", p->name);
	}
	for (line = log; p->skipped && *line;
		line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n'))
		if (starts_with(line, "skip "))
			printf("      %.*s\n", (int)strcspn(line, "\n"), line);
	fflush(stdout);
}

static void ended(struct session *s, struct program *p, int status)
{
	p->took = seconds_now() - p->began;
	p->status = exit_status(status);
	end_group(p->pid);
	p->pid = 0;
	char *log = file_read(p->log, 0);
	log = log ? log : form("%s", "");
	count(p, log);
	show(p, log);
	s->passed += p->passed;
	s->failed += p->failed;
	s->skipped += p->skipped;
}

static struct session *running;

/* Interrupted: nothing that was started stays behind. */
static void interrupted(int signal_number)
{
	for (size_t i = 0; running && i < running->n; i += 1)
		if (running->programs[i].pid > 0)
			kill(-running->programs[i].pid, SIGKILL);
	_exit(128 + signal_number);
}

static void start(struct program *p)
{
	p->began = seconds_now();
	p->pid = process_start(&p->command, OUTPUT_IN_FILE, p->log, true).pid;
}

static void reap(struct session *s)
{
	bool any = false;

	for (size_t i = 0; i < s->n; i += 1) {
		struct program *p = &s->programs[i];
		int status, limit = p->kind == KIND_SCRIPT ? SCRIPT_SECONDS : UNIT_SECONDS;
		if (p->pid <= 0)
			continue;
		if (waitpid(p->pid, &status, WNOHANG) == p->pid) {
			ended(s, p, status);
			any = true;
		} else if (!p->late && seconds_now() - p->began > limit) {
			p->late = true;
			end_group(p->pid);
		}
	}
	if (!any)
		nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, 0);
}

static unsigned active(const struct session *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->n; i += 1)
		n += s->programs[i].pid > 0;
	return n;
}

static void run_all(struct session *s)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned jobs = cores < 1 ? 1 : cores > JOBS_MOST ? JOBS_MOST : (unsigned)cores;

	running = s;
	signal(SIGINT, interrupted);
	signal(SIGTERM, interrupted);
	for (size_t i = 0; i < s->n; i += 1) {
		struct program *p = &s->programs[i];
		unsigned room = p->kind == KIND_SCRIPT ? 1 : jobs;
		while (active(s) >= room)
			reap(s);
		if (p->kind == KIND_SCRIPT || file_runnable(p->output)) {
			start(p);
			continue;
		}
		p->failed = 1;
		s->failed += 1;
		printf("FAIL  %-44s it does not build (above)\n", p->name);
	}
	while (active(s))
		reap(s);
}

/* Everything that runs, and for scripts everything they may want to run. */
static bool build_all(const struct session *s, struct tree *t)
{
	struct words outputs = { 0 };
	bool scripts = false;

	for (size_t i = 0; i < s->n; i += 1) {
		if (s->programs[i].kind == KIND_SCRIPT)
			scripts = true;
		else
			words_add(&outputs, s->programs[i].output);
	}
	for (size_t i = 0; i < t->image_count && scripts; i += 1) {
		words_add(&outputs, image_output(t->images[i], target_find("unix")));
		words_add(&outputs, image_output(t->images[i], target_find("spt")));
		words_add(&outputs, image_output(t->images[i], target_find("sim")));
		words_add(&outputs, image_output(t->images[i], target_find("hvt")));
	}
	for (size_t i = 0; i < t->programs.n && scripts; i += 1)
		words_add(&outputs, program_output(t->programs.at[i]));
	for (size_t i = 0; i < t->runners.n && scripts; i += 1)
		words_add(&outputs, runner_output(t->runners.at[i]));
	return outputs.n == 0 || build(&outputs, true);
}

/* What is stale must not pass for built: an old program is removed when its new one fails to build. */
static void forget_stale(const struct session *s)
{
	for (size_t i = 0; i < s->n; i += 1) {
		struct words one = { 0 };
		char *said;
		if (s->programs[i].kind == KIND_SCRIPT || !file_exists(s->programs[i].output))
			continue;
		words_add(&one, s->programs[i].output);
		if (!build_kept(&one, &said))
			unlink(s->programs[i].output);
	}
}

int verb_test(const struct arguments *a)
{
	struct session s = { 0 };
	struct words filters = { 0 };
	bool list = false, units_only = false;

	for (int i = 0; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--list") == 0)
			list = true;
		else if (strcmp(a->at[i], "--units") == 0)
			units_only = true;
		else if (*a->at[i] == '-')
			unknown_option("test", a->at[i], "--list --units --help");
		else
			words_add(&filters, a->at[i]);
	}
	struct tree *tree = tree_read();
	choose(&s, tree, &filters, units_only);
	if (list) {
		for (size_t i = 0; i < s.n; i += 1)
			puts(s.programs[i].name);
		return 0;
	}
	if (filters.n && !s.n)
		usage_error("test", "no test's path holds '%s' (fata test --list shows them)",
			words_join(&filters, "', '"));
	unsetenv("FATA_TARGET"); /* what the user runs on; the scripts name what each of them tests */
	plan_write(tree);
	bool built = build_all(&s, tree);
	if (!built)
		forget_stale(&s);
	run_all(&s);
	if (!built && !s.failed) { /* an image that only scripts run */
		s.failed = 1;
		puts("FAIL  the build (above)");
	}
	printf("%u passed, %u failed", s.passed, s.failed);
	if (s.skipped)
		printf(", %u skipped", s.skipped);
	putchar('\n');
	return s.failed != 0;
}
