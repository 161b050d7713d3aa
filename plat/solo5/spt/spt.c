/* spt.c - Solo5's spt: a process that may make seven system calls on the descriptors it was given (doc/solo5.md). */
#include "plat/linux/linux.h"
#include "plat/solo5/note.h"
#include "plat/solo5/solo5.h"

SOLO5_FILE(SOLO5_SPT);

#define WAIT_MOST_NS (1000000 * NS_PER_S) /* a wait is never longer: it only costs a step */

static struct solo5_boot boot;

void spt_entry(const u8 *told);

/* The address of the boot information comes in rdi, on a stack at the memory's
 * end. The image's own lies above its read-only data (tool/solo5.ld). */
__asm__(".pushsection .stack,\"aw\",@nobits\n"
	".balign 4096\n"
	".skip 98304\n"
	"spt_stack:\n"
	".popsection\n"
	".pushsection .text._start,\"ax\",@progbits\n"
	".globl _start\n"
	".type _start,@function\n"
	".hidden spt_entry\n"
	"_start:\n"
	"	endbr64\n"
	"	xor %ebp,%ebp\n"
	"	lea spt_stack(%rip),%rsp\n"
	"	call spt_entry\n"
	"	ud2\n"
	".size _start,.-_start\n"
	".popsection\n");

struct view tender_name(void)
{
	return text("solo5-spt");
}

static i32 fd_of(u32 handle)
{
	require(handle > 0 && handle < guest.manifest.count);
	return guest.manifest.device[handle].fd;
}

enum solo5_result tender_net_read(u32 handle, struct span to, usize *n)
{
	long got = linux_read(fd_of(handle), to);

	*n = got > 0 ? (usize)got : 0;
	if (got == -ERROR_AGAIN)
		return SOLO5_R_AGAIN;
	return got > 0 ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

enum solo5_result tender_net_write(u32 handle, struct view frame)
{
	long done = linux_write(fd_of(handle), frame);

	return done == (long)frame.n ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

enum solo5_result tender_block_read(u32 handle, u64 offset, struct span to)
{
	return linux_pread(fd_of(handle), to, offset) == (long)to.n ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

enum solo5_result tender_block_write(u32 handle, u64 offset, struct view from)
{
	return linux_pwrite(fd_of(handle), from, offset) == (long)from.n ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

void tender_write(struct view v)
{
	while (v.n > 0) {
		long n = linux_write(1, v);

		if (n <= 0 && n != -ERROR_INTR)
			return;
		v = view_from(v, n > 0 ? (usize)n : 0);
	}
}

/* The filter allows these two clocks and no other: this one stands while the machine sleeps. */

static u64 clock(i32 which)
{
	struct linux_timespec t = { 0, 0 };

	cpu_call3(CALL_CLOCK_GETTIME, which, (long)&t, 0);
	return (u64)t.s * NS_PER_S + (u64)t.ns;
}

u64 tender_monotonic(void)
{
	return clock(CLOCK_IS_MONOTONIC);
}

u64 tender_wall(void)
{
	return clock(CLOCK_IS_REALTIME);
}

/* struct epoll_event of x86-64: packed. */
struct event {
	u32 events;
	u32 data[2];
};

/* The wait itself has no timeout: the timer's descriptor is in the set, to the nanosecond. */
u64 tender_wait(u64 now, u64 until)
{
	struct event events[SOLO5_HANDLES];
	u64 at = until < now + WAIT_MOST_NS ? until : now + WAIT_MOST_NS, ready = 0;
	struct {
		struct linux_timespec interval, first;
	} timer = { { 0, 0 }, { (i64)(at / NS_PER_S), (i64)(at % NS_PER_S) } };
	long n;

	timer.first.ns += at == 0; /* zero would mean never */
	cpu_call6(CALL_TIMERFD_SETTIME, boot.timer_fd, TIMER_IS_ABSOLUTE, (long)&timer, 0, 0, 0);
	do
		n = cpu_call6(CALL_EPOLL_PWAIT, boot.epoll_fd, (long)events, COUNT(events), -1, 0, 0);
	while (n == -ERROR_INTR);
	for (long i = 0; i < n && i < (long)COUNT(events); i += 1)
		if (events[i].data[1] == 0 && events[i].data[0] < SOLO5_HANDLES)
			ready |= 1ull << events[i].data[0];
	return ready;
}

_Noreturn void tender_exit(u8 status)
{
	linux_exit(status);
}

__attribute__((used, no_stack_protector)) void spt_entry(const u8 *told)
{
	guest_guard();
	require(solo5_boot_read(view_make(told, SOLO5_BOOT_BYTES), SOLO5_SPT, &boot));
	guest_told(&boot);
	solo5_main();
}
