/* spt.c - the tender of spt: runs an image as a process that can do almost nothing.
 *
 * It is the program that is started; the image is mapped into the same process
 * and is jumped to when all else is gone (plat/spt/spt_boot.h is what they agree on):
 *
 *     read the command line and the image's own words (tender/load.h)
 *     open what it is to be connected to; refuse what it did not ask for
 *     map it, its stack, its room for devices, and the page that says what there is
 *     give up everything (tender/confine.h), unmap this program's own stack, load the filter
 *     unmap the rest of it but one page (vanish.h), jump
 *
 * Faults and stop requests are the image's from there on: it brings the handlers (plat/linux/watch.h). exec to
 * the image's first instruction takes well below a millisecond (doc/sandboxes.md).
 */
#include "base/format.h"
#include "base/mem.h"
#include "plat/linux/elf.h"
#include "plat/linux/entry.h"
#include "plat/linux/say.h"
#include "plat/linux/uring.h"
#include "plat/linux/watch.h"
#include "plat/spt/spt_boot.h"
#include "tender/solo5_words.h"
#include "tender/confine.h"
#include "plat/linux/call_name.h"
#include "tender/filter.h"
#include "tender/spt/cpu/x86_64/vanish.h"
#include "tender/spt/spt_map.h"
#include "tender/spt/spt_solo5.h"

static const char help[] =
	"usage: spt [OPTION]... IMAGE [THE IMAGE'S OPTIONS]\n"
	"\n"
	"runs an image that fata built for spt as a process that may use its devices and nothing else\n"
	"\n" COMMAND_HELP COMMAND_HELP_IO
	"  --mem MEGABYTES                    do not start an image that needs more than this\n"
	"  --verbose                          say what it is confined by\n" COMMAND_HELP_END;

static struct command command;
static struct solo5_words words;
static struct load load;
static u64 image_base;
static struct attached attached;
static struct linux_bpf code[FILTER_CODE];
static usize code_count;
static u8 symbols[512];

/* What the image's handlers write to, and its loop. */
struct shared {
	struct watch watch;
	_Alignas(64) u8 signal_stack[WATCH_STACK_BYTES];
};

/* Addresses and lengths of whole pages. */
struct region {
	u64 at, bytes;
};

struct places {
	struct region stack, boot, shared, room;
};

static u64 page_up(u64 n)
{
	return (n + SPT_PAGE - 1) / SPT_PAGE * SPT_PAGE;
}

struct view watch_call_name(u64 number)
{
	return call_name(number);
}

/* ---- what the image gets ---- */

static void attach_uring(void)
{
	u64 at = spt_map_region(URING_ROOM_BYTES, PROTECT_READ | PROTECT_WRITE);

	uring_attach(&attached, at);
	if (attached.uring.at == 0) /* the host has none: it is not in the bill */
		cpu_call3(CALL_MUNMAP, (long)at, URING_ROOM_BYTES, 0);
}

static u64 room_bytes(void)
{
	u64 bytes = attached.pcap >= 0 ? page_up(TRAIL_ROOM_BYTES) : 0;

	for (u32 i = 0; i < attached.ports; i += 1)
		bytes += page_up(attached_port_room(&attached.port[i]));
	return bytes;
}

static void map_places(struct places *p)
{
	struct places sizes = {
		.stack.bytes = page_up(load.note.stack_bytes),
		.boot.bytes = SPT_BOOT_BYTES,
		.shared.bytes = page_up(sizeof(struct shared)),
		.room.bytes = room_bytes(),
	};
	struct region *all[] = { &sizes.stack, &sizes.boot, &sizes.shared, &sizes.room };

	if (sizes.stack.bytes == 0 || sizes.stack.bytes > IMAGE_FILE_BYTES)
		die(text("cannot run"), command.image, 0, text("it asks for a stack of no size"));
	for (usize i = 0; i < COUNT(all); i += 1)
		if (all[i]->bytes > 0)
			all[i]->at = spt_map_region(all[i]->bytes, PROTECT_READ | PROTECT_WRITE);
	*p = sizes;
}

static u64 bill(const struct places *p)
{
	u64 uring = attached.uring.at != 0 ? URING_ROOM_BYTES : 0;

	return load.file.bytes + p->stack.bytes + p->boot.bytes + p->shared.bytes + p->room.bytes + uring;
}

