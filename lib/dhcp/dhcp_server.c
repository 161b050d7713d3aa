#include "lib/dhcp/dhcp_server.h"
#include "lib/dhcp/dhcp_wire.h"

/* An address offered is kept for the client this long. */
#define OFFER_NS      (10 * NS_PER_S)
#define LEASE_LEAST_S 60u

void dhcp_server_init(struct dhcp_server *s, const struct dhcp_server_config *c)
{
	require(c->count >= 1);
	require(c->count <= DHCP_SERVER_LEASES);
	require(c->lease_s >= LEASE_LEAST_S);
	require(c->bits >= 1);
	require(c->bits <= 30);
	require(dhcp_is_host(c->own));
	require(dhcp_is_host(c->first));
	require(ip_to4(c->first) <= 0xffffffffu - c->count);
	*s = (struct dhcp_server){ .config = *c };
}

static struct ip address_of(const struct dhcp_server *s, u32 slot)
{
	return ip_from4(ip_to4(s->config.first) + slot);
}

/* The slot of this client, or DHCP_SERVER_LEASES. */
static u32 slot_of(const struct dhcp_server *s, struct mac mac)
{
	for (u32 i = 0; i < s->config.count; i += 1)
		if (s->given[i].end_ns != 0 && mac_equal(s->given[i].mac, mac))
			return i;
	return DHCP_SERVER_LEASES;
}

/* RFC 2131 4.3.1: the client's own, else the one it wishes for if that is free, else one
 * never given, else the one that has been free for the longest. The wish matters
 * after a restart of ours: everybody keeps the address they have.
 * DHCP_SERVER_LEASES: all are in use. */
static u32 choose(const struct dhcp_server *s, struct mac mac, struct ip wanted, u64 now)
{
	u32 best = slot_of(s, mac);
	u64 best_end = TIME_NEVER;

	if (best < DHCP_SERVER_LEASES)
		return best;
	for (u32 i = 0; i < s->config.count; i += 1) {
		u64 end = s->given[i].end_ns;

		if (end > now)
			continue;
		if (ip_equal(wanted, address_of(s, i)))
			return i;
		if (end < best_end) {
			best = i;
			best_end = end;
		}
	}
	return best;
}

static struct dhcp_message answer_of(const struct dhcp_server *s, const struct dhcp_message *request, u8 type)
{
	return (struct dhcp_message){ .op = DHCP_BOOTREPLY,
		.type = type,
		.xid = request->xid,
		.flags = request->flags,
		.chaddr = request->chaddr,
		.server = s->config.own };
}

static void tell(const struct dhcp_server *s, struct dhcp_message *m)
{
	m->bits = s->config.bits;
	m->router = (struct dhcp_hosts){ !ip_is_none(s->config.router), { s->config.router } };
	m->mtu = s->config.mtu;
	while (m->resolver.count < DHCP_RESOLVERS && !ip_is_none(s->config.resolver[m->resolver.count])) {
		m->resolver.ip[m->resolver.count] = s->config.resolver[m->resolver.count];
		m->resolver.count += 1;
	}
}

static struct dhcp_message grant(struct dhcp_server *s, const struct dhcp_message *request, u8 type, u32 slot)
{
	struct dhcp_message m = answer_of(s, request, type);

	m.yiaddr = address_of(s, slot);
	m.lease_s = s->config.lease_s;
	m.renew_s = s->config.lease_s / 2;
	m.rebind_s = s->config.lease_s / 8 * 7;
	tell(s, &m);
	return m;
}

/* RFC 2131 4.3.1. */
static bool discover(
	struct dhcp_server *s, const struct dhcp_message *request, u64 now, struct dhcp_message *m)
{
	u32 slot = choose(s, request->chaddr, request->requested, now);

	if (slot >= DHCP_SERVER_LEASES)
		return false;
	struct dhcp_given *g = &s->given[slot];
	if (!mac_equal(g->mac, request->chaddr) || g->end_ns < now + OFFER_NS)
		*g = (struct dhcp_given){ request->chaddr, now + OFFER_NS };
	*m = grant(s, request, DHCP_OFFER, slot);
	return true;
}

/* RFC 2131 4.3.2: it names the address it wants in `requested`, or has it in ciaddr. */
static bool requested(
	struct dhcp_server *s, const struct dhcp_message *request, u64 now, struct dhcp_message *m)
{
	struct ip wanted = ip_is_none(request->requested) ? request->ciaddr : request->requested;
	u32 slot = choose(s, request->chaddr, wanted, now);

	/* SELECTING: another server's offer was taken. */
	if (!ip_is_none(request->server) && !ip_equal(request->server, s->config.own))
		return false;
	if (slot >= DHCP_SERVER_LEASES || !ip_equal(wanted, address_of(s, slot))) {
		/* A client that knows an address of another time or network: the table is
		 * small and ours alone, so there is nobody else to ask. */
		*m = answer_of(s, request, DHCP_NAK);
		m->flags |= DHCP_BROADCAST;
		return true;
	}
	s->given[slot] = (struct dhcp_given){ request->chaddr, now + s->config.lease_s * NS_PER_S };
	*m = grant(s, request, DHCP_ACK, slot);
	m->ciaddr = request->ciaddr;
	return true;
}

static bool handle(struct dhcp_server *s, const struct dhcp_message *request, u64 now, struct dhcp_message *m)
{
	u32 slot = slot_of(s, request->chaddr);

	*m = answer_of(s, request, DHCP_ACK);
	switch (request->type) {
	case DHCP_DISCOVER: return discover(s, request, now, m);
	case DHCP_REQUEST: return requested(s, request, now, m);
	case DHCP_DECLINE: /* 4.3.3 */
		if (slot < DHCP_SERVER_LEASES && ip_equal(request->requested, address_of(s, slot))) {
			s->given[slot].mac = mac_none();
			s->given[slot].end_ns = now + s->config.lease_s * NS_PER_S;
		}
		return false;
	case DHCP_RELEASE: /* 4.3.4: remembered for the same client until another needs it */
		if (slot < DHCP_SERVER_LEASES && ip_equal(request->ciaddr, address_of(s, slot)))
			s->given[slot].end_ns = now > 0 ? now : 1;
		return false;
	case DHCP_INFORM: /* 4.3.5 */
		m->ciaddr = request->ciaddr;
		tell(s, m);
		return !ip_is_none(request->ciaddr);
	default: return false;
	}
}

bool dhcp_answer(
	struct dhcp_server *s, struct view request, u64 now, struct span out, usize *n, struct dhcp_where *to)
{
	struct writer w = writer_of(out);
	struct dhcp_message asked, m;

	require(out.n >= DHCP_BYTES_MAX);
	*n = 0;
	*to = (struct dhcp_where){ s->config.own, ip_from4(0xffffffffu) };
	if (!dhcp_message_read(request, &asked) || asked.op != DHCP_BOOTREQUEST)
		return false;
	/* One network, no relays. */
	if (!ip_is_none(asked.giaddr) || !handle(s, &asked, now, &m))
		return false;
	dhcp_reply_write(&w, &m);
	*n = write_len(&w);
	if (m.type != DHCP_NAK && !ip_is_none(asked.ciaddr))
		to->to = asked.ciaddr;
	return true;
}
