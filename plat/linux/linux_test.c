/* linux_test.c - every number and layout of linux.h and cpu.h beside the system's own headers. */
#include <elf.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>
#include <linux/auxvec.h>

/* Names that both have: the system's first, as plain numbers. */
enum {
	system_map_private = MAP_PRIVATE,
	system_map_anonymous = MAP_ANONYMOUS,
	system_map_noreserve = MAP_NORESERVE,
	system_rlimit_stack = RLIMIT_STACK,
	system_rlimit_processes = RLIMIT_NPROC,
	system_rlimit_files = RLIMIT_NOFILE,
	system_rlimit_addresses = RLIMIT_AS,
	system_map_fixed = MAP_FIXED,
	system_map_fixed_new = MAP_FIXED_NOREPLACE,
	system_rlimit_core = RLIMIT_CORE,
	system_rlimit_memlock = RLIMIT_MEMLOCK,
	system_packet_add = PACKET_ADD_MEMBERSHIP,
	system_packet_drop = PACKET_DROP_MEMBERSHIP,
	system_packet_vnet = PACKET_VNET_HDR,
	system_packet_ignore = PACKET_IGNORE_OUTGOING,
};
#undef MAP_PRIVATE
#undef MAP_ANONYMOUS
#undef MAP_NORESERVE
#undef RLIMIT_STACK
#undef RLIMIT_CORE
#undef RLIMIT_MEMLOCK
#undef MAP_FIXED
#undef MAP_FIXED_NOREPLACE
#undef PACKET_ADD_MEMBERSHIP
#undef PACKET_DROP_MEMBERSHIP
#undef PACKET_VNET_HDR
#undef PACKET_IGNORE_OUTGOING
#define RLIMIT_STACK   OUR_RLIMIT_STACK /* the system's are enumerators */
#define RLIMIT_CORE    OUR_RLIMIT_CORE
#define RLIMIT_MEMLOCK OUR_RLIMIT_MEMLOCK
#undef POLL_IN
#undef POLL_OUT
#undef POLL_ERR
#undef POLL_HUP
#define POLL_IN  POLL_IN_
#define POLL_OUT POLL_OUT_
#define POLL_ERR POLL_ERR_
#define POLL_HUP POLL_HUP_ /* these four are names of siginfo codes */
#include "plat/linux/elf.h"
#include "plat/linux/linux.h"
#include "test/test.h"

