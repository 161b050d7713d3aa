/* dhcp_server.h - a DHCP server for one small network: what a user-mode gateway needs. Included by dhcp.h.
 *
 * It gives the addresses from `first` on, `count` of them, to whoever asks, and
 * remembers by hardware address who has which. A client keeps its address as
 * long as nobody needs it more: when all are given, the one whose lease ended
 * first goes to the next; if no lease has ended, a newcomer gets no answer.
 */
#ifndef LIB_DHCP_DHCP_SERVER_H
#define LIB_DHCP_DHCP_SERVER_H

#include "lib/dhcp/dhcp.h"

#define DHCP_SERVER_LEASES 32u

struct dhcp_server_config {
	struct ip own;                      /* the server's address: option 54 */
	struct ip first;                    /* the first address to give */
	u32 count;                          /* how many: 1 to DHCP_SERVER_LEASES */
	u8 bits;                            /* the network's prefix length */
	struct ip router;                   /* none: not told */
	struct ip resolver[DHCP_RESOLVERS]; /* up to the first none */
	u16 mtu;                            /* 0: not told */
	u32 lease_s;                        /* at least 60 */
};

struct dhcp_given {
	struct mac mac; /* none: a client found somebody else there; not given until the lease ends */
	u64 end_ns;     /* 0: never given */
};

struct dhcp_server {
	struct dhcp_server_config config;
	struct dhcp_given given[DHCP_SERVER_LEASES];
};

void dhcp_server_init(struct dhcp_server *s, const struct dhcp_server_config *c);

/* Answers a message that came to UDP port 67. False: nothing to say. out must have
 * DHCP_BYTES_MAX. The answer goes from port 67 to port 68 of to->to: the client's
 * address, or 255.255.255.255 for one that has none yet. */
bool dhcp_answer(struct dhcp_server *s, struct view request, u64 now, struct span out, usize *n,
	struct dhcp_where *to);

#endif
