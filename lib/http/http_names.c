/* http_names.c - the words of HTTP: methods, fields, reasons. */
#include "lib/http/http.h"

struct view http_method_name(enum http_method m)
{
	switch (m) {
	case HTTP_GET: return text("GET");
	case HTTP_HEAD: return text("HEAD");
	case HTTP_POST: return text("POST");
	case HTTP_PUT: return text("PUT");
	case HTTP_DELETE: return text("DELETE");
	case HTTP_OPTIONS: return text("OPTIONS");
	case HTTP_PATCH: return text("PATCH");
	case HTTP_TRACE: return text("TRACE");
	case HTTP_METHODS: break;
	}
	return text("?");
}

struct view http_field_name(enum http_field f)
{
	switch (f) {
	case HTTP_HOST: return text("Host");
	case HTTP_CONNECTION: return text("Connection");
	case HTTP_CONTENT_LENGTH: return text("Content-Length");
	case HTTP_TRANSFER_ENCODING: return text("Transfer-Encoding");
	case HTTP_EXPECT: return text("Expect");
	case HTTP_ACCEPT_ENCODING: return text("Accept-Encoding");
	case HTTP_IF_MATCH: return text("If-Match");
	case HTTP_IF_NONE_MATCH: return text("If-None-Match");
	case HTTP_IF_MODIFIED_SINCE: return text("If-Modified-Since");
	case HTTP_IF_UNMODIFIED_SINCE: return text("If-Unmodified-Since");
	case HTTP_IF_RANGE: return text("If-Range");
	case HTTP_RANGE: return text("Range");
	case HTTP_CONTENT_TYPE: return text("Content-Type");
	case HTTP_USER_AGENT: return text("User-Agent");
	case HTTP_FIELDS: break;
	}
	return text("?");
}

struct reason {
	u32 status;
	char words[32]; /* with a zero behind them */
};

static const struct reason REASONS[] = {
	{ 0, "Status" }, /* for a code that has no words */
	{ 100, "Continue" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
};

struct view http_reason(u32 status)
{
	u32 row = 0;

	for (u32 i = 1; i < COUNT(REASONS); i += 1)
		if (REASONS[i].status == status)
			row = i;
	return view_first(view_of(REASONS[row].words), view_find(view_of(REASONS[row].words), 0));
}