TEST(system_calls_have_the_kernels_numbers)
{
	EXPECT_EQ(CALL_READ, SYS_read);
	EXPECT_EQ(CALL_WRITE, SYS_write);
	EXPECT_EQ(CALL_CLOSE, SYS_close);
	EXPECT_EQ(CALL_LSEEK, SYS_lseek);
	EXPECT_EQ(CALL_MMAP, SYS_mmap);
	EXPECT_EQ(CALL_MPROTECT, SYS_mprotect);
	EXPECT_EQ(CALL_MUNMAP, SYS_munmap);
	EXPECT_EQ(CALL_CLONE, SYS_clone);
	EXPECT_EQ(CALL_FORK, SYS_fork);
	EXPECT_EQ(CALL_EXECVE, SYS_execve);
	EXPECT_EQ(CALL_KILL, SYS_kill);
	EXPECT_EQ(CALL_PTRACE, SYS_ptrace);
	EXPECT_EQ(CALL_CAPSET, SYS_capset);
	EXPECT_EQ(CALL_UNSHARE, SYS_unshare);
	EXPECT_EQ(CALL_SECCOMP, SYS_seccomp);
	EXPECT_EQ(CALL_SIGPROCMASK, SYS_rt_sigprocmask);
	EXPECT_EQ(CALL_URING_SETUP, SYS_io_uring_setup);
	EXPECT_EQ(CALL_URING_ENTER, SYS_io_uring_enter);
	EXPECT_EQ(CALL_URING_REGISTER, SYS_io_uring_register);
	EXPECT_EQ(CALL_CLOSE_RANGE, SYS_close_range);
	EXPECT_EQ(CALL_LANDLOCK_CREATE, SYS_landlock_create_ruleset);
	EXPECT_EQ(CALL_LANDLOCK_RESTRICT, SYS_landlock_restrict_self);
	EXPECT_EQ(CALL_SIGACTION, SYS_rt_sigaction);
	EXPECT_EQ(CALL_SIGRETURN, SYS_rt_sigreturn);
	EXPECT_EQ(CALL_IOCTL, SYS_ioctl);
	EXPECT_EQ(CALL_PREAD, SYS_pread64);
	EXPECT_EQ(CALL_PWRITE, SYS_pwrite64);
	EXPECT_EQ(CALL_WRITEV, SYS_writev);
	EXPECT_EQ(CALL_GETPID, SYS_getpid);
	EXPECT_EQ(CALL_SOCKET, SYS_socket);
	EXPECT_EQ(CALL_CONNECT, SYS_connect);
	EXPECT_EQ(CALL_BIND, SYS_bind);
	EXPECT_EQ(CALL_LISTEN, SYS_listen);
	EXPECT_EQ(CALL_GETSOCKNAME, SYS_getsockname);
	EXPECT_EQ(CALL_ACCEPT, SYS_accept4);
	EXPECT_EQ(CALL_SETSOCKOPT, SYS_setsockopt);
	EXPECT_EQ(CALL_FCNTL, SYS_fcntl);
	EXPECT_EQ(CALL_FDATASYNC, SYS_fdatasync);
	EXPECT_EQ(CALL_SIGALTSTACK, SYS_sigaltstack);
	EXPECT_EQ(CALL_PRCTL, SYS_prctl);
	EXPECT_EQ(CALL_CLOCK_GETTIME, SYS_clock_gettime);
	EXPECT_EQ(CALL_EXIT_GROUP, SYS_exit_group);
	EXPECT_EQ(CALL_OPENAT, SYS_openat);
	EXPECT_EQ(CALL_PPOLL, SYS_ppoll);
	EXPECT_EQ(CALL_EPOLL_PWAIT, SYS_epoll_pwait);
	EXPECT_EQ(CALL_EPOLL_CTL, SYS_epoll_ctl);
	EXPECT_EQ(CALL_EPOLL_CREATE, SYS_epoll_create1);
	EXPECT_EQ(CALL_TIMERFD_CREATE, SYS_timerfd_create);
	EXPECT_EQ(CALL_ARCH_PRCTL, SYS_arch_prctl);
	EXPECT_EQ(CALL_FALLOCATE, SYS_fallocate);
	EXPECT_EQ(CALL_TIMERFD_SETTIME, SYS_timerfd_settime);
	EXPECT_EQ(CALL_PRLIMIT, SYS_prlimit64);
	EXPECT_EQ(CALL_GETRANDOM, SYS_getrandom);
}

