/* sim_world.h - the inside of a simulation: what sim.c, sim_net.c and sim_host.c share. */
#ifndef PLAT_SIM_SIM_WORLD_H
#define PLAT_SIM_SIM_WORLD_H

#include "plat/sim/sim.h"
#include "plat/sim/sim_queue.h"

#define SIM_NAME_BYTES 32u
#define SIM_ROOM_BYTES RECORD_ROOM /* what net_tx() lends */
#define SIM_PORT_BYTES (64u << 10) /* a port keeps waiting for a slow wire */
#define SIM_RESTLESS   100000u     /* steps that an image may ask for at once, one after the other */
#define SIM_GROUPS     64u         /* multicast groups a port filters; with more it takes all */
#define SIM_MACS       1024u       /* addresses a switch knows */

/* What is in the queue. */
enum sim_kind {
	SIM_EVENT_STEP,   /* object: host */
	SIM_EVENT_SWITCH, /* object: the port that sent, load: frame */
	SIM_EVENT_PORT,   /* object: port, load: frame */
	SIM_EVENT_CALL    /* object: sim_call */
};

/* A frame on its way; shared by all who will get it, never changed once sent. */
struct sim_frame {
	u32 users;
	u32 len;
	bool harmed; /* bits of it were flipped */
	u8 bytes[];
};

struct sim_call {
	void (*fn)(void *context);
	void *context;
};

struct sim_port {
	struct sim *sim;
	struct sim_host *host; /* null: scripted */
	struct sim_switch *on;
	struct sim_port *next; /* on the same switch */
	char name[2 * SIM_NAME_BYTES];
	u32 number; /* in the world: for captures and addresses */
	struct mac mac;
	bool in; /* the cable */
	u32 group;
	bool offload;
	u32 refuse;
	struct dice dice;
	struct sim_link sent, received;
	u64 lost;

	struct sim_frame *frames[SIM_PORT_FRAMES];
	u32 first, count;
	u8 room[SIM_ROOM_BYTES];
	struct mac groups[SIM_GROUPS];
	u32 group_count;

	sim_port_fn *fn;
	void *context;
};

struct sim_switch {
	struct sim *sim;
	struct sim_switch *next;
	char name[SIM_NAME_BYTES];
	bool hub;
	struct sim_link_model model;
	struct sim_port *ports;
	struct {
		struct mac mac;
		struct sim_port *port;
	} macs[SIM_MACS];
	u32 mac_count;
};

struct sim_host {
	struct sim_guest guest; /* first: devices are asked with it */
	struct sim *sim;
	struct sim_host *next;
	char name[SIM_NAME_BYTES];
	char *path; /* null: functions of the program */
	struct sim_image functions;
	enum sim_state state;

	char *arguments[SIM_ARGUMENTS];
	u32 argument_count;
	struct sim_port *ports[SIM_HOST_PORTS];
	u32 port_count;
	struct sim_disk disks[SIM_HOST_DISKS];
	u32 disk_count;

	u64 clock;  /* its clock at the simulation's beginning */
	u64 wanted; /* when it is to be stepped, in simulation time */
	u64 queued; /* the earliest step event in the queue */
	u64 busy_until;
	u64 retry_at; /* something was refused: try again then */
	u64 step_ns, late_ns;
	u32 restless; /* steps in a row that asked for another at once */
	struct dice dice, late;
	u64 generation;

	u8 *console; /* all it wrote */
	usize console_len, console_cap;
	usize printed;
	u8 *typed;
	usize typed_len;

	struct record record;
	FILE *record_file;
	u64 runs;    /* times it was started */
	u64 history; /* hash of the runs before this one */
};

struct sim {
	u64 seed, now;
	struct sim_queue queue;
	struct sim_switch *switches;
	struct sim_host *hosts, **hosts_end;
	struct sim_port *scripts;
	struct sim_call **calls;
	usize call_count;
	u32 port_count;
	struct sim_counts counts;
	FILE *consoles, *trace, *capture;
};

extern const struct sim_devices sim_live; /* sim_host.c */

/* sim.c */
void *sim_memory(usize n); /* zeroed; there always is some */
void sim_name(char *to, usize room, const char *name);
void sim_trace(struct sim *s, const char *who, const char *format, ...) __attribute__((format(printf, 3, 4)));
void sim_captured(struct sim_port *p, bool sent, struct view frame);

/* sim_net.c */
void sim_port_init(struct sim_port *p, struct sim *s, const char *name, struct sim_switch *w);
void sim_port_clear(struct sim_port *p); /* forgets what waits at it */
void sim_at_switch(struct sim_port *from, struct sim_frame *f);
void sim_at_port(struct sim_port *p, struct sim_frame *f);
void sim_frame_drop(struct sim_frame *f);
usize sim_net_rx(struct sim_port *p, struct net_frame *frames, usize max);
void sim_net_rx_done(struct sim_port *p, usize n);
void sim_net_send(struct sim_port *p, struct view head, const struct net_send *send);
struct net_facts sim_net_facts(const struct sim_port *p);
void sim_net_multicast(struct sim_port *p, struct mac group, bool want);

/* sim_host.c */
void sim_host_step(struct sim_host *h); /* a step event: now, or moot */
void sim_host_poke(struct sim_host *h); /* something has come for it */
void sim_host_free(struct sim_host *h);
u64 sim_host_hash(struct sim_host *h);
void sim_print_console(struct sim_host *h, bool all);

/* sim_trace.c: "10.0.0.1:80 > 10.0.0.2:5000 tcp SA seq 1 ack 2, 60 bytes" */
void sim_describe_frame(struct view frame, char *to, usize room);

#endif
