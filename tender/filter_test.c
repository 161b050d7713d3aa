/* filter_test.c - the filter's program, run by an interpreter here, against a table of calls. */
#include "plat/linux/uring.h"
#include "tender/filter.h"
#include "test/test.h"

/* What the kernel would answer. Stops at what no program of ours has: a jump or a load out of bounds. */
static u32 evaluate(const struct linux_bpf *code, usize n, const struct linux_seccomp_data *data)
{
	u32 accumulator = 0;

	for (usize pc = 0; pc < n; pc += 1) {
		const struct linux_bpf *op = &code[pc];
		bool then = false;

		switch (op->code) {
		case BPF_RETURN: return op->value;
		case BPF_LOAD:
			if (op->value % 4 != 0 || op->value + 4 > sizeof *data)
				return 1;
			memcpy(&accumulator, (const u8 *)data + op->value, 4);
			continue;
		case BPF_IF_EQUAL: then = accumulator == op->value; break;
		case BPF_IF_MORE: then = accumulator > op->value; break;
		case BPF_IF_NOT_LESS: then = accumulator >= op->value; break;
		default: return 2;
		}
		pc += then ? op->then : op->otherwise;
	}
	return 3;
}

static const struct attached DEVICES = {
	.ports = 3,
	.disks = 2,
	.record = 9,
	.pcap = -1,
	.port = { { .kind = ATTACHED_FRAMES, .fd = 3, .header = 10, .filters = 1 },
		{ .kind = ATTACHED_STREAM, .fd = 4 }, { .kind = ATTACHED_NONE, .fd = -1 } },
	.disk = { { .kind = ATTACHED_DISK, .fd = 5, .sectors = 3ull << 32, .discard = 1 },
		{ .kind = ATTACHED_DISK, .fd = 6, .sectors = 8, .read_only = 1 } },
};

static struct linux_bpf code[FILTER_CODE];
static usize code_n;

static void make(const struct attached *a, i32 statm)
{
	struct filter_facts facts = { a, statm };
	struct filter_rule rules[FILTER_RULES];

	code_n = filter_code(rules, filter_rules(&facts, rules), code);
}

struct call {
	u64 number, argument[6];
};

static bool allowed(struct call c, u32 audit)
{
	struct linux_seccomp_data data = { .number = (u32)c.number, .audit = audit };

	memcpy(data.argument, c.argument, sizeof data.argument);

	u32 answer = evaluate(code, code_n, &data);

	EXPECT(answer == SECCOMP_ALLOW || answer == SECCOMP_TRAP);
	return answer == SECCOMP_ALLOW;
}

#define ANYWHERE 0x7fffdeadb000ull

TEST(what_the_devices_need_is_allowed)
{
	const struct call calls[] = {
		{ CALL_READ, { 3, ANYWHERE, PORT_FRAME_BYTES } },
		{ CALL_WRITE, { 3, ANYWHERE, 60 } },
		{ CALL_WRITEV, { 3, ANYWHERE, 4 } },
		{ CALL_CLOSE, { 3 } },
		{ CALL_SETSOCKOPT, { 3, LEVEL_PACKET, PACKET_ADD_MEMBERSHIP, ANYWHERE, 16 } },
		{ CALL_SETSOCKOPT, { 3, LEVEL_PACKET, PACKET_DROP_MEMBERSHIP, ANYWHERE, 16 } },
		{ CALL_READ, { 4, ANYWHERE, PORT_RX_BYTES } },
		{ CALL_WRITE, { 4, ANYWHERE, PORT_QUEUE_BYTES } },
		{ CALL_PREAD, { 5, ANYWHERE, 1 << 20, 1ull << 40 } },
		{ CALL_PREAD, { 5, ANYWHERE, 512, (3ull << 41) } },
		{ CALL_PWRITE, { 5, ANYWHERE, 512, 0xffffffffffull } },
		{ CALL_FDATASYNC, { 5 } },
		{ CALL_FALLOCATE, { 5, 3, 4096, 4096 } },
		{ CALL_PREAD, { 6, ANYWHERE, 512, 4096 } },
		{ CALL_FDATASYNC, { 6 } },
		{ CALL_WRITE, { 9, ANYWHERE, 32784 } },
		{ CALL_PREAD, { 7, ANYWHERE, 64, 0 } },
		{ CALL_PPOLL, { ANYWHERE, 9, ANYWHERE, 0, 0 } },
		{ CALL_CLOCK_GETTIME, { CLOCK_IS_BOOTTIME, ANYWHERE } },
		{ CALL_CLOCK_GETTIME, { CLOCK_IS_REALTIME, ANYWHERE } },
		{ CALL_GETRANDOM, { ANYWHERE, 32, GETRANDOM_NONBLOCK } },
		{ CALL_READ, { 0, ANYWHERE, 1024 } },
		{ CALL_WRITE, { 1, ANYWHERE, 4096 } },
		{ CALL_WRITE, { 2, ANYWHERE, 1024 } },
		{ CALL_SIGRETURN, { 0 } },
		{ CALL_EXIT_GROUP, { 139 } },
	};

	make(&DEVICES, 7);
	for (usize i = 0; i < COUNT(calls); i += 1)
		if (!allowed(calls[i], CPU_AUDIT))
			test_fail(__FILE__, __LINE__, "call %zu of the table is refused", i);
}

