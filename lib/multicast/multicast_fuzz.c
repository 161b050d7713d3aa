/* multicast_fuzz.c - any joins, leaves and queries: members are counted, a report is of a group that is or was
 * joined, and what is written is what another would read. */
#include "lib/multicast/multicast.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct multicast m;
static u8 members[16];

static struct ip group(u8 i)
{
	return i % 2u != 0 ? ip_from4(0xe9000000u + i) : (struct ip){ 0xff05000000000000ull, 0x100u + i };
}

static void report_all(u64 now)
{
	struct multicast_report r;

	for (u32 n = 0; multicast_due(&m, now, &r); n += 1) {
		u8 room[MULTICAST_BYTES];
		struct writer w = writer_of(span_of(room));

		require(n < 3 * MULTICAST_GROUPS);
		require(ip_is_multicast(multicast_to(&r)) && ip_is4(multicast_to(&r)) == ip_is4(r.group));
		require((r.type == MULTICAST_TO_INCLUDE) <= !multicast_has(&m, r.group));
		require((r.type == MULTICAST_IS_EXCLUDE) <= multicast_has(&m, r.group));
		if (ip_is4(r.group))
			multicast_write4(&w, &r);
		else
			multicast_write6(&w, (struct ip){ 0xfe80000000000000ull, 1 }, &r);
		require(!write_bad(&w));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader in = reader_of(view_make(data, size));
	u64 now = 1;

	multicast_init(&m, 7);
	fill(span_of(members), 0);
	while (read_left(&in) > 0) {
		u8 what = read_u8(&in), who = what / 16u;
		struct multicast_query q;

		switch (what % 4u) {
		case 0:
			if (multicast_join(&m, group(who), now))
				members[who] += 1;
			break;
		case 1:
			require(multicast_leave(&m, group(who), now) == (members[who] > 0));
			members[who] -= members[who] > 0;
			break;
		case 2: {
			struct view message = view_first(read_rest(&in), who + 8u + who % 2u * 16u);

			if (multicast_read4(message, &q) || multicast_read6(message, &q))
				multicast_query(&m, &q, now);
			read_skip(&in, message.n);
			break;
		}
		default:
			now += (u64)who * who * 100 * NS_PER_MS;
			report_all(now);
			require(multicast_deadline(&m) >= now);
			break;
		}
		require(multicast_has(&m, group(who)) == (members[who] > 0));
	}
	return 0;
}
