/* sim_trace.c - a frame in a line: enough to follow a conversation, not to study one (that is --pcap). */
#include <stdarg.h>
#include "base/reader.h"
#include "plat/sim/sim_world.h"

struct line {
	char *to;
	usize room, n;
};

static void say(struct line *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(struct line *l, const char *format, ...)
{
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(l->to + l->n, l->room - l->n, format, arguments);
	va_end(arguments);
	l->n += n > 0 && (usize)n < l->room - l->n ? (usize)n : l->room - l->n - 1;
}

static void say_ip(struct line *l, struct view ip)
{
	if (ip.n == 4) {
		say(l, "%u.%u.%u.%u", view_at(ip, 0), view_at(ip, 1), view_at(ip, 2), view_at(ip, 3));
		return;
	}
	for (usize i = 0; i < 16; i += 2) /* no "::", it is only a trace */
		say(l, "%s%x", i > 0 ? ":" : "", view_at(ip, i) * 256u + view_at(ip, i + 1));
}

static void say_tcp(struct line *l, struct reader r, struct view from, struct view to)
{
	static const char letters[] = "FSRPAUEC";
	u16 from_port = read_be16(&r), to_port = read_be16(&r);
	u32 seq = read_be32(&r), ack = read_be32(&r);
	u8 offset = read_u8(&r), flags = read_u8(&r);
	u16 window = read_be16(&r);
	usize head = (usize)(offset >> 4) * 4, all = read_left(&r) + 16;

	say_ip(l, from);
	say(l, ":%u > ", from_port);
	say_ip(l, to);
	say(l, ":%u tcp ", to_port);
	for (u32 i = 0; i < 8; i += 1)
		if (flags & 1u << i)
			say(l, "%c", letters[i]);
	say(l, " seq %u ack %u win %u, %zu bytes", seq, ack, window, all > head ? all - head : 0);
}

static void say_ip_payload(struct line *l, u8 protocol, struct reader r, struct view from, struct view to)
{
	if (protocol == 6) {
		say_tcp(l, r, from, to);
		return;
	}
	say_ip(l, from);
	say(l, " > ");
	say_ip(l, to);
	if (protocol == 17) {
		u16 from_port = read_be16(&r), to_port = read_be16(&r);

		say(l, " udp %u > %u", from_port, to_port);
	} else if (protocol == 1 || protocol == 58) {
		say(l, " icmp%s type %u", protocol == 58 ? "6" : "", read_u8(&r));
	} else {
		say(l, " protocol %u", protocol);
	}
}

static void say_ip4(struct line *l, struct reader r)
{
	u8 head = read_u8(&r);

	read_skip(&r, 1);
	usize total = read_be16(&r);

	read_skip(&r, 5);
	u8 protocol = read_u8(&r);

	read_skip(&r, 2);
	struct view from = read_view(&r, 4), to = read_view(&r, 4);

	read_skip(&r, (usize)(head & 15) * 4 - 20);
	if (read_bad(&r) || total < (usize)(head & 15) * 4) {
		say(l, "ip4, broken");
		return;
	}
	say_ip_payload(
		l, protocol, reader_of(view_first(read_rest(&r), total - (usize)(head & 15) * 4)), from, to);
}

static void say_ip6(struct line *l, struct reader r)
{
	read_skip(&r, 4);
	usize payload = read_be16(&r);
	u8 next = read_u8(&r);

	read_skip(&r, 1);
	struct view from = read_view(&r, 16), to = read_view(&r, 16);

	if (read_bad(&r)) {
		say(l, "ip6, broken");
		return;
	}
	say_ip_payload(l, next, reader_of(view_first(read_rest(&r), payload)), from, to);
}

static void say_arp(struct line *l, struct reader r)
{
	read_skip(&r, 6);
	u16 op = read_be16(&r);

	read_skip(&r, 6);
	struct view from = read_view(&r, 4);

	read_skip(&r, 6);
	struct view to = read_view(&r, 4);

	say(l, op == 1 ? "arp who has " : "arp reply to ");
	say_ip(l, to);
	say(l, op == 1 ? "? tell " : " from ");
	say_ip(l, from);
}

void sim_describe_frame(struct view frame, char *to, usize room)
{
	struct line l = { to, room, 0 };
	struct reader r = reader_of(frame);

	to[0] = 0;
	read_skip(&r, 12);
	u16 type = read_be16(&r);

	switch (type) {
	case 0x0800: say_ip4(&l, r); break;
	case 0x86dd: say_ip6(&l, r); break;
	case 0x0806: say_arp(&l, r); break;
	default: say(&l, "type 0x%04x", type);
	}
	say(&l, " [%zu]", frame.n);
}
