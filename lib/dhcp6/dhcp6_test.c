#include "lib/dhcp6/dhcp6.h"
#include "lib/dhcp6/dhcp6_wire.h"
#include "test/test.h"

#define S NS_PER_S

static const struct mac us = { { 2, 0, 0, 0, 0, 1 } }, other = { { 2, 0, 0, 0, 0, 2 } };
static const struct ip given = { 0x20010db800000000ull, 0x77 }, net = { 0x20010db8aa000000ull, 0 };
static struct dhcp6 d;
static u8 room[DHCP6_BYTES_MAX], answer[512];

static struct dhcp6_duid server_duid(u8 last)
{
	return (struct dhcp6_duid){ { 0, 3, 0, 1, 2, 9, 9, 9, 9, last }, 10 };
}

static void start(bool address, bool prefix, u64 now)
{
	dhcp6_init(&d, &(struct dhcp6_config){ us, 5, address, prefix });
	EXPECT_EQ(dhcp6_deadline(&d), TIME_NEVER);
	dhcp6_solicit(&d, now);
}

/* What the client sends now; type 0: nothing. */
static struct dhcp6_message sends(u64 now)
{
	struct dhcp6_message m = { 0 };
	struct dhcp6_duid own = dhcp6_duid_of(us);
	usize n;

	if (!dhcp6_send(&d, now, span_of(room), &n))
		return m;
	EXPECT(n <= DHCP6_BYTES_MAX && dhcp6_message_read(view_make(room, n), &m));
	EXPECT(dhcp6_duid_equal(&m.client, &own));
	return m;
}

static struct dhcp6_ia ia_of(struct ip_prefix ip)
{
	return (struct dhcp6_ia){
		.present = true, .iaid = 1, .ip = ip, .preferred_s = 1000, .valid_s = 2000
	};
}

/* What a server says to the exchange that goes on. */
static struct dhcp6_message reply(u8 type)
{
	return (struct dhcp6_message){ .type = type,
		.xid = d.xid,
		.client = dhcp6_duid_of(us),
		.server = server_duid(1),
		.address = ia_of((struct ip_prefix){ given, 128 }),
		.prefix = ia_of((struct ip_prefix){ net, 56 }),
		.resolvers = 1,
		.resolver = { given } };
}

static bool gets(const struct dhcp6_message *m, u64 now)
{
	struct writer w = writer_of(span_of(answer));

	dhcp6_message_write(&w, m);
	EXPECT(!write_bad(&w));
	return dhcp6_receive(&d, write_done(&w), now);
}

static bool gets_type(u8 type, u64 now)
{
	struct dhcp6_message m = reply(type);

	return gets(&m, now);
}

static void bind_at(u64 now)
{
	start(true, true, now);
	EXPECT_EQ(sends(now).type, DHCP6_SOLICIT);
	EXPECT(!gets_type(DHCP6_ADVERTISE, now));
	EXPECT_EQ(sends(now).type, DHCP6_REQUEST);
	EXPECT(gets_type(DHCP6_REPLY, now) && dhcp6_bound(&d));
}

TEST(a_client_solicits_requests_and_is_bound)
{
	struct dhcp6_message m;

	start(true, true, 5 * S);
	EXPECT_EQ(dhcp6_deadline(&d), 5 * S);
	m = sends(5 * S);
	EXPECT(m.type == DHCP6_SOLICIT && m.rapid && m.server.count == 0 && m.elapsed == 0);
	EXPECT(m.address.present && m.prefix.present && m.address.iaid == 1 && ip_is_none(m.address.ip.ip));
	EXPECT_EQ(sends(5 * S).type, 0);
	EXPECT(!gets_type(DHCP6_ADVERTISE, 6 * S) && !dhcp6_bound(&d));
	m = sends(6 * S);
	EXPECT(m.type == DHCP6_REQUEST && !m.rapid && ip_equal(m.address.ip.ip, given) &&
		m.prefix.ip.bits == 56);
	EXPECT_EQ(m.server.count, 10);
	EXPECT(gets_type(DHCP6_REPLY, 6 * S) && dhcp6_bound(&d));
	EXPECT(ip_equal(d.lease.address.ip.ip, given) && d.lease.address.ip.bits == 128);
	EXPECT(ip_equal(d.lease.prefix.ip.ip, net) && d.lease.prefix.ip.bits == 56);
	EXPECT(d.lease.address.preferred_ns == 1006 * S && d.lease.address.valid_ns == 2006 * S);
	EXPECT(d.lease.resolvers == 1 && ip_equal(d.lease.resolver[0], given));
	EXPECT_EQ(dhcp6_deadline(&d), 506 * S); /* T1: half of the preferred lifetime */
	EXPECT_EQ(sends(505 * S).type, 0);
}

