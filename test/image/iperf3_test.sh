#!/bin/sh
# iperf3's own client against app/iperf3: TCP and UDP both ways, over IPv4 and IPv6, 1 to 128 streams, through paths that lose, delay and
# reorder; what it is refused and told; and clients that are busy, killed or none. How fast it is is nobody's claim.
. test/image/common.sh
need_namespaces iperf3
build iperf3

# One test, which may be tried again where what begins it can be lost on the way (a UDP stream's hello is sent once).
told() { # the image has said how the test ended: a line, which may come after the client has left
	test "$(wc -l <"$work/image.log")" -gt "$_lines"
}
measure() { # measure TRIES OPTIONS...: into $work/report
	_tries=$1 _each=$((60 / $1))
	shift
	while :; do
		_lines=$(wc -l <"$work/image.log")
		in_ns timeout $_each iperf3 -J -c "$@" >"$work/report" 2>"$work/err" && ! grep -q '"error"' "$work/report" && return 0
		_tries=$((_tries - 1))
		[ $_tries -gt 0 ] || return 1
	done
}
looks() { # looks NAME WHAT...: what iperf3.py finds in it
	_looked=$1
	shift
	python3 test/image/iperf3.py "$work/report" "$@" >"$work/line" 2>&1
	_status=$?
	check "$_looked" "$(cat "$work/line")" test $_status -eq 0
	echo "$_looked$suffix: $(head -n 1 "$work/line")" >&2
}
works() { # works NAME "WHAT..." OPTIONS...
	_worked=$1 _what=$2
	shift 2
	measure 1 "$@"
	looks "$_worked" $_what
}
says() { # says NAME TEXT OPTIONS...: the client prints it
	_said=$1 _text=$2
	shift 2
	in_ns timeout 60 iperf3 -c "$@" >"$work/said" 2>&1
	check "$_said" "$(cat "$work/said")" grep -q "$_text" "$work/said"
}
last_lost() { # the datagrams that the image had last, as LOST/ALL
	sed -n 's/.* \([0-9]*\) of \([0-9]*\) datagrams lost.*/\1\/\2/p' "$work/image.log" | tail -n 1
}

# ---- a clean path ----
tap_up tap0
start_image iperf3 --net tap:tap0 $image_args
wait_for 60 answers
wait_for 60 answers fd77::2
works tcp_to_the_image streams=1 10.77.0.2 -t 1
works tcp_from_the_image streams=1 10.77.0.2 -t 1 -R
works tcp_both_ways_over_ipv6 streams=4 fd77::2 -t 1 -P 2 --bidir
works udp_to_the_image_over_ipv6 "streams=1 clean" fd77::2 -t 1 -u -b 2M
works udp_from_the_image "streams=1 clean" 10.77.0.2 -t 1 -u -R -b 2M
if [ "$target" != unix ]; then # the rest does not know of targets
	stop_image
	check iperf3_leaves_with_0 "exit status $?" test $? -eq 0
	exit 0
fi
works udp_both_ways_with_numbers_of_64_bits "streams=4 clean" 10.77.0.2 -t 1 -u --bidir -P 2 -b 2M --udp-counters-64bit
works udp_in_fragments "streams=1 clean" 10.77.0.2 -t 1 -u -l 8000 -b 2M
works many_things_asked_for "streams=2 control=reno" 10.77.0.2 -R -P 2 -n 200K -C reno -M 1200 -N -w 100K -b 20M -l 10K -S 32
works what_is_omitted_is_left_out streams=1 10.77.0.2 -R -O 1 -t 1 -b 8M
in_ns timeout 60 iperf3 -c 10.77.0.2 -R -n 1M -b 8M --get-server-output >"$work/said" 2>&1
check the_server_s_own_line_is_shown "$(cat "$work/said")" grep -q 'TCP, 1 sent: ' "$work/said"
works sixty_four_to_the_image streams=64 10.77.0.2 -t 1 -P 64
works sixty_four_both_ways streams=128 fd77::2 -t 1 -P 64 --bidir

