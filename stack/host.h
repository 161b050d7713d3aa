/* host.h - a host on one Ethernet port: its addresses, its neighbours, its flows and datagrams.
 *
 * This is the shell in which the cores of lib/ meet a device and the time.
 * Frames come in through host_step(), are taken apart (eth, arp, ip4, ip6, icmp,
 * udp, tcp) and handed to flows and datagram ports; what the cores want to say
 * goes out with the neighbour's address, checksums and segmentation offloaded
 * where the port can.
 *
 * Memory: every table is the caller's, sized in the manifest and named in
 * struct host_tables. What happens when one is full:
 *
 *   flows        the oldest in TIME-WAIT is forgotten, else the oldest half-open
 *                one that came to us, else one whose peer has kept its window shut for a minute is
 *                reset; else the SYN is dropped (the peer tries again)
 *   a backlog    openings beyond a service's are answered with SYN cookies (backlog=0: there is none)
 *   fast open    beyond a port's limit a SYN is one like others; see lib/tcp/tcp_fast_open.h for the rest
 *   rx buffers   payload that cannot be kept counts as lost (the peer retransmits)
 *   tx buffers   flow_tx() lends nothing; flows are called in turn as buffers return
 *   reassembly   see lib/reassembly; without it (reassembly_buffers=0) fragments are dropped
 *   path MTUs    see lib/pmtu: 32 destinations
 *   routes       see lib/route: 6 given, 6 leased, 6 advertised
 *   neighbours   see lib/neigh; frames waiting for one: HOST_PENDING, the oldest is dropped
 *   ports        serve() and datagram_bind() of a program's own: a bug, it stops
 */
#ifndef STACK_HOST_H
#define STACK_HOST_H

#include "base/pool.h"
#include "base/ring.h"
#include "base/wheel.h"
#include "dev/net.h"
#include "lib/arp/arp.h"
#include "lib/dhcp/dhcp.h"
#include "lib/dhcp6/dhcp6.h"
#include "lib/icmp/icmp.h"
#include "lib/icmp4/icmp4.h"
#include "lib/ip/ip.h"
#include "lib/ip6/ip6.h"
#include "lib/nd/nd.h"
#include "lib/nd/nd_temporary.h"
#include "lib/parts/parts.h"
#include "lib/multicast/multicast.h"
#include "lib/neigh/neigh.h"
#include "lib/pmtu/pmtu.h"
#include "lib/random/random.h"
#include "lib/reassembly/reassembly.h"
#include "lib/route/route.h"
#include "lib/siphash/siphash.h"
#include "lib/tcp/tcp.h"
#include "lib/tcp/tcp_fast_open.h"
#include "stack/datagram.h"
#include "stack/flow.h"

#define HOST_SERVICES      16u /* ports served */
#define HOST_DATAGRAMS     16u /* ports bound */
#define HOST_PENDING       8u  /* frames that wait for a neighbour's address */
#define HOST_PENDING_BYTES 1600u
#define HOST_IP6_STATIC    2u
#define HOST_ROUTES        4u /* given, besides the gateways */
#define HOST_NAME_MAX      63u
#define HOST_RX_BATCH      1024u           /* frames in one step, so that time is not starved by a flood */
#define FLOW_LINGER_NS     (10 * NS_PER_S) /* how long a closed flow waits for the peer's end */
#define FLOW_HALF_OPEN_NS  (10 * NS_PER_S)

/* One table's list of flows, oldest first, as indices + 1. */
struct flow_list {
	u32 first, last;
};

