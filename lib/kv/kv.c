/* kv.c - reads the blob that tool/pack.c writes. See kv.h for its layout. */
#include "lib/kv/kv.h"
#include "base/reader.h"

struct view kv_coding_name(enum kv_coding coding)
{
	switch (coding) {
	case KV_GZIP: return text("gzip");
	case KV_BR: return text("br");
	case KV_IDENTITY:
	case KV_CODINGS: break;
	}
	return text("identity");
}

/* What the head says, once it agrees with itself and with the blob's length. */
struct layout {
	u32 count, slots;
	u32 files_at;
};

static bool layout_read(struct view pack, struct layout *out)
{
	struct reader r = reader_of(view_first(pack, KV_HEAD_BYTES));
	struct view magic = read_view(&r, 8);
	u32 total = read_be32(&r);
	u32 count = read_be32(&r);
	u32 slots = read_be32(&r);
	u64 files_at, end;

	*out = (struct layout){ 0, 0, 0 };
	if (read_bad(&r) || !view_equal(magic, text("fata kv1")) || total != pack.n)
		return false;
	if (slots == 0 || (slots & (slots - 1u)) != 0 || count > slots / 2u)
		return false;
	files_at = KV_HEAD_BYTES + (u64)slots * 4u;
	end = files_at + (u64)count * KV_ENTRY_BYTES;
	if (end > total)
		return false;
	*out = (struct layout){ count, slots, (u32)(files_at & 0xffffffffu) };
	return true;
}

u32 kv_count(struct view pack)
{
	struct layout l;

	return layout_read(pack, &l) ? l.count : 0;
}

u32 kv_hash(struct view name)
{
	u64 h = 0x811c9dc5u;

	for (usize i = 0; i < name.n; i += 1)
		h = (h ^ view_at(name, i)) * 0x01000193u & 0xffffffffu;
	return (u32)h;
}

/* As an offset; one past every blob when it is too large for one. */
static usize offset(u64 at)
{
	return at < BYTES_MAX ? (usize)at : BYTES_MAX;
}

/* The bytes of a part; fewer than it says when it reaches outside. */
static struct view part(struct view pack, struct kv_part p)
{
	return view_first(view_from(pack, p.at), p.n);
}

static struct kv_part read_part(struct reader *r)
{
	struct kv_part p;

	p.at = read_be32(r);
	p.n = read_be32(r);
	return p;
}

/* One entry. Every part must lie in the blob whole, so that whoever sends a
 * body may believe its length. */
static bool entry_read(struct view pack, const struct layout *l, u32 index, struct kv_file *out)
{
	u64 at = l->files_at + (u64)index * KV_ENTRY_BYTES;
	struct reader r = reader_of(view_first(view_from(pack, offset(at)), KV_ENTRY_BYTES));
	bool whole = true;

	out->index = index;
	read_skip(&r, 4);
	out->name = read_part(&r);
	out->type = read_part(&r);
	out->modified_s = read_be64(&r);
	for (u32 i = 0; i < KV_CODINGS; i += 1) {
		u32 tag_at;

		out->body[i] = read_part(&r);
		tag_at = read_be32(&r);
		out->tag[i] = (struct kv_part){ tag_at, tag_at != 0 ? KV_TAG_BYTES : 0 };
		whole = whole && part(pack, out->body[i]).n == out->body[i].n &&
			part(pack, out->tag[i]).n == out->tag[i].n;
	}
	whole = whole && part(pack, out->name).n == out->name.n && part(pack, out->type).n == out->type.n;
	return whole && !read_bad(&r);
}

bool kv_at(struct view pack, u32 index, struct kv_file *out)
{
	struct layout l;

	*out = (struct kv_file){ 0 };
	if (!layout_read(pack, &l) || index >= l.count)
		return false;
	if (entry_read(pack, &l, index, out))
		return true;
	*out = (struct kv_file){ 0 };
	return false;
}

/* The name of an entry whose hash is this one; empty: another hash. (Of the
 * pack, empty or not: so the proof has one place where it lies.) */
static struct view name_if(struct view pack, const struct layout *l, u32 index, u32 hash)
{
	u64 at = l->files_at + (u64)index * KV_ENTRY_BYTES;
	struct reader r = reader_of(view_first(view_from(pack, offset(at)), KV_ENTRY_BYTES));

	if (read_be32(&r) != hash)
		return view_first(pack, 0);
	return part(pack, read_part(&r));
}

/* Linear probing: at most as many steps as there are slots, whatever they hold. */
bool kv_find(struct view pack, struct view name, struct kv_file *out)
{
	struct layout l;
	u32 hash = kv_hash(name);

	*out = (struct kv_file){ 0 };
	if (name.n == 0 || !layout_read(pack, &l))
		return false;
	for (u32 i = 0; i < l.slots; i += 1) {
		u64 slot = ((u64)hash + i) & (l.slots - 1u);
		struct reader r = reader_of(view_from(pack, offset(KV_HEAD_BYTES + slot * 4u)));
		u32 index = read_be32(&r);

		if (index == 0 || index > l.count)
			return false;
		if (!view_equal(name_if(pack, &l, index - 1u, hash), name))
			continue;
		if (entry_read(pack, &l, index - 1u, out))
			return true;
		*out = (struct kv_file){ 0 };
		return false;
	}
	return false;
}

struct view kv_name(struct view pack, const struct kv_file *file)
{
	return part(pack, file->name);
}

struct view kv_type(struct view pack, const struct kv_file *file)
{
	return part(pack, file->type);
}

struct view kv_tag(struct view pack, const struct kv_file *file, enum kv_coding coding)
{
	require(coding < KV_CODINGS);
	return part(pack, file->tag[coding]);
}

struct view kv_body(struct view pack, const struct kv_file *file, enum kv_coding coding)
{
	require(coding < KV_CODINGS);
	return part(pack, file->body[coding]);
}

bool kv_has(const struct kv_file *file, enum kv_coding coding)
{
	require(coding < KV_CODINGS);
	return file->tag[coding].n != 0;
}

bool kv_intact(struct view pack)
{
	struct layout l;
	struct kv_file file, found, before;

	if (!layout_read(pack, &l))
		return false;
	for (u32 i = 0; i < l.count; i += 1) {
		if (!kv_at(pack, i, &file) || !kv_has(&file, KV_IDENTITY))
			return false;
		if (!kv_find(pack, kv_name(pack, &file), &found) || found.index != i)
			return false;
		if (i == 0)
			continue;
		if (!kv_at(pack, i - 1u, &before) ||
			view_compare(kv_name(pack, &before), kv_name(pack, &file)) >= 0)
			return false;
	}
	return true;
}
