/* dev_net.c - frames from port a to port b: whole, in order, checksums right, segments right, loans kept.
 *
 * The two ports may be any two whose wire joins them (a veth pair, a socket
 * pair). Frames of others on that wire (a kernel's own chatter) are passed over.
 */
#include "image.h"
#include "base/reader.h"
#include "base/sum.h"
#include "dev/net.h"
#include "lib/ip/ip.h"
#include "test/conform/conform.h"

#define WAIT_NS    (3 * NS_PER_S)
#define ETHERNET   14u
#define LOCAL_TYPE 0x88b5u /* IEEE 802: for experiments */
#define FRAMES     300u
#define PAYLOAD    20000u
#define SEGMENT    1000u
#define PROBE      0xffffffffu /* the number of frames that only ask whether the wire is there yet */

/* What is sent in each state, and expected before the next. */
enum state { JOINING, SIZES, MANY, SUMS, SEGMENTS4, SEGMENTS6, DONE };

static enum state state;
static u32 sent, received, wrong, probes;
static u64 until, joined;
static u8 payload[PAYLOAD];
static struct mac from, to;

/* ---- sending ---- */

static bool is_mac(struct mac m)
{
	return m.b[0] % 2 == 0 && !view_equal(view_of(m.b), view_of(((struct mac){ { 0 } }).b));
}

void app_start(struct app *app)
{
	struct net_facts a = net_facts(A_PORT), b = net_facts(B_PORT);

	(void)app;
	from = a.mac;
	to = b.mac;
	conform(is_mac(a.mac) && is_mac(b.mac), text("a_port_has_a_station_address"), a.mac.b[0]);
	conform(!view_equal(view_of(a.mac.b), view_of(b.mac.b)), text("two_ports_have_two_addresses"),
		b.mac.b[5]);
	conform(a.mtu >= 1280, text("the_mtu_is_enough_for_ipv6"), a.mtu);
	conform(a.up && b.up, text("joined_ports_are_up"), a.up);
	conform((a.can & (NET_CAN_TSO4 | NET_CAN_TSO6)) == 0 || a.gso_bytes > a.mtu,
		text("what_is_cut_may_be_larger_than_a_frame"), a.gso_bytes);
}

static void head(struct writer *w, u16 type)
{
	write_view(w, view_of(to.b));
	write_view(w, view_of(from.b));
	write_be16(w, type);
}

/* Frame i: its number, then a pattern, in up to three pieces of odd lengths. */
static bool send_pattern(u32 i, u32 bytes)
{
	struct span room = net_tx(A_PORT);
	struct writer w = writer_of(room);
	struct net_send send = { 0 };
	u32 part = bytes / 3u | 1u;

	if (room.n == 0)
		return false;
	if (room.n < NET_HEAD_MIN)
		conform(false, text("the_room_lent_is_never_smaller_than_promised"), room.n);
	conform_fill(span_first(span_of(payload), bytes), i);
	head(&w, LOCAL_TYPE);
	write_be32(&w, i);
	write_be32(&w, bytes);
	part = part < bytes ? part : bytes;
	send.piece[0] = view_make(payload, part);
	send.piece[2] = view_make(payload + part, bytes - part); /* the middle one is empty: skipped */
	net_tx_send(A_PORT, write_len(&w), &send);
	/* the buffers are free again: what happens to them now must not show */
	fill(span_of(payload), 0xee);
	return true;
}

static void write_ip(struct writer *w, bool six, u8 protocol, u32 length)
{
	struct ip source = { 0xfd00000000000000ull, 1 }, target = { 0xfd00000000000000ull, 2 };

	if (six) {
		write_be32(w, 0x60000000);
		write_be16(w, (u16)length);
		write_u8(w, protocol);
		write_u8(w, 64);
		write_ip6(w, source);
		write_ip6(w, target);
		return;
	}
	write_be16(w, 0x4500);
	write_be16(w, (u16)(20 + length));
	write_be32(w, 0x00014000);
	write_u8(w, 64);
	write_u8(w, protocol);
	write_be16(w, 0);
	write_ip4(w, ip_from4(0x0a630001));
	write_ip4(w, ip_from4(0x0a630002));

	struct view header = view_from(write_done(w), ETHERNET);

	write_be16_at(w, ETHERNET + 10, sum_finish(sum_bytes(0, header)));
}

static u64 pseudo_of(bool six, u8 protocol, u32 length)
{
	struct ip source6 = { 0xfd00000000000000ull, 1 }, target6 = { 0xfd00000000000000ull, 2 };

	return six ? ip_pseudo_sum(source6, target6, protocol, length)
		   : ip_pseudo_sum(ip_from4(0x0a630001), ip_from4(0x0a630002), protocol, length);
}