struct flow {
	struct tcp tcp;
	struct host *host;
	serve_fn *fn; /* null: the program has closed it, or it has failed and was told */
	void *session;
	struct ip peer, local;
	u64 wake_ns;  /* the program's own time */
	u64 armed_ns; /* what the wheel holds: never later than the next deadline */
	struct ring tx;
	u32 rx_head, rx_len; /* in the rx buffer: linear, slid to the front when it must */
	u32 chain;           /* next flow in its hash bucket, index + 1 */
	u32 older, newer;    /* neighbours in `list`, index + 1 */
	u32 blocked_next;    /* next flow that waits for the port, index + 1 */
	u16 peer_port, local_port;
	u16 rx_buffer, tx_buffer; /* index + 1; 0: none held */
	u8 list;                  /* enum flow_list_name */
	bool held;                /* serve_any: its SYN is not answered yet */
	bool established, failed;
	bool calling;  /* its program is running: no second call from inside */
	bool blocked;  /* in the list of those that wait for the port */
	bool wants_tx; /* no tx buffer was left when it asked */
	bool strict;   /* bytes after NEXT_CLOSE are answered by a reset */
	u8 hop_limit;  /* 0: the host's */
	u8 tos;        /* DiffServ, in its place */
	u8 fast;       /* FLOW_FAST_* */
};

/* struct flow.fast: TCP Fast Open. */
enum {
	FLOW_FAST_PLACE = 1, /* it has a place in its port's queue */
	FLOW_FAST_TELL = 2,  /* the SYN,ACK tells a cookie */
	FLOW_FAST_CLIENT = 4 /* its SYN asked for one, or gave one */
};

enum flow_list_name {
	FLOW_LIST_NONE,
	FLOW_LIST_TIME_WAIT,
	FLOW_LIST_HALF_OPEN,
	FLOW_LIST_WANTS_TX,
	FLOW_LISTS
};

struct host_tables {
	struct flow *flows;
	struct slot *flow_slots;
	struct timer *timers;
	u32 *buckets; /* bucket_count of them: a power of two */
	u8 *rx, *tx;
	u16 *rx_free, *tx_free; /* stacks of free buffers */
	u32 flow_count, bucket_count;
	u32 rx_buffers, rx_bytes, tx_buffers, tx_bytes;
};

#define HOST_BUCKETS(flows)                                                                                  \
	((flows) <= 64u ? 64u : (flows) <= 1024u ? 1024u : (flows) <= 16384u ? 16384u : 131072u)

/* The static memory of one host, and `const struct host_tables NAME_tables`. */
#define HOST_TABLES(name, flows_, rx_buffers_, rx_bytes_, tx_buffers_, tx_bytes_)                            \
	static struct flow name##_flows[flows_];                                                             \
	static struct slot name##_slots[flows_];                                                             \
	static struct timer name##_timers[flows_];                                                           \
	static u32 name##_buckets[HOST_BUCKETS(flows_)];                                                     \
	static u8 name##_rx[(usize)(rx_buffers_) * (rx_bytes_)];                                             \
	static u8 name##_tx[(usize)(tx_buffers_) * (tx_bytes_)];                                             \
	static u16 name##_rx_free[rx_buffers_];                                                              \
	static u16 name##_tx_free[tx_buffers_];                                                              \
	static const struct host_tables name##_tables = {                                                    \
		.flows = name##_flows,                                                                       \
		.flow_slots = name##_slots,                                                                  \
		.timers = name##_timers,                                                                     \
		.buckets = name##_buckets,                                                                   \
		.rx = name##_rx,                                                                             \
		.tx = name##_tx,                                                                             \
		.rx_free = name##_rx_free,                                                                   \
		.tx_free = name##_tx_free,                                                                   \
		.flow_count = (flows_),                                                                      \
		.bucket_count = HOST_BUCKETS(flows_),                                                        \
		.rx_buffers = (rx_buffers_),                                                                 \
		.rx_bytes = (rx_bytes_),                                                                     \
		.tx_buffers = (tx_buffers_),                                                                 \
		.tx_bytes = (tx_bytes_),                                                                     \
	}

/* Buffers nobody uses: the last one returned is the first taken, and those
 * never used are never touched. */
