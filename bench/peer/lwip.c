/* lwip.c - the peer "lwIP": a small web and echo server on lwIP's raw interface, over a tap.
 *
 *     bench-lwip TAP ADDRESS GATEWAY
 *
 * It is written to make lwIP look as good as it can: one thread, no tcpip
 * thread and no sockets between the wire and the protocol, frames read until
 * there are none before it waits, replies prepared beforehand and written by
 * reference. Port 80 serves /1k and /100k, port 7 echoes, TCP and UDP,
 * 9 forgets what it is sent, 19 sends for ever.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#undef AF_INET
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>
#include <lwip/udp.h>
#include <netif/ethernet.h>

#define FRAME_MAX 1514
#define HEAD_MAX  256

struct reply {
	const char *path;
	size_t body;
	bool close;  /* the connection ends after it */
	u8_t *bytes; /* head and body */
	size_t len;
};

static struct reply replies[] = {
	{ "/1k", 1024, false, NULL, 0 },
	{ "/1k", 1024, true, NULL, 0 },
	{ "/100k", 102400, false, NULL, 0 },
	{ "/100k", 102400, true, NULL, 0 },
};

struct session {
	char line[64]; /* the request line's beginning */
	size_t line_len;
	int ends; /* how much of CR LF CR LF was seen */
	bool close;
	const struct reply *reply;
	size_t sent;
};

static int tap;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- the tap as a netif ---- */

static err_t frame_out(struct netif *n, struct pbuf *p)
{
	struct iovec v[16];
	int count = 0;

	(void)n;
	for (; p && count < 16; p = p->next, count += 1)
		v[count] = (struct iovec){ p->payload, p->len };
	return writev(tap, v, count) < 0 ? ERR_IF : ERR_OK;
}

static err_t netif_start(struct netif *n)
{
	static const u8_t mac[6] = { 2, 0, 0, 0, 0x4c, 1 };

	n->name[0] = 't';
	n->name[1] = 'p';
	n->output = etharp_output;
	n->linkoutput = frame_out;
	n->mtu = 1500;
	n->hwaddr_len = 6;
	memcpy(n->hwaddr, mac, 6);
	n->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
	return ERR_OK;
}

static bool frame_in(struct netif *n)
{
	static u8_t frame[FRAME_MAX + 4];
	ssize_t len = read(tap, frame, sizeof frame);

	if (len < 0) {
		if (errno != EAGAIN)
			die("bench-lwip: read from the tap");
		return false;
	}
	/* Not PBUF_POOL: Debian's library fills its pool's buffers beyond their end (valgrind tells). */
	struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)len, PBUF_RAM);
	if (!p)
		return true;
	pbuf_take(p, frame, (u16_t)len);
	if (n->input(p, n) != ERR_OK)
		pbuf_free(p);
	return true;
}

static void tap_open(const char *name)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };

	tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
	if (tap < 0)
		die("bench-lwip: /dev/net/tun");
	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
	if (ioctl(tap, TUNSETIFF, &r) < 0)
		die("bench-lwip: the tap");
}

/* ---- HTTP ---- */

static void reply_prepare(struct reply *r)
{
	r->bytes = malloc(HEAD_MAX + r->body);
	if (!r->bytes)
		die("bench-lwip");
	int head = snprintf((char *)r->bytes, HEAD_MAX,
		"HTTP/1.1 200 OK\r\nServer: lwIP\r\nContent-Type: text/plain\r\n%sContent-Length: "
		"%zu\r\n\r\n",
		r->close ? "Connection: close\r\n" : "", r->body);
	memset(r->bytes + head, 'x', r->body);
	r->len = (size_t)head + r->body;
}

static void session_end(struct tcp_pcb *pcb, struct session *s)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_err(pcb, NULL);
	free(s);
	if (tcp_close(pcb) != ERR_OK)
		tcp_abort(pcb);
}

