/* carry_fuzz.c - a hostile image: its page and its rings hold what the input says, again and again, between the calls;
 * and change while the tender looks at them, as if the two ran at the same time, at every call of a device.
 *
 * The devices here are as strict as dev/ allows: what they are asked must be what
 * may be asked, and every byte they are lent must be the guest's own memory. */
#include "dev/block.h"
#include "dev/clock.h"
#include "dev/console.h"
#include "dev/entropy.h"
#include "dev/net.h"
#include "plat/net_soft.h"
#include "tender/hvt/carry.h"

#include <stdlib.h>

enum { PORTS = 2, DISKS = 1, SECTOR = 512, MOST = 16, RING = 4096 };

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct guest g;
static struct reader input;
static u8 frame_room[2048], tx_room[4096];
static usize lent_frames;
static u32 pending; /* disk requests accepted and not told */
static u64 pending_tag;

static bool inside(struct view v)
{
	return v.n == 0 || (v.p >= g.all.p && v.p + v.n <= g.all.p + g.all.n);
}

static void write_as_image(void);

/* What a second processor could do between two looks of the tender. */
static void meanwhile(void)
{
	if (read_left(&input) > 0 && read_u8(&input) % 4u == 0)
		write_as_image();
}

/* ---- devices ---- */

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	require(port < PORTS && max > 0);
	meanwhile();
	if (lent_frames == 0 && read_left(&input) > 0)
		lent_frames = read_u8(&input) % 5u;

	usize n = lent_frames < max ? lent_frames : max;

	for (usize i = 0; i < n; i += 1)
		frames[i] = (struct net_frame){ view_make(frame_room, 14u + 400u * i), NET_CSUM_GOOD, 0 };
	return n;
}

void net_rx_done(u32 port, usize n)
{
	require(port < PORTS && n <= lent_frames);
	lent_frames = n == lent_frames ? 0 : lent_frames - n;
}

struct span net_tx(u32 port)
{
	require(port < PORTS);
	meanwhile();
	return read_left(&input) > 0 && read_u8(&input) % 8u == 0 ? span_none() : span_of(tx_room);
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	static u8 out[70000];
	struct view first = view_make(tx_room, head);

	require(port < PORTS && head <= sizeof tx_room && net_soft_bytes(first, send) <= 66u << 10);
	for (usize i = 0; i < NET_PIECES; i += 1)
		require(inside(send->piece[i]));
	if (send->gso == NET_GSO_TCP4) /* what software that segments stands on */
		require(14u + view_at(first, 14) % 16u * 4u == send->csum_start);
	meanwhile();

	struct net_soft s = net_soft_begin(first, send);

	for (u32 n = 0; net_soft_more(&s) && n < 4; n += 1)
		require(net_soft_next(&s, first, send, span_of(out)) > 0);
}

struct net_facts net_facts(u32 port)
{
	require(port < PORTS);
	return (struct net_facts){ .mtu = 1500, .up = true, .gso_bytes = 65535 };
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)group, (void)want;
	require(port < PORTS);
	meanwhile();
}

struct block_facts block_facts(u32 disk)
{
	require(disk < DISKS);
	return (struct block_facts){
		.sectors = 100, .sector_bytes = SECTOR, .most_sectors = MOST, .queue = 4
	};
}

bool block_submit(u32 disk, const struct block_request *r)
{
	bool moves = r->op == BLOCK_READ || r->op == BLOCK_WRITE;

	require(disk < DISKS && r->op <= BLOCK_DISCARD && pending == 0);
	require(r->sectors <= MOST || r->op == BLOCK_DISCARD);
	require(r->data.n == (moves ? (usize)r->sectors * SECTOR : 0u) && inside(span_view(r->data)));
	/* never the tables, nor what the tender tells */
	require(r->data.n == 0 || r->data.p >= g.all.p + g.memory.processor_bytes);
	if (r->op == BLOCK_READ) {
		require(r->data.n == 0 || r->data.p + r->data.n <= (u8 *)g.host ||
			r->data.p >= (u8 *)g.host + HVT_PAGE_BYTES);
		fill(r->data, 0x5a);
	}
	meanwhile();
	pending = 1;
	pending_tag = r->tag;
	return true;
}

bool block_complete(u32 disk, struct block_done *done)
{
	require(disk < DISKS);
	*done = (struct block_done){ pending_tag, BLOCK_OK };
	return pending-- == 1;
}

void console_write(struct view v)
{
	require(inside(v));
	meanwhile();
}

