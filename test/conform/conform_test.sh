#!/bin/sh
# Every conformance image on the Unix target, and its ports on every kind of wire.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
ns=fata-conform-$$
trap 'rm -rf "$work"; ip netns del $ns 2>/dev/null' EXIT

run() { # run LABEL IMAGE arguments...: its verdicts, with a label
	_label=$1 _image=$2
	shift 2
	timeout 60 "$@" >"$work/out" 2>&1
	_status=$?
	sed -n "s/^ok /ok ${_label}_/p; s/^not ok /not ok ${_label}_/p" "$work/out"
	[ $_status -eq 0 ] || {
		echo "not ok ${_label}_status it left with $_status"
		tail -5 "$work/out" >&2
	}
}

for i in clock entropy console block net fault; do
	./fata build test/conform/dev_$i unix >"$work/build" 2>&1 || {
		cat "$work/build"
		echo "not ok build_dev_$i it does not build"
		exit 1
	}
done

run clock dev_clock out/unix/dev_clock
run entropy dev_entropy out/unix/dev_entropy

truncate -s 1M "$work/disk" "$work/fixed"
run block dev_block out/unix/dev_block --block "disk=$work/disk" --block "fixed=$work/fixed,ro"

# the console, seen from outside: through a pipe that is read slowly
(sleep 0.2; echo "hello console"; sleep 1) | out/unix/dev_console --log=error >"$work/console" 2>&1
sed -n 's/^ok /ok console_/p; s/^not ok /not ok console_/p' "$work/console"
awk 'BEGIN { for (i = 0; i < 64; i++) { print s; s = s "#" } }' >"$work/want"
if head -n 64 "$work/console" | cmp -s - "$work/want"; then echo "ok console_all_of_it_in_order"; else
	echo "not ok console_all_of_it_in_order the text differs"
fi

# what must not be possible: way, the status it ends with, what the report says
while read -r way status words; do
	out/unix/dev_fault --log=error --way="$way" >"$work/out" 2>&1
	_status=$?
	if [ $_status -eq "$status" ] && grep -q "$words" "$work/out" && ! grep -q "came back" "$work/out"; then
		echo "ok fault_$way"
	else
		echo "not ok fault_$way it left with $_status, not $status: $(tail -n 1 "$work/out")"
	fi
done <<-END
	null 139 address 0x10
	text 139 not allowed
	rodata 139 not allowed
	exec 139 outside the image\\|not allowed
	stack 139 the stack is used up
	overflow 132 an addition overflowed
	bounds 132 an index out of bounds
	icall 132 a call through a pointer to a function of another type
	guard 134 stack protector
	panic 134 panic: require(one == 2)
END

# leaving: with the image's status, or at the second signal when it does not let go
out/unix/dev_fault --log=error --way=leave >"$work/out" 2>&1
[ $? -eq 7 ] && echo "ok fault_leave" || echo "not ok fault_leave its status is not 7"
out/unix/dev_fault --log=error --way=hang >"$work/out" 2>&1 &
hung=$!
sleep 0.3
kill $hung
sleep 0.2
if kill -0 $hung 2>/dev/null; then
	kill $hung
	wait $hung
	[ $? -eq 143 ] && echo "ok fault_hang" || echo "not ok fault_hang the second signal did not end it with 143"
else
	echo "not ok fault_hang the first signal ended a program that was in the middle of a step"
fi

# two ports on a socket pair
run net_stream dev_net python3 -c '
import os, socket, sys
a, b = socket.socketpair()
for s in a, b: os.set_inheritable(s.fileno(), True)
os.execv(sys.argv[1], [sys.argv[1], "--net", "a=fd:%d" % a.fileno(), "--net", "b=fd:%d" % b.fileno()])
' out/unix/dev_net

# on a veth pair by packet sockets, and on two bridged taps
if ip netns add $ns 2>/dev/null && ip netns exec $ns true 2>/dev/null && [ -e /dev/net/tun ]; then
	ip -n $ns link add va type veth peer name vb
	ip -n $ns link set va up
	ip -n $ns link set vb up
	run net_packet dev_net ip netns exec $ns out/unix/dev_net --net a=packet:va --net b=packet:vb
	ip -n $ns tuntap add ta mode tap
	ip -n $ns tuntap add tb mode tap
	ip -n $ns link add name br0 type bridge
	for i in ta tb; do ip -n $ns link set $i master br0; done
	for i in ta tb br0; do ip -n $ns link set $i up; done
	run net_tap dev_net ip netns exec $ns out/unix/dev_net --net a=tap:ta --net b=tap:tb
else
	echo "skip net_packet network namespaces and /dev/net/tun are needed (be root)"
	echo "skip net_tap network namespaces and /dev/net/tun are needed (be root)"
fi
