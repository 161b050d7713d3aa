/* arp_fuzz.c - any packets against a claim: it never sends what it would refuse, and ends. */
#include "lib/arp/arp.h"
#include "lib/neigh/neigh.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };

static void sound(const struct arp *a)
{
	u8 room[ARP_BYTES];
	struct writer w = writer_of(span_of(room));
	struct arp back;

	arp_write(&w, a);
	struct reader r = reader_of(write_done(&w));
	require(arp_read(&r, &back) && read_finished(&r));
	require(back.op == a->op && mac_equal(back.sender_mac, a->sender_mac));
	require(ip_equal(back.sender_ip, a->sender_ip) && ip_equal(back.target_ip, a->target_ip));
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct ip own = ip_from4(0x0a000001u);
	struct arp_claim c;
	struct arp a;
	u64 now = 0;

	arp_claim_start(&c, us, own, read_u8(&r) % 2 != 0, read_u8(&r), now);
	while (read_left(&r) > 0) {
		u64 deadline = arp_claim_deadline(&c);
		u8 what = read_u8(&r);

		now += what % 16u * 100 * NS_PER_MS;
		if (what < 128 && deadline != TIME_NEVER && deadline > now)
			now = deadline;
		struct reader p =
			reader_of(read_view(&r, read_left(&r) < ARP_BYTES ? read_left(&r) : ARP_BYTES));
		if (arp_read(&p, &a)) {
			sound(&a);
			require(!ip_equal(a.sender_ip, own) || arp_learn(&a, own) == 0);
			if (arp_claim_receive(&c, &a, now))
				require(c.state == ARP_CLAIM_LOST && !mac_equal(a.sender_mac, us));
		}
		for (u32 i = 0; arp_claim_due(&c, now, &a); i += 1) {
			require(i < 8 && c.state != ARP_CLAIM_LOST);
			sound(&a);
		}
		require(arp_claim_deadline(&c) > now);
	}
	return 0;
}
