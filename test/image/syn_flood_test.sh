#!/bin/sh
# 100,000 SYNs from forged addresses over each family: the kernel's own clients are served all the time, by
# SYN cookies, with timestamps and without; memory stays within the bill.
. test/image/common.sh
need_namespaces syn_flood_image
build echo
tap_up tap0

start_image echo --net tap:tap0 $image_args --gateway6=fd77::1
wait_for 8 answers
wait_for 8 in_ns ping -c 1 -W 1 fd77::2
check true_clients_are_served_in_a_flood_of_syns "not served" in_ns timeout 120 python3 test/image/syn_flood.py tap0 10.77.0.2 fd77::2
before=$(resident_kb)
in_ns sysctl -qw net.ipv4.tcp_timestamps=0
check and_those_without_timestamps_too "not served" in_ns timeout 120 python3 test/image/syn_flood.py tap0 10.77.0.2 fd77::2
check another_flood_takes_no_more_memory "$(resident_kb) kB, after the first it was $before kB" test "$(resident_kb)" -le "$((before + 64))"
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
