/* dhcp6_wire.h - a DHCPv6 message as numbers (RFC 9915 8, 21). Not for others. */
#ifndef LIB_DHCP6_DHCP6_WIRE_H
#define LIB_DHCP6_DHCP6_WIRE_H

#include "lib/dhcp6/dhcp6.h"

/* 7.3. */
enum dhcp6_type {
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_DECLINE = 9,
	DHCP6_INFORMATION = 11
};

/* 21.13. */
enum dhcp6_status {
	DHCP6_SUCCESS,
	DHCP6_UNSPECIFIED,
	DHCP6_NO_ADDRESSES,
	DHCP6_NO_BINDING,
	DHCP6_NOT_ON_LINK,
	DHCP6_USE_MULTICAST, /* not in RFC 9915 */
	DHCP6_NO_PREFIXES
};

#define DHCP6_FOREVER 0xffffffffu

/* One identity association, of addresses or prefixes, with its first binding that can be used. */
struct dhcp6_ia {
	bool present;
	u32 iaid, t1_s, t2_s;
	u16 status;
	struct ip_prefix ip; /* none: nothing in it */
	u32 preferred_s, valid_s;
	struct ip_prefix gone; /* written by servers, with lifetimes of 0; none: nothing to take back */
};

struct dhcp6_message {
	u8 type;
	u32 xid; /* 24 bits */
	struct dhcp6_duid client, server;
	struct dhcp6_ia address, prefix;
	u16 status;
	u16 elapsed; /* hundredths of a second; written by clients */
	bool rapid;
	u32 resolvers;
	struct ip resolver[DHCP6_RESOLVERS];
	struct search search;
	bool asks_resolvers, asks_search;  /* read from clients; ours always ask */
	u32 refresh_s;                     /* 0: not said */
	u32 solicit_most_s, inform_most_s; /* 0: not said */
};

/* False: not whole, or an option that is not well formed. */
bool dhcp6_message_read(struct view message, struct dhcp6_message *out);

/* Requests are written with the list of options that we want. */
void dhcp6_message_write(struct writer *w, const struct dhcp6_message *m);

struct dhcp6_duid dhcp6_duid_of(struct mac mac);
bool dhcp6_duid_equal(const struct dhcp6_duid *a, const struct dhcp6_duid *b);

#endif
