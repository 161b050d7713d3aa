#include "lib/dhcp/dhcp.h"
#include "lib/dhcp/dhcp_wire.h"
#include "lib/parts/parts.h"

/* RFC 2131 4.1: 4 s, doubled up to 64 s, each one second more or less. */
#define RETRY_FIRST_NS  (4 * NS_PER_S)
#define RETRY_MOST_NS   (64 * NS_PER_S)
#define RETRY_SPREAD_NS (1 * NS_PER_S)
#define REQUESTS_MAX    4u              /* then begin anew (3.1.5) */
#define RENEW_LEAST_NS  (60 * NS_PER_S) /* 4.4.5 */
#define DECLINE_WAIT_NS (10 * NS_PER_S) /* 3.1.5 */
#define REFUSED_WAIT_NS (1 * NS_PER_S)  /* a server that always refuses is not asked in a loop */

struct view dhcp_state_name(enum dhcp_state s)
{
	switch (s) {
	case DHCP_STOPPED: return text("STOPPED");
	case DHCP_INIT: return text("INIT");
	case DHCP_SELECTING: return text("SELECTING");
	case DHCP_REQUESTING: return text("REQUESTING");
	case DHCP_BOUND: return text("BOUND");
	case DHCP_RENEWING: return text("RENEWING");
	case DHCP_REBINDING: return text("REBINDING");
	}
	return text("?");
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* ---- states ---- */

static void enter(struct dhcp *d, enum dhcp_state state, u64 due_ns)
{
	d->state = state;
	d->due_ns = due_ns;
	d->sent = 0;
	d->wait_ns = 0;
}

/* The address, if there was one, is no longer ours. */
static void begin(struct dhcp *d, u64 due_ns)
{
	d->lease = (struct dhcp_lease){ .mtu = 0 };
	d->xid = (u32)jitter(&d->jitter, 0, 0xffffffffu);
	d->started_ns = due_ns;
	d->renew_ns = TIME_NEVER;
	d->rebind_ns = TIME_NEVER;
	enter(d, DHCP_INIT, due_ns);
}

void dhcp_start(struct dhcp *d, struct mac mac, struct view name, u64 random, u64 now)
{
	*d = (struct dhcp){ .mac = mac, .jitter = jitter_of(random) };
	d->name_len = (u8)copy(span_of(d->name), name);
	/* RFC 2131 4.4.1 would wait 1 to 10 s first, for rooms full of machines that start
	 * at once: an image is up in milliseconds, and would be reachable in seconds. */
	begin(d, now);
}

void dhcp_restart(struct dhcp *d, u64 now)
{
	if (d->state != DHCP_STOPPED)
		begin(d, now);
}

bool dhcp_bound(const struct dhcp *d)
{
	return d->state == DHCP_BOUND || d->state == DHCP_RENEWING || d->state == DHCP_REBINDING;
}

static void owe(struct dhcp *d, u8 type)
{
	d->owes = true;
	d->last_type = type;
	d->last_ip = d->lease.ip.ip;
	d->last_server = d->lease.server;
}

void dhcp_decline(struct dhcp *d, u64 now)
{
	if (!dhcp_bound(d))
		return;
	owe(d, DHCP_DECLINE);
	begin(d, now + DECLINE_WAIT_NS);
}

void dhcp_release(struct dhcp *d, u64 now)
{
	if (dhcp_bound(d))
		owe(d, DHCP_RELEASE);
	begin(d, now);
	enter(d, DHCP_STOPPED, TIME_NEVER);
}

/* ---- what comes: RFC 2131 4.4, figure 5 ---- */

/* RFC 950, for a server that gives no mask: by the address's class. */
static u8 class_bits(struct ip a)
{
	u32 top = ip_to4(a) >> 24;

	return top < 128 ? 8 : top < 192 ? 16 : 24;
}

static struct dhcp_route route_of(const struct dhcp_message *m, u32 i)
{
	if (image_parts.routes && m->classless)
		return m->route[i];
	return (struct dhcp_route){ { ip_from4(0), 0 }, m->router.ip[i] };
}

static struct dhcp_lease lease_of(const struct dhcp_message *m, u64 now)
{
	struct dhcp_lease l = { .server = m->server, .mtu = m->mtu };

