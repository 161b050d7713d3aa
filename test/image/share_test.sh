#!/bin/sh
# Streams of an image and of Linux through one queue: who gets how much, as sender and as receiver. The image and Linux (CUBIC) are at
# the near end of a relay that is the bottleneck; Linux at its far end reads from both, or writes to both. At last the image has BBR.
[ "${FATA_TARGET-unix}" = unix ] || exit 0
FATA_TARGET=unix
. test/image/common.sh
need_namespaces share
build bench test/sim/apps/spring
program relay

far_up
if ! ip -n "$ns" link add br0 type bridge 2>"$work/bridge"; then
	echo "skip share $(cat "$work/bridge")"
	exit 0
fi

# The image at tap0 and Linux at br0 are 10.77.0.2 and .1; Linux in the other namespace is .3, behind the relay.
bottleneck() { # bottleneck RELAY-OPTIONS...
	relay_start tap:near far "$@"
	there() { ip -n "$ns" link show near && ip -n "$ns" link show far; }
	wait_for 10 there
	ip -n "$ns" link set far netns "$far"
	ip -n "$ns" link set near master br0 up
	ip -n "$far" addr add 10.77.0.3/24 dev far
	ip -n "$far" addr add fd77::3/64 dev far nodad
	ip -n "$far" link set far up
}
far_ns() { ip netns exec "$far" "$@"; }

tap_up tap0
ip -n "$ns" addr flush dev tap0
ip -n "$ns" link set tap0 master br0
ip -n "$ns" addr add 10.77.0.1/24 dev br0
ip -n "$ns" addr add fd77::1/64 dev br0 nodad
ip -n "$ns" link set br0 up
ip netns exec "$ns" python3 test/image/share.py serve >"$work/serve.log" 2>&1 &
pids="$pids $!"
of_the_image="--net tap:tap0 --stop-after=1 $image_args"
start_image bench $of_the_image

shares() { # shares NAME MODE OURS LINUX COUNT SECONDS RELAY-OPTIONS...
	_case=$1 _mode="$2 $3 $4 $5 $6" _ours=$3 _linux=$4 _seconds=$6
	shift 6
	bottleneck "$@"
	wait_for 20 far_ns ping -c 1 -W 1 "$_ours"
	wait_for 20 far_ns ping -c 1 -W 1 "$_linux"
	far_ns timeout $((_seconds + 60)) python3 test/image/share.py $_mode >"$work/share" 2>&1
	_status=$?
	check "$_case" "$(cat "$work/share")" test $_status -eq 0
	relay_stop
	echo "$_case: $(tail -n 1 "$work/share"); $(awk '{ for (i = 2; i <= NF; i += 1) if ($i ~ "^dropped") n += $(i - 1); else if ($i ~ "^marked") m += $(i - 1) } END { print n, "dropped,", m, "marked" }' "$work/relay.log")" >&2
}

one="rate=20 delay=10 queue=100"
many="rate=100 delay=20 queue=512"
shares one_of_ours_beside_one_of_linux sent 10.77.0.2 10.77.0.1 1 ${SECONDS_EACH-5} $one
shares one_to_ours_beside_one_to_linux received fd77::2 fd77::1 1 ${SECONDS_EACH-5} $one
shares four_to_ours_beside_four_to_linux received 10.77.0.2 10.77.0.1 4 ${SECONDS_EACH-5} $one
shares sixty_four_of_ours_beside_sixty_four_of_linux sent fd77::2 fd77::1 64 ${SECONDS_EACH-5} $many
shares sixty_four_to_ours_beside_sixty_four_to_linux received 10.77.0.2 10.77.0.1 64 ${SECONDS_EACH-5} $many
stop_image
check bench_leaves_with_0 "exit status $?" test $? -eq 0

# A queue of a quarter of the BDP (100 KB), of one and of four.
start_image spring $of_the_image --tcp-congestion=bbr
for kb in 25 100 400; do
	shares one_of_our_bbr_beside_one_of_linux_with_$kb sent 10.77.0.2 10.77.0.1 1 ${SECONDS_EACH-5} rate=20 delay=20 queue=$kb
done
stop_image
check spring_leaves_with_0 "exit status $?" test $? -eq 0
