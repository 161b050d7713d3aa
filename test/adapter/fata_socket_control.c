/* fata_socket_control.c - what comes and goes beside the bytes of a message: addresses of ours, bytes left. */
#include "test/adapter/fata_socket_parts.h"
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#define CONTROL_INQ 36 /* TCP_INQ and TCP_CM_INQ of <linux/tcp.h>, which has names of ours */

/* One more, if there is room. */
static void put(struct msghdr *m, usize *at, int level, int type, const void *data, usize n)
{
	struct cmsghdr h = { .cmsg_level = level, .cmsg_type = type, .cmsg_len = CMSG_LEN(n) };
	u8 *to = (u8 *)m->msg_control + *at;

	if (*at + CMSG_LEN(n) > m->msg_controllen) {
		m->msg_flags |= MSG_CTRUNC;
		return;
	}
	memcpy(to, &h, sizeof h);
	memcpy(to + CMSG_LEN(0), data, n);
	*at += CMSG_SPACE(n);
	if (*at > m->msg_controllen)
		*at = m->msg_controllen;
}

static void put_info(const struct sock *k, struct msghdr *m, usize *at)
{
	struct in_pktinfo four = { .ipi_ifindex = 1 };
	struct in6_pktinfo six = { .ipi6_ifindex = 1 };
	struct writer w = writer_of(span_make(six.ipi6_addr.s6_addr, 16));

	if (k->domain == AF_INET6) {
		write_ip6(&w, k->told.to);
		put(m, at, IPPROTO_IPV6, IPV6_PKTINFO, &six, sizeof six);
		return;
	}
	four.ipi_addr.s_addr = htonl(ip_to4(k->told.to));
	four.ipi_spec_dst.s_addr =
		htonl(ip_to4(host_owns(&k->stack->host, k->told.to) ? k->told.to : k->stack->host.ip4.ip));
	put(m, at, IPPROTO_IP, IP_PKTINFO, &four, sizeof four);
}

void control_write(struct sock *k, struct msghdr *m)
{
	usize at = 0;

	if (m->msg_control && k->type == SOCK_STREAM && k->o.inq) {
		int left = (int)stream_rx(k).n;

		if (left == 0 && stream_ended(k))
			left = 1; /* as on Linux: there is something to be read, and be it the end */
		put(m, &at, IPPROTO_TCP, CONTROL_INQ, &left, sizeof left);
	}
	if (m->msg_control && k->type == SOCK_DGRAM && k->o.pktinfo)
		put_info(k, m, &at);
	m->msg_controllen = at;
}

/* The address of ours that an IP_PKTINFO or IPV6_PKTINFO wants; 0, or an errno. */
int control_read(const struct sock *k, const struct msghdr *m, struct ip *from)
{
	struct msghdr copy_of = *m;
	struct in6_pktinfo six;
	struct in_pktinfo four;

	*from = ip_none();
	if (!m->msg_control || m->msg_controllen < sizeof(struct cmsghdr))
		return EINVAL;
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&copy_of); h; h = CMSG_NXTHDR(&copy_of, h)) {
		if (k->type == SOCK_DGRAM && k->domain == AF_INET && h->cmsg_level == IPPROTO_IP &&
			h->cmsg_type == IP_PKTINFO && h->cmsg_len == CMSG_LEN(sizeof four)) {
			memcpy(&four, CMSG_DATA(h), sizeof four);
			if (four.ipi_spec_dst.s_addr != 0)
				*from = ip_from4(ntohl(four.ipi_spec_dst.s_addr));
		} else if (k->type == SOCK_DGRAM && k->domain == AF_INET6 && h->cmsg_level == IPPROTO_IPV6 &&
			   h->cmsg_type == IPV6_PKTINFO && h->cmsg_len == CMSG_LEN(sizeof six)) {
			struct reader r;

			memcpy(&six, CMSG_DATA(h), sizeof six);
			r = reader_of(view_make(six.ipi6_addr.s6_addr, 16));
			*from = read_ip6(&r);
		} else {
			return EINVAL;
		}
	}
	return ip_is_none(*from) || host_owns(&k->stack->host, *from) ? 0 : EINVAL;
}
