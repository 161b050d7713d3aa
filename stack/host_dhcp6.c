/* host_dhcp6.c - a host's DHCP for IPv6: when routers say so it asks for an address or for what else there is,
 * and for a prefix where the image wants one. */
#include "stack/host.h"
#include "stack/log.h"

static struct log_source LOG_DHCP6 = LOG_SOURCE("dhcp6");

static void say(const char *what, usize n, struct ip_prefix p)
{
	struct writer w = log_begin(&LOG_DHCP6, LOG_INFO);

	write_view(&w, view_make(what, n));
	ip_prefix_write_text(&w, p);
	log_end(&w);
}

#define SAY(what, prefix) say(what, sizeof what - 1u, prefix)

static u32 place_of(const struct slaac *s, struct ip ip)
{
	u32 i = 0;

	while (i < SLAAC_ADDRESSES &&
		!(slaac_address(s, i).state != SLAAC_NONE && ip_equal(slaac_address(s, i).ip.ip, ip)))
		i += 1;
	return i;
}

/* The leased address goes through the same detection as others (RFC 9915 18.2.10.1). */
static void follow_address(struct host *h)
{
	struct host_dhcp6 *x = h->dhcp6;
	const struct dhcp6_binding *b = &x->core.lease.address;
	bool has = dhcp6_bound(&x->core) && !ip_is_none(b->ip.ip);
	struct slaac_address a = { .state = SLAAC_NONE };

	if (!ip_is_none(x->address) && (!has || !ip_equal(x->address, b->ip.ip))) {
		slaac_keep(&h->slaac, &(struct slaac_address){ .ip = { x->address, 128 } }, h->now);
		x->address = ip_none();
	}
	if (!has)
		return;
	a.ip = b->ip;
	a.preferred_until_ns = b->preferred_ns;
	a.valid_until_ns = b->valid_ns;
	slaac_keep(&h->slaac, &a, h->now);
	x->address = a.ip.ip;
	if (slaac_address(&h->slaac, place_of(&h->slaac, x->address)).state == SLAAC_DUPLICATE) {
		log_text(&LOG_DHCP6, LOG_ERROR, text("another host has the address: declining it"));
		dhcp6_decline(&x->core, h->now);
		follow_address(h);
	}
}

static void follow_prefix(struct host *h)
{
	struct host_dhcp6 *x = h->dhcp6;
	struct ip_prefix now = { { 0, 0 }, 0 };

	if (dhcp6_bound(&x->core))
		now = x->core.lease.prefix.ip;
	if (ip_equal(now.ip, x->prefix.ip) && now.bits == x->prefix.bits)
		return;
	if (!ip_is_none(x->prefix.ip))
		SAY("no longer ours: the prefix ", x->prefix);
	if (!ip_is_none(now.ip))
		SAY("ours to give away: the prefix ", now);
	x->prefix = now;
}

static void step(struct host *h)
{
	u8 room[DHCP6_BYTES_MAX];
	struct ip own = slaac_source(&h->slaac, nd_all_nodes());
	usize n;

	if (ip_is_none(own))
		return; /* asked from a link-local address only (RFC 9915 13.1) */
	while (dhcp6_send(&h->dhcp6->core, h->now, span_of(room), &n))
		(void)datagram_send_small(h, own, DHCP6_CLIENT_PORT, dhcp6_servers(), DHCP6_SERVER_PORT,
			view_first(view_of(room), n));
	follow_address(h);
	follow_prefix(h);
}

static u64 deadline(const struct host *h)
{
	bool speaks = !ip_is_none(slaac_source(&h->slaac, nd_all_nodes()));

	return speaks ? dhcp6_deadline(&h->dhcp6->core) : TIME_NEVER;
}

static void receive(void *context, struct host *h, const struct datagram *d, u64 now)
{
	struct host_dhcp6 *x = context;

	host_addresses_changed(h);
	if (d->from_port == DHCP6_SERVER_PORT && ip_is_link_local(d->from) &&
		dhcp6_receive(&x->core, d->data, now))
		step(h);
}

/* RFC 4861 4.2: M makes O redundant. Who wants a prefix asks wherever there is a router. */
static void advised(struct host *h, const struct nd *m)
{
	struct dhcp6 *d = &h->dhcp6->core;

	d->config.address = d->config.address || m->managed;
	if (m->managed || d->config.prefix)
		dhcp6_solicit(d, h->now);
	else if (m->other)
		dhcp6_inform(d, h->now);
}

static void restart(struct host *h)
{
	dhcp6_restart(&h->dhcp6->core, h->now);
}

static void stop(struct host *h)
{
	dhcp6_release(&h->dhcp6->core);
	step(h);
}

void host_dhcp6(struct host *h, struct host_dhcp6 *x, bool prefix)
{
	u16 port;

	*x = (struct host_dhcp6){
		.advised = advised, .step = step, .deadline = deadline, .restart = restart, .stop = stop
	};
	dhcp6_init(&x->core, &(struct dhcp6_config){
				     .mac = h->net.mac, .random = random_u64(h->random), .prefix = prefix });
	port = datagram_bind(h, DHCP6_CLIENT_PORT, receive, x);
	require(port != 0);
	h->dhcp6 = x;
	host_addresses_changed(h);
}

struct ip_prefix host_delegated(const struct host *h)
{
	return h->dhcp6 ? h->dhcp6->prefix : (struct ip_prefix){ 0 };
}
