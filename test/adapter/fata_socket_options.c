/* fata_socket_options.c - getsockopt, setsockopt. */
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <linux/tcp.h> /* <netinet/tcp.h> has names of states that are ours */
#include <netinet/in.h>
#include <string.h>
#include <sys/time.h>

#define BUFFER_LEAST 2048
#define SYN_COUNT    6 /* what Linux says if nothing was set */

/* ---- values ---- */

static int read_int(const void *value, socklen_t n, int *out)
{
	*out = 0;
	if (!value || n < sizeof *out)
		return EINVAL;
	memcpy(out, value, sizeof *out);
	return 0;
}

static int within(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

static int set_time(u64 *out, const void *value, socklen_t n)
{
	struct timeval t;

	if (n < sizeof t)
		return EINVAL;
	memcpy(&t, value, sizeof t);
	if (t.tv_usec < 0 || t.tv_usec >= 1000000)
		return EDOM;
	*out = t.tv_sec < 0 ? 0 : (u64)t.tv_sec * NS_PER_S + (u64)t.tv_usec * NS_PER_US;
	return 0;
}

static int set_linger(struct sock *k, const void *value, socklen_t n)
{
	struct linger l;

	if (n < sizeof l)
		return EINVAL;
	memcpy(&l, value, sizeof l);
	k->o.linger = l.l_onoff != 0;
	k->o.linger_s = l.l_linger < 0 ? 0 : (u32)l.l_linger;
	return 0;
}

/* What counts for a connection that lives. */
static int tuned(struct sock *k)
{
	struct flow_plan plan = { 0 };

	if (!k->flow)
		return 0;
	stream_plan(k, &plan);
	k->flow->hop_limit = plan.hop_limit;
	k->flow->tos = plan.tos;
	tcp_tune(&k->flow->tcp, &plan.tcp, k->stack->now);
	stream_call(k);
	return 0;
}

/* ---- set ---- */

static int set_socket(struct sock *k, int name, const void *value, socklen_t n)
{
	int v, error;

	if (name == SO_RCVTIMEO)
		return set_time(&k->o.receive_ns, value, n);
	if (name == SO_SNDTIMEO)
		return set_time(&k->o.send_ns, value, n);
	if (name == SO_LINGER)
		return set_linger(k, value, n);
	error = read_int(value, n, &v);
	if (error)
		return error;
	switch (name) {
	case SO_REUSEADDR: k->o.reuse = v != 0; return 0;
	case SO_REUSEPORT: k->o.reuse_port = v != 0; return 0;
	case SO_BROADCAST: k->o.broadcast = v != 0; return 0;
	case SO_KEEPALIVE: k->o.keepalive = v != 0; return tuned(k);
	case SO_OOBINLINE: return v != 0 ? 0 : ENOPROTOOPT; /* it always is */
	case SO_RCVLOWAT:
		if (v < 0)
			return EINVAL;
		k->o.low_water = v == 0 ? 1 : (u32)v;
		return 0;
	case SO_RCVBUF:
		k->o.rx_bytes = (u32)within(v, BUFFER_LEAST, (int)k->stack->host.tables.rx_bytes);
		return 0;
	case SO_SNDBUF:
		k->o.tx_bytes = (u32)within(v, BUFFER_LEAST, (int)k->stack->host.tables.tx_bytes);
		return 0;
	default: return ENOPROTOOPT;
	}
}

static int set_number(u32 *out, int value, int least, int most)
{
	if (value < least || value > most)
		return EINVAL;
	*out = (u32)value;
	return 0;
}

/* ---- congestion controls, by the names that Linux has for them ---- */

#define CONTROL_NAME_BYTES 16

static const char control_names[][CONTROL_NAME_BYTES] = {
	[TCP_CUBIC] = "cubic", [TCP_NEWRENO] = "reno", [TCP_BBR] = "bbr"
};

static enum tcp_control control_of(const struct sock *k)
{
	struct tcp_facts f;

	if (!k->flow)
		return k->o.control;
	tcp_facts(&k->flow->tcp, &f);
	return f.control;
}

/* With its final zero or without; for a connection that lives too. */
static int set_control(struct sock *k, const void *value, socklen_t n)
{
	char name[CONTROL_NAME_BYTES] = "";

	if (n < 1)
		return EINVAL;
	memcpy(name, value, n < sizeof name ? n : sizeof name - 1);
	for (u32 i = 0; i < sizeof control_names / sizeof control_names[0]; i += 1) {
		if (strcmp(name, control_names[i]) != 0)
			continue;
		k->o.control = (enum tcp_control)i;
		return tuned(k);
	}
	return ENOENT;
}

/* As on Linux: of what is neither open nor opening. */
static int set_fast_open(struct sock *k, int name, int v)
{
	if (name == TCP_FASTOPEN_CONNECT) {
		if (v < 0 || v > 1 || k->state != SOCK_IDLE)
			return EINVAL;
		k->o.fast_connect = v != 0;
		return 0;
	}
	if (v < 0 || (k->state != SOCK_IDLE && k->state != SOCK_LISTENS))
		return EINVAL;
	k->o.fast_queue = (u32)v;
	return k->state == SOCK_IDLE || sock_fast_open(k, true) ? 0 : ENOBUFS;
}

static int set_tcp(struct sock *k, int name, const void *value, socklen_t n)
{
	u32 mss;
	int v, error = k->type == SOCK_STREAM ? 0 : ENOPROTOOPT;

	if (!error && name == TCP_CONGESTION)
		return set_control(k, value, n);
	if (!error)
		error = read_int(value, n, &v);
	if (error)
		return error;
	switch (name) {
	case TCP_FASTOPEN:
	case TCP_FASTOPEN_CONNECT: return set_fast_open(k, name, v);
	case TCP_NODELAY:
		k->o.no_delay = v != 0;
		if (v != 0) /* what is held back goes, corked or not */
			stream_release(k);
		break;
	case TCP_CORK:
		k->o.corked = v != 0;
		if (v == 0)
			stream_release(k);
		break;
	case TCP_QUICKACK: return 0; /* it is ours to say, and small segments have it */
	case TCP_SYNCNT: error = set_number(&k->o.syn_count, v, 1, 127); break;
	case TCP_DEFER_ACCEPT: k->o.defer_s = v < 0 ? 0 : (u32)v; return 0;
	case TCP_NOTSENT_LOWAT: k->o.unsent_most = (u32)v; return 0;
	case TCP_INQ:
		if (v < 0 || v > 1)
			return EINVAL;
		k->o.inq = v != 0;
		return 0;
	case TCP_KEEPIDLE: error = set_number(&k->o.idle_s, v, 1, 32767); break;
	case TCP_KEEPINTVL: error = set_number(&k->o.interval_s, v, 1, 255); break;
	case TCP_KEEPCNT: error = set_number(&k->o.probes, v, 1, 127); break;
	case TCP_USER_TIMEOUT: error = set_number(&k->o.user_timeout_ms, v, 0, INT32_MAX); break;
	case TCP_MAXSEG:
		error = set_number(&mss, v, 88, 32767);
		if (!error)
			k->o.mss = (u16)mss;
		return error;
	default: return ENOPROTOOPT;
	}
	return error ? error : tuned(k);
}

static int set_hops(struct sock *k, const void *value, socklen_t n)
{
	int v, error = read_int(value, n, &v);

	if (error)
		return error;
	if (v != -1 && (v < 1 || v > 255))
		return EINVAL;
	k->o.hop_limit = v == -1 ? 0 : (u8)v;
	return tuned(k);
}

/* One byte is enough, as on Linux. A stream's lower two bits are its own: ECN. */
static int set_tos(struct sock *k, const void *value, socklen_t n)
{
	int v, error = read_int(value, n, &v);

	if (error && value && n == 1) {
		v = *(const u8 *)value;
		error = 0;
	}
	if (error)
		return error;
	if (v < -1 || v > 255)
		return EINVAL;
	k->o.tos = (u8)(v == -1 ? 0 : v & (k->type == SOCK_STREAM ? 0xfc : 0xff));
	return tuned(k);
}

/* struct ip_mreq, ip_mreqn and ipv6_mreq begin with the group. */
static int set_membership(struct sock *k, bool join, const void *value, socklen_t n)
{
	bool four = k->domain == AF_INET;
	u8 b[16] = { 0 };
	struct reader r = reader_of(view_of(b));
	struct ip group;

	if (k->type != SOCK_DGRAM)
		return ENOPROTOOPT;
	if (n < (four ? sizeof(struct ip_mreq) : sizeof(struct ipv6_mreq)))
		return EINVAL;
	memcpy(b, value, four ? 4 : 16);
	group = four ? read_ip4(&r) : read_ip6(&r);
	return join ? group_join(k, group) : group_leave(k, group);
}

/* A byte or an int, as on Linux. */
static int read_small(const void *value, socklen_t n, int *out)
{
	if (n >= sizeof *out || n < 1)
		return read_int(value, n, out);
	*out = *(const u8 *)value;
	return 0;
}

/* A stream's segments never are cut on the way, whatever is said; a datagram only if it may be. */
static int set_discover(struct sock *k, const void *value, socklen_t n)
{
	int v, error = read_small(value, n, &v);

	if (error || v < IP_PMTUDISC_DONT || v > IP_PMTUDISC_PROBE)
		return EINVAL;
	k->o.discover = v;
	k->o.whole = v >= IP_PMTUDISC_DO;
	return 0;
}

static int set_pktinfo(struct sock *k, int domain, const void *value, socklen_t n)
{
	int v, error = k->type == SOCK_DGRAM && k->domain == domain ? read_small(value, n, &v) : ENOPROTOOPT;

	if (!error)
		k->o.pktinfo = v != 0;
	return error;
}

static int set_group_hops(struct sock *k, int domain, const void *value, socklen_t n)
{
	int v, error = k->type == SOCK_DGRAM && k->domain == domain ? read_small(value, n, &v) : ENOPROTOOPT;

	if (error)
		return error;
	if (v < -1 || v == 0 || v > 255) /* 0, for this host alone: it does not hear itself */
		return EINVAL;
	k->o.group_hops = (u8)(v == -1 ? 0 : v);
	return 0;
}

/* There is one: that, or any. */
static int set_group_interface(struct sock *k, int domain, const void *value, socklen_t n)
{
	struct ip_mreqn m = { .imr_ifindex = 0 };
	int index;

	if (k->type != SOCK_DGRAM || k->domain != domain)
		return ENOPROTOOPT;
	if (domain == AF_INET6) {
		if (read_int(value, n, &index))
			return EINVAL;
		return index == 0 || index == 1 ? 0 : ENODEV;
	}
	if (n < sizeof m.imr_address)
		return EINVAL;
	if (n >= sizeof(struct ip_mreq))
		memcpy(&m, value, n < sizeof m ? n : sizeof m);
	else
		memcpy(&m.imr_address, value, sizeof m.imr_address);
	if (m.imr_address.s_addr != 0 && !host_owns(&k->stack->host, ip_from4(ntohl(m.imr_address.s_addr))))
		return EADDRNOTAVAIL;
	return m.imr_ifindex == 0 || m.imr_ifindex == 1 ? 0 : ENODEV;
}

static int set_ip4(struct sock *k, int name, const void *value, socklen_t n)
{
	switch (name) {
	case IP_TTL: return set_hops(k, value, n);
	case IP_TOS: return set_tos(k, value, n);
	case IP_MTU_DISCOVER: return set_discover(k, value, n);
	case IP_PKTINFO: return set_pktinfo(k, AF_INET, value, n);
	case IP_MULTICAST_TTL: return set_group_hops(k, AF_INET, value, n);
	case IP_MULTICAST_IF: return set_group_interface(k, AF_INET, value, n);
	case IP_ADD_MEMBERSHIP:
	case IP_DROP_MEMBERSHIP:
		if (k->domain == AF_INET)
			return set_membership(k, name == IP_ADD_MEMBERSHIP, value, n);
		return ENOPROTOOPT;
	default: return ENOPROTOOPT;
	}
}

static int set_ip6(struct sock *k, int name, const void *value, socklen_t n)
{
	int v, error;

	if (k->domain != AF_INET6)
		return ENOPROTOOPT;
	if (name == IPV6_UNICAST_HOPS)
		return set_hops(k, value, n);
	if (name == IPV6_TCLASS)
		return set_tos(k, value, n);
	if (name == IPV6_MTU_DISCOVER)
		return set_discover(k, value, n);
	if (name == IPV6_RECVPKTINFO)
		return set_pktinfo(k, AF_INET6, value, n);
	if (name == IPV6_MULTICAST_HOPS)
		return set_group_hops(k, AF_INET6, value, n);
	if (name == IPV6_MULTICAST_IF)
		return set_group_interface(k, AF_INET6, value, n);
	if (name == IPV6_JOIN_GROUP || name == IPV6_LEAVE_GROUP)
		return set_membership(k, name == IPV6_JOIN_GROUP, value, n);
	if (name != IPV6_V6ONLY)
		return ENOPROTOOPT;
	error = read_int(value, n, &v);
	if (!error && k->bound)
		error = EINVAL;
	if (!error)
		k->o.v6only = v != 0;
	return error;
}

int fata_setsockopt(struct fata_stack *s, int fd, int level, int name, const void *value, socklen_t n)
{
	struct call c;
	int error = ENOPROTOOPT;

	if (!call_begin(&c, s, fd))
		return -1;
	if (!value)
		return (int)call_fail(&c, EFAULT);
	if (level == SOL_SOCKET)
		error = set_socket(c.k, name, value, n);
	else if (level == IPPROTO_TCP)
		error = set_tcp(c.k, name, value, n);
	else if (level == IPPROTO_IP)
		error = set_ip4(c.k, name, value, n);
	else if (level == IPPROTO_IPV6)
		error = set_ip6(c.k, name, value, n);
	return error ? (int)call_fail(&c, error) : (int)call_end(&c, 0);
}

/* ---- get ---- */

static int give(const void *from, usize size, void *value, socklen_t *n)
{
	if (*n > size)
		*n = (socklen_t)size;
	memcpy(value, from, *n);
	return 0;
}

static int give_int(int v, void *value, socklen_t *n)
{
	return give(&v, sizeof v, value, n);
}

static int give_time(u64 ns, void *value, socklen_t *n)
{
	struct timeval t = { (time_t)(ns / NS_PER_S), (suseconds_t)(ns % NS_PER_S / NS_PER_US) };

	return give(&t, sizeof t, value, n);
}

static int get_socket(struct sock *k, int name, void *value, socklen_t *n)
{
	struct linger l = { k->o.linger, (int)k->o.linger_s };
	int error = k->error;

	switch (name) {
	case SO_REUSEADDR: return give_int(k->o.reuse, value, n);
	case SO_REUSEPORT: return give_int(k->o.reuse_port, value, n);
	case SO_BROADCAST: return give_int(k->o.broadcast, value, n);
	case SO_KEEPALIVE: return give_int(k->o.keepalive, value, n);
	case SO_OOBINLINE: return give_int(1, value, n);
	case SO_RCVLOWAT: return give_int((int)k->o.low_water, value, n);
	case SO_SNDLOWAT: return give_int(1, value, n);
	case SO_RCVBUF: return give_int((int)k->o.rx_bytes, value, n);
	case SO_SNDBUF: return give_int((int)k->o.tx_bytes, value, n);
	case SO_RCVTIMEO: return give_time(k->o.receive_ns, value, n);
	case SO_SNDTIMEO: return give_time(k->o.send_ns, value, n);
	case SO_LINGER: return give(&l, sizeof l, value, n);
	case SO_TYPE: return give_int(k->type, value, n);
	case SO_DOMAIN: return give_int(k->domain, value, n);
	case SO_PROTOCOL: return give_int(k->type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP, value, n);
	case SO_ACCEPTCONN: return give_int(k->state == SOCK_LISTENS, value, n);
	case SO_ERROR: k->error = 0; return give_int(error, value, n);
	default: return ENOPROTOOPT;
	}
}

/* Linux's numbers of states (include/net/tcp_states.h). */
static u8 state_number(const struct sock *k)
{
	static const u8 numbers[] = { [TCP_CLOSED] = 7,
		[TCP_LISTEN] = 10,
		[TCP_SYN_SENT] = 2,
		[TCP_SYN_RECEIVED] = 3,
		[TCP_ESTABLISHED] = 1,
		[TCP_FIN_WAIT_1] = 4,
		[TCP_FIN_WAIT_2] = 5,
		[TCP_CLOSE_WAIT] = 8,
		[TCP_CLOSING] = 11,
		[TCP_LAST_ACK] = 9,
		[TCP_TIME_WAIT] = 6 };

	if (k->state == SOCK_LISTENS)
		return 10;
	return k->flow ? numbers[tcp_state(&k->flow->tcp)] : 7;
}

/* Linux's (include/uapi/linux/tcp.h): open, cwr, recovery, loss. */
static u8 phase_number(enum tcp_phase p)
{
	return p == TCP_REDUCED ? 2 : p == TCP_RECOVERY ? 3 : p == TCP_LOSS ? 4 : 0;
}

static int give_info(const struct sock *k, void *value, socklen_t *n)
{
	struct tcp_info i;
	struct tcp_facts f;

	memset(&i, 0, sizeof i);
	i.tcpi_state = state_number(k);
	i.tcpi_options = k->first_taken ? TCPI_OPT_SYN_DATA : 0;
	if (k->flow) {
		tcp_facts(&k->flow->tcp, &f);
		i.tcpi_rto = (u32)(f.rto_ns / NS_PER_US);
		i.tcpi_rtt = (u32)(f.srtt_ns / NS_PER_US);
		i.tcpi_rttvar = (u32)(f.rttvar_ns / NS_PER_US);
		i.tcpi_snd_mss = f.mss;
		i.tcpi_snd_cwnd = f.cwnd_bytes / f.mss; /* Linux counts segments */
		i.tcpi_snd_ssthresh = f.ssthresh_bytes / f.mss;
		i.tcpi_unacked = (f.flight_bytes + f.mss - 1u) / f.mss;
		i.tcpi_rcv_space = f.window_bytes;
		i.tcpi_total_retrans = f.retransmits;
		i.tcpi_notsent_bytes = stream_unsent(k);
		i.tcpi_backoff = k->flow->tcp.backoff;
		i.tcpi_retransmits = i.tcpi_backoff;
		i.tcpi_ca_state = phase_number(f.phase);
		i.tcpi_options =
			(u8)(i.tcpi_options | (f.ecn ? TCPI_OPT_ECN : 0) | (f.sack ? TCPI_OPT_SACK : 0) |
				(f.timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
				(k->flow->tcp.snd_scale != 0 || k->flow->tcp.rcv_scale != 0 ? TCPI_OPT_WSCALE
											    : 0));
		i.tcpi_snd_wscale = k->flow->tcp.snd_scale & 15u;
		i.tcpi_rcv_wscale = k->flow->tcp.rcv_scale & 15u;
		i.tcpi_advmss = k->flow->tcp.rcv_mss;
		i.tcpi_pmtu = host_path_mtu(&k->stack->host, k->peer);
	}
	return give(&i, sizeof i, value, n);
}

static int get_mss(const struct sock *k)
{
	struct tcp_facts f;

	if (!k->flow)
		return k->o.mss ? k->o.mss : 536;
	tcp_facts(&k->flow->tcp, &f);
	return f.mss;
}

static int get_tcp(const struct sock *k, int name, void *value, socklen_t *n)
{
	if (k->type != SOCK_STREAM)
		return ENOPROTOOPT;
	switch (name) {
	case TCP_NODELAY: return give_int(k->o.no_delay, value, n);
	case TCP_CORK: return give_int(k->o.corked, value, n);
	case TCP_QUICKACK: return give_int(1, value, n);
	case TCP_SYNCNT: return give_int(k->o.syn_count ? (int)k->o.syn_count : SYN_COUNT, value, n);
	case TCP_DEFER_ACCEPT: return give_int((int)k->o.defer_s, value, n);
	case TCP_NOTSENT_LOWAT: return give_int((int)k->o.unsent_most, value, n);
	case TCP_INQ: return give_int(k->o.inq, value, n);
	case TCP_MAXSEG: return give_int(get_mss(k), value, n);
	case TCP_KEEPIDLE: return give_int((int)k->o.idle_s, value, n);
	case TCP_KEEPINTVL: return give_int((int)k->o.interval_s, value, n);
	case TCP_KEEPCNT: return give_int((int)k->o.probes, value, n);
	case TCP_USER_TIMEOUT: return give_int((int)k->o.user_timeout_ms, value, n);
	case TCP_FASTOPEN: return give_int((int)k->o.fast_queue, value, n);
	case TCP_FASTOPEN_CONNECT: return give_int(k->o.fast_connect, value, n);
	case TCP_CONGESTION: return give(control_names[control_of(k)], CONTROL_NAME_BYTES, value, n);
	case TCP_INFO: return give_info(k, value, n);
	default: return ENOPROTOOPT;
	}
}

static int give_hops(const struct sock *k, void *value, socklen_t *n)
{
	return give_int(k->o.hop_limit ? k->o.hop_limit : 64, value, n);
}

/* The path's, as far as it is known. */
static int give_mtu(const struct sock *k, void *value, socklen_t *n)
{
	if (k->state != SOCK_CONNECTED)
		return ENOTCONN;
	return give_int(host_path_mtu(&k->stack->host, k->peer), value, n);
}

static int get_ip4(const struct sock *k, int name, void *value, socklen_t *n)
{
	switch (name) {
	case IP_TTL: return give_hops(k, value, n);
	case IP_TOS: return give_int(k->o.tos, value, n);
	case IP_MTU: return give_mtu(k, value, n);
	case IP_MTU_DISCOVER: return give_int(k->o.discover, value, n);
	case IP_PKTINFO: return give_int(k->o.pktinfo, value, n);
	case IP_MULTICAST_TTL: return give_int(k->o.group_hops ? k->o.group_hops : 1, value, n);
	default: return ENOPROTOOPT;
	}
}

static int get_ip6(const struct sock *k, int name, void *value, socklen_t *n)
{
	switch (name) {
	case IPV6_UNICAST_HOPS: return give_hops(k, value, n);
	case IPV6_TCLASS: return give_int(k->o.tos, value, n);
	case IPV6_MTU: return give_mtu(k, value, n);
	case IPV6_MTU_DISCOVER: return give_int(k->o.discover, value, n);
	case IPV6_RECVPKTINFO: return give_int(k->o.pktinfo, value, n);
	case IPV6_MULTICAST_HOPS: return give_int(k->o.group_hops ? k->o.group_hops : 1, value, n);
	case IPV6_V6ONLY: return give_int(k->o.v6only, value, n);
	default: return ENOPROTOOPT;
	}
}

int fata_getsockopt(struct fata_stack *s, int fd, int level, int name, void *value, socklen_t *n)
{
	struct call c;
	int error = ENOPROTOOPT;

	if (!call_begin(&c, s, fd))
		return -1;
	if (!value || !n)
		return (int)call_fail(&c, EFAULT);
	if (level == SOL_SOCKET)
		error = get_socket(c.k, name, value, n);
	else if (level == IPPROTO_TCP)
		error = get_tcp(c.k, name, value, n);
	else if (level == IPPROTO_IP)
		error = get_ip4(c.k, name, value, n);
	else if (level == IPPROTO_IPV6 && c.k->domain == AF_INET6)
		error = get_ip6(c.k, name, value, n);
	return error ? (int)call_fail(&c, error) : (int)call_end(&c, 0);
}
