/* prove: lib/nd/nd.c lib/nd/nd_search.c lib/nd/nd_wire.c lib/nd/nd_slaac.c lib/nd/nd_facts.c lib/nd/nd_temporary.c lib/select/select.c lib/search/search.c lib/ip/ip.c lib/eth/eth.c lib/parts/parts.c
 *
 * nd_prove.c - any messages at any times, in any order of the calls; whatever is read is also written. */
/* prove-unreached: check 4 type_of 9 read_fixed 1 slaac_receive_ra 2 slaac_add 3 ip_is4_2 1 identifier 1 slaac_source 4 fitting all */
/* check: the return behind a switch that names every type. type_of: a join of Frama-C's behind its returns.
 * slaac_add: its require()s hold. The rest is what an image without `router`, `resolvers`, `routes` or `identifiers` does (lib/parts). */
#include "lib/ip/ip_prove.h"
#include "lib/nd/nd_temporary.h"

static u8 message[1600], room[ND_ROUTER_BYTES_MAX];
static struct slaac s;
static struct slaac_temporary t;

/* Whatever the hash: the driver of no core needs to know it. */
u64 siphash_words(const struct siphash_key *k, u64 a, u64 b, u64 c, u64 d)
{
	return k->k0 ^ k->k1 ^ a ^ b ^ c ^ d ^ any_u64();
}

static void facts(u64 now)
{
	struct select_sources ours = { .count = any_u32() };
	u8 bits;
	struct slaac_send out;

	while (slaac_due(&s, now, &out)) {
		struct writer w = writer_of(span_of(room));

		nd_write(&w, out.from, out.to, &out.m);
	}
	(void)slaac_deadline(&s);
	(void)slaac_address(&s, any_u32());
	(void)slaac_owns(&s, any_ip());
	(void)slaac_source(&s, any_ip());
	slaac_sources(&s, &ours);
	(void)slaac_is_on_link(&s, any_ip(), &bits);
	(void)slaac_resolver(&s, any_u32());
	(void)slaac_search(&s, any_u32());
}

int main(void)
{
	struct slaac_config c = { any_mac(), any_u64(), any_u8(), any_bool(), any_bool(),
		{ any_u64(), any_u64() } };
	struct ip own = { 0x20010db800000000ull, any_u64() };
	struct nd_search told = { .lifetime_s = 0 };
	struct nd m;

	call_ip();
	(void)nd_verdict_name(any_u8());
	(void)slaac_state_name(any_u8());
	(void)slaac_identifier_reserved(any_u64());
	slaac_start(&s, &c, any_u64() / 4);
	slaac_temporary_init(&t, &c.secret);
	while (NONDET()) {
		struct writer w = writer_of(any_span(room));
		u64 now = any_u64() / 4;

		(void)nd_read(any_view(message), any_ip(), any_ip(), any_u8(), &m);
		nd_write_router(&w, any_ip(), any_ip(), &m, &told.list);
		if (m.type == ND_RS || m.type == ND_NS || m.type == ND_NA)
			nd_write(&w, any_ip(), any_ip(), &m);
		(void)nd_learn(&m);
		slaac_receive_ra(&s, &m, now);
		if (nd_read_search(any_view(message), &told))
			slaac_receive_search(&s, &told, now);
		(void)slaac_receive_ns(&s, &m, any_ip(), now);
		(void)slaac_receive_na(&s, &m, now);
		if (NONDET())
			slaac_no_router(&s, now);
		(void)slaac_keep(&s,
			&(struct slaac_address){ .ip = { any_ip(), 128 },
				.preferred_until_ns = any_u64(),
				.valid_until_ns = any_u64() },
			now);
		(void)slaac_add(&s, (struct ip_prefix){ own, 64 }, now);
		(void)slaac_add(&s, (struct ip_prefix){ { 0, 5 }, 64 }, now);
		m = nd_solicit(any_mac(), any_ip());
		m = nd_advertise(any_mac(), any_ip(), any_ip());
		m = nd_announce(any_mac(), any_ip());
		(void)nd_advertise_to(any_ip());
		slaac_temporary_step(&t, &s, now);
		(void)slaac_temporary_deadline(&t);
		facts(now);
	}
	return 0;
}
