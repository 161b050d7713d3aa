/* arp.h - the Address Resolution Protocol (RFC 826) for IPv4 over Ethernet, and
 * address conflict detection (RFC 5227).
 *
 * Here are the packets, the sentences they say, and the machine that claims an
 * address. What is learned from them is kept in lib/neigh, which serves both
 * families; arp_learn() says how a packet maps on its flags.
 *
 *     struct arp a;
 *     if (!arp_read(&r, &a)) drop;
 *     if (ip_equal(a.sender_ip, own)) a conflict, see arp_claim_receive;
 *     neigh_learn(n, a.sender_ip, a.sender_mac, arp_learn(&a, own), now);
 *     if (arp_asks_for(&a, own)) send arp_reply(&a, own_mac) to a.sender_mac;
 */
#ifndef LIB_ARP_ARP_H
#define LIB_ARP_ARP_H

#include "lib/eth/eth.h"
#include "lib/ip/ip.h"
#include "lib/jitter/jitter.h"

#define ARP_BYTES 28u

enum arp_op { ARP_REQUEST = 1, ARP_REPLY = 2 };

struct arp {
	enum arp_op op;
	struct mac sender_mac;
	struct ip sender_ip; /* none in a probe */
	struct mac target_mac;
	struct ip target_ip;
};

/* False: not Ethernet and IPv4, not a request or a reply, a sender that is no
 * station, or an address nobody can own (multicast, broadcast, loopback). A
 * sender's 0.0.0.0 is fine in a request only (a probe, RFC 5227 1.1). Bytes
 * after the packet are padding. */
bool arp_read(struct reader *r, struct arp *out);

void arp_write(struct writer *w, const struct arp *a);

/* "Who has `target`? Tell me." To the broadcast address, or to where the target
 * was last seen (RFC 1122 2.3.2.1). */
struct arp arp_request(struct mac own, struct ip own_ip, struct ip target);

/* "`ip` is me": the answer to a request. */
struct arp arp_reply(const struct arp *asked, struct mac own);

/* RFC 5227 1.1: "does anybody use this?", and "I use this now". */
struct arp arp_probe(struct mac own, struct ip wanted);
struct arp arp_announcement(struct mac own, struct ip ip);

/* A request for this address, to be answered. */
bool arp_asks_for(const struct arp *a, struct ip own);

/* The NEIGH_ flags (lib/neigh) with which to learn the sender of this packet.
 * RFC 826: only who speaks to us is worth a new entry; everybody else's news
 * update what is there. 0: nothing to learn (a probe has no sender address). */
u32 arp_learn(const struct arp *a, struct ip own);

/* ---- claiming an address (RFC 5227 2) ----
 *
 * PROBE: ask three times whether somebody has it; ANNOUNCE: say so twice;
 * DEFEND: it is ours, answer conflicts with an announcement, at most one in ten
 * seconds; LOST: somebody else's, stop using it (tell DHCP: dhcp_decline).
 * With probes = false the claim starts by announcing, and the address can be
 * used at once: right where addresses are administered. */

enum arp_claim_state {
	ARP_CLAIM_NONE,
	ARP_CLAIM_PROBE,
	ARP_CLAIM_ANNOUNCE,
	ARP_CLAIM_DEFEND,
	ARP_CLAIM_LOST
};

struct view arp_claim_name(enum arp_claim_state s);

struct arp_claim {
	enum arp_claim_state state;
	struct mac mac;
	struct ip ip;
	struct jitter jitter;
	u64 due_ns;
	u64 conflict_ns; /* of the last conflict; TIME_NEVER: none yet */
	u8 sent;         /* in this state */
	bool defend;     /* an announcement is owed to a conflict */
};

void arp_claim_start(struct arp_claim *c, struct mac mac, struct ip ip, bool probes, u64 random, u64 now);

/* Nobody's any more: after a lease has ended. */
void arp_claim_stop(struct arp_claim *c);

/* True if this packet just lost us the address: state is LOST. */
bool arp_claim_receive(struct arp_claim *c, const struct arp *a, u64 now);

/* The next packet to broadcast, until it is false. */
bool arp_claim_due(struct arp_claim *c, u64 now, struct arp *out);
u64 arp_claim_deadline(const struct arp_claim *c);

/* The address may be used: announced at least once and not lost. */
bool arp_claim_holds(const struct arp_claim *c);

#endif
