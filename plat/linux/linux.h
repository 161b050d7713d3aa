/* linux.h - the part of Linux's interface that our processes stand on, stated once.
 *
 * These are the kernel's numbers and layouts, fixed for ever by its promise to
 * programs. They are written down here, and not taken from a C library's
 * headers, so that an image needs no such library to be built for any
 * processor; plat/linux/linux_test.c compares every one with the system's own
 * headers. Calls return -errno.
 */
#ifndef PLAT_LINUX_LINUX_H
#define PLAT_LINUX_LINUX_H

#include "base/view.h"

#if defined(__x86_64__)
#include "plat/linux/cpu/x86_64/cpu.h"
#else
#error "plat/linux knows no such processor: write plat/linux/cpu/ARCH/cpu.h"
#endif

/* ---- errors ---- */
enum linux_error {
	ERROR_PERM = 1,
	ERROR_NOENT = 2,
	ERROR_INTR = 4,
	ERROR_IO = 5,
	ERROR_NXIO = 6,
	ERROR_BADF = 9,
	ERROR_AGAIN = 11,
	ERROR_NOMEM = 12,
	ERROR_ACCES = 13,
	ERROR_BUSY = 16,
	ERROR_EXIST = 17,
	ERROR_NODEV = 19,
	ERROR_ISDIR = 21,
	ERROR_INVAL = 22,
	ERROR_NOSPC = 28,
	ERROR_ROFS = 30,
	ERROR_NOSYS = 38,
	ERROR_NOTSOCK = 88,
	ERROR_OPNOTSUPP = 95,
	ERROR_NETDOWN = 100,
	ERROR_NOBUFS = 105,
	ERROR_CONNREFUSED = 111,
};

/* ---- files ---- */
enum {
	OPEN_RDONLY = 0,
	OPEN_WRONLY = 1,
	OPEN_RDWR = 2,
	OPEN_CREAT = 0100,
	OPEN_TRUNC = 01000,
	OPEN_NONBLOCK = 04000,
	OPEN_ASYNC = 020000, /* SIGIO when there is something to read */
	OPEN_CLOEXEC = 02000000,
	AT_CWD = -100,
	SEEK_TO_END = 2,
	FCNTL_GETFL = 3,
	FCNTL_SETFL = 4,
	FCNTL_SETOWN = 8,
	FALLOCATE_KEEP_SIZE = 1,
	FALLOCATE_PUNCH_HOLE = 2,
};

struct linux_iovec {
	const void *base;
	usize len;
};

enum { POLL_IN = 1, POLL_OUT = 4, POLL_ERR = 8, POLL_HUP = 16, POLL_NVAL = 32 };

struct linux_pollfd {
	i32 fd;
	u16 wanted, got;
};

struct linux_timespec {
	i64 s, ns;
};

/* ---- memory ---- */
enum {
	PROTECT_NONE = 0,
	PROTECT_READ = 1,
	PROTECT_WRITE = 2,
	PROTECT_EXEC = 4,
	MAP_PRIVATE = 2,
	MAP_FIXED = 0x10,
	MAP_ANONYMOUS = 0x20,
	MAP_NORESERVE = 0x4000,
	MAP_FIXED_NOREPLACE = 0x100000,
	RLIMIT_STACK = 3,
	RLIMIT_CORE = 4,
	RLIMIT_PROCESSES = 6,
	RLIMIT_FILES = 7,
	RLIMIT_MEMLOCK = 8,
	RLIMIT_ADDRESSES = 9,
	PRCTL_SET_MDWE = 65, /* no memory becomes executable from now on (Linux 6.3) */
	MDWE_REFUSE_EXEC_GAIN = 1,
};

struct linux_rlimit {
	u64 now, most;
};

/* ---- confinement ---- */
enum {
	PRCTL_SET_NAME = 15,
	PRCTL_SET_NO_NEW_PRIVILEGES = 38,
	SIGNALS_SET = 2,        /* SIG_SETMASK */
	SECCOMP_SET_FILTER = 1, /* SECCOMP_SET_MODE_FILTER */
	SECCOMP_SPECULATE = 4,  /* SECCOMP_FILTER_FLAG_SPEC_ALLOW */
	LANDLOCK_VERSION = 1,   /* landlock_create_ruleset(0, 0, this): the kernel's version of it */
	CAPABILITY_VERSION = 0x20080522,
};

enum {
	NEW_MOUNTS = 0x00020000, /* CLONE_NEWNS */
	NEW_CGROUPS = 0x02000000,
	NEW_UTS = 0x04000000,
	NEW_IPC = 0x08000000,
	NEW_USERS = 0x10000000,
	NEW_NETWORK = 0x40000000,
};

