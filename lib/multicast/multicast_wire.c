#include "base/sum.h"
#include "lib/multicast/multicast.h"

/* RFC 3376 4, RFC 2236 2; RFC 3810 5, RFC 2710 3. */
enum { IGMP_QUERY = 0x11, IGMP_REPORT2 = 0x16, IGMP_LEAVE2 = 0x17, IGMP_REPORT3 = 0x22 };
enum { MLD_REPORT1 = 131, MLD_DONE1 = 132, MLD_REPORT2 = 143 };
enum { QUERY_OLD4 = 8, QUERY_NEW4 = 12, QUERY_OLD6 = 24, QUERY_NEW6 = 28 };

#define ICMP6_PROTOCOL 58u

/* RFC 3376 4.1.1: from 128 on an 8-bit floating point number. */
static u32 code8(u8 code)
{
	return code < 128 ? code : (code % 16u + 16u) << (code / 16u % 8u + 3u);
}

/* RFC 3810 5.1.3: from 32,768 on a 16-bit one. */
static u32 code16(u16 code)
{
	return code < 32768 ? code : (code % 4096u + 4096u) << (code / 4096u % 8u + 3u);
}

static bool good_group(struct ip group, bool none)
{
	return none || ip_is_multicast(group);
}

bool multicast_read4(struct view message, struct multicast_query *out)
{
	struct reader r = reader_of(message);
	u8 type = read_u8(&r), code = read_u8(&r);

	*out = (struct multicast_query){ .old = message.n == QUERY_OLD4 };
	(void)read_be16(&r);
	struct ip group = read_ip4(&r);
	bool all = ip_to4(group) == 0;
	if (read_bad(&r) || type != IGMP_QUERY || sum_finish(sum_bytes(0, message)) != 0)
		return false;
	/* Eight bytes with a code of 0 are IGMPv1's, which nobody speaks any more. */
	if ((message.n > QUERY_OLD4 && message.n < QUERY_NEW4) || (out->old && code == 0) ||
		!good_group(group, all))
		return false;
	out->group = all ? ip_none() : group;
	out->within_ns = (u64)(out->old ? code : code8(code)) * 100u * NS_PER_MS;
	return true;
}

bool multicast_read6(struct view message, struct multicast_query *out)
{
	struct reader r = reader_of(message);
	u8 type = read_u8(&r);

	*out = (struct multicast_query){ .six = 1, .old = message.n == QUERY_OLD6 };
	read_skip(&r, 3);
	u16 code = read_be16(&r);
	read_skip(&r, 2);
	struct ip group = read_ip6(&r);
	bool all = ip_is_none(group);
	if (read_bad(&r) || type != MLD_QUERY || (message.n > QUERY_OLD6 && message.n < QUERY_NEW6))
		return false;
	if (!good_group(group, all) || (!all && ip_is4(group)))
		return false;
	out->group = group;
	out->within_ns = (u64)(out->old ? code : code16(code)) * NS_PER_MS;
	return true;
}

struct ip multicast_to(const struct multicast_report *r)
{
	bool leave = r->type == MULTICAST_TO_INCLUDE;

	if (ip_is4(r->group)) {
		if (!r->old)
			return ip_from4(0xe0000016u);
		return leave ? ip_from4(0xe0000002u) : r->group;
	}
	if (!r->old)
		return (struct ip){ 0xff02000000000000ull, 0x16 };
	return leave ? (struct ip){ 0xff02000000000000ull, 2 } : r->group;
}

void multicast_write4(struct writer *w, const struct multicast_report *r)
{
	bool leave = r->type == MULTICAST_TO_INCLUDE;
	u8 type = r->old ? (leave ? IGMP_LEAVE2 : IGMP_REPORT2) : IGMP_REPORT3;
	u16 first = (u16)(type * 0x100u), record = (u16)(r->type * 0x100u);
	u64 sum = sum_u32(sum_word(0, first), ip_to4(r->group));

	if (!r->old)
		sum = sum_word(sum_word(sum, 1), record); /* one record, of no sources */
	write_be16(w, first);
	write_be16(w, sum_finish(sum));
	if (!r->old) {
		write_be16(w, 0);
		write_be16(w, 1);
		write_be16(w, record);
		write_be16(w, 0);
	}
	write_ip4(w, r->group);
}

void multicast_write6(struct writer *w, struct ip from, const struct multicast_report *r)
{
	u8 room[MULTICAST_BYTES];
	struct writer m = writer_of(span_of(room));
	bool leave = r->type == MULTICAST_TO_INCLUDE;
	u8 type = r->old ? (leave ? MLD_DONE1 : MLD_REPORT1) : MLD_REPORT2;

	fill(span_of(room), 0);
	write_be16(&m, (u16)(type * 0x100u));
	write_be16(&m, 0);
	write_be32(&m, r->old ? 0 : 1); /* one record, of no sources */
	if (!r->old)
		write_be32(&m, r->type * 0x1000000u);
	write_ip6(&m, r->group);
	u64 sum = ip_pseudo_sum(from, multicast_to(r), ICMP6_PROTOCOL, (u32)write_len(&m));
	write_be16_at(&m, 2, sum_finish(sum_bytes(sum, write_done(&m))));
	write_view(w, write_done(&m));
}
