#include "lib/dhcp/dhcp.h"
#include "lib/dhcp/dhcp_wire.h"
#include "test/test.h"

#define S NS_PER_S

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } };
static struct dhcp d;
static struct dhcp_server server;
static struct dhcp_where to;
static u8 room[DHCP_BYTES_MAX], reply[DHCP_BYTES_MAX];

static struct ip ten(u32 last)
{
	return ip_from4(0x0a000000u + last);
}

static struct dhcp_server_config config(void)
{
	return (struct dhcp_server_config){ .own = ten(1),
		.first = ten(2),
		.count = 2,
		.bits = 24,
		.router = ten(1),
		.resolver = { ten(1), ten(53) },
		.mtu = 1400,
		.lease_s = 1000 };
}

/* What the client sends now; type 0: nothing. */
static struct dhcp_message sends(u64 now)
{
	struct dhcp_message m = { 0 };
	usize n;

	if (!dhcp_send(&d, now, span_of(room), &n, &to))
		return m;
	EXPECT(n >= 300 && n <= DHCP_BYTES_MAX);
	EXPECT(dhcp_message_read(view_make(room, n), &m));
	EXPECT(m.op == DHCP_BOOTREQUEST && mac_equal(m.chaddr, us));
	return m;
}

/* Makes an answer of the server `ten(1)` and gives it to the client. */
static struct dhcp_message offer(u8 type)
{
	return (struct dhcp_message){ .op = DHCP_BOOTREPLY,
		.type = type,
		.xid = d.xid,
		.chaddr = us,
		.yiaddr = type == DHCP_NAK ? ip_none() : ten(2),
		.server = ten(1),
		.bits = 24,
		.router = { 1, { ten(1) } },
		.lease_s = type == DHCP_NAK ? 0 : 1000 };
}

static void write_message(struct writer *w, const struct dhcp_message *m, struct view name)
{
	if (m->op == DHCP_BOOTREQUEST)
		dhcp_request_write(w, m, name);
	else
		dhcp_reply_write(w, m);
}

static bool gets(const struct dhcp_message *m, u64 now)
{
	struct writer w = writer_of(span_of(reply));

	write_message(&w, m, view_none());
	EXPECT(!write_bad(&w));
	return dhcp_receive(&d, write_done(&w), now);
}

static bool gets_type(u8 type, u64 now)
{
	struct dhcp_message m = offer(type);

	return gets(&m, now);
}

static void bind_at(u64 now)
{
	dhcp_start(&d, us, text("image"), 1, now);
	EXPECT_EQ(sends(now).type, DHCP_DISCOVER);
	EXPECT(!gets_type(DHCP_OFFER, now));
	EXPECT_EQ(sends(now).type, DHCP_REQUEST);
	EXPECT(gets_type(DHCP_ACK, now));
	EXPECT_EQ(d.state, DHCP_BOUND);
}

TEST(a_client_discovers_requests_and_is_bound)
{
	struct dhcp_message m;

	dhcp_start(&d, us, text("image"), 7, 5 * S);
	EXPECT_EQ(dhcp_deadline(&d), 5 * S);
	m = sends(5 * S);
	EXPECT_EQ(m.type, DHCP_DISCOVER);
	EXPECT_EQ(d.state, DHCP_SELECTING);
	EXPECT(m.flags == DHCP_BROADCAST && ip_is_none(m.ciaddr) && ip_is_none(m.server) &&
		ip_is_none(m.requested));
	EXPECT(ip_equal(to.from, ip_from4(0)) && ip_is_broadcast4(to.to));
	EXPECT_EQ(sends(5 * S).type, 0);
	EXPECT(!gets_type(DHCP_OFFER, 6 * S));
	EXPECT(!dhcp_bound(&d));
	m = sends(6 * S);
	EXPECT_EQ(m.type, DHCP_REQUEST);
	EXPECT(ip_equal(m.requested, ten(2)) && ip_equal(m.server, ten(1)) && ip_is_none(m.ciaddr));
	EXPECT(ip_is_broadcast4(to.to));
	EXPECT(gets_type(DHCP_ACK, 6 * S));
	EXPECT(dhcp_bound(&d));
	EXPECT(ip_equal(d.lease.ip.ip, ten(2)) && d.lease.ip.bits == 24 && d.lease.routes == 1 &&
		ip_equal(d.lease.route[0].via, ten(1)));
	EXPECT_EQ(d.lease.end_ns, 1006 * S);
	EXPECT(dhcp_deadline(&d) <= 506 * S && dhcp_deadline(&d) >= 474 * S);
	EXPECT_EQ(sends(100 * S).type, 0);
}

