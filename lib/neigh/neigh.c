#include "lib/neigh/neigh.h"
#include "lib/parts/parts.h"

/* RFC 4861 10. */
#define MAX_SOLICIT       3u /* multicast and unicast ones alike */
#define REACHABLE_TIME_NS (30 * NS_PER_S)
#define RETRANS_TIMER_NS  (1 * NS_PER_S)
#define DELAY_FIRST_NS    (5 * NS_PER_S)
/* 6.2.1: an advertised reachable time is at most an hour. A retransmission timer
 * has no limit there; one minute keeps a lie from stopping us. */
#define REACHABLE_MAX_MS (3600u * 1000u)
#define RETRANS_MAX_MS   (60u * 1000u)

struct view neigh_state_name(enum neigh_state s)
{
	switch (s) {
	case NEIGH_NONE: return text("none");
	case NEIGH_INCOMPLETE: return text("INCOMPLETE");
	case NEIGH_REACHABLE: return text("REACHABLE");
	case NEIGH_STALE: return text("STALE");
	case NEIGH_DELAY: return text("DELAY");
	case NEIGH_PROBE: return text("PROBE");
	}
	return text("?");
}

/* ---- the table: entries, and buckets that point to them (linear probing) ---- */

/* A keyed multiply-and-fold. Products of 32-bit numbers: nothing wraps. */
static u32 home_of(const struct neigh *n, struct ip ip)
{
	u64 odd_a = n->key % 0x100000000ull | 1u;
	u64 odd_b = n->key >> 32 | 1u;
	u64 h = (ip.lo % 0x100000000ull) * odd_a ^ (ip.lo >> 32) * odd_b;

	h ^= (ip.hi % 0x100000000ull ^ odd_b) * odd_a >> 1;
	h ^= (ip.hi >> 32 ^ odd_a) * odd_b >> 2;
	h ^= h >> 32;
	h = h % 0x100000000ull * odd_b;
	return (u32)((h >> 20) % NEIGH_BUCKETS);
}

/* The entry of this address, or NEIGH_MAX. */
static u32 lookup(const struct neigh *n, struct ip ip)
{
	u32 at = n->hint;

	if (n->entry[at].state != NEIGH_NONE && ip_equal(n->entry[at].ip, ip))
		return at;
	at = home_of(n, ip);
	for (u32 i = 0; i < NEIGH_BUCKETS; i += 1) {
		u32 entry = n->bucket[at];

		if (entry == 0)
			return NEIGH_MAX;
		if (ip_equal(n->entry[entry - 1].ip, ip))
			return entry - 1;
		at = (at + 1) % NEIGH_BUCKETS;
	}
	return NEIGH_MAX;
}

static void insert(struct neigh *n, u32 entry)
{
	u32 at = home_of(n, n->entry[entry].ip);

	while (n->bucket[at] != 0)
		at = (at + 1) % NEIGH_BUCKETS;
	n->bucket[at] = (u16)(entry + 1);
	if (n->count < NEIGH_MAX)
		n->count += 1;
	n->hint = entry;
}

/* How far `at` is behind `from`, over the end. */
static u32 distance(u32 from, u32 at)
{
	return (at + NEIGH_BUCKETS - from) % NEIGH_BUCKETS;
}

/* Takes an entry out, and moves those behind it up so that no search ends at the hole. */
static void drop(struct neigh *n, u32 entry)
{
	u32 hole = home_of(n, n->entry[entry].ip);

	while (n->bucket[hole] != entry + 1)
		hole = (hole + 1) % NEIGH_BUCKETS;
	u32 at = hole;
	for (u32 i = 0; i < NEIGH_BUCKETS; i += 1) {
		at = (at + 1) % NEIGH_BUCKETS;
		u32 other = n->bucket[at];
		if (other == 0)
			break;
		if (distance(home_of(n, n->entry[other - 1].ip), at) >= distance(hole, at)) {
			n->bucket[hole] = (u16)other;
			hole = at;
		}
	}
	n->bucket[hole] = 0;
	n->entry[entry] = (struct neigh_entry){ .due_ns = TIME_NEVER };
	if (n->count > 0)
		n->count -= 1;
}