#define SECCOMP_ALLOW 0x7fff0000u
#define SECCOMP_TRAP  0x00030000u

/* One instruction of a classic BPF program, and what seccomp gives it to look at. */
struct linux_bpf {
	u16 code;
	u8 then, otherwise; /* instructions to skip */
	u32 value;
};

enum { BPF_LOAD = 0x20, BPF_IF_EQUAL = 0x15, BPF_IF_MORE = 0x25, BPF_IF_NOT_LESS = 0x35, BPF_RETURN = 0x06 };

struct linux_bpf_program {
	u16 count;
	const struct linux_bpf *at;
};

struct linux_seccomp_data {
	u32 number, audit;
	u64 pc, argument[6];
};

struct linux_landlock {
	u64 files, network, scope; /* what is restricted: one bit a kind */
};

struct linux_capabilities {
	u32 effective, permitted, inheritable;
};

/* ---- signals ---- */
#define STATUS_SIGNAL 128 /* and its number: the exit status when one ends a program */

enum {
	SIGNAL_INT = 2,
	SIGNAL_ILL = 4,
	SIGNAL_TRAP = 5,
	SIGNAL_BUS = 7,
	SIGNAL_FPE = 8,
	SIGNAL_SEGV = 11,
	SIGNAL_PIPE = 13,
	SIGNAL_TERM = 15,
	SIGNAL_TTIN = 21,
	SIGNAL_IO = 29,
	SIGNAL_SYS = 31,
};

#define SIGACTION_SIGINFO  4ul
#define SIGACTION_RESTORER 0x04000000ul
#define SIGACTION_ONSTACK  0x08000000ul
#define SIGACTION_RESTART  0x10000000ul
#define SIGNAL_IGNORE      1ul

struct linux_siginfo { /* its first fields, for faults; `code` is not positive when a process has sent it */
	i32 signal, error, code;
	u32 pad;
	u64 address;
	i32 call;  /* SIGSYS: its number */
	u32 audit; /* and the convention it was made by */
};

struct linux_sigaction {
	union {
		void (*function)(int signal, const struct linux_siginfo *info, const void *ucontext);
		unsigned long ignore;
	} handler;
	unsigned long flags;
	void (*restorer)(void);
	u64 mask;
};

struct linux_stack {
	void *base;
	i32 flags;
	usize bytes;
};

/* ---- clocks and randomness ---- */
enum {
	CLOCK_IS_REALTIME = 0,
	CLOCK_IS_MONOTONIC = 1,
	CLOCK_IS_BOOTTIME = 7,
	TIMER_IS_ABSOLUTE = 1,
	GETRANDOM_NONBLOCK = 1
};

/* ---- the auxiliary vector ---- */
enum {
	AUX_END = 0,
	AUX_PHDR = 3,
	AUX_PHENT = 4,
	AUX_PHNUM = 5,
	AUX_PAGE_BYTES = 6,
	AUX_RANDOM = 25,
	AUX_EXECFN = 31,
	AUX_VDSO = 33,
};

/* ---- network devices ---- */
enum {
	FAMILY_UNIX = 1,
	FAMILY_INET = 2,
	FAMILY_PACKET = 17,
	SOCKET_STREAM = 1,
	SOCKET_DATAGRAM = 2,
	SOCKET_RAW = 3,
	SOCKET_NONBLOCK = OPEN_NONBLOCK,
	SOCKET_CLOEXEC = OPEN_CLOEXEC,
	LEVEL_SOCKET = 1,
	LEVEL_TCP = 6,
	LEVEL_PACKET = 263,
	SOCKET_REUSE_ADDRESS = 2,
	TCP_NO_DELAY = 1,
	PACKET_ADD_MEMBERSHIP = 1,
	PACKET_DROP_MEMBERSHIP = 2,
	PACKET_VNET_HDR = 15,
	PACKET_IGNORE_OUTGOING = 23,
	MEMBERSHIP_MULTICAST = 0,
	MEMBERSHIP_PROMISC = 1,
	ETHERTYPE_ALL = 3,
	INTERFACE_UP = 1,
};

#define IOCTL_GET_IFFLAGS  0x8913ul
#define IOCTL_SET_IFFLAGS  0x8914ul
#define IOCTL_GET_IFMTU    0x8921ul
#define IOCTL_GET_IFHWADDR 0x8927ul
#define IOCTL_GET_IFINDEX  0x8933ul

