/* command.c - see command.h. */
#include "plat/linux/command.h"
#include "base/format.h"
#include "lib/parts/parts.h"
#include "plat/linux/attach.h"
#include "plat/linux/say.h"

enum option {
	OPTION_NET,
	OPTION_BLOCK,
	OPTION_IO,
	OPTION_STOP,
	OPTION_RECORD,
	OPTION_PCAP,
	OPTION_HELP,
	OPTION_VALUE,
	OPTION_FILE,
	OPTION_PORT,
	OPTION_FLAG,
	OPTION_OTHER
};

static struct view option_text(enum option o, const struct command_kind *kind)
{
	switch (o) {
	case OPTION_NET: return text("--net");
	case OPTION_BLOCK: return text("--block");
	case OPTION_IO: return image_parts.uring ? kind->io : view_none();
	case OPTION_STOP: return text("--stop-after");
	case OPTION_RECORD: return text("--record");
	case OPTION_PCAP: return text("--pcap");
	case OPTION_HELP: return image_parts.advice ? text("--platform-help") : view_none();
	case OPTION_VALUE: return kind->value;
	case OPTION_FILE: return kind->file;
	case OPTION_PORT: return kind->port;
	case OPTION_FLAG: return kind->flag;
	default: return view_none();
	}
}

static void take(struct command *o, enum option which, struct view value)
{
	struct reader r = reader_of(value);
	u64 number;

	switch (which) {
	case OPTION_NET:
		if (o->nets == ATTACH_PORTS)
			die(text("too many --net:"), value, 0, text("this platform has room for 8 ports"));
		o->net[o->nets] = value;
		o->nets += 1;
		break;
	case OPTION_BLOCK:
		if (!image_parts.disks)
			die(text("this image has no disk: --block"), value, 0, view_none());
		if (o->blocks == COMMAND_BLOCKS)
			die(text("too many --block:"), value, 0, text("no image has more than 63 disks"));
		o->block[o->blocks] = value;
		o->blocks += 1;
		break;
	case OPTION_IO:
		if (!image_parts.uring)
			break;
		o->uring = view_equal(value, text("uring"));
		if (!o->uring && !view_equal(value, text("plain")))
			die(text("--io"), value, 0, text("uring or plain"));
		break;
	case OPTION_STOP:
		if (!read_decimal(&r, 86400, &number) || !read_finished(&r))
			die(text("--stop-after"), value, 0, text("give whole seconds, up to 86400 (a day)"));
		o->stop_ns = number * NS_PER_S;
		break;
	case OPTION_RECORD:
		if (!image_parts.recording)
			attach_without(text("--record"));
		o->record = value;
		break;
	case OPTION_PCAP:
		if (!image_parts.captures)
			attach_without(text("--pcap"));
		o->pcap = value;
		break;
	case OPTION_VALUE: o->value = value; break;
	case OPTION_FILE: o->file = value; break;
	case OPTION_PORT: o->port = value; break;
	default: break;
	}
}

static enum option option_of(struct view name, const struct command_kind *kind)
{
	enum option which = OPTION_NET;

	while (which < OPTION_OTHER && !view_equal(name, option_text(which, kind)))
		which += 1;
	return which;
}

static void take_other(struct command *o, struct view word)
{
	if (o->arguments == COMMAND_ARGUMENTS)
		die(text("too many arguments, from"), word, 0, text("64 is the most"));
	o->argument[o->arguments] = word;
	o->arguments += 1;
}

void command_read(struct command *o, const struct command_kind *kind, const char *const *words)
{
	bool ours = true;

	*o = (struct command){ .stop_ns = 5 * NS_PER_S };
	for (; *words; words += 1) {
		struct view word = zero_text(*words);
		usize equals = view_find(word, '=');
		enum option which = ours ? option_of(view_first(word, equals), kind) : OPTION_OTHER;

		if (which == OPTION_OTHER && kind->tender && o->image.n == 0) {
			o->image = word;
		} else if (which == OPTION_OTHER) {
			ours = ours && !view_equal(word, text("--"));
			take_other(o, word);
		} else if (image_parts.advice && which == OPTION_HELP) {
			linux_write(1, kind->help);
			linux_exit(0);
		} else if (which == OPTION_FLAG) {
			o->flag = true;
		} else if (equals < word.n) {
			take(o, which, view_from(word, equals + 1));
		} else if (words[1]) {
			words += 1;
			take(o, which, zero_text(*words));
		} else {
			die(word, text("needs a value"), 0, text("--platform-help shows the options"));
		}
	}
}
