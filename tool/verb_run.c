/* verb_run.c - fata run IMAGE [TARGET] ...: build it, join it to a network, hand over the signals.
 *
 * Without --net the image's first port is joined to a user-mode network: the
 * gateway (tool/gateway) holds the other end of a socket pair, maps ports
 * of this machine to the image's and lets the image reach out. No root is needed.
 */
#include "tool/run_net.h"
#include "tool/files.h"
#include "tool/include.h"
#include "tool/plan.h"
#include "tool/process.h"
#include "tool/run_options.h"
#include "tool/run_report.h"
#include "tool/run_target.h"
#include "tool/trouble.h"
#include "tool/verb.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What every image understands besides its manifest's options (stack/manifest_options.c). */
static const char builtin[] =
	"--ip --gateway --ip6 --gateway6 --route --no-dhcp --no-ip6 --no-slaac "
	"--secret --eui64 --vlan --tcp-ecn --tcp-pacing --tcp-congestion --tcp-fast-open --log --help";

struct run {
	struct manifest *image;
	struct run_wish wish;
	struct words platform; /* arguments for the platform */
	struct words program;  /* arguments for the image */
	struct words ports;    /* -p */
	bool net_given, net_user;
};

static void print_option(const char *name, const char *value, const char *help, const char *preset)
{
	char *left = form(
		"%s%s%s", name, *value ? (name[1] == '-' && !strchr(value, '[') ? "=" : " ") : "", value);

	printf("  %-26s %s%s%s%s\n", left, help, *preset ? " [" : "", preset, *preset ? "]" : "");
}

static void help(const struct manifest *m)
{
	static const char *const words[] = { "NUMBER", "NUMBER", "NUMBER", "", "TEXT", "ADDRESS", "TIME",
		"SIZE" };

	verb_help("run");
	printf("\n");
	for (const struct run_option *o = run_options; o->name; o += 1)
		print_option(o->name, o->value, o->help, "");
	if (!m) {
		puts("\nThe image's own options: fata run IMAGE --help");
		return;
	}
	printf("\n%s: %s\n\n", m->name, *m->about ? m->about : "an image");
	for (size_t i = 0; i < m->option_count; i += 1)
		print_option(form("--%s", m->options[i].name), words[option_type(m->options[i].type)],
			m->options[i].help, m->options[i].preset);
	if (m->net_count)
		puts("\n  --ip= --gateway= --ip6= --gateway6= --route= --no-dhcp --no-ip6 --no-slaac "
		     "--secret= --eui64 --vlan=\n"
		     "                             its addresses, when DHCP and SLAAC do not give them");
	puts("  --log=LEVEL|SOURCE:LEVEL,..  off, error, warn, info or debug");
}

static const struct manifest_option *own_option(const struct manifest *m, const char *name)
{
	for (size_t i = 0; i < m->option_count; i += 1)
		if (strcmp(m->options[i].name, name) == 0)
			return &m->options[i];
	return 0;
}

/* "--port=9000", "--port 9000", "--service.ip=..." for the image; false: not its option. */
static bool take_image_option(struct run *r, const struct arguments *a, int *i)
{
	const char *word = a->at[*i] + 2;
	char *name = form("%.*s", (int)strcspn(word, "="), word), *dot = strchr(name, '.');
	struct words known = words_split(builtin);
	bool bare = !strchr(word, '=');
	bool flag = starts_with(name, "no-");
	const struct manifest_option *o = own_option(r->image, name);

	for (size_t n = 0; dot && n < r->image->net_count; n += 1)
		if (starts_with(name, form("%s.", r->image->nets[n].name)))
			name = dot + 1;
	if (!o && !words_have(&known, form("--%s", name)) && !(flag && own_option(r->image, name + 3)))
		return false;
	flag = flag || (o && strcmp(o->type, "bool") == 0);
	if (bare && !flag && *i + 1 < a->n) {
		words_add(&r->program, form("--%s=%s", word, a->at[*i + 1]));
		*i += 1;
	} else {
		words_add(&r->program, a->at[*i]);
	}
	return true;
}

static void take_tool_option(struct run *r, const char *name, const char *value)
{
	if (strcmp(name, "-p") == 0) {
		words_add(&r->ports, value);
		return;
	}
	if (strcmp(name, "--net") == 0) {
		const char *what = strchr(value, '=') ? strchr(value, '=') + 1 : value;
		r->net_given = true;
		if (strcmp(what, "user") == 0) {
			r->net_user = true;
			return;
		}
	}
	bool file =
		strcmp(name, "--core") == 0 || strcmp(name, "--record") == 0 || strcmp(name, "--pcap") == 0;
	words_add(&r->platform, name);
	words_add(&r->platform, file ? path_from_user(value) : value);
}

