/* plain_hvt.c - a guest of Solo5's hvt that makes each of the eight hypercalls, written from doc/solo5.md alone.
 *
 * Its command line says how it misbehaves instead, if it does: "wild" names memory it has not, "port" touches
 * another port, "text" writes its own code, "run" executes data, "low" stores to page 0, "end" leaves with 300. */
#include "test/solo5/plain.h"

PLAIN_NOTES(1);

struct boot {
	u64 mem_size, kernel_end, cpu_cycle_freq;
	const char *cmdline;
	const struct manifest *mft;
};

static void call(u32 n, void *argument)
{
	__asm__ volatile("outl %0, %w1" : : "a"((u32)(u64)argument), "d"(0x500 + n) : "memory");
}

struct puts {
	const char *data;
	u64 len;
};
struct poll {
	u64 timeout, ready;
	int ret;
};
struct block {
	u64 handle, offset;
	void *data;
	u64 len;
	int ret;
};
struct net {
	u64 handle;
	void *data;
	u64 len;
	int ret;
};
struct halt {
	void *cookie;
	int status;
};

void say(const char *s)
{
	struct puts p = { s, length(s) };

	call(2, &p);
}

void leave(int status)
{
	struct halt h = { 0, status };

	for (;;)
		call(8, &h);
}

static u8 sent[60], got[2048], sector[512], again[512];

static void use_disk(void)
{
	struct block b = { 2, 1024, sector, 512, -1 };

	for (u32 i = 0; i < 512; i += 1)
		sector[i] = (u8)(i * 3);
	call(4, &b);
	verdict(b.ret == 0, "a_block_is_written");
	b.data = again;
	b.ret = -1;
	call(5, &b);
	verdict(b.ret == 0 && same(sector, again, 512), "and_read_again");
	b.offset = 65536;
	call(5, &b);
	verdict(b.ret == 2, "past_the_end_is_invalid");
	b.offset = 65536 - 512;
	b.len = 1024;
	call(4, &b);
	verdict(b.ret == 2, "over_the_end_is_invalid");
	b.offset = ~0ul - 511;
	b.len = 512;
	call(4, &b);
	verdict(b.ret == 2, "far_away_is_invalid");
	b.handle = 1;
	b.offset = 0;
	call(5, &b);
	verdict(b.ret == 2, "a_port_is_no_disk");
	b.handle = ENTRIES - 1;
	call(5, &b);
	verdict(b.ret == 0, "the_last_disk_is_read");
	b.handle = ~0ul;
	call(5, &b);
	verdict(b.ret == 2, "there_is_no_such_handle");
}

static void use_net(void)
{
	struct net n = { 1, got, sizeof got, -1 };
	struct poll p = { 0, 0, -1 };

	call(7, &n);
	verdict(n.ret == 1, "nothing_to_read_is_again");
	call(3, &p);
	verdict(p.ret == 0 && p.ready == 0, "a_poll_without_time_returns");
	make_frame(sent);
	n = (struct net){ 1, sent, 60, -1 };
	call(6, &n);
	verdict(n.ret == 0, "a_frame_is_sent");
	p = (struct poll){ 5000000000ul, 0, -1 };
	call(3, &p);
	verdict(p.ret == 1 && p.ready == 1ul << 1, "the_poll_says_which_port");
	n = (struct net){ 1, got, sizeof got, -1 };
	call(7, &n);
	verdict(n.ret == 0 && n.len == 60 && same(got, sent, 60), "the_frame_comes_back");
	n = (struct net){ 2, got, sizeof got, -1 };
	call(7, &n);
	verdict(n.ret == 2, "a_disk_is_no_port");
	n = (struct net){ 1, sent, 2000, -1 };
	call(6, &n);
	verdict(n.ret == 2, "a_frame_too_long_is_invalid");
}

static void misbehave(const char *how)
{
	if (same((const u8 *)how, (const u8 *)"wild", 5)) {
		struct puts p = { (const char *)0x7ffffff0ul, 64 };

		call(2, &p);
	} else if (same((const u8 *)how, (const u8 *)"arg", 4)) {
		call(2, (void *)0xfffffff0ul);
	} else if (same((const u8 *)how, (const u8 *)"port", 5)) {
		__asm__ volatile("outl %0, %w1" : : "a"(0), "d"(0x3f8));
	} else if (same((const u8 *)how, (const u8 *)"nine", 5)) {
		call(9, sent);
	} else if (same((const u8 *)how, (const u8 *)"text", 5)) {
		*(volatile u8 *)&call = 0x90;
	} else if (same((const u8 *)how, (const u8 *)"run", 4)) {
		sent[0] = 0xc3;
		((void (*)(void))sent)();
	} else if (same((const u8 *)how, (const u8 *)"low", 4)) {
		*(volatile u8 *)0x10 = 1;
	} else if (same((const u8 *)how, (const u8 *)"end", 4)) {
		leave(77);
	} else {
		return;
	}
	say("not ok it came back\n");
	leave(3);
}

__attribute__((used)) void begin(const struct boot *b, u64 stack)
{
	u64 wall = 0;

	say("plain: ");
	say(b->cmdline);
	say("\n");
	misbehave(b->cmdline);
	verdict(b->mem_size == 16ul << 20 && b->kernel_end > 0x100000 && b->kernel_end < b->mem_size,
		"memory_is_what_was_granted");
	verdict(stack == b->mem_size - 8, "the_stack_begins_as_a_function_wants_it");
	verdict(b->cpu_cycle_freq > 1000000, "the_counters_frequency_is_told");
	verdict(same((const u8 *)b->cmdline, (const u8 *)"one two  three", 15),
		"arguments_are_joined_by_spaces");
	call(1, &wall);
	verdict(wall > 1577836800ul * 1000000000, "the_wall_clock_is_right");
	check_manifest(b->mft);
	use_disk();
	use_net();
	leave(42);
}

__asm__(".section .text.first,\"ax\"\n.globl _start\n_start:\n	xor %ebp,%ebp\n	mov %rsp,%rsi\n	push "
	"%rbp\n	call begin\n"
	"	ud2\n");
