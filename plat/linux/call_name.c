/* call_name.c - see call_name.h. */
#include "plat/linux/call_name.h"
#include "plat/linux/linux.h"

struct view call_name(u64 call)
{
	switch (call) {
	case CALL_READ: return text("read");
	case CALL_WRITE: return text("write");
	case CALL_CLOSE: return text("close");
	case CALL_MMAP: return text("mmap");
	case CALL_MPROTECT: return text("mprotect");
	case CALL_MUNMAP: return text("munmap");
	case CALL_SIGACTION: return text("rt_sigaction");
	case CALL_SIGRETURN: return text("rt_sigreturn");
	case CALL_IOCTL: return text("ioctl");
	case CALL_PREAD: return text("pread64");
	case CALL_PWRITE: return text("pwrite64");
	case CALL_WRITEV: return text("writev");
	case CALL_SOCKET: return text("socket");
	case CALL_CONNECT: return text("connect");
	case CALL_BIND: return text("bind");
	case CALL_SETSOCKOPT: return text("setsockopt");
	case CALL_CLONE: return text("clone");
	case CALL_FORK: return text("fork");
	case CALL_EXECVE: return text("execve");
	case CALL_KILL: return text("kill");
	case CALL_FDATASYNC: return text("fdatasync");
	case CALL_PTRACE: return text("ptrace");
	case CALL_PRCTL: return text("prctl");
	case CALL_CLOCK_GETTIME: return text("clock_gettime");
	case CALL_EXIT_GROUP: return text("exit_group");
	case CALL_OPENAT: return text("openat");
	case CALL_PPOLL: return text("ppoll");
	case CALL_FALLOCATE: return text("fallocate");
	case CALL_URING_ENTER: return text("io_uring_enter");
	case CALL_GETRANDOM: return text("getrandom");
	default: return view_none();
	}
}
