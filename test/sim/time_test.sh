#!/bin/sh
# time_test.sh - the same seed gives the same bytes, another seed others; twenty hosts are faster than real time.
. test/sim/common.sh

"$sim" run test/sim/everything.sim --trace --pcap "$work/a.pcap" >"$work/a" 2>/dev/null
"$sim" run test/sim/everything.sim --trace --pcap "$work/b.pcap" >"$work/b" 2>/dev/null
"$sim" run test/sim/everything.sim --trace --seed 2 >"$work/c" 2>/dev/null
lines=$(wc -l <"$work/a")
if [ "$lines" -lt 5000 ]; then
	not_ok same_seed_same_bytes "the trace has only $lines lines"
elif ! cmp "$work/a" "$work/b" >"$work/cmp"; then
	not_ok same_seed_same_bytes "$(cat "$work/cmp")"
elif ! cmp "$work/a.pcap" "$work/b.pcap" >"$work/cmp"; then
	not_ok same_seed_same_bytes "captures: $(cat "$work/cmp")"
else
	ok same_seed_same_bytes
fi
hash_a=$(sed -n 's/^seed .*hash //p' "$work/a")
hash_c=$(sed -n 's/^seed .*hash //p' "$work/c")
if [ -n "$hash_a" ] && [ -n "$hash_c" ] && [ "$hash_a" != "$hash_c" ]; then
	ok another_seed_another_hash
else
	not_ok another_seed_another_hash "seed 1: ${hash_a:-none}, seed 2: ${hash_c:-none}"
fi
if command -v tshark >/dev/null; then
	frames=$(tshark -r "$work/a.pcap" 2>/dev/null | wc -l)
	[ "$frames" -gt 5000 ] && ok captures_can_be_read || not_ok captures_can_be_read "tshark finds $frames frames"
else
	echo "skip captures_can_be_read tshark is missing"
fi

if ! "$sim" run test/sim/twenty.sim >"$work/out" 2>"$work/err"; then
	not_ok twenty_hosts_faster_than_real_time "$(head -n 1 "$work/err")"
	exit
fi
ratio=$(sed -n 's/.*: \([0-9]*\) times as fast as real time/\1/p' "$work/err")
echo "twenty hosts with loss and reordering: $ratio times as fast as real time" >&2
if [ "${ratio:-0}" -ge 1 ]; then
	ok twenty_hosts_faster_than_real_time
else
	not_ok twenty_hosts_faster_than_real_time "$(cat "$work/err")"
fi
