/* gateway_udp.c - datagrams: DHCP, and conversations through host sockets.
 *
 * A conversation of the image's is its address and port, and the address and
 * port it speaks to: each has a connected socket of the host, so only answers
 * from there come back, and it is forgotten after UDP_IDLE_NS of silence. A
 * datagram from a stranger to a host port of -p .../udp appears to the image
 * as from the router, with a port of its own for each stranger (VISITOR_PORT
 * and up); what the image answers there goes back to the stranger.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "base/pool.h"
#include "lib/dhcp/dhcp.h"
#include "tool/gateway/gateway.h"

#define BUCKETS      1024u
#define VISITORS     256u
#define VISITOR_PORT 49152u
#define BURST        64u /* datagrams read from one socket before others have their turn */
#define LOOK_NS      NS_PER_S

struct mapping {
	struct watch watch;
	u64 self, used_ns, idle_ns;
	struct ip image, peer; /* as the image names them */
	u16 image_port, peer_port;
	u32 next; /* in its bucket, index + 1 */
};

struct visitor {
	struct gateway_port *port; /* null: free */
	struct sockaddr_storage from;
	socklen_t from_bytes;
	u64 used_ns;
};

static struct mapping mappings[GATEWAY_MAPPINGS];
static struct slot mapping_slots[GATEWAY_MAPPINGS];
static struct pool pool;
static u32 buckets[BUCKETS];
static struct visitor visitors[VISITORS];
static struct dhcp_server dhcp;
static u8 room[65536];

/* ---- the table ---- */

static u32 *bucket_of(struct ip image, u16 image_port, struct ip peer, u16 peer_port)
{
	u64 h = (image.hi ^ image.lo) * 0x9e3779b97f4a7c15ull;

	h = (h ^ (h >> 29) ^ peer.hi ^ peer.lo) * 0xbf58476d1ce4e5b9ull;
	h = (h ^ (h >> 32) ^ (u64)image_port << 16 ^ peer_port) * 0x94d049bb133111ebull;
	return &buckets[(h >> 40) % BUCKETS];
}

static void forget(struct mapping *m)
{
	u32 *link = bucket_of(m->image, m->image_port, m->peer, m->peer_port);

	while (&mappings[*link - 1] != m)
		link = &mappings[*link - 1].next;
	*link = m->next;
	gateway_unwatch(&m->watch);
	pool_drop(&pool, m->self);
}

static struct mapping *find(const struct datagram *d)
{
	u32 at = *bucket_of(d->from, d->from_port, d->to, d->to_port);

	for (; at != 0; at = mappings[at - 1].next) {
		struct mapping *m = &mappings[at - 1];

		if (m->image_port == d->from_port && m->peer_port == d->to_port &&
			ip_equal(m->image, d->from) && ip_equal(m->peer, d->to))
			return m;
	}
	return NULL;
}

/* Full: the one that has been silent longest makes room. */
static void make_room(void)
{
	struct mapping *oldest = NULL;

	for (u32 i = 0; i < GATEWAY_MAPPINGS && pool.used == GATEWAY_MAPPINGS; i += 1)
		if (!oldest || mappings[i].used_ns < oldest->used_ns)
			oldest = &mappings[i];
	if (oldest)
		forget(oldest);
}

static struct mapping *begin(const struct datagram *d)
{
	struct sockaddr_storage to;
	socklen_t bytes;

	if (!where_out(d->to, d->to_port, &to, &bytes))
		return NULL;

	int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, bytes) < 0) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	make_room();

	u64 self = pool_take(&pool);
	struct mapping *m = &mappings[pool_index(&pool, self)];
	u32 *bucket = bucket_of(d->from, d->from_port, d->to, d->to_port);

	*m = (struct mapping){ .watch = { WATCH_MAPPING, fd },
		.self = self,
		.idle_ns = d->to_port == 53 ? DNS_IDLE_NS : UDP_IDLE_NS,
		.image = d->from,
		.image_port = d->from_port,
		.peer = d->to,
		.peer_port = d->to_port,
		.next = *bucket };
	*bucket = pool_index(&pool, self) + 1;
	if (gateway_watch(&m->watch, EPOLLIN))
		return m;
	forget(m);
	return NULL;
}

/* ---- from the image ---- */

static void dhcp_in(struct host *h, const struct datagram *d, u64 now)
{
	u8 answer[DHCP_BYTES_MAX];
	struct dhcp_where where;
	usize n;

	if (dhcp_answer(&dhcp, d->data, now, span_of(answer), &n, &where))
		datagram_send(h, router4(), 67, where.to, 68, view_first(view_of(answer), n), now);
}

