/* fata_socket_calls.c - sockets, their names, and their beginning and end. */
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sockios.h>

#define PORT_FIRST 32768u /* ephemeral ones, as on Linux */
#define PORT_COUNT 28232u

/* ---- sockets ---- */

struct sock *sock_new(struct fata_stack *s, int domain, int type)
{
	struct sock *k = calloc(1, sizeof *k);

	if (!k)
		return NULL;
	k->stack = s;
	k->domain = domain;
	k->type = type;
	s->serial += 1;
	k->serial = s->serial;
	k->o = (struct sock_options){
		.rx_bytes = s->host.tables.rx_bytes,
		.tx_bytes = s->host.tables.tx_bytes,
		.idle_s = 7200,
		.interval_s = 75,
		.probes = 9,
		.low_water = 1,
		.unsent_most = UINT32_MAX,
		.discover = 1, /* IP_PMTUDISC_WANT */
	};
	k->next = s->socks;
	s->socks = k;
	return k;
}

void sock_free(struct sock *k)
{
	struct sock **link = &k->stack->socks;

	while (*link != k)
		link = &(*link)->next;
	*link = k->next;
	if (k->fd != 0)
		k->stack->fds[k->fd - FIRST_FD] = NULL;
	letters_drop(k);
	while (k->group_count > 0)
		(void)group_leave(k, k->groups[0]);
	free(k->left);
	stream_drop_held(k);
	free(k);
}

/* The lowest free descriptor, or 0. */
static int take_fd(struct fata_stack *s, struct sock *k)
{
	for (u32 i = 0; i < s->fd_count; i += 1) {
		if (s->fds[i])
			continue;
		s->fds[i] = k;
		k->fd = (int)i + FIRST_FD;
		return k->fd;
	}
	return 0;
}

int fata_socket(struct fata_stack *s, int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct call c;
	struct sock *k;

	if (!call_begin_without(&c, s))
		return -1;
	if ((domain != AF_INET && domain != AF_INET6) || (domain == AF_INET6 && !s->host.slaac_runs))
		return (int)call_fail(&c, EAFNOSUPPORT);
	if (kind != SOCK_STREAM && kind != SOCK_DGRAM)
		return (int)call_fail(&c, ESOCKTNOSUPPORT);
	if (protocol != 0 && protocol != (kind == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP))
		return (int)call_fail(&c, EPROTONOSUPPORT);
	k = sock_new(s, domain, kind);
	if (!k)
		return (int)call_fail(&c, ENOMEM);
	k->o.nonblock = (type & SOCK_NONBLOCK) != 0;
	if (take_fd(s, k) == 0) {
		sock_free(k);
		return (int)call_fail(&c, EMFILE);
	}
	return (int)call_end(&c, k->fd);
}

/* ---- addresses ---- */

int address_read(const struct sock *k, const struct sockaddr *a, socklen_t n, struct ip *ip, u16 *port)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct reader r;

	*ip = ip_none();
	*port = 0;
	if (!a || n < sizeof a->sa_family)
		return EINVAL;
	if (a->sa_family != k->domain)
		return EAFNOSUPPORT;
	if (k->domain == AF_INET) {
		if (n < sizeof four)
			return EINVAL;
		memcpy(&four, a, sizeof four);
		*port = ntohs(four.sin_port);
		if (four.sin_addr.s_addr != 0)
			*ip = ip_from4(ntohl(four.sin_addr.s_addr));
		return 0;
	}
	if (n < sizeof six)
		return EINVAL;
	memcpy(&six, a, sizeof six);
	*port = ntohs(six.sin6_port);
	r = reader_of(view_make(six.sin6_addr.s6_addr, 16));
	*ip = read_ip6(&r);
	if (ip_is4(*ip) && k->o.v6only)
		return ENETUNREACH;
	if (ip_equal(*ip, ip_from4(0)))
		*ip = ip_none();
	return 0;
}

void address_write(const struct sock *k, struct ip ip, u16 port, struct sockaddr *a, socklen_t *n)
{
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	struct writer w = writer_of(span_make(six.sin6_addr.s6_addr, 16));
	bool is4 = k->domain == AF_INET;
	socklen_t size = is4 ? sizeof four : sizeof six;

	if (!a || !n)
		return;
	four.sin_addr.s_addr = htonl(ip_is_none(ip) ? 0 : ip_to4(ip));
	write_ip6(&w, ip);
	memcpy(a, is4 ? (const void *)&four : (const void *)&six, *n < size ? *n : size);
	*n = size;
}

int fata_getsockname(struct fata_stack *s, int fd, struct sockaddr *address, socklen_t *n)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (!address || !n)
		return (int)call_fail(&c, EFAULT);
	address_write(c.k, c.k->local, c.k->local_port, address, n);
	return (int)call_end(&c, 0);
}

