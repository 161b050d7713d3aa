/* nd_slaac.c - the host's side of RFC 4861 6.3 and RFC 4862, in their order. */
#include "lib/nd/nd.h"
#include "lib/parts/parts.h"

/* RFC 4861 10, RFC 7559 2, RFC 4862 5.5.3 e. */
#define RETRANS_TIMER_NS (1 * NS_PER_S)
#define SOLICIT_FIRST_NS (4 * NS_PER_S)
#define SOLICIT_MOST_NS  (3600 * NS_PER_S)
#define TWO_HOURS_NS     (7200 * NS_PER_S)
#define MIN_MTU          1280u
#define PREFIX_BITS      64u /* what an identifier leaves (RFC 2464 4) */
#define IDGEN_RETRIES    3u  /* RFC 7217 6 */
#define IDGEN_DELAY_NS   (1 * NS_PER_S)
#define LINK_LOCAL       0xfe80000000000000ull

struct view slaac_state_name(enum slaac_state s)
{
	switch (s) {
	case SLAAC_NONE: return text("none");
	case SLAAC_TENTATIVE: return text("tentative");
	case SLAAC_PREFERRED: return text("preferred");
	case SLAAC_DEPRECATED: return text("deprecated");
	case SLAAC_DUPLICATE: return text("duplicate");
	}
	return text("?");
}

static u64 until(u64 now, u32 lifetime_s)
{
	return lifetime_s == ND_FOREVER ? TIME_NEVER : now + lifetime_s * NS_PER_S;
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* ---- addresses ---- */

static bool in_use(const struct slaac_address *a)
{
	return a->state == SLAAC_PREFERRED || a->state == SLAAC_DEPRECATED;
}

/* The index of this address, or SLAAC_ADDRESSES. */
static u32 find(const struct slaac *s, struct ip ip)
{
	u32 i = 0;

	while (i < SLAAC_ADDRESSES &&
		(s->address[i].state == SLAAC_NONE || !ip_equal(s->address[i].ip.ip, ip)))
		i += 1;
	return i;
}

/* RFC 4862 5.4: every unicast address goes through detection, also static ones. */
bool slaac_put(struct slaac *s, const struct slaac_address *a, u64 now)
{
	if (find(s, a->ip.ip) < SLAAC_ADDRESSES)
		return true;
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		if (s->address[i].state != SLAAC_NONE)
			continue;
		s->address[i] = *a;
		s->address[i].state = SLAAC_TENTATIVE;
		s->address[i].asked = 0;
		s->address[i].due_ns = now;
		return true;
	}
	return false;
}

bool slaac_add(struct slaac *s, struct ip_prefix ip, u64 now)
{
	struct slaac_address a = {
		.ip = ip, .fixed = true, .preferred_until_ns = TIME_NEVER, .valid_until_ns = TIME_NEVER
	};

	require(!ip_is4(ip.ip));
	require(!ip_is_none(ip.ip));
	require(!ip_is_multicast(ip.ip));
	require(ip.bits <= 128);
	return slaac_put(s, &a, now);
}

bool slaac_keep(struct slaac *s, const struct slaac_address *a, u64 now)
{
	u32 i = find(s, a->ip.ip);

	if (i >= SLAAC_ADDRESSES)
		return a->valid_until_ns <= now || slaac_put(s, a, now);
	if (s->address[i].fixed || s->address[i].formed)
		return true; /* ours by other means too */
	if (a->valid_until_ns <= now) {
		s->address[i] = (struct slaac_address){ .state = SLAAC_NONE };
		return true;
	}
	s->address[i].preferred_until_ns = a->preferred_until_ns;
	s->address[i].valid_until_ns = a->valid_until_ns;
	if (s->address[i].state == SLAAC_DEPRECATED && a->preferred_until_ns > now)
		s->address[i].state = SLAAC_PREFERRED;
	return true;
}

/* ---- identifiers ---- */

