"""fragments.py MODE ...: fragments to an echo image, made by the kernel or by hand, and what must come back.

  echo ADDRESS...              datagrams of many sizes, cut by the kernel
  shuffled TAP ADDRESS...      pieces in every order
  overlap TAP ADDRESS...       pieces that contradict each other: nothing may come back
  flood TAP ADDRESS...         first pieces of thousands of datagrams from another address, then one in good faith

Pieces made by hand go out on a packet socket, to the address that the kernel has found out.
"""
import itertools
import random
import socket
import struct
import subprocess
import sys
import time

PORT = 7
OURS = {4: "10.77.0.1", 6: "fd77::1"}


def family(address):
    return 6 if ":" in address else 4


def udp_socket(address):
    s = socket.socket(socket.AF_INET6 if family(address) == 6 else socket.AF_INET, socket.SOCK_DGRAM)
    s.bind((OURS[family(address)], 0))
    s.settimeout(3)
    return s


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packed(address):
    return socket.inet_pton(socket.AF_INET6 if family(address) == 6 else socket.AF_INET, address)


def datagram(source, address, from_port, data):
    head = struct.pack("!HHHH", from_port, PORT, 8 + len(data), 0)
    ends = packed(source) + packed(address)
    pseudo = ends + struct.pack("!IHBB", 8 + len(data), 0, 0, 17) if family(address) == 6 else \
        ends + struct.pack("!BBH", 0, 17, 8 + len(data))
    value = checksum(pseudo + head + data) or 0xFFFF
    return head[:6] + struct.pack("!H", value) + data


def piece(source, address, ident, offset, more, data):
    """One IP packet that carries these bytes of a datagram."""
    if family(address) == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(data), ident & 0xFFFF,
                           offset // 8 | (0x2000 if more else 0), 64, 17, 0) + packed(source) + packed(address)
        return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + data
    return struct.pack("!IHBB", 6 << 28, 8 + len(data), 44, 64) + packed(source) + packed(address) + \
        struct.pack("!BBHI", 17, 0, offset | (1 if more else 0), ident) + data


class Wire:
    """Frames to the image, past the kernel's IP."""

    def __init__(self, tap, address):
        self.address = address
        self.type = 0x86DD if family(address) == 6 else 0x0800
        said = subprocess.run(["ip", "neigh", "show", address], capture_output=True, text=True, check=True).stdout
        self.mac = bytes.fromhex(said.split("lladdr ")[1].split()[0].replace(":", ""))
        with open("/sys/class/net/%s/address" % tap) as f:
            self.own = bytes.fromhex(f.read().strip().replace(":", ""))
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(self.type))
        self.socket.bind((tap, self.type))
        self.socket.settimeout(0.2)

    def send(self, source, ident, offset, more, data):
        self.socket.send(self.mac + self.own + struct.pack("!H", self.type) +
                         piece(source, self.address, ident, offset, more, data))

    def hears(self, seconds, wanted):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                frame = self.socket.recv(70000)
            except TimeoutError:
                continue
            if frame[6:12] == self.mac and wanted(frame[14:]):
                return True
        return False


def answered(s, data):
    try:
        return s.recv(70000) == data
    except TimeoutError:
        return False


def echo(addresses):
    for address in addresses:
        s = udp_socket(address)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        for n in (1, 1452, 1453, 1472, 1473, 1480, 2944, 2952, 3000, 8192, 16000):
            data = random.randbytes(n)
            s.sendto(data, (address, PORT))
            assert answered(s, data), "%d bytes from %s" % (n, address)


def shuffled(tap, addresses):
    for address in addresses:
        s, wire = udp_socket(address), Wire(tap, address)
        for i, order in enumerate(itertools.permutations(range(4))):
            data = random.randbytes(400 * 4 - 8)
            whole = datagram(OURS[family(address)], address, s.getsockname()[1], data)
            for k in order:
                wire.send(OURS[family(address)], 5000 + i, 400 * k, k != 3, whole[400 * k:400 * k + 400])
            assert answered(s, data), "order %s from %s" % (order, address)


def overlap(tap, addresses):
    for address in addresses:
        s, wire = udp_socket(address), Wire(tap, address)
        s.settimeout(0.5)
        us = OURS[family(address)]
        data = random.randbytes(1192)
        whole = datagram(us, address, s.getsockname()[1], data)
        for i, lie in enumerate((0, 8, 392)):
            wire.send(us, 6000 + i, 0, True, whole[:400])
            wire.send(us, 6000 + i, lie, True, bytes(400))
            wire.send(us, 6000 + i, 400, True, whole[400:800])
            wire.send(us, 6000 + i, 800, False, whole[800:])
            assert not answered(s, data), "overlap at %d from %s" % (lie, address)
        # The same without a lie in it, repeated: a duplicate does no harm.
        for offset, more in ((0, True), (0, True), (400, True), (400, True), (800, False)):
            wire.send(us, 6100, offset, more, whole[offset:offset + 400])
        assert answered(s, data), "a duplicate from %s" % address


def flood(tap, addresses):
    for address in addresses:
        s, wire = udp_socket(address), Wire(tap, address)
        us, other = OURS[family(address)], "fd77::bad" if family(address) == 6 else "10.77.0.66"
        data = random.randbytes(1192)
        whole = datagram(us, address, s.getsockname()[1], data)
        wire.send(us, 7000, 0, True, whole[:400])
        for i in range(3000):
            wire.send(other, i, 0, True, bytes(400))
        wire.send(us, 7000, 400, False, whole[400:])
        assert answered(s, data), "behind a flood from %s" % address


def main():
    random.seed(4)
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == "echo":
        echo(rest)
    else:
        {"shuffled": shuffled, "overlap": overlap, "flood": flood}[mode](rest[0], rest[1:])


if __name__ == "__main__":
    main()
