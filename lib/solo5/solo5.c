#include "lib/solo5/solo5.h"

/* Layouts: doc/solo5.md. */
enum {
	NOTE_HEAD = 20, /* three words and "Solo5" in eight bytes */
	NOTE_ABI = 0x31494241,
	NOTE_MANIFEST = 0x3154464d,
	ABI_BYTES = 16,
	MANIFEST_PAD = 4, /* the manifest is aligned to 8, the head's end is not */
	MANIFEST_VERSION = 1,
	NAME_BYTES = SOLO5_NAME_MOST + 1,
};

/* ---- notes ---- */

/* The first note's content, if it is Solo5's and of this type. */
static enum solo5_verdict note_content(struct view note, u32 type, struct view *content)
{
	struct reader r = reader_of(note);
	u32 name_bytes = read_le32(&r), bytes = read_le32(&r);
	bool this_type = read_le32(&r) == type;
	struct view name = read_view(&r, 8);

	*content = view_first(note, 0);
	if (read_bad(&r) || name_bytes != 6 || !this_type ||
		!view_equal(view_first(name, 5), text("Solo5")) || view_at(name, 5) != 0)
		return SOLO5_OTHER_NOTE;
	if (bytes > read_left(&r))
		return SOLO5_CUT_OFF;
	*content = read_view(&r, bytes);
	return SOLO5_OK;
}

enum solo5_verdict solo5_abi_note(struct view note, struct solo5_abi *abi)
{
	struct view content;
	enum solo5_verdict v = note_content(note, NOTE_ABI, &content);
	struct reader r = reader_of(content);

	*abi = (struct solo5_abi){ 0, 0 };
	if (v != SOLO5_OK)
		return v;
	if (content.n < ABI_BYTES)
		return SOLO5_CUT_OFF;
	abi->target = read_le32(&r);
	abi->version = read_le32(&r);
	return SOLO5_OK;
}

bool solo5_abi_known(const struct solo5_abi *abi, enum solo5_target target)
{
	return abi->target == (u32)target && abi->version >= SOLO5_VERSION_OLDEST &&
	       abi->version <= SOLO5_VERSION;
}

/* ---- the manifest ---- */

