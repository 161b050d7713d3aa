/* relay.c - a bad network: carries frames between two hosts, one at a tap and one behind a socket or another tap.
 *
 *     relay NEAR TAP [loss=PERCENT] [twice=PERCENT] [swap=PERCENT] [mark=PERCENT] [delay=MS] [jitter=MS]
 *           [rate=MBIT] [queue=KB] [ecn=KB] [seed=N] [vlan=N]
 *
 * NEAR is a socket that an image's `--net unix:NEAR` connects to (each frame behind four bytes of length), or
 * tap:NAME. Taps are created if they do not exist; frames are plain, whatever the kernel or the image would offload.
 *
 * Each direction loses, doubles, swaps and marks (what is ECN-capable, RFC 3168) frames by a seeded generator of its
 * own: with the same seed, the same frames in the same order fare the same. With a rate, frames wait for each
 * other; what would make more wait than the queue holds (256 KB, if nothing is said) is dropped, and what finds more than
 * `ecn` waiting is marked, if it may be. Then each is on its way for the delay and a share of the jitter, by which some
 * overtake others. With vlan=N the host at NEAR is in that VLAN and the other is not: tags are put on and taken off,
 * other frames are lost. Ends when the image closes the socket, or at SIGTERM. Prints what it did.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 2048, QUEUE = 4096, AT_ONCE = 64 };

struct frame {
	unsigned char bytes[FRAME];
	unsigned len;
	long long due_ns;
};

struct way {
	struct frame queue[QUEUE];
	unsigned head, count;
	long long free_ns; /* when all that waits for the rate is gone */
	unsigned long long chances;
	unsigned long carried, lost, dropped, twice, swapped, late, marked, most_bytes;
};

struct end {
	int fd, framed;
};

static struct way ways[2]; /* 0: to the tap, 1: to NEAR */

static struct option {
	const char *name;
	double value;
} options[] = {
	{ "loss", 0 },
	{ "twice", 0 },
	{ "swap", 0 },
	{ "mark", 0 },
	{ "delay", 0 },
	{ "jitter", 0 },
	{ "rate", 0 },
	{ "queue", 256 },
	{ "ecn", 0 },
	{ "seed", 0 },
	{ "vlan", 0 },
};
enum { LOSS, TWICE, SWAP, MARK, DELAY, JITTER, RATE, ROOM, ECN, SEED, VLAN, OPTIONS };

static volatile sig_atomic_t stop;

