/* icount.c - a machine that holds one image and one client, for counting instructions.
 *
 *     icount WORK N          N operations; bench/icount runs it under callgrind
 *
 * Linked with the very objects of the image for the unix target, in place of
 * that platform: one Ethernet port with all offloads, whose other end is a
 * client made of lib/tcp here. Time stands still but for a millisecond an
 * operation, and all randomness is the same in each run, so the numbers are too.
 * Only what image_step() and all below it executes is counted; the client is not.
 */
#include "base/sum.h"
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/image.h"
#include "dev/net.h"
#include "lib/arp/arp.h"
#include "lib/eth/eth.h"
#include "lib/ip4/ip4.h"
#include "lib/tcp/tcp.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_BYTES 65536u
#define QUEUE       128u
#define GSO_BYTES   65000u
#define MSS         1448u /* with timestamps, as Linux sends */
#define WINDOW      262144u

struct frame {
	usize n;
	u8 bytes[FRAME_BYTES];
};

/* What the image sent, and the one frame it is offered. */
static struct frame sent[QUEUE];
static usize sent_count;
static struct frame offered;
static u64 now = NS_PER_S;
static bool left;
static int argument_count;
static char **arguments;

static const struct mac client_mac = { { 2, 0, 0, 0, 0, 1 } }, image_mac = { { 2, 0, 0, 0, 0, 2 } };

/* ---- dev/, the smallest there can be ---- */

u64 __stack_chk_guard = 0x5a5a5a5a00c0ffeeull;
_Noreturn void __stack_chk_fail(void);

_Noreturn void __stack_chk_fail(void)
{
	abort();
}

void panic(const char *file, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: panic: %s\n", file, line, what);
	exit(3);
}

u64 clock_monotonic(void)
{
	return now;
}

u64 clock_wall(void)
{
	return 1700000000 * NS_PER_S + now;
}

void console_write(struct view v)
{
	fwrite(v.p, 1, v.n, stderr);
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	(void)n;
}

enum entropy_source entropy_seed(struct span out)
{
	fill(out, 0x42);
	return ENTROPY_REPLAYED;
}

u64 entropy_generation(void)
{
	return 1;
}

struct block_facts block_facts(u32 disk)
{
	(void)disk;
	return (struct block_facts){ .sector_bytes = 512 };
}

bool block_submit(u32 disk, const struct block_request *request)
{
	(void)disk;
	(void)request;
	return false;
}

bool block_complete(u32 disk, struct block_done *done)
{
	(void)disk;
	(void)done;
	return false;
}

void image_leave(u8 status)
{
	left = true;
	if (status != 0)
		exit(status);
}

struct view image_argument(usize i)
{
	return (int)i < argument_count ? view_make(arguments[i], strlen(arguments[i])) : view_none();
}

struct view image_platform(void)
{
	return text("icount");
}

struct image_memory image_memory(void)
{
	return (struct image_memory){ 0, 0 };
}

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	(void)port;
	if (offered.n == 0 || max == 0)
		return 0;
	frames[0] = (struct net_frame){ { offered.bytes, offered.n }, NET_CSUM_GOOD, 0 };
	return 1;
}

void net_rx_done(u32 port, usize n)
{
	(void)port;
	if (n > 0)
		offered.n = 0;
}

struct span net_tx(u32 port)
{
	(void)port;
	return sent_count < QUEUE ? span_of(sent[sent_count].bytes) : span_none();
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct frame *f = &sent[sent_count];

	(void)port;
	f->n = head;
	for (usize i = 0; i < NET_PIECES; i += 1)
		f->n += copy(span_from(span_of(f->bytes), f->n), send->piece[i]);
	sent_count += 1;
}

struct net_facts net_facts(u32 port)
{
	(void)port;
	return (struct net_facts){ .mac = image_mac,
		.mtu = 1500,
		.up = true,
		.can = NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6,
		.gso_bytes = GSO_BYTES };
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)port;
	(void)group;
	(void)want;
}

/* ---- the client ---- */

struct client {
	struct tcp t;
	u16 port, service;
	struct view waiting; /* written, and not acknowledged */
	u64 received;        /* bytes of the stream */
};

static struct ip client_ip, image_ip;

/* One frame in; everything it makes the image do is counted. */
static void deliver(void)
{
	do
		image_step(now);
	while (offered.n > 0 && !left);
}

static void client_frame(const struct client *c, const struct tcp_out *o)
{
	struct writer w = writer_of(span_of(offered.bytes));
	struct tcp_segment s = o->s;
	struct ip4 ip;
	u8 header[TCP_HEADER_MAX];
	struct writer h = writer_of(span_of(header));

	s.from_port = c->port;
	s.to_port = c->service;
	tcp_write(&h, &s, 0); /* its checksum was "verified by the host" */
	ip = ip4_packet(client_ip, image_ip, IP_TCP, (u16)(write_len(&h) + s.len));
	eth_write(&w, &(struct eth){ image_mac, client_mac, ETH_IP4, 0 });
	ip4_write(&w, &ip);
	write_view(&w, write_done(&h));
	write_view(&w, view_first(view_from(c->waiting, o->offset), s.len));
	offered.n = write_len(&w);
}

