/* http.h - the server's side of HTTP/1.1 (RFC 9110, RFC 9112), without any connection.
 *
 * A request is parsed where it lies. http_request_read() looks at the bytes
 * that have come so far and says: whole, not whole yet, or refused with the
 * status to answer. What it found are places in those bytes (offset and length),
 * so nothing is copied and nothing points anywhere; whoever wants the text of a
 * part asks with the same bytes: http_part(head, r.path).
 *
 *     switch (verdict = http_request_read(rx, &r)) {
 *     case HTTP_OK:   ... answer; the body begins at rx + r.head_bytes
 *     case HTTP_MORE: wait
 *     default:        answer with that status, and close
 *     }
 *
 * How long a message is must never be a matter of opinion (request smuggling,
 * RFC 9112, 11.2): whatever two readers could read differently is refused and
 * the connection ends. Content-Length together with Transfer-Encoding, or twice,
 * or as a list; a transfer coding other than exactly one "chunked"; any coding in
 * HTTP/1.0; a line that ends in a bare LF or holds a bare CR; a folded line;
 * white space before a colon; a name or value with a byte that has no place
 * there; chunk sizes with anything but digits. The README lists them all.
 *
 * Bodies are decoded as they come by http_body_read(), conditions and ranges are
 * functions of the request and a tag, and the response head is written by
 * small writers in the order of the wire.
 */
#ifndef LIB_HTTP_HTTP_H
#define LIB_HTTP_HTTP_H

#include "base/format.h"

#define HTTP_HEAD_MAX    8192u /* request line and fields; more is 431 (414 if the target alone is too long) */
#define HTTP_TARGET_MAX  4096u
#define HTTP_LINES_MAX   100u /* field lines; more is 431 */
#define HTTP_EMPTY_LINES 4u   /* in front of a request; one more is 400 */
#define HTTP_CHUNK_LINE  256u /* a chunk's size with its extensions; more is 400 */
#define HTTP_TRAILER_MAX 2048u
#define HTTP_DATE_BYTES  29u             /* "Sun, 06 Nov 1994 08:49:37 GMT" */
#define HTTP_SECONDS_MAX 253402300799ull /* the last second of the year 9999 */

/* What came of reading: the status code of RFC 9110 is the error. */
enum http_verdict {
	HTTP_OK = 0,
	HTTP_MORE = 1, /* no fault so far, and not all there */
	HTTP_BAD_REQUEST = 400,
	HTTP_CONTENT_TOO_LARGE = 413,
	HTTP_URI_TOO_LONG = 414,
	HTTP_EXPECTATION_FAILED = 417,
	HTTP_FIELDS_TOO_LARGE = 431,
	HTTP_NOT_IMPLEMENTED = 501,
	HTTP_VERSION_NOT_SUPPORTED = 505
};

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_PATCH,
	HTTP_TRACE,
	HTTP_METHODS
};

struct view http_method_name(enum http_method m);

/* Where a part of the head lies. n is 0: it is empty or not there. */
struct http_part {
	u16 at, n;
};

/* The fields a server looks at. Others are found with http_field_named(). */
enum http_field {
	HTTP_HOST,
	HTTP_CONNECTION,
	HTTP_CONTENT_LENGTH,
	HTTP_TRANSFER_ENCODING,
	HTTP_EXPECT,
	HTTP_ACCEPT_ENCODING,
	HTTP_IF_MATCH,
	HTTP_IF_NONE_MATCH,
	HTTP_IF_MODIFIED_SINCE,
	HTTP_IF_UNMODIFIED_SINCE,
	HTTP_IF_RANGE,
	HTTP_RANGE,
	HTTP_CONTENT_TYPE,
	HTTP_USER_AGENT,
	HTTP_FIELDS
};

struct view http_field_name(enum http_field f);

enum http_framing { HTTP_NO_BODY, HTTP_FIXED, HTTP_CHUNKED };

struct http_request {
	enum http_method method;
	enum http_framing framing;
	u64 body_bytes; /* HTTP_FIXED: how long the body is */
	u32 head_bytes; /* up to and with the empty line */
	u32 present;    /* bit f: the field is there */
	u32 repeated;   /* bit f: on more than one line; field[f] is the first */
	struct http_part target;
	struct http_part path;               /* of the target: "/a/b%20c"; "*" for OPTIONS * */
	struct http_part query;              /* what follows the first '?' */
	struct http_part host;               /* from an absolute target, else from Host */
	struct http_part fields;             /* all field lines */
	struct http_part field[HTTP_FIELDS]; /* values without white space around them */
	u8 minor;                            /* HTTP/1.minor: 0 or 1 (later 1.x count as 1) */
	bool keep;                           /* the client wants the connection to go on after this */
	bool plain_path; /* the path has no %, no empty and no dot segments: it is its own decoded form */
	bool expects_continue; /* it waits for "100 Continue" before it sends the body */
};

