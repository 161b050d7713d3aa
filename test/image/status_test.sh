#!/bin/sh
# What a host tells of itself at --status, read by whom nothing else is known of: the kernel's own connections are in it.
. test/image/common.sh
need_namespaces status_image
build echo
tap_up tap0
start_image echo --net tap:tap0 $image_args --status=9000
read_status() { in_ns timeout 20 socat -u "TCP:$1:9000" - </dev/null >"$work/status"; }
tells() { # tells PATTERN, at the second address at the latest
	read_status 10.77.0.2 && grep -q "$1" "$work/status"
}
number() { sed -n "s/^$1 //p" "$work/status"; }
check the_image_answers "no answer" wait_for 8 answers
check and_over_ipv6 "$(cat "$work/image.log")" wait_for 8 answers fd77::2

check it_tells_its_counters "no counters" tells '^tcp.in_segs [1-9]'
before=$(number ip4.in_receives)
answers >/dev/null
read_status 10.77.0.2
check they_go_on "$before, then $(number ip4.in_receives)" test "$(number ip4.in_receives)" -gt "$before"

ip netns exec "$ns" python3 -c '
import socket, time
one = socket.create_connection(("10.77.0.2", 7), 10, ("10.77.0.1", 41000))
two = socket.create_connection(("fd77::2", 7), 10, ("fd77::1", 41001))
time.sleep(60)' &
pids="$pids $!"
check a_connection_is_told "$(cat "$work/status")" wait_for 10 tells '^flow 10.77.0.1:41000 10.77.0.2:7 ESTABLISHED rtt_us [0-9]* .* cwnd [1-9]'
check and_one_of_ipv6 "$(cat "$work/status")" wait_for 10 tells '^flow \[fd77::1\]:41001 \[fd77::2\]:7 ESTABLISHED '
check over_ipv6_it_is_the_same "$(cat "$work/status")" sh -c "ip netns exec $ns timeout 20 socat -u 'TCP6:[fd77::2]:9000' - </dev/null | grep -q '^flow .*41001'"
stop_image

start_image echo --net tap:tap0 $image_args
check without_the_option_it_answers "$(cat "$work/image.log")" wait_for 8 answers
check and_tells_nobody "$(cat "$work/status")" sh -c "! ip netns exec $ns timeout 20 socat -u TCP:10.77.0.2:9000 - </dev/null 2>/dev/null"
stop_image
