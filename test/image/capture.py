"""capture.py FILE ADDRESS...: what tshark says of the TCP of an image at these addresses, from its own capture, as lines of a name and a count."""
import collections
import subprocess
import sys

ECE, CWR, SYN, ACK = 64, 128, 2, 16
FIELDS = ["ip.src", "ipv6.src", "ip.dsfield.ecn", "ipv6.tclass.ecn", "tcp.flags", "tcp.len", "_ws.malformed", "tcp.analysis.retransmission",
          "tcp.analysis.spurious_retransmission", "tcp.analysis.out_of_order", "tcp.analysis.lost_segment",
          "tcp.analysis.ack_lost_segment"]


def number(text):
    """Of the outermost header, where an ICMP error carries others."""
    return int(text.split(",")[0] or "0", 0)


def tell(line, ours, counts):
    ip4, ip6, ecn4, ecn6, flags, length, malformed, again, in_vain, late, hole, unsent = line
    side = "sent" if (ip4 or ip6) in ours else "received"
    family, ecn, flags, length = "ip4" if ip4 else "ip6", number(ecn4 or ecn6), number(flags), number(length)
    for name, so in (
            ("malformed", malformed),
            ("data", length > 0), (family + "_data", length > 0),
            ("repeated", again or in_vain), ("out_of_order", late), ("acknowledged_but_not_seen", unsent), ("missing", hole),
            (side + "_opening_that_agrees", flags & (SYN | ACK | ECE | CWR) == SYN | ACK | ECE),
            (side + "_data_that_may_be_marked", length > 0 and ecn),
            (side + "_bare_that_may_be_marked", length == 0 and ecn),
            (side + "_mark", ecn == 3),
            (side + "_ece", flags & (ECE | SYN) == ECE),
            (side + "_cwr", flags & (CWR | SYN) == CWR)):
        counts[name] += bool(so)


def main(path, ours):
    command = ["tshark", "-n", "-r", path, "-Y", "tcp", "-T", "fields"]
    text = subprocess.run(command + [word for f in FIELDS for word in ("-e", f)], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True).stdout
    counts = collections.Counter()
    for line in text.splitlines():
        tell(line.split("\t"), ours, counts)
    for name, count in sorted(counts.items()):
        print(name, count)


main(sys.argv[1], sys.argv[2:])
