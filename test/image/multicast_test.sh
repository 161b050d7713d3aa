#!/bin/sh
# A host in a group, over IPv4 and IPv6: it hears what is sent there, says so, answers queries of both
# versions, and the kernel's bridge that snoops passes the group on to it.
. test/image/common.sh
need_namespaces multicast_image
build echo
tap_up tap0
group_args="--group4=233.252.0.7 --group6=ff05::7"
start_image echo --net tap:tap0 $image_args $group_args
wait_for 8 answers
wait_for 8 answers fd77::2

check a_datagram_to_its_group_is_answered "no answer" in_ns timeout 20 python3 test/image/multicast.py heard tap0 10.77.0.2 233.252.0.7 fd77::2 ff05::7
check one_to_another_group_is_not "an answer" in_ns timeout 20 python3 test/image/multicast.py ignored tap0 10.77.0.2 233.252.0.8 fd77::2 ff05::8
check queries_are_answered "no report" in_ns timeout 20 python3 test/image/multicast.py queried tap0 10.77.0.2 233.252.0.7 fd77::2 ff05::7
check older_queries_are_answered_in_their_version "no report" in_ns timeout 20 python3 test/image/multicast.py queried_old tap0 10.77.0.2 233.252.0.7 fd77::2 ff05::7
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0

if ip -n "$ns" link add br0 type bridge mcast_snooping 1 mcast_querier 1 2>"$work/bridge"; then
	ip -n "$ns" link set tap0 master br0
	ip -n "$ns" link set br0 up
	start_image echo --net tap:tap0 $image_args $group_args
	in_mdb() { in_ns bridge mdb show | grep -q "port tap0 grp $1"; }
	check a_switch_that_snoops_learns_the_ipv4_group "not in its table" wait_for 8 in_mdb 233.252.0.7
	check a_switch_that_snoops_learns_the_ipv6_group "not in its table" wait_for 8 in_mdb ff05::7
	stop_image
else
	echo "skip a_switch_that_snoops_learns_the_groups $(cat "$work/bridge")"
fi
