/* neigh_fuzz.c - any calls in any order: the table stays a table. */
#include "base/reader.h"
#include "lib/neigh/neigh.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct neigh n;

/* Entries and buckets agree: each entry is found under its address, once. */
static void check(u64 now)
{
	u32 entries = 0, buckets = 0;

	for (u32 i = 0; i < NEIGH_MAX; i += 1) {
		struct neigh_entry e;

		if (!neigh_entry(&n, i, now, &e))
			continue;
		entries += 1;
		require(e.state == NEIGH_INCOMPLETE || mac_is_station(e.mac));
		if (e.state == NEIGH_INCOMPLETE || e.state == NEIGH_DELAY || e.state == NEIGH_PROBE)
			require(neigh_deadline(&n) <= e.due_ns);
	}
	for (u32 i = 0; i < NEIGH_BUCKETS; i += 1)
		buckets += n.bucket[i] != 0;
	require(entries == n.count && buckets == n.count);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	u64 now = 1;

	neigh_init(&n, read_u8(&r));
	while (read_left(&r) > 0) {
		u8 what = read_u8(&r);
		u16 who = read_be16(&r);
		struct ip ip = what & 0x80u ? ip_from4(0x0a000000u + who)
					    : (struct ip){ 0xfe80000000000000ull, who };
		struct mac mac = { { 2, 0, 0, 0, 0, (u8)(who % 5) } }, out;
		struct neigh_probe p;

		now += (u64)(what >> 3 & 7u) * 700 * NS_PER_MS;
		switch (what % 8u) {
		case 0:
			for (u32 i = 0; i < who % 512u; i += 1) /* a flood */
				(void)neigh_learn(&n, ip_from4(0x0b000000u + i), mac, NEIGH_CREATE, now);
			break;
		case 1: neigh_forget(&n, ip); break;
		case 2:
			if (who < 0x8000u)
				neigh_confirm(&n, ip, now);
			else
				neigh_doubt(&n, ip, now);
			break;
		case 3:
			for (u32 i = 0; neigh_due(&n, now, &p); i += 1)
				require(i < 2 * NEIGH_MAX);
			require(neigh_deadline(&n) > now);
			break;
		case 4:
		case 5: (void)neigh_learn(&n, ip, who % 7 ? mac : mac_none(), who >> 13, now); break;
		default:
			require((neigh_find(&n, ip, now, &out) == NEIGH_KNOWN) == !mac_is_none(out));
			require(neigh_find(&n, ip, now, &out) != NEIGH_ASK);
			break;
		}
		check(now);
	}
	return 0;
}
