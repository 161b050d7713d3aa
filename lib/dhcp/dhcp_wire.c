#include "lib/dhcp/dhcp_wire.h"
#include "lib/parts/parts.h"

#define COOKIE      0x63825363u
#define SNAME_BYTES 64u
#define FILE_BYTES  128u
#define MIN_BYTES   300u /* RFC 1542 2.1 */
#define MTU_MIN     68u  /* RFC 2132 5.1 */

enum {
	PAD = 0,
	SUBNET_MASK = 1,
	ROUTER = 3,
	RESOLVER = 6,
	HOST_NAME = 12,
	INTERFACE_MTU = 26,
	REQUESTED_ADDRESS = 50,
	LEASE_TIME = 51,
	OVERLOAD = 52,
	MESSAGE_TYPE = 53,
	SERVER_ID = 54,
	PARAMETER_LIST = 55,
	MAX_MESSAGE = 57,
	RENEWAL_TIME = 58,
	REBINDING_TIME = 59,
	CLIENT_ID = 61,
	CLASSLESS_ROUTES = 121,
	END = 255
};

/* RFC 2132 9.3. */
enum { OVERLOAD_FILE = 1, OVERLOAD_SNAME = 2 };

bool dhcp_is_host(struct ip a)
{
	u32 top = ip_to4(a) >> 24;

	return ip_is4(a) && top != 0 && top != 127 && top < 224;
}

static struct ip read_host(struct reader *r)
{
	struct ip a = read_ip4(r);

	return dhcp_is_host(a) ? a : ip_none();
}

/* A mask of ones and then zeroes, as their number; 0: it is none. */
static u8 read_mask(struct reader *r)
{
	u32 mask = read_be32(r);
	u8 bits = 0;

	while (bits < 32 && (mask >> (31 - bits)) % 2u != 0)
		bits += 1;
	return mask == 0xffffffffu - (bits < 32 ? 0xffffffffu >> bits : 0) ? bits : 0;
}

static struct dhcp_hosts read_hosts(struct reader *o)
{
	struct dhcp_hosts h = { 0 };

	if (!image_parts.routes && !image_parts.resolvers) { /* the router: the first is used */
		h.ip[0] = read_host(o);
		h.count = ip_is_none(h.ip[0]) ? 0 : 1;
		return h;
	}
	while (read_left(o) >= 4 && h.count < DHCP_RESOLVERS) {
		struct ip a = read_host(o);

		if (read_bad(o) || ip_is_none(a))
			continue;
		h.ip[h.count] = a;
		h.count += 1;
	}
	return h;
}

/* RFC 3442: bits, as many bytes as they need, and a router; 0.0.0.0: on the link. Bits past
 * the prefix are to be ignored. */
static void read_routes(struct reader *o, struct dhcp_message *m)
{
	m->classless = true;
	m->routes = 0;
	while (read_left(o) > 0) {
		u8 bits = read_u8(o);
		u32 net = 0;

		if (bits > 32) {
			read_fail(o);
			return;
		}
		for (u32 i = 0; i < 4; i += 1)
			net = net % 0x1000000u * 0x100u + (i * 8u < bits ? read_u8(o) : 0u);
		u32 via = read_be32(o);
		if (read_bad(o))
			return;
		struct ip router = via == 0 ? ip_none() : ip_from4(via);
		if (m->routes >= DHCP_ROUTES || !(via == 0 || dhcp_is_host(router)))
			continue;
		m->route[m->routes] = (struct dhcp_route){ { ip_from4(net), bits }, router };
		m->routes += 1;
	}
}

/* An option; one that is too short makes the reader bad, a longer one is taken as
 * far as we know it. */
static void read_option(struct reader *o, u8 kind, struct dhcp_message *m, u8 *overload)
{
	switch (kind) {
	case SUBNET_MASK: m->bits = read_mask(o); break;
	case ROUTER: m->router = read_hosts(o); break;
	case RESOLVER:
		if (image_parts.resolvers)
			m->resolver = read_hosts(o);
		break;
	case CLASSLESS_ROUTES:
		if (image_parts.routes)
			read_routes(o, m);
		break;
	case INTERFACE_MTU: m->mtu = read_be16(o); break;
	case REQUESTED_ADDRESS: m->requested = read_host(o); break;
	case LEASE_TIME: m->lease_s = read_be32(o); break;
	case OVERLOAD: *overload = read_u8(o); break;
	case MESSAGE_TYPE: m->type = read_u8(o); break;
	case SERVER_ID: m->server = read_host(o); break;
	case RENEWAL_TIME: m->renew_s = read_be32(o); break;
	case REBINDING_TIME: m->rebind_s = read_be32(o); break;
	default: break;
	}
}

/* RFC 2132 2: options one after the other, up to the end option or the field's end. */
static bool read_options(struct view field, struct dhcp_message *m, u8 *overload)
{
	struct reader r = reader_of(field);

	while (read_left(&r) > 0) {
		u8 kind = read_u8(&r);

		if (kind == END)
			return true;
		if (kind == PAD)
			continue;
		struct reader o = reader_of(read_view(&r, read_u8(&r)));
		read_option(&o, kind, m, overload);
		if (read_bad(&r) || read_bad(&o))
			return false;
	}
	return true;
}