#define IOCTL_TUN_SET_IFF      0x400454caul
#define IOCTL_TUN_SET_OFFLOAD  0x400454d0ul
#define IOCTL_TUN_SET_VNET_HDR 0x400454d8ul
enum { TUN_TAP = 2, TUN_NO_PI = 0x1000, TUN_VNET_HDR = 0x4000 };
enum { TUN_OFFLOAD_CSUM = 1, TUN_OFFLOAD_TSO4 = 2, TUN_OFFLOAD_TSO6 = 4 };

#define INTERFACE_NAME_BYTES 16u

struct linux_ifreq {
	char name[INTERFACE_NAME_BYTES];
	union {
		u16 flags;
		i32 number; /* index, mtu */
		struct {
			u16 family;
			u8 bytes[14];
		} address;
		u8 room[24];
	} u;
};

struct linux_sockaddr_packet {
	u16 family;
	u16 protocol; /* big-endian */
	i32 interface;
	u16 hardware;
	u8 packet_type, address_len;
	u8 address[8];
};

struct linux_membership {
	i32 interface;
	u16 type, address_len;
	u8 address[8];
};

struct linux_sockaddr_ip4 {
	u16 family;
	u8 port[2], address[4]; /* big-endian */
	u8 pad[8];
};

#define UNIX_PATH_BYTES 108u

struct linux_sockaddr_unix {
	u16 family;
	char path[UNIX_PATH_BYTES];
};

/* struct virtio_net_hdr, native byte order: what stands before a frame on taps
 * and packet sockets that were asked for it. */
struct linux_vnet {
	u8 flags, gso_type;
	u16 head_len, gso_size, csum_start, csum_offset;
};

enum { VNET_NEEDS_CSUM = 1, VNET_DATA_VALID = 2 };
enum { VNET_GSO_NONE = 0, VNET_GSO_TCP4 = 1, VNET_GSO_TCP6 = 4, VNET_GSO_ECN = 0x80 };

/* ---- calls ---- */

static inline long linux_read(i32 fd, struct span to)
{
	return cpu_call3(CALL_READ, fd, (long)to.p, (long)to.n);
}

static inline long linux_write(i32 fd, struct view from)
{
	return cpu_call3(CALL_WRITE, fd, (long)from.p, (long)from.n);
}

static inline long linux_writev(i32 fd, const struct linux_iovec *pieces, usize count)
{
	return cpu_call3(CALL_WRITEV, fd, (long)pieces, (long)count);
}

static inline long linux_pread(i32 fd, struct span to, u64 at)
{
	return cpu_call6(CALL_PREAD, fd, (long)to.p, (long)to.n, (long)at, 0, 0);
}

static inline long linux_pwrite(i32 fd, struct view from, u64 at)
{
	return cpu_call6(CALL_PWRITE, fd, (long)from.p, (long)from.n, (long)at, 0, 0);
}

/* `path` ends with a zero byte. */
static inline long linux_open(const char *path, int flags, int mode)
{
	return cpu_call6(CALL_OPENAT, AT_CWD, (long)path, flags | OPEN_CLOEXEC, mode, 0, 0);
}

/* Private anonymous memory; `at` 0: anywhere. */
static inline long linux_map(u64 at, usize bytes, int protection, int more_flags)
{
	return cpu_call6(CALL_MMAP, (long)at, (long)bytes, protection,
		MAP_PRIVATE | MAP_ANONYMOUS | more_flags, -1, 0);
}

static inline long linux_close(i32 fd)
{
	return cpu_call3(CALL_CLOSE, fd, 0, 0);
}

static inline long linux_ioctl(i32 fd, unsigned long request, const void *argument)
{
	return cpu_call3(CALL_IOCTL, fd, (long)request, (long)argument);
}

static inline long linux_setsockopt(i32 fd, int level, int option, const void *value, usize bytes)
{
	return cpu_call6(CALL_SETSOCKOPT, fd, level, option, (long)value, (long)bytes, 0);
}

static inline long linux_ppoll(struct linux_pollfd *fds, usize count, volatile struct linux_timespec *timeout)
{
	return cpu_call6(CALL_PPOLL, (long)fds, (long)count, (long)timeout, 0, 0, 0);
}

_Noreturn static inline void linux_exit(int status)
{
	for (;;)
		cpu_call3(CALL_EXIT_GROUP, status, 0, 0);
}

/* "permission denied" for ERROR_ACCES; empty for one that has no text here. */
struct view linux_error_text(long error);

#endif
