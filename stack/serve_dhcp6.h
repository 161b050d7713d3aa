/* serve_dhcp6.h - a DHCPv6 server on a host's link (lib/dhcp6): addresses, prefixes, resolvers for who asks.
 *
 *     static struct serve_dhcp6 server;
 *     static struct host_multicast groups;
 *
 *     multicast_start(h, &groups);
 *     serve_dhcp6(h, &server, &config);
 *
 * Clients ask when a router says so: host_advertise() with `managed`, or `other`.
 *
 * To a prefix that is delegated there is a route by way of the client which asked for it, until the lease ends or is
 * given back (RFC 9915 6.3). Such routes are of those that DHCP gives (lib/route): beyond ROUTE_ORIGIN_MAX of
 * them a prefix is not reached, which is logged. An image without `routes` has none.
 */
#ifndef STACK_SERVE_DHCP6_H
#define STACK_SERVE_DHCP6_H

#include "lib/dhcp6/dhcp6.h"
#include "stack/multicast.h"

/* Where a delegated prefix is. */
struct serve_dhcp6_way {
	struct ip_prefix to; /* none: not delegated */
	struct ip via;
};

struct serve_dhcp6 {
	struct dhcp6_server core;
	struct serve_dhcp6_way way[DHCP6_SERVER_LEASES];
};

/* From now on. The server's MAC in the configuration is the port's. */
void serve_dhcp6(struct host *h, struct serve_dhcp6 *x, const struct dhcp6_server_config *config);

#endif
