/* entry.c - see entry.h. */
#include "plat/linux/entry.h"
#include "plat/linux/elf.h"

#define ENTRY_STACK_GIVEN (256l << 10) /* more than the kernel maps at first */

extern const u8 _end[]; /* the linker's */

/* Compared by every function's epilogue (-mstack-protector-guard=global). */
u64 __stack_chk_guard __attribute__((used));

/* The image is linked at 0 and lies at `base`: every word that holds an address
 * is listed by the linker, one by one (RELA) or as a bitmap (RELR). Until this
 * is done no pointer stored in data may be used, so nothing is called here. */
__attribute__((always_inline)) static inline void relocate(const struct elf_dynamic *dynamic, u64 base)
{
	u64 rela = 0, rela_bytes = 0, relr = 0, relr_bytes = 0;

	for (; dynamic->tag != ELF_DT_END; dynamic += 1) {
		rela = dynamic->tag == ELF_DT_RELA ? dynamic->value : rela;
		rela_bytes = dynamic->tag == ELF_DT_RELASZ ? dynamic->value : rela_bytes;
		relr = dynamic->tag == ELF_DT_RELR ? dynamic->value : relr;
		relr_bytes = dynamic->tag == ELF_DT_RELRSZ ? dynamic->value : relr_bytes;
	}
	for (u64 at = 0; at < rela_bytes; at += sizeof(struct elf_rela)) {
		const struct elf_rela *r = (const struct elf_rela *)(base + rela + at);

		if ((u32)r->info == CPU_RELATIVE)
			*(u64 *)(base + r->offset) = base + (u64)r->addend;
	}

	u64 *where = 0;

	for (u64 at = 0; at < relr_bytes; at += sizeof(u64)) {
		u64 entry = *(const u64 *)(base + relr + at);

		if (entry % 2 == 0) { /* an address; bitmaps that follow are for the words behind it */
			where = (u64 *)(base + entry);
			*where += base;
			where += 1;
			continue;
		}
		for (u32 i = 0; entry /= 2, entry != 0; i += 1)
			if (entry % 2 != 0)
				where[i] += base;
		where += 63;
	}
}

/* What was writable for relocation only becomes read-only. Returns how many bytes the image's segments have in all. */
static u64 protect_segments(const u64 aux[static AUX_VDSO + 1], u64 base)
{
	const struct elf_segment *s = (const struct elf_segment *)aux[AUX_PHDR];
	u64 page = aux[AUX_PAGE_BYTES], bytes = 0;

	for (u64 i = 0; i < aux[AUX_PHNUM]; i += 1) {
		u64 from = (base + s[i].address) / page * page;
		u64 end = base + s[i].address + s[i].memory_bytes;

		if (s[i].type == ELF_LOAD)
			bytes += (end + page - 1) / page * page - from;
		if (s[i].type == ELF_GNU_RELRO)
			cpu_call3(CALL_MPROTECT, (long)from, (long)(end / page * page - from), PROTECT_READ);
	}
	return bytes;
}

void entry_seal(const struct entry *e)
{
	const struct elf_header *h = (const struct elf_header *)e->base;
	const struct elf_segment *s = (const struct elf_segment *)(e->base + h->segments_at);

	for (u32 i = 0; i < h->segments; i += 1) {
		u64 from = (e->base + s[i].address) / 4096 * 4096;
		u64 end = e->base + s[i].address + s[i].memory_bytes;

		if (s[i].type == ELF_LOAD && s[i].flags % (2 * ELF_WRITTEN) < ELF_WRITTEN)
			cpu_call3(CALL_MSEAL, (long)from, (long)((end + 4095) / 4096 * 4096 - from), 0);
		if (s[i].type == ELF_GNU_RELRO)
			cpu_call3(CALL_MSEAL, (long)from, (long)(end / 4096 * 4096 - from), 0);
	}
}

/* The kernel lets the stack grow down to a limit that is generous, and has
 * mapped 128 KB of it to begin with; ours is what the bill says. Below it
 * nothing stays mapped, so the next page faults. */
static u64 limit_stack(u64 top, u64 now)
{
	u64 bottom = (now - ENTRY_STACK_BYTES) / 4096 * 4096;
	struct linux_rlimit limit = { top - bottom, top - bottom };

	cpu_call6(CALL_PRLIMIT, 0, RLIMIT_STACK, (long)&limit, 0, 0, 0);
	cpu_call3(CALL_MUNMAP, (long)bottom - ENTRY_STACK_GIVEN, ENTRY_STACK_GIVEN, 0);
	return bottom;
}

__attribute__((used, no_stack_protector)) void linux_entry(
	const u64 *stack, const struct elf_dynamic *dynamic, u64 base)
{
	relocate(dynamic, base);

	u64 aux[AUX_VDSO + 1];

	for (usize i = 0; i < COUNT(aux); i += 1)
		aux[i] = 0;

	const u64 *at = stack + 1 + stack[0] + 1; /* past the arguments and their null */

	while (*at != 0)
		at += 1;
	for (at += 1; at[0] != AUX_END; at += 2)
		if (at[0] < COUNT(aux))
			aux[at[0]] = at[1];

	/* sixteen random bytes from the kernel; the guard's first byte is zero so
	 * that no string function can carry it over itself */
	if (aux[AUX_RANDOM] != 0)
		__stack_chk_guard = *(const u64 *)aux[AUX_RANDOM] / 256u * 256u;

	struct entry entry = {
		.arguments = (const char *const *)(stack + 1),
		.base = base,
		.end = (u64)_end,
		.vdso = aux[AUX_VDSO],
		.image_bytes = protect_segments(aux, base),
		.stack_top = aux[AUX_EXECFN] != 0 ? aux[AUX_EXECFN] : (u64)stack,
	};

	entry.stack_bottom = limit_stack(entry.stack_top, (u64)stack);
	entry.stack_bytes = (u64)stack - entry.stack_bottom;
	cpu_call6(CALL_PRCTL, PRCTL_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0, 0);
	entry_main(&entry);
}