/* As much of the reply as the send buffer takes; true if the session ended. */
static bool reply_go_on(struct tcp_pcb *pcb, struct session *s)
{
	while (s->reply && tcp_sndbuf(pcb) > 0) {
		size_t left = s->reply->len - s->sent;
		size_t n = left < tcp_sndbuf(pcb) ? left : tcp_sndbuf(pcb);

		if (tcp_write(pcb, s->reply->bytes + s->sent, (u16_t)n, n < left ? TCP_WRITE_FLAG_MORE : 0) !=
			ERR_OK)
			break;
		s->sent += n;
		if (s->sent == s->reply->len) {
			s->reply = NULL;
			if (s->close) {
				session_end(pcb, s);
				return true;
			}
		}
	}
	tcp_output(pcb);
	return false;
}

static const struct reply *reply_for(const char *line, bool close)
{
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i += 1) {
		size_t n = strlen(replies[i].path);

		if (replies[i].close == close && strncmp(line, "GET ", 4) == 0 &&
			strncmp(line + 4, replies[i].path, n) == 0 && line[4 + n] == ' ')
			return &replies[i];
	}
	return NULL;
}

/* One request at a time: the generators do not pipeline. */
static void request_byte(struct session *s, char c, char *field, size_t *field_len)
{
	if (s->line_len < sizeof s->line - 1)
		s->line[s->line_len++] = c;
	if (c == '\n') {
		if (strncasecmp(field, "connection: close", 17) == 0)
			s->close = true;
		*field_len = 0;
	} else if (*field_len < 31) {
		field[(*field_len)++] = c;
		field[*field_len] = 0;
	}
	if (c == (s->ends % 2 ? '\n' : '\r'))
		s->ends += 1;
	else
		s->ends = c == '\r';
}

static err_t http_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct session *s = arg;
	char field[32] = "";
	size_t field_len = 0;

	(void)err;
	if (!p) {
		session_end(pcb, s);
		return ERR_OK;
	}
	for (struct pbuf *q = p; q; q = q->next)
		for (u16_t i = 0; i < q->len && s->ends < 4; i += 1)
			request_byte(s, ((char *)q->payload)[i], field, &field_len);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	if (s->ends < 4)
		return ERR_OK;

	/* ab speaks HTTP/1.0 and ends by what the server does; so does "close". */
	if (strstr(s->line, "HTTP/1.0"))
		s->close = true;
	s->reply = reply_for(s->line, s->close);
	s->sent = 0;
	s->ends = 0;
	s->line_len = 0;
	memset(s->line, 0, sizeof s->line);
	if (!s->reply) {
		session_end(pcb, s);
		return ERR_OK;
	}
	reply_go_on(pcb, s);
	return ERR_OK;
}

static err_t http_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
	(void)n;
	reply_go_on(pcb, arg);
	return ERR_OK;
}

static void http_err(void *arg, err_t err)
{
	(void)err;
	free(arg);
}

static err_t http_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct session *s = calloc(1, sizeof *s);

	(void)arg;
	if (err != ERR_OK || !s)
		return ERR_MEM;
	tcp_nagle_disable(pcb);
	tcp_arg(pcb, s);
	tcp_recv(pcb, http_recv);
	tcp_sent(pcb, http_sent);
	tcp_err(pcb, http_err);
	return ERR_OK;
}

/* ---- echo ---- */

struct echo {
	struct pbuf *waiting; /* received and not yet written */
};

static void echo_go_on(struct tcp_pcb *pcb, struct echo *e)
{
	while (e->waiting && tcp_sndbuf(pcb) > 0) {
		struct pbuf *p = e->waiting;
		u16_t n = p->len < tcp_sndbuf(pcb) ? p->len : tcp_sndbuf(pcb);

		if (tcp_write(pcb, p->payload, n, TCP_WRITE_FLAG_COPY) != ERR_OK)
			break;
		e->waiting = pbuf_free_header(p, n);
		tcp_recved(pcb, n);
	}
	tcp_output(pcb);
}

static void echo_err(void *arg, err_t err)
{
	struct echo *e = arg;

	(void)err;
	if (e->waiting)
		pbuf_free(e->waiting);
	free(e);
}

