/* fata_socket_io.c - reading, writing, and whether that would wait. */
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <limits.h>
#include <string.h>

#define IOV_MOST 1024

/* The error that waits to be told, once. */
static int take_error(struct sock *k)
{
	int error = k->error;

	k->error = 0;
	return error;
}

/* ---- reading ---- */

/* What can be had now, into what is left of the pieces; `at` bytes are there already. */
static usize gather(struct sock *k, const struct iovec *to, int count, usize at, bool peek)
{
	struct view v = stream_rx(k);
	usize done = 0;

	for (int i = 0; i < count && v.n > 0; i += 1) {
		struct span s = span_make(to[i].iov_base, to[i].iov_len);
		usize skip = at < s.n ? at : s.n, n;

		at -= skip;
		n = copy(span_from(s, skip), v);
		v = view_from(v, n);
		done += n;
	}
	if (!peek)
		stream_rx_done(k, done);
	return done;
}

static usize total_of(const struct iovec *v, int count)
{
	usize n = 0;

	for (int i = 0; i < count; i += 1)
		n += v[i].iov_len;
	return n;
}

static ssize_t stream_receive(struct call *c, const struct iovec *to, int count, int flags)
{
	usize wanted = total_of(to, count), done = 0, enough = c->k->o.low_water;
	bool peek = (flags & MSG_PEEK) != 0, all = (flags & MSG_WAITALL) != 0 && !peek;
	int error;

	if (c->k->state == SOCK_LISTENS || (c->k->state == SOCK_IDLE && !c->k->error))
		return call_fail(c, ENOTCONN);
	call_limit(c, c->k->o.receive_ns);
	while (done < wanted) {
		usize n = gather(c->k, to, count, done, peek);

		done += n;
		if (n > 0 && !peek)
			stream_call(c->k); /* the window opens */
		if (done == wanted || (peek ? done > 0 : !all && done >= enough))
			break;
		if (n > 0)
			continue;
		if (c->k->ended) /* before whatever broke later */
			break;
		error = done > 0 && c->k->error ? 0 : take_error(c->k);
		if (error)
			return call_fail(c, error);
		if (stream_ended(c->k) || c->k->state == SOCK_IDLE || c->k->error)
			break;
		if (!call_wait(c, (flags & MSG_DONTWAIT) != 0))
			return call_end(c, done > 0 ? (ssize_t)done : -1);
	}
	return call_end(c, (ssize_t)done);
}

/* Pieces that are nowhere. */
static bool nowhere(const struct iovec *v, int count)
{
	for (int i = 0; i < count; i += 1)
		if (!v[i].iov_base && v[i].iov_len > 0)
			return true;
	return false;
}

static ssize_t receive(struct fata_stack *s, int fd, const struct iovec *to, int count, int flags,
	struct sockaddr *from, socklen_t *from_n)
{
	struct call c;

	if (!call_begin(&c, s, fd))
		return -1;
	if ((flags & MSG_OOB) != 0)
		return call_fail(&c, EINVAL); /* there is none: it is in the line */
	if (nowhere(to, count))
		return call_fail(&c, EFAULT);
	if (c.k->type == SOCK_DGRAM)
		return letter_receive(&c, to, count, flags, from, from_n);
	if (from_n)
		*from_n = 0;
	return stream_receive(&c, to, count, flags);
}

ssize_t fata_recvfrom(
	struct fata_stack *s, int fd, void *to, size_t n, int flags, struct sockaddr *from, socklen_t *from_n)
{
	struct iovec v = { to, n < BYTES_MAX ? n : BYTES_MAX };

	return receive(s, fd, &v, 1, flags, from, from_n);
}

ssize_t fata_recv(struct fata_stack *s, int fd, void *to, size_t n, int flags)
{
	return fata_recvfrom(s, fd, to, n, flags, NULL, NULL);
}

