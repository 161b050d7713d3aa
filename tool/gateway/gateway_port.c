/* gateway_port.c - -p: host ports that lead to the image. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>
#include "base/format.h"
#include "tool/gateway/gateway.h"

static struct gateway_port ports[GATEWAY_PORTS];
static u32 port_count;
static bool room_again;

static void listen_on(struct ip ip, u16 host_port, u16 image_port, bool udp, bool may_fail)
{
	struct sockaddr_storage at;
	socklen_t bytes;
	int on = 1;

	where_make(ip, host_port, &at, &bytes);

	int fd = socket(at.ss_family, (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && !udp)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd >= 0 && !ip_is4(ip))
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, bytes) < 0 || (!udp && listen(fd, SOMAXCONN) < 0)) {
		if (!may_fail || errno == EADDRINUSE)
			gateway_die("cannot listen on port %u: %s%s", host_port, strerror(errno),
				errno == EADDRINUSE ? ": choose another, as in -p 8081:80"
				: errno == EACCES   ? ": below 1024 takes root, as in -p 8080:80"
						    : "");
		if (fd >= 0) /* a machine without IPv6 */
			close(fd);
		return;
	}
	if (port_count == GATEWAY_PORTS)
		gateway_die("too many -p: %u sockets are the most", GATEWAY_PORTS);

	struct gateway_port *p = &ports[port_count++];

	*p = (struct gateway_port){ .watch = { udp ? WATCH_PORT_UDP : WATCH_PORT_TCP, fd },
		.image_port = image_port };
	if (!gateway_watch(&p->watch, udp ? EPOLLIN : EPOLLIN | EPOLLET))
		gateway_die("cannot watch port %u: %s", host_port, strerror(errno));
}

static bool read_address(struct view v, struct ip *out)
{
	struct reader r = reader_of(v);

	return ip_read_text(&r, out) && read_finished(&r);
}

/* Cuts "[::1]:8080:80" and "127.0.0.1:8080:80" into host and the rest. */
static struct view cut_host(struct view *rest)
{
	struct view host = view_none();
	usize end;

	if (view_at(*rest, 0) == '[') {
		end = view_find(*rest, ']');
		host = view_first(view_from(*rest, 1), end - 1);
		*rest = view_from(*rest, end + 2);
	} else if (view_find(view_from(*rest, view_find(*rest, ':') + 1), ':') <
		   view_from(*rest, view_find(*rest, ':') + 1).n) {
		end = view_find(*rest, ':');
		host = view_first(*rest, end);
		*rest = view_from(*rest, end + 1);
	}
	return host;
}

void ports_open(const char *source, const char *bind_to)
{
	struct view rest = view_make(source, strlen(source));
	struct view host = cut_host(&rest), proto = view_from(rest, view_find(rest, '/') + 1);
	struct reader r = reader_of(view_first(rest, view_find(rest, '/')));
	u64 host_port = 0, image_port = 0;
	struct ip ip = ip_none();
	bool udp = view_equal(proto, text("udp"));

	if (!read_decimal(&r, 65535, &host_port) || !read_literal(&r, text(":")) ||
		!read_decimal(&r, 65535, &image_port) || !read_finished(&r) || image_port == 0 ||
		host_port == 0 || (proto.n > 0 && !udp && !view_equal(proto, text("tcp"))))
		gateway_die("-p %s: expected [HOST:]HOSTPORT:IMAGEPORT[/udp], as in -p 8080:80", source);
	if (host.n == 0 && bind_to)
		host = view_make(bind_to, strlen(bind_to));
	if (host.n > 0 && !read_address(host, &ip))
		gateway_die("-p %s: '%.*s' is not an IP address", source, (int)host.n, (const char *)host.p);
	if (host.n > 0) {
		listen_on(ip, (u16)host_port, (u16)image_port, udp, false);
	} else {
		listen_on(ip_from4(INADDR_LOOPBACK), (u16)host_port, (u16)image_port, udp, false);
		listen_on((struct ip){ 0, 1 }, (u16)host_port, (u16)image_port, udp, true);
	}
}

void ports_have_room(void)
{
	room_again = true;
}

void ports_resume(void)
{
	if (!room_again)
		return;
	room_again = false;
	for (u32 i = 0; i < port_count; i += 1) {
		if (!ports[i].paused)
			continue;
		ports[i].paused = false;
		tcp_relay_accept(&ports[i]);
	}
}

void ports_close(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		gateway_unwatch(&ports[i].watch);
	port_count = 0;
}