/* Reads one request head at the front of what has come. *out is always set;
 * after a refusal it holds what was understood (for the log), and only
 * http_method and minor mean something. Up to HTTP_EMPTY_LINES in front are
 * skipped (RFC 9112, 2.2). HTTP_MORE is never said of HTTP_HEAD_MAX bytes or more. */
enum http_verdict http_request_read(struct view rx, struct http_request *out);

/* The bytes of a part, on loan from the bytes it was read from. */
struct view http_part(struct view head, struct http_part part);

/* The value of a known field (its first line); empty if it is not there. */
struct view http_field(struct view head, const struct http_request *r, enum http_field f);

static inline bool http_has(const struct http_request *r, enum http_field f)
{
	return (r->present >> f & 1u) != 0;
}

/* The next line with this field name, from *cursor (0 at first) on; false: no more.
 * *value is its place. For lists that come on several lines. */
bool http_field_next(struct view head, const struct http_request *r, struct view name, u32 *cursor,
	struct http_part *value);

/* Decodes a path into `room`: percent-encoding undone, so that one resource has
 * one name. *bytes is its length. HTTP_BAD_REQUEST: a broken %XX; an encoded
 * slash or control character or NUL; a segment "." or ".." in any spelling (browsers and curl
 * resolve these before they ask); HTTP_URI_TOO_LONG: the room is too small. */
enum http_verdict http_path_decode(struct view path, struct span room, usize *bytes);

/* ---- bodies ---- */

/* Where a body's decoder stands. */
struct http_body {
	u64 left;       /* bytes of this chunk, or of the whole fixed body */
	u64 seen;       /* bytes of content so far */
	u64 most;       /* more is 413 */
	u16 line_bytes; /* of the chunk's or trailer's line */
	u16 trailer_bytes;
	u8 state;
};

/* What one call made of its bytes: `used` are done with; content lies at [at, at + n). */
struct http_piece {
	usize used, at, n;
};

/* For the body of this request; more than `most` bytes of it are HTTP_CONTENT_TOO_LARGE (a
 * fixed body that is too long at the first read). */
struct http_body http_body_make(const struct http_request *r, u64 most);

/* Reads on. HTTP_MORE: call again with what follows `used` (at once if some is
 * left there); HTTP_OK: the body has ended, what follows is the next request.
 * Trailers are read and dropped. One call gives at most one piece of content. */
enum http_verdict http_body_read(struct http_body *b, struct view rx, struct http_piece *out);

/* ---- conditions, ranges, codings ---- */

enum http_condition { HTTP_PROCEED, HTTP_NOT_MODIFIED, HTTP_PRECONDITION_FAILED };

/* RFC 9110, 13.2.2. tag: the current entity tag with its quotes, empty: there
 * is no such resource; modified_s: 0, not known. */
enum http_condition http_precondition(
	struct view head, const struct http_request *r, struct view tag, u64 modified_s);

enum http_ranging { HTTP_WHOLE, HTTP_PARTIAL, HTTP_UNSATISFIABLE };

struct http_range {
	u64 first, n;
};

/* What of `size` bytes is asked for (RFC 9110, 14.2; If-Range, 13.1.5). A range
 * that is not understood, in other units, more than one, or of an old version is the whole. */
enum http_ranging http_range(struct view head, const struct http_request *r, struct view tag, u64 modified_s,
	u64 size, struct http_range *out);

/* The codings kept ready, as bits; http_coding() gives the one to send: the
 * highest q, and among equals br before gzip before identity. Identity is the
 * answer when nothing is acceptable (RFC 9110, 12.5.3 leaves that to the server). */
enum http_coding { HTTP_IDENTITY, HTTP_GZIP, HTTP_BR };
enum http_coding http_coding(struct view head, const struct http_request *r, u32 available);

/* ---- dates ---- */

/* "Sun, 06 Nov 1994 08:49:37 GMT", for seconds since 1970 up to HTTP_SECONDS_MAX (larger ones count as it). */
void http_date_write(struct writer *w, u64 unix_s);

/* Any of the three forms of RFC 9110, 5.6.7; false if it is none. Two-digit
 * years are 1970 to 2069. */
bool http_date_read(struct view v, u64 *unix_s);

/* ---- the response ---- */

/* "HTTP/1.1 200 OK" and its end of line. */
void http_write_status(struct writer *w, u32 status);

/* "Not Found"; "Status" for a code that RFC 9110 does not have. */
struct view http_reason(u32 status);

void http_write_field(struct writer *w, struct view name, struct view value);
void http_write_length(struct writer *w, u64 content_bytes);

/* "Content-Range: bytes 0-499/1234"; n == 0: "bytes *" + "/1234" (for 416). */
void http_write_range(struct writer *w, struct http_range range, u64 size);

/* The empty line that ends the head. */
void http_write_end(struct writer *w);

#endif
