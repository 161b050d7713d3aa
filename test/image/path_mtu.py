"""path_mtu.py MODE ...: what an echo image sends when a path takes less than its link.

  learn ADDRESS...        1,400 bytes, from behind a router with an MTU of 1,300: lost at first, then in pieces
  stream ADDRESS...       200 KB of TCP there and back, within a second, from who claims to take 1,460
  hole ADDRESS...         4 MB, of which what is larger than 1,420 is lost and nobody says so
  whole TAP ADDRESS...    1,400 bytes of UDP on the link itself: in one packet
  forged TAP ADDRESS...   "too big" about packets that the image did not send: the next ones go whole
  floor TAP ADDRESS...    "too big, 100" about one that it did: pieces, but of no less than the floor
"""
import random
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True
from fragments import OURS, PORT, Wire, answered, checksum, family, packed, udp_socket


def learn(addresses):
    for address in addresses:
        s = socket.socket(socket.AF_INET6 if family(address) == 6 else socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(0.5)
        data = random.randbytes(1400)
        s.sendto(data, (address, PORT))
        assert not answered(s, data), "nothing was too big for the path from %s" % address
        s.sendto(data, (address, PORT))
        assert answered(s, data), "no answer in pieces from %s" % address


def there_and_back(address, host, size):
    """What the socket knows of its segments then: the largest it sends, the largest that came (tcpi_rcv_mss)."""
    data = random.randbytes(size)
    source = "fd78::%d" % host if family(address) == 6 else "10.78.0.%d" % host
    with socket.create_connection((address, PORT), 10, (source, 0)) as s:
        s.settimeout(60)
        sender = threading.Thread(target=s.sendall, args=(data,))
        sender.start()
        back = bytearray()
        while len(back) < len(data):
            got = s.recv(65536)
            assert got, "%s ended it" % address
            back += got
        sender.join()
        assert back == data, "other bytes"
        info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 24)
        return s.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG), struct.unpack("=I", info[20:])[0]


def stream(addresses):
    for address in addresses:
        began = time.monotonic()
        sends, _ = there_and_back(address, 3, 200_000)
        assert sends <= 1300
        took = time.monotonic() - began
        assert took < 1, "%s took %.1f s: it waited for a timer" % (address, took)


def hole(addresses):
    for address in addresses:
        _, comes = there_and_back(address, 4, 4_000_000)
        most = 1420 - (60 if family(address) == 6 else 40) - 12  # timestamps
        assert comes == most, "segments of %d from %s, not of %d" % (comes, address, most)


def packet_sizes(wire, s, data):
    """Sizes of the image's IP packets that answer this datagram."""
    sizes = []

    def seen(packet):
        sizes.append(len(packet))
        return False

    s.sendto(data, (wire.address, PORT))
    assert answered(s, data), "no answer from %s" % wire.address
    wire.hears(0.3, seen)
    return [n for n in sizes if n > 200]


def whole(tap, addresses):
    for address in addresses:
        wire, s = Wire(tap, address), udp_socket(address)
        n = 1400 + 8 + (40 if family(address) == 6 else 20)
        sizes = packet_sizes(wire, s, random.randbytes(1400))
        assert sizes == [n], sizes


def report(wire, quoted, mtu):
    """ "Too big" from the kernel's end, about this packet."""
    us, to = OURS[family(wire.address)], wire.address
    if family(to) == 4:
        body = struct.pack("!BBHHH", 3, 4, 0, 0, mtu) + quoted[:548]
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, 1, 0) + packed(us) + packed(to)
        packet = head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body
    else:
        body = struct.pack("!BBHI", 2, 0, 0, mtu) + quoted[:1232]
        value = checksum(packed(us) + packed(to) + struct.pack("!II", len(body), 58) + body)
        body = body[:2] + struct.pack("!H", value) + body[4:]
        packet = struct.pack("!IHBB", 6 << 28, len(body), 58, 64) + packed(us) + packed(to) + body
    wire.socket.send(wire.mac + wire.own + struct.pack("!H", wire.type) + packet)


def quote(wire, source, from_port, to_port, size):
    """The first bytes of a packet from the image to the kernel's end, of that size."""
    us = OURS[family(wire.address)]
    udp = struct.pack("!HHHH", from_port, to_port, size, 0) + bytes(64)
    if family(us) == 4:
        return struct.pack("!BBHHHBBH", 0x45, 0, size, 0, 0x4000, 64, 17, 0) + packed(source) + packed(us) + udp
    return struct.pack("!IHBB", 6 << 28, size - 40, 17, 64) + packed(source) + packed(us) + udp


def forged(tap, addresses):
    for address in addresses:
        wire, s = Wire(tap, address), udp_socket(address)
        port = s.getsockname()[1]
        other = "fd77::3" if family(address) == 6 else "10.77.0.3"
        report(wire, quote(wire, address, 9999, port, 1500), 1280)  # a port that is not bound
        report(wire, quote(wire, other, PORT, port, 1500), 1280)  # another's packet
        report(wire, quote(wire, address, PORT, port, 1280), 1280)  # it would have fitted
    whole(tap, addresses)


def floor(tap, addresses):
    for address in addresses:
        wire, s = Wire(tap, address), udp_socket(address)
        report(wire, quote(wire, address, PORT, s.getsockname()[1], 1500), 100)
        sizes = packet_sizes(wire, s, random.randbytes(1400))
        most = 1280 if family(address) == 6 else 552
        assert len(sizes) > 1 and max(sizes) <= most and max(sizes) > most - 8, sizes


def main():
    random.seed(5)
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode in ("learn", "stream", "hole"):
        {"learn": learn, "stream": stream, "hole": hole}[mode](rest)
    else:
        {"whole": whole, "forged": forged, "floor": floor}[mode](rest[0], rest[1:])


if __name__ == "__main__":
    main()