static bool to_visitor(const struct datagram *d, u64 now)
{
	u32 i = d->to_port - VISITOR_PORT;

	if (d->to_port < VISITOR_PORT || i >= VISITORS || !visitors[i].port)
		return false;
	if (!ip_equal(d->to, router4()) && !ip_equal(d->to, router6()))
		return false;
	if (visitors[i].port->image_port != d->from_port)
		return false;
	visitors[i].used_ns = now;
	sendto(visitors[i].port->watch.fd, d->data.p, d->data.n, MSG_DONTWAIT | MSG_NOSIGNAL,
		(struct sockaddr *)&visitors[i].from, visitors[i].from_bytes);
	return true;
}

/* Every datagram of the image's comes here, whomever it is for. One that the
 * host cannot send now is lost, as UDP may. */
static void datagram_out(void *context, struct host *h, const struct datagram *d, u64 now)
{
	struct mapping *m;

	(void)context;
	if (d->to_port == 67 && (ip_is_broadcast4(d->to) || ip_equal(d->to, router4()))) {
		dhcp_in(h, d, now);
		return;
	}
	if (to_visitor(d, now))
		return;
	m = find(d);
	if (!m)
		m = begin(d);
	if (!m)
		return;
	m->used_ns = now;
	send(m->watch.fd, d->data.p, d->data.n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* ---- to the image ---- */

void udp_relay_event(struct watch *w, u64 now)
{
	struct mapping *m = (struct mapping *)w;

	for (u32 i = 0; i < BURST; i += 1) {
		ssize_t n = recv(m->watch.fd, room, sizeof room, MSG_DONTWAIT);

		if (n < 0) /* nothing more; or "port unreachable", which reading has cleared */
			return;
		m->used_ns = now;
		datagram_send(&gateway_host, m->peer, m->peer_port, m->image, m->image_port,
			view_make(room, (usize)n), now);
	}
}

static u32 visitor_for(struct gateway_port *p, const struct sockaddr_storage *from, socklen_t bytes, u64 now)
{
	u32 best = 0;

	for (u32 i = 0; i < VISITORS; i += 1) {
		struct visitor *v = &visitors[i];

		if (v->port == p && v->from_bytes == bytes && memcmp(&v->from, from, bytes) == 0) {
			v->used_ns = now;
			return i;
		}
		if (v->used_ns < visitors[best].used_ns) /* free ones are 0 */
			best = i;
	}
	visitors[best] = (struct visitor){ p, *from, bytes, now };
	return best;
}

void udp_relay_port(struct gateway_port *p, u64 now)
{
	bool four = ip_is4(options.image);

	for (u32 i = 0; i < BURST; i += 1) {
		struct sockaddr_storage from = { 0 };
		socklen_t bytes = sizeof from;
		ssize_t n = recvfrom(
			p->watch.fd, room, sizeof room, MSG_DONTWAIT, (struct sockaddr *)&from, &bytes);

		if (n < 0)
			return;
		datagram_send(&gateway_host, four ? router4() : router6(),
			(u16)(VISITOR_PORT + visitor_for(p, &from, bytes, now)), options.image, p->image_port,
			view_make(room, (usize)n), now);
	}
}

u64 udp_relay_expire(u64 now)
{
	static u64 next;

	if (now < next)
		return pool.used > 0 ? next : TIME_NEVER;
	next = now + LOOK_NS;
	for (u32 i = 0; i < pool.fresh; i += 1)
		if (pool_handle(&pool, i) != 0 && now - mappings[i].used_ns > mappings[i].idle_ns)
			forget(&mappings[i]);
	for (u32 i = 0; i < VISITORS; i += 1)
		if (visitors[i].port && now - visitors[i].used_ns > UDP_IDLE_NS)
			visitors[i] = (struct visitor){ 0 };
	return pool.used > 0 ? next : TIME_NEVER;
}

void udp_relay_start(u64 now)
{
	struct dhcp_server_config c = {
		.own = router4(),
		.first = ip_from4(ip_to4(router4()) + 13), /* 10.0.2.15 */
		.count = 1,
		.bits = 24,
		.router = router4(),
		.resolver = { resolver4() },
		.mtu = options.mtu,
		.lease_s = 86400,
	};

	(void)now;
	pool_init(&pool, mapping_slots, GATEWAY_MAPPINGS);
	dhcp_server_init(&dhcp, &c);
	datagram_bind_any(&gateway_host, datagram_out, NULL);
}