TEST(the_name_goes_into_the_message)
{
	usize n;

	dhcp_start(&d, us, text("image"), 7, 0);
	EXPECT(dhcp_send(&d, 0, span_of(room), &n, &to));
	bool found = false;
	for (usize i = 0; i < n; i += 1)
		found = found || view_starts(view_from(view_make(room, n), i), text("\x0c\x05image"));
	EXPECT(found);
}

TEST(an_unanswered_discover_is_repeated_ever_more_seldom)
{
	u64 now = 0, wait = 4 * S;

	dhcp_start(&d, us, view_none(), 3, 0);
	EXPECT_EQ(sends(0).type, DHCP_DISCOVER);
	for (u32 i = 0; i < 8; i += 1) {
		u64 next = dhcp_deadline(&d);

		EXPECT(next - now >= wait - S && next - now <= wait + S);
		EXPECT_EQ(sends(next - 1).type, 0);
		EXPECT_EQ(sends(next).type, DHCP_DISCOVER);
		wait = wait < 64 * S ? 2 * wait : wait;
		now = next;
	}
	EXPECT(sends(dhcp_deadline(&d)).secs > 100);
}

TEST(a_request_that_nobody_answers_begins_anew)
{
	u32 requests = 0, xid;

	dhcp_start(&d, us, view_none(), 3, 0);
	(void)sends(0);
	xid = d.xid;
	(void)gets_type(DHCP_OFFER, 0);
	for (u64 now = 0; now < 200 * S; now = dhcp_deadline(&d)) {
		u8 type = sends(now).type;

		if (type == DHCP_DISCOVER)
			break;
		requests += type == DHCP_REQUEST;
	}
	EXPECT_EQ(requests, 4);
	EXPECT_EQ(d.state, DHCP_SELECTING);
	EXPECT(d.xid != xid);
}

TEST(an_answer_to_somebody_else_or_of_somebody_else_is_ignored)
{
	struct dhcp_message m;

	dhcp_start(&d, us, view_none(), 3, 0);
	(void)sends(0);
	m = offer(DHCP_OFFER);
	m.xid += 1;
	(void)gets(&m, 0);
	m = offer(DHCP_OFFER);
	m.chaddr.b[5] = 9;
	(void)gets(&m, 0);
	m = offer(DHCP_OFFER);
	m.op = DHCP_BOOTREQUEST;
	(void)gets(&m, 0);
	(void)gets_type(DHCP_ACK, 0);
	EXPECT_EQ(d.state, DHCP_SELECTING);
	(void)gets_type(DHCP_OFFER, 0);
	(void)sends(0);
	m = offer(DHCP_ACK);
	m.server = ten(99);
	EXPECT(!gets(&m, 0));
	m = offer(DHCP_NAK);
	m.server = ten(99);
	(void)gets(&m, 0);
	EXPECT_EQ(d.state, DHCP_REQUESTING);
}

TEST(an_offer_that_cannot_be_used_is_not_taken)
{
	struct dhcp_message m;

	dhcp_start(&d, us, view_none(), 3, 0);
	(void)sends(0);
	m = offer(DHCP_OFFER);
	m.yiaddr = ip_from4(0xe0000001);
	(void)gets(&m, 0);
	m = offer(DHCP_OFFER);
	m.server = ip_none();
	(void)gets(&m, 0);
	m = offer(DHCP_OFFER);
	m.lease_s = 0;
	(void)gets(&m, 0);
	EXPECT_EQ(d.state, DHCP_SELECTING);
}

