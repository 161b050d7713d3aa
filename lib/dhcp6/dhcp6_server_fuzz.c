/* dhcp6_server_fuzz.c - any messages of a few clients at any times, some with names put in so that they are heard:
 * what is given is ours to give and in force, and never what another has. */
#include "lib/dhcp6/dhcp6.h"
#include "lib/dhcp6/dhcp6_wire.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

#define LINK 0x20010db800000000ull
#define NETS 0x20010db8aa000000ull

static const struct mac own = { { 2, 9, 9, 9, 9, 9 } };
static u8 heard[1024], room[DHCP6_ANSWER_BYTES_MAX];

/* What is in force afterwards: a slot each, or 32. */
static u32 address_slot(const struct dhcp6_server *s, struct ip a, u64 now)
{
	for (u32 i = 0; i < DHCP6_SERVER_LEASES; i += 1)
		if (!ip_is_none(a) && ip_equal(dhcp6_server_address(s, i, now).ip, a))
			return i;
	return DHCP6_SERVER_LEASES;
}

static u32 prefix_slot(const struct dhcp6_server *s, struct ip a, u64 now)
{
	for (u32 i = 0; i < DHCP6_SERVER_LEASES; i += 1)
		if (!ip_is_none(a) && ip_equal(dhcp6_server_prefix(s, i, now).ip, a))
			return i;
	return DHCP6_SERVER_LEASES;
}

static void look(const struct dhcp6_server *before, const struct dhcp6_server *s,
	const struct dhcp6_message *m, u64 now)
{
	const struct dhcp6_ia *a = &m->address, *p = &m->prefix;
	u32 i = address_slot(before, a->ip.ip, now), k = prefix_slot(before, p->ip.ip, now);

	if (m->type == DHCP6_REPLY && a->present && a->valid_s > 0)
		require(address_slot(s, a->ip.ip, now) < s->config.addresses);
	if (m->type == DHCP6_REPLY && p->present && p->valid_s > 0)
		require(prefix_slot(s, p->ip.ip, now) < s->config.prefixes);
	if (a->present && a->valid_s > 0 && i < DHCP6_SERVER_LEASES)
		require(dhcp6_duid_equal(&before->address.given[i].client, &m->client));
	if (p->present && p->valid_s > 0 && k < DHCP6_SERVER_LEASES)
		require(dhcp6_duid_equal(&before->prefix.given[k].client, &m->client));
}

static void hear(struct dhcp6_server *s, struct view request, u64 now)
{
	struct dhcp6_server before = *s;
	struct dhcp6_message m;
	usize n;

	if (!dhcp6_answer(s, request, now, span_of(room), &n))
		return;
	require(n <= DHCP6_ANSWER_BYTES_MAX && dhcp6_message_read(view_make(room, n), &m));
	require(m.type == DHCP6_REPLY || m.type == DHCP6_ADVERTISE);
	look(&before, s, &m, now);
}

static struct view message(u8 what, u8 who, struct view options)
{
	struct writer w = writer_of(span_of(heard));
	struct dhcp6_message m = { .type = what % 12u, .xid = who };

	if ((who & 0x40u) == 0)
		m.client = dhcp6_duid_of((struct mac){ { 2, 0, 0, 0, 0, who % 8u } });
	if ((who & 0x80u) != 0)
		m.server = dhcp6_duid_of(own);
	dhcp6_message_write(&w, &m);
	write_view(&w, options);
	return write_done(&w);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	u8 how = read_u8(&r);
	struct dhcp6_server_config c = { .mac = own,
		.first = { { LINK, 0x100 }, 64 },
		.addresses = how % 4u,
		.prefix = { { NETS, 0 }, 56 },
		.prefixes = how / 4u % 4u,
		.preferred_s = 60,
		.valid_s = 90,
		.rapid = how >= 128,
		.resolver = { { LINK, 0x53 } } };
	struct dhcp6_server s;
	u64 now = NS_PER_S;

	dhcp6_server_init(&s, &c);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r), who = read_u8(&r);
		usize most = read_u8(&r);
		struct view options = read_view(&r, most < read_left(&r) ? most : read_left(&r));

		now += (u64)(what / 16u) * 5 * NS_PER_S;
		hear(&s, (who & 0x20u) != 0 ? options : message(what, who, options), now);
	}
	return 0;
}
