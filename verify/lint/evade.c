/* Ways round the rules: typedefs, arrays, initialisers, builtins, globals, parentheses, macros. Every line that is
 * marked must be found. */
#include "base/format.h"
#include "base/pool.h"
#include "base/sum.h"
typedef u8 *bp;
typedef struct reader cursor;
typedef struct view piece;
typedef const u8 bytes[];
/* e1 */ struct e1 { bp p; };
/* e2 */ struct e2 { u8 *p[2]; };
/* e3 */ struct e3 { cursor c; };
/* e4 */ struct e4 { struct reader c[2]; };
/* e5 */ struct e5 { piece v[2][2]; };
/* e6 */ struct e6 { const u8 *p[2][2]; };
/* e7 */ struct e7 { struct { struct span s; } in; };
/* e8 */ struct e8 { const struct e1 *up; };
/* e9 */ static const u8 *g1;
/* e10 */ static bp g2;
/* e11 */ static cursor g3;
/* e12 */ static struct reader g4[2];
/* e13 */ static const piece g5 = { 0, 0 };
/* e14 */ u32 g6;
/* e15 */ static u8 g7[4];
/* e16 */ static struct pool g8;
/* e17 */ u8 f17(bp p) { return p[1]; }
/* e18 */ u8 f18(bp p) { return *(p + 1); }
/* e19 */ u8 f19(bp p) { p += 1; return *p; }
/* e20 */ u8 f20(bp p) { ++p; return *p; }
/* e21 */ bp f21(bp p) { return p; }
/* e22 */ void f22(bp *o, bp p) { *o = p; }
/* e23 */ u8 f23(const struct e1 *k) { struct reader r = { k->p, 99, 0, 0 }; return read_u8(&r); }
/* e24 */ u8 f24(const struct e1 *k) { struct reader r; r = (struct reader){ .base = k->p, .len = 99 }; return read_u8(&r); }
/* e25 */ void f25(struct e1 *k, struct e1 *j) { __builtin_memcpy(k, j, 64); }
/* e26 */ u32 f26(struct e1 *k) { return *(u32 *)k->p; }
/* e27 */ uintptr_t f27(struct e1 *k) { return (uintptr_t)k; }
/* e28 */ void f28(cursor *out, cursor *in) { *out = *in; }
/* e29 */ struct reader f29(struct view v) { return reader_of(v); }
/* e30 */ u32 f30(void) { static const u8 *s; return (g1 == s) + (g2 == s) + (u32)read_left(&g3) + (u32)read_left(&g4[0]) + g6 + g7[0]; }
/* e31 */ u8 f31(const u8 *p) { return 1 [p]; }
/* e32 */ u8 f32(void) { u8 b[4] = { 0 }; return *(b + 9); }
/* e33 */ u8 f33(bytes b, u32 i) { return b[i]; }
/* e34 */ u8 f34(const u8 b[static 4], u32 i) { return (b)[i]; }
/* e35 */ u32 f35(u32 n) { static u32 calls; calls += n; return calls + (u32)g5.n + g8.cap; }
/* e36 */ struct view f36(const u8 *p) { struct view (*make)(const void *, usize) = view_make; return make(p, 99); }
/* e37 */ struct view f37(struct e2 *k) { return view_make((k->p[0]), sizeof *k); }
/* e38 */ usize f38(struct view v) { (v.n) += 4; return v.n; }
/* e39 */ usize f39(struct view v) { usize *n = &v.n; *n = 99; return v.n; }
/* e40 */ u8 f40(struct span s) { return *s.p; }
/* e41 */ u8 f41(struct writer *w) { return *w->base; }
/* e42 */ u8 f42(struct reader *r) { return (*r).base == 0; }
/* e43 */ void f43(void *p, struct e1 *k) { p = k; struct e2 *q = p; q->p[0] = 0; }
/* e44 */ struct e1 *f44(uintptr_t n) { return (struct e1 *)n; }
/* e45 */ void f45(u32 n) { void *p = __builtin_alloca(n); (void)p; }
/* e46 */ u32 f46(u32 n) { u8 a[n + 1]; return (u32)sizeof a; }
/* e47 */ struct e47 { union { u32 a; u8 b[4]; }; };
/* e48 */ void f48(const u8 *p, usize n) { void *(*f)(void *, const void *, usize) = __builtin_memcpy; (void)f; (void)p; (void)n; }
/* e49 */ __asm__(".globl evade");
/* e50 */ u8 f50(u8 m[2][4], u32 i) { return m[i][0]; }
/* e51 */ struct view f51(void) { u8 b[4] = { 0 }; return view_first(view_of(b), 2); }
/* e52 */ struct view f52(void) { u8 b[4] = { 0 }; struct view v = view_of(b); return v; }
/* e53 */ u8 f53(struct e1 *k) { struct view v = { .p = k->p, .n = 9 }; return view_at(v, 8); }
/* e54 */ u8 f54(struct e1 *k) { struct view vs[2] = { { k->p, 9 } }; return view_at(vs[0], 8); }
/* e56 */ struct e56 { struct e3 *next; };
/* e57 */ void f57(u8 *p) { for (u8 *q = p; q != p; q = &q[1]) *q = 0; }
/* e58 */ _Thread_local u32 g58;
/* e59 */ extern u8 g59[];
/* e60 */ struct e60 { _Atomic(u8 *) p; };