struct buffers {
	u16 *free;
	u8 *memory;
	u32 count, bytes;
	u32 fresh, returned; /* never used from `fresh` on; `returned` on the stack */
	u32 used, most;
};

struct host_route {
	struct ip_prefix to; /* none: no route */
	struct ip via;       /* none: on the link */
};

/* How a host gets its addresses: options at boot (stack/image.c). */
struct host_config {
	struct view name;                      /* for DHCP */
	struct ip_prefix ip4;                  /* none: by DHCP */
	struct ip_prefix ip6[HOST_IP6_STATIC]; /* besides the link-local one and SLAAC's */
	struct ip gateway4, gateway6;
	struct host_route route[HOST_ROUTES];
	struct view secret; /* of opaque IPv6 identifiers (RFC 7217); empty: random */
	u16 vlan;           /* 802.1Q: the network it is in; 0: frames are untagged */
	bool no_dhcp, no_ip6, no_slaac, eui64;
	bool no_dad;                  /* IPv6 addresses are used at once: alone on a link of our own */
	bool tcp_ecn;                 /* ask for ECN (RFC 3168); who asks us gets it anyway */
	bool tcp_pacing;              /* spread TCP's bursts over the round trip */
	enum tcp_control tcp_control; /* of all that do not ask for another than CUBIC */
	bool tcp_fast_open;           /* data in SYNs (RFC 7413), where programs ask for it */
	bool any;                     /* answer for every address: gateways (serve_any) */
	bool bare; /* a link of two, without neighbours' addresses: no ARP, no ND (a tun device) */
};

struct host_service {
	serve_fn *fn;
	void *sessions;
	usize session_bytes;
	u32 backlog, half_open; /* openings that it keeps at most, and now */
	u16 port;
};

/* Who is asked about flows and datagrams that no service and no bound port takes. */
struct host_asked {
	bool (*in)(struct host *h, struct ip from, struct ip to, struct tcp_segment *s,
		struct view payload); /* what has no ACK and no RST; false: refused */
	flow_ask_fn *flow;
	void *flow_context;
	datagram_ask_fn *datagram;
	datagram_error_fn *error;
	void *datagram_context;
};

struct host_datagram {
	datagram_fn *fn;
	datagram_error_fn *error; /* null: not asked for */
	void *context;
	struct ip peer; /* none: everybody */
	u16 port, peer_port;
};

struct host_pending {
	struct ip from, hop;
	struct net_send send; /* without pieces */
	u32 len;
	u32 age; /* 0: free */
	u8 frame[HOST_PENDING_BYTES];
};

/* Of one IP version, as RFC 4293's ipSystemStatsTable counts (ipForwDatagrams has nothing to count). */
struct host_ip_counts {
	u64 in_receives, in_hdr_errors, in_addr_errors, in_unknown_protos, in_delivers;
	u64 reasm_reqds, reasm_oks, reasm_fails;
	u64 out_requests, out_no_routes;
};

/* As RFC 4022 counts; tcpActiveOpens and tcpPassiveOpens are flows_out and flows_in, tcpRetransSegs is
 * `retransmits`. What the port joined or cuts counts as it came, and as it will be. */
struct host_tcp_counts {
	u64 in_segs, in_errs, out_segs, out_rsts, attempt_fails, estab_resets;
};

/* As RFC 4113 counts; udpInDatagrams and udpOutDatagrams are datagrams_in and datagrams_out. */
struct host_udp_counts {
	u64 in_errors, no_ports;
};

