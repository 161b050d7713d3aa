#include "lib/solo5/solo5_file.h"
#include "test/test.h"

static u8 room[SOLO5_NOTE_MOST + 64];

/* A note as solo5-elftool makes it: head, content. */
static struct view note_of(u32 type, struct view content)
{
	struct writer w = writer_of(span_of(room));

	write_le32(&w, 6);
	write_le32(&w, (u32)content.n);
	write_le32(&w, type);
	write_view(&w, text("Solo5\0\0\0"));
	write_view(&w, content);
	return write_done(&w);
}

static u8 manifest_room[SOLO5_MANIFEST_BYTES + 16];

static struct solo5_device device(enum solo5_kind kind, struct view name)
{
	struct solo5_device d = { .kind = kind };

	d.name_bytes = (u32)copy(span_of(d.name), name);
	return d;
}

static struct solo5_manifest two(void)
{
	struct solo5_manifest m = { .count = 3 };

	m.device[0].kind = SOLO5_RESERVED;
	m.device[1] = device(SOLO5_NET, text("service"));
	m.device[2] = device(SOLO5_BLOCK, text("data"));
	return m;
}

static struct view manifest_bytes(const struct solo5_manifest *m, u32 pad)
{
	struct writer w = writer_of(span_of(manifest_room));

	write_fill(&w, 0, pad);
	solo5_manifest_write(&w, m);
	return write_done(&w);
}

TEST(an_abi_note_says_target_and_version)
{
	u8 content[16];
	struct solo5_abi abi;
	struct view note =
		note_of(0x31494241, test_hex(span_of(content), "01000000 02000000 00000000 00000000"));

	EXPECT_EQ(solo5_abi_note(note, &abi), SOLO5_OK);
	EXPECT_EQ(abi.target, SOLO5_HVT);
	EXPECT_EQ(abi.version, 2);
	EXPECT(solo5_abi_known(&abi, SOLO5_HVT));
	EXPECT(!solo5_abi_known(&abi, SOLO5_SPT));
	abi.version = 3;
	EXPECT(!solo5_abi_known(&abi, SOLO5_HVT));
	abi.version = 0;
	EXPECT(!solo5_abi_known(&abi, SOLO5_HVT));
}

TEST(notes_of_others_and_short_ones_are_told_apart)
{
	u8 bytes[64];
	struct solo5_abi abi;
	struct view gnu = test_hex(span_of(bytes), "04000000 04000000 03000000 474e5500 01020304 00000000");

	EXPECT_EQ(solo5_abi_note(gnu, &abi), SOLO5_OTHER_NOTE);
	EXPECT_EQ(solo5_abi_note(view_none(), &abi), SOLO5_OTHER_NOTE);
	EXPECT_EQ(solo5_abi_note(note_of(0x3154464d, text("0123456789abcdef")), &abi), SOLO5_OTHER_NOTE);
	EXPECT_EQ(solo5_abi_note(note_of(0x31494241, text("0123456789abcde")), &abi), SOLO5_CUT_OFF);
	struct view whole = note_of(0x31494241, text("0123456789abcdef"));
	EXPECT_EQ(solo5_abi_note(view_first(whole, whole.n - 1), &abi), SOLO5_CUT_OFF);
	EXPECT_EQ(abi.target, 0);
}

TEST(a_manifest_has_the_layout_of_the_c_struct)
{
	struct solo5_manifest m = two();

	m.device[1].attached = true;
	m.device[1].mac = (struct mac){ { 2, 0, 0, 0, 0, 7 } };
	m.device[1].mtu = 1500;
	m.device[1].fd = 9;

	struct view v = manifest_bytes(&m, 0);
	struct reader r = reader_of(v);

	EXPECT_EQ(v.n, 8 + 3 * 104);
	EXPECT_EQ(read_le32(&r), 1);
	EXPECT_EQ(read_le32(&r), 3);
	read_seek(&r, 8 + 68);
	EXPECT_EQ(read_le32(&r), 1u << 30);
	read_seek(&r, 8 + 104);
	EXPECT(view_starts(read_rest(&r), text("service\0")));
	read_seek(&r, 8 + 104 + 68);
	EXPECT_EQ(read_le32(&r), 2);
	EXPECT(view_starts(read_rest(&r), text("\2\0\0\0\0\7\xdc\5")));
	read_seek(&r, 8 + 104 + 88);
	EXPECT_EQ(read_le32(&r), 9);
	read_seek(&r, 8 + 104 + 96);
	EXPECT_EQ(read_u8(&r), 1);
}

