#include "stack/flow_table.h"

/* Over all tables: the figure that doc/performance.md promises. */
_Static_assert(sizeof(struct flow) + sizeof(struct slot) + sizeof(struct timer) + 2u * sizeof(u32) <= 512u,
	"an idle connection takes no more");

/* ---- buffers ---- */

void buffers_init(struct buffers *b, u16 *free, u8 *memory, u32 count, u32 bytes)
{
	*b = (struct buffers){ .free = free, .memory = memory, .count = count, .bytes = bytes };
}

u16 buffers_take(struct buffers *b)
{
	u16 which;

	if (b->returned > 0) {
		b->returned -= 1;
		which = b->free[b->returned];
	} else if (b->fresh < b->count) {
		b->fresh += 1;
		which = (u16)b->fresh;
	} else {
		return 0;
	}
	b->used += 1;
	if (b->used > b->most)
		b->most = b->used;
	return which;
}

void buffers_give(struct buffers *b, u16 which)
{
	require(which != 0 && which <= b->fresh && b->returned < b->fresh);
	b->free[b->returned] = which;
	b->returned += 1;
	b->used -= 1;
}

struct span buffers_span(const struct buffers *b, u16 which)
{
	require(which != 0 && which <= b->fresh);
	return span_make(b->memory + (usize)(which - 1u) * b->bytes, b->bytes);
}

/* ---- lists ---- */

static struct flow *flow_at(struct host *h, u32 plus_one)
{
	return plus_one == 0 ? NULL : &h->tables.flows[plus_one - 1u];
}

struct host_service *host_service_at(struct host *h, u16 port)
{
	u32 i = 0;

	while (i < HOST_SERVICES && !(h->services[i].fn && h->services[i].port == port))
		i += 1;
	return i < HOST_SERVICES ? &h->services[i] : &h->any_service;
}

static void unlist(struct flow *f)
{
	struct host *h = f->host;
	struct flow_list *l = &h->lists[f->list];
	struct flow *older = flow_at(h, f->older), *newer = flow_at(h, f->newer);

	if (f->list == FLOW_LIST_NONE)
		return;
	if (image_parts.cookies && f->list == FLOW_LIST_HALF_OPEN)
		host_service_at(h, f->local_port)->half_open -= 1;
	if (older)
		older->newer = f->newer;
	else
		l->first = f->newer;
	if (newer)
		newer->older = f->older;
	else
		l->last = f->older;
	f->older = f->newer = 0;
	f->list = FLOW_LIST_NONE;
}

void flow_enlist(struct flow *f, enum flow_list_name list)
{
	struct host *h = f->host;
	struct flow_list *l = &h->lists[list];
	u32 self = flow_index(f) + 1u;

	unlist(f);
	if (list == FLOW_LIST_NONE)
		return;
	if (image_parts.cookies && list == FLOW_LIST_HALF_OPEN)
		host_service_at(h, f->local_port)->half_open += 1;
	f->list = (u8)list;
	f->older = l->last;
	if (l->last != 0)
		flow_at(h, l->last)->newer = self;
	else
		l->first = self;
	l->last = self;
}

struct flow *flow_list_oldest(struct host *h, enum flow_list_name list)
{
	return flow_at(h, h->lists[list].first);
}

/* ---- the table ---- */

static u32 *bucket_of(struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port)
{
	u64 ends = (peer.lo ^ peer.hi) ^ ((local.lo ^ local.hi) << 1);
	u64 ports = (u64)peer_port << 16 | local_port;
	u64 hash = siphash_words(&h->key, peer.lo, peer.hi ^ ports, local.lo, local.hi ^ ends);

	return &h->tables.buckets[hash & (h->tables.bucket_count - 1u)];
}

/* Two steps, so that every bit of both addresses counts: who has an IPv6 network could else
 * choose an address that shares the hash of another's. */
u64 flow_hash(const struct host *h, enum flow_secret what, struct ip peer, u16 peer_port, struct ip local,
	u16 local_port)
{
	u64 ends = siphash_words(&h->key, peer.lo, peer.hi, local.lo, local.hi);

	return siphash_words(&h->key, ends, (u64)peer_port << 16 | local_port, what, 0x666c6f77);
}

static u32 *bucket_of_flow(struct flow *f)
{
	return bucket_of(f->host, f->peer, f->peer_port, f->local, f->local_port);
}

struct flow *flow_lookup(struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port)
{
	struct flow *f = flow_at(h, *bucket_of(h, peer, peer_port, local, local_port));

	while (f && !(f->peer_port == peer_port && f->local_port == local_port && ip_equal(f->peer, peer) &&
			    ip_equal(f->local, local)))
		f = flow_at(h, f->chain);
	return f;
}

/* The table is full: TIME-WAIT has least to lose, then who never finished its handshake. */
static bool evict_one(struct host *h)
{
	struct flow *f = flow_list_oldest(h, FLOW_LIST_TIME_WAIT);

	if (!f)
		f = flow_list_oldest(h, FLOW_LIST_HALF_OPEN);
	if (!f || f->calling)
		return false;
	host_count(&h->counts.flows_evicted, 1);
	flow_free(f);
	return true;
}

struct flow *flow_new(struct host *h, struct ip peer, u16 peer_port, struct ip local, u16 local_port)
{
	u64 handle = pool_take(&h->flows);

	if (handle == 0 && evict_one(h))
		handle = pool_take(&h->flows);
	if (handle == 0)
		return NULL;

	u32 i = pool_index(&h->flows, handle);
	struct flow *f = &h->tables.flows[i];
	u32 *bucket = bucket_of(h, peer, peer_port, local, local_port);

	*f = (struct flow){
		.host = h,
		.peer = peer,
		.peer_port = peer_port,
		.local = local,
		.local_port = local_port,
		.wake_ns = TIME_NEVER,
		.armed_ns = TIME_NEVER,
		.chain = *bucket,
	};
	*bucket = i + 1u;
	return f;
}

static void unchain(struct flow *f)
{
	u32 *link = bucket_of_flow(f);
	u32 self = flow_index(f) + 1u;

	while (*link != self) {
		require(*link != 0);
		link = &f->host->tables.flows[*link - 1u].chain;
	}
	*link = f->chain;
}

static void unblock(struct flow *f)
{
	struct host *h = f->host;
	u32 *link = &h->blocked_first, before = 0;
	u32 self = flow_index(f) + 1u;

	if (!f->blocked)
		return;
	while (*link != self) {
		require(*link != 0);
		before = *link;
		link = &flow_at(h, *link)->blocked_next;
	}
	*link = f->blocked_next;
	if (h->blocked_last == self)
		h->blocked_last = before;
	f->blocked = false;
}

void flow_free(struct flow *f)
{
	struct host *h = f->host;
	u32 i = flow_index(f);
	struct tcp_facts t;

	tcp_facts(&f->tcp, &t);
	host_count(&h->counts.retransmits, t.retransmits);
	if (image_parts.fast_open)
		flow_fast_over(f);
	unlist(f);
	unblock(f);
	unchain(f);
	if (f->rx_buffer != 0)
		buffers_give(&h->rx, f->rx_buffer);
	if (f->tx_buffer != 0)
		buffers_give(&h->tx, f->tx_buffer);
	f->rx_buffer = f->tx_buffer = 0;
	f->fn = NULL;
	wheel_cancel(&h->wheel, i);
	pool_drop(&h->flows, pool_handle(&h->flows, i));
}
