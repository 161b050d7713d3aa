/* adapter_test.c - two stacks talk through the socket calls: streams and datagrams, good paths and bad ones. */
#include "test/adapter/adapter_world.h"
#include "test/test.h"
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#define EACH_FAMILY(f) for (int at_ = 0, f = AF_INET; at_ < 2; at_ += 1, f = AF_INET6)

#define EXPECT_ERRNO(call, error)                                                                            \
	do {                                                                                                 \
		errno = 0;                                                                                   \
		EXPECT_EQ(call, -1);                                                                         \
		EXPECT_EQ(errno, error);                                                                     \
	} while (0)

static int socket_of(struct world *w, int which, int family, int type)
{
	int fd = fata_socket(w->s[which], family, type, 0);

	EXPECT(fd >= 3);
	return fd;
}

static int bound(struct world *w, int which, int family, int type, unsigned short port)
{
	int fd = socket_of(w, which, family, type);
	struct world_address a = world_at(family, -1, port);

	EXPECT_EQ(fata_bind(w->s[which], fd, &a.any, a.n), 0);
	return fd;
}

static int listening(struct world *w, int family, int backlog)
{
	int fd = bound(w, 1, family, SOCK_STREAM, 80);

	EXPECT_EQ(fata_listen(w->s[1], fd, backlog), 0);
	return fd;
}

static int connect_to(struct world *w, int fd, int family, int which, unsigned short port)
{
	struct world_address a = world_at(family, which, port);

	return fata_connect(w->s[0], fd, &a.any, a.n);
}

/* A world with one connection: fd[0] in stack 0, fd[1] in stack 1. */
static struct world *pair(int family, struct fata_config c, int fd[2])
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

static short events(struct world *w, int which, int fd)
{
	struct pollfd p = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

	EXPECT(fata_poll(w->s[which], &p, 1, 0) >= 0);
	return p.revents;
}

static int option(struct world *w, int which, int fd, int level, int name)
{
	int v = -1;
	socklen_t n = sizeof v;

	EXPECT_EQ(fata_getsockopt(w->s[which], fd, level, name, &v, &n), 0);
	return v;
}

static void set_option(struct world *w, int which, int fd, int level, int name, int v)
{
	EXPECT_EQ(fata_setsockopt(w->s[which], fd, level, name, &v, sizeof v), 0);
}

static void nonblocking(struct world *w, int which, int fd)
{
	EXPECT_EQ(fata_fcntl(w->s[which], fd, F_SETFL, O_NONBLOCK), 0);
}

/* ---- streams ---- */

/* Byte i of a stream. */
static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 31u + i / 251u);
}

struct transfer {
	size_t sent, received, total;
	bool wrong, closed;
};

static void pump(struct world *w, int from, int to, const int fd[2], struct transfer *t)
{
	unsigned char bytes[5000];
	ssize_t n;

	while (t->sent < t->total) {
		size_t want = t->total - t->sent < sizeof bytes ? t->total - t->sent : sizeof bytes;

		for (size_t i = 0; i < want; i += 1)
			bytes[i] = pattern(t->sent + i);
		n = fata_send(w->s[from], fd[from], bytes, want, MSG_DONTWAIT);
		if (n <= 0)
			break;
		t->sent += (size_t)n;
	}
	if (t->sent == t->total && !t->closed) {
		t->closed = true;
		EXPECT_EQ(fata_shutdown(w->s[from], fd[from], SHUT_WR), 0);
	}
	while ((n = fata_recv(w->s[to], fd[to], bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
		for (ssize_t i = 0; i < n; i += 1)
			t->wrong |= bytes[i] != pattern(t->received + (size_t)i);
		t->received += (size_t)n;
	}
}

/* So many bytes both ways at once; how long it took in ns. */
static uint64_t exchange(struct world *w, const int fd[2], size_t total)
{
	struct transfer ab = { .total = total }, ba = { .total = total };
	uint64_t began = w->now;

	while (ab.received < total || ba.received < total) {
		if (w->now - began > 600 * WORLD_S) {
			test_fail(__FILE__, __LINE__, "stuck after %zu and %zu bytes", ab.received,
				ba.received);
			break;
		}
		pump(w, 0, 1, fd, &ab);
		pump(w, 1, 0, fd, &ba);
		world_step(w, w->now + WORLD_S);
	}
	EXPECT(!ab.wrong && !ba.wrong);
	EXPECT_EQ(ab.received, total);
	EXPECT_EQ(ba.received, total);
	return w->now - began;
}

TEST(two_stacks_exchange_a_megabyte_each_way)
{
	EACH_FAMILY(f)
	{
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 1 }, fd);
		struct tcp_info info;
		socklen_t n = sizeof info;

		EXPECT(exchange(w, fd, 1u << 20) < 2 * WORLD_S);
		EXPECT_EQ(fata_getsockopt(w->s[0], fd[0], IPPROTO_TCP, TCP_INFO, &info, &n), 0);
		EXPECT_EQ(info.tcpi_total_retrans, 0);
		EXPECT(info.tcpi_rtt >= 10000 && info.tcpi_rtt < 30000);
		EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
		EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
		world_free(w);
	}
}

TEST(a_path_that_loses_and_reorders_delivers_every_byte_once)
{
	for (uint64_t seed = 1; seed <= 10; seed += 1) {
		EACH_FAMILY(f)
		{
			int fd[2];
			struct world *w = pair(f, (struct fata_config){ .seed = seed }, fd);

			w->loss = 30;
			w->jitter_ns = 8 * WORLD_MS;
			exchange(w, fd, 200000);
			EXPECT(w->lost > 5);
			world_free(w);
		}
	}
}

TEST(ethernet_speaks_arp_and_neighbour_discovery)
{
	EACH_FAMILY(f)
	{
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 3, .link = FATA_ETHERNET }, fd);

		exchange(w, fd, 100000);
		world_free(w);
	}
}

