#include "base/reader.h"
#include "base/sum.h"
#include "base/writer.h"
#include "lib/ip/ip.h"
#include "plat/net_soft.h"
#include "test/test.h"

/* A frame to send, built as a stack would: Ethernet, IP, then 20 + 12 bytes of TCP header or 8 of UDP. */
struct sample {
	u8 head[256];
	usize head_len;
	u8 payload[70000];
	struct net_send send;
	bool six;
};

static struct ip ip_of(const char *source)
{
	struct reader r = reader_of(view_make(source, strlen(source)));
	struct ip a = ip_none();

	EXPECT(ip_read_text(&r, &a));
	return a;
}

static void build(struct sample *s, bool six, u8 protocol, usize payload, u16 gso)
{
	struct writer w = writer_of(span_of(s->head));
	usize transport = protocol == IP_TCP ? 32 : 8;
	struct ip from = ip_of(six ? "2001:db8::1" : "192.0.2.1"),
		  to = ip_of(six ? "2001:db8::2" : "192.0.2.2");

	memset(s, 0, sizeof *s);
	s->six = six;
	for (usize i = 0; i < sizeof s->payload; i += 1)
		s->payload[i] = (u8)(i * 7 + i / 251);
	write_fill(&w, 2, 12);
	write_be16(&w, six ? 0x86dd : 0x0800);
	if (six) {
		write_be32(&w, 0x60000000);
		write_be16(&w, (u16)(transport + payload));
		write_u8(&w, protocol);
		write_u8(&w, 64);
		write_ip6(&w, from);
		write_ip6(&w, to);
	} else {
		write_be32(&w, 0x45000000u + (u32)(20 + transport + payload));
		write_be32(&w, 0xfffe4000); /* identification about to wrap */
		write_be32(&w, 0x40000000u + protocol * 0x10000u);
		write_ip4(&w, from);
		write_ip4(&w, to);
		u16 sum = sum_finish(sum_bytes(0, view_from(write_done(&w), 14)));

		write_be16_at(&w, 24, sum);
	}
	s->send.csum = NET_CSUM_FILL;
	s->send.csum_start = (u16)write_len(&w);
	u16 partial = sum_fold(ip_pseudo_sum(from, to, protocol, (u32)(transport + payload)));

	write_be32(&w, 0x30390050);
	if (protocol == IP_TCP) {
		write_be32(&w, 0xffffff00); /* the sequence number will wrap */
		write_be32(&w, 77);
		write_be32(&w, 0x80990100u); /* CWR ACK PSH FIN: 0x80 + 0x10 + 8 + 1 */
		write_be16(&w, partial);
		write_be16(&w, 0);
		write_fill(&w, 1, 12);
		s->send.csum_offset = 16;
	} else {
		write_be16(&w, (u16)(8 + payload));
		write_be16(&w, partial);
		s->send.csum_offset = 6;
	}
	s->head_len = write_len(&w);
	if (gso != 0) {
		s->send.gso = six ? NET_GSO_TCP6 : NET_GSO_TCP4;
		s->send.gso_size = gso;
		s->send.head_len = (u16)s->head_len;
	}
	/* pieces of odd lengths, so that seams fall on odd offsets and inside segments */
	usize first = payload / 3 | 1, second = payload / 5 | 1;

	first = first < payload ? first : payload;
	second = second < payload - first ? second : payload - first;
	s->send.piece[0] = view_make(s->payload, first);
	s->send.piece[1] = view_make(s->payload + first, second);
	s->send.piece[2] = view_make(s->payload + first + second, payload - first - second);
}

/* What any receiver checks; returns the transport payload. */
static struct view check_frame(const struct sample *s, struct view frame, u8 protocol)
{
	struct reader r = reader_of(view_from(frame, 14));
	usize ip_bytes = s->six ? 40 : 20;
	struct view packet = view_from(frame, 14), segment = view_from(packet, ip_bytes);
	struct ip from, to;

	if (s->six) {
		read_skip(&r, 4);
		EXPECT_EQ(read_be16(&r), segment.n);
		read_skip(&r, 2);
		from = read_ip6(&r);
		to = read_ip6(&r);
	} else {
		EXPECT_EQ(sum_finish(sum_bytes(0, view_first(packet, 20))), 0);
		read_skip(&r, 2);
		EXPECT_EQ(read_be16(&r), packet.n);
		read_skip(&r, 8);
		from = read_ip4(&r);
		to = read_ip4(&r);
	}
	EXPECT_EQ(sum_finish(sum_bytes(ip_pseudo_sum(from, to, protocol, (u32)segment.n), segment)), 0);
	return view_from(segment, protocol == IP_TCP ? 32 : 8);
}

