/* host_errors_test.c - ICMP errors to and from a host alone on its wire: whom it tells, and what it believes. */
#include "lib/udp/udp.h"
#include "stack/host_test.h"

HOST_REASSEMBLY(service, 2u, 2048u);

static struct datagram_error told;
static u32 telling;

static void hear(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	(void)h;
	(void)d;
	(void)now;
}

static void be_told(void *context, struct host *h, const struct datagram_error *e, u64 now)
{
	EXPECT(context == &told && h == &host && now > 0);
	told = *e;
	telling += 1;
}

TEST(a_program_is_told_what_became_of_its_datagrams)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		bool four = family == 4;

		start();
		telling = 0;
		EXPECT_EQ(datagram_bind(&host, 4000, hear, &told), 4000);
		datagram_errors(&host, 4000, be_told);
		error(family, four ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE, four ? ICMP4_PORT : ICMP6_PORT, 0,
			quote(span_of(b), family, IP_UDP, 100, 4000, 0));
		EXPECT_EQ(telling, 1);
		EXPECT_EQ(told.trouble, ICMP_NO_PORT);
		EXPECT(ip_equal(told.to, them(family)) && told.to_port == 7 && told.from_port == 4000);
		error(family, four ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED, 0, 0,
			quote(span_of(b), family, IP_UDP, 100, 4000, 0));
		EXPECT_EQ(told.trouble, ICMP_NO_WAY);
		EXPECT_EQ(telling, 2);
		error(family, four ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED, 0, 0,
			quote(span_of(b), family, IP_UDP, 100, 4001, 0));
		EXPECT_EQ(telling, 2);
		EXPECT_EQ(host.counts.errors_in, 2);
		datagram_errors(&host, 4000, NULL);
		error(family, four ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED, 0, 0,
			quote(span_of(b), family, IP_UDP, 100, 4000, 0));
		EXPECT_EQ(telling, 2);
	}
}

static u32 heard;
static void count(void *context, struct host *h, const struct datagram *d, u64 now)
{
	(void)context;
	(void)h;
	(void)now;
	heard += d->data.n == 3;
}

/* A datagram to port 4000; without_sum: its checksum is 0. */
static void datagram(u32 family, u16 from_port, bool without_sum)
{
	u8 room_of[100], packet[40];
	struct writer m = writer_of(span_of(packet)), w = writer_of(span_of(room_of));
	struct udp udp = { .from_port = from_port, .to_port = 4000, .len_bytes = 3 };
	bool four = family == 4;

	udp_write(&m, &udp, without_sum ? 0 : udp_checksum(them(family), us(family), &udp, text("abc")));
	write_view(&m, text("abc"));
	eth_write(&w, &(struct eth){ host.net.mac, { { 2, 0, 0, 0, 0, 1 } }, four ? ETH_IP4 : ETH_IP6, 0 });
	if (four)
		ip4_write(&w, &(struct ip4[]){ ip4_packet(them(4), us(4), IP_UDP, (u16)write_len(&m)) }[0]);
	else
		ip6_write(&w, &(struct ip6[]){ ip6_packet(them(6), us(6), IP_UDP, (u16)write_len(&m)) }[0]);
	write_view(&w, write_done(&m));
	host_frame(&host, &(struct net_frame){ .data = write_done(&w) });
}

TEST(a_port_with_a_peer_hears_and_believes_nobody_else)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		bool four = family == 4;

		start();
		heard = telling = 0;
		EXPECT_EQ(datagram_bind(&host, 4000, count, &told), 4000);
		datagram_errors(&host, 4000, be_told);
		datagram_peer(&host, 4000, them(family), 7);
		datagram(family, 7, false);
		EXPECT_EQ(heard, 1);
		datagram(family, 8, false);
		EXPECT_EQ(heard, 1);
		EXPECT_EQ(host.counts.refused, 1); /* it finds nobody, and is told */
		error(family, four ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE, four ? ICMP4_PORT : ICMP6_PORT, 0,
			quote(span_of(b), family, IP_UDP, 100, 4000, 0)); /* quotes port 7 */
		EXPECT_EQ(telling, 1);
		datagram_peer(&host, 4000, them(family), 9);
		error(family, four ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE, four ? ICMP4_PORT : ICMP6_PORT, 0,
			quote(span_of(b), family, IP_UDP, 100, 4000, 0));
		EXPECT_EQ(telling, 1);
		datagram_peer(&host, 4000, ip_none(), 0);
		datagram(family, 8, false);
		EXPECT_EQ(heard, 2);
	}
	EXPECT_PANIC(datagram_peer(&host, 4001, ip_none(), 0));
}

