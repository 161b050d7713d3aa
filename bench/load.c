/* load.c - loads an echo server and counts what comes back.
 *
 *     bench-load CONNECTIONS BYTES SECONDS ADDRESS PORT
 *     bench-load -r CONNECTIONS BYTES SECONDS ADDRESS PORT      only takes, from a server that sends for ever
 *     bench-load -s CONNECTIONS BYTES SECONDS ADDRESS PORT      only sends, to one that forgets
 *     bench-load -u COUNT BYTES SECONDS ADDRESS PORT      datagrams, COUNT of them on their way
 *
 * Each connection keeps BYTES on their way: small, and it is a ping-pong; a
 * megabyte, and the stream is full in both directions. Prints the bytes that
 * came back, and the seconds it took. What comes back is compared with what was sent.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MOST 1024
#define PIECE            65536u
#define PERIOD           251u /* a prime, so that a lost or doubled piece shows */

struct connection {
	int fd;
	uint64_t sent, received;
};

static struct connection all[CONNECTIONS_MOST];
static uint8_t pattern[PIECE + PERIOD];

static void die(const char *what)
{
	fprintf(stderr, "bench-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void open_one(struct connection *c, const struct sockaddr_in *to, int epoll)
{
	struct epoll_event e = { EPOLLIN | EPOLLOUT | EPOLLET, { .ptr = c } };
	int on = 1;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)to, sizeof *to) < 0)
		die("connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	fcntl(c->fd, F_SETFL, O_NONBLOCK);
	if (epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &e) < 0)
		die("epoll");
}

/* Only takes, or only sends: what came, or what was given to the kernel. */
static void one_way(struct connection *c, char way)
{
	static uint8_t piece[PIECE];
	ssize_t n;

	while ((n = way == 'r' ? recv(c->fd, piece, sizeof piece, 0)
			       : send(c->fd, pattern, PIECE, MSG_NOSIGNAL)) > 0)
		c->received += (uint64_t)n;
	if (n == 0 || errno != EAGAIN)
		die("the server ended the connection");
}

/* Takes what came, then sends so that `window` bytes are on their way. */
static void pump(struct connection *c, uint64_t window)
{
	static uint8_t piece[PIECE];
	ssize_t n;

	while ((n = recv(c->fd, piece, sizeof piece, 0)) > 0) {
		if (memcmp(piece, pattern + c->received % PERIOD, (size_t)n) != 0) {
			fprintf(stderr, "bench-load: what came back is not what was sent\n");
			exit(1);
		}
		c->received += (uint64_t)n;
	}
	if (n == 0 || (n < 0 && errno != EAGAIN))
		die("the server ended the connection");
	while (c->sent - c->received < window) {
		uint64_t more = window - (c->sent - c->received);

		n = send(c->fd, pattern + c->sent % PERIOD, more < PIECE ? more : PIECE, MSG_NOSIGNAL);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0)
			die("send");
		c->sent += (uint64_t)n;
	}
}

/* ---- datagrams ---- */

#define BATCH 64

/* One round: as many are sent as came back or were lost (nothing for 10 ms). Returns the bytes that came. */
static uint64_t exchange(int fd, uint64_t bytes, unsigned *free_places)
{
	static uint8_t came[BATCH][2048];
	struct iovec out[BATCH], in[BATCH];
	struct mmsghdr send_them[BATCH] = { 0 }, take_them[BATCH] = { 0 };
	struct timespec patience = { 0, 10000000 };
	uint64_t total = 0;
	int n;

	for (unsigned i = 0; i < BATCH; i += 1) {
		out[i] = (struct iovec){ pattern, bytes };
		in[i] = (struct iovec){ came[i], sizeof came[i] };
		send_them[i].msg_hdr.msg_iov = &out[i];
		take_them[i].msg_hdr.msg_iov = &in[i];
		send_them[i].msg_hdr.msg_iovlen = take_them[i].msg_hdr.msg_iovlen = 1;
	}
	while (*free_places > 0 &&
		(n = sendmmsg(fd, send_them, *free_places < BATCH ? *free_places : BATCH, 0)) > 0)
		*free_places -= (unsigned)n;
	n = recvmmsg(fd, take_them, BATCH, MSG_WAITFORONE, &patience);
	if (n <= 0) {
		*free_places = BATCH;
		return 0;
	}
	for (int i = 0; i < n; i += 1) {
		if (take_them[i].msg_len != bytes || memcmp(came[i], pattern, bytes) != 0) {
			fprintf(stderr, "bench-load: what came back is not what was sent\n");
			exit(1);
		}
		total += bytes;
	}
	*free_places += (unsigned)n;
	return total;
}

static int datagrams(unsigned count, uint64_t bytes, double seconds, const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct timeval silence = { 0, 10000 };
	uint64_t total = 0;
	double began, t;

	if (count < 1 || count > BATCH || bytes < 1 || bytes > 1472)
		return 2;
	if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof *to) < 0)
		die("connect");
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof silence);
	began = now_s();
	while (t = now_s(), t - began < seconds)
		total += exchange(fd, bytes, &count);
	printf("%llu %.6f\n", (unsigned long long)total, t - began);
	return total == 0;
}

static uint64_t streams(
	int connections, uint64_t window, char way, double seconds, const struct sockaddr_in *to)
{
	struct epoll_event events[64];
	int epoll = epoll_create1(0);
	uint64_t total = 0;
	double began, t;

	for (int i = 0; i < connections; i += 1)
		open_one(&all[i], to, epoll);
	began = now_s();
	while (t = now_s(), t - began < seconds) {
		int n = epoll_wait(epoll, events, 64, 100);

		for (int i = 0; i < n; i += 1) {
			if (way)
				one_way(events[i].data.ptr, way);
			else
				pump(events[i].data.ptr, window);
		}
	}
	for (int i = 0; i < connections; i += 1)
		total += all[i].received;
	printf("%llu %.6f\n", (unsigned long long)total, t - began);
	return total;
}

static int usage(void)
{
	fprintf(stderr, "usage: bench-load [-r|-s|-u] CONNECTIONS BYTES SECONDS ADDRESS PORT\n");
	return 2;
}

int main(int count, char **arguments)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	char way = count == 7 && arguments[1][0] == '-' ? arguments[1][1] : 0;

	if (way) {
		arguments += 1;
		count -= 1;
	}
	if (count != 6 || (way && !strchr("rsu", way)) || inet_aton(arguments[4], &to.sin_addr) == 0)
		return usage();
	int connections = atoi(arguments[1]);
	uint64_t window = strtoull(arguments[2], NULL, 10);
	double seconds = atof(arguments[3]);

	to.sin_port = htons((uint16_t)atoi(arguments[5]));
	if (connections < 1 || connections > CONNECTIONS_MOST || window < 1)
		return usage();
	for (size_t i = 0; i < sizeof pattern; i += 1)
		pattern[i] = (uint8_t)(i % PERIOD);
	if (way == 'u')
		return datagrams((unsigned)connections, window, seconds, &to);
	return streams(connections, window, way, seconds, &to) == 0;
}
