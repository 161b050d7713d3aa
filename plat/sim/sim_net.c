/* sim_net.c - ports, wires and switches. See sim.h. */
#include "plat/net_soft.h"
#include "plat/sim/sim_world.h"
#include <stdlib.h>
#include <string.h>

static bool same_mac(struct mac a, struct mac b)
{
	return view_equal(view_of(a.b), view_of(b.b));
}

/* ---- frames ---- */

static struct sim_frame *frame_make(usize n)
{
	struct sim_frame *f = malloc(sizeof *f + n);

	require(f != NULL);
	*f = (struct sim_frame){ .users = 1, .len = (u32)n };
	return f;
}

void sim_frame_drop(struct sim_frame *f)
{
	f->users -= 1;
	if (f->users == 0)
		free(f);
}

static struct view frame_view(const struct sim_frame *f)
{
	return view_make(f->bytes, f->len);
}

static struct mac frame_mac(const struct sim_frame *f, usize at)
{
	struct mac mac = { { 0 } };

	copy(span_of(mac.b), view_from(frame_view(f), at));
	return mac;
}

/* ---- wires ---- */

/* Sends a frame down a wire; each copy that arrives is an event. Uses up one of the frame's users. */
static void wire(struct sim_link *l, struct sim_port *p, enum sim_kind kind, struct sim_frame *f)
{
	struct sim *s = p->sim;
	struct sim_arrival arrivals[2];
	u32 n = link_pass(l, f->len, s->now, arrivals);

	if (n == 0)
		sim_trace(s, p->name, "   lost on the wire, %u bytes", f->len);
	for (u32 i = 0; i < n; i += 1) {
		struct sim_frame *arriving = f;

		f->users += 1;
		if (arrivals[i].burst > 0) {
			arriving = frame_make(f->len);
			copy(span_make(arriving->bytes, f->len), frame_view(f));
			link_flip(l, span_make(arriving->bytes, f->len), arrivals[i].burst);
			arriving->harmed = true;
			sim_frame_drop(f);
		}
		queue_put(&s->queue, arrivals[i].at, kind, p, arriving);
	}
	sim_frame_drop(f);
}

static void send(struct sim_port *p, struct sim_frame *f)
{
	p->sim->counts.frames += 1;
	sim_captured(p, true, frame_view(f));
	if (p->in)
		wire(&p->sent, p, SIM_EVENT_SWITCH, f);
	else
		sim_frame_drop(f);
}

void sim_send(struct sim_port *p, struct view frame)
{
	struct sim_frame *f = frame_make(frame.n);

	copy(span_make(f->bytes, frame.n), frame);
	send(p, f);
}

/* ---- switches ---- */

struct sim_switch *sim_switch(struct sim *s, const char *name, struct sim_link_model model)
{
	struct sim_switch *w = sim_memory(sizeof *w), **end = &s->switches;

	*w = (struct sim_switch){ .sim = s, .model = model };
	sim_name(w->name, sizeof w->name, name);
	while (*end)
		end = &(*end)->next;
	*end = w;
	return w;
}

void sim_hub(struct sim_switch *w, bool hub)
{
	w->hub = hub;
}

/* Where this address is: the place in the table, or its end. */
static u32 find_mac(const struct sim_switch *w, struct mac mac)
{
	u32 i = 0;

	while (i < w->mac_count && !same_mac(w->macs[i].mac, mac))
		i += 1;
	return i;
}

static void learn(struct sim_switch *w, struct mac mac, struct sim_port *p)
{
	u32 i = find_mac(w, mac);

	if ((mac.b[0] & 1) != 0 || i == SIM_MACS)
		return;
	w->macs[i].mac = mac;
	w->macs[i].port = p;
	if (i == w->mac_count)
		w->mac_count += 1;
}

static bool hears(const struct sim_port *p, const struct sim_port *from)
{
	return p != from && p->in && (p->group == 0 || from->group == 0 || p->group == from->group);
}