int fata_getpeername(struct fata_stack *s, int fd, struct sockaddr *address, socklen_t *n)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (c.k->state != SOCK_CONNECTED)
		return (int)call_fail(&c, ENOTCONN);
	if (!address || !n)
		return (int)call_fail(&c, EFAULT);
	address_write(c.k, c.k->peer, c.k->peer_port, address, n);
	return (int)call_end(&c, 0);
}

struct ip sock_reaches(const struct sock *k, struct ip peer)
{
	if (!ip_is_none(peer))
		return peer;
	return k->domain == AF_INET ? ip_from4(INADDR_LOOPBACK) : (struct ip){ 0, 1 };
}

/* ---- bind ---- */

bool sock_takes(const struct sock *k, struct ip to)
{
	if (k->domain == AF_INET ? !ip_is4(to) : ip_is4(to) && k->o.v6only)
		return false;
	return ip_is_none(k->local) || ip_equal(k->local, to);
}

/* Something that comes could be for both. */
static bool overlap(const struct sock *a, const struct sock *b)
{
	if (!ip_is_none(a->local) && !ip_is_none(b->local))
		return ip_equal(a->local, b->local);
	if (!ip_is_none(a->local))
		return sock_takes(b, a->local);
	if (!ip_is_none(b->local))
		return sock_takes(a, b->local);
	return a->domain == b->domain || !(a->domain == AF_INET6 ? a : b)->o.v6only;
}

/* A connection that nobody has any more holds its port until TIME-WAIT is over. */
static bool lingers(const struct sock *k, u16 port)
{
	struct host *h = &k->stack->host;

	for (u32 i = 0; i < h->flows.fresh; i += 1) {
		const struct flow *f = &h->tables.flows[i];

		if (pool_handle(&h->flows, i) != 0 && !f->fn && f->local_port == port &&
			sock_takes(k, f->local))
			return true;
	}
	return false;
}

static bool port_free(const struct sock *k, u16 port)
{
	for (const struct sock *o = k->stack->socks; o; o = o->next) {
		if (o == k || o->type != k->type || o->local_port != port || !overlap(k, o))
			continue;
		if (k->o.reuse_port && o->o.reuse_port)
			continue;
		if (!k->o.reuse || !o->o.reuse || o->state == SOCK_LISTENS)
			return false;
	}
	return k->type == SOCK_DGRAM || k->o.reuse || k->o.reuse_port || !lingers(k, port);
}

int sock_bind_any(struct sock *k)
{
	u32 first;

	if (k->bound)
		return 0;
	first = random_below(&k->stack->random, PORT_COUNT);
	for (u32 i = 0; i < PORT_COUNT; i += 1) {
		u16 port = (u16)(PORT_FIRST + (first + i) % PORT_COUNT);

		if (!port_free(k, port))
			continue;
		k->local_port = port;
		k->bound = true;
		return 0;
	}
	return EADDRINUSE;
}

int fata_bind(struct fata_stack *s, int fd, const struct sockaddr *address, socklen_t n)
{
	struct call c;
	struct ip ip;
	u16 port;
	int error;

	if (!call_begin(&c, s, fd))
		return -1;
	error = address_read(c.k, address, n, &ip, &port);
	if (!error && (c.k->bound || c.k->state != SOCK_IDLE))
		error = EINVAL;
	if (!error && !ip_is_none(ip) && !host_owns(&s->host, ip) &&
		(c.k->type == SOCK_STREAM || !ip_is_multicast(ip)))
		error = EADDRNOTAVAIL;
	if (error)
		return (int)call_fail(&c, error == ENETUNREACH ? EINVAL : error);
	c.k->local = ip;
	if (port == 0) {
		error = sock_bind_any(c.k);
	} else if (port_free(c.k, port)) {
		c.k->local_port = port;
		c.k->bound = true;
	} else {
		error = EADDRINUSE;
	}
	if (error) {
		c.k->local = ip_none();
		return (int)call_fail(&c, error);
	}
	return (int)call_end(&c, 0);
}

/* ---- listen, accept ---- */

static bool listens_already(const struct sock *k)
{
	for (const struct sock *o = k->stack->socks; o; o = o->next)
		if (o != k && o->state == SOCK_LISTENS && o->local_port == k->local_port && overlap(k, o) &&
			!(k->o.reuse_port && o->o.reuse_port))
			return true;
	return false;
}

bool sock_fast_open(struct sock *k, bool on)
{
	u32 places = on && k->o.fast_queue < k->stack->backlog_most ? k->o.fast_queue : 0;

	if (on && k->o.fast_queue >= k->stack->backlog_most)
		places = k->stack->backlog_most;
	return serve_fast_open(&k->stack->host, k->local_port, places) || places == 0;
}

