#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tender/hvt/solo5_calls.h"
#include "test/test.h"

enum { MEMORY = 2 << 20, ARGUMENT = 0x20000, DATA = 0x30000 };

static u8 memory[MEMORY];
static i32 status;

static enum solo5_calls call(const struct solo5_manifest *m, enum solo5_call which,
	const struct solo5_request *r, struct solo5_answer *a)
{
	struct writer w = writer_of(span_from(span_of(memory), ARGUMENT));

	solo5_request_write(&w, which, r);
	enum solo5_calls result = solo5_answer(m, span_of(memory), (u32)which, ARGUMENT, &status);
	(void)solo5_answer_read((u32)which, view_from(view_of(memory), ARGUMENT), a);
	return result;
}

/* Handle 1 is a port on one end of a pair, handle 2 a disk of eight blocks. */
static struct solo5_manifest devices(int *other, int *file)
{
	static char name[] = "/tmp/fata_solo5_XXXXXX";
	struct solo5_manifest m = { .count = 3 };
	int pair[2];

	memcpy(name + sizeof name - 7, "XXXXXX", 6);
	*file = mkstemp(name);
	unlink(name);
	EXPECT(ftruncate(*file, 4096) == 0);
	EXPECT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair) == 0);
	*other = pair[1];
	m.device[0].kind = SOLO5_RESERVED;
	m.device[1] =
		(struct solo5_device){ .kind = SOLO5_NET, .attached = true, .mtu = 1500, .fd = pair[0] };
	m.device[2] = (struct solo5_device){
		.kind = SOLO5_BLOCK, .attached = true, .capacity = 4096, .block_bytes = 512, .fd = *file
	};
	return m;
}

static void close_all(const struct solo5_manifest *m, int other)
{
	close(other);
	close(m->device[1].fd);
	close(m->device[2].fd);
}

TEST(a_frame_goes_out_and_one_comes_in)
{
	int other, file;
	struct solo5_manifest m = devices(&other, &file);
	struct solo5_request r = { .handle = 1, .data = DATA, .bytes = 60 };
	struct solo5_answer a;
	char got[100];

	memory[DATA] = 0xab;
	EXPECT_EQ(call(&m, SOLO5_NET_WRITE, &r, &a), SOLO5_CALLS_GO_ON);
	EXPECT_EQ(a.result, SOLO5_R_OK);
	EXPECT_EQ(read(other, got, sizeof got), 60);
	EXPECT_EQ((u8)got[0], 0xab);
	r.bytes = 1514;
	EXPECT_EQ(call(&m, SOLO5_NET_READ, &r, &a), SOLO5_CALLS_GO_ON);
	EXPECT_EQ(a.result, SOLO5_R_AGAIN);
	EXPECT_EQ(write(other, "frame", 5), 5);
	EXPECT_EQ(call(&m, SOLO5_POLL, &(struct solo5_request){ .timeout_ns = NS_PER_S }, &a),
		SOLO5_CALLS_GO_ON);
	EXPECT(a.ready == 2 && a.ready_count == 1);
	EXPECT_EQ(call(&m, SOLO5_NET_READ, &r, &a), SOLO5_CALLS_GO_ON);
	EXPECT(a.result == SOLO5_R_OK && a.bytes == 5);
	EXPECT_VIEW(view_first(view_from(view_of(memory), DATA), 5), text("frame"));
	r.bytes = 1515;
	(void)call(&m, SOLO5_NET_WRITE, &r, &a);
	EXPECT_EQ(a.result, SOLO5_R_EINVAL);
	close_all(&m, other);
}