/* Counters since start. Every dropped frame counts in exactly one of those called so. */
struct host_counts {
	struct host_ip_counts ip4, ip6;
	struct host_tcp_counts tcp;
	struct host_udp_counts udp;
	u64 frames_in, frames_out, bytes_in, bytes_out;
	u64 dropped_malformed; /* a decoder refused it */
	u64 dropped_checksum;
	u64 dropped_not_ours;  /* other address, unknown protocol or Ethernet type */
	u64 dropped_fragments; /* refused, or never whole in time */
	u64 dropped_no_flow;   /* table full, or refused while stopping */
	u64 dropped_no_buffer; /* payload treated as lost */
	u64 dropped_no_neighbour;
	u64 dropped_port_full; /* the device had no room to send */
	u64 errors_in; /* about what we have in flight: ICMP's, and of neighbours that do not answer */
	u64 refused;   /* answered by a reset or an unreachable */
	u64 flows_in, flows_out, flows_failed, flows_evicted;
	u64 cookies_out, cookies_in; /* SYNs answered beyond a backlog, and flows that came of it */
	u64 fast_in, fast_full;      /* SYNs with a good Fast Open cookie: taken at once, or beyond a limit */
	u64 retransmits;
	u64 datagrams_in, datagrams_out;
};

/* What a host that takes fragments has besides: host_reassemble(). */
struct host_packet;
struct host_reassembly {
	struct reassembly core;
	u8 *memory;
	usize memory_bytes;
	void (*in)(struct host *h, const struct host_packet *p, const struct fragment *f, struct view data);
	u64 (*step)(struct host *h); /* when to be called at the latest */
};

/* The static memory of it: `count` datagrams at once, of at most `bytes` each. */
#define HOST_REASSEMBLY(name, count, bytes)                                                                  \
	static struct host_reassembly name##_reassembly;                                                     \
	static u8 name##_reassembly_memory[REASSEMBLY_MEMORY(count, bytes)]

/* What a host with SYN cookies has besides: host_syn_cookies(). */
struct host_service;
struct host_cookies {
	/* Answers a SYN for which nothing is kept. */
	void (*out)(struct host *h, struct ip from, struct ip to, const struct tcp_segment *syn,
		const struct tcp_config *config);
	/* Whether this segment of no flow has to do with such a SYN. If it is the ACK of it there is now a
	 * flow for it to arrive at; if it may be what came after a lost ACK, none, and nothing to do. */
	bool (*in)(struct host *h, struct ip from, struct ip to, const struct tcp_segment *s,
		const struct host_service *service, struct flow **opened);
};

/* What a host with TCP Fast Open has besides: host_fast_open(). */
struct host_fast_port {
	u16 port;
	struct tcp_fast_queue queue; /* limit 0: free, and not of this port */
};

struct host_fast_open {
	struct tcp_fast_cache cache;
	struct host_fast_port ports[HOST_SERVICES];
};

/* What a host that reaches itself has besides: host_loopback(). What is said to one's own address is
 * heard in the same step; what that brings about, in the next round of it. */
#define HOST_LOOP_PACKETS 64u
#define HOST_LOOP_BYTES   131072u
#define HOST_LOOP_LEAST   2048u /* there is room as long as one of these fits */
#define HOST_LOOP_ROUNDS  64u   /* in one step, so that time is not starved by two who always answer */

struct host_loop_packet {
	struct ip from, to;
	u32 ip_at, at, end; /* in the batch's bytes: its IP header, what that carries, and its end */
	u8 protocol, hop_limit, ecn;
};

struct host_loop_batch {
	struct host_loop_packet packet[HOST_LOOP_PACKETS];
	u32 count, bytes_used;
	u8 bytes[HOST_LOOP_BYTES];
};

struct host_loopback {
	struct host_loop_batch batch[2]; /* one is looked at while the other is filled */
	u32 filling;
};

#define HOST_BACKLOG_NONE 0xffffffffu /* no limit but the table of flows */

/* What a host that listens to groups has besides: stack/multicast.h. */
struct host_multicast {
	struct multicast core;
	void (*in)(struct host *h, const struct host_packet *p, struct view message);
	u64 (*step)(struct host *h); /* when to be called at the latest */
};

/* What a host with addresses that change has besides (RFC 8981): host_temporary(). */
struct host_temporary {
	struct slaac_temporary core;
	void (*step)(struct slaac_temporary *t, struct slaac *s, u64 now);
};