TEST(errors_and_flags_have_the_kernels_values)
{
	const int pairs[][2] = { { ERROR_PERM, EPERM }, { ERROR_NOENT, ENOENT }, { ERROR_INTR, EINTR },
		{ ERROR_IO, EIO }, { ERROR_NXIO, ENXIO }, { ERROR_BADF, EBADF }, { ERROR_AGAIN, EAGAIN },
		{ ERROR_NOMEM, ENOMEM }, { ERROR_ACCES, EACCES }, { ERROR_BUSY, EBUSY },
		{ ERROR_EXIST, EEXIST }, { ERROR_NODEV, ENODEV }, { ERROR_ISDIR, EISDIR },
		{ ERROR_INVAL, EINVAL }, { ERROR_NOSPC, ENOSPC }, { ERROR_ROFS, EROFS },
		{ ERROR_NOSYS, ENOSYS }, { ERROR_NOTSOCK, ENOTSOCK }, { ERROR_OPNOTSUPP, EOPNOTSUPP },
		{ ERROR_NETDOWN, ENETDOWN }, { ERROR_NOBUFS, ENOBUFS }, { ERROR_CONNREFUSED, ECONNREFUSED },
		{ OPEN_RDONLY, O_RDONLY }, { OPEN_WRONLY, O_WRONLY }, { OPEN_RDWR, O_RDWR },
		{ OPEN_CREAT, O_CREAT }, { OPEN_TRUNC, O_TRUNC }, { OPEN_NONBLOCK, O_NONBLOCK },
		{ OPEN_CLOEXEC, O_CLOEXEC }, { AT_CWD, AT_FDCWD }, { SEEK_TO_END, SEEK_END },
		{ FCNTL_GETFL, F_GETFL }, { FCNTL_SETFL, F_SETFL }, { FCNTL_SETOWN, F_SETOWN },
		{ OPEN_ASYNC, O_ASYNC }, { SIGNAL_IO, SIGIO }, { FALLOCATE_KEEP_SIZE, FALLOC_FL_KEEP_SIZE },
		{ FALLOCATE_PUNCH_HOLE, FALLOC_FL_PUNCH_HOLE }, { POLL_IN_, POLLIN }, { POLL_OUT_, POLLOUT },
		{ PROTECT_NONE, PROT_NONE }, { PROTECT_READ, PROT_READ }, { PROTECT_WRITE, PROT_WRITE },
		{ MAP_PRIVATE, system_map_private }, { MAP_ANONYMOUS, system_map_anonymous },
		{ MAP_NORESERVE, system_map_noreserve }, { OUR_RLIMIT_STACK, system_rlimit_stack },
		{ OUR_RLIMIT_CORE, system_rlimit_core }, { OUR_RLIMIT_MEMLOCK, system_rlimit_memlock },
		{ MAP_FIXED, system_map_fixed }, { MAP_FIXED_NOREPLACE, system_map_fixed_new },
		{ PROTECT_EXEC, PROT_EXEC }, { SIGNAL_INT, SIGINT }, { SIGNAL_ILL, SIGILL },
		{ SIGNAL_TRAP, SIGTRAP }, { SIGNAL_BUS, SIGBUS }, { SIGNAL_FPE, SIGFPE },
		{ SIGNAL_SEGV, SIGSEGV }, { SIGNAL_PIPE, SIGPIPE }, { SIGNAL_TERM, SIGTERM },
		{ SIGNAL_TTIN, SIGTTIN }, { SIGNAL_SYS, SIGSYS }, { SIGACTION_SIGINFO, SA_SIGINFO },
		{ SIGACTION_ONSTACK, SA_ONSTACK }, { SIGACTION_RESTART, SA_RESTART },
		{ CLOCK_IS_REALTIME, CLOCK_REALTIME }, { CLOCK_IS_BOOTTIME, CLOCK_BOOTTIME },
		{ GETRANDOM_NONBLOCK, GRND_NONBLOCK }, { CLOCK_IS_MONOTONIC, CLOCK_MONOTONIC },
		{ TIMER_IS_ABSOLUTE, TFD_TIMER_ABSTIME }, { AUX_PHDR, AT_PHDR }, { AUX_PHENT, AT_PHENT },
		{ AUX_PHNUM, AT_PHNUM }, { AUX_PAGE_BYTES, AT_PAGESZ }, { AUX_RANDOM, AT_RANDOM },
		{ AUX_EXECFN, AT_EXECFN }, { AUX_VDSO, AT_SYSINFO_EHDR } };

	for (usize i = 0; i < COUNT(pairs); i += 1)
		EXPECT_EQ(pairs[i][0], pairs[i][1]);
}

