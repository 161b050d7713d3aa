#include "plat/net_stream.h"
#include "base/writer.h"
#include "test/test.h"

static u8 rx[NET_STREAM_FRAME_BYTES + 2000], tx[NET_STREAM_FRAME_BYTES * 2];

static usize arrive(struct net_stream *s, struct view bytes)
{
	usize n = copy(net_stream_rx_room(s, span_of(rx)), bytes);

	net_stream_rx_put(s, n);
	return n;
}

TEST(frames_are_found_however_the_stream_is_cut)
{
	static u8 all[9000];
	struct writer w = writer_of(span_of(all));
	const u32 lengths[] = { 60, 1514, 1, 0, 4000, 14 };

	for (usize i = 0; i < COUNT(lengths); i += 1) {
		write_be32(&w, lengths[i]);
		write_fill(&w, (u8)(i + 1), lengths[i]);
	}
	for (usize piece = 1; piece < 6000; piece = piece * 2 + 1) {
		struct net_stream s = { 0 };
		usize found = 0;
		u32 at, len;

		for (usize done = 0; done < write_len(&w); done += piece) {
			arrive(&s, view_first(view_from(write_done(&w), done), piece));
			while (net_stream_rx(&s, span_of(rx), &at, &len)) {
				EXPECT_EQ(len, lengths[found]);
				EXPECT(len == 0 || (rx[at] == found + 1 && rx[at + len - 1] == found + 1));
				found += 1;
			}
		}
		EXPECT_EQ(found, COUNT(lengths));
		EXPECT(!s.broken);
	}
}

TEST(the_largest_frame_fits_behind_any_rest_and_a_larger_one_breaks_the_stream)
{
	struct net_stream s = { 0 };
	u8 length[4];
	struct writer w = writer_of(span_of(length));
	static u8 body[NET_STREAM_FRAME_BYTES];
	u32 at, len;

	write_be32(&w, NET_STREAM_FRAME_BYTES);
	EXPECT_EQ(arrive(&s, view_of(length)), 4);
	EXPECT(!net_stream_rx(&s, span_of(rx), &at, &len));
	EXPECT_EQ(arrive(&s, view_of(body)), sizeof body);
	EXPECT(net_stream_rx(&s, span_of(rx), &at, &len));
	EXPECT_EQ(len, sizeof body);

	w = writer_of(span_of(length));
	write_be32(&w, NET_STREAM_FRAME_BYTES + 1);
	arrive(&s, view_of(length));
	EXPECT(!net_stream_rx(&s, span_of(rx), &at, &len));
	EXPECT(s.broken);
	EXPECT_EQ(net_stream_rx_room(&s, span_of(rx)).n, 0);
	EXPECT(!net_stream_rx(&s, span_of(rx), &at, &len));
}

TEST(what_a_slow_reader_takes_in_sips_is_the_stream_that_was_sent)
{
	struct net_stream s = { 0 }, back = { 0 };
	u32 put = 0, got = 0, refused = 0, seed = 1, at, len;

	while (got < 3000) {
		u8 head[1] = { (u8)put };
		struct net_send send = { .piece = { view_make("abcdefgh", put % 8), view_none(),
						 view_make(tx, 0) } };
		struct net_soft soft = net_soft_begin(view_of(head), &send);

		seed = seed * 1103515245u + 12345u;
		if (put < 3000 && net_stream_tx_put(&s, span_of(tx), &soft, view_of(head), &send))
			put += 1;
		else if (put < 3000)
			refused += 1;

		struct view sip =
			view_first(net_stream_tx(&s, span_of(tx)), put < 2900 ? seed >> 16 & 3u : 500);
		usize n = arrive(&back, sip);

		net_stream_tx_done(&s, span_of(tx), n);
		while (net_stream_rx(&back, span_of(rx), &at, &len)) {
			EXPECT_EQ(len, 1 + got % 8);
			EXPECT_EQ(rx[at], (u8)got);
			EXPECT_EQ(rx[at + len - 1], len > 1 ? (u8)('a' + len - 2) : (u8)got);
			got += 1;
		}
	}
	EXPECT(!net_stream_waits(&s));
	EXPECT_EQ(refused, 0);
}

TEST(a_full_queue_refuses_a_frame_whole)
{
	struct net_stream s = { 0 };
	static u8 body[60000];
	struct net_send send = { .piece = { view_of(body), view_none(), view_none() } };
	struct net_soft soft = net_soft_begin(text("h"), &send);

	EXPECT(net_stream_tx_fits(&s, span_of(tx)));
	EXPECT(net_stream_tx_put(&s, span_of(tx), &soft, text("h"), &send));
	soft = net_soft_begin(text("h"), &send);
	EXPECT(net_stream_tx_put(&s, span_of(tx), &soft, text("h"), &send));
	EXPECT(!net_stream_tx_fits(&s, span_of(tx)));
	soft = net_soft_begin(text("h"), &send);
	EXPECT(!net_stream_tx_put(&s, span_of(tx), &soft, text("h"), &send));
	EXPECT_EQ(net_soft_count(&soft), 1);
	EXPECT_EQ(net_stream_tx(&s, span_of(tx)).n, 2 * 60005);
	net_stream_tx_done(&s, span_of(tx), 60005 + 30000);
	EXPECT(net_stream_tx_put(&s, span_of(tx), &soft, text("h"), &send));
	EXPECT_EQ(net_stream_tx(&s, span_of(tx)).n, 30005 + 60005);
}
