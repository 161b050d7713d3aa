/* dhcp6_server_test.c - conversations with the server: of messages, and of our own client. */
#include "lib/dhcp6/dhcp6.h"
#include "lib/dhcp6/dhcp6_wire.h"
#include "test/test.h"

#define S    NS_PER_S
#define LINK 0x20010db800000000ull
#define NETS 0x20010db8aa000000ull /* /56 each, from here on */

static const struct mac own = { { 2, 9, 9, 9, 9, 9 } };
static struct dhcp6_server s;
static struct dhcp6_message m; /* the last answer */

static struct dhcp6_server_config config(u32 addresses, u32 prefixes)
{
	struct dhcp6_server_config c = { .mac = own,
		.first = { { LINK, 0x100 }, 64 },
		.addresses = addresses,
		.prefix = { { NETS, 0 }, 56 },
		.prefixes = prefixes,
		.preferred_s = 1000,
		.valid_s = 2000,
		.resolver = { { LINK, 0x53 }, { LINK, 0x54 } } };

	EXPECT(search_add(&c.search, text("example.org")));
	return c;
}

static void start(u32 addresses, u32 prefixes)
{
	struct dhcp6_server_config c = config(addresses, prefixes);

	dhcp6_server_init(&s, &c);
}

static struct mac mac_of(u8 last)
{
	return (struct mac){ { 2, 0, 0, 0, 0, last } };
}

static struct ip_prefix address(u64 lo)
{
	return (struct ip_prefix){ { LINK, lo }, 128 };
}

static struct ip_prefix net(u64 i)
{
	return (struct ip_prefix){ { NETS + i * 0x100, 0 }, 56 };
}

static struct dhcp6_ia asks_for(struct ip_prefix ip)
{
	return (struct dhcp6_ia){ .present = true, .iaid = 7, .ip = ip };
}

/* What a client of this name would send, and to whom the RFC lets it say so. */
static struct dhcp6_message from(u8 client, u8 type)
{
	struct dhcp6_message q = { .type = type, .xid = 0x123456, .client = dhcp6_duid_of(mac_of(client)) };

	if (type == DHCP6_REQUEST || type == DHCP6_RENEW || type == DHCP6_RELEASE || type == DHCP6_DECLINE)
		q.server = dhcp6_duid_of(own);
	return q;
}

static bool says(const struct dhcp6_message *q, u64 now)
{
	static u8 sent[DHCP6_ANSWER_BYTES_MAX], room[DHCP6_ANSWER_BYTES_MAX];
	struct writer w = writer_of(span_of(sent));
	struct dhcp6_duid us = dhcp6_duid_of(own);
	usize n;

	m = (struct dhcp6_message){ 0 };
	dhcp6_message_write(&w, q);
	if (!dhcp6_answer(&s, write_done(&w), now, span_of(room), &n)) {
		EXPECT_EQ(n, 0);
		return false;
	}
	EXPECT(dhcp6_message_read(view_make(room, n), &m));
	EXPECT(m.xid == q->xid && dhcp6_duid_equal(&m.client, &q->client) &&
		dhcp6_duid_equal(&m.server, &us));
	return true;
}

/* An address, and nothing else, asked for with this message. */
static bool address_by(u8 client, u8 type, struct ip_prefix wanted, u64 now)
{
	struct dhcp6_message q = from(client, type);

	q.address = asks_for(wanted);
	return says(&q, now);
}

static bool has(u64 lo)
{
	return m.address.present && m.address.status == DHCP6_SUCCESS && m.address.iaid == 7 &&
	       ip_equal(m.address.ip.ip, address(lo).ip) && m.address.valid_s == 2000;
}

static const struct ip_prefix any = { { 0, 0 }, 0 };

