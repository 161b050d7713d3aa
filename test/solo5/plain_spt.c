/* plain_spt.c - a guest of Solo5's spt that makes each of the system calls it may, written from doc/solo5.md alone.
 *
 * Its command line says how it misbehaves instead, if it does: "open" opens a file, "fd" reads another descriptor,
 * "grow" writes behind the disk's end, "text" writes its own code, "run" executes data, "low" stores to page 0. */
#include "test/solo5/plain.h"

PLAIN_NOTES(2);

struct boot {
	u64 mem_size, kernel_end;
	const char *cmdline;
	const struct manifest *mft;
	int epollfd, timerfd;
};

static long call(long n, long a, long b, long c, long d, long e, long f)
{
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
		: "=a"(result)
		: "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
		: "rcx", "r11", "memory");
	return result;
}

void say(const char *s)
{
	call(1, 1, (long)s, (long)length(s), 0, 0, 0);
}

void leave(int status)
{
	for (;;)
		call(231, status, 0, 0, 0, 0, 0);
}

static u8 sent[60], got[2048], sector[512], again[512];

static void use_disk(int fd)
{
	for (u32 i = 0; i < 512; i += 1)
		sector[i] = (u8)(i * 3);
	verdict(call(18, fd, (long)sector, 512, 1024, 0, 0) == 512, "a_block_is_written");
	verdict(call(17, fd, (long)again, 512, 1024, 0, 0) == 512 && same(sector, again, 512),
		"and_read_again");
	verdict(call(17, fd, (long)again, 512, 65536 - 512, 0, 0) == 512, "the_last_block_is_read");
}

struct event {
	u32 events;
	u64 data;
} __attribute__((packed));

/* Until `ns` of the monotonic clock; a bit for each port that has something. */
static u64 wait_until(const struct boot *b, u64 ns)
{
	long timer[4] = { 0, 0, (long)(ns / 1000000000), (long)(ns % 1000000000) };
	struct event e[3];
	long n;
	u64 ready = 0;

	call(286, b->timerfd, 1, (long)timer, 0, 0, 0);
	n = call(281, b->epollfd, (long)e, 3, -1, 0, 0);
	for (long i = 0; i < n; i += 1)
		if (e[i].data != ~1u)
			ready |= 1ul << e[i].data;
	return ready;
}

static u64 clock(long which)
{
	long t[2] = { 0, 0 };

	call(228, which, (long)t, 0, 0, 0, 0);
	return (u64)t[0] * 1000000000 + (u64)t[1];
}

static void use_net(const struct boot *b)
{
	int fd = b->mft->e[1].b.fd;
	u64 before = clock(1);

	verdict(call(0, fd, (long)got, sizeof got, 0, 0, 0) == -11, "nothing_to_read_is_again");
	verdict(wait_until(b, before + 20000000) == 0 && clock(1) >= before + 20000000,
		"a_wait_ends_at_its_time");
	make_frame(sent);
	verdict(call(1, fd, (long)sent, 60, 0, 0, 0) == 60, "a_frame_is_sent");
	verdict(wait_until(b, clock(1) + 5000000000ul) == 1ul << 1, "the_wait_says_which_port");
	verdict(call(0, fd, (long)got, sizeof got, 0, 0, 0) == 60 && same(got, sent, 60),
		"the_frame_comes_back");
}

static void misbehave(const struct boot *b)
{
	const u8 *how = (const u8 *)b->cmdline;

	if (same(how, (const u8 *)"open", 5))
		call(2, (long)"/etc/passwd", 0, 0, 0, 0, 0);
	else if (same(how, (const u8 *)"fd", 3))
		call(0, 0, (long)got, 16, 0, 0, 0);
	else if (same(how, (const u8 *)"grow", 5))
		call(18, b->mft->e[2].b.fd, (long)sector, 512, 65536, 0, 0);
	else if (same(how, (const u8 *)"text", 5))
		*(volatile u8 *)&call = 0x90;
	else if (same(how, (const u8 *)"run", 4))
		sent[0] = 0xc3, ((void (*)(void))sent)();
	else if (same(how, (const u8 *)"low", 4))
		*(volatile u8 *)0x11000 = 1;
	else
		return;
	say("not ok it came back\n");
	leave(3);
}

__attribute__((used)) void begin(const struct boot *b, u64 stack)
{
	say("plain: ");
	say(b->cmdline);
	say("\n");
	misbehave(b);
	verdict(b->mem_size == 16ul << 20 && b->kernel_end > 0x100000 && b->kernel_end < b->mem_size,
		"memory_is_what_was_granted");
	verdict(stack == b->mem_size - 8, "the_stack_begins_as_a_function_wants_it");
	verdict(same((const u8 *)b->cmdline, (const u8 *)"one two  three", 15),
		"arguments_are_joined_by_spaces");
	verdict(clock(0) > 1577836800ul * 1000000000, "the_wall_clock_is_right");
	verdict(call(158, 0x1002, (long)got, 0, 0, 0, 0) == 0, "a_thread_pointer_may_be_set");
	check_manifest(b->mft);
	use_disk(b->mft->e[2].b.fd);
	verdict(call(17, b->mft->e[ENTRIES - 1].b.fd, (long)again, 512, 0, 0, 0) == 512,
		"the_last_disk_is_read");
	use_net(b);
	leave(42);
}

__asm__(".section .text.first,\"ax\"\n.globl _start\n_start:\n	xor %ebp,%ebp\n	mov %rsp,%rsi\n	push "
	"%rbp\n	call begin\n"
	"	ud2\n");