TEST(a_server_that_commits_at_once_is_believed_if_it_says_so)
{
	struct dhcp6_message m;

	start(true, false, 0);
	EXPECT_EQ(sends(0).type, DHCP6_SOLICIT);
	EXPECT(!gets_type(DHCP6_REPLY, 0)); /* without the option */
	m = reply(DHCP6_REPLY);
	m.rapid = true;
	EXPECT(gets(&m, 0) && dhcp6_bound(&d));
	EXPECT(ip_is_none(d.lease.prefix.ip.ip)); /* not asked for */
}

/* RFC 8415 15, 18.2.1. */
TEST(solicits_come_ever_more_seldom_up_to_an_hour_or_what_a_server_says)
{
	struct dhcp6_message m;
	u64 now = 0, wait = 1 * S;

	start(true, false, 0);
	for (u32 i = 0; i < 16; i += 1) {
		EXPECT_EQ(sends(now).type, DHCP6_SOLICIT);
		u64 next = dhcp6_deadline(&d) - now;
		EXPECT(next >= (i == 0 ? wait : wait / 10 * 9) && next <= wait / 10 * 11 + 1);
		EXPECT_EQ(sends(now + next - 1).type, 0);
		now += next;
		wait = 2 * next < 3600 * S ? 2 * next : 3600 * S;
	}
	EXPECT_EQ(wait, 3600 * S);
	m = reply(DHCP6_ADVERTISE);
	m.address.status = DHCP6_NO_ADDRESSES;
	m.address.ip = (struct ip_prefix){ { 0, 0 }, 0 };
	m.solicit_most_s = 60;
	EXPECT(!gets(&m, now) && d.state == DHCP6_SOLICITING);
	EXPECT_EQ(sends(now).type, DHCP6_SOLICIT);
	EXPECT(dhcp6_deadline(&d) <= now + 66 * S);
}

TEST(the_elapsed_time_is_that_of_the_exchange)
{
	start(true, false, 10 * S);
	EXPECT_EQ(sends(10 * S).elapsed, 0);
	EXPECT_EQ(sends(12 * S).elapsed, 200);
	(void)gets_type(DHCP6_ADVERTISE, 13 * S);
	EXPECT_EQ(sends(13 * S).elapsed, 0);
	EXPECT_EQ(sends(900 * S).elapsed, 0xffff);
}

TEST(a_server_that_does_not_answer_ten_requests_is_left)
{
	u64 now = 0;

	start(true, false, 0);
	(void)sends(0);
	(void)gets_type(DHCP6_ADVERTISE, 0);
	for (u32 i = 0; i < 10; i += 1) {
		EXPECT_EQ(sends(now).type, DHCP6_REQUEST);
		now = dhcp6_deadline(&d);
	}
	EXPECT(now <= 200 * S);
	EXPECT_EQ(sends(now).type, DHCP6_SOLICIT);
}

/* RFC 8415 18.2.4, 18.2.5. */
TEST(a_lease_is_renewed_then_rebound_then_over)
{
	struct dhcp6_message m;

	bind_at(0);
	m = sends(500 * S);
	EXPECT(m.type == DHCP6_RENEW && m.server.count == 10 && ip_equal(m.address.ip.ip, given));
	EXPECT(dhcp6_deadline(&d) >= 509 * S && dhcp6_deadline(&d) <= 511 * S);
	EXPECT(gets_type(DHCP6_REPLY, 501 * S) && d.lease.address.valid_ns == 2501 * S);
	EXPECT_EQ(dhcp6_deadline(&d), 1001 * S);
	EXPECT_EQ(sends(1001 * S).type, DHCP6_RENEW);
	m = sends(1301 * S);
	EXPECT(m.type == DHCP6_REBIND && m.server.count == 0);
	m = reply(DHCP6_REPLY);
	m.server = server_duid(2); /* another one may answer now */
	EXPECT(gets(&m, 1302 * S) && dhcp6_bound(&d));
	EXPECT_EQ(sends(1802 * S).type, DHCP6_RENEW);
	EXPECT_EQ(sends(2102 * S).type, DHCP6_REBIND);
	EXPECT_EQ(sends(3302 * S).type, DHCP6_SOLICIT);
	EXPECT(!dhcp6_bound(&d) && ip_is_none(d.lease.address.ip.ip));
}