TEST(everything_else_is_refused)
{
	const struct call calls[] = {
		{ CALL_READ, { 5, ANYWHERE, 512 } },                  /* a disk has no position */
		{ CALL_READ, { 3, ANYWHERE, PORT_FRAME_BYTES + 1 } }, /* more than a frame */
		{ CALL_READ, { 3 | 1ull << 32, ANYWHERE, 1 } },       /* a descriptor by its low half only */
		{ CALL_READ, { 1, ANYWHERE, 1 } },
		{ CALL_READ, { 8, ANYWHERE, 1 } },
		{ CALL_WRITE, { 0, ANYWHERE, 1 } },
		{ CALL_WRITE, { 3, ANYWHERE, 1ull << 40 } },
		{ CALL_WRITE, { (u64)-1, ANYWHERE, 1 } }, /* the port that is not attached */
		{ CALL_WRITEV, { 4, ANYWHERE, 1 } },
		{ CALL_WRITEV, { 3, ANYWHERE, 5 } },
		{ CALL_SETSOCKOPT, { 3, LEVEL_PACKET, PACKET_VNET_HDR, ANYWHERE, 16 } },
		{ CALL_SETSOCKOPT, { 3, 1, PACKET_ADD_MEMBERSHIP, ANYWHERE, 16 } },
		{ CALL_SETSOCKOPT, { 4, LEVEL_PACKET, PACKET_ADD_MEMBERSHIP, ANYWHERE, 16 } },
		{ CALL_PREAD, { 5, ANYWHERE, 512, (3ull << 41) + 1 } }, /* past the disk's end */
		{ CALL_PREAD, { 5, ANYWHERE, 512, 1ull << 63 } },
		{ CALL_PREAD, { 7, ANYWHERE, 64, 1 } },
		{ CALL_PWRITE, { 6, ANYWHERE, 512, 0 } }, /* a disk that is only read */
		{ CALL_FALLOCATE, { 6, 3, 0, 512 } },
		{ CALL_FALLOCATE, { 5, 0, 0, 512 } }, /* would make it larger */
		{ CALL_PPOLL, { ANYWHERE, 10, 0, 0, 0 } },
		{ CALL_PPOLL, { ANYWHERE, 1, 0, ANYWHERE, 8 } }, /* with a signal mask */
		{ CALL_CLOCK_GETTIME, { 2, ANYWHERE } },
		{ CALL_GETRANDOM, { ANYWHERE, 32, 0 } },
		{ CALL_CLOSE, { 5 } },
		{ CALL_EXIT_GROUP, { 256 } },
		{ CALL_MMAP, { 0, 4096, 7, 0x22, (u64)-1, 0 } },
		{ CALL_MPROTECT, { ANYWHERE, 4096, 5 } },
		{ CALL_MUNMAP, { ANYWHERE, 4096 } },
		{ CALL_OPENAT, { (u64)AT_CWD, ANYWHERE, 0 } },
		{ CALL_SOCKET, { 2, 1, 0 } },
		{ CALL_EXECVE, { ANYWHERE } },
		{ CALL_CLONE, { 0 } },
		{ CALL_FORK, { 0 } },
		{ CALL_KILL, { 1, 9 } },
		{ CALL_PTRACE, { 0 } },
		{ CALL_PRCTL, { 22 } },
		{ CALL_SECCOMP, { 0 } },
		{ CALL_SIGACTION, { 11 } },
		{ CALL_IOCTL, { 3, IOCTL_TUN_SET_OFFLOAD, 0 } },
		{ CALL_FCNTL, { 3, 4, 0 } },
		{ CALL_URING_SETUP, { 1 } },
		{ 0xffffffff, { 0 } },
	};

	make(&DEVICES, 7);
	for (usize i = 0; i < COUNT(calls); i += 1)
		if (allowed(calls[i], CPU_AUDIT))
			test_fail(__FILE__, __LINE__, "call %zu of the table is allowed", i);
}

