/* relay.c - a bad network: carries frames between an image and a tap interface, and loses some.
 *
 *     relay SOCKET TAP [loss=PERCENT] [twice=PERCENT] [swap=PERCENT] [mark=PERCENT] [delay=MS] [seed=N] [vlan=N]
 *
 * SOCKET is what an image's `--net unix:SOCKET` connects to (each frame behind four bytes of length);
 * TAP is created if it does not exist. Each direction loses, doubles, swaps and
 * marks (what is ECN-capable, RFC 3168) frames by one seeded generator, so a failure can be had again. With vlan=N the
 * image is in that VLAN and the tap is not: tags are put on and taken off, other frames are lost. Ends
 * when the image closes the socket, or at SIGTERM. Prints what it did.
 */
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

enum { FRAME = 2048, QUEUE = 4096 };

struct frame {
	unsigned char bytes[FRAME];
	unsigned len;
	long due_ms;
};

struct way {
	struct frame queue[QUEUE];
	unsigned head, count;
	unsigned long carried, lost, twice, swapped, marked;
};

static struct way ways[2]; /* 0: to the tap, 1: to the image */
static unsigned vlan;
static double loss, twice, swap, mark;
static long delay_ms;
static unsigned long long seed = 1;
static volatile sig_atomic_t stop;

static void stopped(int number)
{
	(void)number;
	stop = 1;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int chance(double percent)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (double)(seed >> 11) / (double)(1ull << 53) * 100 < percent;
}

static struct frame *at(struct way *w, unsigned i)
{
	return &w->queue[(w->head + i) % QUEUE];
}

static void put(struct way *w, const unsigned char *bytes, unsigned len, long due)
{
	struct frame *f;

	if (w->count == QUEUE) {
		w->lost += 1;
		return;
	}
	f = at(w, w->count++);
	memcpy(f->bytes, bytes, len);
	f->len = len;
	f->due_ms = due;
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

static void carry(struct way *w, const unsigned char *bytes, unsigned len)
{
	long due = now_ms() + delay_ms;

	if (chance(loss)) {
		w->lost += 1;
		return;
	}
	put(w, bytes, len, due);
	if (w->count > 0 && len > 34 && chance(mark)) {
		struct frame *f = at(w, w->count - 1);

		w->marked +=
			(unsigned long)set_ce(f->bytes + 14, (unsigned)(f->bytes[12] << 8 | f->bytes[13]));
	}
	if (chance(twice)) {
		w->twice += 1;
		put(w, bytes, len, due);
	}
	if (w->count >= 2 && chance(swap)) {
		struct frame keep = *at(w, w->count - 1);

		*at(w, w->count - 1) = *at(w, w->count - 2);
		*at(w, w->count - 2) = keep;
		w->swapped += 1;
	}
}

/* To the image, with a tag (802.1Q) behind the addresses. */
static void carry_tagged(const unsigned char *bytes, unsigned len)
{
	unsigned char tagged[FRAME] = { 0 };

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

/* From the image, without it. */
static void carry_untagged(unsigned char *bytes, unsigned len)
{
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

static int deliver(struct way *w, int fd, int framed)
{
	long now = now_ms();

	while (w->count > 0 && at(w, 0)->due_ms <= now) {
		struct frame *f = at(w, 0);
		unsigned length = htonl(f->len);

		if (framed &&
			(!write_all(fd, (unsigned char *)&length, 4) || !write_all(fd, f->bytes, f->len)))
			return 0;
		if (!framed && write(fd, f->bytes, f->len) < 0)
			w->lost += 1;
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

static void from_tap(int fd)
{
	unsigned char frame[FRAME];
	ssize_t n;

	while ((n = read(fd, frame, sizeof frame)) > 0)
		carry_tagged(frame, (unsigned)n);
}

static void option(const char *word)
{
	const char *value = strchr(word, '=');
	double number = value ? atof(value + 1) : -1;

	if (value && strncmp(word, "loss=", 5) == 0)
		loss = number;
	else if (value && strncmp(word, "twice=", 6) == 0)
		twice = number;
	else if (value && strncmp(word, "swap=", 5) == 0)
		swap = number;
	else if (value && strncmp(word, "mark=", 5) == 0)
		mark = number;
	else if (value && strncmp(word, "delay=", 6) == 0)
		delay_ms = (long)number;
	else if (value && strncmp(word, "seed=", 5) == 0)
		seed = (unsigned long long)number * 0x9e3779b97f4a7c15ull + 1;
	else if (value && strncmp(word, "vlan=", 5) == 0)
		vlan = (unsigned)number;
	else {
		fprintf(stderr, "relay: what is %s?\n", word);
		exit(2);
	}
}

int main(int count, char **arguments)
{
	int image, tap;

	if (count < 3) {
		fprintf(stderr, "usage: relay SOCKET TAP [loss=%%] [twice=%%] [swap=%%] [mark=%%] [delay=MS] "
				"[seed=N] [vlan=N]\n");
		return 2;
	}
	for (int i = 3; i < count; i += 1)
		option(arguments[i]);
	signal(SIGTERM, stopped);
	signal(SIGINT, stopped);
	signal(SIGPIPE, SIG_IGN);
	tap = open_tap(arguments[2]);
	image = open_socket(arguments[1]);
	while (!stop) {
		struct pollfd fds[2] = { { image, POLLIN, 0 }, { tap, POLLIN, 0 } };

		if (poll(fds, 2, ways[0].count + ways[1].count > 0 ? 1 : 200) < 0 && errno != EINTR)
			break;
		if (fds[0].revents && !from_image(image))
			break;
		if (fds[1].revents)
			from_tap(tap);
		if (!deliver(&ways[0], tap, 0) || !deliver(&ways[1], image, 1))
			break;
	}
	for (int i = 0; i < 2; i += 1)
		printf("relay: %s: %lu carried, %lu lost, %lu twice, %lu swapped, %lu marked\n",
			i ? "to image" : "to tap", ways[i].carried, ways[i].lost, ways[i].twice,
			ways[i].swapped, ways[i].marked);
	return 0;
}
