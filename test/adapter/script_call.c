/* script_call.c - a script's socket calls. */
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

#define ARGUMENTS 6u
#define PIECES    16u

struct call_text {
	char name[24], text[1000];
	char *argument[ARGUMENTS];
	u32 count;
	long result;
	int error;
	bool any; /* = ? */
};

/* Splits at commas outside of brackets. */
static bool split(struct call_text *c)
{
	char *p = c->text;
	int depth = 0;

	if (*p)
		c->argument[c->count++] = p;
	for (; *p; p += 1) {
		depth += (*p == '[' || *p == '{' || *p == '(') - (*p == ']' || *p == '}' || *p == ')');
		if (*p != ',' || depth > 0)
			continue;
		*p = 0;
		if (c->count == ARGUMENTS)
			return false;
		c->argument[c->count++] = p + 1 + strspn(p + 1, " \n");
	}
	return true;
}

static bool read_call(struct script *x, const char *from, struct call_text *c)
{
	const char *open = strchr(from, '('), *equals = strrchr(from, '='), *close;
	char error[24];

	*c = (struct call_text){ 0 };
	while (equals && equals > from && equals[-1] != ' ' &&
		equals[-1] != ')') /* not one of the errno's words */
		equals = memrchr(from, '=', (usize)(equals - from));
	close = equals;
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
		c->error = (int)script_value(x, error);
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

static long do_write(struct script *x, int fd, u32 n, int flags, bool nothing)
{
	u8 *bytes = malloc(n ? n : 1);
	long done;

	for (u32 i = 0; i < n; i += 1)
		bytes[i] = script_byte(x->written[slot(fd)] + i);
	done = fata_send(x->s, fd, nothing ? NULL : bytes, n, flags);
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
static long do_sendto(struct script *x, int fd, u32 n, int flags, bool nothing, bool nowhere)
{
	struct sockaddr_storage a;
	socklen_t size = address(x, true, &a);
	u8 *bytes = malloc(n ? n : 1);
	long done;

	for (u32 i = 0; i < n; i += 1)
		bytes[i] = script_byte(x->written[slot(fd)] + i);
	will_connect(x, fd);
	if (nowhere)
		a.ss_family = AF_UNSPEC;
	done = fata_sendto(x->s, fd, nothing ? NULL : bytes, n, flags, (struct sockaddr *)&a, size);
	if (done > 0)
		x->written[slot(fd)] += (u64)done;
	free(bytes);
	return done;
}

static void check_read(struct script *x, int fd, const u8 *bytes, long done, int flags)
{
	for (long i = 0; i < done; i += 1)
		if (bytes[i] != script_byte(x->read[slot(fd)] + (u64)i)) {
			script_fail(x, "byte %ld of what was read is not what was sent", i);
			break;
		}
	if (done > 0 && (flags & MSG_PEEK) == 0)
		x->read[slot(fd)] += (u64)done;
}

static long do_read(struct script *x, int fd, u32 n, int flags, bool nothing)
{
	u8 *bytes = malloc(n ? n : 1);
	long done = fata_recv(x->s, fd, nothing ? NULL : bytes, n, flags);

	check_read(x, fd, bytes, done, flags);
	free(bytes);
	return done;
}

/* ---- messages: {msg_name(...)=..., msg_iov(2)=[{..., 10}, {..., 20}], msg_flags=0, msg_control=[...]} ---- */

/* The lengths of its pieces. */
static u32 read_pieces(const char *from, u32 lengths[PIECES])
{
	const char *p = strstr(from, "[{...,");
	u32 n = 0;

	for (; p && n < PIECES && sscanf(p + (*p == '['), "{..., %u}", &lengths[n]) == 1; n += 1) {
		p = strchr(p, '}');
		p = p && p[1] == ',' ? strchr(p, '{') : NULL;
	}
	return n;
}

/* From one block of bytes. */
static u32 lay_pieces(struct iovec v[PIECES], const u32 lengths[PIECES], u32 count, u8 *bytes)
{
	u32 n = 0;

	for (u32 i = 0; i < count; i += 1) {
		v[i] = (struct iovec){ bytes ? bytes + n : NULL, lengths[i] };
		n += lengths[i];
	}
	return n;
}

static long do_send_pieces(struct script *x, int fd, const char *from, int flags, bool message)
{
	struct sockaddr_storage a;
	u32 lengths[PIECES], count = read_pieces(from, lengths);
	struct iovec v[PIECES];
	u32 n = lay_pieces(v, lengths, count, NULL);
	u8 *bytes = malloc(n ? n : 1);
	struct msghdr m = { .msg_iov = v, .msg_iovlen = count };
	long done;

	(void)lay_pieces(v, lengths, count, bytes);
	for (u32 i = 0; i < n; i += 1)
		bytes[i] = script_byte(x->written[slot(fd)] + i);
	if ((flags & MSG_FASTOPEN) != 0) {
		m.msg_namelen = address(x, true, &a);
		m.msg_name = &a;
		will_connect(x, fd);
	}
	done = message ? fata_sendmsg(x->s, fd, &m, flags) : fata_writev(x->s, fd, v, (int)count);
	if (done > 0)
		x->written[slot(fd)] += (u64)done;
	free(bytes);
	return done;
}

/* msg_control=[{cmsg_level=L, cmsg_type=T, cmsg_data=N}] */
static void check_control(struct script *x, const char *from, struct msghdr *m)
{
	const char *p = strstr(from, "cmsg_level=");
	struct cmsghdr *h = CMSG_FIRSTHDR(m);
	char level[32], type[32];
	int want, got = -1;

	if (!p || sscanf(p, "cmsg_level=%31[^,], cmsg_type=%31[^,], cmsg_data=%d", level, type, &want) != 3)
		return;
	if (h)
		memcpy(&got, CMSG_DATA(h), sizeof got);
	if (!h || h->cmsg_level != script_value(x, level) || h->cmsg_type != script_value(x, type) ||
		got != want)
		script_fail(x, "the control message is %d", got);
}

static long do_recv_pieces(struct script *x, int fd, const char *from, int flags, bool message)
{
	u32 lengths[PIECES], count = read_pieces(from, lengths);
	struct iovec v[PIECES];
	u32 n = lay_pieces(v, lengths, count, NULL);
	u8 *bytes = malloc(n ? n : 1);
	_Alignas(struct cmsghdr) u8 control[256];
	struct msghdr m = {
		.msg_iov = v, .msg_iovlen = count, .msg_control = control, .msg_controllen = sizeof control
	};
	const char *marks = strstr(from, "msg_flags=");
	char word[80] = "0";
	long done;

	(void)lay_pieces(v, lengths, count, bytes);
	done = message ? fata_recvmsg(x->s, fd, &m, flags) : fata_readv(x->s, fd, v, (int)count);
	check_read(x, fd, bytes, done, flags);
	if (done >= 0 && message) {
		if (marks && sscanf(marks, "msg_flags=%79[^,}]", word) == 1 &&
			m.msg_flags != script_value(x, word))
			script_fail(x, "msg_flags is 0x%x", (unsigned)m.msg_flags);
		check_control(x, from, &m);
	}
	free(bytes);
	return done;
}

/* ---- options, poll ---- */

static long do_setsockopt(struct script *x, int fd, struct call_text *c)
{
	int level = (int)script_value(x, c->argument[1]), name = (int)script_value(x, c->argument[2]), on,
	    seconds, v;
	struct linger l;
	struct timeval t;
	long micros;
	socklen_t n = sizeof v;

	if (sscanf(c->argument[3], "{onoff=%d, linger=%d}", &on, &seconds) == 2) {
		l = (struct linger){ on, seconds };
		return fata_setsockopt(x->s, fd, level, name, &l, sizeof l);
	}
	if (sscanf(c->argument[3], "{tv_sec=%d, tv_usec=%ld}", &seconds, &micros) == 2) {
		t = (struct timeval){ seconds, micros };
		return fata_setsockopt(x->s, fd, level, name, &t, sizeof t);
	}
	v = (int)script_value(x, c->argument[3]);
	if (c->count > 4 && script_value(x, c->argument[4]) < (long)sizeof v)
		n = (socklen_t)script_value(x, c->argument[4]);
	return fata_setsockopt(x->s, fd, level, name, &v, n);
}

static long do_getsockopt(struct script *x, int fd, struct call_text *c)
{
	int level = (int)script_value(x, c->argument[1]), name = (int)script_value(x, c->argument[2]), v = -1;
	socklen_t n = sizeof v;
	long result = fata_getsockopt(x->s, fd, level, name, &v, &n);
	long want = script_value(x, c->argument[3]);

	if (result == 0 && v != (int)want)
		script_fail(x, "the option is %d (%s), not %ld", v, strerror(v), want);
	return result;
}

/* packetdrill's scripts number descriptors as they like: ours for theirs. */
static int live_fd(const struct script *x, int said)
{
	return x->drill && said >= 0 && said < (int)COUNT(x->fds) && x->fds[said] ? x->fds[said] : said;
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
	p.fd = live_fd(x, p.fd);
	p.events = (short)script_value(x, events);
	result = fata_poll(x->s, &p, 1, x->blocks && c->count > 2 ? (int)script_value(x, c->argument[2]) : 0);
	want = script_value(x, revents);
	if (p.revents != want)
		script_fail(x, "revents is 0x%x, not 0x%lx", (unsigned)p.revents, (unsigned long)want);
	return result;
}

static long do_ioctl(struct script *x, int fd, struct call_text *c)
{
	int v = -1;
	long result = fata_ioctl(x->s, fd, (unsigned long)script_value(x, c->argument[1]), &v),
	     want = script_value(x, c->argument[2]);

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
			(int)script_value(x, c->argument[1]), (int)script_value(x, c->argument[2]));
		x->written[slot(fd)] = x->read[slot(fd)] = 0;
		x->fresh = true;
		return fd;
	}
	if (strcmp(c->name, "bind") == 0)
		return fata_bind(x->s, fd, (struct sockaddr *)&a, n);
	if (strcmp(c->name, "listen") == 0) {
		x->again = x->listened;
		x->listened = true;
		return fata_listen(x->s, fd, (int)script_value(x, c->argument[1]));
	}
	if (strcmp(c->name, "accept") == 0) {
		long got = fata_accept(x->s, fd, NULL, NULL);

		if (got >= 0) {
			x->fd = (int)got;
			x->written[slot((int)got)] = x->read[slot((int)got)] = 0;
		}
		return got;
	}
	if (c->count > 1 && strcmp(c->argument[1], "AF_UNSPEC") == 0) {
		a.ss_family = AF_UNSPEC;
		return fata_connect(x->s, fd, (struct sockaddr *)&a, n);
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
		{ "ioctl", 3 }, { "sendto", 6 }, { "sendmsg", 3 }, { "recvmsg", 3 }, { "writev", 3 },
		{ "readv", 3 }, { "recvfrom", 6 } };
	u32 i = 0;
	bool nothing;
	int fd;

	while (i < COUNT(calls) && strcmp(calls[i].name, c->name) != 0)
		i += 1;
	if (i == COUNT(calls) || c->count < calls[i].least)
		return false;
	nothing = c->count > 1 && strcmp(c->argument[1], "NULL") == 0;
	fd = i != 0 && i != 14 ? live_fd(x, (int)script_value(x, c->argument[0])) : -1;
	switch (i) {
	case 5: *out = do_read(x, fd, (u32)script_value(x, c->argument[2]), 0, nothing); break;
	case 6:
		*out = do_read(x, fd, (u32)script_value(x, c->argument[2]),
			(int)script_value(x, c->argument[3]), nothing);
		break;
	case 7: *out = do_write(x, fd, (u32)script_value(x, c->argument[2]), 0, nothing); break;
	case 8:
		*out = do_write(x, fd, (u32)script_value(x, c->argument[2]),
			(int)script_value(x, c->argument[3]), nothing);
		break;
	case 9: *out = fata_shutdown(x->s, fd, (int)script_value(x, c->argument[1])); break;
	case 10: *out = fata_close(x->s, fd); break;
	case 11: *out = do_setsockopt(x, fd, c); break;
	case 12: *out = do_getsockopt(x, fd, c); break;
	case 13:
		*out = fata_fcntl(x->s, fd, (int)script_value(x, c->argument[1]),
			c->count > 2 ? (int)script_value(x, c->argument[2]) : 0);
		break;
	case 14: *out = do_poll(x, c); break;
	case 15: *out = do_ioctl(x, fd, c); break;
	case 16:
		*out = do_sendto(x, fd, (u32)script_value(x, c->argument[2]),
			(int)script_value(x, c->argument[3]), nothing,
			strcmp(c->argument[4], "AF_UNSPEC") == 0);
		break;
	case 17:
		*out = do_send_pieces(x, fd, c->argument[1], (int)script_value(x, c->argument[2]), true);
		break;
	case 18:
		*out = do_recv_pieces(x, fd, c->argument[1], (int)script_value(x, c->argument[2]), true);
		break;
	case 19: *out = do_send_pieces(x, fd, c->argument[1], 0, false); break;
	case 20: *out = do_recv_pieces(x, fd, c->argument[1], 0, false); break;
	case 21:
		*out = do_read(x, fd, (u32)script_value(x, c->argument[2]),
			(int)script_value(x, c->argument[3]), nothing);
		break;
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
	if (x->drill && got >= 0 && c.result >= 0 && c.result < (long)COUNT(x->fds) &&
		(strcmp(c.name, "socket") == 0 || strcmp(c.name, "accept") == 0)) {
		x->fds[c.result] = (int)got;
		got = c.result;
	}
	if (c.any || x->failed)
		return;
	if (got != c.result || (got < 0 && c.error && error != c.error))
		script_fail(x, "the call gave %ld%s%s", got, got < 0 ? " " : "",
			got < 0 ? strerrorname_np(error) : "");
}