TEST(times_that_the_server_says_are_kept)
{
	struct dhcp6_message m;

	start(true, false, 0);
	(void)sends(0);
	(void)gets_type(DHCP6_ADVERTISE, 0);
	(void)sends(0);
	m = reply(DHCP6_REPLY);
	m.address.t1_s = 100;
	m.address.t2_s = 200;
	EXPECT(gets(&m, 0));
	EXPECT_EQ(dhcp6_deadline(&d), 100 * S);

	start(true, false, 0);
	(void)sends(0);
	(void)gets_type(DHCP6_ADVERTISE, 0);
	(void)sends(0);
	m = reply(DHCP6_REPLY);
	m.address.preferred_s = m.address.valid_s = DHCP6_FOREVER;
	EXPECT(gets(&m, 0));
	EXPECT_EQ(dhcp6_deadline(&d), TIME_NEVER);
	EXPECT_EQ(d.lease.address.valid_ns, TIME_NEVER);
}

/* RFC 8415 18.2.10.1. */
TEST(a_server_that_has_forgotten_us_is_asked_again)
{
	struct dhcp6_message m;

	bind_at(0);
	EXPECT_EQ(sends(500 * S).type, DHCP6_RENEW);
	m = reply(DHCP6_REPLY);
	m.address = (struct dhcp6_ia){ .present = true, .iaid = 1, .status = DHCP6_NO_BINDING };
	m.prefix = m.address;
	EXPECT(!gets(&m, 500 * S));
	m = sends(500 * S);
	EXPECT(m.type == DHCP6_REQUEST && ip_equal(m.address.ip.ip, given));
	EXPECT(gets_type(DHCP6_REPLY, 500 * S) && dhcp6_bound(&d));
}

TEST(a_lifetime_of_0_ends_a_lease)
{
	struct dhcp6_message m;

	bind_at(0);
	EXPECT_EQ(sends(500 * S).type, DHCP6_RENEW);
	m = reply(DHCP6_REPLY);
	m.prefix.present = false;
	m.address.preferred_s = m.address.valid_s = 0;
	EXPECT(gets(&m, 500 * S) && !dhcp6_bound(&d));
	EXPECT_EQ(sends(501 * S).type, DHCP6_SOLICIT);
}

TEST(a_refusal_begins_anew_after_a_second)
{
	struct dhcp6_message m;

	start(true, false, 0);
	(void)sends(0);
	(void)gets_type(DHCP6_ADVERTISE, 0);
	(void)sends(0);
	m = reply(DHCP6_REPLY);
	m.status = DHCP6_UNSPECIFIED;
	EXPECT(!gets(&m, 0));
	EXPECT_EQ(sends(1 * S - 1).type, 0);
	EXPECT_EQ(sends(1 * S).type, DHCP6_SOLICIT);
}

TEST(what_is_not_for_us_is_not_heard)
{
	struct dhcp6_message m = { 0 };

	start(true, false, 0);
	EXPECT(!gets_type(DHCP6_ADVERTISE, 0) && d.state == DHCP6_SOLICITING); /* nothing was asked */
	(void)sends(0);
	m = reply(DHCP6_ADVERTISE);
	m.xid = m.xid % 0xffffffu + 1;
	EXPECT(!gets(&m, 0) && d.state == DHCP6_SOLICITING);
	m = reply(DHCP6_ADVERTISE);
	m.client = dhcp6_duid_of(other);
	EXPECT(!gets(&m, 0) && d.state == DHCP6_SOLICITING);
	m = reply(DHCP6_ADVERTISE);
	m.server.count = 0;
	EXPECT(!gets(&m, 0) && d.state == DHCP6_SOLICITING);
	m = reply(DHCP6_ADVERTISE);
	m.address.iaid = 2;
	EXPECT(!gets(&m, 0) && d.state == DHCP6_SOLICITING);
	EXPECT(!gets_type(DHCP6_ADVERTISE, 0) && d.state == DHCP6_REQUESTING);
	(void)sends(0);
	m = reply(DHCP6_REPLY);
	m.server = server_duid(2); /* we chose another */
	EXPECT(!gets(&m, 0) && !dhcp6_bound(&d));
}

