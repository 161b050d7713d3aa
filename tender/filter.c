/* filter.c - see spt_filter.h. */
#include "tender/filter.h"
#include "dev/net.h"
#include "plat/linux/uring.h"
#include "plat/record/event.h"

/* ---- rules ---- */

enum {
	CONSOLE_BYTES = 4096, /* a write to standard output or error: console.c's, say's, a report's */
	TYPED_BYTES = 1024,
	SECTORS_BYTES = 1 << 20, /* dev/block.h: most_sectors, disk.c */
	SEED_BYTES = 256,
	STATM_BYTES = 64,
	POLLED = ATTACH_PORTS + 1,
	STANDARD_IN = 0,
	STANDARD_OUT = 1,
	STANDARD_ERROR = 2,
};

struct list {
	struct filter_rule *at;
	usize n;
	enum filter_use use;
	u8 device;
};

/* One more rule; its checks follow. */
static void allow(struct list *l, u32 call)
{
	require(l->n < FILTER_RULES);
	l->at[l->n] = (struct filter_rule){ .call = call, .use = (u8)l->use, .device = l->device };
	l->n += 1;
}

static void add(struct list *l, struct filter_check check)
{
	struct filter_rule *r = &l->at[l->n - 1];

	require(r->checks < FILTER_CHECKS);
	r->check[r->checks] = check;
	r->checks += 1;
}

static void equal(struct list *l, u8 argument, u64 value)
{
	add(l, (struct filter_check){ argument, FILTER_EQUAL, false, value });
}

static void at_most(struct list *l, u8 argument, u64 value)
{
	add(l, (struct filter_check){ argument, FILTER_AT_MOST, false, value });
}

/* A call whose first argument is this descriptor. */
static void allow_on(struct list *l, u32 call, i32 fd)
{
	allow(l, call);
	add(l, (struct filter_check){ 0, FILTER_EQUAL, true, (u64)fd });
}

/* A call of (descriptor, pointer, length): read, write. */
static void allow_bytes(struct list *l, u32 call, i32 fd, u64 most)
{
	allow_on(l, call, fd);
	at_most(l, 2, most);
}

/* The ring itself is locked: it reads and writes on its ports' descriptors, whatever it is asked (plat/linux/uring.h). */
static void uring_rules(struct list *l, const struct attached_uring *r)
{
	if (r->at == 0)
		return;
	allow_on(l, CALL_URING_ENTER, r->fd);
	at_most(l, 1, URING_ENTRIES);
	at_most(l, 2, URING_EVENTS);
	equal(l, 3, URING_GET_EVENTS | URING_EXTENDED);
	equal(l, 5, sizeof(struct linux_uring_wait));
}

static void frame_rules(struct list *l, const struct attached_port *p)
{
	bool stream = p->kind == ATTACHED_STREAM;

	allow_bytes(l, CALL_READ, p->fd, stream ? PORT_RX_BYTES : PORT_FRAME_BYTES);
	allow_bytes(l, CALL_WRITE, p->fd, p->header > 0 ? PORT_TX_BYTES : PORT_QUEUE_BYTES);
	if (p->header > 0)
		allow_bytes(l, CALL_WRITEV, p->fd, 1 + NET_PIECES);
}

static void port_rules(struct list *l, const struct attached_port *p)
{
	if (p->kind == ATTACHED_NONE)
		return;
	if (p->kind != ATTACHED_URING)
		frame_rules(l, p);
	allow_on(l, CALL_CLOSE, p->fd);
	for (u64 option = PACKET_ADD_MEMBERSHIP; p->filters && option <= PACKET_DROP_MEMBERSHIP;
		option += 1) {
		allow_on(l, CALL_SETSOCKOPT, p->fd);
		equal(l, 1, LEVEL_PACKET);
		equal(l, 2, option);
		equal(l, 4, sizeof(struct linux_membership));
	}
}

static void disk_rules(struct list *l, const struct attached_disk *d)
{
	u64 bytes = d->sectors * 512;

	if (d->kind == ATTACHED_NONE)
		return;
	allow_bytes(l, CALL_PREAD, d->fd, SECTORS_BYTES);
	at_most(l, 3, bytes);
	if (!d->read_only) {
		allow_bytes(l, CALL_PWRITE, d->fd, SECTORS_BYTES);
		at_most(l, 3, bytes);
	}
	allow_on(l, CALL_FDATASYNC, d->fd);
	if (d->discard) {
		allow_on(l, CALL_FALLOCATE, d->fd);
		equal(l, 1, FALLOCATE_PUNCH_HOLE | FALLOCATE_KEEP_SIZE);
		at_most(l, 2, bytes);
		at_most(l, 3, bytes);
	}
}

