#!/bin/sh
# Every conformance image on each target that is a process, and its ports on every kind of wire.
set -u
cd "$(dirname "$0")/../.." || exit 1
if [ -z "${FATA_TARGET-}" ]; then
	for t in unix spt hvt; do
		if [ $t = hvt ] && ! ( : <>/dev/kvm ) 2>/dev/null; then
			echo "skip hvt /dev/kvm is not there, or may not be used"
			continue
		fi
		FATA_TARGET=$t sh test/conform/conform_test.sh
	done
	exit
fi
target=$FATA_TARGET
on=
[ "$target" = unix ] || on=${target}_
image() { # image NAME: what runs it
	case $target in
	spt | hvt) echo "out/tender/$target out/$target/$1" ;;
	*) echo "out/$target/$1" ;;
	esac
}
work=$(mktemp -d)
ns=fata-conform-$$
trap 'rm -rf "$work"; ip netns del $ns 2>/dev/null' EXIT

run() { # run LABEL IMAGE arguments...: its verdicts, with a label
	_label=$on$1 _image=$2
	shift 2
	timeout 60 "$@" >"$work/out" 2>&1
	_status=$?
	sed -n "s/^ok /ok ${_label}_/p; s/^not ok /not ok ${_label}_/p" "$work/out"
	[ $_status -eq 0 ] || {
		echo "not ok ${_label}_status it left with $_status"
		tail -5 "$work/out" >&2
	}
}

for i in clock entropy console block net image; do
	./fata build test/conform/dev_$i "$target" >"$work/build" 2>&1 || {
		cat "$work/build"
		echo "not ok build_dev_$i it does not build"
		exit 1
	}
done

run clock dev_clock $(image dev_clock)
run entropy dev_entropy $(image dev_entropy)
run image dev_image $(image dev_image)

truncate -s 1M "$work/disk" "$work/fixed"
run block dev_block $(image dev_block) --block "disk=$work/disk" --block "fixed=$work/fixed,ro"

# the console, seen from outside: through a pipe that is read slowly
(sleep 0.2; echo "hello console"; sleep 1) | $(image dev_console) --log=error >"$work/console" 2>&1
sed -n "s/^ok /ok ${on}console_/p; s/^not ok /not ok ${on}console_/p" "$work/console"
awk 'BEGIN { for (i = 0; i < 64; i++) { print s; s = s "#" } }' >"$work/want"
if head -n 64 "$work/console" | cmp -s - "$work/want"; then echo "ok ${on}console_all_of_it_in_order"; else
	echo "not ok ${on}console_all_of_it_in_order the text differs"
fi

# leaving: with the image's status, or at the second signal when it does not let go
$(image dev_image) --log=off --way=leave >"$work/out" 2>&1
[ $? -eq 7 ] && echo "ok ${on}image_leaves" || echo "not ok ${on}image_leaves its status is not 7"
[ -s "$work/out" ] && echo "not ok ${on}image_is_quiet it said: $(head -n 1 "$work/out")" || echo "ok ${on}image_is_quiet"
$(image dev_image) --log=off --way=hang >"$work/out" 2>&1 &
hung=$!
sleep 0.3
kill $hung
sleep 0.2
if kill -0 $hung 2>/dev/null; then
	kill $hung
	wait $hung
	[ $? -eq 143 ] && echo "ok ${on}image_hangs" || echo "not ok ${on}image_hangs the second signal did not end it with 143"
else
	echo "not ok ${on}image_hangs the first signal ended a program that was in the middle of a step"
fi

# two ports on a socket pair
run net_stream dev_net python3 -c '
import os, socket, sys
a, b = socket.socketpair()
for s in a, b: os.set_inheritable(s.fileno(), True)
os.execv(sys.argv[1], sys.argv[1:] + ["--net", "a=fd:%d" % a.fileno(), "--net", "b=fd:%d" % b.fileno()])
' $(image dev_net)

# on a veth pair by packet sockets, and on two bridged taps
if ip netns add $ns 2>/dev/null && ip netns exec $ns true 2>/dev/null && [ -e /dev/net/tun ]; then
	ip -n $ns link add va type veth peer name vb
	ip -n $ns link set va up
	ip -n $ns link set vb up
	run net_packet dev_net ip netns exec $ns $(image dev_net) --net a=packet:va --net b=packet:vb
	[ "$target" = hvt ] || run net_packet_uring dev_net ip netns exec $ns $(image dev_net) --io=uring --net a=packet:va --net b=packet:vb
	ip -n $ns tuntap add ta mode tap
	ip -n $ns tuntap add tb mode tap
	ip -n $ns link add name br0 type bridge
	for i in ta tb; do ip -n $ns link set $i master br0; done
	for i in ta tb br0; do ip -n $ns link set $i up; done
	run net_tap dev_net ip netns exec $ns $(image dev_net) --net a=tap:ta --net b=tap:tb
	[ "$target" = hvt ] || {
		run net_tap_uring dev_net ip netns exec $ns $(image dev_net) --io=uring --net a=tap:ta --net b=tap:tb
		# one port on the ring beside one that is waited for by itself: a tap that somebody else has opened, with plain frames
		run net_mixed_uring dev_net ip netns exec $ns python3 -c '
import fcntl, os, struct, sys
b = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(b, 0x400454CA, struct.pack("16sH22x", b"tb", 0x1002))
fcntl.ioctl(b, 0x400454D0, 0)
os.set_inheritable(b, True)
os.execv(sys.argv[1], sys.argv[1:] + ["--io=uring", "--net", "a=tap:ta", "--net", "b=frames:%d" % b])
' $(image dev_net)
	}
else
	echo "skip ${on}net_packet network namespaces and /dev/net/tun are needed (be root)"
	echo "skip ${on}net_tap network namespaces and /dev/net/tun are needed (be root)"
fi
