#include "plat/net_stream.h"
#include "base/reader.h"
#include "base/writer.h"

struct span net_stream_rx_room(struct net_stream *s, struct span rx)
{
	s->filled = (u32)slide(span_first(rx, s->filled), s->parsed);
	s->parsed = 0;
	return s->broken ? span_none() : span_from(rx, s->filled);
}

void net_stream_rx_put(struct net_stream *s, usize n)
{
	s->filled += (u32)n;
}

bool net_stream_rx(struct net_stream *s, struct span rx, u32 *at, u32 *len)
{
	struct reader r = reader_of(view_from(view_first(span_view(rx), s->filled), s->parsed));
	u32 n = read_be32(&r);

	*at = 0;
	*len = 0;
	if (read_bad(&r) || s->broken)
		return false;
	s->broken = n > NET_STREAM_FRAME_BYTES;
	if (s->broken || read_left(&r) < n)
		return false;
	*at = s->parsed + NET_STREAM_LENGTH;
	*len = n;
	s->parsed += NET_STREAM_LENGTH + n;
	return true;
}

bool net_stream_tx_fits(const struct net_stream *s, struct span tx)
{
	return tx.n - s->queued >= NET_STREAM_LENGTH + NET_STREAM_FRAME_BYTES;
}

bool net_stream_tx_put(struct net_stream *s, struct span tx, struct net_soft *soft, struct view head,
	const struct net_send *send)
{
	while (net_soft_more(soft)) {
		struct span room = span_from(tx, s->queued);
		usize n = net_soft_next(soft, head, send, span_from(room, NET_STREAM_LENGTH));
		struct writer w = writer_of(room);

		if (n == 0)
			return false;
		write_be32(&w, (u32)n);
		s->queued += NET_STREAM_LENGTH + (u32)n;
	}
	return true;
}

struct view net_stream_tx(const struct net_stream *s, struct span tx)
{
	return view_from(view_first(span_view(tx), s->queued), s->sent);
}

/* What is left is moved only when half of the room is behind it: a slow reader
 * must not cost a move of everything at each of its sips. */
void net_stream_tx_done(struct net_stream *s, struct span tx, usize n)
{
	require(n <= s->queued - s->sent);
	s->sent += (u32)n;
	if (s->sent == s->queued || s->sent >= tx.n / 2) {
		s->queued = (u32)slide(span_first(tx, s->queued), s->sent);
		s->sent = 0;
	}
}
