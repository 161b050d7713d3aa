/* attach_port.c - what --net says becomes a port: opening taps, packet sockets and stream sockets. */
#include "base/mem.h"
#include "base/format.h"
#include "dev/net.h"
#include "lib/ip/ip.h"
#include "lib/parts/parts.h"
#include "plat/linux/attach.h"
#include "plat/linux/port.h"
#include "plat/linux/say.h"

enum { MTU_MIN = 1280, MTU_DEFAULT = 1500, MTU_MAX = 65521 }; /* RFC 8200 5; what fits PORT_FRAME_BYTES */

struct attachment {
	struct view kind, value; /* "tap", "tap0" */
	struct mac mac;
	u64 mtu; /* 0: not given */
	bool has_mac;
	bool plain; /* as struct attach_names has it */
};

static struct view cut(struct view *rest, u8 at)
{
	struct view first = view_first(*rest, view_find(*rest, at));

	*rest = view_from(*rest, first.n + 1);
	return first;
}

static struct attachment read_attachment(struct view how)
{
	struct attachment a = { 0 };
	struct view rest = how, main = cut(&rest, ',');

	a.kind = cut(&main, ':');
	a.value = main;
	if (!image_parts.link_options && rest.n > 0)
		attach_without(text("--net ... mac= or mtu="));
	while (image_parts.link_options && rest.n > 0) {
		struct view value = cut(&rest, ','), key = cut(&value, '=');
		struct reader r = reader_of(value);

		if (view_equal(key, text("mac"))) {
			a.has_mac = mac_read_text(&r, &a.mac) && read_finished(&r) && a.mac.b[0] % 2 == 0;
			if (!a.has_mac)
				die(text("--net: mac="), value, 0,
					text("six pairs of hexadecimal digits, the first pair even: "
					     "mac=02:00:00:00:00:01"));
		} else if (view_equal(key, text("mtu"))) {
			if (!read_decimal(&r, MTU_MAX, &a.mtu) || !read_finished(&r) || a.mtu < MTU_MIN)
				die(text("--net: mtu="), value, 0, text("a number from 1280 to 65521"));
		} else {
			die(text("--net:"), key, 0, text("what may follow is mac=... and mtu=..."));
		}
	}
	return a;
}

/* ---- the address ---- */

static u64 mix(u64 h, struct view v)
{
	for (usize i = 0; i < v.n; i += 1)
		h = (h ^ view_at(v, i)) * 0x100000001b3ull;
	return (h ^ 0xff) * 0x100000001b3ull; /* so that "ab","c" is not "a","bc" */
}

/* The same image on the same interface of the same machine always has the same
 * address: leases, neighbour tables and SLAAC addresses stay good over a
 * restart. Locally administered, so it is nobody's; different machines differ
 * by /etc/machine-id. A stream socket open already has no name to tell two of
 * them apart: its address is random. */
static struct mac make_mac(const struct attach_names *names, struct view name, const struct attachment *a)
{
	u8 room[64];
	u64 h = 0xcbf29ce484222325ull;
	long fd = linux_open("/etc/machine-id", OPEN_RDONLY, 0);
	long n = fd < 0 ? 0 : linux_read((i32)fd, span_of(room));

	if (fd >= 0)
		linux_close((i32)fd);
	if (view_equal(a->kind, text("fd"))) {
		cpu_call3(CALL_GETRANDOM, (long)&h, sizeof h, 0);
	} else {
		h = mix(mix(h, view_make(room, n < 0 ? 0 : (usize)n)), names->image);
		h = mix(mix(mix(h, name), a->kind), a->value);
	}
	h ^= h >> 32;

	struct mac m = { { 2, (u8)(h >> 32), (u8)(h >> 24), (u8)(h >> 16), (u8)(h >> 8), (u8)h } };

	return m;
}

/* ---- interfaces ---- */

static struct linux_ifreq interface(const struct attachment *a)
{
	struct linux_ifreq r = { 0 };

	if (a->value.n == 0 || !zero_string(span_of(r.name), a->value))
		die(text("--net: not the name of an interface:"), a->value, 0,
			text("1 to 15 characters, as in --net tap:tap0"));
	return r;
}

/* A plain socket to ask about interfaces with. */
static long query(struct linux_ifreq *r, unsigned long request)
{
	long fd = cpu_call3(CALL_SOCKET, FAMILY_INET, SOCKET_DATAGRAM | SOCKET_CLOEXEC, 0);
	long result = fd < 0 ? fd : linux_ioctl((i32)fd, request, r);

	if (fd >= 0)
		linux_close((i32)fd);
	return result;
}