	l.ip.ip = m->yiaddr;
	l.ip.bits = m->bits > 0 ? m->bits : class_bits(m->yiaddr);
	l.end_ns = m->lease_s == DHCP_FOREVER ? TIME_NEVER : now + m->lease_s * NS_PER_S;
	if (image_parts.resolvers)
		l.resolvers = m->resolver.count < DHCP_RESOLVERS ? m->resolver.count : DHCP_RESOLVERS;
	for (u32 i = 0; image_parts.resolvers && i < DHCP_RESOLVERS; i += 1)
		l.resolver[i] = i < l.resolvers ? m->resolver.ip[i] : ip_none();
	/* RFC 3442: with option 121, option 3 does not count. */
	l.routes = image_parts.routes && m->classless ? m->routes : m->router.count;
	for (u32 i = 0; i < (image_parts.routes ? DHCP_ROUTES : 1u) && i < l.routes; i += 1)
		l.route[i] = route_of(m, i);
	return l;
}

/* RFC 2131 4.4.5: T1 is half of the lease, T2 seven eighths, each a little spread;
 * unless the server says so and it makes sense. */
static void bind(struct dhcp *d, const struct dhcp_message *m, u64 now)
{
	u64 lease = m->lease_s * NS_PER_S;
	u64 renew = m->renew_s * NS_PER_S;
	u64 rebind = m->rebind_s * NS_PER_S;

	d->lease = lease_of(m, now);
	enter(d, DHCP_BOUND, TIME_NEVER);
	d->renew_ns = TIME_NEVER;
	d->rebind_ns = TIME_NEVER;
	if (m->lease_s == DHCP_FOREVER)
		return;
	if (rebind == 0 || rebind >= lease)
		rebind = lease / 8 * 7;
	if (renew == 0 || renew > rebind)
		renew = earlier(lease / 2, rebind);
	d->renew_ns = now + jitter(&d->jitter, renew / 16 * 15, renew / 16);
	d->rebind_ns = now + rebind;
}

/* A lease that can be used: an address, for some time, from somebody. */
static bool usable(const struct dhcp_message *m)
{
	return !ip_is_none(m->yiaddr) && !ip_is_none(m->server) && m->lease_s > 0;
}

static bool offered(struct dhcp *d, const struct dhcp_message *m, u64 now)
{
	/* RFC 2131 4.4.1 lets a client collect offers; the first one is as good. */
	if (m->type != DHCP_OFFER || !usable(m))
		return false;
	d->lease = lease_of(m, now);
	enter(d, DHCP_REQUESTING, now);
	return false;
}

/* The answer to a request. True: the lease changed. */
static bool answered(struct dhcp *d, const struct dhcp_message *m, u64 now)
{
	/* REBINDING asks everybody; else only the server we chose may answer. */
	if (d->state != DHCP_REBINDING && !ip_equal(m->server, d->lease.server))
		return false;
	if (m->type == DHCP_ACK && usable(m)) {
		bind(d, m, now);
		return true;
	}
	if (m->type != DHCP_NAK)
		return false;
	bool lost = dhcp_bound(d);
	begin(d, now + REFUSED_WAIT_NS);
	return lost;
}

bool dhcp_receive(struct dhcp *d, struct view message, u64 now)
{
	struct dhcp_message m;

	if (!dhcp_message_read(message, &m) || m.op != DHCP_BOOTREPLY)
		return false;
	if (m.xid != d->xid || !mac_equal(m.chaddr, d->mac))
		return false;
	switch (d->state) {
	case DHCP_SELECTING: return offered(d, &m, now);
	case DHCP_REQUESTING:
	case DHCP_RENEWING:
	case DHCP_REBINDING: return answered(d, &m, now);
	case DHCP_STOPPED:
	case DHCP_INIT:
	case DHCP_BOUND: break;
	}
	return false;
}

/* ---- what goes ---- */

static u64 backoff(struct dhcp *d)
{
	d->wait_ns = d->wait_ns == 0 ? RETRY_FIRST_NS : 2 * earlier(d->wait_ns, RETRY_MOST_NS / 2);
	return jitter(&d->jitter, d->wait_ns - RETRY_SPREAD_NS, 2 * RETRY_SPREAD_NS);
}

/* RFC 2131 4.4.5: half of the time that is left, not less than a minute. */
static u64 half_left(u64 now, u64 end)
{
	u64 half = end > now ? (end - now) / 2 : 0;

	return half > RENEW_LEAST_NS ? half : RENEW_LEAST_NS;
}

/* States that time ends. */
static void advance(struct dhcp *d, u64 now)
{
	if (d->state == DHCP_BOUND && now >= d->renew_ns) {
		d->xid = (u32)jitter(&d->jitter, 0, 0xffffffffu);
		d->started_ns = now;
		enter(d, DHCP_RENEWING, now);
	}
	if (d->state == DHCP_RENEWING && now >= d->rebind_ns)
		enter(d, DHCP_REBINDING, now);
	if (d->state == DHCP_REBINDING && now >= d->lease.end_ns)
		begin(d, now);
	if (d->state == DHCP_REQUESTING && d->sent >= REQUESTS_MAX && now >= d->due_ns)
		begin(d, now);
}

static struct dhcp_message message_of(const struct dhcp *d, u8 type, u64 now)
{
	u64 started = d->started_ns;
	u64 secs = now > started ? (now - started) / NS_PER_S : 0;

