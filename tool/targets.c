/* targets.c - see targets.h.
 *
 * What the flags of images are for (doc/design.md, 6.4; measured in doc/decisions):
 *   -fsanitize=... with traps   bounds, overflow, shifts, division: an ud2 where C says "undefined"
 *   -fsanitize=cfi-icall, LTO   a call through a pointer reaches only functions of that type
 *   -ftrivial-auto-var-init     locals are zero, never somebody's old bytes
 *   -mstack-protector-guard     the canary is a variable: there is no thread block to keep it in
 *   -z separate-code, relro     no page is both writable and executable, tables become read-only
 */
#include "tool/targets.h"
#include "tool/files.h"
#include "tool/include.h"
#include "tool/trouble.h"
#include <string.h>

#define WARNINGS "-Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror "
#define LANGUAGE "-std=gnu11 -g -iquote . "
#define CLANG    LANGUAGE WARNINGS "-ffile-compilation-dir=. "
#define GCC      LANGUAGE "-Wall -Wextra -Werror -ffile-prefix-map=\"$$PWD\"=. "

#define TRAPS                                                                                                \
	"-fsanitize=bounds,signed-integer-overflow,shift,integer-divide-by-zero,return,unreachable,bool,"    \
	"enum,"                                                                                              \
	"vla-bound,cfi-icall -fsanitize-trap=all -fno-sanitize-ignorelist "
#define BELTS                                                                                                \
	"-fstack-protector-strong -mstack-protector-guard=global -ftrivial-auto-var-init=zero "              \
	"-fcf-protection=full "
#define FREESTANDING                                                                                         \
	"-ffreestanding -fvisibility=hidden -ffunction-sections -fdata-sections "                            \
	"-fno-asynchronous-unwind-tables "                                                                   \
	"-fomit-frame-pointer "
/* Images carry no tables for unwinding (tool/image.ld); equal functions are kept once. */
#define NO_UNWINDING "-Wl,--no-eh-frame-hdr,--icf=all "
#define ADDED_LAYOUT "-Wl,-T,tool/image.ld,-z,separate-code "
#define UNIX_LAYOUT                                                                                          \
	"-Wl,-T,tool/unix.ld,-z,noseparate-code " /* what separate-code is for it does by itself */
/* What is inlined when the image is linked: small functions, from other files too (LTO_LINK), but nothing with
 * large locals, which would make its caller's frame and all the offsets in it large. */
#define INLINING                                                                                             \
	"-Wl,-mllvm,-inline-threshold=60,-mllvm,-inline-max-stacksize=448,-mllvm,-split-spill-mode=size,"    \
	"-mllvm,-enable-pre=0 "
/* For images `without speed`: a fifth smaller, and a request costs a fifth more instructions. Inlined is only what
 * makes it smaller. Registers are handed out over calls: a caller spares only what its callee uses. Loops keep
 * inside them what costs more to carry round than to do again, blocks lie as they were written and end in one
 * place where they end alike, and what several functions have in common is one. */
#define SMALLEST                                                                                             \
	"-Wl,-mllvm,-import-instr-limit=0,-mllvm,-inline-threshold=-20,-mllvm,-inline-max-stacksize=600,"    \
	"-mllvm,-enable-ipra,-mllvm,-disable-machine-licm,-mllvm,-disable-licm-promotion,"                   \
	"-mllvm,-disable-block-placement,-mllvm,-enable-newgvn,-mllvm,-enable-gvn-hoist,"                    \
	"-mllvm,-disable-early-taildup,-mllvm,-disable-tail-duplicate,-mllvm,-enable-shrink-wrap=false,"     \
	"-mllvm,-enable-tail-merge,-mllvm,-tail-merge-size=1,-mllvm,-bonus-inst-threshold=0,"                \
	"-mllvm,-enable-merge-functions,-mllvm,-enable-machine-outliner=always "
/* How a file is compiled by its pace (below): what runs rarely is left to the linker to inline. */
#define BY_PACE { [PACE_PACKET] = "-Oz ", [PACE_RARE] = "-Oz -mllvm -inline-threshold=-16000 " }
/* Addresses to relocate as a bitmap, for programs that relocate themselves (plat/linux/entry.c). */
#define RELOCATIONS "-Wl,--pack-dyn-relocs=relr "
#define SECTIONS                                                                                             \
	"-Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack,-z,max-page-size=4096,"                            \
	"--build-id=sha1 "
/* The memory bill, as far as the linker knows it: what is mapped, and the stack. */
#define STACK 98304ul
#define BILL  "-Wl,--defsym=image_bill=_end-__executable_start+98304 "

/* An image is linked from a module for each source. The link optimises each by itself, with what it takes from
 * others (small functions), and keeps what becomes of it: after a change it looks at what changed, and targets
 * and images have in common what is the same (doc/decisions/0009). */
#define LTO "-O2 -flto=thin "
#define LTO_LINK                                                                                             \
	LTO "-Wl,--thinlto-cache-dir=out/cache,--thinlto-cache-policy=prune_after=168h:cache_size_bytes=1g " \
	    "-Wl,-mllvm,-import-instr-limit=12 "