TEST(a_lease_is_renewed_with_its_server_at_half_time)
{
	struct dhcp_message m;

	bind_at(0);
	u64 t1 = dhcp_deadline(&d);
	m = sends(t1);
	EXPECT_EQ(d.state, DHCP_RENEWING);
	EXPECT_EQ(m.type, DHCP_REQUEST);
	EXPECT(ip_equal(m.ciaddr, ten(2)) && ip_is_none(m.requested) && ip_is_none(m.server) && m.flags == 0);
	EXPECT(ip_equal(to.from, ten(2)) && ip_equal(to.to, ten(1)));
	EXPECT(dhcp_bound(&d));
	EXPECT(gets_type(DHCP_ACK, t1 + S));
	EXPECT_EQ(d.state, DHCP_BOUND);
	EXPECT_EQ(d.lease.end_ns, t1 + S + 1000 * S);
}

TEST(an_unanswered_renewal_becomes_a_rebinding_and_then_the_lease_is_lost)
{
	u64 now;
	u32 renewals = 0, rebindings = 0;

	bind_at(0);
	for (now = 0; now < 1000 * S; now = dhcp_deadline(&d)) {
		u8 type = sends(now).type;

		if (type == 0)
			continue;
		if (d.state == DHCP_RENEWING) {
			renewals += 1;
		} else if (d.state == DHCP_REBINDING) {
			EXPECT(ip_is_broadcast4(to.to) && ip_equal(to.from, ten(2)));
			EXPECT(now >= 875 * S);
			rebindings += 1;
		}
		EXPECT(dhcp_bound(&d));
	}
	EXPECT_EQ(now, 1000 * S);
	EXPECT(renewals >= 3 && renewals <= 7 && rebindings >= 2 && rebindings <= 3);
	EXPECT_EQ(sends(now).type, DHCP_DISCOVER);
	EXPECT(!dhcp_bound(&d));
	EXPECT(ip_is_none(d.lease.ip.ip));
}

TEST(any_server_may_answer_a_rebinding)
{
	struct dhcp_message m;

	bind_at(0);
	(void)sends(900 * S);
	EXPECT_EQ(d.state, DHCP_REBINDING);
	m = offer(DHCP_ACK);
	m.server = ten(7);
	EXPECT(gets(&m, 901 * S));
	EXPECT_EQ(d.state, DHCP_BOUND);
	EXPECT(ip_equal(d.lease.server, ten(7)));
}

TEST(a_refusal_loses_the_lease_and_begins_anew_without_haste)
{
	bind_at(0);
	(void)sends(dhcp_deadline(&d));
	EXPECT(gets_type(DHCP_NAK, 600 * S));
	EXPECT_EQ(d.state, DHCP_INIT);
	EXPECT(!dhcp_bound(&d));
	EXPECT_EQ(sends(600 * S).type, 0);
	EXPECT_EQ(sends(601 * S).type, DHCP_DISCOVER);
}

TEST(a_conflict_is_told_to_the_server_and_begins_anew_after_ten_seconds)
{
	struct dhcp_message m;

	bind_at(0);
	dhcp_decline(&d, 5 * S);
	EXPECT(!dhcp_bound(&d));
	EXPECT_EQ(dhcp_deadline(&d), 0);
	m = sends(5 * S);
	EXPECT_EQ(m.type, DHCP_DECLINE);
	EXPECT(ip_equal(m.requested, ten(2)) && ip_equal(m.server, ten(1)) && ip_is_none(m.ciaddr));
	EXPECT(ip_is_broadcast4(to.to) && ip_equal(to.from, ip_from4(0)));
	EXPECT_EQ(sends(5 * S).type, 0);
	EXPECT_EQ(dhcp_deadline(&d), 15 * S);
	EXPECT_EQ(sends(15 * S).type, DHCP_DISCOVER);
}

TEST(a_release_is_one_last_message)
{
	struct dhcp_message m;

	bind_at(0);
	dhcp_release(&d, 5 * S);
	EXPECT(!dhcp_bound(&d));
	m = sends(5 * S);
	EXPECT_EQ(m.type, DHCP_RELEASE);
	EXPECT(ip_equal(m.ciaddr, ten(2)) && ip_equal(m.server, ten(1)) && ip_equal(to.to, ten(1)));
	EXPECT(ip_equal(to.from, ten(2)));
	EXPECT_EQ(sends(5 * S).type, 0);
	EXPECT_EQ(d.state, DHCP_STOPPED);
	EXPECT_EQ(dhcp_deadline(&d), TIME_NEVER);
	dhcp_restart(&d, 6 * S);
	EXPECT_EQ(sends(1000 * S).type, 0);
}