/* RFC 4293, 4022, 4113. */
TEST(what_comes_and_goes_is_counted_under_the_names_of_the_rfcs)
{
	for (u32 family = 4; family <= 6; family += 2) {
		struct host_ip_counts *ip;

		start();
		ip = family == 4 ? &host.counts.ip4 : &host.counts.ip6;
		u64 before = ip->out_requests;
		datagram(family, 7, false); /* nobody listens */
		EXPECT_EQ(datagram_bind(&host, 4000, count, NULL), 4000);
		datagram(family, 7, false);
		EXPECT(ip->in_receives == 2 && ip->in_delivers == 2);
		EXPECT(host.counts.udp.no_ports == 1 && host.counts.datagrams_in == 1);
		EXPECT_EQ(ip->out_requests - before, family == 4 ? 1 : 2); /* that, and who is there? */
		struct flow *f = flow_connect(&host, them(family), 7, idle, NULL);
		EXPECT(f != NULL);
		EXPECT(host.counts.tcp.out_segs == 1 && host.counts.flows_out == 1);
		tcp_abort(&f->tcp);
		flow_run(f);
		EXPECT(host.counts.tcp.attempt_fails == 1 && host.counts.tcp.estab_resets == 0);
		EXPECT_EQ(host_facts(&host).curr_estab, 0);
		EXPECT(!datagram_send(&host, ip_none(), 1,
			family == 4 ? ip_from4(0x08080808) : (struct ip){ 0x2400000000000000ull, 1 }, 2,
			text("x"), NS_PER_S));
		EXPECT_EQ(ip->out_no_routes, 1);
	}
}

/* RFC 768, RFC 8200 8.1. */
TEST(a_datagram_without_a_checksum_is_heard_over_ipv4_and_not_over_ipv6)
{
	start();
	heard = 0;
	EXPECT_EQ(datagram_bind(&host, 4000, count, NULL), 4000);
	datagram(4, 7, true);
	EXPECT_EQ(heard, 1);
	datagram(6, 7, true);
	EXPECT_EQ(heard, 1);
	EXPECT_EQ(host.counts.dropped_checksum, 1);
}

TEST(too_big_is_believed_for_a_bound_port_and_no_error_is_answered)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		start();
		EXPECT_EQ(datagram_bind(&host, 4000, hear, NULL), 4000);
		too_big(family, 1400, quote(span_of(b), family, IP_UDP, 1500, 4001, 0));
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1500);
		u32 before = sent;
		too_big(family, 1400, quote(span_of(b), family, IP_UDP, 1500, 4000, 0));
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1400);
		EXPECT_EQ(sent, before);
	}
}

TEST(too_big_is_believed_of_a_flow_only_for_what_it_has_in_flight)
{
	u8 b[80];

	for (u32 family = 4; family <= 6; family += 2) {
		start();
		struct flow *f = flow_connect(&host, them(family), 7, idle, NULL);

		EXPECT(f);
		if (!f)
			return;
		u32 una = f->tcp.snd_una;
		EXPECT_EQ(f->tcp.snd_max - una, 1); /* the SYN */
		too_big(family, 1400, quote(span_of(b), family, IP_TCP, 1500, f->local_port, una - 1));
		too_big(family, 1400, quote(span_of(b), family, IP_TCP, 1500, f->local_port, una + 1));
		too_big(family, 1400, quote(span_of(b), family, IP_TCP, 1500, (u16)(f->local_port ^ 1), una));
		EXPECT_EQ(host.counts.errors_in, 0);
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1500);
		too_big(family, 1400, quote(span_of(b), family, IP_TCP, 1500, f->local_port, una));
		EXPECT_EQ(host.counts.errors_in, 1);
		EXPECT_EQ(host_path_mtu(&host, them(family)), 1400);
	}
}

TEST(errors_for_a_port_that_nobody_has_are_the_callers_bug)
{
	start();
	EXPECT_PANIC(datagram_errors(&host, 4000, be_told));
}

/* ---- fragments that never become whole ---- */

/* A piece of a datagram to us, with more behind it. */
static struct view piece(struct span s, u32 family, u8 protocol, u16 offset, struct view data)
{
	struct writer w = writer_of(s);

	if (family == 4) {
		struct ip4 ip = ip4_packet(them(4), us(4), protocol, (u16)data.n);

		ip.dont_fragment = false;
		ip.more_fragments = true;
		ip.offset_bytes = offset;
		ip.id = 7;
		ip4_write(&w, &ip);
	} else {
		struct ip6 ip =
			ip6_packet(them(6), us(6), IP6_FRAGMENT_HEADER, (u16)(IP6_FRAGMENT_BYTES + data.n));

		ip6_write(&w, &ip);
		ip6_write_fragment(&w, protocol, 7, offset, true);
	}
	write_view(&w, data);
	return write_done(&w);
}

static void comes(u32 family, struct view packet)
{
	u8 frame[1600];
	struct writer w = writer_of(span_of(frame));

	eth_write(&w, &(struct eth){ host.net.mac, their_mac, family == 4 ? ETH_IP4 : ETH_IP6, 0 });
	write_view(&w, packet);
	host_frame(&host, &(struct net_frame){ .data = write_done(&w) });
}

