/* port_uring.c - ports on a ring of io_uring (uring.h).
 *
 * Each call into the kernel hands over what is queued and brings all that has come: a frame costs no call of its own. Small
 * frames are gathered into slots and leave with the next call; one with more payload than a slot holds is asked for
 * at once, because its pieces are lent for so long only. A write never waits (RWF_NOWAIT): it is done when the call
 * returns, so slots are free then, in order.
 */
#include "plat/linux/port.h"
#include "base/mem.h"
#include "plat/linux/uring.h"

enum { WRITES = 0x100 }; /* in an sqe's `user`, beside the port's number */

/* What a port has besides. */
struct lane {
	bool reads;      /* the kernel has its read */
	u32 slots;       /* in use */
	u8 *slot;        /* the first of them */
	u16 given, used; /* buffers, ever: the first is the tail of the buffer ring */
	u32 came, taken;
	struct {
		u32 number, bytes;
	} frame[URING_BUFFERS];
};

static struct {
	struct attached_uring o;
	u32 tail, writes; /* asked for, but not yet in a call: up to here, and how many of them are writes */
} ring;
static struct lane lanes[ATTACH_PORTS];

static u32 *word(u32 at)
{
	return (u32 *)(ring.o.at + at);
}

static struct linux_sqe *asked(u32 i)
{
	return (struct linux_sqe *)(ring.o.at + URING_ASKED_AT) + i % URING_ENTRIES;
}

/* ---- receiving ---- */

static void give(struct port *p, struct lane *l, u32 number)
{
	struct linux_uring_buffer *b =
		(struct linux_uring_buffer *)(ring.o.at + URING_BUFFERS_AT + (u64)(l - lanes) * URING_PAGE);
	struct linux_uring_buffer *next = b + l->given % URING_BUFFERS;

	next->address = (u64)(p->rx + (usize)number * PORT_FRAME_BYTES);
	next->length = PORT_FRAME_BYTES;
	next->number = (u16)number;
	l->given += 1;
	__atomic_store_n(&b->tail, l->given, __ATOMIC_RELEASE);
}

static void came(struct port *p, struct lane *l, const struct linux_cqe *e)
{
	u32 number = e->flags >> 16;

	l->reads = (e->flags & URING_MORE) != 0;
	l->used += (e->flags & URING_BUFFER) != 0;
	if (p->kind != ATTACHED_URING || e->result == -ERROR_NOBUFS || e->result == -ERROR_AGAIN ||
		e->result == -ERROR_INTR)
		return;
	if (e->result == -ERROR_NETDOWN) {
		p->facts.up = false;
	} else if (e->result <= 0) {
		port_down(p, e->result);
	} else if ((u32)e->result <= p->header) {
		give(p, l, number);
	} else {
		require(number < URING_BUFFERS && l->came - l->taken < URING_BUFFERS);
		l->frame[l->came % URING_BUFFERS].number = number;
		l->frame[l->came % URING_BUFFERS].bytes = (u32)e->result;
		l->came += 1;
		p->dry = false;
	}
}

void port_uring_receive(struct port *p)
{
	struct lane *l = &lanes[p - ports];

	while (p->frames < NET_BATCH && l->taken != l->came) {
		u32 i = l->taken % URING_BUFFERS;

		port_frame_put(p, l->frame[i].number * PORT_FRAME_BYTES, l->frame[i].bytes);
		l->taken += 1;
	}
	p->dry = l->taken == l->came;
}

void port_uring_done(struct port *p, u32 from, u32 to)
{
	for (u32 i = from; i < to; i += 1)
		give(p, &lanes[p - ports], p->frame[i].at / PORT_FRAME_BYTES);
}

/* ---- calls ---- */

static void tell(const struct linux_cqe *e)
{
	struct port *p = &ports[e->user % WRITES];

	if (e->user >= WRITES)
		port_sent(p, e->result, 1);
	else
		came(p, &lanes[p - ports], e);
}

static struct linux_sqe *ask(struct port *p, u8 code)
{
	struct linux_sqe *s = asked(ring.tail);

	*s = (struct linux_sqe){
		.code = code,
		.flags = URING_FIXED_FILE,
		.file = (i32)(p - ports),
		.user = (u64)(p - ports) + (code == URING_READ_MULTISHOT ? 0 : WRITES),
	};
	ring.tail += 1;
	return s;
}

