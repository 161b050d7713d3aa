/* first.c - how long from exec to the first answered request.
 *
 *     bench-first [-n RUNS] [-c CORE] [-N NETNS] INTERFACE ADDRESS PORT PATH -- COMMAND...
 *
 * Starts COMMAND (on CORE, in NETNS), asks for the hardware address of ADDRESS
 * over INTERFACE every 50 us until somebody has it, then connects and sends one
 * request for PATH (one byte to be echoed, if that is "-"); a refused
 * connection is tried again at once. Prints for each run "ARP_US REPLY_US": from
 * just before exec to the answer to ARP, and to the first bytes of the response.
 * Ends COMMAND with SIGTERM after each run.
 *
 * With -b it asks nothing (and is given no interface): it waits for the first byte that COMMAND writes to its
 * standard output or error, and prints for each run "BYTE_US".
 *
 * It does not sleep while it waits: what is measured is shorter than a
 * scheduler's patience. For the same reason bench/run gives it, and so the
 * command, a real-time priority: other work on the machine would be measured.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GIVE_UP_NS 5000000000ull
#define ASK_NS     50000ull
#define CONNECT_MS 20 /* a SYN that nobody saw is sent again after this, not after the kernel's second */

struct arp_frame {
	struct ether_header ether;
	uint16_t hardware, protocol;
	uint8_t hardware_len, protocol_len;
	uint16_t operation;
	uint8_t from_mac[6], from_ip[4], to_mac[6], to_ip[4];
} __attribute__((packed));

struct question {
	const char *interface, *path, *netns;
	int core;
	struct in_addr ip, own_ip;
	uint8_t own_mac[6];
	int index;
	uint16_t port;
	char **command;
	int output; /* the command's, or -1: /dev/null */
};

static void die(const char *what)
{
	fprintf(stderr, "bench-first: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}

static void know_interface(struct question *q)
{
	struct ifreq r = { 0 };
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", q->interface);
	if (s < 0 || ioctl(s, SIOCGIFINDEX, &r) < 0)
		die(q->interface);
	q->index = r.ifr_ifindex;
	if (ioctl(s, SIOCGIFHWADDR, &r) < 0)
		die(q->interface);
	memcpy(q->own_mac, r.ifr_hwaddr.sa_data, 6);
	if (ioctl(s, SIOCGIFADDR, &r) < 0)
		die(q->interface);
	q->own_ip = ((struct sockaddr_in *)&r.ifr_addr)->sin_addr;
	close(s);
}

/* The kernel's own idea of the neighbour: forgotten before a run, told after ARP. */
static void set_neighbour(const struct question *q, const uint8_t *mac)
{
	struct arpreq r = { 0 };
	struct sockaddr_in *a = (struct sockaddr_in *)&r.arp_pa;
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	a->sin_family = AF_INET;
	a->sin_addr = q->ip;
	snprintf(r.arp_dev, sizeof r.arp_dev, "%s", q->interface);
	if (mac) {
		r.arp_ha.sa_family = ARPHRD_ETHER;
		memcpy(r.arp_ha.sa_data, mac, 6);
		r.arp_flags = ATF_COM;
		if (ioctl(s, SIOCSARP, &r) < 0)
			die("cannot set the neighbour");
	} else {
		ioctl(s, SIOCDARP, &r); /* there may be none */
	}
	close(s);
}

static pid_t start(const struct question *q, volatile uint64_t *began)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (child > 0)
		return child;
	if (q->netns) {
		char path[200];
		snprintf(path, sizeof path, "/var/run/netns/%s", q->netns);
		int f = open(path, O_RDONLY | O_CLOEXEC);
		if (f < 0 || setns(f, CLONE_NEWNET) < 0)
			die(path);
	}
	if (q->core >= 0) {
		cpu_set_t set;
		CPU_ZERO(&set);
		CPU_SET((size_t)q->core, &set);
		if (sched_setaffinity(0, sizeof set, &set) < 0)
			die("cannot pin the command to its core");
	}
	int null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(q->output < 0 ? null : q->output, 1);
	dup2(q->output < 0 ? null : q->output, 2);
	*began = now_ns();
	execv(q->command[0], q->command);
	_exit(127);
}

static void ask(const struct question *q, int s)
{
	struct arp_frame f = { 0 };
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_ifindex = q->index, .sll_halen = 6 };

	memset(f.ether.ether_dhost, 0xff, 6);
	memcpy(f.ether.ether_shost, q->own_mac, 6);
	f.ether.ether_type = htons(ETHERTYPE_ARP);
	f.hardware = htons(1);
	f.protocol = htons(ETHERTYPE_IP);
	f.hardware_len = 6;
	f.protocol_len = 4;
	f.operation = htons(1);
	memcpy(f.from_mac, q->own_mac, 6);
	memcpy(f.from_ip, &q->own_ip, 4);
	memcpy(f.to_ip, &q->ip, 4);
	memset(to.sll_addr, 0xff, 6);
	/* Before there is a reader the frame is refused or lost; both are no answer. */
	sendto(s, &f, sizeof f, 0, (struct sockaddr *)&to, sizeof to);
}

static bool answered(const struct question *q, int s, uint8_t *mac)
{
	struct arp_frame f;

	while (recv(s, &f, sizeof f, MSG_DONTWAIT) >= (ssize_t)sizeof f) {
		if (ntohs(f.operation) == 2 && memcmp(f.from_ip, &q->ip, 4) == 0) {
			memcpy(mac, f.from_mac, 6);
			return true;
		}
	}
	return false;
}

/* Opened once: binding a packet socket waits for a grace period of the kernel's, which is longer than a boot. */
static int arp_socket(const struct question *q)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP), .sll_ifindex = q->index
	};
	int s = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ARP));

	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) < 0)
		die("packet socket");
	return s;
}

