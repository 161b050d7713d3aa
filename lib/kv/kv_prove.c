/* prove: lib/kv/kv.c */
#include "lib/kv/kv.h"
#include "verify/model.h"

static u8 pack[4096], name[64];

int main(void)
{
	struct kv_file file;

	while (NONDET()) {
		enum kv_coding coding = (enum kv_coding)any_upto(KV_CODINGS - 1u);

		(void)kv_count(any_view(pack));
		(void)kv_intact(any_view(pack));
		(void)kv_hash(any_view(name));
		if (NONDET())
			(void)kv_find(any_view(pack), any_view(name), &file);
		else
			(void)kv_at(any_view(pack), any_u32(), &file);
		(void)kv_name(any_view(pack), &file);
		(void)kv_type(any_view(pack), &file);
		(void)kv_tag(any_view(pack), &file, coding);
		(void)kv_body(any_view(pack), &file, coding);
		(void)kv_has(&file, coding);
		(void)kv_coding_name((enum kv_coding)any_upto(KV_CODINGS));
	}
	return 0;
}