int fata_listen(struct fata_stack *s, int fd, int backlog)
{
	struct call c;
	int error;

	if (!call_begin(&c, s, fd))
		return -1;
	if (c.k->type != SOCK_STREAM)
		return (int)call_fail(&c, EOPNOTSUPP);
	if (c.k->state != SOCK_IDLE && c.k->state != SOCK_LISTENS)
		return (int)call_fail(&c, EINVAL);
	error = sock_bind_any(c.k);
	if (!error && listens_already(c.k))
		error = EADDRINUSE;
	if (error)
		return (int)call_fail(&c, error);
	c.k->state = SOCK_LISTENS;
	(void)sock_fast_open(c.k, true);
	c.k->backlog = backlog < 0 || (u32)backlog > s->backlog_most ? s->backlog_most : (u32)backlog;
	return (int)call_end(&c, 0);
}

int fata_accept4(struct fata_stack *s, int fd, struct sockaddr *peer, socklen_t *n, int flags)
{
	struct sock *child;
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (c.k->type != SOCK_STREAM)
		return (int)call_fail(&c, EOPNOTSUPP);
	if (c.k->state != SOCK_LISTENS || (flags & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) != 0)
		return (int)call_fail(&c, EINVAL);
	call_limit(&c, c.k->o.receive_ns);
	while (!c.k->first)
		if (!call_wait(&c, false))
			return (int)call_end(&c, -1);
	child = c.k->first;
	if (take_fd(s, child) == 0)
		return (int)call_fail(&c, EMFILE); /* it goes on waiting in the queue */
	c.k->first = child->queue;
	if (!c.k->first)
		c.k->last = NULL;
	c.k->ready -= 1;
	child->listener = child->queue = NULL;
	child->o.nonblock = (flags & SOCK_NONBLOCK) != 0;
	address_write(child, child->peer, child->peer_port, peer, n);
	return (int)call_end(&c, child->fd);
}

int fata_accept(struct fata_stack *s, int fd, struct sockaddr *peer, socklen_t *n)
{
	return fata_accept4(s, fd, peer, n, 0);
}

/* ---- connect ---- */

/* Only datagrams from there, and to there. */
static int connect_letters(struct sock *k, struct ip peer, u16 port)
{
	struct ip from, hop;
	int error;

	peer = sock_reaches(k, peer);
	if (!host_route(&k->stack->host, peer, &from, &hop))
		return ENETUNREACH;
	if (ip_is_loopback(k->local) && !host_owns(&k->stack->host, peer))
		return EINVAL;
	error = sock_bind_any(k);
	if (error)
		return error;
	if (ip_is_none(k->local))
		k->local = from;
	k->peer = peer;
	k->peer_port = port;
	k->state = SOCK_CONNECTED;
	return 0;
}

/* As if it never had been connected, and did not listen. */
static void give_up(struct sock *k)
{
	if (k->type == SOCK_STREAM && (k->flow || k->state == SOCK_LISTENS)) {
		k->abort = true;
		stream_close(k);
	}
	k->deferred = k->abort = k->closing = k->shut_read = k->shut_write = k->ended = false;
	stream_drop_held(k);
	free(k->left);
	k->left = NULL;
	k->left_at = k->left_bytes = 0;
	k->state = SOCK_IDLE;
	k->peer = ip_none();
	k->peer_port = 0;
}

/* TCP_FASTOPEN_CONNECT: where a cookie is known the SYN waits for what is written first. */
static int connect_fast(struct sock *k)
{
	struct ip from, hop;
	usize taken;

	if (!host_route(&k->stack->host, k->peer, &from, &hop))
		return ENETUNREACH;
	if (!stream_has_cookie(k, from))
		return stream_open(k, view_none(), &taken);
	k->deferred = true;
	k->state = SOCK_CONNECTING;
	return 0;
}

int sock_connect(struct sock *k, struct ip peer, u16 port, struct view first, usize *taken)
{
	switch (k->state) {
	case SOCK_IDLE: break;
	case SOCK_CONNECTING: return k->deferred ? EISCONN : EALREADY;
	case SOCK_CONNECTED:
		if (!k->finished)
			return EISCONN;
		k->finished = false;
		return 0;
	case SOCK_LISTENS:
	case SOCK_OVER: return EISCONN;
	}
	if (k->error) { /* why the one before failed, if nobody asked */
		int error = k->error;

		k->error = 0;
		return error;
	}
	peer = sock_reaches(k, peer);
	if (ip_is_multicast(peer) || ip_is_broadcast4(peer))
		return ENETUNREACH;
	if (ip_is_loopback(k->local) && !host_owns(&k->stack->host, peer))
		return EINVAL;
	k->peer = peer;
	k->peer_port = port;
	return k->o.fast_connect && !taken ? connect_fast(k) : stream_open(k, first, taken);
}