/* A UDP datagram whose checksum the port completes. */
static bool send_udp(bool six, u32 bytes)
{
	struct span room = net_tx(A_PORT);
	struct writer w = writer_of(room);
	struct net_send send = { .csum = NET_CSUM_FILL, .csum_offset = 6 };

	if (room.n == 0)
		return false;
	conform_fill(span_first(span_of(payload), bytes), bytes);
	head(&w, six ? 0x86dd : 0x0800);
	write_ip(&w, six, IP_UDP, 8 + bytes);
	send.csum_start = (u16)write_len(&w);
	write_be32(&w, 0x30393039);
	write_be16(&w, (u16)(8 + bytes));
	write_be16(&w, sum_fold(pseudo_of(six, IP_UDP, 8 + bytes)));
	send.piece[1] = view_make(payload, bytes);
	net_tx_send(A_PORT, write_len(&w), &send);
	return true;
}

/* One TCP segment of 20,000 bytes for the port to cut. */
static bool send_segments(bool six)
{
	struct span room = net_tx(A_PORT);
	struct writer w = writer_of(room);
	struct net_send send = { .csum = NET_CSUM_FILL, .csum_offset = 16, .gso_size = SEGMENT };

	if (room.n == 0)
		return false;
	conform_fill(span_of(payload), 5);
	head(&w, six ? 0x86dd : 0x0800);
	write_ip(&w, six, IP_TCP, 20 + PAYLOAD);
	send.csum_start = (u16)write_len(&w);
	write_be32(&w, 0x30393039);
	write_be32(&w, 0); /* the sequence number is the place in the payload */
	write_be32(&w, 1);
	write_be32(&w, 0x50102000);
	write_be16(&w, sum_fold(pseudo_of(six, IP_TCP, 20 + PAYLOAD)));
	write_be16(&w, 0);
	send.head_len = (u16)write_len(&w);
	send.gso = six ? NET_GSO_TCP6 : NET_GSO_TCP4;
	send.piece[0] = view_make(payload, 7777);
	send.piece[1] = view_make(payload + 7777, 3);
	send.piece[2] = view_make(payload + 7780, PAYLOAD - 7780);
	net_tx_send(A_PORT, write_len(&w), &send);
	return true;
}

/* ---- receiving ---- */

static void pattern_in(struct reader *r)
{
	static u8 want[2000];
	u32 i = read_be32(r), bytes = read_be32(r);
	struct view body = view_first(read_rest(r), bytes); /* short frames may be padded */

	if (i == PROBE) {
		probes += 1;
		return;
	}
	conform_fill(span_first(span_of(want), bytes), i);
	wrong += i != received || body.n != bytes || !view_equal(body, view_first(view_of(want), bytes));
	received += 1;
}

/* Sums are verified by the host, or right. */
static bool sum_good(const struct net_frame *f, bool six, u8 protocol, struct view packet)
{
	return f->csum == NET_CSUM_GOOD ||
	       sum_finish(sum_bytes(pseudo_of(six, protocol, (u32)packet.n), packet)) == 0;
}

static void udp_in(const struct net_frame *f, bool six, struct view packet)
{
	struct reader r = reader_of(packet);
	struct view body;

	read_skip(&r, 4);
	body = view_from(view_first(packet, read_be16(&r)), 8);
	wrong += !sum_good(f, six, IP_UDP, view_first(packet, body.n + 8)) ||
		 !conform_filled(body, (u32)body.n);
	received += 1;
}

static void tcp_in(const struct net_frame *f, bool six, struct view packet)
{
	struct reader r = reader_of(packet);
	struct view body = view_from(packet, 20);
	u32 at;

	read_skip(&r, 4);
	at = read_be32(&r);
	/* either in segments as asked, or joined and then it says so */
	wrong += at != received || !sum_good(f, six, IP_TCP, packet);
	wrong += body.n > SEGMENT && f->gso_size != SEGMENT;
	joined += body.n > SEGMENT;
	for (usize i = 0; i < body.n; i += 1)
		wrong += view_at(body, i) != conform_byte(5, at + i);
	received += (u32)body.n;
}

