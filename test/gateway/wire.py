#!/usr/bin/env python3
"""wire.py TAP PATH - joins a tap to a stream socket of frames, so that Linux itself can stand behind a gateway."""
import fcntl, os, select, socket, struct, sys

TUNSETIFF, IFF_TAP_NO_PI = 0x400454CA, 0x1002
tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", sys.argv[1].encode(), IFF_TAP_NO_PI))
wire = socket.socket(socket.AF_UNIX)
wire.connect(sys.argv[2])
rest = b""
while True:
    ready, _, _ = select.select([tap, wire], [], [])
    if tap in ready:
        frames = []
        try:
            for _ in range(32):
                frame = os.read(tap, 70000)
                frames.append(struct.pack(">I", len(frame)) + frame)
        except BlockingIOError:
            pass
        wire.sendall(b"".join(frames))
    if wire in ready:
        data = wire.recv(1 << 18)
        if not data:
            break
        rest += data
        at = 0
        while len(rest) - at >= 4:
            n = struct.unpack_from(">I", rest, at)[0]
            if len(rest) - at - 4 < n:
                break
            try:
                os.write(tap, rest[at + 4:at + 4 + n])
            except OSError:  # the tap is not up yet
                pass
            at += 4 + n
        rest = rest[at:]