static bool perfect(const struct sim_link_model *m)
{
	static const struct sim_link_model none;

	/* Padding that is not zero only costs the short cut. NOLINTNEXTLINE(*-memory-comparison,cert-exp42-c,cert-flp37-c) */
	return memcmp(m, &none, sizeof none) == 0;
}

static void pass_down(struct sim_port *p, struct sim_frame *f)
{
	f->users += 1;
	if (perfect(&p->received.model))
		sim_at_port(p, f);
	else
		wire(&p->received, p, SIM_EVENT_PORT, f);
}

void sim_at_switch(struct sim_port *from, struct sim_frame *f)
{
	struct sim_switch *w = from->on;
	struct sim_port *only = NULL;

	if (!w->hub && f->len >= 14) {
		learn(w, frame_mac(f, 6), from);

		u32 i = find_mac(w, frame_mac(f, 0));

		if (i < w->mac_count)
			only = w->macs[i].port;
	}
	for (struct sim_port *p = w->ports; p; p = p->next)
		if (hears(p, from) && (!only || p == only))
			pass_down(p, f);
	sim_frame_drop(f);
}

/* ---- ports ---- */

void sim_port_init(struct sim_port *p, struct sim *s, const char *name, struct sim_switch *w)
{
	struct sim_port **end = &w->ports;
	char label[3 * SIM_NAME_BYTES];
	u32 n = s->port_count;

	s->port_count += 1;
	p->sim = s;
	p->on = w;
	p->number = n;
	p->in = true;
	sim_name(p->name, sizeof p->name, name);
	p->mac = (struct mac){ { 2, 0xfa, 0x7a, (u8)(n >> 16), (u8)(n >> 8), (u8)(n + 1) } };
	snprintf(label, sizeof label, "sent %s %s", name, w->name);
	p->sent = (struct sim_link){ .model = w->model,
		.dice = dice_make(s->seed, view_make(label, strlen(label))) };
	snprintf(label, sizeof label, "received %s %s", name, w->name);
	p->received = (struct sim_link){ .dice = dice_make(s->seed, view_make(label, strlen(label))) };
	snprintf(label, sizeof label, "port %s %s", name, w->name);
	p->dice = dice_make(s->seed, view_make(label, strlen(label)));
	while (*end)
		end = &(*end)->next;
	*end = p;
}

void sim_port_clear(struct sim_port *p)
{
	for (; p->count > 0; p->count -= 1) {
		sim_frame_drop(p->frames[p->first]);
		p->first = (p->first + 1) % SIM_PORT_FRAMES;
	}
	p->group_count = 0;
}

struct sim_port *sim_script(
	struct sim *s, const char *name, struct sim_switch *w, sim_port_fn *fn, void *context)
{
	struct sim_port *p = sim_memory(sizeof *p);

	sim_port_init(p, s, name, w);
	p->fn = fn;
	p->context = context;
	return p;
}

struct mac sim_port_mac(const struct sim_port *p)
{
	return p->mac;
}

void sim_link_set(struct sim_port *p, enum sim_way way, struct sim_link_model model)
{
	if (way & SIM_SENT)
		p->sent.model = model;
	if (way & SIM_RECEIVED)
		p->received.model = model;
}

struct sim_link_model sim_link_get(const struct sim_port *p, enum sim_way way)
{
	return way == SIM_RECEIVED ? p->received.model : p->sent.model;
}

const struct sim_link_counts *sim_link_counts(const struct sim_port *p, enum sim_way way)
{
	return way == SIM_RECEIVED ? &p->received.counts : &p->sent.counts;
}

void sim_cable(struct sim_port *p, bool in)
{
	sim_trace(p->sim, p->name, "cable %s", in ? "in" : "out");
	p->in = in;
	if (p->host)
		sim_host_poke(p->host);
}

void sim_group(struct sim_port *p, u32 group)
{
	p->group = group;
}

void sim_offload(struct sim_port *p, bool on)
{
	p->offload = on;
}