/* Each port has a read with the kernel, unless it has no buffer for one. */
static void ask_reads(void)
{
	for (u32 i = 0; i < port_count; i += 1) {
		struct lane *l = &lanes[i];
		struct port *p = &ports[i];

		if (p->kind != ATTACHED_URING || l->reads || l->given == l->used)
			continue;

		struct linux_sqe *s = ask(p, URING_READ_MULTISHOT);

		s->flags |= URING_BUFFER_SELECT;
		s->buffers = (u16)i;
		l->reads = true;
	}
}

static void tell_all(void)
{
	u32 head = *word(ring.o.cq_head), end = __atomic_load_n(word(ring.o.cq_tail), __ATOMIC_ACQUIRE);

	for (; head != end; head += 1)
		tell((const struct linux_cqe *)(ring.o.at + ring.o.cqes) + head % URING_EVENTS);
	__atomic_store_n(word(ring.o.cq_head), head, __ATOMIC_RELEASE);
}

/* One call: what is asked goes, and what has come by then is told. `wanted`: how many answers to wait for, `most` at the
 * longest. What the kernel had no memory to take is not done: as if it had answered so. */
static void call(u32 wanted, volatile struct linux_timespec *most)
{
	struct linux_uring_wait wait = { .timeout = (u64)most };
	u32 *head = word(ring.o.sq_head);

	ask_reads();
	__atomic_store_n(word(ring.o.sq_tail), ring.tail, __ATOMIC_RELEASE);
	cpu_call6(CALL_URING_ENTER, ring.o.fd, ring.tail - *head, wanted, URING_GET_EVENTS | URING_EXTENDED,
		(long)&wait, sizeof wait);
	for (u32 i = __atomic_load_n(head, __ATOMIC_ACQUIRE); i != ring.tail; i += 1)
		tell(&(struct linux_cqe){ asked(i)->user, -ERROR_AGAIN, 0 });
	ring.tail = *head;
	ring.writes = 0;
	tell_all();
	for (u32 i = 0; i < port_count; i += 1) {
		if (lanes[i].slot)
			ports[i].tx = lanes[i].slot;
		lanes[i].slots = 0;
	}
}

static bool ready(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		if (lanes[i].came != lanes[i].taken)
			return true;
	return false;
}

bool port_uring_wait(volatile struct linux_timespec *most, bool alone)
{
	if (ring.o.at == 0)
		return false;
	call(alone ? ring.writes + 1 : 0, alone ? most : 0);
	return alone || ready();
}

i32 port_uring_fd(void)
{
	return ring.o.fd;
}

void port_uring_look(void)
{
	if (ring.o.at != 0)
		call(0, 0);
}

/* ---- sending ---- */

void port_uring_room(struct port *p)
{
	if (lanes[p - ports].slots == URING_SLOTS || ring.writes == URING_ENTRIES - ATTACH_PORTS)
		call(0, 0);
}

void port_uring_send(struct port *p, const struct linux_iovec *pieces, usize count)
{
	usize bytes = 0, at = pieces[0].len;

	for (usize i = 0; i < count; i += 1)
		bytes += pieces[i].len;
	ring.writes += 1;
	if (bytes > PORT_TX_BYTES) {
		struct linux_sqe *s = ask(p, URING_WRITEV);

		s->address = (u64)pieces;
		s->length = (u32)count;
		s->rw_flags = URING_NOWAIT;
		call(0, 0);
		return;
	}

	for (usize i = 1; i < count; i += 1)
		at += copy(
			span_make(p->tx + at, PORT_TX_BYTES - at), view_make(pieces[i].base, pieces[i].len));

	struct linux_sqe *s = ask(p, URING_WRITE);

	s->address = (u64)p->tx;
	s->length = (u32)bytes;
	s->rw_flags = URING_NOWAIT;
	p->tx += PORT_TX_BYTES;
	lanes[p - ports].slots += 1;
}

/* ---- starting ---- */

void port_uring_start(struct port *p, const struct attached_uring *o)
{
	struct lane *l = &lanes[p - ports];

	ring.o = *o;
	ring.tail = *word(o->sq_tail);
	p->tx = p->rx + (usize)URING_BUFFERS * PORT_FRAME_BYTES;
	l->slot = p->tx;
	for (u32 i = 0; i < URING_BUFFERS; i += 1)
		give(p, l, i);
}