/* What a host with DHCP for IPv6 has besides: host_dhcp6(). */
struct host_dhcp6 {
	struct dhcp6 core;
	struct ip address;       /* of the lease, in SLAAC's table; none: not there */
	struct ip_prefix prefix; /* delegated; none: not, or not yet */
	void (*advised)(struct host *h, const struct nd *m);
	void (*step)(struct host *h);
	u64 (*deadline)(const struct host *h);
	void (*restart)(struct host *h);
	void (*stop)(struct host *h);
};

struct host {
	/* What is asked for most is near the front: instructions that reach it are shorter. */
	u32 port;
	bool dhcp_runs, slaac_runs, stopping;
	bool more; /* frames than a step takes: the port may have others */
	u64 now, started_ns;
	struct random *random; /* the image's one generator */
	struct ip_prefix ip4;  /* in force; none: no address yet */
	struct net_facts net;
	struct host_config config;
	struct host_tables tables;
	struct pool flows;
	struct wheel wheel;
	struct buffers rx, tx;
	struct flow_list lists[FLOW_LISTS];
	const struct flow
		*lent_to; /* whose in-order payload lies in the frame that came, for this event only, */
	struct view loan; /* and there */
	u32 blocked_first, blocked_last; /* flows that wait for room in the port, index + 1 */
	struct neigh neigh;
	struct pmtu pmtu;
	struct dhcp dhcp;
	struct arp_claim claim; /* of the IPv4 address in force */
	struct slaac slaac;
	struct icmp_limit
		icmp; /* errors told; apart from resets, so that a scan of ports does not silence them */
	struct icmp_limit resets; /* segments refused */
	struct siphash_key key;   /* of the flow table and initial sequence numbers */
	struct routes routes;
	struct ip router; /* advertised, of an image without the part `routes`; none: there is none */
	u64 router_until_ns;
	struct host_service services[HOST_SERVICES];
	struct host_service any_service;
	struct host_datagram datagrams[HOST_DATAGRAMS];
	struct host_datagram any_datagram;
	struct host_asked asked;
	struct host_pending pending[HOST_PENDING];
	struct host_counts counts;
	struct host_reassembly *reassembly; /* null: fragments are dropped */
	struct host_multicast *multicast;   /* null: it listens to no groups */
	struct host_dhcp6 *dhcp6;           /* null: it does not ask DHCPv6 */
	struct host_temporary *temporary;   /* null: its IPv6 addresses stay */
	const struct host_cookies *cookies; /* null: no service has a backlog, there are no cookies */
	struct host_fast_open *fast_open;   /* null: SYNs carry no data */
	struct host_loopback *loopback;     /* null: it does not reach itself */
	u64 cookies_until_ns;               /* ACKs may belong to SYN cookies until then */
	u64 aside_ns;                       /* when reassembly or multicast have to do; 0: they have news */
	u64 addresses_ns;                   /* when addresses or routes have to do; 0: something changed */
	u32 fragment_id;                    /* of the next datagram that is cut */
	u32 pending_age;
	u8 hop_limit;  /* of packets that say nothing of it; 0: 64 */
	u8 tos;        /* of packets, likewise */
	u8 group_hops; /* of datagrams to groups; 0: 1 */
	u32 next_port;
	u32 starved_at;                    /* where the next look for a starved flow begins */
	u32 backlog;                       /* of a service that has none of its own */
	struct ip joined[SLAAC_ADDRESSES]; /* SLAAC addresses whose group was joined */
	u32 announced;                     /* those that were logged: a bit each */
	struct nd advertisement;
	const struct search *advertised_search; /* or null */
	u64 advertise_ns;
	void (*advertise)(struct host *h); /* null: it is no router */
};

/* Before anything else. The generator must be seeded before flows begin. */
void host_start(struct host *h, u32 port, const struct host_tables *tables, const struct host_config *config,
	struct random *random, u64 now);

