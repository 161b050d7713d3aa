/* carry.c - see carry.h. */
#include "tender/hvt/carry.h"
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/net.h"
#include "plat/linux/say.h"

enum { ETHERNET = 14, IP4 = 20, IP6 = 40, TCP = 20, FRAME_MOST = 65535 + 64 };

/* ---- in ---- */

static void put_frames(struct guest *g, u32 port)
{
	struct guest_port *p = &g->port[port];
	struct net_frame frames[NET_BATCH];
	u32 taken = g->said->rx_taken[port];

	for (;;) {
		usize n = net_rx(port, frames, NET_BATCH), done = 0;

		for (; done < n; done += 1) {
			const struct net_frame *f = &frames[done];
			struct span room = frames_room(&p->rx, taken, p->rx_ring, (u32)f->data.n);

			if (room.n < f->data.n)
				break;
			copy(room, f->data);
			frames_put(&p->rx, p->rx_ring,
				&(struct frames_head){
					.bytes = (u32)f->data.n,
					.csum = f->csum == NET_CSUM_GOOD ? FRAMES_CSUM_GOOD
									 : FRAMES_CSUM_CHECK,
					.gso_size = f->gso_size,
				});
			g->count.frames_in += 1;
			g->count.bytes_in += f->data.n;
		}
		net_rx_done(port, done);
		if (n == 0 || done < n)
			break;
	}
	g->host->port[port].rx_put = p->rx.put;
}

static void tell_facts(struct guest *g, u32 port)
{
	struct net_facts facts = net_facts(port);
	struct hvt_host_port *h = &g->host->port[port];

	h->mac = facts.mac;
	h->mtu = facts.mtu;
	h->up = facts.up;
	h->can = facts.can;
	h->gso_bytes = facts.gso_bytes < FRAME_MOST ? facts.gso_bytes : FRAME_MOST;
	h->lost = facts.lost;
}

static void give_typed(struct guest *g)
{
	struct hvt_host *h = g->host;

	if (g->said->reads_console == 0)
		return;

	struct view typed = console_rx();
	usize n = copy(span_from(span_of(h->typed), h->typed_bytes), typed);

	console_rx_done(n);
	h->typed_bytes += (u32)n;
}

bool carry_waits(const struct guest *g)
{
	struct net_frame frame;

	for (u32 i = 0; i < g->ports; i += 1)
		if (net_rx(i, &frame, 1) > 0 || net_facts(i).up != (g->host->port[i].up != 0))
			return true;
	return false;
}

void carry_in(struct guest *g)
{
	for (u32 i = 0; i < g->ports; i += 1) {
		put_frames(g, i);
		tell_facts(g, i);
	}
	give_typed(g);
	g->host->monotonic_ns = clock_monotonic();
	g->host->wall_ns = clock_wall();
	g->host->generation = entropy_generation();
}

void carry_start(struct guest *g)
{
	for (u32 i = 0; i < g->disks; i += 1) {
		struct block_facts facts = block_facts(i);

		g->host->disk[i] = (struct hvt_host_disk){
			.sectors = facts.sectors,
			.sector_bytes = facts.sector_bytes,
			.most_sectors = facts.most_sectors,
			.read_only = facts.read_only,
			.discard = facts.discard,
		};
	}
}

/* ---- out ---- */

/* What a port is asked to do must be what dev/net.h allows to ask: the offloads
 * are done by code that relies on it. head: the frame's beginning, as it is sent. */
static bool sendable(const struct frames_head *h, struct view head)
{
	u32 ip = h->gso == FRAMES_GSO_TCP4 ? IP4 : IP6;
	u8 first = view_at(head, ETHERNET);

	if (h->bytes < ETHERNET || h->bytes > FRAME_MOST || h->csum == FRAMES_CSUM_GOOD)
		return false;
	if (h->gso == FRAMES_GSO_NONE)
		return h->csum == FRAMES_CSUM_CHECK || h->csum_start >= ETHERNET;
	if (h->csum != FRAMES_CSUM_FILL || h->csum_start < ETHERNET + ip || h->head_len > NET_HEAD_MIN)
		return false;
	if (h->csum_start + TCP > h->head_len || h->csum_start + h->csum_offset + 2u > h->head_len)
		return false;
	if (h->gso == FRAMES_GSO_TCP6)
		return first / 16u == 6;
	return first / 16u == 4 && ETHERNET + first % 16u * 4u == h->csum_start;
}

enum sent { SENT, SENT_LATER, SENT_NEVER };

/* The head is copied once, then checked, then used. */
static enum sent send_frame(u32 port, const struct frames_head *h, struct view data)
{
	struct span room = net_tx(port);
	struct net_send send = {
		.csum = h->csum == FRAMES_CSUM_FILL ? NET_CSUM_FILL : NET_CSUM_CHECK,
		.csum_start = h->csum_start,
		.csum_offset = h->csum_offset,
		.gso = (enum net_gso)h->gso,
		.gso_size = h->gso == FRAMES_GSO_NONE ? 0 : h->gso_size,
		.head_len = h->head_len,
	};
	usize head = data.n < NET_HEAD_MIN ? data.n : NET_HEAD_MIN;

