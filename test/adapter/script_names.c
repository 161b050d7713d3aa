/* script_names.c - the names of the system's numbers that scripts use. See script.h. */
#include "test/adapter/script.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define NAME(n) { #n, n }

static const struct {
	const char *name;
	long value;
} names[] = { NAME(SOCK_STREAM), NAME(SOCK_DGRAM), NAME(SOCK_NONBLOCK), NAME(SOCK_CLOEXEC), NAME(IPPROTO_TCP),
	NAME(IPPROTO_UDP), NAME(IPPROTO_IP), NAME(IPPROTO_IPV6), NAME(SOL_SOCKET), NAME(SOL_TCP),
	NAME(SOL_IP), NAME(SOL_IPV6), NAME(SO_REUSEADDR), NAME(SO_REUSEPORT), NAME(SO_ERROR),
	NAME(SO_KEEPALIVE), NAME(SO_LINGER), NAME(SO_RCVBUF), NAME(SO_SNDBUF), NAME(SO_RCVTIMEO),
	NAME(SO_SNDTIMEO), NAME(SO_RCVLOWAT), NAME(SO_SNDLOWAT), NAME(SO_OOBINLINE), NAME(SO_BROADCAST),
	NAME(TCP_NODELAY), NAME(TCP_MAXSEG), NAME(TCP_CORK), NAME(TCP_KEEPIDLE), NAME(TCP_KEEPINTVL),
	NAME(TCP_KEEPCNT), NAME(TCP_SYNCNT), NAME(TCP_LINGER2), NAME(TCP_DEFER_ACCEPT),
	NAME(TCP_WINDOW_CLAMP), NAME(TCP_QUICKACK), NAME(TCP_USER_TIMEOUT), NAME(TCP_FASTOPEN),
	NAME(TCP_FASTOPEN_CONNECT), NAME(TCP_NOTSENT_LOWAT), NAME(TCP_INQ), { "TCP_CM_INQ", TCP_INQ },
	NAME(IP_TTL), NAME(IP_TOS), NAME(IP_MTU_DISCOVER), NAME(IP_PMTUDISC_DONT), NAME(IP_PMTUDISC_WANT),
	NAME(IP_PMTUDISC_DO), NAME(IP_PMTUDISC_PROBE), NAME(IP_RECVTOS), NAME(IP_RECVTTL), NAME(IPV6_TCLASS),
	NAME(IPV6_MTU_DISCOVER), NAME(SHUT_RD), NAME(SHUT_WR), NAME(SHUT_RDWR), NAME(F_GETFL), NAME(F_SETFL),
	NAME(O_RDWR), NAME(O_NONBLOCK), NAME(MSG_FASTOPEN), NAME(MSG_PEEK), NAME(MSG_DONTWAIT),
	NAME(MSG_WAITALL), NAME(MSG_TRUNC), NAME(MSG_MORE), NAME(MSG_EOR), NAME(MSG_NOSIGNAL), NAME(MSG_OOB),
	NAME(MSG_CTRUNC), NAME(POLLIN), NAME(POLLOUT), NAME(POLLRDHUP), NAME(POLLHUP), NAME(POLLERR),
	NAME(POLLNVAL), NAME(FIONREAD), { "SIOCINQ", FIONREAD }, NAME(SIOCOUTQ) };

static bool named(const char *from, usize n, long *out)
{
	for (u32 i = 0; i < COUNT(names); i += 1)
		if (strlen(names[i].name) == n && strncmp(names[i].name, from, n) == 0) {
			*out = names[i].value;
			return true;
		}
	for (int e = 1; e < 200; e += 1) {
		const char *name = strerrorname_np(e);

		if (name && strlen(name) == n && strncmp(name, from, n) == 0) {
			*out = e;
			return true;
		}
	}
	return false;
}

long script_value(struct script *x, const char *from)
{
	long all = 0, v;

	while (*from) {
		usize n;

		from += strspn(from, " |[\n");
		n = strcspn(from, " |]\n");
		if (n == 0)
			break;
		if (isdigit((unsigned char)*from) || *from == '-') {
			v = (long)strtoll(from, NULL, 0);
		} else if (!named(from, n, &v)) {
			script_fail(x, "'%.*s' is not known", (int)n, from);
			return 0;
		}
		all |= v;
		from += n;
	}
	return all;
}
