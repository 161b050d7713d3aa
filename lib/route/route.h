/* route.h - which way a packet goes: the routing table of a host, of both families.
 *
 * Routes come from the one who runs the image, from DHCP (options 3 and 121) and from
 * router advertisements (RFC 4861 6.3.4, RFC 4191); each says to which network it leads,
 * through which router, and how long that holds. The longest prefix wins; among equals, in
 * this order: the origin (as in enum route_origin), the preference (RFC 4191 2.1), who came first.
 *
 * A router that does not answer its neighbours' questions is suspect: any route through
 * another one is better (RFC 4191 3.1), and once a minute it is asked again (3.5) until it is
 * back. When all are suspect the table decides as if none were.
 *
 *     route_set(r, &route, now)              news of a route; a time in the past takes it away
 *     route_find(r, to, &hop, &bits)         for a packet
 *     route_failed/_answered(r, via, now)    what neighbour discovery found out (lib/neigh)
 *     while (route_due(r, now, &via)) ...    ask these whether they are there; also ages routes
 *     wake = route_deadline(r)
 *
 * Each origin has a limit of its own, so none can push out another's. When it is reached
 * a route from an advertisement of higher preference takes the place of a lower one's; all
 * else is refused.
 */
#ifndef LIB_ROUTE_ROUTE_H
#define LIB_ROUTE_ROUTE_H

#include "lib/ip/ip.h"

#define ROUTE_ORIGIN_MAX 6u              /* of one origin */
#define ROUTE_MAX        18u             /* all of them */
#define ROUTE_PROBE_NS   (60 * NS_PER_S) /* RFC 4191 3.5: no more often */

_Static_assert(ROUTE_MAX == 3u * ROUTE_ORIGIN_MAX, "places for each origin");

/* Better first. NONE is a free slot. */
enum route_origin { ROUTE_NONE, ROUTE_STATIC, ROUTE_DHCP, ROUTE_RA };

struct view route_origin_name(enum route_origin o);

struct route {
	struct ip_prefix to; /* ::/0 and 0.0.0.0/0: default routes */
	struct ip via;       /* none: on the link itself (RFC 3442) */
	u64 until_ns;        /* TIME_NEVER: until taken away */
	u64 probe_ns;        /* suspect: when to ask again; 0: not suspect */
	i32 preference;      /* -1, 0, 1 */
	enum route_origin origin;
};

struct routes {
	u64 next_ns; /* nothing is due before this */
	struct route route[ROUTE_MAX];
};

void route_init(struct routes *r);

/* Known is what has the same network, router and origin. False: no room. */
bool route_set(struct routes *r, const struct route *route, u64 now);

/* All of this origin and family: before a new lease's are set. */
void route_forget(struct routes *r, enum route_origin origin, bool four);

/* False: no way there. `bits` are those of the route's prefix, to compare with what is on the link. */
bool route_find(const struct routes *r, struct ip to, struct ip *hop, u8 *bits);

/* A default route of that origin is there. */
bool route_has_default(const struct routes *r, enum route_origin origin, bool four);

/* This router does not answer. It becomes suspect if there is another one to take its place. */
void route_failed(struct routes *r, struct ip via, u64 now);
void route_answered(struct routes *r, struct ip via);

bool route_due(struct routes *r, u64 now, struct ip *via);
u64 route_deadline(const struct routes *r);

#endif
