/* hvt.c - the tender of target hvt: runs one image as a KVM guest without privileges, with the devices its manifest names.
 *
 *     out/tender/hvt [options] IMAGE [the image's arguments]
 *
 * See guest.h for the idea, plat/hvt/abi.h for the contract with the image.
 */
#include "dev/entropy.h"
#include "dev/image.h"
#include "plat/linux/attach.h"
#include "plat/linux/clock.h"
#include "plat/linux/console.h"
#include "plat/linux/disk.h"
#include "plat/linux/entry.h"
#include "plat/linux/loop.h"
#include "plat/linux/port.h"
#include "plat/linux/room.h"
#include "plat/linux/say.h"
#include "plat/linux/trail.h"
#include "tender/hvt/awake.h"
#include "tender/hvt/carry.h"
#include "tender/hvt/hvt_solo5.h"
#include "tender/hvt/core.h"
#include "tender/hvt/debug.h"
#include "tender/hvt/load.h"
#include "tender/hvt/report.h"
#include "tender/solo5_words.h"
#include "tender/confine.h"
#include "plat/linux/call_name.h"
#include "tender/filter.h"

static const char help[] =
	"hvt [options] IMAGE [ARGUMENTS]: runs an image as a KVM guest without privileges\n"
	"\n"
	"  --mem MEGABYTES                    do not start an image that needs more\n"
	"  --core FILE                        when the image goes wrong, write what gdb opens\n"
	"  --gdb PORT                         wait for a debugger there, before the first instruction\n"
	"  --verbose                          at the end: exits and frames\n" COMMAND_HELP COMMAND_HELP_END;

static struct command options;
static struct solo5_words words;
static struct watch watch;
static u8 signal_stack[WATCH_STACK_BYTES] __attribute__((aligned(64)));
static struct guest guest;
static struct attach_names names;
static struct machine machine;
static struct debug debug;
static i32 core_file = -1;
static u64 times[REPORT_TIMES];
static u64 ticks_ahead; /* the guest's counter less ours */
static struct awake awake;
static u32 stops_told; /* to the image, when it last ran */

u64 room_map(usize bytes)
{
	long at = linux_map(0, bytes, PROTECT_READ | PROTECT_WRITE, MAP_NORESERVE);

	if (at < 0 && at > -4096)
		die(text("no memory for the devices"), view_none(), at,
			text("is there a limit (ulimit -v)?"));
	return (u64)at;
}

/* A call that the filter refused, in the report of it. */
struct view watch_call_name(u64 number)
{
	return call_name(number);
}

/* ---- dev/image.h, for the loop of plat/linux: the image is the guest ---- */

struct view image_name(void)
{
	return names.image;
}

struct view image_port_name(u32 port)
{
	return port < names.ports ? names.port[port] : view_none();
}

struct view image_disk_name(u32 disk)
{
	return disk < names.disks ? names.disk[disk] : view_none();
}

struct view image_argument(usize i)
{
	return i < options.arguments ? options.argument[i] : view_none();
}

struct view image_platform(void)
{
	return text("hvt");
}

/* The guest's record, if there is one, has its hash. */
u64 image_hash(void)
{
	return 0;
}

static u64 own_ticks(void)
{
	u32 low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (u64)high * 0x100000000ull + low;
}

static void seed(void)
{
	if (entropy_seed(span_of(guest.host->seed)) != ENTROPY_NONE)
		guest.host->seeded += 1;
}

static u64 ended(u8 status)
{
	carry_out(&guest);
	if (options.flag)
		report_counters(&guest, &machine, times);
	debug_tell_end(&debug, status);
	image_leave(status);
	return TIME_NEVER;
}

/* The status is 128 and a signal's number. */
static u64 wrong(u8 status)
{
	panic_write_lines();
	core_write(core_file, &guest, &machine, status % 128u);
	return ended(status);
}

