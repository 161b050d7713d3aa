/* eth.h - Ethernet frames (DIX framing, RFC 894 and RFC 2464) and the addresses in them.
 *
 *     6 bytes to | 6 bytes from | 2 bytes type | the packet
 *
 * A frame comes without preamble and frame check sequence. IEEE 802.3 length
 * framing (a type below 0x600) is refused: no protocol of ours uses it. One VLAN
 * tag (IEEE 802.1Q) between the addresses and the type is taken off: which network
 * the frame is of. Priorities are not looked at.
 */
#ifndef LIB_ETH_ETH_H
#define LIB_ETH_ETH_H

#include "base/mac.h"
#include "base/reader.h"
#include "base/writer.h"

#define ETH_HEADER_BYTES 14u /* without a tag */
#define ETH_TAG_BYTES    4u
#define ETH_VLAN_MAX     4094u

/* IANA "IEEE 802 Numbers". */
enum { ETH_IP4 = 0x0800, ETH_ARP = 0x0806, ETH_VLAN = 0x8100, ETH_IP6 = 0x86dd };

struct eth {
	struct mac to, from;
	u16 type;
	u16 vlan; /* 0: untagged, or a tag that says only a priority */
};

/* Takes the header; the packet is what the reader has left. False: not a frame
 * to look at (too short, a length instead of a type, a group as its sender, a tag of no network). */
bool eth_read(struct reader *r, struct eth *out);

void eth_write(struct writer *w, const struct eth *e);

/* Whether a station with this address takes the frame: it is addressed to it,
 * or to a group. */
bool eth_is_for(const struct eth *e, struct mac own);

struct mac read_mac(struct reader *r);
void write_mac(struct writer *w, struct mac m);

static inline bool mac_equal(struct mac a, struct mac b)
{
	return a.b[0] == b.b[0] && a.b[1] == b.b[1] && a.b[2] == b.b[2] && a.b[3] == b.b[3] &&
	       a.b[4] == b.b[4] && a.b[5] == b.b[5];
}

/* ff:ff:ff:ff:ff:ff */
static inline struct mac mac_broadcast(void)
{
	return (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
}

/* 00:00:00:00:00:00: "unknown" where an address is optional. */
static inline struct mac mac_none(void)
{
	return (struct mac){ { 0 } };
}

/* A group, the broadcast address included: the first byte's lowest bit. */
static inline bool mac_is_multicast(struct mac m)
{
	return m.b[0] % 2 != 0;
}

static inline bool mac_is_none(struct mac m)
{
	return mac_equal(m, mac_none());
}

/* One station: neither a group nor nobody. */
static inline bool mac_is_station(struct mac m)
{
	return !mac_is_multicast(m) && !mac_is_none(m);
}

#endif
