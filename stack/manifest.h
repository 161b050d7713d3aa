/* manifest.h - what fata writes from a manifest (image.c), and stack/image.c runs.
 *
 * `fata` turns app/hello/hello.fata into two small files in out/: image.h, with
 * the struct app that the program sees (its devices and options, typed), and
 * image.c, with the tables' memory and one struct image_manifest. Everything
 * that is the same for all images is in stack/image.c: image_start() reads the
 * options, brings the hosts up and calls app_start(); image_step() runs them.
 */
#ifndef STACK_MANIFEST_H
#define STACK_MANIFEST_H

#include "base/view.h"

struct app; /* in the generated image.h */
struct host;
struct host_tables;

/* What can be the type of an option: an image has those that it names. */
struct option_type;
extern const struct option_type option_u16, option_u32, option_u64, option_bool, option_text, option_ip,
	option_duration, option_size;

/* One `option` line. The value goes to `offset` in struct app: u16, u32, u64,
 * bool, struct view, struct ip, u64 ns, u64 bytes. */
struct image_option {
	struct view name;
	const struct option_type *type;
	u32 offset;
	struct view preset; /* as in the manifest; empty for none */
	struct view help;
};

/* One `net` line: port number, the host in struct app, the memory it gets. */
struct image_net {
	struct view name;
	u32 port;
	u32 offset; /* of its struct host in struct app */
	const struct host_tables *tables;
};

struct image_manifest {
	struct view name;
	struct view about; /* the manifest's first comment */
	void *app;         /* the one struct app */
	const struct image_option *options;
	const struct image_net *nets;
	const struct view *disks; /* the names of the `block` lines */
	const struct view *ports; /* the names of all `net` lines, if some are raw: not in `nets` */
	u32 option_count, net_count, disk_count, port_count;
	u64 bill_bytes;      /* all memory the image will ever use: text, data, bss, stack */
	void (*start)(void); /* calls app_start(&app) */
};

extern const struct image_manifest image_manifest;

#endif
