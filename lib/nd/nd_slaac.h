/* nd_slaac.h - stateless address autoconfiguration (RFC 4862) and what a host keeps of
 * prefixes (RFC 4861 6.3, RFC 7559, RFC 8106); routers are kept in lib/route. Included by nd.h.
 *
 * An address goes TENTATIVE -> PREFERRED -> DEPRECATED -> gone. While tentative
 * it may not be used: one solicitation asks whether somebody has it, and after a
 * second of silence it is ours. Deprecated, it serves those who use it, and
 * begins nothing new. DUPLICATE: somebody has it; it is never used.
 *
 *     slaac_start(s, &config, now);
 *     slaac_receive_ra/_ns/_na(s, &message, from, now)    what nd_read() let pass
 *     while (slaac_due(s, now, &send)) ...                RS and NS to send
 *     wake = slaac_deadline(s)
 *
 * Interface identifiers are opaque (RFC 7217): made of the prefix, the MAC and a secret, so they are
 * the same whenever the secret is, tell nothing of the machine, and differ from network to network.
 * Somebody has it already: up to three others are tried. Or modified EUI-64, if so wished.
 * nd_temporary.h adds addresses that change every day (RFC 8981).
 *
 * Tables that are full keep what they
 * have: a flood of advertisements cannot push out a prefix or an address.
 */
#ifndef LIB_ND_ND_SLAAC_H
#define LIB_ND_ND_SLAAC_H

#include "lib/jitter/jitter.h"
#include "lib/nd/nd.h"
#include "lib/select/select.h"
#include "lib/siphash/siphash.h"

#define SLAAC_ADDRESSES 8u /* link-local, static, and from prefixes */
#define SLAAC_PREFIXES  8u /* on-link */

/* RFC 4862 2, in its order; NONE is a free slot. */
enum slaac_state { SLAAC_NONE, SLAAC_TENTATIVE, SLAAC_PREFERRED, SLAAC_DEPRECATED, SLAAC_DUPLICATE };

struct view slaac_state_name(enum slaac_state s);

struct slaac_address {
	struct ip_prefix ip;
	enum slaac_state state;
	bool fixed;             /* not from a prefix: link-local or static */
	bool formed;            /* its identifier is ours to choose: from a prefix, or link-local */
	bool temporary;         /* RFC 8981 */
	u8 conflicts;           /* RFC 7217 5 DAD_Counter; of a fixed one none is counted */
	u8 asked;               /* solicitations sent while tentative */
	u64 due_ns;             /* the next step of duplicate address detection */
	u64 preferred_until_ns; /* TIME_NEVER: always */
	u64 valid_until_ns;
};

struct slaac_on_link {
	struct ip_prefix prefix;
	u64 until_ns; /* 0: a free slot */
};

struct slaac_config {
	struct mac mac;
	u64 random;
	u8 dad_solicitations;      /* RFC 4862 5.1 DupAddrDetectTransmits: 1 on Ethernet; 0: no detection */
	bool no_routers;           /* no router solicitations; advertisements are ignored */
	bool eui64;                /* identifiers from the MAC */
	struct siphash_key secret; /* else: random, or the same at every start */
};

struct slaac {
	struct mac mac;
	struct jitter jitter;
	u8 dad_solicitations;
	bool no_routers, eui64;
	struct siphash_key secret;
	struct slaac_address address[SLAAC_ADDRESSES];
	struct slaac_on_link prefix[SLAAC_PREFIXES];
	struct ip resolver[ND_RESOLVERS];
	u64 resolver_until_ns;
	u64 solicit_ns;  /* when the next router solicitation is due; TIME_NEVER: none */
	u64 interval_ns; /* RFC 7559: the last wait */
	u32 mtu;         /* from an advertisement; 0: not said */
	u32 reachable_ms, retrans_ms;
	u8 hop_limit; /* 0: not said */
	u64 search_until_ns;
	struct search search;
};

/* Begins with the link-local address. */
void slaac_start(struct slaac *s, const struct slaac_config *c, u64 now);

/* One more address of our own choice (static), with duplicate address detection. False: table full. */
bool slaac_add(struct slaac *s, struct ip_prefix ip, u64 now);

/* An address that somebody else decided on (DHCPv6), with its lifetimes: new, or known and
 * changed; a valid time in the past ends it. False: table full. */
bool slaac_keep(struct slaac *s, const struct slaac_address *a, u64 now);

/* Between the files of lib/nd: puts an address into a free place, tentative. False: table full. */
bool slaac_put(struct slaac *s, const struct slaac_address *a, u64 now);

/* RFC 5453: these identifiers mean something. */
bool slaac_identifier_reserved(u64 identifier);

/* A router advertisement. */
void slaac_receive_ra(struct slaac *s, const struct nd *m, u64 now);

/* The search list of one: it takes the place of what is there. */
void slaac_receive_search(struct slaac *s, const struct nd_search *m, u64 now);

/* The last default router is gone (lib/route): ask for one, as at the start. */
void slaac_no_router(struct slaac *s, u64 now);

/* A solicitation for one of our addresses: true if it may be answered (the address
 * is ours and in use). While tentative it is never answered; from :: it means
 * that another wants the same: DUPLICATE (RFC 4862 5.4.3). */
bool slaac_receive_ns(struct slaac *s, const struct nd *m, struct ip from, u64 now);

/* An advertisement: true if it was for one of our addresses (somebody else claims
 * it: DUPLICATE while tentative; in use it is a conflict to be logged, 5.4.4). */
bool slaac_receive_na(struct slaac *s, const struct nd *m, u64 now);

/* A message to send: nd_write() it from `from` to `to`, with hop limit 255. */
struct slaac_send {
	struct ip from, to;
	struct nd m;
};

/* The next one, until it is false. Also ages everything: call it when
 * slaac_deadline() has come. */
bool slaac_due(struct slaac *s, u64 now, struct slaac_send *out);
u64 slaac_deadline(const struct slaac *s);

/* ---- facts ---- */

/* Address i, from 0 to SLAAC_ADDRESSES - 1: a copy; state NONE: nothing there. */
struct slaac_address slaac_address(const struct slaac *s, u32 i);

/* Ours and in use (preferred or deprecated). */
bool slaac_owns(const struct slaac *s, struct ip a);

/* Ours and in use, behind what is in the list already. */
void slaac_sources(const struct slaac *s, struct select_sources *out);

/* The source address for this destination (RFC 6724 5); none: there is none. */
struct ip slaac_source(const struct slaac *s, struct ip to);

/* Reached without a router: link-local, multicast, or in an on-link prefix. `bits`: the
 * longest such prefix's, to compare with a route's. */
bool slaac_is_on_link(const struct slaac *s, struct ip to, u8 *bits);

/* Resolver i (RFC 8106), from 0; none past the last. */
struct ip slaac_resolver(const struct slaac *s, u32 i);

/* Domain i of the search list (RFC 8106), from 0: lent until slaac changes; empty past the last. */
struct view slaac_search(const struct slaac *s, u32 i);

#endif
