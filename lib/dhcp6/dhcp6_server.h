/* dhcp6_server.h - a DHCPv6 server for one link (RFC 9915 18.3). Included by dhcp6.h.
 *
 * It gives one address (IA_NA) and delegates one prefix (IA_PD) to each identity association that asks,
 * remembers by DUID and IAID who has which, and tells resolvers and search list.
 *
 *     dhcp6_server_init(s, &config)
 *     if (dhcp6_answer(s, message, now, room, &n)) ...    what came from a link-local address, port 546, to
 *                                                         dhcp6_servers(), port 547; the answer goes back there
 *
 * A client keeps what it has as long as nobody needs it more: when all are given, the one whose lease
 * ended first goes to the next; if no lease has ended, a newcomer is told that there is none. So one
 * that asks under ever new names can take all that is left, but nothing from those who have it. To
 * advertise takes nothing: what is advertised may have gone to another when the client requests it,
 * who then gets another.
 */
#ifndef LIB_DHCP6_DHCP6_SERVER_H
#define LIB_DHCP6_DHCP6_SERVER_H

#include "lib/dhcp6/dhcp6.h"

#define DHCP6_SERVER_LEASES    32u  /* addresses, and as many prefixes */
#define DHCP6_ANSWER_BYTES_MAX 768u /* what is written never exceeds this */

struct dhcp6_server_config {
	struct mac mac;           /* the server's name (DUID-LL) */
	struct ip_prefix first;   /* the first address, its last five bits zero; bits: the link's prefix */
	u32 addresses;            /* how many: 0 to DHCP6_SERVER_LEASES */
	struct ip_prefix prefix;  /* the first to delegate, of 32 to 64 bits, its last five bits zero */
	u32 prefixes;             /* how many, side by side: 0 to DHCP6_SERVER_LEASES */
	u32 preferred_s, valid_s; /* from 10, preferred_s not above valid_s, and not for ever */
	bool rapid;               /* one message less (21.14): for the only server of a link */
	struct ip resolver[DHCP6_RESOLVERS]; /* up to the first none */
	struct search search;
};

struct dhcp6_given {
	struct dhcp6_duid
		client; /* none: a client found somebody else there; not given until the lease ends */
	u32 iaid;
	u64 end_ns; /* 0: never given */
};

/* What is given to one kind of identity association. */
struct dhcp6_stock {
	struct ip_prefix first;
	u32 count;
	bool prefix; /* IA_PD */
	u32 below;   /* a prefix's number stands above so many bits of the address's first word */
	struct dhcp6_given given[DHCP6_SERVER_LEASES];
};

struct dhcp6_server {
	struct dhcp6_server_config config;
	struct dhcp6_stock address, prefix;
};

void dhcp6_server_init(struct dhcp6_server *s, const struct dhcp6_server_config *c);

/* False: nothing to say. out must have DHCP6_ANSWER_BYTES_MAX. */
bool dhcp6_answer(struct dhcp6_server *s, struct view request, u64 now, struct span out, usize *n);

/* Place i, from 0: what of it is leased now; none: nothing, or past the last. Where packets to a delegated
 * prefix are to go is the caller's to remember: the address from which came the message that changed its given[i].end_ns
 * (it was leased, anew or for longer, or given back). */
struct ip_prefix dhcp6_server_address(const struct dhcp6_server *s, u32 i, u64 now);
struct ip_prefix dhcp6_server_prefix(const struct dhcp6_server *s, u32 i, u64 now);

#endif
