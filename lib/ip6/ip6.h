/* ip6.h - the IPv6 header and its extension headers (RFC 8200; RFC 5095, RFC 6946, RFC 6564).
 *
 * Reading walks the extension headers, up to IP6_EXTENSIONS_MAX of them and
 * IP6_OPTIONS_MAX options in all, and gives the upper layer's packet. What the
 * frame carries beyond the payload length is padding and is cut off.
 *
 * A sender sometimes must be told what was wrong (RFC 8200 4.2): then the
 * verdict is IP6_PARAMETER and `problem` says what to put into the ICMPv6
 * parameter problem. Every other refusal is silent. On OK, `problem` is ready for
 * a caller who does not know `protocol` (code 1, unrecognised next header).
 */
#ifndef LIB_IP6_IP6_H
#define LIB_IP6_IP6_H

#include "lib/ip/ip.h"

#define IP6_HEADER_BYTES   40u
#define IP6_MIN_MTU        1280u
#define IP6_HOP_LIMIT      64u
#define IP6_EXTENSIONS_MAX 8u
#define IP6_OPTIONS_MAX    32u

/* Next header values that are extension headers (IANA). */
enum {
	IP6_HOP_BY_HOP = 0,
	IP6_ROUTING = 43,
	IP6_FRAGMENT_HEADER = 44,
	IP6_NO_NEXT = 59,
	IP6_DESTINATION = 60
};

/* RFC 4443 3.4: code, and the offset in the packet. */
struct ip6_problem {
	u8 code;
	bool even_multicast; /* answer even if it was sent to a group */
	u32 pointer;
};

struct ip6 {
	struct ip from, to;
	u32 flow_label;
	u32 id;            /* of a fragment */
	u16 payload_bytes; /* all behind the fixed header, extension headers included */
	u16 offset_bytes;  /* of a fragment */
	u16 header_bytes;  /* the fixed header and the extension headers read */
	u8 traffic_class;
	u8 hop_limit;
	u8 protocol; /* the upper layer: what the last header said */
	bool more_fragments;
	bool router_alert; /* the hop-by-hop option (RFC 2711): MLD carries it */
	struct ip6_problem problem;
};

enum ip6_verdict {
	IP6_OK,
	IP6_FRAGMENT,  /* in good order, but a piece; an atomic fragment (RFC 6946) is OK */
	IP6_TRUNCATED, /* shorter than it says */
	IP6_BAD_VERSION,
	IP6_BAD_LENGTH,    /* an extension header beyond the payload; a jumbogram */
	IP6_BAD_ADDRESS,   /* a source that cannot be one, or a destination of nobody */
	IP6_BAD_EXTENSION, /* out of order, too many, an option that says "drop silently" */
	IP6_NOTHING,       /* "no next header": in good order, and empty */
	IP6_PARAMETER      /* tell the sender: `problem` */
};

struct view ip6_verdict_name(enum ip6_verdict v);

/* On anything but OK and FRAGMENT `payload` is empty. The reader stands at the end. */
enum ip6_verdict ip6_read(struct reader *r, struct ip6 *out, struct view *payload);

/* What was put together of fragments, and the rest of its headers (RFC 8200 4.5):
 * `out` holds what the first fragment said, its protocol is where this goes on. `problem` is not
 * told: where it would point to nobody knows any more. */
enum ip6_verdict ip6_read_reassembled(struct view data, struct ip6 *out, struct view *payload);

/* The fragment header (4.5), which names the protocol. */
#define IP6_FRAGMENT_BYTES 8u
void ip6_write_fragment(struct writer *w, u8 protocol, u32 id, u16 offset_bytes, bool more);

/* Writes the fixed header; payload_bytes follow, beginning with `protocol`. */
void ip6_write(struct writer *w, const struct ip6 *h);

/* What to send: hop limit 64, no class, no label. */
struct ip6 ip6_packet(struct ip from, struct ip to, u8 protocol, u16 payload_bytes);

#endif