bool slaac_identifier_reserved(u64 identifier)
{
	bool anycast = identifier >= 0xfdffffffffffff80ull && identifier <= 0xfdffffffffffffffull;
	bool ethernet = identifier >= 0x02005efffe000000ull && identifier <= 0x02005efffeffffffull;

	return identifier == 0 || anycast || ethernet; /* RFC 4291 2.6.1, RFC 2526 2, IANA's block */
}

/* RFC 7217 5: F(prefix, interface, counter, secret), with SipHash as F. A reserved one is passed over. */
static u64 identifier(const struct slaac *s, u64 prefix, u8 conflicts)
{
	u64 eui64 = ip_link_local_of(s->mac).lo, id = eui64;

	for (u64 again = 0; image_parts.identifiers && !s->eui64 && again < 4; again += 1) {
		id = siphash_words(&s->secret, prefix, eui64, conflicts, again);
		if (!slaac_identifier_reserved(id))
			break;
	}
	return id;
}

static struct slaac_address formed(const struct slaac *s, u64 prefix)
{
	return (struct slaac_address){ .ip = { { prefix, identifier(s, prefix, 0) }, PREFIX_BITS },
		.formed = true,
		.preferred_until_ns = TIME_NEVER,
		.valid_until_ns = TIME_NEVER };
}

void slaac_start(struct slaac *s, const struct slaac_config *c, u64 now)
{
	*s = (struct slaac){ .mac = c->mac,
		.jitter = jitter_of(c->random),
		.dad_solicitations = c->dad_solicitations,
		.no_routers = c->no_routers,
		.eui64 = c->eui64,
		.secret = c->secret,
		/* RFC 4861 6.3.7 would wait up to a second first, so that a room full of
		 * machines does not speak at once when the power comes back: an image is up in
		 * milliseconds, and would be ready in seconds. */
		.solicit_ns = c->no_routers ? TIME_NEVER : now };
	struct slaac_address link_local = formed(s, LINK_LOCAL);
	link_local.fixed = true;
	(void)slaac_put(s, &link_local, now); /* the first, and it stays */
}

/* ---- router advertisements: RFC 4861 6.3.4 ---- */

static void learn_on_link(struct slaac *s, const struct nd_prefix *p, u64 now)
{
	u32 free = SLAAC_PREFIXES;

	for (u32 i = 0; i < SLAAC_PREFIXES; i += 1) {
		struct slaac_on_link *known = &s->prefix[i];

		if (known->until_ns == 0)
			free = i;
		else if (known->prefix.bits == p->prefix.bits && ip_in(p->prefix.ip, known->prefix)) {
			known->until_ns = p->valid_s == 0 ? 0 : until(now, p->valid_s);
			return;
		}
	}
	if (free < SLAAC_PREFIXES && p->valid_s > 0)
		s->prefix[free] = (struct slaac_on_link){ p->prefix, until(now, p->valid_s) };
}

/* RFC 4862 5.5.3 e: a forged advertisement must not take an address away at once. */
static void refresh(struct slaac_address *a, const struct nd_prefix *p, u64 now)
{
	u64 valid_until = until(now, p->valid_s);
	u64 two_hours = now + TWO_HOURS_NS;

	a->preferred_until_ns = until(now, p->preferred_s);
	if (valid_until > two_hours || valid_until > a->valid_until_ns)
		a->valid_until_ns = valid_until;
	else if (a->valid_until_ns > two_hours)
		a->valid_until_ns = two_hours;
	if (a->state == SLAAC_DEPRECATED && a->preferred_until_ns > now)
		a->state = SLAAC_PREFERRED;
}

