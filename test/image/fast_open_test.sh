#!/bin/sh
# TCP Fast Open (RFC 7413) with Linux as client and as server: data in the SYN, and the answer before the handshake is over.
. test/image/common.sh
need_namespaces fast_open_image
if ! in_ns sysctl -qw net.ipv4.tcp_fastopen=3 2>/dev/null; then
	echo "skip fast_open_image$suffix the kernel has no net.ipv4.tcp_fastopen of a namespace"
	exit 0
fi
build echo site client
tap_up tap0
looks() { # looks NAME MODE PORT FAMILY
	check "$1" "not so" python3 test/image/fast_open.py "$2" "$work/capture" "$3" "$4"
}

# ---- Linux asks ----
start_image echo --net tap:tap0 $image_args --tcp-fast-open --pcap="$work/capture"
wait_for 8 answers
wait_for 8 answers fd77::2
check linux_gives_its_data_with_the_syn "no answer" in_ns timeout 90 python3 test/image/fast_open.py ask 10.77.0.2 fd77::2
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
looks the_answer_comes_a_round_trip_earlier early 7 4
looks the_answer_comes_a_round_trip_earlier_over_ipv6 early 7 6

start_image echo --net tap:tap0 $image_args --pcap="$work/capture"
wait_for 8 answers
wait_for 8 answers fd77::2
check a_cookie_of_another_start_falls_back "no answer" in_ns timeout 90 python3 test/image/fast_open.py ask 10.77.0.2 fd77::2
stop_image

start_image site --net tap:tap0 $image_args --tcp-fast-open --pcap="$work/capture"
wait_for 8 answers
wait_for 8 answers fd77::2
for _host in 10.77.0.2 "[fd77::2]"; do
	for _time in 1 2 3; do # another start's cookie, a new one
		check "curl_gets_a_page_$_time$(echo "$_host" | tr -c '0-9a-f\n' _)" "it does not" \
			get --tcp-fastopen -o "$work/page" "http://$_host/"
	done
done
stop_image
looks curl_is_answered_early early 80 4
looks curl_is_answered_early_over_ipv6 early 80 6

# ---- Linux is asked ----
ip netns exec "$ns" python3 test/image/fast_open.py serve >"$work/server.log" 2>&1 &
pids="$pids $!"
wait_for 20 grep -q ready "$work/server.log"
for _to in 10.77.0.1 fd77::1; do
	_family=4
	[ "$_to" = fd77::1 ] && _family=6
	start_image client --net tap:tap0 $image_args --tcp-fast-open --fast --to=$_to --bytes=3000 --times=4 --patience=90s --pcap="$work/capture"
	wait "$image_pid"
	check "linux_gives_all_back_$_family" "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
	looks "linux_takes_the_data_of_our_syn_$_family" taken 7 $_family
	start_image client --net tap:tap0 $image_args --fast --to=$_to --bytes=3000 --times=2 --patience=90s --pcap="$work/capture"
	wait "$image_pid"
	check "without_the_option_it_works_too_$_family" "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
	looks "and_no_data_goes_with_a_syn_$_family" no 7 $_family
done
