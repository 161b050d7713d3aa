/* adapter_options_test.c - the socket options that change what a call waits for, sends or tells. */
#include "test/adapter/adapter_calls.h"
#include <linux/sockios.h>
#include <sys/ioctl.h>

static long written(struct world *w, int fd, const char *bytes, int flags)
{
	return fata_send(w->s[0], fd, bytes, strlen(bytes), flags);
}

/* What can be read of the other end now. */
static long waiting(struct world *w, int fd)
{
	int n = -1;

	EXPECT_EQ(fata_ioctl(w->s[1], fd, FIONREAD, &n), 0);
	return n;
}

/* ---- TCP_CORK, MSG_MORE ---- */

TEST(corked_bytes_wait_for_a_segment_or_for_the_cork)
{
	EACH_FAMILY(f)
	{
		static char large[3000];
		int fd[2], left = 0;
		struct world *w = pair(f, (struct fata_config){ .seed = 60 }, fd);

		set_option(w, 0, fd[0], IPPROTO_TCP, TCP_CORK, 1);
		EXPECT_EQ(option(w, 0, fd[0], IPPROTO_TCP, TCP_CORK), 1);
		EXPECT_EQ(written(w, fd[0], "one", 0), 3);
		EXPECT_EQ(written(w, fd[0], "two", 0), 3);
		EXPECT_EQ(fata_ioctl(w->s[0], fd[0], SIOCOUTQ, &left), 0);
		EXPECT_EQ(left, 6);
		world_run(w, 100 * WORLD_MS);
		EXPECT_EQ(waiting(w, fd[1]), 0);
		EXPECT_EQ(fata_write(w->s[0], fd[0], large, sizeof large), sizeof large);
		world_run(w, 50 * WORLD_MS);
		EXPECT(waiting(w, fd[1]) > 2000 && waiting(w, fd[1]) < 3006); /* whole segments */
		set_option(w, 0, fd[0], IPPROTO_TCP, TCP_CORK, 0);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(waiting(w, fd[1]), 3006);
		world_free(w);
	}
}

TEST(bytes_with_more_to_come_wait_for_it)
{
	EACH_FAMILY(f)
	{
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 61 }, fd);
		unsigned long sent;

		EXPECT_EQ(written(w, fd[0], "head", MSG_MORE), 4);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(waiting(w, fd[1]), 0);
		sent = w->sent;
		EXPECT_EQ(written(w, fd[0], "body", 0), 4);
		EXPECT_EQ(w->sent, sent + 1); /* both in one */
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(waiting(w, fd[1]), 8);
		world_free(w);
	}
}

/* What lets them go. */
TEST(what_is_held_back_goes_after_an_rto_with_no_delay_and_with_the_end)
{
	for (int how = 0; how < 4; how += 1) {
		int fd[2];
		char in[10];
		struct world *w = pair(AF_INET, (struct fata_config){ .seed = 62 }, fd);

		EXPECT_EQ(written(w, fd[0], "bytes", MSG_MORE), 5);
		world_run(w, 20 * WORLD_MS);
		EXPECT_EQ(waiting(w, fd[1]), 0);
		if (how == 0)
			world_run(w, 1 * WORLD_S);
		else if (how == 1)
			set_option(w, 0, fd[0], IPPROTO_TCP, TCP_NODELAY, 1);
		else if (how == 2)
			EXPECT_EQ(fata_shutdown(w->s[0], fd[0], SHUT_WR), 0);
		else
			EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(fata_read(w->s[1], fd[1], in, sizeof in), 5);
		if (how >= 2)
			EXPECT_EQ(fata_read(w->s[1], fd[1], in, sizeof in), 0);
		world_free(w);
	}
}

/* ---- low-water marks ---- */

