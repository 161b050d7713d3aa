/* test.c - runs the TESTs of one program. See test.h. */
#include "test/test.h"
#include <stdarg.h>

struct test *test_first;
int test_failures;
jmp_buf test_panic_jump;
bool test_panic_wanted;
static const char *running = "";

void test_fail(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "%s:%d: %s: ", file, line, running);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, "\n");
	va_end(arguments);
	test_failures += 1;
}

static void show(FILE *to, struct view v)
{
	fputc('"', to);
	for (usize i = 0; i < v.n && i < 512; i += 1) {
		if (v.p[i] >= ' ' && v.p[i] < 127 && v.p[i] != '"' && v.p[i] != '\\')
			fputc(v.p[i], to);
		else
			fprintf(to, "\\x%02x", v.p[i]);
	}
	fprintf(to, v.n > 512 ? "\"... (%zu bytes)" : "\" (%zu bytes)", v.n);
}

void test_expect_view(const char *file, int line, const char *what, struct view got, struct view want)
{
	if (view_equal(got, want))
		return;
	test_fail(file, line, "%s differs:", what);
	fprintf(stderr, "  got  ");
	show(stderr, got);
	fprintf(stderr, "\n  want ");
	show(stderr, want);
	fprintf(stderr, "\n");
}

void panic(const char *file, u32 line, const char *what)
{
	if (test_panic_wanted) {
		test_panic_wanted = false;
		longjmp(test_panic_jump, 1);
	}
	fprintf(stderr, "%s:%u: %s: panic: require(%s)\n", file, line, running, what);
	abort();
}

struct view test_hex(struct span room, const char *source)
{
	usize n = 0;
	int high = -1;

	for (; *source; source += 1) {
		int c = *source, digit = -1;

		if (c >= '0' && c <= '9')
			digit = c - '0';
		else if (c >= 'a' && c <= 'f')
			digit = c - 'a' + 10;
		else if (c >= 'A' && c <= 'F')
			digit = c - 'A' + 10;
		if (digit < 0)
			continue;
		if (high < 0) {
			high = digit;
			continue;
		}
		if (n >= room.n) {
			fprintf(stderr, "test_hex: no room\n");
			abort();
		}
		room.p[n++] = (u8)(high * 16 + digit);
		high = -1;
	}
	return view_first(span_view(room), n);
}

int main(int count, char **arguments)
{
	int passed = 0, failed = 0;

	for (struct test *t = test_first; t; t = t->next) {
		if (count > 1 && !strstr(t->name, arguments[1]))
			continue;
		running = t->name;
		test_failures = 0;
		t->run();
		if (test_failures)
			failed += 1;
		else
			passed += 1;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
