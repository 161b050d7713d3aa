/* machine.c - see machine.h. Intel SDM volume 3, chapters 4 (paging), 6 (exceptions) and 8 (tasks). */
#include "plat/solo5/hvt/machine.h"
#include "base/prim.h"
#include "plat/solo5/cpu.h"

enum {
	PAGE = 4096,
	ENTRIES = 512,
	LARGE = PAGE * ENTRIES,
	FINE = 16, /* tables of small pages: the first 32 MB */
	DIRECTORIES = 4,
	VECTORS = 32,
	CODE = 8, /* selectors, as the tender has them */
	DATA = 16,
	TASK = 24,
	GATE_BYTES = 16,
};

#define PRESENT    1ull
#define WRITABLE   2ull
#define IS_LARGE   0x80ull
#define NO_EXECUTE (1ull << 63)

#define EFER     0xc0000080u
#define EFER_NXE (1u << 11)

/* Where the linker put things (tool/solo5.ld); all on page boundaries. */
extern const u8 guest_begin[], guest_text_end[], guest_rodata_end[], guest_end[];

static u64 level4[ENTRIES] __attribute__((aligned(PAGE)));
static u64 level3[ENTRIES] __attribute__((aligned(PAGE)));
static u64 level2[DIRECTORIES][ENTRIES] __attribute__((aligned(PAGE)));
static u64 level1[FINE][ENTRIES] __attribute__((aligned(PAGE)));

static u64 no_execute; /* the bit, or 0 on a processor that has none */

static void set_no_execute(void)
{
	u32 low, high;

	if (cpu_id(0x80000000u, 0).a < 0x80000001u || (cpu_id(0x80000001u, 0).d & 1u << 20) == 0)
		return;
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(EFER));
	__asm__ volatile("wrmsr" : : "a"(low | EFER_NXE), "d"(high), "c"(EFER));
	no_execute = NO_EXECUTE;
}

/* What may be done with a page of the first FINE * 2 MB; 0: it is not there. */
static u64 small_page(u64 at)
{
	if (at < 0x10000u || at >= (u64)guest_end)
		return 0;
	if (at < (u64)guest_begin) /* what the tender says */
		return PRESENT | no_execute;
	if (at < (u64)guest_text_end)
		return PRESENT;
	return at < (u64)guest_rodata_end ? PRESENT | no_execute : PRESENT | WRITABLE | no_execute;
}

static void map(u64 memory_bytes)
{
	level4[0] = (u64)level3 | PRESENT | WRITABLE;
	for (u32 i = 0; i < DIRECTORIES; i += 1)
		level3[i] = (u64)level2[i] | PRESENT | WRITABLE;
	for (u64 at = 0; at < (u64)guest_end && at < memory_bytes; at += LARGE) {
		u64 n = at / LARGE;

		if (n >= FINE) { /* all of it data */
			level2[n / ENTRIES][n % ENTRIES] = at | PRESENT | WRITABLE | IS_LARGE | no_execute;
			continue;
		}
		level2[0][n] = (u64)level1[n] | PRESENT | WRITABLE;
		for (u32 i = 0; i < ENTRIES; i += 1) {
			u64 page = at + (u64)i * PAGE, may = small_page(page);

			level1[n][i] = may == 0 ? 0 : page | may;
		}
	}
	__asm__ volatile("mov %0, %%cr3" : : "r"((u64)level4) : "memory");
}

/* ---- faults ---- */

static u64 segments[5]; /* none, code, data, and the task's two words */
static u32 task[26] __attribute__((aligned(16)));
static u8 trap_stack[8192] __attribute__((aligned(16)));
static u64 gates[VECTORS][2] __attribute__((aligned(16)));

void machine_trapped(const u64 *stack);
extern const u8 machine_gate[];

/* A gate for each vector, sixteen bytes apart: those without an error code push
 * none of the processor's own. All run on the trap stack, interrupts off. */
__asm__(".pushsection .text.machine_gate,\"ax\",@progbits\n"
	".hidden machine_gate\n"
	".globl machine_gate\n"
	".balign 16\n"
	"machine_gate:\n"
	".set vector, 0\n"
	".rept 32\n"
	".balign 16\n"
	".if (0x60227d00 >> vector) & 1\n"
	".else\n"
	"	push $0\n"
	".endif\n"
	"	push $vector\n"
	"	jmp machine_common\n"
	".set vector, vector + 1\n"
	".endr\n"
	".hidden machine_trapped\n"
	"machine_common:\n"
	"	mov %rsp,%rdi\n"
	"	and $-16,%rsp\n"
	"	call machine_trapped\n"
	"	ud2\n"
	".popsection\n");

/* On the stack: vector, error code, then what the processor pushed. */
__attribute__((used)) void machine_trapped(const u64 *stack)
{
	struct machine_trap t = { 0, stack[1], stack[2], stack[3], stack[4], stack[5], stack[6] };

	__asm__ volatile("mov %%cr2, %0" : "=r"(t.address));
	machine_fault(&t, (u32)stack[0]);
}

struct table {
	u16 limit;
	u64 base;
} __attribute__((packed));

static void watch_faults(void)
{
	u64 at = (u64)task, stack = (u64)trap_stack + sizeof trap_stack;
	struct table gdt = { sizeof segments - 1, (u64)segments };
	struct table idt = { sizeof gates - 1, (u64)gates };

	/* interrupt stack 1 is words 9 and 10; no port map: its offset is the segment's length */
	task[9] = (u32)stack;
	task[10] = (u32)(stack >> 32);
	task[25] = sizeof task << 16;
	segments[CODE / 8] = 0x00af9b000000ffffull;
	segments[DATA / 8] = 0x00cf93000000ffffull;
	segments[TASK / 8] =
		(sizeof task - 1) | (at & 0xffffff) << 16 | 0x89ull << 40 | (at >> 24 & 0xff) << 56;
	segments[TASK / 8 + 1] = at >> 32;
	for (u32 i = 0; i < VECTORS; i += 1) {
		u64 to = (u64)machine_gate + (u64)i * GATE_BYTES;

		gates[i][0] =
			(to & 0xffff) | CODE << 16 | 1ull << 32 | 0x8eull << 40 | (to >> 16 & 0xffff) << 48;
		gates[i][1] = to >> 32;
	}
	__asm__ volatile("lgdt %0\n\tltr %w1\n\tlidt %2" : : "m"(gdt), "r"(TASK), "m"(idt) : "memory");
}

void machine_start(u64 memory_bytes)
{
	watch_faults();
	set_no_execute();
	map(memory_bytes);
}
