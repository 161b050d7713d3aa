#include "lib/dhcp6/dhcp6.h"
#include "lib/dhcp6/dhcp6_wire.h"

/* 7.6. */
#define SOL_TIMEOUT_NS  (1 * NS_PER_S)
#define SOL_MAX_RT_S    3600u
#define REQ_TIMEOUT_NS  (1 * NS_PER_S)
#define REQ_MAX_RT_NS   (30 * NS_PER_S)
#define REQ_MAX_RC      10u
#define REN_TIMEOUT_NS  (10 * NS_PER_S)
#define REN_MAX_RT_NS   (600 * NS_PER_S)
#define INF_TIMEOUT_NS  (1 * NS_PER_S)
#define INF_MAX_RT_S    3600u
#define IRT_DEFAULT_S   86400u
#define IRT_MINIMUM_S   600u
#define REFUSED_WAIT_NS (1 * NS_PER_S) /* a server that always refuses is not asked in a loop */

struct view dhcp6_state_name(enum dhcp6_state s)
{
	switch (s) {
	case DHCP6_STOPPED: return text("STOPPED");
	case DHCP6_SOLICITING: return text("SOLICITING");
	case DHCP6_REQUESTING: return text("REQUESTING");
	case DHCP6_BOUND: return text("BOUND");
	case DHCP6_RENEWING: return text("RENEWING");
	case DHCP6_REBINDING: return text("REBINDING");
	case DHCP6_INFORMING: return text("INFORMING");
	case DHCP6_INFORMED: return text("INFORMED");
	}
	return text("?");
}

struct ip dhcp6_servers(void)
{
	return (struct ip){ 0xff02000000000000ull, 0x10002 };
}

static u64 earlier(u64 a, u64 b)
{
	return a < b ? a : b;
}

static u64 until(u64 now, u32 lifetime_s)
{
	return lifetime_s == DHCP6_FOREVER ? TIME_NEVER : now + lifetime_s * NS_PER_S;
}

/* ---- states ---- */

/* Each exchange has a number and a clock of its own (16.1, 21.9). */
static void enter(struct dhcp6 *d, enum dhcp6_state state, u64 due_ns)
{
	d->state = state;
	d->xid = (u32)jitter(&d->jitter, 0, 0xffffffu);
	d->started_ns = due_ns;
	d->due_ns = due_ns;
	d->wait_ns = 0;
	d->sent = 0;
}

static void begin(struct dhcp6 *d, u64 due_ns)
{
	d->lease = (struct dhcp6_lease){ .resolvers = 0 };
	d->renew_ns = TIME_NEVER;
	d->rebind_ns = TIME_NEVER;
	enter(d, DHCP6_SOLICITING, due_ns);
}

void dhcp6_init(struct dhcp6 *d, const struct dhcp6_config *c)
{
	*d = (struct dhcp6){ .config = *c,
		.jitter = jitter_of(c->random),
		.due_ns = TIME_NEVER,
		.renew_ns = TIME_NEVER,
		.rebind_ns = TIME_NEVER,
		.solicit_most_s = SOL_MAX_RT_S,
		.inform_most_s = INF_MAX_RT_S };
}

void dhcp6_solicit(struct dhcp6 *d, u64 now)
{
	/* 18.2.1 would wait up to a second first, for rooms full of machines that start at once. */
	if (d->state == DHCP6_STOPPED || d->state == DHCP6_INFORMING || d->state == DHCP6_INFORMED)
		begin(d, now);
}

void dhcp6_inform(struct dhcp6 *d, u64 now)
{
	if (d->state == DHCP6_STOPPED)
		enter(d, DHCP6_INFORMING, now);
}

bool dhcp6_bound(const struct dhcp6 *d)
{
	return d->state == DHCP6_BOUND || d->state == DHCP6_RENEWING || d->state == DHCP6_REBINDING;
}

void dhcp6_decline(struct dhcp6 *d, u64 now)
{
	if (!dhcp6_bound(d))
		return;
	d->owes = DHCP6_DECLINE;
	d->last = d->lease;
	d->last.prefix = (struct dhcp6_binding){ .valid_ns = 0 };
	begin(d, now + REFUSED_WAIT_NS);
}

void dhcp6_restart(struct dhcp6 *d, u64 now)
{
	if (dhcp6_bound(d))
		enter(d, DHCP6_REBINDING, now);
	else if (d->state == DHCP6_INFORMED)
		enter(d, DHCP6_INFORMING, now);
	else if (d->state != DHCP6_STOPPED && d->state != DHCP6_INFORMING)
		begin(d, now);
}