/* What the image of every process is compiled and linked by. */
#define PROCESS CLANG FREESTANDING BELTS TRAPS LTO "-fPIE"
#define PROCESS_LINK                                                                                         \
	LTO_LINK "-nostdlib -static-pie -fuse-ld=lld -Wl,-O2 " TRAPS NO_UNWINDING INLINING SECTIONS

/* Solo5's images lie where they are linked: static, with a layout of their own (tool/solo5.ld). */
#define SOLO5_COMPILE CLANG FREESTANDING BELTS TRAPS LTO "-fno-pie "
#define SOLO5_LINK                                                                                           \
	LTO_LINK "-nostdlib -static -fuse-ld=lld -Wl,-O2 " TRAPS INLINING "-Wl,-T,tool/"                     \
		 "solo5.ld,--no-eh-frame-hdr,--icf=all,--gc-sections,-z,noexecstack,-z,max-page-size=4096,"  \
		 "--build-id=sha1 " BILL

/* The images that Solo5's tenders run, for those who deploy these; `fata run` uses our own tenders, which take them too. */
#define SOLO5(its, what, flags)                                                                              \
	{                                                                                                    \
		.name = "solo5-" its,                                                                        \
		.about = "what Solo5's " its " tender runs: " what " for those who deploy these",            \
		.kind = TARGET_IMAGE,                                                                        \
		.compiler = "clang-19",                                                                      \
		.folder = "solo5/" its,                                                                      \
		.arch = "x86_64",                                                                            \
		.compile = SOLO5_COMPILE flags,                                                              \
		.pace = BY_PACE,                                                                             \
		.link = SOLO5_LINK,                                                                          \
		.script = "tool/solo5.ld",                                                                   \
		.generated = "solo5.S",                                                                      \
		.by_name = true,                                                                             \
		.stack_bytes = STACK,                                                                        \
		.tender = "tender/" its,                                                                     \
	}

const struct target targets[] = {
	{
		.name = "unix",
		.about = "a Unix process without a C library",
		.kind = TARGET_IMAGE,
		.compiler = "clang-19",
		.folder = "unix",
		.arch = "x86_64",
		.strength = 1,
		.objects = "process",
		.compile = PROCESS,
		.pace = BY_PACE,
		.link = PROCESS_LINK UNIX_LAYOUT RELOCATIONS BILL,
		.smallest = SMALLEST,
		.script = "tool/unix.ld",
		.stack_bytes = STACK,
	},
	{
		.name = "spt",
		.about = "a process that may use its devices and nothing else: a sandbox",
		.kind = TARGET_IMAGE,
		.compiler = "clang-19",
		.folder = "spt",
		.arch = "x86_64",
		.strength = 2,
		.objects = "process",
		.compile = PROCESS,
		.pace = BY_PACE,
		.link = PROCESS_LINK ADDED_LAYOUT "-Wl,-e,spt_start " BILL,
		.stack_bytes = STACK,
		.tender = "tender/spt",
	},
	{
		.name = "unix-gcc",
		.about = "the same by gcc: a second opinion",
		.kind = TARGET_IMAGE,
		.compiler = "gcc",
		.folder = "unix",
		.arch = "x86_64",
		.compile = GCC FREESTANDING BELTS
		"-O2 -fPIE --param=min-pagesize=0 "
		"-fsanitize=bounds,signed-integer-overflow,shift,integer-divide-by-zero,return,"
		"unreachable,bool,enum,vla-bound -fsanitize-undefined-trap-on-error",
		.link = "-nostdlib -static-pie -Wl,-z,separate-code " SECTIONS BILL,
		.by_name = true,
		.stack_bytes = STACK,
	},
	{
		.name = "hvt",
		.about = "a KVM guest without privileges, run by its tender",
		.kind = TARGET_IMAGE,
		.compiler = "clang-19",
		.folder = "hvt",
		.arch = "x86_64",
		.strength = 3,
		.objects = "process",
		.compile = PROCESS,
		.pace = BY_PACE,
		.link = PROCESS_LINK ADDED_LAYOUT BILL,
		.stack_bytes = STACK,
		.tender = "tender/hvt",
		.needs = "/dev/kvm",
	},
	{
		.name = "sim",
		.about = "many images in one process: virtual time, a network and disks that fail, one seed",
		.kind = TARGET_SHARED,
		.compiler = "clang-19",
		.folder = "sim",
		.arch = "x86_64",
		.compile =
			CLANG FREESTANDING "-O2 -fPIC -fstack-protector-strong -ftrivial-auto-var-init=zero",
		.link = "-nostdlib -shared -fuse-ld=lld "
			"-Wl,-Bsymbolic,--version-script=tool/sim.map,-z,separate-code " SECTIONS BILL,
		.script = "tool/sim.map",
		.stack_bytes = STACK,
	},
	SOLO5("hvt", "a virtual machine", "-mno-red-zone -mgeneral-regs-only"),
	SOLO5("spt", "a sandboxed process", ""),
	{
		.name = "bare",
		.about = "tenders: programs without a C library",
		.kind = TARGET_BARE,
		.compiler = "clang-19",
		.objects = "process",
		.compile = PROCESS,
		.pace = BY_PACE,
		.link = PROCESS_LINK ADDED_LAYOUT RELOCATIONS,
	},
	{
		.name = "host",
		.about = "programs of the tool, with a C library",
		.kind = TARGET_HOSTED,
		.compiler = "clang-19",
		.cores = "sim",
		.compile = CLANG "-O2 -D_GNU_SOURCE -fPIE -fstack-protector-strong",
		.link = "-pie -rdynamic -fuse-ld=lld -Wl,--build-id=sha1",
	},
	{
		.name = "library",
		.about = "shared libraries for programs of others, with a C library",
		.kind = TARGET_HOSTED,
		.compiler = "clang-19",
		.cores = "sim",
		.compile = CLANG "-O2 -D_GNU_SOURCE -fPIC -fvisibility=hidden -fstack-protector-strong",
		.link = "-shared -fuse-ld=lld -Wl,-z,defs,-Bsymbolic,--gc-sections,"
			"--version-script=tool/library.map,-z,relro,-z,now,--build-id=sha1",
		.script = "tool/library.map",
	},
	{
		.name = "test",
		.about = "tests, with every sanitizer",
		.kind = TARGET_HOSTED,
		.compiler = "clang-19",
		.compile = CLANG "-O1 -D_GNU_SOURCE -fno-omit-frame-pointer -fsanitize=address,undefined "
				 "-fno-sanitize-recover=all -Wno-missing-prototypes",
		.link = "-fuse-ld=lld -fsanitize=address,undefined",
	},
	{
		.name = "fuzz",
		.about = "fuzzers, with every sanitizer and coverage",
		.kind = TARGET_HOSTED,
		.compiler = "clang-19",
		.compile = CLANG
		"-O1 -D_GNU_SOURCE -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined "
		"-fno-sanitize-recover=all -Wno-missing-prototypes",
		.link = "-fuse-ld=lld -fsanitize=fuzzer,address,undefined",
	},
	{
		.name = "pure",
		.about = "objects of lib/ and base/, to see what they refer to",
		.kind = TARGET_CHECK,
		.compiler = "clang-19",
		.compile = CLANG FREESTANDING "-O2",
		.link = "",
	},
	{ .name = 0 },
};

