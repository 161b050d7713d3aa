/* hvt_fuzz.c - a hostile tender: its page and the rings hold what the input says, and change at every call,
 * and between what the image is lent and when it gives it back.
 *
 * The image's drivers may get nonsense and must say it, but never touch a byte
 * outside of what they were given, nor fail. */
#include "base/reader.h"
#include "plat/hvt/bytes.h"
#include "plat/hvt/clock.h"
#include "plat/hvt/disk.h"
#include "plat/hvt/pages.h"
#include "plat/hvt/port.h"

enum { RING = 256u << 10, SMALL = 4096, SECTOR = 512, MOST = 4, FRAME = 65535 };

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct hvt_host host;
static struct hvt_guest guest;
static u8 rx[RING], tx[RING], console[SMALL];
static u32 doorbell;
static struct reader input;

/* What the tender writes: fields by choice, so that the input gets far; rings and page anywhere. */
static void write_as_tender(void)
{
	switch (read_u8(&input) % 8u) {
	case 0: host.port[0].rx_put += read_u8(&input) * 16u; break;
	case 1: host.port[0].tx_taken = read_u8(&input) % 2u ? guest.tx_put[0] : read_le32(&input); break;
	case 2:
		copy(span_from(span_of(rx), read_le16(&input) * 4u),
			read_view(&input, read_left(&input) < 32 ? 0 : 32));
		break;
	case 3: host.requests_taken += read_u8(&input) % 40u; break;
	case 4: host.verdict[read_u8(&input) % HVT_REQUESTS] = read_u8(&input); break;
	case 5: host.typed_bytes = read_le16(&input); break;
	case 6: host.console_taken = read_u8(&input) % 2u ? guest.console_put : read_le32(&input); break;
	default:
		host.ticks = read_le64(&input);
		host.monotonic_ns = read_le64(&input);
		host.ns_per_tick = read_le64(&input);
		break;
	}
}

/* What a tender on another processor could do between two calls of the image. */
static void meanwhile(void)
{
	if (read_left(&input) > 0 && read_u8(&input) % 2u == 0)
		write_as_tender();
}

static void receive(void)
{
	struct net_frame frames[NET_BATCH];
	usize n = net_rx(0, frames, 1u + read_u8(&input) % NET_BATCH);

	for (usize i = 0; i < n; i += 1)
		require(frames[i].data.n == 0 ||
			(frames[i].data.p >= rx && frames[i].data.p + frames[i].data.n <= rx + RING));
	meanwhile();
	net_rx_done(0, n / 2u);
}

static void send(void)
{
	struct span room = net_tx(0);
	struct net_send s = { .csum = NET_CSUM_CHECK, .piece = { text("payload") } };

	require(room.n == 0 || (room.n >= NET_HEAD_MIN && room.p >= tx && room.p + room.n <= tx + RING));
	if (room.n == 0)
		return;
	fill(span_first(room, 60), 1);
	meanwhile();
	net_tx_send(0, 60, &s);
}

static void use_disk(void)
{
	static u8 room[SECTOR * MOST];
	struct block_request r = { .op = (enum block_op)(read_u8(&input) % 4u), .sectors = 1, .tag = 7 };
	struct block_done done;

	if (r.op == BLOCK_READ || r.op == BLOCK_WRITE)
		r.data = span_first(span_of(room), SECTOR);
	(void)block_submit(0, &r);
	meanwhile();
	while (block_complete(0, &done))
		require(done.tag == 7 && done.verdict <= BLOCK_UNSUPPORTED);
	(void)disk_more();
}

static void use_bytes(void)
{
	u8 seed[100];
	struct view typed = console_rx();

	require(typed.n == 0 ||
		(typed.p >= host.typed && typed.p + typed.n <= host.typed + sizeof host.typed));
	meanwhile();
	console_rx_done(typed.n / 2u);
	console_write(text("some words for the console"));
	(void)entropy_seed(span_of(seed));
	(void)entropy_generation();
}

static void start(void)
{
	static bool started;

	if (started)
		return;
	started = true;
	host = (struct hvt_host){ .ports = 1, .disks = 1, .guest = (u64)&guest, .doorbell = (u64)&doorbell };
	host.console = (struct hvt_ring){ (u64)console, SMALL, 0 };
	host.port[0].rx = (struct hvt_ring){ (u64)rx, RING, 0 };
	host.port[0].tx = (struct hvt_ring){ (u64)tx, RING, 0 };
	host.port[0].gso_bytes = FRAME;
	host.disk[0] = (struct hvt_host_disk){ .sector_bytes = SECTOR, .most_sectors = MOST };
	hvt_pages(&host);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	u64 before = 0;

	input = reader_of(view_make(data, size));
	start();
	bytes_start(); /* rings begin anew */
	port_start();
	while (read_left(&input) > 0) {
		u8 what = read_u8(&input);

		for (u32 i = 0; i < 4; i += 1)
			write_as_tender();
		if (what % 4u == 0)
			receive();
		else if (what % 4u == 1)
			send();
		else if (what % 4u == 2)
			use_disk();
		else
			use_bytes();
		(void)port_more();

		u64 now = clock_read();

		require(now >= before); /* whatever is said, time does not go back */
		before = now;
	}
	return 0;
}
