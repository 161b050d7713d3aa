#!/bin/sh
# spt_gone_test.sh - once an image runs in spt its tender is gone from memory: all but one page, which has nothing but the jump.
# Prints `ok NAME`, `not ok NAME reason` for each.
set -u
work=$(mktemp -d)
image=
trap '[ -n "$image" ] && kill "$image" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

evidence=$work/maps
. test/check.sh

out/tender/spt --net none out/spt/hello --no-dhcp --ip=10.0.0.2/24 >"$work/log" 2>&1 &
image=$!
for _ in $(seq 100); do
	grep -q 'hello on spt' "$work/log" && break
	sleep 0.1
done
if ! cat "/proc/$image/maps" >"$work/maps" 2>/dev/null || [ ! -s "$work/maps" ]; then
	echo "skip the_tender_is_gone its memory cannot be looked at from outside here (be root)"
	exit
fi
tenders() { awk '/\/tender\/spt$/ { split($1, at, "-"); print at[1], at[2], $2 }' "$work/maps"; }
one_page() {
	tenders | python3 -c "
import sys
lines = [l.split() for l in sys.stdin]
assert len(lines) == 1, lines
assert int(lines[0][1], 16) - int(lines[0][0], 16) == 4096 and lines[0][2] == 'r-xp', lines"
}
check one_page_of_the_tender_is_left_and_cannot_be_written 'there is more, or none' one_page
check its_stack_and_heap_are_gone 'they are there' sh -c '! grep -q "\[stack\]\|\[heap\]" "$1"' sh "$work/maps"
check no_page_is_written_and_executed 'one is' sh -c '! grep -q " .wx" "$1"' sh "$work/maps"
# The page: code of a few instructions, then zeros or breakpoints; no address, nothing of the command line.
page() {
	at=$(tenders | cut -d ' ' -f 1)
	python3 -c "
import sys
m = open('/proc/$image/mem', 'rb'); m.seek(int('$at', 16)); page = m.read(4096)
assert len(page.rstrip(b'\xcc')) <= 192, page"
}
check that_page_has_only_the_jump 'it has more' page
kill "$image"
wait "$image"
status=$?
image=
check a_stop_request_reaches_the_image 'it left otherwise' test "$status" = 0
check and_it_stops_in_good_order 'it did not say so' grep -q 'image: stopped' "$work/log"
