/* dhcp_wire.h - a DHCP message as numbers (RFC 2131 2, RFC 2132), for client and server. Not for others. */
#ifndef LIB_DHCP_DHCP_WIRE_H
#define LIB_DHCP_DHCP_WIRE_H

#include "lib/dhcp/dhcp.h"

/* RFC 2131 2: the fixed part, with the magic cookie. */
enum { DHCP_BOOTREQUEST = 1, DHCP_BOOTREPLY = 2 };

/* RFC 2132 9.6; 0: the option was not there. */
enum dhcp_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER,
	DHCP_REQUEST,
	DHCP_DECLINE,
	DHCP_ACK,
	DHCP_NAK,
	DHCP_RELEASE,
	DHCP_INFORM
};

#define DHCP_BROADCAST 0x8000u /* flags */
#define DHCP_FOREVER   0xffffffffu

struct dhcp_hosts {
	u32 count;
	struct ip ip[DHCP_RESOLVERS];
};

/* Addresses not given are none. Times are seconds; 0 is "not given". */
struct dhcp_message {
	u8 op;
	u8 type;
	u32 xid;
	u16 secs, flags;
	struct ip ciaddr, yiaddr, giaddr;
	struct mac chaddr;
	struct ip requested, server;
	struct dhcp_hosts router, resolver; /* options 3 and 6 */
	bool classless;                     /* option 121 was there: `router` does not count (RFC 3442) */
	u32 routes;
	struct dhcp_route route[DHCP_ROUTES];
	u8 bits; /* of the subnet mask; 0: not given */
	u16 mtu;
	u32 lease_s, renew_s, rebind_s;
	bool wants; /* to write: the list of parameters a client asks for */
};

/* False: not a DHCP message over Ethernet, or an option that is not well formed. */
bool dhcp_message_read(struct view message, struct dhcp_message *out);

/* Padded to the 300 bytes that BOOTP relays expect. name: the client's, or empty. Two functions,
 * so that who only asks does not have what answers. */
void dhcp_request_write(struct writer *w, const struct dhcp_message *m, struct view name);
void dhcp_reply_write(struct writer *w, const struct dhcp_message *m);

/* One host can have it: not 0/8, 127/8, 224/4 and up. */
bool dhcp_is_host(struct ip a);

#endif
