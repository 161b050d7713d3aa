#!/bin/sh
# What tshark says of an image's streams with curl: on a clean path nothing is broken and next to nothing repeated; through a queue
# that marks, marks are told of (ECE) and answered (CWR) both ways, and nothing has to be repeated either.
[ "${FATA_TARGET-unix}" = unix ] || exit 0
FATA_TARGET=unix
. test/image/common.sh
need_namespaces capture
command -v tshark >/dev/null || {
	echo "skip capture tshark is missing (apt-get install tshark)"
	exit 0
}
build site
program relay
in_ns sysctl -qw net.ipv4.tcp_ecn=1
python3 test/image/pattern.py 1000000 >"$work/body"
head -c 100000 "$work/body" >"$work/up" # site's windows are small: this takes long enough

by_curl() { # by_curl HOST: a body each way
	get "http://$1/bytes/1000000" | cmp - "$work/body" &&
		get -H 'Expect:' --data-binary "@$work/up" "http://$1/sink" | grep -q 'all of the pattern'
}
captured() { # captured "RELAY OPTIONS": both families, one after the other, into $work/pcap
	tap_up tap0
	relay_start "$work/socket" tap0 $1
	wait_for 10 test -S "$work/socket"
	start_image site --net "unix:$work/socket" --pcap="$work/pcap" $image_args
	wait_for 20 answers
	wait_for 20 answers fd77::2
	_good=0
	for _at in 10.77.0.2 '[fd77::2]'; do by_curl "$_at" || _good=1; done
	stop_image
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap0 2>/dev/null
	python3 test/image/capture.py "$work/pcap" 10.77.0.2 fd77::2 >"$work/counts" && return $_good
}
count() { awk -v name="$1" '$1 == name { print $2 } END { if (NR == 0) print "nothing" }' "$work/counts"; }
least() { # least NAME NUMBER WHAT: so many of those at least
	check "$1" "$(count "$3") of $3" test "0$(count "$3")" -ge "$2"
}
none() { # none NAME WHAT
	check "$1" "$(count "$2") of $2" test "$(count "$2")" = 0
}
# Where nothing is lost, only a machine that stood still makes a timer repeat something.
few_repeated() { # few_repeated NAME
	echo "$1: $(count repeated) of $(count data) segments" >&2
	check "$1" "$(count repeated) of $(count data) segments" test "$(($(count repeated) * 100))" -le "$(count data)"
}

captured delay=25
check bodies_go_through_a_clean_path "not whole" test $? -eq 0
none nothing_is_malformed malformed
none nothing_is_acknowledged_that_was_not_sent acknowledged_but_not_seen
none nothing_is_missing missing
none nothing_is_out_of_order out_of_order
few_repeated next_to_nothing_is_repeated
least there_was_ipv4 100 ip4_data
least there_was_ipv6 100 ip6_data

captured "rate=10 delay=1 queue=600 ecn=3"
check bodies_go_through_a_queue_that_marks "not whole" test $? -eq 0
least openings_agree_to_ecn 4 sent_opening_that_agrees
least the_image_sends_what_may_be_marked 500 sent_data_that_may_be_marked
none but_no_bare_acknowledgement sent_bare_that_may_be_marked
least it_is_told_of_marks 1 received_ece
least and_answers 1 sent_cwr
least marks_reach_it 1 received_mark
least it_tells_of_them 1 sent_ece
least and_is_answered 1 received_cwr
few_repeated nothing_is_repeated_where_marks_tell
