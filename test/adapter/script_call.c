/* script_call.c - a script's socket calls, and what it asserts of TCP_INFO. */
#include "test/adapter/script.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

static const struct {
	const char *name;
	long value;
} names[] = { { "SOCK_STREAM", SOCK_STREAM }, { "SOCK_NONBLOCK", SOCK_NONBLOCK },
	{ "IPPROTO_TCP", IPPROTO_TCP }, { "SOL_TCP", IPPROTO_TCP }, { "SOL_SOCKET", SOL_SOCKET },
	{ "IPPROTO_IP", IPPROTO_IP }, { "SO_REUSEADDR", SO_REUSEADDR }, { "SO_ERROR", SO_ERROR },
	{ "SO_KEEPALIVE", SO_KEEPALIVE }, { "SO_LINGER", SO_LINGER }, { "SO_RCVBUF", SO_RCVBUF },
	{ "SO_SNDBUF", SO_SNDBUF }, { "TCP_NODELAY", TCP_NODELAY }, { "TCP_MAXSEG", TCP_MAXSEG },
	{ "TCP_FASTOPEN", TCP_FASTOPEN }, { "TCP_FASTOPEN_CONNECT", TCP_FASTOPEN_CONNECT },
	{ "MSG_FASTOPEN", MSG_FASTOPEN }, { "EOPNOTSUPP", EOPNOTSUPP }, { "TCP_KEEPIDLE", TCP_KEEPIDLE },
	{ "TCP_KEEPINTVL", TCP_KEEPINTVL }, { "TCP_KEEPCNT", TCP_KEEPCNT },
	{ "TCP_USER_TIMEOUT", TCP_USER_TIMEOUT }, { "IP_TTL", IP_TTL }, { "SHUT_RD", SHUT_RD },
	{ "SHUT_WR", SHUT_WR }, { "SHUT_RDWR", SHUT_RDWR }, { "F_GETFL", F_GETFL }, { "F_SETFL", F_SETFL },
	{ "O_RDWR", O_RDWR }, { "O_NONBLOCK", O_NONBLOCK }, { "MSG_PEEK", MSG_PEEK },
	{ "MSG_DONTWAIT", MSG_DONTWAIT }, { "POLLIN", POLLIN }, { "POLLOUT", POLLOUT },
	{ "POLLRDHUP", POLLRDHUP }, { "POLLHUP", POLLHUP }, { "POLLERR", POLLERR }, { "FIONREAD", FIONREAD },
	{ "SIOCINQ", FIONREAD }, { "SIOCOUTQ", SIOCOUTQ }, { "EAGAIN", EAGAIN },
	{ "EINPROGRESS", EINPROGRESS }, { "EALREADY", EALREADY }, { "EISCONN", EISCONN },
	{ "ENOTCONN", ENOTCONN }, { "EPIPE", EPIPE }, { "ECONNREFUSED", ECONNREFUSED },
	{ "ECONNRESET", ECONNRESET }, { "ETIMEDOUT", ETIMEDOUT }, { "EHOSTUNREACH", EHOSTUNREACH },
	{ "EINVAL", EINVAL }, { "ENETUNREACH", ENETUNREACH }, { "ENOPROTOOPT", ENOPROTOOPT },
	{ "EACCES", EACCES }, { "MSG_WAITALL", MSG_WAITALL }, { "MSG_TRUNC", MSG_TRUNC },
	{ "MSG_MORE", MSG_MORE }, { "TCP_CORK", TCP_CORK }, { "TCP_QUICKACK", TCP_QUICKACK },
	{ "TCP_SYNCNT", TCP_SYNCNT }, { "SO_REUSEPORT", SO_REUSEPORT }, { "IP_TOS", IP_TOS },
	{ "EBADF", EBADF }, { "EADDRINUSE", EADDRINUSE } };

#define ARGUMENTS 6u

struct call_text {
	char name[24], text[300];
	char *argument[ARGUMENTS];
	u32 count;
	long result;
	int error;
	bool any; /* = ? */
};

