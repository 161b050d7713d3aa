/* uring.h - io_uring (Linux 6.7) for ports: one ring through which their frames come and go, and nothing else can.
 *
 * Whoever attaches makes the ring; whoever drives uses it (port_uring.c). They may be two programs, and the second may be
 * confined, so the ring is locked before it is handed over (IORING_REGISTER_RESTRICTIONS): reading and writing, on the
 * descriptors of these ports and no others (registered files, by the port's number), and no call that would
 * change the ring. What a filter of system calls cannot see, the ring itself refuses.
 *
 * One read for each port stays with the kernel ("multishot") and takes a buffer of the port's buffer ring for each frame;
 * it ends when it finds no buffer. Writes are queued, and go with the wait for what comes: one call for many frames.
 *
 * Numbers and layouts are the kernel's, as in linux.h.
 */
#ifndef PLAT_LINUX_URING_H
#define PLAT_LINUX_URING_H

#include "plat/linux/attached.h"
#include "plat/linux/linux.h"

#define URING_ENTRIES 64u  /* asked in one call */
#define URING_EVENTS  128u /* answered in one; more wait in the kernel for the next */

/* The ring's memory: a page that kernel and program share, one of what is asked, then one for each port with its buffer ring. */
#define URING_PAGE       4096u
#define URING_ASKED_AT   URING_PAGE
#define URING_BUFFERS_AT (2u * URING_PAGE)
#define URING_ROOM_BYTES (URING_BUFFERS_AT + ATTACH_PORTS * URING_PAGE)

/* struct io_uring_sqe */
struct linux_sqe {
	u8 code, flags;
	u16 priority;
	i32 file;
	u64 offset, address;
	u32 length, rw_flags;
	u64 user;
	u16 buffers; /* which buffer ring */
	u16 personality;
	i32 splice;
	u64 rest[2];
};

/* struct io_uring_cqe */
struct linux_cqe {
	u64 user;
	i32 result;
	u32 flags; /* the buffer's number in the upper half */
};

/* struct io_uring_buf; where the first one has `tail`, the ring has the count of all that were ever given */
struct linux_uring_buffer {
	u64 address;
	u32 length;
	u16 number, tail;
};

/* struct io_uring_getevents_arg */
struct linux_uring_wait {
	u64 signals;
	u32 signals_bytes, pad;
	u64 timeout;
};

enum linux_uring {
	URING_WRITEV = 2,
	URING_WRITE = 23,
	URING_READ_MULTISHOT = 49,
	URING_FIXED_FILE = 1,     /* sqe.flags */
	URING_BUFFER_SELECT = 32, /* sqe.flags */
	URING_NOWAIT = 8,         /* sqe.rw_flags: RWF_NOWAIT */
	URING_BUFFER = 1,         /* cqe.flags */
	URING_MORE = 2,           /* cqe.flags */
	URING_TASKRUN = 4,        /* the ring's flags: something is done, and waits to be told */
	URING_GET_EVENTS = 1,
	URING_EXTENDED = 8, /* io_uring_enter() with struct linux_uring_wait */
};

/* Makes the ring for all of these ports that it can serve, in this zeroed memory of URING_ROOM_BYTES, and makes them
 * ATTACHED_URING. When the host has none for us, all stays as it is: -errno. */
long uring_open(struct attached *a, u64 at);

/* For --io=uring: with a line for the user when it cannot be. */
void uring_attach(struct attached *a, u64 at);

#endif