static void stopped(int number)
{
	(void)number;
	stop = 1;
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

/* From 0 to 1: xorshift. */
static double random_of(struct way *w)
{
	w->chances ^= w->chances << 13;
	w->chances ^= w->chances >> 7;
	w->chances ^= w->chances << 17;
	return (double)(w->chances >> 11) / (double)(1ull << 53);
}

static int chance(struct way *w, int option)
{
	return random_of(w) * 100 < options[option].value;
}

static struct frame *at(struct way *w, unsigned i)
{
	return &w->queue[(w->head + i) % QUEUE];
}

/* Behind all that are due before it, or at the same time. */
static void put(struct way *w, const unsigned char *bytes, unsigned len, long long due)
{
	unsigned i = w->count;

	if (w->count == QUEUE) {
		w->dropped += 1;
		return;
	}
	w->count += 1;
	for (; i > 0 && at(w, i - 1)->due_ns > due; i -= 1)
		*at(w, i) = *at(w, i - 1);
	w->late += i + 1 < w->count;
	memcpy(at(w, i)->bytes, bytes, len);
	at(w, i)->len = len;
	at(w, i)->due_ns = due;
}

/* Congestion experienced. IPv4's header checksum covers it: RFC 1624, equation 3. */
static int set_ce(unsigned char *ip, unsigned type)
{
	unsigned before = type == 0x0800 ? ip[1] : ip[1] >> 4, sum;

	if ((before & 3) == 0 || (before & 3) == 3)
		return 0;
	if (type == 0x86dd) {
		ip[1] |= 0x30;
		return 1;
	}
	ip[1] |= 3;
	sum = (~(unsigned)(ip[10] << 8 | ip[11]) & 0xffff) + (~before & 0xff) + 0xff00 + ip[1];
	sum = (sum & 0xffff) + (sum >> 16);
	sum = ~((sum & 0xffff) + (sum >> 16));
	ip[10] = (unsigned char)(sum >> 8);
	ip[11] = (unsigned char)sum;
	return 1;
}

/* Through the queue of the rate, which is only counted: when the frame has left it, or -1 if it found no room. */
static long long leaves_queue(struct way *w, unsigned len, int *mark)
{
	double ns_per_byte = options[RATE].value > 0 ? 8000 / options[RATE].value : 0;
	long long now = now_ns(), begin = w->free_ns > now ? w->free_ns : now;
	double waiting = ns_per_byte > 0 ? (double)(begin - now) / ns_per_byte : 0;

	if (ns_per_byte == 0)
		return now;
	if (waiting + len > options[ROOM].value * 1024)
		return -1;
	if (waiting + len > (double)w->most_bytes)
		w->most_bytes = (unsigned long)waiting + len;
	*mark |= options[ECN].value > 0 && waiting > options[ECN].value * 1024;
	w->free_ns = begin + (long long)(len * ns_per_byte);
	return w->free_ns;
}

static void swap_last(struct way *w)
{
	struct frame *a = at(w, w->count - 1), *b = at(w, w->count - 2), keep = *a;
	long long due = b->due_ns;

	b->due_ns = a->due_ns;
	*a = *b;
	*b = keep;
	b->due_ns = due;
	w->swapped += 1;
}

static void carry(struct way *w, unsigned char *bytes, unsigned len)
{
	int lost = chance(w, LOSS), mark = chance(w, MARK), twice = chance(w, TWICE), swap = chance(w, SWAP);
	double on_its_way_ms = options[DELAY].value + options[JITTER].value * random_of(w);
	long long due;

	if (lost) {
		w->lost += 1;
		return;
	}
	due = leaves_queue(w, len, &mark);
	if (due < 0) {
		w->dropped += 1;
		return;
	}
	due += (long long)(on_its_way_ms * 1e6);
	if (mark && len > 34)
		w->marked += (unsigned long)set_ce(bytes + 14, (unsigned)(bytes[12] << 8 | bytes[13]));
	put(w, bytes, len, due);
	if (twice) {
		w->twice += 1;
		put(w, bytes, len, due);
	}
	if (swap && w->count >= 2)
		swap_last(w);
}

/* To NEAR, with a tag (802.1Q) behind the addresses. */
static void carry_tagged(unsigned char *bytes, unsigned len)
{
	unsigned char tagged[FRAME] = { 0 };
	unsigned vlan = (unsigned)options[VLAN].value;

	if (vlan == 0) {
		carry(&ways[1], bytes, len);
		return;
	}
	if (len < 14 || len + 4 > FRAME)
		return;
	memcpy(tagged, bytes, 12);
	tagged[12] = 0x81;
	tagged[14] = (unsigned char)(vlan >> 8);
	tagged[15] = (unsigned char)vlan;
	memcpy(tagged + 16, bytes + 12, len - 12);
	carry(&ways[1], tagged, len + 4);
}

/* From NEAR, without it. */
static void carry_untagged(unsigned char *bytes, unsigned len)
{
	unsigned vlan = (unsigned)options[VLAN].value;

	if (vlan != 0) {
		if (len < 18 || bytes[12] != 0x81 || bytes[13] != 0 || bytes[14] != vlan >> 8 ||
			bytes[15] != (vlan & 255)) {
			ways[0].lost += 1;
			return;
		}
		memmove(bytes + 4, bytes, 12);
		bytes += 4;
		len -= 4;
	}
	carry(&ways[0], bytes, len);
}

static int open_tap(const char *name)
{
	struct ifreq r = { 0 };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK);

	snprintf(r.ifr_name, sizeof r.ifr_name, "%s", name);
	r.ifr_flags = IFF_TAP | IFF_NO_PI;
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) < 0) {
		perror("relay: /dev/net/tun");
		exit(2);
	}
	return fd;
}

/* Listens, and takes the one image that connects. */
static int open_socket(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), image;

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (bind(fd, (struct sockaddr *)&a, sizeof a) < 0 || listen(fd, 1) < 0) {
		perror(path);
		exit(2);
	}
	image = accept(fd, 0, 0);
	if (image < 0) {
		perror("relay: no image came");
		exit(2);
	}
	close(fd);
	return image;
}

/* All of it: the stream must not be cut inside a frame. */
static int write_all(int fd, const unsigned char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return 0;
		p += k;
		n -= (size_t)k;
	}
	return 1;
}

