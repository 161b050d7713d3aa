/* One translation unit with the whole vocabulary, for WP: every inline function
 * of the headers is proven here once, and nowhere else. */
#include "base/view.c"
#include "base/ring.c"
#include "base/pool.c"
#include "base/arena.c"
#include "base/wheel.c"
#include "base/sum.c"
#include "base/format.c"
