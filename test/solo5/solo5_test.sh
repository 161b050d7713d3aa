#!/bin/sh
# Images built for Solo5's interface under our tenders: guests written from its description alone (plain_*.c), and
# the conformance images and hello by way of plat/solo5. Solo5's own tenders are not here: what they would say is
# held against their loader's demands by lib/solo5, which reads every one of these files first.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
ns=fata-solo5-$$
trap 'rm -rf "$work"; ip netns del $ns 2>/dev/null' EXIT

tell() { # tell NAME GOOD-STATUS REASON
	if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1 $3"; fi
}

# The least that a compiler and a linker make of a guest: nothing of ours is in it.
plain() { # plain TARGET [-D...]: $work/plain_TARGET
	_target=$1
	shift
	clang-19 -std=gnu11 -Os -Wall -Wextra -Werror -ffreestanding -fno-pie -mgeneral-regs-only -mno-red-zone \
		-fno-stack-protector -fcf-protection=none -iquote . "$@" -nostdlib -static -fuse-ld=lld \
		-Wl,-T,test/solo5/plain.ld,-z,max-page-size=4096,--build-id=none \
		-o "$work/plain_$_target" "test/solo5/plain_$_target.c"
}

run_plain() { # run_plain TARGET arguments...: with a wire that echoes and a disk, in Solo5's own spelling
	_target=$1
	shift
	timeout 60 python3 test/solo5/wire.py "out/tender/$_target" --mem=16 --net:wire=@wire \
		--block:data="$work/disk" -- "$work/plain_$_target" "$@" >"$work/out" 2>&1
}

check_plain() { # check_plain TARGET "WAY STATUS WORDS" lines on standard input
	truncate -s 64K "$work/disk"
	plain "$1" || {
		echo "not ok $1_plain_builds it does not"
		return
	}
	run_plain "$1" one "two  three"
	_status=$?
	sed -n "s/^ok /ok $1_plain_/p; s/^not ok /not ok $1_plain_/p" "$work/out"
	tell "$1_plain_leaves_with_its_status" $((_status != 42)) "it left with $_status: $(tail -n 1 "$work/out")"
	while read -r way status words; do
		run_plain "$1" "$way"
		_status=$?
		[ $_status -eq "$status" ] && grep -q "$words" "$work/out" && ! grep -q "came back" "$work/out"
		tell "$1_plain_$way" $? "it left with $_status, not $status: $(tail -n 1 "$work/out")"
	done
	[ "$(stat -c %s "$work/disk")" -eq 65536 ]
	tell "$1_plain_the_disk_has_not_grown" $? "it has"
	check_most "$1"
}

# 62 disks and a port: as many devices as a manifest has room for.
check_most() { # check_most TARGET
	_disks=
	for _n in $(seq 10 70); do
		truncate -s 64K "$work/d$_n"
		_disks="$_disks --block:d$_n=$work/d$_n"
	done
	plain "$1" -DPLAIN_MOST
	# shellcheck disable=SC2086
	timeout 60 python3 test/solo5/wire.py "out/tender/$1" --mem=16 --net:wire=@wire --block:data="$work/disk" \
		$_disks -- "$work/plain_$1" one "two  three" >"$work/out" 2>&1
	_status=$?
	[ $_status -eq 42 ] && ! grep -q "^not ok" "$work/out"
	tell "$1_plain_with_63_devices" $? "it left with $_status: $(grep -v "^ok " "$work/out" | tail -n 2)"
	timeout 60 python3 test/solo5/wire.py "out/tender/$1" --mem=16 --net:wire=@wire --block:data="$work/disk" \
		-- "$work/plain_$1" >"$work/out" 2>&1
	[ $? -eq 2 ] && grep -q "disk of the image is not there: d10" "$work/out"
	tell "$1_plain_wants_all_of_them" $? "$(tail -n 1 "$work/out")"
}

# What plat/solo5 cannot promise, because the interface has no such thing (its README says so).
beyond="read_only_is_told a_flush_is_done a_read_only_disk_is_not_written"

conform() { # conform TARGET IMAGE [BEFORE... --] options of the tender
	_target=$1 _image=$2
	shift 2
	./fata build "test/conform/$_image" "solo5-$_target" >"$work/build" 2>&1 || {
		cat "$work/build"
		echo "not ok ${_target}_$_image it does not build"
		return
	}
	# shellcheck disable=SC2086
	timeout 120 $before "out/tender/$_target" --mem=16 "$@" "out/solo5-$_target/$_image" >"$work/out" 2>&1
	for _name in $beyond; do
		sed -i "s/^not ok $_name.*/beyond $_name/" "$work/out"
	done
	sed -n "s/^ok /ok ${_target}_${_image}_/p; s/^not ok /not ok ${_target}_${_image}_/p" "$work/out"
	grep -q "^ok " "$work/out"
	tell "${_target}_${_image}_runs" $? "$(tail -n 1 "$work/out")"
}

faults() { # faults TARGET: "ATTEMPT STATUS WORDS" lines on standard input
	./fata build test/probe "solo5-$1" >"$work/build" 2>&1
	while read -r try status words; do
		timeout 20 "out/tender/$1" --mem=16 -- "out/solo5-$1/probe" --log=error --try="$try" >"$work/out" 2>&1
		_status=$?
		[ $_status -eq "$status" ] && grep -q "$words" "$work/out"
		tell "$1_fault_$try" $? "it left with $_status, not $status: $(tail -n 1 "$work/out")"
	done
}

