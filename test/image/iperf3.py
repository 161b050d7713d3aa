"""iperf3.py FILE WHAT[=VALUE]...: what `iperf3 -J` wrote into FILE, looked at.

  streams=N    there were N streams, and bytes came through each of them
  jain=F       Jain's index over what came through each is at least F
  control=NAME the congestion control of who sent
  loss         some datagrams were lost, and not all
  lost=N/M     the image says that N of M datagrams did not come: M may be less by those behind the end of the test
  clean        nothing was lost

Prints what came of it in a line. Leaves with 0 if all of it holds.
"""
import json
import sys

file, *wanted = sys.argv[1:]
with open(file) as f:
    report = json.load(f)
if "error" in report:
    sys.exit("iperf3: " + report["error"])
end = report["end"]
bad = []


def came(stream):
    if "udp" in stream:
        u = stream["udp"]
        return (u["packets"] - u["lost_packets"]) * report["start"]["test_start"]["blksize"]
    return stream["receiver"]["bytes"]


bytes_of = [came(s) for s in end["streams"]]
jain = sum(bytes_of) ** 2 / (len(bytes_of) * sum(b * b for b in bytes_of) or 1)
seconds = end["sum_received"]["seconds"] or 1
line = f"{len(bytes_of)} streams, {sum(bytes_of) * 8 / 1e6 / seconds:.1f} Mbit/s came, Jain {jain:.3f}"
udp = end["streams"][0].get("udp")
if udp:
    line += f", {udp['lost_packets']} of {udp['packets']} lost, {udp['out_of_order']} late, jitter {udp['jitter_ms']:.3f} ms"
for want in wanted:
    what, _, value = want.partition("=")
    if what == "streams" and (len(bytes_of) != int(value) or min(bytes_of) <= 0):
        bad.append(f"{len(bytes_of)} streams, of which the least had {min(bytes_of)} bytes")
    if what == "jain" and jain < float(value):
        bad.append(f"Jain's index is below {value}")
    if what == "control" and end.get("sender_tcp_congestion") != value:
        bad.append(f"it was {end.get('sender_tcp_congestion')}")
    if what == "clean" and (udp["lost_packets"] != 0 or udp["packets"] == 0):
        bad.append("something was lost")
    if what == "loss" and not 0 < udp["lost_packets"] < udp["packets"]:
        bad.append("nothing was lost, or everything")
    if what == "lost":
        lost, all_of_them = map(int, value.split("/"))
        if end["sum_received"]["bytes"] != (all_of_them - lost) * report["start"]["test_start"]["blksize"]:
            bad.append(f"{end['sum_received']['bytes']} bytes came")
        if lost != udp["lost_packets"] or not 0 <= udp["packets"] - all_of_them <= udp["packets"] // 4:
            bad.append(f"the image says {value}")
print(line)
if bad:
    sys.exit("; ".join(bad))
