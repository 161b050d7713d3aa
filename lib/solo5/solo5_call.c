/* solo5_call.c - hvt's hypercalls: the structs that a guest's address points to. */
#include "lib/solo5/solo5.h"

usize solo5_argument_bytes(u32 call)
{
	static const u8 bytes[SOLO5_CALLS] = {
		[SOLO5_WALLTIME] = 8,
		[SOLO5_PUTS] = 16,
		[SOLO5_POLL] = 24,
		[SOLO5_BLOCK_WRITE] = 40,
		[SOLO5_BLOCK_READ] = 40,
		[SOLO5_NET_WRITE] = 32,
		[SOLO5_NET_READ] = 32,
		[SOLO5_HALT] = 16,
	};

	return call < SOLO5_CALLS ? bytes[call] : 0;
}

static bool has_handle(u32 call)
{
	return call >= SOLO5_BLOCK_WRITE && call <= SOLO5_NET_READ;
}

static bool has_offset(u32 call)
{
	return call == SOLO5_BLOCK_WRITE || call == SOLO5_BLOCK_READ;
}

static bool has_data(u32 call)
{
	return call == SOLO5_PUTS || has_handle(call);
}

/* A negative number's bits, as C defines the conversion nowhere: exit statuses are small. */
static i32 signed_of(u32 bits)
{
	return bits < 0x80000000u ? (i32)bits : -(i32)(0xffffffffu - bits) - 1;
}

bool solo5_request_read(u32 call, struct view argument, struct solo5_request *r)
{
	struct reader a = reader_of(argument);

	*r = (struct solo5_request){ 0 };
	if (solo5_argument_bytes(call) == 0 || argument.n < solo5_argument_bytes(call))
		return false;
	if (has_handle(call))
		r->handle = read_le64(&a);
	if (has_offset(call))
		r->offset = read_le64(&a);
	if (has_data(call)) {
		r->data = read_le64(&a);
		r->bytes = read_le64(&a);
	}
	if (call == SOLO5_POLL)
		r->timeout_ns = read_le64(&a);
	if (call == SOLO5_HALT) {
		r->cookie = read_le64(&a);
		r->exit_status = signed_of(read_le32(&a));
	}
	return true;
}

void solo5_request_write(struct writer *w, enum solo5_call call, const struct solo5_request *r)
{
	usize from = write_len(w), bytes = solo5_argument_bytes((u32)call);

	require(bytes > 0);
	if (has_handle((u32)call))
		write_le64(w, r->handle);
	if (has_offset((u32)call))
		write_le64(w, r->offset);
	if (has_data((u32)call)) {
		write_le64(w, r->data);
		write_le64(w, r->bytes);
	}
	if (call == SOLO5_POLL)
		write_le64(w, r->timeout_ns);
	if (call == SOLO5_HALT) {
		write_le64(w, r->cookie);
		write_le32(w, r->exit_status < 0 ? 0xffffffffu - (u32)(-(r->exit_status + 1))
						 : (u32)r->exit_status);
	}
	write_fill(w, 0, (usize)since(write_since(w, from), bytes));
}

/* Where the result lies; the argument's length if it has none. */
static usize result_at(u32 call)
{
	if (call == SOLO5_POLL)
		return 16;
	if (has_offset(call))
		return 32;
	return has_handle(call) ? 24 : solo5_argument_bytes(call);
}

void solo5_answer_write(enum solo5_call call, struct span argument, const struct solo5_answer *a)
{
	struct writer w = writer_of(argument), at_8 = writer_of(span_from(argument, 8)),
		      at_16 = writer_of(span_from(argument, 16)),
		      result = writer_of(span_from(argument, result_at((u32)call)));

	if (call == SOLO5_WALLTIME)
		write_le64(&w, a->wall_ns);
	if (call == SOLO5_NET_READ && a->result == SOLO5_R_OK)
		write_le64(&at_16, a->bytes);
	if (call == SOLO5_POLL) {
		write_le64(&at_8, a->ready);
		write_le32(&result, a->ready_count);
	} else if (has_handle((u32)call)) {
		write_le32(&result, (u32)a->result);
	}
}

bool solo5_answer_read(u32 call, struct view argument, struct solo5_answer *a)
{
	struct reader r = reader_of(argument), at_8 = reader_of(view_from(argument, 8)),
		      at_16 = reader_of(view_from(argument, 16)),
		      result = reader_of(view_from(argument, result_at(call)));

	*a = (struct solo5_answer){ .result = SOLO5_R_EUNSPEC };
	if (solo5_argument_bytes(call) == 0 || argument.n < solo5_argument_bytes(call))
		return false;
	if (call == SOLO5_WALLTIME)
		a->wall_ns = read_le64(&r);
	if (call == SOLO5_NET_READ)
		a->bytes = read_le64(&at_16);
	if (call == SOLO5_POLL) {
		a->ready = read_le64(&at_8);
		a->ready_count = read_le32(&result);
		a->result = SOLO5_R_OK;
	} else if (has_handle(call)) {
		u32 v = read_le32(&result);

		a->result = v == SOLO5_R_OK       ? SOLO5_R_OK
			    : v == SOLO5_R_AGAIN  ? SOLO5_R_AGAIN
			    : v == SOLO5_R_EINVAL ? SOLO5_R_EINVAL
						  : SOLO5_R_EUNSPEC;
	} else {
		a->result = SOLO5_R_OK;
	}
	return true;
}

bool solo5_in_memory(u64 memory_bytes, u64 at, u64 bytes)
{
	return at >= SOLO5_LOW && at <= memory_bytes && bytes <= memory_bytes - at && bytes <= BYTES_MAX;
}

bool solo5_on_disk(const struct solo5_device *disk, u64 offset, u64 bytes)
{
	u64 block = disk->block_bytes, capacity = disk->capacity;

	if (disk->kind != SOLO5_BLOCK || disk->attached == 0 || block == 0 || bytes == 0 || bytes > BYTES_MAX)
		return false;
	return offset % block == 0 && bytes % block == 0 && bytes <= capacity && offset <= capacity - bytes;
}