static void frame_in(const struct net_frame *f)
{
	struct reader r = reader_of(f->data);
	struct view source, target = read_view(&r, 6), packet;
	u16 type, length;
	bool six;

	source = read_view(&r, 6);
	type = read_be16(&r);
	if (!view_equal(target, view_of(to.b)) || !view_equal(source, view_of(from.b)))
		return;
	if (type == LOCAL_TYPE) {
		pattern_in(&r);
		return;
	}
	six = type == 0x86dd;
	packet = read_rest(&r);
	length = (u16)(view_at(packet, six ? 4 : 2) * 256u + view_at(packet, six ? 5 : 3));
	packet = six ? view_first(view_from(packet, 40), length) : view_from(view_first(packet, length), 20);
	if (state == SUMS)
		udp_in(f, six, packet);
	else
		tcp_in(f, six, packet);
}

/* What is lent stays lent until it is done, from the first that is not. */
static void receive(void)
{
	struct net_frame first[NET_BATCH], again[NET_BATCH];
	usize n, m;

	while ((n = net_rx(B_PORT, first, NET_BATCH)) > 0) {
		m = net_rx(B_PORT, again, NET_BATCH);
		if (m < n || again[0].data.p != first[0].data.p || again[n - 1].data.p != first[n - 1].data.p)
			conform(false, text("frames_are_lent_again_until_they_are_done"), m);
		for (usize i = 0; i < n; i += 1)
			frame_in(&first[i]);
		net_rx_done(B_PORT, 1);
		if (n > 1) {
			m = net_rx(B_PORT, again, n - 1);
			if (m != n - 1 || again[0].data.p != first[1].data.p)
				conform(false, text("the_rest_is_lent_again"), m);
			net_rx_done(B_PORT, n - 1);
		}
	}
	while ((n = net_rx(A_PORT, first, NET_BATCH)) > 0) /* its own wire's chatter */
		net_rx_done(A_PORT, n);
}

/* ---- the conversation ---- */

static const u32 sizes[] = { 0, 1, 37, 38, 100, 511, 999, 1478 };

/* All that this state sends; false: the port takes no more now. */
static bool send_next(void)
{
	switch (state) {
	case JOINING: break;
	case SIZES: return send_pattern(sent, sizes[sent]);
	case MANY: return send_pattern(sent, 200);
	case SUMS: return send_udp(sent % 2 != 0, sizes[sent / 2]);
	case SEGMENTS4: return send_segments(false);
	case SEGMENTS6: return send_segments(true);
	case DONE: break;
	}
	return false;
}

static u32 to_send(void)
{
	const u32 counts[] = { 0, COUNT(sizes), FRAMES, 2 * (COUNT(sizes) - 1), 1, 1, 0 };

	return counts[state];
}

static u32 to_receive(void)
{
	return state == SEGMENTS4 || state == SEGMENTS6 ? PAYLOAD : to_send();
}

static void judge(void)
{
	const struct view promises[] = { view_none(), text("frames_of_all_sizes_arrive_as_they_were_sent"),
		text("many_frames_arrive_in_order"), text("checksums_are_completed_for_both_families"),
		text("tcp_over_ipv4_is_cut_and_loses_nothing"),
		text("tcp_over_ipv6_is_cut_and_loses_nothing"), view_none() };

	conform(received == to_receive() && wrong == 0, promises[state], wrong > 0 ? wrong : received);
}

/* Two interfaces that have just come up may lose frames for a moment (a bridge
 * that has not noticed): probes, until one arrives. */
static bool joined_now(u64 now)
{
	if (probes == 0 && now < until) {
		(void)send_pattern(PROBE, 60);
		return false;
	}
	conform(probes > 0, text("the_wire_joins_the_two_ports"), probes);
	return true;
}

u64 app_step(struct app *app, u64 now)
{
	u32 can = net_facts(A_PORT).can;

	(void)app;
	receive();
	while (state < DONE) {
		bool offered = (state != SUMS || (can & NET_CAN_CSUM) != 0) &&
			       (state != SEGMENTS4 || (can & NET_CAN_TSO4) != 0) &&
			       (state != SEGMENTS6 || (can & NET_CAN_TSO6) != 0);

		if (until == 0)
			until = now + WAIT_NS;
		if (state == JOINING && !joined_now(now))
			return now + 10 * NS_PER_MS;
		/* a queue may be full, and what is on the wire bounded: send in portions */
		for (u32 i = 0; offered && i < 32 && sent < to_send() && send_next(); i += 1)
			sent += 1;
		if (offered && sent < to_send() && now < until)
			return now;
		if (offered && received < to_receive() && now < until)
			return until;
		if (offered && state != JOINING)
			judge();
		sent = received = wrong = 0;
		until = 0;
		state += 1;
	}
	conform_end();
	return TIME_NEVER;
}
