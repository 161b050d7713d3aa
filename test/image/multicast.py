"""multicast.py MODE TAP ADDRESS GROUP ADDRESS GROUP: an echo image in groups of IPv4 and IPv6.

  heard         a datagram to the group is answered from the image's own address
  ignored       one to a group that it is not in is not
  queried       a general query of IGMPv3, MLDv2 is answered by a report of that version with the group
  queried_old   the same of IGMPv2, MLDv1
"""
import random
import socket
import struct
import sys

sys.dont_write_bytecode = True
from fragments import OURS, PORT, Wire, answered, checksum, family, packed, udp_socket


def ask(tap, group):
    s = udp_socket(group)
    s.settimeout(1)
    if family(group) == 6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(tap))
    else:
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(OURS[4]))
    data = random.randbytes(100)
    s.sendto(data, (group, PORT))
    return answered(s, data)


def query(wire, old):
    if wire.type == 0x0800:
        body = struct.pack("!BBHI", 0x11, 10, 0, 0) + (b"" if old else b"\x02\x7d\0\0")
        body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
        head = struct.pack("!BBHHHBBH", 0x45, 0xC0, 20 + len(body), 1, 0, 1, 2, 0) + packed(OURS[4]) + packed("224.0.0.1")
        packet, mac = head[:10] + struct.pack("!H", checksum(head)) + head[12:] + body, "01005e000001"
    else:
        ends = packed("fe80::99") + packed("ff02::1")
        body = struct.pack("!BBHHH", 130, 0, 0, 1000, 0) + bytes(16) + (b"" if old else b"\x02\x7d\0\0")
        value = checksum(ends + struct.pack("!II", len(body), 58) + body)
        alert = b"\x3a\0\x05\x02\0\0\x01\0"
        packet = struct.pack("!IHBB", 6 << 28, len(alert) + len(body), 0, 1) + ends + alert + \
            body[:2] + struct.pack("!H", value) + body[4:]
        mac = "333300000001"
    wire.socket.send(bytes.fromhex(mac) + wire.own + struct.pack("!H", wire.type) + packet)


def is_report(packet, group, old):
    """TTL 1, a router alert, a good checksum, the group in it."""
    if family(group) == 4:
        return packet[0] == 0x46 and packet[8:10] == b"\x01\x02" and packet[20:24] == b"\x94\x04\0\0" and \
            packet[16:20] == packed(group if old else "224.0.0.22") and packet[24] == (0x16 if old else 0x22) and \
            checksum(packet[24:]) == 0 and packet[-4:] == packed(group)
    ends, body = packet[8:40], packet[48:]
    return packet[6:8] == b"\0\x01" and packet[40:48] == b"\x3a\0\x05\x02\0\0\x01\0" and \
        packet[8:10] == b"\xfe\x80" and packet[24:40] == packed(group if old else "ff02::16") and \
        body[0] == (131 if old else 143) and checksum(ends + struct.pack("!II", len(body), 58) + body) == 0 and \
        body[-16:] == packed(group)


def main():
    random.seed(6)
    mode, tap, rest = sys.argv[1], sys.argv[2], sys.argv[3:]
    for address, group in zip(rest[::2], rest[1::2]):
        if mode in ("heard", "ignored"):
            assert ask(tap, group) == (mode == "heard"), group
            continue
        wire, old = Wire(tap, address), mode == "queried_old"
        query(wire, old)
        assert wire.hears(3, lambda packet: is_report(packet, group, old)), group


main()
