/* adapter_calls_test.c - the socket calls besides streams: datagrams, waiting, limits, options, mistakes. */
#include "test/adapter/adapter_calls.h"
#include <sys/time.h>

/* ---- datagrams ---- */

TEST(datagrams_go_both_ways_and_keep_their_edges)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 27 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), b = bound(w, 1, f, SOCK_DGRAM, 53);
		struct world_address to = world_at(f, 1, 53), from = { .n = sizeof from.six };
		static char large[9000], whole[9001];
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
		for (size_t i = 0; i < sizeof large; i += 1)
			large[i] = (char)(i * 7 + i / 256);
		EXPECT_EQ(fata_sendto(w->s[0], a, large, sizeof large, 0, &to.any, to.n), sizeof large);
		EXPECT_EQ(fata_read(w->s[1], b, whole, sizeof whole), sizeof large); /* it came in pieces */
		EXPECT_EQ(memcmp(whole, large, sizeof large), 0);
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
		EXPECT_EQ(option(w, 0, a, f == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
				  f == AF_INET ? IP_MTU : IPV6_MTU),
			1500);
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

static unsigned char seen_tos;

static void look_at_tos(void *context, const void *packet, size_t n)
{
	const unsigned char *p = packet;

	(void)context;
	if (n > 40)
		seen_tos = p[0] >> 4 == 4 ? p[1] : (unsigned char)(p[0] << 4 | p[1] >> 4);
}

TEST(a_datagrams_diffserv_field_and_its_mark_are_what_was_asked_for)
{
	struct fata_config c = { .output = look_at_tos, .ip4 = "10.0.0.1/24", .ip6 = "fd00::1/64" };
	struct fata_stack *s = fata_create(&c, NULL);

	EACH_FAMILY(f)
	{
		struct world_address to = world_at(f, 1, 53);
		int fd = fata_socket(s, f, SOCK_DGRAM, 0), v = 0xb9,
		    level = f == AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
		    name = f == AF_INET ? IP_TOS : IPV6_TCLASS;
		unsigned char byte = 0x20;

		EXPECT_EQ(fata_setsockopt(s, fd, level, name, &v, sizeof v), 0);
		EXPECT_EQ(fata_sendto(s, fd, "twenty bytes of text", 20, 0, &to.any, to.n), 20);
		EXPECT_EQ(seen_tos, 0xb9);
		EXPECT_EQ(fata_setsockopt(s, fd, level, name, &byte, 1), 0);
		EXPECT_EQ(fata_sendto(s, fd, "twenty bytes of text", 20, 0, &to.any, to.n), 20);
		EXPECT_EQ(seen_tos, 0x20);
		v = 256;
		EXPECT_ERRNO(fata_setsockopt(s, fd, level, name, &v, sizeof v), EINVAL);
	}
	fata_destroy(s);
}

TEST(a_message_has_pieces_a_name_and_says_when_it_was_cut)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 47 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), b = bound(w, 1, f, SOCK_DGRAM, 53);
		struct world_address to = world_at(f, 1, 53), from;
		char in[4], one[] = "one", two[] = "two";
		struct iovec out_pieces[] = { { one, 3 }, { two, 3 } },
			     in_pieces[] = { { in, 2 }, { in + 2, 2 } };
		struct msghdr m = {
			.msg_name = &to, .msg_namelen = to.n, .msg_iov = out_pieces, .msg_iovlen = 2
		};
		struct msghdr got = {
			.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = in_pieces, .msg_iovlen = 2
		};

		EXPECT_EQ(fata_sendmsg(w->s[0], a, &m, 0), 6);
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &got, MSG_PEEK | MSG_TRUNC), 6);
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &got, 0), 4);
		EXPECT_EQ(memcmp(in, "onet", 4), 0);
		EXPECT_EQ(got.msg_flags, MSG_TRUNC);
		EXPECT_EQ(got.msg_namelen, to.n);
		EXPECT_EQ(from.any.sa_family, f);
		out_pieces[0].iov_len = 0;
		EXPECT_EQ(fata_sendmsg(w->s[0], a, &m, 0), 3);
		EXPECT_EQ(fata_recvmsg(w->s[1], b, &got, 0), 3);
		EXPECT_EQ(got.msg_flags, 0);
		m.msg_controllen = 1;
		EXPECT_ERRNO(fata_sendmsg(w->s[0], a, &m, 0), EINVAL);
		m.msg_iovlen = 2000;
		EXPECT_ERRNO(fata_sendmsg(w->s[0], a, &m, 0), EMSGSIZE);
		world_free(w);
	}
}

