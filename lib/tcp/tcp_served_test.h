/* tcp_served_test.h - how conversations about loss begin: a served connection, and a flight of segments. See tcp_test.h. */
#ifndef LIB_TCP_TCP_SERVED_TEST_H
#define LIB_TCP_TCP_SERVED_TEST_H

/* The window is large; IW10 is ten segments of 1000. */
#define SERVED_WITH(options)                                                                                 \
	"listen nodelay newreno", "< S 0:0(0) win 60000 <mss 1000" options ">", "> S. 0:0(0) ack 1",         \
		"< . 1:1(0) ack 1 win 60000"
#define SERVED SERVED_WITH("")
#define SACKED SERVED_WITH(",sackOK")

#define SENT_4                                                                                               \
	"write 4000", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1", "> . 2001:3001(1000) ack 1",    \
		"> P. 3001:4001(1000) ack 1"
#define SENT_5                                                                                               \
	"write 5000", "> . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1", "> . 2001:3001(1000) ack 1",    \
		"> . 3001:4001(1000) ack 1", "> P. 4001:5001(1000) ack 1"
#define DUPLICATE "< . 1:1(0) ack 1 win 60000"

#endif
