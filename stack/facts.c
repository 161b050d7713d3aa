/* facts.c - see facts.h. */
#include "stack/facts.h"
#include "dev/image.h"
#include "stack/manifest.h"

struct image_facts image_facts(void)
{
	struct image_memory memory = image_memory();
	u64 bill = image_manifest.bill_bytes;

	return (struct image_facts){
		.name = image_manifest.name,
		.platform = image_platform(),
		.memory_bytes = memory.resident_bytes,
		.memory_limit_bytes = bill != 0 ? bill : memory.limit_bytes,
	};
}