TEST(a_blocking_read_waits_for_all_or_for_the_end)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 4 }, fd);
	char bytes[100];

	EXPECT_EQ(fata_write(w->s[0], fd[0], "hello", 5), 5);
	EXPECT_EQ(fata_read(w->s[1], fd[1], bytes, sizeof bytes), 5);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "one", 3), 3);
	world_run(w, 100 * WORLD_MS);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "two", 3), 3);
	EXPECT_EQ(fata_recv(w->s[1], fd[1], bytes, 6, MSG_WAITALL), 6);
	EXPECT_VIEW(view_make(bytes, 6), text("onetwo"));
	EXPECT_EQ(fata_write(w->s[0], fd[0], "end", 3), 3);
	EXPECT_EQ(fata_shutdown(w->s[0], fd[0], SHUT_WR), 0);
	EXPECT_EQ(fata_recv(w->s[1], fd[1], bytes, 6, MSG_WAITALL), 3);
	EXPECT_EQ(fata_read(w->s[1], fd[1], bytes, 6), 0);
	EXPECT_EQ(fata_read(w->s[1], fd[1], bytes, 6), 0);
	world_free(w);
}

TEST(a_look_takes_nothing_and_pieces_are_filled_in_their_order)
{
	int fd[2];
	struct world *w = pair(AF_INET6, (struct fata_config){ .seed = 5 }, fd);
	char a[3], b[8];
	struct iovec out[] = { { (void *)"ab", 2 }, { (void *)"", 0 }, { (void *)"cdefg", 5 } };
	struct iovec in[] = { { a, 3 }, { b, 8 } };
	int n = -1;

	EXPECT_EQ(fata_writev(w->s[0], fd[0], out, 3), 7);
	EXPECT_EQ(fata_ioctl(w->s[0], fd[0], SIOCOUTQ, &n), 0);
	EXPECT_EQ(n, 7);
	world_run(w, 100 * WORLD_MS);
	EXPECT_EQ(fata_ioctl(w->s[0], fd[0], SIOCOUTQ, &n), 0);
	EXPECT_EQ(n, 0);
	EXPECT_EQ(fata_ioctl(w->s[1], fd[1], FIONREAD, &n), 0);
	EXPECT_EQ(n, 7);
	EXPECT_EQ(fata_recv(w->s[1], fd[1], b, 4, MSG_PEEK), 4);
	EXPECT_VIEW(view_make(b, 4), text("abcd"));
	EXPECT_EQ(fata_readv(w->s[1], fd[1], in, 2), 7);
	EXPECT_VIEW(view_make(a, 3), text("abc"));
	EXPECT_VIEW(view_make(b, 4), text("defg"));
	world_free(w);
}

TEST(a_write_stops_when_the_buffers_are_full_and_goes_on_when_they_are_read)
{
	int fd[2];
	struct world *w =
		pair(AF_INET, (struct fata_config){ .seed = 6, .rx_bytes = 8192, .tx_bytes = 8192 }, fd);
	static char bytes[65536];
	ssize_t n;

	nonblocking(w, 0, fd[0]);
	n = fata_write(w->s[0], fd[0], bytes, sizeof bytes);
	EXPECT_EQ(n, 8192);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], bytes, 1), EAGAIN);
	EXPECT_EQ(events(w, 0, fd[0]) & POLLOUT, 0);
	world_run(w, 200 * WORLD_MS);
	EXPECT_EQ(fata_write(w->s[0], fd[0], bytes, sizeof bytes),
		8192); /* the peer's buffer holds the first */
	world_run(w, 10 * WORLD_S);
	EXPECT_EQ(events(w, 0, fd[0]) & POLLOUT, 0);
	EXPECT_EQ(fata_recv(w->s[1], fd[1], bytes, 16384, MSG_WAITALL), 16384);
	world_run(w, WORLD_S);
	EXPECT(events(w, 0, fd[0]) & POLLOUT);
	world_free(w);
}

/* ---- connecting ---- */

TEST(a_nonblocking_connect_is_in_progress_then_done)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 7 });
		struct world_address got;
		int fd, l = listening(w, f, 1);

		fd = socket_of(w, 0, f, SOCK_STREAM | SOCK_NONBLOCK);
		EXPECT_EQ(events(w, 0, fd), POLLOUT | POLLHUP);
		EXPECT_ERRNO(connect_to(w, fd, f, 1, 80), EINPROGRESS);
		EXPECT_ERRNO(connect_to(w, fd, f, 1, 80), EALREADY);
		EXPECT_ERRNO(fata_write(w->s[0], fd, "x", 1), EAGAIN);
		EXPECT_EQ(events(w, 0, fd), 0);
		world_run(w, 100 * WORLD_MS);
		EXPECT_EQ(events(w, 0, fd), POLLOUT);
		EXPECT_EQ(option(w, 0, fd, SOL_SOCKET, SO_ERROR), 0);
		EXPECT_EQ(connect_to(w, fd, f, 1, 80), 0);
		EXPECT_ERRNO(connect_to(w, fd, f, 1, 80), EISCONN);
		EXPECT_EQ(events(w, 1, l), POLLIN);
		got.n = sizeof got.six;
		EXPECT_EQ(fata_getpeername(w->s[0], fd, &got.any, &got.n), 0);
		EXPECT_EQ(ntohs(f == AF_INET ? got.four.sin_port : got.six.sin6_port), 80);
		EXPECT_ERRNO(fata_read(w->s[0], fd, &got, 1), EAGAIN);
		world_free(w);
	}
}

