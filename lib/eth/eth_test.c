#include "lib/eth/eth.h"
#include "test/test.h"

static bool reads(const char *hex, struct eth *e, struct reader *r)
{
	static u8 room[64];

	*r = reader_of(test_hex(span_of(room), hex));
	return eth_read(r, e);
}

TEST(a_frame_is_two_addresses_a_type_and_the_packet)
{
	struct eth e;
	struct reader r;

	EXPECT(reads("020000000001 020000000002 0800 4500", &e, &r));
	EXPECT_EQ(e.type, ETH_IP4);
	EXPECT(mac_equal(e.to, (struct mac){ { 2, 0, 0, 0, 0, 1 } }));
	EXPECT(mac_equal(e.from, (struct mac){ { 2, 0, 0, 0, 0, 2 } }));
	EXPECT_EQ(read_left(&r), 2);
}

TEST(a_frame_that_cannot_be_one_is_refused)
{
	struct eth e;
	struct reader r;

	EXPECT(!reads("", &e, &r));
	EXPECT(!reads("020000000001 020000000002 08", &e, &r));
	EXPECT(!reads("020000000001 020000000002 05ff", &e, &r)); /* a length */
	EXPECT(reads("020000000001 020000000002 0600", &e, &r));
	EXPECT(!reads("020000000001 030000000002 0800", &e, &r)); /* a group speaks */
	EXPECT_EQ(e.type, 0);
}

/* IEEE 802.1Q 9. */
TEST(a_tag_says_which_network_a_frame_is_of)
{
	struct eth e;
	struct reader r;

	EXPECT(reads("020000000001 020000000002 8100 0007 0800 45", &e, &r));
	EXPECT(e.vlan == 7 && e.type == ETH_IP4 && read_left(&r) == 1);
	EXPECT(reads("020000000001 020000000002 8100 ffFE 86dd", &e, &r) && e.vlan == 4094); /* priority 7 */
	EXPECT(reads("020000000001 020000000002 8100 e000 0800", &e, &r) &&
		e.vlan == 0);                                               /* a priority alone */
	EXPECT(!reads("020000000001 020000000002 8100 0fff 0800", &e, &r)); /* reserved */
	EXPECT(!reads("020000000001 020000000002 8100 0007", &e, &r));
	EXPECT(!reads("020000000001 020000000002 8100 0007 0100", &e, &r)); /* a length behind it */
	EXPECT(reads("020000000001 020000000002 8100 0007 8100 0008 0800", &e, &r));
	EXPECT(e.type == ETH_VLAN); /* one tag is taken off: nobody speaks this type */
}

TEST(a_tag_that_is_written_is_read_back)
{
	u8 room[ETH_HEADER_BYTES + ETH_TAG_BYTES];
	struct writer w = writer_of(span_of(room));
	struct eth e = { mac_broadcast(), { { 2, 1, 2, 3, 4, 5 } }, ETH_IP6, 4094 }, back;

	eth_write(&w, &e);
	EXPECT_EQ(write_len(&w), ETH_HEADER_BYTES + ETH_TAG_BYTES);
	struct reader r = reader_of(write_done(&w));
	EXPECT(eth_read(&r, &back) && back.vlan == 4094 && back.type == ETH_IP6);
}

TEST(a_station_takes_its_own_frames_and_those_to_groups)
{
	struct mac own = { { 2, 0, 0, 0, 0, 1 } };
	struct eth e;
	struct reader r;

	EXPECT(reads("020000000001 020000000002 0800", &e, &r) && eth_is_for(&e, own));
	EXPECT(reads("ffffffffffff 020000000002 0800", &e, &r) && eth_is_for(&e, own));
	EXPECT(reads("333300000001 020000000002 0800", &e, &r) && eth_is_for(&e, own));
	EXPECT(reads("020000000009 020000000002 0800", &e, &r) && !eth_is_for(&e, own));
}

TEST(what_is_written_is_read_back)
{
	u8 room[ETH_HEADER_BYTES];
	struct writer w = writer_of(span_of(room));
	struct eth e = { mac_broadcast(), { { 2, 1, 2, 3, 4, 5 } }, ETH_ARP, 0 }, back;

	eth_write(&w, &e);
	EXPECT_EQ(write_len(&w), ETH_HEADER_BYTES);
	struct reader r = reader_of(write_done(&w));
	EXPECT(eth_read(&r, &back) && read_finished(&r));
	EXPECT(mac_equal(back.to, e.to) && mac_equal(back.from, e.from) && back.type == e.type);
}

TEST(a_station_is_neither_a_group_nor_nobody)
{
	EXPECT(mac_is_station((struct mac){ { 2, 0, 0, 0, 0, 1 } }));
	EXPECT(!mac_is_station(mac_none()));
	EXPECT(!mac_is_station(mac_broadcast()));
	EXPECT(!mac_is_station((struct mac){ { 1, 0, 0x5e, 0, 0, 1 } }));
}
