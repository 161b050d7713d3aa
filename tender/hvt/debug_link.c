/* debug_link.c - the connection to a debugger: made before the tender confines itself, then only read, written and closed. */
#include "base/format.h"
#include "plat/linux/say.h"
#include "tender/hvt/debug.h"

static volatile bool asked;
static struct debug *debug; /* for the handler */

/* A byte has come. Whatever the tender is about to wait in returns: running the guest, and waiting for devices. */
static void on_byte(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	(void)signal, (void)info, (void)ucontext;
	asked = true;
	debug->machine->run->immediate_exit = 1;
	debug->wait_for->s = 0;
	debug->wait_for->ns = 0;
}

bool debug_asked(void)
{
	bool was = asked;

	asked = false;
	debug->machine->run->immediate_exit = 0;
	return was;
}

static long need(long result, struct view port)
{
	if (result < 0)
		die(text("--gdb"), port, result, text("is the port in use? --gdb 0 takes any that is free"));
	return result;
}

/* Loopback only: whoever can connect may read and change all of the image. Returns the port. */
static u64 listen_on(i32 fd, struct view port)
{
	struct linux_sockaddr_ip4 at = { .family = FAMILY_INET, .address = { 127, 0, 0, 1 } };
	struct reader r = reader_of(port);
	u32 bytes = sizeof at;
	int yes = 1;
	u64 number = 0;

	if (!read_decimal(&r, 65535, &number) || !read_finished(&r))
		die(text("--gdb"), port, 0, text("a TCP port, as in --gdb 1234; 0 takes any that is free"));
	at.port[0] = (u8)(number / 256u);
	at.port[1] = (u8)(number % 256u);
	linux_setsockopt(fd, LEVEL_SOCKET, SOCKET_REUSE_ADDRESS, &yes, sizeof yes);
	need(cpu_call3(CALL_BIND, fd, (long)&at, sizeof at), port);
	need(cpu_call3(CALL_LISTEN, fd, 1, 0), port);
	need(cpu_call3(CALL_GETSOCKNAME, fd, (long)&at, (long)&bytes), port);
	return at.port[0] * 256u + at.port[1];
}

static void tell(const struct guest *g, u64 port)
{
	u8 room[600];
	struct writer w = writer_of(span_of(room));

	write_text(&w, "fata: waiting for a debugger: gdb ");
	write_view(&w, view_first(g->file, 256));
	write_text(&w, ".symbols -ex 'target remote 127.0.0.1:");
	write_decimal(&w, port);
	write_text(&w, "'\n");
	linux_write(2, write_done(&w));
}

/* False: the tender was asked to stop. */
static bool wait_for(i32 fd, u16 what, const volatile u32 *stops)
{
	struct linux_pollfd p = { fd, what, 0 };
	long n;

	do
		n = linux_ppoll(&p, 1, 0);
	while (n == -ERROR_INTR && *stops == 0);
	return n > 0;
}

/* The first byte tells a debugger from a browser that was lured here. */
static bool is_debugger(struct debug *d)
{
	u8 first;

	if (!wait_for(d->fd, POLL_IN, d->stops) || linux_read(d->fd, span_make(&first, 1)) != 1)
		return false;
	return gdb_hear(&d->in, first) != GDB_STRANGER;
}

static void take_one(struct debug *d, i32 listener)
{
	int yes = 1;

	for (;;) {
		if (!wait_for(listener, POLL_IN, d->stops))
			linux_exit(STATUS_SIGNAL + SIGNAL_TERM);
		d->in = (struct gdb_stream){ 0 };
		d->fd = (i32)cpu_call6(CALL_ACCEPT, listener, 0, 0, SOCKET_NONBLOCK | SOCKET_CLOEXEC, 0, 0);
		if (d->fd < 0)
			continue;
		linux_setsockopt(d->fd, LEVEL_TCP, TCP_NO_DELAY, &yes, sizeof yes);
		if (is_debugger(d))
			return;
		linux_close(d->fd);
		say(text("that was no debugger: still waiting"), view_none(), 0, view_none());
	}
}

void debug_open(struct debug *d, struct view port, struct guest *g, struct machine *m)
{
	struct linux_sigaction action = {
		.handler.function = on_byte,
		.flags = SIGACTION_SIGINFO | SIGACTION_RESTORER,
		.restorer = cpu_sigreturn,
	};

	debug = d;
	d->fd = -1;
	d->guest = g;
	d->machine = m;
	if (port.n == 0)
		return;

	i32 listener = (i32)need(
		cpu_call3(CALL_SOCKET, FAMILY_INET, SOCKET_STREAM | SOCKET_NONBLOCK | SOCKET_CLOEXEC, 0),
		port);

	tell(g, listen_on(listener, port));
	take_one(d, listener);
	linux_close(listener);
	cpu_call6(CALL_SIGACTION, SIGNAL_IO, (long)&action, 0, sizeof action.mask, 0, 0);
	need(cpu_call3(CALL_FCNTL, d->fd, FCNTL_SETOWN, cpu_call3(CALL_GETPID, 0, 0, 0)), port);
	need(cpu_call3(CALL_FCNTL, d->fd, FCNTL_SETFL, OPEN_RDWR | OPEN_NONBLOCK | OPEN_ASYNC), port);
}

void debug_close(struct debug *d)
{
	if (d->fd >= 0)
		linux_close(d->fd);
	d->fd = -1;
}

static bool send(struct debug *d, struct view v)
{
	while (v.n > 0) {
		long n = linux_write(d->fd, v);

		if (n == -ERROR_AGAIN) {
			struct linux_pollfd p = { d->fd, POLL_OUT, 0 };

			linux_ppoll(&p, 1, 0);
			continue;
		}
		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return false;
		v = view_from(v, (usize)n);
	}
	return true;
}

bool debug_send(struct debug *d, struct view content)
{
	struct view frame = gdb_answer(span_of(d->frame), content);

	require(frame.n > 0);
	d->frame_bytes = frame.n;
	return send(d, frame);
}

/* More bytes; false: there are none, or will never be any. */
static bool fetch(struct debug *d, bool wait)
{
	long n;

	do {
		n = linux_read(d->fd, span_of(d->heard));
		if (n == -ERROR_AGAIN && wait) {
			struct linux_pollfd p = { d->fd, POLL_IN, 0 };

			linux_ppoll(&p, 1, 0);
		}
	} while (n == -ERROR_INTR || (n == -ERROR_AGAIN && wait));
	d->heard_at = 0;
	d->heard_bytes = n > 0 ? (u32)n : 0;
	if (n <= 0 && n != -ERROR_AGAIN)
		debug_close(d);
	return n > 0;
}

enum gdb_heard debug_hear(struct debug *d, bool wait)
{
	while (d->heard_at < d->heard_bytes || fetch(d, wait)) {
		enum gdb_heard heard = gdb_hear(&d->in, d->heard[d->heard_at]);

		d->heard_at += 1;
		if (heard == GDB_AGAIN)
			send(d, view_make(d->frame, d->frame_bytes));
		if ((heard == GDB_PACKET || heard == GDB_BROKEN) && !d->quiet)
			send(d, heard == GDB_PACKET ? text("+") : text("-"));
		if (heard == GDB_PACKET || heard == GDB_INTERRUPT)
			return heard;
	}
	return GDB_NOTHING;
}