TEST(client_and_server_understand_each_other)
{
	struct dhcp6 d;
	u8 room[DHCP6_BYTES_MAX], answer[DHCP6_ANSWER_BYTES_MAX];
	usize n, k;

	for (u32 rapid = 0; rapid < 2; rapid += 1) {
		struct dhcp6_server_config c = config(4, 4);

		c.rapid = rapid == 1;
		dhcp6_server_init(&s, &c);
		dhcp6_init(&d, &(struct dhcp6_config){ mac_of(1), 5, true, true });
		dhcp6_solicit(&d, S);
		for (u32 i = 0; i < 2 - rapid; i += 1) {
			EXPECT(!dhcp6_bound(&d) && dhcp6_send(&d, S, span_of(room), &n));
			EXPECT(dhcp6_answer(&s, view_make(room, n), S, span_of(answer), &k));
			(void)dhcp6_receive(&d, view_make(answer, k), S);
		}
		EXPECT(dhcp6_bound(&d) && ip_equal(d.lease.address.ip.ip, address(0x100).ip));
		EXPECT(d.lease.prefix.ip.bits == 56 && ip_equal(d.lease.prefix.ip.ip, net(0).ip));
		EXPECT(d.lease.resolvers == 2 && d.lease.resolver[1].lo == 0x54);
		EXPECT_VIEW(search_name(&d.lease.search, 0), text("example.org"));
		EXPECT_EQ(dhcp6_deadline(&d), 501 * S);
		EXPECT(dhcp6_send(&d, 501 * S, span_of(room), &n)); /* renews */
		EXPECT(dhcp6_answer(&s, view_make(room, n), 501 * S, span_of(answer), &k));
		EXPECT(dhcp6_receive(&d, view_make(answer, k), 501 * S));
		EXPECT(d.lease.address.valid_ns == 2501 * S && d.lease.prefix.valid_ns == 2501 * S);
		dhcp6_release(&d);
		EXPECT(dhcp6_send(&d, 600 * S, span_of(room), &n));
		EXPECT(ip_equal(dhcp6_server_address(&s, 0, 600 * S).ip, address(0x100).ip));
		EXPECT(dhcp6_answer(&s, view_make(room, n), 600 * S, span_of(answer), &k));
		EXPECT(ip_is_none(dhcp6_server_address(&s, 0, 600 * S).ip) &&
			ip_is_none(dhcp6_server_prefix(&s, 0, 600 * S).ip));
	}
}

TEST(to_advertise_takes_nothing)
{
	start(1, 0);
	for (u8 client = 1; client < 200; client += 1)
		EXPECT(address_by(client, DHCP6_SOLICIT, any, S) && m.type == DHCP6_ADVERTISE && has(0x100));
	EXPECT(address_by(1, DHCP6_REQUEST, address(0x100), S) && m.type == DHCP6_REPLY && has(0x100));
	EXPECT(m.address.t1_s == 500 && m.address.t2_s == 800 && m.address.preferred_s == 1000);
	EXPECT(address_by(2, DHCP6_SOLICIT, any, S) && m.type == DHCP6_ADVERTISE);
	EXPECT(m.address.status == DHCP6_NO_ADDRESSES && ip_is_none(m.address.ip.ip));
}

TEST(each_association_has_its_own_and_keeps_it)
{
	struct dhcp6_message q = from(1, DHCP6_REQUEST);

	start(32, 32);
	for (u8 client = 0; client < 32; client += 1)
		EXPECT(address_by(client, DHCP6_REQUEST, any, S) && has(0x100u + client));
	for (u8 client = 31; client > 0; client -= 1)
		EXPECT(address_by(client, DHCP6_REQUEST, any, 2 * S) && has(0x100u + client));
	for (u32 i = 0; i < 32; i += 1) {
		q.prefix = asks_for(any);
		q.prefix.iaid = i; /* one client, with many links behind it */
		EXPECT(says(&q, S) && m.prefix.iaid == i && ip_equal(m.prefix.ip.ip, net(i).ip));
		EXPECT(ip_equal(dhcp6_server_prefix(&s, i, S).ip, net(i).ip));
	}
	EXPECT(ip_is_none(dhcp6_server_prefix(&s, 32, S).ip) &&
		ip_is_none(dhcp6_server_address(&s, 0xffffffffu, S).ip));
	EXPECT(address_by(99, DHCP6_REQUEST, any, S) && m.address.status == DHCP6_NO_ADDRESSES);
	q.prefix.iaid = 99;
	EXPECT(says(&q, S) && m.prefix.status == DHCP6_NO_PREFIXES && !m.address.present);
}

