/* parts.h - what an image has of what it can do without.
 *
 * An image is woven from its manifest: what that does not name is not linked.
 * Devices, files and programs are named by lines of their own. What every image
 * has, unless a `without` line says otherwise (tool/manifest.h), is a part: a row
 * of the table below. `fata` writes the choice as a constant into image.c, so the
 * link knows it, and code behind `if (image_parts.fragments)` that is never
 * reached is not in the image: no call through a pointer, no test at run time.
 *
 * Programs that are no images (tenders, the gateway, tests) have all of them:
 * the constant in parts.c is weak, an image's own takes its place.
 */
#ifndef LIB_PARTS_PARTS_H
#define LIB_PARTS_PARTS_H

#include "base/types.h"

/* PART(field, word in the manifest, what an image goes without) */
#define PARTS(PART)                                                                                          \
	PART(recording, "recording", "--record, so no replay of what it has lived through")                  \
	PART(captures, "captures", "--pcap, so no file for Wireshark")                                       \
	PART(uring, "uring", "--io uring, frames through io_uring: a call of the host for each")             \
	PART(packets, "packets", "--net packet:INTERFACE, the packet sockets of the host")                   \
	PART(offloads, "offloads", "checksums and segmentation by the host: all of it in the image")         \
	PART(fragments, "fragments", "packets in fragments, neither put together nor cut")                   \
	PART(cubic, "cubic", "CUBIC: TCP's window grows as NewReno's does")                                  \
	PART(pacing, "pacing", "TCP's bursts spread over a round trip, and BBR, which needs that")           \
	PART(ecn, "ecn", "ECN (RFC 3168): a path that marks instead of losing is one that loses")            \
	PART(errors, "icmp-errors", "ICMP errors, told or believed, and path MTUs: 1,280 bytes over IPv6")   \
	PART(search, "path-search",                                                                          \
		"the search for what a path takes (RFC 4821); it needs icmp-errors and sack")                \
	PART(sack, "sack", "SACK and what needs it: losses are repaired as in NewReno (RFC 6582)")           \
	PART(timestamps, "timestamps", "TCP timestamps and PAWS (RFC 7323)")                                 \
	PART(keepalive, "keepalive", "TCP keep-alives: tcp_config.keepalive_ns")                             \
	PART(fast_open, "fast-open", "TCP Fast Open (RFC 7413): data goes with no SYN, and none is taken")   \
	PART(opening, "opening", "connections that it opens itself: flow_connect()")                         \
	PART(resolvers, "resolvers", "the addresses of DNS resolvers that DHCP and routers tell")            \
	PART(datagrams, "datagrams", "UDP for its program: datagram_bind() (DHCP has it)")                   \
	PART(groups, "groups", "multicast groups that its program joins: multicast_join()")                  \
	PART(counters, "counters", "host_facts(): what came, went and was dropped")                          \
	PART(routes, "routes",                                                                               \
		"ways besides a gateway for each family, TCP's word on them, the choice of a source (RFC "   \
		"6724)")                                                                                     \
	PART(identifiers, "identifiers", "IPv6 identifiers that tell nothing (RFC 7217): they tell the MAC") \
	PART(vlan, "vlan", "VLANs (802.1Q): tagged frames are not heard")                                    \
	PART(starved, "starved",                                                                             \
		"the end of flows that read nothing while others find no room (sockstress)")                 \
	PART(conflicts, "conflicts", "the defence of its IPv4 address (RFC 5227): it is announced once")     \
	PART(link_options, "link-options", "mac= and mtu= behind --net: both are the host's choice")         \
	PART(sockets, "sockets", "--net unix:PATH and frames:NUMBER; tap:NAME and fd:NUMBER are there")      \
	PART(speed, "speed", "bytes spent for speed: long copies (base/mem.c), a looser link")               \
	PART(levels, "levels", "--log: all that is worth telling is told")                                   \
	PART(floods, "log-floods", "limits on the log: ten times the same line is ten lines")                \
	PART(clock, "fast-clock", "the clock without a system call: 200 ns more at every look at it")        \
	PART(router, "router",                                                                               \
		"what gateways do: router advertisements, DHCP answers, flows to any address")               \
	PART(advice, "advice", "--help, suggestions and hints: `fata run IMAGE --help` has them")            \
	PART(explanations, "explanations", "faults and errors in words: their numbers, doc/hardening.md")

struct parts {
#define PARTS_FIELD(field, word, about) bool field;
	PARTS(PARTS_FIELD)
#undef PARTS_FIELD
	/* What other lines say: no words of their own. */
	bool disks;    /* `block` */
	bool cookies;  /* `net`, but for backlog=0: SYN cookies */
	bool dhcp6;    /* dhcp6= on a `net` */
	bool changing; /* temporary= on a `net`: addresses that change every day */
	bool bbr;      /* bbr= on a `net`, and pacing: BBR governs TCP's windows where that is chosen */
	bool loopback; /* loopback= on a `net`: it reaches itself */
};

extern const struct parts image_parts;

#endif
