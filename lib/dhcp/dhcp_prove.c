/* prove: lib/dhcp/dhcp.c lib/dhcp/dhcp_wire.c lib/dhcp/dhcp_server.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * dhcp_prove.c - any messages at any times, in any order of the calls, to the client and to the server. */
/* prove-unreached: handle 1 write_server_options 1 dhcp_deadline 1 lease_of 3 read_hosts 9 write_client_options 1 dhcp_server_init 3 ip_equal_0 1 ip_equal_2 1 ip_is_none_0 1 ip_is4_1 2 */
/* Joins of Frama-C's behind the returns of a switch; require()s that hold; and addresses in DHCP are IPv4.
 * write_server_options: a server's network has at most 30 bits. lease_of, read_hosts, write_client_options: what an
 * image without `routes` or `resolvers` does (lib/parts). */
#include "lib/dhcp/dhcp.h"
#include "lib/ip/ip_prove.h"

static u8 message[1600], room[DHCP_BYTES_MAX], name[100];
static struct dhcp d;
static struct dhcp_server server;

static void serve(void)
{
	struct dhcp_where to;
	usize n;

	(void)dhcp_answer(&server, any_view(message), any_u64() / 4, span_of(room), &n, &to);
}

int main(void)
{
	struct dhcp_server_config c = { .own = ip_from4(0x0a000001u),
		.first = ip_from4(0x0a000002u),
		.count = 1u + any_u8() % 32u,
		.bits = (u8)(1u + any_u8() % 30u),
		.router = any_ip(),
		.resolver = { any_ip(), any_ip(), any_ip() },
		.mtu = any_u16(),
		.lease_s = 3600 };
	struct dhcp_where to;
	usize n;

	call_ip();
	(void)dhcp_state_name(any_u8());
	dhcp_server_init(&server, &c);
	dhcp_start(&d, any_mac(), any_view(name), any_u64(), any_u64() / 4);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		(void)dhcp_receive(&d, any_view(message), now);
		(void)dhcp_deadline(&d);
		(void)dhcp_send(&d, now, span_of(room), &n, &to);
		(void)dhcp_deadline(&d);
		(void)dhcp_bound(&d);
		if (NONDET())
			dhcp_decline(&d, now);
		if (NONDET())
			dhcp_restart(&d, now);
		if (NONDET())
			dhcp_release(&d, now);
		serve();
	}
	return 0;
}
