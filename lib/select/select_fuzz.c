/* select_fuzz.c - any addresses: what is chosen is ours and of the right family, and sorting loses nothing
 * and changes nothing the second time. */
#include "base/reader.h"
#include "lib/select/select.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static const u64 tops[] = { 0xfe80000000000000ull, 0x20010db800000000ull, 0x20010db800010000ull,
	0x2002c63364010000ull, 0xfd00000000000000ull, 0xfec0000000000000ull, 0x2001000000000000ull,
	0x3ffe000000000000ull, 0xff02000000000000ull };

static struct ip any(struct reader *r)
{
	u8 kind = read_u8(r), low = read_u8(r);

	if (kind >= 200)
		return ip_from4((kind >= 220 ? 0xa9fe0000u : 0x0a000000u) + low);
	return (struct ip){ tops[kind % COUNT(tops)], low };
}

static u32 times(const struct select_destinations *d, struct ip a)
{
	u32 n = 0;

	for (u32 i = 0; i < d->count; i += 1)
		n += ip_equal(d->to[i], a);
	return n;
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	struct select_sources s = { .count = read_u8(&r) % (SELECT_SOURCES + 1u) };
	struct select_destinations d = { .count = read_u8(&r) % (SELECT_DESTINATIONS + 1u) }, once, twice;
	bool unreachable = false;

	for (u32 i = 0; i < s.count; i += 1) {
		u8 flags = read_u8(&r);

		s.source[i].ip = (struct ip_prefix){ any(&r), flags / 8u * 4u };
		s.source[i].deprecated = flags % 2u != 0;
		s.source[i].temporary = flags / 2u % 2u != 0;
		s.source[i].advertised = flags / 4u % 2u != 0;
	}
	for (u32 i = 0; i < d.count; i += 1)
		d.to[i] = any(&r);
	once = d;
	select_order(&once, &s);
	twice = once;
	select_order(&twice, &s);
	for (u32 i = 0; i < d.count; i += 1) {
		u32 from = select_source(&s, once.to[i]);

		require(times(&d, d.to[i]) == times(&once, d.to[i]));
		require(ip_equal(once.to[i], twice.to[i]));
		require(from == SELECT_SOURCES ||
			(from < s.count && ip_is4(s.source[from].ip.ip) == ip_is4(once.to[i])));
		require(!unreachable || from == SELECT_SOURCES);
		unreachable = from == SELECT_SOURCES;
	}
	return 0;
}
