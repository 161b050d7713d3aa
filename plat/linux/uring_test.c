/* uring_test.c - the ring as a program has it that wants more of it than it was given. */
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "plat/linux/uring.h"
#include "test/test.h"

static _Alignas(4096) u8 room[URING_ROOM_BYTES];
static struct attached a;
static int peer;

/* Two ports, of which the ring can serve the first: 10 bytes of the host's stand before its frames. False: the host has no rings. */
static bool open_ring(void)
{
	int ends[2];

	EXPECT_EQ(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, ends), 0);
	peer = ends[1];
	memset(room, 0, sizeof room);
	a = (struct attached){ .ports = 2,
		.uring.fd = -1,
		.port = { { .kind = ATTACHED_FRAMES, .fd = ends[0], .header = 10 },
			{ .kind = ATTACHED_FRAMES, .fd = ends[0] } } };

	long error = uring_open(&a, (u64)room);

	if (error < 0)
		printf("the host has no io_uring for us (%ld): this says nothing\n", error);
	return error == 0;
}

static void close_ring(void)
{
	close(a.uring.fd);
	close(a.port[0].fd);
	close(peer);
}

static u32 *word(u32 at)
{
	return (u32 *)(room + at);
}

static void give(u16 number, u8 *to, u32 bytes)
{
	struct linux_uring_buffer *b = (struct linux_uring_buffer *)(room + URING_BUFFERS_AT);
	u16 tail = b->tail;

	b[tail % URING_BUFFERS].address = (u64)to;
	b[tail % URING_BUFFERS].length = bytes;
	b[tail % URING_BUFFERS].number = number;
	__atomic_store_n(&b->tail, (u16)(tail + 1), __ATOMIC_RELEASE);
}

static void enter(u32 asked)
{
	struct linux_uring_wait wait = { 0 };

	__atomic_store_n(word(a.uring.sq_tail), *word(a.uring.sq_tail) + asked, __ATOMIC_RELEASE);
	EXPECT_EQ(cpu_call6(CALL_URING_ENTER, a.uring.fd, asked, 0, URING_GET_EVENTS | URING_EXTENDED,
			  (long)&wait, sizeof wait),
		asked);
}

/* Its result; user ~0: there is none. */
static struct linux_cqe answer(void)
{
	u32 head = *word(a.uring.cq_head);
	struct linux_cqe none = { .user = ~0ull };

	if (head == __atomic_load_n(word(a.uring.cq_tail), __ATOMIC_ACQUIRE))
		return none;
	*word(a.uring.cq_head) += 1;
	return ((struct linux_cqe *)(room + a.uring.cqes))[head % URING_EVENTS];
}

static i32 ask(struct linux_sqe s)
{
	((struct linux_sqe *)(room + URING_ASKED_AT))[*word(a.uring.sq_tail) % URING_ENTRIES] = s;
	enter(1);
	return answer().result;
}

TEST(the_rings_layouts_and_numbers_are_the_kernels)
{
	EXPECT_EQ(sizeof(struct linux_sqe), sizeof(struct io_uring_sqe));
	EXPECT_EQ(offsetof(struct linux_sqe, file), offsetof(struct io_uring_sqe, fd));
	EXPECT_EQ(offsetof(struct linux_sqe, address), offsetof(struct io_uring_sqe, addr));
	EXPECT_EQ(offsetof(struct linux_sqe, length), offsetof(struct io_uring_sqe, len));
	EXPECT_EQ(offsetof(struct linux_sqe, rw_flags), offsetof(struct io_uring_sqe, rw_flags));
	EXPECT_EQ(offsetof(struct linux_sqe, user), offsetof(struct io_uring_sqe, user_data));
	EXPECT_EQ(offsetof(struct linux_sqe, buffers), offsetof(struct io_uring_sqe, buf_group));
	EXPECT_EQ(sizeof(struct linux_cqe), sizeof(struct io_uring_cqe));
	EXPECT_EQ(offsetof(struct linux_cqe, result), offsetof(struct io_uring_cqe, res));
	EXPECT_EQ(offsetof(struct linux_cqe, flags), offsetof(struct io_uring_cqe, flags));
	EXPECT_EQ(sizeof(struct linux_uring_buffer), sizeof(struct io_uring_buf));
	EXPECT_EQ(offsetof(struct linux_uring_buffer, number), offsetof(struct io_uring_buf, bid));
	EXPECT_EQ(offsetof(struct linux_uring_buffer, tail), offsetof(struct io_uring_buf_ring, tail));
	EXPECT_EQ(sizeof(struct linux_uring_wait), sizeof(struct io_uring_getevents_arg));
	EXPECT_EQ(offsetof(struct linux_uring_wait, timeout), offsetof(struct io_uring_getevents_arg, ts));
	EXPECT_EQ(URING_WRITEV, IORING_OP_WRITEV);
	EXPECT_EQ(URING_WRITE, IORING_OP_WRITE);
	EXPECT_EQ(URING_FIXED_FILE, IOSQE_FIXED_FILE);
	EXPECT_EQ(URING_BUFFER_SELECT, IOSQE_BUFFER_SELECT);
	EXPECT_EQ(URING_BUFFER, IORING_CQE_F_BUFFER);
	EXPECT_EQ(URING_MORE, IORING_CQE_F_MORE);
	EXPECT_EQ(URING_GET_EVENTS, IORING_ENTER_GETEVENTS);
	EXPECT_EQ(URING_EXTENDED, IORING_ENTER_EXT_ARG);
}