TEST(who_wants_so_many_bytes_is_not_woken_for_fewer)
{
	EACH_FAMILY(f)
	{
		char in[20];
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 63 }, fd);

		EXPECT_EQ(option(w, 1, fd[1], SOL_SOCKET, SO_RCVLOWAT), 1);
		set_option(w, 1, fd[1], SOL_SOCKET, SO_RCVLOWAT, 8);
		EXPECT_EQ(written(w, fd[0], "four", 0), 4);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(events(w, 1, fd[1]) & POLLIN, 0);
		EXPECT_EQ(fata_recv(w->s[1], fd[1], in, 20, MSG_DONTWAIT | MSG_PEEK), 4); /* it may ask */
		EXPECT_EQ(written(w, fd[0], "more", 0), 4);
		EXPECT_EQ(fata_read(w->s[1], fd[1], in, 20), 8); /* it waited for both */
		EXPECT_EQ(written(w, fd[0], "end", 0), 3);
		EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
		world_run(w, 50 * WORLD_MS);
		EXPECT(events(w, 1, fd[1]) & POLLIN);
		EXPECT_EQ(fata_read(w->s[1], fd[1], in, 20), 3);
		world_free(w);
	}
}

TEST(with_a_mark_for_unsent_bytes_no_more_is_taken_than_can_soon_be_sent)
{
	static char bytes[60000];
	int fd[2], unsent = -1;
	struct world *w = pair(AF_INET, (struct fata_config){ .seed = 64 }, fd);

	nonblocking(w, 0, fd[0]);
	set_option(w, 0, fd[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1000);
	EXPECT_EQ(option(w, 0, fd[0], IPPROTO_TCP, TCP_NOTSENT_LOWAT), 1000);
	w->cut = true;
	EXPECT(events(w, 0, fd[0]) & POLLOUT);
	EXPECT_EQ(fata_write(w->s[0], fd[0], bytes, sizeof bytes), sizeof bytes); /* beyond the window */
	EXPECT_EQ(fata_ioctl(w->s[0], fd[0], SIOCOUTQNSD, &unsent), 0);
	EXPECT(unsent > 1000);
	EXPECT_EQ(events(w, 0, fd[0]) & POLLOUT, 0);
	EXPECT_ERRNO(fata_write(w->s[0], fd[0], bytes, 1), EAGAIN);
	w->cut = false;
	world_run(w, 5 * WORLD_S);
	EXPECT(events(w, 0, fd[0]) & POLLOUT);
	world_free(w);
}

/* ---- opening ---- */

TEST(a_deferred_connection_is_accepted_when_it_says_something_or_its_time_is_over)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 65 });
		int l = listening(w, f, 5), quiet = socket_of(w, 0, f, SOCK_STREAM),
		    speaks = socket_of(w, 0, f, SOCK_STREAM), got;
		char in[10];

		nonblocking(w, 1, l);
		set_option(w, 1, l, IPPROTO_TCP, TCP_DEFER_ACCEPT, 3);
		EXPECT_EQ(connect_to(w, quiet, f, 1, 80), 0);
		EXPECT_EQ(connect_to(w, speaks, f, 1, 80), 0);
		world_run(w, 50 * WORLD_MS);
		EXPECT_ERRNO(fata_accept(w->s[1], l, NULL, NULL), EAGAIN);
		EXPECT_EQ(written(w, speaks, "hello", 0), 5);
		world_run(w, 50 * WORLD_MS);
		got = fata_accept(w->s[1], l, NULL, NULL);
		EXPECT(got >= 3);
		EXPECT_EQ(fata_read(w->s[1], got, in, sizeof in), 5);
		EXPECT_ERRNO(fata_accept(w->s[1], l, NULL, NULL), EAGAIN);
		world_run(w, 4 * WORLD_S);
		EXPECT(fata_accept(w->s[1], l, NULL, NULL) >= 3); /* the quiet one */
		EXPECT_EQ(fata_close(w->s[1], l), 0);
		world_free(w);
	}
}

TEST(a_listener_that_closes_takes_those_it_defers_with_it)
{
	struct world *w = world_new((struct fata_config){ .seed = 66 });
	int l = listening(w, AF_INET, 5), c = socket_of(w, 0, AF_INET, SOCK_STREAM);
	char b;

	set_option(w, 1, l, IPPROTO_TCP, TCP_DEFER_ACCEPT, 3);
	EXPECT_EQ(connect_to(w, c, AF_INET, 1, 80), 0);
	world_run(w, 50 * WORLD_MS);
	EXPECT_EQ(fata_close(w->s[1], l), 0);
	EXPECT_ERRNO(fata_read(w->s[0], c, &b, 1), ECONNRESET);
	world_free(w);
}

