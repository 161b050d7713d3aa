/* fata_socket.h - fata's TCP/IP as a library: BSD socket calls over a packet callback and a virtual clock.
 *
 * The model. A struct fata_stack is one host: its addresses, its connections, its
 * sockets and its time. There may be many in one process, and they know nothing of
 * each other: carry the packets of one to the other and they talk. The library has
 * no thread, no real clock and no socket of its own; it does something only while
 * it is called. One thread at a time: calls are not locked against each other.
 *
 *   packets out   the output callback, at once, from inside whatever call made them
 *   packets in    fata_input(); also from inside an output callback (of this stack or of
 *                 another): the packet is then queued and looked at when the call under way goes on
 *   time          fata_advance(): timers that are due on the way run at their own times, in order.
 *                 fata_next_deadline() says when that is necessary at the latest
 *
 * Everything that is left to chance comes from the seed: the same calls give the
 * same packets. Real programs must seed with 32 bits or more of true randomness.
 *
 * The calls are those of POSIX with the stack in front, on the host's own struct
 * sockaddr_in, sockaddr_in6 and pollfd. Descriptors are numbers of this stack,
 * from 3 on, the lowest free one first. A call that fails gives -1 and sets errno as Linux does.
 *
 * Waiting. A call that would have to wait on a socket with O_NONBLOCK, or with
 * MSG_DONTWAIT, or without a wait callback, fails with EAGAIN (connect: EINPROGRESS). Otherwise the
 * callback is called, again and again, until the call can end:
 *
 *     int wait(void *context, struct fata_stack *s, uint64_t until_ns)
 *
 * It lets something happen: gives packets to fata_input(), and time with
 * fata_advance(), to the next deadline or to until_ns (UINT64_MAX: no limit) at the latest. It gives
 *     1   look again
 *     0   nothing will ever happen: the call fails with EAGAIN (connect: EINPROGRESS)
 *    -1   give up: EINTR
 * SO_RCVTIMEO and SO_SNDTIMEO are until_ns; when that time has come the call fails as
 * on Linux (EAGAIN; connect: EINPROGRESS). The callback may make calls, close the very socket too (EBADF).
 *
 * What differs from Linux:
 *   - no signals: a write that finds nobody gives EPIPE and never SIGPIPE
 *   - a write to a stream that never was connected is ENOTCONN, as POSIX says (Linux: EPIPE)
 *   - the loopback and one's own addresses are the stack's own: connections there do not leave it, and need no callback
 *   - no MSG_OOB: urgent bytes are bytes in the line, as with SO_OOBINLINE (RFC 6093)
 *   - an ICMP error alone ends no connection (RFC 5927), and of those being opened only one that says port
 *     (ECONNREFUSED), protocol (ENOPROTOOPT) or forbidden (EHOSTUNREACH; IPv6: EACCES); after any other they time out
 *     with what was said last, EHOSTUNREACH or ENETUNREACH (RFC 1122 4.2.3.9). A host on the link that does not say
 *     where it is is EHOSTUNREACH in three seconds, as on Linux; a router that does not is no reason to give up
 *   - EHOSTDOWN, ENONET and EOPNOTSUPP, Linux's words for ICMP codes that no router sends any more, are EHOSTUNREACH; a
 *     connected datagram socket is told of every error (RFC 1122 4.1.3.3), not only of hard ones
 *   - TCP_KEEPINTVL is at most 255 s (EINVAL beyond)
 *   - TCP_USER_TIMEOUT does not end a shut window whose probes are answered (RFC 9293 3.8.6.1)
 *   - TCP_FASTOPEN counts for its port: two listeners there share it. There may be 16 such ports (ENOBUFS), and cookies
 *     are of the option 34 only (RFC 7413)
 *   - buffers are exact: SO_RCVBUF gives what was set, at most what the stack has; it counts from
 *     connect() or accept() on
 *   - a listener whose queue is full ignores SYNs; a handshake that ends when it is full is reset
 *
 * Limits, and what happens at them:
 *   sockets       EMFILE; what waits for accept() is not counted, and goes on waiting
 *   connections   those in TIME-WAIT go that no socket has any more, then half-open ones; then connect()
 *                 gives ENOBUFS and SYNs are ignored
 *   groups        16 for all sockets together, and the few that IPv6 addresses need: ENOBUFS
 *   datagrams     SO_RCVBUF bytes for each socket: the newest is dropped
 *   fragments     8 datagrams are put together at once, of any size: lib/reassembly says who gives way
 *   input queue   FATA_INPUT_MAX packets: fata_input() gives ENOBUFS
 *   memory        everything TCP needs is taken by fata_create(); sockets and datagrams by malloc(): ENOMEM
 */
