#!/bin/sh
# A host in a VLAN (802.1Q) and one with jumbo frames: streams both ways, whoever cuts the segments.
. test/image/common.sh
need_namespaces vlan_image
build echo
program relay
head -c 3000000 /dev/urandom >"$work/sent"
echoes() { # echoes ADDRESS: three megabytes come back whole
	sh -c "ip netns exec $ns timeout 20 socat -t 10 - $1 <$work/sent | cmp - $work/sent"
}

# The relay stands for a switch: the image's port is in VLAN 7, and tagged; the kernel's is not.
behind_switch() { # behind_switch options...: an image on that port
	tap_up tap0
	relay_start "$work/socket" tap0 vlan=7
	wait_for 3 test -S "$work/socket"
	start_image echo --net "unix:$work/socket" $image_args "$@"
}
leave() {
	stop_image
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap0 2>/dev/null
}
silent() { ! answers && ! answers; }

behind_switch --vlan=7
check a_tagged_host_answers "no answer" wait_for 8 answers
check over_ipv6_too "no answer" wait_for 8 answers fd77::2
check a_stream_in_a_vlan_comes_back_whole "$(cat "$work/image.log")" echoes TCP:10.77.0.2:7
check and_over_ipv6 "$(cat "$work/image.log")" echoes "TCP6:[fd77::2]:7"
leave
behind_switch --vlan=8
check a_host_in_another_vlan_does_not_answer "an answer" silent
leave
behind_switch
check nor_one_without_tags "an answer" silent
leave

# ---- jumbo frames ----
tap_up tap1
ip -n "$ns" link set tap1 mtu 9000
start_image echo --net tap:tap1,mtu=9000 $image_args
wait_for 8 answers
wait_for 8 answers fd77::2
check nine_thousand_bytes_in_one_frame "no answer" in_ns ping -c 1 -W 2 -M do -s 8972 10.77.0.2
check and_over_ipv6_in_one_frame "no answer" in_ns ping -c 1 -W 2 -M do -s 8952 fd77::2
check a_jumbo_stream_comes_back_whole "$(cat "$work/image.log")" echoes TCP:10.77.0.2:7
check a_jumbo_stream_over_ipv6_too "$(cat "$work/image.log")" echoes "TCP6:[fd77::2]:7"
in_ns timeout 20 socat -t 5 - TCP:10.77.0.2:7 <"$work/sent" >/dev/null &
pids="$pids $!"
mss() { in_ns ss -tni dst 10.77.0.2 | grep -q "mss:89[0-9][0-9]"; }
check the_segment_size_follows_the_mtu "$(in_ns ss -tni dst 10.77.0.2)" wait_for 3 mss
stop_image
