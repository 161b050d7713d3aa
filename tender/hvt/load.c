/* load.c - see load.h. */
#include "tender/hvt/load.h"
#include "plat/linux/say.h"

enum { MACHINE_ELF = CPU_ELF_MACHINE, MEMORY_SPARE = 4 << 20 };

static _Noreturn void refuse(struct view file, struct view why)
{
	die(text("this is no image for hvt:"), file, 0, why);
}

static bool read_all(i32 fd, struct span to, u64 at)
{
	while (to.n > 0) {
		long n = linux_pread(fd, to, at);

		if (n == -ERROR_INTR)
			continue;
		if (n <= 0)
			return false;
		to = span_from(to, (usize)n);
		at += (u64)n;
	}
	return true;
}

static i32 open_image(struct guest *g, struct view file)
{
	char path[4096];
	u8 head[IMAGE_HEAD_BYTES];

	if (!zero_string(span_of(path), file))
		die(text("not the name of a file:"), file, 0, view_none());

	long fd = linux_open(path, OPEN_RDONLY, 0);
	long size = fd < 0 ? fd : cpu_call3(CALL_LSEEK, fd, 0, SEEK_TO_END);

	if (size < 0)
		die(text("cannot open the image"), file, size, text("fata build NAME hvt makes one"));

	struct span beginning = span_first(span_of(head), (usize)size);

	if (!read_all((i32)fd, beginning, 0))
		die(text("cannot read the image"), file, 0, view_none());

	enum image_verdict v = image_read(span_view(beginning), (u64)size, MACHINE_ELF, &g->image);

	if (v != IMAGE_OK)
		refuse(file, image_verdict_text(v));
	return (i32)fd;
}

/* Segments straight from the file into place; the note is read, and the image relocated. */
static void fill_image(struct guest *g, const struct guest_wants *wants, i32 fd, struct span memory, u64 base)
{
	static u8 note[16u << 10]; /* a copy: what is granted must not change */

	for (u32 i = 0; i < g->image.segments; i += 1) {
		const struct image_segment *s = &g->image.segment[i];
		struct span to = span_first(span_from(memory, (usize)s->address), (usize)s->file_bytes);

		if (!read_all(fd, to, s->offset))
			refuse(wants->file, image_verdict_text(IMAGE_CUT_OFF));
	}

	enum image_verdict v = image_link(&g->image, memory, base);

	if (v != IMAGE_OK)
		refuse(wants->file, image_verdict_text(v));

	struct view manifest = image_note(&g->image, span_view(memory), text("fata"), IMAGE_NOTE_MANIFEST);
	usize n = copy(span_of(note), manifest);

	if (n < manifest.n || !manifest_parse(view_make(note, n), &g->manifest))
		refuse(wants->file, text("its manifest is missing or not one that a tender grants"));
}

static struct view ring(struct guest *g, u64 bytes, bool write, struct hvt_ring *out)
{
	const struct memory_area *a = memory_add(&g->memory, MEMORY_SHARED, bytes, write);

	*out = (struct hvt_ring){ a->at, (u32)a->bytes, 0 };
	return span_view(memory_of(g->all, a));
}

/* The words, each with a zero behind it; read-only to the image. */
static void lay_arguments(struct guest *g, const struct guest_wants *wants)
{
	const struct memory_area *a = memory_add(&g->memory, MEMORY_SHARED, GUEST_ARGUMENTS, false);
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
	const struct memory_area *host = memory_add(&g->memory, MEMORY_SHARED, HVT_PAGE_BYTES, false);
	u64 host_at = host->at;

	g->host = (struct hvt_host *)(void *)memory_of(g->all, host).p;

	const struct memory_area *said = memory_add(&g->memory, MEMORY_SHARED, HVT_PAGE_BYTES, true);

	g->said = (const volatile struct hvt_guest *)(const void *)memory_of(g->all, said).p;
	*g->host = (struct hvt_host){
		.version = HVT_VERSION,
		.ports = g->manifest.ports,
		.disks = g->manifest.disks,
		.guest = said->at,
		.doorbell = g->memory.doorbell,
	};
	lay_arguments(g, wants);
	g->console_ring = ring(g, GUEST_CONSOLE_BYTES, true, &g->host->console);
	g->console = frames_reader_make(GUEST_CONSOLE_BYTES);
	if (wants->log) {
		g->log_ring = ring(g, GUEST_LOG_BYTES, true, &g->host->log);
		g->log = frames_reader_make(GUEST_LOG_BYTES);
	}
	for (u32 i = 0; i < g->manifest.ports; i += 1) {
		struct guest_port *p = &g->port[i];
		struct view rx = ring(g, GUEST_RING_BYTES, false, &g->host->port[i].rx);

		p->rx = frames_writer_make(GUEST_RING_BYTES);
		p->tx = frames_reader_make(GUEST_RING_BYTES);
		p->rx_ring = span_make((void *)rx.p, rx.n);
		p->tx_ring = ring(g, GUEST_RING_BYTES, true, &g->host->port[i].tx);
	}
	g->host_at = host_at;
}

/* The manifest is only known when the image is in memory, so room is taken for
 * all the ports an image can have; what is not used is never touched. */
static void take_memory(struct guest *g, u64 most)
{
	long at = cpu_call6(CALL_MMAP, 0, (long)most, PROTECT_READ | PROTECT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at < 0 && at > -4096)
		die(text("no memory for the image"), view_none(), at, text("is there a limit (ulimit -v)?"));
	g->all = span_make((void *)at, (usize)most);
}

void guest_load(struct guest *g, const struct guest_wants *wants)
{
	u64 random[MEMORY_GROUPS + 1];

	g->file = wants->file;

	i32 fd = open_image(g, wants->file);
	u64 most = g->image.bytes + GUEST_STACK_BYTES + MEMORY_SPARE +
		   HVT_PORTS * 2u * (GUEST_RING_BYTES + MEMORY_PAGE);

	if (cpu_call3(CALL_GETRANDOM, (long)random, sizeof random, 0) != (long)sizeof random)
		die(text("the kernel has no randomness yet"), view_none(), 0, view_none());
	memory_begin(&g->memory, most, random);
	take_memory(g, most + g->memory.processor_bytes);

	const struct memory_area *image = memory_add(&g->memory, MEMORY_IMAGE, g->image.bytes, false);
	struct span image_memory = memory_of(g->all, image);
	u64 base = image->at;

	fill_image(g, wants, fd, image_memory, base);
	linux_close(fd);

	const struct memory_area *stack = memory_add(&g->memory, MEMORY_STACK, GUEST_STACK_BYTES, true);

	g->stack = stack->at + stack->bytes;
	g->entry = base + g->image.entry;
	lay_shared(g, wants);
	if (wants->memory_most != 0 && wants->memory_most < g->memory.bytes)
		die(text("--mem: the image needs more:"), wants->file, 0,
			text("fata describe says what; leave --mem out to grant exactly that"));
	g->host->memory_bytes = g->memory.bytes;
	g->all = span_first(g->all, (usize)g->memory.bytes);
	tables_make(g->all, &g->memory, &g->image);
}