static bool is_alphanumeric(u8 c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* 1 to 67 letters and digits, then zeroes to the field's end or not: only the first zero counts. */
static bool read_name(struct reader *r, struct solo5_device *d)
{
	struct view field = read_view(r, NAME_BYTES);
	usize n = view_find(field, 0);

	if (n == 0 || n > SOLO5_NAME_MOST)
		return false;
	for (usize i = 0; i < n; i += 1)
		if (!is_alphanumeric(view_at(field, i)))
			return false;
	d->name_bytes = (u32)copy(span_of(d->name), view_first(field, n));
	return true;
}

/* The union of a disk's and a port's properties, 16 bytes. */
static void read_properties(struct view v, struct solo5_device *d)
{
	struct reader r = reader_of(v);

	if (d->kind == SOLO5_BLOCK) {
		d->capacity = read_le64(&r);
		d->block_bytes = read_le16(&r);
	} else {
		(void)read_into(&r, span_of(d->mac.b));
		d->mtu = read_le16(&r);
	}
}

static enum solo5_verdict read_first(struct reader *r)
{
	struct view field = read_view(r, NAME_BYTES);
	u32 kind = read_le32(r);

	read_skip(r, SOLO5_ENTRY_BYTES - NAME_BYTES - 4);
	return view_find(field, 0) == 0 && kind == SOLO5_RESERVED ? SOLO5_OK : SOLO5_BAD_FIRST;
}

static enum solo5_verdict read_device(struct reader *r, struct solo5_device *d)
{
	bool named = read_name(r, d);
	u32 kind = read_le32(r);
	struct view properties = read_view(r, 16);
	u32 fd = read_le32(r);

	read_skip(r, 4);
	d->attached = read_u8(r) != 0;
	read_skip(r, 7);
	if (kind != SOLO5_BLOCK && kind != SOLO5_NET)
		return SOLO5_BAD_KIND;
	d->kind = kind == SOLO5_BLOCK ? SOLO5_BLOCK : SOLO5_NET;
	if (!named)
		return SOLO5_BAD_NAME;
	if (d->attached) {
		d->fd = (i32)(fd % 0x80000000u);
		read_properties(properties, d);
	}
	return SOLO5_OK;
}

static enum solo5_verdict read_devices(struct reader *r, u32 count, struct solo5_manifest *m)
{
	for (u32 i = 1; i < count; i += 1) {
		struct solo5_device d = { 0 };
		enum solo5_verdict v = read_device(r, &d);

		if (v != SOLO5_OK)
			return v;
		if (solo5_handle(m, d.kind, solo5_name(&d)) != 0)
			return SOLO5_BAD_NAME;
		m->device[i] = d;
		m->count = i + 1;
	}
	return SOLO5_OK;
}

static enum solo5_verdict read_manifest(struct reader *r, struct solo5_manifest *m)
{
	u32 version = read_le32(r), count = read_le32(r);
	enum solo5_verdict v = SOLO5_OK;

	if (read_bad(r))
		return SOLO5_CUT_OFF;
	if (version != MANIFEST_VERSION)
		return SOLO5_OTHER_VERSION;
	if (count > SOLO5_HANDLES)
		return SOLO5_TOO_MANY;
	if (read_left(r) != (usize)count * SOLO5_ENTRY_BYTES)
		return SOLO5_WRONG_SIZE;
	if (count == 0)
		return SOLO5_BAD_FIRST;
	v = read_first(r);
	m->device[0].kind = SOLO5_RESERVED;
	m->count = 1;
	return v == SOLO5_OK ? read_devices(r, count, m) : v;
}

enum solo5_verdict solo5_manifest_read(struct view bytes, struct solo5_manifest *m)
{
	struct reader r = reader_of(bytes);
	enum solo5_verdict v;

	*m = (struct solo5_manifest){ 0 };
	v = read_manifest(&r, m);
	if (v != SOLO5_OK)
		*m = (struct solo5_manifest){ 0 };
	return v;
}

enum solo5_verdict solo5_manifest_note(struct view note, struct solo5_manifest *m)
{
	struct view content;
	enum solo5_verdict v = note_content(note, NOTE_MANIFEST, &content);

	*m = (struct solo5_manifest){ 0 };
	if (v != SOLO5_OK)
		return v;
	v = solo5_manifest_read(view_from(content, MANIFEST_PAD), m);
	for (u32 i = 1; i < SOLO5_HANDLES && i < m->count; i += 1)
		if (m->device[i].attached)
			v = SOLO5_ATTACHED_BEFORE;
	if (v != SOLO5_OK)
		*m = (struct solo5_manifest){ 0 };
	return v;
}

static void write_device(struct writer *w, const struct solo5_device *d)
{
	struct view name = solo5_name(d);

	write_view(w, name);
	write_fill(w, 0, NAME_BYTES - name.n);
	write_le32(w, (u32)d->kind);
	if (d->kind == SOLO5_BLOCK) {
		write_le64(w, d->capacity);
		write_le16(w, d->block_bytes);
		write_fill(w, 0, 6);
	} else {
		write_view(w, view_of(d->mac.b));
		write_le16(w, d->mtu);
		write_fill(w, 0, 8);
	}
	write_le32(w, d->fd < 0 ? 0xffffffffu : (u32)d->fd);
	write_fill(w, 0, 4);
	write_u8(w, d->attached != 0);
	write_fill(w, 0, 7);
}

void solo5_manifest_write(struct writer *w, const struct solo5_manifest *m)
{
	require(m->count <= SOLO5_HANDLES);
	write_le32(w, MANIFEST_VERSION);
	write_le32(w, m->count);
	for (u32 i = 0; i < SOLO5_HANDLES && i < m->count; i += 1) {
		struct solo5_device d = m->device[i];

		write_device(w, &d);
	}
}

struct view solo5_name(const struct solo5_device *d)
{
	return view_first(view_of(d->name), d->name_bytes);
}

u32 solo5_handle(const struct solo5_manifest *m, enum solo5_kind kind, struct view name)
{
	u32 found = 0;

	require(m->count <= SOLO5_HANDLES);
	for (u32 i = 1; i < SOLO5_HANDLES && i < m->count; i += 1) {
		struct solo5_device d = m->device[i];

		if (d.kind == kind && view_equal(solo5_name(&d), name))
			found = i;
	}
	return found;
}

struct view solo5_verdict_text(enum solo5_verdict v)
{
	switch (v) {
	case SOLO5_OK: return text("it is fine");
	case SOLO5_OTHER_NOTE: return text("it has no such note of Solo5's");
	case SOLO5_CUT_OFF: return text("a note is shorter than it says");
	case SOLO5_OTHER_VERSION: return text("its manifest is of another version");
	case SOLO5_WRONG_SIZE: return text("its manifest's size does not fit its count");
	case SOLO5_TOO_MANY: return text("its manifest has more than 63 devices");
	case SOLO5_BAD_FIRST: return text("its manifest does not begin with the reserved entry");
	case SOLO5_BAD_NAME: return text("a device's name is not of letters and digits, or is given twice");
	case SOLO5_BAD_KIND: return text("a device is neither a network port nor a disk");
	case SOLO5_ATTACHED_BEFORE: return text("its manifest says that a device is attached already");
	}
	return view_none();
}

/* ---- boot information ---- */

bool solo5_boot_read(struct view bytes, enum solo5_target target, struct solo5_boot *boot)
{
	struct reader r = reader_of(bytes);

	*boot = (struct solo5_boot){ .memory_bytes = read_le64(&r), .image_end = 0 };
	boot->image_end = read_le64(&r);
	if (target == SOLO5_HVT)
		boot->cycles_per_s = read_le64(&r);
	boot->command_line = read_le64(&r);
	boot->manifest = read_le64(&r);
	if (target == SOLO5_SPT) {
		boot->epoll_fd = (i32)(read_le32(&r) % 0x80000000u);
		boot->timer_fd = (i32)(read_le32(&r) % 0x80000000u);
	}
	return !read_bad(&r);
}

void solo5_boot_write(struct writer *w, enum solo5_target target, const struct solo5_boot *boot)
{
	write_le64(w, boot->memory_bytes);
	write_le64(w, boot->image_end);
	if (target == SOLO5_HVT)
		write_le64(w, boot->cycles_per_s);
	write_le64(w, boot->command_line);
	write_le64(w, boot->manifest);
	if (target == SOLO5_SPT) {
		write_le32(w, (u32)boot->epoll_fd);
		write_le32(w, (u32)boot->timer_fd);
	}
}