TEST(nobody_listens_is_connection_refused)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 8 });
		int fd = socket_of(w, 0, f, SOCK_STREAM);
		char c;

		EXPECT_ERRNO(connect_to(w, fd, f, 1, 80), ECONNREFUSED);
		EXPECT_ERRNO(fata_read(w->s[0], fd, &c, 1), ENOTCONN);
		nonblocking(w, 0, fd);
		EXPECT_ERRNO(connect_to(w, fd, f, 1, 80), EINPROGRESS);
		world_run(w, WORLD_S);
		EXPECT_EQ(events(w, 0, fd), POLLIN | POLLOUT | POLLERR | POLLHUP);
		EXPECT_EQ(option(w, 0, fd, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
		EXPECT_EQ(option(w, 0, fd, SOL_SOCKET, SO_ERROR), 0);
		world_free(w);
	}
}

TEST(silence_is_a_timeout)
{
	struct world *w = world_new((struct fata_config){ .seed = 9 });
	int fd = socket_of(w, 0, AF_INET, SOCK_STREAM);
	struct timeval t = { 2, 0 };
	uint64_t began = w->now;

	w->cut = true;
	EXPECT_ERRNO(connect_to(w, fd, AF_INET, 1, 80), ETIMEDOUT);
	EXPECT(w->now - began > 170 * WORLD_S && w->now - began < 260 * WORLD_S);
	fd = socket_of(w, 0, AF_INET, SOCK_STREAM);
	set_option(w, 0, fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
	began = w->now;
	EXPECT_ERRNO(connect_to(w, fd, AF_INET, 1, 80), ETIMEDOUT);
	EXPECT(w->now - began >= 5 * WORLD_S && w->now - began < 9 * WORLD_S);
	fd = socket_of(w, 0, AF_INET, SOCK_STREAM);
	EXPECT_EQ(fata_setsockopt(w->s[0], fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t), 0);
	began = w->now;
	EXPECT_ERRNO(connect_to(w, fd, AF_INET, 1, 80), EINPROGRESS);
	EXPECT_EQ(w->now - began, 2 * WORLD_S);
	world_free(w);
}

TEST(no_way_is_network_unreachable)
{
	struct world *w = world_new((struct fata_config){ .seed = 10, .link = FATA_ETHERNET });
	int fd = socket_of(w, 0, AF_INET, SOCK_STREAM);
	struct world_address far = world_at(AF_INET, 1, 80);

	far.four.sin_addr.s_addr = htonl(0x08080808);
	EXPECT_ERRNO(fata_connect(w->s[0], fd, &far.any, far.n), ENETUNREACH);
	EXPECT_ERRNO(connect_to(w, fd, AF_INET, 0, 80), ENETUNREACH); /* itself */
	EXPECT_ERRNO(connect_to(w, fd, AF_INET6, 1, 80), EAFNOSUPPORT);
	EXPECT_ERRNO(fata_connect(w->s[0], fd, &far.any, 4), EINVAL);
	world_free(w);
}

TEST(a_bound_port_is_used_and_the_same_four_numbers_only_once)
{
	struct world *w = world_new((struct fata_config){ .seed = 11 });
	int l = listening(w, AF_INET, 9), a, b;
	struct world_address got = { .n = sizeof got.six };

	a = socket_of(w, 0, AF_INET, SOCK_STREAM);
	b = socket_of(w, 0, AF_INET, SOCK_STREAM);
	set_option(w, 0, a, SOL_SOCKET, SO_REUSEADDR, 1);
	set_option(w, 0, b, SOL_SOCKET, SO_REUSEADDR, 1);
	struct world_address mine = world_at(AF_INET, 0, 5555);

	EXPECT_EQ(fata_bind(w->s[0], a, &mine.any, mine.n), 0);
	EXPECT_EQ(fata_bind(w->s[0], b, &mine.any, mine.n), 0);
	EXPECT_EQ(connect_to(w, a, AF_INET, 1, 80), 0);
	EXPECT_ERRNO(connect_to(w, b, AF_INET, 1, 80), EADDRNOTAVAIL);
	EXPECT(fata_accept(w->s[1], l, &got.any, &got.n) >= 0);
	EXPECT_EQ(ntohs(got.four.sin_port), 5555);
	EXPECT_EQ(got.n, sizeof got.four);
	world_free(w);
}

/* ---- binding ---- */

TEST(an_address_in_use_is_refused_until_it_may_be_shared)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 12 });
		struct world_address any = world_at(f, -1, 80), mine = world_at(f, 1, 80),
				     other = world_at(f, 0, 80);
		int a = listening(w, f, 1), b = socket_of(w, 1, f, SOCK_STREAM);

		EXPECT_ERRNO(fata_bind(w->s[1], b, &any.any, any.n), EADDRINUSE);
		EXPECT_ERRNO(fata_bind(w->s[1], b, &mine.any, mine.n), EADDRINUSE);
		set_option(w, 1, b, SOL_SOCKET, SO_REUSEADDR, 1);
		EXPECT_ERRNO(fata_bind(w->s[1], b, &any.any, any.n), EADDRINUSE); /* it listens */
		EXPECT_ERRNO(fata_bind(w->s[1], b, &other.any, other.n), EADDRNOTAVAIL);
		EXPECT_ERRNO(fata_bind(w->s[1], a, &any.any, any.n), EINVAL);
		EXPECT_ERRNO(fata_bind(w->s[1], b, &any.any, 4), EINVAL);
		EXPECT_EQ(fata_close(w->s[1], a), 0);
		EXPECT_EQ(fata_bind(w->s[1], b, &any.any, any.n), 0);
		world_free(w);
	}
}

TEST(a_port_in_time_wait_needs_reuseaddr)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 13 }, fd);
	struct world_address any = world_at(AF_INET, -1, 80);
	int b = socket_of(w, 1, AF_INET, SOCK_STREAM);

	EXPECT_EQ(fata_close(w->s[1], fd[1]), 0); /* the server first: its side waits */
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_ERRNO(fata_bind(w->s[1], b, &any.any, any.n), EADDRINUSE);
	set_option(w, 1, b, SOL_SOCKET, SO_REUSEADDR, 1);
	EXPECT_EQ(fata_bind(w->s[1], b, &any.any, any.n), 0);
	EXPECT_EQ(fata_close(w->s[1], b), 0);
	world_run(w, 11 * WORLD_S);
	b = bound(w, 1, AF_INET, SOCK_STREAM, 80); /* it is over */
	world_free(w);
}

