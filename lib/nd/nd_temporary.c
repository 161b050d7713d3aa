#include "lib/nd/nd_temporary.h"

void slaac_temporary_init(struct slaac_temporary *t, const struct siphash_key *key)
{
	*t = (struct slaac_temporary){ .key = *key, .next_ns = TIME_NEVER };
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* RFC 8981 3.3.2: nobody without the key can tell the next from the last. */
static u64 random_identifier(struct slaac_temporary *t, u64 prefix)
{
	u64 id = 0;

	for (u32 i = 0; i < 4 && slaac_identifier_reserved(id); i += 1) {
		t->made = t->made % 0xffffffffffffull + 1;
		id = siphash_words(&t->key, prefix, t->made, 0, 0);
	}
	return id;
}

/* The address of the same prefix that stays; SLAAC_ADDRESSES: it is gone. */
static u32 stable_of(const struct slaac *s, u64 prefix)
{
	u32 i = 0;

	while (i < SLAAC_ADDRESSES && (s->address[i].state == SLAAC_NONE || !s->address[i].formed ||
					      s->address[i].fixed || s->address[i].ip.ip.hi != prefix))
		i += 1;
	return i;
}

/* 3.4, 3.5: it lives as long as its prefix says, within its own limits. */
static void limit(struct slaac_temporary_life *life, const struct slaac *s, struct slaac_address *a, u64 now)
{
	u32 i = stable_of(s, a->ip.ip.hi);
	u64 preferred = i < SLAAC_ADDRESSES ? s->address[i].preferred_until_ns : 0;
	u64 valid = i < SLAAC_ADDRESSES ? s->address[i].valid_until_ns : 0;

	if (!ip_equal(life->ip, a->ip.ip))
		return;
	a->preferred_until_ns = earlier(preferred, life->preferred_ns);
	a->valid_until_ns = earlier(valid, life->valid_ns);
	if (a->state == SLAAC_DEPRECATED && a->preferred_until_ns > now)
		a->state = SLAAC_PREFERRED;
}

/* One that serves now and will for a while. */
static bool has_current(const struct slaac *s, u64 prefix, u64 now)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		const struct slaac_address *a = &s->address[i];
		bool serves = a->state == SLAAC_TENTATIVE || a->state == SLAAC_PREFERRED;

		if (serves && a->temporary && a->ip.ip.hi == prefix &&
			a->preferred_until_ns > now + TEMP_ADVANCE_NS)
			return true;
	}
	return false;
}

/* 3.4. */
static void make(struct slaac_temporary *t, struct slaac *s, const struct slaac_address *stable, u64 now)
{
	u64 desync = jitter(&s->jitter, 0, TEMP_DESYNC_NS);
	struct slaac_temporary_life life = { .preferred_ns = now + TEMP_PREFERRED_NS - desync,
		.valid_ns = now + TEMP_VALID_NS };
	struct slaac_address a = { .ip = { { stable->ip.ip.hi, 0 }, stable->ip.bits }, .temporary = true };
	u32 i = 0;

	a.preferred_until_ns = earlier(stable->preferred_until_ns, life.preferred_ns);
	a.valid_until_ns = earlier(stable->valid_until_ns, life.valid_ns);
	if (a.preferred_until_ns <= now + TEMP_ADVANCE_NS)
		return;
	a.ip.ip.lo = random_identifier(t, a.ip.ip.hi);
	life.ip = a.ip.ip;
	while (i < SLAAC_ADDRESSES && s->address[i].state != SLAAC_NONE)
		i += 1;
	if (i < SLAAC_ADDRESSES && slaac_put(s, &a, now))
		t->life[i] = life;
}

/* 3.4: another one is made instead, three times. */
static void drop_duplicates(struct slaac_temporary *t, struct slaac *s)
{
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		struct slaac_address *a = &s->address[i];

		if (!a->temporary)
			continue;
		if (a->state == SLAAC_PREFERRED)
			t->conflicts = 0;
		if (a->state != SLAAC_DUPLICATE)
			continue;
		*a = (struct slaac_address){ .state = SLAAC_NONE };
		if (t->conflicts < TEMP_RETRIES + 1u)
			t->conflicts += 1;
	}
}

void slaac_temporary_step(struct slaac_temporary *t, struct slaac *s, u64 now)
{
	t->next_ns = TIME_NEVER;
	drop_duplicates(t, s);
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1)
		if (s->address[i].temporary && s->address[i].state != SLAAC_NONE)
			limit(&t->life[i], s, &s->address[i], now);
	for (u32 i = 0; i < SLAAC_ADDRESSES && t->conflicts <= TEMP_RETRIES; i += 1) {
		const struct slaac_address *a = &s->address[i];

		if (a->state == SLAAC_PREFERRED && a->formed && !a->fixed &&
			!has_current(s, a->ip.ip.hi, now))
			make(t, s, a, now);
	}
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		u64 until = s->address[i].preferred_until_ns;

		if (s->address[i].temporary && s->address[i].state == SLAAC_PREFERRED &&
			until > now + TEMP_ADVANCE_NS)
			t->next_ns = earlier(t->next_ns, until - TEMP_ADVANCE_NS);
	}
}

u64 slaac_temporary_deadline(const struct slaac_temporary *t)
{
	return t->next_ns;
}
