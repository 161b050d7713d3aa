#!/bin/sh
# Linux asks an image for ECN (RFC 3168), both ways over a path that marks instead of losing.
. test/image/common.sh
need_namespaces ecn_image
build echo
program relay
relay_start "$work/socket" tap0 mark=5 delay=2
tap_up tap0
in_ns sysctl -qw net.ipv4.tcp_ecn=1
wait_for 3 test -S "$work/socket"
start_image echo --net "unix:$work/socket" $image_args
wait_for 8 answers
wait_for 8 answers fd77::2
check marks_are_told_and_answered_both_ways "not so" in_ns timeout 60 python3 test/image/ecn.py tap0 10.77.0.2 fd77::2
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