/* The ring does what reads and writes did: those calls are gone, and the ring's is bounded. */
TEST(a_port_on_a_ring_has_the_rings_call_and_no_other)
{
	struct attached a = { .ports = 1,
		.record = -1,
		.pcap = -1,
		.port = { { .kind = ATTACHED_URING, .fd = 3, .header = 10 } },
		.uring = { .at = 0x1000, .fd = 4 } };
	const u64 flags = URING_GET_EVENTS | URING_EXTENDED, bytes = sizeof(struct linux_uring_wait);
	const struct call refused[] = {
		{ CALL_READ, { 3, ANYWHERE, 60 } },
		{ CALL_WRITE, { 3, ANYWHERE, 60 } },
		{ CALL_WRITEV, { 3, ANYWHERE, 2 } },
		{ CALL_URING_ENTER, { 3, 1, 1, flags, ANYWHERE, bytes } },
		{ CALL_URING_ENTER, { 4, URING_ENTRIES + 1, 1, flags, ANYWHERE, bytes } },
		{ CALL_URING_ENTER, { 4, 1, 1, URING_GET_EVENTS, ANYWHERE, bytes } },
		{ CALL_URING_ENTER, { 4, 1, 1, flags, ANYWHERE, 8 } },
		{ CALL_URING_SETUP, { 8, ANYWHERE } },
		{ CALL_URING_REGISTER, { 4, 2, ANYWHERE, 1 } },
	};

	make(&a, -1);
	EXPECT(allowed((struct call){ CALL_URING_ENTER, { 4, 0, 0, flags, ANYWHERE, bytes } }, CPU_AUDIT));
	EXPECT(allowed((struct call){ CALL_URING_ENTER, { 4, URING_ENTRIES, 17, flags, ANYWHERE, bytes } },
		CPU_AUDIT));
	EXPECT(allowed((struct call){ CALL_CLOSE, { 3 } }, CPU_AUDIT));
	for (usize i = 0; i < COUNT(refused); i += 1)
		if (allowed(refused[i], CPU_AUDIT))
			test_fail(__FILE__, __LINE__, "call %zu of the table is allowed", i);
	a.uring.at = 0;
	a.port[0].kind = ATTACHED_FRAMES;
	make(&a, -1);
	EXPECT(!allowed((struct call){ CALL_URING_ENTER, { 4, 0, 0, flags, ANYWHERE, bytes } }, CPU_AUDIT));
}

TEST(other_conventions_are_refused_whatever_the_call)
{
	const struct call read = { CALL_READ, { 3, ANYWHERE, 60 } };
	const struct call read_x32 = { CPU_OTHER_CALLS | CALL_READ, { 3, ANYWHERE, 60 } };

	make(&DEVICES, 7);
	EXPECT(allowed(read, CPU_AUDIT));
	EXPECT(!allowed(read, 0x40000003)); /* i386: number 0 is restart_syscall there, 3 is read */
	EXPECT(!allowed(read_x32, CPU_AUDIT));
}

TEST(an_image_without_devices_may_wait_and_speak)
{
	const struct attached nothing = { .record = -1, .pcap = -1 };

	make(&nothing, -1);
	EXPECT(allowed((struct call){ CALL_PPOLL, { ANYWHERE, 0 } }, CPU_AUDIT));
	EXPECT(allowed((struct call){ CALL_WRITE, { 1, ANYWHERE, 10 } }, CPU_AUDIT));
	EXPECT(!allowed((struct call){ CALL_WRITE, { 3, ANYWHERE, 10 } }, CPU_AUDIT));
	EXPECT(!allowed((struct call){ CALL_PREAD, { (u64)-1, ANYWHERE, 64, 0 } }, CPU_AUDIT));
}

/* As many devices as there can be: no rule is lost, and the kernel takes the program. */
TEST(the_largest_set_of_devices_has_a_program)
{
	struct attached most = { .ports = ATTACH_PORTS, .disks = ATTACH_DISKS, .record = 30, .pcap = 31 };

	for (u32 i = 0; i < ATTACH_PORTS; i += 1)
		most.port[i] = (struct attached_port){
			.kind = ATTACHED_FRAMES, .fd = (i32)(3 + i), .header = 10, .filters = 1
		};
	for (u32 i = 0; i < ATTACH_DISKS; i += 1)
		most.disk[i] = (struct attached_disk){
			.kind = ATTACHED_DISK, .fd = (i32)(11 + i), .sectors = 1ull << 40, .discard = 1
		};
	make(&most, 32);
	EXPECT(code_n <= 4096);
	for (u64 i = 0; i < ATTACH_PORTS; i += 1)
		EXPECT(allowed((struct call){ CALL_WRITEV, { 3 + i, ANYWHERE, 2 } }, CPU_AUDIT));
	for (u64 i = 0; i < ATTACH_DISKS; i += 1)
		EXPECT(allowed((struct call){ CALL_PWRITE, { 11 + i, ANYWHERE, 512, 512 } }, CPU_AUDIT));
	EXPECT(allowed((struct call){ CALL_EXIT_GROUP, { 0 } }, CPU_AUDIT));
}
