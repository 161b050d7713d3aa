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

struct view http_reason(u32 status)
{
	switch (status) {
	case 100: return text("Continue");
	case 200: return text("OK");
	case 201: return text("Created");
	case 202: return text("Accepted");
	case 204: return text("No Content");
	case 206: return text("Partial Content");
	case 301: return text("Moved Permanently");
	case 302: return text("Found");
	case 303: return text("See Other");
	case 304: return text("Not Modified");
	case 307: return text("Temporary Redirect");
	case 308: return text("Permanent Redirect");
	case 400: return text("Bad Request");
	case 401: return text("Unauthorized");
	case 403: return text("Forbidden");
	case 404: return text("Not Found");
	case 405: return text("Method Not Allowed");
	case 406: return text("Not Acceptable");
	case 408: return text("Request Timeout");
	case 409: return text("Conflict");
	case 410: return text("Gone");
	case 411: return text("Length Required");
	case 412: return text("Precondition Failed");
	case 413: return text("Content Too Large");
	case 414: return text("URI Too Long");
	case 415: return text("Unsupported Media Type");
	case 416: return text("Range Not Satisfiable");
	case 417: return text("Expectation Failed");
	case 421: return text("Misdirected Request");
	case 422: return text("Unprocessable Content");
	case 429: return text("Too Many Requests");
	case 431: return text("Request Header Fields Too Large");
	case 500: return text("Internal Server Error");
	case 501: return text("Not Implemented");
	case 502: return text("Bad Gateway");
	case 503: return text("Service Unavailable");
	case 504: return text("Gateway Timeout");
	case 505: return text("HTTP Version Not Supported");
	}
	return text("Status");
}