/* Take fragments from now on (the manifest's reassembly=). An image that never
 * says so does not have the code. */
void host_reassemble(
	struct host *h, struct host_reassembly *r, u32 count, u32 bytes, u8 *memory, usize memory_bytes);

/* Connect from addresses that change from now on (the manifest's temporary=1, RFC 8981). */
void host_temporary(struct host *h, struct host_temporary *t);

/* Keep at most `backlog` openings for each port served from now on; answer others with SYN cookies
 * (lib/tcp/tcp_cookie.h). The manifest's backlog=; an image that never says so does not have the code. */
void host_syn_cookies(struct host *h, u32 backlog);

/* Have TCP Fast Open (RFC 7413), if the option --tcp-fast-open says so: serve_fast_open() and flow_connect_fast(). */
void host_fast_open(struct host *h, struct host_fast_open *x);

/* Be at 127.0.0.0/8 and ::1 from now on too (the latter, with IPv6), and reach itself there and at its own addresses.
 * Such packets never meet the port (RFC 1122 3.2.1.3 g); they are not cut, and a full queue of them makes
 * flows wait and loses datagrams. The manifest's loopback=1. */
void host_loopback(struct host *h, struct host_loopback *x);

/* Ask DHCP for IPv6 from now on when routers say so (the manifest's dhcp6=1), and for a prefix
 * wherever there is one (dhcp6=2): host_delegated(), none while there is none. Binds port 546. */
void host_dhcp6(struct host *h, struct host_dhcp6 *x, bool prefix);
struct ip_prefix host_delegated(const struct host *h);

/* Frames that came, times that passed; returns when to be called at the latest. */
u64 host_step(struct host *h, u64 now);

/* Its halves, for who does more with a host before he waits: when to be called at the latest, as things are now. */
void host_work(struct host *h, u64 now);
u64 host_deadline(const struct host *h);

/* No new flows; every program is called once and finds host_stopping(). Open
 * flows are ended half-way to the deadline and reset at it. */
void host_stop(struct host *h, u64 now);
bool host_stopping(const struct host *h);
void host_end_flows(struct host *h, bool reset, u64 now);

/* Be a router for this link: send this advertisement when asked and now and then, with this search list,
 * which stays the caller's for as long as the host lives; null: none. */
#define HOST_ADVERTISE_NS (200 * NS_PER_S)
void host_advertise(struct host *h, const struct nd *advertisement, const struct search *list);

/* No flow is left. */
bool host_idle(const struct host *h);

/* It has an address that others can reach it at. */
bool host_ready(const struct host *h);

/* Address i of the host, from 0: IPv4, then IPv6 static, SLAAC, link-local; none past the last. */
struct ip_prefix host_address(const struct host *h, u32 i);

/* The resolvers it was told of, from 0. */
struct ip host_resolver(const struct host *h, u32 i);

/* The domains it was told to look short names up in, from 0: lent until the next step; empty past the last. */
struct view host_search(const struct host *h, u32 i);

struct host_facts {
	struct host_counts counts;
	u64 uptime_ns;
	u32 flows_now, flows_most, flows_limit;
	u32 curr_estab; /* tcpCurrEstab: established or close-wait */
	u32 rx_buffers_now, rx_buffers_most, rx_buffers_limit;
	u32 tx_buffers_now, tx_buffers_most, tx_buffers_limit;
	u32 neighbours;
};
struct host_facts host_facts(const struct host *h);

/* A number over tables and counters, without addresses (dev/image.h). */
u64 host_hash(const struct host *h);

/* ---- between the files of stack/ ---- */

/* It answers for every address (serve_any): never an image of a manifest. */
static inline bool host_is_router(const struct host *h)
{
	return image_parts.router && h->config.any;
}

/* One of struct host_counts. */
static inline void host_count(u64 *counter, u64 more)
{
	if (image_parts.counters)
		*counter += more;
}

