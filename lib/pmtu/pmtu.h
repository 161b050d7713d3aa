/* pmtu.h - what a path takes: the path MTU cache of both families (RFC 1191, RFC 8201).
 *
 * Packets go out as large as the link takes. A router that cannot pass one on says so,
 * and how much it can; that is kept for PMTU_AGE_NS and then tried anew with the link's
 * size. Who says it may lie, so
 *
 *   - the caller checks first that the packet it quotes is one of ours in flight (RFC 5927 7);
 *   - a report can only lower, never below PMTU_FLOOR4 and PMTU_FLOOR6, and never for a packet
 *     that would have fitted;
 *   - nothing is kept of what is no news.
 *
 *     pmtu_learn(p, to, said, size, link, now)    a "packet too big" that was believed
 *     pmtu_passed(p, to, mtu, now)                a packet that came through (RFC 4821)
 *     mtu = pmtu_of(p, to, link, now)             the largest packet to send there
 *
 * When the table is full, what would be forgotten first makes room.
 */
#ifndef LIB_PMTU_PMTU_H
#define LIB_PMTU_PMTU_H

#include "lib/ip/ip.h"

#define PMTU_MAX    32u
#define PMTU_AGE_NS (600 * NS_PER_S) /* RFC 1191 6.3, RFC 8201 5.3 */
#define PMTU_FLOOR4 552u /* as Linux and others: no link of today is smaller, and RFC 1191's 68 is a weapon */
#define PMTU_FLOOR6 1280u /* RFC 8201 4: never below IPv6's least link */

struct pmtu_entry {
	struct ip to; /* none: free */
	u64 until_ns;
	u16 mtu;
};

struct pmtu {
	struct pmtu_entry entry[PMTU_MAX];
};

void pmtu_init(struct pmtu *p);

/* The largest packet to send there, IP header included: `link` or less. */
u16 pmtu_of(const struct pmtu *p, struct ip to, u16 link, u64 now);

/* said: the MTU of the hop that could not; 0: an old router, which does not say (RFC 1191 5).
 * size: of our packet that was too big. True: the path takes less than was known. */
bool pmtu_learn(struct pmtu *p, struct ip to, u32 said, u32 size, u16 link, u64 now);

/* A packet of this size came through: if less is kept, this is kept instead, from now on. */
void pmtu_passed(struct pmtu *p, struct ip to, u16 mtu, u64 now);

#endif