struct view console_rx(void)
{
	return text("typed");
}

void console_rx_done(usize n)
{
	require(n <= 5);
}

u64 clock_monotonic(void)
{
	return 1;
}

u64 clock_wall(void)
{
	return 1;
}

u64 entropy_generation(void)
{
	return 0;
}

/* ---- the guest ---- */

static const struct memory_area *add_ring(bool write, struct hvt_ring *out)
{
	const struct memory_area *a = memory_add(&g.memory, MEMORY_SHARED, RING, write);

	*out = (struct hvt_ring){ a->at, RING, 0 };
	return a;
}

static void make_guest(void)
{
	static const u64 random[MEMORY_GROUPS + 1] = { 1, 2, 3, 4 };
	static u8 room[512u << 10] __attribute__((aligned(4096)));
	static bool first = true;

	require(sizeof room > MEMORY_AREAS * RING);
	if (first) /* the compiler's own tables are not of interest: one guest, used again */
		g.all = span_of(room);
	first = false;
	fill(g.all, 0);
	memory_begin(&g.memory, 256u << 10, random);
	g.image = (struct image_file){ .bytes = 2 * MEMORY_PAGE, .segments = 2 };
	g.image.segment[0] = (struct image_segment){ .memory_bytes = MEMORY_PAGE, .executed = true };
	g.image.segment[1] = (struct image_segment){
		.address = MEMORY_PAGE, .memory_bytes = MEMORY_PAGE, .written = true
	};
	memory_add(&g.memory, MEMORY_IMAGE, g.image.bytes, false);
	memory_add(&g.memory, MEMORY_STACK, MEMORY_PAGE, true);

	struct span host = memory_of(g.all, memory_add(&g.memory, MEMORY_SHARED, HVT_PAGE_BYTES, false));
	struct span said = memory_of(g.all, memory_add(&g.memory, MEMORY_SHARED, HVT_PAGE_BYTES, true));

	g.host = (struct hvt_host *)(void *)host.p;
	g.said = (const volatile struct hvt_guest *)(const void *)said.p;
	g.ports = PORTS;
	g.disks = DISKS;
	g.log_file = -1;
	g.console_ring = span_view(memory_of(g.all, add_ring(true, &g.host->console)));
	g.console = frames_reader_make(RING);
	for (u32 i = 0; i < PORTS; i += 1) {
		struct guest_port *p = &g.port[i];

		p->rx_ring = memory_of(g.all, add_ring(false, &g.host->port[i].rx));
		p->tx_ring = span_view(memory_of(g.all, add_ring(true, &g.host->port[i].tx)));
		p->rx = frames_writer_make(RING);
		p->tx = frames_reader_make(RING);
	}
}

/* Writes some of what the image may write: fields by choice, so that the input gets far. */
static void write_as_image(void)
{
	struct hvt_guest *said = (struct hvt_guest *)(void *)(usize)g.said;
	struct span page = span_make(said, sizeof *said);
	u8 what = read_u8(&input), port = what / 16u % PORTS;
	struct span ring = span_make((void *)(usize)g.port[port].tx_ring.p, RING);

	switch (what % 8u) {
	case 0: said->tx_put[port] += read_u8(&input) * 16u; break;
	case 1:
		copy(span_from(ring, read_u8(&input) * 16u),
			read_view(&input, read_left(&input) < 80 ? 0 : 80));
		break;
	case 2: said->requests_put += read_u8(&input) % 40u; break;
	case 3:
		said->request[read_u8(&input) % HVT_REQUESTS] = (struct hvt_request){
			.sector = read_u8(&input),
			.data = g.memory.area[read_u8(&input) % g.memory.areas].at + read_u8(&input) * 32u,
			.sectors = read_u8(&input) % (MOST + 2u),
			.op = (u8)(read_u8(&input) % 5u),
		};
		break;
	case 4: said->console_put += read_u8(&input) * 16u; break;
	case 5: said->rx_taken[port] = read_le32(&input); break;
	case 6: said->reads_console = said->typed_taken = read_u8(&input); break;
	default:
		copy(span_from(page, read_le16(&input)), read_view(&input, read_left(&input) < 16 ? 0 : 16));
		break;
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	input = reader_of(view_make(data, size));
	lent_frames = 0;
	pending = 0;
	make_guest();
	carry_start(&g);
	while (read_left(&input) > 0) {
		(void)carry_waits(&g);
		carry_in(&g);
		for (u32 i = 0; i < 6; i += 1)
			write_as_image();
		carry_out(&g);
	}
	return 0;
}
