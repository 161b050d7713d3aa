/* assert.h - fetched sources are released ones: their assertions state, they do not check. */
#undef assert
#define assert(condition) ((void)0)

#ifndef FETCH_LIBC_ASSERT_H
#define FETCH_LIBC_ASSERT_H
#define static_assert _Static_assert
#endif
