/* model.h - "any value", for proof drivers and for the model of base/ in model/base/.
 *
 * A driver (lib/x/x_prove.c) is a main() that calls every public function of a
 * core in any order with any arguments; Eva shows that nothing it can reach
 * has a run-time error. See README.md for how to write one.
 */
#ifndef VERIFY_MODEL_H
#define VERIFY_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A volatile read is any value of its type, for Eva. */
static volatile uint8_t nd8;
static volatile uint16_t nd16;
static volatile uint32_t nd32;
static volatile uint64_t nd64;
static volatile size_t ndsize;
#define NONDET() (nd8 % 2u != 0)

static inline bool any_bool(void)
{
	return nd8 % 2u;
}

static inline uint8_t any_u8(void)
{
	return nd8;
}

static inline uint16_t any_u16(void)
{
	return nd16;
}

static inline uint32_t any_u32(void)
{
	return nd32;
}

static inline uint64_t any_u64(void)
{
	return nd64;
}

static inline size_t any_usize(void)
{
	return ndsize;
}

/* 0 to n, both included. */
static inline size_t any_upto(size_t n)
{
	size_t v = ndsize;

	return v <= n ? v : n;
}

/* Any beginning of an array, as what has arrived; any beginning, as room. */
#define any_view(array) view_first(view_of(array), any_usize())
#define any_span(array) span_first(span_of(array), any_usize())

#endif
