/* http_parts.h - between http.c (the session's states) and http_answer.c (what is written). */
#ifndef STACK_HTTP_PARTS_H
#define STACK_HTTP_PARTS_H

#include "stack/http.h"

enum http_state {
	HTTP_STATE_HEAD,   /* waits for a request's head to be whole */
	HTTP_STATE_BODY,   /* waits for the next bytes of its body */
	HTTP_STATE_REPLY,  /* an upload has come; its page waits for room */
	HTTP_STATE_SENDING /* waits for room for the rest of the answer */
};

/* What a step of a session came to. */
enum http_step {
	HTTP_GO_ON, /* take the next step */
	HTTP_WAIT,
	HTTP_CLOSE,
	HTTP_RESET
};

/* Answers a request whose head is whole: routes it, and writes the answer's
 * head (HTTP_WAIT: there is no room yet, and nothing has happened). */
enum http_step http_answer(struct http_exchange *x);

/* The page at the end of an upload. */
enum http_step http_answer_page(struct http_exchange *x);

/* An answer that is only a status, and the end of the connection if not x->session->keep. */
enum http_step http_answer_status(struct http_exchange *x, u32 status);

/* Sends on what the session was sending. */
enum http_step http_send_on(struct http_exchange *x);

#endif