/* --mem in megabytes, 0 when it is not given. */
static void check_memory(u64 needed)
{
	struct reader r = reader_of(command.value);
	u8 room[128];
	struct writer w = writer_of(span_of(room));
	u64 megabytes;

	if (command.value.n == 0)
		return;
	if (!read_decimal(&r, 1u << 20, &megabytes) || !read_finished(&r))
		die(text("--mem"), command.value, 0, text("give megabytes, as in --mem 4"));
	if (needed <= megabytes << 20)
		return;
	write_text(&w, "it needs ");
	write_decimal(&w, (needed + (1u << 20) - 1) >> 20);
	write_text(&w, " MB with these devices: fata describe shows for what");
	die(text("--mem is too little for"), command.image, 0, write_done(&w));
}

static struct spt_text put_text(struct writer *w, struct view v)
{
	struct spt_text t = { (u32)(sizeof(struct spt_boot) + write_done(w).n), (u32)v.n };

	write_view(w, v);
	return t;
}

/* The file that knows the image's functions, for its reports. */
static struct view name_symbols(void)
{
	struct writer w = writer_of(span_of(symbols));

	write_view(&w, view_first(command.image, sizeof symbols - 16));
	write_text(&w, ".symbols");
	return write_done(&w);
}

static void write_boot(const struct places *p, const struct entry *e, i32 statm)
{
	struct spt_boot *b = (struct spt_boot *)p->boot.at;
	struct writer texts =
		writer_of(span_make((u8 *)(p->boot.at + sizeof *b), SPT_BOOT_BYTES - sizeof *b));

	*b = (struct spt_boot){
		.magic = SPT_MAGIC,
		.version = SPT_VERSION,
		.bytes = sizeof *b,
		.image = image_base,
		.image_bytes = load.file.bytes,
		.stack_bottom = p->stack.at,
		.stack_bytes = p->stack.bytes,
		.watch = p->shared.at,
		.room = p->room.at,
		.room_bytes = p->room.bytes,
		.vdso = e->vdso,
		.stop_ns = command.stop_ns,
		.memory_bytes = bill(p),
		.statm = statm,
		.arguments = command.arguments,
		.attached = attached,
	};
	cpu_call3(CALL_GETRANDOM, (long)&b->guard, sizeof b->guard, 0);
	b->guard = b->guard / 256u * 256u; /* no text carries it: it begins with a zero */
	for (u32 i = 0; i < command.arguments; i += 1)
		b->argument[i] = put_text(&texts, command.argument[i]);
	b->symbols = put_text(&texts, name_symbols());
	if (write_bad(&texts))
		die(text("the image's options are too long:"), command.image, 0, view_none());
	cpu_call3(CALL_MPROTECT, (long)p->boot.at, (long)p->boot.bytes, PROTECT_READ);
}

/* ---- what is set up for later ---- */

/* The image's functions, as its file says; whether they are any is its own affair: what runs there is as confined as it is. */
static struct watch_handlers find_handlers(void)
{
	u64 at = load.file.entry - sizeof(struct spt_handlers), entry = image_base + load.file.entry;

	if (load.file.entry < sizeof(struct spt_handlers) ||
		!image_file_has(&load.file, at, sizeof(struct spt_handlers), false))
		die(text("cannot run"), command.image, 0, text("it has no handlers in front of its entry"));

	const struct spt_handlers *h = (const struct spt_handlers *)(image_base + at);

	return (struct watch_handlers){ entry + (u64)(i64)h->fault, entry + (u64)(i64)h->stop,
		entry + (u64)(i64)h->restorer };
}

/* One call with exactly these arguments, for vanish(). */
static struct filter_rule exactly(u32 call, u64 first, u64 second)
{
	return (struct filter_rule){ .call = call,
		.use = FILTER_END,
		.checks = 2,
		.check = { { 0, FILTER_EQUAL, false, first }, { 1, FILTER_EQUAL, false, second } } };
}

static void make_filter(i32 statm, const struct vanish *v)
{
	static struct filter_rule rules[FILTER_RULES + 3];
	struct filter_facts facts = { &attached, statm };
	usize n = filter_rules(&facts, rules);

	rules[n++] = exactly(CALL_MUNMAP, v->from, v->before);
	rules[n++] = exactly(CALL_MUNMAP, v->behind, v->rest);
	rules[n++] = exactly(CALL_SIGPROCMASK, SIGNALS_SET, (u64)vanish_signals);
	code_count = filter_code(rules, n, code);
}

