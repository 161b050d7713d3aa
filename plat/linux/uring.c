/* uring.c - see uring.h: a ring is made, told what it may be used for, and let go. */
#include "plat/linux/uring.h"
#include "plat/linux/say.h"

enum {
	/* io_uring_setup() */
	SETUP_EVENTS = 1 << 3,
	SETUP_DISABLED = 1 << 6,
	SETUP_ASK_ALL = 1 << 7, /* one that is refused does not hold up the rest */
	SETUP_TASKRUN_FLAG = 1 << 9,
	SETUP_ONE_TASK = 1 << 12,
	SETUP_DEFER = 1 << 13, /* what comes is told when we ask, not in the middle of something */
	SETUP_OUR_MEMORY = 1 << 14,
	SETUP_NO_ARRAY = 1 << 16,
	/* io_uring_register() */
	REGISTER_FILES = 2,
	REGISTER_PROBE = 8,
	REGISTER_RESTRICTIONS = 11,
	REGISTER_ENABLE = 12,
	REGISTER_BUFFERS = 22,
	PROBED = 64,
	SUPPORTED = 1,
	/* what a restriction is about */
	ONLY_CODE = 1,
	ONLY_FLAGS = 2,
	ALWAYS_FLAGS = 3,
};

struct params {
	u32 entries, events, flags, thread_cpu, thread_idle, features, pool, reserved[3];
	struct {
		u32 head, tail, mask, entries, flags, dropped, array, reserved;
		u64 memory;
	} sq;
	struct {
		u32 head, tail, mask, entries, overflow, cqes, flags, reserved;
		u64 memory;
	} cq;
};

struct restriction {
	u16 about;
	u8 what, pad;
	u32 reserved[3];
};

struct probe {
	u8 last, count;
	u16 reserved;
	u32 more[3];
	struct {
		u8 code, pad;
		u16 flags;
		u32 reserved;
	} at[PROBED];
};

struct buffers {
	u64 at;
	u32 count;
	u16 group, flags;
	u64 reserved[3];
};

static long make(struct params *p, u64 at)
{
	*p = (struct params){
		.events = URING_EVENTS,
		.flags = SETUP_EVENTS | SETUP_DISABLED | SETUP_ASK_ALL | SETUP_TASKRUN_FLAG | SETUP_ONE_TASK |
			 SETUP_DEFER | SETUP_OUR_MEMORY | SETUP_NO_ARRAY,
		.sq.memory = at + URING_ASKED_AT,
		.cq.memory = at,
	};
	return cpu_call3(CALL_URING_SETUP, URING_ENTRIES, (long)p, 0);
}

static long tell(i32 fd, u32 what, const void *argument, usize count)
{
	return cpu_call6(CALL_URING_REGISTER, fd, what, (long)argument, (long)count, 0, 0);
}

static bool can_read_on(i32 fd)
{
	struct probe p = { 0 };

	return tell(fd, REGISTER_PROBE, &p, PROBED) >= 0 &&
	       (p.at[URING_READ_MULTISHOT].flags & SUPPORTED) != 0;
}

/* Only a host's own header in front of frames makes it worth while: without one each frame is cut in software. */
static bool fits(const struct attached_port *p)
{
	return p->kind == ATTACHED_FRAMES && p->header > 0;
}

static long lock(i32 fd)
{
	static const struct restriction all[] = {
		{ ONLY_CODE, URING_READ_MULTISHOT, 0, { 0 } },
		{ ONLY_CODE, URING_WRITE, 0, { 0 } },
		{ ONLY_CODE, URING_WRITEV, 0, { 0 } },
		{ ONLY_FLAGS, URING_FIXED_FILE | URING_BUFFER_SELECT, 0, { 0 } },
		{ ALWAYS_FLAGS, URING_FIXED_FILE, 0, { 0 } },
	};

	return tell(fd, REGISTER_RESTRICTIONS, all, COUNT(all));
}

static long prepare(const struct attached *a, i32 fd, u64 at)
{
	i32 files[ATTACH_PORTS];
	long error;

	for (u32 i = 0; i < ATTACH_PORTS; i += 1)
		files[i] = i < a->ports && fits(&a->port[i]) ? a->port[i].fd : -1;
	error = tell(fd, REGISTER_FILES, files, ATTACH_PORTS);
	for (u32 i = 0; error >= 0 && i < ATTACH_PORTS; i += 1) {
		struct buffers b = { at + URING_BUFFERS_AT + (u64)i * URING_PAGE, URING_BUFFERS, (u16)i, 0,
			{ 0 } };

		if (files[i] >= 0)
			error = tell(fd, REGISTER_BUFFERS, &b, 1);
	}
	if (error >= 0)
		error = lock(fd);
	if (error >= 0)
		error = tell(fd, REGISTER_ENABLE, 0, 0);
	return error;
}

long uring_open(struct attached *a, u64 at)
{
	struct params p;
	long fd = make(&p, at);
	long error = fd;

	if (fd < 0)
		return fd;
	if (!can_read_on((i32)fd) || p.entries != URING_ENTRIES || p.events != URING_EVENTS ||
		p.cq.cqes + URING_EVENTS * sizeof(struct linux_cqe) > URING_ASKED_AT)
		error = -ERROR_NOSYS;
	else
		error = prepare(a, (i32)fd, at);
	if (error < 0) {
		linux_close((i32)fd);
		return error;
	}
	for (u32 i = 0; i < a->ports; i += 1)
		if (fits(&a->port[i]))
			a->port[i].kind = ATTACHED_URING;
	a->uring = (struct attached_uring){ at, (i32)fd, p.sq.head, p.sq.tail, p.sq.flags, p.cq.head,
		p.cq.tail, p.cq.cqes };
	return 0;
}

void uring_attach(struct attached *a, u64 at)
{
	long error = uring_open(a, at);

	if (error < 0)
		say(text("--io=uring: the host has none for us; with plain reads and writes"), view_none(),
			error, text("Linux from 6.7 on has it, if kernel.io_uring_disabled is 0"));
}