TEST(an_ipv6_listener_takes_ipv4_unless_it_is_told_not_to)
{
	struct world *w = world_new((struct fata_config){ .seed = 14 });
	struct world_address any = world_at(AF_INET6, -1, 80), got = { .n = sizeof got.six };
	int l = listening(w, AF_INET6, 5), c = socket_of(w, 0, AF_INET, SOCK_STREAM);

	EXPECT_EQ(connect_to(w, c, AF_INET, 1, 80), 0);
	EXPECT(fata_accept(w->s[1], l, &got.any, &got.n) >= 0);
	EXPECT_EQ(got.six.sin6_family, AF_INET6);
	EXPECT(IN6_IS_ADDR_V4MAPPED(&got.six.sin6_addr));
	EXPECT_EQ(fata_close(w->s[1], l), 0);
	l = socket_of(w, 1, AF_INET6, SOCK_STREAM);
	set_option(w, 1, l, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	set_option(w, 1, l, SOL_SOCKET, SO_REUSEADDR, 1);
	any.six.sin6_port = htons(81);
	EXPECT_EQ(fata_bind(w->s[1], l, &any.any, any.n), 0);
	EXPECT_EQ(fata_listen(w->s[1], l, 5), 0);
	c = socket_of(w, 0, AF_INET, SOCK_STREAM);
	EXPECT_ERRNO(connect_to(w, c, AF_INET, 1, 81), ECONNREFUSED);
	(void)bound(w, 1, AF_INET, SOCK_STREAM, 81); /* beside it */
	world_free(w);
}

/* ---- accepting ---- */

TEST(a_full_queue_ignores_syns_until_somebody_accepts)
{
	struct world *w = world_new((struct fata_config){ .seed = 15 });
	int l = listening(w, AF_INET, 1), c[4];

	for (int i = 0; i < 4; i += 1) {
		c[i] = socket_of(w, 0, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
		EXPECT_ERRNO(connect_to(w, c[i], AF_INET, 1, 80), EINPROGRESS);
		world_run(w, 100 * WORLD_MS);
	}
	EXPECT_EQ(events(w, 0, c[1]), POLLOUT);
	EXPECT_EQ(events(w, 0, c[2]), 0);
	EXPECT_EQ(events(w, 0, c[3]), 0);
	EXPECT(fata_accept(w->s[1], l, NULL, NULL) >= 0);
	EXPECT(fata_accept(w->s[1], l, NULL, NULL) >= 0);
	world_run(w, 4 * WORLD_S); /* they try again */
	EXPECT_EQ(events(w, 0, c[2]), POLLOUT);
	EXPECT_EQ(events(w, 0, c[3]), POLLOUT);
	world_free(w);
}

TEST(what_a_closed_listener_never_accepted_is_reset)
{
	struct world *w = world_new((struct fata_config){ .seed = 16 });
	int l = listening(w, AF_INET6, 5), c = socket_of(w, 0, AF_INET6, SOCK_STREAM);
	char b;

	EXPECT_EQ(connect_to(w, c, AF_INET6, 1, 80), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[1], l), 0);
	EXPECT_ERRNO(fata_read(w->s[0], c, &b, 1), ECONNRESET);
	EXPECT_EQ(fata_read(w->s[0], c, &b, 1), 0);
	EXPECT_ERRNO(fata_write(w->s[0], c, &b, 1), EPIPE);
	world_free(w);
}

TEST(data_that_came_before_accept_is_there)
{
	struct world *w = world_new((struct fata_config){ .seed = 17 });
	int l = listening(w, AF_INET, 5), c = socket_of(w, 0, AF_INET, SOCK_STREAM), a;
	char b[8];

	EXPECT_EQ(connect_to(w, c, AF_INET, 1, 80), 0);
	EXPECT_EQ(fata_write(w->s[0], c, "early", 5), 5);
	EXPECT_EQ(fata_close(w->s[0], c), 0);
	world_run(w, 300 * WORLD_MS);
	a = fata_accept4(w->s[1], l, NULL, NULL, SOCK_NONBLOCK);
	EXPECT_EQ(fata_read(w->s[1], a, b, sizeof b), 5);
	EXPECT_EQ(fata_read(w->s[1], a, b, sizeof b), 0);
	EXPECT_ERRNO(fata_accept4(w->s[1], l, NULL, NULL, 1), EINVAL);
	nonblocking(w, 1, l);
	EXPECT_ERRNO(fata_accept(w->s[1], l, NULL, NULL), EAGAIN);
	EXPECT_ERRNO(fata_accept(w->s[1], a, NULL, NULL), EINVAL);
	world_free(w);
}

/* ---- the end ---- */

TEST(each_direction_ends_by_itself)
{
	EACH_FAMILY(f)
	{
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 18 }, fd);
		char b[4];

		EXPECT_EQ(fata_shutdown(w->s[0], fd[0], SHUT_WR), 0);
		EXPECT_ERRNO(fata_write(w->s[0], fd[0], "x", 1), EPIPE);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(events(w, 1, fd[1]), POLLIN | POLLOUT | POLLRDHUP);
		EXPECT_EQ(fata_read(w->s[1], fd[1], b, 1), 0);
		EXPECT_EQ(fata_write(w->s[1], fd[1], "late", 4), 4);
		EXPECT_EQ(fata_read(w->s[0], fd[0], b, 4), 4);
		EXPECT_EQ(fata_shutdown(w->s[1], fd[1], SHUT_WR), 0);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(fata_read(w->s[0], fd[0], b, 4), 0);
		EXPECT_EQ(events(w, 0, fd[0]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
		EXPECT_EQ(events(w, 1, fd[1]), POLLIN | POLLOUT | POLLRDHUP | POLLHUP);
		EXPECT_EQ(option(w, 1, fd[1], SOL_SOCKET, SO_ERROR), 0);
		world_run(w, 20 * WORLD_S); /* TIME-WAIT is over, nobody closed */
		EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
		EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
		world_free(w);
	}
}

TEST(both_close_at_once)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 19 }, fd);

	EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
	EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
	EXPECT_ERRNO(fata_close(w->s[1], fd[1]), EBADF);
	world_run(w, 20 * WORLD_S);
	EXPECT_EQ(fata_next_deadline(w->s[0]), UINT64_MAX); /* nothing is left of it */
	EXPECT_EQ(fata_next_deadline(w->s[1]), UINT64_MAX);
	world_free(w);
}

