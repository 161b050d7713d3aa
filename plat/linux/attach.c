/* attach.c - see attach.h: which option is which device, disks, and the files that are written. */
#include "plat/linux/attach.h"
#include "dev/net.h"
#include "lib/parts/parts.h"
#include "plat/linux/say.h"

_Noreturn void attach_without(struct view option)
{
	die(option, text("is not in this image: change the line 'without ...' in its manifest"), 0,
		view_none());
}

/* ---- ports ---- */

/* "service=tap:tap0" has a name, "tap:tap0,mtu=1400" has none. */
static struct view option_name(struct view option)
{
	for (usize i = 0; i < option.n; i += 1) {
		u8 c = view_at(option, i);

		if (c == '=')
			return view_first(option, i);
		if (c == ':' || c == ',')
			break;
	}
	return view_none();
}

static u32 port_named(const struct attach_names *names, struct view option, struct view name)
{
	u32 n = 0;

	if (name.n == 0 && names->ports == 1)
		return 0;
	while (n < names->ports && !view_equal(names->port[n], name))
		n += 1;
	if (n == names->ports)
		die(text("--net"), option, 0,
			text("begin with the name of one of the image's ports, as in --net "
			     "service=tap:tap0"));
	return n;
}

static void attach_ports(struct attached *a, const struct attach_names *names, const struct command *o)
{
	u32 given = 0; /* a bit for each port */

	a->ports = names->ports;
	for (u32 i = 0; i < names->ports; i += 1)
		a->port[i] = (struct attached_port){
			.fd = -1,
			.can = image_parts.offloads ? NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6 : 0,
			.mtu = 1500,
			.mac = { { 2, 0, 0, 0, 0, (u8)(1 + i) } },
		};
	for (u32 i = 0; i < o->nets; i += 1) {
		struct view name = option_name(o->net[i]);
		struct view how = name.n > 0 ? view_from(o->net[i], name.n + 1) : o->net[i];

		if (names->ports == 0)
			die(text("--net"), o->net[i], 0, text("this image has no network port"));

		u32 port = port_named(names, o->net[i], name);

		if ((given >> port & 1u) != 0)
			die(text("--net is given twice for port"), names->port[port], 0, view_none());
		given |= 1u << port;
		attach_port(&a->port[port], names, names->port[port], how);
	}
	for (u32 i = 0; names->all && i < names->ports; i += 1)
		if ((given >> i & 1u) == 0)
			die(text("the image has a network port that is not connected:"), names->port[i], 0,
				text("--net NAME=tap:TAP, or --net NAME=none for a cable that goes nowhere"));
}

/* ---- disks ---- */

enum { SECTOR_BYTES = 512 };

void attach_disk(struct attached_disk *d, struct view how)
{
	char path[4096];
	struct view file = how;
	bool read_only = how.n > 3 && view_equal(view_from(how, how.n - 3), text(",ro"));

	if (read_only)
		file = view_first(how, how.n - 3);
	if (file.n == 0 || !zero_string(span_of(path), file))
		die(text("--block: not the name of a file:"), file, 0, text("--block data=disk.img"));

	long fd = linux_open(path, read_only ? OPEN_RDONLY : OPEN_RDWR, 0);
	long size = fd < 0 ? fd : cpu_call3(CALL_LSEEK, fd, 0, SEEK_TO_END);

	if (size < 0)
		die(text("cannot open the disk"), file, size,
			text("truncate -s 64M FILE makes an empty one; FILE,ro only reads"));
	*d = (struct attached_disk){
		.kind = ATTACHED_DISK,
		.fd = (i32)fd,
		.sectors = (u64)size / SECTOR_BYTES,
		.read_only = read_only,
		.discard = !read_only,
	};
}

static void attach_disks(struct attached *a, const struct attach_names *names, const struct command *o)
{
	bool given[ATTACH_DISKS] = { false };

	a->disks = names->disks;
	for (u32 i = 0; i < names->disks; i += 1)
		a->disk[i] = (struct attached_disk){ .fd = -1 };
	for (u32 i = 0; i < o->blocks; i += 1) {
		struct view option = o->block[i], name = view_first(option, view_find(option, '='));
		u32 disk = 0;

		while (disk < names->disks && !view_equal(names->disk[disk], name))
			disk += 1;
		if (names->disks == 0)
			die(text("--block"), option, 0, text("this image has no disk"));
		if (disk < names->disks)
			option = view_from(option, name.n + 1);
		else if (names->disks == 1)
			disk = 0;
		else
			die(text("--block"), option, 0,
				text("begin with the name of one of the image's disks, as in --block "
				     "data=FILE"));
		if (given[disk])
			die(text("--block is given twice for disk"), names->disk[disk], 0, view_none());
		given[disk] = true;
		if (!view_equal(option, text("none")))
			attach_disk(&a->disk[disk], option);
	}
	for (u32 i = 0; names->all && i < names->disks; i += 1)
		if (!given[i])
			die(text("the image has a disk that is not there:"), names->disk[i], 0,
				text("--block NAME=FILE, or --block NAME=none for a drive that is empty"));
}

/* ---- what is written ---- */

static i32 create(struct view option, struct view path)
{
	char name[4096];

	if (path.n == 0)
		return -1;
	if (!zero_string(span_of(name), path))
		die(option, path, 0, text("the name of a file to write"));

	/* both hold every secret the image was told: for their owner only */
	long fd = linux_open(name, OPEN_WRONLY | OPEN_CREAT | OPEN_TRUNC, 0600);

	if (fd < 0)
		die(option, path, fd, view_none());
	return (i32)fd;
}

void attach(struct attached *a, const struct attach_names *names, const struct command *o)
{
	*a = (struct attached){ .uring.fd = -1 };
	attach_ports(a, names, o);
	if (image_parts.disks)
		attach_disks(a, names, o);
	a->pcap = image_parts.captures ? create(text("--pcap"), o->pcap) : -1;
	a->record = image_parts.recording ? create(text("--record"), o->record) : -1;
}
