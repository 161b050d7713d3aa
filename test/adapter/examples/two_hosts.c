/* two_hosts.c - two hosts in one process talk, and a capture shows it: how to embed libfata_socket.
 *
 *     ./fata build libfata_socket
 *     cc -I test/adapter test/adapter/examples/two_hosts.c -L out/library -lfata_socket \
 *        -Wl,-rpath,$PWD/out/library -o two_hosts
 *     ./two_hosts [--ethernet] [--lossy] FILE.pcap
 *
 * The network is a queue of packets, each with the time when it arrives; the wait callback makes the next
 * thing happen. So calls block as a program expects, though there is no thread and no clock.
 */
#include <fata_socket.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DELAY_NS 10000000ull
#define TOTAL    300000
#define PORT     7 /* echo: tools that guess by ports know that its bytes mean nothing */

struct packet {
	struct packet *next;
	uint64_t at;
	int to;
	size_t n;
	unsigned char bytes[2048];
};

static struct fata_stack *host[2];
static struct packet *first, **last = &first;
static uint64_t now;
static FILE *capture;
static unsigned long sent, lossy;

static void failed(const char *what)
{
	fprintf(stderr, "two_hosts: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* The old capture format: a header for the file, one for each packet. */
static void record(const void *bytes, size_t n)
{
	uint32_t head[4] = { (uint32_t)(now / 1000000000), (uint32_t)(now % 1000000000), (uint32_t)n,
		(uint32_t)n };

	fwrite(head, sizeof head, 1, capture);
	fwrite(bytes, n, 1, capture);
}

static void output(void *context, const void *bytes, size_t n)
{
	struct packet *p = malloc(sizeof *p);

	record(bytes, n);
	sent += 1;
	if (lossy && sent % lossy == 0) {
		free(p);
		return;
	}
	p->next = NULL;
	p->at = now + DELAY_NS;
	p->to = context == &host[0];
	p->n = n;
	memcpy(p->bytes, bytes, n);
	*last = p;
	last = &p->next;
}

static int next_event(void *context, struct fata_stack *s, uint64_t until)
{
	uint64_t next = first ? first->at : UINT64_MAX;

	(void)context;
	(void)s;
	for (int i = 0; i < 2; i += 1)
		if (fata_next_deadline(host[i]) < next)
			next = fata_next_deadline(host[i]);
	if (next > until)
		next = until;
	if (next == UINT64_MAX)
		return 0;
	if (next > now)
		now = next;
	for (int i = 0; i < 2; i += 1)
		fata_advance(host[i], now);
	while (first && first->at <= now) {
		struct packet *p = first;

		first = p->next;
		if (!first)
			last = &first;
		fata_input(host[p->to], p->bytes, p->n);
		free(p);
	}
	return 1;
}

static void run_for(uint64_t ns)
{
	uint64_t until = now + ns;

	while (now < until)
		next_event(NULL, NULL, until);
}

/* Address `last` (1 or 2) of either family. */
static socklen_t address(int family, int number, int port, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	to->ss_family = (sa_family_t)family;
	if (family == AF_INET) {
		four->sin_port = htons((uint16_t)port);
		four->sin_addr.s_addr = number ? htonl(0x0a000000u + (unsigned)number) : 0;
		return sizeof *four;
	}
	six->sin6_port = htons((uint16_t)port);
	if (number) {
		six->sin6_addr.s6_addr[0] = 0xfd;
		six->sin6_addr.s6_addr[15] = (unsigned char)number;
	}
	return sizeof *six;
}

/* Bytes one way, whatever the socket calls say about waiting. */
static void stream(struct fata_stack *a, int from, struct fata_stack *b, int to)
{
	static char out[TOTAL], in[16384];
	size_t written = 0, got = 0;

	for (size_t i = 0; i < TOTAL; i += 1)
		out[i] = (char)(i * 13 + i / 256);
	while (got < TOTAL) {
		ssize_t n = fata_send(a, from, out + written, TOTAL - written, MSG_DONTWAIT);

		if (n > 0)
			written += (size_t)n;
		n = fata_recv(b, to, in, sizeof in, written < TOTAL ? MSG_DONTWAIT : 0);
		if (n > 0 && memcmp(in, out + got, (size_t)n) != 0)
			failed("the bytes differ");
		if (n > 0)
			got += (size_t)n;
		else if (n == 0 || errno != EAGAIN || !next_event(NULL, NULL, UINT64_MAX))
			failed("read");
	}
}

static void talk(int family)
{
	struct sockaddr_storage any, server, from;
	socklen_t n = address(family, 0, PORT, &any), from_n = sizeof from;
	int l = fata_socket(host[1], family, SOCK_STREAM, 0),
	    c = fata_socket(host[0], family, SOCK_STREAM, 0), a;
	char byte[4];

	address(family, 2, PORT, &server);
	if (fata_bind(host[1], l, (struct sockaddr *)&any, n) != 0 || fata_listen(host[1], l, 5) != 0)
		failed("bind, listen");
	if (fata_connect(host[0], c, (struct sockaddr *)&server, n) != 0)
		failed("connect");
	a = fata_accept(host[1], l, NULL, NULL);
	if (a < 0)
		failed("accept");
	stream(host[0], c, host[1], a);
	stream(host[1], a, host[0], c);
	fata_shutdown(host[0], c, SHUT_WR);
	if (fata_read(host[1], a, byte, 1) != 0)
		failed("the end");
	fata_close(host[1], a);
	if (fata_read(host[0], c, byte, 1) != 0)
		failed("the other end");
	fata_close(host[0], c);
	fata_close(host[1], l);

	l = fata_socket(host[1], family, SOCK_DGRAM, 0);
	c = fata_socket(host[0], family, SOCK_DGRAM, 0);
	if (fata_bind(host[1], l, (struct sockaddr *)&any, n) != 0 ||
		fata_sendto(host[0], c, "ping", 4, 0, (struct sockaddr *)&server, n) != 4 ||
		fata_recvfrom(host[1], l, byte, 4, 0, (struct sockaddr *)&from, &from_n) != 4 ||
		fata_sendto(host[1], l, "pong", 4, 0, (struct sockaddr *)&from, from_n) != 4 ||
		fata_read(host[0], c, byte, 4) != 4)
		failed("datagrams");
	fata_close(host[1], l);
	fata_close(host[0], c);
}

int main(int count, char **arguments)
{
	uint32_t head[6] = { 0xa1b23c4d, 0x00040002, 0, 0, 65535, 101 }; /* raw IP, in nanoseconds */
	static const char *const ip4[] = { "10.0.0.1/24", "10.0.0.2/24" }, *const ip6[] = { "fd00::1/64",
		"fd00::2/64" };
	int ethernet = 0, at = 1;

	for (; at < count - 1; at += 1) {
		ethernet |= strcmp(arguments[at], "--ethernet") == 0;
		lossy = strcmp(arguments[at], "--lossy") == 0 ? 37 : lossy;
	}
	if (count < 2 || !(capture = fopen(arguments[at], "w")))
		failed("usage: two_hosts [--ethernet] [--lossy] FILE.pcap");
	head[5] = ethernet ? 1 : 101;
	fwrite(head, sizeof head, 1, capture);
	for (int i = 0; i < 2; i += 1) {
		struct fata_config config = { .output = output,
			.wait = next_event,
			.context = &host[i],
			.link = ethernet ? FATA_ETHERNET : FATA_IP,
			.ip4 = ip4[i],
			.ip6 = ip6[i],
			.seed = (uint64_t)i + 1 };
		const char *why;

		host[i] = fata_create(&config, &why);
		if (!host[i])
			failed(why);
	}
	run_for(100 * DELAY_NS);
	talk(AF_INET);
	talk(AF_INET6);
	run_for(15000000000ull); /* TIME-WAIT */
	fata_destroy(host[0]);
	fata_destroy(host[1]);
	while (first) {
		struct packet *p = first;

		first = p->next;
		free(p);
	}
	fclose(capture);
	printf("%lu packets\n", sent);
	return 0;
}