/* A number, a name, or some of them joined by |. */
static long value(struct script *x, const char *from)
{
	long v = 0;

	while (*from) {
		usize n;
		u32 i = 0;

		from += strspn(from, " |[");
		n = strcspn(from, " |]");
		if (n == 0)
			break;
		if (isdigit((unsigned char)*from) || *from == '-') {
			v |= strtol(from, NULL, 0);
		} else {
			while (i < COUNT(names) &&
				(strlen(names[i].name) != n || strncmp(names[i].name, from, n) != 0))
				i += 1;
			if (i == COUNT(names)) {
				script_fail(x, "'%.*s' is not known", (int)n, from);
				return 0;
			}
			v |= names[i].value;
		}
		from += n;
	}
	return v;
}

/* Splits at commas outside of brackets. */
static bool split(struct call_text *c)
{
	char *p = c->text;
	int depth = 0;

	if (*p)
		c->argument[c->count++] = p;
	for (; *p; p += 1) {
		depth += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
		if (*p != ',' || depth > 0)
			continue;
		*p = 0;
		if (c->count == ARGUMENTS)
			return false;
		c->argument[c->count++] = p + 1 + strspn(p + 1, " ");
	}
	return true;
}

static bool read_call(struct script *x, const char *from, struct call_text *c)
{
	const char *open = strchr(from, '('), *equals = strrchr(from, '='), *close = equals;
	char error[24];

	*c = (struct call_text){ 0 };
	while (close && close > from && *close != ')')
		close -= 1;
	if (!open || !equals || close <= open || (usize)(open - from) >= sizeof c->name ||
		(usize)(close - open) >= sizeof c->text)
		return false;
	memcpy(c->name, from, (usize)(open - from));
	memcpy(c->text, open + 1, (usize)(close - open - 1));
	equals += 1 + strspn(equals + 1, " ");
	c->any = *equals == '?';
	c->result = strtol(equals, NULL, 0);
	if (c->result < 0 && sscanf(equals, "%*d %23[A-Z]", error) == 1)
		c->error = (int)value(x, error);
	return split(c);
}

static socklen_t address(const struct script *x, bool theirs, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof *to);
	if (x->family == 4) {
		four->sin_family = AF_INET;
		four->sin_port = htons(SCRIPT_PORT);
		if (theirs)
			inet_pton(AF_INET, "192.0.2.1", &four->sin_addr);
		return sizeof *four;
	}
	six->sin6_family = AF_INET6;
	six->sin6_port = htons(SCRIPT_PORT);
	if (theirs)
		inet_pton(AF_INET6, "fd3e::1", &six->sin6_addr);
	return sizeof *six;
}

/* ---- bytes ---- */

static u32 slot(int fd)
{
	return (u32)fd % 64u;
}

static long do_write(struct script *x, int fd, u32 n, int flags)
{
	u8 *bytes = malloc(n ? n : 1);
	long done;

	for (u32 i = 0; i < n; i += 1)
		bytes[i] = script_byte(x->written[slot(fd)] + i);
	done = fata_send(x->s, fd, bytes, n, flags);
	if (done > 0)
		x->written[slot(fd)] += (u64)done;
	free(bytes);
	return done;
}

static void will_connect(struct script *x, int fd)
{
	if (x->active && x->fresh)
		x->isn_known = false;
	if (!x->isn_known) { /* before its first packet: it is our port that is chosen */
		x->active = true;
		x->peer_port = SCRIPT_PORT;
	}
	x->fresh = false;
	x->fd = fd;
}

/* To the peer, as connect() goes. */
static long do_sendto(struct script *x, int fd, u32 n, int flags)
{
	struct sockaddr_storage a;
	socklen_t size = address(x, true, &a);
	u8 *bytes = malloc(n ? n : 1);
	long done;

	for (u32 i = 0; i < n; i += 1)
		bytes[i] = script_byte(x->written[slot(fd)] + i);
	will_connect(x, fd);
	done = fata_sendto(x->s, fd, bytes, n, flags, (struct sockaddr *)&a, size);
	if (done > 0)
		x->written[slot(fd)] += (u64)done;
	free(bytes);
	return done;
}

static long do_read(struct script *x, int fd, u32 n, int flags)
{
	u8 *bytes = malloc(n ? n : 1);
	long done = fata_recv(x->s, fd, bytes, n, flags);

	for (long i = 0; i < done; i += 1)
		if (bytes[i] != script_byte(x->read[slot(fd)] + (u64)i)) {
			script_fail(x, "byte %ld of what was read is not what was sent", i);
			break;
		}
	if (done > 0 && (flags & MSG_PEEK) == 0)
		x->read[slot(fd)] += (u64)done;
	free(bytes);
	return done;
}

