#include "tender/hvt/plan.h"
#include "tender/hvt/cpu/x86_64/tables.h"
#include "test/test.h"

static const u64 random_numbers[MEMORY_GROUPS + 1] = { 3, 5, 7, 11 };

TEST(memory_is_the_sum_of_its_areas_and_the_processors_part)
{
	for (u32 ports = 0; ports <= PLAN_PORTS; ports += 1) {
		struct plan p = { 100 * MEMORY_PAGE, ports, ports % 2 != 0 };
		struct memory m;
		u64 sum;

		plan_make(&m, &p, random_numbers);
		sum = m.processor_bytes;
		for (u32 i = 0; i < m.areas; i += 1)
			sum += m.area[i].bytes;
		EXPECT(m.bytes == sum && m.areas == PLAN_RINGS + 2 * ports + ports % 2);
		EXPECT(m.area[PLAN_IMAGE].image && m.area[PLAN_IMAGE].bytes == 100 * MEMORY_PAGE);
		EXPECT(m.area[PLAN_STACK].bytes == PLAN_STACK_BYTES && !m.area[PLAN_HOST].write);
		for (u32 i = 0; i < ports; i += 1)
			EXPECT(!m.area[plan_rx(i)].write && m.area[plan_tx(i)].write &&
				m.area[plan_tx(i)].bytes == PLAN_RING_BYTES);
		if (p.log)
			EXPECT(m.area[plan_log(ports)].bytes == PLAN_LOG_BYTES);
	}
}

/* The tables are asked for by an estimate of the areas: a largest and a smallest image must find room. */
TEST(the_tables_for_any_plan_have_room)
{
	static u8 room[24u << 20] __attribute__((aligned(4096)));

	for (u32 seed = 0; seed < 40; seed += 1) {
		u64 random[MEMORY_GROUPS + 1] = { seed * 0x9e3779b97f4a7c15ull, seed * 0xc2b2ae3d27d4eb4full,
			seed * 0x165667b19e3779f9ull, seed * 0x27d4eb2f165667c5ull };
		struct image_file image = { .bytes = (1 + seed * 97) * MEMORY_PAGE,
			.segments = 1,
			.segment = { { .memory_bytes = (1 + seed * 97) * MEMORY_PAGE, .executed = true } } };
		struct plan p = { image.bytes, seed % (PLAN_PORTS + 1), seed % 3 == 0 };
		struct memory m;

		plan_make(&m, &p, random);
		EXPECT(m.bytes <= sizeof room);
		fill(span_of(room), 0);
		tables_make(span_first(span_of(room), (usize)m.bytes), &m, &image);
	}
}