/* The image rests, and what it rests for is not there yet. */
static bool rests_on(u64 now)
{
	return now < guest.said->rest_until_ns && guest.host->stops == stops_told && !carry_waits(&guest);
}

static u64 rest(u64 now)
{
	awake_rest(&awake, clock_read(CLOCK_IS_BOOTTIME));
	return awake_waits(&awake) ? now : guest.said->rest_until_ns;
}

u64 image_step(u64 now)
{
	u32 value;

	if (awake_waits(&awake) && rests_on(now))
		return awake_look(&awake, now) ? now : guest.said->rest_until_ns;
	awake_end(&awake, now);
	stops_told = guest.host->stops;
	carry_in(&guest);
	guest.host->ticks = own_ticks() + ticks_ahead;
	for (;;) {
		enum machine_stop stop = debug_run(&debug, &value);

		if (stop == MACHINE_INTERRUPTED)
			continue;
		if (stop == MACHINE_ENDED)
			return ended(STATUS_SIGNAL + debug.ending % 128u);
		if (stop != MACHINE_CALL)
			debug_end(&debug);
		if (stop == MACHINE_TRAP) {
			carry_out(&guest);
			return wrong(report_trap(&guest, &machine));
		}
		if (stop == MACHINE_WRONG)
			return wrong(report_wrong(&guest, &machine));
		if (value == HVT_SEED) {
			seed();
			continue;
		}
		if (value == HVT_LEAVE) {
			carry_out(&guest);
			report_words(&guest);
			return guest.said->words_bytes > 0 ? wrong((u8)guest.said->status)
							   : ended((u8)guest.said->status);
		}
		break;
	}
	guest.count.steps += 1;
	return carry_out(&guest) ? now : rest(now);
}

static void mark(enum report_start which)
{
	times[which] = clock_read(CLOCK_IS_BOOTTIME);
}

void image_start(u64 now)
{
	carry_start(&guest);
	image_step(now);
	mark(REPORT_RESTED);
}

void image_stop(u64 now, u64 deadline)
{
	(void)now;
	guest.host->stops += 1;
	guest.host->stop_deadline_ns = deadline;
}

/* ---- starting ---- */

static u64 read_megabytes(struct view v)
{
	struct reader r = reader_of(v);
	u64 n = 0;

	if (v.n > 0 && (!read_decimal(&r, 1u << 20, &n) || !read_finished(&r) || n == 0))
		die(text("--mem"), v, 0, text("a number of megabytes, as in --mem 64"));
	return n << 20;
}

static void watch_over(const struct entry *e)
{
	struct fault_stack stack = { e->stack_bottom, e->stack_bytes };
	struct panic_place place = { e->base, e->end - e->base, text("out/tender/hvt.symbols") };

	watch.end.last = trail_last;
	panic_start(&place, &watch.end);
	watch_start(&watch, &stack, span_of(signal_stack));
}

static void open_core(struct view path)
{
	char name[4096];

	if (path.n == 0)
		return;
	if (!zero_string(span_of(name), path))
		die(text("--core"), path, 0, text("the name of a file to write"));

	long fd = linux_open(name, OPEN_WRONLY | OPEN_CREAT | OPEN_TRUNC, 0600);

	if (fd < 0)
		die(text("--core"), path, fd, view_none());
	core_file = (i32)fd;
}

static void start_machine(void)
{
	machine_make(&machine, guest.all);
	machine_enter(&machine, &guest.memory, guest.entry, guest.stack, guest.host_at);
	ticks_ahead = machine_ticks(&machine) - own_ticks();
	guest.host->ns_per_tick = (1000000ull << 32) / machine.tsc_khz;
	seed();
}

static struct filter_rule on_descriptor(u32 call, i32 fd)
{
	return (struct filter_rule){ .call = call,
		.use = FILTER_MEMORY,
		.checks = 1,
		.check = { { 0, FILTER_EQUAL, true, (u64)fd } } };
}

