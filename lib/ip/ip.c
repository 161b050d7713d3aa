#include "lib/ip/ip.h"
#include "base/sum.h"

#define ALL_ONES 0xffffffffffffffffull

/* The first `bits` bits of 64. */
static u64 mask64(u32 bits)
{
	if (bits == 0)
		return 0;
	return bits >= 64 ? ALL_ONES : ALL_ONES - (ALL_ONES >> bits);
}

bool ip_is_multicast(struct ip a)
{
	if (ip_is4(a))
		return ip_to4(a) >> 28 == 0xeu;
	return a.hi >> 56 == 0xffu;
}

bool ip_is_broadcast4(struct ip a)
{
	return ip_is4(a) && ip_to4(a) == 0xffffffffu;
}

bool ip_is_loopback(struct ip a)
{
	if (ip_is4(a))
		return ip_to4(a) >> 24 == 127u;
	return a.hi == 0 && a.lo == 1;
}

bool ip_is_link_local(struct ip a)
{
	if (ip_is4(a))
		return ip_to4(a) >> 16 == 0xa9feu;
	return a.hi >> 54 == 0xfe80u >> 6;
}

bool ip_in(struct ip a, struct ip_prefix p)
{
	u32 bits = p.bits;

	if (ip_is4(a) != ip_is4(p.ip))
		return false;
	if (ip_is4(a))
		bits = bits > 32 ? 128 : bits + 96;
	u64 hi = mask64(bits);
	u64 lo = bits > 64 ? mask64(bits - 64) : 0;
	return ((a.hi ^ p.ip.hi) & hi) == 0 && ((a.lo ^ p.ip.lo) & lo) == 0;
}

struct ip ip_broadcast_of(struct ip_prefix p)
{
	/* RFC 3021: a /31 has two hosts and no broadcast. */
	if (!ip_is4(p.ip) || p.bits > 30)
		return ip_none();
	return ip_from4(ip_to4(p.ip) | (0xffffffffu >> p.bits));
}

struct ip ip_link_local_of(struct mac m)
{
	u64 high = (m.b[0] ^ 2u) * 0x10000u + m.b[1] * 0x100u + m.b[2];
	u64 low = m.b[3] * 0x10000u + m.b[4] * 0x100u + m.b[5];

	return (struct ip){ 0xfe80000000000000ull, high * 0x10000000000ull + 0xfffe000000ull + low };
}

struct ip ip_solicited_of(struct ip a)
{
	return (struct ip){ 0xff02000000000000ull, 0x1ff000000ull + a.lo % 0x1000000u };
}

struct mac ip_multicast_mac(struct ip group)
{
	u32 low = (u32)(group.lo % 0x100000000ull);
	u8 b2 = (u8)(low >> 24), b3 = (u8)(low / 0x10000u % 0x100u);
	u8 b4 = (u8)(low / 0x100u % 0x100u), b5 = (u8)(low % 0x100u);

	if (!ip_is4(group))
		return (struct mac){ { 0x33, 0x33, b2, b3, b4, b5 } };
	if (ip_is_broadcast4(group))
		return (struct mac){ { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff } };
	return (struct mac){ { 0x01, 0x00, 0x5e, b3 % 0x80u, b4, b5 } };
}

struct ip read_ip4(struct reader *r)
{
	return ip_from4(read_be32(r));
}

struct ip read_ip6(struct reader *r)
{
	u64 hi = read_be64(r);
	u64 lo = read_be64(r);

	return (struct ip){ hi, lo };
}

void write_ip4(struct writer *w, struct ip a)
{
	write_be32(w, ip_to4(a));
}

void write_ip6(struct writer *w, struct ip a)
{
	write_be64(w, a.hi);
	write_be64(w, a.lo);
}

static u64 sum_u64(u64 sum, u64 v)
{
	return sum_u32(sum_u32(sum, (u32)(v / 0x100000000ull)), (u32)(v % 0x100000000ull));
}

u64 ip_pseudo_sum(struct ip from, struct ip to, u8 protocol, u32 length)
{
	u64 sum = sum_u32(sum_word(0, protocol), length);

	if (ip_is4(to))
		return sum_u32(sum_u32(sum, ip_to4(from)), ip_to4(to));
	return sum_u64(sum_u64(sum_u64(sum_u64(sum, from.hi), from.lo), to.hi), to.lo);
}