TEST(closing_with_bytes_unread_resets)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 20 }, fd);
	char b;

	EXPECT_EQ(fata_write(w->s[0], fd[0], "unread", 6), 6);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(events(w, 0, fd[0]), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], &b, 1), ECONNRESET);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], &b, 1), EPIPE);
	world_free(w);
}

TEST(bytes_that_come_after_close_are_answered_by_a_reset)
{
	int fd[2];
	struct world *w = pair(AF_INET6, (struct fata_config){ .seed = 21 }, fd);
	char b;

	EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_read(w->s[0], fd[0], &b, 1), 0);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "late", 4), 4);
	world_run(w, 50 * WORLD_MS);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], "x", 1), ECONNRESET);
	world_free(w);
}

TEST(linger_of_zero_resets_and_what_was_received_can_still_be_read)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 22 }, fd);
	struct linger l = { 1, 0 };
	char b[8];

	EXPECT_EQ(fata_write(w->s[1], fd[1], "last", 4), 4);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_setsockopt(w->s[1], fd[1], SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
	EXPECT_EQ(fata_close(w->s[1], fd[1]), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_read(w->s[0], fd[0], b, sizeof b), 4);
	EXPECT_ERRNO(fata_read(w->s[0], fd[0], b, sizeof b), ECONNRESET);
	EXPECT_EQ(fata_read(w->s[0], fd[0], b, sizeof b), 0);
	world_free(w);
}

TEST(linger_with_a_time_waits_for_the_peer_to_have_it)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 23 }, fd);
	struct linger l = { 1, 3 };
	uint64_t began;

	EXPECT_EQ(fata_setsockopt(w->s[0], fd[0], SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
	EXPECT_EQ(fata_setsockopt(w->s[1], fd[1], SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "x", 1), 1);
	began = w->now;
	EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
	EXPECT(w->now - began >= 10 * WORLD_MS && w->now - began < 20 * WORLD_MS); /* a round trip */
	world_free(w);

	w = pair(AF_INET, (struct fata_config){ .seed = 24 }, fd);
	EXPECT_EQ(fata_setsockopt(w->s[0], fd[0], SOL_SOCKET, SO_LINGER, &l, sizeof l), 0);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "x", 1), 1);
	w->cut = true;
	began = w->now;
	world_run(w, 6 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
	EXPECT(w->now - began < 3010 * WORLD_MS);
	world_free(w);
}

TEST(a_dead_path_is_a_timeout_and_a_broken_pipe_after)
{
	int fd[2];
	struct world *w = pair(AF_INET6, (struct fata_config){ .seed = 25 }, fd);
	uint64_t began;
	char b;

	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 10000);
	w->cut = true;
	began = w->now;
	EXPECT_EQ(fata_write(w->s[0], fd[0], "x", 1), 1);
	EXPECT_ERRNO(fata_read(w->s[0], fd[0], &b, 1), ETIMEDOUT);
	EXPECT(w->now - began >= 10 * WORLD_S && w->now - began < 11 * WORLD_S);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], "x", 1), EPIPE);
	world_free(w);
}

TEST(keepalive_notices_who_is_gone_after_so_many_probes)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 26 }, fd);
	uint64_t began = w->now;
	char b;

	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPIDLE, 10);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPINTVL, 2);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_option(w, 0, fd[0], SOL_SOCKET, SO_KEEPALIVE, 1);
	world_run(w, 60 * WORLD_S);
	EXPECT_EQ(events(w, 0, fd[0]), POLLOUT); /* the peer answers */
	EXPECT_EQ(option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPCNT), 3);
	w->cut = true;
	began = w->now;
	EXPECT_ERRNO(fata_read(w->s[0], fd[0], &b, 1), ETIMEDOUT);
	EXPECT(w->now - began > 6 * WORLD_S && w->now - began < 17 * WORLD_S);
	world_free(w);
}

TEST(a_user_timeout_counts_instead_of_probes)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 27 }, fd);
	uint64_t began;
	char b;

	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPIDLE, 10);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPINTVL, 2);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_KEEPCNT, 1);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 30000);
	set_option(w, 0, fd[0], SOL_SOCKET, SO_KEEPALIVE, 1);
	w->cut = true;
	began = w->now;
	EXPECT_ERRNO(fata_read(w->s[0], fd[0], &b, 1), ETIMEDOUT);
	EXPECT(w->now - began > 40 * WORLD_S && w->now - began < 44 * WORLD_S);
	world_free(w);
}

/* ---- datagrams ---- */

