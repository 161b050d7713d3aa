/* plan.c - see plan.h. */
#include "tool/plan.h"
#include "tool/files.h"
#include "tool/foreign.h"
#include "tool/generate.h"
#include "tool/include.h"
#include "tool/process.h"
#include "tool/trouble.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct plan {
	struct tree *tree;
	struct text ninja;
	struct words outputs;  /* edges written, a set */
	struct words compiled; /* sources in compile_commands.json, a set */
	struct words flags;    /* the compiler and its flags for each of them */
	struct text commands;
};

/* One at a time: two commands in one tree would write each other's build.ninja,
 * and ninja its log. Held from planning to the end of the build. */
static int lock = -1;

static void take_lock(void)
{
	if (lock >= 0)
		return;
	make_folders("out");
	lock = open("out/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (lock < 0)
		stop_with("out/.lock: %s", strerror(errno));
	if (flock(lock, LOCK_EX | LOCK_NB) == 0)
		return;
	fputs("fata: waiting for another build in this tree\n", stderr);
	while (flock(lock, LOCK_EX) != 0 && errno == EINTR)
		continue;
}

static void drop_lock(void)
{
	close(lock);
	lock = -1;
}

/* A path in build.ninja. */
static char *escaped(const char *path)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (; *path; path += 1)
		text_add(&t, "%s%c", strchr("$ :", *path) ? "$" : "", *path);
	return t.at;
}

/* A word of a command in build.ninja. */
static char *shell_word(const char *word)
{
	struct text t = { 0 };

	text_add(&t, "'");
	for (; *word; word += 1)
		text_add(&t, *word == '\'' ? "'\\''" : *word == '$' ? "$$" : "%c", *word);
	text_add(&t, "'");
	return t.at;
}

