/* icmp6.h - the Internet Control Message Protocol for IPv6 (RFC 4443).
 *
 *     1 byte type | 1 byte code | 2 bytes checksum | 4 bytes by type | the body
 *
 * The checksum covers a pseudo-header, so addresses are needed both ways.
 * Neighbour discovery's types (133..137) are given back as they are: pass the
 * whole message to nd_read(). When an error may be sent is lib/icmp's icmp_may_answer().
 */
#ifndef LIB_ICMP6_ICMP6_H
#define LIB_ICMP6_ICMP6_H

#include "lib/icmp/icmp.h"

#define ICMP6_HEADER_BYTES 8u
#define ICMP6_QUOTE_BYTES  1232u /* an error never exceeds 1,280 bytes in all (RFC 4443 2.4 c) */

enum {
	ICMP6_UNREACHABLE = 1,
	ICMP6_TOO_BIG = 2,
	ICMP6_TIME_EXCEEDED = 3,
	ICMP6_PARAMETER = 4,
	ICMP6_ECHO = 128,
	ICMP6_ECHO_REPLY = 129,
	ICMP6_ND_FIRST = 133, /* router solicitation */
	ICMP6_ND_LAST = 137   /* redirect */
};

/* Codes of ICMP6_UNREACHABLE. */
enum {
	ICMP6_NO_ROUTE = 0,
	ICMP6_PROHIBITED = 1,
	ICMP6_ADDRESS = 3,
	ICMP6_PORT = 4,
	ICMP6_SOURCE_REFUSED = 5, /* these two say more than PROHIBITED (3.1) */
	ICMP6_ROUTE_REJECTED = 6
};

/* Codes of ICMP6_PARAMETER: struct ip6_problem has them. */
enum { ICMP6_FIELD = 0, ICMP6_NEXT_HEADER = 1, ICMP6_OPTION = 2 };

struct icmp6 {
	u8 type, code;
	u16 id, seq; /* echo and echo reply */
	u32 mtu;     /* packet too big */
	u32 pointer; /* parameter problem */
};

enum icmp6_verdict {
	ICMP6_OK,
	ICMP6_TRUNCATED,
	ICMP6_BAD_CHECKSUM,
	ICMP6_UNKNOWN_ERROR, /* type below 128: tell the upper layer it quotes (2.4 a); body is given */
	ICMP6_UNKNOWN        /* type 128 and up that is not listed: silently dropped (2.4 b) */
};

struct view icmp6_verdict_name(enum icmp6_verdict v);

/* `body` is what follows the eight header bytes; empty on TRUNCATED, BAD_CHECKSUM, UNKNOWN. */
enum icmp6_verdict icmp6_read(struct ip from, struct ip to, struct view message, bool verified,
	struct icmp6 *out, struct view *body);

void icmp6_write(struct writer *w, struct ip from, struct ip to, const struct icmp6 *m, struct view body);

struct icmp6 icmp6_reply(const struct icmp6 *echo);

/* How much of this offending packet (from its IP header on) an error quotes. */
struct view icmp6_quoted(struct view packet);

/* What this error means; false: it is no error. */
bool icmp6_trouble(const struct icmp6 *m, enum icmp_trouble *out);

/* Reads the packet that an error quotes; false: it does not tell enough. */
bool icmp6_quote(struct view body, struct icmp_quote *out);

#endif
