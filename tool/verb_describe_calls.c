/* verb_describe_calls.c - fata describe IMAGE spt: the system calls the image may make, from the rules that build its filter. */
#include "plat/linux/call_name.h"
#include "tender/filter.h"
#include "tool/verb_describe.h"
#include <stdio.h>

/* The devices are not open yet: each has a descriptor of its own that only stands for it. */
enum { A_PORT = 100, A_DISK = 200 };

static struct attached devices_of(const struct manifest *m)
{
	struct attached a = { .record = -1, .pcap = -1 };

	for (size_t i = 0; i < m->net_count; i += 1)
		a.port[a.ports++] = (struct attached_port){
			.kind = ATTACHED_FRAMES, .fd = A_PORT + (i32)i, .header = 10, .filters = 1
		};
	for (size_t i = 0; i < m->block_count; i += 1)
		a.disk[a.disks++] = (struct attached_disk){
			.kind = ATTACHED_DISK, .fd = A_DISK + (i32)i, .sectors = 1, .discard = 1
		};
	return a;
}

static char *use_of(const struct filter_rule *r, const struct manifest *m)
{
	switch (r->use) {
	case FILTER_PORT: return form("net %s", m->nets[r->device].name);
	case FILTER_DISK: return form("block %s", m->blocks[r->device]);
	case FILTER_WAIT: return "until a device has something";
	case FILTER_CLOCK: return "the clocks, where the kernel's page of them (vdso) does not do";
	case FILTER_ENTROPY: return "to seed itself";
	case FILTER_CONSOLE: return "the console";
	case FILTER_MEMORY: return "/proc/self/statm: what it occupies";
	case FILTER_END: return "signals' return, and leaving";
	default: return "";
	}
}

static char *check_text(const struct filter_rule *r, const struct filter_check *c)
{
	static const char *const names[] = { "first", "second", "third", "fourth", "fifth", "sixth" };
	bool of_disk = r->use == FILTER_DISK && !c->descriptor && c->value == 512 && c->argument >= 2;

	if (c->descriptor && (r->use == FILTER_PORT || r->use == FILTER_DISK || r->use == FILTER_MEMORY))
		return form("its descriptor");
	if (c->descriptor)
		return form("descriptor %llu", (unsigned long long)c->value);
	if (of_disk && c->test == FILTER_AT_MOST)
		return form("%s <= the disk's size", names[c->argument]);
	return form("%s %s %llu", names[c->argument],
		c->test == FILTER_EQUAL ? "=" : "<=", (unsigned long long)c->value);
}

void describe_calls(const struct manifest *m)
{
	struct attached devices = devices_of(m);
	struct filter_facts facts = { &devices, 3 };
	struct filter_rule rules[FILTER_RULES];
	usize n = filter_rules(&facts, rules);

	puts("\nSystem calls it may make, with these arguments; any other ends it (on a tap or packet "
	     "socket; a stream\n"
	     "takes read, write and close; --record and --pcap add a write on their file; three more with "
	     "exact arguments\n"
	     "take the tender out of memory, and do nothing when repeated)");
	for (usize i = 0; i < n; i += 1) {
		const struct filter_rule *r = &rules[i];
		struct view name = call_name(r->call);
		struct words checks = { 0 };

		for (u8 k = 0; k < r->checks; k += 1)
			words_add(&checks, check_text(r, &r->check[k]));
		printf("  %-14.*s %-58s %s\n", (int)name.n, (const char *)name.p, words_join(&checks, ", "),
			use_of(r, m));
	}
}
