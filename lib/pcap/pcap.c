#include "lib/pcap/pcap.h"

/* Section numbers are those of draft-ietf-opsawg-pcapng. */
enum { BLOCK_SECTION = 0x0a0d0d0a, BLOCK_INTERFACE = 1, BLOCK_PACKET = 6 };
enum { OPTION_END = 0, SECTION_HARDWARE = 2, SECTION_USERAPPL = 4 };
enum { INTERFACE_NAME = 2, INTERFACE_TSRESOL = 9, PACKET_FLAGS = 2 };
enum { LINKTYPE_ETHERNET = 1 };

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LENGTH_UNKNOWN   0xffffffffffffffffull
#define NANOSECONDS      9u /* if_tsresol: 10^-9 */
#define NAME_MAX_BYTES   255u

static u32 padded(usize n)
{
	return (u32)((n + 3) / 4 * 4);
}

static void write_padded(struct writer *w, struct view v)
{
	write_view(w, v);
	write_fill(w, 0, 3u - (v.n + 3u) % 4u); /* to a multiple of four */
}

/* 3.5: options. */
static u32 option_bytes(struct view v)
{
	return 4 + padded(v.n);
}

static void write_option(struct writer *w, u16 code, struct view v)
{
	write_le16(w, code);
	write_le16(w, (u16)v.n);
	write_padded(w, v);
}

/* 3.1: a block begins with its type and length and ends with its length, so
 * that a file can be read from either end. Whole or not at all: the room is
 * asked for before the first byte. */
static bool block_begin(struct writer *w, u32 type, u32 total)
{
	if (write_left(w) < total) {
		write_fail(w);
		return false;
	}
	write_le32(w, type);
	write_le32(w, total);
	return true;
}

/* 4.1 */
void pcap_section(struct writer *w, struct view name, struct view platform)
{
	struct view application = view_first(name, NAME_MAX_BYTES);
	struct view hardware = view_first(platform, NAME_MAX_BYTES);
	u32 total = 28 + option_bytes(hardware) + option_bytes(application) + 4;

	if (!block_begin(w, BLOCK_SECTION, total))
		return;
	write_le32(w, BYTE_ORDER_MAGIC);
	write_le16(w, 1);
	write_le16(w, 0);
	write_le64(w, LENGTH_UNKNOWN);
	write_option(w, SECTION_HARDWARE, hardware);
	write_option(w, SECTION_USERAPPL, application);
	write_le32(w, OPTION_END);
	write_le32(w, total);
}

/* 4.2 */
void pcap_interface(struct writer *w, struct view name, u32 snap_bytes)
{
	const u8 resolution[1] = { NANOSECONDS };
	struct view shown = view_first(name, NAME_MAX_BYTES);
	u32 total = 20 + option_bytes(shown) + option_bytes(view_of(resolution)) + 4;

	if (!block_begin(w, BLOCK_INTERFACE, total))
		return;
	write_le16(w, LINKTYPE_ETHERNET);
	write_le16(w, 0);
	write_le32(w, snap_bytes);
	write_option(w, INTERFACE_NAME, shown);
	write_option(w, INTERFACE_TSRESOL, view_of(resolution));
	write_le32(w, OPTION_END);
	write_le32(w, total);
}

/* 4.3; the flags word is 4.3.1: bits 0-1 inbound or outbound. */
void pcap_packet(struct writer *w, u32 interface, u64 time_ns, enum pcap_direction direction,
	struct view frame, u32 wire_bytes)
{
	const u8 flags[4] = { (u8)direction, 0, 0, 0 };

	require(frame.n <= wire_bytes);
	require(wire_bytes <= BYTES_MAX);

	u32 total = 32 + padded(frame.n) + option_bytes(view_of(flags)) + 4;

	if (!block_begin(w, BLOCK_PACKET, total))
		return;
	write_le32(w, interface);
	write_le32(w, (u32)(time_ns / 0x100000000ull));
	write_le32(w, (u32)(time_ns % 0x100000000ull));
	write_le32(w, (u32)frame.n);
	write_le32(w, wire_bytes);
	write_padded(w, frame);
	write_option(w, PACKET_FLAGS, view_of(flags));
	write_le32(w, OPTION_END);
	write_le32(w, total);
}
