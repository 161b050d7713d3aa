"""pattern.py N - the N bytes that GET /bytes/N of app/site answers (app/site/measure.h)."""
import sys

x, pattern = 1, bytearray()
for _ in range(16381):
    x = (x * 1664525 + 1013904223) % 2**32
    pattern.append(x >> 24)
n = int(sys.argv[1])
while n > 0:
    n -= sys.stdout.buffer.write(pattern[:n])
