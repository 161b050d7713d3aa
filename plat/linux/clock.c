/* clock.c - see clock.h. Through the vdso a reading takes 27 ns, by a call 226. */
#include "plat/linux/clock.h"
#include "dev/clock.h"
#include "lib/parts/parts.h"
#include "plat/linux/elf.h"
#include "plat/linux/trail.h"

typedef int clock_fn(i32 clock, struct linux_timespec *out);

static clock_fn *fast;

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a += 1;
		b += 1;
	}
	return *a == *b;
}

/* The vdso is a small shared library that the kernel maps into every process.
 * Its symbols are found through its GNU hash table: bucket, then chain until
 * the lowest bit of a hash says it is the last. */
static u64 vdso_symbol(u64 vdso, const char *name)
{
	const struct elf_header *h = (const struct elf_header *)vdso;
	const struct elf_segment *s = (const struct elf_segment *)(vdso + h->segments_at);
	const struct elf_dynamic *d = 0;
	u64 slide = 0, symbols = 0, strings = 0, table = 0;

	for (u32 i = 0; i < h->segments; i += 1) {
		if (s[i].type == ELF_LOAD)
			slide = vdso + s[i].offset - s[i].address;
		if (s[i].type == ELF_DYNAMIC)
			d = (const struct elf_dynamic *)(vdso + s[i].offset);
	}
	for (; d && d->tag != ELF_DT_END; d += 1) {
		symbols = d->tag == ELF_DT_SYMTAB ? slide + d->value : symbols;
		strings = d->tag == ELF_DT_STRTAB ? slide + d->value : strings;
		table = d->tag == ELF_DT_GNU_HASH ? slide + d->value : table;
	}
	if (symbols == 0 || strings == 0 || table == 0)
		return 0;

	u32 hash = 5381;

	for (const char *c = name; *c; c += 1)
		hash = hash * 33u + (u8)*c;

	const u32 *word = (const u32 *)table; /* buckets, first hashed symbol, bloom words, bloom shift */
	const u32 *buckets = word + 4 + word[2] * 2;
	const u32 *chain = buckets + word[0];
	u32 i = buckets[hash % word[0]];

	for (; i >= word[1]; i += 1) {
		const struct elf_symbol *symbol = (const struct elf_symbol *)symbols + i;

		if (chain[i - word[1]] / 2 == hash / 2 && symbol->section != 0 &&
			same((const char *)strings + symbol->name, name))
			return slide + symbol->value;
		if (chain[i - word[1]] % 2 != 0)
			break;
	}
	return 0;
}

void clock_start(u64 vdso)
{
	if (image_parts.clock && vdso != 0)
		fast = (clock_fn *)vdso_symbol(vdso, CPU_CLOCK_SYMBOL);
}

/* The vdso's function is not of this image: control-flow integrity cannot know
 * its type, and `fast` lies where only this file writes, once. */
#ifdef __clang__
__attribute__((no_sanitize("cfi-icall")))
#endif
u64 clock_read(i32 clock)
{
	struct linux_timespec t = { 0, 0 };

	if (!image_parts.clock || !fast || fast(clock, &t) != 0)
		cpu_call3(CALL_CLOCK_GETTIME, clock, (long)&t, 0);
	return (u64)t.s * NS_PER_S + (u64)t.ns;
}

u64 clock_monotonic(void)
{
	u64 now = clock_read(CLOCK_IS_BOOTTIME);

	record_clock_monotonic(&trail_record, now);
	return now;
}

u64 clock_wall(void)
{
	u64 now = clock_read(CLOCK_IS_REALTIME);

	record_clock_wall(&trail_record, now);
	return now;
}