TEST(one_that_asks_under_ever_new_names_takes_nothing_from_those_who_have)
{
	start(4, 0);
	EXPECT(address_by(1, DHCP6_REQUEST, any, S) && has(0x100));
	for (u8 client = 10; client < 250; client += 1)
		EXPECT(address_by(client, DHCP6_REQUEST, address(0x100), 2 * S) && !has(0x100));
	EXPECT(address_by(1, DHCP6_RENEW, address(0x100), 500 * S) && has(0x100));
	/* A newcomer gets what has ended first, when it has. */
	EXPECT(address_by(2, DHCP6_REQUEST, any, 2001 * S) && m.address.status == DHCP6_NO_ADDRESSES);
	EXPECT(address_by(2, DHCP6_REQUEST, any, 2002 * S) && has(0x101));
}

TEST(an_address_of_another_link_is_refused)
{
	struct ip_prefix far = { { LINK + 1, 5 }, 128 };

	start(4, 4);
	EXPECT(address_by(1, DHCP6_REQUEST, far, S) && m.address.status == DHCP6_NOT_ON_LINK);
	EXPECT(address_by(1, DHCP6_SOLICIT, far, S) && has(0x100)); /* a wish */
	EXPECT(address_by(1, DHCP6_CONFIRM, far, S) && m.type == DHCP6_REPLY &&
		m.status == DHCP6_NOT_ON_LINK && !m.address.present);
	EXPECT(address_by(1, DHCP6_CONFIRM, address(0x9999), S) && m.status == DHCP6_SUCCESS);
	EXPECT(!address_by(1, DHCP6_CONFIRM, any, S)); /* nothing to say it of */
}

TEST(who_is_not_known_keeps_what_it_has_if_it_is_free)
{
	start(4, 4);
	EXPECT(address_by(1, DHCP6_RENEW, address(0x102), S) && has(0x102));
	EXPECT(address_by(2, DHCP6_RENEW, address(0x102), S) && m.address.status == DHCP6_NO_BINDING);
	EXPECT(address_by(3, DHCP6_RENEW, address(0x999), S) && m.address.status == DHCP6_NO_BINDING);
	EXPECT(address_by(3, DHCP6_RENEW, any, S) && m.address.status == DHCP6_NO_BINDING);
	EXPECT(address_by(4, DHCP6_REBIND, address(0x103), S) && has(0x103));
	EXPECT(!address_by(5, DHCP6_REBIND, address(0x103), S)); /* another server may know */
}

TEST(what_is_not_an_associations_is_taken_back)
{
	struct ip_prefix far = { { LINK + 1, 5 }, 128 };
	struct dhcp6_message q = from(1, DHCP6_RENEW);
	static u8 room[DHCP6_ANSWER_BYTES_MAX], sent[DHCP6_ANSWER_BYTES_MAX], want[64];
	struct writer w = writer_of(span_of(sent));
	struct view answer;
	usize n;

	start(4, 4);
	EXPECT(address_by(1, DHCP6_REQUEST, any, S) && has(0x100));
	q.address = asks_for(address(0x103));
	EXPECT(says(&q, S) && has(0x100)); /* ours comes first */
	dhcp6_message_write(&w, &q);
	EXPECT(dhcp6_answer(&s, write_done(&w), S, span_of(room), &n));
	answer = view_make(
		room, n); /* the association ends where the resolvers begin: 36 bytes, and 17 of names */
	EXPECT_VIEW(view_first(view_from(answer, n - 36 - 17 - 28), 28),
		test_hex(span_of(want), "0005 0018 20010db8000000000000000000000103 00000000 00000000"));
	EXPECT(address_by(9, DHCP6_REBIND, far, S) && ip_equal(m.address.ip.ip, far.ip) &&
		m.address.valid_s == 0);
}

TEST(a_released_lease_is_free_for_another_and_first_for_the_same)
{
	start(2, 0);
	EXPECT(address_by(1, DHCP6_REQUEST, any, S) && has(0x100));
	EXPECT(address_by(1, DHCP6_RELEASE, address(0x101), 2 * S) &&
		m.address.status == DHCP6_NO_BINDING); /* which it has not */
	EXPECT(address_by(2, DHCP6_RELEASE, address(0x100), 2 * S) &&
		m.address.status == DHCP6_NO_BINDING); /* nor this one */
	EXPECT(!ip_is_none(dhcp6_server_address(&s, 0, 2 * S).ip));
	EXPECT(address_by(1, DHCP6_RELEASE, address(0x100), 2 * S) && m.type == DHCP6_REPLY &&
		m.status == DHCP6_SUCCESS && !m.address.present);
	EXPECT(address_by(2, DHCP6_REQUEST, any, 3 * S) && has(0x101)); /* never given */
	EXPECT(address_by(1, DHCP6_REQUEST, any, 4 * S) && has(0x100));
	EXPECT(address_by(1, DHCP6_RELEASE, address(0x100), 5 * S));
	EXPECT(address_by(3, DHCP6_REQUEST, any, 6 * S) && has(0x100));
}

