/* adapter_loop_test.c - a stack that talks to itself: nothing of it is ever sent, nothing is waited for. */
#include "test/adapter/adapter_calls.h"

static unsigned leaked;

static void leak(void *context, const void *packet, size_t n)
{
	(void)context;
	(void)packet;
	(void)n;
	leaked += 1;
}

static struct fata_stack *alone(void)
{
	struct fata_config c = {
		.output = leak, .ip4 = "10.0.0.1/24", .ip6 = "fd00::1/64", .seed = 5, .connections = 64
	};

	leaked = 0;
	return fata_create(&c, NULL);
}

union name {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static const char *const places[] = { "127.0.0.1", "127.9.8.7", "10.0.0.1", "0.0.0.0", "::1", "fd00::1",
	"::", "::ffff:127.0.0.1" };

static int family_of(const char *place)
{
	return strchr(place, ':') ? AF_INET6 : AF_INET;
}

static union name at(const char *place, unsigned short port)
{
	union name a = { .any.sa_family = (sa_family_t)family_of(place) };

	if (family_of(place) == AF_INET) {
		a.four.sin_port = htons(port);
		EXPECT_EQ(inet_pton(AF_INET, place, &a.four.sin_addr), 1);
	} else {
		a.six.sin6_port = htons(port);
		EXPECT_EQ(inet_pton(AF_INET6, place, &a.six.sin6_addr), 1);
	}
	return a;
}

/* Bound to all of its family's addresses, and what port that is. */
static int bound_anywhere(struct fata_stack *s, int family, int type, unsigned short *port)
{
	union name a = at(family == AF_INET ? "0.0.0.0" : "::", 0);
	socklen_t n = sizeof a;
	int fd = fata_socket(s, family, type, 0);

	EXPECT_EQ(fata_bind(s, fd, &a.any, n), 0);
	EXPECT_EQ(fata_getsockname(s, fd, &a.any, &n), 0);
	*port = ntohs(family == AF_INET ? a.four.sin_port : a.six.sin6_port);
	return fd;
}

TEST(one_program_is_both_ends_at_every_address_of_its_own)
{
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i += 1) {
		struct fata_stack *s = alone();
		int f = family_of(places[i]);
		unsigned short port;
		int l = bound_anywhere(s, f, SOCK_STREAM, &port), a = fata_socket(s, f, SOCK_STREAM, 0), b;
		union name to = at(places[i], port), peer, local;
		socklen_t n = sizeof peer, m = sizeof local;
		static char out[300000], in[300000];
		size_t sent = 0, got = 0;

		EXPECT_EQ(fata_listen(s, l, 5), 0);
		EXPECT_EQ(fata_connect(s, a, &to.any, sizeof to), 0); /* it blocks, and needs no callback */
		b = fata_accept(s, l, &peer.any, &n);
		EXPECT(b >= 3);
		EXPECT_EQ(fata_getsockname(s, a, &local.any, &m), 0);
		EXPECT(n == m && memcmp(&local, &peer, n) == 0);
		for (size_t k = 0; k < sizeof out; k += 1)
			out[k] = (char)(k * 31 + k / 251);
		for (unsigned rounds = 0; got < sizeof in && rounds < 1000; rounds += 1) {
			ssize_t k = fata_send(s, a, out + sent, sizeof out - sent, MSG_DONTWAIT);

			sent += k > 0 ? (size_t)k : 0;
			k = fata_recv(s, b, in + got, sizeof in - got, MSG_DONTWAIT);
			got += k > 0 ? (size_t)k : 0;
			if (k <= 0) /* what ends a silent window, or a delayed acknowledgement */
				EXPECT_EQ(fata_advance(s, fata_now(s) + 50 * WORLD_MS), 0);
		}
		EXPECT(got == sizeof in && memcmp(in, out, sizeof in) == 0);
		EXPECT_EQ(fata_close(s, b), 0);
		EXPECT_EQ(fata_read(s, a, in, sizeof in), 0);
		EXPECT_EQ(fata_close(s, a), 0);
		EXPECT_EQ(leaked, 0);
		fata_destroy(s);
	}
}

TEST(a_stream_to_itself_that_nobody_takes_is_refused_at_once)
{
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i += 1) {
		struct fata_stack *s = alone();
		union name to = at(places[i], 81);

		EXPECT_ERRNO(fata_connect(s, fata_socket(s, family_of(places[i]), SOCK_STREAM, 0), &to.any,
				     sizeof to),
			ECONNREFUSED);
		EXPECT_EQ(leaked, 0);
		fata_destroy(s);
	}
}

TEST(datagrams_to_itself_arrive_whole_and_errors_come_back)
{
	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i += 1) {
		struct fata_stack *s = alone();
		int f = family_of(places[i]);
		unsigned short port;
		int b = bound_anywhere(s, f, SOCK_DGRAM, &port), a = fata_socket(s, f, SOCK_DGRAM, 0);
		union name to = at(places[i], port), from;
		socklen_t n = sizeof from;
		static char large[40000], in[40001];

		for (size_t k = 0; k < sizeof large; k += 1)
			large[k] = (char)(k * 7 + k / 250);
		EXPECT_EQ(fata_sendto(s, a, large, sizeof large, 0, &to.any, sizeof to), sizeof large);
		EXPECT_EQ(fata_recvfrom(s, b, in, sizeof in, 0, &from.any, &n), sizeof large);
		EXPECT_EQ(memcmp(in, large, sizeof large), 0);
		EXPECT_EQ(fata_sendto(s, b, "back", 4, 0, &from.any, n), 4);
		EXPECT_EQ(fata_read(s, a, in, sizeof in), 4);
		EXPECT_EQ(fata_close(s, b), 0);
		EXPECT_EQ(fata_connect(s, a, &to.any, sizeof to), 0);
		EXPECT_EQ(fata_write(s, a, "x", 1), 1);
		EXPECT_ERRNO(fata_read(s, a, in, sizeof in), ECONNREFUSED);
		EXPECT_EQ(leaked, 0);
		fata_destroy(s);
	}
}

/* RFC 1122 3.2.1.3 g. */
TEST(nothing_leaves_from_127_0_0_1)
{
	struct fata_stack *s = alone();
	union name here = at("127.0.0.1", 99), there = at("10.0.0.2", 80), six = at("::1", 99),
		   far = at("fd00::2", 80);
	int type[] = { SOCK_STREAM, SOCK_DGRAM };

	for (int i = 0; i < 2; i += 1) {
		int fd = fata_socket(s, AF_INET, type[i], 0), fd6 = fata_socket(s, AF_INET6, type[i], 0);

		EXPECT_EQ(fata_bind(s, fd, &here.any, sizeof here), 0);
		EXPECT_EQ(fata_bind(s, fd6, &six.any, sizeof six), 0);
		EXPECT_ERRNO(fata_connect(s, fd, &there.any, sizeof there), EINVAL);
		EXPECT_ERRNO(fata_connect(s, fd6, &far.any, sizeof far), EINVAL);
		if (type[i] == SOCK_DGRAM)
			EXPECT_ERRNO(fata_sendto(s, fd, "x", 1, 0, &there.any, sizeof there), EINVAL);
	}
	EXPECT_EQ(leaked, 0);
	fata_destroy(s);
}