TEST(a_release_before_a_lease_says_nothing)
{
	dhcp_start(&d, us, view_none(), 3, 0);
	dhcp_release(&d, 0);
	EXPECT_EQ(sends(0).type, 0);
}

TEST(an_infinite_lease_is_never_renewed)
{
	struct dhcp_message m;

	dhcp_start(&d, us, view_none(), 3, 0);
	(void)sends(0);
	(void)gets_type(DHCP_OFFER, 0);
	(void)sends(0);
	m = offer(DHCP_ACK);
	m.lease_s = DHCP_FOREVER;
	EXPECT(gets(&m, 0));
	EXPECT_EQ(d.lease.end_ns, TIME_NEVER);
	EXPECT_EQ(dhcp_deadline(&d), TIME_NEVER);
}

TEST(times_of_the_server_are_used_if_they_make_sense)
{
	static const struct {
		u32 renew_s, rebind_s;
		u64 t1, t2;
	} cases[] = { { 0, 0, 500, 875 }, { 100, 200, 100, 200 }, { 300, 200, 200, 200 },
		{ 2000, 3000, 500, 875 }, { 0, 400, 400, 400 } };

	for (usize i = 0; i < COUNT(cases); i += 1) {
		struct dhcp_message m;

		dhcp_start(&d, us, view_none(), 3, 0);
		(void)sends(0);
		(void)gets_type(DHCP_OFFER, 0);
		(void)sends(0);
		m = offer(DHCP_ACK);
		m.renew_s = cases[i].renew_s;
		m.rebind_s = cases[i].rebind_s;
		EXPECT(gets(&m, 0));
		EXPECT(d.renew_ns <= cases[i].t1 * S && d.renew_ns >= cases[i].t1 * S / 16 * 15);
		EXPECT_EQ(d.rebind_ns, cases[i].t2 * S);
	}
}

/* The fixed part up to the cookie, then these options. */
static bool parse(const char *options, const char *file, struct dhcp_message *m)
{
	u8 bytes[600] = { 2, 1, 6 }, more[300];
	struct view o = test_hex(span_of(more), options);

	memcpy(bytes + 28, us.b, 6);
	memcpy(bytes + 236, "\x63\x82\x53\x63", 4);
	memcpy(bytes + 240, o.p, o.n);
	usize n = 240 + o.n;
	o = test_hex(span_of(more), file);
	memcpy(bytes + 108, o.p, o.n);
	return dhcp_message_read(view_make(bytes, n), m);
}

TEST(options_are_read_as_far_as_they_are_well_formed)
{
	struct dhcp_message m;

	EXPECT(parse("35 01 02 ff", "", &m) && m.type == DHCP_OFFER);
	EXPECT(parse("00 00 35 01 02", "", &m) && m.type == DHCP_OFFER);
	EXPECT(!parse("35 00 ff", "", &m));
	EXPECT(!parse("35 01", "", &m));
	EXPECT(!parse("35", "", &m));
	EXPECT(!parse("33 03 000102 ff", "", &m));
	EXPECT(parse("35 01 05 ff 33 00", "", &m)); /* nothing counts behind the end */
	EXPECT(parse("01 04 ffffff00", "", &m) && m.bits == 24);
	EXPECT(parse("01 04 ffffffff", "", &m) && m.bits == 32);
	EXPECT(parse("01 04 ff00ff00", "", &m) && m.bits == 0);
	EXPECT(parse("06 10 08080808 e0000001 01010101 09090909", "", &m) && m.resolver.count == 3);
	EXPECT(parse("06 14 08080808 08080404 01010101 09090909 0a000001", "", &m) && m.resolver.count == 3);
	EXPECT(parse("1a 02 0043", "", &m) && m.mtu == 0);
	EXPECT(parse("1a 02 0044", "", &m) && m.mtu == 68);
}