static struct world_address group(int family, unsigned number, unsigned short port)
{
	struct world_address a = world_at(family, 0, port);

	a.four.sin_addr.s_addr = family == AF_INET ? htonl(0xef010100u + number) : a.four.sin_addr.s_addr;
	if (family == AF_INET6) {
		a.six.sin6_addr.s6_addr[0] = 0xff;
		a.six.sin6_addr.s6_addr[1] = 2;
		a.six.sin6_addr.s6_addr[15] = (unsigned char)number;
	}
	return a;
}

static int member(struct world *w, int fd, int family, struct world_address a, bool join)
{
	struct ip_mreq four = { .imr_multiaddr = a.four.sin_addr };
	struct ipv6_mreq six = { .ipv6mr_multiaddr = a.six.sin6_addr };

	if (family == AF_INET)
		return fata_setsockopt(w->s[1], fd, IPPROTO_IP, join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
			&four, sizeof four);
	return fata_setsockopt(
		w->s[1], fd, IPPROTO_IPV6, join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, &six, sizeof six);
}

TEST(a_member_hears_its_group_until_it_leaves_or_closes)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 48 });
		int a = socket_of(w, 0, f, SOCK_DGRAM), b = bound(w, 1, f, SOCK_DGRAM, 53),
		    c = socket_of(w, 1, f, SOCK_DGRAM);
		struct world_address to = group(f, 77, 53);
		unsigned joined;
		char in[10];

		nonblocking(w, 1, b);
		EXPECT_EQ(fata_sendto(w->s[0], a, "no", 2, 0, &to.any, to.n), 2);
		world_run(w, 50 * WORLD_MS);
		EXPECT_ERRNO(fata_read(w->s[1], b, in, sizeof in), EAGAIN);
		EXPECT_EQ(member(w, b, f, to, true), 0);
		EXPECT_ERRNO(member(w, b, f, to, true), EADDRINUSE);
		EXPECT_EQ(member(w, c, f, to, true), 0);
		EXPECT_EQ(fata_sendto(w->s[0], a, "yes", 3, 0, &to.any, to.n), 3);
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(fata_read(w->s[1], b, in, sizeof in), 3);
		EXPECT_EQ(member(w, b, f, to, false), 0);
		EXPECT_ERRNO(member(w, b, f, to, false), EADDRNOTAVAIL);
		EXPECT_EQ(fata_sendto(w->s[0], a, "yes", 3, 0, &to.any, to.n), 3); /* c is a member still */
		world_run(w, 50 * WORLD_MS);
		EXPECT_EQ(fata_read(w->s[1], b, in, sizeof in), 3);
		EXPECT_EQ(fata_close(w->s[1], c), 0);
		EXPECT_EQ(fata_sendto(w->s[0], a, "no", 2, 0, &to.any, to.n), 2);
		world_run(w, 50 * WORLD_MS);
		EXPECT_ERRNO(fata_read(w->s[1], b, in, sizeof in), EAGAIN);
		EXPECT_ERRNO(member(w, b, f, world_at(f, 0, 53), true), EINVAL);
		joined = 0;
		while (joined < 20 && member(w, b, f, group(f, 100 + joined, 53), true) == 0)
			joined += 1;
		EXPECT_EQ(errno, ENOBUFS);
		EXPECT(joined >= 10 && joined <= 16);
		world_free(w);
	}
}

static unsigned char answer[200];
static size_t answer_bytes;

static void keep_answer(void *context, const void *packet, size_t n)
{
	(void)context;
	answer_bytes = n;
	memcpy(answer, packet, n < sizeof answer ? n : sizeof answer);
}