static int connected(struct call *c)
{
	call_limit(c, c->k->o.send_ns);
	while (c->k->state == SOCK_CONNECTING && !c->k->deferred) {
		if (call_wait(c, false))
			continue;
		if (errno == EAGAIN)
			errno = EINPROGRESS;
		return (int)call_end(c, -1);
	}
	if (c->k->state == SOCK_IDLE) {
		int error = c->k->error ? c->k->error : ECONNABORTED;

		c->k->error = 0;
		return (int)call_fail(c, error);
	}
	c->k->finished = false;
	return (int)call_end(c, 0);
}

int fata_connect(struct fata_stack *s, int fd, const struct sockaddr *peer, socklen_t n)
{
	struct call c;
	struct ip ip;
	u16 port;
	int error;

	if (!call_begin(&c, s, fd))
		return -1;
	if (peer && n >= sizeof peer->sa_family && peer->sa_family == AF_UNSPEC) {
		give_up(c.k);
		return (int)call_end(&c, 0);
	}
	error = address_read(c.k, peer, n, &ip, &port);
	if (!error)
		error = c.k->type == SOCK_DGRAM ? connect_letters(c.k, ip, port)
						: sock_connect(c.k, ip, port, view_none(), NULL);
	if (error)
		return (int)call_fail(&c, error);
	return connected(&c);
}

/* ---- the end ---- */

int fata_shutdown(struct fata_stack *s, int fd, int how)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return (int)call_fail(&c, EINVAL);
	if (c.k->state == SOCK_CONNECTING || c.k->state == SOCK_LISTENS) {
		if (c.k->state == SOCK_CONNECTING || how != SHUT_WR)
			give_up(c.k);
		return (int)call_end(&c, 0);
	}
	if (c.k->state != SOCK_CONNECTED)
		return (int)call_fail(&c, ENOTCONN);
	c.k->shut_read = c.k->shut_read || how != SHUT_WR;
	if (how != SHUT_RD && !c.k->shut_write) {
		c.k->shut_write = true;
		if (c.k->flow) {
			stream_release(c.k);
			flow_end(c.k->flow);
		}
	}
	return (int)call_end(&c, 0);
}

/* SO_LINGER with a time: until all is acknowledged, the end too, or the time is over. */
static void linger(struct call *c)
{
	if (!c->k->flow || c->k->state != SOCK_CONNECTED)
		return;
	stream_release(c->k);
	flow_end(c->k->flow);
	call_limit(c, c->k->o.linger_s * NS_PER_S);
	while (c->k && c->k->flow &&
		(stream_unacked(c->k) > 0 || tcp_state(&c->k->flow->tcp) == TCP_FIN_WAIT_1))
		if (!call_wait(c, false))
			break;
}

int fata_close(struct fata_stack *s, int fd)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (c.k->type == SOCK_STREAM) {
		/* RFC 2525 2.17, RFC 9293 3.6.1: what came and nobody read is lost, and the peer is told. */
		c.k->abort = (c.k->o.linger && c.k->o.linger_s == 0) || stream_rx(c.k).n > 0;
		if (c.k->o.linger && !c.k->abort)
			linger(&c);
		if (s->fds[fd - FIRST_FD] != c.k || c.k->serial != c.serial) /* closed meanwhile */
			return (int)call_end(&c, 0);
		stream_close(c.k);
	}
	sock_free(c.k);
	return (int)call_end(&c, 0);
}

/* ---- fcntl, ioctl ---- */

int fata_fcntl(struct fata_stack *s, int fd, int command, int argument)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	switch (command) {
	case F_GETFL: return (int)call_end(&c, O_RDWR | (c.k->o.nonblock ? O_NONBLOCK : 0));
	case F_SETFL: c.k->o.nonblock = (argument & O_NONBLOCK) != 0; return (int)call_end(&c, 0);
	default: return (int)call_fail(&c, EINVAL);
	}
}

int fata_ioctl(struct fata_stack *s, int fd, unsigned long request, int *value)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if (!value)
		return (int)call_fail(&c, EFAULT);
	switch (request) {
	case FIONREAD: /* SIOCINQ is the same number */
		if (c.k->state == SOCK_LISTENS)
			return (int)call_fail(&c, EINVAL);
		*value = c.k->type == SOCK_STREAM ? (int)stream_rx(c.k).n
			 : c.k->letter            ? (int)c.k->letter->len
						  : 0;
		break;
	case SIOCOUTQ:
		*value = c.k->type == SOCK_STREAM ? (int)(stream_unacked(c.k) + c.k->held_bytes) : 0;
		break;
	case SIOCOUTQNSD:
		*value = c.k->type == SOCK_STREAM ? (int)(stream_unsent(c.k) + c.k->held_bytes) : 0;
		break;
	case FIONBIO: c.k->o.nonblock = *value != 0; break;
	default: return (int)call_fail(&c, ENOTTY);
	}
	return (int)call_end(&c, 0);
}
