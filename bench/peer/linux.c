/* linux.c - the peer "linux": the kernel's TCP under the smallest epoll server: /1k on port 80, echo on port 7 (TCP and UDP),
 * 9 forgets what it is sent, 19 sends for ever.
 *
 * It shows what the kernel alone costs: nothing is parsed but the end of a head.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_MOST 65536
#define PIECE    65536

enum kind {
	LISTEN_HTTP = 1,
	LISTEN_ECHO,
	HTTP,
	ECHO,
	DATAGRAMS,
	LISTEN_DISCARD,
	LISTEN_GENERATE,
	DISCARD,
	GENERATE
};

#define BATCH 64 /* datagrams a call */

static unsigned char kinds[FDS_MOST];
static int epoll;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(int fd, enum kind kind)
{
	struct epoll_event e = { kind == GENERATE ? EPOLLOUT : EPOLLIN, { .fd = fd } };

	if (fd >= FDS_MOST || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		die("bench-linux: epoll");
	kinds[fd] = (unsigned char)kind;
}

static void serve(unsigned short port, enum kind kind)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) < 0 || listen(s, 4096) < 0)
		die("bench-linux: listen");
	watch(s, kind);
}

static void take(int listener, enum kind kind)
{
	int on = 1, s;

	while ((s = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		watch(s, kind);
	}
}

/* False: the connection is over. */
static bool http(int s)
{
	static char reply[2048];
	static size_t len;
	char head[2048];
	ssize_t n = recv(s, head, sizeof head - 1, 0);

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	if (len == 0) {
		len = (size_t)sprintf(
			reply, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n");
		memset(reply + len, 'x', 1024);
		len += 1024;
	}
	head[n] = 0;
	if (!strstr(head, "\r\n\r\n"))
		return false; /* the generators send a head in one piece */
	if (!strstr(head, "Connection: close"))
		return send(s, reply, len, MSG_NOSIGNAL) == (ssize_t)len;
	static const char close_line[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
	send(s, close_line, sizeof close_line - 1, MSG_MORE | MSG_NOSIGNAL);
	send(s, reply + 17, len - 17, MSG_NOSIGNAL);
	return false;
}

/* What the peer does not take now is waited for: one slow reader stops all, which is fair enough here. */
static bool echo(int s)
{
	static char piece[PIECE];
	ssize_t n = recv(s, piece, sizeof piece, 0), done = 0;

	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	while (done < n) {
		ssize_t m = send(s, piece + done, (size_t)(n - done), MSG_NOSIGNAL);

		if (m < 0 && errno != EAGAIN)
			return false;
		done += m > 0 ? m : 0;
	}
	return true;
}

static bool discard(int s)
{
	static char piece[PIECE];
	ssize_t n = recv(s, piece, sizeof piece, 0);

	return n > 0 || (n < 0 && errno == EAGAIN);
}

static bool generate(int s)
{
	static const char piece[PIECE];
	ssize_t n = send(s, piece, sizeof piece, MSG_NOSIGNAL);

	return n > 0 || (n < 0 && errno == EAGAIN);
}

static void serve_datagrams(unsigned short port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
	int s = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) < 0)
		die("bench-linux: bind");
	watch(s, DATAGRAMS);
}

static void echo_datagrams(int s)
{
	static char bytes[BATCH][2048];
	static struct sockaddr_in from[BATCH];
	struct iovec v[BATCH];
	struct mmsghdr m[BATCH];
	int n;

	do {
		for (int i = 0; i < BATCH; i += 1) {
			v[i] = (struct iovec){ bytes[i], sizeof bytes[i] };
			m[i].msg_hdr = (struct msghdr){ .msg_name = &from[i],
				.msg_namelen = sizeof from[i],
				.msg_iov = &v[i],
				.msg_iovlen = 1 };
		}
		n = recvmmsg(s, m, BATCH, 0, NULL);
		for (int i = 0; i < n; i += 1)
			v[i].iov_len = m[i].msg_len;
		if (n > 0)
			sendmmsg(s, m, (unsigned)n, 0);
	} while (n == BATCH);
}

int main(void)
{
	struct epoll_event events[256];

	epoll = epoll_create1(0);
	serve(80, LISTEN_HTTP);
	serve(7, LISTEN_ECHO);
	serve_datagrams(7);
	serve(9, LISTEN_DISCARD);
	serve(19, LISTEN_GENERATE);
	for (;;) {
		int n = epoll_wait(epoll, events, 256, -1);

		for (int i = 0; i < n; i += 1) {
			int fd = events[i].data.fd;
			bool open = true;

			switch (kinds[fd]) {
			case LISTEN_HTTP: take(fd, HTTP); break;
			case LISTEN_ECHO: take(fd, ECHO); break;
			case HTTP: open = http(fd); break;
			case ECHO: open = echo(fd); break;
			case LISTEN_DISCARD: take(fd, DISCARD); break;
			case LISTEN_GENERATE: take(fd, GENERATE); break;
			case DISCARD: open = discard(fd); break;
			case GENERATE: open = generate(fd); break;
			case DATAGRAMS: echo_datagrams(fd); break;
			}
			if (!open)
				close(fd);
		}
	}
}
