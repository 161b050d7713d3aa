/* nd.h - neighbour discovery for IPv6: its messages (RFC 4861, 8106, 4191), and the
 * machine that gives a host its addresses and routers (RFC 4862).
 *
 * Messages come and go as whole ICMPv6 messages. nd_read() makes the checks of
 * RFC 4861 6.1 and 7.1: a hop limit of 255 (so it is from this link), code 0,
 * lengths, addresses that go together. What it lets pass can be believed as far
 * as the link can.
 *
 * Who is where is kept in lib/neigh:
 *
 *     NS   neigh_learn(n, from, m.link, NEIGH_CREATE | NEIGH_OVERRIDE) unless from is ::, then
 *          answer with nd_advertise() if m.target is ours and in use
 *     NA   neigh_learn(n, m.target, m.link, nd_learn(&m))
 *     RS   the same as NS, without an answer; RA the same, slaac_receive_ra(), and what it says of
 *          routes goes to lib/route
 */
#ifndef LIB_ND_ND_H
#define LIB_ND_ND_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"
#include "lib/search/search.h"

#define ND_HOP_LIMIT        255u /* to send with */
#define ND_BYTES_MAX        48u  /* room that is always enough for what nd_write() writes */
#define ND_ROUTER_BYTES_MAX 656u /* and nd_write_router() */
#define ND_PREFIXES         4u   /* prefix options looked at in one advertisement; further ones are ignored */
#define ND_ROUTES           4u   /* the same for route information options */
#define ND_RESOLVERS        3u

/* RFC 4861 4.1 to 4.5: ICMPv6 types. */
enum nd_type { ND_RS = 133, ND_RA = 134, ND_NS = 135, ND_NA = 136, ND_REDIRECT = 137 };

#define ND_FOREVER 0xffffffffu /* a lifetime */

/* RFC 4861 4.6.2. */
struct nd_prefix {
	struct ip_prefix prefix;
	bool on_link, autonomous;
	u32 valid_s, preferred_s;
};

/* RFC 4191 2.3: a network that this router leads to. */
struct nd_route {
	struct ip_prefix to;
	i32 preference; /* -1 low, 0 medium, 1 high */
	u32 lifetime_s; /* 0: no longer */
};

struct nd {
	enum nd_type type;
	struct mac
		link; /* RS, RA, NS: the source's link-layer address; NA, redirect: the target's; none: not given */
	struct ip target;                 /* NS, NA, redirect */
	struct ip destination;            /* redirect */
	bool router, solicited, override; /* NA */
	/* RA: */
	bool managed, other; /* addresses, or other things, by DHCPv6 */
	i32 preference;      /* RFC 4191 2.1: -1 low, 0 medium, 1 high */
	u8 hop_limit;        /* 0: unspecified, as for the next ones */
	u16 lifetime_s;      /* of the router as default router; 0: it is none */
	u32 reachable_ms, retrans_ms;
	u32 mtu;      /* 0: no such option */
	u32 prefixes; /* how many of these */
	struct nd_prefix prefix[ND_PREFIXES];
	u32 routes; /* how many of these */
	struct nd_route route[ND_ROUTES];
	bool tells_resolvers; /* RFC 8106: it says who there is; perhaps that there is nobody any more */
	u32 resolvers;        /* how many of these, for resolver_s seconds */
	u32 resolver_s;
	struct ip resolver[ND_RESOLVERS];
};

/* RFC 8106 5.2. Apart from struct nd, since a list is large and few ask for it. */
struct nd_search {
	struct search list;
	u32 lifetime_s; /* of all of it; 0: withdrawn */
};

enum nd_verdict {
	ND_OK,
	ND_TRUNCATED,
	ND_BAD_HOP_LIMIT, /* not 255: from another link */
	ND_BAD_CODE,
	ND_BAD_ADDRESS, /* source, destination and target do not go together */
	ND_BAD_OPTION,  /* one of length 0, or one that may not be there */
	ND_BAD_TYPE
};

struct view nd_verdict_name(enum nd_verdict v);

/* `message`: all of ICMPv6, its checksum verified before. */
enum nd_verdict nd_read(struct view message, struct ip from, struct ip to, u8 hop_limit, struct nd *out);

/* The search list of an advertisement that nd_read() let pass. False: it says nothing of one. */
bool nd_read_search(struct view advertisement, struct nd_search *out);

/* Writes the whole ICMPv6 message with its checksum: what any node sends (RS, NS, NA), and what
 * routers do (RA, redirect), in two functions, so that who is no router has only the one. The search list
 * is an advertisement's, for as long as its resolvers; an empty one is not told. */
void nd_write_router(
	struct writer *w, struct ip from, struct ip to, const struct nd *m, const struct search *list);
void nd_write(struct writer *w, struct ip from, struct ip to, const struct nd *m);

/* The solicitation for a neighbour from `from`, to ip_solicited_of(target) or, as a
 * unicast probe, to itself. */
struct nd nd_solicit(struct mac own, struct ip target);

/* The answer to a solicitation for our address `target`; and where it goes: to who
 * asked, or to all nodes if that was :: (RFC 4861 7.2.4). */
struct nd nd_advertise(struct mac own, struct ip target, struct ip asker);
struct ip nd_advertise_to(struct ip asker);

/* Our address is at `own` now: to all nodes (RFC 4861 7.2.6). */
struct nd nd_announce(struct mac own, struct ip target);

/* The NEIGH_ flags (lib/neigh) of an advertisement. */
u32 nd_learn(const struct nd *na);

/* ff02::1, ff02::2 */
struct ip nd_all_nodes(void);
struct ip nd_all_routers(void);

#include "lib/nd/nd_slaac.h" /* struct slaac: addresses, prefixes */

#endif