	if (room.n < head)
		return SENT_LATER;
	copy(room, view_first(data, head));
	if (!sendable(h, span_view(span_first(room, head))))
		return SENT_NEVER;
	send.piece[0] = view_from(data, head);
	net_tx_send(port, head, &send);
	return SENT;
}

/* Frames that the port does not take now stay in the ring, for the next time. */
static void take_frames(struct guest *g, u32 port)
{
	struct guest_port *p = &g->port[port];
	u32 put = g->said->tx_put[port];
	struct frames_reader before = p->tx;
	struct frames_head head;
	struct view data;

	while (frames_next(&p->tx, put, p->tx_ring, &head, &data) == FRAMES_FRAME) {
		enum sent sent = send_frame(port, &head, data);

		if (sent == SENT_LATER) {
			p->tx = before;
			break;
		}
		g->count.refused += sent == SENT_NEVER;
		g->count.frames_out += sent == SENT;
		g->count.bytes_out += sent == SENT ? data.n : 0;
		before = p->tx;
	}
	if (!p->tx.broken)
		g->host->port[port].tx_taken = p->tx.at;
}

static bool bytes_broken; /* said once */

static void take_bytes(struct guest *g, struct frames_reader *r, struct view memory, u32 put, u32 *taken)
{
	struct frames_head head;
	struct view data;
	enum frames_verdict v;

	while ((v = frames_next(r, put, memory, &head, &data)) == FRAMES_FRAME) {
		if (r == &g->console)
			console_write(data);
		else if (g->log_file >= 0 && linux_write(g->log_file, data) != (long)data.n)
			g->log_file = -1;
	}
	if (v == FRAMES_BROKEN && !bytes_broken) {
		bytes_broken = true;
		say(text("the image's console or log holds what no image of ours writes: it is not read "
			 "any more"),
			view_none(), 0, view_none());
	}
	if (v != FRAMES_BROKEN)
		*taken = r->at;
}

/* One copy of the request, then everything about it is checked. */
static enum block_verdict do_request(struct guest *g, const volatile struct hvt_request *asked)
{
	struct hvt_request q = *asked;
	struct block_request r = {
		.op = (enum block_op)q.op, .fua = q.fua != 0, .sector = q.sector, .sectors = q.sectors
	};
	struct block_done done;

	if (q.disk >= g->disks || q.op > BLOCK_DISCARD)
		return BLOCK_OUT_OF_RANGE;

	const struct hvt_host_disk *d = &g->host->disk[q.disk];

	if (r.op == BLOCK_FLUSH)
		r.sector = r.sectors = 0; /* all of it */

	if (r.op == BLOCK_READ || r.op == BLOCK_WRITE) {
		if (q.sectors > d->most_sectors)
			return BLOCK_OUT_OF_RANGE;

		u64 bytes = (u64)q.sectors * d->sector_bytes;

		r.data = memory_at(&g->memory, &g->image, g->all, q.data, bytes, r.op == BLOCK_READ);
		if (r.data.n != bytes)
			return BLOCK_OUT_OF_RANGE;
	}
	if (!block_submit(q.disk, &r) || !block_complete(q.disk, &done))
		return BLOCK_IO_ERROR;
	return done.verdict;
}

static bool do_requests(struct guest *g)
{
	u32 put = g->said->requests_put, taken = g->host->requests_taken;

	if (put - taken > HVT_REQUESTS)
		return false; /* more than there are: none of them */
	for (; taken != put; taken += 1) {
		u32 slot = taken % HVT_REQUESTS;

		g->host->verdict[slot] = (u8)do_request(g, &g->said->request[slot]);
		g->count.requests += 1;
	}

	bool some = g->host->requests_taken != put;

	g->host->requests_taken = put;
	return some;
}

static void join_groups(struct guest *g)
{
	u32 n = g->said->groups;

	for (u32 i = 0; i < n && i < COUNT(g->said->group); i += 1) {
		struct hvt_group group = g->said->group[i];

		if (group.port < g->ports)
			net_multicast(group.port, group.group, group.want != 0);
	}
}

static void drop_typed(struct guest *g)
{
	u32 taken = g->said->typed_taken, n = g->host->typed_bytes;

	taken = taken < n ? taken : n;
	slide(span_first(span_of(g->host->typed), n), taken);
	g->host->typed_bytes = n - taken;
}

bool carry_out(struct guest *g)
{
	take_bytes(g, &g->console, g->console_ring, g->said->console_put, &g->host->console_taken);
	if (g->log_ring.n > 0)
		take_bytes(g, &g->log, g->log_ring, g->said->log_put, &g->host->log_taken);
	join_groups(g);
	drop_typed(g);
	for (u32 i = 0; i < g->ports; i += 1)
		take_frames(g, i);
	return do_requests(g);
}
