/* ip4.h - the IPv4 header (RFC 791; RFC 1122 3.2.1; RFC 6864 for the identification).
 *
 * Reading gives the payload as a view of the packet. What the frame carries
 * beyond the total length is padding and is cut off. Options are stepped over,
 * but a source route is refused (RFC 7126 4.3, 4.4), as is an option that is
 * not well formed. A fragment is reported as such with its piece in `payload`.
 */
#ifndef LIB_IP4_IP4_H
#define LIB_IP4_IP4_H

#include "lib/ip/ip.h"

#define IP4_HEADER_BYTES 20u /* as written; up to 60 when read */
#define IP4_MIN_MTU      68u
#define IP4_TTL          64u /* what we send with (RFC 1700) */

struct ip4 {
	struct ip from, to;
	u16 total_bytes; /* header and payload */
	u16 id;
	u16 offset_bytes; /* of a fragment */
	u8 header_bytes;
	u8 tos; /* DSCP and ECN */
	u8 ttl;
	u8 protocol;
	bool dont_fragment, more_fragments;
};

enum ip4_verdict {
	IP4_OK,
	IP4_FRAGMENT,  /* in good order, but a piece: offset_bytes or more_fragments */
	IP4_TRUNCATED, /* shorter than it says */
	IP4_BAD_VERSION,
	IP4_BAD_LENGTH, /* header or total length impossible */
	IP4_BAD_CHECKSUM,
	IP4_BAD_ADDRESS, /* a source that cannot be one, or a destination of nobody */
	IP4_BAD_OPTION
};

struct view ip4_verdict_name(enum ip4_verdict v);

/* verified: the host has checked the header's checksum already. On anything
 * but OK and FRAGMENT `payload` is empty. The reader stands at the end. */
enum ip4_verdict ip4_read(struct reader *r, bool verified, struct ip4 *out, struct view *payload);

/* Writes a header without options; total_bytes counts the payload to follow.
 * header_bytes is not looked at. The checksum is computed. */
void ip4_write(struct writer *w, const struct ip4 *h);

/* The same with the router alert option (RFC 2113), four bytes that total_bytes counts too. */
#define IP4_ROUTER_ALERT_BYTES 4u
void ip4_write_router_alert(struct writer *w, const struct ip4 *h);

/* What to send: don't-fragment, TTL 64, id 0 (an atomic datagram, RFC 6864 4.1). */
struct ip4 ip4_packet(struct ip from, struct ip to, u8 protocol, u16 payload_bytes);

/* 255.255.255.255, or the directed broadcast of this network. */
bool ip4_is_broadcast(struct ip a, struct ip_prefix network);

#endif