TEST(a_ring_serves_the_ports_that_have_the_hosts_header)
{
	if (!open_ring())
		return;
	EXPECT_EQ(a.port[0].kind, ATTACHED_URING);
	EXPECT_EQ(a.port[1].kind, ATTACHED_FRAMES);
	EXPECT(a.uring.at == (u64)room && a.uring.fd >= 0);
	close_ring();
}

TEST(one_read_takes_frames_until_there_is_no_buffer)
{
	u8 to[2][64];

	if (!open_ring())
		return;
	give(0, to[0], sizeof to[0]);
	give(1, to[1], sizeof to[1]);
	((struct linux_sqe *)(room + URING_ASKED_AT))[0] = (struct linux_sqe){
		.code = URING_READ_MULTISHOT, .flags = URING_FIXED_FILE | URING_BUFFER_SELECT, .user = 7
	};
	enter(1);
	EXPECT_EQ(answer().user, ~0ull);
	for (int i = 0; i < 3; i += 1)
		EXPECT_EQ(write(peer, "frame", 5), 5);
	enter(0);
	for (u32 i = 0; i < 2; i += 1) {
		struct linux_cqe e = answer();

		EXPECT(e.user == 7 && e.result == 5);
		EXPECT_EQ(e.flags >> 16, i);
		EXPECT(memcmp(to[i], "frame", 5) == 0);
	}

	struct linux_cqe last = answer();

	EXPECT_EQ(last.result, -ERROR_NOBUFS);
	EXPECT_EQ(last.flags & URING_MORE, 0);
	close_ring();
}

TEST(what_is_written_leaves_on_the_ports_descriptor)
{
	char got[8];

	if (!open_ring())
		return;
	EXPECT_EQ(ask((struct linux_sqe){ .code = URING_WRITE,
			  .flags = URING_FIXED_FILE,
			  .address = (u64) "frame",
			  .length = 5,
			  .rw_flags = URING_NOWAIT }),
		5);
	EXPECT_EQ(read(peer, got, sizeof got), 5);
	close_ring();
}

TEST(a_locked_ring_does_nothing_else)
{
	u8 to[16];
	struct iovec piece = { to, sizeof to };
	const struct linux_sqe refused[] = {
		{ .code = IORING_OP_NOP, .flags = URING_FIXED_FILE },
		{ .code = IORING_OP_READ,
			.flags = URING_FIXED_FILE,
			.address = (u64)to,
			.length = sizeof to },
		{ .code = IORING_OP_READV, .flags = URING_FIXED_FILE, .address = (u64)&piece, .length = 1 },
		{ .code = IORING_OP_OPENAT, .file = AT_FDCWD, .address = (u64) "/etc/passwd" },
		{ .code = IORING_OP_CLOSE, .file = a.port[0].fd },
		{ .code = IORING_OP_SOCKET, .file = AF_INET, .offset = SOCK_STREAM },
		{ .code = URING_WRITE,
			.file = 1,
			.address = (u64) "out",
			.length = 3 }, /* a descriptor that is not the ports' */
		{ .code = URING_WRITE,
			.flags = URING_FIXED_FILE | IOSQE_ASYNC,
			.address = (u64)to,
			.length = 1 },
		{ .code = URING_WRITE,
			.flags = URING_FIXED_FILE | IOSQE_IO_LINK,
			.address = (u64)to,
			.length = 1 },
	};
	i32 files[1] = { 0 };

	if (!open_ring())
		return;
	for (usize i = 0; i < COUNT(refused); i += 1)
		EXPECT_EQ(ask(refused[i]), -ERROR_ACCES);
	/* the port whose number has no file */
	EXPECT_EQ(ask((struct linux_sqe){ .code = URING_WRITE,
			  .flags = URING_FIXED_FILE,
			  .file = 1,
			  .address = (u64)to,
			  .length = 1 }),
		-ERROR_BADF);
	for (u32 i = 0; i < 32; i += 1)
		EXPECT(syscall(SYS_io_uring_register, a.uring.fd, i, files, 1) < 0);
	EXPECT_EQ(syscall(SYS_io_uring_register, a.uring.fd, IORING_UNREGISTER_FILES, 0, 0), -1);
	close_ring();
}