/* The client's address, if the image asks for it. */
static void client_arp(struct reader *r)
{
	struct writer w = writer_of(span_of(offered.bytes));
	struct arp asked, answer;

	if (!arp_read(r, &asked) || !arp_asks_for(&asked, client_ip))
		return;
	answer = arp_reply(&asked, client_mac);
	eth_write(&w, &(struct eth){ image_mac, client_mac, ETH_ARP, 0 });
	arp_write(&w, &answer);
	offered.n = write_len(&w);
	deliver();
}

/* What the image sent, into the client. What it sends meanwhile comes behind. */
static void client_take(struct client *c)
{
	for (usize i = 0; i < sent_count; i += 1) {
		struct reader r = reader_of(view_first(view_of(sent[i].bytes), sent[i].n));
		struct eth e;
		struct ip4 ip;
		struct view packet;
		struct tcp_segment s;

		if (!eth_read(&r, &e))
			continue;
		if (e.type == ETH_ARP)
			client_arp(&r);
		if (e.type != ETH_IP4 || ip4_read(&r, true, &ip, &packet) != IP4_OK || ip.protocol != IP_TCP)
			continue;
		struct reader in = reader_of(packet);
		if (!tcp_read(&in, &s) || s.to_port != c->port)
			continue;
		struct tcp_arrival a = tcp_arrive(&c->t, &s, now);
		c->waiting = view_from(c->waiting, a.acked);
		c->received += a.ready;
		tcp_took(&c->t, a.ready);
	}
	sent_count = 0;
}

/* Until neither has anything to say. */
static void converse(struct client *c)
{
	struct tcp_out o;

	for (;;) {
		bool said = false;

		while (tcp_send(&c->t, now, MSS, &o)) {
			client_frame(c, &o);
			deliver();
			said = true;
		}
		if (sent_count == 0 && !said)
			return;
		client_take(c);
	}
}

static void client_open(struct client *c, u16 port, u16 service)
{
	const struct tcp_config config = {
		.rx_bytes = WINDOW, .tx_bytes = WINDOW, .mss = 1460, .no_delay = true
	};

	*c = (struct client){ .port = port, .service = service };
	tcp_connect(&c->t, &config, 1000u * port, now);
	converse(c);
	if (tcp_state(&c->t) != TCP_ESTABLISHED) {
		fprintf(stderr, "icount: the image does not accept connections to port %u\n", service);
		exit(1);
	}
}

static void client_ask(struct client *c, struct view request, u64 answer_bytes)
{
	u64 before = c->received;

	now += NS_PER_MS;
	c->waiting = request;
	tcp_wrote(&c->t, (u32)request.n);
	converse(c);
	if (c->received - before < answer_bytes) {
		fprintf(stderr, "icount: %llu bytes came, and not %llu\n",
			(unsigned long long)(c->received - before), (unsigned long long)answer_bytes);
		exit(1);
	}
}

static void client_close(struct client *c)
{
	tcp_close(&c->t);
	converse(c);
}

/* ---- the work ---- */

#define GET(path, more) text("GET " path " HTTP/1.1\r\nHost: 10.71.3.2\r\n" more "\r\n") /* what wrk sends */

static void keep_alive(u32 n, struct view request, u64 bytes)
{
	static struct client c;

	client_open(&c, 2000, 80);
	for (u32 i = 0; i < n; i += 1)
		client_ask(&c, request, bytes);
	client_close(&c);
}

static void one_each(u32 n)
{
	static struct client c;

	for (u32 i = 0; i < n; i += 1) {
		client_open(&c, (u16)(2000 + i), 80);
		client_ask(&c, GET("/1k", "Connection: close\r\n"), 1024);
		client_close(&c);
	}
}

static void echo(u32 n)
{
	static struct client c;

	client_open(&c, 2000, 7);
	for (u32 i = 0; i < n; i += 1)
		client_ask(&c, text("x"), 1);
	client_close(&c);
}

int main(int count, char **given)
{
	if (count < 3) {
		fprintf(stderr, "usage: icount http|close|large|echo N [OPTIONS OF THE IMAGE]\n");
		return 2;
	}
	u32 n = (u32)atoi(given[2]);

	client_ip = ip_from4(0x0a470301);
	image_ip = ip_from4(0x0a470302);
	arguments = given + 3;
	argument_count = count - 3;
	image_start(now);
	deliver();
	sent_count = 0;
	if (strcmp(given[1], "http") == 0)
		keep_alive(n, GET("/1k", ""), 1024);
	else if (strcmp(given[1], "large") == 0)
		keep_alive(n, GET("/100k", ""), 102400);
	else if (strcmp(given[1], "close") == 0)
		one_each(n);
	else if (strcmp(given[1], "echo") == 0)
		echo(n);
	else
		return 2;
	return 0;
}
