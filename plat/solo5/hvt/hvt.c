/* hvt.c - Solo5's hvt: a virtual machine that calls by writing an argument's address to a port (doc/solo5.md). */
#include "plat/solo5/cpu.h"
#include "plat/solo5/hvt/machine.h"
#include "plat/solo5/note.h"
#include "plat/solo5/solo5.h"

SOLO5_FILE(SOLO5_HVT);

static struct solo5_boot boot;

void hvt_entry(const u8 *told);

/* The address of the boot information comes in rdi, on a stack at the memory's
 * end. The image's own lies above its read-only data (tool/solo5.ld). */
__asm__(".pushsection .stack,\"aw\",@nobits\n"
	".balign 4096\n"
	".skip 98304\n"
	"hvt_stack:\n"
	".popsection\n"
	".pushsection .text._start,\"ax\",@progbits\n"
	".globl _start\n"
	".type _start,@function\n"
	".hidden hvt_entry\n"
	"_start:\n"
	"	xor %ebp,%ebp\n"
	"	lea hvt_stack(%rip),%rsp\n"
	"	call hvt_entry\n"
	"	ud2\n"
	".size _start,.-_start\n"
	".popsection\n");

struct view tender_name(void)
{
	return text("solo5-hvt");
}

/* Addresses go through a 32-bit port: the image lies below 4 GB, all of it. */
static struct solo5_answer call(enum solo5_call which, const struct solo5_request *r)
{
	u8 argument[SOLO5_ARGUMENT_BYTES];
	struct writer w = writer_of(span_of(argument));
	struct solo5_answer a;

	solo5_request_write(&w, which, r);
	__asm__ volatile("outl %0, %w1" : : "a"((u32)(u64)argument), "d"(SOLO5_PORT + (u32)which) : "memory");
	(void)solo5_answer_read((u32)which, view_of(argument), &a);
	return a;
}

enum solo5_result tender_net_read(u32 handle, struct span to, usize *n)
{
	struct solo5_request r = { .handle = handle, .data = (u64)to.p, .bytes = to.n };
	struct solo5_answer a = call(SOLO5_NET_READ, &r);

	*n = a.result == SOLO5_R_OK && a.bytes <= to.n ? (usize)a.bytes : 0;
	return a.result;
}

enum solo5_result tender_net_write(u32 handle, struct view frame)
{
	struct solo5_request r = { .handle = handle, .data = (u64)frame.p, .bytes = frame.n };

	return call(SOLO5_NET_WRITE, &r).result;
}

enum solo5_result tender_block_read(u32 handle, u64 offset, struct span to)
{
	struct solo5_request r = { .handle = handle, .offset = offset, .data = (u64)to.p, .bytes = to.n };

	return call(SOLO5_BLOCK_READ, &r).result;
}

enum solo5_result tender_block_write(u32 handle, u64 offset, struct view from)
{
	struct solo5_request r = { .handle = handle, .offset = offset, .data = (u64)from.p, .bytes = from.n };

	return call(SOLO5_BLOCK_WRITE, &r).result;
}

void tender_write(struct view v)
{
	struct solo5_request r = { .data = (u64)v.p, .bytes = v.n };

	if (v.n > 0)
		(void)call(SOLO5_PUTS, &r);
}

/* ---- time ---- */

/* Nanoseconds of a tick, times 2^32: wrong by less than one in 10^9 for any real processor. */
static u64 scale, first_tick;

u64 tender_monotonic(void)
{
	return (u64)((unsigned __int128)(cpu_ticks() - first_tick) * scale >> 32);
}

/* The host's clock is asked once a second, and the counter in between. So a
 * correction of the host's is followed, and asking costs an exit a second. */
u64 tender_wall(void)
{
	static u64 asked, wall;
	u64 now = tender_monotonic();

	if (wall == 0 || now - asked >= NS_PER_S) {
		wall = call(SOLO5_WALLTIME, &(struct solo5_request){ 0 }).wall_ns;
		asked = now;
	}
	return wall + (now - asked);
}

u64 tender_wait(u64 now, u64 until)
{
	struct solo5_request r = { .timeout_ns = until - now };

	/* a tender counts it in a signed number of seconds; a year is never slept through */
	if (r.timeout_ns > 1000000 * NS_PER_S)
		r.timeout_ns = 1000000 * NS_PER_S;
	return call(SOLO5_POLL, &r).ready;
}

/* ---- the end ---- */

_Noreturn static void halt(u8 status, u64 cookie)
{
	struct solo5_request r = { .cookie = cookie, .exit_status = status };

	for (;;)
		(void)call(SOLO5_HALT, &r);
}

_Noreturn void tender_exit(u8 status)
{
	halt(status, 0);
}

static struct view fault_text(u32 vector)
{
	switch (vector) {
	case 0: return text("an arithmetic fault");
	case 6:
		return text(
			"an instruction that does not exist, or a check that the compiler put there failed");
	case 8: return text("a fault in a fault");
	case 13: return text("something that the processor does not allow");
	case 14: return text("memory that is not there or not allowed");
	default: return text("an exception");
	}
}

_Noreturn void machine_fault(const struct machine_trap *t, u32 vector)
{
	static u8 cookie[SOLO5_COOKIE_BYTES], room[256];
	static bool dying;
	struct writer c = writer_of(span_of(cookie)), w = writer_of(span_of(room));

	if (dying)
		halt(SOLO5_EXIT_ABORT, 0);
	dying = true;
	write_le64(&c, t->address);
	write_le64(&c, t->error);
	write_le64(&c, t->pc);
	write_le64(&c, t->code_segment);
	write_le64(&c, t->flags);
	write_le64(&c, t->sp);
	write_le64(&c, t->stack_segment);
	write_text(&w, "fata: fault: ");
	write_view(&w, fault_text(vector));
	write_text(&w, " (vector ");
	write_decimal(&w, vector);
	if (vector == 14) {
		write_text(&w, ", address 0x");
		write_hex(&w, t->address);
	}
	write_text(&w, ") at 0x");
	write_hex(&w, t->pc);
	write_text(&w, ", stack 0x");
	write_hex(&w, t->sp);
	write_text(&w, "\n");
	tender_write(write_done(&w));
	halt(SOLO5_EXIT_ABORT, (u64)cookie);
}

__attribute__((used, no_stack_protector)) void hvt_entry(const u8 *told)
{
	guest_guard();
	require(solo5_boot_read(view_make(told, SOLO5_BOOT_BYTES), SOLO5_HVT, &boot));
	require(boot.cycles_per_s >= 1000000u);
	machine_start(boot.memory_bytes);
	scale = (u64)(((unsigned __int128)NS_PER_S << 32) / boot.cycles_per_s);
	first_tick = cpu_ticks();
	guest_told(&boot);
	solo5_main();
}
