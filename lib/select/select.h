/* select.h - which address to speak from, and which to speak to first (RFC 6724), for both families.
 *
 *     i = select_source(&candidates, to)             our address for this destination
 *     select_order(&destinations, &candidates)       what a name resolved to, best first
 *
 * The policy table is the default one of section 2.1. The rules that need more than one
 * interface, mobility or tunnels have nothing to decide in a host with one port (README.md).
 * Lists are bounded: what does not fit is not looked at.
 */
#ifndef LIB_SELECT_SELECT_H
#define LIB_SELECT_SELECT_H

#include "lib/ip/ip.h"

#define SELECT_SOURCES      12u
#define SELECT_DESTINATIONS 16u

/* One of our addresses in use. */
struct select_source {
	struct ip_prefix ip;
	bool deprecated;
	bool temporary;  /* RFC 8981 */
	bool advertised; /* its prefix is the next hop's, of those that may be (rule 5.5) */
};

struct select_sources {
	u32 count;
	struct select_source source[SELECT_SOURCES];
};

/* Section 5: the index of the best source of that family; SELECT_SOURCES: there is none. */
u32 select_source(const struct select_sources *s, struct ip to);

struct select_destinations {
	u32 count;
	struct ip to[SELECT_DESTINATIONS];
};

/* Section 6: sorted in place. Equals keep their order (rule 10). Those that no source fits
 * come last; a connection to them cannot be made now. */
void select_order(struct select_destinations *d, const struct select_sources *s);

/* 3.1, 3.2: 2 link-local, 5 site-local, 14 global; a group says its own. */
u32 select_scope(struct ip a);

/* 2.1: what the policy table says. */
struct select_policy {
	u8 precedence, label;
};
struct select_policy select_policy(struct ip a);

/* 2.2: the leading bits that both have, at most those of the source's prefix. */
u32 select_common_bits(struct ip_prefix source, struct ip to);

#endif
