# common.sh - whole images against real peers: namespaces, starting and stopping. Sourced by *_test.sh here.
#
# Every test makes its own network namespaces and removes them; only processes
# started here are ended. Prints `ok NAME`, `not ok NAME reason`, `skip NAME reason`.

set -u

# Every script here runs once for each target; the names of all but the first say which.
if [ -z "${FATA_TARGET-}" ]; then
	for _t in unix spt hvt; do
		if [ $_t = hvt ] && ! ( : <>/dev/kvm ) 2>/dev/null; then
			echo "skip $(basename "$0" .sh)_on_hvt /dev/kvm is not there, or may not be used"
			continue
		fi
		FATA_TARGET=$_t sh "$0" "$@"
	done
	exit
fi
target=$FATA_TARGET
suffix=
[ "$target" = unix ] || suffix=_on_$target

work=$(mktemp -d)
ns=fata$$
pids=
image_pid=

. test/check.sh
ok() { echo "ok $1$suffix"; }
not_ok() {
	echo "not ok $1$suffix $2"
	[ -s "$work/image.log" ] && tail -n 6 "$work/image.log" | sed 's/^/    image: /' >&2
}

end() {
	for _p in $pids; do
		kill "$_p" 2>/dev/null
	done
	for _p in $pids; do
		wait "$_p" 2>/dev/null
	done
	ip netns del "$ns" 2>/dev/null
	rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

# Whole-image tests need namespaces and taps: say so and leave if we may not.
need_namespaces() { # need_namespaces NAME
	if [ ! -e /dev/net/tun ] || ! ip netns add "$ns" 2>/dev/null ||
		! ip netns exec "$ns" true 2>/dev/null; then # made, but not entered: a chroot that is no mount
		echo "skip $1$suffix network namespaces and /dev/net/tun are needed (be root)"
		exit 0
	fi
	ip -n "$ns" link set lo up
}

in_ns() { ip netns exec "$ns" "$@"; }

# The kernel's end of a tap: 10.77.0.1/24 and fd77::1/64, checked and ready at once.
tap_up() { # tap_up NAME
	in_ns sysctl -qw "net.ipv6.conf.default.accept_dad=0" 2>/dev/null
	ip -n "$ns" tuntap add "$1" mode tap 2>/dev/null
	ip -n "$ns" addr add 10.77.0.1/24 dev "$1"
	ip -n "$ns" addr add fd77::1/64 dev "$1" nodad
	ip -n "$ns" link set "$1" up
}

# The path, as bad as it is told to be: relay.c says how. Its process itself is in the background, not a shell that has it.
relay_start() { # relay_start NEAR TAP OPTION...
	ip netns exec "$ns" out/test/image/relay "$@" >"$work/relay.log" 2>&1 &
	relay=$!
	pids="$pids $relay"
}
relay_stop() {
	kill "$relay" 2>/dev/null
	wait "$relay" 2>/dev/null
}

# Another network namespace, $far, which ends with the test.
far_up() {
	far=${ns}far
	ip netns add "$far"
	end_far() {
		ip netns del "$far" 2>/dev/null
		end
	}
	trap end_far EXIT
}

build() { # build IMAGE...: once, quietly
	for _i in "$@"; do
		./fata build "$_i" "$target" >"$work/build" 2>&1 || {
			cat "$work/build" >&2
			echo "not ok build_$_i it does not build"
			exit 1
		}
	done
}

program() { # program NAME: a C program of this folder
	mkdir -p out/test/image
	clang-19 -O2 -g -Wall -Wextra -Werror -o "out/test/image/$1" "test/image/$1.c" || exit 1
}

image_command() { # image_command IMAGE: what runs it on this target, in front of its options
	case $target in
	spt | hvt) echo "out/tender/$target out/$target/$1" ;;
	*) echo "out/$target/$1" ;;
	esac
}

start_image() { # start_image IMAGE arguments...
	_image=$1
	shift
	ip netns exec "$ns" $(image_command "$_image") "$@" >"$work/image.log" 2>&1 &
	image_pid=$!
	pids="$pids $image_pid"
}

wait_for() { # wait_for SECONDS command...: tries until it is true or the time is over
	_end=$(($(date +%s) + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -ge "$_end" ] && return 1
		sleep 0.02
	done
}

answers() { in_ns ping -c 1 -W 1 "${1:-10.77.0.2}"; }

get() { in_ns curl -sS --max-time 60 "$@"; }
same_hash() { # same_hash BYTES HOST: whether site sends so many bytes of its pattern
	want=$(python3 test/image/pattern.py "$1" | sha256sum)
	got=$(get "http://$2/bytes/$1" | sha256sum)
	[ "$want" = "$got" ]
}

stop_image() { # stops it in good order: its exit status
	kill -TERM "$image_pid" 2>/dev/null
	wait "$image_pid"
}

resident_kb() { awk '/^VmRSS/ { print $2 }' "/proc/$image_pid/status"; }

image_args="--ip=10.77.0.2/24 --ip6=fd77::2/64 --gateway=10.77.0.1"