static err_t echo_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
	(void)n;
	echo_go_on(pcb, arg);
	return ERR_OK;
}

static err_t echo_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	struct echo *e = arg;

	(void)err;
	if (!p) {
		echo_err(e, ERR_OK);
		tcp_arg(pcb, NULL);
		tcp_recv(pcb, NULL);
		tcp_sent(pcb, NULL);
		tcp_err(pcb, NULL);
		tcp_close(pcb);
		return ERR_OK;
	}
	if (e->waiting)
		pbuf_cat(e->waiting, p);
	else
		e->waiting = p;
	echo_go_on(pcb, e);
	return ERR_OK;
}

/* ---- streams one way ---- */

static err_t discard_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
	(void)arg, (void)err;
	if (!p) {
		tcp_close(pcb);
		return ERR_OK;
	}
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t discard_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK)
		return ERR_MEM;
	tcp_recv(pcb, discard_recv);
	return ERR_OK;
}

static void generate_go_on(struct tcp_pcb *pcb)
{
	static const char piece[16384];
	u16_t n;

	while ((n = tcp_sndbuf(pcb)) > 0)
		if (tcp_write(pcb, piece, n < sizeof piece ? n : sizeof piece, 0) != ERR_OK)
			break;
	tcp_output(pcb);
}

static err_t generate_sent(void *arg, struct tcp_pcb *pcb, u16_t n)
{
	(void)arg, (void)n;
	generate_go_on(pcb);
	return ERR_OK;
}

static err_t generate_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK)
		return ERR_MEM;
	tcp_recv(pcb, discard_recv);
	tcp_sent(pcb, generate_sent);
	generate_go_on(pcb);
	return ERR_OK;
}

static void echo_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	(void)arg;
	udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

static void serve_datagrams(u16_t port)
{
	struct udp_pcb *pcb = udp_new();

	if (!pcb || udp_bind(pcb, IP_ANY_TYPE, port) != ERR_OK)
		exit(1);
	udp_recv(pcb, echo_datagram, NULL);
}

static err_t echo_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
	struct echo *e = calloc(1, sizeof *e);

	(void)arg;
	if (err != ERR_OK || !e)
		return ERR_MEM;
	tcp_nagle_disable(pcb);
	tcp_arg(pcb, e);
	tcp_recv(pcb, echo_recv);
	tcp_sent(pcb, echo_sent);
	tcp_err(pcb, echo_err);
	return ERR_OK;
}

static void serve(u16_t port, tcp_accept_fn accept)
{
	struct tcp_pcb *pcb = tcp_new();

	if (!pcb || tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK) {
		fprintf(stderr, "bench-lwip: cannot bind port %u\n", port);
		exit(1);
	}
	tcp_accept(tcp_listen_with_backlog(pcb, 255), accept);
}

int main(int count, char **arguments)
{
	struct netif n = { 0 };
	ip4_addr_t address, mask, gateway;

	if (count != 4) {
		fprintf(stderr, "usage: bench-lwip TAP ADDRESS GATEWAY\n");
		return 2;
	}
	tap_open(arguments[1]);
	address.addr = inet_addr(arguments[2]);
	gateway.addr = inet_addr(arguments[3]);
	IP4_ADDR(&mask, 255, 255, 255, 0);
	for (size_t i = 0; i < sizeof replies / sizeof *replies; i += 1)
		reply_prepare(&replies[i]);

	lwip_init();
	netif_add(&n, &address, &mask, &gateway, NULL, netif_start, ethernet_input);
	netif_set_default(&n);
	netif_set_up(&n);
	serve(80, http_accept);
	serve(7, echo_accept);
	serve_datagrams(7);
	serve(9, discard_accept);
	serve(19, generate_accept);

	for (;;) {
		struct pollfd p = { tap, POLLIN, 0 };
		u32_t sleep_ms;

		while (frame_in(&n))
			;
		sys_check_timeouts();
		sleep_ms = sys_timeouts_sleeptime();
		poll(&p, 1, sleep_ms > 1000 ? 1000 : (int)sleep_ms);
	}
}