ssize_t fata_read(struct fata_stack *s, int fd, void *to, size_t n)
{
	return fata_recvfrom(s, fd, to, n, 0, NULL, NULL);
}

/* For datagrams: what was cut off is told by the count. */
static ssize_t receive_message(struct fata_stack *s, int fd, struct msghdr *m, int flags)
{
	ssize_t n = receive(s, fd, m->msg_iov, (int)m->msg_iovlen, flags | MSG_TRUNC, m->msg_name,
		m->msg_name ? &m->msg_namelen : NULL);
	ssize_t room = (ssize_t)total_of(m->msg_iov, (int)m->msg_iovlen);
	struct sock *k = fd >= FIRST_FD && (u32)fd - FIRST_FD < s->fd_count ? s->fds[fd - FIRST_FD] : NULL;

	if (n < 0)
		return n;
	m->msg_flags = n > room ? MSG_TRUNC : 0;
	if (k)
		control_write(k, m);
	else
		m->msg_controllen = 0;
	return n > room && (flags & MSG_TRUNC) == 0 ? room : n;
}

static bool pieces_ok(const struct iovec *v, int count)
{
	usize n = 0;

	if (count < 0 || count > IOV_MOST)
		return false;
	for (int i = 0; i < count; i += 1) {
		if (v[i].iov_len > BYTES_MAX - n)
			return false;
		n += v[i].iov_len;
	}
	return true;
}

ssize_t fata_readv(struct fata_stack *s, int fd, const struct iovec *to, int count)
{
	return pieces_ok(to, count) ? receive(s, fd, to, count, 0, NULL, NULL) : fail(EINVAL);
}

ssize_t fata_recvmsg(struct fata_stack *s, int fd, struct msghdr *m, int flags)
{
	if (m->msg_iovlen > IOV_MOST)
		return fail(EMSGSIZE);
	return pieces_ok(m->msg_iov, (int)m->msg_iovlen) ? receive_message(s, fd, m, flags) : fail(EINVAL);
}

/* ---- writing ---- */

static usize scatter(struct sock *k, const struct iovec *from, int count, usize at, bool more)
{
	usize done = 0;

	for (int i = 0; i < count; i += 1) {
		struct view v = view_make(from[i].iov_base, from[i].iov_len);
		usize skip = at < v.n ? at : v.n, n;

		at -= skip;
		v = view_from(v, skip);
		n = stream_write(k, v, more);
		done += n;
		if (n < v.n)
			break;
	}
	return done;
}

static int cannot_write(struct sock *k)
{
	int error = take_error(k);

	if (error)
		return error;
	switch (k->state) {
	case SOCK_IDLE:
	case SOCK_LISTENS: return ENOTCONN;
	case SOCK_OVER: return EPIPE;
	case SOCK_CONNECTING:
	case SOCK_CONNECTED: break;
	}
	return k->shut_write ? EPIPE : 0;
}

/* From `done` bytes on. */
static ssize_t stream_send(struct call *c, const struct iovec *from, int count, int flags, usize done)
{
	usize wanted = total_of(from, count);
	int error;

	call_limit(c, c->k->o.send_ns);
	do {
		usize n;

		error = cannot_write(c->k);
		if (error) {
			if (done == 0)
				return call_fail(c, error);
			c->k->error = error == EPIPE ? 0 : error; /* the next call says it */
			break;
		}
		n = scatter(c->k, from, count, done, (flags & MSG_MORE) != 0);
		done += n;
		if (n > 0)
			stream_call(c->k);
		if (done == wanted)
			break;
		if (n > 0 && stream_room(c->k) > 0)
			continue;
		if (!call_wait(c, (flags & MSG_DONTWAIT) != 0))
			return call_end(c, done > 0 ? (ssize_t)done : -1);
	} while (done < wanted);
	return call_end(c, (ssize_t)done);
}

#define FIRST_MOST 9000u /* as much as is offered to a SYN */