# ---- what it says no to ----
says sixty_five_streams_are_refused 'number of parallel streams too large' 10.77.0.2 -P 65
says sctp_is_refused 'no SCTP support' 10.77.0.2 --sctp

# ---- one test at a time; and clients that go ----
ip netns exec "$ns" iperf3 --forceflush -c 10.77.0.2 -t 60 >"$work/first" 2>&1 &
first=$!
pids="$pids $first"
busy() { in_ns timeout 60 iperf3 -c 10.77.0.2 -t 1 2>&1 | grep -q 'the server is busy'; }
free() { measure 1 10.77.0.2 -t 1; }
runs() { grep -q connected "$work/first"; }
wait_for 30 runs
check another_is_told_that_it_is_busy "$(cat "$work/image.log")" busy
kill -KILL "$first"
wait "$first" 2>/dev/null
check a_client_killed_in_the_middle_is_no_hindrance "$(cat "$work/image.log")" wait_for 60 free
in_ns python3 - 10.77.0.2 >"$work/garbage" 2>&1 <<'PY'
import os, socket, struct, sys
def say(what):
    """What the image says to that, until it ends or nothing more comes."""
    with socket.create_connection((sys.argv[1], 5201), 20) as s:
        heard = b""
        try:
            s.sendall(what)
            while piece := s.recv(100):
                heard += piece
        except ConnectionResetError:
            pass
        return heard
cookie = b"c" * 36 + b"\0"
refused = b"\xfe" + struct.pack(">II", 114, 0)
assert say(b"GET / HTTP/1.1\r\n" * 20) == b"\t" + refused, "HTTP"
assert say(cookie + b"\xff" * 4) == b"\t" + refused, "a length of 4 GB"
assert say(cookie + struct.pack(">I", 9) + b'{"tcp":1}'[:-1] + b"]") == b"\t" + refused, "no JSON"
for _ in range(50):
    say(os.urandom(2000))
with socket.create_connection((sys.argv[1], 5201)) as s:
    s.sendall(cookie[:10])
print("all of it")
PY
check garbage_is_answered_with_an_error "$(cat "$work/garbage")" grep -q 'all of it' "$work/garbage"
check after_garbage_it_goes_on "$(cat "$work/image.log")" wait_for 60 free
stop_image
check iperf3_leaves_with_0 "exit status $?" test $? -eq 0
ip -n "$ns" link del tap0 2>/dev/null

# ---- through relays ----
program relay
begin() { # begin RELAY-OPTIONS...
	tap_up tap0
	relay_start "$work/socket" tap0 "$@"
	wait_for 10 test -S "$work/socket"
	start_image iperf3 --net "unix:$work/socket" $image_args
	wait_for 60 answers
	wait_for 60 answers fd77::2
}
leave() {
	stop_image
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap0 2>/dev/null
}

begin loss=1 delay=5
works tcp_both_ways_through_loss streams=4 10.77.0.2 -t 2 -P 2 --bidir
measure 4 10.77.0.2 -u -t 1 -b 8M -l 1000
wait_for 10 told
looks udp_to_the_image_through_loss "loss" "lost=$(last_lost)"
measure 4 fd77::2 -u -R -t 1 -b 8M -l 1000
looks udp_from_the_image_through_loss loss
leave
begin delay=20
works tcp_both_ways_through_delay streams=2 fd77::2 -t 2 --bidir
leave
begin swap=10 delay=5 jitter=3
works tcp_both_ways_through_reordering streams=4 10.77.0.2 -t 2 -P 2 --bidir
measure 4 10.77.0.2 -u -t 1 -b 8M -l 1000
wait_for 10 told
looks udp_to_the_image_through_reordering "lost=$(last_lost)"
leave
begin rate=100 delay=10 queue=512
works sixty_four_to_the_image_through_a_queue "streams=64 jain=0.5" 10.77.0.2 -t 5 -P 64
works sixty_four_from_the_image_through_a_queue "streams=64 jain=0.5" fd77::2 -R -t 5 -P 64
leave