static uint64_t wait_for_arp(const struct question *q, int s, uint64_t give_up)
{
	uint64_t asked = 0, t;
	uint8_t mac[6];

	while (t = now_ns(), t < give_up) {
		if (t - asked >= ASK_NS) {
			ask(q, s);
			asked = t;
		}
		if (answered(q, s, mac)) {
			t = now_ns();
			set_neighbour(q, mac);
			return t;
		}
	}
	return 0;
}

static bool exchange(struct pollfd *p, const char *say, const char *hear)
{
	char heard[64];
	ssize_t n = (ssize_t)strlen(hear);

	return send(p->fd, say, strlen(say), 0) == (ssize_t)strlen(say) && poll(p, 1, 1000) == 1 &&
	       recv(p->fd, heard, (size_t)n, 0) == n && memcmp(heard, hear, (size_t)n) == 0;
}

/* One connection and one request; false if it was refused or not answered. */
static bool request(const struct question *q)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = q->ip, .sin_port = htons(q->port) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	struct pollfd p = { s, POLLOUT, 0 };
	char http[300];
	int error = 0;
	socklen_t size = sizeof error;
	bool ok = false;

	snprintf(http, sizeof http, "GET %s HTTP/1.1\r\nHost: bench\r\n\r\n", q->path);
	if (connect(s, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS) {
		if (poll(&p, 1, CONNECT_MS) == 1 && getsockopt(s, SOL_SOCKET, SO_ERROR, &error, &size) == 0 &&
			!error) {
			p.events = POLLIN;
			ok = strcmp(q->path, "-") == 0 ? exchange(&p, "x", "x")
						       : exchange(&p, http, "HTTP/1.1 200");
		}
	}
	close(s);
	return ok;
}

static void finish(pid_t child)
{
	kill(child, SIGTERM);
	for (int i = 0; i < 300; i += 1) {
		if (waitpid(child, NULL, WNOHANG) == child)
			return;
		usleep(10000);
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static bool run(const struct question *q, int s, volatile uint64_t *began)
{
	uint8_t none[6];

	while (answered(q, s, none)) /* late answers to the last run's questions */
		;
	set_neighbour(q, NULL);
	*began = 0;
	pid_t child = start(q, began);
	uint64_t give_up = now_ns() + GIVE_UP_NS;
	uint64_t arp = wait_for_arp(q, s, give_up), reply = 0;

	while (arp && !reply && now_ns() < give_up)
		if (request(q))
			reply = now_ns();
	finish(child);
	if (!reply) {
		fprintf(stderr, "bench-first: %s: no answer in %llu s%s\n", q->command[0],
			GIVE_UP_NS / 1000000000ull, arp ? "" : ", not even to ARP");
		return false;
	}
	/* A kernel that answers for its server was there before it. */
	printf("%.1f %.1f\n", arp > *began ? (double)(arp - *began) / 1e3 : 0.0,
		(double)(reply - *began) / 1e3);
	fflush(stdout);
	return true;
}

/* To the first byte of its output. */
static bool run_byte(struct question *q, volatile uint64_t *began)
{
	uint64_t give_up = now_ns() + GIVE_UP_NS, t = 0;
	int ends[2];
	char byte;

	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
		die("pipe");
	q->output = ends[1];
	*began = 0;
	pid_t child = start(q, began);
	close(ends[1]);
	while (now_ns() < give_up && read(ends[0], &byte, 1) != 1)
		;
	t = now_ns();
	finish(child);
	close(ends[0]);
	if (t >= give_up) {
		fprintf(stderr, "bench-first: %s: no output in %llu s\n", q->command[0],
			GIVE_UP_NS / 1000000000ull);
		return false;
	}
	printf("%.1f\n", (double)(t - *began) / 1e3);
	fflush(stdout);
	return true;
}

static int usage(void)
{
	fprintf(stderr, "usage: bench-first [-n RUNS] [-c CORE] [-N NETNS] INTERFACE ADDRESS PORT PATH -- "
			"COMMAND...\n"
			"       bench-first -b [-n RUNS] [-c CORE] -- COMMAND...\n");
	return 2;
}

static volatile uint64_t *shared_time(void)
{
	volatile uint64_t *began =
		mmap(NULL, sizeof *began, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (began == MAP_FAILED)
		die("mmap");
	return began;
}

int main(int count, char **arguments)
{
	struct question q = { .core = -1, .output = -1 };
	int runs = 9, option;
	bool byte = false;

	while ((option = getopt(count, arguments, "+bn:c:N:")) != -1) {
		switch (option) {
		case 'b': byte = true; break;
		case 'n': runs = atoi(optarg); break;
		case 'c': q.core = atoi(optarg); break;
		case 'N': q.netns = optarg; break;
		default: return 2;
		}
	}
	arguments += optind;
	count -= optind;
	volatile uint64_t *began = shared_time();

	if (byte && count > 0) { /* getopt has taken the "--" */
		q.command = arguments;
		for (int i = 0; i < runs; i += 1)
			if (!run_byte(&q, began))
				return 1;
		return 0;
	}
	if (count < 6 || strcmp(arguments[4], "--") != 0)
		return usage();
	q.interface = arguments[0];
	if (inet_aton(arguments[1], &q.ip) == 0) {
		fprintf(stderr, "bench-first: '%s' is not an IPv4 address\n", arguments[1]);
		return 2;
	}
	q.port = (uint16_t)atoi(arguments[2]);
	q.path = arguments[3];
	q.command = arguments + 5;
	know_interface(&q);
	int arp = arp_socket(&q);

	for (int i = 0; i < runs; i += 1)
		if (!run(&q, arp, began))
			return 1;
	return 0;
}
