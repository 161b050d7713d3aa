/* solo5_fuzz.c - any bytes as a file, a note, a manifest or a hypercall: what is accepted keeps its promises. */
#include "lib/solo5/solo5_file.h"

int LLVMFuzzerTestOneInput(const u8 *data, usize size);

static void fuzz_file(struct view v, u64 memory_bytes)
{
	struct solo5_file f;
	u64 end = 0;

	if (solo5_file_read(v, v.n, memory_bytes, &f) != SOLO5_FILE_OK)
		return;
	require(f.segments >= 1 && f.end <= memory_bytes && f.entry < f.end);
	for (u32 i = 0; i < f.segments; i += 1) {
		const struct solo5_segment *s = &f.segment[i];

		require(s->from >= SOLO5_BASE && s->from >= end && s->to <= memory_bytes);
		require(s->from <= s->address && s->address + s->memory_bytes <= s->to);
		require(s->offset + s->file_bytes <= v.n && !(s->write && s->execute));
		end = s->to;
	}
	for (u32 i = 0; i < f.notes; i += 1)
		require(f.note[i].offset + f.note[i].bytes <= v.n);
}

/* What was read is written as it was, but for what a reader does not keep. */
static void fuzz_manifest(struct view v)
{
	static u8 room[SOLO5_MANIFEST_BYTES];
	struct solo5_manifest m, again;
	struct solo5_abi abi;
	struct writer w = writer_of(span_of(room));

	(void)solo5_abi_note(v, &abi);
	(void)solo5_manifest_note(v, &m);
	if (solo5_manifest_read(v, &m) != SOLO5_OK)
		return;
	solo5_manifest_write(&w, &m);
	require(!write_bad(&w) && write_len(&w) == v.n);
	require(solo5_manifest_read(write_done(&w), &again) == SOLO5_OK && again.count == m.count);
}

static void fuzz_call(u32 call, struct view v)
{
	struct solo5_request r, again;
	struct solo5_answer a;
	u8 room[SOLO5_ARGUMENT_BYTES];
	struct writer w = writer_of(span_of(room));

	(void)solo5_answer_read(call, v, &a);
	if (!solo5_request_read(call, v, &r))
		return;
	solo5_request_write(&w, (enum solo5_call)call, &r);
	require(write_len(&w) == solo5_argument_bytes(call));
	require(solo5_request_read(call, write_done(&w), &again) && again.data == r.data &&
		again.exit_status == r.exit_status && again.timeout_ns == r.timeout_ns);
	solo5_answer_write((enum solo5_call)call, span_first(span_of(room), solo5_argument_bytes(call)), &a);
	if (solo5_in_memory(2u << 20, r.data, r.bytes))
		require(r.data + r.bytes <= 2u << 20 && r.data >= SOLO5_LOW);
}

int LLVMFuzzerTestOneInput(const u8 *data, usize size)
{
	struct reader r = reader_of(view_make(data, size));
	u8 what = read_u8(&r);

	if (what < 16)
		fuzz_call(what, read_rest(&r));
	else if (what < 128)
		fuzz_manifest(read_rest(&r));
	else
		fuzz_file(read_rest(&r), (u64)(what - 127u) << 20);
	return 0;
}
