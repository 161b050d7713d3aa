#include "lib/dhcp6/dhcp6_wire.h"

/* 21, RFC 3646. */
enum {
	CLIENT_ID = 1,
	SERVER_ID = 2,
	IA_NA = 3,
	IA_ADDRESS = 5,
	OPTION_REQUEST = 6,
	ELAPSED_TIME = 8,
	STATUS_CODE = 13,
	RAPID_COMMIT = 14,
	DNS_SERVERS = 23,
	DOMAIN_LIST = 24,
	IA_PD = 25,
	IA_PREFIX = 26,
	REFRESH_TIME = 32,
	SOL_MAX_RT = 82,
	INF_MAX_RT = 83
};

struct dhcp6_duid dhcp6_duid_of(struct mac mac)
{
	struct dhcp6_duid d = { .count = 0 };
	struct writer w = writer_of(span_of(d.bytes));

	write_be16(&w, 3); /* 11.4: link-layer address */
	write_be16(&w, 1); /* Ethernet */
	write_mac(&w, mac);
	d.count = 10;
	return d;
}

bool dhcp6_duid_equal(const struct dhcp6_duid *a, const struct dhcp6_duid *b)
{
	return view_equal(view_first(view_of(a->bytes), a->count), view_first(view_of(b->bytes), b->count));
}

/* ---- reading ---- */

/* 11.1: a type and at least a byte, at most 130 in all. */
static void read_duid(struct reader *o, struct dhcp6_duid *d)
{
	struct view v = read_rest(o);

	*d = (struct dhcp6_duid){ .count = 0 };
	if (v.n < 3 || v.n > DHCP6_DUID_MAX)
		read_fail(o);
	else
		d->count = (u8)copy(span_of(d->bytes), v);
}

/* The next option's code and content; false: no more, or the reader is bad. */
static bool next_option(struct reader *r, u16 *code, struct view *content)
{
	*code = 0;
	*content = view_first(read_rest(r), 0);
	if (read_left(r) == 0)
		return false;
	*code = read_be16(r);
	*content = read_view(r, read_be16(r));
	return !read_bad(r);
}

static u16 status_in(struct reader options)
{
	u16 code, status = DHCP6_SUCCESS;
	struct view content;

	while (next_option(&options, &code, &content)) {
		struct reader o = reader_of(content);

		if (code == STATUS_CODE)
			status = read_be16(&o);
	}
	return status;
}

/* 21.6, 21.22: lifetimes that make sense, an address or a prefix that somebody can have, no error in it. */
static void read_binding(struct reader *o, bool prefix, struct dhcp6_ia *ia)
{
	struct ip_prefix ip = { .bits = 128 };
	u32 preferred, valid;

	if (!prefix)
		ip.ip = read_ip6(o);
	preferred = read_be32(o);
	valid = read_be32(o);
	if (prefix) {
		ip.bits = read_u8(o);
		ip.ip = read_ip6(o);
	}
	if (read_bad(o) || preferred > valid || ip.bits == 0 || ip.bits > 128)
		return;
	if (ip_is_none(ip.ip) || ip_is4(ip.ip) || ip_is_multicast(ip.ip) || ip_is_link_local(ip.ip) ||
		ip_is_loopback(ip.ip))
		return;
	if (!ip_is_none(ia->ip.ip) || status_in(*o) != DHCP6_SUCCESS)
		return;
	ia->ip = ip;
	ia->preferred_s = preferred;
	ia->valid_s = valid;
}

static void read_ia(struct reader *o, bool prefix, struct dhcp6_ia *ia)
{
	struct view content;
	u16 code;

	if (ia->present)
		return; /* of several the first counts */
	*ia = (struct dhcp6_ia){ .present = true };
	ia->iaid = read_be32(o);
	ia->t1_s = read_be32(o);
	ia->t2_s = read_be32(o);
	while (next_option(o, &code, &content)) {
		struct reader inner = reader_of(content);

		if (code == (prefix ? IA_PREFIX : IA_ADDRESS))
			read_binding(&inner, prefix, ia);
		else if (code == STATUS_CODE)
			ia->status = read_be16(&inner);
		if (read_bad(&inner))
			read_fail(o);
	}
	/* 21.4: T1 > T2 > 0: the option is to be discarded. */
	if (ia->t2_s > 0 && ia->t1_s > ia->t2_s)
		*ia = (struct dhcp6_ia){ .present = false };
}