TEST(a_protocol_that_nobody_knows_is_told)
{
	/* Protocol 200 from 10.0.0.2 and fd00::2; over IPv6 behind an empty destination header too. */
	static const unsigned char four[] = { 0x45, 0, 0, 24, 0, 1, 0, 0, 64, 200, 0x66, 0x1b, 10, 0, 0, 2,
		10, 0, 0, 1, 1, 2, 3, 4 };
	unsigned char six[56] = { 0x60, [5] = 4, 200, 64, 0xfd, [23] = 2, 0xfd, [39] = 1 };
	struct fata_config c = { .output = keep_answer, .ip4 = "10.0.0.1/24", .ip6 = "fd00::1/64" };
	struct fata_stack *s = fata_create(&c, NULL);

	EXPECT_EQ(fata_input(s, four, sizeof four), 0);
	EXPECT_EQ(answer_bytes, 20 + 8 + sizeof four);
	EXPECT(answer[9] == 1 && answer[20] == 3 && answer[21] == 2); /* RFC 1122 3.2.2.1 */
	EXPECT_EQ(fata_input(s, six, 44), 0);
	EXPECT_EQ(answer_bytes, 40 + 8 + 44);
	EXPECT(answer[6] == 58 && answer[40] == 4 && answer[41] == 1 && answer[47] == 6); /* RFC 8200 4 */
	six[5] = 12;
	six[6] = 60;
	six[40] = 200;
	six[42] = 1; /* PadN */
	six[43] = 4;
	EXPECT_EQ(fata_input(s, six, 52), 0);
	EXPECT_EQ(answer_bytes, 40 + 8 + 52);
	EXPECT(answer[40] == 4 && answer[41] == 1 && answer[47] == 40);
	fata_destroy(s);
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
	socklen_t n;

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
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_DEBUG, &n, sizeof n), ENOPROTOOPT);
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_RCVBUF, &n, 1), EINVAL);
	n = 0;
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, IPPROTO_TCP, TCP_KEEPIDLE, &n, sizeof n), EINVAL);
	EXPECT_ERRNO(fata_setsockopt(w->s[0], c, SOL_SOCKET, SO_KEEPALIVE, NULL, 4), EFAULT);
	world_free(w);
}

TEST(listeners_that_share_a_port_share_the_peers)
{
	EACH_FAMILY(f)
	{
		struct world *w = world_new((struct fata_config){ .seed = 49 });
		int l[3], got[3] = { 0 }, plain = socket_of(w, 1, f, SOCK_STREAM);
		struct world_address a = world_at(f, -1, 80);

		for (int i = 0; i < 3; i += 1) {
			l[i] = socket_of(w, 1, f, SOCK_STREAM | SOCK_NONBLOCK);
			set_option(w, 1, l[i], SOL_SOCKET, SO_REUSEPORT, 1);
			EXPECT_EQ(fata_bind(w->s[1], l[i], &a.any, a.n), 0);
			EXPECT_EQ(fata_listen(w->s[1], l[i], 20), 0);
		}
		EXPECT_EQ(option(w, 1, l[0], SOL_SOCKET, SO_REUSEPORT), 1);
		EXPECT_ERRNO(fata_bind(w->s[1], plain, &a.any, a.n), EADDRINUSE);
		for (int i = 0; i < 12; i += 1)
			EXPECT_EQ(connect_to(w, socket_of(w, 0, f, SOCK_STREAM), f, 1, 80), 0);
		world_run(w, 50 * WORLD_MS);
		for (int i = 0; i < 3; i += 1)
			while (fata_accept(w->s[1], l[i], NULL, NULL) >= 0)
				got[i] += 1;
		EXPECT_EQ(got[0] + got[1] + got[2], 12);
		EXPECT(got[0] > 0 && got[1] > 0 && got[2] > 0);
		world_free(w);
	}
}

