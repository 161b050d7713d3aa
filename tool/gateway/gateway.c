/* gateway.c - the user-mode network of `fata run`, as a program of its own. See gateway.h. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "base/format.h"
#include "dev/clock.h"
#include "dev/entropy.h"
#include "lib/nd/nd.h"
#include "lib/random/random.h"
#include "stack/log.h"
#include "stack/serve_dhcp6.h"
#include "tool/gateway/gateway.h"

struct gateway_options options = { .mtu = 1500 };
struct host gateway_host;

HOST_TABLES(
	gateway, GATEWAY_FLOWS, GATEWAY_BUFFERS, GATEWAY_BUFFER_BYTES, GATEWAY_BUFFERS, GATEWAY_BUFFER_BYTES);

static struct random generator;
static int epoll = -1;
static bool ending;
static struct watch signals = { WATCH_SIGNAL, -1 }, listener = { WATCH_LISTEN_LINK, -1 };
static const char *listen_path;

u64 gateway_now(void)
{
	return clock_monotonic();
}

void gateway_say(const char *format, ...)
{
	va_list arguments;

	if (!options.verbose)
		return;
	va_start(arguments, format);
	fprintf(stderr, "gateway: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
}

_Noreturn void gateway_die(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "gateway: ");
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	if (listen_path)
		unlink(listen_path);
	exit(2);
}

bool gateway_watch(struct watch *w, u32 events)
{
	struct epoll_event e = { .events = events, .data.ptr = w };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, w->fd, &e) == 0;
}

void gateway_unwatch(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd); /* which takes it out of the set */
	w->fd = -1;
}

/* ---- the link ---- */

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	if (strncmp(path, "unix:", 5) == 0)
		path += 5;
	if (*path == 0 || strlen(path) >= sizeof a.sun_path)
		gateway_die("'%s': a path of 1 to %zu bytes is needed", path, sizeof a.sun_path - 1);
	strcpy(a.sun_path, path);
	return a;
}

static void use_link(int fd)
{
	link_attach(fd);
	if (!gateway_watch(&link_watch, EPOLLIN | EPOLLOUT | EPOLLET))
		gateway_die("--fd %d: %s: it must be a connected stream socket", fd, strerror(errno));
}

static void link_listen(const char *path)
{
	static char kept[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct sockaddr_un a = unix_address(path);

	listener.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	unlink(a.sun_path);
	if (listener.fd < 0 || bind(listener.fd, (struct sockaddr *)&a, sizeof a) < 0 ||
		listen(listener.fd, 1) < 0)
		gateway_die("cannot listen at %s: %s", a.sun_path, strerror(errno));
	strcpy(kept, a.sun_path);
	listen_path = kept;
	gateway_watch(&listener, EPOLLIN);
}

static void link_connect(const char *path)
{
	struct sockaddr_un a = unix_address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) < 0)
		gateway_die("cannot connect to %s: %s", a.sun_path, strerror(errno));
	use_link(fd);
}

