#!/bin/sh
# replay_test.sh - what was recorded on unix and spt runs again in the simulator, to the same state.
. test/image/common.sh

replay() { # replay NAME RECORDING IMAGE: ok if it is the same to the end
	if out/sim/sim replay "$2" "out/sim/$3.so" >"$work/replay" 2>&1; then
		ok "$1"
	else
		not_ok "$1" "$(tail -n 1 "$work/replay")"
	fi
}

need_namespaces replay_of_ten_thousand_requests
for _file in "out/$target/site" "out/$target/echo" out/sim/site.so out/sim/echo.so out/sim/sim; do
	if [ ! -x "$_file" ]; then # `fata test` has built them; who calls this by hand may not have
		./fata build >"$work/build" 2>&1 || {
			cat "$work/build" >&2
			echo "not ok build_for_replay it does not build"
			exit 1
		}
	fi
done

# ---- ten thousand requests ----
tap_up tap0
start_image site --net service=tap:tap0 --record "$work/site.log" $image_args --port=80
if ! wait_for 200 answers; then
	not_ok replay_of_ten_thousand_requests "the image does not answer ping"
	exit 1
fi
if command -v ab >/dev/null; then
	in_ns ab -q -k -c 8 -n 10000 http://10.77.0.2/ >"$work/ab" 2>&1
	requests=$(awk '/^Complete requests/ { print $3 }' "$work/ab")
	[ "$requests" = 10000 ] && ok ten_thousand_requests_are_answered_while_recording ||
		not_ok ten_thousand_requests_are_answered_while_recording "ab completed ${requests:-none} of 10000"
else
	echo "skip ten_thousand_requests_are_answered_while_recording ab is missing (apt-get install apache2-utils)"
fi
check the_page_of_live_numbers_is_recorded_too "it does not answer" \
	in_ns curl -sS -m 5 -o /dev/null http://10.77.0.2/live
stop_image
status=$?
[ "$status" = 0 ] && ok recording_image_leaves_in_good_order || not_ok recording_image_leaves_in_good_order "status $status"
replay replay_of_ten_thousand_requests_ends_in_the_same_state "$work/site.log" site

# ---- the same recording, damaged ----
size=$(stat -c %s "$work/site.log")
head -c $((size / 2)) "$work/site.log" >"$work/cut.log"
if out/sim/sim replay "$work/cut.log" out/sim/site.so >"$work/replay" 2>&1; then
	not_ok a_cut_recording_is_said_to_be_cut "it passed for whole"
elif grep -q 'cut off: the same for [1-9]' "$work/replay"; then
	ok a_cut_recording_is_said_to_be_cut
else
	not_ok a_cut_recording_is_said_to_be_cut "$(tail -n 1 "$work/replay")"
fi
if out/sim/sim replay "$work/site.log" out/sim/echo.so >"$work/replay" 2>&1; then
	not_ok a_recording_of_another_image_is_refused "it passed"
elif grep -q 'recording of site, and the image is echo' "$work/replay"; then
	ok a_recording_of_another_image_is_refused
else
	not_ok a_recording_of_another_image_is_refused "$(tail -n 1 "$work/replay")"
fi

# ---- echo through a bad network, one million bytes ----
ip -n "$ns" link del tap0
tap_up tap0
in_ns tc qdisc add dev tap0 root netem loss 2% delay 1ms reorder 5% 2>/dev/null
start_image echo --net service=tap:tap0 --record "$work/echo.log" $image_args --port=7
wait_for 200 answers
head -c 1000000 /dev/urandom >"$work/bytes"
in_ns timeout 60 socat -t 5 - TCP4:10.77.0.2:7 <"$work/bytes" >"$work/back" 2>/dev/null
if cmp -s "$work/bytes" "$work/back"; then ok a_million_bytes_are_echoed_while_recording; else
	not_ok a_million_bytes_are_echoed_while_recording "$(stat -c %s "$work/back") bytes came back"
fi
stop_image
replay replay_through_a_bad_network_ends_in_the_same_state "$work/echo.log" echo

# ---- killed in the middle: the log reaches as far as its last chunk ----
start_image echo --net service=tap:tap0 --record "$work/killed.log" $image_args --port=7
wait_for 200 answers
in_ns timeout 60 socat -t 5 - TCP4:10.77.0.2:7 <"$work/bytes" >/dev/null 2>&1
kill -KILL "$image_pid" 2>/dev/null
wait "$image_pid" 2>/dev/null
out/sim/sim replay "$work/killed.log" out/sim/echo.so >"$work/replay" 2>&1
if grep -q 'cut off: the same for [1-9]' "$work/replay"; then ok a_killed_image_leaves_a_recording_that_replays; else
	not_ok a_killed_image_leaves_a_recording_that_replays "$(tail -n 1 "$work/replay")"
fi
