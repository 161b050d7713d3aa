#!/bin/sh
# Fragments both ways with the kernel: datagrams and pings larger than the link, out of order, hostile.
# What is told of those that never become whole: stack/host_errors_test.c, where time can be made to pass.
. test/image/common.sh
need_namespaces fragments_image
build echo
tap_up tap0
start_image echo --net tap:tap0 $image_args
wait_for 8 answers
wait_for 8 answers fd77::2

check a_ping_in_fragments_is_answered "no answer" in_ns ping -c 2 -W 2 -s 8000 10.77.0.2
check a_ping6_in_fragments_is_answered "no answer" in_ns ping -c 2 -W 2 -s 8000 fd77::2
check datagrams_in_fragments_come_back "not all came back" in_ns timeout 40 python3 test/image/fragments.py echo 10.77.0.2 fd77::2
check fragments_in_any_order_are_put_together "no answer" in_ns timeout 20 python3 test/image/fragments.py shuffled tap0 10.77.0.2 fd77::2
check overlapping_fragments_are_not "an answer" in_ns timeout 20 python3 test/image/fragments.py overlap tap0 10.77.0.2 fd77::2
check a_flood_of_first_fragments_costs_others_nothing "no answer" in_ns timeout 30 python3 test/image/fragments.py flood tap0 10.77.0.2 fd77::2
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