/* ---- options, poll ---- */

static long do_setsockopt(struct script *x, int fd, struct call_text *c)
{
	int level = (int)value(x, c->argument[1]), name = (int)value(x, c->argument[2]), on, seconds, v;
	struct linger l;

	if (sscanf(c->argument[3], "{onoff=%d, linger=%d}", &on, &seconds) == 2) {
		l = (struct linger){ on, seconds };
		return fata_setsockopt(x->s, fd, level, name, &l, sizeof l);
	}
	v = (int)value(x, c->argument[3]);
	return fata_setsockopt(x->s, fd, level, name, &v, sizeof v);
}

static long do_getsockopt(struct script *x, int fd, struct call_text *c)
{
	int level = (int)value(x, c->argument[1]), name = (int)value(x, c->argument[2]), v = -1;
	socklen_t n = sizeof v;
	long result = fata_getsockopt(x->s, fd, level, name, &v, &n);
	long want = value(x, c->argument[3]);

	if (result == 0 && v != want)
		script_fail(x, "the option is %d (%s), not %ld", v, strerror(v), want);
	return result;
}

/* [{fd=4, events=POLLIN, revents=POLLIN|POLLOUT}] */
static long do_poll(struct script *x, struct call_text *c)
{
	char events[80], revents[80] = "0";
	struct pollfd p = { 0 };
	long result, want;

	if (sscanf(c->argument[0], "[{fd=%d, events=%79[^,}], revents=%79[^}]", &p.fd, events, revents) < 2) {
		script_fail(x, "[{fd=N, events=..., revents=...}] is expected");
		return 0;
	}
	p.events = (short)value(x, events);
	result = fata_poll(x->s, &p, 1, 0);
	want = value(x, revents);
	if (p.revents != want)
		script_fail(x, "revents is 0x%x, not 0x%lx", (unsigned)p.revents, (unsigned long)want);
	return result;
}

static long do_ioctl(struct script *x, int fd, struct call_text *c)
{
	int v = -1;
	long result = fata_ioctl(x->s, fd, (unsigned long)value(x, c->argument[1]), &v),
	     want = value(x, c->argument[2]);

	if (result == 0 && v != want)
		script_fail(x, "it is %d, not %ld", v, want);
	return result;
}

/* ---- all of them ---- */

static long do_socket_call(struct script *x, struct call_text *c, int fd)
{
	struct sockaddr_storage a;
	socklen_t n = address(x, strcmp(c->name, "connect") == 0, &a);

	if (strcmp(c->name, "socket") == 0) {
		fd = fata_socket(x->s, x->family == 4 ? AF_INET : AF_INET6,
			(int)value(x, c->argument[1]) | SOCK_NONBLOCK, (int)value(x, c->argument[2]));
		x->written[slot(fd)] = x->read[slot(fd)] = 0;
		x->fresh = true;
		return fd;
	}
	if (strcmp(c->name, "bind") == 0)
		return fata_bind(x->s, fd, (struct sockaddr *)&a, n);
	if (strcmp(c->name, "listen") == 0)
		return fata_listen(x->s, fd, (int)value(x, c->argument[1]));
	if (strcmp(c->name, "accept") == 0) {
		long got = fata_accept(x->s, fd, NULL, NULL);

		if (got >= 0)
			x->fd = (int)got;
		if (got >= 0)
			(void)fata_fcntl(x->s, (int)got, F_SETFL, O_NONBLOCK);
		return got;
	}
	will_connect(x, fd);
	return fata_connect(x->s, fd, (struct sockaddr *)&a, n);
}

