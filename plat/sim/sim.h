/* sim.h - a world in one process: images, wires, disks, and a clock that never waits.
 *
 * A simulation is a function of its seed and of what was set up: the same again
 * gives the same bytes, to the last (sim_hash()). Virtual time jumps from one
 * event to the next, so an hour of silence costs nothing.
 *
 *     struct sim *s = sim_make(7);
 *     struct sim_switch *lan = sim_switch(s, "lan", (struct sim_link_model){ .delay_ns = NS_PER_MS, .loss = 10000000 });
 *     struct sim_host *web = sim_host(s, "web", "out/sim/site.so");
 *     sim_argument(web, "--ip=10.0.0.1/24");
 *     sim_plug(web, lan);
 *     struct sim_port *me = sim_script(s, "me", lan, my_frames, my_state);
 *     sim_start(web);
 *     sim_send(me, frame);
 *     sim_run(s, 10 * NS_PER_S);
 *     ... sim_console(web), sim_state(web), sim_hash(s)
 *     sim_free(s);
 *
 * Who is there: a host is an image (a shared object, or functions of the test:
 * sim_host_of) with ports and disks, in the order they were plugged in. A
 * scripted port is a function that is given frames and may send some. Both are
 * on switches. What a port sends passes its wire (struct sim_link_model, sim_link.h)
 * on its way to the switch; the way down is perfect unless sim_link_set() says
 * otherwise. So a switch's model is what happens to a frame from one host to another.
 *
 * Time is in ns since the simulation began. Every host's own clock began at
 * some other time, by luck; a step takes a microsecond of it.
 *
 * A program that uses this is linked with -rdynamic if it loads images, and
 * its panic() should call guest_panic() (sim_guest.h) first. What goes wrong in
 * setting up is a bug (require), but for the image that cannot be loaded:
 * sim_start() is false and sim_why() says why.
 */
#ifndef PLAT_SIM_SIM_H
#define PLAT_SIM_SIM_H

#include <stdio.h>
#include "plat/sim/sim_disk.h"
#include "plat/sim/sim_guest.h"
#include "plat/sim/sim_link.h"

struct sim;
struct sim_switch;
struct sim_host;
struct sim_port;

/* Frames that wait at a port for its image; more are lost. */
#define SIM_PORT_FRAMES 512u
#define SIM_HOST_PORTS  8u
#define SIM_HOST_DISKS  4u
#define SIM_ARGUMENTS   64u

struct sim *sim_make(u64 seed);
void sim_free(struct sim *s);

/* ---- the network ---- */

struct sim_switch *sim_switch(struct sim *s, const char *name, struct sim_link_model model);

/* Every frame to every port, as a hub does; a switch learns where addresses are. */
void sim_hub(struct sim_switch *w, bool hub);

typedef void sim_port_fn(void *context, struct sim_port *p, struct view frame, u64 now);
struct sim_port *sim_script(
	struct sim *s, const char *name, struct sim_switch *w, sim_port_fn *fn, void *context);
void sim_send(struct sim_port *p, struct view frame);

struct sim_port *sim_plug(struct sim_host *h, struct sim_switch *w);
struct sim_port *sim_host_port(struct sim_host *h, u32 port); /* null: none */
struct mac sim_port_mac(const struct sim_port *p);

enum sim_way { SIM_SENT = 1, SIM_RECEIVED = 2, SIM_BOTH = 3 };
void sim_link_set(struct sim_port *p, enum sim_way way, struct sim_link_model model);
struct sim_link_model sim_link_get(const struct sim_port *p, enum sim_way way); /* SIM_SENT or SIM_RECEIVED */
const struct sim_link_counts *sim_link_counts(const struct sim_port *p, enum sim_way way);

/* The cable is pulled, or back: the image sees its link state, frames are lost. */
void sim_cable(struct sim_port *p, bool in);

/* Ports of different groups do not hear each other, and nobody is told; group
 * 0, where all begin, hears everybody. */
void sim_group(struct sim_port *p, u32 group);

/* The port offers checksums and segmentation (cut before the wire), and vouches
 * for what arrives unharmed. Off at first: images do everything themselves. */
void sim_offload(struct sim_port *p, bool on);

/* Of net_tx() calls, how many are turned away at random, in parts of 10^9. */
void sim_refuse(struct sim_port *p, u32 parts);

/* ---- hosts ---- */

enum sim_state { SIM_OFF, SIM_RUNNING, SIM_LEFT, SIM_PANICKED };
const char *sim_state_name(enum sim_state state);

struct sim_host *sim_host(struct sim *s, const char *name, const char *path);
struct sim_host *sim_host_of(struct sim *s, const char *name, struct sim_image functions);
void sim_argument(struct sim_host *h, const char *argument);
u32 sim_disk(struct sim_host *h, const struct sim_disk_model *model);
struct sim_disk *sim_host_disk(struct sim_host *h, u32 disk);

/* What a step costs (0: 1 us), and by how much a wake-up may come late at most. */
void sim_pace(struct sim_host *h, u64 step_ns, u64 late_ns);

/* Writes a recording of the next run to this file; false: cannot. */
bool sim_record(struct sim_host *h, const char *path);

/* Loads it afresh and calls image_start: memory is new, disks are what they are. */
bool sim_start(struct sim_host *h);
void sim_stop(struct sim_host *h, u64 deadline_ns);
/* It is gone at once; what its disks did not make sure of is left to luck. */
void sim_power_cut(struct sim_host *h);
void sim_type(struct sim_host *h, struct view bytes); /* on its console */
void sim_clone(struct sim_host *h);                   /* entropy_generation() changes */

enum sim_state sim_state(const struct sim_host *h);
u8 sim_status(const struct sim_host *h);           /* SIM_LEFT: what it left with */
const char *sim_why(const struct sim_host *h);     /* it panicked, or could not be loaded */
struct view sim_console(const struct sim_host *h); /* all it ever wrote, over restarts */
u64 sim_steps(const struct sim_host *h);
const char *sim_host_name(const struct sim_host *h);

/* ---- time ---- */

u64 sim_now(const struct sim *s);
void sim_at(struct sim *s, u64 when, void (*fn)(void *context), void *context);

/* Until this time, exactly; or until nothing can happen any more (then time jumps there). */
void sim_run(struct sim *s, u64 until);

/* Until it is true after an event; false: `limit` came first. */
bool sim_run_until(struct sim *s, bool (*reached)(void *context), void *context, u64 limit);

/* Some image still runs. */
bool sim_alive(const struct sim *s);

/* ---- what happened ---- */

struct sim_counts {
	u64 events, steps, frames; /* frames: sent by anyone */
};
struct sim_counts sim_counts(const struct sim *s);

/* The same for two runs that went the same way: all effects and states. */
u64 sim_hash(struct sim *s);

/* Lines of consoles with time and name in front, and events (trace). Null: no. */
void sim_print(struct sim *s, FILE *consoles, FILE *trace);

/* All that ports send and receive, for Wireshark; times from 2026-01-01. Ports
 * plugged in before are its interfaces. */
bool sim_capture(struct sim *s, const char *path);

#define SIM_WALL_NS (1767225600ull * NS_PER_S) /* wall time at the beginning: 2026-01-01 */

#endif
