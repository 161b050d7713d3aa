/* fata_socket_parts.h - between the files of the adapter: what a stack and a socket are. */
#ifndef TEST_ADAPTER_FATA_SOCKET_PARTS_H
#define TEST_ADAPTER_FATA_SOCKET_PARTS_H

#include "stack/host.h"
#include "stack/multicast.h"
#include "test/adapter/fata_socket.h"

#define FIRST_FD 3

enum sock_state {
	SOCK_IDLE,
	SOCK_LISTENS,
	SOCK_CONNECTING,
	SOCK_CONNECTED, /* its stream may have ended in one direction, or in both */
	SOCK_OVER       /* it was connected and broke, or ended in good order */
};

/* One datagram that waits to be read. */
struct letter {
	struct letter *next;
	struct ip from, to;
	u16 from_port;
	u32 len;
	u8 bytes[];
};

/* What setsockopt() says and a socket's children have from it. */
struct sock_options {
	bool nonblock, reuse, reuse_port, v6only, broadcast, keepalive, no_delay, linger;
	u32 linger_s;
	u64 receive_ns, send_ns; /* timeouts; 0: none */
	u32 rx_bytes, tx_bytes;
	u16 mss;      /* 0: what the link takes */
	u8 hop_limit; /* 0: the host's */
	u8 tos;
	enum tcp_control control;
	u32 idle_s, interval_s, probes, user_timeout_ms;
	u32 fast_queue;    /* TCP_FASTOPEN: of a listener */
	bool fast_connect; /* TCP_FASTOPEN_CONNECT */
	bool corked, inq, pktinfo;
	bool whole;      /* IP_MTU_DISCOVER: a datagram that does not fit is not cut */
	int discover;    /* as it was said */
	u32 low_water;   /* SO_RCVLOWAT */
	u32 unsent_most; /* TCP_NOTSENT_LOWAT */
	u32 syn_count;   /* TCP_SYNCNT; 0: it is not counted */
	u32 defer_s;     /* TCP_DEFER_ACCEPT */
	u8 group_hops;   /* IP_MULTICAST_TTL; 0: 1 */
};

struct sock {
	struct fata_stack *stack;
	struct sock *next; /* of all there are */
	u64 serial;        /* no other socket of this stack ever has it */
	int fd;            /* 0: it waits for accept(), or is going */
	int domain, type;
	enum sock_state state;
	struct sock_options o;
	int error; /* told once: by a call, or by SO_ERROR */
	bool bound, shut_read, shut_write;
	bool finished;       /* connected, and connect() has not said so */
	bool closing, abort; /* what its flow is to be told */
	bool ended;          /* the peer's end was seen when the flow went */
	bool deferred;       /* connecting, but its SYN waits for the first bytes */
	struct ip local, peer;
	u16 local_port, peer_port;
	struct flow *flow;
	u8 *held; /* corked: less than a segment */
	usize held_bytes;
	u64 held_until;
	usize first_bytes; /* of its SYN */
	bool first_taken;  /* and the peer took them */
	struct {
		struct ip to;
	} told;   /* of the datagram that was read last */
	u8 *left; /* what its flow had received when it went */
	usize left_at, left_bytes;
	struct sock *listener, *queue; /* a child; the next one in its queue */
	struct sock *first, *last;     /* a listener's queue */
	u32 ready, backlog;
	struct letter *letter, *last_letter;
	usize letter_bytes;
	struct ip groups[MULTICAST_GROUPS];
	u32 group_count;
};

/* A frame that waits to be looked at. */
struct packet {
	struct packet *next;
	u32 len;
	u8 bytes[];
};

struct fata_stack {
	struct host host;
	struct host_reassembly reassembly;
	struct host_multicast groups; /* from the first membership on */
	struct host_fast_open fast;
	struct host_loopback loopback;
	struct random random;
	fata_output_fn *output;
	fata_wait_fn *wait;
	void *context;
	bool ip_only, busy;
	struct mac mac;
	u16 mtu;
	u64 now, wake;
	void *memory; /* the host's tables */
	u8 *frame;    /* what is being sent */
	usize frame_bytes;
	struct packet *first, *last;
	u32 packets;
	struct sock **fds;
	u32 fd_count, backlog_most;
	struct sock *socks;
	u64 serial;
};