TEST(confinements_numbers_are_the_kernels)
{
	const unsigned long pairs[][2] = { { PRCTL_SET_NAME, PR_SET_NAME },
		{ PRCTL_SET_NO_NEW_PRIVILEGES, PR_SET_NO_NEW_PRIVS },
		{ SECCOMP_SET_FILTER, SECCOMP_SET_MODE_FILTER }, { SIGNALS_SET, SIG_SETMASK },
		{ SECCOMP_SPECULATE, SECCOMP_FILTER_FLAG_SPEC_ALLOW },
		{ LANDLOCK_VERSION, LANDLOCK_CREATE_RULESET_VERSION },
		{ CAPABILITY_VERSION, _LINUX_CAPABILITY_VERSION_3 }, { NEW_MOUNTS, CLONE_NEWNS },
		{ NEW_CGROUPS, CLONE_NEWCGROUP }, { NEW_UTS, CLONE_NEWUTS }, { NEW_IPC, CLONE_NEWIPC },
		{ NEW_USERS, CLONE_NEWUSER }, { NEW_NETWORK, CLONE_NEWNET },
		{ SECCOMP_ALLOW, SECCOMP_RET_ALLOW }, { SECCOMP_TRAP, SECCOMP_RET_TRAP },
		{ BPF_LOAD, BPF_LD | BPF_W | BPF_ABS }, { BPF_IF_EQUAL, BPF_JMP | BPF_JEQ | BPF_K },
		{ BPF_IF_MORE, BPF_JMP | BPF_JGT | BPF_K }, { BPF_IF_NOT_LESS, BPF_JMP | BPF_JGE | BPF_K },
		{ BPF_RETURN, BPF_RET | BPF_K }, { CPU_AUDIT, AUDIT_ARCH_X86_64 },
		{ CPU_OTHER_CALLS, 0x40000000 }, { RLIMIT_PROCESSES, system_rlimit_processes },
		{ RLIMIT_FILES, system_rlimit_files }, { RLIMIT_ADDRESSES, system_rlimit_addresses } };

	for (usize i = 0; i < COUNT(pairs); i += 1)
		EXPECT_EQ(pairs[i][0], pairs[i][1]);
	EXPECT_EQ(sizeof(struct linux_bpf), sizeof(struct sock_filter));
	EXPECT_EQ(offsetof(struct linux_bpf, value), offsetof(struct sock_filter, k));
	EXPECT_EQ(offsetof(struct linux_bpf, then), offsetof(struct sock_filter, jt));
	EXPECT_EQ(sizeof(struct linux_bpf_program), sizeof(struct sock_fprog));
	EXPECT_EQ(sizeof(struct linux_seccomp_data), sizeof(struct seccomp_data));
	EXPECT_EQ(offsetof(struct linux_seccomp_data, argument), offsetof(struct seccomp_data, args));
	EXPECT_EQ(offsetof(struct linux_siginfo, call), offsetof(siginfo_t, si_syscall));
	EXPECT_EQ(sizeof(struct linux_capabilities), sizeof(struct __user_cap_data_struct));
}