void dhcp6_release(struct dhcp6 *d)
{
	if (dhcp6_bound(d)) {
		d->owes = DHCP6_RELEASE;
		d->last = d->lease;
	}
	begin(d, TIME_NEVER);
	d->state = DHCP6_STOPPED;
}

/* ---- what comes: 18.2.9, 18.2.10 ---- */

static u32 iaid_of(const struct dhcp6 *d)
{
	struct mac m = d->config.mac;

	return m.b[2] * 0x1000000u + m.b[3] * 0x10000u + m.b[4] * 0x100u + m.b[5];
}

static bool gives(const struct dhcp6 *d, const struct dhcp6_ia *ia)
{
	return ia->present && ia->iaid == iaid_of(d) && ia->status == DHCP6_SUCCESS &&
	       !ip_is_none(ia->ip.ip) && ia->valid_s > 0;
}

/* Something of what we want. */
static bool useful(const struct dhcp6 *d, const struct dhcp6_message *m)
{
	return m->status == DHCP6_SUCCESS &&
	       ((d->config.address && gives(d, &m->address)) || (d->config.prefix && gives(d, &m->prefix)));
}

static void take_others(struct dhcp6 *d, const struct dhcp6_message *m)
{
	if (m->solicit_most_s > 0)
		d->solicit_most_s = m->solicit_most_s;
	if (m->inform_most_s > 0)
		d->inform_most_s = m->inform_most_s;
	d->lease.resolvers = m->resolvers < DHCP6_RESOLVERS ? m->resolvers : DHCP6_RESOLVERS;
	for (u32 i = 0; i < DHCP6_RESOLVERS; i += 1)
		d->lease.resolver[i] = i < d->lease.resolvers ? m->resolver[i] : ip_none();
	d->lease.search = m->search;
}

static struct dhcp6_binding binding_of(const struct dhcp6_ia *ia, u64 now)
{
	return (struct dhcp6_binding){ ia->ip, until(now, ia->preferred_s), until(now, ia->valid_s) };
}

static void take_lease(struct dhcp6 *d, const struct dhcp6_message *m, u64 now)
{
	if (d->config.address && gives(d, &m->address))
		d->lease.address = binding_of(&m->address, now);
	if (d->config.prefix && gives(d, &m->prefix))
		d->lease.prefix = binding_of(&m->prefix, now);
	take_others(d, m);
	d->server = m->server;
}

/* 14.2, 21.4: when to renew and rebind: what the server says, or 0.5 and 0.8 of the preferred lifetime. */
static void schedule_ia(struct dhcp6 *d, const struct dhcp6_ia *ia, u64 now)
{
	u32 t1 = ia->t1_s, t2 = ia->t2_s;

	if (!gives(d, ia) || ia->valid_s == DHCP6_FOREVER)
		return;
	if (t2 == 0)
		t2 = ia->preferred_s == DHCP6_FOREVER ? ia->valid_s / 5u * 4u : ia->preferred_s / 5u * 4u;
	if (t1 == 0)
		t1 = t2 == DHCP6_FOREVER ? t2 : t2 / 8u * 5u;
	d->renew_ns = earlier(d->renew_ns, until(now, t1));
	d->rebind_ns = earlier(d->rebind_ns, until(now, t2));
}

static bool bind(struct dhcp6 *d, const struct dhcp6_message *m, u64 now)
{
	take_lease(d, m, now);
	enter(d, DHCP6_BOUND, TIME_NEVER);
	d->renew_ns = TIME_NEVER;
	d->rebind_ns = TIME_NEVER;
	if (d->config.address)
		schedule_ia(d, &m->address, now);
	if (d->config.prefix)
		schedule_ia(d, &m->prefix, now);
	return true;
}

/* 18.2.9: the first one that gives something is taken (README.md). */
static bool advertised(struct dhcp6 *d, const struct dhcp6_message *m, u64 now)
{
	if (m->type == DHCP6_REPLY && m->rapid && useful(d, m))
		return bind(d, m, now);
	if (m->type != DHCP6_ADVERTISE)
		return false;
	if (m->solicit_most_s > 0) /* 18.2.9: also from one that gives nothing */
		d->solicit_most_s = m->solicit_most_s;
	if (!useful(d, m))
		return false;
	take_lease(d, m, now);
	enter(d, DHCP6_REQUESTING, now);
	return false;
}

