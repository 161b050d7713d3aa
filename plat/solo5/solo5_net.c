/* solo5_net.c - dev/net.h on a tender's ports: one frame a call, all offloads in software. */
#include "plat/net_soft.h"
#include "plat/solo5/solo5.h"

#define PORTS       8u
#define MTU_LEAST   576u  /* a tender that says less is not believed */
#define MTU_MOST    9216u /* of a larger one this much is used */
#define FRAME_BYTES (MTU_MOST + SOLO5_ETHERNET_HEADER)
#define RX_BYTES    (FRAME_BYTES * 4u) /* sixteen frames of 1514 bytes, or four of the largest */
#define TX_BYTES    4096u

struct port {
	u32 handle; /* 0: a cable that goes nowhere */
	u32 most;   /* bytes of a frame */
	bool dry;   /* the last read said that there is no more */
	bool lent;  /* net_tx() lent room and waits for net_tx_send() */
	struct net_facts facts;
	u32 frames, first; /* in `frame`: how many, and the first that is not done */
	struct {
		u32 at, len;
	} frame[NET_BATCH];
	u8 rx[RX_BYTES], tx[TX_BYTES];
};

static struct port ports[PORTS];
static u32 port_count;
static u8 out[FRAME_BYTES]; /* the frame that is being sent: a call takes it whole */

static struct port *port_of(u32 port)
{
	require(port < PORTS);
	return &ports[port];
}

/* ---- receiving ---- */

static void receive(struct port *p)
{
	u32 at = 0;

	p->first = p->frames = 0;
	while (p->handle != 0 && !p->dry && p->frames < NET_BATCH && at + p->most <= RX_BYTES) {
		usize n = 0;
		enum solo5_result r =
			tender_net_read(p->handle, span_first(span_from(span_of(p->rx), at), p->most), &n);

		if (r != SOLO5_R_OK || n == 0 || n > p->most) {
			p->dry = true;
			return;
		}
		p->frame[p->frames].at = at;
		p->frame[p->frames].len = (u32)n;
		p->frames += 1;
		at += ((u32)n + 15u) / 16u * 16u;
	}
}

usize net_rx(u32 port, struct net_frame *frames, usize max)
{
	struct port *p = port_of(port);
	usize n = 0;

	if (p->first == p->frames)
		receive(p);
	for (; n < max && p->first + n < p->frames; n += 1) {
		u32 i = p->first + (u32)n;

		frames[n] = (struct net_frame){ view_first(view_from(view_of(p->rx), p->frame[i].at),
							p->frame[i].len),
			NET_CSUM_CHECK, 0 };
	}
	return n;
}

void net_rx_done(u32 port, usize n)
{
	struct port *p = port_of(port);

	require(n <= p->frames - p->first);
	p->first += (u32)n;
}

bool guest_net_more(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		if (ports[i].handle != 0 && (!ports[i].dry || ports[i].first < ports[i].frames))
			return true;
	return false;
}

void guest_net_ready(u64 ready)
{
	for (u32 i = 0; i < port_count; i += 1)
		ports[i].dry = (ready >> ports[i].handle & 1u) == 0;
}

void guest_net_look(void)
{
	for (u32 i = 0; i < port_count; i += 1)
		ports[i].dry = false;
}

/* ---- sending ---- */

struct span net_tx(u32 port)
{
	struct port *p = port_of(port);

	p->lent = true;
	return span_of(p->tx);
}

void net_tx_send(u32 port, usize head, const struct net_send *send)
{
	struct port *p = port_of(port);
	struct view first = view_first(view_of(p->tx), head);
	struct net_soft s;

	require(p->lent && head <= TX_BYTES);
	p->lent = false;
	s = net_soft_begin(first, send);
	while (net_soft_more(&s)) {
		usize n = net_soft_next(&s, first, send, span_first(span_of(out), p->most));

		if (n == 0) { /* larger than the MTU and not to be cut */
			p->facts.lost += 1;
			return;
		}
		if (p->handle == 0 || tender_net_write(p->handle, view_first(view_of(out), n)) != SOLO5_R_OK)
			p->facts.lost += 1;
	}
}

/* ---- facts ---- */

struct net_facts net_facts(u32 port)
{
	return port_of(port)->facts;
}

void net_multicast(u32 port, struct mac group, bool want)
{
	(void)port, (void)group, (void)want; /* all arrive */
}

void guest_net_start(void)
{
	while (port_count < PORTS && image_port_name(port_count).n > 0) {
		struct port *p = &ports[port_count];
		u32 mtu = 1500;

		p->handle = guest_device(SOLO5_NET, port_count);
		p->facts = (struct net_facts){
			.mac = { { 2, 0, 0, 0, 0, (u8)(1 + port_count) } },
			.up = p->handle != 0,
			.can = NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6,
			.gso_bytes = 65535,
		};
		if (p->handle != 0) {
			p->facts.mac = guest.manifest.device[p->handle].mac;
			mtu = guest.manifest.device[p->handle].mtu;
		}
		mtu = mtu < MTU_LEAST ? 1500u : mtu > MTU_MOST ? MTU_MOST : mtu;
		p->facts.mtu = (u16)mtu;
		p->most = mtu + SOLO5_ETHERNET_HEADER;
		port_count += 1;
	}
	require(image_port_name(port_count).n == 0);
}