static void learn_mtu(struct attached_port *p, const struct attachment *a, struct linux_ifreq *r)
{
	p->mtu = MTU_DEFAULT;
	if (image_parts.link_options && a->mtu != 0)
		p->mtu = (u16)a->mtu;
	else if (query(r, IOCTL_GET_IFMTU) == 0 && r->u.number >= MTU_MIN)
		p->mtu = (u16)(r->u.number < MTU_MAX ? r->u.number : MTU_MAX);
}

static void bring_up(struct attached_port *p, const struct attachment *a, struct linux_ifreq *r)
{
	p->up = true;
	if (query(r, IOCTL_GET_IFFLAGS) < 0 || (r->u.flags & INTERFACE_UP) != 0)
		return;
	r->u.flags |= INTERFACE_UP;

	long error = query(r, IOCTL_SET_IFFLAGS);

	if (error < 0) {
		p->up = false;
		say(text("the interface is down and may not be brought up:"), a->value, error,
			text("ip link set NAME up, as root"));
	}
}

static void attach_tap(struct attached_port *p, const struct attachment *a)
{
	struct linux_ifreq r = interface(a);
	i32 header = sizeof(struct linux_vnet);
	bool plain = a->plain || !image_parts.offloads;
	u32 offloads = plain ? 0 : TUN_OFFLOAD_CSUM | TUN_OFFLOAD_TSO4 | TUN_OFFLOAD_TSO6;
	long fd = linux_open("/dev/net/tun", OPEN_RDWR | OPEN_NONBLOCK, 0);

	if (fd < 0)
		die(text("cannot open /dev/net/tun for"), a->value, fd,
			text("is it there, and may you? without a tap: --net unix:PATH, or fata run without "
			     "--net"));
	r.u.flags = plain ? TUN_TAP | TUN_NO_PI : TUN_TAP | TUN_NO_PI | TUN_VNET_HDR;

	long error = linux_ioctl((i32)fd, IOCTL_TUN_SET_IFF, &r);

	if (error < 0)
		die(text("cannot use the tap"), a->value, error,
			text("root creates one for you with: ip tuntap add dev NAME mode tap user $USER"));
	/* flags outlive the process on a persistent tap: say at every attach what we can take */
	if (!plain)
		error = linux_ioctl((i32)fd, IOCTL_TUN_SET_VNET_HDR, &header);
	if (error >= 0)
		error = linux_ioctl((i32)fd, IOCTL_TUN_SET_OFFLOAD, (const void *)(usize)offloads);
	if (image_parts.offloads && error < 0)
		die(text("the tap has no offloads:"), a->value, error,
			text("a kernel from 2.6.27 on has them"));
	p->fd = (i32)fd;
	p->kind = ATTACHED_FRAMES;
	p->header = plain ? 0 : sizeof(struct linux_vnet);
	learn_mtu(p, a, &r);
	bring_up(p, a, &r);
}

/* With the interface's own address the kernel's filter can do its work; with
 * another one (the default, so that the two hosts on this wire are two) the
 * interface must listen to everything. */
static void choose_filter(struct attached_port *p, const struct attachment *a)
{
	struct linux_ifreq r = interface(a);
	struct linux_membership all = { p->interface, MEMBERSHIP_PROMISC, 0, { 0 } };

	query(&r, IOCTL_GET_IFHWADDR);
	p->filters = view_equal(view_first(view_of(r.u.address.bytes), 6), view_of(p->mac.b));
	if (p->filters)
		p->can |= NET_CAN_MULTICAST;
	else if (linux_setsockopt(p->fd, LEVEL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) < 0)
		say(text("the interface may not listen to everything:"), a->value, 0,
			text("frames to the image's own address will not arrive; give it the interface's: "
			     "mac=..."));
}

