"""ecn.py TAP ADDRESS...: Linux asks an echo image for ECN, over a path that marks (relay mark=N).

What passes the tap is looked at: the SYN,ACK agrees; bytes sent first may be marked, bare
acknowledgements may not; the image tells of marks (ECE) and answers those it is told of (CWR).
"""
import random
import socket
import struct
import sys
import threading

sys.dont_write_bytecode = True
from fragments import PORT, Wire, family

ECE, CWR, SYN = 64, 128, 2


def parts(packet):
    """ECN bits, TCP flags, payload bytes of a packet of TCP."""
    if packet[0] >> 4 == 4:
        ecn, total, at, protocol = packet[1] & 3, struct.unpack("!H", packet[2:4])[0], (packet[0] & 15) * 4, packet[9]
    else:
        ecn, total, at, protocol = packet[1] >> 4 & 3, 40 + struct.unpack("!H", packet[4:6])[0], 40, packet[6]
    if protocol != 6:
        return None
    return ecn, packet[at + 13], total - at - (packet[at + 12] >> 4) * 4


def converse(address, data):
    s = socket.socket(socket.AF_INET6 if family(address) == 6 else socket.AF_INET, socket.SOCK_STREAM)
    s.settimeout(20)
    s.connect((address, PORT))
    threading.Thread(target=lambda: (s.sendall(data), s.shutdown(socket.SHUT_WR))).start()
    back = b""
    while len(back) < len(data):
        piece = s.recv(65536)
        assert piece, "the image ended after %d bytes" % len(back)
        back += piece
    assert back == data


def main(tap, addresses):
    for address in addresses:
        wire, seen = Wire(tap, address), []
        wire.socket.setsockopt(socket.SOL_SOCKET, 33, 1 << 25)  # SO_RCVBUFFORCE
        converse(address, random.randbytes(400000))
        wire.hears(0.3, lambda packet: seen.append(parts(packet)))
        seen = [p for p in seen if p]
        answers = [p for p in seen if p[1] & SYN]
        data, bare = [p for p in seen if p[2] > 0], [p for p in seen if p[2] == 0 and not p[1] & SYN]
        assert answers and all(p[1] & (ECE | CWR) == ECE and p[0] == 0 for p in answers), answers
        assert len(data) > 100 and sum(p[0] != 0 for p in data) > 0.9 * len(data), len(data)
        assert all(p[0] == 0 for p in bare), "an acknowledgement was ECN-capable"
        assert any(p[1] & ECE for p in seen if not p[1] & SYN), "no mark was told of"
        assert any(p[1] & CWR for p in data), "no told mark was answered"


main(sys.argv[1], sys.argv[2:])