/* RFC 4862 5.5.3. */
static void learn_address(struct slaac *s, const struct nd_prefix *p, u64 now)
{
	if (p->prefix.bits != PREFIX_BITS)
		return;
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		struct slaac_address *known = &s->address[i];

		if (known->state == SLAAC_NONE || !known->formed || known->ip.ip.hi != p->prefix.ip.hi)
			continue;
		refresh(known, p, now);
		return;
	}
	struct slaac_address a = formed(s, p->prefix.ip.hi);
	a.preferred_until_ns = until(now, p->preferred_s);
	a.valid_until_ns = until(now, p->valid_s);
	if (p->valid_s > 0)
		(void)slaac_put(s, &a, now);
}

void slaac_receive_ra(struct slaac *s, const struct nd *m, u64 now)
{
	if (s->no_routers || m->type != ND_RA)
		return;
	if (m->hop_limit > 0)
		s->hop_limit = m->hop_limit;
	if (m->reachable_ms > 0)
		s->reachable_ms = m->reachable_ms;
	if (m->retrans_ms > 0)
		s->retrans_ms = m->retrans_ms;
	if (m->mtu >= MIN_MTU)
		s->mtu = m->mtu;
	/* RFC 7559 2: one that is no default router does not end the search. */
	if (m->lifetime_s > 0)
		s->solicit_ns = TIME_NEVER;
	for (u32 i = 0; i < m->prefixes && i < ND_PREFIXES; i += 1) {
		const struct nd_prefix *p = &m->prefix[i];

		if (p->on_link)
			learn_on_link(s, p, now);
		if (p->autonomous)
			learn_address(s, p, now);
	}
	if (!image_parts.resolvers || !m->tells_resolvers)
		return;
	for (u32 i = 0; i < ND_RESOLVERS; i += 1)
		s->resolver[i] = i < m->resolvers ? m->resolver[i] : ip_none();
	s->resolver_until_ns = until(now, m->resolver_s);
}

void slaac_receive_search(struct slaac *s, const struct nd_search *m, u64 now)
{
	if (s->no_routers)
		return;
	s->search = m->list;
	s->search_until_ns = until(now, m->lifetime_s);
}

/* ---- duplicate address detection: RFC 4862 5.4.3, 5.4.4 ---- */

/* RFC 7217 6: another identifier is tried, a little later; one from the MAC or given has no other. */
static void duplicate(struct slaac *s, struct slaac_address *a, u64 now)
{
	u8 conflicts = a->conflicts;

	if (image_parts.identifiers && a->formed && !s->eui64 && conflicts < IDGEN_RETRIES) {
		conflicts += 1;
		a->conflicts = conflicts;
		a->ip.ip.lo = identifier(s, a->ip.ip.hi, conflicts);
		a->asked = 0;
		a->due_ns = now + jitter(&s->jitter, 0, IDGEN_DELAY_NS);
		return;
	}
	a->state = SLAAC_DUPLICATE;
	a->due_ns = TIME_NEVER;
}

bool slaac_receive_ns(struct slaac *s, const struct nd *m, struct ip from, u64 now)
{
	u32 i = find(s, m->target);

	if (m->type != ND_NS || i >= SLAAC_ADDRESSES)
		return false;
	if (s->address[i].state == SLAAC_TENTATIVE && ip_is_none(from))
		duplicate(s, &s->address[i], now);
	return in_use(&s->address[i]);
}

bool slaac_receive_na(struct slaac *s, const struct nd *m, u64 now)
{
	u32 i = find(s, m->target);

	if (m->type != ND_NA || i >= SLAAC_ADDRESSES)
		return false;
	if (s->address[i].state == SLAAC_TENTATIVE)
		duplicate(s, &s->address[i], now);
	return true;
}

/* ---- time ---- */

static void age_address(struct slaac_address *a, u64 now)
{
	if (a->state == SLAAC_NONE)
		return;
	if (now >= a->valid_until_ns)
		*a = (struct slaac_address){ .state = SLAAC_NONE };
	else if (a->state == SLAAC_PREFERRED && now >= a->preferred_until_ns)
		a->state = SLAAC_DEPRECATED;
}

