#!/bin/sh
# A kernel as router to a link that takes less: it says so, and from then on the image's datagrams come
# through in pieces, its segments smaller. Forged reports do nothing. Then it says nothing any more, and the image searches.
. test/image/common.sh
need_namespaces path_mtu_image
build echo
tap_up tap0
far_up

# near 10.78.0.1, fd78::1 -- MTU 1300 -- far 10.78.0.2, fd78::2
ip -n "$ns" link add near mtu 1300 type veth peer name far mtu 1300 netns "$far"
ip -n "$far" link set lo up
for side in "$ns near 1" "$far far 2"; do
	set -- $side
	ip -n "$1" addr add "10.78.0.$3/24" dev "$2"
	ip -n "$1" addr add "fd78::$3/64" dev "$2" nodad
	ip -n "$1" link set "$2" up
done
ip -n "$far" addr add 10.78.0.3/24 dev far # another path: nothing is known of it yet
ip -n "$far" addr add fd78::3/64 dev far nodad
ip -n "$far" addr add 10.78.0.4/24 dev far # nor of this, until the router is mute
ip -n "$far" addr add fd78::4/64 dev far nodad preferred_lft 0 # never chosen as a source
in_ns sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# advmss: who is far claims to take more than its link, as one behind a further narrow hop would.
ip -n "$far" route add 10.77.0.0/24 via 10.78.0.1 advmss 1460
ip -n "$far" route add fd77::/64 via fd78::1 advmss 1440

start_image echo --net tap:tap0 $image_args --gateway6=fd77::1
far_ns() { ip netns exec "$far" "$@"; }
wait_for 8 answers
wait_for 8 far_ns ping -c 1 -W 1 10.77.0.2
wait_for 8 far_ns ping -c 1 -W 1 fd77::2

check a_datagram_that_is_too_big_for_the_path_comes_in_pieces_the_next_time "no answer" far_ns timeout 20 python3 test/image/path_mtu.py learn 10.77.0.2 fd77::2
check a_stream_goes_on_in_smaller_segments "stuck" far_ns timeout 30 python3 test/image/path_mtu.py stream 10.77.0.2 fd77::2
check one_to_another_address_still_goes_whole "not whole" in_ns timeout 20 python3 test/image/path_mtu.py whole tap0 10.77.0.2 fd77::2
check a_forged_report_does_nothing "believed" in_ns timeout 20 python3 test/image/path_mtu.py forged tap0 10.77.0.2 fd77::2
check a_report_about_what_is_in_flight_has_a_floor "not so" in_ns timeout 20 python3 test/image/path_mtu.py floor tap0 10.77.0.2 fd77::2

# No error leaves the router any more: its own ICMP has no way. Neighbours are found without asking for one.
ip -n "$ns" link set near mtu 1420
ip -n "$far" link set far mtu 1420
in_ns ip rule add iif lo ipproto icmp blackhole
in_ns ip -6 rule add iif lo ipproto ipv6-icmp blackhole
check a_hole_in_the_path_is_measured "not so" far_ns timeout 120 python3 test/image/path_mtu.py hole 10.77.0.2 fd77::2
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
