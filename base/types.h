/* types.h - the integers, and what happens when a caller is wrong.
 *
 * Sizes are `usize`; no buffer in fata is larger than BYTES_MAX, so a sum of
 * two offsets never wraps, on 32-bit targets (wasm32) as on 64-bit ones.
 * Instants and durations are u64 nanoseconds and say so in their names (_ns,
 * `now`); TIME_NEVER is the deadline of something that waits for nothing.
 */
#ifndef BASE_TYPES_H
#define BASE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;
typedef size_t usize;

#define BYTES_MAX  0x3fffffffu
#define TIME_NEVER 0xffffffffffffffffull
#define NS_PER_US  1000ull
#define NS_PER_MS  1000000ull
#define NS_PER_S   1000000000ull

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* require(what must hold): for the caller's bugs, never for bytes from outside.
 * It stays on in every build. A failure ends the image with a report; panic()
 * is defined by whatever hosts the code (a platform, a test, your program). */
#ifdef __FRAMAC__
/*@ requires \false;
    assigns \nothing;
    ensures \false; */
void panic(const char *file, u32 line, const char *what);
#else
_Noreturn void panic(const char *file, u32 line, const char *what);
#endif

/* How long ago `then` was; 0 if it is still to come. */
/*@ assigns \nothing;
    ensures \result == (now > then ? now - then : 0); */
static inline u64 since(u64 then, u64 now)
{
	return now > then ? now - then : 0;
}

#define require(condition) ((condition) ? (void)0 : panic(__FILE__, __LINE__, #condition))

#endif
