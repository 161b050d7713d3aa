/* host_test.h - a host alone on its wire, for tests: frames go in one by one, and what it sends is looked at. */
#ifndef STACK_HOST_TEST_H
#define STACK_HOST_TEST_H

#include "dev/clock.h"
#include "dev/console.h"
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/flow_table.h"
#include "test/test.h"

/* ---- the machine: what is sent is counted, and forgotten but for the last frame ---- */

static u8 room[2048], last[2048]; /* what is sent is written here; the last frame */
static usize last_bytes;
static u32 sent;

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	(void)port;
	(void)frames;
	(void)max;
	return 0;
}

void net_rx_done(u32 port, usize n)
{
	(void)port;
	(void)n;
}

struct span net_tx(u32 port)
{
	(void)port;
	return span_of(room);
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct writer w = writer_of(span_of(last));

	(void)port;
	write_view(&w, view_first(view_of(room), head));
	for (u32 i = 0; i < NET_PIECES; i += 1)
		write_view(&w, send->piece[i]);
	last_bytes = write_len(&w);
	sent += 1;
}

struct net_facts net_facts(u32 port)
{
	(void)port;
	return (struct net_facts){ .mac = { { 2, 0, 0, 0, 0, 2 } }, .mtu = 1500, .up = true };
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)port;
	(void)group;
	(void)want;
}

u64 clock_monotonic(void)
{
	return NS_PER_S;
}

u64 clock_wall(void)
{
	return NS_PER_S;
}

void console_write(struct view v)
{
	(void)v;
}

/* ---- the host, and who sends errors ---- */

#define FLOWS 4u
HOST_TABLES(service, FLOWS, 2u, 2048u, 2u, 2048u);

static struct host host;
static struct random generator;

static inline struct ip us(u32 family)
{
	return family == 4 ? ip_from4(0x0a000002) : (struct ip){ 0xfd00000000000000ull, 2 };
}

static inline struct ip them(u32 family)
{
	return family == 4 ? ip_from4(0x0a000009) : (struct ip){ 0xfd00000000000000ull, 9 };
}

static inline void start(void)
{
	struct random_seed seed = { { 1 } };

	/* A host begins with empty tables. */
	memset(service_slots, 0, sizeof service_slots);
	memset(service_timers, 0, sizeof service_timers);
	memset(service_buckets, 0, sizeof service_buckets);
	random_init(&generator);
	random_seed(&generator, &seed, 0, NS_PER_S);
	host_start(&host, 0, &service_tables,
		&(struct host_config){ .ip4 = { us(4), 24 }, .ip6 = { { us(6), 64 } }, .no_dad = true },
		&generator, NS_PER_S);
	(void)host_step(&host, NS_PER_S);
}

/* The first bytes of a packet of ours of that size: ports, and a sequence number. */
static inline struct view quote(struct span s, u32 family, u8 protocol, u16 size, u16 from_port, u32 seq)
{
	struct writer w = writer_of(s);

	if (family == 4) {
		struct ip4 ip = ip4_packet(us(4), them(4), protocol, (u16)(size - IP4_HEADER_BYTES));

		ip4_write(&w, &ip);
	} else {
		struct ip6 ip = ip6_packet(us(6), them(6), protocol, (u16)(size - IP6_HEADER_BYTES));

		ip6_write(&w, &ip);
	}
	write_be16(&w, from_port);
	write_be16(&w, 7);
	write_be32(&w, seq);
	return write_done(&w);
}

