"""syn_flood.py TAP ADDRESS...: 100,000 SYNs from forged addresses to each echo image's address, and true clients meanwhile.

The clients are the kernel's: all of them must be served, with timestamps and without.
"""
import random
import socket
import struct
import sys
import threading
import time

sys.dont_write_bytecode = True
from fragments import PORT, Wire, checksum, family, packed

SYNS = 100_000


def syns(address, count):
    """Frames' payloads: a SYN each, from anywhere, with MSS, SACK, timestamps and scale."""
    options = bytes.fromhex("020405b40402080a0000000100000000" "01030307")
    to, four = packed(address), family(address) == 4
    for _ in range(count):
        source = random.randbytes(4) if four else packed("2001:db8::")[:8] + random.randbytes(8)
        if four:
            source = bytes([100]) + source[1:]
        head = struct.pack("!HHIIBBHHH", random.randrange(1024, 65536), PORT, random.getrandbits(32), 0,
                           (20 + len(options)) // 4 << 4, 2, 65535, 0, 0)
        segment = head + options
        value = checksum(source + to + struct.pack("!II", len(segment), 6) + segment)
        segment = segment[:16] + struct.pack("!H", value) + segment[18:]
        if four:
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, 6, 0) + source + to
            yield ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + segment
        else:
            yield struct.pack("!IHBB", 6 << 28, len(segment), 6, 64) + source + to + segment


def client(address):
    """Says 3,000 bytes and hears them."""
    data = random.randbytes(3000)
    with socket.create_connection((address, PORT), 30) as s:
        s.settimeout(30)
        s.sendall(data)
        back = b""
        while len(back) < len(data):
            got = s.recv(65536)
            assert got, "it ended"
            back += got
    assert back == data, "other bytes"


def flood(tap, address, over):
    wire = Wire(tap, address)
    frame = wire.mac + wire.own + struct.pack("!H", wire.type)
    for packet in syns(address, SYNS):
        wire.socket.send(frame + packet)
    over.set()


def main():
    random.seed(7)
    for address in sys.argv[2:]:
        client(address)  # and the kernel knows the neighbour
        over = threading.Event()
        thread = threading.Thread(target=flood, args=(sys.argv[1], address, over))
        thread.start()
        served, longest = 0, 0
        while not over.is_set() or served < 20:
            began = time.monotonic()
            client(address)
            served, longest = served + 1, max(longest, time.monotonic() - began)
        thread.join()
        print("%s: %d clients served, the longest took %.0f ms" % (address, served, longest * 1000))


if __name__ == "__main__":
    main()