	return (struct dhcp_message){ .op = DHCP_BOOTREQUEST,
		.type = type,
		.xid = d->xid,
		.secs = (u16)earlier(secs, 0xffffu),
		.chaddr = d->mac };
}

/* Table 5 of RFC 2131: which fields a message has in which state. */
static struct dhcp_message next(struct dhcp *d, u64 now, struct dhcp_where *to)
{
	struct dhcp_message m = message_of(
		d, d->state == DHCP_INIT || d->state == DHCP_SELECTING ? DHCP_DISCOVER : DHCP_REQUEST, now);

	m.wants = true;
	if (dhcp_bound(d)) {
		m.ciaddr = d->lease.ip.ip;
		to->from = d->lease.ip.ip;
	} else {
		m.flags = DHCP_BROADCAST;
	}
	if (d->state == DHCP_REQUESTING) {
		m.requested = d->lease.ip.ip;
		m.server = d->lease.server;
	}
	if (d->state == DHCP_RENEWING)
		to->to = d->lease.server;
	return m;
}

static struct dhcp_message last(struct dhcp *d, u64 now, struct dhcp_where *to)
{
	struct dhcp_message m = message_of(d, d->last_type, now);

	m.secs = 0;
	m.server = d->last_server;
	if (d->last_type == DHCP_RELEASE) {
		m.ciaddr = d->last_ip;
		*to = (struct dhcp_where){ d->last_ip, d->last_server };
	} else {
		m.requested = d->last_ip;
	}
	d->owes = false;
	return m;
}

static void schedule(struct dhcp *d, u64 now)
{
	if (d->state == DHCP_INIT)
		enter(d, DHCP_SELECTING, now);
	if (d->state == DHCP_RENEWING)
		d->due_ns = now + half_left(now, d->rebind_ns);
	else if (d->state == DHCP_REBINDING)
		d->due_ns = now + half_left(now, d->lease.end_ns);
	else
		d->due_ns = now + backoff(d);
	if (d->sent < 255)
		d->sent += 1;
}

bool dhcp_send(struct dhcp *d, u64 now, struct span out, usize *n, struct dhcp_where *to)
{
	struct writer w = writer_of(out);
	struct dhcp_message m;

	require(out.n >= DHCP_BYTES_MAX);
	*n = 0;
	*to = (struct dhcp_where){ ip_from4(0), ip_from4(0xffffffffu) };
	advance(d, now);
	if (d->owes) {
		m = last(d, now, to);
	} else if (d->state != DHCP_STOPPED && d->state != DHCP_BOUND && now >= d->due_ns) {
		m = next(d, now, to);
		schedule(d, now);
	} else {
		return false;
	}
	dhcp_request_write(&w, &m, view_first(view_of(d->name), d->name_len));
	*n = write_len(&w);
	return true;
}

u64 dhcp_deadline(const struct dhcp *d)
{
	if (d->owes)
		return 0;
	switch (d->state) {
	case DHCP_STOPPED: return TIME_NEVER;
	case DHCP_BOUND: return d->renew_ns;
	case DHCP_RENEWING: return earlier(d->due_ns, d->rebind_ns);
	case DHCP_REBINDING: return earlier(d->due_ns, d->lease.end_ns);
	case DHCP_INIT:
	case DHCP_SELECTING:
	case DHCP_REQUESTING: break;
	}
	return d->due_ns;
}
