/* facts.c - see facts.h. */
#include "stack/facts.h"
#include "dev/image.h"
#include "stack/manifest.h"

struct image_facts image_facts(void)
{
	struct image_memory memory = image_memory();

	return (struct image_facts){
		.name = image_manifest.name,
		.platform = image_platform(),
		.memory_bytes = memory.resident_bytes,
		/* The platform first: it adds what it maps itself, and a replay is told the same. */
		.memory_limit_bytes =
			memory.limit_bytes != 0 ? memory.limit_bytes : image_manifest.bill_bytes,
	};
}
