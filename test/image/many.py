"""many.py HOST PORT COUNT - COUNT connections open at once; each then asks and must be answered."""
import resource
import selectors
import socket
import sys
import time

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (count + 100, max(count + 100, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
selector = selectors.DefaultSelector()
sockets = []
deadline = time.monotonic() + 120
request = b"GET /bytes/10 HTTP/1.1\r\nHost: x\r\n\r\n"

connected = 0
while connected < count and time.monotonic() < deadline:
    while len(sockets) < count and len(sockets) - connected < 200:
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex((host, port))
        sockets.append(s)
        selector.register(s, selectors.EVENT_WRITE)
    for key, _ in selector.select(1):
        error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            sys.exit(f"connection {connected}: error {error}")
        selector.unregister(key.fileobj)
        connected += 1
print(f"{connected} connected")

answered = 0
for start in range(0, len(sockets), 500):
    batch = sockets[start : start + 500]
    for s in batch:
        s.send(request)
        selector.register(s, selectors.EVENT_READ)
    waiting = len(batch)
    while waiting and time.monotonic() < deadline:
        for key, _ in selector.select(1):
            data = key.fileobj.recv(4096)
            if not data.startswith(b"HTTP/1.1 200"):
                sys.exit(f"answered {data[:60]!r}")
            selector.unregister(key.fileobj)
            waiting -= 1
            answered += 1
print(f"{answered} answered")
sys.exit(answered != count)