TEST(a_manifest_is_read_as_it_was_written)
{
	struct solo5_manifest m = two(), got;

	m.device[2].attached = true;
	m.device[2].capacity = 1ull << 40;
	m.device[2].block_bytes = 4096;
	m.device[2].fd = 5;
	EXPECT_EQ(solo5_manifest_read(manifest_bytes(&m, 0), &got), SOLO5_OK);
	EXPECT_EQ(got.count, 3);
	EXPECT_EQ(solo5_handle(&got, SOLO5_NET, text("service")), 1);
	EXPECT_EQ(solo5_handle(&got, SOLO5_BLOCK, text("service")), 0);
	EXPECT_EQ(solo5_handle(&got, SOLO5_BLOCK, text("data")), 2);
	EXPECT_EQ(got.device[2].capacity, 1ull << 40);
	EXPECT_EQ(got.device[2].block_bytes, 4096);
	EXPECT_EQ(got.device[2].fd, 5);
	EXPECT(!got.device[1].attached);
}

TEST(a_manifest_in_a_note_begins_at_a_multiple_of_eight_and_has_nothing_attached)
{
	struct solo5_manifest m = two(), got;

	EXPECT_EQ(solo5_manifest_note(note_of(0x3154464d, manifest_bytes(&m, 4)), &got), SOLO5_OK);
	EXPECT_EQ(got.count, 3);
	m.device[1].attached = true;
	EXPECT_EQ(
		solo5_manifest_note(note_of(0x3154464d, manifest_bytes(&m, 4)), &got), SOLO5_ATTACHED_BEFORE);
	EXPECT_EQ(got.count, 0);
}

/* Every way a manifest can be wrong, by one byte of a good one. */
TEST(wrong_manifests_are_refused_and_leave_nothing)
{
	static const struct {
		u32 at;
		u8 byte;
		enum solo5_verdict want;
	} rows[] = {
		{ 0, 2, SOLO5_OTHER_VERSION },
		{ 4, 2, SOLO5_WRONG_SIZE },
		{ 4, 65, SOLO5_TOO_MANY },
		{ 8, 'x', SOLO5_BAD_FIRST },
		{ 8 + 71, 0, SOLO5_BAD_FIRST },
		{ 8 + 104, 0, SOLO5_BAD_NAME },
		{ 8 + 104, '/', SOLO5_BAD_NAME },
		{ 8 + 104 + 68, 3, SOLO5_BAD_KIND },
		{ 8 + 104 + 68, 0, SOLO5_BAD_KIND },
	};

	for (usize i = 0; i < COUNT(rows); i += 1) {
		struct solo5_manifest m = two(), got;
		struct view v = manifest_bytes(&m, 0);

		manifest_room[rows[i].at] = rows[i].byte;
		EXPECT_EQ(solo5_manifest_read(v, &got), rows[i].want);
		EXPECT_EQ(got.count, 0);
	}
}

TEST(a_name_without_an_end_or_twice_is_refused)
{
	struct solo5_manifest m = two(), got;
	struct view v = manifest_bytes(&m, 0);

	for (u32 i = 0; i < 68; i += 1)
		manifest_room[8 + 104 + i] = 'n';
	EXPECT_EQ(solo5_manifest_read(v, &got), SOLO5_BAD_NAME);
	m.device[2] = m.device[1];
	EXPECT_EQ(solo5_manifest_read(manifest_bytes(&m, 0), &got), SOLO5_BAD_NAME);
}

