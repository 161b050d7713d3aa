#include "tender/hvt/solo5_calls.h"
#include "plat/linux/linux.h"

#define WAIT_MOST_S 1000000u /* a wait is never longer: the guest asks again */

/* The bytes that a request names; in_memory is checked before. */
static struct span bytes_of(struct span memory, const struct solo5_request *r)
{
	return span_first(span_from(memory, (usize)r->data), (usize)r->bytes);
}

static const struct solo5_device *device_of(const struct solo5_manifest *m, u64 handle, enum solo5_kind kind)
{
	const struct solo5_device *d = &m->device[handle % SOLO5_HANDLES];

	return handle < m->count && d->kind == kind && d->attached ? d : 0;
}

static void put_text(struct view v)
{
	while (v.n > 0) {
		long n = linux_write(1, v);

		if (n <= 0 && n != -ERROR_INTR)
			return; /* best effort: what cannot be written is lost */
		v = view_from(v, n > 0 ? (usize)n : 0);
	}
}

static u64 wall(void)
{
	struct linux_timespec t = { 0, 0 };

	cpu_call3(CALL_CLOCK_GETTIME, CLOCK_IS_REALTIME, (long)&t, 0);
	return (u64)t.s * NS_PER_S + (u64)t.ns;
}

/* Of the ports only: the tender may wait for no more than may be open (tender/confine.h). */
static void poll(const struct solo5_manifest *m, u64 timeout_ns, struct solo5_answer *a)
{
	struct linux_pollfd fds[SOLO5_HANDLES];
	u32 handle[SOLO5_HANDLES], ports = 0;
	u64 s = timeout_ns / NS_PER_S;
	volatile struct linux_timespec wait = { (i64)(s < WAIT_MOST_S ? s : WAIT_MOST_S),
		(i64)(timeout_ns % NS_PER_S) };

	for (u32 i = 0; i < m->count; i += 1)
		if (device_of(m, i, SOLO5_NET)) {
			fds[ports] = (struct linux_pollfd){ m->device[i].fd, POLL_IN, 0 };
			handle[ports] = i;
			ports += 1;
		}
	if (linux_ppoll(fds, ports, &wait) <= 0)
		return;
	for (u32 i = 0; i < ports; i += 1)
		if (fds[i].got != 0) {
			a->ready |= 1ull << handle[i];
			a->ready_count += 1;
		}
}

static enum solo5_result read_frame(const struct solo5_device *d, struct span to, u64 *bytes)
{
	long n = linux_read(d->fd, to);

	*bytes = n > 0 ? (u64)n : 0;
	if (n == -ERROR_AGAIN || n == 0)
		return SOLO5_R_AGAIN;
	return n > 0 ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

/* A frame that the host has no room for is lost, as on any wire. */
static enum solo5_result write_frame(const struct solo5_device *d, struct view frame)
{
	if (frame.n == 0 || frame.n > d->mtu + SOLO5_ETHERNET_HEADER)
		return SOLO5_R_EINVAL;

	long n = linux_write(d->fd, frame);

	return n == (long)frame.n || n == -ERROR_AGAIN || n == -ERROR_NOBUFS ? SOLO5_R_OK : SOLO5_R_EUNSPEC;
}

static enum solo5_result move_block(const struct solo5_device *d, bool write, struct span data, u64 offset)
{
	while (data.n > 0) {
		long n = write ? linux_pwrite(d->fd, span_view(data), offset)
			       : linux_pread(d->fd, data, offset);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return SOLO5_R_EUNSPEC;
		data = span_from(data, (usize)n);
		offset += (u64)n;
	}
	return SOLO5_R_OK;
}

static void serve(const struct solo5_manifest *m, u32 call, const struct solo5_request *r, struct span data,
	struct solo5_answer *a)
{
	bool net = call == SOLO5_NET_READ || call == SOLO5_NET_WRITE;
	bool disk = call == SOLO5_BLOCK_READ || call == SOLO5_BLOCK_WRITE;
	const struct solo5_device *d =
		net || disk ? device_of(m, r->handle, net ? SOLO5_NET : SOLO5_BLOCK) : 0;

	a->result = SOLO5_R_EINVAL;
	switch (call) {
	case SOLO5_WALLTIME: a->wall_ns = wall(); break;
	case SOLO5_PUTS: put_text(span_view(data)); break;
	case SOLO5_POLL: poll(m, r->timeout_ns, a); break;
	default: break;
	}
	if (d && call == SOLO5_NET_READ)
		a->result = read_frame(d, data, &a->bytes);
	if (d && call == SOLO5_NET_WRITE)
		a->result = write_frame(d, span_view(data));
	if (d && disk && solo5_on_disk(d, r->offset, r->bytes))
		a->result = move_block(d, call == SOLO5_BLOCK_WRITE, data, r->offset);
}

enum solo5_calls solo5_answer(
	const struct solo5_manifest *m, struct span memory, u32 call, u32 argument, i32 *status)
{
	u8 room[SOLO5_ARGUMENT_BYTES];
	usize n = solo5_argument_bytes(call);
	struct span at = span_first(span_from(memory, argument), n), copied = span_first(span_of(room), n);
	struct solo5_request r;
	struct solo5_answer a = { 0 };

	*status = 0;
	if (n == 0 || !solo5_in_memory(memory.n, argument, n))
		return SOLO5_CALLS_WRONG;
	copy(copied, span_view(at));
	if (!solo5_request_read(call, span_view(copied), &r))
		return SOLO5_CALLS_WRONG;
	if (call == SOLO5_HALT) {
		*status = r.exit_status;
		return SOLO5_CALLS_HALT;
	}
	if (r.bytes > 0 && !solo5_in_memory(memory.n, r.data, r.bytes))
		return SOLO5_CALLS_WRONG;
	serve(m, call, &r, bytes_of(memory, &r), &a);
	solo5_answer_write((enum solo5_call)call, at, &a);
	return SOLO5_CALLS_GO_ON;
}
