/* ip.h - addresses of both families as one value, and their text.
 *
 * An address is 128 bits; an IPv4 address is its IPv4-mapped form
 * ::ffff:a.b.c.d (RFC 4291, 2.5.5.2). So one table, one comparison and one
 * piece of code serve both families, and "IPv6 parity" is the default. The
 * zero value :: means "none" or "any".
 *
 * Text: RFC 5952 when written; RFC 4291 2.2 and dotted decimal when read
 * (no octal, no hexadecimal, no missing parts: those are how filters are
 * bypassed).
 */
#ifndef LIB_IP_IP_H
#define LIB_IP_IP_H

#include "base/mac.h"
#include "base/reader.h"
#include "base/writer.h"

struct ip {
	u64 hi, lo;
};

/* An address and how many of its bits name the network (IPv4: 0..32). */
struct ip_prefix {
	struct ip ip;
	u8 bits;
};

/* Protocol numbers shared by both families (IANA). */
enum { IP_ICMP4 = 1, IP_TCP = 6, IP_UDP = 17, IP_ICMP6 = 58 };

static inline struct ip ip_none(void)
{
	return (struct ip){ 0, 0 };
}

static inline struct ip ip_from4(u32 address)
{
	return (struct ip){ 0, 0xffff00000000ull + address };
}

static inline bool ip_is4(struct ip a)
{
	return a.hi == 0 && a.lo / 0x100000000ull == 0xffffu;
}

static inline u32 ip_to4(struct ip a)
{
	return (u32)(a.lo % 0x100000000ull);
}

static inline bool ip_equal(struct ip a, struct ip b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

static inline bool ip_is_none(struct ip a)
{
	return a.hi == 0 && a.lo == 0;
}

bool ip_is_multicast(struct ip a);
bool ip_is_broadcast4(struct ip a); /* 255.255.255.255 */
bool ip_is_loopback(struct ip a);
bool ip_is_link_local(struct ip a); /* 169.254/16, fe80::/10 */

/* Whether a is in the network of p; families must match. */
bool ip_in(struct ip a, struct ip_prefix p);

/* The directed broadcast of an IPv4 network; none for IPv6, /31 and /32. */
struct ip ip_broadcast_of(struct ip_prefix p);

/* fe80::/10 with the modified EUI-64 of this address (RFC 4291, appendix A). */
struct ip ip_link_local_of(struct mac m);

/* ff02::1:ffXX:XXXX, the solicited-node group (RFC 4291, 2.7.1). */
struct ip ip_solicited_of(struct ip a);

/* The Ethernet group of a multicast address (RFC 1112 6.4, RFC 2464 7). */
struct mac ip_multicast_mac(struct ip group);

/* On the wire: 4 bytes or 16. */
struct ip read_ip4(struct reader *r);
struct ip read_ip6(struct reader *r);
void write_ip4(struct writer *w, struct ip a);
void write_ip6(struct writer *w, struct ip a);

/* Adds the pseudo-header (RFC 9293 3.1; RFC 8200 8.1) of either family to a sum. */
u64 ip_pseudo_sum(struct ip from, struct ip to, u8 protocol, u32 length);

/* "192.0.2.1", "2001:db8::1". */
void ip_write_text(struct writer *w, struct ip a);
void ip_prefix_write_text(struct writer *w, struct ip_prefix p);
bool ip_read_text(struct reader *r, struct ip *out);
bool ip_prefix_read_text(struct reader *r, struct ip_prefix *out); /* without "/": /32 or /128 */
bool mac_read_text(struct reader *r, struct mac *out);             /* 02:00:00:00:00:01 */
void mac_write_text(struct writer *w, struct mac m);

#endif