bool dhcp_message_read(struct view message, struct dhcp_message *out)
{
	struct reader r = reader_of(message);
	struct dhcp_message m = { 0 };
	u8 overload = 0, ignored = 0;

	*out = m;
	m.op = read_u8(&r);
	u8 hardware = read_u8(&r);
	u8 mac_bytes = read_u8(&r);
	read_skip(&r, 1);
	m.xid = read_be32(&r);
	m.secs = read_be16(&r);
	m.flags = read_be16(&r);
	m.ciaddr = read_host(&r);
	m.yiaddr = read_host(&r);
	read_skip(&r, 4);
	m.giaddr = read_host(&r);
	m.chaddr = read_mac(&r);
	read_skip(&r, 10);
	struct view sname = read_view(&r, SNAME_BYTES);
	struct view file = read_view(&r, FILE_BYTES);
	u32 cookie = read_be32(&r);
	if (read_bad(&r) || cookie != COOKIE || hardware != 1 || mac_bytes != 6)
		return false;
	if (!mac_is_station(m.chaddr) || !read_options(read_rest(&r), &m, &overload))
		return false;
	/* RFC 2131 4.1: first the file field, then sname. */
	if ((overload & OVERLOAD_FILE) != 0 && !read_options(file, &m, &ignored))
		return false;
	if ((overload & OVERLOAD_SNAME) != 0 && !read_options(sname, &m, &ignored))
		return false;
	if (m.mtu < MTU_MIN)
		m.mtu = 0;
	*out = m;
	return true;
}

static void write_address_option(struct writer *w, u8 kind, struct ip a)
{
	if (ip_is_none(a))
		return;
	write_u8(w, kind);
	write_u8(w, 4);
	write_ip4(w, a);
}

static void write_hosts(struct writer *w, u8 kind, const struct dhcp_hosts *h)
{
	u32 n = h->count < DHCP_RESOLVERS ? h->count : DHCP_RESOLVERS;

	if (n > 0) {
		write_u8(w, kind);
		write_u8(w, (u8)(4u * n));
	}
	for (u32 i = 0; i < n; i += 1)
		write_ip4(w, h->ip[i]);
}

static void write_seconds_option(struct writer *w, u8 kind, u32 seconds)
{
	if (seconds == 0)
		return;
	write_u8(w, kind);
	write_u8(w, 4);
	write_be32(w, seconds);
}

static void write_client_options(struct writer *w, const struct dhcp_message *m, struct view name)
{
	write_u8(w, CLIENT_ID); /* RFC 2132 9.14: hardware type and address */
	write_u8(w, 7);
	write_u8(w, 1);
	write_mac(w, m->chaddr);
	if (!m->wants)
		return;
	if (name.n > 0 && name.n <= DHCP_NAME_MAX) {
		write_u8(w, HOST_NAME);
		write_u8(w, (u8)name.n);
		write_view(w, name);
	}
	write_u8(w, MAX_MESSAGE);
	write_u8(w, 2);
	write_be16(w, DHCP_BYTES_MAX + 28u); /* as an IP datagram: RFC 2132 9.10 */
	write_u8(w, PARAMETER_LIST);
	write_u8(w, image_parts.routes ? 8 : 7);
	write_u8(w, SUBNET_MASK);
	if (image_parts.routes)
		write_u8(w, CLASSLESS_ROUTES); /* RFC 3442: before the routers */
	write_u8(w, ROUTER);
	write_u8(w, RESOLVER);
	write_u8(w, INTERFACE_MTU);
	write_u8(w, LEASE_TIME);
	write_u8(w, RENEWAL_TIME);
	write_u8(w, REBINDING_TIME);
}

static void write_server_options(struct writer *w, const struct dhcp_message *m)
{
	if (m->bits > 0) {
		write_u8(w, SUBNET_MASK);
		write_u8(w, 4);
		write_be32(w, 0xffffffffu - (m->bits < 32 ? 0xffffffffu >> m->bits : 0));
	}
	write_hosts(w, ROUTER, &m->router);
	write_hosts(w, RESOLVER, &m->resolver);
	if (m->mtu > 0) {
		write_u8(w, INTERFACE_MTU);
		write_u8(w, 2);
		write_be16(w, m->mtu);
	}
	write_seconds_option(w, LEASE_TIME, m->lease_s);
	write_seconds_option(w, RENEWAL_TIME, m->renew_s);
	write_seconds_option(w, REBINDING_TIME, m->rebind_s);
}

static void write_fixed(struct writer *w, const struct dhcp_message *m)
{
	write_u8(w, m->op);
	write_be16(w, 0x0106u); /* Ethernet, 6 bytes of address */
	write_u8(w, 0);
	write_be32(w, m->xid);
	write_be16(w, m->secs);
	write_be16(w, m->flags);
	write_ip4(w, m->ciaddr);
	write_ip4(w, m->yiaddr);
	write_be32(w, 0);
	write_ip4(w, m->giaddr);
	write_mac(w, m->chaddr);
	write_fill(w, 0, 10 + SNAME_BYTES + FILE_BYTES);
	write_be32(w, COOKIE);
	write_u8(w, MESSAGE_TYPE);
	write_u8(w, 1);
	write_u8(w, m->type);
	write_address_option(w, SERVER_ID, m->server);
	write_address_option(w, REQUESTED_ADDRESS, m->requested);
}

static void write_end(struct writer *w)
{
	write_u8(w, END);
	usize len = write_len(w);
	if (len < MIN_BYTES)
		write_fill(w, PAD, MIN_BYTES - len);
}

void dhcp_request_write(struct writer *w, const struct dhcp_message *m, struct view name)
{
	write_fixed(w, m);
	write_client_options(w, m, name);
	write_end(w);
}

void dhcp_reply_write(struct writer *w, const struct dhcp_message *m)
{
	write_fixed(w, m);
	write_server_options(w, m);
	write_end(w);
}