TEST(boot_information_is_laid_out_for_each_target)
{
	struct solo5_boot b = { 1 << 20, 0x140000, 0x10200, 0x10028, 3000000000u, 7, 8 }, got;
	struct writer w = writer_of(span_of(room));
	u8 want[40];

	solo5_boot_write(&w, SOLO5_HVT, &b);
	EXPECT_VIEW(
		write_done(&w), test_hex(span_of(want), "0000100000000000 0000140000000000 005ed0b200000000"
							"0002010000000000 2800010000000000"));
	EXPECT(solo5_boot_read(write_done(&w), SOLO5_HVT, &got));
	EXPECT_EQ(got.cycles_per_s, 3000000000u);
	EXPECT_EQ(got.manifest, 0x10028);
	w = writer_of(span_of(room));
	solo5_boot_write(&w, SOLO5_SPT, &b);
	EXPECT_VIEW(
		write_done(&w), test_hex(span_of(want), "0000100000000000 0000140000000000 0002010000000000"
							"2800010000000000 07000000 08000000"));
	EXPECT(solo5_boot_read(write_done(&w), SOLO5_SPT, &got));
	EXPECT_EQ(got.epoll_fd, 7);
	EXPECT_EQ(got.timer_fd, 8);
	EXPECT(!solo5_boot_read(view_first(write_done(&w), 39), SOLO5_SPT, &got));
}

TEST(a_request_goes_there_and_its_answer_comes_back)
{
	struct solo5_request ask = { 3, 0x1000, 0x200000, 512, 77, 0x300000, -1 }, got;

	for (u32 call = SOLO5_WALLTIME; call < SOLO5_CALLS; call += 1) {
		struct writer w = writer_of(span_of(room));
		struct solo5_answer answer = { SOLO5_R_AGAIN, 1, 60, 6, 2 }, back;

		solo5_request_write(&w, (enum solo5_call)call, &ask);
		EXPECT_EQ(write_len(&w), solo5_argument_bytes(call));
		EXPECT(solo5_request_read(call, write_done(&w), &got));
		solo5_answer_write((enum solo5_call)call,
			span_first(span_of(room), solo5_argument_bytes(call)), &answer);
		EXPECT(solo5_answer_read(call, view_first(view_of(room), solo5_argument_bytes(call)), &back));
		if (call == SOLO5_HALT)
			EXPECT_EQ(got.exit_status, -1);
		if (call == SOLO5_POLL)
			EXPECT(got.timeout_ns == 77 && back.ready == 6 && back.ready_count == 2);
		if (call == SOLO5_BLOCK_READ)
			EXPECT(got.handle == 3 && got.offset == 0x1000 && back.result == SOLO5_R_AGAIN);
		if (call == SOLO5_PUTS)
			EXPECT(got.data == 0x200000 && got.bytes == 512 && got.handle == 0);
	}
}

TEST(an_answer_changes_only_its_own_fields)
{
	struct solo5_answer a = { SOLO5_R_OK, 0, 60, 0, 0 };
	u8 argument[32], want[32];

	(void)test_hex(
		span_of(argument), "0100000000000000 0000200000000000 dc05000000000000 ffffffffaaaaaaaa");
	solo5_answer_write(SOLO5_NET_READ, span_of(argument), &a);
	EXPECT_VIEW(view_of(argument),
		test_hex(span_of(want),
			"0100000000000000 0000200000000000 3c00000000000000 00000000aaaaaaaa"));
	a.result = SOLO5_R_AGAIN;
	a.bytes = 99;
	solo5_answer_write(SOLO5_NET_READ, span_of(argument), &a);
	EXPECT_VIEW(view_of(argument),
		test_hex(span_of(want),
			"0100000000000000 0000200000000000 3c00000000000000 01000000aaaaaaaa"));
}

TEST(there_are_eight_calls_and_no_other)
{
	struct solo5_request r;

	EXPECT_EQ(solo5_argument_bytes(0), 0);
	EXPECT_EQ(solo5_argument_bytes(9), 0);
	EXPECT_EQ(solo5_argument_bytes(0xffffffff), 0);
	EXPECT(!solo5_request_read(0, view_of(room), &r));
	EXPECT(!solo5_request_read(SOLO5_NET_READ, view_first(view_of(room), 31), &r));
}

