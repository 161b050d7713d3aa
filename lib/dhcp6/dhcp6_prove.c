/* prove: lib/dhcp6/dhcp6.c lib/dhcp6/dhcp6_wire.c lib/search/search.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c */
/* prove-unreached: dhcp6_deadline 1 */
/* dhcp6_prove.c - any messages at any times, in any order of the calls. Not reached: a join of Frama-C's. */
#include "lib/dhcp6/dhcp6_wire.h"
#include "lib/ip/ip_prove.h"

static u8 message[1600], room[DHCP6_BYTES_MAX];
static struct dhcp6 d;

int main(void)
{
	struct dhcp6_config c = { any_mac(), any_u64(), any_bool(), any_bool() };
	struct dhcp6_message m;
	struct writer w = writer_of(any_span(room));
	usize n;

	call_ip();
	(void)dhcp6_state_name(any_u8());
	(void)dhcp6_servers();
	(void)dhcp6_message_read(any_view(message), &m);
	m.elapsed = any_u16();
	dhcp6_message_write(&w, &m);
	dhcp6_init(&d, &c);
	while (NONDET()) {
		u64 now = any_u64() / 4;

		if (NONDET())
			dhcp6_solicit(&d, now);
		if (NONDET())
			dhcp6_inform(&d, now);
		(void)dhcp6_receive(&d, any_view(message), now);
		(void)dhcp6_deadline(&d);
		(void)dhcp6_send(&d, now, span_of(room), &n);
		(void)dhcp6_deadline(&d);
		if (NONDET())
			dhcp6_decline(&d, now);
		if (NONDET())
			dhcp6_restart(&d, now);
		if (NONDET())
			dhcp6_release(&d);
	}
	return 0;
}