/* KVM's calls that run the guest and look at its registers; with a debugger also those that change them, and its bytes. */
static usize own_rules(struct filter_rule *rules)
{
	static const u64 calls[] = { IOCTL_KVM_RUN, IOCTL_KVM_GET_REGISTERS, IOCTL_KVM_GET_SYSTEM,
		IOCTL_KVM_SET_REGISTERS, IOCTL_KVM_SET_SYSTEM, IOCTL_KVM_GET_VECTORS, IOCTL_KVM_SET_VECTORS,
		IOCTL_KVM_GET_DEBUG, IOCTL_KVM_SET_DEBUG };
	static const u32 bytes[] = { CALL_READ, CALL_WRITE, CALL_CLOSE };
	usize count = 0;

	for (u32 i = 0; i < (debug.fd >= 0 ? COUNT(calls) : 3u); i += 1) {
		struct filter_rule r = on_descriptor(CALL_IOCTL, machine.cpu);

		r.check[r.checks++] = (struct filter_check){ 1, FILTER_EQUAL, false, calls[i] };
		rules[count++] = r;
	}
	for (u32 i = 0; debug.fd >= 0 && i < COUNT(bytes); i += 1)
		rules[count++] = on_descriptor(bytes[i], debug.fd);
	if (core_file >= 0)
		rules[count++] = on_descriptor(CALL_WRITE, core_file);
	return count;
}

/* Before the guest's first instruction: what an image of target spt may do with these devices, and the above. */
static void give_up(const struct attached *a)
{
	enum { OWN = 16 };
	static struct filter_rule rules[OWN + FILTER_RULES];
	static struct linux_bpf code[FILTER_CODE];
	struct filter_facts facts = { a, -1 };
	i32 keep[ATTACH_PORTS + ATTACH_DISKS + 6] = { machine.vm, machine.cpu, a->record, a->pcap, core_file,
		debug.fd };
	usize kept = 6, count = own_rules(rules);

	count += filter_rules(&facts, rules + count);
	for (u32 i = 0; i < a->ports; i += 1)
		keep[kept++] = a->port[i].fd;
	for (u32 i = 0; i < a->disks; i += 1)
		keep[kept++] = a->disk[i].fd;
	confine(keep, kept, options.flag);
	confine_calls(code, filter_code(rules, count, code));
}

_Noreturn void entry_main(const struct entry *e)
{
	static const struct command_kind kind = { .help = { (const u8 *)help, sizeof help - 1 },
		.value = TEXT("--mem"),
		.file = TEXT("--core"),
		.port = TEXT("--gdb"),
		.flag = TEXT("--verbose"),
		.tender = true };
	struct attached attached;

	entry_seal(e);
	watch_over(e);
	clock_start(e->vdso);
	mark(REPORT_ENTERED);
	if (!solo5_respell(&words, e->arguments[0] ? e->arguments + 1 : e->arguments))
		die(text("an option has no name or value, or there are more than 256 words"), view_none(), 0,
			text("--platform-help shows the options"));
	command_read(&options, &kind, words.word);
	hvt_solo5(&options, read_megabytes(options.value), &watch);

	struct guest_wants wants = { options.image, options.argument, options.arguments,
		read_megabytes(options.value), options.record.n > 0 };

	open_core(options.file);
	guest_load(&guest, &wants, &names);
	mark(REPORT_LOADED);
	attach(&attached, &names, &options);
	guest.log_file = attached.record; /* the image records, not the tender */

	struct attached own = attached;

	own.record = -1;
	port_start(&own);
	disk_start(&own);
	trail_start(&own);
	mark(REPORT_ATTACHED);
	start_machine();
	mark(REPORT_MADE);
	debug.stops = &watch.stops;
	debug.wait_for = &watch.wait_for;
	debug_open(&debug, options.port, &guest, &machine);
	give_up(&attached);
	mark(REPORT_CONFINED);

	struct loop loop = { .watch = &watch, .stop_ns = options.stop_ns, .statm = -1 };

	loop_run(&loop);
}
