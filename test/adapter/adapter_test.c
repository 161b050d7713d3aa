/* adapter_test.c - two stacks talk through the socket calls: streams, over good paths and bad ones. */
#include "test/adapter/adapter_calls.h"
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/time.h>

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
	EXPECT_EQ(fata_read(w->s[0], fd[0], &b, 1), 0); /* its end had come before */
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], "x", 1), EPIPE);
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
