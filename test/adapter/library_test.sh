#!/bin/sh
# library_test.sh - the shared library as others meet it: what it shows, the examples in C and Python, what tshark says
# of its packets. Prints `ok NAME`, `not ok NAME reason`, `skip NAME reason`.
set -u
library=out/library/libfata_socket.so
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

. test/check.sh

# Only what the header declares, and nothing but the C library behind it.
header() { grep '^FATA_API' test/adapter/fata_socket.h | grep -o 'fata_[a-z0-9_]*(' | tr -d '(' | sort -u; }
shown() { nm -D --defined-only $library | sed 's/.* //' | sort -u; }
same_names() { header >"$work/header" && shown >"$work/shown" && diff "$work/header" "$work/shown"; }
only_libc() { ! readelf -d $library | grep NEEDED | grep -v 'libc\.so\|ld-linux'; }
check the_library_shows_what_its_header_declares "they differ" same_names
check the_library_needs_the_c_library_only "it needs others" only_libc

compile() { # compile COMPILER FLAGS...
	"$@" -Wall -Wextra -Werror -O1 -I test/adapter test/adapter/examples/two_hosts.c -L out/library -lfata_socket \
		"-Wl,-rpath,$PWD/out/library" -o "$work/two_hosts"
}
printf '#include "fata_socket.h"\nint main() { return fata_create(nullptr, nullptr) == nullptr; }\n' >"$work/plus.cc"
check the_header_is_cxx_too "it is not" clang++-19 -fsyntax-only -I test/adapter "$work/plus.cc"
check the_example_is_plain_c "it does not compile" compile gcc -std=gnu11 -pedantic
check the_example_talks_in_packets "it fails" "$work/two_hosts" "$work/ip.pcap"
check the_example_talks_on_ethernet "it fails" "$work/two_hosts" --ethernet "$work/ethernet.pcap"
check the_example_bears_loss "it fails" "$work/two_hosts" --lossy "$work/lossy.pcap"
"$work/two_hosts" "$work/again.pcap" >"$work/out" 2>&1
check the_same_seed_gives_the_same_packets "they differ" cmp "$work/ip.pcap" "$work/again.pcap"

if command -v python3 >/dev/null; then
	python3 test/adapter/examples/two_hosts.py $library >"$work/said" 2>"$work/out"
	check python_reaches_it_by_ctypes "it says something else: $(cat "$work/said" "$work/out" | tail -n 3)" \
		grep -qx 'HELLO FROM PYTHON after 35 ms' "$work/said"
else
	echo "skip python_reaches_it_by_ctypes python3 is not there"
fi

# ---- what tshark says of it ----

if ! command -v tshark >/dev/null; then
	echo "skip tshark_finds_nothing_to_blame tshark is not there"
	exit
fi
seen() { # seen FILE FILTER: those packets
	tshark -n -r "$1" -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -Y "$2" \
		2>/dev/null
}
broken='_ws.malformed or ip.checksum.status == 0 or tcp.checksum.status == 0 or udp.checksum.status == 0 or icmpv6.checksum.status == 0'
repeated='tcp.analysis.retransmission or tcp.analysis.fast_retransmission or tcp.analysis.spurious_retransmission or
	tcp.analysis.out_of_order or tcp.analysis.lost_segment or tcp.analysis.ack_lost_segment or tcp.analysis.duplicate_ack'
# A sender that fills the window has done nothing wrong.
warned='_ws.expert.severity >= "Warning" and not tcp.analysis.window_full'
none() { seen "$1" "$2" >"$work/seen" && { [ ! -s "$work/seen" ] || { head -n 4 "$work/seen" && false; }; }; }
some() { seen "$1" "$2" >"$work/seen" && [ -s "$work/seen" ]; }
for kind in ip ethernet; do
	check "tshark_finds_nothing_broken_$kind" "it does" none "$work/$kind.pcap" "$broken"
	check "tshark_finds_nothing_repeated_$kind" "it does" none "$work/$kind.pcap" "$repeated"
	check "tshark_warns_of_nothing_$kind" "it does" none "$work/$kind.pcap" "$warned"
	check "tshark_sees_both_families_$kind" "it does not" some "$work/$kind.pcap" 'tcp and ipv6'
done
# And it would have noticed.
check tshark_sees_what_is_lost "it sees nothing" some "$work/lossy.pcap" "$repeated"
check tshark_finds_nothing_broken_where_much_is_lost "it does" none "$work/lossy.pcap" "$broken"
# One bit of the last packet's TCP or UDP.
{ head -c -3 "$work/ip.pcap"; printf '\377\377\377'; } >"$work/bent.pcap"
check tshark_sees_a_wrong_checksum "it sees nothing" some "$work/bent.pcap" "$broken"
