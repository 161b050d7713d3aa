#include "plat/net_soft.h"
#include "base/reader.h"
#include "base/sum.h"
#include "base/writer.h"
#include "lib/parts/parts.h"

enum { ETHERNET = 14, TAG = 4, TAGGED = 0x8100, IP4 = 20, IP6 = 40, TCP = 20, PROTOCOL_TCP = 6 };
enum { FLAG_FIN = 1, FLAG_PSH = 8, FLAG_CWR = 0x80 };

usize net_soft_bytes(struct view head, const struct net_send *send)
{
	usize n = head.n;

	for (usize i = 0; i < NET_PIECES; i += 1)
		n += send->piece[i].n;
	return n;
}

struct net_soft net_soft_begin(struct view head, const struct net_send *send)
{
	usize all = net_soft_bytes(head, send);

	if (!image_parts.offloads || send->gso == NET_GSO_NONE)
		return (struct net_soft){ .payload = all, .size = all, .finished = all == 0 };

	require(send->csum == NET_CSUM_FILL);
	require(send->gso_size > 0);
	require(send->head_len <= head.n);
	require(send->csum_start >= ETHERNET + (send->gso == NET_GSO_TCP4 ? IP4 : IP6));
	require(send->csum_start + TCP <= send->head_len);
	return (struct net_soft){
		.payload = all - send->head_len, .head = send->head_len, .size = send->gso_size
	};
}

usize net_soft_length(const struct net_soft *s)
{
	usize left = s->payload - s->at;

	if (!image_parts.offloads)
		return s->payload;
	return s->head + (left < s->size ? left : s->size);
}

usize net_soft_count(const struct net_soft *s)
{
	usize left = s->payload - s->at;

	if (s->finished || !image_parts.offloads)
		return s->finished ? 0 : 1;
	return left == 0 ? 1 : (left + s->size - 1) / s->size;
}

/* n bytes of the whole frame, from `at`, over the seams between its pieces. */
static void gather(struct view head, const struct net_send *send, usize at, struct span to)
{
	usize n = copy(to, view_from(head, at));

	at = at > head.n ? at - head.n : 0;
	for (usize i = 0; i < NET_PIECES && n < to.n; i += 1) {
		n += copy(span_from(to, n), view_from(send->piece[i], at));
		at = at > send->piece[i].n ? at - send->piece[i].n : 0;
	}
}

static void put16(struct span frame, usize at, u32 v)
{
	span_set(frame, at, (u8)(v / 0x100u % 0x100u));
	span_set(frame, at + 1, (u8)(v % 0x100u));
}

static u16 get16(struct span frame, usize at)
{
	return (u16)(view_at(span_view(frame), at) * 0x100u + view_at(span_view(frame), at + 1));
}

/* Replaces the field, which holds a partial sum or zero, by the checksum of all
 * from `start`. UDP's zero means "none", so a sum of zero is sent as its other
 * form (RFC 768; RFC 8200 8.1). */
static void finish_sum(struct span frame, u32 start, u32 offset, u64 sum)
{
	u16 v = sum_finish(sum_bytes(sum, span_view(span_from(frame, start))));

	put16(frame, start + offset, v == 0 && offset == 6 ? 0xffffu : v);
}

/* Where IP begins: behind a VLAN tag, if there is one (IEEE 802.1Q). */
static usize ip_at(struct span frame)
{
	return get16(frame, ETHERNET - 2) == TAGGED ? ETHERNET + TAG : ETHERNET;
}

static void fix_ip4(struct span frame, u32 tcp, u32 index)
{
	usize ip = ip_at(frame);
	usize header = (view_at(span_view(frame), ip) % 16u) * 4u;

	require(view_at(span_view(frame), ip) / 16u == 4 && ip + header == tcp);
	put16(frame, ip + 2, (u32)(frame.n - ip));
	put16(frame, ip + 4, get16(frame, ip + 4) + index);
	put16(frame, ip + 10, 0);
	put16(frame, ip + 10, sum_finish(sum_bytes(0, view_first(span_view(span_from(frame, ip)), header))));
}

static void fix_ip6(struct span frame)
{
	usize ip = ip_at(frame);

	require(view_at(span_view(frame), ip) / 16u == 6);
	put16(frame, ip + 4, (u32)(frame.n - ip - IP6));
}

/* The segment's own lengths, numbers and flags over the copy of the headers.
 * The pseudo-header is summed from the addresses again, because the field's
 * partial sum has the length of the whole (RFC 9293 3.1; RFC 8200 8.1). */
static void fix_segment(const struct net_soft *s, const struct net_send *send, struct span frame, bool last)
{
	u32 tcp = send->csum_start;
	struct view v = span_view(frame);
	struct reader r = reader_of(view_from(v, tcp + 4u));
	u32 sequence = read_be32(&r) + (u32)s->at;
	u8 flags = view_at(v, tcp + 13u);
	struct view addresses;

	if (send->gso == NET_GSO_TCP4) {
		fix_ip4(frame, tcp, s->index);
		addresses = view_first(view_from(v, ip_at(frame) + 12), 8);
	} else {
		fix_ip6(frame);
		addresses = view_first(view_from(v, ip_at(frame) + 8), 32);
	}
	put16(frame, tcp + 4u, sequence / 0x10000u);
	put16(frame, tcp + 6u, sequence % 0x10000u);
	if (!last)
		flags = (u8)(flags & ~(FLAG_FIN | FLAG_PSH));
	if (s->index > 0)
		flags = (u8)(flags & ~FLAG_CWR);
	span_set(frame, tcp + 13u, flags);

	u64 pseudo = sum_u32(sum_word(0, PROTOCOL_TCP), (u32)(frame.n - tcp));

	put16(frame, (usize)tcp + send->csum_offset, 0);
	finish_sum(frame, tcp, send->csum_offset, sum_bytes(pseudo, addresses));
}

usize net_soft_next(struct net_soft *s, struct view head, const struct net_send *send, struct span to)
{
	usize n = net_soft_length(s);

	if (s->finished || to.n < n)
		return 0;
	if (!image_parts.offloads) { /* a frame is a frame */
		gather(head, send, 0, span_first(to, n));
		s->finished = true;
		return n;
	}

	struct span frame = span_first(to, n);
	bool last = s->at + (n - s->head) == s->payload;

	gather(head, send, 0, span_first(frame, s->head));
	gather(head, send, s->head + s->at, span_from(frame, s->head));
	if (image_parts.offloads && send->gso != NET_GSO_NONE)
		fix_segment(s, send, frame, last);
	else if (image_parts.offloads && send->csum == NET_CSUM_FILL)
		finish_sum(frame, send->csum_start, send->csum_offset, 0);
	s->at += n - s->head;
	s->index += 1;
	s->finished = last;
	return n;
}