static inline bool host_has_loopback(const struct host *h)
{
	return image_parts.loopback && h->loopback;
}

/* What the port does for us: NET_CAN_*. */
static inline bool host_can(const struct host *h, u32 what)
{
	return image_parts.offloads && (h->net.can & what) != 0;
}

/* Which way a packet goes: the source address and the next hop. False: no
 * address of that family, or no route. */
bool host_route(const struct host *h, struct ip to, struct ip *from, struct ip *hop);

/* The next hop alone; none: no way there. */
struct ip host_hop(const struct host *h, struct ip to);

bool host_owns(const struct host *h, struct ip a);

static inline struct host_ip_counts *host_ip_counts(struct host *h, struct ip a)
{
	return ip_is4(a) ? &h->counts.ip4 : &h->counts.ip6;
}

/* What IPv4's header says of a piece of a larger packet. */
struct host_piece {
	u16 id, offset_bytes;
	bool more;
};

/* One IP packet on its way out. The transport header is written through `w`; it
 * begins at `at` in the frame. Ethernet's and IP's headers are written when its
 * length is known, by host_out_send(). */
struct host_out {
	struct writer w;
	struct span room;
	struct ip from, to, hop;
	struct mac hop_mac;
	u8 protocol, hop_limit;
	u8 tos; /* DiffServ; and, RFC 3168, what the path may say of it */
	usize at;
	struct host_piece piece;
	bool is_piece; /* of a larger packet: IPv4's header says which */
	bool looped;   /* it is for ourselves */
	bool resolved; /* the neighbour is known; else the frame will wait for it */
};

/* from: none chooses the source. False: no route, or no room in the port (counted). */
bool host_out_begin(struct host *h, struct host_out *o, struct ip from, struct ip to, u8 protocol);

/* `send` describes pieces and offloads; its csum_start and head_len count from
 * the frame's first byte. Consumes what begin took. */
void host_out_send(struct host *h, struct host_out *o, struct net_send *send);

/* A packet larger than its path takes, in pieces: `head` (the transport header, its checksum
 * complete), then `body`. One piece that cannot leave loses the packet: the rest is not sent. */
bool host_send_pieces(
	struct host *h, struct ip from, struct ip to, u8 protocol, struct view head, struct view body);

/* The largest packet to send there, IP header included (RFC 1191, RFC 8201): what
 * a transport asks before it cuts. */
u16 host_path_mtu(const struct host *h, struct ip to);

/* What an ICMP error says, and about which packet of ours; believed by who sent it. Or what our own host says (RFC 4861
 * 7.2.2) of a packet that waited for a hop which does not answer. If that is its peer, on this link, an opening ends as by
 * a hard error: routers might be wrong about it, or lie. If it is a router there may be another. */
struct host_error {
	struct icmp_quote quote; /* host_error_in() fills it in */
	enum icmp_trouble trouble;
	u32 mtu;       /* ICMP_TOO_BIG; 0: not said */
	struct ip hop; /* that does not answer; none: it is an ICMP error */
};

/* `packet` is the one that the error quotes; it came to `to`. */
void host_error_in(struct host *h, struct ip to, struct host_error e, struct view packet);

/* The transports' part of it. True: that packet is in flight (RFC 5927 4.1), so what
 * the error says of its path may be believed. host_path_mtu() is still the old one. */
bool flow_error_in(struct host *h, const struct host_error *e);
void flow_error_heed(struct host *h, const struct host_error *e); /* it was believed, and is known */
bool datagram_error_in(struct host *h, const struct host_error *e);

/* The neighbour is known now: what waits for it goes out. Or it does not answer: dropped, and who sent it is told. */
void host_pending_flush(struct host *h, struct ip hop, struct mac mac);
void host_pending_drop(struct host *h, struct ip hop);

/* Asks who has this address: ARP, or a neighbour solicitation; `mac` none asks all. */
void host_solicit(struct host *h, struct ip target, struct mac mac);

