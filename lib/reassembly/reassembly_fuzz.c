/* reassembly_fuzz.c - any pieces of any datagrams: what is whole was sent byte for byte by pieces that agree.
 *
 * A datagram's bytes follow from its id and their place, unless the input says that
 * a piece lies. A datagram in which a liar could only overlap is never given out mixed. */
#include "base/reader.h"
#include "lib/reassembly/reassembly.h"

#define SLOTS    6u
#define DATAGRAM 512u

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static struct reassembly r;
static u8 memory[REASSEMBLY_MEMORY(SLOTS, DATAGRAM)], piece_room[1024], head_room[200];

static u8 truth(u32 id, usize at)
{
	return (u8)(id * 37u + at * 5u);
}

static void check(void)
{
	u32 used = 0;

	for (u32 i = 0; i < REASSEMBLY_SLOTS_MAX; i += 1) {
		const struct reassembly_slot *s = &r.slot[i];

		if (s->state == REASSEMBLY_FREE)
			continue;
		used += 1;
		require(i < SLOTS && s->runs <= REASSEMBLY_RUNS && reassembly_deadline(&r) <= s->until_ns);
		for (u32 k = 0; k < s->runs; k += 1) {
			require(s->run[k].from < s->run[k].to && s->run[k].to <= DATAGRAM);
			require(k == 0 || s->run[k - 1u].to < s->run[k].from);
		}
	}
	require(used == r.used && used <= SLOTS);
}

static void add(struct reader *in, u64 now)
{
	u8 who = read_u8(in), how = read_u8(in), n = read_u8(in);
	u32 v4 = who / 64u % 2u, id = who % 8u;
	bool honest = how % 8u != 0;
	struct ip from = v4 ? ip_from4(0x0a000000u + who / 8u % 8u) : (struct ip){ 1, who / 8u % 8u };
	struct fragment f = { from, v4 ? ip_from4(1) : (struct ip){ 1, 99 }, id, (u16)(how / 8u * 8u),
		honest ? IP_UDP : how, n % 2u != 0 };
	usize len = n / 8u * 8u;
	struct reassembled out;

	if (!f.more && honest)
		len += 3;
	for (usize i = 0; i < len; i += 1)
		piece_room[i] = (u8)(truth(id, f.offset_bytes + i) + (honest ? 0 : 1));
	enum reassembly_verdict v =
		reassembly_add(&r, span_of(memory), &f, view_first(view_of(head_room), who == 255 ? 200 : 20),
			view_first(view_of(piece_room), len), now, &out);
	require(reassembly_verdict_name(v).n > 1);
	if (v != REASSEMBLY_WHOLE) {
		require(out.bytes == 0);
		return;
	}
	struct view whole = reassembly_payload(view_of(memory), &out);
	require(whole.n == out.bytes && whole.n > 0 && out.head_bytes == 20);
	require(reassembly_quoted(view_of(memory), &out).n == whole.n + 20);
	for (usize i = 0; i < whole.n; i += 1)
		require(view_at(whole, i) == truth(id, i) || view_at(whole, i) == (u8)(truth(id, i) + 1));
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader in = reader_of(view_make(data, size));
	u64 now = 1;

	reassembly_init(&r, SLOTS, DATAGRAM);
	while (read_left(&in) > 0) {
		u8 what = read_u8(&in);
		struct reassembled out;

		if (what % 4u != 0) {
			add(&in, now);
		} else {
			now += what * NS_PER_S / 4;
			while (reassembly_expired(&r, now, &out))
				require(out.head_bytes == 0 || out.head_bytes == 20);
			require(reassembly_deadline(&r) > now);
		}
		check();
	}
	return 0;
}
