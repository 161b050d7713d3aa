/* icmp4.h - the Internet Control Message Protocol for IPv4 (RFC 792; RFC 1122 3.2.2; RFC 1191).
 *
 *     1 byte type | 1 byte code | 2 bytes checksum | 4 bytes by type | the body
 *
 * The body of echo is its data; of an error, the packet it is about.
 * When an error may be sent is lib/icmp's icmp_may_answer().
 */
#ifndef LIB_ICMP4_ICMP4_H
#define LIB_ICMP4_ICMP4_H

#include "lib/icmp/icmp.h"

#define ICMP4_HEADER_BYTES 8u
#define ICMP4_QUOTE_BYTES  548u /* of the packet an error is about: 576 in all (RFC 1812 4.3.2.3) */

enum {
	ICMP4_ECHO_REPLY = 0,
	ICMP4_UNREACHABLE = 3,
	ICMP4_REDIRECT = 5,
	ICMP4_ECHO = 8,
	ICMP4_TIME_EXCEEDED = 11,
	ICMP4_PARAMETER = 12
};

/* Codes of ICMP4_UNREACHABLE. */
enum {
	ICMP4_NET = 0,
	ICMP4_HOST = 1,
	ICMP4_PROTOCOL = 2,
	ICMP4_PORT = 3,
	ICMP4_TOO_BIG = 4,      /* fragmentation needed and DF set: `mtu` */
	ICMP4_NET_UNKNOWN = 6,  /* RFC 1122 3.2.2.1 */
	ICMP4_NET_REFUSED = 9,  /* administratively */
	ICMP4_NET_SERVICE = 11, /* for this type of service */
	ICMP4_PROHIBITED = 13   /* RFC 1812 5.2.7.1 */
};

struct icmp4 {
	u8 type, code;
	u16 id, seq; /* echo and echo reply */
	u16 mtu;     /* unreachable, too big; 0: an old router, which does not say */
	u8 pointer;  /* parameter problem */
};

enum icmp4_verdict {
	ICMP4_OK,
	ICMP4_TRUNCATED,
	ICMP4_BAD_CHECKSUM,
	ICMP4_UNKNOWN /* a type not listed above, silently dropped (RFC 1122 3.2.2) */
};

struct view icmp4_verdict_name(enum icmp4_verdict v);

/* The message is IPv4's payload; verified: the host has checked its checksum.
 * `body` is empty on anything but OK. */
enum icmp4_verdict icmp4_read(struct view message, bool verified, struct icmp4 *out, struct view *body);

/* Writes header, checksum and body. */
void icmp4_write(struct writer *w, const struct icmp4 *m, struct view body);

/* The answer to an echo: same id, sequence and body. */
struct icmp4 icmp4_reply(const struct icmp4 *echo);

/* How much of this offending packet (from its IP header on) an error quotes. */
struct view icmp4_quoted(struct view packet);

/* What this error means; false: it is no error. */
bool icmp4_trouble(const struct icmp4 *m, enum icmp_trouble *out);

/* Reads the packet that an error quotes; false: it does not tell enough. */
bool icmp4_quote(struct view body, struct icmp_quote *out);

#endif
