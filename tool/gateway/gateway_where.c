#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "tool/gateway/gateway.h"

#define NETWORK4 0x0a000200u /* 10.0.2.0/24 */
#define NETWORK6 0xfd00000000000000ull
#define NETWORKS 0x40u /* fd00::/64 and those that are delegated: fd00:0:0:20::/64 and on */

struct ip router4(void)
{
	return ip_from4(NETWORK4 + 2);
}

struct ip resolver4(void)
{
	return ip_from4(NETWORK4 + 3);
}

struct ip router6(void)
{
	return (struct ip){ NETWORK6, 2 };
}

struct ip resolver6(void)
{
	return (struct ip){ NETWORK6, 3 };
}

struct ip leases6(void)
{
	return (struct ip){ NETWORK6, 0x100 };
}

struct ip delegated6(void)
{
	return (struct ip){ NETWORK6 + NETWORKS / 2u, 0 };
}

void where_make(struct ip ip, u16 port, struct sockaddr_storage *out, socklen_t *bytes)
{
	memset(out, 0, sizeof *out);
	if (ip_is4(ip)) {
		struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

		a.sin_addr.s_addr = htonl(ip_to4(ip));
		memcpy(out, &a, sizeof a);
		*bytes = sizeof a;
	} else {
		struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
		struct writer w = writer_of(span_of(a.sin6_addr.s6_addr));

		write_ip6(&w, ip);
		memcpy(out, &a, sizeof a);
		*bytes = sizeof a;
	}
}

void where_of(const struct sockaddr_storage *from, struct ip *ip, u16 *port)
{
	if (from->ss_family == AF_INET) {
		struct sockaddr_in a;

		memcpy(&a, from, sizeof a);
		*ip = ip_from4(ntohl(a.sin_addr.s_addr));
		*port = ntohs(a.sin_port);
	} else {
		struct sockaddr_in6 a;

		memcpy(&a, from, sizeof a);
		struct reader r = reader_of(view_of(a.sin6_addr.s6_addr));

		*ip = read_ip6(&r);
		*port = ntohs(a.sin6_port);
	}
}

/* The first "nameserver" of resolv.conf, looked up whenever a conversation with
 * it begins: laptops change networks. A link-local one needs its interface and is passed over. */
static struct ip host_resolver_address(void)
{
	FILE *f = fopen("/etc/resolv.conf", "re");
	char line[256], word[128];
	struct ip found = ip_none();

	while (f && ip_is_none(found) && fgets(line, sizeof line, f)) {
		if (sscanf(line, " nameserver %127s", word) != 1)
			continue;

		struct reader r = reader_of(view_make(word, strlen(word)));

		if (!ip_read_text(&r, &found) || !read_finished(&r) || ip_is_link_local(found))
			found = ip_none();
	}
	if (f)
		fclose(f);
	return ip_is_none(found) ? ip_from4(INADDR_LOOPBACK) : found;
}

/* Addresses with a meaning on this link or on the host that must not leak
 * through: an image that connects to "127.0.0.1" means itself. */
static bool is_outside(struct ip to)
{
	u32 four = ip_to4(to);

	if (ip_is_multicast(to) || ip_is_loopback(to) || ip_is_link_local(to) || ip_is_none(to))
		return false;
	if (ip_is4(to))
		return four / 256u != NETWORK4 / 256u && four / 0x1000000u != 0 && four < 0xf0000000u;
	return to.hi / NETWORKS != NETWORK6 / NETWORKS;
}

bool where_out(struct ip to, u16 port, struct sockaddr_storage *out, socklen_t *bytes)
{
	struct ip target = to;

	if (ip_equal(to, router4()))
		target = ip_from4(INADDR_LOOPBACK);
	else if (ip_equal(to, router6()))
		target = (struct ip){ 0, 1 };
	else if ((ip_equal(to, resolver4()) || ip_equal(to, resolver6())) && port == 53)
		target = host_resolver_address();
	else if (!is_outside(to))
		return false;
	where_make(target, port, out, bytes);
	return true;
}
