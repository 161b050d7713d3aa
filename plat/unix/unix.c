/* unix.c - the loop of dev/image.h as a Unix process: step while there is something to do, else wait. */
#include "plat/unix/unix.h"

#define WAIT_MAX_S    1000000u          /* a wait is never longer: it only costs a step */
#define STOP_GRACE_NS (100 * NS_PER_MS) /* past the deadline, for the image's own last step */

static struct unix_options options;
static u64 bill_bytes; /* all the memory this process will use */
static i32 statm = -1;
static bool left;
static u8 leave_status;

/* SIGTERM and SIGINT: counted by the handler, seen by the loop. */
static volatile u32 stops;

/* What the next wait will take at most. The handler zeroes it: a signal that
 * comes after the loop has looked at `stops` and before the kernel has read
 * this makes the wait return at once, so none is slept through, and signals
 * need not be blocked while the image works. */
static volatile struct linux_timespec wait_for;

void image_leave(u8 status)
{
	record_leave(&unix_record, status);
	left = true;
	leave_status = status;
}

u64 unix_map(usize bytes)
{
	long at = cpu_call6(CALL_MMAP, 0, (long)bytes, PROTECT_READ | PROTECT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at < 0 && at > -4096)
		unix_die(text("no memory for the devices"), view_none(), at,
			text("is there a limit (ulimit -v)?"));
	bill_bytes += bytes;
	return (u64)at;
}

struct image_memory image_memory(void)
{
	u8 room[64];
	struct image_memory m = { 0, bill_bytes };
	long n = statm < 0 ? -1 : linux_pread(statm, span_of(room), 0);
	struct reader r = reader_of(view_make(room, n < 0 ? 0 : (usize)n));
	u64 size_pages, resident_pages;

	/* /proc/self/statm: size and resident, in pages */
	if (read_decimal(&r, BYTES_MAX, &size_pages) && read_literal(&r, text(" ")) &&
		read_decimal(&r, BYTES_MAX, &resident_pages))
		m.resident_bytes = resident_pages * 4096u;
	record_image_memory(&unix_record, m);
	return m;
}

/* The first asks. The second ends it here and now, because a program that does
 * not return from its step would never see it. */
static void on_stop(int signal, const struct linux_siginfo *info, const void *ucontext)
{
	(void)info, (void)ucontext;
	stops += 1;
	wait_for.s = 0;
	wait_for.ns = 0;
	if (stops > 1) {
		record_flush(&unix_record);
		linux_exit(128 + signal);
	}
}

static void watch_signals(void)
{
	struct linux_sigaction stop = {
		.handler.function = on_stop,
		.flags = SIGACTION_SIGINFO | SIGACTION_RESTORER | SIGACTION_RESTART,
		.restorer = cpu_sigreturn,
	};
	struct linux_sigaction ignore = {
		.handler.ignore = SIGNAL_IGNORE,
		.flags = SIGACTION_RESTORER,
		.restorer = cpu_sigreturn,
	};

	cpu_call6(CALL_SIGACTION, SIGNAL_TERM, (long)&stop, 0, sizeof stop.mask, 0, 0);
	cpu_call6(CALL_SIGACTION, SIGNAL_INT, (long)&stop, 0, sizeof stop.mask, 0, 0);
	/* a closed pipe or socket is an error to its writer; a terminal that is not ours now is no input */
	cpu_call6(CALL_SIGACTION, SIGNAL_PIPE, (long)&ignore, 0, sizeof ignore.mask, 0, 0);
	cpu_call6(CALL_SIGACTION, SIGNAL_TTIN, (long)&ignore, 0, sizeof ignore.mask, 0, 0);
}

/* Until a device has something, room came back in one that was full, a stop is
 * asked for, or `wake`. Ports that have nothing are known to be dry: the step
 * need not ask them. */
static void wait_until(u64 wake, u32 stops_seen)
{
	struct linux_pollfd fds[UNIX_PORTS + 1];
	usize count = 0;
	u64 now = unix_clock(CLOCK_IS_BOOTTIME);
	u64 ns = wake <= now ? 0 : wake - now;

	for (u32 i = 0; i < unix_port_count; i += 1) {
		struct port *p = &unix_ports[i];

		/* a negative one is skipped by the kernel */
		fds[count] = (struct linux_pollfd){ p->kind == PORT_NONE ? -1 : p->fd, POLL_IN, 0 };
		if (net_stream_waits(&p->stream))
			fds[count].wanted = POLL_IN | POLL_OUT;
		count += 1;
	}
	if (unix_console_wanted())
		fds[count++] = (struct linux_pollfd){ 0, POLL_IN, 0 };

	wait_for.s = (i64)(ns / NS_PER_S < WAIT_MAX_S ? ns / NS_PER_S : WAIT_MAX_S);
	wait_for.ns = (i64)(ns % NS_PER_S);
	if (stops == stops_seen)
		linux_ppoll(fds, count, &wait_for);
	for (u32 i = 0; i < unix_port_count; i += 1)
		unix_ports[i].dry = (fds[i].got & ~POLL_OUT) == 0;
}

static _Noreturn void leave(int status)
{
	record_end(&unix_record, image_hash());
	linux_exit(status);
}

static u64 stop(u64 now)
{
	u64 deadline = now + options.stop_ns;

	record_stop(&unix_record, now, deadline);
	image_stop(now, deadline);
	record_return(&unix_record, TIME_NEVER);
	return deadline;
}

static u64 step(u64 now)
{
	record_step(&unix_record, now);
	u64 wake = image_step(now);
	record_return(&unix_record, wake);
	unix_net_flush();
	unix_pcap_flush();
	return wake;
}

static _Noreturn void run(void)
{
	u64 now = unix_clock(CLOCK_IS_BOOTTIME), wake = now, end = TIME_NEVER;
	u32 stops_seen = 0;

	record_start(&unix_record, now);
	image_start(now);
	record_return(&unix_record, TIME_NEVER);
	while (!left) {
		u32 asked = stops;

		if (asked != stops_seen) {
			stops_seen = asked;
			end = stop(now) + STOP_GRACE_NS;
		} else if (wake > now && !unix_net_more() && !unix_block_more()) {
			wait_until(wake < end ? wake : end, asked);
		} else {
			unix_net_look();
		}
		now = unix_clock(CLOCK_IS_BOOTTIME);
		wake = step(now);
		if (!left && now >= end) {
			unix_say(text("the image did not leave by its deadline: ended (--stop-after)"),
				view_none(), 0, view_none());
			leave(128 + SIGNAL_TERM);
		}
	}
	leave(leave_status);
}

_Noreturn void unix_main(const struct unix_boot *boot)
{
	bill_bytes = boot->image_bytes + UNIX_STACK_BYTES;
	unix_faults_start(boot);
	watch_signals();
	unix_clock_start(boot);
	unix_options_read(&options, boot->arguments);
	unix_net_start(&options);
	unix_block_start(&options);
	unix_log_start(&options);
	statm = (i32)linux_open("/proc/self/statm", OPEN_RDONLY, 0);
	run();
}
