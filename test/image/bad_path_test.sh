#!/bin/sh
# curl both ways, and an image as the client, through paths that lose, reorder, double, delay and mark; by content, over IPv4 and IPv6.
# How long it takes is nobody's claim. One target: what differs between them does not know of streams.
[ "${FATA_TARGET-unix}" = unix ] || exit 0
FATA_TARGET=unix
. test/image/common.sh
need_namespaces bad_path
in_ns sysctl -qw net.ipv4.tcp_ecn=1
build site client
program echoer
program relay

begin() { # begin IMAGE "RELAY OPTIONS" arguments...: an image behind a relay
	_options=$2
	tap_up tap0
	relay_start "$work/socket" tap0 $_options
	wait_for 10 test -S "$work/socket"
	_image=$1
	shift 2
	start_image "$_image" --net "unix:$work/socket" $image_args "$@"
}
leave() {
	stop_image
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap0 2>/dev/null
}
did() { # did NAME: how often the relay did that, both ways
	awk -v name="$1" '{ for (i = 2; i <= NF; i += 1) if ($i ~ "^" name ",?$") sum += $(i - 1) } END { print sum + 0 }' "$work/relay.log"
}

python3 test/image/pattern.py 300000 >"$work/body"
down() { get "http://$1/bytes/300000" | cmp - "$work/body"; }
up() { get -H 'Expect:' --data-binary "@$work/body" "http://$1/sink" | grep -qx '300000 bytes, all of the pattern'; }
# Both ways over both families, all at the same time.
four() {
	_all=
	for _address in 10.77.0.2 '[fd77::2]'; do
		down "$_address" & _all="$_all $!"
		up "$_address" & _all="$_all $!"
	done
	_bad=0
	for _one in $_all; do wait "$_one" || _bad=1; done
	return $_bad
}
through() { # through NAME WHAT-THE-RELAY-MUST-HAVE-DONE options...
	_path=$1 _did=$2
	shift 2
	begin site "$*"
	wait_for 20 answers
	wait_for 20 answers fd77::2
	check "curl_downloads_and_uploads_through_$_path" "not whole" four
	leave
	[ -z "$_did" ] || check "and_there_was_$_path" "$(cat "$work/relay.log")" test "$(did "$_did")" -gt 0
	sed "s/^/$_path: /" "$work/relay.log" >&2
}
through delay_of_fifty_milliseconds "" delay=25
through loss_of_one_in_a_hundred lost loss=1 delay=5
through loss_of_five_in_a_hundred lost loss=5 delay=5
through neighbours_swapped swapped swap=10 delay=5
through jitter_that_reorders overtaken delay=5 jitter=3
through frames_that_come_twice twice twice=10 delay=5
through a_queue_that_overflows dropped rate=20 queue=24 delay=10
through all_of_it lost loss=2 twice=2 swap=5 mark=2 delay=10 jitter=3

ip netns exec "$ns" out/test/image/echoer 7 >"$work/echoer.log" &
pids="$pids $!"
client_through() { # client_through NAME ADDRESS options...: bytes come back from Linux, each in its place
	_path=$1 _to=$2
	shift 2
	begin client "$*" --to="$_to" --bytes=200K --times=4 --parallel=4 --patience=100s
	left() { ! kill -0 "$image_pid"; }
	wait_for 110 left
	stop_image
	check "$_path" "$(tail -n 1 "$work/image.log")" test $? -eq 0
	leave
}
client_through a_client_of_linux_gets_through_delay 10.77.0.1 delay=25
client_through a_client_of_linux_gets_through_all_of_it fd77::1 loss=2 twice=2 swap=5 delay=10 jitter=3