/* An error from a router (4: type and code of IPv4; else of IPv6), about this packet. */
static inline void error(u32 family, u8 type, u8 code, u16 mtu, struct view about)
{
	static u8 frame[1600], message[1500];
	struct writer m = writer_of(span_of(message)), w = writer_of(span_of(frame));
	struct ip router = family == 4 ? ip_from4(0x0a000001) : (struct ip){ 0xfd00000000000000ull, 1 };

	eth_write(&w,
		&(struct eth){ host.net.mac, { { 2, 0, 0, 0, 0, 1 } }, family == 4 ? ETH_IP4 : ETH_IP6, 0 });
	if (family == 4) {
		icmp4_write(&m, &(struct icmp4){ .type = type, .code = code, .mtu = mtu }, about);
		struct ip4 ip = ip4_packet(router, us(4), IP_ICMP4, (u16)write_len(&m));

		ip4_write(&w, &ip);
	} else {
		icmp6_write(
			&m, router, us(6), &(struct icmp6){ .type = type, .code = code, .mtu = mtu }, about);
		struct ip6 ip = ip6_packet(router, us(6), IP_ICMP6, (u16)write_len(&m));

		ip6_write(&w, &ip);
	}
	write_view(&w, write_done(&m));
	host_frame(&host, &(struct net_frame){ .data = write_done(&w) });
}

static inline void too_big(u32 family, u16 mtu, struct view about)
{
	error(family, family == 4 ? ICMP4_UNREACHABLE : ICMP6_TOO_BIG, family == 4 ? ICMP4_TOO_BIG : 0, mtu,
		about);
}

/* ---- segments ---- */

static const struct mac their_mac = { { 2, 0, 0, 0, 0, 9 } };

static inline struct ip from_address(u32 family, u32 i)
{
	return family == 4 ? ip_from4(0x0a000010 + i) : (struct ip){ 0xfd00000000000000ull, 0x1000ull + i };
}

static inline void know(struct ip who)
{
	(void)neigh_learn(&host.neigh, who, their_mac, NEIGH_CREATE | NEIGH_OVERRIDE, host.now);
}

/* A segment from there; its checksum is known to be good. */
static inline void segment_comes(struct ip from, const struct tcp_segment *s, struct view payload)
{
	static u8 frame[1600];
	struct writer w = writer_of(span_of(frame));
	bool four = ip_is4(from);
	u8 head[TCP_HEADER_MAX];
	struct writer t = writer_of(span_of(head));
	struct tcp_segment mine = *s;

	mine.len = (u32)payload.n;
	tcp_write(&t, &mine, 0);
	u16 bytes = (u16)(write_len(&t) + payload.n);
	struct ip4 ip4 = ip4_packet(from, us(4), IP_TCP, bytes);
	struct ip6 ip6 = ip6_packet(from, us(6), IP_TCP, bytes);

	eth_write(&w, &(struct eth){ host.net.mac, their_mac, four ? ETH_IP4 : ETH_IP6, 0 });
	if (four)
		ip4_write(&w, &ip4);
	else
		ip6_write(&w, &ip6);
	write_view(&w, write_done(&t));
	write_view(&w, payload);
	host_frame(&host, &(struct net_frame){ .data = write_done(&w), .csum = NET_CSUM_GOOD });
}

/* They open a connection to a port of ours. Null: no flow came of their SYN. */
static inline struct flow *handshake(u32 family, u16 from_port, u16 to_port, u16 window)
{
	struct tcp_segment s = {
		.from_port = from_port, .to_port = to_port, .seq = 1000, .window = window, .flags = TCP_SYN
	};

	know(them(family));
	segment_comes(them(family), &s, view_none());
	struct flow *f = flow_lookup(&host, them(family), from_port, us(family), to_port);
	if (!f)
		return NULL;
	s.flags = TCP_ACK;
	s.seq = 1001;
	s.ack = f->tcp.snd_max;
	segment_comes(them(family), &s, view_none());
	return f;
}

/* The last frame, if it is a segment. */
static inline bool segment_went(struct ip to, struct tcp_segment *out)
{
	usize ip = ETH_HEADER_BYTES + (ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);
	struct view v = view_first(view_of(last), last_bytes);
	struct reader r = reader_of(view_from(v, ip));

	return view_at(v, ETH_HEADER_BYTES + (ip_is4(to) ? 9 : 6)) == IP_TCP && tcp_read(&r, out);
}

static inline enum next idle(void *session, struct flow *f)
{
	(void)session;
	(void)f;
	return NEXT_WAIT;
}

#endif