/* RFC 3442. */
TEST(classless_routes_are_read_with_as_many_bytes_as_their_bits_need)
{
	struct dhcp_message m;

	EXPECT(parse("79 1d 00 0a000001 08 0a 0a000002 19 0a438001 0a000003 20 0a0000aa 00000000", "", &m));
	EXPECT(m.classless && m.routes == 4);
	EXPECT(m.route[0].to.bits == 0 && ip_equal(m.route[0].via, ten(1)));
	EXPECT(m.route[1].to.bits == 8 && ip_equal(m.route[1].to.ip, ten(0)));
	EXPECT(m.route[2].to.bits == 25 && ip_in(ip_from4(0x0a4380ff), m.route[2].to) == false);
	EXPECT(ip_in(ip_from4(0x0a43807f), m.route[2].to) && ip_equal(m.route[2].via, ten(3)));
	EXPECT(m.route[3].to.bits == 32 && ip_is_none(m.route[3].via));
	EXPECT(!parse("79 05 21 0a000001", "", &m)); /* 33 bits */
	EXPECT(!parse("79 04 00 0a0000", "", &m));
	EXPECT(!parse("79 05 08 0a 0a0000", "", &m));
	EXPECT(parse("79 05 00 e0000001", "", &m) && m.classless && m.routes == 0); /* no router */
	EXPECT(parse("79 28 000a000001 000a000001 000a000001 000a000001 000a000001 000a000001 000a000001 "
		     "000a000001",
		       "", &m) &&
		m.routes == DHCP_ROUTES);
}

/* The answer that was written, with more options behind its own. */
static bool gets_with(const struct dhcp_message *m, const char *more, u64 now)
{
	static u8 longer[1024], extra[128];
	struct view v = test_hex(span_of(extra), more);
	struct writer w = writer_of(span_of(reply)), all = writer_of(span_of(longer));
	usize end;

	write_message(&w, m, view_none());
	end = write_len(&w);
	while (view_at(write_done(&w), end - 1u) == 0)
		end -= 1;
	write_view(&all, view_first(write_done(&w), end - 1u));
	write_view(&all, v);
	write_u8(&all, 0xff);
	return dhcp_receive(&d, write_done(&all), now);
}

TEST(a_lease_has_the_classless_routes_or_else_every_router)
{
	struct dhcp_message m;

	dhcp_start(&d, us, text("image"), 1, 0);
	EXPECT_EQ(sends(0).type, DHCP_DISCOVER);
	EXPECT(!gets_type(DHCP_OFFER, 0));
	EXPECT_EQ(sends(0).type, DHCP_REQUEST);
	m = offer(DHCP_ACK);
	EXPECT(gets_with(&m, "79 06 08 0a 0a000009", 0));
	EXPECT(d.lease.routes == 1 && d.lease.route[0].to.bits == 8 &&
		ip_equal(d.lease.route[0].via, ten(9)));

	dhcp_start(&d, us, text("image"), 1, 0);
	EXPECT_EQ(sends(0).type, DHCP_DISCOVER);
	EXPECT(!gets_type(DHCP_OFFER, 0));
	EXPECT_EQ(sends(0).type, DHCP_REQUEST);
	m = offer(DHCP_ACK);
	m.router = (struct dhcp_hosts){ 2, { ten(1), ten(7) } };
	EXPECT(gets(&m, 0));
	EXPECT_EQ(d.lease.routes, 2);
	for (u32 i = 0; i < 2; i += 1)
		EXPECT(d.lease.route[i].to.bits == 0 && ip_is4(d.lease.route[i].to.ip));
	EXPECT(ip_equal(d.lease.route[1].via, ten(7)));
}

TEST(options_that_overflowed_into_the_file_field_are_found)
{
	struct dhcp_message m;

	EXPECT(parse("34 01 01 35 01 05 ff", "33 04 00000010 ff", &m) && m.lease_s == 16);
	EXPECT(parse("35 01 05 ff", "33 04 00000010 ff", &m) && m.lease_s == 0);
	EXPECT(!parse("34 01 01 35 01 05 ff", "33 02 0000 ff", &m));
	EXPECT(parse("34 01 01 ff", "34 01 03 ff", &m)); /* no overload from inside */
}