check_images() { # check_images TARGET
	before=
	conform "$1" dev_clock
	conform "$1" dev_entropy
	truncate -s 1M "$work/a" "$work/b"
	conform "$1" dev_block --block:disk="$work/a" --block:fixed="$work/b"
	if [ ! -e /dev/net/tun ] || ! ip netns add $ns 2>/dev/null; then
		echo "skip $1_net network namespaces and /dev/net/tun are needed (be root)"
		return
	fi
	ip -n $ns link set lo up
	for i in ta tb t0; do ip -n $ns tuntap add $i mode tap; done
	ip -n $ns link add name br0 type bridge
	for i in ta tb; do ip -n $ns link set $i master br0; done
	ip -n $ns addr add 10.77.0.1/24 dev t0
	for i in ta tb t0 br0; do ip -n $ns link set $i up; done
	before="ip netns exec $ns"
	# where ring 0 is emulated its 256 frames take a minute: the same code has been run on spt
	[ "$1" = hvt ] || conform "$1" dev_net --net:a=ta --net:b=tb
	greet "$1"
	ip netns del $ns
}

# hello, as whoever deploys MirageOS would start it.
greet() { # greet TARGET
	./fata build hello "solo5-$1" >"$work/build" 2>&1
	ip netns exec $ns "out/tender/$1" --mem=32 --net:service=t0 --net-mac:service=02:00:00:00:00:55 -- \
		"out/solo5-$1/hello" --ip=10.77.0.2/24 --solo5:quiet >"$work/hello" 2>&1 &
	_pid=$!
	ip netns exec $ns timeout 60 python3 -c '
import socket, time
end = time.time() + 30
while True:
    try:
        s = socket.create_connection(("10.77.0.2", 8080), 5)
        break
    except OSError:
        if time.time() > end: raise
        time.sleep(0.1)
s.sendall(b"hi there")
s.shutdown(1)
got = b""
while part := s.recv(4096): got += part
assert got == b"hello, network\nhi there", got' >"$work/out" 2>&1
	tell "$1_hello_greets_and_echoes" $? "$(tail -n 1 "$work/out"; tail -n 2 "$work/hello")"
	ip netns exec $ns ip neigh | grep -q 02:00:00:00:00:55
	tell "$1_hello_has_the_address_it_was_given" $? "$(ip netns exec $ns ip neigh)"
	kill $_pid
	wait $_pid
	_status=$?
	tell "$1_a_signal_ends_it" $((_status != 143)) "it left with $_status"
}

# A tender of the other interface says so; a file that is no image is no image.
check_refusals() {
	out/tender/spt -- out/solo5-hvt/dev_clock >"$work/out" 2>&1
	[ $? -eq 2 ] && grep -q "another tender" "$work/out"
	tell spt_refuses_an_image_for_hvt $? "$(tail -n 1 "$work/out")"
	out/solo5-spt/dev_clock >"$work/out" 2>&1
	tell a_kernel_does_not_run_it_by_mistake $(($? != 127)) "it ran"
	out/tender/spt -- out/solo5-spt/dev_block >"$work/out" 2>&1
	[ $? -eq 2 ] && grep -q "disk of the image is not there" "$work/out"
	tell spt_wants_every_device $? "$(tail -n 1 "$work/out")"
}

./fata build hello spt >"$work/build" 2>&1
ninja -f out/build.ninja out/tender/spt out/tender/hvt >"$work/build" 2>&1 || cat "$work/build"
check_plain spt <<-END
	open 159 not allowed
	fd 159 not allowed: read(0x0
	grow 159 not allowed: pwrite64
	text 139 may not be written
	run 139 which is not code
	low 139 a write to 0x
END
check_images spt
faults spt <<-END
	write-null 139 a write to 0x0, where nothing is
	write-text 139 may not be written
	write-rodata 139 may not be written
	execute-data 139 which is not code
	stack-overflow 139 may not be written
	overflow-index 132 an addition overflowed
	array-bounds 132 an index out of bounds
	call-wrong-type 132 a call through a pointer to a function of another type
	stack-smash 255 stack protector
	failed-require 255 panic: require(
END
if ! ( : <>/dev/kvm ) 2>/dev/null; then
	echo "skip solo5_hvt /dev/kvm is not there, or may not be used"
	exit 0
fi
check_plain hvt <<-END
	wild 1 memory that it does not have
	arg 1 memory that it does not have
	port 1 port that is not there
	nine 1 does not exist
	text 1 was stopped
	run 1 was stopped
	low 1 was stopped
	end 77 plain: end
END
timeout 5 out/tender/hvt --mem=16 --gdb 0 --net:wire=tap:none --block:data="$work/disk" -- "$work/plain_hvt" >"$work/out" 2>&1
[ $? -eq 2 ] && grep -q "are for fata's own images" "$work/out"
tell hvt_has_no_debugger_for_them $? "$(tail -n 1 "$work/out")"
check_images hvt
faults hvt <<-END
	write-null 255 address 0x0)
	write-text 255 not allowed
	write-rodata 255 not allowed
	execute-data 255 not allowed
	stack-overflow 255 not allowed
	stack-smash 255 stack protector
	failed-require 255 panic: require(
END
check_refusals