TEST(datagrams_go_both_ways_and_keep_their_edges)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 27 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), b = bound(w, 1, f, SOCK_DGRAM, 53);
		struct world_address to = world_at(f, 1, 53), from = { .n = sizeof from.six };
		static char large[9000];
		char in[100];

		EXPECT_EQ(fata_sendto(w->s[0], a, "one", 3, 0, &to.any, to.n), 3);
		EXPECT_EQ(fata_sendto(w->s[0], a, "", 0, 0, &to.any, to.n), 0);
		EXPECT_EQ(fata_sendto(w->s[0], a, "three", 5, 0, &to.any, to.n), 5);
		EXPECT_EQ(fata_recvfrom(w->s[1], b, in, sizeof in, MSG_PEEK, NULL, NULL), 3);
		EXPECT_EQ(fata_recvfrom(w->s[1], b, in, sizeof in, 0, &from.any, &from.n), 3);
		EXPECT_EQ(fata_read(w->s[1], b, in, sizeof in), 0);
		EXPECT_EQ(fata_recv(w->s[1], b, in, 2, MSG_TRUNC), 5); /* cut, and says so */
		EXPECT_EQ(fata_sendto(w->s[1], b, "back", 4, 0, &from.any, from.n), 4);
		EXPECT_EQ(fata_read(w->s[0], a, in, sizeof in), 4);
		EXPECT_EQ(fata_sendto(w->s[0], a, large, sizeof large, 0, &to.any, to.n), sizeof large);
		EXPECT_ERRNO(fata_sendto(w->s[0], a, large, 4, 0, NULL, 0), EDESTADDRREQ);
		world_free(w);
	}
}

TEST(a_connected_datagram_socket_hears_its_peer_only_and_learns_of_errors)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 28 });
		int a = bound(w, 0, f, SOCK_DGRAM, 1000), b = bound(w, 1, f, SOCK_DGRAM, 53),
		    other = bound(w, 1, f, SOCK_DGRAM, 54);
		struct world_address to = world_at(f, 0, 1000);
		char in[10];

		EXPECT_EQ(connect_to(w, a, f, 1, 53), 0);
		EXPECT_EQ(fata_sendto(w->s[1], other, "no", 2, 0, &to.any, to.n), 2);
		EXPECT_EQ(fata_sendto(w->s[1], b, "yes", 3, 0, &to.any, to.n), 3);
		EXPECT_EQ(fata_read(w->s[0], a, in, sizeof in), 3);
		nonblocking(w, 0, a);
		EXPECT_ERRNO(fata_read(w->s[0], a, in, sizeof in), EAGAIN);
		EXPECT_EQ(fata_close(w->s[1], b), 0);
		EXPECT_EQ(fata_write(w->s[0], a, "x", 1), 1);
		world_run(w, 50 * WORLD_MS);
		EXPECT(events(w, 0, a) & POLLERR);
		EXPECT_ERRNO(fata_write(w->s[0], a, "x", 1), ECONNREFUSED);
		EXPECT_EQ(fata_write(w->s[0], a, "x", 1), 1); /* told once */
		world_free(w);
	}
}

TEST(what_a_datagram_cannot_be_is_refused)
{
	struct world *w = world_new((struct fata_config){ .seed = 29 });
	int a = socket_of(w, 0, AF_INET, SOCK_DGRAM);
	struct world_address to = world_at(AF_INET, 254, 53), none = world_at(AF_INET, 1, 0);
	static char huge[65508];

	EXPECT_ERRNO(fata_sendto(w->s[0], a, "x", 1, 0, &to.any, to.n), EACCES); /* 10.0.0.255 */
	set_option(w, 0, a, SOL_SOCKET, SO_BROADCAST, 1);
	EXPECT_EQ(fata_sendto(w->s[0], a, "x", 1, 0, &to.any, to.n), 1);
	EXPECT_ERRNO(fata_sendto(w->s[0], a, huge, sizeof huge, 0, &to.any, to.n), EMSGSIZE);
	EXPECT_ERRNO(fata_sendto(w->s[0], a, "x", 1, 0, &none.any, none.n), EINVAL);
	EXPECT_ERRNO(fata_listen(w->s[0], a, 1), EOPNOTSUPP);
	EXPECT_ERRNO(fata_accept(w->s[0], a, NULL, NULL), EOPNOTSUPP);
	world_free(w);
}

TEST(a_full_datagram_queue_drops_the_newest)
{
	struct world *w = world_new((struct fata_config){ .seed = 30 });
	int a = socket_of(w, 0, AF_INET, SOCK_DGRAM), b = bound(w, 1, AF_INET, SOCK_DGRAM, 53), n = 0;
	struct world_address to = world_at(AF_INET, 1, 53);
	char in[1000] = { 0 };

	set_option(w, 1, b, SOL_SOCKET, SO_RCVBUF, 4096);
	for (char i = 0; i < 10; i += 1) {
		in[0] = i;
		EXPECT_EQ(fata_sendto(w->s[0], a, in, sizeof in, 0, &to.any, to.n), sizeof in);
	}
	world_run(w, 100 * WORLD_MS);
	nonblocking(w, 1, b);
	for (; fata_read(w->s[1], b, in, sizeof in) > 0; n += 1)
		EXPECT_EQ(in[0], n);
	EXPECT_EQ(n, 3);
	world_free(w);
}

/* ---- poll, waiting ---- */

TEST(poll_waits_until_something_is_ready_or_its_time_is_over)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 31 }, fd);
	struct pollfd p[] = { { -1, POLLIN, 0 }, { 77, POLLIN, 0 }, { fd[1], POLLIN, 0 } };
	uint64_t began = w->now;

	EXPECT_EQ(fata_poll(w->s[1], p, 3, 1000), 1); /* 77 is none */
	EXPECT_EQ(p[1].revents, POLLNVAL);
	EXPECT_EQ(p[0].revents, 0);
	EXPECT_EQ(fata_poll(w->s[1], p + 2, 1, 1000), 0);
	EXPECT_EQ(w->now - began, WORLD_S);
	EXPECT_EQ(fata_write(w->s[0], fd[0], "x", 1), 1);
	EXPECT_EQ(fata_poll(w->s[1], p + 2, 1, -1), 1);
	EXPECT_EQ(p[2].revents, POLLIN);
	EXPECT_EQ(w->now - began, WORLD_S + 5 * WORLD_MS);
	world_free(w);
}