static void attach_packet(struct attached_port *p, const struct attachment *a)
{
	struct linux_ifreq r = interface(a);
	i32 on = 1;
	long fd = cpu_call3(CALL_SOCKET, FAMILY_PACKET, SOCKET_RAW | SOCKET_NONBLOCK | SOCKET_CLOEXEC, 0);

	if (fd < 0)
		die(text("no packet socket for"), a->value, fd,
			text("it takes root, or the capability CAP_NET_RAW"));
	if (linux_ioctl((i32)fd, IOCTL_GET_IFINDEX, &r) < 0)
		die(text("no such interface:"), a->value, 0, text("ip link shows those there are"));
	p->fd = (i32)fd;
	p->interface = r.u.number;
	p->kind = ATTACHED_FRAMES;
	/* both before bind: no frame may come in the old form */
	linux_setsockopt(p->fd, LEVEL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on);
	if (!a->plain && linux_setsockopt(p->fd, LEVEL_PACKET, PACKET_VNET_HDR, &on, sizeof on) == 0)
		p->header = sizeof(struct linux_vnet);

	struct linux_sockaddr_packet to = {
		.family = FAMILY_PACKET,
		.protocol = __builtin_bswap16(ETHERTYPE_ALL),
		.interface = p->interface,
	};
	long error = cpu_call3(CALL_BIND, fd, (long)&to, sizeof to);

	if (error < 0)
		die(text("cannot listen on"), a->value, error, view_none());
	choose_filter(p, a);
	learn_mtu(p, a, &r);
	bring_up(p, a, &r);
}

/* ---- sockets ---- */

static i32 open_already(const struct attachment *a)
{
	struct reader r = reader_of(a->value);
	u64 number;

	if (!read_decimal(&r, 1u << 20, &number) || !read_finished(&r))
		die(text("--net fd:"), a->value, 0, text("the number of an open socket, as in fd:3"));
	return (i32)number;
}

static void attach_open(struct attached_port *p, const struct attachment *a, enum attached_kind kind)
{
	long flags = cpu_call3(CALL_FCNTL, p->fd, FCNTL_GETFL, 0);

	if (flags < 0 || cpu_call3(CALL_FCNTL, p->fd, FCNTL_SETFL, flags | OPEN_NONBLOCK) < 0)
		die(text("--net fd:"), a->value, flags, text("it must be open when the image is started"));
	p->kind = kind;
	p->mtu = image_parts.link_options && a->mtu != 0 ? (u16)a->mtu : MTU_DEFAULT;
	p->up = true;
}

static void attach_stream(struct attached_port *p, const struct attachment *a)
{
	if (!image_parts.sockets || view_equal(a->kind, text("fd"))) {
		p->fd = open_already(a);
	} else {
		struct linux_sockaddr_unix to = { .family = FAMILY_UNIX };

		if (!zero_string(span_of(to.path), a->value) || a->value.n == 0)
			die(text("--net unix: the path is empty or longer than 107 characters:"), a->value, 0,
				view_none());

		long fd = cpu_call3(CALL_SOCKET, FAMILY_UNIX, SOCKET_STREAM | SOCKET_CLOEXEC, 0);
		long error = fd < 0 ? fd : cpu_call3(CALL_CONNECT, fd, (long)&to, sizeof to);

		if (error < 0)
			die(text("cannot connect to"), a->value, error,
				text("a gateway, a switch or QEMU (-netdev stream,server=on) must listen "
				     "there"));
		p->fd = (i32)fd;
	}
	attach_open(p, a, ATTACHED_STREAM);
}

/* A descriptor that gives and takes whole frames: a tap that somebody else has
 * opened, or one end of a pair of datagram sockets. */
static void attach_frames(struct attached_port *p, const struct attachment *a)
{
	p->fd = open_already(a);
	attach_open(p, a, ATTACHED_FRAMES);
}

void attach_port(struct attached_port *p, const struct attach_names *names, struct view name, struct view how)
{
	struct attachment a = read_attachment(how);

	a.plain = names->plain;
	p->mac = image_parts.link_options && a.has_mac ? a.mac : make_mac(names, name, &a);
	if (view_equal(a.kind, text("tap")))
		attach_tap(p, &a);
	else if (view_equal(a.kind, text("packet")) && !image_parts.packets)
		attach_without(text("--net packet"));
	else if (view_equal(a.kind, text("packet")))
		attach_packet(p, &a);
	else if (!image_parts.sockets &&
		 (view_equal(a.kind, text("unix")) || view_equal(a.kind, text("frames"))))
		attach_without(text("--net unix or frames"));
	else if (view_equal(a.kind, text("frames")))
		attach_frames(p, &a);
	else if (view_equal(a.kind, text("fd")) || view_equal(a.kind, text("unix")))
		attach_stream(p, &a);
	else if (!view_equal(a.kind, text("none")))
		die(text("--net:"), a.kind, 0,
			text("there are tap:NAME packet:NAME unix:PATH fd:N frames:N none"));
}