/* RFC 8415 18.2.6. */
TEST(an_information_request_brings_what_else_there_is_and_is_repeated)
{
	struct dhcp6_message m;

	dhcp6_init(&d, &(struct dhcp6_config){ us, 5, true, false });
	dhcp6_inform(&d, 0);
	m = sends(0);
	EXPECT(m.type == DHCP6_INFORMATION && !m.address.present && m.server.count == 0);
	m = reply(DHCP6_REPLY);
	m.address.present = m.prefix.present = false;
	m.client.count = 0; /* 16.10 allows it here */
	m.refresh_s = 10;   /* below IRT_MINIMUM */
	EXPECT(gets(&m, 0) && d.lease.resolvers == 1 && !dhcp6_bound(&d));
	EXPECT_EQ(dhcp6_deadline(&d), 600 * S);
	EXPECT_EQ(sends(600 * S).type, DHCP6_INFORMATION);
	m = reply(DHCP6_REPLY);
	EXPECT(gets(&m, 600 * S));
	EXPECT_EQ(dhcp6_deadline(&d), (600 + 86400) * S);
	dhcp6_inform(&d, 700 * S);
	EXPECT_EQ(sends(700 * S).type, 0);
	dhcp6_solicit(&d, 700 * S); /* a router with the M flag came */
	EXPECT_EQ(sends(700 * S).type, DHCP6_SOLICIT);
}

TEST(a_lease_is_given_back_once)
{
	struct dhcp6_message m;

	bind_at(0);
	dhcp6_release(&d);
	EXPECT_EQ(dhcp6_deadline(&d), 0);
	m = sends(5 * S);
	EXPECT(m.type == DHCP6_RELEASE && ip_equal(m.address.ip.ip, given) && m.prefix.ip.bits == 56);
	EXPECT(m.server.count == 10 && d.state == DHCP6_STOPPED);
	EXPECT(sends(5 * S).type == 0 && dhcp6_deadline(&d) == TIME_NEVER);
	dhcp6_release(&d);
	EXPECT_EQ(sends(6 * S).type, 0);
}

TEST(an_address_that_somebody_has_is_declined_and_another_one_asked_for)
{
	struct dhcp6_message m;

	bind_at(0);
	dhcp6_decline(&d, 5 * S);
	m = sends(5 * S);
	EXPECT(m.type == DHCP6_DECLINE && ip_equal(m.address.ip.ip, given) && !m.prefix.present);
	EXPECT_EQ(sends(5 * S).type, 0);
	EXPECT_EQ(sends(6 * S).type, DHCP6_SOLICIT);
	dhcp6_decline(&d, 6 * S); /* nothing is bound */
	EXPECT_EQ(sends(6 * S).type, 0);
}

TEST(when_the_link_comes_back_what_we_have_is_asked_for_again)
{
	bind_at(0);
	dhcp6_restart(&d, 50 * S);
	EXPECT_EQ(sends(50 * S).type, DHCP6_REBIND);
	EXPECT(dhcp6_bound(&d));
	start(true, false, 0);
	(void)sends(0);
	dhcp6_restart(&d, 50 * S);
	EXPECT_EQ(sends(50 * S).type, DHCP6_SOLICIT);
	dhcp6_init(&d, &(struct dhcp6_config){ us, 5, true, false });
	dhcp6_restart(&d, 50 * S);
	EXPECT_EQ(sends(50 * S).type, 0);
	dhcp6_inform(&d, 50 * S);
	(void)sends(50 * S);
	(void)gets_type(DHCP6_REPLY, 50 * S);
	dhcp6_restart(&d, 60 * S);
	EXPECT_EQ(sends(60 * S).type, DHCP6_INFORMATION);
}

/* ---- the wire ---- */

