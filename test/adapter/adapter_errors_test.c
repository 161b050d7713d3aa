/* adapter_errors_test.c - which errno becomes of what: no route, a silent neighbour, each kind of ICMP error. */
#include "lib/icmp4/icmp4.h"
#include "lib/icmp6/icmp6.h"
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "test/adapter/adapter_world.h"
#include "test/test.h"

static int connected(struct world *w, int domain, int type, int which)
{
	struct world_address a = world_at(domain, which, 80);
	int fd = fata_socket(w->s[0], domain, type, 0);

	EXPECT(fd >= 0);
	errno = 0;
	if (fata_connect(w->s[0], fd, &a.any, a.n) == 0)
		errno = 0;
	return fd;
}

static int pending_error(struct world *w, int fd)
{
	int error = -1;
	socklen_t n = sizeof error;

	EXPECT_EQ(fata_getsockopt(w->s[0], fd, SOL_SOCKET, SO_ERROR, &error, &n), 0);
	return error;
}

static const int domains[] = { AF_INET, AF_INET6 };

TEST(a_host_on_the_link_that_does_not_answer_is_no_route_to_host)
{
	for (u32 i = 0; i < 2; i += 1) {
		struct world *w = world_new((struct fata_config){ .seed = 1, .link = FATA_ETHERNET });
		u64 began = w->now;
		int fd;

		connected(w, domains[i], SOCK_STREAM, 8);
		EXPECT_EQ(errno, EHOSTUNREACH);
		EXPECT_EQ((w->now - began) / WORLD_S, 3); /* three questions, and not one SYN more */
		fd = connected(w, domains[i], SOCK_DGRAM, 8);
		EXPECT_EQ(fata_write(w->s[0], fd, "x", 1), 1);
		world_run(w, 2 * WORLD_S);
		EXPECT_EQ(pending_error(w, fd), 0);
		world_run(w, 2 * WORLD_S);
		EXPECT_EQ(fata_write(w->s[0], fd, "x", 1), -1);
		EXPECT_EQ(errno, EHOSTUNREACH);
		world_free(w);
	}
}

TEST(a_neighbour_that_falls_silent_ends_no_connection_and_is_why_it_ends)
{
	struct world *w = world_new((struct fata_config){ .seed = 2, .link = FATA_ETHERNET });
	struct world_address any = world_at(AF_INET, -1, 80);
	int listener = fata_socket(w->s[1], AF_INET, SOCK_STREAM, 0), fd;
	char b[8];

	EXPECT_EQ(fata_bind(w->s[1], listener, &any.any, any.n), 0);
	EXPECT_EQ(fata_listen(w->s[1], listener, 1), 0);
	fd = connected(w, AF_INET, SOCK_STREAM, 1);
	EXPECT_EQ(errno, 0);
	w->cut = true;
	world_run(w, 60 * WORLD_S); /* nobody asks for it meanwhile */
	EXPECT_EQ(fata_write(w->s[0], fd, "x", 1), 1);
	world_run(w, 60 * WORLD_S);
	EXPECT_EQ(pending_error(w, fd), 0);
	EXPECT_EQ(fata_read(w->s[0], fd, b, sizeof b), -1);
	EXPECT_EQ(errno, EHOSTUNREACH);
	world_free(w);
}

TEST(no_way_is_network_unreachable_for_datagrams_too)
{
	struct world *w = world_new((struct fata_config){ .seed = 3, .link = FATA_ETHERNET });

	for (u32 i = 0; i < 2; i += 1) {
		struct world_address far = world_at(domains[i], 1, 80);
		int fd = fata_socket(w->s[0], domains[i], SOCK_DGRAM, 0);

		if (domains[i] == AF_INET)
			far.four.sin_addr.s_addr = htonl(0x08080808);
		else
			far.six.sin6_addr.s6_addr[0] = 0x24;
		EXPECT_EQ(fata_sendto(w->s[0], fd, "x", 1, 0, &far.any, far.n), -1);
		EXPECT_EQ(errno, ENETUNREACH);
		EXPECT_EQ(fata_connect(w->s[0], fd, &far.any, far.n), -1);
		EXPECT_EQ(errno, ENETUNREACH);
	}
	world_free(w);
}