/* How often what is in a source runs, by the prefix of its name: the first that fits. A request through
 * what is compiled for size executes as many instructions as before, and it is half as large; where
 * a file's own small functions are left to the linker to inline they do cost some (bench/icount). */
static const struct {
	const char *prefix;
	enum target_pace pace;
} paces[] = {
	{ "base/mem.c", PACE_BYTES },
	{ "base/sum.c", PACE_BYTES },
	{ "lib/http/http.c", PACE_BYTES },
	{ "out/src/boringssl/src/crypto/chacha/", PACE_RARE }, /* the generator's */
	{ "out/src/", PACE_BYTES },
	{ "base/", PACE_PACKET },
	{ "lib/eth/", PACE_PACKET },
	{ "lib/http/", PACE_PACKET },
	{ "lib/ip/ip.c", PACE_PACKET },
	{ "lib/ip4/", PACE_PACKET },
	{ "lib/ip6/", PACE_PACKET },
	{ "lib/kv/", PACE_PACKET },
	{ "lib/siphash/", PACE_PACKET },
	{ "lib/tcp/", PACE_PACKET },
	{ "lib/udp/", PACE_PACKET },
	{ "plat/linux/port", PACE_PACKET },
	{ "stack/flow", PACE_PACKET },
	{ "stack/host_frame.c", PACE_PACKET },
	{ "stack/host_out.c", PACE_PACKET },
	{ "stack/http", PACE_PACKET },
	{ "test/probe/", PACE_PACKET }, /* a fault's place is then in the attempt that made it */
	{ "", PACE_RARE },
};

enum target_pace target_pace(const char *source)
{
	size_t i = 0;

	while (strncmp(source, paces[i].prefix, strlen(paces[i].prefix)) != 0)
		i += 1;
	return paces[i].pace;
}

bool target_of_images(const struct target *t)
{
	return t->kind == TARGET_IMAGE || t->kind == TARGET_SHARED;
}

const struct target *target_find(const char *name)
{
	for (const struct target *t = targets; t->name; t += 1)
		if (strcmp(t->name, name) == 0)
			return t;
	return 0;
}

const struct target *target_need(const char *verb, const char *name)
{
	const struct target *found = target_find(name);
	struct words known = { 0 };

	for (const struct target *t = targets; t->name; t += 1)
		if (target_of_images(t))
			words_add(&known, t->name);
	if (!found || !words_have(&known, name))
		usage_error(verb, "there is no target '%s'%s (there are %s)", name, suggestion(name, &known),
			words_join(&known, " "));
	return found;
}

struct words target_platform(const struct target *t)
{
	struct words sources = { 0 };

	if (!t->folder)
		return sources;
	sources = folder_sources(form("plat/%s", t->folder));
	struct words cpu = folder_sources(form("plat/%s/cpu/%s", t->folder, t->arch));
	words_add_all(&sources, &cpu);
	return sources;
}
