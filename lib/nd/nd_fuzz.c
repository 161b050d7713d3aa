/* nd_fuzz.c - any messages at any times: what is believed can be written and believed again; autoconfiguration
 * always knows when to go on, and asks for nothing in a loop. */
#include "base/sum.h"
#include "lib/nd/nd.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static const struct ip router = { 0xfe80000000000000ull, 0xf };

static void round_trip(struct ip from, struct ip to, const struct nd *m)
{
	u8 room[ND_ROUTER_BYTES_MAX];
	struct writer w = writer_of(span_of(room));
	struct search nothing = { .count = 0 };
	struct nd back;

	if (m->type == ND_RA || m->type == ND_REDIRECT)
		nd_write_router(&w, from, to, m, &nothing);
	else
		nd_write(&w, from, to, m);
	require(!write_bad(&w));
	require(nd_read(write_done(&w), from, to, ND_HOP_LIMIT, &back) == ND_OK);
	require(back.type == m->type && ip_equal(back.target, m->target) && mac_equal(back.link, m->link));
	require(back.prefixes == m->prefixes && back.resolvers == m->resolvers && back.mtu == m->mtu);
	require(back.routes == m->routes);
}

static void settle(struct slaac *s, u64 now)
{
	struct slaac_send out;

	for (u32 i = 0; slaac_due(s, now, &out); i += 1) {
		require(i < 2 * SLAAC_ADDRESSES + 2);
		round_trip(out.from, out.to, &out.m);
	}
	require(slaac_deadline(s) > now);
	for (u32 i = 0; i < SLAAC_ADDRESSES; i += 1) {
		struct slaac_address a = slaac_address(s, i);
		bool used = a.state == SLAAC_PREFERRED || a.state == SLAAC_DEPRECATED;

		if (a.state == SLAAC_NONE)
			continue;
		require(slaac_owns(s, a.ip.ip) == used && a.valid_until_ns > now && !ip_is4(a.ip.ip));
	}
}

static void tell_again(const struct nd *m, const struct nd_search *told)
{
	u8 room[ND_ROUTER_BYTES_MAX];
	struct writer w = writer_of(span_of(room));
	struct nd with = *m;
	struct nd_search back;

	with.resolver_s = told->lifetime_s;
	nd_write_router(&w, router, nd_all_nodes(), &with, &told->list);
	require(!write_bad(&w));
	require(nd_read_search(write_done(&w), &back) == (told->list.count > 0));
	require(back.list.count == told->list.count && back.lifetime_s == told->lifetime_s);
}

static void searched(struct slaac *s, struct view message, const struct nd *m, u64 now)
{
	struct nd_search told;

	if (!nd_read_search(message, &told))
		return;
	tell_again(m, &told);
	require(m->type == ND_RA && told.list.count <= SEARCH_NAMES);
	require(told.list.count == 0 || told.lifetime_s > 0);
	slaac_receive_search(s, &told, now);
	require(slaac_search(s, told.list.count).n == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct slaac_config c = { us, 5, 1, false, true, { 1, 2 } };
	struct slaac s;
	u64 now = 0;

	slaac_start(&s, &c, now);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r);
		u64 deadline = slaac_deadline(&s);
		struct ip from = what & 0x20u ? ip_none() : router;
		struct ip to = what & 0x40u ? nd_all_nodes() : ip_solicited_of(ip_link_local_of(us));
		struct nd m;

		if ((what & 0x10u) != 0 && deadline != TIME_NEVER && deadline > now)
			now = deadline;
		now += (u64)(what & 0xfu) * 900 * NS_PER_MS;
		struct view message = read_view(&r, read_u8(&r));
		if (nd_read(message, from, to, ND_HOP_LIMIT, &m) == ND_OK) {
			round_trip(from, to, &m);
			slaac_receive_ra(&s, &m, now);
			searched(&s, message, &m, now);
			if (slaac_receive_ns(&s, &m, from, now))
				require(slaac_owns(&s, m.target));
			(void)slaac_receive_na(&s, &m, now);
			(void)nd_learn(&m);
		}
		settle(&s, now);
		require(ip_is_none(slaac_source(&s, router)) || slaac_owns(&s, slaac_source(&s, router)));
	}
	return 0;
}
