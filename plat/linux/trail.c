/* trail.c - see trail.h. */
#include "plat/linux/trail.h"
#include "lib/pcap/pcap.h"
#include "plat/linux/clock.h"
#include "plat/linux/room.h"
#include "plat/linux/linux.h"
#include "plat/linux/say.h"
#include "plat/net_soft.h"

struct record trail_record;

static i32 record_file = -1, pcap_file = -1;
static u8 *pcap_room;
static usize pcap_bytes;

/* All of it, or from here on nothing. */
static void write_file(i32 *file, struct view v, struct view what)
{
	while (*file >= 0 && v.n > 0) {
		long n = linux_write(*file, v);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0) {
			say(what, text("ends here"), n, view_none());
			*file = -1;
			return;
		}
		v = view_from(v, (usize)n);
	}
}

void record_out(struct record *r, struct view bytes)
{
	(void)r;
	write_file(&record_file, bytes, text("the recording"));
}

void trail_flush(void)
{
	if (image_parts.captures && pcap_bytes > 0)
		write_file(&pcap_file, view_make(pcap_room, pcap_bytes), text("the capture"));
	pcap_bytes = 0;
}

/* A capture's frame is one piece: it is gathered in the upper half of the room. */
void trail_frame(u32 port, bool sent, struct view head, const struct net_send *rest)
{
	if (!image_parts.captures || pcap_file < 0)
		return;

	struct view frame = head;

	if (rest) {
		struct writer whole = writer_of(span_make(pcap_room + TRAIL_CAPTURE_BYTES, PORT_FRAME_BYTES));

		write_view(&whole, head);
		for (usize i = 0; i < NET_PIECES; i += 1)
			write_view(&whole, rest->piece[i]);
		frame = write_done(&whole);
	}
	if (TRAIL_CAPTURE_BYTES - pcap_bytes < frame.n + PCAP_BLOCK_BYTES)
		trail_flush();

	struct writer w = writer_of(span_make(pcap_room + pcap_bytes, TRAIL_CAPTURE_BYTES - pcap_bytes));

	pcap_packet(&w, port, clock_read(CLOCK_IS_REALTIME), sent ? PCAP_SENT : PCAP_RECEIVED, frame,
		(u32)frame.n);
	pcap_bytes += write_done(&w).n;
}

static void pcap_start(void)
{
	pcap_room = (u8 *)room_map(TRAIL_ROOM_BYTES);

	struct writer w = writer_of(span_make(pcap_room, TRAIL_CAPTURE_BYTES));

	pcap_section(&w, image_name(), image_platform());
	for (u32 i = 0; i < port_count; i += 1)
		pcap_interface(&w, image_port_name(i), 0);
	pcap_bytes = write_done(&w).n;
	trail_flush();
}

void trail_last(void)
{
	record_flush(&trail_record);
}

void trail_start(const struct attached *a)
{
	record_file = a->record;
	pcap_file = a->pcap;
	if (image_parts.captures && pcap_file >= 0)
		pcap_start();
	if (!image_parts.recording || record_file < 0)
		return;
	record_begin(&trail_record, image_name(), view_none(), image_platform());
	for (usize i = 0; image_argument(i).n > 0; i += 1)
		record_argument(&trail_record, image_argument(i));
}
