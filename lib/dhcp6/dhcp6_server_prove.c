/* prove: lib/dhcp6/dhcp6_server.c lib/dhcp6/dhcp6_wire.c lib/search/search.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * dhcp6_server_prove.c - any messages to any server, at any times. Not reached: joins of Frama-C's, and the
 * jumps of require()s that hold. */
/* prove-unreached: is_heard 1 dhcp6_server_init 1 below_of 1 */
#include "lib/dhcp6/dhcp6_wire.h"
#include "lib/ip/ip_prove.h"

static u8 message[1600], room[DHCP6_ANSWER_BYTES_MAX], names[300];
static struct dhcp6_server s;

int main(void)
{
	struct dhcp6_server_config c = { .mac = any_mac(),
		.first = { { any_u64(), any_u64() & ~31ull }, any_u8() },
		.addresses = (u32)any_upto(DHCP6_SERVER_LEASES),
		.prefix = { { any_u64() & ~0x1fffffffffull, 0 }, (u8)(32u + any_u8() % 33u) },
		.prefixes = (u32)any_upto(DHCP6_SERVER_LEASES),
		.preferred_s = 60,
		.valid_s = 60u + any_u16(),
		.rapid = any_bool(),
		.resolver = { any_ip(), any_ip(), any_ip() } };
	struct dhcp6_message m;
	struct writer w = writer_of(any_span(room));
	usize n;

	call_ip();
	(void)search_add(&c.search, any_view(names));
	(void)dhcp6_message_read(any_view(message), &m);
	m.elapsed = any_u16();
	dhcp6_message_write(&w, &m);
	dhcp6_server_init(&s, &c);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		(void)dhcp6_answer(&s, any_view(message), now, span_of(room), &n);
		(void)dhcp6_server_address(&s, any_u32(), now);
		(void)dhcp6_server_prefix(&s, any_u32(), now);
	}
	return 0;
}
