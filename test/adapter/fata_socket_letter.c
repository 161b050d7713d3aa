/* fata_socket_letter.c - a socket's datagrams: a queue of what came, and sending. */
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define LETTER_MOST 65527u /* the largest there is (RFC 768 in IPv6) */

/* How well this socket fits: 0 not at all. A connected one hears its peer only. */
static u32 fits(const struct sock *k, struct ip from, u16 from_port, struct ip to, u16 to_port, bool group)
{
	if (k->type != SOCK_DGRAM || k->local_port != to_port || k->fd == 0)
		return 0;
	if (group ? !ip_is_none(k->local) && !ip_equal(k->local, to) : !sock_takes(k, to))
		return 0;
	if (k->domain == AF_INET ? !ip_is4(from) : ip_is4(from) && k->o.v6only)
		return 0;
	if (k->state == SOCK_CONNECTED)
		return ip_equal(k->peer, from) && k->peer_port == from_port ? 4 : 0;
	return ip_is_none(k->local) ? 1 : 2;
}

static bool put(struct sock *k, const struct datagram *d)
{
	struct letter *l;

	if (k->shut_read || k->letter_bytes + d->data.n > k->o.rx_bytes)
		return false;
	l = malloc(sizeof *l + d->data.n);
	if (!l)
		return false;
	l->next = NULL;
	l->from = d->from;
	l->from_port = d->from_port;
	l->to = d->to;
	l->len = (u32)copy(span_make(l->bytes, d->data.n), d->data);
	if (k->last_letter)
		k->last_letter->next = l;
	else
		k->letter = l;
	k->last_letter = l;
	k->letter_bytes += d->data.n + 64; /* an empty one takes memory too */
	return true;
}

bool letter_asked(void *context, struct host *h, const struct datagram *d, u64 now)
{
	const struct fata_stack *s = context;
	bool group = !host_owns(h, d->to);
	struct sock *best = NULL;
	u32 best_fit = 0;

	(void)now;
	for (struct sock *k = s->socks; k; k = k->next) {
		u32 fit = fits(k, d->from, d->from_port, d->to, d->to_port, group);

		if (fit > best_fit) {
			best = k;
			best_fit = fit;
		}
	}
	if (best && !put(best, d))
		h->counts.dropped_no_buffer += 1;
	return best != NULL;
}

int sock_error_of(enum icmp_trouble trouble, struct ip about)
{
	switch (trouble) {
	case ICMP_NO_NETWORK: return ENETUNREACH;
	case ICMP_NOT_UNDERSTOOD: return EPROTO;
	case ICMP_NO_PORT: return ECONNREFUSED;
	case ICMP_NO_PROTOCOL: return ENOPROTOOPT;
	case ICMP_FORBIDDEN: return ip_is4(about) ? EHOSTUNREACH : EACCES;
	case ICMP_TOO_BIG: return EMSGSIZE;
	case ICMP_NO_WAY: break;
	}
	return EHOSTUNREACH;
}

/* RFC 1122 4.1.3.3. Only who is connected there can know what it means. */
void letter_error(void *context, struct host *h, const struct datagram_error *e, u64 now)
{
	const struct fata_stack *s = context;

	(void)h;
	(void)now;
	for (struct sock *k = s->socks; k; k = k->next) {
		if (k->type != SOCK_DGRAM || k->state != SOCK_CONNECTED || k->local_port != e->from_port ||
			k->peer_port != e->to_port || !ip_equal(k->peer, e->to))
			continue;
		if (e->trouble != ICMP_TOO_BIG) /* the next one will be cut */
			k->error = sock_error_of(e->trouble, e->to);
	}
}

static void drop_first(struct sock *k)
{
	struct letter *l = k->letter;

	k->letter = l->next;
	if (!k->letter)
		k->last_letter = NULL;
	k->letter_bytes -= l->len + 64u;
	free(l);
}

void letters_drop(struct sock *k)
{
	while (k->letter)
		drop_first(k);
}

/* ---- groups ---- */

static u32 group_at(const struct sock *k, struct ip group)
{
	u32 i = 0;

	while (i < k->group_count && !ip_equal(k->groups[i], group))
		i += 1;
	return i;
}

int group_join(struct sock *k, struct ip group)
{
	struct host *h = &k->stack->host;

	if (!ip_is_multicast(group))
		return EINVAL;
	if (group_at(k, group) < k->group_count)
		return EADDRINUSE;
	if (!h->multicast)
		multicast_start(h, &k->stack->groups);
	if (k->group_count == MULTICAST_GROUPS || !multicast_listen(h, group))
		return ENOBUFS;
	k->groups[k->group_count] = group;
	k->group_count += 1;
	return 0;
}