/* One image at a time; another may come when the first has left. */
static void link_accept(void)
{
	int fd = accept4(listener.fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	if (link_up()) {
		gateway_say("somebody else is connected already: refused");
		close(fd);
		return;
	}
	gateway_say("an image has connected");
	use_link(fd);
}

static void link_lost(u64 now)
{
	host_end_flows(&gateway_host, true, now);
	gateway_unwatch(&link_watch);
	if (listener.fd < 0)
		ending = true;
}

/* ---- the host on it ---- */

static void advertise(void)
{
	struct nd ra = { .type = ND_RA,
		.managed = true,
		.other = true,
		.hop_limit = 64,
		.lifetime_s = 9000,
		.mtu = options.mtu,
		.prefixes = 1,
		.prefix = { { .prefix = { { router6().hi, 0 }, 64 },
			.on_link = true,
			.autonomous = true,
			.valid_s = ND_FOREVER,
			.preferred_s = ND_FOREVER } },
		.resolvers = 1,
		.resolver_s = 9000,
		.resolver = { resolver6() } };

	host_advertise(&gateway_host, &ra, 0);
}

/* For whoever asks: an address besides the one of the advertised prefix, a prefix, a resolver. Leases are short: images
 * come and go, each under a name of its own. */
static void serve_leases(void)
{
	static struct serve_dhcp6 server;
	static struct host_multicast groups;

	multicast_start(&gateway_host, &groups);
	serve_dhcp6(&gateway_host, &server,
		&(struct dhcp6_server_config){ .first = { leases6(), 64 },
			.addresses = DHCP6_SERVER_LEASES,
			.prefix = { delegated6(), 64 },
			.prefixes = ROUTE_ORIGIN_MAX,
			.preferred_s = 300,
			.valid_s = 600,
			.rapid = true,
			.resolver = { resolver6() } });
}

static void start(u64 now)
{
	struct random_seed seed;
	struct host_config config = { .name = text("gateway"),
		.ip4 = { router4(), 24 },
		.ip6 = { { router6(), 64 }, { resolver6(), 64 } },
		.no_dhcp = true,
		.no_slaac = true,
		.no_dad = true,
		.any = true };
	struct view bad;

	log_configure(options.verbose ? text("info") : text("error"), &bad);
	log_time(now);
	random_init(&generator);
	entropy_seed(span_of(seed.b));
	random_seed(&generator, &seed, entropy_generation(), now);
	host_start(&gateway_host, 0, &gateway_tables, &config, &generator, now);
	tcp_relay_start();
	udp_relay_start(now);
	serve_leases();
	advertise();
}

/* ---- the loop ---- */

static void dispatch(struct watch *w, u32 events, u64 now)
{
	switch (w->kind) {
	case WATCH_LINK: link_event(events); return;
	case WATCH_LISTEN_LINK: link_accept(); return;
	case WATCH_SIGNAL: ending = true; return;
	case WATCH_BRIDGE: tcp_relay_event(w, events); return;
	case WATCH_PORT_TCP: tcp_relay_accept((struct gateway_port *)w); return;
	case WATCH_PORT_UDP: udp_relay_port((struct gateway_port *)w, now); return;
	case WATCH_MAPPING: udp_relay_event(w, now); return;
	}
}

static void wait_and_dispatch(u64 wake)
{
	struct epoll_event events[256];
	u64 now = gateway_now(), ns = wake > now ? wake - now : 0;
	struct timespec timeout = { (time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S) };
	int n = epoll_pwait2(epoll, events, 256, wake == TIME_NEVER ? NULL : &timeout, NULL);

	now = gateway_now();
	gateway_host.now = now; /* what is called from here is of this moment */
	for (int i = 0; i < n; i += 1)
		dispatch(events[i].data.ptr, events[i].events, now);
}

static void run(void)
{
	u64 wake = 0;

	while (!ending) {
		bool was_up = link_up();
		u64 udp;

		wait_and_dispatch(link_more() ? 0 : wake);

		u64 now = gateway_now();

		log_time(now);
		ports_resume();
		wake = host_step(&gateway_host, now);
		link_flush();
		if (was_up && !link_up())
			link_lost(now);
		udp = udp_relay_expire(now);
		wake = udp < wake ? udp : wake;
	}
}

static void stop(void)
{
	ports_close();
	host_end_flows(&gateway_host, true, gateway_now());
	link_flush();
	if (listen_path)
		unlink(listen_path);
}

/* ---- options ---- */

static const char help[] =
	"usage: gateway (--fd N | --listen PATH | --connect PATH) [-p [HOST:]8080:80[/udp]]...\n"
	"\n"
	"A network for one image, without privileges: Ethernet frames on a stream socket\n"
	"(QEMU's -netdev stream framing) on one side, the host's own sockets on the other.\n"
	"The image gets 10.0.2.15 by DHCP and an address in fd00::/64; 10.0.2.2 is the\n"
	"router and reaches this machine's loopback, 10.0.2.3 resolves names.\n"
	"\n"
	"  --fd N              the socket is open already\n"
	"  --listen PATH       wait for the image there; when it leaves, for the next\n"
	"  --connect PATH      the image, or QEMU, listens there\n"
	"  -p, --publish MAP   [HOST:]HOSTPORT:IMAGEPORT[/udp]: a port of this machine leads\n"
	"                      to the image; without HOST it listens on 127.0.0.1 and ::1\n"
	"  --bind HOST         where the -p that follow listen, as 0.0.0.0 or ::\n"
	"  --image ADDRESS     where -p leads (10.0.2.15)\n"
	"  --mtu N             of the link, told by DHCP and router advertisement (1500);\n"
	"                      the image's own port must have it too\n"
	"  -v, --verbose       say what happens\n";

static void read_options(int count, char **arguments)
{
	enum { FD = 256, LISTEN, CONNECT, BIND, IMAGE, MTU };
	static const struct option known[] = { { "fd", 1, 0, FD }, { "listen", 1, 0, LISTEN },
		{ "connect", 1, 0, CONNECT }, { "publish", 1, 0, 'p' }, { "bind", 1, 0, BIND },
		{ "image", 1, 0, IMAGE }, { "mtu", 1, 0, MTU }, { "verbose", 0, 0, 'v' },
		{ "help", 0, 0, 'h' }, { 0 } };
	const char *bind_to = NULL, *path = NULL;
	int how = 0, fd = -1, c;
	char *end;

	options.image = ip_from4(ip_to4(router4()) + 13);
	while ((c = getopt_long(count, arguments, "p:vh", known, NULL)) != -1) {
		struct reader r = reader_of(optarg ? view_make(optarg, strlen(optarg)) : view_none());
		u64 number = 0;

		switch (c) {
		case 'p': ports_open(optarg, bind_to); break;
		case 'v': options.verbose = true; break;
		case 'h': fputs(help, stdout); exit(0);
		case BIND: bind_to = optarg; break;
		case FD:
		case LISTEN:
		case CONNECT:
			how = c;
			path = optarg;
			fd = (int)strtol(optarg, &end, 10);
			if (c == FD && (*optarg == 0 || *end != 0 || fd < 0))
				gateway_die("--fd %s: not the number of an open descriptor", optarg);
			break;
		case IMAGE:
			if (!ip_read_text(&r, &options.image) || !read_finished(&r))
				gateway_die("--image %s: not an IP address", optarg);
			break;
		case MTU:
			if (!read_decimal(&r, 65521, &number) || !read_finished(&r) || number < 1280)
				gateway_die("--mtu %s: a number from 1280 to 65521", optarg);
			options.mtu = (u16)number;
			break;
		default: exit(2);
		}
	}
	if (optind < count)
		gateway_die("'%s' is not an option (--help)", arguments[optind]);
	if (how == FD)
		use_link(fd);
	else if (how == LISTEN)
		link_listen(path);
	else if (how == CONNECT)
		link_connect(path);
	else
		gateway_die("say where the image is: --fd N, --listen PATH or --connect PATH (--help)");
}

int main(int count, char **arguments)
{
	struct rlimit files;
	sigset_t stop_signals;

	/* every connection is a descriptor */
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);

	sigemptyset(&stop_signals);
	sigaddset(&stop_signals, SIGTERM);
	sigaddset(&stop_signals, SIGINT);
	sigprocmask(SIG_BLOCK, &stop_signals, NULL);
	epoll = epoll_create1(EPOLL_CLOEXEC);
	signals.fd = signalfd(-1, &stop_signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (epoll < 0 || signals.fd < 0 || !gateway_watch(&signals, EPOLLIN))
		gateway_die("no epoll: %s", strerror(errno));
	read_options(count, arguments);
	start(gateway_now());
	run();
	stop();
	return 0;
}
