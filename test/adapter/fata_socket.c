/* fata_socket.c - a stack: birth, packets, time, and what dev/ asks of its port. See fata_socket.h. */
#include "dev/clock.h"
#include "dev/console.h"
#include "stack/log.h"
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Time 0 of the outside: timers are set back by ticks and must not come before the beginning. */
#define EPOCH_NS (10 * NS_PER_S)

#define DATAGRAMS_IN_PIECES 8u
#define DATAGRAM_BYTES      65535u

/* The stack whose call is running: dev/'s functions have no other argument. */
static _Thread_local struct fata_stack *running;

int fail(int error)
{
	errno = error;
	return -1;
}

/* ---- dev/, for the host ---- */

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct packet *p = running->first;
	usize n = 0;

	(void)port;
	for (; p && n < max; p = p->next, n += 1)
		frames[n] = (struct net_frame){ .data = view_make(p->bytes, p->len), .csum = NET_CSUM_CHECK };
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct fata_stack *s = running;

	(void)port;
	for (; n > 0; n -= 1) {
		struct packet *p = s->first;

		s->first = p->next;
		if (!s->first)
			s->last = NULL;
		s->packets -= 1;
		free(p);
	}
}

struct span net_tx(u32 port)
{
	(void)port;
	return span_make(running->frame, running->frame_bytes);
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct fata_stack *s = running;
	struct span room = span_make(s->frame, s->frame_bytes);
	struct view frame;
	usize n = head;

	(void)port;
	for (u32 i = 0; i < NET_PIECES; i += 1)
		n += copy(span_from(room, n), send->piece[i]);
	frame = view_first(span_view(room), n);
	if (s->ip_only) {
		if (view_at(frame, 12) != 0x08 && view_at(frame, 12) != 0x86)
			return;
		frame = view_from(frame, ETH_HEADER_BYTES);
	}
	s->output(s->context, frame.p, frame.n);
}

struct net_facts net_facts(u32 port)
{
	(void)port;
	return (struct net_facts){ .mac = running->mac, .mtu = running->mtu, .up = true };
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)port;
	(void)group;
	(void)want;
}

u64 clock_monotonic(void)
{
	return running->now;
}

u64 clock_wall(void)
{
	return 0;
}

void console_write(struct view v)
{
	(void)v; /* an embedded stack is silent: fata_describe() tells */
}

struct view console_rx(void)
{
	return view_none();
}

void console_rx_done(usize n)
{
	(void)n;
}

/* ---- a call ---- */

/* Until there is nothing left to do at this moment. */
static void settle(struct fata_stack *s)
{
	s->busy = true;
	do
		s->wake = host_step(&s->host, s->now);
	while (s->first || s->wake <= s->now);
	s->busy = false;
}

static void enter(struct call *c, struct fata_stack *s)
{
	c->s = s;
	c->outer = running;
	running = s;
}

static void leave(struct call *c)
{
	int error = errno;

	settle(c->s);
	running = c->outer;
	errno = error;
}

static bool find(struct call *c)
{
	struct fata_stack *s = c->s;

	if (c->fd < FIRST_FD || (u32)c->fd - FIRST_FD >= s->fd_count || !s->fds[c->fd - FIRST_FD]) {
		errno = EBADF;
		return false;
	}
	c->k = s->fds[c->fd - FIRST_FD];
	return true;
}

bool call_begin_without(struct call *c, struct fata_stack *s)
{
	*c = (struct call){ .until = TIME_NEVER };
	if (s->busy) { /* from inside its output callback: it is in the middle of something */
		errno = EDEADLK;
		return false;
	}
	enter(c, s);
	s->busy = true;
	return true;
}

bool call_begin(struct call *c, struct fata_stack *s, int fd)
{
	if (!call_begin_without(c, s))
		return false;
	c->fd = fd;
	if (find(c)) {
		c->serial = c->k->serial;
		return true;
	}
	leave(c);
	return false;
}

ssize_t call_end(struct call *c, ssize_t result)
{
	leave(c);
	return result;
}

ssize_t call_fail(struct call *c, int error)
{
	leave(c);
	return fail(error);
}

