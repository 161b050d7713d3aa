/* pcap.h - writes captures that Wireshark and tcpdump read (pcapng, draft-ietf-opsawg-pcapng).
 *
 * A capture is a sequence of blocks: one section header, an interface
 * description for each port, then a packet block for each frame. Times have
 * nanosecond resolution. Everything goes into a writer, block by block: a
 * block is written whole, or the writer is bad and none of it counts.
 *
 *     pcap_section(&w, text("hello"), text("fata unix"));
 *     pcap_interface(&w, text("service"), 0);      the first is interface 0, the next 1 ...
 *     pcap_packet(&w, 0, wall_ns, PCAP_SENT, frame, frame.n);
 *
 * Byte order is little-endian on every machine, so the same run gives the same file.
 */
#ifndef LIB_PCAP_PCAP_H
#define LIB_PCAP_PCAP_H

#include "base/writer.h"

enum pcap_direction { PCAP_UNKNOWN, PCAP_RECEIVED, PCAP_SENT };

/* What a packet's block needs beyond the frame itself, at the most. */
#define PCAP_BLOCK_BYTES 47u

/* The section header: what was captured (the image's name) and by what.
 * Names are cut to 255 bytes. */
void pcap_section(struct writer *w, struct view name, struct view platform);

/* An Ethernet port. snap_bytes: frames are cut to so many bytes; 0 is whole. */
void pcap_interface(struct writer *w, struct view name, u32 snap_bytes);

/* A frame as seen at time_ns (since 1970, or since the start if that is all
 * there is). frame may be shorter than it was on the wire: wire_bytes says. */
void pcap_packet(struct writer *w, u32 interface, u64 time_ns, enum pcap_direction direction,
	struct view frame, u32 wire_bytes);

#endif