TEST(what_is_known_of_a_connection_is_told)
{
	EACH_FAMILY(f)
	{
		struct tcp_info i;
		socklen_t n = sizeof i;
		int fd[2];
		struct world *w = pair(f, (struct fata_config){ .seed = 50 }, fd);

		memset(&i, 0, sizeof i);
		EXPECT_EQ(fata_getsockopt(w->s[0], fd[0], IPPROTO_TCP, TCP_INFO, &i, &n), 0);
		EXPECT_EQ(i.tcpi_state, TCP_ESTABLISHED);
		EXPECT_EQ(i.tcpi_ca_state, 0);
		EXPECT_EQ(i.tcpi_pmtu, 1500);
		EXPECT_EQ(i.tcpi_advmss, f == AF_INET ? 1460 : 1440);
		EXPECT_EQ(i.tcpi_snd_wscale, 2); /* 128 KB each */
		EXPECT_EQ(i.tcpi_rcv_wscale, 2);
		EXPECT_EQ(i.tcpi_options, TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE);
		w->cut = true;
		EXPECT_EQ(fata_write(w->s[0], fd[0], "x", 1), 1);
		world_run(w, 1 * WORLD_S);
		EXPECT_EQ(fata_getsockopt(w->s[0], fd[0], IPPROTO_TCP, TCP_INFO, &i, &n), 0);
		EXPECT_EQ(i.tcpi_ca_state, 4);
		EXPECT(i.tcpi_retransmits >= 1);
		world_free(w);
	}
}

static bool control_is(struct world *w, int which, int fd, const char *want)
{
	char name[20] = "";
	socklen_t n = sizeof name;

	EXPECT_EQ(fata_getsockopt(w->s[which], fd, IPPROTO_TCP, TCP_CONGESTION, name, &n), 0);
	EXPECT_EQ(n, 16);
	return strcmp(name, want) == 0;
}

TEST(a_congestion_control_has_linuxs_name_and_is_chosen_before_the_connection_and_while_it_lives)
{
	struct world *w = world_new((struct fata_config){ .seed = 37 });
	int l = socket_of(w, 1, AF_INET, SOCK_STREAM), c = socket_of(w, 0, AF_INET, SOCK_STREAM), a;
	struct world_address any = world_at(AF_INET, -1, 80);
	char two[2];
	socklen_t n = sizeof two;

	EXPECT(control_is(w, 0, c, "cubic"));
	EXPECT_EQ(fata_setsockopt(w->s[1], l, IPPROTO_TCP, TCP_CONGESTION, "reno", 4), 0);
	EXPECT(control_is(w, 1, l, "reno"));
	EXPECT_ERRNO(fata_setsockopt(w->s[1], l, IPPROTO_TCP, TCP_CONGESTION, "vegas", 6), ENOENT);
	EXPECT_ERRNO(fata_setsockopt(w->s[1], l, IPPROTO_TCP, TCP_CONGESTION, "ren", 3), ENOENT);
	EXPECT_ERRNO(fata_setsockopt(w->s[1], l, IPPROTO_TCP, TCP_CONGESTION, "", 0), EINVAL);
	EXPECT(control_is(w, 1, l, "reno"));
	EXPECT_EQ(fata_getsockopt(w->s[1], l, IPPROTO_TCP, TCP_CONGESTION, two, &n), 0);
	EXPECT_EQ(n, 2);
	EXPECT_EQ(fata_bind(w->s[1], l, &any.any, any.n), 0);
	EXPECT_EQ(fata_listen(w->s[1], l, 5), 0);
	EXPECT_EQ(connect_to(w, c, AF_INET, 1, 80), 0);
	a = fata_accept(w->s[1], l, NULL, NULL);
	EXPECT(control_is(w, 1, a, "reno")); /* what the connection itself says */
	EXPECT(control_is(w, 0, c, "cubic"));
	EXPECT_EQ(fata_setsockopt(w->s[0], c, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5), 0);
	EXPECT_EQ(fata_setsockopt(w->s[0], c, IPPROTO_TCP, TCP_CONGESTION, "bbr", 3), 0);
	EXPECT(control_is(w, 0, c, "bbr"));
	EXPECT_EQ(fata_setsockopt(w->s[0], c, IPPROTO_TCP, TCP_CONGESTION, "reno", 4), 0);
	EXPECT(control_is(w, 0, c, "reno"));
	EXPECT_EQ(fata_setsockopt(w->s[1], a, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int)), 0);
	EXPECT(control_is(w, 1, a, "reno"));
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
