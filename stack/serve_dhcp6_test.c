/* serve_dhcp6_test.c - a DHCPv6 server on a host alone on its wire, and the core of a client: where delegated prefixes lead. */
#include "lib/udp/udp.h"
#include "stack/host_test.h"
#include "stack/serve_dhcp6.h"

static struct serve_dhcp6 server;
static struct host_multicast groups;
static struct dhcp6 client;

static const struct ip_prefix offered = { { 0xfd77000000000000ull, 0 }, 56 };

static struct ip link_local(u64 n)
{
	return (struct ip){ 0xfe80000000000000ull, n };
}

static void begin(u32 prefixes)
{
	start();
	multicast_start(&host, &groups);
	serve_dhcp6(&host, &server,
		&(struct dhcp6_server_config){ .prefix = offered,
			.prefixes = prefixes,
			.preferred_s = 100,
			.valid_s = 200,
			.rapid = true });
}

static void be_client(u8 number)
{
	dhcp6_init(&client, &(struct dhcp6_config){
				    .mac = { { 2, 0, 0, 0, 1, number } }, .random = number, .prefix = true });
}

/* A message to the servers of the link, from there. */
static void message(struct ip from, struct view data)
{
	static u8 frame[1600];
	struct writer w = writer_of(span_of(frame));
	struct udp udp = { .from_port = 546, .to_port = 547, .len_bytes = (u16)data.n };
	struct ip6 ip = ip6_packet(from, dhcp6_servers(), IP_UDP, (u16)(data.n + UDP_HEADER_BYTES));

	eth_write(&w, &(struct eth){ ip_multicast_mac(dhcp6_servers()), their_mac, ETH_IP6, 0 });
	ip6_write(&w, &ip);
	udp_write(&w, &udp, 0xffff);
	write_view(&w, data);
	host_frame(&host, &(struct net_frame){ .data = write_done(&w), .csum = NET_CSUM_GOOD });
}

/* All that the client has to say now, and what it is told. */
static void talk(struct ip from)
{
	u8 said[DHCP6_BYTES_MAX];
	usize n;

	know(from);
	for (u32 i = 0; i < 4 && dhcp6_send(&client, host.now, span_of(said), &n); i += 1) {
		u32 before = sent;

		message(from, view_first(view_of(said), n));
		if (sent > before)
			(void)dhcp6_receive(&client,
				view_from(view_first(view_of(last), last_bytes),
					ETH_HEADER_BYTES + IP6_HEADER_BYTES + UDP_HEADER_BYTES),
				host.now);
	}
}

static struct ip way_to(struct ip_prefix p)
{
	return host_hop(&host, (struct ip){ p.ip.hi, 1 });
}

static void at_s(u64 s)
{
	(void)host_step(&host, s * NS_PER_S);
}

static void ask_anew(u8 number, u64 from)
{
	be_client(number);
	dhcp6_solicit(&client, host.now);
	talk(link_local(from));
}

TEST(to_a_delegated_prefix_there_is_a_way_by_its_client)
{
	begin(4);
	EXPECT(ip_is_none(way_to(offered)));
	ask_anew(1, 0x51);
	EXPECT(dhcp6_bound(&client));
	EXPECT(ip_equal(way_to(client.lease.prefix.ip), link_local(0x51)));
	EXPECT(ip_is_none(
		way_to((struct ip_prefix){ { offered.ip.hi + 0x300, 0 }, 56 }))); /* that is nobody's */
}

TEST(the_way_ends_with_the_lease)
{
	begin(4);
	ask_anew(1, 0x51);
	struct ip_prefix p = client.lease.prefix.ip;

	at_s(200);
	EXPECT(ip_equal(way_to(p), link_local(0x51)));
	at_s(201); /* it began at 1 s */
	EXPECT(ip_is_none(way_to(p)));
}

TEST(a_lease_that_is_renewed_keeps_its_way_and_may_come_from_elsewhere)
{
	begin(4);
	ask_anew(1, 0x51);
	struct ip_prefix p = client.lease.prefix.ip;

	at_s(60); /* T1 */
	talk(link_local(0x52));
	EXPECT(ip_equal(way_to(p), link_local(0x52)));
	at_s(250);
	EXPECT(ip_equal(way_to(p), link_local(0x52)));
	at_s(261);
	EXPECT(ip_is_none(way_to(p)));
}

TEST(a_prefix_that_is_given_back_has_no_way_any_more)
{
	begin(4);
	ask_anew(1, 0x51);
	struct ip_prefix p = client.lease.prefix.ip;

	at_s(2);
	dhcp6_release(&client);
	talk(link_local(0x51));
	EXPECT(ip_is_none(way_to(p)));
	at_s(3);
	ask_anew(2, 0x53); /* another takes one */
	EXPECT(dhcp6_bound(&client));
	EXPECT(ip_equal(way_to(client.lease.prefix.ip), link_local(0x53)));
}

TEST(who_is_not_on_the_link_changes_no_way)
{
	u8 said[DHCP6_BYTES_MAX];
	usize n;

	begin(4);
	be_client(1);
	dhcp6_solicit(&client, host.now);
	EXPECT(dhcp6_send(&client, host.now, span_of(said), &n));
	u32 before = sent;
	message((struct ip){ 0xfd00000000000000ull, 9 }, view_first(view_of(said), n));
	EXPECT_EQ(sent, before);
	EXPECT(ip_is_none(way_to(offered)));
}

TEST(prefixes_beyond_the_table_of_routes_are_leased_without_a_way)
{
	u32 led = 0;

	begin(8);
	for (u8 i = 0; i < 8; i += 1) {
		ask_anew((u8)(10 + i), 0x60u + i);
		EXPECT(dhcp6_bound(&client));
		led += !ip_is_none(way_to(client.lease.prefix.ip));
	}
	EXPECT_EQ(led, ROUTE_ORIGIN_MAX);
}
