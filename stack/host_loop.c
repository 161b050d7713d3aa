/* host_loop.c - packets of a host to itself: kept here, and never seen by a port. See host_loopback(). */
#include "lib/ip4/ip4.h"
#include "lib/ip6/ip6.h"
#include "stack/host.h"

void host_loopback(struct host *h, struct host_loopback *x)
{
	require(image_parts.loopback);
	h->loopback = x;
}

/* What this step has not looked at yet. */
static struct host_loop_batch *filling(const struct host *h)
{
	return &h->loopback->batch[h->loopback->filling];
}

struct span host_loop_room(const struct host *h)
{
	struct host_loop_batch *b = filling(h);
	struct span left = span_from(span_of(b->bytes), b->bytes_used);

	return b->count < HOST_LOOP_PACKETS && left.n >= HOST_LOOP_LEAST ? left : span_none();
}

bool host_loop_is_empty(const struct host *h)
{
	return !host_has_loopback(h) || filling(h)->count == 0;
}

void host_loop_out(struct host *h, const struct host_out *o, usize head, const struct net_send *send)
{
	struct host_loop_batch *b = filling(h);
	struct writer w = writer_of(span_from(o->room, head));
	struct host_loop_packet *p = &b->packet[b->count];
	usize ip = o->at - (ip_is4(o->to) ? IP4_HEADER_BYTES : IP6_HEADER_BYTES);

	for (u32 i = 0; i < NET_PIECES; i += 1)
		write_view(&w, send->piece[i]);
	if (write_bad(&w)) {
		host_count(&h->counts.dropped_port_full, 1);
		return;
	}
	*p = (struct host_loop_packet){ .from = o->from,
		.to = o->to,
		.protocol = o->protocol,
		.hop_limit = o->hop_limit,
		.ecn = o->tos % 4u,
		.ip_at = b->bytes_used + (u32)ip,
		.at = b->bytes_used + (u32)o->at,
		.end = b->bytes_used + (u32)(head + write_len(&w)) };
	b->bytes_used = p->end;
	b->count += 1;
}

static void packet_in(struct host *h, const struct host_loop_packet *l, struct view bytes)
{
	struct net_frame frame = { .data = bytes, .csum = NET_CSUM_GOOD };
	struct host_packet p = { .from = l->from,
		.to = l->to,
		.whole = view_from(bytes, l->ip_at),
		.protocol = l->protocol,
		.hop_limit = l->hop_limit,
		.ecn = l->ecn,
		.looped = true,
		.frame = &frame };

	host_count(&host_ip_counts(h, p.to)->in_receives, 1);
	(void)host_packet_in(h, &p, view_from(bytes, l->at));
}

/* Each round takes what the one before brought about; what is left after the last one is the next step's. */
void host_loop_in(struct host *h)
{
	for (u32 rounds = 0; rounds < HOST_LOOP_ROUNDS && !host_loop_is_empty(h); rounds += 1) {
		struct host_loop_batch *b = filling(h);

		h->loopback->filling ^= 1u;
		for (u32 i = 0; i < b->count; i += 1)
			packet_in(h, &b->packet[i], view_first(view_of(b->bytes), b->packet[i].end));
		b->count = 0;
		b->bytes_used = 0;
	}
}
