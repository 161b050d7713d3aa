/* ip_prove.h - for drivers of cores that stand on lib/ip and lib/eth: calls what is there, so that
 * "every statement was reached" can be asked of those sources too. */
#ifndef LIB_IP_IP_PROVE_H
#define LIB_IP_IP_PROVE_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"
#include "verify/model.h"

static inline struct ip any_ip(void)
{
	return (struct ip){ any_u64(), any_u64() };
}

static inline struct mac any_mac(void)
{
	return (struct mac){ { any_u8(), any_u8(), any_u8(), any_u8(), any_u8(), any_u8() } };
}

static inline struct ip_prefix any_prefix(void)
{
	return (struct ip_prefix){ any_ip(), any_u8() };
}

static inline void call_ip(void)
{
	static u8 input[128], room[64];
	struct reader r = reader_of(any_view(input));
	struct writer w = writer_of(any_span(room));
	struct eth e;

	(void)ip_is_multicast(any_ip());
	(void)ip_is_broadcast4(any_ip());
	(void)ip_is_loopback(any_ip());
	(void)ip_is_link_local(any_ip());
	(void)ip_in(any_ip(), any_prefix());
	(void)ip_broadcast_of(any_prefix());
	(void)ip_solicited_of(any_ip());
	(void)ip_link_local_of(any_mac());
	(void)ip_multicast_mac(any_ip());
	(void)ip_pseudo_sum(any_ip(), any_ip(), any_u8(), any_u32());
	write_ip4(&w, read_ip4(&r));
	write_ip6(&w, read_ip6(&r));
	(void)eth_read(&r, &e);
	(void)eth_is_for(&e, any_mac());
	(void)mac_is_station(any_mac());
	eth_write(&w, &e);
}

#endif