/* 18.2.10.1: a lifetime of 0 ends what we have. */
static bool takes_back(const struct dhcp6 *d, const struct dhcp6_ia *ia, const struct dhcp6_binding *b)
{
	return ia->present && ia->iaid == iaid_of(d) && !ip_is_none(ia->ip.ip) && ia->valid_s == 0 &&
	       ip_equal(ia->ip.ip, b->ip.ip);
}

/* 18.2.10.1. */
static bool answered(struct dhcp6 *d, const struct dhcp6_message *m, u64 now)
{
	bool had = dhcp6_bound(d);
	bool unbound = m->address.status == DHCP6_NO_BINDING || m->prefix.status == DHCP6_NO_BINDING;

	if (m->type != DHCP6_REPLY)
		return false;
	if (d->state != DHCP6_REBINDING && !dhcp6_duid_equal(&m->server, &d->server))
		return false;
	if (useful(d, m))
		return bind(d, m, now);
	/* The server does not know us any more: ask it for the same again. */
	if (had && unbound && m->status == DHCP6_SUCCESS) {
		d->server = m->server;
		enter(d, DHCP6_REQUESTING, now);
		return false;
	}
	if (had && (takes_back(d, &m->address, &d->lease.address) ||
			   takes_back(d, &m->prefix, &d->lease.prefix))) {
		begin(d, now + REFUSED_WAIT_NS);
		return true;
	}
	/* What it has no answer to, another server may have: T2 and the end of the lease come. */
	if (had)
		return false;
	begin(d, now + REFUSED_WAIT_NS);
	return false;
}

static bool informed(struct dhcp6 *d, const struct dhcp6_message *m, u64 now)
{
	u32 refresh = m->refresh_s == 0 ? IRT_DEFAULT_S : m->refresh_s;

	if (m->type != DHCP6_REPLY || m->status != DHCP6_SUCCESS)
		return false;
	take_others(d, m);
	enter(d, DHCP6_INFORMED, until(now, refresh < IRT_MINIMUM_S ? IRT_MINIMUM_S : refresh));
	return true;
}

bool dhcp6_receive(struct dhcp6 *d, struct view message, u64 now)
{
	struct dhcp6_duid own = dhcp6_duid_of(d->config.mac);
	struct dhcp6_message m;

	if (!dhcp6_message_read(message, &m) || m.xid != d->xid || m.server.count == 0)
		return false;
	/* 16.10: only the reply to an information request may leave us out. */
	if (!dhcp6_duid_equal(&m.client, &own) && !(d->state == DHCP6_INFORMING && m.client.count == 0))
		return false;
	switch (d->state) {
	case DHCP6_SOLICITING: return d->sent > 0 && advertised(d, &m, now);
	case DHCP6_REQUESTING:
	case DHCP6_RENEWING:
	case DHCP6_REBINDING: return answered(d, &m, now);
	case DHCP6_INFORMING: return informed(d, &m, now);
	case DHCP6_STOPPED:
	case DHCP6_BOUND:
	case DHCP6_INFORMED: break;
	}
	return false;
}

/* ---- what goes: section 15 ---- */

static u64 lease_end(const struct dhcp6 *d)
{
	u64 address = ip_is_none(d->lease.address.ip.ip) ? 0 : d->lease.address.valid_ns;
	u64 prefix = ip_is_none(d->lease.prefix.ip.ip) ? 0 : d->lease.prefix.valid_ns;

	return address > prefix ? address : prefix;
}

/* T1, T2, the end. */
static void advance(struct dhcp6 *d, u64 now)
{
	if (dhcp6_bound(d) && now >= lease_end(d))
		begin(d, now);
	if ((d->state == DHCP6_BOUND || d->state == DHCP6_RENEWING) && now >= d->rebind_ns)
		enter(d, DHCP6_REBINDING, now);
	if (d->state == DHCP6_BOUND && now >= d->renew_ns)
		enter(d, DHCP6_RENEWING, now);
	if (d->state == DHCP6_INFORMED && now >= d->due_ns)
		enter(d, DHCP6_INFORMING, now);
	/* 18.2.2: a server that does not answer any more. */
	if (d->state == DHCP6_REQUESTING && d->sent >= REQ_MAX_RC && now >= d->due_ns)
		begin(d, now);
}