#ifndef TEST_ADAPTER_FATA_SOCKET_H
#define TEST_ADAPTER_FATA_SOCKET_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FATA_API       __attribute__((visibility("default")))
#define FATA_INPUT_MAX 4096 /* packets that wait while the stack is busy */

struct fata_stack;

/* Bytes are on loan for the length of the call. */
typedef void fata_output_fn(void *context, const void *packet, size_t n);
typedef int fata_wait_fn(void *context, struct fata_stack *s, uint64_t until_ns);

enum fata_link {
	FATA_IP,      /* packets begin with the IP header, IPv4 or IPv6: a tun device, packetdrill */
	FATA_ETHERNET /* with Ethernet's: ARP and neighbour discovery are spoken */
};

/* Zero it, then set what is needed. */
struct fata_config {
	fata_output_fn *output;
	fata_wait_fn *wait; /* may be null: no call ever waits */
	void *context;      /* of both */
	uint32_t link;      /* enum fata_link */
	uint8_t mac[6];     /* zero: made from the seed. Two on one Ethernet need two */
	uint16_t mtu;       /* the largest IP packet, from 1280 (without IPv6: 576) on; 0: 1500 */
	const char *ip4;    /* "10.0.0.1/24"; null: no IPv4, or by DHCP */
	const char *ip6;    /* "fd00::1/64"; null: no IPv6, but for what `slaac` brings */
	const char *gateway4, *gateway6; /* the way out of these networks; FATA_IP needs none */
	uint8_t dhcp;                    /* Ethernet: ask for an IPv4 address */
	uint8_t slaac;                   /* Ethernet: take IPv6 addresses from routers */
	uint8_t dad;                     /* Ethernet: ask whether an IPv6 address is taken before using it */
	uint8_t ecn; /* ask for ECN in connections we open; peers that ask have it anyway */
	uint64_t seed;
	uint64_t now_ns;      /* the time it is */
	uint32_t sockets;     /* descriptors; 0: 1,024 */
	uint32_t connections; /* TCP, those in TIME-WAIT too; 0: 1,024, at most 65,535 */
	uint32_t rx_bytes;    /* the most SO_RCVBUF and SO_SNDBUF of a connection; 0: 128 KB */
	uint32_t tx_bytes;
};

/* Null: *why (if why is not null) says what is wrong, errno is EINVAL or ENOMEM. */
FATA_API struct fata_stack *fata_create(const struct fata_config *config, const char **why);

/* At once and without a word: close sockets before, where peers are to know. */
FATA_API void fata_destroy(struct fata_stack *s);

FATA_API int fata_input(struct fata_stack *s, const void *packet, size_t n);
FATA_API int fata_advance(struct fata_stack *s, uint64_t now_ns); /* a time that is past: nothing */
FATA_API uint64_t fata_now(const struct fata_stack *s);
FATA_API uint64_t fata_next_deadline(const struct fata_stack *s); /* UINT64_MAX: it waits for packets only */

/* It has an address (DHCP and DAD take time). */
FATA_API int fata_ready(const struct fata_stack *s);

/* What was dropped, and why: one line of text, cut to `n` bytes. For looking at, not for programs. */
FATA_API void fata_describe(const struct fata_stack *s, char *to, size_t n);

/* ---- POSIX ---- */

FATA_API int fata_socket(struct fata_stack *s, int domain, int type, int protocol);
FATA_API int fata_bind(struct fata_stack *s, int fd, const struct sockaddr *address, socklen_t n);
FATA_API int fata_listen(struct fata_stack *s, int fd, int backlog);
FATA_API int fata_accept(struct fata_stack *s, int fd, struct sockaddr *peer, socklen_t *n);
FATA_API int fata_accept4(struct fata_stack *s, int fd, struct sockaddr *peer, socklen_t *n, int flags);
FATA_API int fata_connect(struct fata_stack *s, int fd, const struct sockaddr *peer, socklen_t n);
FATA_API int fata_shutdown(struct fata_stack *s, int fd, int how);
FATA_API int fata_close(struct fata_stack *s, int fd);
FATA_API int fata_getsockname(struct fata_stack *s, int fd, struct sockaddr *address, socklen_t *n);
FATA_API int fata_getpeername(struct fata_stack *s, int fd, struct sockaddr *address, socklen_t *n);

/* Flags: MSG_FASTOPEN MSG_PEEK MSG_DONTWAIT MSG_WAITALL MSG_TRUNC MSG_NOSIGNAL MSG_MORE; MSG_EOR is taken and has no
 * effect. What is nowhere (null) is EFAULT. A connected stream does not look at the address. */