TEST(a_receive_timeout_ends_the_wait)
{
	int fd[2];
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 32 }, fd);
	struct timeval t = { 1, 500000 }, got = { 0, 0 };
	socklen_t n = sizeof got;
	uint64_t began = w->now;
	char b;

	EXPECT_EQ(fata_setsockopt(w->s[0], fd[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t), 0);
	EXPECT_EQ(fata_getsockopt(w->s[0], fd[0], SOL_SOCKET, SO_RCVTIMEO, &got, &n), 0);
	EXPECT_EQ(got.tv_usec, 500000);
	EXPECT_ERRNO(fata_read(w->s[0], fd[0], &b, 1), EAGAIN);
	EXPECT_EQ(w->now - began, 1500 * WORLD_MS);
	world_free(w);
}

static int closing_wait(void *context, struct fata_stack *s, uint64_t until)
{
	(void)until;
	EXPECT_EQ(fata_close(s, *(int *)context), 0);
	return 1;
}

static int impatient_wait(void *context, struct fata_stack *s, uint64_t until)
{
	(void)context;
	(void)s;
	(void)until;
	return -1;
}

static void swallow(void *context, const void *packet, size_t n)
{
	(void)context;
	(void)packet;
	(void)n;
}

TEST(a_wait_may_be_given_up_and_may_even_close_the_socket)
{
	struct fata_config c = { .output = swallow, .wait = closing_wait, .ip4 = "10.0.0.1/24" };
	struct world_address any = world_at(AF_INET, -1, 80), to = world_at(AF_INET, 1, 80);
	int fd = 3;
	struct fata_stack *s;

	c.context = &fd;
	s = fata_create(&c, NULL);
	EXPECT_EQ(fata_socket(s, AF_INET, SOCK_DGRAM, 0), 3);
	EXPECT_EQ(fata_bind(s, 3, &any.any, any.n), 0);
	EXPECT_ERRNO(fata_read(s, 3, &any, 1), EBADF);
	EXPECT_EQ(fata_socket(s, AF_INET, SOCK_STREAM, 0), 3); /* the lowest free one */
	EXPECT_ERRNO(fata_connect(s, 3, &to.any, to.n), EBADF);
	fata_destroy(s);

	c.wait = impatient_wait;
	s = fata_create(&c, NULL);
	EXPECT_EQ(fata_socket(s, AF_INET, SOCK_STREAM, 0), 3);
	EXPECT_ERRNO(fata_connect(s, 3, &to.any, to.n), EINTR);
	fata_destroy(s);

	c.wait = NULL; /* nobody waits */
	s = fata_create(&c, NULL);
	EXPECT_EQ(fata_socket(s, AF_INET, SOCK_STREAM, 0), 3);
	EXPECT_ERRNO(fata_connect(s, 3, &to.any, to.n), EINPROGRESS);
	fata_destroy(s);
}

/* From inside an output callback only packets may be given. */
static void reentrant(void *context, const void *packet, size_t n)
{
	struct fata_stack **s = context;

	(void)packet;
	(void)n;
	if (*s)
		EXPECT_ERRNO(fata_socket(*s, AF_INET, SOCK_STREAM, 0), EDEADLK);
}

TEST(a_call_from_inside_the_output_callback_is_a_deadlock)
{
	struct fata_stack *s = NULL;
	struct fata_config c = { .output = reentrant, .ip4 = "10.0.0.1/24", .context = &s };
	struct world_address to = world_at(AF_INET, 1, 80);

	s = fata_create(&c, NULL);
	EXPECT_EQ(fata_socket(s, AF_INET, SOCK_STREAM, 0), 3);
	EXPECT_ERRNO(fata_connect(s, 3, &to.any, to.n), EINPROGRESS);
	fata_destroy(s);
}

/* ---- limits, options, mistakes ---- */

TEST(descriptors_and_connections_have_limits_that_say_so)
{
	struct world *w = world_new((struct fata_config){ .seed = 33, .sockets = 8, .connections = 4 });
	int l = listening(w, AF_INET, 9), fd[8];

	for (int i = 0; i < 8; i += 1)
		fd[i] = socket_of(w, 0, AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
	EXPECT_ERRNO(fata_socket(w->s[0], AF_INET, SOCK_STREAM, 0), EMFILE);
	for (int i = 0; i < 4; i += 1)
		EXPECT_ERRNO(connect_to(w, fd[i], AF_INET, 1, 80), EINPROGRESS);
	EXPECT_ERRNO(connect_to(w, fd[4], AF_INET, 1, 80), ENOBUFS);
	world_run(w, 100 * WORLD_MS);
	for (int i = 0; i < 4; i += 1)
		EXPECT_EQ(events(w, 0, fd[i]), POLLOUT);
	for (int i = 0; i < 7; i += 1)
		(void)socket_of(w, 1, AF_INET, SOCK_DGRAM);
	EXPECT_ERRNO(fata_accept(w->s[1], l, NULL, NULL), EMFILE);
	EXPECT_EQ(events(w, 1, l), POLLIN); /* it still waits there */
	EXPECT_EQ(fata_close(w->s[1], l + 1), 0);
	EXPECT_EQ(fata_accept(w->s[1], l, NULL, NULL), l + 1);
	EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
	world_run(w, 100 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[1], l + 1), 0);
	world_run(w, 100 * WORLD_MS);
	EXPECT_ERRNO(connect_to(w, fd[4], AF_INET, 1, 80), EINPROGRESS); /* TIME-WAIT gives way */
	world_free(w);
}

TEST(ten_thousand_connections_one_after_the_other_leave_nothing)
{
	struct world *w = world_new((struct fata_config){ .seed = 34, .connections = 64, .sockets = 8 });
	int l = listening(w, AF_INET, 9);
	char b;

	for (int i = 0; i < 10000; i += 1) {
		int c = socket_of(w, 0, AF_INET, SOCK_STREAM), a;

		if (connect_to(w, c, AF_INET, 1, 80) != 0) {
			test_fail(__FILE__, __LINE__, "connection %d: %s", i, strerror(errno));
			break;
		}
		a = fata_accept(w->s[1], l, NULL, NULL);
		EXPECT_EQ(fata_close(w->s[1], a), 0);
		EXPECT_EQ(fata_read(w->s[0], c, &b, 1), 0);
		EXPECT_EQ(fata_close(w->s[0], c), 0);
	}
	world_free(w);
}

