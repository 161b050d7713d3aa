#!/bin/sh
# Every conformance image on every target that runs by itself or under a tender, its ports on every kind of wire.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
ns=fata-conform-$$
trap 'rm -rf "$work"; ip netns del $ns 2>/dev/null' EXIT
target=unix

# The platform's options come first everywhere: a tender takes what is behind the image for the image's.
command_of() { # command_of IMAGE [PLATFORM OPTIONS... [-- IMAGE OPTIONS...]]: sets $command, words without blanks
	_image=$1 _own= _theirs=
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		_own="$_own $1"
		shift
	done
	[ $# -gt 0 ] && shift
	_theirs=$*
	if [ -x "out/tender/$target" ]; then
		command="out/tender/$target$_own out/$target/$_image $_theirs"
	else
		command="out/$target/$_image$_own $_theirs"
	fi
}

run() { # run LABEL BEFORE IMAGE [options as above]: its verdicts, with a label
	_label=${target}_$1 _before=$2
	shift 2
	command_of "$@"
	# shellcheck disable=SC2086
	timeout 60 $_before $command >"$work/out" 2>&1
	_status=$?
	sed -n "s/^ok /ok ${_label}_/p; s/^not ok /not ok ${_label}_/p" "$work/out"
	[ $_status -eq 0 ] || {
		echo "not ok ${_label}_status it left with $_status"
		tail -5 "$work/out" >&2
	}
}

build_images() {
	for i in clock entropy console block net image; do
		./fata build test/conform/dev_$i $target >"$work/build" 2>&1 || {
			cat "$work/build"
			echo "not ok ${target}_build_dev_$i it does not build"
			return 1
		}
	done
}

check_devices() {
	run clock "" dev_clock
	run entropy "" dev_entropy
	run image "" dev_image

	truncate -s 1M "$work/disk" "$work/fixed"
	run block "" dev_block --block "disk=$work/disk" --block "fixed=$work/fixed,ro"

	# the console, seen from outside: through a pipe that is read slowly
	command_of dev_console -- --log=error
	(sleep 0.2; echo "hello console"; sleep 1) | $command >"$work/console" 2>&1
	sed -n "s/^ok /ok ${target}_console_/p; s/^not ok /not ok ${target}_console_/p" "$work/console"
	awk 'BEGIN { for (i = 0; i < 64; i++) { print s; s = s "#" } }' >"$work/want"
	if head -n 64 "$work/console" | cmp -s - "$work/want"; then echo "ok ${target}_console_all_of_it_in_order"; else
		echo "not ok ${target}_console_all_of_it_in_order the text differs"
	fi
}

# leaving: with the image's status, or at the second signal when it does not let go
check_leaving() {
	command_of dev_image -- --log=off --way=leave
	$command >"$work/out" 2>&1
	[ $? -eq 7 ] && echo "ok ${target}_image_leaves" || echo "not ok ${target}_image_leaves its status is not 7"
	[ -s "$work/out" ] && echo "not ok ${target}_image_is_quiet it said: $(head -n 1 "$work/out")" ||
		echo "ok ${target}_image_is_quiet"
	command_of dev_image -- --log=off --way=hang
	$command >"$work/out" 2>&1 &
	hung=$!
	sleep 0.3
	kill $hung
	sleep 0.2
	if kill -0 $hung 2>/dev/null; then
		kill $hung
		wait $hung
		[ $? -eq 143 ] && echo "ok ${target}_image_hangs" ||
			echo "not ok ${target}_image_hangs the second signal did not end it with 143"
	else
		echo "not ok ${target}_image_hangs the first signal ended a program that was in the middle of a step"
	fi
}

# Two ports on a socket pair: the words @a and @b become its descriptors.
cat >"$work/pair" <<-'END'
	import os, socket, sys
	a, b = socket.socketpair()
	for s in a, b: os.set_inheritable(s.fileno(), True)
	words = [w.replace("@a", str(a.fileno())).replace("@b", str(b.fileno())) for w in sys.argv[1:]]
	os.execv(words[0], words)
END

# On a veth pair by packet sockets, and on two bridged taps.
check_wires() {
	run net_stream "python3 $work/pair" dev_net --net a=fd:@a --net b=fd:@b
	if [ ! -e /dev/net/tun ] || ! ip netns add $ns 2>/dev/null; then
		echo "skip ${target}_net_packet network namespaces and /dev/net/tun are needed (be root)"
		echo "skip ${target}_net_tap network namespaces and /dev/net/tun are needed (be root)"
		return
	fi
	ip -n $ns link add va type veth peer name vb
	ip -n $ns link set va up
	ip -n $ns link set vb up
	run net_packet "ip netns exec $ns" dev_net --net a=packet:va --net b=packet:vb
	ip -n $ns tuntap add ta mode tap
	ip -n $ns tuntap add tb mode tap
	ip -n $ns link add name br0 type bridge
	for i in ta tb; do ip -n $ns link set $i master br0; done
	for i in ta tb br0; do ip -n $ns link set $i up; done
	run net_tap "ip netns exec $ns" dev_net --net a=tap:ta --net b=tap:tb
	ip netns del $ns
}

for target in unix spt hvt; do
	if [ $target = hvt ] && ! ( : <>/dev/kvm ) 2>/dev/null; then
		echo "skip hvt /dev/kvm is not there, or may not be used"
		continue
	fi
	build_images || continue
	check_devices
	check_leaving
	check_wires
done
