/* host_pieces.c - packets larger than their path, cut: RFC 791 3.2, RFC 8200 4.5. */
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

u16 host_path_mtu(const struct host *h, struct ip to)
{
	u16 link = h->net.mtu;

	if (!image_parts.errors) /* nobody tells: what every path takes, or routers cut it (host_out_send) */
		return ip_is4(to) || link < IP6_MIN_MTU ? link : IP6_MIN_MTU;
	if (!ip_is4(to) && h->slaac.mtu != 0 && h->slaac.mtu < link)
		link = (u16)h->slaac.mtu; /* RFC 4861 4.6.4: the routers know the link better */
	return pmtu_of(&h->pmtu, to, link, h->now);
}

/* RFC 7739: numbers that nobody guesses and that come round late: one counter, elsewhere
 * for every destination. */
static u32 fragment_id(struct host *h, struct ip to)
{
	h->fragment_id += 1;
	return (u32)siphash_words(&h->key, to.hi, to.lo, 0, 0) + h->fragment_id;
}

/* What never meets a wire is not cut. */
static bool send_whole(
	struct host *h, struct ip from, struct ip to, u8 protocol, struct view head, struct view body)
{
	struct net_send send = { .piece = { body } };
	struct host_out o;

	if (!host_out_begin(h, &o, from, to, protocol))
		return false;
	write_view(&o.w, head);
	host_out_send(h, &o, &send);
	return true;
}

/* One piece: the header's part of it, if any, and the body's. */
static bool send_piece(struct host *h, struct ip from, struct ip to, u8 protocol, u32 id,
	const struct host_piece *piece, struct view head, struct view body)
{
	bool four = ip_is4(to);
	struct net_send send = { .piece = { body } };
	struct host_out o;

	if (!host_out_begin(h, &o, from, to, four ? protocol : IP6_FRAGMENT_HEADER))
		return false;
	o.piece = *piece;
	o.is_piece = true;
	if (!four)
		ip6_write_fragment(&o.w, protocol, id, piece->offset_bytes, piece->more);
	write_view(&o.w, head);
	host_out_send(h, &o, &send);
	return true;
}

bool host_send_pieces(
	struct host *h, struct ip from, struct ip to, u8 protocol, struct view head, struct view body)
{
	u32 headers = ip_is4(to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES + IP6_FRAGMENT_BYTES;
	u32 each = (host_path_mtu(h, to) - headers) / 8u * 8u, id = fragment_id(h, to);
	usize total = head.n + body.n, n = 0;

	require(head.n <= each);
	if (host_is_itself(h, to))
		return send_whole(h, from, to, protocol, head, body);
	for (usize at = 0; at < total; at += n) {
		struct host_piece piece = { (u16)id, (u16)at, total - at > each };
		struct view first = at == 0 ? head : view_none();
		usize skip = at == 0 ? 0 : at - head.n;

		n = piece.more ? each : total - at;
		if (!send_piece(h, from, to, protocol, id, &piece, first,
			    view_first(view_from(body, skip), n - first.n)))
			return false;
	}
	return true;
}
