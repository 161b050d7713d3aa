/* debug_test.h - the guest that the debugger's test and fuzzer look at: code, a gap, data; a stack; what the tender tells. */
#ifndef TENDER_HVT_DEBUG_TEST_H
#define TENDER_HVT_DEBUG_TEST_H

#include "tender/hvt/debug.h"

enum { CODE = MEMORY_PAGE, DATA = 3 * MEMORY_PAGE };

static struct guest g;
static struct machine m;
static volatile u32 stops;
static struct debug d;

static inline const struct memory_area *image_area(void)
{
	return &g.memory.area[0];
}

static inline const struct memory_area *stack_area(void)
{
	return &g.memory.area[1];
}

static inline const struct memory_area *told_area(void)
{
	return &g.memory.area[2];
}

/* All of its memory is the bytes 0x90, and no debugger has done anything yet. */
static void begin(bool hardware_works)
{
	static const u64 random[MEMORY_GROUPS + 1] = { 5, 6, 7, 8 };
	static u8 room[2u << 20];

	g = (struct guest){ 0 };
	g.image = (struct image_file){
		.bytes = 4 * MEMORY_PAGE,
		.segments = 2,
		.segment = { { .address = CODE, .memory_bytes = MEMORY_PAGE, .executed = true },
			{ .address = DATA, .memory_bytes = MEMORY_PAGE, .written = true } },
	};
	memory_begin(&g.memory, 1u << 20, random);
	memory_add(&g.memory, MEMORY_IMAGE, g.image.bytes, false);
	memory_add(&g.memory, MEMORY_STACK, MEMORY_PAGE, true);
	memory_add(&g.memory, MEMORY_SHARED, MEMORY_PAGE, false);
	require(g.memory.bytes <= sizeof room);
	/* behind it the sanitizer sees every byte */
	g.all = span_from(span_of(room), sizeof room - (usize)g.memory.bytes);
	fill(g.all, 0x90);
	m.cpu = -1;
	d = (struct debug){
		.fd = -1, .guest = &g, .machine = &m, .stops = &stops, .hardware_works = hardware_works
	};
}

#endif