/* RT = IRT, then doubled up to MRT, each a tenth more or less; never less for the first solicit (18.2.1). */
static void schedule(struct dhcp6 *d, u64 now)
{
	u64 first = REN_TIMEOUT_NS, most = REN_MAX_RT_NS, base;
	bool up = d->state == DHCP6_SOLICITING && d->sent == 0;

	if (d->state == DHCP6_SOLICITING) {
		first = SOL_TIMEOUT_NS;
		most = d->solicit_most_s * NS_PER_S;
	} else if (d->state == DHCP6_REQUESTING) {
		first = REQ_TIMEOUT_NS;
		most = REQ_MAX_RT_NS;
	} else if (d->state == DHCP6_INFORMING) {
		first = INF_TIMEOUT_NS;
		most = d->inform_most_s * NS_PER_S;
	}
	base = d->wait_ns == 0 ? first : 2 * earlier(d->wait_ns, most / 2);
	d->wait_ns =
		up ? jitter(&d->jitter, base + 1, base / 10) : jitter(&d->jitter, base / 10 * 9, base / 5);
	d->due_ns = now + d->wait_ns;
	if (d->sent < 255)
		d->sent += 1;
}

static void put_ia(const struct dhcp6 *d, bool wanted, const struct dhcp6_binding *b, struct dhcp6_ia *ia)
{
	if (!wanted)
		return;
	ia->present = true;
	ia->iaid = iaid_of(d);
	ia->ip = b->ip;
}

static u16 elapsed(const struct dhcp6 *d, u64 now)
{
	u64 hundredths = since(d->started_ns, now) / (10 * NS_PER_MS);

	return hundredths < 0xffff ? (u16)hundredths : 0xffff;
}

static struct dhcp6_message message_of(const struct dhcp6 *d, u64 now)
{
	static const u8 types[] = { [DHCP6_SOLICITING] = DHCP6_SOLICIT,
		[DHCP6_REQUESTING] = DHCP6_REQUEST,
		[DHCP6_RENEWING] = DHCP6_RENEW,
		[DHCP6_REBINDING] = DHCP6_REBIND,
		[DHCP6_INFORMING] = DHCP6_INFORMATION };
	const struct dhcp6_lease *l = d->owes != 0 ? &d->last : &d->lease;
	struct dhcp6_message m = { .xid = d->xid, .client = dhcp6_duid_of(d->config.mac) };

	m.type = d->owes != 0 ? d->owes : d->state < COUNT(types) ? types[d->state] : 0;
	m.elapsed = d->sent == 0 || d->owes != 0 ? 0 : elapsed(d, now);
	m.rapid = m.type == DHCP6_SOLICIT;
	if (m.type == DHCP6_REQUEST || m.type == DHCP6_RENEW || d->owes != 0)
		m.server = d->server;
	if (m.type == DHCP6_INFORMATION)
		return m;
	/* What ends a lease names what it had; everything else what we want. */
	put_ia(d, d->owes != 0 ? !ip_is_none(l->address.ip.ip) : d->config.address, &l->address, &m.address);
	put_ia(d, d->owes != 0 ? !ip_is_none(l->prefix.ip.ip) : d->config.prefix, &l->prefix, &m.prefix);
	return m;
}

static bool is_due(const struct dhcp6 *d, u64 now)
{
	bool speaks = d->state != DHCP6_STOPPED && d->state != DHCP6_BOUND && d->state != DHCP6_INFORMED;

	return speaks && now >= d->due_ns;
}

bool dhcp6_send(struct dhcp6 *d, u64 now, struct span out, usize *n)
{
	struct writer w = writer_of(out);
	struct dhcp6_message m;

	require(out.n >= DHCP6_BYTES_MAX);
	*n = 0;
	advance(d, now);
	if (d->owes == 0 && !is_due(d, now))
		return false;
	m = message_of(d, now);
	if (d->owes != 0)
		d->owes = 0;
	else
		schedule(d, now);
	dhcp6_message_write(&w, &m);
	*n = write_len(&w);
	return true;
}

u64 dhcp6_deadline(const struct dhcp6 *d)
{
	u64 when = TIME_NEVER;

	if (d->owes != 0)
		return 0;
	switch (d->state) {
	case DHCP6_STOPPED: return TIME_NEVER;
	case DHCP6_BOUND: when = earlier(d->renew_ns, d->rebind_ns); break;
	case DHCP6_RENEWING: when = earlier(d->due_ns, d->rebind_ns); break;
	case DHCP6_REBINDING:
	case DHCP6_SOLICITING:
	case DHCP6_REQUESTING:
	case DHCP6_INFORMING:
	case DHCP6_INFORMED: when = d->due_ns; break;
	}
	return dhcp6_bound(d) ? earlier(when, lease_end(d)) : when;
}
