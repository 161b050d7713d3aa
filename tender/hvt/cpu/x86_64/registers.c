/* registers.c - see registers.h. Features: "Debugging with GDB", appendix Target Descriptions, i386. */
#include "tender/hvt/cpu/x86_64/registers.h"
#include "base/format.h"
#include "base/reader.h"

enum {
	GENERAL = 17, /* rax .. rip, of 8 bytes */
	SMALL = 7,    /* eflags and six segments, of 4 */
	X87 = 8,
	X87_WORDS = 8,
	XMM = 16,
	X87_AT = GENERAL * 8 + SMALL * 4,
	WORDS_AT = X87_AT + X87 * 10,
	XMM_AT = WORDS_AT + X87_WORDS * 4,
	MXCSR_AT = XMM_AT + XMM * 16,
	MXCSR_ALL = 0xffbf, /* where the processor says nothing of what it can */
	X87_AND_SSE = 3,
};
_Static_assert(MXCSR_AT + 4 == REGISTERS_BYTES, "all of them");

#define FLAGS_OF_PROGRAMS 0xcd5ull              /* carry, parity, adjust, zero, sign, direction, overflow */
#define CODE_END          0x0000800000000000ull /* the image's half of the addresses */

static const char general[GENERAL][4] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "rbp", "rsp", "r8", "r9",
	"r10", "r11", "r12", "r13", "r14", "r15", "rip" };
static const char small[SMALL][8] = { "eflags", "cs", "ss", "ds", "es", "fs", "gs" };
static const char words[X87_WORDS][8] = { "fctrl", "fstat", "ftag", "fiseg", "fioff", "foseg", "fooff",
	"fop" };

/* In gdb's order. */
static void general_to(const struct kvm_registers *g, u64 to[static GENERAL])
{
	const u64 values[GENERAL] = { g->rax, g->rbx, g->rcx, g->rdx, g->rsi, g->rdi, g->rbp, g->rsp, g->r8,
		g->r9, g->r10, g->r11, g->r12, g->r13, g->r14, g->r15, g->rip };

	for (u32 i = 0; i < GENERAL; i += 1)
		to[i] = values[i];
}

/* ---- the old unit's tags: two bits a register for gdb, one in the processor's saved state ---- */

enum { TAG_VALID, TAG_ZERO, TAG_SPECIAL, TAG_EMPTY };

static u32 tag_of(const u8 *x87)
{
	struct reader r = reader_of(view_make(x87, 10));
	u64 fraction = read_le64(&r);
	u32 exponent = read_le16(&r) % 0x8000u;

	if (exponent == 0x7fff)
		return TAG_SPECIAL;
	if (exponent == 0)
		return fraction == 0 ? TAG_ZERO : TAG_SPECIAL;
	return fraction >> 63 ? TAG_VALID : TAG_SPECIAL;
}

/* Registers are numbered from the top of the stack, tags from its bottom. */
static u32 tags_from(const struct kvm_vectors *v)
{
	u32 tags = 0, top = v->status / 0x800u % 8u;

	for (u32 place = 0; place < X87; place += 1) {
		u32 tag = v->used / (1u << place) % 2u ? tag_of(v->x87[(place + 8u - top) % 8u]) : TAG_EMPTY;

		tags |= tag << (2u * place);
	}
	return tags;
}

static u8 used_from(u32 tags)
{
	u8 used = 0;

	for (u32 place = 0; place < X87; place += 1)
		if (tags / (1u << (2u * place)) % 4u != TAG_EMPTY)
			used |= (u8)(1u << place);
	return used;
}

/* ---- a g packet ---- */

void registers_gather(const struct registers *r, struct span to)
{
	const struct kvm_system *s = &r->system;
	const struct kvm_vectors *v = &r->vectors;
	const u32 narrow[SMALL] = { (u32)r->general.rflags, s->cs.selector, s->ss.selector, s->ds.selector,
		s->es.selector, s->fs.selector, s->gs.selector };
	const u32 x87[X87_WORDS] = { v->control, v->status, tags_from(v), (u32)(v->instruction >> 32),
		(u32)v->instruction, (u32)(v->operand >> 32), (u32)v->operand, v->opcode };
	struct writer w = writer_of(to);
	u64 wide[GENERAL];

	general_to(&r->general, wide);
	for (u32 i = 0; i < GENERAL; i += 1)
		write_le64(&w, wide[i]);
	for (u32 i = 0; i < SMALL; i += 1)
		write_le32(&w, narrow[i]);
	for (u32 i = 0; i < X87; i += 1)
		write_view(&w, view_make(v->x87[i], 10));
	for (u32 i = 0; i < X87_WORDS; i += 1)
		write_le32(&w, x87[i]);
	for (u32 i = 0; i < XMM; i += 1)
		write_view(&w, view_of(v->xmm[i]));
	write_le32(&w, v->mxcsr);
}

static void vectors_from(struct kvm_vectors *v, struct reader *in)
{
	u32 word[X87_WORDS];

	for (u32 i = 0; i < X87; i += 1)
		read_into(in, span_make(v->x87[i], 10));
	for (u32 i = 0; i < X87_WORDS; i += 1)
		word[i] = read_le32(in);
	v->control = (u16)word[0];
	v->status = (u16)word[1];
	v->used = used_from(word[2]);
	v->instruction = (u64)word[3] << 32 | word[4];
	v->operand = (u64)word[5] << 32 | word[6];
	v->opcode = (u16)word[7];
	for (u32 i = 0; i < XMM; i += 1)
		read_into(in, span_of(v->xmm[i]));
	v->mxcsr = read_le32(in) & (v->mxcsr_can ? v->mxcsr_can : MXCSR_ALL);
	v->features |= X87_AND_SSE;
}

