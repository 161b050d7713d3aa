"""share.py MODE ...: how streams of an image and of Linux share one queue (share_test.sh).

  serve                                    Linux's side at the near end: port 9 takes, port 19 sends, with CUBIC where there is it
  sent OURS LINUX COUNT SECONDS      COUNT streams from each, which are senders: what came of them to here
  received OURS LINUX COUNT SECONDS        COUNT streams to each, which are receivers: what they acknowledged

The first quarter of the time is not counted. Prints a line: what ours had of the whole (0.5 is half), Jain's
index over all streams, and over each party's. Leaves with 0 if share and index are in generous bounds.
"""
import selectors
import socket
import struct
import sys
import time

DISCARD, GENERATE = 9, 19
ROOM, TCP_NOTSENT_LOWAT = 1 << 20, 25
# What ours may have of the whole, and how even all must be: two streams are much chance, and so are a few seconds.
SHARE = {1: (0.1, 0.9), 4: (0.25, 0.75), 64: (0.35, 0.65)}
JAIN = {1: 0, 4: 0.5, 64: 0.5}


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def cubic(s):
    try:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"cubic")
    except OSError:
        pass


def serve():
    """Both ports, over both families, until it is ended."""
    selector, block = selectors.DefaultSelector(), bytes(65536)
    for port in DISCARD, GENERATE:
        s = socket.create_server(("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)
        cubic(s)
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ, ("new", port))
    while True:
        for key, _ in selector.select():
            what, port = key.data
            if what == "new":
                s = key.fileobj.accept()[0]
                s.setblocking(False)
                s.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, 65536)
                selector.register(s, selectors.EVENT_READ if port == DISCARD else selectors.EVENT_WRITE, ("old", port))
                continue
            try:
                gone = not key.fileobj.recv(ROOM) if port == DISCARD else not key.fileobj.send(block)
            except BlockingIOError:
                continue
            except OSError:
                gone = True
            if gone:
                selector.unregister(key.fileobj)
                key.fileobj.close()


def acknowledged(s):
    """tcpi_bytes_acked"""
    return struct.unpack_from("Q", s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192), 120)[0]


def repeated(s):
    """tcpi_total_retrans, and how many segments were sent in all"""
    info = s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 192)
    return struct.unpack_from("I", info, 100)[0], struct.unpack_from("I", info, 136)[0]


def streams(hosts, count, port):
    """count of each host's, opened in turn: [host's number, socket, bytes so far, bytes when counting began]"""
    made, opened, selector = [], 0, selectors.DefaultSelector()
    for i in range(count * len(hosts)):
        s = socket.socket(family(hosts[i % len(hosts)]), socket.SOCK_STREAM)
        cubic(s)
        s.setsockopt(socket.IPPROTO_TCP, TCP_NOTSENT_LOWAT, 65536)
        s.setblocking(False)
        s.connect_ex((hosts[i % len(hosts)], port))
        selector.register(s, selectors.EVENT_WRITE)
        made.append([i % len(hosts), s, 0, 0])
    while opened < len(made):
        for key, _ in selector.select():
            error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            assert not error, "no connection: error %d" % error
            selector.unregister(key.fileobj)
            opened += 1
    return made


def jain(values):
    return sum(values) ** 2 / (len(values) * sum(v * v for v in values) or 1)


def flow(made, sending, until):
    """All of them at once, for a time."""
    selector, block = selectors.DefaultSelector(), bytes(16384)
    for one in made:
        selector.register(one[1], selectors.EVENT_WRITE if sending else selectors.EVENT_READ, one)
    while time.monotonic() < until:
        for key, _ in selector.select(0.1):
            try:
                if sending:
                    key.fileobj.send(block)
                    continue
                piece = key.fileobj.recv(ROOM)
                assert piece, "a stream ended"
                key.data[2] += len(piece)
            except BlockingIOError:
                pass
    if sending:
        for one in made:
            one[2] = acknowledged(one[1])


def measure(sending, hosts, count, seconds):
    made = streams(hosts, count, DISCARD if sending else GENERATE)
    begin = time.monotonic()
    flow(made, sending, begin + seconds / 4)
    for one in made:
        one[3] = one[2]
    flow(made, sending, begin + seconds)
    got = [[now - before for who, _, now, before in made if who == host] for host in range(len(hosts))]
    share, all_of = sum(got[0]) / sum(map(sum, got)), jain(sum(got, []))
    line = "ours %.2f of %.1f Mbit/s; Jain %.2f, ours %.2f, Linux's %.2f" % (
        share, sum(map(sum, got)) * 8e-6 / (seconds * 3 / 4), all_of, jain(got[0]), jain(got[1]))
    if sending:
        for host, name in enumerate(("to ours", "to Linux")):
            again, out = map(sum, zip(*(repeated(s) for who, s, _, _ in made if who == host)))
            line += "; %s %.1f %% sent again" % (name, 100 * again / out)
    print(line)
    low, high = SHARE[count]
    return 0 if low <= share <= high and all_of >= JAIN[count] else 1


if sys.argv[1] == "serve":
    serve()
else:
    sys.exit(measure(sys.argv[1] == "received", sys.argv[2:4], int(sys.argv[4]), float(sys.argv[5])))
