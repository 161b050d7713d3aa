/* echoer.c - the kernel's TCP as a server: says back what it hears, many at once.
 *
 *     echoer PORT        until SIGTERM; prints how many connections it had
 */
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t stop;

static void stopped(int number)
{
	(void)number;
	stop = 1;
}

/* All of it: these are small, or the peer reads. */
static int say(int fd, const char *p, ssize_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, (size_t)n);

		if (k <= 0)
			return 0;
		p += k;
		n -= k;
	}
	return 1;
}

int main(int count, char **arguments)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6,
		.sin6_port = htons((unsigned short)(count > 1 ? atoi(arguments[1]) : 7)) };
	int on = 1, listener = socket(AF_INET6, SOCK_STREAM, 0), epoll = epoll_create1(0);
	struct epoll_event e = { .events = EPOLLIN, .data.fd = listener }, ready[64];
	struct sigaction action = { .sa_handler = stopped };
	unsigned long connections = 0;
	static char buffer[1 << 16];

	sigaction(SIGTERM, &action, 0);
	signal(SIGPIPE, SIG_IGN);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(listener, (struct sockaddr *)&a, sizeof a) < 0 || listen(listener, 4096) < 0) {
		perror("echoer");
		return 2;
	}
	epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &e);
	while (!stop) {
		int n = epoll_wait(epoll, ready, 64, 1000);

		for (int i = 0; i < n; i += 1) {
			int fd = ready[i].data.fd;

			if (fd == listener) {
				e.data.fd = accept(listener, 0, 0);
				if (e.data.fd >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, e.data.fd, &e) == 0)
					connections += 1;
				continue;
			}
			ssize_t k = read(fd, buffer, sizeof buffer);
			if (k <= 0 || !say(fd, buffer, k))
				close(fd);
		}
	}
	printf("echoer: %lu connections\n", connections);
	return 0;
}
