/* serve_dhcp6.h - a DHCPv6 server on a host's link (lib/dhcp6): addresses, prefixes, resolvers for who asks.
 *
 *     static struct serve_dhcp6 server;
 *     static struct host_multicast groups;
 *
 *     multicast_start(h, &groups);
 *     serve_dhcp6(h, &server, &config);
 *
 * Clients ask when a router says so: host_advertise() with `managed`, or `other`. The host is no router for the
 * prefixes that it delegates: who uses them gives it, and others, a route to them.
 */
#ifndef STACK_SERVE_DHCP6_H
#define STACK_SERVE_DHCP6_H

#include "lib/dhcp6/dhcp6.h"
#include "stack/multicast.h"

struct serve_dhcp6 {
	struct dhcp6_server core;
};

/* From now on. The server's MAC in the configuration is the port's. */
void serve_dhcp6(struct host *h, struct serve_dhcp6 *x, const struct dhcp6_server_config *config);

#endif