TEST(a_declined_address_is_not_given_until_its_lease_has_ended)
{
	struct dhcp6_message q = from(1, DHCP6_DECLINE);

	start(1, 1);
	EXPECT(address_by(2, DHCP6_DECLINE, address(0x100), S) && m.address.status == DHCP6_NO_BINDING);
	EXPECT(address_by(1, DHCP6_REQUEST, any, S) && has(0x100));
	EXPECT(address_by(1, DHCP6_DECLINE, address(0x100), 2 * S) && !m.address.present);
	EXPECT(ip_is_none(dhcp6_server_address(&s, 0, 3 * S).ip));
	EXPECT(address_by(1, DHCP6_REQUEST, any, 3 * S) && m.address.status == DHCP6_NO_ADDRESSES);
	EXPECT(address_by(2, DHCP6_REQUEST, any, 2002 * S) && has(0x100));
	q.prefix = asks_for(net(0));
	EXPECT(says(&q, S) && !m.prefix.present); /* prefixes are not declined */
}

TEST(who_asks_for_information_is_told_and_only_that)
{
	struct dhcp6_message q = from(1, DHCP6_INFORMATION);

	start(4, 4);
	EXPECT(says(&q, S) && m.type == DHCP6_REPLY && m.resolvers == 2 && m.search.count == 1);
	q.client.count = 0; /* it need not say who it is */
	EXPECT(says(&q, S) && m.resolvers == 2 && !m.address.present && !m.prefix.present);
	q.address = asks_for(any);
	EXPECT(!says(&q, S));
}

TEST(what_is_not_asked_for_is_not_told)
{
	u8 room[DHCP6_ANSWER_BYTES_MAX], hex[64];
	usize n;

	start(4, 4);
	EXPECT(dhcp6_answer(&s, test_hex(span_of(hex), "0b 000001 0006 0002 0018"), S, span_of(room), &n));
	EXPECT(dhcp6_message_read(view_make(room, n), &m) && m.resolvers == 0 && m.search.count == 1);
	EXPECT(dhcp6_answer(&s, test_hex(span_of(hex), "0b 000001 0006 0002 0017"), S, span_of(room), &n));
	EXPECT(dhcp6_message_read(view_make(room, n), &m) && m.resolvers == 2 && m.search.count == 0);
	EXPECT(dhcp6_answer(&s, test_hex(span_of(hex), "0b 000001"), S, span_of(room), &n));
	EXPECT(dhcp6_message_read(view_make(room, n), &m) && m.resolvers == 0 && m.search.count == 0);
}

/* Section 16. */
TEST(what_is_not_for_us_is_not_heard)
{
	static const u8 types[] = { DHCP6_SOLICIT, DHCP6_REQUEST, DHCP6_CONFIRM, DHCP6_RENEW, DHCP6_REBIND,
		DHCP6_RELEASE, DHCP6_DECLINE, DHCP6_INFORMATION };

	start(4, 4);
	for (u32 i = 0; i < COUNT(types); i += 1) {
		struct dhcp6_message q = from(1, types[i]);
		bool names = q.server.count > 0;

		if (types[i] != DHCP6_INFORMATION)
			q.address = asks_for(address(0x100));
		EXPECT(says(&q, S));
		q.server = dhcp6_duid_of(mac_of(77)); /* another server's */
		EXPECT(!says(&q, S));
		q.server = dhcp6_duid_of(own);
		EXPECT_EQ(says(&q, S), names || types[i] == DHCP6_INFORMATION);
		if (!names)
			q.server.count = 0;
		q.client.count = 0;
		EXPECT_EQ(says(&q, S), types[i] == DHCP6_INFORMATION);
	}
	for (u32 type = 0; type < 256; type += 1) {
		struct dhcp6_message q = from(1, (u8)type);
		bool known = false;

		for (u32 i = 0; i < COUNT(types); i += 1)
			known = known || types[i] == type;
		q.address = asks_for(address(0x100));
		EXPECT(known || !says(&q, S));
	}
	struct dhcp6_message empty = from(1, DHCP6_REQUEST);
	EXPECT(!says(&empty, S)); /* it asks for nothing */
}