static usize first_bytes(const struct iovec *from, int count, struct span to)
{
	usize done = 0;

	for (int i = 0; i < count; i += 1)
		done += copy(span_from(to, done), view_make(from[i].iov_base, from[i].iov_len));
	return done;
}

/* MSG_FASTOPEN: the state in which it may be, and whereto. */
static int fast_peer(struct sock *k, const struct sockaddr *to, socklen_t to_n, struct ip *peer, u16 *port)
{
	if (to && to_n >= sizeof to->sa_family && to->sa_family == AF_UNSPEC)
		return EOPNOTSUPP;
	*peer = k->peer;
	*port = k->peer_port;
	if (k->deferred) {
		k->deferred = false;
		k->state = SOCK_IDLE;
		return 0;
	}
	if (k->state != SOCK_IDLE)
		return k->state == SOCK_CONNECTING ? EALREADY : EISCONN;
	return address_read(k, to, to_n, peer, port);
}

/* Opens it with the first bytes, and writes the others once it is open. */
static ssize_t fast_send(struct call *c, const struct iovec *from, int count, int flags,
	const struct sockaddr *to, socklen_t to_n)
{
	u8 first[FIRST_MOST];
	usize taken = 0, n = first_bytes(from, count, span_of(first));
	struct ip peer;
	u16 port;
	int error = fast_peer(c->k, to, to_n, &peer, &port);

	if (!error)
		error = sock_connect(c->k, peer, port, view_make(first, n), &taken);
	if (error)
		return call_fail(c, error);
	call_limit(c, c->k->o.send_ns);
	while (c->k->state == SOCK_CONNECTING) {
		if (call_wait(c, (flags & MSG_DONTWAIT) != 0))
			continue;
		if (errno == EAGAIN)
			errno = EINPROGRESS;
		return call_end(c, taken > 0 && errno == EINPROGRESS ? (ssize_t)taken : -1);
	}
	if (c->k->state == SOCK_IDLE) {
		error = take_error(c->k);
		return call_fail(c, error ? error : ECONNABORTED);
	}
	c->k->finished = false;
	return taken == total_of(from, count) ? call_end(c, (ssize_t)taken)
					      : stream_send(c, from, count, flags, taken);
}

static ssize_t transmit(struct fata_stack *s, int fd, const struct iovec *from, int count, int flags,
	const struct sockaddr *to, socklen_t to_n, const struct msghdr *control)
{
	struct ip source = ip_none();
	struct call c;
	int error;

	if (!call_begin(&c, s, fd))
		return -1;
	error = nowhere(from, count) ? EFAULT : control ? control_read(c.k, control, &source) : 0;
	if (error)
		return call_fail(&c, error);
	if ((flags & MSG_OOB) != 0)
		return call_fail(&c, EOPNOTSUPP);
	if (c.k->type == SOCK_DGRAM)
		return letter_send(&c, from, count, to, to_n, source);
	if (c.k->state == SOCK_CONNECTED && c.k->finished && (flags & MSG_FASTOPEN) != 0) {
		c.k->finished = false; /* as connect() would say once */
		flags &= ~MSG_FASTOPEN;
	}
	if ((flags & MSG_FASTOPEN) != 0 || c.k->deferred)
		return fast_send(&c, from, count, flags, to, to_n);
	if (to && c.k->state != SOCK_CONNECTED && c.k->state != SOCK_OVER)
		return call_fail(&c, EOPNOTSUPP);
	return stream_send(&c, from, count, flags, 0);
}

ssize_t fata_sendto(struct fata_stack *s, int fd, const void *from, size_t n, int flags,
	const struct sockaddr *to, socklen_t to_n)
{
	struct iovec v = { (void *)(uintptr_t)from, n < BYTES_MAX ? n : BYTES_MAX };

	return transmit(s, fd, &v, 1, flags, to, to_n, NULL);
}