/* ---- the end of the tender ---- */

static void give_up(i32 statm)
{
	i32 keep[ATTACH_PORTS + ATTACH_DISKS + 4];
	char name[NOTE_TEXT + 1];
	usize n = 0;

	for (u32 i = 0; i < attached.ports; i += 1)
		keep[n++] = attached.port[i].fd;
	for (u32 i = 0; i < attached.disks; i += 1)
		keep[n++] = attached.disk[i].fd;
	keep[n++] = attached.uring.fd;
	keep[n++] = attached.record;
	keep[n++] = attached.pcap;
	keep[n++] = statm;
	if (zero_string(span_of(name), note_text(view_make(load.notes, load.notes_bytes), 0)))
		cpu_call6(CALL_PRCTL, PRCTL_SET_NAME, (long)name, 0, 0, 0, 0);
	confine(keep, n, command.flag);
}

/* What is needed when the tender's own stack is gone. */
static struct {
	struct region stack; /* the tender's */
	struct watch_handlers handlers;
	struct span signal_stack;
	struct vanish vanish;
} last;

/* On the image's stack. Signals wait from before the image's handlers are set until the filter holds and the tender
 * is gone: they run as the image does, or not at all. */
static _Noreturn void leave(void)
{
	static const u64 all = ~0ull;
	struct vanish v = last.vanish; /* on a stack that stays */

	cpu_call3(CALL_MUNMAP, (long)last.stack.at, (long)last.stack.bytes, 0);
	cpu_call6(CALL_SIGPROCMASK, SIGNALS_SET, (long)&all, 0, sizeof all, 0, 0);
	watch_set(last.signal_stack, &last.handlers);
	confine_calls(code, code_count);
	vanish(&v);
}

/* All of this program, but for one page. */
static struct vanish whole_program(u64 base)
{
	const struct elf_header *h = (const struct elf_header *)base;
	const struct elf_segment *s = (const struct elf_segment *)(base + h->segments_at);
	u64 page = (u64)vanish_page, end = base;

	for (u32 i = 0; i < h->segments; i += 1)
		if (s[i].type == ELF_LOAD)
			end = page_up(base + s[i].address + s[i].memory_bytes);
	return (struct vanish){ .from = base,
		.before = page - base,
		.behind = page + VANISH_PAGE,
		.rest = end - page - VANISH_PAGE };
}

/* From well below the stack pointer to the end of the program's name, which is the last thing on it. */
static struct region own_stack(const struct entry *e)
{
	u64 from = ((u64)e->arguments - (256u << 10)) / SPT_PAGE * SPT_PAGE;
	u64 to = page_up(e->stack_top + zero_text((const char *)e->stack_top).n + 1);

	return (struct region){ from, to - from };
}

_Noreturn void entry_main(const struct entry *e)
{
	static const struct command_kind kind = {
		.help = { (const u8 *)help, sizeof help - 1 },
		.value = TEXT("--mem"),
		.flag = TEXT("--verbose"),
		.io = TEXT("--io"),
		.tender = true,
	};
	struct attach_names names;
	struct places places;

	if (!solo5_respell(&words, e->arguments[0] ? e->arguments + 1 : e->arguments))
		die(text("an option has no name or value, or there are more than 256 words"), view_none(), 0,
			text("--platform-help shows the options"));
	command_read(&command, &kind, words.word);
	if (command.image.n == 0)
		die(text("which image?"), view_none(), 0, text("spt --platform-help shows the options"));
	spt_solo5(&command);
	load_open(&load, command.image, text("spt"), SPT_VERSION);
	load_names(&load, &names);
	names.all = true;
	attach(&attached, &names, &command);
	if (command.uring)
		attach_uring();
	image_base = spt_map(&load);
	map_places(&places);
	check_memory(bill(&places));
	last.handlers = find_handlers();

	i32 statm = (i32)linux_open("/proc/self/statm", OPEN_RDONLY, 0);

	write_boot(&places, e, statm);
	last.vanish = whole_program(e->base);
	last.vanish.pc = image_base + load.file.entry;
	last.vanish.sp = places.stack.at + places.stack.bytes;
	last.vanish.argument = places.boot.at;
	last.signal_stack = span_of(((struct shared *)places.shared.at)->signal_stack);
	last.stack = own_stack(e);
	make_filter(statm, &last.vanish);
	give_up(statm);
	cpu_continue((u64)leave, last.vanish.sp, 0);
}
