/* effect.c - see effect.h. */
#include "plat/record/effect.h"

/* Kinds are mixed in first, so that a send of n bytes is never a write of the same n. */
enum effect {
	EFFECT_NET_SEND = 1,
	EFFECT_NET_DONE,
	EFFECT_MULTICAST,
	EFFECT_SUBMIT,
	EFFECT_CONSOLE,
	EFFECT_CONSOLE_DONE,
	EFFECT_WAKE,
	EFFECT_LEAVE
};

/* 2^64 divided by the golden ratio, odd: the usual multiplier that spreads low bits to high ones. */
#define SPREAD 0x9e3779b97f4a7c15ull

u64 effect_number(u64 seed, u64 n)
{
	u64 h = (seed ^ n) * SPREAD;

	return h ^ (h >> 32);
}

static u64 load_le64(const u8 *p)
{
	u64 v;

	__builtin_memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

u64 effect_bytes(u64 seed, struct view v)
{
	u64 h = effect_number(seed, v.n);
	u64 tail = 0;
	usize i = 0;

	for (; i + 8 <= v.n; i += 8)
		h = effect_number(h, load_le64(v.p + i));
	for (u32 shift = 0; i < v.n; i += 1, shift += 8)
		tail |= (u64)v.p[i] << shift;
	return effect_number(h, tail);
}

static void mix(struct effects *e, enum effect kind, u64 a, u64 b)
{
	e->hash = effect_number(effect_number(effect_number(e->hash, kind), a), b);
}

void effect_net_send(struct effects *e, u32 port, struct view head, const struct net_send *send)
{
	mix(e, EFFECT_NET_SEND, port, (u64)send->csum << 8 | (u64)send->gso);
	if (send->csum == NET_CSUM_FILL)
		e->hash = effect_number(e->hash, (u64)send->csum_start << 16 | send->csum_offset);
	if (send->gso != NET_GSO_NONE)
		e->hash = effect_number(e->hash, (u64)send->gso_size << 16 | send->head_len);
	e->hash = effect_bytes(e->hash, head);
	for (u32 i = 0; i < NET_PIECES; i += 1)
		if (send->piece[i].n > 0)
			e->hash = effect_bytes(e->hash, send->piece[i]);
}

void effect_net_rx_done(struct effects *e, u32 port, usize n)
{
	mix(e, EFFECT_NET_DONE, port, n);
}

void effect_net_multicast(struct effects *e, u32 port, struct mac group, bool want)
{
	mix(e, EFFECT_MULTICAST, port, want);
	e->hash = effect_bytes(e->hash, view_of(group.b));
}

void effect_block_submit(struct effects *e, u32 disk, const struct block_request *request, bool accepted)
{
	mix(e, EFFECT_SUBMIT, disk, (u64)request->op << 2 | (u64)request->fua << 1 | (u64)accepted);
	mix(e, EFFECT_SUBMIT, request->sector, request->sectors);
	e->hash = effect_number(e->hash, request->tag);
	if (request->op == BLOCK_WRITE)
		e->hash = effect_bytes(e->hash, span_view(request->data));
}

void effect_console_write(struct effects *e, struct view v)
{
	mix(e, EFFECT_CONSOLE, 0, 0);
	e->hash = effect_bytes(e->hash, v);
}

void effect_console_rx_done(struct effects *e, usize n)
{
	mix(e, EFFECT_CONSOLE_DONE, n, 0);
}

void effect_wake(struct effects *e, u64 wake)
{
	mix(e, EFFECT_WAKE, wake, 0);
}

void effect_leave(struct effects *e, u8 status)
{
	mix(e, EFFECT_LEAVE, status, 0);
}
