/* tcp_mtu.c - how much the path takes, by trying: RFC 4821, and where it says more the search of RFC 8899.
 *
 * A search knows a size that passes (tcp_path_takes) and one that does not (path_below), both with options. A probe
 * is one segment of new data whose size lies between. What of it arrives was in one packet, so its acknowledgement
 * raises mss; its loss, if nothing else was lost, lowers path_below, and its bytes go again in segments of mss. That is
 * no congestion (RFC 4821, 7.6): cwnd stays. Whatever else happens to it says nothing, and it is tried again.
 *
 * A search begins after a black hole (tcp_path.c), and when lib/pmtu forgets what it knew or another connection
 * found more: its ten minutes are RFC 8899's PMTU_RAISE_TIMER. It ends with path_below other than 0, until
 * tcp_path() has heard that what was found is known.
 *
 * Where the probe is: it ends at mtu_probe. Outside of a recovery `rexmit` is free: it is how much of a lost probe went
 * again, and rexmit_max, which is mtu_probe while nothing is known, is snd_max when the loss was seen.
 */
#include "lib/tcp/tcp_core.h"

#define STEP       32u /* closer than that nothing is gained, but for a size that links have */
#define BEHIND_MSS 4u  /* segments that the window must let out behind a probe: they tell what became of it */

/* ---- which size (RFC 8899 5.3.2) ---- */

/* Packets of 1,280 (IPv6's least), 1,420 (WireGuard), 1,492 (PPPoE), 1,500 and 9,000 bytes, over IPv6 and IPv4. */
static const u16 common[] = { 1220, 1240, 1360, 1380, 1432, 1440, 1452, 1460, 8940, 8960 };

static u32 apart(u32 a, u32 b)
{
	return most_of(minus(a, b), minus(b, a));
}

/* First what peer and link take: the hole may have been one in time. Then the common size that is nearest to the
 * middle, or the middle itself. 0: it is over. */
static u32 next_size(const struct tcp *t)
{
	u32 passes = tcp_path_takes(t), below = t->path_below, middle = (passes + below) / 2u, best = 0;

	if (below <= passes + 1u)
		return 0;
	if (below > t->peer_mss)
		return t->peer_mss;
	for (u32 i = 0; i < COUNT(common); i += 1) {
		u32 size = common[i];

		if (size > passes && size < below &&
			(best == 0 || apart(size, middle) <= apart(best, middle)))
			best = size;
	}
	return best == 0 && below > passes + STEP ? middle : best;
}

/* The payload of the probe that is next, or on its way. */
static u32 next_payload(const struct tcp *t)
{
	return minus(next_size(t), minus(tcp_path_takes(t), t->mss));
}

bool tcp_path_is_found(const struct tcp *t)
{
	return is_searching(t) && next_size(t) == 0;
}

/* ---- when ---- */

void tcp_mtu_begin(struct tcp *t, u32 takes)
{
	if (can_search() && has_sack(t) && synchronized(t))
		t->path_below = (u16)(least(least(takes, t->peer_mss), 65534) + 1u);
}

static void forget_probe(struct tcp *t)
{
	t->flags &= ~(u32)(F_MTU_PROBE | F_REXMIT);
}

bool tcp_mtu_told(struct tcp *t, u32 takes)
{
	u32 passes = tcp_path_takes(t);

	if (!can_search() || !has_sack(t) || !synchronized(t))
		return false;
	if (takes < passes) {
		t->path_below = 0;
		if ((t->flags & F_MTU_PROBE) != 0)
			forget_probe(t);
		return false;
	}
	if (takes > passes && t->path_below == 0)
		tcp_mtu_begin(t, takes);
	else if (takes > passes && (t->flags & F_MTU_PROBE) == 0)
		t->path_below = (u16)least(t->path_below, takes + 1u);
	else if (takes == passes && next_size(t) == 0)
		t->path_below = 0;
	return true;
}

u32 tcp_mtu_due(const struct tcp *t, u32 window)
{
	u32 quiet = F_RECOVERY | F_LOSS | F_PERSIST | F_TLP | F_MTU_PROBE | F_DSACK;
	u32 left = least(seq_dist(t->snd_nxt, t->snd_end), window), size;

	if ((t->flags & quiet) != 0 || t->backoff != 0 || t->dupacks != 0 || sacked(t) != 0 ||
		t->gaps.n != 0 || t->snd_nxt != t->snd_max)
		return 0;
	size = next_payload(t);
	if (left < size + t->mss || t->cong.cwnd < size + BEHIND_MSS * t->mss)
		return 0;
	return size;
}

void tcp_mtu_sent(struct tcp *t)
{
	t->flags |= F_MTU_PROBE;
	t->mtu_probe = t->snd_max;
	t->rexmit = t->snd_max;
	t->rexmit_max = t->snd_max;
}

/* ---- what became of it (RFC 4821, 7.6) ---- */

u16 tcp_mtu_acked(struct tcp *t)
{
	bool lost = t->rexmit_max != t->mtu_probe;
	u32 size = next_size(t);

	forget_probe(t);
	if (lost || size == 0)
		return 0;
	tcp_path_fits(t, size);
	tcp_path_grew(t);
	size = tcp_path_takes(t);
	if (size == t->peer_mss)
		t->path_below = 0;
	return (u16)size;
}

/* All that is below lost_to was delivered but for what is missing in front, and that is the probe, or what is left
 * of it. Not so if something that was sent after it went again is there and it is not: that loss is another. */
static bool lost_alone(const struct tcp *t, bool again)
{
	u32 first = t->sacked.r[0].from;

	if (sacked(t) == 0 || !seq_before(first, t->lost_to) || !seq_before(t->mtu_probe, t->snd_max) ||
		tcp_ranges_bytes(&t->sacked, first, t->lost_to) != seq_dist(first, t->lost_to))
		return false;
	if (again)
		return !seq_before(t->mtu_probe, first) && !seq_before(t->rexmit_max, t->lost_to);
	return first == t->mtu_probe && seq_dist(t->snd_una, first) == next_payload(t);
}

bool tcp_mtu_lost(struct tcp *t)
{
	bool again = t->rexmit_max != t->mtu_probe;

	if (!lost_alone(t, again)) {
		forget_probe(t);
		return false;
	}
	if (again)
		return true;
	t->path_below = (u16)next_size(t);
	t->rexmit = t->snd_una;
	t->rexmit_max = t->snd_max;
	t->flags |= F_REXMIT;
	return true;
}
