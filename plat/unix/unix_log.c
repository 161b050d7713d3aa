/* unix_log.c - what a run leaves behind when asked: --record (for fata replay) and --pcap (for Wireshark). */
#include "lib/pcap/pcap.h"
#include "plat/net_soft.h"
#include "plat/unix/unix.h"

#define CAPTURE_BYTES (PORT_FRAME_BYTES * 2)

struct record unix_record;

static i32 record_file = -1, pcap_file = -1;
static u8 *pcap_room;
static usize pcap_bytes;

static i32 create(struct view option, struct view path)
{
	char name[4096];

	if (path.n == 0 || !unix_string(span_of(name), path))
		unix_die(option, path, 0, text("the name of a file to write"));

	/* both hold every secret the image was told: for their owner only */
	long fd = linux_open(name, OPEN_WRONLY | OPEN_CREAT | OPEN_TRUNC, 0600);

	if (fd < 0)
		unix_die(option, path, fd, view_none());
	return (i32)fd;
}

/* All of it, or from here on nothing. */
static void write_file(i32 *file, struct view v, struct view what)
{
	while (*file >= 0 && v.n > 0) {
		long n = linux_write(*file, v);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0) {
			unix_say(what, text("ends here"), n, view_none());
			linux_close(*file);
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

void unix_pcap_flush(void)
{
	if (pcap_bytes > 0)
		write_file(&pcap_file, view_make(pcap_room, pcap_bytes), text("the capture"));
	pcap_bytes = 0;
}

/* A capture's frame is one piece: it is gathered in the upper half of the room. */
void unix_pcap_frame(const struct port *p, bool sent, struct view head, const struct net_send *rest)
{
	if (pcap_file < 0)
		return;

	struct view frame = head;

	if (rest) {
		struct writer whole = writer_of(span_make(pcap_room + CAPTURE_BYTES, PORT_FRAME_BYTES));

		write_view(&whole, head);
		for (usize i = 0; i < NET_PIECES; i += 1)
			write_view(&whole, rest->piece[i]);
		frame = write_done(&whole);
	}
	if (CAPTURE_BYTES - pcap_bytes < frame.n + PCAP_BLOCK_BYTES)
		unix_pcap_flush();

	struct writer w = writer_of(span_make(pcap_room + pcap_bytes, CAPTURE_BYTES - pcap_bytes));

	pcap_packet(&w, (u32)(p - unix_ports), unix_clock(CLOCK_IS_REALTIME),
		sent ? PCAP_SENT : PCAP_RECEIVED, frame, (u32)frame.n);
	pcap_bytes += write_done(&w).n;
}

static void pcap_start(struct view path)
{
	pcap_file = create(text("--pcap"), path);
	pcap_room = (u8 *)unix_map(CAPTURE_BYTES + PORT_FRAME_BYTES);

	struct writer w = writer_of(span_make(pcap_room, CAPTURE_BYTES));

	pcap_section(&w, image_name(), image_platform());
	for (u32 i = 0; i < unix_port_count; i += 1)
		pcap_interface(&w, unix_ports[i].name, 0);
	pcap_bytes = write_done(&w).n;
	unix_pcap_flush();
}

void unix_log_start(const struct unix_options *o)
{
	if (o->pcap.n > 0)
		pcap_start(o->pcap);
	if (o->record.n == 0)
		return;
	record_file = create(text("--record"), o->record);
	record_begin(&unix_record, image_name(), view_none(), image_platform());
	for (usize i = 0; image_argument(i).n > 0; i += 1)
		record_argument(&unix_record, image_argument(i));
}
