/* dhcp.h - the Dynamic Host Configuration Protocol for IPv4 (RFC 2131, RFC 2132): the client, and a small server.
 *
 * The client gets an address and keeps it:
 *
 *     dhcp_start(d, mac, name, random, now)
 *     dhcp_receive(d, message, now)                what came to UDP port 68
 *     while (dhcp_send(d, now, room, &n, &to)) ... what to send from port 68 to 67
 *     wake = dhcp_deadline(d)
 *     dhcp_bound(d) -> d->lease                    while it is so, the address is ours
 *
 * While it has no address it must be reachable by broadcast: it asks for that
 * (the broadcast flag), so the host needs no special path before it has one,
 * except taking datagrams for port 68 sent to 255.255.255.255.
 *
 * dhcp_send() writes the DHCP message alone; UDP and IP are the caller's.
 */
#ifndef LIB_DHCP_DHCP_H
#define LIB_DHCP_DHCP_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"
#include "lib/jitter/jitter.h"

#define DHCP_CLIENT_PORT 68u
#define DHCP_SERVER_PORT 67u
#define DHCP_BYTES_MAX   548u /* what is written never exceeds this: fits any host (RFC 2131 2) */
#define DHCP_RESOLVERS   3u
#define DHCP_ROUTES      6u /* those past it are ignored */
#define DHCP_NAME_MAX    63u

/* RFC 2131 figure 5, in its order of a first start. STOPPED: before the start and after
 * the release. INIT-REBOOT and REBOOTING are not done yet. */
enum dhcp_state {
	DHCP_STOPPED,
	DHCP_INIT,
	DHCP_SELECTING,
	DHCP_REQUESTING,
	DHCP_BOUND,
	DHCP_RENEWING,
	DHCP_REBINDING
};

struct view dhcp_state_name(enum dhcp_state s);

/* Default routes (option 3), or what the server says instead (option 121, RFC 3442). */
struct dhcp_route {
	struct ip_prefix to;
	struct ip via; /* none: on the link */
};

struct dhcp_lease {
	struct ip_prefix ip;
	struct ip server;
	u32 routes; /* 0: no way out of the network */
	struct dhcp_route route[DHCP_ROUTES];
	u32 resolvers;
	struct ip resolver[DHCP_RESOLVERS];
	u16 mtu;    /* 0: not said */
	u64 end_ns; /* TIME_NEVER: an infinite lease */
};

struct dhcp {
	enum dhcp_state state;
	struct dhcp_lease lease; /* BOUND, RENEWING, REBINDING: in force. REQUESTING: offered */
	struct mac mac;
	struct jitter jitter;
	u64 started_ns; /* this acquisition, for "secs" */
	u64 due_ns;     /* when the next message is due */
	u64 wait_ns;    /* the last wait between retransmissions */
	u64 renew_ns;   /* T1 */
	u64 rebind_ns;  /* T2 */
	u32 xid;
	u8 sent;   /* messages in this state */
	bool owes; /* a last message (decline, release) is owed to last_* */
	u8 last_type;
	struct ip last_ip, last_server;
	u8 name_len;
	u8 name[DHCP_NAME_MAX];
};

/* name: for the server's books (option 12); may be empty; cut at DHCP_NAME_MAX. */
void dhcp_start(struct dhcp *d, struct mac mac, struct view name, u64 random, u64 now);

/* True: the lease changed (came, was renewed, was lost): look at dhcp_bound(). */
bool dhcp_receive(struct dhcp *d, struct view message, u64 now);

/* Where a message goes: ports are always 68 to 67, or back. */
struct dhcp_where {
	struct ip from; /* 0.0.0.0 (as ip_from4(0)) while we have none */
	struct ip to;
};

/* The next message to send, until it is false. out must have DHCP_BYTES_MAX. Also
 * drives T1, T2 and the end of the lease: check dhcp_bound() after it. */
bool dhcp_send(struct dhcp *d, u64 now, struct span out, usize *n, struct dhcp_where *to);

u64 dhcp_deadline(const struct dhcp *d);

/* The address in d->lease is ours now. */
bool dhcp_bound(const struct dhcp *d);

/* Somebody else answers for the address (ARP): gives it up, tells the server, and
 * begins anew ten seconds later (RFC 2131 3.1.5). */
void dhcp_decline(struct dhcp *d, u64 now);

/* The link came back, or the machine was resumed: verify by beginning anew. */
void dhcp_restart(struct dhcp *d, u64 now);

/* Gives the lease back: one message is still to send; then STOPPED. */
void dhcp_release(struct dhcp *d, u64 now);

#include "lib/dhcp/dhcp_server.h"

#endif