static bool parse(const char *hex, struct dhcp6_message *m)
{
	static u8 bytes[512];

	return dhcp6_message_read(test_hex(span_of(bytes), hex), m);
}

#define ADDRESS "20010db8000000000000000000000077"

TEST(options_are_read_as_far_as_they_are_well_formed)
{
	struct dhcp6_message m;

	EXPECT(!parse("", &m) && !parse("070000", &m));
	EXPECT(parse("07000001", &m) && m.type == 7 && m.xid == 1);
	EXPECT(!parse("07000001 0001", &m) && !parse("07000001 0001 0004 000300", &m));
	EXPECT(parse("07000001 ffff 0001 00", &m));    /* unknown */
	EXPECT(!parse("07000001 0001 0002 0003", &m)); /* a DUID is a type and a byte at least */
	EXPECT(parse(
		"07000001 0003 0028 00000001 00000000 00000000 0005 0018 " ADDRESS " 00000064 000000c8", &m));
	EXPECT(m.address.present && m.address.iaid == 1 && m.address.preferred_s == 100 &&
		m.address.valid_s == 200);
	EXPECT(ip_equal(m.address.ip.ip, given));
	EXPECT(!parse(
		"07000001 0003 0028 00000001 00000000 00000000 0005 0019 " ADDRESS " 00000064 000000c8", &m));
	EXPECT(parse("07000001 0003 000c 00000001 00000009 00000008", &m) &&
		!m.address.present); /* T1 > T2 */
	EXPECT(parse(
		"07000001 0019 0029 00000001 00000000 00000000 001a 0019 00000064 000000c8 38 " ADDRESS, &m));
	EXPECT(m.prefix.present && m.prefix.ip.bits == 56);
	EXPECT(parse("07000001 0017 0020 " ADDRESS " ff020000000000000000000000000001", &m) &&
		m.resolvers == 1);
	EXPECT(parse("07000001 0052 0004 0000003b", &m) && m.solicit_most_s == 0); /* below a minute */
	EXPECT(parse("07000001 0053 0004 0000003c", &m) && m.inform_most_s == 60);
}

TEST(a_binding_that_cannot_be_used_is_left_out)
{
	static const char *const wrong[] = {
		"0005 0018 " ADDRESS " 000000c8 00000064",                      /* preferred > valid */
		"0005 0018 fe800000000000000000000000000077 00000064 000000c8", /* the link's */
		"0005 0018 ff020000000000000000000000000077 00000064 000000c8", /* a group */
		"0005 0018 00000000000000000000ffff0a000001 00000064 000000c8", /* IPv4-mapped */
		"0005 001e " ADDRESS " 00000064 000000c8 000d 0002 0002",       /* refused */
		("001a 0019 00000064 000000c8 38 " ADDRESS),                    /* a prefix among addresses */
	};
	struct dhcp6_message m;

	for (u32 i = 0; i < COUNT(wrong); i += 1) {
		char hex[512], head[64];
		u32 inner = (u32)(strtoul(
			(char[]){ wrong[i][5], wrong[i][6], wrong[i][7], wrong[i][8], 0 }, 0, 16));

		snprintf(head, sizeof head, "07000001 0003 %04x 00000001 00000000 00000000 ", 16 + inner);
		strcpy(hex, head);
		strcat(hex, wrong[i]);
		EXPECT(parse(hex, &m));
		EXPECT(m.address.present && ip_is_none(m.address.ip.ip));
	}
}

TEST(the_longest_message_fits_the_room_that_is_asked_for)
{
	usize n;

	bind_at(0);
	d.server.count = DHCP6_DUID_MAX;
	EXPECT(dhcp6_send(&d, 500 * S, span_of(room), &n) && n < DHCP6_BYTES_MAX);
	start(true, true, 0);
	EXPECT_PANIC((void)dhcp6_send(&d, 0, span_first(span_of(room), DHCP6_BYTES_MAX - 1), &n));
}

TEST(states_have_the_names_of_the_rfc)
{
	EXPECT_VIEW(dhcp6_state_name(DHCP6_REBINDING), text("REBINDING"));
	EXPECT_VIEW(dhcp6_state_name((enum dhcp6_state)99), text("?"));
	EXPECT(dhcp6_servers().hi == 0xff02000000000000ull && dhcp6_servers().lo == 0x10002);
}
