/* icmp.h - what ICMP for IPv4 and for IPv6 have in common: when an error may be sent, how
 * often, and what a quoted packet tells.
 */
#ifndef LIB_ICMP_ICMP_H
#define LIB_ICMP_ICMP_H

#include "lib/ip/ip.h"

/* The packet that an error would be about. */
struct icmp_offender {
	struct ip from, to;
	u8 protocol;               /* of the upper layer */
	u8 icmp_type;              /* if that is ICMP: its first byte (icmp_type_of) */
	bool link_group;           /* it came to a link-layer broadcast or multicast address */
	bool later_fragment;       /* not the first piece */
	bool even_group;           /* RFC 4443 2.4 e.3: packet too big, and parameter problem code 2 */
	struct ip_prefix network4; /* ours, to know its directed broadcast; none: unknown */
};

/* The first byte of an upper-layer packet, for icmp_type. */
u8 icmp_type_of(struct view payload);

/* Whether an error may be sent about it (RFC 1122 3.2.2; RFC 4443 2.4 e): never
 * about an error, a redirect, a group's packet, a later fragment, or one whose
 * source is not one host. */
bool icmp_may_answer(const struct icmp_offender *o);

/* About `rate` answers a second, `burst` at once (RFC 4443 2.4 f): a token bucket. An answer takes no
 * token, one or two, as `random` has it: who can count exactly what is left learns whether others' packets
 * took of it, which tells open ports from closed ones and let answers be forged (CVE-2020-25705 "SAD DNS",
 * CVE-2016-5696 for resets). */
struct icmp_limit {
	u64 at_ns;     /* when credit was last counted */
	u64 credit_ns; /* tokens, in the time it takes to earn them */
	u64 each_ns;   /* one token */
	u64 most_ns;   /* a full bucket */
};

#define ICMP_RATE  100u
#define ICMP_BURST 50u

void icmp_limit_init(struct icmp_limit *l, u32 rate, u32 burst, u64 now);

/* Takes what an answer costs; false: say nothing. */
bool icmp_limit_take(struct icmp_limit *l, u64 now, u32 random);

/* What an error means to who sent the packet, whatever its family's type and code. Those from ICMP_NO_PORT to
 * ICMP_FORBIDDEN are hard (RFC 1122 4.2.3.9, RFC 9293 3.9.2.2, RFC 5461): nobody there takes it, and to try
 * again is in vain. */
enum icmp_trouble {
	ICMP_NO_WAY,     /* to that host, just now: host, hop limit, time */
	ICMP_NO_NETWORK, /* nor to its network */
	ICMP_NO_PORT,
	ICMP_NO_PROTOCOL,
	ICMP_FORBIDDEN,
	ICMP_NOT_UNDERSTOOD, /* its headers, by a hop or the host */
	ICMP_TOO_BIG         /* a hop on the way does not take that much */
};

static inline bool icmp_is_hard(enum icmp_trouble t)
{
	return t >= ICMP_NO_PORT && t <= ICMP_FORBIDDEN;
}

struct view icmp_trouble_name(enum icmp_trouble t);

/* What an error tells of our own packet that it quotes. */
struct icmp_quote {
	struct ip from, to; /* from is us */
	u16 from_port, to_port;
	u32 seq;     /* TCP's, to check that it is in flight (RFC 5927 4.1); 0 for others */
	u32 bytes;   /* how large the packet was */
	u8 protocol; /* IP_TCP or IP_UDP: ports are read; else they are 0 */
};

#endif