/* Who goes first when there is no room: the smaller number. */
static u32 rank(const struct neigh_entry *e)
{
	if (e->state == NEIGH_NONE)
		return 0;
	if (e->state == NEIGH_INCOMPLETE)
		return 2;
	return e->used_ns == 0 ? 1 : 3;
}

static u32 make_room(struct neigh *n)
{
	u32 best = 0, best_rank = 4;
	u64 best_used = TIME_NEVER;

	for (u32 i = 0; i < NEIGH_MAX && best_rank > 0; i += 1) {
		u32 r = rank(&n->entry[i]);
		u64 used = n->entry[i].used_ns;

		if (r < best_rank || (r == best_rank && used < best_used)) {
			best = i;
			best_rank = r;
			best_used = used;
		}
	}
	if (best_rank > 0)
		drop(n, best);
	if (best_rank == 3 && n->evicted < 0xffffffffu)
		n->evicted += 1;
	return best;
}

/* ---- times ---- */

/* It must be looked at then. */
static void set_due(struct neigh *n, struct neigh_entry *e, u64 due_ns)
{
	e->due_ns = due_ns;
	if (due_ns < n->next_ns)
		n->next_ns = due_ns;
}

void neigh_init(struct neigh *n, u64 random)
{
	*n = (struct neigh){ .key = random, .next_ns = TIME_NEVER, .retrans_ns = RETRANS_TIMER_NS };
	neigh_times(n, REACHABLE_TIME_NS / NS_PER_MS, 0, random);
}

void neigh_times(struct neigh *n, u32 reachable_ms, u32 retrans_ms, u64 random)
{
	/* RFC 4861 6.3.2: between half and one and a half of the base value. */
	if (reachable_ms > 0 && reachable_ms <= REACHABLE_MAX_MS)
		n->reachable_ns = reachable_ms * (512ull + random % 1024u) / 1024u * NS_PER_MS;
	if (retrans_ms > 0)
		n->retrans_ns = (retrans_ms < RETRANS_MAX_MS ? retrans_ms : RETRANS_MAX_MS) * NS_PER_MS;
}

static bool waits(const struct neigh_entry *e)
{
	return e->state == NEIGH_INCOMPLETE || e->state == NEIGH_DELAY || e->state == NEIGH_PROBE;
}

/* There is news about this entry: if it waited, perhaps nothing is due any more. neigh_due() finds out; and who gives advice
 * (images with `routes`) sees it in neigh_deadline(). */
static void look_again(struct neigh *n, const struct neigh_entry *e, u64 now)
{
	if (image_parts.routes && waits(e) && now < n->next_ns)
		n->next_ns = now;
}

/* REACHABLE needs no timer: it is found out of date when it is next used. */
static void reach(const struct neigh *n, struct neigh_entry *e, u64 now)
{
	e->state = NEIGH_REACHABLE;
	e->asked = 0;
	e->due_ns = now + n->reachable_ns;
}

static void stale(struct neigh_entry *e)
{
	e->state = NEIGH_STALE;
	e->asked = 0;
	e->due_ns = TIME_NEVER;
}

/* ---- sending: RFC 4861 7.2.2, 7.3.3 ---- */

static enum neigh_verdict ask(struct neigh *n, struct ip ip, u64 now)
{
	u32 i = make_room(n);
	struct neigh_entry *e = &n->entry[i];

	*e = (struct neigh_entry){ .ip = ip, .used_ns = now, .state = NEIGH_INCOMPLETE, .asked = 1 };
	insert(n, i);
	set_due(n, e, now + n->retrans_ns);
	return NEIGH_ASK;
}

enum neigh_verdict neigh_find(struct neigh *n, struct ip ip, u64 now, struct mac *out)
{
	u32 i = lookup(n, ip);

	*out = mac_none();
	if (i >= NEIGH_MAX)
		return ask(n, ip, now);
	struct neigh_entry *e = &n->entry[i];
	n->hint = i;
	e->used_ns = now > 0 ? now : 1;
	if (e->state == NEIGH_INCOMPLETE)
		return NEIGH_WAIT;
	if (e->state == NEIGH_STALE || (e->state == NEIGH_REACHABLE && now >= e->due_ns)) {
		e->state = NEIGH_DELAY;
		e->asked = 0;
		set_due(n, e, now + DELAY_FIRST_NS);
	}
	*out = e->mac;
	return NEIGH_KNOWN;
}

/* ---- learning: RFC 4861 7.2.3, 7.2.5, appendix C ---- */

