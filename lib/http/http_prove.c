/* prove: lib/http/http.c lib/http/http_class.c lib/http/http_names.c lib/http/http_body.c lib/http/http_choice.c lib/http/http_date.c lib/http/http_write.c */
/* prove-with: precision=3 */
#include "lib/http/http.h"
#include "verify/model.h"

static u8 rx[9000], other[300], room[1024];

static struct http_range any_range(void)
{
	struct http_range range;

	range.first = any_upto(0x7fffffffu);
	range.n = any_upto(0x7fffffffu);
	return range;
}

static void ask(const struct http_request *r)
{
	struct http_part value;
	struct http_range range;
	u32 cursor = any_u32();
	usize n;

	(void)http_part(any_view(rx), r->path);
	(void)http_field(any_view(rx), r, (enum http_field)any_upto(HTTP_FIELDS - 1u));
	(void)http_field_next(any_view(rx), r, any_view(other), &cursor, &value);
	(void)http_path_decode(any_view(rx), any_span(room), &n);
	(void)http_precondition(any_view(rx), r, any_view(other), any_u64());
	(void)http_range(any_view(rx), r, any_view(other), any_u64(), any_u64(), &range);
	(void)http_coding(any_view(rx), r, any_u32());
}

static void take(const struct http_request *r)
{
	struct http_body body = http_body_make(r, any_u64());
	struct http_piece piece;

	while (NONDET())
		(void)http_body_read(&body, any_view(rx), &piece);
}

static void answer(void)
{
	struct writer w = writer_of(any_span(room));
	u64 s;

	http_write_status(&w, any_u32());
	http_write_field(&w, any_view(other), any_view(other));
	http_write_length(&w, any_u64());
	http_write_range(&w, any_range(), any_u64());
	(void)http_date_read(any_view(other), &s);
	http_date_write(&w, any_bool() ? s : any_u64()); /* set, whatever the verdict */
	http_write_end(&w);
	(void)http_method_name((enum http_method)any_upto(HTTP_METHODS));
	(void)http_field_name((enum http_field)any_upto(HTTP_FIELDS));
	(void)http_reason(any_u32());
}

int main(void)
{
	struct http_request r;

	while (NONDET()) {
		(void)http_request_read(any_view(rx), &r);
		ask(&r);
		take(&r);
		answer();
	}
	return 0;
}