/* The last frame is "fragment reassembly time exceeded" about this packet. */
static bool told_of(u32 family, struct view packet)
{
	usize ip = family == 4 ? IP4_HEADER_BYTES : IP6_HEADER_BYTES;
	struct view v = view_from(view_first(view_of(last), last_bytes), ETH_HEADER_BYTES);
	struct view icmp = view_from(v, ip);

	return view_at(v, family == 4 ? 9 : 6) == (family == 4 ? IP_ICMP4 : IP_ICMP6) &&
	       view_at(icmp, 0) == (family == 4 ? ICMP4_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED) &&
	       view_at(icmp, 1) == 1 && view_equal(view_from(icmp, ICMP4_HEADER_BYTES), packet);
}

/* Comes alone and waits for the rest: whether its sender was told when its time was over, and not before. */
static bool told_in_time(u32 family, struct view packet)
{
	u64 over = NS_PER_S + (family == 4 ? REASSEMBLY_NS4 : REASSEMBLY_NS6);
	bool early;

	start();
	host_reassemble(&host, &service_reassembly, 2, 2048, service_reassembly_memory,
		sizeof service_reassembly_memory);
	comes(family, packet);
	EXPECT(host_step(&host, NS_PER_S) <= over);
	(void)neigh_learn(&host.neigh, them(family), their_mac, NEIGH_CREATE | NEIGH_OVERRIDE, over - 1);
	(void)host_step(&host, over - 1);
	EXPECT_EQ(host.counts.dropped_fragments, 0);
	early = told_of(family, packet);
	(void)host_step(&host, over);
	EXPECT_EQ(host.counts.dropped_fragments, 1);
	return !early && told_of(family, packet);
}

TEST(what_is_never_whole_is_told_in_time_if_its_first_piece_came)
{
	u8 b[400], data[256] = { 0 };

	for (u32 family = 4; family <= 6; family += 2) {
		u8 icmp = family == 4 ? IP_ICMP4 : IP_ICMP6;

		EXPECT(told_in_time(family, piece(span_of(b), family, IP_UDP, 0, view_of(data))));
		EXPECT(!told_in_time(family, piece(span_of(b), family, IP_UDP, 256, view_of(data))));
		data[0] = family == 4 ? ICMP4_ECHO : ICMP6_ECHO;
		EXPECT(told_in_time(family, piece(span_of(b), family, icmp, 0, view_of(data))));
		data[0] = family == 4 ? ICMP4_UNREACHABLE : ICMP6_UNREACHABLE; /* never about an error */
		EXPECT(!told_in_time(family, piece(span_of(b), family, icmp, 0, view_of(data))));
		data[0] = 0;
	}
}

/* ---- how much is said ---- */

/* A SYN (TCP) or an empty datagram for a port that nobody has: whether that was said. */
static bool told_to(u32 family, u8 protocol)
{
	u8 frame[100];
	struct writer w = writer_of(span_of(frame));
	u16 n = protocol == IP_TCP ? 20 : 8;
	struct ip4 ip4 = ip4_packet(them(4), us(4), protocol, n);
	struct ip6 ip6 = ip6_packet(them(6), us(6), protocol, n);
	u64 refused = host.counts.refused;
	u32 before = sent;

	eth_write(&w, &(struct eth){ host.net.mac, their_mac, family == 4 ? ETH_IP4 : ETH_IP6, 0 });
	if (family == 4)
		ip4_write(&w, &ip4);
	else
		ip6_write(&w, &ip6);
	if (protocol == IP_TCP)
		tcp_write(&w,
			&(struct tcp_segment){ .from_port = 4000, .to_port = 9, .seq = 1, .flags = TCP_SYN },
			0);
	else
		udp_write(&w, &(struct udp){ .from_port = 4000, .to_port = 9 },
			1); /* not "none", which IPv6 forbids */
	host_frame(&host, &(struct net_frame){ .data = write_done(&w), .csum = NET_CSUM_GOOD });
	EXPECT_EQ(host.counts.refused - refused, sent - before);
	return sent > before;
}

TEST(a_scan_of_ports_does_not_silence_errors_nor_they_resets)
{
	for (u32 family = 4; family <= 6; family += 2) {
		for (u32 i = 0; i < 2; i += 1) {
			u8 scan = i == 0 ? IP_TCP : IP_UDP, other = i == 0 ? IP_UDP : IP_TCP;
			u32 told_of_it = 0;

			start();
			(void)neigh_learn(&host.neigh, them(family), their_mac, NEIGH_CREATE | NEIGH_OVERRIDE,
				NS_PER_S);
			for (u32 k = 0; k < 1000; k += 1)
				told_of_it += told_to(family, scan);
			EXPECT(told_of_it >= ICMP_BURST / 2 && told_of_it < 2 * ICMP_BURST);
			EXPECT(!told_to(family, scan));
			EXPECT(told_to(family, other));
		}
	}
}
