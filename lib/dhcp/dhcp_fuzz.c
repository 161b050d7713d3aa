/* dhcp_fuzz.c - any messages at any times, with the client's own numbers put in so that they are heard. */
#include "lib/dhcp/dhcp.h"
#include "lib/dhcp/dhcp_wire.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static u8 room[DHCP_BYTES_MAX], heard[2048];

static void to_server(struct dhcp_server *s, struct view request, u64 now)
{
	u8 answer[DHCP_BYTES_MAX];
	struct dhcp_where to;
	struct dhcp_message m;
	usize n;

	if (!dhcp_answer(s, request, now, span_of(answer), &n, &to))
		return;
	require(dhcp_message_read(view_make(answer, n), &m) && m.op == DHCP_BOOTREPLY);
	if (m.type == DHCP_OFFER || (m.type == DHCP_ACK && m.lease_s > 0))
		require(ip_to4(m.yiaddr) - ip_to4(s->config.first) < s->config.count);
}

static void settle(struct dhcp *d, struct dhcp_server *s, u64 now)
{
	struct dhcp_where to;
	struct dhcp_message m;
	usize n;

	for (u32 i = 0; dhcp_send(d, now, span_of(room), &n, &to); i += 1) {
		require(i < 4 && dhcp_message_read(view_make(room, n), &m) && m.op == DHCP_BOOTREQUEST);
		to_server(s, view_make(room, n), now);
	}
	require(dhcp_deadline(d) > now);
	require(!dhcp_bound(d) || (dhcp_is_host(d->lease.ip.ip) && d->lease.end_ns > now));
	require(d->lease.resolvers <= DHCP_RESOLVERS && d->lease.ip.bits <= 32);
	require(d->lease.routes <= DHCP_ROUTES);
}

/* The message as it came, or with header, number and cookie that fit. */
static struct view tune(struct view message, const struct dhcp *d, bool fit)
{
	usize n = copy(span_of(heard), message);
	struct writer w = writer_of(span_first(span_of(heard), n));

	if (!fit || n < 240)
		return view_first(view_of(heard), n);
	write_be32(&w, 0x02010600u);
	write_be32(&w, d->xid);
	w = writer_of(span_from(span_first(span_of(heard), n), 28));
	write_mac(&w, us);
	w = writer_of(span_from(span_first(span_of(heard), n), 236));
	write_be32(&w, 0x63825363u);
	return view_first(view_of(heard), n);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct dhcp_server_config c = { .own = ip_from4(0x0a000001u),
		.first = ip_from4(0x0a000002u),
		.count = 3,
		.bits = 24,
		.lease_s = 60 };
	struct reader r = reader_of(view_make(data, size));
	struct dhcp_server s;
	struct dhcp d;
	u64 now = NS_PER_S;

	dhcp_server_init(&s, &c);
	dhcp_start(&d, us, text("fuzz"), 7, now);
	settle(&d, &s, now);
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r);
		u64 deadline = dhcp_deadline(&d);
		usize most = read_be16(&r) % 700u;

		now += (u64)(what % 8u) * NS_PER_S;
		if ((what & 0x10u) != 0 && deadline != TIME_NEVER && deadline > now)
			now = deadline;
		struct view message = read_view(&r, most < read_left(&r) ? most : read_left(&r));
		to_server(&s, message, now);
		(void)dhcp_receive(&d, tune(message, &d, (what & 0x08u) != 0), now);
		if (what >= 0xf8u)
			dhcp_decline(&d, now);
		if (what == 0xf0u)
			dhcp_restart(&d, now);
		if (what == 0xf1u)
			dhcp_release(&d, now);
		settle(&d, &s, now);
	}
	return 0;
}