bool registers_scatter(struct registers *r, struct view from)
{
	struct kvm_registers *g = &r->general;
	u64 *const order[GENERAL] = { &g->rax, &g->rbx, &g->rcx, &g->rdx, &g->rsi, &g->rdi, &g->rbp, &g->rsp,
		&g->r8, &g->r9, &g->r10, &g->r11, &g->r12, &g->r13, &g->r14, &g->r15, &g->rip };
	struct reader in = reader_of(from), check = in;

	read_skip(&check, (GENERAL - 1) * 8);
	if (from.n != REGISTERS_BYTES || read_le64(&check) >= CODE_END)
		return false;
	for (u32 i = 0; i < GENERAL; i += 1)
		*order[i] = read_le64(&in);
	g->rflags = (g->rflags & ~FLAGS_OF_PROGRAMS) | (read_le32(&in) & FLAGS_OF_PROGRAMS);
	read_skip(&in, (SMALL - 1) * 4);
	vectors_from(&r->vectors, &in);
	return true;
}

bool registers_place(u32 number, u32 *at, u32 *bytes)
{
	static const struct {
		u32 count, bytes;
	} kinds[] = { { GENERAL, 8 }, { SMALL, 4 }, { X87, 10 }, { X87_WORDS, 4 }, { XMM, 16 }, { 1, 4 } };

	*at = 0;
	for (u32 i = 0; i < COUNT(kinds); i += 1) {
		*bytes = kinds[i].bytes;
		if (number < kinds[i].count) {
			*at += number * kinds[i].bytes;
			return true;
		}
		number -= kinds[i].count;
		*at += kinds[i].count * kinds[i].bytes;
	}
	return false;
}

/* ---- what they are, told to gdb ---- */

static const char head[] =
	"<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">"
	"<architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi>"
	"<feature name=\"org.gnu.gdb.i386.core\"><flags id=\"i386_eflags\" size=\"4\">"
	"<field name=\"CF\" start=\"0\" end=\"0\"/><field name=\"\" start=\"1\" end=\"1\"/>"
	"<field name=\"PF\" start=\"2\" end=\"2\"/><field name=\"AF\" start=\"4\" end=\"4\"/>"
	"<field name=\"ZF\" start=\"6\" end=\"6\"/><field name=\"SF\" start=\"7\" end=\"7\"/>"
	"<field name=\"TF\" start=\"8\" end=\"8\"/><field name=\"IF\" start=\"9\" end=\"9\"/>"
	"<field name=\"DF\" start=\"10\" end=\"10\"/><field name=\"OF\" start=\"11\" end=\"11\"/>"
	"<field name=\"RF\" start=\"16\" end=\"16\"/></flags>";

static const char between[] =
	"</feature><feature name=\"org.gnu.gdb.i386.sse\">"
	"<vector id=\"v4f\" type=\"ieee_single\" count=\"4\"/><vector id=\"v2d\" type=\"ieee_double\" "
	"count=\"2\"/>"
	"<vector id=\"v16i8\" type=\"int8\" count=\"16\"/><vector id=\"v8i16\" type=\"int16\" count=\"8\"/>"
	"<vector id=\"v4i32\" type=\"int32\" count=\"4\"/><vector id=\"v2i64\" type=\"int64\" count=\"2\"/>"
	"<union id=\"vec128\"><field name=\"v4_float\" type=\"v4f\"/><field name=\"v2_double\" type=\"v2d\"/>"
	"<field name=\"v16_int8\" type=\"v16i8\"/><field name=\"v8_int16\" type=\"v8i16\"/>"
	"<field name=\"v4_int32\" type=\"v4i32\"/><field name=\"v2_int64\" type=\"v2i64\"/>"
	"<field name=\"uint128\" type=\"uint128\"/></union>";

static struct view word_of(const char *name, usize most)
{
	return view_first(view_make(name, most), view_find(view_make(name, most), 0));
}

/* number: behind the name, or -1. */
static void write_register(struct writer *w, struct view name, i32 number, u32 bytes, struct view type)
{
	write_text(w, "<reg name=\"");
	write_view(w, name);
	if (number >= 0)
		write_decimal(w, (u64)number);
	write_text(w, "\" bitsize=\"");
	write_decimal(w, bytes * 8u);
	write_text(w, "\" type=\"");
	write_view(w, type);
	write_text(w, "\"/>");
}

void registers_xml(struct writer *w)
{
	write_view(w, view_make(head, sizeof head - 1));
	for (u32 i = 0; i < GENERAL; i += 1)
		write_register(w, word_of(general[i], sizeof general[i]), -1, 8,
			i == 16            ? text("code_ptr")
			: i == 6 || i == 7 ? text("data_ptr")
					   : text("int64"));
	for (u32 i = 0; i < SMALL; i += 1)
		write_register(w, word_of(small[i], sizeof small[i]), -1, 4,
			i == 0 ? text("i386_eflags") : text("int32"));
	for (u32 i = 0; i < X87; i += 1)
		write_register(w, text("st"), (i32)i, 10, text("i387_ext"));
	for (u32 i = 0; i < X87_WORDS; i += 1)
		write_register(w, word_of(words[i], sizeof words[i]), -1, 4, text("int"));
	write_view(w, view_make(between, sizeof between - 1));
	for (u32 i = 0; i < XMM; i += 1)
		write_register(w, text("xmm"), (i32)i, 16, text("vec128"));
	write_register(w, text("mxcsr"), -1, 4, text("int32"));
	write_text(w, "</feature></target>");
}