/* What stack 0 sent last comes back in an error of a router's. */
static void error_comes(struct world *w, int domain, u8 type, u8 code, struct view about)
{
	u8 room[400], message[300];
	struct writer p = writer_of(span_of(room)), m = writer_of(span_of(message));
	struct ip from = ip_from4(0x0a000063), to = ip_from4(0x0a000001);
	struct ip from6 = { 0xfd00000000000000ull, 0x63 }, to6 = { 0xfd00000000000000ull, 1 };

	if (domain == AF_INET) {
		icmp4_write(&m, &(struct icmp4){ .type = type, .code = code, .mtu = 1400 }, about);
		struct ip4 ip = ip4_packet(from, to, IP_ICMP4, (u16)write_len(&m));

		ip4_write(&p, &ip);
	} else {
		icmp6_write(
			&m, from6, to6, &(struct icmp6){ .type = type, .code = code, .mtu = 1400 }, about);
		struct ip6 ip = ip6_packet(from6, to6, IP_ICMP6, (u16)write_len(&m));

		ip6_write(&p, &ip);
	}
	write_view(&p, write_done(&m));
	EXPECT_EQ(fata_input(w->s[0], room, write_len(&p)), 0);
	world_run(w, WORLD_MS);
}

TEST(each_kind_of_icmp_error_has_the_errno_of_linux)
{
	static const struct {
		int domain;
		u8 type, code;
		int error;
	} table[] = { { AF_INET, 3, 0, ENETUNREACH }, { AF_INET, 3, 1, EHOSTUNREACH },
		{ AF_INET, 3, 2, ENOPROTOOPT }, { AF_INET, 3, 3, ECONNREFUSED }, { AF_INET, 3, 4, 0 },
		{ AF_INET, 3, 5, EHOSTUNREACH },                                 /* EOPNOTSUPP */
		{ AF_INET, 3, 6, ENETUNREACH }, { AF_INET, 3, 7, EHOSTUNREACH }, /* EHOSTDOWN */
		{ AF_INET, 3, 8, EHOSTUNREACH },                                 /* ENONET */
		{ AF_INET, 3, 9, ENETUNREACH }, { AF_INET, 3, 10, EHOSTUNREACH },
		{ AF_INET, 3, 11, ENETUNREACH }, { AF_INET, 3, 12, EHOSTUNREACH },
		{ AF_INET, 3, 13, EHOSTUNREACH }, { AF_INET, 3, 14, EHOSTUNREACH },
		{ AF_INET, 3, 15, EHOSTUNREACH }, { AF_INET, 11, 0, EHOSTUNREACH },
		{ AF_INET, 12, 0, EPROTO }, { AF_INET6, 1, 0, ENETUNREACH }, { AF_INET6, 1, 1, EACCES },
		{ AF_INET6, 1, 2, EHOSTUNREACH }, { AF_INET6, 1, 3, EHOSTUNREACH },
		{ AF_INET6, 1, 4, ECONNREFUSED }, { AF_INET6, 1, 5, EACCES }, { AF_INET6, 1, 6, EACCES },
		{ AF_INET6, 2, 0, 0 }, { AF_INET6, 3, 0, EHOSTUNREACH }, { AF_INET6, 4, 1, EPROTO } };
	struct world *w = world_new((struct fata_config){ .seed = 4 });

	w->delay_ns = WORLD_S; /* what is sent stays in the queue, to be quoted */
	for (u32 i = 0; i < COUNT(table); i += 1) {
		int fd = connected(w, table[i].domain, SOCK_DGRAM, 1);

		EXPECT_EQ(fata_write(w->s[0], fd, "x", 1), 1);
		struct world_packet *p = w->queue;

		while (p->next)
			p = p->next;
		error_comes(w, table[i].domain, table[i].type, table[i].code, view_make(p->bytes, p->n));
		if (pending_error(w, fd) != table[i].error)
			test_fail(__FILE__, __LINE__, "type %u, code %u", table[i].type, table[i].code);
		EXPECT_EQ(fata_close(w->s[0], fd), 0);
		world_run(w, 2 * WORLD_S);
	}
	world_free(w);
}
