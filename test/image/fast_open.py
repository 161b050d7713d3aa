"""fast_open.py MODE ...: Linux's TCP Fast Open, and what a capture says of it.

  ask ADDRESS...           connections to an echo image, the first bytes with MSG_FASTOPEN; each twice: a cookie, then data
  serve                    echoes on port 7 of every address, with TCP_FASTOPEN; prints "ready"
  early PCAP PORT 4|6      the image took data from a SYN, and answered it before it heard of the SYN,ACK
  taken PCAP PORT 4|6      data went with a SYN of the image's, and the peer's SYN,ACK acknowledges it
  no PCAP PORT 4|6         no SYN had data
"""
import socket
import struct
import sys
import threading

TCP_FASTOPEN = 23
SYN, ACK = 2, 16


def of(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def ask(addresses):
    for address in addresses * 2:
        s = socket.socket(of(address), socket.SOCK_STREAM)
        for limit in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # not settimeout(): such a socket does not wait
            s.setsockopt(socket.SOL_SOCKET, limit, struct.pack("ll", 30, 0))
        assert s.sendto(b"hello", socket.MSG_FASTOPEN, (address, 7)) == 5
        back = b""
        while len(back) < 5:
            piece = s.recv(100)
            assert piece, "the image ended"
            back += piece
        assert back == b"hello", back
        s.close()


def echo(s):
    while True:
        try:
            data = s.recv(65536)
            if not data:
                break
            s.sendall(data)
        except OSError:
            break
    s.close()


def serve():
    s = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", 7))
    s.setsockopt(socket.IPPROTO_TCP, TCP_FASTOPEN, 16)
    s.listen(16)
    print("ready", flush=True)
    while True:
        threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()


def frames(path):
    """Those of a pcapng file, in their order."""
    with open(path, "rb") as f:
        data = f.read()
    at = 0
    while at + 12 <= len(data):
        kind, size = struct.unpack("<II", data[at:at + 8])
        if kind == 6:
            n = struct.unpack("<I", data[at + 20:at + 24])[0]
            yield data[at + 28:at + 28 + n]
        at += size


class Segment:
    def __init__(self, packet, at, total):
        self.source, self.to, self.seq, self.ack, size, self.flags = \
            struct.unpack("!HHIIBB", packet[at:at + 14])
        head = (size >> 4) * 4
        self.n = total - at - head
        self.cookie, options = None, packet[at + 20:at + head]
        while options and options[0] != 0:
            if options[0] == 1:
                options = options[1:]
                continue
            if options[0] == 34:
                self.cookie = options[2:options[1]]
            options = options[options[1]:]


def segments(path, port, six):
    for frame in frames(path):
        packet = frame[14:]
        if frame[12:14] != (b"\x86\xdd" if six else b"\x08\x00"):
            continue
        at, total = (40, 40 + struct.unpack("!H", packet[4:6])[0]) if six else \
            ((packet[0] & 15) * 4, struct.unpack("!H", packet[2:4])[0])
        if packet[6 if six else 9] != 6:
            continue
        s = Segment(packet, at, total)
        if port in (s.source, s.to):
            yield s


def conversations(path, port, six):
    """Each from a SYN with data and a cookie on."""
    seen = list(segments(path, port, six))
    for i, s in enumerate(seen):
        if s.flags & (SYN | ACK) == SYN and s.n > 0:
            assert s.cookie is not None and len(s.cookie) >= 4, "data without a cookie"
            client = s.source
            yield [t for t in seen[i:] if client in (t.source, t.to)]


def early(path, port, six):
    good = 0
    for talk in conversations(path, port, six):
        syn = talk[0]
        answer = [t for t in talk if t.source == port and t.flags & (SYN | ACK) == SYN | ACK]
        assert answer, "no SYN,ACK"
        if answer[0].ack == (syn.seq + 1) % 2**32:  # the cookie of another start: here is a new one
            assert answer[0].cookie, "no cookie was told"
            continue
        assert answer[0].ack == (syn.seq + 1 + syn.n) % 2**32, "another part of it was acknowledged"
        heard = [i for i, t in enumerate(talk) if t.to == port and t.flags & ACK]
        said = [i for i, t in enumerate(talk) if t.source == port and t.n > 0]
        assert said and heard and said[0] < heard[0], "the answer waited for the handshake's end"
        good += 1
    assert good > 0, "no SYN's data was taken"


def taken(path, port, six):
    good = 0
    for talk in conversations(path, port, six):
        answer = [t for t in talk if t.source == port and t.flags & (SYN | ACK) == SYN | ACK]
        good += bool(answer) and answer[0].ack == (talk[0].seq + 1 + talk[0].n) % 2**32
    assert good > 0, "no SYN's data was acknowledged with it"


def no(path, port, six):
    assert not list(conversations(path, port, six))


if sys.argv[1] == "ask":
    ask(sys.argv[2:])
elif sys.argv[1] == "serve":
    serve()
else:
    {"early": early, "taken": taken, "no": no}[sys.argv[1]](sys.argv[2], int(sys.argv[3]), sys.argv[4] == "6")