TEST(a_rapid_commit_is_made_only_where_it_is_wished_and_something_is_given)
{
	struct dhcp6_message q = from(1, DHCP6_SOLICIT);
	struct dhcp6_server_config c = config(1, 0);

	start(1, 0);
	q.rapid = true;
	q.address = asks_for(any);
	EXPECT(says(&q, S) && m.type == DHCP6_ADVERTISE && !m.rapid);
	c.rapid = true;
	dhcp6_server_init(&s, &c);
	EXPECT(says(&q, S) && m.type == DHCP6_REPLY && m.rapid && has(0x100));
	EXPECT(!ip_is_none(dhcp6_server_address(&s, 0, S).ip));
	q.client = dhcp6_duid_of(mac_of(2));
	EXPECT(says(&q, S) && m.type == DHCP6_ADVERTISE && !m.rapid);
	q.client = dhcp6_duid_of(mac_of(1));
	q.rapid = false;
	EXPECT(says(&q, S) && m.type == DHCP6_ADVERTISE);
}

TEST(of_several_associations_of_a_kind_the_first_counts)
{
	u8 room[DHCP6_ANSWER_BYTES_MAX], hex[128];
	usize n;

	start(4, 4);
	EXPECT(dhcp6_answer(&s,
		test_hex(span_of(hex), "01 000001 0001 0004 00030001 0003 000c 00000001 00000000 00000000 "
				       "0003 000c 00000002 00000000 00000000"),
		S, span_of(room), &n));
	EXPECT(dhcp6_message_read(view_make(room, n), &m) && m.address.iaid == 1);
}

TEST(the_longest_answer_fits_the_room_that_is_asked_for)
{
	struct dhcp6_server_config c = config(1, 1);
	struct dhcp6_message q = from(1, DHCP6_RENEW);
	u8 sent[DHCP6_ANSWER_BYTES_MAX], room[DHCP6_ANSWER_BYTES_MAX], name[SEARCH_NAME_BYTES];
	struct writer w = writer_of(span_of(sent));
	usize n;

	for (usize i = 0; i < sizeof name; i += 1)
		name[i] = i % 2 == 0 ? 'a' : '.';
	c.search = (struct search){ 0 };
	EXPECT(search_add(&c.search, view_of(name)) && search_add(&c.search, text("lab")));
	c.resolver[2] = c.resolver[1];
	dhcp6_server_init(&s, &c);
	fill(span_of(q.client.bytes), 0xaa);
	q.client.count = DHCP6_DUID_MAX;
	q.address = asks_for(address(0x100));
	q.prefix = asks_for(net(0));
	EXPECT(says(&q, S));
	q.address.ip = address(0x101);
	q.prefix.ip = net(1);
	dhcp6_message_write(&w, &q);
	EXPECT(dhcp6_answer(&s, write_done(&w), S, span_of(room), &n));
	EXPECT(n > 600 && n <= DHCP6_ANSWER_BYTES_MAX);
	EXPECT_PANIC((void)dhcp6_answer(
		&s, write_done(&w), S, span_first(span_of(room), DHCP6_ANSWER_BYTES_MAX - 1), &n));
}

TEST(a_configuration_that_makes_no_sense_is_the_callers_bug)
{
	struct dhcp6_server_config c = config(33, 0);

	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(0, 33);
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(1, 1);
	c.preferred_s = 9;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c.preferred_s = 2001;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(1, 1);
	c.valid_s = DHCP6_FOREVER;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(1, 1);
	c.first.ip.lo += 1;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(1, 1);
	c.prefix.bits = 65;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c.prefix.bits = 31;
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
	c = config(1, 1);
	c.prefix.ip.hi += 0x100; /* the second of its thirty-two */
	EXPECT_PANIC(dhcp6_server_init(&s, &c));
}