static void cut_and_check(bool six, usize payload, u16 gso)
{
	static struct sample s;
	static u8 room[70000];
	u32 at = 0, index = 0;

	build(&s, six, IP_TCP, payload, gso);
	struct view head = view_make(s.head, s.head_len);
	struct net_soft soft = net_soft_begin(head, &s.send);
	usize count = net_soft_count(&soft);

	while (net_soft_more(&soft)) {
		usize length = net_soft_length(&soft);

		EXPECT_EQ(net_soft_next(&soft, head, &s.send, span_make(room, length - 1)), 0);
		EXPECT_EQ(net_soft_next(&soft, head, &s.send, span_of(room)), length);
		struct view frame = view_make(room, length), data = check_frame(&s, frame, IP_TCP);
		struct reader tcp = reader_of(view_from(frame, s.send.csum_start));
		bool last = at + data.n == payload;

		read_skip(&tcp, 4);
		EXPECT_EQ(read_be32(&tcp), (u32)(0xffffff00u + at));
		EXPECT_EQ(read_be32(&tcp), 77);
		EXPECT_EQ(read_be16(&tcp), 0x8010u | (index == 0 ? 0x80u : 0u) | (last ? 9u : 0u));
		if (!six)
			EXPECT_EQ(view_at(frame, 18) * 256 + view_at(frame, 19), (u16)(0xfffe + index));
		EXPECT_EQ(data.n, last ? payload - at : gso);
		EXPECT_VIEW(data, view_make(s.payload + at, data.n));
		at += (u32)data.n;
		index += 1;
	}
	EXPECT_EQ(at, payload);
	EXPECT_EQ(index, count);
	EXPECT_EQ(net_soft_next(&soft, head, &s.send, span_of(room)), 0);
}

TEST(segments_carry_the_whole_payload_in_order_with_right_headers_and_sums)
{
	for (int six = 0; six < 2; six += 1) {
		cut_and_check(six, 65000, 1448);
		cut_and_check(six, 14480, 1448); /* an exact multiple: no empty segment at the end */
		cut_and_check(six, 4001, 537);
		cut_and_check(six, 100, 1448); /* one segment only */
		cut_and_check(six, 9, 1);
	}
}

TEST(payload_that_lies_in_the_head_is_cut_too)
{
	static struct sample s;
	u8 room[2000], all[1000];
	usize n = 0;

	build(&s, false, IP_TCP, 900, 300);
	s.head[s.head_len] = 0xaa;
	s.head[s.head_len + 1] = 0xbb;
	struct view head = view_make(s.head, s.head_len + 2);
	struct net_soft soft = net_soft_begin(head, &s.send);

	EXPECT_EQ(net_soft_bytes(head, &s.send), s.head_len + 902);
	while (net_soft_more(&soft)) {
		usize length = net_soft_next(&soft, head, &s.send, span_of(room));

		n += copy(
			span_make(all + n, sizeof all - n), check_frame(&s, view_make(room, length), IP_TCP));
	}
	EXPECT_EQ(n, 902);
	EXPECT_EQ(all[0] * 256 + all[1], 0xaabb);
	EXPECT_VIEW(view_make(all + 2, 900), view_make(s.payload, 900));
}

TEST(a_checksum_is_completed_over_all_pieces)
{
	static struct sample s;
	static u8 room[70000];
	const usize lengths[] = { 0, 1, 2, 3, 1000, 1471, 1472 };

	for (int six = 0; six < 2; six += 1)
		for (usize i = 0; i < COUNT(lengths); i += 1)
			for (int tcp = 0; tcp < 2; tcp += 1) {
				u8 protocol = tcp ? IP_TCP : IP_UDP;

				build(&s, six, protocol, lengths[i], 0);
				struct view head = view_make(s.head, s.head_len);
				struct net_soft soft = net_soft_begin(head, &s.send);
				usize n = net_soft_next(&soft, head, &s.send, span_of(room));

				EXPECT_EQ(n, s.head_len + lengths[i]);
				EXPECT(!net_soft_more(&soft));
				EXPECT_VIEW(check_frame(&s, view_make(room, n), protocol),
					view_make(s.payload, lengths[i]));
			}
}

TEST(a_udp_sum_of_zero_is_sent_as_ones)
{
	u8 room[64];
	/* eight bytes whose words add up to ffff with the partial sum in the field */
	u8 bytes[22] = { 0 };
	struct net_send send = { .csum = NET_CSUM_FILL, .csum_start = 14, .csum_offset = 6 };

	bytes[14] = 0xff;
	bytes[15] = 0xff;
	struct net_soft soft = net_soft_begin(view_of(bytes), &send);

	EXPECT_EQ(net_soft_next(&soft, view_of(bytes), &send, span_of(room)), 22);
	EXPECT_EQ(room[20] * 256 + room[21], 0xffff);
}

TEST(a_complete_frame_is_only_gathered)
{
	u8 room[64];
	struct net_send send = { .piece = { text("two"), view_none(), text("four") } };
	struct net_soft soft = net_soft_begin(text("one"), &send);

	EXPECT_EQ(net_soft_next(&soft, text("one"), &send, span_of(room)), 10);
	EXPECT_VIEW(view_make(room, 10), text("onetwofour"));
	EXPECT(!net_soft_more(&soft));
}

TEST(asking_to_cut_what_is_not_tcp_is_a_callers_bug)
{
	static struct sample s;
	u8 room[2000];

	build(&s, false, IP_TCP, 900, 300);
	s.head[14] = 0x65; /* says version 6 */
	struct view head = view_make(s.head, s.head_len);
	struct net_soft soft = net_soft_begin(head, &s.send);

	EXPECT_PANIC(net_soft_next(&soft, head, &s.send, span_of(room)));
	s.send.gso_size = 0;
	EXPECT_PANIC(net_soft_begin(head, &s.send));
}