TEST(network_numbers_are_the_kernels)
{
	const unsigned long pairs[][2] = { { FAMILY_UNIX, AF_UNIX }, { FAMILY_INET, AF_INET },
		{ FAMILY_PACKET, AF_PACKET }, { SOCKET_STREAM, SOCK_STREAM }, { SOCKET_DATAGRAM, SOCK_DGRAM },
		{ SOCKET_RAW, SOCK_RAW }, { SOCKET_NONBLOCK, SOCK_NONBLOCK },
		{ SOCKET_CLOEXEC, SOCK_CLOEXEC }, { LEVEL_SOCKET, SOL_SOCKET },
		{ SOCKET_REUSE_ADDRESS, SO_REUSEADDR }, { LEVEL_TCP, IPPROTO_TCP },
		{ TCP_NO_DELAY, TCP_NODELAY }, { LEVEL_PACKET, SOL_PACKET },
		{ PACKET_ADD_MEMBERSHIP, system_packet_add }, { PACKET_DROP_MEMBERSHIP, system_packet_drop },
		{ PACKET_VNET_HDR, system_packet_vnet }, { PACKET_IGNORE_OUTGOING, system_packet_ignore },
		{ MEMBERSHIP_MULTICAST, PACKET_MR_MULTICAST }, { MEMBERSHIP_PROMISC, PACKET_MR_PROMISC },
		{ INTERFACE_UP, IFF_UP }, { IOCTL_GET_IFFLAGS, SIOCGIFFLAGS },
		{ IOCTL_SET_IFFLAGS, SIOCSIFFLAGS }, { IOCTL_GET_IFMTU, SIOCGIFMTU },
		{ IOCTL_GET_IFHWADDR, SIOCGIFHWADDR }, { IOCTL_GET_IFINDEX, SIOCGIFINDEX },
		{ IOCTL_TUN_SET_IFF, TUNSETIFF }, { IOCTL_TUN_SET_OFFLOAD, TUNSETOFFLOAD },
		{ IOCTL_TUN_SET_VNET_HDR, TUNSETVNETHDRSZ }, { TUN_TAP, IFF_TAP }, { TUN_NO_PI, IFF_NO_PI },
		{ TUN_VNET_HDR, IFF_VNET_HDR }, { TUN_OFFLOAD_CSUM, TUN_F_CSUM },
		{ TUN_OFFLOAD_TSO4, TUN_F_TSO4 }, { TUN_OFFLOAD_TSO6, TUN_F_TSO6 },
		{ VNET_NEEDS_CSUM, VIRTIO_NET_HDR_F_NEEDS_CSUM },
		{ VNET_DATA_VALID, VIRTIO_NET_HDR_F_DATA_VALID }, { VNET_GSO_TCP4, VIRTIO_NET_HDR_GSO_TCPV4 },
		{ VNET_GSO_TCP6, VIRTIO_NET_HDR_GSO_TCPV6 }, { VNET_GSO_ECN, VIRTIO_NET_HDR_GSO_ECN } };

	for (usize i = 0; i < COUNT(pairs); i += 1)
		EXPECT_EQ(pairs[i][0], pairs[i][1]);
}

TEST(structures_are_laid_out_as_the_kernel_has_them)
{
	EXPECT_EQ(sizeof(struct linux_iovec), sizeof(struct iovec));
	EXPECT_EQ(sizeof(struct linux_pollfd), sizeof(struct pollfd));
	EXPECT_EQ(offsetof(struct linux_pollfd, got), offsetof(struct pollfd, revents));
	EXPECT_EQ(sizeof(struct linux_timespec), sizeof(struct timespec));
	EXPECT_EQ(sizeof(struct linux_rlimit), sizeof(struct rlimit));
	EXPECT_EQ(sizeof(struct linux_stack), sizeof(stack_t));
	EXPECT_EQ(offsetof(struct linux_stack, bytes), offsetof(stack_t, ss_size));
	EXPECT_EQ(offsetof(struct linux_siginfo, address), offsetof(siginfo_t, si_addr));
	EXPECT_EQ(offsetof(struct linux_siginfo, call), offsetof(siginfo_t, si_syscall));
	EXPECT_EQ(sizeof(struct linux_ifreq), sizeof(struct ifreq));
	EXPECT_EQ(offsetof(struct linux_ifreq, u), offsetof(struct ifreq, ifr_flags));
	EXPECT_EQ(offsetof(struct linux_ifreq, u.address.bytes), offsetof(struct ifreq, ifr_hwaddr.sa_data));
	EXPECT_EQ(sizeof(struct linux_sockaddr_packet), sizeof(struct sockaddr_ll));
	EXPECT_EQ(
		offsetof(struct linux_sockaddr_packet, interface), offsetof(struct sockaddr_ll, sll_ifindex));
	EXPECT_EQ(sizeof(struct linux_membership), sizeof(struct packet_mreq));
	EXPECT_EQ(offsetof(struct linux_membership, address), offsetof(struct packet_mreq, mr_address));
	EXPECT_EQ(sizeof(struct linux_sockaddr_ip4), sizeof(struct sockaddr_in));
	EXPECT_EQ(offsetof(struct linux_sockaddr_ip4, address), offsetof(struct sockaddr_in, sin_addr));
	EXPECT_EQ(sizeof(struct linux_sockaddr_unix), sizeof(struct sockaddr_un));
	EXPECT_EQ(sizeof(struct linux_vnet), sizeof(struct virtio_net_hdr));
	EXPECT_EQ(offsetof(struct linux_vnet, csum_offset), offsetof(struct virtio_net_hdr, csum_offset));
	EXPECT_EQ(sizeof(struct elf_header), sizeof(Elf64_Ehdr));
	EXPECT_EQ(offsetof(struct elf_header, segments), offsetof(Elf64_Ehdr, e_phnum));
	EXPECT_EQ(sizeof(struct elf_segment), sizeof(Elf64_Phdr));
	EXPECT_EQ(offsetof(struct elf_segment, memory_bytes), offsetof(Elf64_Phdr, p_memsz));
	EXPECT_EQ(sizeof(struct elf_symbol), sizeof(Elf64_Sym));
	EXPECT_EQ(sizeof(struct elf_rela), sizeof(Elf64_Rela));
	EXPECT_EQ(ELF_DT_GNU_HASH, DT_GNU_HASH);
	EXPECT_EQ(CPU_RELATIVE, R_X86_64_RELATIVE);
}

