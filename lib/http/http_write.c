/* http_write.c - response heads (RFC 9112, 4; RFC 9110, 14.4). */
#include "lib/http/http.h"

void http_write_status(struct writer *w, u32 status)
{
	if (status == 200) {
		write_text(w, "HTTP/1.1 200 OK\r\n");
		return;
	}
	write_text(w, "HTTP/1.1 ");
	write_decimal_pad(w, status, 3);
	write_text(w, " ");
	write_view(w, http_reason(status));
	write_text(w, "\r\n");
}

void http_write_field(struct writer *w, struct view name, struct view value)
{
	write_view(w, name);
	write_text(w, ": ");
	write_view(w, value);
	write_text(w, "\r\n");
}

void http_write_length(struct writer *w, u64 content_bytes)
{
	write_text(w, "Content-Length: ");
	write_decimal(w, content_bytes);
	write_text(w, "\r\n");
}

void http_write_range(struct writer *w, struct http_range range, u64 size)
{
	write_text(w, "Content-Range: bytes ");
	if (range.n == 0) {
		write_text(w, "*");
	} else {
		write_decimal(w, range.first);
		write_text(w, "-");
		write_decimal(w, range.first + (range.n - 1u));
	}
	write_text(w, "/");
	write_decimal(w, size);
	write_text(w, "\r\n");
}

void http_write_end(struct writer *w)
{
	write_text(w, "\r\n");
}
