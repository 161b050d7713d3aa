/* One translation unit with the vocabulary, for WP: every inline function of the
 * headers is proven here once, and nowhere else. Not in it: wheel.c and mem.c
 * (unproven.md says why). */
#include "base/view.c"
#include "base/ring.c"
#include "base/pool.c"
#include "base/arena.c"
#include "base/sum.c"
#include "base/format.c"