TEST(the_longest_message_fits_the_room_that_is_asked_for)
{
	u8 long_name[DHCP_NAME_MAX] = { 'x' };
	struct dhcp_message m = { .type = DHCP_REQUEST,
		.chaddr = us,
		.requested = ten(2),
		.server = ten(1),
		.router = { DHCP_RESOLVERS, { ten(1), ten(2), ten(3) } },
		.bits = 24,
		.resolver = { DHCP_RESOLVERS, { ten(1), ten(2), ten(3) } },
		.mtu = 1500,
		.lease_s = 3,
		.renew_s = 1,
		.rebind_s = 2,
		.wants = true };

	for (u8 op = DHCP_BOOTREQUEST; op <= DHCP_BOOTREPLY; op += 1) {
		struct writer w = writer_of(span_of(room));

		m.op = op;
		write_message(&w, &m, view_of(long_name));
		EXPECT(!write_bad(&w));
	}
	usize n;
	dhcp_start(&d, us, view_of(long_name), 1, 0);
	EXPECT_PANIC((void)dhcp_send(&d, 0, span_first(span_of(room), DHCP_BYTES_MAX - 1), &n, &to));
}

/* ---- the server ---- */

static struct dhcp_message ask(struct mac mac, u8 type, struct ip requested, struct ip ciaddr, u64 now)
{
	struct dhcp_message m = { .op = DHCP_BOOTREQUEST,
		.type = type,
		.xid = 77,
		.chaddr = mac,
		.requested = requested,
		.ciaddr = ciaddr };
	struct dhcp_message answer = { 0 };
	struct writer w = writer_of(span_of(room));
	usize n;

	write_message(&w, &m, view_none());
	if (dhcp_answer(&server, write_done(&w), now, span_of(reply), &n, &to)) {
		EXPECT(dhcp_message_read(view_make(reply, n), &answer));
		EXPECT(answer.op == DHCP_BOOTREPLY && answer.xid == 77 && mac_equal(answer.chaddr, mac));
	} else {
		EXPECT_EQ(n, 0);
	}
	return answer;
}

static struct mac guest(u8 i)
{
	return (struct mac){ { 2, 9, 9, 9, 9, i } };
}

TEST(client_and_server_understand_each_other)
{
	struct dhcp_server_config c = config();
	usize n, n2;

	dhcp_server_init(&server, &c);
	dhcp_start(&d, us, text("image"), 1, 0);
	for (u32 i = 0; i < 2; i += 1) {
		EXPECT(dhcp_send(&d, 0, span_of(room), &n, &to));
		EXPECT(dhcp_answer(&server, view_make(room, n), 0, span_of(reply), &n2, &to));
		EXPECT(ip_is_broadcast4(to.to) && ip_equal(to.from, ten(1)));
		EXPECT_EQ(dhcp_receive(&d, view_make(reply, n2), 0), i == 1);
	}
	EXPECT(dhcp_bound(&d));
	EXPECT(ip_equal(d.lease.ip.ip, ten(2)) && d.lease.ip.bits == 24 && d.lease.routes == 1 &&
		ip_equal(d.lease.route[0].via, ten(1)));
	EXPECT(d.lease.resolvers == 2 && ip_equal(d.lease.resolver[1], ten(53)) && d.lease.mtu == 1400);
	u64 t1 = dhcp_deadline(&d);
	EXPECT(dhcp_send(&d, t1, span_of(room), &n, &to));
	EXPECT(dhcp_answer(&server, view_make(room, n), t1, span_of(reply), &n2, &to));
	EXPECT(ip_equal(to.to, ten(2)));
	EXPECT(dhcp_receive(&d, view_make(reply, n2), t1));
	EXPECT_EQ(d.lease.end_ns, t1 + 1000 * S);
}

TEST(each_client_has_its_own_address_and_keeps_it)
{
	struct dhcp_server_config c = config();

	dhcp_server_init(&server, &c);
	EXPECT(ip_equal(ask(guest(1), DHCP_DISCOVER, ip_none(), ip_none(), 0).yiaddr, ten(2)));
	EXPECT_EQ(ask(guest(1), DHCP_REQUEST, ten(2), ip_none(), 0).type, DHCP_ACK);
	EXPECT(ip_equal(ask(guest(2), DHCP_DISCOVER, ip_none(), ip_none(), 0).yiaddr, ten(3)));
	EXPECT_EQ(ask(guest(2), DHCP_REQUEST, ten(3), ip_none(), 0).type, DHCP_ACK);
	EXPECT_EQ(ask(guest(3), DHCP_DISCOVER, ip_none(), ip_none(), 999 * S).type, 0); /* all in use */
	EXPECT(ip_equal(ask(guest(1), DHCP_DISCOVER, ip_none(), ip_none(), 5000 * S).yiaddr, ten(2)));
	EXPECT(ip_equal(ask(guest(3), DHCP_DISCOVER, ip_none(), ip_none(), 5000 * S).yiaddr, ten(3)));
}