TEST(a_guest_names_memory_of_its_own_only)
{
	u64 mem = 2 << 20, max = ~0ull;

	EXPECT(solo5_in_memory(mem, mem - 16, 16));
	EXPECT(!solo5_in_memory(mem, mem - 16, 17));
	EXPECT(solo5_in_memory(mem, mem, 0));
	EXPECT(!solo5_in_memory(mem, mem + 1, 0));
	EXPECT(!solo5_in_memory(mem, max, 1));
	EXPECT(!solo5_in_memory(mem, mem - 1, max));
	EXPECT(!solo5_in_memory(mem, max - 7, 16));
	EXPECT(!solo5_in_memory(mem, 0x2000, 8));
	EXPECT(solo5_in_memory(mem, SOLO5_LOW, 8));
}

TEST(a_disk_is_read_and_written_in_whole_blocks_before_its_end)
{
	struct solo5_device d = {
		.kind = SOLO5_BLOCK, .attached = true, .capacity = 8192, .block_bytes = 512
	};
	u64 max = ~0ull;

	EXPECT(solo5_on_disk(&d, 0, 512));
	EXPECT(solo5_on_disk(&d, 7680, 512));
	EXPECT(!solo5_on_disk(&d, 7680, 1024));
	EXPECT(!solo5_on_disk(&d, 8192, 512));
	EXPECT(!solo5_on_disk(&d, 1, 512));
	EXPECT(!solo5_on_disk(&d, 0, 511));
	EXPECT(!solo5_on_disk(&d, 0, 0));
	EXPECT(!solo5_on_disk(&d, max - 511, 512));
	EXPECT(!solo5_on_disk(&d, 512, max - 511));
	d.kind = SOLO5_NET;
	EXPECT(!solo5_on_disk(&d, 0, 512));
}

/* ---- files ---- */

struct row {
	u32 type, flags;
	u64 offset, address, file_bytes, memory_bytes, align;
};

static u8 file_room[4096];

static struct view file_of(u64 entry, const struct row *rows, u32 count)
{
	struct writer w = writer_of(span_of(file_room));

	write_view(&w, text("\177ELF\2\1\1\0\0\0\0\0\0\0\0\0"));
	write_le16(&w, 2);
	write_le16(&w, 62);
	write_le32(&w, 1);
	write_le64(&w, entry);
	write_le64(&w, 64);
	write_fill(&w, 0, 12);
	write_le16(&w, 64);
	write_le16(&w, 56);
	write_le16(&w, (u16)count);
	write_fill(&w, 0, 6);
	for (u32 i = 0; i < count; i += 1) {
		write_le32(&w, rows[i].type);
		write_le32(&w, rows[i].flags);
		write_le64(&w, rows[i].offset);
		write_le64(&w, rows[i].address);
		write_le64(&w, rows[i].address);
		write_le64(&w, rows[i].file_bytes);
		write_le64(&w, rows[i].memory_bytes);
		write_le64(&w, rows[i].align);
	}
	return write_done(&w);
}

static const struct row good[] = {
	{ 3, 4, 0x1000, 0x100000, 20, 20, 1 },
	{ 1, 5, 0x1000, 0x100000, 0x2345, 0x2345, 0x1000 },
	{ 1, 4, 0x4000, 0x103000, 0x100, 0x100, 0x1000 },
	{ 1, 6, 0x5010, 0x105010, 0x20, 0x3000, 0x1000 },
	{ 1, 6, 0x6000, 0x109000, 0, 0x18000, 0x1000 },
	{ 4, 4, 0x4000, 0x103000, 36, 36, 4 },
};

TEST(segments_and_notes_of_a_file_are_found)
{
	struct solo5_file f;

	EXPECT_EQ(solo5_file_read(file_of(0x100040, good, COUNT(good)), 0x7000, 2 << 20, &f), SOLO5_FILE_OK);
	EXPECT_EQ(f.segments, 3);
	EXPECT_EQ(f.notes, 1);
	EXPECT_EQ(f.note[0].bytes, 36);
	EXPECT(f.segment[0].execute && !f.segment[0].write && f.segment[2].write);
	EXPECT_EQ(f.segment[0].to, 0x103000);
	EXPECT_EQ(f.segment[2].from, 0x105000);
	EXPECT_EQ(f.segment[2].to, 0x109000);
	EXPECT_EQ(f.end, 0x121000);
	EXPECT_EQ(f.entry, 0x100040);
}