/* ---- one call ---- */

struct call {
	struct fata_stack *s, *outer;
	struct sock *k;
	int fd;
	u64 serial;
	u64 until; /* when to stop waiting */
};

/* False: errno is set (EBADF, EDEADLK), and the call is over. */
bool call_begin(struct call *c, struct fata_stack *s, int fd);
bool call_begin_without(struct call *c, struct fata_stack *s); /* no descriptor */

/* Waits until something may have changed. False: errno says why not. */
bool call_wait(struct call *c, bool dont);

/* Sends what there is to send, and gives the result; errno stays. */
ssize_t call_end(struct call *c, ssize_t result);

/* The call is over with this errno. */
ssize_t call_fail(struct call *c, int error);

/* errno, and -1. */
int fail(int error);

/* A waiting call's limit from a timeout; 0: none. */
void call_limit(struct call *c, u64 timeout_ns);

/* ---- sockets (fata_socket_calls.c) ---- */

/* fd 0: none. Null: no memory. */
struct sock *sock_new(struct fata_stack *s, int domain, int type);
void sock_free(struct sock *k);

/* It takes what comes to this address of ours. */
bool sock_takes(const struct sock *k, struct ip to);

/* What a peer's address means: nobody's is our own (as on Linux). */
struct ip sock_reaches(const struct sock *k, struct ip peer);

/* Chooses a port if it has none. 0, or an errno. */
int sock_bind_any(struct sock *k);

/* 0, or an errno. An address of all zeroes is none. */
int address_read(const struct sock *k, const struct sockaddr *a, socklen_t n, struct ip *ip, u16 *port);
void address_write(const struct sock *k, struct ip ip, u16 port, struct sockaddr *a, socklen_t *n);

/* 0: it is under way, and *taken bytes of `first` with it (null: it is an opening like others). Or an errno. */
int sock_connect(struct sock *k, struct ip peer, u16 port, struct view first, usize *taken);

/* A listener's TCP_FASTOPEN takes effect, or ends with it. False: too many have it. */
bool sock_fast_open(struct sock *k, bool on);

/* ---- streams (fata_socket_stream.c) ---- */

flow_ask_fn stream_asked;
void stream_plan(const struct sock *k, struct flow_plan *plan);
int stream_open(struct sock *k, struct view first, usize *taken); /* as sock_connect() */
bool stream_has_cookie(struct sock *k, struct ip from);
void stream_close(struct sock *k);
void stream_call(struct sock *k); /* what was read or written takes effect */
struct view stream_rx(const struct sock *k);
void stream_rx_done(struct sock *k, usize n);
usize stream_room(const struct sock *k);
u32 stream_unsent(const struct sock *k);
usize stream_write(struct sock *k, struct view v, bool more); /* more: MSG_MORE (fata_socket_hold.c) */
void stream_release(struct sock *k);                          /* what is held back goes */
void stream_held_long(struct sock *k);
void stream_drop_held(struct sock *k);
u32 stream_unacked(const struct sock *k);
bool stream_ended(const struct sock *k); /* nothing will be read any more */

/* ---- datagrams (fata_socket_letter.c) ---- */

datagram_ask_fn letter_asked;
datagram_error_fn letter_error;

/* What Linux calls what a network says about a peer. */
int sock_error_of(enum icmp_trouble trouble, struct ip about);
void letters_drop(struct sock *k);

/* Memberships. 0, or an errno. */
int group_join(struct sock *k, struct ip group);
int group_leave(struct sock *k, struct ip group);
ssize_t letter_receive(struct call *c, const struct iovec *to, int count, int flags, struct sockaddr *from,
	socklen_t *from_n);
ssize_t letter_send(struct call *c, const struct iovec *from, int count, const struct sockaddr *to,
	socklen_t to_n, struct ip source);

/* ---- beside the bytes (fata_socket_control.c) ---- */

void control_write(struct sock *k, struct msghdr *m);
int control_read(const struct sock *k, const struct msghdr *m, struct ip *from); /* 0, or an errno */

/* What poll() says of it. */
short sock_events(const struct sock *k);

#endif