TEST(an_address_that_is_not_the_clients_is_refused)
{
	struct dhcp_server_config c = config();

	dhcp_server_init(&server, &c);
	EXPECT_EQ(ask(guest(1), DHCP_REQUEST, ten(2), ip_none(), 0).type, DHCP_ACK);
	EXPECT_EQ(ask(guest(2), DHCP_REQUEST, ten(2), ip_none(), 0).type, DHCP_NAK);
	EXPECT(ip_is_broadcast4(to.to));
	EXPECT_EQ(ask(guest(2), DHCP_REQUEST, ip_none(), ten(200), 0).type, DHCP_NAK);
}

TEST(after_a_restart_of_the_server_everybody_keeps_the_address_they_have)
{
	struct dhcp_server_config c = config();

	dhcp_server_init(&server, &c);
	EXPECT(ip_equal(ask(guest(2), DHCP_REQUEST, ip_none(), ten(3), 0).yiaddr, ten(3)));
	EXPECT(ip_equal(ask(guest(1), DHCP_REQUEST, ip_none(), ten(2), 0).yiaddr, ten(2)));
}

TEST(a_declined_address_is_not_given_until_its_lease_has_ended)
{
	struct dhcp_server_config c = config();

	dhcp_server_init(&server, &c);
	EXPECT_EQ(ask(guest(1), DHCP_REQUEST, ten(2), ip_none(), 0).type, DHCP_ACK);
	EXPECT_EQ(ask(guest(1), DHCP_DECLINE, ten(2), ip_none(), 0).type, 0);
	EXPECT(ip_equal(ask(guest(1), DHCP_DISCOVER, ip_none(), ip_none(), 1 * S).yiaddr, ten(3)));
	EXPECT_EQ(ask(guest(1), DHCP_REQUEST, ten(3), ip_none(), 1 * S).type, DHCP_ACK);
	EXPECT_EQ(ask(guest(2), DHCP_DISCOVER, ip_none(), ip_none(), 999 * S).type, 0);
	EXPECT(ip_equal(ask(guest(2), DHCP_DISCOVER, ip_none(), ip_none(), 1000 * S).yiaddr, ten(2)));
}

TEST(a_released_address_is_free_for_another)
{
	struct dhcp_server_config c = config();

	c.count = 1;
	dhcp_server_init(&server, &c);
	EXPECT_EQ(ask(guest(1), DHCP_REQUEST, ten(2), ip_none(), 1 * S).type, DHCP_ACK);
	EXPECT_EQ(ask(guest(2), DHCP_DISCOVER, ip_none(), ip_none(), 2 * S).type, 0);
	EXPECT_EQ(ask(guest(1), DHCP_RELEASE, ip_none(), ten(2), 3 * S).type, 0);
	EXPECT(ip_equal(ask(guest(2), DHCP_DISCOVER, ip_none(), ip_none(), 4 * S).yiaddr, ten(2)));
}

TEST(who_has_an_address_may_ask_for_the_rest)
{
	struct dhcp_server_config c = config();
	struct dhcp_message m;

	dhcp_server_init(&server, &c);
	m = ask(guest(1), DHCP_INFORM, ip_none(), ten(77), 0);
	EXPECT(m.type == DHCP_ACK && ip_is_none(m.yiaddr) && m.lease_s == 0 &&
		ip_equal(m.router.ip[0], ten(1)));
	EXPECT(ip_equal(to.to, ten(77)));
}

TEST(a_configuration_that_makes_no_sense_is_the_callers_bug)
{
	struct dhcp_server_config c = config();

	c.count = DHCP_SERVER_LEASES + 1;
	EXPECT_PANIC(dhcp_server_init(&server, &c));
	c = config();
	c.lease_s = 1;
	EXPECT_PANIC(dhcp_server_init(&server, &c));
}