static void read_resolvers(struct reader *o, struct dhcp6_message *m)
{
	m->resolvers = 0;
	while (read_left(o) >= 16 && m->resolvers < DHCP6_RESOLVERS) {
		struct ip a = read_ip6(o);

		if (read_bad(o) || ip_is4(a) || ip_is_none(a) || ip_is_multicast(a))
			continue;
		m->resolver[m->resolvers] = a;
		m->resolvers += 1;
	}
}

/* 21.7: of what servers here can tell. */
static void read_wishes(struct reader *o, struct dhcp6_message *m)
{
	while (read_left(o) > 0) {
		u16 code = read_be16(o);

		m->asks_resolvers = m->asks_resolvers || code == DNS_SERVERS;
		m->asks_search = m->asks_search || code == DOMAIN_LIST;
	}
}

/* RFC 3646 4: a list that is not well formed is as if it were not there. */
static void read_search(struct reader *o, struct dhcp6_message *m)
{
	m->search.count = 0;
	(void)search_read(o, &m->search);
}

/* 21.24, 21.25: from a minute to a day; else the option is ignored. */
static u32 read_most(struct reader *o)
{
	u32 s = read_be32(o);

	return s >= 60 && s <= 86400 ? s : 0;
}

static void read_option(struct reader *o, u16 code, struct dhcp6_message *m)
{
	switch (code) {
	case CLIENT_ID: read_duid(o, &m->client); break;
	case SERVER_ID: read_duid(o, &m->server); break;
	case IA_NA: read_ia(o, false, &m->address); break;
	case IA_PD: read_ia(o, true, &m->prefix); break;
	case OPTION_REQUEST: read_wishes(o, m); break;
	case ELAPSED_TIME: m->elapsed = read_be16(o); break;
	case STATUS_CODE: m->status = read_be16(o); break;
	case RAPID_COMMIT: m->rapid = true; break;
	case DNS_SERVERS: read_resolvers(o, m); break;
	case DOMAIN_LIST: read_search(o, m); break;
	case REFRESH_TIME: m->refresh_s = read_be32(o); break;
	case SOL_MAX_RT: m->solicit_most_s = read_most(o); break;
	case INF_MAX_RT: m->inform_most_s = read_most(o); break;
	default: break;
	}
}

bool dhcp6_message_read(struct view message, struct dhcp6_message *out)
{
	struct reader r = reader_of(message);
	struct dhcp6_message m = { .type = 0 };
	struct view content;
	u16 code;

	*out = m;
	u32 head = read_be32(&r);
	m.type = (u8)(head >> 24);
	m.xid = head % 0x1000000u;
	while (next_option(&r, &code, &content)) {
		struct reader o = reader_of(content);

		read_option(&o, code, &m);
		if (read_bad(&o))
			return false;
	}
	if (read_bad(&r))
		return false;
	*out = m;
	return true;
}

/* ---- writing ---- */

static void write_duid(struct writer *w, u16 code, const struct dhcp6_duid *d)
{
	if (d->count == 0)
		return;
	write_be16(w, code);
	write_be16(w, d->count);
	write_view(w, view_first(view_of(d->bytes), d->count));
}

static void write_status(struct writer *w, u16 status)
{
	if (status == DHCP6_SUCCESS)
		return;
	write_be16(w, STATUS_CODE);
	write_be16(w, 2);
	write_be16(w, status);
}

static u16 binding_bytes(bool prefix, struct ip_prefix ip)
{
	return ip_is_none(ip.ip) ? 0 : prefix ? 4 + 25 : 4 + 24;
}