FATA_API ssize_t fata_read(struct fata_stack *s, int fd, void *to, size_t n);
FATA_API ssize_t fata_readv(struct fata_stack *s, int fd, const struct iovec *to, int count);
FATA_API ssize_t fata_recv(struct fata_stack *s, int fd, void *to, size_t n, int flags);
FATA_API ssize_t fata_recvfrom(struct fata_stack *s, int fd, void *to, size_t n, int flags,
	struct sockaddr *from, socklen_t *from_n);
FATA_API ssize_t fata_write(struct fata_stack *s, int fd, const void *from, size_t n);
FATA_API ssize_t fata_writev(struct fata_stack *s, int fd, const struct iovec *from, int count);
FATA_API ssize_t fata_send(struct fata_stack *s, int fd, const void *from, size_t n, int flags);
FATA_API ssize_t fata_sendto(struct fata_stack *s, int fd, const void *from, size_t n, int flags,
	const struct sockaddr *to, socklen_t to_n);

/* Ancillary data: IP_PKTINFO and IPV6_PKTINFO of datagrams both ways, TCP_CM_INQ of streams; other to send is EINVAL. */
FATA_API ssize_t fata_recvmsg(struct fata_stack *s, int fd, struct msghdr *message, int flags);
FATA_API ssize_t fata_sendmsg(struct fata_stack *s, int fd, const struct msghdr *message, int flags);

/* POLLIN POLLOUT POLLRDHUP POLLHUP POLLERR POLLNVAL. Waits with the wait callback; without
 * one it never does, whatever the timeout. */
FATA_API int fata_poll(struct fata_stack *s, struct pollfd *fds, nfds_t count, int timeout_ms);

/* F_GETFL, F_SETFL with O_NONBLOCK. */
FATA_API int fata_fcntl(struct fata_stack *s, int fd, int command, int argument);

/* FIONREAD, SIOCOUTQ (sent or not, but unacknowledged), SIOCOUTQNSD (not sent), FIONBIO. */
FATA_API int fata_ioctl(struct fata_stack *s, int fd, unsigned long request, int *value);

/* SOL_SOCKET   SO_REUSEADDR SO_REUSEPORT (peers are spread over the listeners by address and port)
 *              SO_KEEPALIVE SO_LINGER (0 s: close() resets) SO_RCVBUF SO_SNDBUF SO_RCVTIMEO SO_SNDTIMEO
 *              SO_BROADCAST SO_RCVLOWAT (streams; also for poll()) SO_OOBINLINE (always on);
 *              read only: SO_ERROR SO_TYPE SO_DOMAIN SO_PROTOCOL SO_ACCEPTCONN SO_SNDLOWAT
 * IPPROTO_TCP  TCP_NODELAY TCP_CORK (what is held back goes after an RTO, 200 ms, at the latest) TCP_MAXSEG TCP_KEEPIDLE
 *              TCP_KEEPINTVL TCP_KEEPCNT TCP_USER_TIMEOUT TCP_SYNCNT TCP_DEFER_ACCEPT (seconds; then it is accepted all the
 *              same) TCP_NOTSENT_LOWAT TCP_INQ TCP_CONGESTION ("cubic", "reno", "bbr") TCP_FASTOPEN TCP_FASTOPEN_CONNECT
 *              TCP_QUICKACK (taken: small segments are acknowledged at once anyway);
 *              read only: TCP_INFO (what is not known is 0)
 * IPPROTO_IP   IP_TTL IP_TOS (a stream's lower two bits are ECN's, and stay) IP_MTU_DISCOVER (a datagram that does not fit is
 *              EMSGSIZE from IP_PMTUDISC_DO on, else cut; streams never are) IP_PKTINFO IP_ADD_MEMBERSHIP
 *              IP_DROP_MEMBERSHIP IP_MULTICAST_TTL IP_MULTICAST_IF (datagrams; there is one interface); read only: IP_MTU
 * IPPROTO_IPV6 IPV6_UNICAST_HOPS IPV6_TCLASS IPV6_V6ONLY IPV6_MTU_DISCOVER IPV6_RECVPKTINFO IPV6_JOIN_GROUP IPV6_LEAVE_GROUP
 *              IPV6_MULTICAST_HOPS IPV6_MULTICAST_IF; read only: IPV6_MTU
 * Any other is ENOPROTOOPT. */
FATA_API int fata_setsockopt(
	struct fata_stack *s, int fd, int level, int name, const void *value, socklen_t n);
FATA_API int fata_getsockopt(struct fata_stack *s, int fd, int level, int name, void *value, socklen_t *n);

#ifdef __cplusplus
}
#endif

#endif
