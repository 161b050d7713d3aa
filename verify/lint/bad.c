/* Every rule broken once: the lint must find each. */
#include "base/format.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/prim.h"
#include "base/wheel.h"
#include <string.h>

struct box { u8 v; };
struct keep { u8 *p; u8 *q[2]; struct view v; struct span s[2]; u8 a[16]; struct pool t; struct wheel ts[2]; };
struct calls { void (*f)(void); };
struct tail { u32 n; u8 rest[]; };
union pun { u32 w; u8 b[4]; };
static struct view lent;
static const u8 *kept;
static u32 counter;
static volatile u32 device;
static _Atomic u32 shared;
static _Atomic u32 shares[2];

u8 r1(u8 *p, u32 i) { return p[i]; }
u8 r1b(u32 i) { return (u8)"abc"[i]; }
u8 r2(u8 *p) { return *(p + 3); }
u8 r2b(struct keep *k) { return *(k->a + 3); }
bool r2c(u8 *p, u8 *q) { return p < q; }
void r2d(u8 *p) { p++; }
u8 r2e(struct keep *k) { return *k->a; }
u8 r3(struct keep *k) { return ((struct box *)k)->v; }
u8 r4(void *v) { struct box *b = v; return b->v; }
bool r4b(u32 n) { struct box *b = n; return b == 0; }
void r5(struct box **out, struct box *b) { *out = b; }
void r5b(struct reader *out, struct view v) { *out = reader_of(v); }
u8 r5c(u8 *p) { u8 **pp = &p; return **pp; }
struct box *r7(struct box *b) { return b; }
struct reader r7b(struct view v) { return reader_of(v); }
struct view r7c(void) { u8 b[4] = { 0 }; return view_of(b); }
struct span r7d(void) { u8 b[4] = { 0 }; return span_of(b); }
void r8(struct reader *r) { r->len = 4096; }
const u8 *r8b(struct view v) { return v.p; }
usize r8c(struct view v) { v.n = 99; return v.n; }
usize r8d(struct view v) { v.n++; return v.n; }
struct view r8e(const u8 *p) { return (struct view){ p, 99 }; }
struct pair { u32 a; struct view v; };
u32 r8f(void) { struct pair p = { 1 }; return p.a; }
struct view r9(struct keep *k) { return view_make(k->a, 99); }
void r9b(u8 *p) { prim_fill(p, 0, 0, 99); }
void r10(struct keep *k, struct keep *j) { memcpy(k, j, 64); }
u32 r11(u32 n) { u8 v[n]; __asm__ volatile("" : : "r"(v)); return counter + (u32)lent.n + (kept != 0) + device + shared + shares[0]; }
int r11b(int n, ...) { return n; }
u32 r11c(u32 n) { return ({ n + 1; }); }
void r11d(void) { void *p = &&here; goto *p; here:; }
