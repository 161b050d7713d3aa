/* arp_claim.c - claims an address and defends it (RFC 5227 2). */
#include "lib/arp/arp.h"

/* RFC 5227 1.1. */
#define PROBE_WAIT_NS        (1 * NS_PER_S)
#define PROBE_NUM            3u
#define PROBE_MIN_NS         (1 * NS_PER_S)
#define PROBE_MAX_NS         (2 * NS_PER_S)
#define ANNOUNCE_WAIT_NS     (2 * NS_PER_S)
#define ANNOUNCE_NUM         2u
#define ANNOUNCE_INTERVAL_NS (2 * NS_PER_S)
#define DEFEND_INTERVAL_NS   (10 * NS_PER_S)

struct view arp_claim_name(enum arp_claim_state s)
{
	switch (s) {
	case ARP_CLAIM_NONE: return text("none");
	case ARP_CLAIM_PROBE: return text("probe");
	case ARP_CLAIM_ANNOUNCE: return text("announce");
	case ARP_CLAIM_DEFEND: return text("defend");
	case ARP_CLAIM_LOST: return text("lost");
	}
	return text("?");
}

void arp_claim_start(struct arp_claim *c, struct mac mac, struct ip ip, bool probes, u64 random, u64 now)
{
	*c = (struct arp_claim){ .state = probes ? ARP_CLAIM_PROBE : ARP_CLAIM_ANNOUNCE,
		.mac = mac,
		.ip = ip,
		.jitter = jitter_of(random),
		.due_ns = now,
		.conflict_ns = TIME_NEVER };
	if (probes)
		c->due_ns = now + jitter(&c->jitter, 0, PROBE_WAIT_NS);
}

void arp_claim_stop(struct arp_claim *c)
{
	c->state = ARP_CLAIM_NONE;
	c->due_ns = TIME_NEVER;
	c->defend = false;
}

static bool lose(struct arp_claim *c)
{
	c->state = ARP_CLAIM_LOST;
	c->due_ns = TIME_NEVER;
	c->defend = false;
	return true;
}

bool arp_claim_receive(struct arp_claim *c, const struct arp *a, u64 now)
{
	bool foreign = !mac_equal(a->sender_mac, c->mac);
	bool says_owner = foreign && ip_equal(a->sender_ip, c->ip);
	bool same_wish = foreign && ip_is_none(a->sender_ip) && arp_asks_for(a, c->ip);

	switch (c->state) {
	case ARP_CLAIM_NONE:
	case ARP_CLAIM_LOST: return false;
	case ARP_CLAIM_PROBE:
		/* 2.1.1: somebody has it, or somebody probes for it too. */
		return says_owner || same_wish ? lose(c) : false;
	case ARP_CLAIM_ANNOUNCE:
	case ARP_CLAIM_DEFEND: break;
	}
	if (!says_owner)
		return false;
	/* 2.4 (b): defend once; a second conflict within the interval means that
	 * the other will not go, and two who both insist help nobody. */
	u64 last = c->conflict_ns;
	if (last != TIME_NEVER && now >= last && now - last < DEFEND_INTERVAL_NS)
		return lose(c);
	c->conflict_ns = now;
	c->defend = true;
	return false;
}

bool arp_claim_due(struct arp_claim *c, u64 now, struct arp *out)
{
	*out = arp_announcement(c->mac, c->ip);
	if (c->defend) {
		c->defend = false;
		return true;
	}
	if (now < c->due_ns)
		return false;
	if (c->state == ARP_CLAIM_PROBE && c->sent < PROBE_NUM) {
		*out = arp_probe(c->mac, c->ip);
		c->sent += 1;
		c->due_ns = now + (c->sent < PROBE_NUM ? jitter(&c->jitter, PROBE_MIN_NS,
								 PROBE_MAX_NS - PROBE_MIN_NS)
						       : ANNOUNCE_WAIT_NS);
		return true;
	}
	if (c->state == ARP_CLAIM_PROBE) {
		c->state = ARP_CLAIM_ANNOUNCE;
		c->sent = 0;
	}
	if (c->state != ARP_CLAIM_ANNOUNCE)
		return false;
	if (c->sent < ANNOUNCE_NUM)
		c->sent += 1;
	c->due_ns = now + ANNOUNCE_INTERVAL_NS;
	if (c->sent >= ANNOUNCE_NUM) {
		c->state = ARP_CLAIM_DEFEND;
		c->due_ns = TIME_NEVER;
	}
	return true;
}

u64 arp_claim_deadline(const struct arp_claim *c)
{
	return c->defend ? 0 : c->due_ns;
}

bool arp_claim_holds(const struct arp_claim *c)
{
	return c->state == ARP_CLAIM_DEFEND || (c->state == ARP_CLAIM_ANNOUNCE && c->sent > 0);
}