void sim_refuse(struct sim_port *p, u32 parts)
{
	p->refuse = parts;
}

/* A group nobody asked for; broadcast always passes. */
static bool filtered(const struct sim_port *p, struct mac to)
{
	static const struct mac broadcast = { { 255, 255, 255, 255, 255, 255 } };

	if ((to.b[0] & 1) == 0 || same_mac(to, broadcast) || p->group_count > SIM_GROUPS)
		return false;
	for (u32 i = 0; i < p->group_count; i += 1)
		if (same_mac(p->groups[i], to))
			return false;
	return true;
}

void sim_at_port(struct sim_port *p, struct sim_frame *f)
{
	if (!p->in || (p->host && (p->host->state != SIM_RUNNING || filtered(p, frame_mac(f, 0))))) {
		sim_frame_drop(f);
		return;
	}
	sim_captured(p, false, frame_view(f));
	if (!p->host) {
		p->fn(p->context, p, frame_view(f), p->sim->now);
		sim_frame_drop(f);
		return;
	}
	if (p->count == SIM_PORT_FRAMES) {
		p->lost += 1;
		sim_frame_drop(f);
		return;
	}
	p->frames[(p->first + p->count) % SIM_PORT_FRAMES] = f;
	p->count += 1;
	sim_host_poke(p->host);
}

/* ---- what dev/net.h asks of a port ---- */

usize sim_net_rx(struct sim_port *p, struct net_frame *frames, usize max)
{
	usize n = p->count < max ? p->count : max;

	for (usize i = 0; i < n; i += 1) {
		const struct sim_frame *f = p->frames[(p->first + i) % SIM_PORT_FRAMES];

		frames[i].data = frame_view(f);
		frames[i].csum = p->offload && !f->harmed ? NET_CSUM_GOOD : NET_CSUM_CHECK;
		frames[i].gso_size = 0;
	}
	return n;
}

void sim_net_rx_done(struct sim_port *p, usize n)
{
	require(n <= p->count); /* the image gives back what it was lent */
	for (usize i = 0; i < n; i += 1) {
		sim_frame_drop(p->frames[p->first]);
		p->first = (p->first + 1) % SIM_PORT_FRAMES;
		p->count -= 1;
	}
}

void sim_net_send(struct sim_port *p, struct view head, const struct net_send *ask)
{
	struct net_soft soft = net_soft_begin(head, ask);

	require(p->offload ||
		(ask->csum != NET_CSUM_FILL && ask->gso == NET_GSO_NONE)); /* net_facts() said so */
	while (net_soft_more(&soft)) {
		struct sim_frame *f = frame_make(net_soft_length(&soft));

		require(net_soft_next(&soft, head, ask, span_make(f->bytes, f->len)) == f->len);
		send(p, f);
	}
}

struct net_facts sim_net_facts(const struct sim_port *p)
{
	u32 mtu = p->sent.model.mtu > 0 ? p->sent.model.mtu : 1500;
	struct net_facts facts = {
		.mac = p->mac, .mtu = (u16)mtu, .up = p->in, .can = NET_CAN_MULTICAST, .lost = p->lost
	};

	if (p->offload) {
		facts.can |= NET_CAN_CSUM | NET_CAN_TSO4 | NET_CAN_TSO6;
		facts.gso_bytes = 65000;
	}
	return facts;
}

void sim_net_multicast(struct sim_port *p, struct mac group, bool want)
{
	u32 i = 0;

	while (i < p->group_count && i < SIM_GROUPS && !same_mac(p->groups[i], group))
		i += 1;
	if (want && i == p->group_count) {
		if (i < SIM_GROUPS)
			p->groups[i] = group;
		p->group_count += 1; /* beyond the table: it takes all from now on */
	} else if (!want && i < p->group_count && p->group_count <= SIM_GROUPS) {
		p->group_count -= 1;
		p->groups[i] = p->groups[p->group_count];
	}
}