/* 21.6, 21.22. */
static void write_binding(struct writer *w, bool prefix, struct ip_prefix ip, u32 preferred_s, u32 valid_s)
{
	if (ip_is_none(ip.ip))
		return;
	write_be16(w, prefix ? IA_PREFIX : IA_ADDRESS);
	write_be16(w, prefix ? 25 : 24);
	if (!prefix)
		write_ip6(w, ip.ip);
	write_be32(w, preferred_s);
	write_be32(w, valid_s);
	if (prefix) {
		write_u8(w, ip.bits);
		write_ip6(w, ip.ip);
	}
}

/* A client's binding is what it wishes for or has (21.4); without one: whatever the server gives. */
static void write_ia(struct writer *w, bool prefix, const struct dhcp6_ia *ia)
{
	if (!ia->present)
		return;
	write_be16(w, prefix ? IA_PD : IA_NA);
	write_be16(w, (u16)(12u + binding_bytes(prefix, ia->ip) + binding_bytes(prefix, ia->gone) +
			      (ia->status == DHCP6_SUCCESS ? 0 : 6u)));
	write_be32(w, ia->iaid);
	write_be32(w, ia->t1_s);
	write_be32(w, ia->t2_s);
	write_binding(w, prefix, ia->ip, ia->preferred_s, ia->valid_s);
	write_binding(w, prefix, ia->gone, 0, 0);
	write_status(w, ia->status);
}

static void write_number(struct writer *w, u16 code, u32 number)
{
	if (number == 0)
		return;
	write_be16(w, code);
	write_be16(w, 4);
	write_be32(w, number);
}

/* 21.7: what we want to be told; SOL_MAX_RT must be among it. Not in what ends a lease. */
static void write_wishes(struct writer *w, u8 type)
{
	bool information = type == DHCP6_INFORMATION;

	if (type == DHCP6_RELEASE || type == DHCP6_DECLINE)
		return;
	write_be16(w, OPTION_REQUEST);
	write_be16(w, information ? 8 : 6);
	write_be16(w, DNS_SERVERS);
	write_be16(w, DOMAIN_LIST);
	write_be16(w, information ? INF_MAX_RT : SOL_MAX_RT);
	if (information)
		write_be16(w, REFRESH_TIME);
}

static void write_resolvers(struct writer *w, const struct dhcp6_message *m)
{
	u32 resolvers = m->resolvers < DHCP6_RESOLVERS ? m->resolvers : DHCP6_RESOLVERS;

	if (resolvers == 0)
		return;
	write_be16(w, DNS_SERVERS);
	write_be16(w, (u16)(16u * resolvers));
	for (u32 i = 0; i < resolvers; i += 1)
		write_ip6(w, m->resolver[i]);
}

static void write_search(struct writer *w, const struct search *s)
{
	u8 room[SEARCH_WIRE_BYTES];
	struct writer names = writer_of(span_of(room));

	if (s->count == 0)
		return;
	search_write(&names, s);
	write_be16(w, DOMAIN_LIST);
	write_be16(w, (u16)write_len(&names));
	write_view(w, write_done(&names));
}

void dhcp6_message_write(struct writer *w, const struct dhcp6_message *m)
{
	bool server = m->type == DHCP6_ADVERTISE || m->type == DHCP6_REPLY;

	write_be32(w, m->type * 0x1000000u + m->xid % 0x1000000u);
	write_duid(w, CLIENT_ID, &m->client);
	write_duid(w, SERVER_ID, &m->server);
	if (!server) {
		write_be16(w, ELAPSED_TIME);
		write_be16(w, 2);
		write_be16(w, m->elapsed);
		write_wishes(w, m->type);
	}
	if (m->rapid)
		write_be32(w, RAPID_COMMIT * 0x10000u);
	write_ia(w, false, &m->address);
	write_ia(w, true, &m->prefix);
	write_status(w, m->status);
	write_resolvers(w, m);
	write_search(w, &m->search);
	write_number(w, REFRESH_TIME, m->refresh_s);
	write_number(w, SOL_MAX_RT, m->solicit_most_s);
	write_number(w, INF_MAX_RT, m->inform_most_s);
}