/* A good file with one row changed. */
TEST(wrong_files_are_refused_and_leave_nothing)
{
	static const struct {
		u32 row;
		struct row by;
		enum solo5_file_verdict want;
	} rows[] = {
		{ 1, { 1, 7, 0x1000, 0x100000, 0x2345, 0x2345, 0x1000 }, SOLO5_FILE_WRITABLE_CODE },
		{ 1, { 1, 5, 0x1000, 0xff000, 0x2345, 0x2345, 0x1000 }, SOLO5_FILE_OUTSIDE },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, 0x2344, 0x1000 }, SOLO5_FILE_OUTSIDE },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, 0x200000, 0x1000 }, SOLO5_FILE_OUTSIDE },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, ~0ull - 0xff, 0x1000 }, SOLO5_FILE_OUTSIDE },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, 0x2345, 16 }, SOLO5_FILE_ALIGNMENT },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, 0x2345, 0x1800 }, SOLO5_FILE_ALIGNMENT },
		{ 1, { 1, 5, 0x1000, 0x100000, 0x2345, 0x2345, 0 }, SOLO5_FILE_ALIGNMENT },
		{ 2, { 1, 4, 0x4000, 0x102800, 0x100, 0x100, 0x1000 }, SOLO5_FILE_OVERLAPS },
		{ 2, { 1, 4, 0x6f01, 0x103000, 0x100, 0x100, 0x1000 }, SOLO5_FILE_CUT_OFF },
		{ 2, { 1, 4, ~0ull, 0x103000, 0x100, 0x100, 0x1000 }, SOLO5_FILE_CUT_OFF },
		{ 4, { 1, 6, 0, 0x109000, 0, 1ull << 62, 0x1000 }, SOLO5_FILE_OUTSIDE },
		{ 5, { 4, 4, 0x6fe0, 0, 36, 36, 4 }, SOLO5_FILE_CUT_OFF },
	};

	for (usize i = 0; i < COUNT(rows); i += 1) {
		struct row changed[COUNT(good)];
		struct solo5_file f;

		for (usize k = 0; k < COUNT(good); k += 1)
			changed[k] = k == rows[i].row ? rows[i].by : good[k];
		EXPECT_EQ(solo5_file_read(file_of(0x100040, changed, COUNT(good)), 0x7000, 2 << 20, &f),
			rows[i].want);
		EXPECT(f.segments == 0 && f.end == 0);
	}
}

TEST(other_files_and_entries_outside_are_refused)
{
	struct solo5_file f;
	struct view v = file_of(0xfffff, good, COUNT(good));

	EXPECT_EQ(solo5_file_read(v, 0x7000, 2 << 20, &f), SOLO5_FILE_OUTSIDE);
	v = file_of(0x121000, good, COUNT(good));
	EXPECT_EQ(solo5_file_read(v, 0x7000, 2 << 20, &f), SOLO5_FILE_OUTSIDE);
	v = file_of(0x100000, good, COUNT(good));
	EXPECT_EQ(solo5_file_read(view_first(v, v.n - 1), 0x7000, 2 << 20, &f), SOLO5_FILE_CUT_OFF);
	EXPECT_EQ(solo5_file_read(view_first(v, 63), 0x7000, 2 << 20, &f), SOLO5_FILE_CUT_OFF);
	EXPECT_EQ(solo5_file_read(view_first(v, 15), 0x7000, 2 << 20, &f), SOLO5_FILE_NO_ELF);
	file_room[16] = 3;
	EXPECT_EQ(solo5_file_read(v, 0x7000, 2 << 20, &f), SOLO5_FILE_NOT_FIXED);
	file_room[18] = 183;
	EXPECT_EQ(solo5_file_read(v, 0x7000, 2 << 20, &f), SOLO5_FILE_OTHER_MACHINE);
	file_room[4] = 1;
	EXPECT_EQ(solo5_file_read(v, 0x7000, 2 << 20, &f), SOLO5_FILE_NO_ELF);
	EXPECT_EQ(solo5_file_read(file_of(0x100000, good, 0), 0x7000, 2 << 20, &f), SOLO5_FILE_TOO_MANY);
}
