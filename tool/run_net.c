/* run_net.c - see run_net.h. */
#include "tool/run_net.h"
#include "tool/include.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include "tool/tree.h"
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PORTS_TRIED 100

/* 0, or why nobody can listen there. */
static int port_trouble(unsigned port, bool udp)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((unsigned short)port) };
	int s = socket(AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0), on = 1, trouble = 0;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!udp)
		setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(s, (struct sockaddr *)&a, sizeof a) != 0)
		trouble = errno;
	else if (!udp && listen(s, 1) != 0)
		trouble = errno;
	close(s);
	return trouble;
}

/* --port=N as given, or the preset, or 0. */
static unsigned option_port(const struct manifest *m, const struct words *program)
{
	for (size_t i = program->n; i > 0; i -= 1)
		if (starts_with(program->at[i - 1], "--port="))
			return (unsigned)strtoul(program->at[i - 1] + 7, 0, 10);
	for (size_t i = 0; i < m->option_count; i += 1)
		if (strcmp(m->options[i].name, "port") == 0)
			return (unsigned)strtoul(m->options[i].preset, 0, 10);
	return 0;
}

/* Ports below 1024 need root here: 80 becomes 8080, the others move up by 8000. */
static unsigned unprivileged(unsigned port)
{
	return port == 80 ? 8080 : port < 1024 ? 8000 + port : port;
}

static struct manifest_publish publish_of(const char *word)
{
	struct manifest_publish p;

	if (!publish_parse(&p, word))
		usage_error("run",
			"-p %s: write YOURS:ITS, two port numbers, as in -p 8080:80 or -p 5353:53/udp", word);
	return p;
}

static size_t choose(struct manifest_publish *out, size_t most, const struct manifest *m,
	const struct words *ports, const struct words *program)
{
	size_t n = 0;
	unsigned port = option_port(m, program);

	for (size_t i = 0; i < ports->n && n < most; i += 1)
		out[n++] = publish_of(ports->at[i]);
	for (size_t i = 0; i < m->publish_count && !ports->n && n < most; i += 1)
		out[n++] = m->publish[i];
	if (!n && port)
		out[n++] = (struct manifest_publish){ unprivileged(port), port, false };
	return n;
}

/* The next free port, unless the user asked for just this one. */
static void settle(struct manifest_publish *p, bool asked)
{
	unsigned wanted = p->ours;
	int trouble = port_trouble(wanted, p->udp);

	if (trouble && asked)
		stop_with("port %u of this machine cannot be used: %s; give another one: -p %u:%u", wanted,
			strerror(trouble), trouble == EACCES ? wanted + 8000 : wanted + 1, p->its);
	while (trouble && p->ours < wanted + PORTS_TRIED && p->ours < 65535) {
		p->ours += 1;
		trouble = port_trouble(p->ours, p->udp);
	}
	if (trouble)
		stop_with("ports %u to %u of this machine are all taken; give a free one: -p NUMBER:%u",
			wanted, p->ours, p->its);
	if (p->ours != wanted)
		fprintf(stderr, "fata: port %u is taken, using %u\n", wanted, p->ours);
}

/* A page, if it is made to serve any. */
static bool speaks_http(const struct manifest *m)
{
	struct words roots = image_roots(m);
	struct sources s = { .arch = "x86_64" };

	for (size_t i = 0; i < roots.n; i += 1)
		sources_follow(&s, roots.at[i]);
	return words_have(&s.headers, "stack/http.h");
}

static pid_t start_gateway(const struct words *command)
{
	pid_t parent = getpid(), pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		stop_with("cannot start the user-mode network: %s", strerror(errno));
	if (pid == 0) {
		/* Its own group: Ctrl-C is for the image, which may still want to say goodbye. */
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(0);
		char **argv = room_for(command->n + 1, sizeof *argv);
		memcpy(argv, command->at, command->n * sizeof *argv);
		execv(argv[0], argv);
		fprintf(stderr, "fata: cannot run %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	return pid;
}

void user_net_start(
	struct user_net *n, const struct manifest *m, const struct words *ports, const struct words *program)
{
	struct manifest_publish maps[MANIFEST_PUBLISH];
	struct words command = { 0 };
	size_t count = choose(maps, MANIFEST_PUBLISH, m, ports, program);
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		stop_with("no socket pair for the user-mode network: %s", strerror(errno));
	int gateway_end = dup(ends[0]);
	n->image_end = ends[1];
	words_add(&command, USER_NET_PROGRAM);
	words_add(&command, "--fd");
	words_add(&command, form("%d", gateway_end));
	bool http = speaks_http(m);
	for (size_t i = 0; i < count; i += 1) {
		settle(&maps[i], ports->n > 0);
		words_add(&command, "-p");
		words_add(&command, form("%u:%u%s", maps[i].ours, maps[i].its, maps[i].udp ? "/udp" : ""));
		if (http && !maps[i].udp)
			fprintf(stderr, "fata: open http://127.0.0.1:%u/\n", maps[i].ours);
		else
			fprintf(stderr, "fata: 127.0.0.1 port %u is %s's %s port %u\n", maps[i].ours, m->name,
				maps[i].udp ? "UDP" : "TCP", maps[i].its);
	}
	n->gateway = start_gateway(&command);
	close(ends[0]);
	close(gateway_end);
	n->image_end = dup(ends[1]); /* without CLOEXEC: for the image, and for nobody started before */
	close(ends[1]);
}

void user_net_stop(struct user_net *n)
{
	if (n->gateway <= 0)
		return;
	kill(n->gateway, SIGTERM);
	while (waitpid(n->gateway, 0, 0) < 0 && errno == EINTR)
		continue;
}

/* Whether one of the words behind `option` is for this device: by its name, or without one when it is the only one. */
static bool connected(const struct words *given, const char *option, const char *name, bool only)
{
	for (size_t i = 0; i + 1 < given->n; i += 1)
		if (strcmp(given->at[i], option) == 0 &&
			(only || starts_with(given->at[i + 1], form("%s=", name))))
			return true;
	return false;
}

void connect_left_out(struct words *command, const struct manifest *m, const struct words *given)
{
	for (size_t i = 0; i < m->net_count; i += 1) {
		if (connected(given, "--net", m->nets[i].name, m->net_count == 1))
			continue;
		words_add(command, "--net");
		words_add(command, form("%s=none", m->nets[i].name));
	}
	for (size_t i = 0; i < m->block_count; i += 1) {
		if (connected(given, "--block", m->blocks[i], m->block_count == 1))
			continue;
		words_add(command, "--block");
		words_add(command, form("%s=none", m->blocks[i]));
	}
}
