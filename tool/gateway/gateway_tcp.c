/* gateway_tcp.c - a flow of the image's and a socket of the host's, joined.
 *
 * The socket is watched edge-triggered: `readable` and `writable` hold until a
 * call has said otherwise. Whatever changes, the flow's program (relay) runs
 * and moves what can be moved, straight from the frame to the socket and from
 * the socket to the flow's buffer. What cannot be moved stays where it is, and
 * the sender behind it feels it: the flow's window closes, or the host's socket
 * buffer fills. No byte is kept here.
 */
#include <errno.h>
#include <netinet/in.h>
#include <linux/tcp.h> /* netinet/tcp.h has names of lib/tcp */
#include <string.h>
#include <unistd.h>
#include "base/pool.h"
#include "tool/gateway/gateway.h"

enum bridge_state {
	BRIDGE_CONNECTING, /* outward: the host's connect() is on its way, the flow is held */
	BRIDGE_OPENING,    /* inward: the host has accepted, the image has not yet */
	BRIDGE_OPEN
};

/* The session of a flow: which bridge it belongs to. */
struct end {
	u64 bridge;
};

struct bridge {
	struct watch watch;
	enum bridge_state state;
	u64 self, flow; /* handles */
	struct end end; /* the session, when the flow is ours */
	bool readable, writable;
	bool hung_up;    /* the host's peer ended, or it broke: read until the end is seen */
	bool host_ended; /* everything from the host has been read */
	bool host_shut;  /* the image's end has been handed on */
};

static struct bridge bridges[GATEWAY_FLOWS];
static struct slot bridge_slots[GATEWAY_FLOWS];
static struct pool pool;
static struct end ends[GATEWAY_FLOWS]; /* sessions of flows that the image opened */

u32 tcp_relay_count(void)
{
	return pool.used;
}

static struct bridge *bridge_find(u64 handle)
{
	u32 i = pool_index(&pool, handle);

	return i == POOL_NONE ? NULL : &bridges[i];
}

static struct bridge *bridge_new(int fd, enum bridge_state state)
{
	u64 handle = pool_take(&pool);
	struct bridge *b = bridge_find(handle);
	int on = 1;

	if (!b)
		return NULL;
	*b = (struct bridge){
		.watch = { WATCH_BRIDGE, fd }, .state = state, .self = handle, .end = { handle }
	};
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (gateway_watch(&b->watch, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET))
		return b;
	pool_drop(&pool, handle);
	return NULL;
}

/* reset: the host's peer shall know that it did not end in good order. */
static void bridge_free(struct bridge *b, bool reset)
{
	struct linger now = { 1, 0 };

	if (reset)
		setsockopt(b->watch.fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	gateway_unwatch(&b->watch);
	pool_drop(&pool, b->self);
	ports_have_room();
}

static enum next give_up(struct bridge *b)
{
	bridge_free(b, true);
	return NEXT_ABORT;
}

/* ---- moving bytes ---- */

/* False: the socket is broken. */
static bool to_host(struct bridge *b, struct flow *f)
{
	while (b->writable) {
		struct view v = flow_rx(f);

		if (v.n == 0)
			break;

		ssize_t n = send(b->watch.fd, v.p, v.n, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return false;
		if (n < 0)
			b->writable = false;
		else
			flow_rx_done(f, (usize)n);
	}
	if (flow_ended(f) && !b->host_shut) {
		shutdown(b->watch.fd, SHUT_WR);
		b->host_shut = true;
	}
	return true;
}

static bool from_host(struct bridge *b, struct flow *f)
{
	while (b->readable && !b->host_ended) {
		struct span room = flow_tx(f);

		if (room.n == 0)
			break;

		ssize_t n = recv(b->watch.fd, room.p, room.n, MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN)
			return false;
		if (n < 0) {
			b->readable = false;
		} else if (n == 0) {
			b->host_ended = true;
			flow_end(f);
		} else {
			flow_tx_send(f, (usize)n);
			/* less than asked for: the socket is empty, unless its end is behind it */
			b->readable = (usize)n == room.n || b->hung_up;
		}
	}
	return true;
}

/* Nothing for connect() to say yet, it has succeeded, or it has failed. */
static int connect_result(const struct bridge *b)
{
	int error = 0;
	socklen_t bytes = sizeof error;

	if (!b->writable && !b->hung_up)
		return EINPROGRESS;
	getsockopt(b->watch.fd, SOL_SOCKET, SO_ERROR, &error, &bytes);
	return error;
}

/* ---- the flow's program ---- */

static struct bridge *bridge_out(struct flow *f)
{
	struct sockaddr_storage to;
	socklen_t bytes;
	struct bridge *b;

	if (!where_out(flow_local(f), flow_local_port(f), &to, &bytes))
		return NULL;

	int fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return NULL;
	if ((connect(fd, (struct sockaddr *)&to, bytes) < 0 && errno != EINPROGRESS) ||
		!(b = bridge_new(fd, BRIDGE_CONNECTING))) {
		close(fd);
		return NULL;
	}
	b->flow = flow_handle(f);
	return b;
}

static enum next relay(void *session, struct flow *f)
{
	struct end *e = session;
	struct bridge *b = bridge_find(e->bridge);
	int result;

	if (!b && e->bridge == 0 && flow_held(f)) { /* a new one from the image */
		b = bridge_out(f);
		e->bridge = b ? b->self : 0;
	}
	if (!b)
		return NEXT_ABORT;
	if (flow_failed(f))
		return give_up(b);
	switch (b->state) {
	case BRIDGE_CONNECTING:
		result = connect_result(b);
		if (result == EINPROGRESS)
			return NEXT_WAIT;
		if (result != 0)
			return give_up(b);
		flow_accept(f);
		b->state = BRIDGE_OPEN;
		break;
	case BRIDGE_OPENING:
		if (!flow_established(f))
			return NEXT_WAIT;
		b->state = BRIDGE_OPEN;
		break;
	case BRIDGE_OPEN: break;
	}
	if (!to_host(b, f) || !from_host(b, f))
		return give_up(b);
	if (!b->host_shut || !b->host_ended)
		return NEXT_WAIT;
	bridge_free(b, false);
	return NEXT_CLOSE;
}

/* ---- events ---- */

void tcp_relay_event(struct watch *w, u32 events)
{
	struct bridge *b = (struct bridge *)w;
	struct flow *f = flow_find(&gateway_host, b->flow);

	b->readable = b->readable || (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
	b->writable = b->writable || (events & (EPOLLOUT | EPOLLERR)) != 0;
	b->hung_up = b->hung_up || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
	if (f)
		flow_wake_at(f, 0); /* in the step that follows, not a tick later */
	else
		bridge_free(b, true); /* the stack has thrown it out: its table was full */
}

/* One connection to a host port. When there is no room the port is left alone
 * until a connection ends: the host's own queue holds the callers. */
void tcp_relay_accept(struct gateway_port *p)
{
	while (!p->paused) {
		int fd = accept4(p->watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0) {
			p->paused = errno != EAGAIN;
			return;
		}

		struct bridge *b = bridge_new(fd, BRIDGE_OPENING);
		struct flow *f =
			b ? flow_connect(&gateway_host, options.image, p->image_port, relay, &b->end) : NULL;

		if (f) {
			b->flow = flow_handle(f);
		} else if (b) {
			bridge_free(b, true);
		} else {
			close(fd);
			p->paused = true;
		}
	}
}

void tcp_relay_start(void)
{
	pool_init(&pool, bridge_slots, GATEWAY_FLOWS);
	serve_any(&gateway_host, relay, ends, sizeof *ends);
}