TEST(so_many_syns_are_sent_and_then_the_connection_has_its_own_patience)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 67 });
		int c = socket_of(w, 0, f, SOCK_STREAM), l = listening(w, f, 5);
		uint64_t began = w->now;

		EXPECT_EQ(option(w, 0, c, IPPROTO_TCP, TCP_SYNCNT), 6);
		set_option(w, 0, c, IPPROTO_TCP, TCP_SYNCNT, 1);
		w->cut = true;
		EXPECT_ERRNO(connect_to(w, c, f, 1, 80), ETIMEDOUT);
		EXPECT(w->now - began > 2900 * WORLD_MS && w->now - began < 3100 * WORLD_MS); /* 1 s, 2 s */
		w->cut = false;
		EXPECT_EQ(connect_to(w, c, f, 1, 80), 0);
		w->cut = true;
		EXPECT_EQ(written(w, c, "x", 0), 1);
		world_run(w, 20 * WORLD_S);
		EXPECT_EQ(events(w, 0, c) & POLLERR, 0);
		EXPECT_EQ(fata_close(w->s[1], l), 0);
		world_free(w);
	}
}

/* ---- datagrams ---- */

TEST(a_datagram_that_must_not_be_cut_is_refused)
{
	EACH_FAMILY(f)
	{
		static char large[3000];
		struct world *w = world_new((struct fata_config){ .seed = 68 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), level = f == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    name = f == AF_INET ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER;
		struct world_address to = world_at(f, 1, 53);

		EXPECT_EQ(option(w, 0, a, level, name), IP_PMTUDISC_WANT);
		EXPECT_EQ(fata_sendto(w->s[0], a, large, sizeof large, 0, &to.any, to.n), sizeof large);
		set_option(w, 0, a, level, name, IP_PMTUDISC_DO);
		EXPECT_ERRNO(fata_sendto(w->s[0], a, large, sizeof large, 0, &to.any, to.n), EMSGSIZE);
		EXPECT_EQ(fata_sendto(w->s[0], a, large, 1400, 0, &to.any, to.n), 1400);
		world_free(w);
	}
}

TEST(a_datagram_says_which_address_it_was_sent_to_and_may_choose_its_own)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 69 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), b = bound(w, 1, f, SOCK_DGRAM, 53),
		    level = f == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    name = f == AF_INET ? IP_PKTINFO : IPV6_RECVPKTINFO;
		struct world_address to = world_at(f, 1, 53), from;
		_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
		char in[10];
		struct iovec v = { in, sizeof in };
		struct msghdr m = { .msg_name = &from,
			.msg_namelen = sizeof from,
			.msg_iov = &v,
			.msg_iovlen = 1,
			.msg_control = control,
			.msg_controllen = sizeof control };
		struct cmsghdr *h;

		EXPECT_EQ(fata_sendto(w->s[0], a, "one", 3, 0, &to.any, to.n), 3);
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &m, 0), 3);
		EXPECT_EQ(m.msg_controllen, 0); /* nobody asked */
		set_option(w, 1, b, level, name, 1);
		EXPECT_EQ(fata_sendto(w->s[0], a, "two", 3, 0, &to.any, to.n), 3);
		m.msg_controllen = sizeof control;
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &m, 0), 3);
		h = CMSG_FIRSTHDR(&m);
		EXPECT(h && h->cmsg_level == level);
		if (f == AF_INET)
			EXPECT_EQ(
				memcmp(&((struct in_pktinfo *)CMSG_DATA(h))->ipi_addr, &to.four.sin_addr, 4),
				0);
		else
			EXPECT_EQ(memcmp(CMSG_DATA(h), &to.six.sin6_addr, 16), 0);
		/* An answer from there: the same words back. */
		EXPECT_EQ(fata_sendmsg(w->s[1], b, &m, 0), 10);
		EXPECT_EQ(fata_read(w->s[0], a, in, sizeof in), 10);
		if (f == AF_INET) /* an address of others */
			((struct in_pktinfo *)CMSG_DATA(h))->ipi_spec_dst.s_addr = htonl(0x0a000009);
		else
			CMSG_DATA(h)[15] = 9;
		EXPECT_ERRNO(fata_sendmsg(w->s[1], b, &m, 0), EINVAL);
		EXPECT_EQ(fata_sendto(w->s[0], a, "three", 5, 0, &to.any, to.n), 5);
		m.msg_controllen = 4;
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &m, 0), 5);
		EXPECT_EQ(m.msg_flags, MSG_CTRUNC);
		world_free(w);
	}
}