/* One frame from the port. */
void host_frame(struct host *h, const struct net_frame *frame);

/* An IP packet from here whose payload is ready: for ICMP, ND, DHCP. */
bool host_send_packet(
	struct host *h, struct ip from, struct ip to, u8 protocol, u8 hop_limit, struct view payload);

/* One packet that came. */
struct host_packet {
	struct ip from, to;
	struct view whole; /* from its IP header on: what an error quotes */
	u8 protocol;
	u8 hop_limit;
	u8 ecn;          /* RFC 3168: what the path said of it; of fragments, of the last that came */
	u8 icmp_type;    /* set where an error about ICMP is to be sent (icmp_type_of) */
	bool link_group; /* it came to an Ethernet group */
	bool reassembled;
	bool looped; /* from ourselves, and never on a wire */
	const struct net_frame *frame;
};

/* A whole packet for one of us. */
bool host_packet_in(struct host *h, const struct host_packet *p, struct view payload);

void host_icmp4_in(struct host *h, const struct host_packet *p, struct view message);
void host_icmp6_in(struct host *h, const struct host_packet *p, struct view message);

/* Tell its sender, if one may (false: not): this, in the numbers of its family; nobody listens
 * on this port; this is wrong with the headers (RFC 8200 4.2). */
bool host_error_out(struct host *h, const struct host_packet *p, u8 type, u8 code);
void host_port_unreachable(struct host *h, const struct host_packet *p, u16 from_port, u16 to_port);
void host_parameter_problem(struct host *h, const struct host_packet *p, const struct ip6_problem *problem);

/* It is from ourselves, and never was on a wire. */
static inline bool host_was_looped(const struct host_packet *p)
{
	return image_parts.loopback && p->looped;
}

/* host_loop.c: what is for ourselves. A packet written into that room (empty: it is full for now), and its
 * pieces, is kept until host_loop_in(). */
struct span host_loop_room(const struct host *h);
void host_loop_out(struct host *h, const struct host_out *o, usize head, const struct net_send *send);
void host_loop_in(struct host *h);
bool host_loop_is_empty(const struct host *h);

static inline bool host_loop_is_full(const struct host *h)
{
	return !host_has_loopback(h) || host_loop_room(h).n == 0;
}

static inline bool host_is_itself(const struct host *h, struct ip a)
{
	return host_has_loopback(h) && host_owns(h, a);
}

/* Room for a frame to this one. */
static inline struct span host_out_room(const struct host *h, bool looped)
{
	return host_has_loopback(h) && looped ? host_loop_room(h) : net_tx(h->port);
}

/* host_routes.c: what those who run the image, a lease and an advertisement say of ways. */
void host_given_routes(struct host *h);
void host_leased_routes(struct host *h);
void host_advertised_routes(struct host *h, const struct nd *m, struct ip from);
void host_routes_step(struct host *h);
u64 host_routes_deadline(const struct host *h);
struct ip host_gateway(const struct host *h, bool four); /* without the part `routes` */

void host_addresses_start(struct host *h);
void host_addresses_step(struct host *h);
void host_neighbours_step(struct host *h);

/* To be said by whoever changes what is due next of DHCP, SLAAC, routes or claims but in host_addresses_step(). */
static inline void host_addresses_changed(struct host *h)
{
	h->addresses_ns = 0;
}

void host_arp_in(struct host *h, struct reader *r);
void host_nd_in(struct host *h, struct ip from, struct ip to, u8 hop_limit, struct view message);
void host_dhcp_in(struct host *h, struct view message);

void flow_segment_in(struct host *h, const struct host_packet *p, struct view segment);
void flows_start(struct host *h);
void flows_step(struct host *h);
void datagram_in(struct host *h, const struct host_packet *p, struct view packet);

/* datagram_send() for what is known to fit a frame. */
bool datagram_send_small(
	struct host *h, struct ip from, u16 from_port, struct ip to, u16 to_port, struct view data);

#endif
