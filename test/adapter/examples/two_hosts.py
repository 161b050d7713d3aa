"""two_hosts.py - libfata_socket from Python, by ctypes: a server and a client, and a network of ten lines.

    ./fata build libfata_socket
    python3 test/adapter/examples/two_hosts.py out/library/libfata_socket.so
"""
import ctypes as c
import heapq
import socket
import struct
import sys

NEVER = 2**64 - 1
OUTPUT = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(c.c_ubyte), c.c_size_t)
WAIT = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_uint64)


class Config(c.Structure):  # struct fata_config of fata_socket.h
    _fields_ = [("output", OUTPUT), ("wait", WAIT), ("context", c.c_void_p), ("link", c.c_uint32),
                ("mac", c.c_uint8 * 6), ("mtu", c.c_uint16), ("ip4", c.c_char_p), ("ip6", c.c_char_p),
                ("gateway4", c.c_char_p), ("gateway6", c.c_char_p), ("dhcp", c.c_uint8), ("slaac", c.c_uint8),
                ("dad", c.c_uint8), ("seed", c.c_uint64), ("now_ns", c.c_uint64), ("sockets", c.c_uint32),
                ("connections", c.c_uint32), ("rx_bytes", c.c_uint32), ("tx_bytes", c.c_uint32)]


fata = c.CDLL(sys.argv[1], use_errno=True)
fata.fata_create.restype = c.c_void_p
fata.fata_create.argtypes = [c.POINTER(Config), c.POINTER(c.c_char_p)]
fata.fata_next_deadline.restype = c.c_uint64
fata.fata_read.restype = fata.fata_write.restype = c.c_ssize_t


class Network:
    def __init__(self, delay_ns):
        self.now, self.delay, self.queue, self.hosts, self.count = 0, delay_ns, [], [], 0

    def step(self, until=NEVER):
        """The next thing happens, at the latest at `until`; 0: nothing ever will."""
        due = [fata.fata_next_deadline(c.c_void_p(h.stack)) for h in self.hosts] + [until]
        if self.queue:
            due.append(self.queue[0][0])
        if min(due) == NEVER:
            return 0
        self.now = max(self.now, min(due))
        for h in self.hosts:
            fata.fata_advance(c.c_void_p(h.stack), c.c_uint64(self.now))
        while self.queue and self.queue[0][0] <= self.now:
            _, _, to, packet = heapq.heappop(self.queue)
            fata.fata_input(c.c_void_p(to.stack), packet, c.c_size_t(len(packet)))
        return 1


class Host:
    def __init__(self, network, ip4, seed):
        self.network = network
        self.output, self.wait = OUTPUT(self.sent), WAIT(lambda _, __, until: network.step(until))
        config = Config(output=self.output, wait=self.wait, ip4=ip4.encode(), seed=seed)
        why = c.c_char_p()
        self.stack = fata.fata_create(c.byref(config), c.byref(why))
        if not self.stack:
            raise ValueError(why.value.decode())
        network.hosts.append(self)

    def sent(self, _, at, n):
        net = self.network
        net.count += 1
        for other in net.hosts:
            if other is not self:
                heapq.heappush(net.queue, (net.now + net.delay, net.count, other, c.string_at(at, n)))

    def call(self, name, *arguments):
        result = getattr(fata, "fata_" + name)(c.c_void_p(self.stack), *arguments)
        if result < 0:
            raise OSError(c.get_errno(), name)
        return result

    def read(self, fd, n):
        room = c.create_string_buffer(n)
        got = self.call("read", fd, room, c.c_size_t(n))
        return room.raw[:got]

    def write(self, fd, data):
        return self.call("write", fd, data, c.c_size_t(len(data)))


def address(ip, port):
    return struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton(ip))


net = Network(delay_ns=5_000_000)
server, client = Host(net, "10.0.0.1/24", 1), Host(net, "10.0.0.2/24", 2)
listener = server.call("socket", socket.AF_INET, socket.SOCK_STREAM, 0)
server.call("bind", listener, address("0.0.0.0", 80), 16)
server.call("listen", listener, 5)
fd = client.call("socket", socket.AF_INET, socket.SOCK_STREAM, 0)
try:
    client.call("connect", fd, address("10.0.0.1", 81), 16)
except ConnectionRefusedError:
    print("port 81 is refused")
client.call("connect", fd, address("10.0.0.1", 80), 16)
peer = server.call("accept", listener, None, None)
client.write(fd, b"hello from Python")
text = server.read(peer, 100)
server.write(peer, text.upper())
server.call("close", peer)
print(client.read(fd, 100).decode(), "after", net.now // 1_000_000, "ms")
assert client.read(fd, 100) == b""
client.call("close", fd)
for host in net.hosts:
    fata.fata_destroy(c.c_void_p(host.stack))