bool neigh_learn(struct neigh *n, struct ip ip, struct mac mac, u32 how, u64 now)
{
	u32 i = lookup(n, ip);

	if (mac_is_multicast(mac))
		return false;
	if (i >= NEIGH_MAX) {
		if ((how & NEIGH_CREATE) == 0 || mac_is_none(mac))
			return false;
		i = make_room(n);
		n->entry[i] = (struct neigh_entry){ .ip = ip, .mac = mac };
		stale(&n->entry[i]);
		insert(n, i);
		return false;
	}
	struct neigh_entry *e = &n->entry[i];
	look_again(n, e, now);
	if (e->state == NEIGH_INCOMPLETE) {
		if (mac_is_none(mac))
			return false;
		e->mac = mac;
		if ((how & NEIGH_SOLICITED) != 0)
			reach(n, e, now);
		else
			stale(e);
		return true;
	}
	bool same = mac_is_none(mac) || mac_equal(mac, e->mac);
	if (!same && (how & NEIGH_OVERRIDE) == 0) {
		/* I: somebody says otherwise, but does not insist: check when next used. */
		if (e->state == NEIGH_REACHABLE)
			stale(e);
		return false;
	}
	if (!same)
		e->mac = mac;
	if ((how & NEIGH_SOLICITED) != 0)
		reach(n, e, now);
	else if (!same)
		stale(e);
	return false;
}

void neigh_confirm(struct neigh *n, struct ip ip, u64 now)
{
	u32 i = lookup(n, ip);

	if (i >= NEIGH_MAX || n->entry[i].state == NEIGH_INCOMPLETE)
		return;
	look_again(n, &n->entry[i], now);
	reach(n, &n->entry[i], now);
}

/* DELAY without its delay: nothing else is waited for. */
void neigh_doubt(struct neigh *n, struct ip ip, u64 now)
{
	u32 i = lookup(n, ip);

	if (i >= NEIGH_MAX)
		return;
	struct neigh_entry *e = &n->entry[i];
	if (e->state == NEIGH_INCOMPLETE || e->state == NEIGH_PROBE)
		return;
	e->state = NEIGH_DELAY;
	e->asked = 0;
	set_due(n, e, now);
}

void neigh_forget(struct neigh *n, struct ip ip)
{
	u32 i = lookup(n, ip);

	if (i < NEIGH_MAX)
		drop(n, i);
}

/* ---- time: RFC 4861 7.3.3 ---- */

static void act(struct neigh *n, u32 i, u64 now, struct neigh_probe *out)
{
	struct neigh_entry *e = &n->entry[i];
	u32 asked = e->asked;

	out->ip = e->ip;
	if (e->state == NEIGH_DELAY)
		e->state = NEIGH_PROBE;
	if (asked >= MAX_SOLICIT) {
		out->action = NEIGH_FAILED;
		drop(n, i);
		return;
	}
	if (e->state == NEIGH_PROBE) {
		out->action = NEIGH_SOLICIT_UNICAST;
		out->mac = e->mac;
	}
	e->asked = (u8)(asked + 1);
	set_due(n, e, now + n->retrans_ns);
}

bool neigh_due(struct neigh *n, u64 now, struct neigh_probe *out)
{
	u64 next = TIME_NEVER;

	*out = (struct neigh_probe){ NEIGH_SOLICIT, { 0, 0 }, { { 0 } } };
	if (now < n->next_ns)
		return false;
	for (u32 i = 0; i < NEIGH_MAX; i += 1) {
		if (!waits(&n->entry[i]))
			continue;
		u64 due = n->entry[i].due_ns;
		if (due <= now) {
			act(n, i, now, out);
			return true;
		}
		next = due < next ? due : next;
	}
	n->next_ns = next;
	return false;
}

u64 neigh_deadline(const struct neigh *n)
{
	return n->next_ns;
}

bool neigh_entry(const struct neigh *n, u32 i, u64 now, struct neigh_entry *out)
{
	*out = (struct neigh_entry){ .due_ns = TIME_NEVER };
	if (i >= NEIGH_MAX || n->entry[i].state == NEIGH_NONE)
		return false;
	*out = n->entry[i];
	if (out->state == NEIGH_REACHABLE && now >= out->due_ns)
		stale(out);
	return true;
}