int group_leave(struct sock *k, struct ip group)
{
	u32 i = group_at(k, group);

	if (i == k->group_count)
		return EADDRNOTAVAIL;
	(void)multicast_ignore(&k->stack->host, group);
	k->group_count -= 1;
	k->groups[i] = k->groups[k->group_count];
	return 0;
}

/* ---- receiving ---- */

ssize_t letter_receive(struct call *c, const struct iovec *to, int count, int flags, struct sockaddr *from,
	socklen_t *from_n)
{
	struct view v;
	usize whole, done = 0;

	call_limit(c, c->k->o.receive_ns);
	while (!c->k->letter) {
		if (c->k->error) {
			int error = c->k->error;

			c->k->error = 0;
			return call_fail(c, error);
		}
		if (c->k->shut_read)
			return call_end(c, 0);
		if (!call_wait(c, (flags & MSG_DONTWAIT) != 0))
			return call_end(c, -1);
	}
	v = view_make(c->k->letter->bytes, c->k->letter->len);
	whole = v.n;
	for (int i = 0; i < count && v.n > 0; i += 1) {
		usize n = copy(span_make(to[i].iov_base, to[i].iov_len), v);

		done += n;
		v = view_from(v, n);
	}
	c->k->told.to = c->k->letter->to;
	address_write(c->k, c->k->letter->from, c->k->letter->from_port, from, from_n);
	if ((flags & MSG_PEEK) == 0)
		drop_first(c->k);
	return call_end(c, (ssize_t)((flags & MSG_TRUNC) != 0 ? whole : done));
}

/* ---- sending ---- */

/* Where to; 0, or an errno. */
static int target(const struct sock *k, const struct sockaddr *to, socklen_t to_n, struct ip *ip, u16 *port)
{
	int error;

	*ip = k->peer;
	*port = k->peer_port;
	if (!to)
		return k->state == SOCK_CONNECTED ? 0 : EDESTADDRREQ;
	error = address_read(k, to, to_n, ip, port);
	if (error)
		return error;
	if (*port == 0)
		return EINVAL;
	*ip = sock_reaches(k, *ip);
	return ip_is_loopback(k->local) && !host_owns(&k->stack->host, *ip) ? EINVAL : 0;
}

static int send_it(struct sock *k, struct ip to, u16 port, struct view v, struct ip source)
{
	struct host *h = &k->stack->host;
	bool broadcast = ip_is_broadcast4(to) || (ip_is4(to) && ip_equal(to, ip_broadcast_of(h->ip4)));
	u8 hops = h->hop_limit;
	struct ip from, hop;
	int error;

	if (broadcast && !k->o.broadcast)
		return EACCES;
	if (v.n > LETTER_MOST - (ip_is4(to) ? 20u : 0u))
		return EMSGSIZE;
	if (!host_route(h, to, &from, &hop))
		return ENETUNREACH;
	error = sock_bind_any(k);
	if (error)
		return error;
	if (!ip_is_none(k->local) && !ip_is_multicast(k->local))
		from = k->local;
	if (!ip_is_none(source))
		from = source;
	if (k->o.whole && v.n + (ip_is4(to) ? 28u : 48u) > host_path_mtu(h, to))
		return EMSGSIZE;
	h->hop_limit = k->o.hop_limit ? k->o.hop_limit : hops;
	h->group_hops = k->o.group_hops;
	h->tos = k->o.tos;
	(void)datagram_send(h, from, k->local_port, to, port, v, h->now); /* lost: as UDP may */
	h->hop_limit = hops;
	h->group_hops = 0;
	h->tos = 0;
	return 0;
}

ssize_t letter_send(struct call *c, const struct iovec *from, int count, const struct sockaddr *to,
	socklen_t to_n, struct ip source)
{
	static const usize most = LETTER_MOST + 1u;
	struct sock *k = c->k;
	struct ip ip;
	u16 port;
	u8 *whole;
	usize n = 0;
	int error = k->error;

	k->error = 0;
	if (!error && k->shut_write)
		error = EPIPE;
	if (!error)
		error = target(k, to, to_n, &ip, &port);
	if (error)
		return call_fail(c, error);
	whole = malloc(most);
	if (!whole)
		return call_fail(c, ENOMEM);
	for (int i = 0; i < count; i += 1)
		n += copy(span_make(whole + n, most - n), view_make(from[i].iov_base, from[i].iov_len));
	error = send_it(k, ip, port, view_make(whole, n), source);
	free(whole);
	return error ? call_fail(c, error) : call_end(c, (ssize_t)n);
}
