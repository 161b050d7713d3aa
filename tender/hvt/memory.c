#include "tender/hvt/memory.h"
#include "tender/hvt/cpu/x86_64/tables.h"

#define SLOT_BYTES (1ull << 39) /* what one entry of the uppermost table covers */
#define SLOTS      255u         /* of the image's half, without the one that has address 0 */

static u64 pages(u64 bytes)
{
	return (bytes + MEMORY_PAGE - 1u) / MEMORY_PAGE * MEMORY_PAGE;
}

void memory_begin(struct memory *m, u64 most_bytes, const u64 random[static MEMORY_GROUPS + 1])
{
	u64 slot[MEMORY_GROUPS] = { 0 };

	require(most_bytes < SLOT_BYTES / 4u);
	*m = (struct memory){ 0 };
	m->processor_bytes = pages(tables_bytes(most_bytes, MEMORY_GROUPS));
	m->bytes = m->processor_bytes;
	for (u32 i = 0; i < MEMORY_GROUPS; i += 1) {
		slot[i] = 1u + random[i] % (SLOTS - i);
		for (u32 k = 0; k < i; k += 1) /* slots differ: the few that are taken are stepped over */
			if (slot[i] == slot[k]) {
				slot[i] = slot[i] % SLOTS + 1u;
				k = (u32)-1;
			}
		/* the upper bits of the same number place it within the slot */
		m->next[i] = slot[i] * SLOT_BYTES + random[i] / 0x10000u %
							    ((SLOT_BYTES - 4u * most_bytes) / MEMORY_PAGE) *
							    MEMORY_PAGE;
		m->bound[i] = (slot[i] + 1u) * SLOT_BYTES;
	}
	m->kernel = 0xffff800000000000ull +
		    random[MEMORY_GROUPS] % ((1ull << 47) / MEMORY_PAGE / 2u) * MEMORY_PAGE;
	m->doorbell = m->next[MEMORY_SHARED];
	m->next[MEMORY_SHARED] += 2u * MEMORY_PAGE;
}

const struct memory_area *memory_add(struct memory *m, enum memory_group group, u64 bytes, bool write)
{
	struct memory_area *a = &m->area[m->areas];

	require(m->areas < MEMORY_AREAS && bytes < SLOT_BYTES);
	*a = (struct memory_area){
		.physical = m->bytes,
		.at = m->next[group],
		.bytes = pages(bytes),
		.write = write,
		.image = group == MEMORY_IMAGE,
	};
	require(a->bytes + MEMORY_PAGE <= m->bound[group] - m->next[group]);
	m->areas += 1;
	m->bytes += a->bytes;
	m->next[group] += a->bytes + MEMORY_PAGE;
	return a;
}

struct span memory_of(struct span all, const struct memory_area *a)
{
	return span_first(span_from(all, (usize)a->physical), (usize)a->bytes);
}

struct memory_access memory_access(const struct image_file *image, u64 offset)
{
	u64 page = offset / MEMORY_PAGE * MEMORY_PAGE;

	for (u32 i = 0; i < image->segments; i += 1) {
		const struct image_segment *s = &image->segment[i];
		u64 from = s->address / MEMORY_PAGE * MEMORY_PAGE;

		if (page < from || page >= pages(s->address + s->memory_bytes))
			continue;
		bool relro = page >= image->relro && page - image->relro < image->relro_bytes;

		return (struct memory_access){ true, s->written && !relro, s->executed };
	}
	return (struct memory_access){ false, false, false };
}

static bool image_may(const struct image_file *image, u64 offset, u64 bytes, bool write)
{
	for (u64 at = offset / MEMORY_PAGE * MEMORY_PAGE; at < offset + bytes; at += MEMORY_PAGE) {
		struct memory_access may = memory_access(image, at);

		if (!may.mapped || (write && !may.write))
			return false;
	}
	return true;
}

struct span memory_at(const struct memory *m, const struct image_file *image, struct span all, u64 at,
	u64 bytes, bool write)
{
	for (u32 i = 0; i < m->areas; i += 1) {
		const struct memory_area *a = &m->area[i];

		if (at < a->at || at - a->at > a->bytes || bytes > a->bytes - (at - a->at))
			continue;
		if (a->image ? !image_may(image, at - a->at, bytes, write) : write && !a->write)
			return span_none();
		return span_first(span_from(memory_of(all, a), (usize)(at - a->at)), (usize)bytes);
	}
	return span_none();
}
