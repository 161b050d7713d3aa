/* unix_options.c - the platform's own options are taken out of the command line; the rest is the image's. */
#include "plat/unix/unix.h"

static struct view arguments[UNIX_ARGUMENTS]; /* the image's */
static u32 argument_count;

struct view image_argument(usize i)
{
	return i < argument_count ? arguments[i] : view_none();
}

struct view image_platform(void)
{
	return text("unix");
}

static const char help[] =
	"options of the platform (unix); all others are the image's: --help\n"
	"\n"
	"  --net [PORT=]HOW[,mac=M][,mtu=N]   what a network port is connected to:\n"
	"        tap:NAME      a tap interface, created if it does not exist and we may\n"
	"        packet:NAME   an existing interface, beside the kernel's own use of it\n"
	"        unix:PATH     a stream socket that listens there (QEMU -netdev stream framing)\n"
	"        fd:N          such a socket, open already\n"
	"        none          nothing (what a port without --net gets)\n"
	"        mac: the port's address; by default made from the machine's id and the\n"
	"        interface's name, so it stays the same. mtu: by default the interface's, or 1500\n"
	"  --block [DISK=]FILE[,ro]           what a disk is: a file or block device\n"
	"  --stop-after SECONDS               how long it may take to leave after SIGTERM or\n"
	"                                     SIGINT (5); a second signal ends it at once\n"
	"  --record FILE                      write a log that `fata replay` runs again\n"
	"  --pcap FILE                        write every frame, for Wireshark\n"
	"  --platform-help                    this text\n"
	"\n"
	"PORT and DISK are the manifest's names, and may be left out when there is one.\n";

enum option { OPTION_NET, OPTION_BLOCK, OPTION_STOP, OPTION_RECORD, OPTION_PCAP, OPTION_HELP, OPTION_OTHER };

static struct view option_text(enum option o)
{
	switch (o) {
	case OPTION_NET: return text("--net");
	case OPTION_BLOCK: return text("--block");
	case OPTION_STOP: return text("--stop-after");
	case OPTION_RECORD: return text("--record");
	case OPTION_PCAP: return text("--pcap");
	case OPTION_HELP: return text("--platform-help");
	default: return view_none();
	}
}

static void take(struct unix_options *o, enum option which, struct view value)
{
	struct reader r = reader_of(value);
	u64 seconds;

	switch (which) {
	case OPTION_NET:
		if (o->nets == UNIX_PORTS)
			unix_die(text("too many --net:"), value, 0,
				text("this platform has room for 8 ports"));
		o->net[o->nets] = value;
		o->nets += 1;
		break;
	case OPTION_BLOCK:
		if (o->blocks == UNIX_DISKS)
			unix_die(text("too many --block:"), value, 0,
				text("this platform has room for 8 disks"));
		o->block[o->blocks] = value;
		o->blocks += 1;
		break;
	case OPTION_STOP:
		if (!read_decimal(&r, 86400, &seconds) || !read_finished(&r))
			unix_die(text("--stop-after"), value, 0,
				text("give whole seconds, up to 86400 (a day)"));
		o->stop_ns = seconds * NS_PER_S;
		break;
	case OPTION_RECORD: o->record = value; break;
	case OPTION_PCAP: o->pcap = value; break;
	default: break;
	}
}

static struct view name_of(struct view path)
{
	usize from = 0;

	for (usize i = 0; i < path.n; i += 1)
		if (view_at(path, i) == '/')
			from = i + 1;
	return view_from(path, from);
}

/* "--net VALUE" and "--net=VALUE"; after "--" all is the image's. */
void unix_options_read(struct unix_options *o, const char *const *words)
{
	bool ours = true;

	*o = (struct unix_options){ .stop_ns = 5 * NS_PER_S };
	if (*words)
		o->name = name_of(unix_text(*words++));
	for (; *words; words += 1) {
		struct view word = unix_text(*words);
		usize equals = view_find(word, '=');
		enum option which = OPTION_NET;

		while (which < OPTION_OTHER && !view_equal(view_first(word, equals), option_text(which)))
			which += 1;
		if (!ours || which == OPTION_OTHER) {
			ours = ours && !view_equal(word, text("--"));
			if (argument_count == UNIX_ARGUMENTS)
				unix_die(text("too many arguments, from"), word, 0, text("64 is the most"));
			arguments[argument_count] = word;
			argument_count += 1;
			continue;
		}
		if (which == OPTION_HELP) {
			linux_write(1, view_make(help, sizeof help - 1));
			linux_exit(0);
		}
		if (equals < word.n) {
			take(o, which, view_from(word, equals + 1));
		} else if (words[1]) {
			words += 1;
			take(o, which, unix_text(*words));
		} else {
			unix_die(word, text("needs a value"), 0, text("--platform-help shows the options"));
		}
	}
}
