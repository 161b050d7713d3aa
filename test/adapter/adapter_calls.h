/* adapter_calls.h - the socket calls in few words. For tests. */
#ifndef TEST_ADAPTER_ADAPTER_CALLS_H
#define TEST_ADAPTER_ADAPTER_CALLS_H

#include "test/adapter/adapter_world.h"
#include "test/test.h"
#include <netinet/tcp.h>

#define EACH_FAMILY(f) for (int at_ = 0, f = AF_INET; at_ < 2; at_ += 1, f = AF_INET6)

#define EXPECT_ERRNO(call, error)                                                                            \
	do {                                                                                                 \
		errno = 0;                                                                                   \
		EXPECT_EQ(call, -1);                                                                         \
		EXPECT_EQ(errno, error);                                                                     \
	} while (0)

static inline int socket_of(struct world *w, int which, int family, int type)
{
	int fd = fata_socket(w->s[which], family, type, 0);

	EXPECT(fd >= 3);
	return fd;
}

static inline int bound(struct world *w, int which, int family, int type, unsigned short port)
{
	int fd = socket_of(w, which, family, type);
	struct world_address a = world_at(family, -1, port);

	EXPECT_EQ(fata_bind(w->s[which], fd, &a.any, a.n), 0);
	return fd;
}

static inline int listening(struct world *w, int family, int backlog)
{
	int fd = bound(w, 1, family, SOCK_STREAM, 80);

	EXPECT_EQ(fata_listen(w->s[1], fd, backlog), 0);
	return fd;
}

static inline int connect_to(struct world *w, int fd, int family, int which, unsigned short port)
{
	struct world_address a = world_at(family, which, port);

	return fata_connect(w->s[0], fd, &a.any, a.n);
}

/* A world with one connection: fd[0] in stack 0, fd[1] in stack 1. */
static inline struct world *pair(int family, struct fata_config c, int fd[2])
{
	struct world *w = world_new(c);
	int l = listening(w, family, 5);

	fd[0] = socket_of(w, 0, family, SOCK_STREAM);
	EXPECT_EQ(connect_to(w, fd[0], family, 1, 80), 0);
	fd[1] = fata_accept(w->s[1], l, NULL, NULL);
	EXPECT(fd[1] >= 3);
	EXPECT_EQ(fata_close(w->s[1], l), 0);
	return w;
}

static inline short events(struct world *w, int which, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

	EXPECT(fata_poll(w->s[which], &p, 1, 0) >= 0);
	return p.revents;
}

static inline int option(struct world *w, int which, int fd, int level, int name)
{
	int v = -1;
	socklen_t n = sizeof v;

	EXPECT_EQ(fata_getsockopt(w->s[which], fd, level, name, &v, &n), 0);
	return v;
}

static inline void set_option(struct world *w, int which, int fd, int level, int name, int v)
{
	EXPECT_EQ(fata_setsockopt(w->s[which], fd, level, name, &v, sizeof v), 0);
}

static inline void nonblocking(struct world *w, int which, int fd)
{
	EXPECT_EQ(fata_fcntl(w->s[which], fd, F_SETFL, O_NONBLOCK), 0);
}

#endif