static int deliver(struct way *w, struct end e)
{
	long long now = now_ns();

	while (w->count > 0 && at(w, 0)->due_ns <= now) {
		struct frame *f = at(w, 0);
		unsigned length = htonl(f->len);

		if (e.framed &&
			(!write_all(e.fd, (unsigned char *)&length, 4) || !write_all(e.fd, f->bytes, f->len)))
			return 0;
		if (!e.framed && write(e.fd, f->bytes, f->len) < 0)
			w->dropped += 1;
		w->carried += 1;
		w->head = (w->head + 1) % QUEUE;
		w->count -= 1;
	}
	return 1;
}

static int from_image(int fd)
{
	static unsigned char in[1 << 17];
	static size_t have;
	size_t used = 0;
	ssize_t n = read(fd, in + have, sizeof in - have);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	have += (size_t)n;
	while (have - used >= 4) {
		unsigned length;

		memcpy(&length, in + used, 4);
		length = ntohl(length);
		if (length > FRAME) {
			fprintf(stderr, "relay: a frame of %u bytes\n", length);
			return 0;
		}
		if (have - used < 4 + length)
			break;
		carry_untagged(in + used + 4, length);
		used += 4 + length;
	}
	memmove(in, in + used, have - used);
	have -= used;
	return 1;
}

static void from_tap(int fd, void (*take)(unsigned char *, unsigned))
{
	unsigned char frame[FRAME];
	ssize_t n;

	for (int i = 0; i < AT_ONCE && (n = read(fd, frame, sizeof frame)) > 0; i += 1)
		take(frame, (unsigned)n);
}

static int from(struct end e, void (*take)(unsigned char *, unsigned))
{
	if (e.framed)
		return from_image(e.fd);
	from_tap(e.fd, take);
	return 1;
}

static void option(const char *word)
{
	const char *value = strchr(word, '=');

	for (int i = 0; value && i < OPTIONS; i += 1)
		if (strlen(options[i].name) == (size_t)(value - word) &&
			strncmp(word, options[i].name, (size_t)(value - word)) == 0) {
			options[i].value = atof(value + 1);
			return;
		}
	fprintf(stderr, "relay: what is %s?\n", word);
	exit(2);
}

/* Until a frame comes, or one is due. */
static struct timespec patience(void)
{
	long long wait = 200000000, now = now_ns();

	for (int i = 0; i < 2; i += 1)
		if (ways[i].count > 0 && at(&ways[i], 0)->due_ns - now < wait)
			wait = at(&ways[i], 0)->due_ns - now;
	return (struct timespec){ .tv_nsec = wait > 0 ? wait : 0 };
}

static void run(struct end near, struct end far)
{
	while (!stop) {
		struct pollfd fds[2] = { { near.fd, POLLIN, 0 }, { far.fd, POLLIN, 0 } };
		struct timespec wait = patience();

		if (ppoll(fds, 2, &wait, 0) < 0 && errno != EINTR)
			break;
		if (fds[0].revents && !from(near, carry_untagged))
			break;
		if (fds[1].revents && !from(far, carry_tagged))
			break;
		if (!deliver(&ways[0], far) || !deliver(&ways[1], near))
			break;
	}
}

int main(int count, char **arguments)
{
	struct end near, far;

	if (count < 3) {
		fprintf(stderr, "usage: relay SOCKET|tap:NAME TAP [OPTION=N]...\n");
		return 2;
	}
	for (int i = 3; i < count; i += 1)
		option(arguments[i]);
	for (int i = 0; i < 2; i += 1)
		ways[i].chances = ((unsigned long long)options[SEED].value * 2 + (unsigned)i + 1) *
				  0x9e3779b97f4a7c15ull;
	signal(SIGTERM, stopped);
	signal(SIGINT, stopped);
	signal(SIGPIPE, SIG_IGN);
	far = (struct end){ open_tap(arguments[2]), 0 };
	near.framed = strncmp(arguments[1], "tap:", 4) != 0;
	near.fd = near.framed ? open_socket(arguments[1]) : open_tap(arguments[1] + 4);
	run(near, far);
	for (int i = 0; i < 2; i += 1)
		printf("relay: %s: %lu carried, %lu lost, %lu dropped, %lu twice, %lu swapped, %lu "
		       "overtaken, %lu marked, "
		       "%lu bytes waited\n",
			i ? "back" : "out", ways[i].carried, ways[i].lost, ways[i].dropped, ways[i].twice,
			ways[i].swapped, ways[i].late, ways[i].marked, ways[i].most_bytes);
	return 0;
}
