/* json.h - JSON texts (RFC 8259): read token by token where they lie, and written.
 *
 *     struct json j = json_start();
 *     struct reader r = reader_of(text);
 *     struct view raw;
 *     enum json_kind k;
 *
 *     while ((k = json_next(&j, &r, &raw)) != JSON_END && k != JSON_BAD)
 *             if (k == JSON_NAME && json_is(raw, text("port")) && json_next(&j, &r, &raw) == JSON_NUMBER)
 *                     json_number(raw, 0, 65535, &port);
 *
 * The reader is strict: one value (2) and nothing behind it but white space; commas, colons and brackets
 * where the grammar has them; no number that begins with a zero or a plus (6); strings of well-formed UTF-8
 * without control characters (7, 8.1) and without halves of surrogate pairs (8.2); objects and arrays in each other
 * JSON_DEPTH deep (9 allows a limit). A name that comes twice is told twice (4 leaves it open). It is
 * bad from the first byte that is wrong, and stays so. A byte order mark is wrong (8.1).
 *
 * Nothing is kept of the text: names, strings and numbers are lent as they lie there, strings without their quotes and
 * with their escapes: json_is() and json_unescape() know those, json_number() knows numbers.
 */
#ifndef LIB_JSON_JSON_H
#define LIB_JSON_JSON_H

#include "base/reader.h"
#include "base/writer.h"

#define JSON_DEPTH     32u
#define JSON_NAME_MOST 64u /* bytes of a text that json_is() compares with */

enum json_kind {
	JSON_END, /* the value is over, and so is the text */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON_NAME, /* of a member; its value is next */
	JSON_STRING,
	JSON_NUMBER,
	JSON_TRUE,
	JSON_FALSE,
	JSON_NULL,
	JSON_BAD
};

struct view json_kind_name(enum json_kind k);

/* What may come next. */
enum json_want {
	JSON_WANT_VALUE,
	JSON_WANT_FIRST,  /* a value, or the end of the array that has just begun */
	JSON_WANT_MEMBER, /* a name, or the end of the object that has just begun */
	JSON_WANT_MORE,   /* a comma, or the end of what is open */
	JSON_WANT_NOTHING
};

struct json {
	u32 depth;   /* objects and arrays that are open: at most JSON_DEPTH */
	u32 objects; /* a bit for each: it is an object; the lowest is the innermost */
	enum json_want want;
	bool bad;
};

struct json json_start(void);

/* The next token, from a reader that nobody else moves. *raw: the name, the string, the number; else empty. */
enum json_kind json_next(struct json *j, struct reader *r, struct view *raw);

/* What a string means, its escapes undone, as UTF-8. False, and the writer is bad: it does not fit. */
bool json_unescape(struct writer *w, struct view raw);

/* Whether that is this text, of at most JSON_NAME_MOST bytes. */
bool json_is(struct view raw, struct view plain);

/* The number times ten to the `digits`, what is behind the point cut off: 1.5 with 3 digits is 1500. False, and 0:
 * it is below zero, above `most`, or 18,446,744,073,709,551,610 and more. -0 is 0. */
bool json_number(struct view raw, u32 digits, u64 most, u64 *out);

/* ---- writing: commas come by themselves, brackets are the caller's to close ----
 *
 *     json_write_open(&w, '{');
 *     json_write_name(&w, text("streams"));  json_write_open(&w, '[');
 *     json_write_number(&w, 1);  json_write_scaled(&w, 1500, 3);
 *     json_write_close(&w, ']');  json_write_close(&w, '}');          {"streams":[1,1.5]}
 *
 * The text is all that is in the writer. */
void json_write_open(struct writer *w, u8 bracket);
void json_write_close(struct writer *w, u8 bracket);
void json_write_name(struct writer *w, struct view name);
void json_write_string(
	struct writer *w, struct view s); /* of UTF-8; " \ and control characters are escaped */
void json_write_number(struct writer *w, u64 v);
void json_write_negative(struct writer *w, u64 v);           /* -v */
void json_write_scaled(struct writer *w, u64 v, u32 digits); /* v over ten to the `digits` (19 at most) */
void json_write_word(struct writer *w, struct view word);    /* true, false, null */

#endif
