/* sim_link.c - see sim_link.h. */
#include "plat/sim/sim_link.h"

#define ETHERNET_BYTES 14u
#define VLAN_BYTES     4u
#define MOST_BURST     15u
#define QUEUE_BYTES    262144u
#define REORDER_NS     (3 * NS_PER_MS / 2)

/* How long these bytes take; preamble, frame check sequence and gap are not counted. */
static u64 serial_ns(const struct sim_link *l, u64 bytes)
{
	if (l->model.rate_bits == 0)
		return 0;
	return (u64)((unsigned __int128)bytes * 8 * NS_PER_S / l->model.rate_bits);
}

u64 link_backlog_bytes(const struct sim_link *l, u64 now)
{
	if (l->idle_at <= now)
		return 0;
	return (u64)((unsigned __int128)(l->idle_at - now) * l->model.rate_bits / 8 / NS_PER_S);
}

u64 link_backlog_below(const struct sim_link *l, u64 bytes, u64 now)
{
	u64 drained = serial_ns(l, bytes);

	return l->idle_at > now + drained ? l->idle_at - drained : now;
}

static u64 reorder_ns(const struct sim_link *l)
{
	return l->model.reorder_ns > 0 ? l->model.reorder_ns : REORDER_NS;
}

u32 link_pass(struct sim_link *l, usize frame_bytes, u64 now, struct sim_arrival arrivals[2])
{
	const struct sim_link_model *m = &l->model;
	u64 queue = m->queue_bytes > 0 ? m->queue_bytes : QUEUE_BYTES;
	u64 at = now;
	u32 n = 1;

	l->counts.frames += 1;
	l->counts.bytes += frame_bytes;
	if (frame_bytes > (m->mtu > 0 ? m->mtu : 1500u) + ETHERNET_BYTES + VLAN_BYTES) {
		l->counts.oversized += 1;
		return 0;
	}
	if (m->rate_bits > 0) {
		if (link_backlog_bytes(l, now) > queue) {
			l->counts.overflowed += 1;
			return 0;
		}
		l->idle_at = (l->idle_at > now ? l->idle_at : now) + serial_ns(l, frame_bytes);
		at = l->idle_at;
	}
	if (dice_chance(&l->dice, m->loss)) {
		l->counts.lost += 1;
		return 0;
	}
	at += m->delay_ns;
	if (m->jitter_ns > 0)
		at += dice_below(&l->dice, m->jitter_ns);
	if (dice_chance(&l->dice, m->reorder)) {
		at += reorder_ns(l);
		l->counts.reordered += 1;
	} else {
		at = at > l->last_at ? at : l->last_at;
		l->last_at = at;
	}
	arrivals[0] = (struct sim_arrival){ at, 0 };
	if (dice_chance(&l->dice, m->duplicate)) {
		arrivals[1] = (struct sim_arrival){ at + dice_below(&l->dice, reorder_ns(l)), 0 };
		l->counts.duplicated += 1;
		n = 2;
	}
	if (dice_chance(&l->dice, m->corrupt)) {
		arrivals[0].burst = 1 + (u32)dice_below(&l->dice, MOST_BURST);
		l->counts.corrupted += 1;
	}
	return n;
}

/* Bits are counted as they lie on the wire's side of a checksum: high ones first. */
void link_flip(struct sim_link *l, struct span frame, u32 burst)
{
	u64 bits = (u64)frame.n * 8;
	u64 first = dice_below(&l->dice, bits - (burst < bits ? burst : bits) + 1);

	for (u32 i = 0; i < burst && first + i < bits; i += 1) {
		usize at = (usize)((first + i) / 8);

		if (i == 0 || i == burst - 1 || dice_roll(&l->dice) % 2 == 0)
			span_set(frame, at, view_at(span_view(frame), at) ^ (u8)(0x80u >> (first + i) % 8));
	}
}
