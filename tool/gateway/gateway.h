/* gateway.h - a network for one image, made of fata's own stack and the host's ordinary sockets.
 *
 * On one side a stream socket with Ethernet frames (plat/net_stream.h: QEMU's
 * framing), on which this process is the router, the DHCP server and the
 * resolver; on the other the host's TCP and UDP sockets. No privilege is
 * needed. What the image sees:
 *
 *     10.0.2.0/24        fd00::/64      by DHCP, and by router advertisement
 *     10.0.2.2           fd00::2        the router; connections to it reach the host's loopback
 *     10.0.2.3           fd00::3        port 53: the host's resolver
 *     10.0.2.15                         the image itself
 *                        fd00::100      and on: the image, if it asks DHCPv6
 *                        fd00:0:0:20::  /64, and five more: delegated by DHCPv6, and routed to who asked
 *
 * A TCP connection of the image is held until the host's connect() has
 * succeeded, so "refused" stays refused. From there two streams are joined
 * (gateway_tcp.c): each direction has its own end and its own backpressure. UDP
 * goes through a table of mappings (gateway_udp.c). The files:
 *
 *     gateway.c        options, the loop
 *     gateway_net.c    dev/net.h on the stream socket; clock, entropy, console
 *     gateway_where.c  addresses: which host socket an image's address means
 *     gateway_tcp.c    gateway_udp.c
 *     gateway_port.c   -p: host ports that lead to the image
 *
 * Everything is in fixed tables, with the limits named here.
 */
#ifndef TOOL_GATEWAY_GATEWAY_H
#define TOOL_GATEWAY_GATEWAY_H

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include "base/view.h"
#include "lib/ip/ip.h"
#include "stack/host.h"

#define GATEWAY_FLOWS        16384u /* TCP connections, both ways; the next is refused */
#define GATEWAY_BUFFERS      1024u  /* of each kind: connections that can hold bytes on their way at once */
#define GATEWAY_BUFFER_BYTES (128u << 10)
#define GATEWAY_MAPPINGS     1024u /* UDP conversations; the one silent longest makes room */
#define GATEWAY_PORTS        64u   /* -p, times the addresses each listens on */
#define UDP_IDLE_NS          (60 * NS_PER_S)
#define DNS_IDLE_NS          (15 * NS_PER_S)

/* What a file descriptor in the epoll set is: the first member of its owner. */
enum watch_kind {
	WATCH_LINK,
	WATCH_LISTEN_LINK,
	WATCH_SIGNAL,
	WATCH_BRIDGE,
	WATCH_PORT_TCP,
	WATCH_PORT_UDP,
	WATCH_MAPPING
};

struct watch {
	enum watch_kind kind;
	int fd;
};

struct gateway_port { /* one host socket of one -p */
	struct watch watch;
	u16 image_port;
	bool paused; /* not accepting: no room for more connections */
};

struct gateway_options {
	struct ip image; /* where -p leads */
	u16 mtu;
	bool verbose;
};

extern struct gateway_options options;
extern struct host gateway_host;

/* ---- gateway.c ---- */
u64 gateway_now(void);
void gateway_say(const char *format, ...) __attribute__((format(printf, 1, 2))); /* with --verbose */
_Noreturn void gateway_die(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool gateway_watch(struct watch *w, u32 events);
void gateway_unwatch(struct watch *w); /* and closes */

/* ---- gateway_net.c ---- */
extern struct watch link_watch;
void link_attach(int fd);
void link_event(u32 events);
void link_flush(void);
bool link_up(void);
bool link_more(void); /* frames may wait that no event will announce */

/* ---- gateway_where.c ---- */
struct ip router4(void), resolver4(void), router6(void), resolver6(void);
struct ip leases6(void), delegated6(void); /* the first address, and the first network, that DHCPv6 gives */

/* The host's socket address for what the image calls to:port. False: nothing
 * that the image may reach (its own network, groups, the host by another name). */
bool where_out(struct ip to, u16 port, struct sockaddr_storage *out, socklen_t *bytes);
void where_of(const struct sockaddr_storage *a, struct ip *ip, u16 *port);
void where_make(struct ip ip, u16 port, struct sockaddr_storage *out, socklen_t *bytes);

/* ---- gateway_tcp.c ---- */
void tcp_relay_start(void);
void tcp_relay_event(struct watch *w, u32 events);
void tcp_relay_accept(struct gateway_port *p);
u32 tcp_relay_count(void);

/* ---- gateway_udp.c ---- */
void udp_relay_start(u64 now);
void udp_relay_event(struct watch *w, u64 now);       /* an answer to a conversation of the image's */
void udp_relay_port(struct gateway_port *p, u64 now); /* a datagram to a host port that leads to the image */
u64 udp_relay_expire(u64 now);                        /* when to call again */

/* ---- gateway_port.c ---- */
/* "[HOST:]8080:80[/udp]"; without HOST it listens on `bind`, or on the loopback
 * of both families when that is null. Does not return when it cannot. */
void ports_open(const char *text, const char *bind);
void ports_have_room(void); /* a connection has ended */
void ports_resume(void);    /* before a step: those that were paused, if there is room again */
void ports_close(void);

#endif