static char *json(const char *s)
{
	struct text t = { 0 };

	text_add(&t, "%s", "");
	for (; *s; s += 1) {
		if (*s == '"' || *s == '\\')
			text_add(&t, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			text_add(&t, "\\u%04x", *s);
		else
			text_add(&t, "%c", *s);
	}
	return t.at;
}

static const char *objects_name(const struct target *t)
{
	return t->objects ? t->objects : t->name;
}

static char *object_in(const char *folder, const char *source)
{
	char *place = form("%s", source);

	if (starts_with(place, "out/"))
		place += 4;
	else if (*place == '/' || starts_with(place, "../"))
		place = form("outside/%s/%s", path_name(path_folder(place)), path_name(place));
	char *dot = strrchr(place, '.');
	return form("%s/%.*s.o", folder, (int)(dot - place), place);
}

char *object_of(const struct target *t, const char *source)
{
	return object_in(form("out/%s/obj", objects_name(t)), source);
}

/* What needs neither a C library nor a machine is compiled once for all programs that have one. */
static const struct target *compiled_as(const struct target *t, const char *source)
{
	static const char *const cores[] = { "base/", "lib/", "stack/", "out/src/" };

	for (size_t i = 0; t->cores && i < sizeof cores / sizeof cores[0]; i += 1)
		if (starts_with(source, cores[i]))
			return target_find(t->cores);
	return t;
}

static void write_compile_rules(struct plan *p, const struct target *t)
{
	const char *name = objects_name(t), *end = "  depfile = $out.d\n  deps = gcc\n";

	text_add(&p->ninja, "rule compile_%s\n  command = %s %s $also -MMD -MF $out.d -c $in -o $out\n%s",
		name, t->compiler, t->compile, end);
	text_add(&p->ninja, "  description = %s: $in\n", name);
}

static void write_rules(struct plan *p)
{
	struct words compiled = { 0 };

	text_add(&p->ninja,
		"# build.ninja - made by fata from manifests and includes; read it, do not change it.\n"
		"# The targets' flags are in tool/targets.c.\n\nninja_required_version = 1.10\n"
		"builddir = out\n\n");
	for (const struct target *t = targets; t->name; t += 1) {
		text_add(&p->ninja, "# %s: %s\n", t->name, t->about);
		if (words_add_new(&compiled, objects_name(t)))
			write_compile_rules(p, t);
		if (*t->link)
			text_add(&p->ninja,
				"rule link_%s\n  command = %s %s $in $libraries -o $out\n  description = %s: "
				"$out\n",
				t->name, t->compiler, t->link, t->name);
		text_add(&p->ninja, "\n");
	}
	/* A module for a thin link is two in one file: the first is the code. */
	text_add(&p->ninja, "rule part\n  command = llvm-modextract-19 -n 0 -b $in -o $out\n"
			    "  description = part: $in\n\n");
	text_add(&p->ninja,
		"rule merge\n  command = llvm-link-19 $in -o $out.bc && clang-19 -O0 -flto=thin "
		"-fsanitize=cfi-icall -fno-sanitize-ignorelist -x ir -c $out.bc -o $out && rm $out.bc\n"
		"  description = merge: $out\n\n");
	text_add(&p->ninja, "rule strip\n  command = llvm-objcopy-19 --strip-all --strip-sections $in $out\n"
			    "  description = strip: $out\n\n");
	text_add(&p->ninja, "# a folder becomes one file that an image can serve from: lib/kv\n"
			    "rule pack\n  command = out/fata pack --deps=$out.d $arguments $out\n"
			    "  depfile = $out.d\n  deps = gcc\n  description = pack: $out\n\n");
}

static void add_command(struct plan *p, const struct target *t, const char *source, const char *also)
{
	if (!words_add_new(&p->compiled, source))
		return;
	words_add(&p->flags, form("%s %s %s", t->compiler, t->compile, also));
	struct text plain = { 0 };
	for (const char *c = t->compile; *c; c += 1) /* ninja's $$ is the shell's $ */
		text_add(&plain, "%c", *(c[0] == '$' && c[1] == '$' ? ++c : c));
	text_add(&p->commands,
		"%s{ \"directory\": \"%s\", \"file\": \"%s\",\n  \"command\": \"%s %s %s -c %s\" }",
		p->commands.n ? ",\n" : "", json(root_path()), json(source), t->compiler, json(plain.at),
		json(also), json(form("'%s'", source)));
}

/* How a source is compiled for what is made of it. */
struct use {
	const char *generated; /* where the image's generated headers are; null: none needed */
	const char *ready;     /* files that must be there first; null: none */
};

/* One object, however many take it. */
static char *compile(struct plan *p, const struct target *user, const char *source, struct use use)
{
	const struct target *t = compiled_as(user, source);
	char *object = object_of(t, source);
	char *also = use.generated ? form("-iquote %s ", use.generated) : form("%s", "");
	bool its = false;
	const struct foreign *f = foreign_owner(source, &its);

	if (!words_add_new(&p->outputs, object))
		return object;
	if (t->pace[target_pace(source)])
		also = form("%s%s", also, t->pace[target_pace(source)]);
	if (f)
		also = form("%s%s%s", also, f->flags, its ? "-w " : "");
	if (ends_with(source, ".S"))
		also = form("%s-Wno-unused-command-line-argument ", also);
	text_add(&p->ninja, "build %s: compile_%s %s%s%s\n", escaped(object), objects_name(t),
		escaped(source), use.ready ? " | " : "", use.ready ? use.ready : "");
	if (*also)
		text_add(&p->ninja, "  also = %s\n", also);
	if (!its && ends_with(source, ".c"))
		add_command(p, t, source, also);
	return object;
}

/* What is linked to one output. */
struct inputs {
	struct words objects, merged; /* the latter become one object first */
	struct words libraries;       /* and what else is said to the link */
	const char *pool;             /* of links that never run at once; null: none */
};

/* The module in an object, to be merged with others. */
static char *part_of(struct plan *p, const struct target *t, const char *source, const char *object)
{
	char *part = object_in(form("out/%s/part", objects_name(t)), source);

	if (words_add_new(&p->outputs, part))
		text_add(&p->ninja, "build %s: part %s\n", escaped(part), escaped(object));
	return part;
}

static char *list_of(const struct words *objects)
{
	struct text list = { 0 };

	text_add(&list, "%s", "");
	for (size_t i = 0; i < objects->n; i += 1)
		text_add(&list, " $\n    %s", escaped(objects->at[i]));
	return list.at;
}

static void link_all(struct plan *p, const struct target *t, const char *output, struct inputs *inputs)
{
	if (!words_add_new(&p->outputs, output))
		return;
	if (inputs->merged.n) {
		char *merged = form("%s/%s.merged.o", path_folder(output), path_stem(output));
		text_add(&p->ninja, "build %s: merge%s\n", escaped(merged), list_of(&inputs->merged));
		words_add(&inputs->objects, merged);
	}
	text_add(&p->ninja, "build %s: link_%s%s%s%s\n", escaped(output), t->name, list_of(&inputs->objects),
		t->script ? " | " : "", t->script ? t->script : "");
	if (inputs->libraries.n)
		text_add(&p->ninja, "  libraries = %s\n", words_join(&inputs->libraries, " "));
	if (inputs->pool)
		text_add(&p->ninja, "  pool = %s\n", inputs->pool);
}

/* The packed folders of a manifest, as outputs. */
static char *plan_packs(struct plan *p, const struct manifest *m)
{
	struct words packs = { 0 };

	for (size_t i = 0; i < m->folder_count; i += 1) {
		const struct manifest_folder *f = &m->folders[i];
		char *output = generated_pack(m, f);
		words_add(&packs, escaped(output));
		if (!words_add_new(&p->outputs, output))
			continue;
		text_add(&p->ninja, "build %s: pack | out/fata\n  arguments = ", escaped(output));
		if (f->theme)
			text_add(&p->ninja, "%s %s ", shell_word(form("--pages=%s", f->theme)),
				shell_word(form("--title=%s", f->title ? f->title : m->name)));
		text_add(&p->ninja, "%s\n", shell_word(f->folder));
	}
	return words_join(&packs, " ");
}

void image_sources(
	struct sources *s, const struct manifest *m, const struct target *t, struct words *platform)
{
	struct words roots = image_roots(m);

	*platform = target_platform(t);
	*s = (struct sources){ .generated = generated_folder(m), .arch = t->arch };
	struct words none = { 0 };
	s->platform = t->kind == TARGET_SHARED ? &none : platform;
	for (size_t i = 0; i < roots.n; i += 1)
		sources_follow(s, roots.at[i]);
	if (t->generated)
		sources_follow(s, form("%s/%s", generated_folder(m), t->generated));
	s->platform = 0;
}

static void plan_image(struct plan *p, const struct manifest *m, const struct target *t)
{
	struct sources s;
	struct words platform;
	struct inputs inputs = { 0 };
	char *packs = plan_packs(p, m), *output = image_output(m, t), *symbols = image_symbols(m, t);
	char *generated = generated_folder(m);
	bool smallest = t->smallest && !m->parts.speed;

	image_sources(&s, m, t, &platform);
	text_add(&p->ninja, "\n# the image %s on %s\n", m->name, t->name);
	for (size_t i = 0; i < s.files.n; i += 1) {
		char *file = s.files.at[i];
		bool own = starts_with(file, form("%s/", m->folder));
		bool made = starts_with(file, form("%s/", generated));
		char *object = compile(p, t, file,
			(struct use){ own || made ? generated : 0,
				made && *packs && ends_with(file, "embed.S") ? packs : 0 });
		if (smallest && !own && ends_with(file, ".c"))
			words_add(&inputs.merged, part_of(p, t, file, object));
		else
			words_add(&inputs.objects, object);
	}
	inputs.pool = form("of_%s", m->name);
	if (smallest)
		words_add(&inputs.libraries, t->smallest);
	link_all(p, t, symbols, &inputs);
	if (strcmp(symbols, output) != 0)
		text_add(&p->ninja, "build %s: strip %s\n", escaped(output), escaped(symbols));
}

/* A hosted program: all its roots, with what their includes pull in. */
static void plan_program(
	struct plan *p, const struct target *t, const struct words *roots, const char *output)
{
	struct sources s = { .arch = "x86_64" };
	struct inputs inputs = { 0 };

	for (size_t i = 0; i < roots->n; i += 1)
		sources_follow(&s, roots->at[i]);
	for (size_t i = 0; i < s.files.n; i += 1)
		words_add(&inputs.objects, compile(p, t, s.files.at[i], (struct use){ 0 }));
	inputs.libraries = s.libraries;
	link_all(p, t, output, &inputs);
}

static void plan_programs(struct plan *p)
{
	const struct tree *tree = p->tree;

	text_add(&p->ninja, "\n# programs\n");
	for (size_t i = 0; i < tree->programs.n; i += 1) {
		char *program = tree->programs.at[i], *bytes = file_read(program, 0);
		struct words roots = folder_sources(path_folder(program));
		bool bare = bytes && !strstr(bytes, "\nint main(");
		plan_program(p, target_find(bare ? "bare" : "host"), &roots, program_output(program));
	}
	for (size_t i = 0; i < tree->libraries.n; i += 1) {
		struct words roots = { 0 };
		words_add(&roots, tree->libraries.at[i]);
		words_add(&roots, "test/panic.c");
		plan_program(p, target_find("library"), &roots, library_output(tree->libraries.at[i]));
	}
	for (size_t i = 0; i < tree->runners.n; i += 1) {
		char *folder = tree->runners.at[i];
		struct words roots = folder_sources(folder);
		plan_program(p, target_find("host"), &roots, runner_output(folder));
	}
}

static void plan_tests(struct plan *p)
{
	const struct tree *tree = p->tree;
	const struct target *test = target_find("test"), *fuzz = target_find("fuzz");

	text_add(&p->ninja, "\n# tests; fuzzers once to replay their corpus, once to look for more\n");
	for (size_t i = 0; i < tree->tests.n; i += 1) {
		struct words roots = { 0 };
		words_add(&roots, tree->tests.at[i]);
		plan_program(p, test, &roots, test_output(tree->tests.at[i]));
	}
	for (size_t i = 0; i < tree->fuzzers.n; i += 1) {
		struct words roots = { 0 };
		words_add(&roots, tree->fuzzers.at[i]);
		words_add(&roots, "test/panic.c");
		plan_program(p, fuzz, &roots, fuzzer_output(tree->fuzzers.at[i]));
		words_add(&roots, "test/corpus.c");
		plan_program(p, test, &roots, corpus_output(tree->fuzzers.at[i]));
	}
}

/* Every source of lib/ and base/ for itself: what `fata check` looks at. */
static void plan_pure(struct plan *p)
{
	const struct target *pure = target_find("pure");

	text_add(&p->ninja, "\n# objects to be looked at\n");
	for (size_t i = 0; i < p->tree->files.n; i += 1) {
		char *file = p->tree->files.at[i];
		if ((starts_with(file, "base/") || starts_with(file, "lib/")) && ends_with(file, ".c") &&
			is_source(file))
			compile(p, pure, file, (struct use){ 0 });
		const struct foreign *f =
			starts_with(file, "lib/") && ends_with(file, ".sources") ? foreign_of(file) : 0;
		for (size_t k = 0; f && k < f->source_count; k += 1)
			if (foreign_wanted(&f->sources[k], "x86_64"))
				compile(p, pure, f->sources[k].path, (struct use){ 0 });
	}
}

/* clang-tidy once for each source, remembered by an empty file. Plans of their
 * own: they take minutes, and nobody must wait for them to build. The analyzer
 * walks paths and costs fifty times the rest. */
static void plan_tidy(const struct plan *p, const char *name, const char *checks)
{
	struct text t = { 0 };

	text_add(&t,
		"# build.ninja - what `fata check %s` runs: made by fata\nbuilddir = out/%s\n\n"
		"rule tidy\n  command = $compile -MM -MT $out -MF $out.d $in && clang-tidy-19 --quiet "
		"'-checks=%s' -p . $in "
		"2>$out.said && touch $out || { cat $out.said; exit 1; }\n"
		"  depfile = $out.d\n  deps = gcc\n  description = %s: $in\n\n",
		name, name, checks, name);
	for (size_t i = 0; i < p->compiled.n; i += 1) {
		char *source = p->compiled.at[i];
		if (starts_with(source, "out/") || *source == '/' || starts_with(source, "../") ||
			starts_with(source, "test/") || ends_with(source, "_test.c"))
			continue;
		text_add(&t, "build %s: tidy %s | .clang-tidy\n  compile = %s\n",
			escaped(form("out/%s/%s.ok", name, source)), escaped(source), p->flags.at[i]);
	}
	file_write(form("out/%s/build.ninja", name), t.at, t.n);
}

void plan_write(struct tree *tree)
{
	struct plan p = { .tree = tree };

	take_lock();
	write_rules(&p);
	for (size_t i = 0; i < tree->image_count; i += 1) {
		generate(tree->images[i]);
		/* One after the other, an image's links find in the cache what the first one made. */
		text_add(&p.ninja, "\npool of_%s\n  depth = 1\n", tree->images[i]->name);
		for (const struct target *t = targets; t->name; t += 1)
			if (target_of_images(t))
				plan_image(&p, tree->images[i], t);
	}
	plan_programs(&p);
	plan_tests(&p);
	plan_pure(&p);
	plan_tidy(&p, "tidy", "-clang-analyzer-*");
	plan_tidy(&p, "analyze", "");
	file_write("out/build.ninja", p.ninja.at, p.ninja.n);

	char *commands = form("[\n%s\n]\n", p.commands.at ? p.commands.at : "");
	file_write("compile_commands.json", commands, strlen(commands));
}

static struct words ninja_command(const char *file, const struct words *outputs, bool keep_going)
{
	struct words command = { 0 };

	words_add(&command, "ninja");
	words_add(&command, "-f");
	words_add(&command, file);
	if (keep_going) {
		words_add(&command, "-k");
		words_add(&command, "0");
	}
	words_add_all(&command, outputs);
	return command;
}

/* What ninja says, with its "[3/20] unix: base/view.c" lines as one that moves
 * (on a terminal) or none; the rest, which is trouble, as it is. */
struct progress {
	struct text line;
	struct text *kept; /* or null: print */
	bool moving, shown;
};

static void progress_line(struct progress *p, const char *line)
{
	if (starts_with(line, "ninja: no work") || starts_with(line, "ninja: Entering"))
		return;
	if (*line == '[' && line[1] >= '0' && line[1] <= '9') {
		if (p->moving)
			fprintf(stderr, "\r\033[K%.100s", line);
		p->shown = p->moving;
		return;
	}
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
	if (p->kept)
		text_add(p->kept, "%s\n", line);
	else
		fprintf(stderr, "%s\n", line);
}

static int run_ninja(const struct words *command, struct text *kept)
{
	struct progress p = { .kept = kept, .moving = !kept && isatty(2) };
	struct process ninja = process_start(command, OUTPUT_KEPT, 0, false);
	char piece[4096];
	ssize_t n;

	while ((n = read(ninja.pipe, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < n; i += 1) {
			if (piece[i] != '\n') {
				text_add_bytes(&p.line, piece + i, 1);
				continue;
			}
			progress_line(&p, p.line.n ? p.line.at : "");
			p.line.n = 0;
		}
	}
	if (p.shown)
		fputs("\r\033[K", stderr);
	close(ninja.pipe);
	return process_wait(&ninja);
}

bool build(const struct words *outputs, bool keep_going)
{
	struct words command = ninja_command("out/build.ninja", outputs, keep_going);

	take_lock();
	int status = run_ninja(&command, 0);
	drop_lock();
	return status == 0;
}

bool build_kept(const struct words *outputs, char **said)
{
	struct words command = ninja_command("out/build.ninja", outputs, true);
	struct text kept = { 0 };

	text_add(&kept, "%s", "");
	take_lock();
	int status = run_ninja(&command, &kept);
	drop_lock();
	*said = kept.at;
	return status == 0;
}

bool tidy_kept(const char *name, char **said)
{
	struct words all = { 0 }, command = ninja_command(form("out/%s/build.ninja", name), &all, true);
	struct text kept = { 0 };

	text_add(&kept, "%s", "");
	if (lock >= 0)
		drop_lock();
	int status = run_ninja(&command, &kept);
	*said = kept.at;
	return status == 0;
}
