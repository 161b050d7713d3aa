/* test.h - small test programs: TEST functions that run themselves, EXPECT that tells both sides.
 *
 *     TEST(a_reset_in_the_window_ends_the_connection)
 *     {
 *             EXPECT_EQ(tcp_state(&t), TCP_CLOSED);
 *     }
 *
 * A test file is a program: include this, write TESTs, no main. The name is the
 * sentence it proves. `program NAME` runs the tests whose names contain NAME.
 * Prints a line for each failure and at last "N passed, N failed"; exits 1 if any failed.
 */
#ifndef TEST_TEST_H
#define TEST_TEST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/view.h"

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

extern struct test *test_first;
extern int test_failures; /* of the test that runs */

void test_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));

#define TEST(sentence)                                                                                       \
	static void test_##sentence(void);                                                                   \
	__attribute__((constructor)) static void test_add_##sentence(void)                                   \
	{                                                                                                    \
		static struct test t = { #sentence, test_##sentence, 0 };                                    \
		struct test **end = &test_first;                                                             \
		while (*end)                                                                                 \
			end = &(*end)->next;                                                                 \
		*end = &t;                                                                                   \
	}                                                                                                    \
	static void test_##sentence(void)

#define EXPECT(condition)                                                                                    \
	do {                                                                                                 \
		if (!(condition))                                                                            \
			test_fail(__FILE__, __LINE__, "%s", #condition);                                     \
	} while (0)

/* Integers of any kind. */
#define EXPECT_EQ(got, want)                                                                                 \
	do {                                                                                                 \
		long long got_ = (long long)(got), want_ = (long long)(want);                                \
		if (got_ != want_)                                                                           \
			test_fail(__FILE__, __LINE__, "%s is %lld (0x%llx), not %lld (0x%llx): %s", #got,    \
				got_, (unsigned long long)got_, want_, (unsigned long long)want_, #want);    \
	} while (0)

/* Views; shown as text with escapes. */
#define EXPECT_VIEW(got, want) test_expect_view(__FILE__, __LINE__, #got, (got), (want))
void test_expect_view(const char *file, int line, const char *what, struct view got, struct view want);

/* The panic a require() raises is what is expected of this statement. */
#define EXPECT_PANIC(statement)                                                                              \
	do {                                                                                                 \
		if (test_panic_begin() == 0) {                                                               \
			statement;                                                                           \
			test_fail(__FILE__, __LINE__, "no panic: %s", #statement);                           \
		}                                                                                            \
		test_panic_end();                                                                            \
	} while (0)
#include <setjmp.h>
extern jmp_buf test_panic_jump;
extern bool test_panic_wanted;
#define test_panic_begin() (test_panic_wanted = true, setjmp(test_panic_jump))
#define test_panic_end()   (test_panic_wanted = false)

/* Bytes from text like "45 00 0028 | 0a000001": hexadecimal, other characters are skipped. */
struct view test_hex(struct span room, const char *text);

#endif
