#include "lib/arp/arp.h"
#include "lib/neigh/neigh.h"

/* RFC 826, "Definitions". */
enum { HARDWARE_ETHERNET = 1, MAC_BYTES = 6, IP_BYTES = 4 };

/* An address that a station can have. */
static bool can_own(struct ip a)
{
	return ip_to4(a) >> 24 != 0 && !ip_is_multicast(a) && !ip_is_broadcast4(a) && !ip_is_loopback(a);
}

bool arp_read(struct reader *r, struct arp *out)
{
	struct arp a;

	*out = (struct arp){ ARP_REQUEST, { { 0 } }, { 0, 0 }, { { 0 } }, { 0, 0 } };
	u16 hardware = read_be16(r);
	u16 protocol = read_be16(r);
	u8 mac_bytes = read_u8(r);
	u8 ip_bytes = read_u8(r);
	u16 op = read_be16(r);
	a.sender_mac = read_mac(r);
	a.sender_ip = read_ip4(r);
	a.target_mac = read_mac(r);
	a.target_ip = read_ip4(r);
	if (read_bad(r) || hardware != HARDWARE_ETHERNET || protocol != ETH_IP4)
		return false;
	if (mac_bytes != MAC_BYTES || ip_bytes != IP_BYTES || !mac_is_station(a.sender_mac))
		return false;
	if (op != ARP_REQUEST && op != ARP_REPLY)
		return false;
	a.op = op == ARP_REQUEST ? ARP_REQUEST : ARP_REPLY;
	/* RFC 5227 1.1: only the question whether an address is free has no sender. */
	if (ip_to4(a.sender_ip) == 0 && a.op == ARP_REQUEST)
		a.sender_ip = ip_none();
	else if (!can_own(a.sender_ip))
		return false;
	*out = a;
	return true;
}

void arp_write(struct writer *w, const struct arp *a)
{
	write_be16(w, HARDWARE_ETHERNET);
	write_be16(w, ETH_IP4);
	write_u8(w, MAC_BYTES);
	write_u8(w, IP_BYTES);
	write_be16(w, a->op == ARP_REPLY ? ARP_REPLY : ARP_REQUEST);
	write_mac(w, a->sender_mac);
	write_ip4(w, a->sender_ip); /* none is written as 0.0.0.0 */
	write_mac(w, a->target_mac);
	write_ip4(w, a->target_ip);
}

struct arp arp_request(struct mac own, struct ip own_ip, struct ip target)
{
	return (struct arp){ ARP_REQUEST, own, own_ip, mac_none(), target };
}

struct arp arp_reply(const struct arp *asked, struct mac own)
{
	return (struct arp){ ARP_REPLY, own, asked->target_ip, asked->sender_mac, asked->sender_ip };
}

struct arp arp_probe(struct mac own, struct ip wanted)
{
	return arp_request(own, ip_none(), wanted);
}

struct arp arp_announcement(struct mac own, struct ip ip)
{
	return arp_request(own, ip, ip);
}

bool arp_asks_for(const struct arp *a, struct ip own)
{
	return a->op == ARP_REQUEST && ip_equal(a->target_ip, own);
}

u32 arp_learn(const struct arp *a, struct ip own)
{
	bool to_us = ip_equal(a->target_ip, own);

	/* None, or a station that says it has our own address: a conflict, no neighbour. */
	if (ip_is_none(a->sender_ip) || ip_equal(a->sender_ip, own))
		return 0;
	if (a->op == ARP_REPLY)
		return to_us ? NEIGH_SOLICITED | NEIGH_OVERRIDE : NEIGH_OVERRIDE;
	return to_us ? NEIGH_CREATE | NEIGH_OVERRIDE : NEIGH_OVERRIDE;
}