static struct cpu_fault seen;
static u64 system_pc, system_registers[CPU_REGISTERS];
static u8 *page;

static void on_undefined(int signal, siginfo_t *info, void *ucontext)
{
	static const int index[CPU_REGISTERS] = { REG_RAX, REG_RBX, REG_RCX, REG_RDX, REG_RSI, REG_RDI,
		REG_RBP, REG_RSP, REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15 };
	ucontext_t *system = ucontext;

	(void)signal, (void)info;
	cpu_fault(&seen, ucontext);
	for (u32 i = 0; i < CPU_REGISTERS; i += 1)
		system_registers[i] = (u64)system->uc_mcontext.gregs[index[i]];
	system_pc = (u64)system->uc_mcontext.gregs[REG_RIP];
	system->uc_mcontext.gregs[REG_RIP] += 2; /* past the instruction */
}

static void on_page_fault(int signal, siginfo_t *info, void *ucontext)
{
	(void)signal, (void)info;
	cpu_fault(&seen, ucontext);
	mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

TEST(a_faults_registers_are_where_the_kernel_puts_them)
{
	struct sigaction action = { .sa_sigaction = on_undefined, .sa_flags = SA_SIGINFO }, before;

	sigaction(SIGILL, &action, &before);
	__asm__ volatile("ud2");
	sigaction(SIGILL, &before, NULL);
	for (u32 i = 0; i < CPU_REGISTERS; i += 1)
		EXPECT_EQ(seen.registers[i], system_registers[i]);
	EXPECT_EQ(seen.pc, system_pc);
	EXPECT_EQ(cpu_exception_signal(seen.exception), SIGILL);
	EXPECT_EQ(seen.access, CPU_NONE);
}

TEST(a_page_fault_says_what_was_tried_and_where)
{
	struct sigaction action = { .sa_sigaction = on_page_fault, .sa_flags = SA_SIGINFO }, before;

	page = mmap(NULL, 4096, PROT_READ, system_map_private | system_map_anonymous, -1, 0);
	sigaction(SIGSEGV, &action, &before);
	*(volatile u8 *)(page + 16) = 1;
	EXPECT_EQ(seen.access, CPU_WRITE);
	EXPECT_EQ(seen.present, false); /* nobody has touched it yet: there is no memory behind it */
	EXPECT_EQ(seen.address, (u64)page + 16);
	mprotect(page, 4096, PROT_READ);
	*(volatile u8 *)(page + 17) = 1;
	EXPECT_EQ(seen.present, true);
	EXPECT_EQ(seen.address, (u64)page + 17);
	mprotect(page, 4096, PROT_NONE);
	EXPECT_EQ(*(volatile u8 *)(page + 17), 1);
	EXPECT_EQ(seen.access, CPU_READ);
	EXPECT_EQ(cpu_exception_signal(seen.exception), SIGSEGV);
	sigaction(SIGSEGV, &before, NULL);
	munmap(page, 4096);
}
