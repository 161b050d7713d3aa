/* udp.h - the User Datagram Protocol (RFC 768; RFC 1122 4.1; RFC 8200 8.1).
 *
 * The checksum covers a pseudo-header of either family. A field of 0 says
 * "none": IPv4 allows it, IPv6 does not. A sum that comes out as 0 is sent as ffff.
 */
#ifndef LIB_UDP_UDP_H
#define LIB_UDP_UDP_H

#include "lib/ip/ip.h"

#define UDP_HEADER_BYTES 8u

struct udp {
	u16 from_port, to_port;
	u16 len_bytes; /* of the payload */
};

enum udp_verdict {
	UDP_OK,
	UDP_TRUNCATED, /* shorter than it says, or than a header */
	UDP_BAD_CHECKSUM,
	UDP_BAD_PORT /* to port 0 */
};

struct view udp_verdict_name(enum udp_verdict v);

/* `packet` is IP's payload; what it has beyond the UDP length is not part of it.
 * verified: the host has checked the checksum. */
enum udp_verdict udp_read(struct ip from, struct ip to, struct view packet, bool verified, struct udp *out,
	struct view *payload);

/* The header alone, with this checksum field: the payload follows, or goes out as
 * a piece. */
void udp_write(struct writer *w, const struct udp *u, u16 checksum);

/* The checksum field for this payload. */
u16 udp_checksum(struct ip from, struct ip to, const struct udp *u, struct view payload);

/* What the field holds when the port completes it (NET_CSUM_FILL): the folded
 * pseudo-header. csum_offset is UDP_CHECKSUM_AT. */
u16 udp_partial(struct ip from, struct ip to, const struct udp *u);

#define UDP_CHECKSUM_AT 6u

#endif
