/* gateway_net.c - what the stack stands on here: dev/net.h on the stream socket, clock, entropy, console. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/net.h"
#include "lib/arp/arp.h"
#include "lib/eth/eth.h"
#include "plat/net_stream.h"
#include "tool/gateway/gateway.h"

#define RX_BYTES   (NET_STREAM_FRAME_BYTES * 4)
#define TX_BYTES   (NET_STREAM_FRAME_BYTES * 4)
#define HEAD_BYTES 4096u

struct watch link_watch = { WATCH_LINK, -1 };

static const struct mac own_mac = { { 0x02, 0xfa, 0x7a, 0, 0, 2 } };

static struct {
	struct net_stream stream;
	struct net_frame frame[NET_BATCH];
	u32 frames, first;
	bool dry, up;
	u64 lost;
	u8 rx[RX_BYTES], tx[TX_BYTES], head[HEAD_BYTES];
} port;

void link_attach(int fd)
{
	link_watch.fd = fd;
	port.stream = (struct net_stream){ 0 };
	port.frames = port.first = 0;
	port.dry = false;
	port.up = true;
}

bool link_up(void)
{
	return port.up;
}

bool link_more(void)
{
	return port.up && (!port.dry || port.first < port.frames);
}

static void link_down(const char *why)
{
	if (port.up)
		gateway_say("the link is closed: %s", why);
	port.up = false;
}

void link_event(u32 events)
{
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		port.dry = false;
}

void link_flush(void)
{
	while (port.up && net_stream_waits(&port.stream)) {
		struct view v = net_stream_tx(&port.stream, span_of(port.tx));
		ssize_t n = send(link_watch.fd, v.p, v.n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS))
			return;
		if (n < 0) {
			link_down(strerror(errno));
			return;
		}
		net_stream_tx_done(&port.stream, span_of(port.tx), (usize)n);
	}
}

/* ---- sending ---- */

struct span net_tx(u32 which)
{
	(void)which;
	if (!net_stream_tx_fits(&port.stream, span_of(port.tx)))
		link_flush();
	if (!port.up || !net_stream_tx_fits(&port.stream, span_of(port.tx)))
		return span_none();
	return span_of(port.head);
}

void net_tx_send(u32 which, usize head, const struct net_send *send)
{
	struct view first = view_make(port.head, head);
	struct net_soft soft = net_soft_begin(first, send);

	(void)which;
	require(head <= HEAD_BYTES);
	while (!net_stream_tx_put(&port.stream, span_of(port.tx), &soft, first, send)) {
		u32 before = port.stream.queued;

		link_flush();
		if (!port.up || port.stream.queued == before) {
			port.lost += net_soft_count(&soft);
			return;
		}
	}
}

/* ---- receiving ---- */

/* The stack has one IPv4 address, the router's. The resolver's is answered for
 * here: it is this station too. */
static bool answer_arp(struct view frame)
{
	struct reader r = reader_of(frame);
	struct eth eth;
	struct arp ask;

	if (view_at(frame, 12) != 0x08 || view_at(frame, 13) != 0x06)
		return false;
	if (!eth_read(&r, &eth) || !arp_read(&r, &ask) || !arp_asks_for(&ask, resolver4()))
		return false;

	struct writer w = writer_of(net_tx(0));
	struct arp reply = arp_reply(&ask, own_mac);
	struct net_send send = { 0 };

	eth_write(&w, &(struct eth){ ask.sender_mac, own_mac, ETH_ARP, 0 });
	arp_write(&w, &reply);
	if (!write_bad(&w))
		net_tx_send(0, write_len(&w), &send);
	return true;
}

static void parse(void)
{
	u32 at, len;

	while (port.frames < NET_BATCH && net_stream_rx(&port.stream, span_of(port.rx), &at, &len)) {
		struct view frame = view_make(port.rx + at, len);

		if (!answer_arp(frame))
			port.frame[port.frames++] = (struct net_frame){ frame, NET_CSUM_CHECK, 0 };
	}
	if (port.stream.broken)
		link_down("what comes is not frames with their length in front");
}

static void receive(void)
{
	parse();
	if (port.frames > 0 || port.dry || !port.up)
		return;

	struct span room = net_stream_rx_room(&port.stream, span_of(port.rx));
	ssize_t n = recv(link_watch.fd, room.p, room.n, MSG_DONTWAIT);

	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		port.dry = true;
		return;
	}
	if (n <= 0) {
		link_down(n == 0 ? "the other end has left" : strerror(errno));
		return;
	}
	port.dry = (usize)n < room.n;
	net_stream_rx_put(&port.stream, (usize)n);
	parse();
}

usize net_rx(u32 which, struct net_frame *frames, usize max)
{
	usize n = 0;

	(void)which;
	if (port.first == port.frames) {
		port.first = port.frames = 0;
		receive();
	}
	for (; n < max && port.first + n < port.frames; n += 1)
		frames[n] = port.frame[port.first + n];
	return n;
}

void net_rx_done(u32 which, usize n)
{
	(void)which;
	require(n <= port.frames - port.first);
	port.first += (u32)n;
}

struct net_facts net_facts(u32 which)
{
	(void)which;
	return (struct net_facts){ .mac = own_mac,
		.mtu = options.mtu,
		.up = port.up,
		.can = NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6,
		.gso_bytes = 65535,
		.lost = port.lost };
}

void net_multicast(u32 which, struct mac group, bool want)
{
	(void)which, (void)group, (void)want; /* no filter: all arrive */
}

/* ---- the rest ---- */

static u64 read_clock(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (u64)t.tv_sec * NS_PER_S + (u64)t.tv_nsec;
}

u64 clock_monotonic(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

u64 clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

enum entropy_source entropy_seed(struct span out)
{
	if (getrandom(out.p, out.n, 0) != (ssize_t)out.n)
		gateway_die("the kernel gives no random bytes: %s", strerror(errno));
	return ENTROPY_HOST;
}

u64 entropy_generation(void)
{
	return 0;
}

void console_write(struct view v)
{
	if (options.verbose)
		fwrite(v.p, 1, v.n, stderr);
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	require(n == 0);
}

_Noreturn void panic(const char *file, u32 line, const char *what)
{
	fprintf(stderr, "%s:%u: panic: require(%s)\n", file, line, what);
	abort();
}