TEST(how_far_a_groups_datagrams_go_can_be_said)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 70 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), level = f == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    name = f == AF_INET ? IP_MULTICAST_TTL : IPV6_MULTICAST_HOPS, zero = 0;
		struct world_address to = world_at(f, 0, 53);

		if (f == AF_INET)
			to.four.sin_addr.s_addr = htonl(0xef010101);
		else
			inet_pton(AF_INET6, "ff02::99", &to.six.sin6_addr);
		EXPECT_EQ(option(w, 0, a, level, name), 1);
		EXPECT_EQ(fata_sendto(w->s[0], a, "near", 4, 0, &to.any, to.n), 4);
		EXPECT_EQ(w->queue->bytes[f == AF_INET ? 8 : 7], 1);
		world_run(w, 50 * WORLD_MS);
		set_option(w, 0, a, level, name, 9);
		EXPECT_EQ(fata_sendto(w->s[0], a, "far", 3, 0, &to.any, to.n), 3);
		EXPECT_EQ(w->queue->bytes[f == AF_INET ? 8 : 7], 9);
		EXPECT_EQ(fata_setsockopt(w->s[0], a, level,
				  f == AF_INET ? IP_MULTICAST_IF : IPV6_MULTICAST_IF, &zero, sizeof zero),
			0);
		world_free(w);
	}
}

/* ---- what is told ---- */

TEST(a_reader_is_told_how_many_bytes_are_left)
{
	EACH_FAMILY(f)
	{
		_Alignas(struct cmsghdr) char control[CMSG_SPACE(sizeof(int))];
		char in[4];
		struct iovec v = { in, sizeof in };
		struct msghdr m = { .msg_iov = &v, .msg_iovlen = 1, .msg_control = control };
		int fd[2], left;
		struct world *w = pair(f, (struct fata_config){ .seed = 71 }, fd);

		set_option(w, 1, fd[1], IPPROTO_TCP, TCP_INQ, 1);
		EXPECT_EQ(written(w, fd[0], "sevenxy", 0), 7);
		EXPECT_EQ(fata_close(w->s[0], fd[0]), 0);
		world_run(w, 50 * WORLD_MS);
		for (int want = 3; want >= 1; want -= 2) { /* 3 bytes; then none, but the end */
			m.msg_controllen = sizeof control;
			EXPECT_EQ(fata_recvmsg(w->s[1], fd[1], &m, 0), want == 3 ? 4 : 3);
			memcpy(&left, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof left);
			EXPECT_EQ(left, want);
		}
		world_free(w);
	}
}

TEST(a_connected_stream_does_not_look_at_addresses_and_nobody_reads_nowhere)
{
	EACH_FAMILY(f)
	{
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 72 }, fd);
		struct world_address to = world_at(f, 1, 80);
		struct iovec nowhere = { NULL, 3 };

		EXPECT_EQ(fata_sendto(w->s[0], fd[0], "abc", 3, 0, &to.any, to.n), 3);
		EXPECT_ERRNO(fata_write(w->s[0], fd[0], NULL, 3), EFAULT);
		EXPECT_ERRNO(fata_writev(w->s[0], fd[0], &nowhere, 1), EFAULT);
		EXPECT_ERRNO(fata_read(w->s[1], fd[1], NULL, 3), EFAULT);
		EXPECT_EQ(fata_write(w->s[0], fd[0], NULL, 0), 0);
		world_free(w);
	}
}