void call_limit(struct call *c, u64 timeout_ns)
{
	if (timeout_ns != 0)
		c->until = c->s->now + timeout_ns;
}

/* What this call has sent to ourselves may be all that it waits for. */
static int wait_once(struct call *c)
{
	struct fata_stack *s = c->s;
	bool looped = !host_loop_is_empty(&s->host);
	int answer = 1;

	leave(c);
	if (!looped)
		answer = s->wait(s->context, s, c->until == TIME_NEVER ? UINT64_MAX : c->until - EPOCH_NS);
	enter(c, s);
	s->busy = true;
	return answer;
}

bool call_wait(struct call *c, bool dont)
{
	struct fata_stack *s = c->s;
	int answer;

	errno = EAGAIN;
	if (dont || (c->k && c->k->o.nonblock))
		return false;
	if (host_loop_is_empty(&s->host) && (!s->wait || s->now >= c->until))
		return false;
	answer = wait_once(c);
	errno = answer == 0 ? EAGAIN : EINTR;
	if (answer <= 0)
		return false;
	if (!c->k)
		return true;
	if (find(c) && c->k->serial == c->serial)
		return true;
	errno = EBADF;
	return false;
}

/* ---- packets and time ---- */

/* What an IP packet needs to look like a frame to us. */
static void dress(const struct fata_stack *s, u8 *head, const u8 *ip, size_t n)
{
	struct writer w = writer_of(span_make(head, ETH_HEADER_BYTES));
	struct eth eth = { s->mac, mac_none(), ETH_IP4, 0 };

	if (ip[0] >> 4 == 6) {
		eth.type = ETH_IP6;
		if (n >= 40 && ip[24] == 0xff)
			eth.to = (struct mac){ { 0x33, 0x33, ip[36], ip[37], ip[38], ip[39] } };
	} else if (n >= 20 && ip[16] >= 224) {
		eth.to = ip[16] == 255 ? mac_broadcast()
				       : (struct mac){ { 1, 0, 0x5e, ip[17] & 0x7f, ip[18], ip[19] } };
	}
	eth_write(&w, &eth);
}

int fata_input(struct fata_stack *s, const void *bytes, size_t n)
{
	usize head = s->ip_only ? ETH_HEADER_BYTES : 0;
	struct packet *p;
	struct call c;

	if (n == 0 || n > 65535u)
		return fail(EINVAL);
	if (s->packets >= FATA_INPUT_MAX)
		return fail(ENOBUFS);
	p = malloc(sizeof *p + head + n);
	if (!p)
		return fail(ENOMEM);
	p->next = NULL;
	p->len = (u32)(head + n);
	if (head)
		dress(s, p->bytes, bytes, n);
	memcpy(p->bytes + head, bytes, n);
	if (s->last)
		s->last->next = p;
	else
		s->first = p;
	s->last = p;
	s->packets += 1;
	if (s->busy)
		return 0;
	enter(&c, s);
	leave(&c);
	return 0;
}

int fata_advance(struct fata_stack *s, uint64_t now_ns)
{
	u64 to = now_ns + EPOCH_NS;
	struct call c;

	if (s->busy)
		return fail(EDEADLK);
	enter(&c, s);
	while (s->now < to) {
		s->now = s->wake > s->now && s->wake < to ? s->wake : to;
		settle(s);
	}
	running = c.outer;
	return 0;
}

uint64_t fata_now(const struct fata_stack *s)
{
	return s->now - EPOCH_NS;
}

uint64_t fata_next_deadline(const struct fata_stack *s)
{
	u64 wake = s->wake > s->now ? s->wake : s->now;

	return wake == TIME_NEVER ? UINT64_MAX : wake - EPOCH_NS;
}

int fata_ready(const struct fata_stack *s)
{
	return host_ready(&s->host);
}

