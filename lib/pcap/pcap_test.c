#include "lib/pcap/pcap.h"
#include "test/test.h"
#include <unistd.h>

/* An ARP request, shorter than a multiple of four. */
static const char *const arp = "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001"
			       "000000000000 0a000002 00";

static const u64 moment = 1700000000123456789ull;

TEST(a_packet_block_is_laid_out_as_the_draft_says)
{
	u8 room[200], frame[64], want[200];
	struct writer w = writer_of(span_of(room));
	struct view f = test_hex(span_of(frame), "0102030405");

	pcap_packet(&w, 3, 0x1122334455667788ull, PCAP_SENT, f, 1500);
	struct view expect = test_hex(span_of(want), "06000000 34000000 03000000 44332211 88776655 05000000"
						     "dc050000 0102030405 000000 0200 0400 02000000"
						     "00000000 34000000");
	EXPECT_VIEW(write_done(&w), expect);
}

TEST(names_are_cut_so_that_their_length_fits)
{
	static u8 name[100000];
	u8 room[1000];
	struct writer w = writer_of(span_of(room));

	pcap_section(&w, view_of(name), view_of(name));
	EXPECT_EQ(write_len(&w), 28 + 2 * (4 + 256) + 4);
	pcap_interface(&w, view_of(name), 0);
	EXPECT(!write_bad(&w));
}

/* With every size of room from none to enough: the block is there, or nothing of it. */
TEST(a_block_without_room_leaves_nothing_behind)
{
	u8 room[200], frame[64];
	struct view f = test_hex(span_of(frame), arp);

	for (usize n = 0; n < f.n + PCAP_BLOCK_BYTES; n += 1) {
		struct writer w = writer_of(span_first(span_of(room), n));

		fill(span_of(room), 0xaa);
		pcap_packet(&w, 0, moment, PCAP_RECEIVED, f, (u32)f.n);
		if (!write_bad(&w)) {
			EXPECT(write_len(&w) <= n);
			continue;
		}
		for (usize i = 0; i < sizeof room; i += 1)
			EXPECT_EQ(room[i], 0xaa);
	}
}

TEST(any_frame_fits_into_its_length_and_the_block_bytes)
{
	static u8 room[2000], frame[1600];

	for (usize n = 0; n < sizeof frame; n += 1) {
		struct writer w = writer_of(span_first(span_of(room), n + PCAP_BLOCK_BYTES));

		pcap_packet(&w, 0, moment, PCAP_UNKNOWN, view_first(view_of(frame), n), (u32)n);
		EXPECT(!write_bad(&w));
		EXPECT_EQ(write_len(&w) % 4, 0);
	}
}

TEST(more_bytes_than_were_on_the_wire_are_refused)
{
	u8 room[200], frame[64];
	struct writer w = writer_of(span_of(room));

	fill(span_of(frame), 0);
	EXPECT_PANIC(pcap_packet(&w, 0, moment, PCAP_SENT, view_of(frame), 63));
}

static struct view tshark(struct span room, struct view capture, const char *what)
{
	char path[] = "/tmp/pcap_test.XXXXXX", command[600];
	int fd = mkstemp(path);
	struct writer w = writer_of(room);

	if (fd < 0 || write(fd, capture.p, capture.n) != (ssize_t)capture.n)
		abort();
	close(fd);
	snprintf(command, sizeof command, "tshark -n -r %s %s 2>&1", path, what);
	FILE *f = popen(command, "r");
	for (int c; f && (c = fgetc(f)) != EOF;)
		write_u8(&w, (u8)c);
	if (f)
		pclose(f);
	unlink(path);
	return write_done(&w);
}

static bool tshark_missing(void)
{
	if (system("tshark --version >/dev/null 2>&1") == 0)
		return false;
	printf("skipped: tshark is not installed (apt-get install tshark)\n");
	return true;
}

TEST(tshark_reads_frames_times_directions_and_names)
{
	u8 room[2000], frame[64], said[4000];
	struct writer w = writer_of(span_of(room));
	struct view f = test_hex(span_of(frame), arp);

	if (tshark_missing())
		return;
	pcap_section(&w, text("hello"), text("unix"));
	pcap_interface(&w, text("service"), 0);
	pcap_interface(&w, text("backend"), 64);
	pcap_packet(&w, 0, moment, PCAP_SENT, f, (u32)f.n);
	pcap_packet(&w, 1, moment + 1, PCAP_RECEIVED, f, 1514);
	EXPECT(!write_bad(&w));

	struct view fields = tshark(span_of(said), write_done(&w),
		"-T fields -E separator=/s -e frame.time_epoch -e frame.interface_name -e frame.len -e "
		"frame.cap_len "
		"-e frame.packet_flags_direction -e arp.dst.proto_ipv4");
	/* Run as root, tshark complains about that first. */
	while (fields.n > 0 && view_at(fields, 0) != '1')
		fields = view_from(fields, view_find(fields, '\n') + 1);
	EXPECT_VIEW(fields, text("1700000000.123456789 service 43 43 0x00000002 10.0.0.2\n"
				 "1700000000.123456790 backend 1514 43 0x00000001 10.0.0.2\n"));
}

/* capinfos comes with tshark; it shows what the section header says. */
TEST(the_section_names_image_and_platform)
{
	u8 room[500], frame[64], said[6000];
	char path[] = "/tmp/pcap_test.XXXXXX", command[200];
	struct writer w = writer_of(span_of(room)), out = writer_of(span_of(said));
	struct view f = test_hex(span_of(frame), arp);
	int fd;

	if (tshark_missing())
		return;
	pcap_section(&w, text("hello"), text("fata unix"));
	pcap_interface(&w, text("service"), 0);
	pcap_packet(&w, 0, moment, PCAP_SENT, f, (u32)f.n);
	fd = mkstemp(path);
	EXPECT(fd >= 0 && write(fd, room, write_len(&w)) == (ssize_t)write_len(&w));
	close(fd);
	snprintf(command, sizeof command, "capinfos %s 2>&1", path);
	FILE *p = popen(command, "r");
	for (int c; (c = fgetc(p)) != EOF;)
		write_u8(&out, (u8)c);
	EXPECT_EQ(pclose(p), 0);
	unlink(path);
	write_u8(&out, 0);
	EXPECT(strstr((char *)said, "hello") != NULL);
	EXPECT(strstr((char *)said, "fata unix") != NULL);
	EXPECT(strstr((char *)said, "nanoseconds") != NULL);
}