TEST(blocks_are_moved_and_nothing_behind_the_end)
{
	int other, file;
	struct solo5_manifest m = devices(&other, &file);
	struct solo5_request r = { .handle = 2, .offset = 3584, .data = DATA, .bytes = 512 };
	struct solo5_answer a;
	u8 got[512];

	memory[DATA + 511] = 0x77;
	(void)call(&m, SOLO5_BLOCK_WRITE, &r, &a);
	EXPECT_EQ(a.result, SOLO5_R_OK);
	EXPECT_EQ(pread(file, got, 512, 3584), 512);
	EXPECT_EQ(got[511], 0x77);
	r.offset = 4096;
	(void)call(&m, SOLO5_BLOCK_WRITE, &r, &a);
	EXPECT_EQ(a.result, SOLO5_R_EINVAL);
	r.offset = 3584;
	r.bytes = 1024;
	(void)call(&m, SOLO5_BLOCK_WRITE, &r, &a);
	EXPECT_EQ(a.result, SOLO5_R_EINVAL);
	EXPECT_EQ(lseek(file, 0, SEEK_END), 4096);
	close_all(&m, other);
}

TEST(a_handle_is_of_the_right_kind_or_invalid)
{
	int other, file;
	struct solo5_manifest m = devices(&other, &file);
	const u64 wrong[] = { 0, 1, 3, 64, 65, 66, ~0ull };
	struct solo5_answer a;

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		struct solo5_request r = { .handle = wrong[i], .data = DATA, .bytes = 512 };

		(void)call(&m, SOLO5_BLOCK_READ, &r, &a);
		EXPECT_EQ(a.result, SOLO5_R_EINVAL);
	}
	struct solo5_request r = { .handle = 2, .data = DATA, .bytes = 512 };
	(void)call(&m, SOLO5_NET_WRITE, &r, &a);
	EXPECT_EQ(a.result, SOLO5_R_EINVAL);
	close_all(&m, other);
}

TEST(memory_that_is_not_the_guests_ends_it)
{
	int other, file;
	struct solo5_manifest m = devices(&other, &file);
	struct solo5_answer a;
	static const struct {
		u64 data, bytes;
	} wrong[] = { { MEMORY - 8, 60 }, { MEMORY, 1 }, { ~0ull, 60 }, { 0x1000, 60 }, { DATA, ~0ull },
		{ DATA, MEMORY }, { ~0ull - 30, 60 } };

	for (usize i = 0; i < COUNT(wrong); i += 1) {
		struct solo5_request r = { .handle = 1, .data = wrong[i].data, .bytes = wrong[i].bytes };

		EXPECT_EQ(call(&m, SOLO5_NET_WRITE, &r, &a), SOLO5_CALLS_WRONG);
		EXPECT_EQ(call(&m, SOLO5_NET_READ, &r, &a), SOLO5_CALLS_WRONG);
		EXPECT_EQ(call(&m, SOLO5_PUTS, &r, &a), SOLO5_CALLS_WRONG);
	}
	EXPECT_EQ(solo5_answer(&m, span_of(memory), SOLO5_PUTS, MEMORY - 8, &status), SOLO5_CALLS_WRONG);
	EXPECT_EQ(solo5_answer(&m, span_of(memory), SOLO5_PUTS, 0xffffffff, &status), SOLO5_CALLS_WRONG);
	EXPECT_EQ(solo5_answer(&m, span_of(memory), SOLO5_PUTS, 0x8000, &status), SOLO5_CALLS_WRONG);
	EXPECT_EQ(solo5_answer(&m, span_of(memory), 0, ARGUMENT, &status), SOLO5_CALLS_WRONG);
	EXPECT_EQ(solo5_answer(&m, span_of(memory), 9, ARGUMENT, &status), SOLO5_CALLS_WRONG);
	close_all(&m, other);
}

TEST(a_halt_says_its_status)
{
	struct solo5_manifest m = { .count = 1 };
	struct solo5_answer a;

	EXPECT_EQ(call(&m, SOLO5_HALT, &(struct solo5_request){ .exit_status = 42 }, &a), SOLO5_CALLS_HALT);
	EXPECT_EQ(status, 42);
	EXPECT_EQ(call(&m, SOLO5_WALLTIME, &(struct solo5_request){ 0 }, &a), SOLO5_CALLS_GO_ON);
	EXPECT(a.wall_ns > 1577836800ull * NS_PER_S);
}
