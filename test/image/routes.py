"""routes.py MODE INTERFACE ...: what a router says, for routes_test.sh.

advertise INTERFACE LIFETIME NETWORK/BITS[=PREFERENCE]...   one router advertisement with these routes
                                                            (RFC 4191) and this lifetime as default router
prefix INTERFACE NETWORK                                    one with this prefix for addresses and for the link
redirect INTERFACE TARGET DESTINATION VIA                   an ICMPv6 redirect (RFC 4861 4.5)
"""
import ipaddress
import socket
import struct
import sys


def send(interface, message, to="ff02::1"):
    s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    index = socket.if_nametoindex(interface)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS, 255)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    s.sendto(message, (to, 0, 0, index))


def route(text):
    text, _, preference = text.partition("=")
    network = ipaddress.ip_network(text)
    words = 0 if network.prefixlen == 0 else 1 if network.prefixlen <= 64 else 2
    flags = {"low": 0x18, "": 0, "high": 0x08}[preference]
    return (struct.pack(">BBBBI", 24, 1 + words, network.prefixlen, flags, 600)
            + network.network_address.packed[: 8 * words])


def main():
    mode, interface, *rest = sys.argv[1:]
    if mode == "advertise":
        body = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, int(rest[0]), 0, 0)
        send(interface, body + b"".join(route(r) for r in rest[1:]))
    elif mode == "prefix":
        network = ipaddress.ip_network(rest[0])
        body = struct.pack(">BBHBBHII", 134, 0, 0, 64, 0, 0, 0, 0)
        option = struct.pack(">BBBBIII", 3, 4, network.prefixlen, 0xC0, 7200, 3600, 0)
        send(interface, body + option + network.network_address.packed)
    else:
        packed = [ipaddress.ip_address(a).packed for a in rest]
        send(interface, struct.pack(">BBHI", 137, 0, 0, 0) + packed[2] + packed[1], rest[0])


main()
