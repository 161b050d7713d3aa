/* dhcp6.h - the Dynamic Host Configuration Protocol for IPv6 (RFC 9915, before: RFC 8415): the client.
 * The server is in dhcp6_server.h. Sections without a number of an RFC are of both.
 *
 * It gets an address (IA_NA), a prefix for networks behind us (IA_PD), or only what else the
 * network tells (information request), and keeps them:
 *
 *     dhcp6_init(d, &config)
 *     dhcp6_solicit(d, now)  or  dhcp6_inform(d, now)     as the routers' M and O flags say
 *     dhcp6_receive(d, message, now)                      what came to UDP port 546
 *     while (dhcp6_send(d, now, room, &n)) ...            from a link-local address, port 546, to
 *                                                         dhcp6_servers(), port 547
 *     wake = dhcp6_deadline(d)
 *     d->lease                                            what is in force
 *
 * One address and one prefix are kept, the first of what the server gives. We are known by our
 * MAC (DUID-LL), so a restart finds the same lease.
 */
#ifndef LIB_DHCP6_DHCP6_H
#define LIB_DHCP6_DHCP6_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"
#include "lib/jitter/jitter.h"
#include "lib/search/search.h"

#define DHCP6_CLIENT_PORT 546u
#define DHCP6_SERVER_PORT 547u
#define DHCP6_BYTES_MAX   384u /* what is written never exceeds this */
#define DHCP6_RESOLVERS   3u
#define DHCP6_DUID_MAX    130u /* 11.1 */

/* 18.2, in its order. */
enum dhcp6_state {
	DHCP6_STOPPED,
	DHCP6_SOLICITING,
	DHCP6_REQUESTING,
	DHCP6_BOUND,
	DHCP6_RENEWING,
	DHCP6_REBINDING,
	DHCP6_INFORMING,
	DHCP6_INFORMED /* until the refresh time */
};

struct view dhcp6_state_name(enum dhcp6_state s);

/* An address or a prefix, and how long it may be used. */
struct dhcp6_binding {
	struct ip_prefix ip;        /* an address has 128 bits; none: not given */
	u64 preferred_ns, valid_ns; /* until then; TIME_NEVER: for ever */
};

struct dhcp6_lease {
	struct dhcp6_binding address, prefix;
	u32 resolvers;
	struct ip resolver[DHCP6_RESOLVERS];
	struct search search;
};

struct dhcp6_duid {
	u8 bytes[DHCP6_DUID_MAX];
	u8 count;
};

struct dhcp6_config {
	struct mac mac;
	u64 random;
	bool address, prefix; /* what to ask for when soliciting: at least one */
};

struct dhcp6 {
	enum dhcp6_state state;
	struct dhcp6_config config;
	struct dhcp6_lease lease; /* REQUESTING: offered */
	struct dhcp6_duid server;
	struct jitter jitter;
	u64 started_ns; /* this exchange, for the elapsed time */
	u64 due_ns;     /* when the next message is due */
	u64 wait_ns;    /* the last wait between retransmissions */
	u64 renew_ns, rebind_ns;
	u32 xid;
	u32 solicit_most_s, inform_most_s; /* SOL_MAX_RT, INF_MAX_RT: a server may change them */
	u8 sent;                           /* messages in this state */
	u8 owes; /* a last message of this type (release, decline) with `last` in it */
	struct dhcp6_lease last;
};

void dhcp6_init(struct dhcp6 *d, const struct dhcp6_config *c);

/* Begin, unless it runs already: a router says so again and again. */
void dhcp6_solicit(struct dhcp6 *d, u64 now);
void dhcp6_inform(struct dhcp6 *d, u64 now);

/* True: the lease changed, look at it. */
bool dhcp6_receive(struct dhcp6 *d, struct view message, u64 now);

/* The next message, until it is false. out must have DHCP6_BYTES_MAX. Also drives T1, T2 and the
 * end of the lease. */
bool dhcp6_send(struct dhcp6 *d, u64 now, struct span out, usize *n);
u64 dhcp6_deadline(const struct dhcp6 *d);

/* What is in the lease is ours. */
bool dhcp6_bound(const struct dhcp6 *d);

/* Somebody else has the address (duplicate address detection): tell the server, begin anew. */
void dhcp6_decline(struct dhcp6 *d, u64 now);

/* The link came back: ask anew what we have (18.2.12: a rebind, as for prefixes). */
void dhcp6_restart(struct dhcp6 *d, u64 now);

/* Gives the lease back: one message is still to send; then STOPPED. */
void dhcp6_release(struct dhcp6 *d);

/* ff02::1:2, all servers and relays. */
struct ip dhcp6_servers(void);

#include "lib/dhcp6/dhcp6_server.h" /* struct dhcp6_server */

#endif