static void take_option(struct run *r, const struct arguments *a, int *i)
{
	const char *word = a->at[*i];
	char *name = form("%.*s", (int)strcspn(word, "="), word);
	struct words known = words_split(builtin);

	const struct run_option *o = run_option_find(name);

	if (o) {
		words_add(&r->wish.options, name);
		if (!*o->value) {
			words_add(&r->platform, name);
			return;
		}
		if (!strchr(word, '=') && *i + 1 == a->n)
			usage_error("run", "%s wants a value: %s", name, o->value);
		take_tool_option(r, name, strchr(word, '=') ? strchr(word, '=') + 1 : a->at[++*i]);
		return;
	}
	if (starts_with(word, "--") && take_image_option(r, a, i))
		return;
	for (o = run_options; o->name; o += 1)
		words_add(&known, o->name);
	for (size_t k = 0; k < r->image->option_count; k += 1)
		words_add(&known, form("--%s", r->image->options[k].name));
	usage_error(form("run %s", r->image->name), "neither run nor %s has an option %s%s", r->image->name,
		name, suggestion(name, &known));
}

/* The image comes first; what follows may be a target, and options in any order. */
static void read_arguments(struct run *r, struct tree *tree, const struct arguments *a)
{
	if (a->n == 0 || strcmp(a->at[0], "--help") == 0 || strcmp(a->at[0], "-h") == 0) {
		help(0);
		exit(a->n == 0 ? 2 : 0);
	}
	if (*a->at[0] == '-')
		usage_error("run", "first the image, then its options: fata run IMAGE %s", a->at[0]);
	r->image = tree_image(tree, "run", a->at[0]);
	r->wish.image = r->image;
	for (int i = 1; i < a->n; i += 1) {
		if (strcmp(a->at[i], "--help") == 0 || strcmp(a->at[i], "-h") == 0) {
			help(r->image);
			exit(0);
		} else if (strcmp(a->at[i], "--") == 0) {
			while (++i < a->n)
				words_add(&r->program, a->at[i]);
		} else if (*a->at[i] == '-') {
			take_option(r, a, &i);
		} else {
			r->wish.target = target_need("run", a->at[i]);
		}
	}
}

/* ---- running ---- */

static volatile sig_atomic_t image_pid, stop_signal;

/* A key on the terminal has reached the image already; a signal to us has not. */
static void forward(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	stop_signal = signal_number;
	if (image_pid > 0 && info->si_code != SI_KERNEL)
		kill(image_pid, signal_number);
}

static void watch_signals(void)
{
	struct sigaction s = { .sa_sigaction = forward, .sa_flags = SA_SIGINFO };

	sigemptyset(&s.sa_mask);
	sigaction(SIGINT, &s, 0);
	sigaction(SIGTERM, &s, 0);
	sigaction(SIGHUP, &s, 0);
}

/* Its errors go through who names the place in a report. */
static void start_image(const struct words *command, struct run_report *report, const char *image)
{
	run_report_start(report, image);
	int errors = fcntl(2, F_DUPFD_CLOEXEC, 3);

	dup2(report->end, 2);
	struct process p = process_start(command, OUTPUT_SHOWN, 0, false);
	dup2(errors, 2);
	close(errors);
	close(report->end);
	image_pid = p.pid;
	if (stop_signal)
		kill(p.pid, stop_signal);
}

static int wait_for_image(pid_t gateway)
{
	for (;;) {
		int status;
		pid_t pid = waitpid(-1, &status, 0);
		if (pid == image_pid)
			return exit_status(status);
		if (pid == gateway && !stop_signal)
			fprintf(stderr,
				"fata: the user-mode network has ended (status %d): the image is alone now\n",
				exit_status(status));
		if (pid < 0 && errno != EINTR)
			return 1;
	}
}

int verb_run(const struct arguments *a)
{
	struct tree *tree = tree_read();
	struct run r = { 0 };
	struct words command = { 0 };
	struct user_net net = { .image_end = -1 };
	struct run_report report;

	read_arguments(&r, tree, a);
	bool user = r.image->net_count && (!r.net_given || r.net_user);
	if (!user && r.ports.n)
		usage_error(
			"run", "-p maps ports of the user-mode network: leave --net out, or give --net user");
	if (user)
		words_add(&r.wish.also, USER_NET_PROGRAM);
	plan_write(tree);
	const struct target *target = run_target(&r.wish);
	if (!target)
		return 1;

	watch_signals();
	if (target->tender)
		words_add(&command, form("./out/%s", target->tender));
	words_add(&command, form("./%s", image_output(r.image, target)));
	if (user) {
		user_net_start(&net, r.image, &r.ports, &r.program);
		words_add(&r.platform, "--net");
		words_add(&r.platform, form("%s=fd:%d", r.image->nets[0].name, net.image_end));
	}
	words_add_all(&command, &r.platform);
	connect_left_out(&command, r.image, &r.platform);
	words_add_all(&command, &r.program);
	start_image(&command, &report, form("./%s", image_output(r.image, target)));
	if (user)
		close(net.image_end);
	int status = wait_for_image(net.gateway);
	run_report_finish(&report);
	user_net_stop(&net);
	return status;
}