void fata_describe(const struct fata_stack *s, char *to, size_t n)
{
	struct host_facts f = host_facts(&s->host);
	const struct host_counts *c = &f.counts;

	snprintf(to, n,
		"flows %u, in %llu, out %llu frames, retransmits %llu; dropped: malformed %llu, checksum "
		"%llu, "
		"not ours %llu, fragments %llu, no flow %llu, no buffer %llu, no neighbour %llu",
		f.flows_now, (unsigned long long)c->frames_in, (unsigned long long)c->frames_out,
		(unsigned long long)c->retransmits, (unsigned long long)c->dropped_malformed,
		(unsigned long long)c->dropped_checksum, (unsigned long long)c->dropped_not_ours,
		(unsigned long long)c->dropped_fragments, (unsigned long long)c->dropped_no_flow,
		(unsigned long long)c->dropped_no_buffer, (unsigned long long)c->dropped_no_neighbour);
}

/* ---- birth ---- */

static bool read_prefix(const char *from, struct ip_prefix *out, bool four)
{
	struct reader r;

	*out = (struct ip_prefix){ 0 };
	if (!from)
		return true;
	r = reader_of(view_make(from, strlen(from)));
	return ip_prefix_read_text(&r, out) && read_left(&r) == 0 && ip_is4(out->ip) == four;
}

static bool read_address(const char *from, struct ip *out, bool four)
{
	struct ip_prefix p;

	if (!read_prefix(from, &p, four))
		return false;
	*out = p.ip;
	return true;
}

/* Null, or what is wrong. */
static const char *read_config(const struct fata_config *c, struct host_config *h)
{
	bool ethernet = c->link == FATA_ETHERNET;

	*h = (struct host_config){ .no_dhcp = !c->dhcp,
		.no_slaac = !c->slaac,
		.no_ip6 = !c->ip6 && !c->slaac,
		.no_dad = !c->dad,
		.tcp_ecn = c->ecn,
		.tcp_fast_open = true,
		.bare = !ethernet };
	if (!c->output)
		return "output: a function for packets is needed";
	if (c->link > FATA_ETHERNET)
		return "link: FATA_IP or FATA_ETHERNET";
	if (!ethernet && (c->dhcp || c->slaac || c->dad))
		return "dhcp, slaac and dad need link FATA_ETHERNET";
	if (!read_prefix(c->ip4, &h->ip4, true))
		return "ip4: an address like 10.0.0.1/24";
	if (!read_prefix(c->ip6, &h->ip6[0], false))
		return "ip6: an address like fd00::1/64";
	if (!read_address(c->gateway4, &h->gateway4, true) || !read_address(c->gateway6, &h->gateway6, false))
		return "gateway4 and gateway6: addresses like 10.0.0.254 and fd00::fe";
	if (ip_is_none(h->ip4.ip) && ip_is_none(h->ip6[0].ip) && !c->dhcp && !c->slaac)
		return "ip4 or ip6: it needs an address, or a way to one";
	if (c->mtu != 0 && c->mtu < (h->no_ip6 ? 576 : 1280))
		return "mtu: 1280 or more (without IPv6: 576)";
	if (c->connections > 65535)
		return "connections: at most 65535";
	if (c->rx_bytes > 1u << 29 || c->tx_bytes > 1u << 29 || (c->rx_bytes && c->rx_bytes < 4096) ||
		(c->tx_bytes && c->tx_bytes < 4096))
		return "rx_bytes, tx_bytes: from 4096 to 512 MB";
	/* On a link of two all that is not here is there. */
	if (!ethernet && ip_is_none(h->gateway4))
		h->gateway4 = h->ip4.ip;
	if (!ethernet && ip_is_none(h->gateway6))
		h->gateway6 = h->ip6[0].ip;
	return NULL;
}

static usize round_up(usize n)
{
	return (n + 63u) & ~(usize)63u;
}

/* The next n bytes of one block; without a block it only counts. */
static void *cut(u8 *block, usize *at, usize n)
{
	usize here = *at;

	*at += round_up(n);
	return block ? block + here : NULL;
}

