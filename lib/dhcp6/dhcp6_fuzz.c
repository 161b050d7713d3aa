/* dhcp6_fuzz.c - any messages at any times, with the exchange's number and names put in so that they are heard. */
#include "lib/dhcp6/dhcp6.h"
#include "lib/dhcp6/dhcp6_wire.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static u8 room[DHCP6_BYTES_MAX], heard[1024];

static void settle(struct dhcp6 *d, u64 now)
{
	struct dhcp6_message m;
	usize n;

	for (u32 i = 0; dhcp6_send(d, now, span_of(room), &n); i += 1)
		require(i < 3 && dhcp6_message_read(view_make(room, n), &m) && m.client.count == 10);
	require(dhcp6_deadline(d) > now);
	if (!dhcp6_bound(d))
		return;
	require(!ip_is_none(d->lease.address.ip.ip) || !ip_is_none(d->lease.prefix.ip.ip));
	require(d->lease.resolvers <= DHCP6_RESOLVERS && d->lease.prefix.ip.bits <= 128);
}

/* The options behind a head that fits, or all as it came. */
static struct view tune(struct view message, const struct dhcp6 *d, u8 type, bool fit)
{
	struct writer w = writer_of(span_of(heard));
	struct dhcp6_message m = {
		.type = type, .xid = d->xid, .client = dhcp6_duid_of(us), .server = d->server
	};

	if (m.server.count == 0)
		m.server = dhcp6_duid_of((struct mac){ { 2, 9, 9, 9, 9, 9 } });
	if (fit)
		dhcp6_message_write(&w, &m);
	write_view(&w, message);
	return write_done(&w);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	u8 how = read_u8(&r);
	struct dhcp6_config c = { us, 7, how % 2u == 0, how % 4u != 0 };
	u64 now = NS_PER_S;
	struct dhcp6 d;

	dhcp6_init(&d, &c);
	if (how < 128)
		dhcp6_solicit(&d, now);
	else
		dhcp6_inform(&d, now);
	settle(&d, now);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r);
		u64 deadline = dhcp6_deadline(&d);
		usize most = read_u8(&r);

		now += (u64)(what % 8u) * NS_PER_S;
		if ((what & 0x10u) != 0 && deadline != TIME_NEVER && deadline > now)
			now = deadline;
		struct view message = read_view(&r, most < read_left(&r) ? most : read_left(&r));
		u8 type = (what & 0x20u) != 0 ? DHCP6_REPLY : DHCP6_ADVERTISE;
		(void)dhcp6_receive(&d, tune(message, &d, type, (what & 0x08u) != 0), now);
		if (what >= 0xf8u)
			dhcp6_decline(&d, now);
		if (what == 0xf0u)
			dhcp6_restart(&d, now);
		if (what == 0xf1u)
			dhcp6_release(&d);
		if (what == 0xf2u)
			dhcp6_solicit(&d, now);
		settle(&d, now);
	}
	return 0;
}