static void age(struct slaac *s, u64 now)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		age_address(&s->address[i], now);
	for (u32 i = 0; i < SLAAC_PREFIXES; i += 1)
		if (now >= s->prefix[i].until_ns)
			s->prefix[i] = (struct slaac_on_link){ { { 0, 0 }, 0 }, 0 };
	if (image_parts.resolvers && now >= s->resolver_until_ns)
		for (u32 i = 0; i < ND_RESOLVERS; i += 1)
			s->resolver[i] = ip_none();
	if (image_parts.resolvers && now >= s->search_until_ns)
		s->search.count = 0;
}

void slaac_no_router(struct slaac *s, u64 now)
{
	if (s->no_routers)
		return;
	s->interval_ns = 0;
	s->solicit_ns = now;
}

/* The link-local address once it is ours, else ::. */
static struct ip link_local_in_use(const struct slaac *s)
{
	return in_use(&s->address[0]) ? s->address[0].ip.ip : ip_none();
}

/* RFC 4862 5.4.2: true if a solicitation is to be sent for it. */
static bool detect(struct slaac *s, struct slaac_address *a, u64 now, struct slaac_send *out)
{
	if (a->state != SLAAC_TENTATIVE || now < a->due_ns)
		return false;
	if (a->asked >= s->dad_solicitations) {
		a->state = now >= a->preferred_until_ns ? SLAAC_DEPRECATED : SLAAC_PREFERRED;
		a->due_ns = TIME_NEVER;
		return false;
	}
	a->asked += 1;
	a->due_ns = now + (s->retrans_ms > 0 ? s->retrans_ms * NS_PER_MS : RETRANS_TIMER_NS);
	*out = (struct slaac_send){ ip_none(), ip_solicited_of(a->ip.ip),
		{ .type = ND_NS, .target = a->ip.ip } };
	return true;
}

/* RFC 7559 2: 4 s, then doubled up to an hour, each a tenth more or less. */
static void solicit(struct slaac *s, u64 now, struct slaac_send *out)
{
	u64 base = s->interval_ns == 0 ? SOLICIT_FIRST_NS : 2 * earlier(s->interval_ns, SOLICIT_MOST_NS / 2);

	s->interval_ns = jitter(&s->jitter, base / 10 * 9, base / 5);
	s->solicit_ns = now + s->interval_ns;
	*out = (struct slaac_send){ link_local_in_use(s), nd_all_routers(), { .type = ND_RS } };
	if (!ip_is_none(out->from)) /* RFC 4861 4.1: from :: without link-layer address */
		out->m.link = s->mac;
}

bool slaac_due(struct slaac *s, u64 now, struct slaac_send *out)
{
	*out = (struct slaac_send){ { 0, 0 }, { 0, 0 }, { .type = ND_RS } };
	age(s, now);
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (detect(s, &s->address[i], now, out))
			return true;
	if (now < s->solicit_ns)
		return false;
	solicit(s, now, out);
	return true;
}

u64 slaac_deadline(const struct slaac *s)
{
	u64 when = s->solicit_ns;

	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		const struct slaac_address *a = &s->address[i];

		if (a->state == SLAAC_NONE)
			continue;
		when = earlier(when, a->valid_until_ns);
		if (a->state == SLAAC_TENTATIVE)
			when = earlier(when, a->due_ns);
		if (a->state == SLAAC_PREFERRED)
			when = earlier(when, a->preferred_until_ns);
	}
	for (u32 i = 0; i < SLAAC_PREFIXES; i += 1)
		if (s->prefix[i].until_ns != 0)
			when = earlier(when, s->prefix[i].until_ns);
	if (image_parts.resolvers && !ip_is_none(s->resolver[0]))
		when = earlier(when, s->resolver_until_ns);
	if (image_parts.resolvers && s->search.count > 0)
		when = earlier(when, s->search_until_ns);
	return when;
}
