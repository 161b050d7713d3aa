/* plain.h - Solo5's interface as C structs, from doc/solo5.md and from nothing of ours: a second opinion.
 *
 * plain_hvt.c and plain_spt.c are guests written against this alone, so that a
 * mistake that plat/solo5 and the tenders share (they share lib/solo5) shows.
 * With PLAIN_MOST they have as many devices as a manifest can: 61 disks more.
 */
#ifndef TEST_SOLO5_PLAIN_H
#define TEST_SOLO5_PLAIN_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;

struct note {
	u32 name_bytes, bytes, type;
	char name[8];
};

struct entry {
	char name[68];
	u32 type; /* 1: disk, 2: port, 1 << 30: the first */
	union {
		struct {
			u64 capacity;
			u16 block_size;
		} disk;
		struct {
			u8 mac[6];
			u16 mtu;
		} port;
	} u;
	union {
		int fd;
		void *data;
	} b;
	_Bool attached;
};

#ifdef PLAIN_MOST
#define ENTRIES 64
#define D(n)    { .name = "d" n, .type = 1 }
#define TEN(n)                                                                                               \
	D(n "0"), D(n "1"), D(n "2"), D(n "3"), D(n "4"), D(n "5"), D(n "6"), D(n "7"), D(n "8"), D(n "9")
#define PLAIN_REST , TEN("1"), TEN("2"), TEN("3"), TEN("4"), TEN("5"), TEN("6"), D("70")
#else
#define ENTRIES 3
#define PLAIN_REST
#endif

struct manifest {
	u32 version, entries;
	struct entry e[ENTRIES];
};

_Static_assert(sizeof(struct entry) == 104, "104 bytes");
_Static_assert(sizeof(struct manifest) == 8 + ENTRIES * 104, "8 and its entries");

/* One port `wire`, one disk `data`. */
struct manifest_note {
	struct note h;
	struct manifest m; /* aligned to 8: four bytes behind the head */
};

#define PLAIN_NOTES(target)                                                                                  \
	__attribute__((used, section(".note.a"))) static const struct {                                      \
		struct note h;                                                                               \
		u32 what, version, kept[2];                                                                  \
	} abi = { { 6, 16, 0x31494241, "Solo5" }, target, 2, { 0, 0 } };                                     \
	__attribute__((used, section(".note.b"))) static const struct manifest_note devices = {              \
		{ 6, sizeof(struct manifest_note) - sizeof(struct note), 0x3154464d, "Solo5" },              \
		{ 1, ENTRIES,                                                                                \
			{ { .type = 1u << 30 }, { .name = "wire", .type = 2 },                               \
				{ .name = "data", .type = 1 } PLAIN_REST } }                                 \
	}

/* ---- what each guest does, with calls of its own ---- */

void say(const char *s);
void leave(int status);

static inline u64 length(const char *s)
{
	u64 n = 0;

	while (s[n])
		n += 1;
	return n;
}

static inline int same(const u8 *a, const u8 *b, u64 n)
{
	for (u64 i = 0; i < n; i += 1)
		if (a[i] != b[i])
			return 0;
	return 1;
}

static inline void verdict(int good, const char *sentence)
{
	say(good ? "ok " : "not ok ");
	say(sentence);
	say("\n");
}

static inline void check_manifest(const struct manifest *m)
{
	u32 disks = 0;

	verdict(m->version == 1 && m->entries == ENTRIES && m->e[0].type == 1u << 30,
		"the_manifest_is_where_it_is_told");
	verdict(m->e[1].type == 2 && m->e[1].attached &&
			same((const u8 *)m->e[1].name, (const u8 *)"wire", 5),
		"the_port_is_attached");
	verdict(m->e[1].u.port.mtu >= 1280 && m->e[1].u.port.mac[0] % 2 == 0, "the_port_has_address_and_mtu");
	verdict(m->e[2].type == 1 && m->e[2].attached && m->e[2].u.disk.capacity == 65536 &&
			m->e[2].u.disk.block_size == 512,
		"the_disk_has_size_and_block");
	for (u32 i = 2; i < ENTRIES; i += 1)
		disks += m->e[i].type == 1 && m->e[i].attached && m->e[i].u.disk.capacity == 65536;
	verdict(disks == ENTRIES - 2, "every_disk_is_attached");
}

/* A frame of Ethernet's experimental type, to be sent back by whoever is there. */
static inline void make_frame(u8 *frame)
{
	for (u32 i = 0; i < 60; i += 1)
		frame[i] = i < 6 ? 0xff : i < 12 ? 2 : (u8)(i * 7);
	frame[12] = 0x88;
	frame[13] = 0xb5;
}

#endif