TEST(options_keep_what_they_were_told_and_children_have_them)
{
	struct world *w = world_new((struct fata_config){ .seed = 35 });
	int l = socket_of(w, 1, AF_INET, SOCK_STREAM), c = socket_of(w, 0, AF_INET, SOCK_STREAM), a;
	struct world_address any = world_at(AF_INET, -1, 80);
	char name[16];
	socklen_t n = sizeof name;

	set_option(w, 1, l, SOL_SOCKET, SO_RCVBUF, 10000);
	set_option(w, 1, l, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(w, 1, l, IPPROTO_IP, IP_TTL, 7);
	set_option(w, 0, c, IPPROTO_TCP, TCP_MAXSEG, 1000);
	EXPECT_EQ(fata_bind(w->s[1], l, &any.any, any.n), 0);
	EXPECT_EQ(fata_listen(w->s[1], l, 5), 0);
	EXPECT_EQ(option(w, 1, l, SOL_SOCKET, SO_ACCEPTCONN), 1);
	EXPECT_EQ(connect_to(w, c, AF_INET, 1, 80), 0);
	a = fata_accept(w->s[1], l, NULL, NULL);
	EXPECT_EQ(option(w, 1, a, SOL_SOCKET, SO_RCVBUF), 10000);
	EXPECT_EQ(option(w, 1, a, IPPROTO_TCP, TCP_NODELAY), 1);
	EXPECT_EQ(option(w, 1, a, IPPROTO_IP, IP_TTL), 7);
	EXPECT_EQ(option(w, 0, c, IPPROTO_IP, IP_TTL), 64);
	EXPECT_EQ(option(w, 0, c, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
	EXPECT_EQ(option(w, 0, c, SOL_SOCKET, SO_ACCEPTCONN), 0);
	EXPECT_EQ(option(w, 1, a, IPPROTO_TCP, TCP_MAXSEG), 1000 - 12); /* timestamps take 12 */
	EXPECT_EQ(fata_getsockopt(w->s[0], c, IPPROTO_TCP, TCP_CONGESTION, name, &n), 0);
	EXPECT(n > 0 && n < sizeof name);
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_DEBUG, &n, sizeof n), ENOPROTOOPT);
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_RCVBUF, &n, 1), EINVAL);
	n = 0;
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, IPPROTO_TCP, TCP_KEEPIDLE, &n, sizeof n), EINVAL);
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_KEEPALIVE, NULL, 4), EFAULT);
	world_free(w);
}

TEST(calls_that_make_no_sense_are_told_so)
{
	struct world *w = world_new((struct fata_config){ .seed = 36 });
	int c = socket_of(w, 0, AF_INET, SOCK_STREAM), d = socket_of(w, 0, AF_INET, SOCK_DGRAM);
	struct world_address a = world_at(AF_INET, 1, 80);
	char b;

	EXPECT_ERRNO(fata_socket(w->s[0], AF_UNIX, SOCK_STREAM, 0), EAFNOSUPPORT);
	EXPECT_ERRNO(fata_socket(w->s[0], AF_INET, SOCK_RAW, 0), ESOCKTNOSUPPORT);
	EXPECT_ERRNO(fata_socket(w->s[0], AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
	EXPECT_ERRNO(fata_read(w->s[0], -1, &b, 1), EBADF);
	EXPECT_ERRNO(fata_read(w->s[0], 2, &b, 1), EBADF);
	EXPECT_ERRNO(fata_read(w->s[0], 1 << 30, &b, 1), EBADF);
	EXPECT_ERRNO(fata_read(w->s[0], c, &b, 1), ENOTCONN);
	EXPECT_ERRNO(fata_write(w->s[0], c, &b, 1), ENOTCONN);
	EXPECT_ERRNO(fata_shutdown(w->s[0], c, SHUT_WR), ENOTCONN);
	EXPECT_ERRNO(fata_getpeername(w->s[0], c, &a.any, &a.n), ENOTCONN);
	EXPECT_ERRNO(fata_recv(w->s[0], c, &b, 1, MSG_OOB), EINVAL);
	EXPECT_ERRNO(fata_send(w->s[0], c, &b, 1, MSG_OOB), EOPNOTSUPP);
	EXPECT_ERRNO(fata_write(w->s[0], d, &b, 1), EDESTADDRREQ);
	EXPECT_ERRNO(fata_fcntl(w->s[0], c, F_GETLK, 0), EINVAL);
	EXPECT_EQ(fata_fcntl(w->s[0], c, F_GETFL, 0), O_RDWR);
	EXPECT_ERRNO(fata_input(w->s[0], "", 0), EINVAL);
	world_free(w);
}

TEST(a_configuration_that_cannot_be_says_what_is_wrong)
{
	const char *why = NULL;
	struct fata_config c = { .output = swallow };

	EXPECT(!fata_create(&c, &why) && strstr(why, "ip4 or ip6"));
	c.ip4 = "10.0.0.300/24";
	EXPECT(!fata_create(&c, &why) && strstr(why, "ip4"));
	c.ip4 = "10.0.0.1/24";
	c.mtu = 100;
	EXPECT(!fata_create(&c, &why) && strstr(why, "mtu"));
	c.mtu = 0;
	c.dhcp = 1;
	EXPECT(!fata_create(&c, &why) && strstr(why, "FATA_ETHERNET"));
	c.dhcp = 0;
	c.output = NULL;
	EXPECT(!fata_create(&c, &why) && strstr(why, "output"));
	EXPECT_EQ(errno, EINVAL);
}