static bool perform(struct script *x, struct call_text *c, long *out)
{
	static const struct {
		const char *name;
		u32 least;
	} calls[] = { { "socket", 3 }, { "bind", 1 }, { "listen", 2 }, { "accept", 1 }, { "connect", 1 },
		{ "read", 3 }, { "recv", 4 }, { "write", 3 }, { "send", 4 }, { "shutdown", 2 },
		{ "close", 1 }, { "setsockopt", 4 }, { "getsockopt", 4 }, { "fcntl", 2 }, { "poll", 1 },
		{ "ioctl", 3 }, { "sendto", 6 } };
	u32 i = 0;
	int fd;

	while (i < COUNT(calls) && strcmp(calls[i].name, c->name) != 0)
		i += 1;
	if (i == COUNT(calls) || c->count < calls[i].least)
		return false;
	fd = i != 0 && i != 14 ? (int)value(x, c->argument[0]) : -1;
	switch (i) {
	case 5: *out = do_read(x, fd, (u32)value(x, c->argument[2]), 0); break;
	case 6: *out = do_read(x, fd, (u32)value(x, c->argument[2]), (int)value(x, c->argument[3])); break;
	case 7: *out = do_write(x, fd, (u32)value(x, c->argument[2]), 0); break;
	case 8: *out = do_write(x, fd, (u32)value(x, c->argument[2]), (int)value(x, c->argument[3])); break;
	case 9: *out = fata_shutdown(x->s, fd, (int)value(x, c->argument[1])); break;
	case 10: *out = fata_close(x->s, fd); break;
	case 11: *out = do_setsockopt(x, fd, c); break;
	case 12: *out = do_getsockopt(x, fd, c); break;
	case 13:
		*out = fata_fcntl(x->s, fd, (int)value(x, c->argument[1]),
			c->count > 2 ? (int)value(x, c->argument[2]) : 0);
		break;
	case 14: *out = do_poll(x, c); break;
	case 15: *out = do_ioctl(x, fd, c); break;
	case 16: *out = do_sendto(x, fd, (u32)value(x, c->argument[2]), (int)value(x, c->argument[3])); break;
	default: *out = do_socket_call(x, c, fd); break;
	}
	return true;
}

void script_call(struct script *x, const char *from)
{
	struct call_text c;
	long got = 0;
	int error;

	if (!read_call(x, from, &c)) {
		script_fail(x, "it is no event: a packet (< or >) or CALL(...) = RESULT is expected");
		return;
	}
	errno = 0;
	if (!perform(x, &c, &got)) {
		script_fail(x, "there is no call %s with %u arguments", c.name, c.count);
		return;
	}
	error = errno;
	if (c.any || x->failed)
		return;
	if (got != c.result || (got < 0 && c.error && error != c.error))
		script_fail(x, "the call gave %ld%s%s", got, got < 0 ? " " : "",
			got < 0 ? strerrorname_np(error) : "");
}

/* ---- %{ assert tcpi_NAME OP NUMBER }% ---- */

static bool info_of(const struct tcp_info *i, const char *name, u32 *out)
{
	const struct {
		const char *name;
		u32 value;
	} fields[] = { { "tcpi_state", i->tcpi_state }, { "tcpi_snd_cwnd", i->tcpi_snd_cwnd },
		{ "tcpi_snd_ssthresh", i->tcpi_snd_ssthresh }, { "tcpi_unacked", i->tcpi_unacked },
		{ "tcpi_rto", i->tcpi_rto }, { "tcpi_rtt", i->tcpi_rtt }, { "tcpi_rttvar", i->tcpi_rttvar },
		{ "tcpi_snd_mss", i->tcpi_snd_mss }, { "tcpi_total_retrans", i->tcpi_total_retrans },
		{ "tcpi_backoff", i->tcpi_backoff } };

	for (u32 k = 0; k < COUNT(fields); k += 1)
		if (strcmp(fields[k].name, name) == 0) {
			*out = fields[k].value;
			return true;
		}
	return false;
}

void script_assert(struct script *x, const char *from)
{
	struct tcp_info i;
	socklen_t n = sizeof i;
	char name[32], op[4];
	u32 want, got;
	bool right;

	if (sscanf(from, "%%{ assert %31s %3s %u }%%", name, op, &want) != 3) {
		script_fail(x, "%%{ assert tcpi_NAME OP NUMBER }%% is expected");
		return;
	}
	memset(&i, 0, sizeof i);
	if (fata_getsockopt(x->s, x->fd, IPPROTO_TCP, TCP_INFO, &i, &n) != 0 || !info_of(&i, name, &got)) {
		script_fail(x, "there is no %s of a connection", name);
		return;
	}
	if (op[0] == '<')
		right = op[1] == '=' ? got <= want : got < want;
	else if (op[0] == '>')
		right = op[1] == '=' ? got >= want : got > want;
	else
		right = op[0] == '!' ? got != want : got == want;
	if (!right)
		script_fail(x, "%s is %u", name, got);
}