/* What every image may do: wait, read clocks, seed itself, speak, end. */
static void common_rules(struct list *l)
{
	static const i32 clocks[] = { CLOCK_IS_BOOTTIME, CLOCK_IS_REALTIME };

	l->use = FILTER_CLOCK; /* where there is no vdso; it falls back to this call too */
	for (usize i = 0; i < COUNT(clocks); i += 1) {
		allow(l, CALL_CLOCK_GETTIME);
		equal(l, 0, (u64)clocks[i]);
	}
	l->use = FILTER_ENTROPY;
	allow(l, CALL_GETRANDOM);
	at_most(l, 1, SEED_BYTES);
	equal(l, 2, GETRANDOM_NONBLOCK);
	l->use = FILTER_CONSOLE;
	allow_bytes(l, CALL_READ, STANDARD_IN, TYPED_BYTES);
	allow_bytes(l, CALL_WRITE, STANDARD_OUT, CONSOLE_BYTES);
	allow_bytes(l, CALL_WRITE, STANDARD_ERROR, CONSOLE_BYTES);
	l->use = FILTER_END;
	allow(l, CALL_SIGRETURN);
	allow(l, CALL_EXIT_GROUP);
	at_most(l, 0, 255);
}

usize filter_rules(const struct filter_facts *facts, struct filter_rule rules[static FILTER_RULES])
{
	const struct attached *a = facts->attached;
	struct list l = { rules, 0, FILTER_PORT, 0 };

	uring_rules(&l, &a->uring);
	for (u32 i = 0; i < a->ports; i += 1) {
		l.device = (u8)i;
		port_rules(&l, &a->port[i]);
	}
	l.device = 0;
	l.use = FILTER_WAIT;
	allow(&l, CALL_PPOLL);
	at_most(&l, 1, POLLED);
	equal(&l, 3, 0);
	l.use = FILTER_DISK;
	for (u32 i = 0; i < a->disks; i += 1) {
		l.device = (u8)i;
		disk_rules(&l, &a->disk[i]);
	}
	l.device = 0;
	if (a->record >= 0) {
		l.use = FILTER_RECORD;
		allow_bytes(&l, CALL_WRITE, a->record, RECORD_HEAD + RECORD_CHUNK);
	}
	if (a->pcap >= 0) {
		l.use = FILTER_PCAP;
		allow_bytes(&l, CALL_WRITE, a->pcap, TRAIL_CAPTURE_BYTES);
	}
	if (facts->statm >= 0) {
		l.use = FILTER_MEMORY;
		allow_bytes(&l, CALL_PREAD, facts->statm, STATM_BYTES);
		equal(&l, 3, 0);
	}
	common_rules(&l);
	return l.n;
}

/* ---- code ---- */

enum { NUMBER_AT = 0, AUDIT_AT = 4, ARGUMENTS_AT = 16, FAR = 255 };

struct code {
	struct linux_bpf *at;
	usize n;
};

static void emit(struct code *c, u16 code, u8 then, u8 otherwise, u32 value)
{
	require(c->n < FILTER_CODE);
	c->at[c->n] = (struct linux_bpf){ code, then, otherwise, value };
	c->n += 1;
}

/* FAR stands for "this rule does not allow it" until the rule's end is known. */
static void emit_check(struct code *c, const struct filter_check *check)
{
	u32 low_at = ARGUMENTS_AT + 8u * check->argument, high_at = low_at + 4;
	u32 low = (u32)check->value, high = (u32)(check->value >> 32);

	emit(c, BPF_LOAD, 0, 0, high_at);
	if (check->test == FILTER_EQUAL) {
		emit(c, BPF_IF_EQUAL, 0, FAR, high);
		emit(c, BPF_LOAD, 0, 0, low_at);
		emit(c, BPF_IF_EQUAL, 0, FAR, low);
	} else {
		emit(c, BPF_IF_MORE, FAR, 0, high);
		emit(c, BPF_IF_EQUAL, 0, 2, high); /* less: whatever the low half is */
		emit(c, BPF_LOAD, 0, 0, low_at);
		emit(c, BPF_IF_MORE, FAR, 0, low);
	}
}

static void emit_rule(struct code *c, const struct filter_rule *r)
{
	usize begin = c->n;

	emit(c, BPF_LOAD, 0, 0, NUMBER_AT);
	emit(c, BPF_IF_EQUAL, 0, FAR, r->call);
	for (u8 i = 0; i < r->checks; i += 1)
		emit_check(c, &r->check[i]);
	emit(c, BPF_RETURN, 0, 0, SECCOMP_ALLOW);
	for (usize i = begin; i < c->n; i += 1) {
		u8 rest = (u8)(c->n - i - 1);

		if (c->at[i].then == FAR)
			c->at[i].then = rest;
		if (c->at[i].otherwise == FAR)
			c->at[i].otherwise = rest;
	}
}

usize filter_code(const struct filter_rule *rules, usize count, struct linux_bpf code[static FILTER_CODE])
{
	struct code c = { code, 0 };

	emit(&c, BPF_LOAD, 0, 0, AUDIT_AT);
	emit(&c, BPF_IF_EQUAL, 1, 0, CPU_AUDIT);
	emit(&c, BPF_RETURN, 0, 0, SECCOMP_TRAP);
	emit(&c, BPF_LOAD, 0, 0, NUMBER_AT);
	emit(&c, BPF_IF_NOT_LESS, 0, 1, CPU_OTHER_CALLS);
	emit(&c, BPF_RETURN, 0, 0, SECCOMP_TRAP);
	for (usize i = 0; i < count; i += 1)
		emit_rule(&c, &rules[i]);
	emit(&c, BPF_RETURN, 0, 0, SECCOMP_TRAP);
	return c.n;
}