ssize_t fata_send(struct fata_stack *s, int fd, const void *from, size_t n, int flags)
{
	return fata_sendto(s, fd, from, n, flags, NULL, 0);
}

ssize_t fata_write(struct fata_stack *s, int fd, const void *from, size_t n)
{
	return fata_sendto(s, fd, from, n, 0, NULL, 0);
}

ssize_t fata_writev(struct fata_stack *s, int fd, const struct iovec *from, int count)
{
	return pieces_ok(from, count) ? transmit(s, fd, from, count, 0, NULL, 0, NULL) : fail(EINVAL);
}

ssize_t fata_sendmsg(struct fata_stack *s, int fd, const struct msghdr *m, int flags)
{
	if (m->msg_iovlen > IOV_MOST)
		return fail(EMSGSIZE);
	if (!pieces_ok(m->msg_iov, (int)m->msg_iovlen))
		return fail(EINVAL);
	return transmit(s, fd, m->msg_iov, (int)m->msg_iovlen, flags, m->msg_name, m->msg_namelen,
		m->msg_controllen != 0 ? m : NULL);
}

/* ---- poll ---- */

static short letter_events(const struct sock *k)
{
	short e = POLLOUT | POLLWRNORM;

	if (k->letter || k->shut_read)
		e |= POLLIN | POLLRDNORM;
	if (k->shut_read)
		e |= POLLRDHUP;
	if (k->shut_read && k->shut_write)
		e |= POLLHUP;
	return e;
}

static short stream_events(const struct sock *k)
{
	bool over = k->state == SOCK_OVER, ended = stream_ended(k);
	short e = 0;

	switch (k->state) {
	case SOCK_LISTENS: return k->first ? POLLIN | POLLRDNORM : 0;
	case SOCK_CONNECTING: return k->deferred ? POLLOUT | POLLWRNORM : 0;
	case SOCK_IDLE: return POLLOUT | POLLWRNORM | POLLHUP | (k->error ? POLLIN | POLLRDNORM : 0);
	case SOCK_CONNECTED:
	case SOCK_OVER: break;
	}
	if (stream_rx(k).n >= k->o.low_water || ended)
		e |= POLLIN | POLLRDNORM;
	if (ended)
		e |= POLLRDHUP;
	/* A third of the buffer, so that writers are not called for crumbs. */
	if (over || k->shut_write || stream_room(k) >= k->o.tx_bytes / 3u)
		e |= POLLOUT | POLLWRNORM;
	if (over || (ended && k->shut_write))
		e |= POLLHUP;
	return e;
}

short sock_events(const struct sock *k)
{
	short e = k->type == SOCK_DGRAM ? letter_events(k) : stream_events(k);

	return k->error ? e | POLLERR : e;
}

static int look(const struct fata_stack *s, struct pollfd *fds, nfds_t count)
{
	int ready = 0;

	for (nfds_t i = 0; i < count; i += 1) {
		struct pollfd *p = &fds[i];
		short always = POLLERR | POLLHUP | POLLNVAL;
		u32 at = (u32)(p->fd - FIRST_FD);

		p->revents = 0;
		if (p->fd < 0)
			continue;
		if (p->fd < FIRST_FD || at >= s->fd_count || !s->fds[at])
			p->revents = POLLNVAL;
		else
			p->revents = (short)(sock_events(s->fds[at]) & (p->events | always));
		ready += p->revents != 0;
	}
	return ready;
}

int fata_poll(struct fata_stack *s, struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct call c;
	int ready;

	if (!call_begin_without(&c, s))
		return -1;
	if (timeout_ms >= 0)
		c.until = s->now + (u64)timeout_ms * NS_PER_MS;
	while ((ready = look(s, fds, count)) == 0 && timeout_ms != 0)
		if (!call_wait(&c, false))
			return (int)call_end(&c, errno == EAGAIN ? 0 : -1);
	return (int)call_end(&c, ready);
}
