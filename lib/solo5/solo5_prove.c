/* prove: lib/solo5/solo5.c lib/solo5/solo5_call.c lib/solo5/solo5_file.c lib/elf/elf.c
 *
 * solo5_prove.c - any file, note, manifest and hypercall. */
#include "lib/solo5/solo5_file.h"
#include "verify/model.h"

int main(void)
{
	static u8 bytes[SOLO5_NOTE_MOST + 64u], argument[SOLO5_ARGUMENT_BYTES], room[SOLO5_MANIFEST_BYTES];
	static struct solo5_manifest m;
	struct solo5_abi abi;
	struct solo5_boot boot;
	struct solo5_request request;
	struct solo5_answer answer;
	struct solo5_file file;

	while (NONDET()) {
		enum solo5_target target = NONDET() ? SOLO5_HVT : SOLO5_SPT;
		enum solo5_call call = (enum solo5_call)(1u + any_upto(SOLO5_HALT - 1u));
		struct writer w = writer_of(span_of(room));

		(void)solo5_file_read(any_view(bytes), any_u64(), nd64 % (1ull << 40), &file);
		(void)solo5_abi_note(any_view(bytes), &abi);
		(void)solo5_abi_known(&abi, target);
		(void)solo5_manifest_note(any_view(bytes), &m);
		(void)solo5_manifest_read(any_view(bytes), &m);
		solo5_manifest_write(&w, &m);
		(void)solo5_handle(&m, SOLO5_NET, any_view(bytes));
		(void)solo5_on_disk(&m.device[any_upto(SOLO5_HANDLES - 1u)], any_u64(), any_u64());
		if (solo5_boot_read(any_view(bytes), target, &boot)) {
			w = writer_of(span_of(room));
			solo5_boot_write(&w, target, &boot);
		}
		(void)solo5_request_read(any_u32(), any_view(bytes), &request);
		w = writer_of(span_of(room));
		solo5_request_write(&w, call, &request);
		(void)solo5_answer_read(any_u32(), any_view(bytes), &answer);
		solo5_answer_write(
			call, span_first(span_of(argument), solo5_argument_bytes((u32)call)), &answer);
		(void)solo5_in_memory(any_u64(), any_u64(), any_u64());
		(void)solo5_verdict_text((enum solo5_verdict)any_upto(SOLO5_ATTACHED_BEFORE + 1u));
		(void)solo5_file_verdict_text(
			(enum solo5_file_verdict)any_upto(SOLO5_FILE_WRITABLE_CODE + 1u));
	}
	return 0;
}
