/* prove: lib/arp/arp.c lib/arp/arp_claim.c lib/eth/eth.c lib/ip/ip.c lib/parts/parts.c
 *
 * arp_prove.c - any packets at any times, in any order of the calls. */
/* prove-unreached: arp_claim_receive 1 ip_is_none_0 1 ip_is_none_1 1 */
/* A join of Frama-C's behind the returns of a switch. And what ARP says is IPv4: the high half is always zero. */
#include "lib/arp/arp.h"
#include "lib/ip/ip_prove.h"

static u8 packet[64], room[64];

int main(void)
{
	struct arp_claim c;
	struct arp a, out;
	struct mac own = { { 2, 0, 0, 0, 0, any_u8() } };
	struct ip ip = any_ip();

	call_ip();
	(void)arp_claim_name(any_u8());
	arp_claim_start(&c, own, ip, any_bool(), any_u64(), any_u64() / 4);
	while (NONDET()) {
		struct reader r = reader_of(any_view(packet));
		struct writer w = writer_of(any_span(room));
		u64 now = any_u64() / 4;

		if (arp_read(&r, &a)) {
			(void)arp_learn(&a, ip);
			(void)arp_asks_for(&a, ip);
			(void)arp_claim_receive(&c, &a, now);
			out = arp_reply(&a, own);
			arp_write(&w, &out);
		}
		(void)arp_claim_deadline(&c);
		while (arp_claim_due(&c, now, &out))
			arp_write(&w, &out);
		(void)arp_claim_deadline(&c);
		(void)arp_claim_holds(&c);
		if (NONDET())
			arp_claim_stop(&c);
	}
	return 0;
}
