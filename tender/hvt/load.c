/* load.c - see load.h. */
#include "tender/hvt/load.h"
#include "plat/linux/elf.h"
#include "plat/linux/say.h"
#include "tender/load.h"

static struct load file; /* what it says of itself: the names of its devices lie here */

static _Noreturn void refuse(struct view why)
{
	die(text("cannot run"), file.path, 0, why);
}

static bool read_all(struct span to, u64 at)
{
	while (to.n > 0) {
		long n = linux_pread(file.fd, to, at);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return false;
		to = span_from(to, (usize)n);
		at += (u64)n;
	}
	return true;
}

/* ---- relocation: the image lies at one address here, and at another in the guest ---- */

enum { DYNAMIC_BYTES = 16, RELA_BYTES = 24 };

static void relocate_words(const struct image_file *f, struct span memory, struct view table, u64 base)
{
	struct reader r = reader_of(table);

	while (read_left(&r) >= RELA_BYTES) {
		u64 at = read_le64(&r), info = read_le64(&r), addend = read_le64(&r);

		if ((u32)info != CPU_RELATIVE || !image_file_has(f, at, sizeof(u64), true))
			refuse(text("it has a relocation that is not an address in its data"));

		struct writer w = writer_of(span_first(span_from(memory, (usize)at), sizeof(u64)));

		write_le64(&w, base + addend);
	}
}

static void relocate(const struct image_file *f, struct span memory, u64 base)
{
	struct reader r = reader_of(
		view_first(view_from(span_view(memory), (usize)f->dynamic), (usize)f->dynamic_bytes));
	u64 table = 0, bytes = 0;

	while (read_left(&r) >= DYNAMIC_BYTES) {
		u64 tag = read_le64(&r), value = read_le64(&r);

		if (tag == ELF_DT_END)
			break;
		table = tag == ELF_DT_RELA ? value : table;
		bytes = tag == ELF_DT_RELASZ ? value : bytes;
		if (tag == ELF_DT_RELR)
			refuse(text("it has packed relocations"));
	}
	if (bytes == 0)
		return;
	if (!image_file_has(f, table, bytes, false))
		refuse(image_file_verdict_text(IMAGE_FILE_RANGE));
	relocate_words(f, memory, view_first(view_from(span_view(memory), (usize)table), (usize)bytes), base);
}

/* Segments straight from the file into place. */
static void fill_image(struct guest *g, struct span memory, u64 base)
{
	for (u32 i = 0; i < g->image.segments; i += 1) {
		const struct image_segment *s = &g->image.segment[i];

		if (!read_all(span_first(span_from(memory, (usize)s->address), (usize)s->file_bytes),
			    s->offset))
			refuse(image_file_verdict_text(IMAGE_FILE_CUT));
	}
	relocate(&g->image, memory, base);
}

/* ---- the rest of its memory ---- */

static struct view ring(struct guest *g, u32 area, struct hvt_ring *out)
{
	const struct memory_area *a = &g->memory.area[area];

	*out = (struct hvt_ring){ a->at, (u32)a->bytes, 0 };
	return span_view(memory_of(g->all, a));
}

/* The words, each with a zero behind it; read-only to the image. */
static void lay_arguments(struct guest *g, const struct guest_wants *wants)
{
	const struct memory_area *a = &g->memory.area[PLAN_WORDS];
	struct writer w = writer_of(memory_of(g->all, a));

	for (u32 i = 0; i < wants->arguments; i += 1) {
		write_view(&w, wants->argument[i]);
		write_u8(&w, 0);
	}
	if (write_bad(&w))
		die(text("the image's arguments are longer than 16 KB"), view_none(), 0, view_none());
	g->host->arguments = a->at;
	g->host->argument_bytes = write_done(&w).n;
}

static void lay_shared(struct guest *g, const struct guest_wants *wants)
{
	const struct memory_area *host = &g->memory.area[PLAN_HOST];
	u64 host_at = host->at;

	g->host = (struct hvt_host *)(void *)memory_of(g->all, host).p;

	const struct memory_area *said = &g->memory.area[PLAN_SAID];

	g->said = (const volatile struct hvt_guest *)(const void *)memory_of(g->all, said).p;
	*g->host = (struct hvt_host){
		.version = HVT_VERSION,
		.ports = g->ports,
		.disks = g->disks,
		.guest = said->at,
		.doorbell = g->memory.doorbell,
	};
	lay_arguments(g, wants);
	g->console_ring = ring(g, PLAN_CONSOLE, &g->host->console);
	g->console = frames_reader_make(PLAN_CONSOLE_BYTES);
	if (wants->log) {
		g->log_ring = ring(g, plan_log(g->ports), &g->host->log);
		g->log = frames_reader_make(PLAN_LOG_BYTES);
	}
	for (u32 i = 0; i < g->ports; i += 1) {
		struct guest_port *p = &g->port[i];
		struct view rx = ring(g, plan_rx(i), &g->host->port[i].rx);

		p->rx = frames_writer_make(PLAN_RING_BYTES);
		p->tx = frames_reader_make(PLAN_RING_BYTES);
		p->rx_ring = span_make((void *)rx.p, rx.n);
		p->tx_ring = ring(g, plan_tx(i), &g->host->port[i].tx);
	}
	g->host_at = host_at;
}

/* The plan, and just as much memory. */
static void take_memory(struct guest *g, bool log)
{
	struct plan plan = { g->image.bytes, g->ports, log };
	u64 random[MEMORY_GROUPS + 1];

	if (cpu_call3(CALL_GETRANDOM, (long)random, sizeof random, 0) != (long)sizeof random)
		die(text("the kernel has no randomness yet"), view_none(), 0, view_none());
	plan_make(&g->memory, &plan, random);

	long at = linux_map(0, (usize)g->memory.bytes, PROTECT_READ | PROTECT_WRITE, MAP_NORESERVE);

	if (at < 0 && at > -4096)
		die(text("no memory for the image"), view_none(), at, text("is there a limit (ulimit -v)?"));
	g->all = span_make((void *)at, (usize)g->memory.bytes);
}

void guest_load(struct guest *g, const struct guest_wants *wants, struct attach_names *names)
{
	if (wants->file.n == 0)
		die(text("which image?"), view_none(), 0, text("hvt --platform-help shows the options"));
	load_open(&file, wants->file, text("hvt"), HVT_VERSION);
	load_names(&file, names);
	g->ports = names->ports;
	g->disks = names->disks;
	g->file = wants->file;
	g->image = file.file;

	take_memory(g, wants->log);

	const struct memory_area *image = &g->memory.area[PLAN_IMAGE];
	struct span image_memory = memory_of(g->all, image);
	u64 base = image->at;

	fill_image(g, image_memory, base);
	linux_close(file.fd);

	const struct memory_area *stack = &g->memory.area[PLAN_STACK];

	g->stack = stack->at + stack->bytes;
	g->entry = base + g->image.entry;
	lay_shared(g, wants);
	if (wants->memory_most != 0 && wants->memory_most < g->memory.bytes)
		die(text("--mem: the image needs more:"), wants->file, 0,
			text("fata describe says what; leave --mem out to grant exactly that"));
	g->host->memory_bytes = g->memory.bytes;
	tables_make(g->all, &g->memory, &g->image);
}