/* What a host's tables and its fragments take, laid into one block. */
static usize lay(u8 *block, const struct fata_config *c, struct host_tables *t, u8 **pieces)
{
	u32 flows = c->connections ? c->connections : 1024;
	u32 rx = c->rx_bytes ? c->rx_bytes : 131072, tx = c->tx_bytes ? c->tx_bytes : 131072;
	usize at = 0;

	*t = (struct host_tables){ .flow_count = flows,
		.bucket_count = HOST_BUCKETS(flows),
		.rx_buffers = flows,
		.rx_bytes = rx,
		.tx_buffers = flows,
		.tx_bytes = tx };
	t->flows = cut(block, &at, flows * sizeof *t->flows);
	t->flow_slots = cut(block, &at, flows * sizeof *t->flow_slots);
	t->timers = cut(block, &at, flows * sizeof *t->timers);
	t->buckets = cut(block, &at, t->bucket_count * sizeof *t->buckets);
	t->rx_free = cut(block, &at, flows * sizeof *t->rx_free);
	t->tx_free = cut(block, &at, flows * sizeof *t->tx_free);
	t->rx = cut(block, &at, (usize)flows * rx);
	t->tx = cut(block, &at, (usize)flows * tx);
	*pieces = cut(block, &at, REASSEMBLY_MEMORY(DATAGRAMS_IN_PIECES, DATAGRAM_BYTES));
	return at;
}

static bool take_memory(struct fata_stack *s, const struct fata_config *c, struct host_tables *t, u8 **pieces)
{
	s->memory = calloc(1, lay(NULL, c, t, pieces)); /* pages nobody touches are never there */
	s->fd_count = c->sockets ? c->sockets : 1024;
	s->fds = calloc(s->fd_count, sizeof *s->fds);
	s->frame_bytes = s->mtu + 64u;
	if (s->frame_bytes < NET_HEAD_MIN)
		s->frame_bytes = NET_HEAD_MIN;
	s->frame = malloc(s->frame_bytes);
	if (!s->memory || !s->fds || !s->frame)
		return false;
	(void)lay(s->memory, c, t, pieces);
	s->backlog_most = t->flow_count;
	return true;
}

static void seed(struct fata_stack *s, u64 from)
{
	struct random_seed bytes = { { 0 } };
	struct writer w = writer_of(span_of(bytes.b));

	write_be64(&w, from);
	random_init(&s->random);
	random_seed(&s->random, &bytes, 0, s->now);
}

struct fata_stack *fata_create(const struct fata_config *config, const char **why)
{
	const char *ignored;
	struct host_config host;
	struct host_tables tables;
	struct fata_stack *s;
	struct view bad;
	struct call c;
	u8 *pieces;

	why = why ? why : &ignored;
	*why = read_config(config, &host);
	if (*why) {
		errno = EINVAL;
		return NULL;
	}
	s = calloc(1, sizeof *s);
	*why = "there is not enough memory";
	if (!s)
		return NULL;
	s->output = config->output;
	s->wait = config->wait;
	s->context = config->context;
	s->ip_only = config->link == FATA_IP;
	s->mtu = config->mtu ? config->mtu : 1500;
	s->now = config->now_ns + EPOCH_NS;
	seed(s, config->seed);
	memcpy(s->mac.b, config->mac, sizeof s->mac.b);
	if (mac_is_none(s->mac)) {
		random_fill(&s->random, span_of(s->mac.b));
		s->mac.b[0] = (u8)((s->mac.b[0] & 0xfc) | 2);
	}
	if (!take_memory(s, config, &tables, &pieces)) {
		fata_destroy(s);
		errno = ENOMEM;
		return NULL;
	}
	*why = NULL;
	(void)log_configure(text("off"), &bad);
	enter(&c, s);
	s->busy = true;
	host_start(&s->host, 0, &tables, &host, &s->random, s->now);
	host_reassemble(&s->host, &s->reassembly, DATAGRAMS_IN_PIECES, DATAGRAM_BYTES, pieces,
		REASSEMBLY_MEMORY(DATAGRAMS_IN_PIECES, DATAGRAM_BYTES));
	host_fast_open(&s->host, &s->fast);
	host_loopback(&s->host, &s->loopback);
	flow_ask(&s->host, stream_asked, s);
	datagram_ask(&s->host, letter_asked, letter_error, s);
	leave(&c);
	return s;
}

void fata_destroy(struct fata_stack *s)
{
	if (!s)
		return;
	while (s->socks)
		sock_free(s->socks);
	while (s->first) {
		struct packet *p = s->first;

		s->first = p->next;
		free(p);
	}
	free(s->fds);
	free(s->frame);
	free(s->memory);
	free(s);
}
